//! One connection to the Redis that leads now, and finding it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, ErrorKind, ProtocolVersion, PushInfo, RedisConnectionInfo, RedisError,
    ServerErrorKind, Value, cmd,
};
use tokio::net::TcpStream;
use tokio::task::AbortHandle;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use super::error::Away;
use super::url::{Address, Kind, Server};

/// How long one server may take until it has let us in.
const OPEN_MAX: Duration = Duration::from_secs(2);
/// How often a cluster may send us on.
const HOPS_MAX: usize = 4;

/// What a server says unasked.
pub(super) type Heard = Arc<dyn Fn(PushInfo) + Send + Sync>;

/// Finds the server that leads, and connects to it.
pub(super) struct Finder {
    address: Address,
    tls: Option<TlsConnector>,
    /// A key that lives where all of ours live.
    key: String,
    /// The server that knew best last time is asked first.
    first: AtomicUsize,
}

/// A connection, for commands and for what is heard. It ends with its last clone.
#[derive(Clone)]
pub(super) struct Connection {
    pub(super) server: Server,
    pub(super) multiplexed: MultiplexedConnection,
    _driver: Arc<Driver>,
}

struct Driver(AbortHandle);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Finder {
    pub(super) fn new(address: Address, tls: Option<TlsConnector>, key: String) -> Self {
        Self {
            address,
            tls,
            key,
            first: AtomicUsize::new(0),
        }
    }

    pub(super) fn is_cluster(&self) -> bool {
        matches!(self.address.kind, Kind::Cluster)
    }

    /// Connects to the server that leads now.
    pub(super) async fn find(&self, heard: &Heard) -> Result<Connection, Away> {
        let servers = &self.address.servers;
        let first = self.first.load(Ordering::Relaxed);
        let mut away = Away::Untried;
        for index in (0..servers.len()).map(|step| (first + step) % servers.len()) {
            match self.find_by(&servers[index], heard).await {
                Ok(connection) => {
                    self.first.store(index, Ordering::Relaxed);
                    return Ok(connection);
                }
                Err(error) => away = error,
            }
        }
        Err(away)
    }

    async fn find_by(&self, server: &Server, heard: &Heard) -> Result<Connection, Away> {
        let connection = match &self.address.kind {
            Kind::Single { .. } => self.open(server, heard).await?,
            Kind::Sentinel { master } => self.open(&self.ask(server, master).await?, heard).await?,
            Kind::Cluster => return self.follow(server, heard).await,
        };
        self.beat(&connection).await?;
        Ok(connection)
    }

    /// Asks a sentinel.
    async fn ask(&self, sentinel: &Server, master: &str) -> Result<Server, Away> {
        // Whoever says its password to the servers may have to say it to the sentinels, or must not.
        let mut asked = self
            .open_as(sentinel, self.info(ProtocolVersion::RESP2), None)
            .await;
        if matches!(asked, Err(Away::Refused(_))) {
            asked = self
                .open_as(sentinel, RedisConnectionInfo::default(), None)
                .await;
        }
        let mut connection = asked?;
        let mut question = cmd("SENTINEL");
        question.arg("GET-MASTER-ADDR-BY-NAME").arg(master);
        let answer = timeout(OPEN_MAX, question.query_async(&mut connection.multiplexed)).await;
        let answer: Option<(String, u16)> = answer.map_err(|_| Away::Slow)??;
        let (host, port) = answer.ok_or(Away::NoMaster)?;
        Ok(Server { host, port })
    }

    /// Goes where a cluster sends us, until there is the server that has our keys.
    async fn follow(&self, first: &Server, heard: &Heard) -> Result<Connection, Away> {
        let mut server = first.clone();
        for _ in 0..HOPS_MAX {
            let connection = self.open(&server, heard).await?;
            match self.beat(&connection).await {
                Err(Away::Refused(error)) => {
                    server = moved(&error, &server).ok_or(Away::Refused(error))?;
                }
                Err(away) => return Err(away),
                Ok(()) => return Ok(connection),
            }
        }
        Err(Away::Wandering)
    }

