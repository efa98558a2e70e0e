//! One request by TLS.

use std::sync::Arc;
use std::time::Duration;

use admin::PublicAnswer;
use tls::{TrustPolicy, client_config};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use super::certificate;
use crate::process::now_ms;

/// How long it may take.
const LIMIT: Duration = Duration::from_secs(10);
/// Bytes of an answer that are read at most.
const BYTES_MAX: u64 = 64 * 1_024;
/// Seconds of a day.
const DAY_S: u64 = 24 * 60 * 60;

/// Asks an origin for a path.
pub(super) async fn ask(url: &str, path: &str) -> PublicAnswer {
    let Some(authority) = url.strip_prefix("https://") else {
        return PublicAnswer::Unasked(format!("{url} is not reached by TLS"));
    };
    match timeout(LIMIT, ask_by_tls(authority, path)).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => PublicAnswer::Failed(format!("{error:#}")),
        Err(_) => PublicAnswer::Failed(format!("no answer for {LIMIT:?}")),
    }
}

async fn ask_by_tls(authority: &str, path: &str) -> anyhow::Result<PublicAnswer> {
    // The port stands behind the last colon, unless that is one of an address in brackets.
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port.parse()?),
        _ => (authority, 443),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let name = ServerName::try_from(host.to_owned())?;
    let connector = TlsConnector::from(Arc::new(client_config(&TrustPolicy::SystemRoots)?));
    let stream = TcpStream::connect((host, port)).await?;
    let mut stream = connector.connect(name, stream).await?;
    let (_, session) = stream.get_ref();
    let certificates = session.peer_certificates().unwrap_or_default();
    let ends_s = certificates
        .first()
        .and_then(|own| certificate::ends_s(own));
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: {authority}\r\naccept: text/html\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    // Some servers end a connection without saying so in TLS: what was read before is the answer.
    let read = (&mut stream).take(BYTES_MAX).read_to_end(&mut answer).await;
    if answer.is_empty() {
        read?;
    }
    Ok(PublicAnswer::Answered {
        text: String::from_utf8_lossy(&answer).into_owned(),
        days_left: ends_s.map(|ends_s| ends_s.saturating_sub(now_ms() / 1_000) / DAY_S),
    })
}
