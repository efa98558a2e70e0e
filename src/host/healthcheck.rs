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
    /// It is so.
    Well,
    /// It answered with another status.
    Unready(String),
    /// It did not answer.
    Silent(String),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Well => f.write_str("well"),
            Self::Unready(status) => write!(f, "not ready: {status}"),
            Self::Silent(reason) => write!(f, "no answer: {reason}"),
        }
    }
}

/// What a process is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Whether it takes commands.
    Ready,
    /// Whether it answers at all, whatever it waits for itself.
    Live,
}

impl Question {
    /// What is so if the answer is yes.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Live => "alive",
        }
    }
}

/// Asks the process at `address`.
pub(crate) async fn check(address: SocketAddr, question: Question, limit: Duration) -> Finding {
    match timeout(limit, status(address, question)).await {
        Err(_) => Finding::Silent(format!("{address} took more than {limit:?}")),
        Ok(Err(error)) => Finding::Silent(format!("{address}: {error}")),
        Ok(Ok(status)) if status.starts_with("200") => Finding::Well,
        Ok(Ok(status)) => Finding::Unready(status),
    }
}

/// Returns the code and words of the status line.
async fn status(address: SocketAddr, question: Question) -> std::io::Result<String> {
    let path = match question {
        Question::Ready => "/health/ready",
        Question::Live => "/health/live",
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
        assert_eq!(finding("HTTP/1.1 200 OK\r\n\r\n").await, Finding::Well);
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
        let silent = check(listener.local_addr().unwrap(), Question::Ready, limit).await;
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
        let silent = check(address, Question::Live, ANSWER_TIME).await;
        assert!(silent.to_string().starts_with("no answer: "), "{silent}");
    }

    #[tokio::test]
    async fn whether_it_lives_is_asked_of_another_address() {
        let answer = "HTTP/1.1 200 OK\r\n\r\n";
        let found = found(Question::Live, "GET /health/live HTTP/1.1\r\n", answer);
        assert_eq!(found.await, Finding::Well);
    }

    async fn finding(answer: &'static str) -> Finding {
        found(Question::Ready, "GET /health/ready HTTP/1.1\r\n", answer).await
    }

    /// Returns what is found where `answer` is given to whoever asks as `line` says.
    async fn found(question: Question, line: &str, answer: &'static str) -> Finding {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (found, ()) = tokio::join!(check(address, question, ANSWER_TIME), async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = [0; 1_024];
            let read = stream.read(&mut asked).await.unwrap();
            assert!(asked[..read].starts_with(line.as_bytes()));
            stream.write_all(answer.as_bytes()).await.unwrap();
        });
        found
    }
}
