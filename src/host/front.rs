//! The front: the listener, the startup gate, and the accept loop with its drain.
//!
//! It uses nothing of the process but the application's router. The accept loop is our own because the drain is:
//! while the process closes and a connection is still open, new ones are accepted and answered (a load balancer
//! learns of the closing later than this process), and an open stream delays the end for no longer than the drain
//! lasts. With no connection open the port closes at once.

pub(crate) mod listener;
mod startup_gate;

mod activity;
mod connection;
mod connection_io;
mod connection_table;
mod counts;
mod event_stream;
mod limits;
mod request_memory;
mod request_service;
mod response_body;
mod socket;

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout, timeout_at};
use web::{AddressLimit, AddressSlot, Lifecycle};

use connection::HttpConnection;
use connection_table::ConnectionTable;
use counts::FRONT;
use request_memory::RequestMemory;

pub(crate) use counts::register;
pub use limits::ConnectionLimits;
pub use startup_gate::StartupGate;

/// The pause after a failed accept, for want of file descriptors say.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// The pause between two rounds of connections that give way to new ones.
const EVICTION_PAUSE: Duration = Duration::from_millis(100);

/// The phase of the accept loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum DrainPhase {
    /// Connections are accepted and kept alive.
    Open,
    /// Connections accepted before end after their requests in flight; new ones are answered once.
    Closing,
    /// The port is closed, and the connections accepted while closing end too.
    Last,
}

/// Serves until `lifecycle` is closing and the connections have ended, or the drain is over. Returns how many
/// connections were cut.
pub async fn serve(
    listener: TcpListener,
    gate: StartupGate,
    lifecycle: Lifecycle,
    limits: ConnectionLimits,
) -> usize {
    let table = Arc::new(ConnectionTable::default());
    let accept_loop = AcceptLoop {
        listener,
        permits: Arc::new(Semaphore::new(limits.connections_max)),
        per_address: AddressLimit::default(),
        front: Arc::new(FrontState {
            gate,
            limits,
            memory: RequestMemory::new(limits.requests_bytes, Arc::clone(&table)),
            table,
        }),
        phase: watch::Sender::new(DrainPhase::Open),
    };
    let mut early = JoinSet::new();
    loop {
        tokio::select! {
            accepted = accept_loop.accept() => early.spawn(accept_loop.connection(accepted, DrainPhase::Closing).run()),
            Some(_) = early.join_next() => continue,
            () = lifecycle.closing() => break,
        };
    }
    accept_loop.drain(early).await
}

struct Accepted {
    stream: TcpStream,
    peer: SocketAddr,
    permit: ConnectionPermit,
}

/// The permits a connection holds, given back when it ends.
struct ConnectionPermit {
    _global: OwnedSemaphorePermit,
    _slot: AddressSlot,
}

/// What all connections of a listener share.
struct FrontState {
    gate: StartupGate,
    limits: ConnectionLimits,
    table: Arc<ConnectionTable>,
    memory: RequestMemory,
}

struct AcceptLoop {
    listener: TcpListener,
    permits: Arc<Semaphore>,
    per_address: AddressLimit,
    front: Arc<FrontState>,
    phase: watch::Sender<DrainPhase>,
}

impl AcceptLoop {
    /// Ends the connections, closes the port and returns how many connections the deadline cut.
    async fn drain(self, mut early: JoinSet<()>) -> usize {
        let deadline = Instant::now() + self.front.limits.drain;
        let mut late = JoinSet::new();
        self.phase.send_replace(DrainPhase::Closing);
        // The port stays open for as long as a connection from before the order does: until the load balancer has
        // noticed, it still sends requests here, and they are answered rather than refused.
        loop {
            tokio::select! {
                () = sleep_until(deadline) => break,
                ended = early.join_next() => if ended.is_none() { break },
                accepted = self.accept() => {
                    late.spawn(self.connection(accepted, DrainPhase::Last).run());
                }
                Some(_) = late.join_next() => {}
            }
        }
        self.phase.send_replace(DrainPhase::Last);
        // Closed before the last connections are awaited, so that no new one can delay the end.
        drop(self.listener);
        // An error only says that the rest is cut.
        let _ = timeout_at(deadline, async {
            while late.join_next().await.is_some() {}
        })
        .await;
        left(&mut early) + left(&mut late)
    }

    /// Waits for a connection within the limits.
    async fn accept(&self) -> Accepted {
        // Before accepting: beyond the limit, connections wait in the system's backlog.
        let global = self.permit().await;
        loop {
            match self.listener.accept().await {
                Ok((stream, peer)) => {
                    let Some(slot) = self.slot(peer) else {
                        FRONT.refused();
                        tracing::debug!(%peer, "refused a connection: its peer has too many");
                        continue;
                    };
                    let permit = ConnectionPermit {
                        _global: global,
                        _slot: slot,
                    };
                    return Accepted {
                        stream,
                        peer,
                        permit,
                    };
                }
                Err(error) if ended_by_peer(&error) => {}
                Err(error) => {
                    tracing::warn!(error = &error as &dyn Error, "cannot accept connections");
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    /// Waits until one more connection fits the limit. If none ends by itself, those that have waited for their peers
    /// longest do: a health check is let in whatever others do.
    async fn permit(&self) -> OwnedSemaphorePermit {
        loop {
            if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
                return permit;
            }
            self.front.table.evict_idle();
            let given_back = Arc::clone(&self.permits).acquire_owned();
            if let Ok(permit) = timeout(EVICTION_PAUSE, given_back).await {
                return permit.expect("the semaphore is never closed");
            }
        }
    }

    /// Counts a connection of `peer`, unless it has too many already.
    fn slot(&self, peer: SocketAddr) -> Option<AddressSlot> {
        let peer = peer.ip().to_canonical();
        let most = if (self.front.limits.is_proxy)(peer) {
            usize::MAX
        } else {
            self.front.limits.connections_per_peer_max
        };
        self.per_address.take(peer, most, usize::MAX)
    }

    fn connection(&self, accepted: Accepted, leaves_at: DrainPhase) -> HttpConnection {
        HttpConnection {
            accepted,
            front: Arc::clone(&self.front),
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
