//! The accept loop and its end.
//!
//! The loop is our own because the drain is: while the process closes and anything is still in hand, connections are
//! accepted and answered (a load balancer learns of the closing later than we do), and an open stream holds the end
//! up for no longer than the budget. With nothing in hand the port closes at once.

mod connection;
mod desk;
mod limits;
mod peers;
mod socket;

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};
use web::Lifecycle;

use crate::door::Door;
use connection::Connection;
use peers::{Peers, Place};

pub use limits::Limits;

/// How long the loop rests when the system has no connection to give, for want of file descriptors say.
const REST: Duration = Duration::from_millis(200);

/// How far the end of the loop has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    /// Connections come and stay.
    Open,
    /// Those that were open leave; new ones are answered once.
    Closing,
    /// The port is closed; the last ones leave.
    Last,
}

/// Serves until `life` is closing and the connections have ended, or the drain is over. Returns how many
/// connections were cut.
pub async fn serve(listener: TcpListener, door: Door, life: Lifecycle, limits: Limits) -> usize {
    let server = Server {
        listener,
        permits: Arc::new(Semaphore::new(limits.connections_max)),
        peers: Arc::default(),
        door,
        limits,
        phase: watch::Sender::new(Phase::Open),
    };
    let mut early = JoinSet::new();
    loop {
        tokio::select! {
            accepted = server.accept() => early.spawn(server.connection(accepted, Phase::Closing).run()),
            Some(_) = early.join_next() => continue,
            () = life.closing() => break,
        };
    }
    server.drain(early).await
}

struct Accepted {
    stream: TcpStream,
    peer: SocketAddr,
    room: Room,
}

/// What a connection gives back when it ends.
struct Room {
    _permit: OwnedSemaphorePermit,
    _place: Place,
}

struct Server {
    listener: TcpListener,
    permits: Arc<Semaphore>,
    peers: Arc<Peers>,
    door: Door,
    limits: Limits,
    phase: watch::Sender<Phase>,
}

impl Server {
    async fn drain(self, mut early: JoinSet<()>) -> usize {
        let deadline = Instant::now() + self.limits.drain;
        let mut late = JoinSet::new();
        self.phase.send_replace(Phase::Closing);
        loop {
            tokio::select! {
                () = sleep_until(deadline) => break,
                ended = early.join_next() => if ended.is_none() { break },
                accepted = self.accept() => {
                    late.spawn(self.connection(accepted, Phase::Last).run());
                }
                Some(_) = late.join_next() => {}
            }
        }
        self.phase.send_replace(Phase::Last);
        drop(self.listener);
        // An error only says that the rest is cut.
        let _ = timeout_at(deadline, async {
            while late.join_next().await.is_some() {}
        })
        .await;
        left(&mut early) + left(&mut late)
    }

    /// Waits for a connection that there is room for.
    async fn accept(&self) -> Accepted {
        let permit = self.permits.clone().acquire_owned().await;
        let permit = permit.expect("the semaphore is never closed");
        loop {
            match self.listener.accept().await {
                Ok((stream, peer)) => {
                    let Some(place) = self.place(peer) else {
                        tracing::debug!(%peer, "refused a connection: its peer has too many");
                        continue;
                    };
                    let room = Room {
                        _permit: permit,
                        _place: place,
                    };
                    return Accepted { stream, peer, room };
                }
                Err(error) if ended_by_peer(&error) => {}
                Err(error) => {
                    tracing::warn!(error = &error as &dyn Error, "cannot accept connections");
                    sleep(REST).await;
                }
            }
        }
    }

    /// Counts a connection of `peer`, unless it has too many already.
    fn place(&self, peer: SocketAddr) -> Option<Place> {
        let peer = peer.ip().to_canonical();
        let most = if (self.limits.is_many)(peer) {
            usize::MAX
        } else {
            self.limits.connections_per_peer_max
        };
        self.peers.take(peer, most)
    }

    fn connection(&self, accepted: Accepted, leaves_at: Phase) -> Connection {
        Connection {
            accepted,
            door: self.door.clone(),
            limits: self.limits,
            phase: self.phase.subscribe(),
            leaves_at,
        }
    }
}

fn ended_by_peer(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}

/// Counts the connections that have not ended.
fn left(connections: &mut JoinSet<()>) -> usize {
    while connections.try_join_next().is_some() {}
    connections.len()
}
