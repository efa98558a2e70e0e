//! Whether the Redis asks for a password, and whether it is spoken to in clear where others listen.

use std::net::IpAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::unseen;
use crate::doctor::diagnosis::Diagnosis;

const NAME: &str = "Redis closed";
/// How long it may take to answer.
const LIMIT: Duration = Duration::from_secs(5);
/// Bytes of its answer that are looked at.
const ANSWER_MAX: usize = 64;

/// Looks at the Redis of this address, which shows no password.
pub(super) async fn look(address: Option<&str>) -> Diagnosis {
    let Some(address) = address else {
        return Diagnosis::fine(NAME, "there is none");
    };
    let by_tls = address.starts_with("rediss");
    let has_password = address.contains(":***@");
    let Some(host) = first_host(address) else {
        return unseen(NAME, "its address names no host");
    };
    if by_tls {
        return if has_password {
            Diagnosis::fine(
                NAME,
                format!("{address} is spoken to by TLS, with a password"),
            )
        } else {
            without_password(address)
        };
    }
    match timeout(LIMIT, ping(&host)).await {
        Ok(Ok(answer)) if answer.starts_with("-NOAUTH") => in_clear(address, &host).await,
        Ok(Ok(answer)) if answer.starts_with("+PONG") || answer.starts_with("-DENIED") => {
            without_password(address)
        }
        Ok(Ok(_)) => unseen(
            NAME,
            &format!("{host} is no Redis, or one that asks by another way"),
        ),
        Ok(Err(error)) => unseen(NAME, &format!("{host} does not answer ({error})")),
        Err(_) => unseen(NAME, &format!("{host} does not answer for {LIMIT:?}")),
    }
}

fn without_password(address: &str) -> Diagnosis {
    Diagnosis::fault(
        NAME,
        format!("{address} answers without a password"),
        "set one (requirepass, or an ACL), and name it in REDIS_URL: redis://:PASSWORD@host:6379",
    )
}

/// A password in clear is safe where nobody else listens.
async fn in_clear(address: &str, host: &str) -> Diagnosis {
    let found = lookup_host(host).await;
    let addresses: Vec<IpAddr> =
        found.map_or_else(|_| Vec::new(), |all| all.map(|it| it.ip()).collect());
    if !addresses.is_empty() && addresses.iter().copied().all(is_private) {
        return Diagnosis::fine(
            NAME,
            format!("{address} asks for a password, and its network is a private one"),
        );
    }
    Diagnosis::fault(
        NAME,
        format!(
            "{address} asks for a password, and is spoken to in clear through a public network"
        ),
        "use rediss://, or a private network",
    )
}

fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(ip) => ip.is_private() || ip.is_loopback() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

/// Asks for a sign of life without a password.
async fn ping(host: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(host).await?;
    stream.write_all(b"PING\r\n").await?;
    let mut answer = [0; ANSWER_MAX];
    let read = stream.read(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer[..read]).into_owned())
}

/// Returns the first host of an address with its port.
fn first_host(address: &str) -> Option<String> {
    let (_, rest) = address.split_once("://")?;
    let hosts = rest.rsplit_once('@').map_or(rest, |(_, hosts)| hosts);
    let host = hosts
        .split(['/', ',', '?'])
        .next()
        .filter(|host| !host.is_empty())?;
    let has_port = host
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    Some(if has_port {
        host.to_owned()
    } else {
        format!("{host}:6379")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_host_of_every_kind_of_address_is_found() {
        for (address, host) in [
            ("redis://:***@redis:6379/0", "redis:6379"),
            ("redis://127.0.0.1", "127.0.0.1:6379"),
            ("redis+cluster://:***@a:7000,b:7001", "a:7000"),
            ("redis+sentinel://:***@[::1]:26379,b/main", "[::1]:26379"),
        ] {
            assert_eq!(first_host(address).as_deref(), Some(host), "{address}");
        }
    }
}
