//! The reverse proxy of a provider: it forwards requests to the process, cuts slow responses and records them.

mod backend;
mod body;
mod command_gate;
mod headers;

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1 as asking;
use hyper::server::conn::http1 as answering;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::{ForwardedHeaders, ProxyTerms};
use body::Watch;

pub(crate) use backend::Backend;
pub use command_gate::CommandGate;

/// How long a process may take until a response begins: Heroku's limit, the shortest of all.
const FIRST_BYTE_MAX: Duration = Duration::from_secs(30);
/// The address the proxy connects from. Its ephemeral ports then never collide with the port of a process.
const PROXY: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 1, 0, 1));

type Body = UnsyncBoxBody<Bytes, io::Error>;

/// A proxy with one address for players who speak TLS and one for those who do not. Both are plain HTTP here: the
/// proxy is where TLS ends.
#[derive(Debug)]
pub struct ProviderProxy {
    shared: Arc<Shared>,
    secure: SocketAddr,
    plain: SocketAddr,
    serving: [JoinHandle<()>; 2],
}

/// One response, from its first byte to its end.
#[derive(Clone, Debug)]
pub struct ProxiedResponse {
    /// The path of the request.
    pub path: String,
    /// The longest time without a byte.
    pub silence: Duration,
    /// The time from its first byte to its end.
    pub lasted: Duration,
    /// Why the proxy cut it, if it did.
    pub cut: Option<&'static str>,
}

#[derive(Debug)]
struct Shared {
    proxy: ProxyTerms,
    target: Mutex<Option<Arc<Backend>>>,
    command_gate: CommandGate,
    numbers: Mutex<Vec<String>>,
    responses: Mutex<Vec<ProxiedResponse>>,
}

impl ProviderProxy {
    /// Starts a proxy without a backend.
    pub(crate) async fn start(proxy: ProxyTerms) -> Self {
        let shared = Arc::new(Shared {
            proxy,
            target: Mutex::default(),
            command_gate: CommandGate::default(),
            numbers: Mutex::default(),
            responses: Mutex::default(),
        });
        let (secure, one) = listen(&shared, "https").await;
        let (plain, other) = listen(&shared, "http").await;
        Self {
            shared,
            secure,
            plain,
            serving: [one, other],
        }
    }

    /// The address for players who speak TLS.
    pub fn secure(&self) -> SocketAddr {
        self.secure
    }

    /// The address for players who do not.
    pub fn plain(&self) -> SocketAddr {
        self.plain
    }

    /// The gate that holds back the commands of a table.
    pub fn command_gate(&self) -> &CommandGate {
        &self.shared.command_gate
    }

    /// The request id it gave last.
    pub fn last_number(&self) -> Option<String> {
        locked(&self.shared.numbers).last().cloned()
    }

    /// Every response that has ended, completely or not.
    pub fn responses(&self) -> Vec<ProxiedResponse> {
        locked(&self.shared.responses).clone()
    }

    /// Sends new requests to this process. Requests in flight stay with the one before.
    pub(crate) fn route(&self, target: Option<&Arc<Backend>>) {
        *locked(&self.shared.target) = target.cloned();
    }
}

impl Drop for ProviderProxy {
    fn drop(&mut self) {
        for serving in &self.serving {
            serving.abort();
        }
    }
}

async fn listen(shared: &Arc<Shared>, scheme: &'static str) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let shared = Arc::clone(shared);
    let serving = tokio::spawn(async move {
        loop {
            let Ok((stream, player)) = listener.accept().await else {
                continue;
            };
            let shared = Arc::clone(&shared);
            let service = service_fn(move |request| {
                let shared = Arc::clone(&shared);
                async move { Ok::<_, Infallible>(shared.pass(request, player.ip(), scheme).await) }
            });
            let serving = answering::Builder::new().serve_connection(TokioIo::new(stream), service);
            // An error says that one of the two ends has gone.
            tokio::spawn(async move { drop(serving.await) });
        }
    });
    (address, serving)
}

impl Shared {
    async fn pass(
        self: Arc<Self>,
        request: Request<Incoming>,
        player: IpAddr,
        scheme: &str,
    ) -> Response<Body> {
        let path = request.uri().path().to_owned();
        let permit = self.command_gate.admit(&path).await;
        let target = locked(&self.target).clone();
        let Some(target) = target else {
            return unavailable("no process");
        };
        let in_hand = target.take_in_hand();
        let from = match self.proxy.headers {
            ForwardedHeaders::Nobodys => player,
            ForwardedHeaders::Herokus | ForwardedHeaders::Amazons | ForwardedHeaders::Googles => {
                PROXY
            }
        };
        let request = self.marked(request, player, scheme);
        let answer = timeout(FIRST_BYTE_MAX, forward(from, target.address(), request)).await;
        let Ok(Ok(answer)) = answer else {
            return unavailable("no answer");
        };
        if answer.status().is_success() {
            self.command_gate.settle(permit);
        }
        let watch = Watch::begin(Arc::clone(&self), path, in_hand);
        answer.map(|body| watch.over(body))
    }

    fn marked(
        &self,
        mut request: Request<Incoming>,
        player: IpAddr,
        scheme: &str,
    ) -> Request<Incoming> {
        let marked = headers::add(self.proxy.headers, request.headers_mut(), player, scheme);
        locked(&self.numbers).extend(marked);
        request
    }
}

async fn forward(
    from: IpAddr,
    to: SocketAddr,
    request: Request<Incoming>,
) -> io::Result<Response<Incoming>> {
    let stream = reach(from, to).await?;
    let (mut sender, connection) = asking::handshake(TokioIo::new(stream))
        .await
        .map_err(io::Error::other)?;
    // An error comes to the answer, too.
    tokio::spawn(async move { drop(connection.await) });
    sender.send_request(request).await.map_err(io::Error::other)
}

async fn reach(from: IpAddr, to: SocketAddr) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    if cfg!(target_os = "linux") {
        socket.bind((from, 0).into())?;
    }
    socket.connect(to).await
}

/// Sends a request to a process directly, as a provider's health checks do.
pub(crate) async fn probe(to: SocketAddr, path: &str) -> io::Result<Response<String>> {
    let stream = reach(PROXY, to).await?;
    let (mut sender, connection) = asking::handshake(TokioIo::new(stream))
        .await
        .map_err(io::Error::other)?;
    tokio::spawn(async move { drop(connection.await) });
    let request = Request::get(path)
        .header("host", "probe")
        .header("accept", "text/plain, */*")
        .body(Full::<Bytes>::default());
    let answer = sender.send_request(request.unwrap()).await;
    let (head, body) = answer.map_err(io::Error::other)?.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let text = String::from_utf8_lossy(&body).into_owned();
    Ok(Response::from_parts(head, text))
}

fn unavailable(why: &'static str) -> Response<Body> {
    let body = Full::from(why).map_err(|never| match never {});
    let mut answer = Response::new(body.boxed_unsync());
    *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    answer
}

fn locked<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap()
}