    /// Checks that a connection lives, and that its server is still the one that leads.
    pub(super) async fn beat(&self, connection: &Connection) -> Result<(), Away> {
        let question = match self.address.kind {
            Kind::Single { .. } => cmd("PING"),
            Kind::Sentinel { .. } => cmd("ROLE"),
            Kind::Cluster => {
                let mut exists = cmd("EXISTS");
                exists.arg(&self.key);
                exists
            }
        };
        let mut multiplexed = connection.multiplexed.clone();
        let answer = timeout(OPEN_MAX, question.query_async(&mut multiplexed)).await;
        match (&self.address.kind, answer.map_err(|_| Away::Slow)?) {
            (Kind::Sentinel { .. }, Ok(Value::Array(role))) if !is_master(&role) => {
                Err(Away::Demoted(connection.server.to_string()))
            }
            (_, Ok(_)) => Ok(()),
            // The slot is on its way to another server, and still here.
            (_, Err(error)) if error.kind() == ErrorKind::Server(ServerErrorKind::Ask) => Ok(()),
            (_, Err(error)) => Err(error.into()),
        }
    }

    async fn open(&self, server: &Server, heard: &Heard) -> Result<Connection, Away> {
        let info = self.info(ProtocolVersion::RESP3);
        let info = match self.address.kind {
            Kind::Single { database } => info.set_db(i64::from(database)),
            Kind::Sentinel { .. } | Kind::Cluster => info,
        };
        self.open_as(server, info, Some(heard)).await
    }

    async fn open_as(
        &self,
        server: &Server,
        info: RedisConnectionInfo,
        heard: Option<&Heard>,
    ) -> Result<Connection, Away> {
        let opened = timeout(OPEN_MAX, self.try_open(server, &info, heard)).await;
        opened.unwrap_or(Err(Away::Slow))
    }

    async fn try_open(
        &self,
        server: &Server,
        info: &RedisConnectionInfo,
        heard: Option<&Heard>,
    ) -> Result<Connection, Away> {
        let unreached = |error| Away::Unreached(server.to_string(), error);
        // What waits has limits of its own, stricter ones.
        let mut config = AsyncConnectionConfig::new().set_response_timeout(None);
        if let Some(heard) = heard.cloned() {
            config = config.set_push_sender(move |push| {
                heard(push);
                Ok::<_, RedisError>(())
            });
        }
        let tcp = TcpStream::connect((server.host.as_str(), server.port)).await;
        let tcp = tcp.map_err(unreached)?;
        tcp.set_nodelay(true).map_err(unreached)?;
        let opened = match &self.tls {
            None => {
                let made = MultiplexedConnection::new_with_config(info, tcp, config).await?;
                (made.0, tokio::spawn(made.1))
            }
            Some(tls) => {
                let name = ServerName::try_from(server.host.clone());
                let name = name.map_err(|_| Away::Nameless(server.to_string()))?;
                let stream = tls.connect(name, tcp).await.map_err(unreached)?;
                let made = MultiplexedConnection::new_with_config(info, stream, config).await?;
                (made.0, tokio::spawn(made.1))
            }
        };
        Ok(Connection {
            server: server.clone(),
            multiplexed: opened.0,
            _driver: Arc::new(Driver(opened.1.abort_handle())),
        })
    }

    fn info(&self, protocol: ProtocolVersion) -> RedisConnectionInfo {
        let info = RedisConnectionInfo::default().set_protocol(protocol);
        match &self.address.password {
            None => info,
            // Named, the user who is there by default may also say a password that nobody asks for.
            Some(password) => info
                .set_username(self.address.user.as_deref().unwrap_or("default"))
                .set_password(&password.0),
        }
    }
}

fn is_master(role: &[Value]) -> bool {
    matches!(role.first(), Some(Value::BulkString(word)) if word == b"master")
}

/// Where `MOVED 3999 host:port` sends; a missing host is the one that was asked.
fn moved(error: &RedisError, asked: &Server) -> Option<Server> {
    let (address, _slot) = error.redirect_node()?;
    let (host, port) = address.rsplit_once(':')?;
    let host = if host.is_empty() { &asked.host } else { host };
    let port = port.parse().ok()?;
    Some(Server {
        host: host.trim_matches(['[', ']']).to_owned(),
        port,
    })
}
