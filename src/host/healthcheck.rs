//! The health check of images that have no curl.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long the answer may take.
pub(crate) const ANSWER_TIME: Duration = Duration::from_secs(3);

/// Bytes read of a status line at most.
const LINE_MAX: u64 = 1_024;

/// What the check found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    /// The process is ready.
    Ready,
    /// It answered with another status.
    Unready(String),
    /// It did not answer.
    Silent(String),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready => f.write_str("ready"),
            Self::Unready(status) => write!(f, "not ready: {status}"),
            Self::Silent(reason) => write!(f, "no answer: {reason}"),
        }
    }
}

/// Asks the process at `address` whether it is ready.
pub(crate) async fn check(address: SocketAddr, limit: Duration) -> Finding {
    match timeout(limit, status(address)).await {
        Err(_) => Finding::Silent(format!("{address} took more than {limit:?}")),
        Ok(Err(error)) => Finding::Silent(format!("{address}: {error}")),
        Ok(Ok(status)) if status.starts_with("200") => Finding::Ready,
        Ok(Ok(status)) => Finding::Unready(status),
    }
}

/// Returns the code and words of the status line.
async fn status(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request =
        format!("GET /health/ready HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
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
        assert_eq!(finding("HTTP/1.1 200 OK\r\n\r\n").await, Finding::Ready);
    }

    #[tokio::test]
    async fn a_process_that_answers_otherwise_is_not_and_its_status_is_told() {
        let unready = finding("HTTP/1.1 503 Service Unavailable\r\n\r\n").await;
        assert_eq!(unready.to_string(), "not ready: 503 Service Unavailable");
    }

    #[tokio::test]
    async fn a_process_that_says_nothing_is_given_up_at_the_limit() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let limit = Duration::from_millis(50);
        let silent = check(listener.local_addr().unwrap(), limit).await;
        assert!(
            silent.to_string().ends_with("took more than 50ms"),
            "{silent}"
        );
    }

    #[tokio::test]
    async fn where_nothing_listens_nothing_answers() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let silent = check(address, ANSWER_TIME).await;
        assert!(silent.to_string().starts_with("no answer: "), "{silent}");
    }

    /// Returns what is found where `answer` is given to whoever asks.
    async fn finding(answer: &'static str) -> Finding {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (found, ()) = tokio::join!(check(address, ANSWER_TIME), async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = [0; 1_024];
            let read = stream.read(&mut asked).await.unwrap();
            assert!(asked[..read].starts_with(b"GET /health/ready HTTP/1.1\r\n"));
            stream.write_all(answer.as_bytes()).await.unwrap();
        });
        found
    }
}
