//! One connection to the master, and finding the master behind sentinels or in a cluster.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, ErrorKind, ProtocolVersion, PushInfo, RedisConnectionInfo, RedisError,
    ServerErrorKind, Value, cmd,
};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use super::error::RedisLinkError;
use super::url::{RedisServer, RedisUrl, Topology};
use crate::remote::DriverTask;

/// How long one server may take until a connection to it is authenticated.
const OPEN_MAX: Duration = Duration::from_secs(2);
/// How many redirections of a cluster are followed.
const REDIRECTS_MAX: usize = 4;

/// Called with each message that the server pushes.
pub(super) type PushHandler = Arc<dyn Fn(PushInfo) + Send + Sync>;

/// Finds the master and connects to it.
pub(super) struct RedisConnector {
    url: RedisUrl,
    tls: Option<TlsConnector>,
    /// A key in the hash slot of all our keys, by which a cluster tells which server has them.
    key: String,
    /// The index of the server that answered last time: it is tried first.
    first: AtomicUsize,
}

/// A connection for requests and pushed messages. It is closed with its last clone.
#[derive(Clone)]
pub(super) struct RedisConnection {
    pub(super) server: RedisServer,
    pub(super) multiplexed: MultiplexedConnection,
    _driver: Arc<DriverTask<()>>,
}

impl RedisConnector {
    pub(super) fn new(url: RedisUrl, tls: Option<TlsConnector>, key: String) -> Self {
        Self {
            url,
            tls,
            key,
            first: AtomicUsize::new(0),
        }
    }

    pub(super) fn is_cluster(&self) -> bool {
        matches!(self.url.topology, Topology::Cluster)
    }

