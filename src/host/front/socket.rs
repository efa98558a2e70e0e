//! Options of an accepted socket.

use std::error::Error;
use std::time::Duration;

use rustix::io;
use tokio::net::TcpStream;

/// Turns Nagle's algorithm off, and has the system give up a peer that acknowledges nothing for `gone`.
pub(super) fn tune(stream: &TcpStream, gone: Duration) {
    // With Nagle's algorithm small events would wait for one another. An error shows again at the next read.
    let _ = stream.set_nodelay(true);
    if let Err(error) = notice_gone(stream, gone) {
        tracing::debug!(
            error = &error as &dyn Error,
            "a peer that is gone will be noticed late"
        );
    }
}

/// Limits how long sent data may stay unacknowledged, which Linux retries for a quarter of an hour by default, and has
/// the system probe a silent peer.
#[cfg(target_os = "linux")]
fn notice_gone(stream: &TcpStream, gone: Duration) -> io::Result<()> {
    use rustix::net::sockopt;

    /// The least the system accepts for either.
    const LEAST: Duration = Duration::from_secs(1);
    let gone_ms = gone.as_millis().try_into().unwrap_or(u32::MAX);
    sockopt::set_tcp_user_timeout(stream, gone_ms)?;
    sockopt::set_tcp_keepidle(stream, (gone / 2).max(LEAST))?;
    sockopt::set_tcp_keepintvl(stream, (gone / 6).max(LEAST))?;
    sockopt::set_socket_keepalive(stream, true)
}

#[cfg(not(target_os = "linux"))]
fn notice_gone(_: &TcpStream, _: Duration) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::Ipv4Addr;

    use rustix::net::sockopt;
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn a_silent_peer_is_asked_and_given_up_in_time() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (_peer, accepted) = tokio::join!(TcpStream::connect(address), listener.accept());
        let (stream, _) = accepted.unwrap();
        tune(&stream, Duration::from_secs(30));
        assert_eq!(sockopt::tcp_user_timeout(&stream).unwrap(), 30_000);
        assert!(sockopt::socket_keepalive(&stream).unwrap());
        assert_eq!(
            sockopt::tcp_keepidle(&stream).unwrap(),
            Duration::from_secs(15)
        );
        assert_eq!(
            sockopt::tcp_keepintvl(&stream).unwrap(),
            Duration::from_secs(5)
        );
    }
}
