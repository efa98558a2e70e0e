//! An HTTP client with cookies that repeats a request until a server can answer it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use reqwest::cookie::{CookieStore as _, Jar};
use reqwest::header::HeaderMap;
use reqwest::{Certificate, Client, Method, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::direct::DirectClient;
use crate::server::PATIENCE;

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(5);
/// How long a stream is read at most.
const STREAM_MAX: Duration = Duration::from_hours(1);
/// The local address of the first client.
const FIRST_ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
/// The number of local addresses.
const ADDRESSES: u64 = 1 << 16;

/// The addresses of servers that share their tables. Clones follow when they change.
#[derive(Clone, Debug)]
pub struct ServerAddresses {
    base_urls: watch::Sender<Vec<String>>,
    /// The only certificate that is trusted, where the servers speak TLS.
    certificate: Option<Certificate>,
}

impl ServerAddresses {
    /// One server.
    pub fn new(server: SocketAddr) -> Self {
        Self::among(&[server])
    }

    /// Several servers: each request goes to the next one.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub fn among(servers: &[SocketAddr]) -> Self {
        assert!(!servers.is_empty(), "there is a server to ask");
        Self {
            base_urls: watch::Sender::new(servers.iter().map(base_url).collect()),
            certificate: None,
        }
    }

    /// What a proxy stands before that speaks TLS, as `https://localhost:8443`.
    pub fn behind(base_url: &str, certificate: Certificate) -> Self {
        Self {
            base_urls: watch::Sender::new(vec![base_url.to_owned()]),
            certificate: Some(certificate),
        }
    }

    /// Sends every clone to another server, requests in flight included.
    pub fn move_to(&self, server: SocketAddr) {
        self.base_urls.send_replace(vec![base_url(&server)]);
    }

    fn at(&self, turn: usize) -> String {
        let servers = self.base_urls.borrow();
        servers[turn % servers.len()].clone()
    }
}

/// A client with its own cookies.
#[derive(Clone, Debug)]
pub struct HttpClient {
    client: Client,
    /// What asks instead, where a bench wants a client that costs little.
    direct: Option<Arc<DirectClient>>,
    jar: Arc<Jar>,
    server: ServerAddresses,
    /// The number of requests it has sent; it chooses the server of the next.
    turn: Arc<AtomicUsize>,
}

/// A response, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub text: String,
    /// Time from the request to the end of the response, without the tries before.
    pub took: Duration,
}

impl Answer {
    /// Deserialises the body.
    pub fn read<T: DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// A field of a body that is an object.
    pub fn field(&self, name: &str) -> Value {
        self.read::<Value>()[name].take()
    }
}

impl HttpClient {
    /// A client of one server.
    pub fn new(server: SocketAddr) -> Self {
        Self::of(ServerAddresses::new(server))
    }

    /// A client of servers that may move.
    pub fn of(server: ServerAddresses) -> Self {
        Self::numbered(server, 0)
    }

    /// One of many: each number has a local address of its own, where the system allows it.
    pub fn numbered(server: ServerAddresses, number: u64) -> Self {
        let jar = Arc::new(Jar::default());
        // While the server is down, the system may take its free port for our own end of a connection, and
        // then the server cannot come back. From another address our ends are never in its way.
        let own = cfg!(target_os = "linux") && server.certificate.is_none();
        let from = own.then(|| IpAddr::V4(address(number)));
        let client = Client::builder()
            .cookie_provider(Arc::clone(&jar))
            .local_address(from)
            // To load the system's certificate authorities for each of hundreds of clients takes long.
            .tls_certs_only(server.certificate.clone())
            .timeout(PATIENCE)
            .build()
            .unwrap();
        Self {
            client,
            direct: None,
            jar,
            server,
            turn: Arc::default(),
        }
    }

    /// One of many that costs little CPU: requests go over connections of its own. It does not follow servers that
    /// move, and opens no streams.
    pub fn direct(servers: &[SocketAddr], number: u64) -> Self {
        // One client for all: it is never asked, and making hundreds of them takes long.
        static NEVER_ASKED: LazyLock<Client> = LazyLock::new(Client::new);
        Self {
            client: NEVER_ASKED.clone(),
            direct: Some(Arc::new(DirectClient::new(servers, address(number)))),
            jar: Arc::default(),
            server: ServerAddresses::among(servers),
            turn: Arc::default(),
        }
    }

    /// Has the next request go to a server by its place in the list, counted on from the last to the first.
    pub fn turn_to(&self, turn: usize) {
        self.turn.store(turn, Ordering::Relaxed);
    }

    /// What a browser would send as its cookies.
    pub fn cookies(&self) -> String {
        if let Some(direct) = &self.direct {
            return direct.cookies();
        }
        let home = self.server.at(0);
        let cookies = self.jar.cookies(&home.parse().unwrap());
        cookies
            .map(|cookies| cookies.to_str().unwrap().to_owned())
            .unwrap_or_default()
    }

    /// Gets a page or JSON until a server that can answer does.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, None).await
    }

    /// Posts JSON until a server that can answer does.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask(Method::POST, path, Some(body)).await
    }

    /// Asks again and again, the same every time, until a server that can answer does.
    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let began = Instant::now();
        if let Some(direct) = &self.direct {
            loop {
                match direct.ask(&method, path, body).await {
                    Ok(answer) if !is_passing(answer.status) => return answer,
                    tried => assert!(began.elapsed() < PATIENCE, "{method} {path}: {tried:?}"),
                }
                sleep(PAUSE).await;
            }
        }
        let mut moves = self.server.base_urls.subscribe();
        loop {
            let tried = tokio::select! {
                tried = self.ask_once(method.clone(), path, body) => tried,
                // The sender lives in self.
                _ = moves.changed() => continue,
            };
            match tried {
                Ok(answer) if !is_passing(answer.status) => return answer,
                tried => assert!(began.elapsed() < PATIENCE, "{method} {path}: {tried:?}"),
            }
            sleep(PAUSE).await;
        }
    }

    /// Asks once, and takes whatever comes of it.
    pub async fn ask_once(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> reqwest::Result<Answer> {
        let began = Instant::now();
        let mut request = self.client.request(method, self.url(path));
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await?;
        let took = began.elapsed();
        Ok(Answer {
            status,
            headers,
            text,
            took,
        })
    }

    /// Opens a stream that goes on.
    pub async fn open(&self, path: &str) -> Response {
        self.try_open(path).await.unwrap()
    }

    /// Opens a stream that goes on, if somebody is there who answers.
    pub async fn try_open(&self, path: &str) -> reqwest::Result<Response> {
        let request = self.client.get(self.url(path)).timeout(STREAM_MAX);
        request.send().await
    }

    /// The address of a path at the server whose turn it is.
    fn url(&self, path: &str) -> String {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        format!("{}{path}", self.server.at(turn))
    }
}

fn base_url(server: &SocketAddr) -> String {
    format!("http://{server}")
}

/// The local address of a client, by number.
pub fn address(number: u64) -> Ipv4Addr {
    let number = u32::try_from(number % ADDRESSES).unwrap_or_default();
    Ipv4Addr::from_bits(FIRST_ADDRESS.to_bits() + number)
}

/// Whether the same request may succeed in a moment.
fn is_passing(status: StatusCode) -> bool {
    status == StatusCode::BAD_GATEWAY || status == StatusCode::SERVICE_UNAVAILABLE
}