    /// Connects to the current master.
    ///
    /// # Errors
    ///
    /// That of the last server tried, when none of the URL leads to a master.
    pub(super) async fn connect(
        &self,
        on_push: &PushHandler,
    ) -> Result<RedisConnection, RedisLinkError> {
        // All servers in turn, beginning with the one that worked last: after an outage the first of the URL may be the
        // one that is gone.
        let servers = &self.url.servers;
        let first = self.first.load(Ordering::Relaxed);
        let mut failed = RedisLinkError::Untried;
        for index in (0..servers.len()).map(|step| (first + step) % servers.len()) {
            match self.connect_by(&servers[index], on_push).await {
                Ok(connection) => {
                    self.first.store(index, Ordering::Relaxed);
                    return Ok(connection);
                }
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }

    async fn connect_by(
        &self,
        server: &RedisServer,
        on_push: &PushHandler,
    ) -> Result<RedisConnection, RedisLinkError> {
        let connection = match &self.url.topology {
            Topology::Single { .. } => self.open(server, on_push).await?,
            Topology::Sentinel { master } => {
                self.open(&self.find_master(server, master).await?, on_push)
                    .await?
            }
            Topology::Cluster => return self.follow_redirects(server, on_push).await,
        };
        // A sentinel may name a server that was demoted a moment ago. The probe finds that out before anything is sent.
        self.probe(&connection).await?;
        Ok(connection)
    }

    /// Asks a sentinel for the address of the master.
    async fn find_master(
        &self,
        sentinel: &RedisServer,
        master: &str,
    ) -> Result<RedisServer, RedisLinkError> {
        // Sentinels may want the password of the servers, or none; sent to one that wants none it is an error.
        let mut opened = self
            .open_as(sentinel, self.info(ProtocolVersion::RESP2), None)
            .await;
        if matches!(
            opened,
            Err(RedisLinkError::Redis(_) | RedisLinkError::Refused { .. })
        ) {
            opened = self
                .open_as(sentinel, RedisConnectionInfo::default(), None)
                .await;
        }
        let mut connection = opened?;
        let mut request = cmd("SENTINEL");
        request.arg("GET-MASTER-ADDR-BY-NAME").arg(master);
        let answer = timeout(OPEN_MAX, request.query_async(&mut connection.multiplexed)).await;
        let answer: Option<(String, u16)> = answer.map_err(|_| RedisLinkError::Timeout)??;
        let (host, port) = answer.ok_or(RedisLinkError::UnknownMaster)?;
        Ok(RedisServer { host, port })
    }

    /// Follows the redirections of a cluster to the server that has our keys.
    async fn follow_redirects(
        &self,
        first: &RedisServer,
        on_push: &PushHandler,
    ) -> Result<RedisConnection, RedisLinkError> {
        let mut server = first.clone();
        for _ in 0..REDIRECTS_MAX {
            let connection = self.open(&server, on_push).await?;
            match self.probe(&connection).await {
                Err(RedisLinkError::Redis(error)) => {
                    server = redirected(&error, &server).ok_or(RedisLinkError::Redis(error))?;
                }
                Err(error) => return Err(error),
                Ok(()) => return Ok(connection),
            }
        }
        Err(RedisLinkError::TooManyRedirects)
    }

    /// Checks that a connection answers, and that its server is still the master of our keys.
    pub(super) async fn probe(&self, connection: &RedisConnection) -> Result<(), RedisLinkError> {
        // The cheapest request that tells what each topology can do wrong: be gone, be demoted, or have no slot of ours,
        // as a node of a cluster that is named like a single server.
        let request = match self.url.topology {
            Topology::Sentinel { .. } => cmd("ROLE"),
            Topology::Single { .. } | Topology::Cluster => {
                let mut exists = cmd("EXISTS");
                exists.arg(&self.key);
                exists
            }
        };
        let mut multiplexed = connection.multiplexed.clone();
        let answer = timeout(OPEN_MAX, request.query_async(&mut multiplexed)).await;
        match (
            &self.url.topology,
            answer.map_err(|_| RedisLinkError::Timeout)?,
        ) {
            (Topology::Sentinel { .. }, Ok(Value::Array(role))) if !is_master(&role) => {
                Err(RedisLinkError::Demoted(connection.server.to_string()))
            }
            (_, Ok(_)) => Ok(()),
            // The slot is migrating to another server, and still here.
            (_, Err(error)) if error.kind() == ErrorKind::Server(ServerErrorKind::Ask) => Ok(()),
            // Not a fault yet where it is followed.
            (Topology::Cluster, Err(error))
                if error.kind() == ErrorKind::Server(ServerErrorKind::Moved) =>
            {
                Err(RedisLinkError::Redis(error))
            }
            (_, Err(error)) => Err(RedisLinkError::of(error, &connection.server)),
        }
    }

    async fn open(
        &self,
        server: &RedisServer,
        on_push: &PushHandler,
    ) -> Result<RedisConnection, RedisLinkError> {
        let info = self.info(ProtocolVersion::RESP3);
        let info = match self.url.topology {
            Topology::Single { database } => info.set_db(i64::from(database)),
            Topology::Sentinel { .. } | Topology::Cluster => info,
        };
        self.open_as(server, info, Some(on_push)).await
    }

    async fn open_as(
        &self,
        server: &RedisServer,
        info: RedisConnectionInfo,
        on_push: Option<&PushHandler>,
    ) -> Result<RedisConnection, RedisLinkError> {
        let opened = timeout(OPEN_MAX, self.try_open(server, &info, on_push)).await;
        opened.unwrap_or(Err(RedisLinkError::Timeout))
    }

    async fn try_open(
        &self,
        server: &RedisServer,
        info: &RedisConnectionInfo,
        on_push: Option<&PushHandler>,
    ) -> Result<RedisConnection, RedisLinkError> {
        let unreachable = |error| RedisLinkError::Unreachable(server.to_string(), error);
        let refused = |error| RedisLinkError::of(error, server);
        // The callers have stricter limits of their own.
        let mut config = AsyncConnectionConfig::new().set_response_timeout(None);
        if let Some(on_push) = on_push.cloned() {
            config = config.set_push_sender(move |push| {
                on_push(push);
                Ok::<_, RedisError>(())
            });
        }
        // Connected here and not by the driver, whose own connecting knows neither this TLS configuration nor this
        // timeout.
        let tcp = TcpStream::connect((server.host.as_str(), server.port)).await;
        let tcp = tcp.map_err(unreachable)?;
        // A request is one small write. Nagle's algorithm would hold it back until the answer to the one before.
        tcp.set_nodelay(true).map_err(unreachable)?;
        // Both arms spawn their driver, because its type differs with the stream.
        let opened = match &self.tls {
            None => {
                let made = MultiplexedConnection::new_with_config(info, tcp, config).await;
                let made = made.map_err(refused)?;
                (made.0, tokio::spawn(made.1))
            }
            Some(tls) => {
                let name = ServerName::try_from(server.host.clone());
                let name = name.map_err(|_| RedisLinkError::NoServerName(server.to_string()))?;
                let stream = tls.connect(name, tcp).await;
                let stream = stream.map_err(|error| RedisLinkError::of_tls(error, server))?;
                let made = MultiplexedConnection::new_with_config(info, stream, config).await;
                let made = made.map_err(refused)?;
                (made.0, tokio::spawn(made.1))
            }
        };
        Ok(RedisConnection {
            server: server.clone(),
            multiplexed: opened.0,
            _driver: Arc::new(DriverTask(opened.1)),
        })
    }

    fn info(&self, protocol: ProtocolVersion) -> RedisConnectionInfo {
        let info = RedisConnectionInfo::default().set_protocol(protocol);
        match &self.url.password {
            None => info,
            // With its name given, the default user may send a password also to a server that has set none.
            Some(password) => info
                .set_username(self.url.user.as_deref().unwrap_or("default"))
                .set_password(&password.0),
        }
    }
}

fn is_master(role: &[Value]) -> bool {
    matches!(role.first(), Some(Value::BulkString(word)) if word == b"master")
}

/// Returns the server that `MOVED 3999 host:port` names; a missing host is that of the server asked.
fn redirected(error: &RedisError, asked: &RedisServer) -> Option<RedisServer> {
    let (address, _slot) = error.redirect_node()?;
    let (host, port) = address.rsplit_once(':')?;
    let host = if host.is_empty() { &asked.host } else { host };
    let port = port.parse().ok()?;
    Some(RedisServer {
        host: host.trim_matches(['[', ']']).to_owned(),
        port,
    })
}
