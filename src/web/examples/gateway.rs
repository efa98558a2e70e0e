//! A server whose news come by socket, by asking or by stream, with the gateway of its sockets in the same process: what
//! tests in browsers play on.
//!
//! `gateway socket [SECONDS]`, `gateway ask` or `gateway stream` serves tables in memory on a free port of the loopback and prints its
//! address. As API Gateway does, the gateway asks for each message, and ends a socket without a word when it has lasted
//! for SECONDS.

use std::error::Error;
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bus::memory::MemoryBus;
use bus::{Bus, PubSub};
use game::Version;
use http::StatusCode;
use prometheus_client::registry::Registry;
use serde::Deserialize;
use service::{OccupancyLimits, ServiceParts, Tables};
use store::memory::MemoryJournal;
use tokio::net::TcpListener;
use tokio::time::{Instant, sleep_until};
use web::{
    Frame, GuessLimits, Keys, Lifecycle, LifecycleStage, News, Routers, SocketSeat, Sockets,
    WebParts,
};

/// The path at which sockets are opened.
const PATH: &str = "/sockets";
/// How long API Gateway keeps a socket.
const AGE_MAX: Duration = Duration::from_hours(2);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let kind = arguments.next();
    let age = arguments
        .next()
        .map(|seconds| seconds.parse())
        .transpose()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let news = match kind.as_deref() {
        Some("socket") => socket_news(address)?,
        Some("ask") => News::Ask,
        Some("stream") => News::Stream,
        _ => return Err("gateway socket [SECONDS], gateway ask, or gateway stream".into()),
    };
    let bus: Bus = MemoryBus::default().into();
    let routers = routers(&bus, news)?;
    let gateway = Gateway {
        sockets: routers.sockets,
        pubsub: bus.pubsub,
        age: age.map_or(AGE_MAX, Duration::from_secs),
    };
    let sockets = Router::new()
        .route(PATH, get(connect))
        .with_state(gateway)
        .fallback_service(routers.players);
    writeln!(io::stdout(), "{{\"addr\":\"http://{address}\"}}")?;
    Ok(axum::serve(listener, sockets).await?)
}

fn socket_news(address: SocketAddr) -> Result<News, Box<dyn Error>> {
    let url = format!("ws://{address}{PATH}").parse()?;
    Ok(News::Socket { url })
}

/// Every address of a server over a journal in memory.
fn routers(bus: &Bus, news: News) -> Result<Routers, Box<dyn Error>> {
    let parts = ServiceParts {
        journal: Arc::new(MemoryJournal::default()),
        bus: bus.clone(),
        world: Arc::new(world::library()?),
        now_ms,
        random,
        settings: service::Settings {
            occupancy: OccupancyLimits {
                tables_max: 1_000,
                share_percent: 100,
                rests_after_ms: 60_000,
            },
            away_after_ms: 600_000,
            heartbeat_ms: news.heartbeat_ms(),
            retention: None,
            cache_ttl: None,
            background: service::BackgroundWork::Continuous,
            slow_after: None,
        },
    };
    let mut registry = Registry::default();
    let tables = Tables::new(parts, &mut registry);
    let lifecycle = Lifecycle::begin();
    lifecycle.come_to(LifecycleStage::Open);
    let mut secret = [0; 32];
    random(&mut secret);
    Ok(web::router(WebParts {
        tables,
        token_bucket: None,
        registry,
        keys: Keys::derive(&secret),
        lifecycle,
        random,
        settings: web::Settings {
            news,
            streams_max: 1_000,
            guesses: GuessLimits::default(),
            ..web::Settings::default()
        },
    }))
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is a program, and hands the time in"
)]
fn now_ms() -> u64 {
    let time = SystemTime::now().duration_since(UNIX_EPOCH);
    let ms = time.map(|time| time.as_millis());
    ms.ok()
        .and_then(|ms| ms.try_into().ok())
        .unwrap_or_default()
}

fn random(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system gives randomness");
}

/// Holds sockets open.
#[derive(Clone)]
struct Gateway {
    sockets: Sockets,
    pubsub: Arc<dyn PubSub>,
    age: Duration,
}

#[derive(Deserialize)]
struct ConnectQuery {
    ticket: String,
}

/// Opens a socket for whoever has a ticket.
async fn connect(
    State(gateway): State<Gateway>,
    Query(ConnectQuery { ticket }): Query<ConnectQuery>,
    upgrade: WebSocketUpgrade,
) -> Response {
    match gateway.sockets.admit(&ticket) {
        Ok(seat) => upgrade.on_upgrade(|socket| gateway.hold(seat, socket)),
        Err(error) => (StatusCode::FORBIDDEN, error.code()).into_response(),
    }
}

impl Gateway {
    async fn hold(self, seat: SocketSeat, mut socket: WebSocket) {
        let end = Instant::now() + self.age;
        let mut versions = self.pubsub.subscribe(seat.table().as_str());
        loop {
            let frame = tokio::select! {
                message = socket.recv() => match message {
                    Some(Ok(Message::Text(text))) => self.sockets.answer(&seat, &text).await,
                    Some(Ok(_)) => None,
                    Some(Err(_)) | None => return,
                },
                changed = versions.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    let version = Version(*versions.borrow_and_update());
                    self.sockets.news(&seat, version).await
                }
                () = sleep_until(end) => return,
            };
            if let Some(frame) = frame
                && !post(&mut socket, &frame).await
            {
                return;
            }
        }
    }
}

/// Posts a frame. Returns whether the socket goes on.
async fn post(socket: &mut WebSocket, frame: &Frame) -> bool {
    let text = Message::Text(frame.text().into());
    socket.send(text).await.is_ok() && !frame.is_last()
}
