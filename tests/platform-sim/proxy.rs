//! What stands between players and a process, and keeps what it sees.

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

use crate::{Headers, Router};
use body::Watch;

pub(crate) use backend::Backend;
pub use command_gate::Curtain;

/// How long a process may take until an answer begins. Heroku's, and nobody's is shorter.
const FIRST_BYTE_MAX: Duration = Duration::from_secs(30);
/// From where a router reaches a process. Our ends are then in no port's way that a process may be given.
const ROUTER: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 1, 0, 1));

type Body = UnsyncBoxBody<Bytes, io::Error>;

/// A router of one provider, with an address for players who speak TLS and one for those who do not. What is
/// spoken here is plain in both: the router ends TLS.
#[derive(Debug)]
pub struct Front {
    shared: Arc<Shared>,
    secure: SocketAddr,
    plain: SocketAddr,
    serving: [JoinHandle<()>; 2],
}

/// How an answer went.
#[derive(Clone, Debug)]
pub struct Passed {
    /// What was asked for.
    pub path: String,
    /// The longest time nothing came.
    pub silence: Duration,
    /// Its whole time.
    pub lasted: Duration,
    /// Why the router cut it, if it did.
    pub cut: Option<&'static str>,
}

#[derive(Debug)]
struct Shared {
    router: Router,
    target: Mutex<Option<Arc<Backend>>>,
    curtain: Curtain,
    numbers: Mutex<Vec<String>>,
    passed: Mutex<Vec<Passed>>,
}

impl Front {
    /// Starts a router that has nobody to send requests to.
    pub(crate) async fn start(router: Router) -> Self {
        let shared = Arc::new(Shared {
            router,
            target: Mutex::default(),
            curtain: Curtain::default(),
            numbers: Mutex::default(),
            passed: Mutex::default(),
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

    /// Where players reach it who speak TLS.
    pub fn secure(&self) -> SocketAddr {
        self.secure
    }

    /// Where those do who do not.
    pub fn plain(&self) -> SocketAddr {
        self.plain
    }

    /// Holds up the commands of a table.
    pub fn curtain(&self) -> &Curtain {
        &self.shared.curtain
    }

    /// The number it gave to the last request that it numbered.
    pub fn last_number(&self) -> Option<String> {
        locked(&self.shared.numbers).last().cloned()
    }

    /// Every answer that has come to its end, in whatever way.
    pub fn passed(&self) -> Vec<Passed> {
        locked(&self.shared.passed).clone()
    }

    /// Sends requests to a process from now on. What another has in hand stays with it.
    pub(crate) fn route(&self, target: Option<&Arc<Backend>>) {
        *locked(&self.shared.target) = target.cloned();
    }
}

impl Drop for Front {
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
        let permit = self.curtain.admit(&path).await;
        let target = locked(&self.target).clone();
        let Some(target) = target else {
            return unavailable("no process");
        };
        let in_hand = target.take_in_hand();
        let from = match self.router.headers {
            Headers::Nobodys => player,
            Headers::Herokus | Headers::Amazons | Headers::Googles => ROUTER,
        };
        let request = self.marked(request, player, scheme);
        let answer = timeout(FIRST_BYTE_MAX, forward(from, target.address(), request)).await;
        let Ok(Ok(answer)) = answer else {
            return unavailable("no answer");
        };
        if answer.status().is_success() {
            self.curtain.settle(permit);
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
        let marked = headers::add(self.router.headers, request.headers_mut(), player, scheme);
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

/// Asks a process itself, past the router, as a provider's own probes do.
pub(crate) async fn probe(to: SocketAddr, path: &str) -> io::Result<Response<String>> {
    let stream = reach(ROUTER, to).await?;
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
