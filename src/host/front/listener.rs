//! The listening socket, and the addresses it is reached at.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::path::Path;

use mounts::{Durability, Mount};
use tokio::net::{TcpListener, TcpSocket};

/// The most connections that wait to be accepted.
const BACKLOG: u32 = 1_024;

/// Listens on the port that `name` sets, or says in a sentence which variable to change.
pub(crate) fn bind(host: IpAddr, name: &str, port: u16) -> Result<TcpListener, String> {
    listen(SocketAddr::new(host, port)).map_err(|error| {
        let kind = error.kind();
        if kind == ErrorKind::AddrInUse {
            format!("{name}: {port} is taken by another program; set {name} to a free one")
        } else if kind == ErrorKind::PermissionDenied {
            format!(
                "{name}: {port} needs rights this program does not have; set {name} to 1024 or above"
            )
        } else if kind == ErrorKind::AddrNotAvailable {
            format!(
                "HOST: {host} is not an address of this machine; set HOST to one, or to 0.0.0.0"
            )
        } else {
            format!("HOST and {name}: cannot listen on {host} port {port}: {error}")
        }
    })
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // A restarted server binds its port although connections of the one before are still in TIME_WAIT.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Returns where this machine reaches what listens on `address`.
pub(crate) fn from_here(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip @ (IpAddr::V4(_) | IpAddr::V6(_)) => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// Returns where other devices in this network reach what listens on `address`, if they do.
pub(crate) fn from_the_network(address: SocketAddr) -> Option<SocketAddr> {
    if is_in_container() {
        // Its address is one of a network that only its machine sees.
        return None;
    }
    let ip = if address.ip().is_unspecified() {
        own_address().ok()?
    } else {
        address.ip()
    };
    is_reached(ip).then(|| SocketAddr::new(ip, address.port()))
}

/// Tells whether other devices send to an address: not to one that means each of them itself, or one link.
fn is_reached(ip: IpAddr) -> bool {
    let is_local = match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    };
    !ip.is_loopback() && !ip.is_unspecified() && !is_local
}

/// Tells whether this process runs in a container: its root is layers of an image. Each engine has a mark of its own,
/// which machines made of images carry, too.
pub(crate) fn is_in_container() -> bool {
    Mount::of(Path::new("/")).is_ok_and(|root| root.durability() == Durability::ContainerLayer)
}

/// Asks the system which of its addresses it would send from. Nothing is sent.
fn own_address() -> io::Result<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
    // An address for documentation: it belongs to nobody, and any route out will do.
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9))?;
    Ok(socket.local_addr()?.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_port_is_told_as_the_variable_to_change() {
        let first = bind(Ipv4Addr::LOCALHOST.into(), "PORT", 0).unwrap();
        let port = first.local_addr().unwrap().port();
        let sentence = bind(Ipv4Addr::LOCALHOST.into(), "PORT", port).unwrap_err();
        assert_eq!(
            sentence,
            format!("PORT: {port} is taken by another program; set PORT to a free one")
        );
    }

    #[tokio::test]
    async fn a_foreign_address_is_told_as_the_variable_to_change() {
        let sentence = bind(Ipv4Addr::new(192, 0, 2, 1).into(), "PORT", 0).unwrap_err();
        assert!(
            sentence.starts_with("HOST: 192.0.2.1 is not an address of this machine"),
            "{sentence}"
        );
    }

    #[test]
    fn a_listener_on_every_address_is_reached_from_here_by_the_loopback() {
        assert_eq!(
            from_here("0.0.0.0:5000".parse().unwrap()).to_string(),
            "127.0.0.1:5000"
        );
        assert_eq!(
            from_here("[::]:5000".parse().unwrap()).to_string(),
            "[::1]:5000"
        );
        assert_eq!(
            from_here("10.1.2.3:80".parse().unwrap()).to_string(),
            "10.1.2.3:80"
        );
    }

    #[test]
    fn a_listener_on_the_loopback_is_reached_by_no_other_device() {
        assert_eq!(from_the_network("127.0.0.1:5000".parse().unwrap()), None);
        assert_eq!(from_the_network("[::1]:5000".parse().unwrap()), None);
    }

    #[test]
    fn an_address_of_one_link_is_reached_by_no_other_device() {
        assert_eq!(from_the_network("169.254.8.1:5000".parse().unwrap()), None);
        assert_eq!(from_the_network("[fe80::1]:5000".parse().unwrap()), None);
    }
}
