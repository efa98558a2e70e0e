//! The client of the health endpoints, for container images that have no curl.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The time limit of a check.
pub(crate) const CHECK_TIMEOUT: Duration = Duration::from_secs(3);

/// Bytes of a status line that are read at most.
const LINE_MAX: u64 = 1_024;

/// The result of a check.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ProbeResult {
    /// The process answered with status 200.
    Passed,
    /// The process answered with this status.
    Failed(String),
    /// The process did not answer, for this reason.
    NoAnswer(String),
}

impl fmt::Display for ProbeResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => f.write_str("passed"),
            Self::Failed(status) => write!(f, "not ready: {status}"),
            Self::NoAnswer(reason) => write!(f, "no answer: {reason}"),
        }
    }
}

/// A health endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HealthProbe {
    /// Whether the process accepts commands.
    Readiness,
    /// Whether the process answers at all, even while it waits for its storage.
    Liveness,
}

impl HealthProbe {
    /// Returns the state of a process that passes.
    pub(crate) fn passed_state(self) -> &'static str {
        match self {
            Self::Readiness => "ready",
            Self::Liveness => "alive",
        }
    }
}

/// Sends a probe to the process at `address` and waits for its answer, at most `limit`.
pub(crate) async fn check(address: SocketAddr, probe: HealthProbe, limit: Duration) -> ProbeResult {
    match timeout(limit, status(address, probe)).await {
        Err(_) => ProbeResult::NoAnswer(format!("{address} took more than {limit:?}")),
        Ok(Err(error)) => ProbeResult::NoAnswer(format!("{address}: {error}")),
        Ok(Ok(status)) if status.starts_with("200") => ProbeResult::Passed,
        Ok(Ok(status)) => ProbeResult::Failed(status),
    }
}

/// Returns the code and reason of the status line.
///
/// The status line is all that is read, so this needs no HTTP client.
async fn status(address: SocketAddr, probe: HealthProbe) -> std::io::Result<String> {
    let path = match probe {
        HealthProbe::Readiness => web::paths::READINESS,
        HealthProbe::Liveness => web::paths::LIVENESS,
    };
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut line = String::new();
    BufReader::new(stream.take(LINE_MAX))
        .read_line(&mut line)
        .await?;
    Ok(line
        .split_once(' ')
        .map(|(_, status)| status.trim().to_owned())
        .unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn a_process_that_answers_200_is_ready() {
        assert_eq!(
            probe_ready("HTTP/1.1 200 OK\r\n\r\n").await,
            ProbeResult::Passed
        );
    }

    #[tokio::test]
    async fn a_process_that_answers_another_status_is_not_ready() {
        let unready = probe_ready("HTTP/1.1 503 Service Unavailable\r\n\r\n").await;
        assert_eq!(unready.to_string(), "not ready: 503 Service Unavailable");
    }

    #[tokio::test]
    async fn a_process_that_does_not_answer_fails_the_check_at_the_time_limit() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let limit = Duration::from_millis(50);
        let silent = check(
            listener.local_addr().unwrap(),
            HealthProbe::Readiness,
            limit,
        )
        .await;
        assert!(
            silent.to_string().ends_with("took more than 50ms"),
            "{silent}"
        );
    }

    #[tokio::test]
    async fn a_port_where_nothing_listens_gives_no_answer() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let silent = check(address, HealthProbe::Liveness, CHECK_TIMEOUT).await;
        assert!(silent.to_string().starts_with("no answer: "), "{silent}");
    }

    #[tokio::test]
    async fn liveness_has_an_endpoint_of_its_own() {
        let answer = "HTTP/1.1 200 OK\r\n\r\n";
        let result = probe_server(
            HealthProbe::Liveness,
            "GET /health/live HTTP/1.1\r\n",
            answer,
        );
        assert_eq!(result.await, ProbeResult::Passed);
    }

    async fn probe_ready(answer: &'static str) -> ProbeResult {
        probe_server(
            HealthProbe::Readiness,
            "GET /health/ready HTTP/1.1\r\n",
            answer,
        )
        .await
    }

    /// Sends a probe to a server that expects the request line `line` and sends `answer`.
    async fn probe_server(probe: HealthProbe, line: &str, answer: &'static str) -> ProbeResult {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (result, ()) = tokio::join!(check(address, probe, CHECK_TIMEOUT), async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = [0; 1_024];
            let read = stream.read(&mut asked).await.unwrap();
            assert!(asked[..read].starts_with(line.as_bytes()));
            stream.write_all(answer.as_bytes()).await.unwrap();
        });
        result
    }
}
