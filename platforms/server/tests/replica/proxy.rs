//! What stands between a server and its object store, and lets go wrong what a test asks for.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::header::IF_NONE_MATCH;
use http::{Method, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use reqwest::Client;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::sleep;

use crate::site::Site;

/// Before a port is taken again that was just let go.
const PAUSE: Duration = Duration::from_millis(20);

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mishap {
    /// It is taken and never answered.
    Hang,
    /// The connection ends before it is carried out.
    CutBefore,
    /// It is carried out, and the connection ends before the answer.
    CutAfter,
    /// It meets another for the same object.
    Conflict,
    /// The store has too much to do.
    SlowDown,
    /// Nobody may do this.
    Denied,
    /// It is carried out whatever its condition.
    Unconditional,
    /// It is carried out after a while.
    Slow(Duration),
}

/// To whom it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    /// To every request.
    All,
    /// To whoever writes records.
    LogWrites,
    /// To whoever reads an object.
    Reads,
}

impl Which {
    fn includes(self, request: &Request<Incoming>) -> bool {
        let in_log = request.uri().path().contains("/log/");
        match self {
            Self::All => true,
            Self::LogWrites => in_log && request.method() == Method::PUT,
            Self::Reads => in_log && request.method() == Method::GET,
        }
    }
}

/// A proxy that passes on what it is asked, unless something is to go wrong.
#[derive(Debug)]
pub(crate) struct Proxy {
    address: SocketAddr,
    mischief: Arc<Mutex<Mischief>>,
    listens: watch::Sender<bool>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Mischief {
    plan: Option<(Which, Mishap)>,
    left: u32,
    met: u32,
}

impl Proxy {
    /// Starts one before a site's store.
    pub(crate) async fn before(site: &Site) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let mischief = Arc::new(Mutex::new(Mischief::default()));
        let way = Arc::new(Way {
            client: Client::builder().no_proxy().build().unwrap(),
            store: site.endpoint(),
            mischief: Arc::clone(&mischief),
        });
        let listens = watch::Sender::new(true);
        let task = tokio::spawn(listen(listener, address, way, listens.subscribe()));
        Self {
            address,
            mischief,
            listens,
            task,
        }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on it happens every time.
    pub(crate) fn always(&self, which: Which, mishap: Mishap) {
        self.plan(which, mishap, u32::MAX);
    }

    /// It happens to the next one.
    pub(crate) fn once(&self, which: Which, mishap: Mishap) {
        self.plan(which, mishap, 1);
    }

    fn plan(&self, which: Which, mishap: Mishap, left: u32) {
        *self.mischief.lock().unwrap() = Mischief {
            plan: Some((which, mishap)),
            left,
            met: 0,
        };
    }

    /// From now on nobody listens here.
    pub(crate) fn refuse(&self) {
        self.listens.send_replace(false);
    }

    /// From now on nothing goes wrong. What hangs, hangs.
    pub(crate) fn behave(&self) {
        self.listens.send_replace(true);
        self.mischief.lock().unwrap().left = 0;
    }

    /// How many requests met with the last mishap.
    pub(crate) fn met(&self) -> u32 {
        self.mischief.lock().unwrap().met
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn listen(
    mut listener: TcpListener,
    address: SocketAddr,
    way: Arc<Way>,
    mut listens: watch::Receiver<bool>,
) {
    loop {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => {
                    let (stream, _) = accepted.unwrap();
                    connections.spawn(serve(stream, Arc::clone(&way)));
                }
                Some(_) = connections.join_next() => {}
                _ = listens.wait_for(|listens| !listens) => break,
            }
        }
        drop((listener, connections));
        if listens.wait_for(|listens| *listens).await.is_err() {
            return;
        }
        listener = loop {
            match TcpListener::bind(address).await {
                Ok(listener) => break listener,
                Err(_) => sleep(PAUSE).await,
            }
        };
    }
}

async fn serve(stream: TcpStream, way: Arc<Way>) {
    let _ = stream.set_nodelay(true);
    let answers = service_fn(move |request| {
        let way = Arc::clone(&way);
        async move { way.answer(request).await }
    });
    // An error says that the other end is gone, or that this one was to go.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), answers)
        .await;
}

/// The way to the store.
struct Way {
    client: Client,
    store: String,
    mischief: Arc<Mutex<Mischief>>,
}

impl Way {
    /// An error ends the connection without an answer.
    async fn answer(&self, mut request: Request<Incoming>) -> io::Result<Response<Full<Bytes>>> {
        match self.next(&request) {
            None => self.pass_on(request).await,
            Some(Mishap::Hang) => std::future::pending().await,
            Some(Mishap::CutBefore) => Err(cut()),
            Some(Mishap::CutAfter) => {
                self.pass_on(request).await?;
                Err(cut())
            }
            Some(Mishap::Conflict) => {
                Ok(refusal(StatusCode::CONFLICT, "ConditionalRequestConflict"))
            }
            Some(Mishap::SlowDown) => Ok(refusal(StatusCode::SERVICE_UNAVAILABLE, "SlowDown")),
            Some(Mishap::Denied) => Ok(refusal(StatusCode::FORBIDDEN, "AccessDenied")),
            Some(Mishap::Unconditional) => {
                request.headers_mut().remove(IF_NONE_MATCH);
                self.pass_on(request).await
            }
            Some(Mishap::Slow(by)) => {
                sleep(by).await;
                self.pass_on(request).await
            }
        }
    }

    fn next(&self, request: &Request<Incoming>) -> Option<Mishap> {
        let mut mischief = self.mischief.lock().unwrap();
        let (which, mishap) = mischief.plan?;
        if mischief.left == 0 || !which.includes(request) {
            return None;
        }
        mischief.left -= 1;
        mischief.met += 1;
        Some(mishap)
    }

    /// With the same headers, or the signature would not fit.
    async fn pass_on(&self, request: Request<Incoming>) -> io::Result<Response<Full<Bytes>>> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        let path = head.uri.path_and_query().unwrap();
        let answer = self
            .client
            .request(head.method, format!("{}{path}", self.store))
            .headers(head.headers)
            .body(body)
            .send()
            .await
            .map_err(io::Error::other)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.bytes().await.map_err(io::Error::other)?;
        let mut response = Response::new(Full::new(body));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response
            .headers_mut()
            .remove(http::header::TRANSFER_ENCODING);
        Ok(response)
    }
}

fn cut() -> io::Error {
    io::Error::other("the connection is cut")
}

fn refusal(status: StatusCode, code: &str) -> Response<Full<Bytes>> {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>as a test wants \
         it</Message></Error>"
    );
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response
}
