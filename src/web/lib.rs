//! Pages, live updates, JSON, health and metrics: everything a browser or a program asks for.
//!
//! [`router`] lists every address; platforms receive it and never rebuild it. Nothing leaves a table but
//! through the view of the seat that asks ([`game::Table::view`]). Problems are sentences for people and
//! problem+json with a stable code for programs.

mod answers;
mod error;
mod identity;
mod life;
pub mod pages;
mod request;
mod routes;
mod streams;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use http::{HeaderValue, Method};
use service::Games;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;

use error::WebError;
use routes::returning::Tries;
use routes::{api, assets, gathering, health, live, metrics, returning, table};

pub use identity::Keys;
pub use life::{Life, Stage};

/// Bytes of a request's body at most: the longest form is a chat line.
const BODY_BYTES_MAX: usize = 16 * 1024;
const POLICY: &str = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; \
                      frame-ancestors 'none'; object-src 'none'";

/// What an operator may choose.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Where this server is reached; else each request's own host is believed.
    pub public_url: Option<String>,
    /// Origins of other sites whose pages may use the JSON API.
    pub cors_origins: Vec<String>,
    /// Proxies in front of this server whose word is taken.
    pub trusted_proxy_hops: usize,
    /// Event streams open at once at most.
    pub streams_max: usize,
}

/// What the pages are put together from.
#[derive(Debug)]
pub struct Parts {
    /// The tables.
    pub games: Arc<Games>,
    /// What signs cookies and makes phrases.
    pub keys: Keys,
    /// Where the process stands.
    pub life: Life,
    /// Randomness of the operating system.
    pub random: fn(&mut [u8]),
    /// What an operator may choose.
    pub settings: Settings,
}

/// What every request sees.
#[derive(Clone, Debug)]
pub(crate) struct App(Arc<Shared>);

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) games: Arc<Games>,
    pub(crate) keys: Keys,
    pub(crate) life: Life,
    pub(crate) random: fn(&mut [u8]),
    pub(crate) settings: Settings,
    pub(crate) streams: streams::Streams,
    pub(crate) answers: answers::Answers,
    pub(crate) tries: Tries,
}

impl std::ops::Deref for App {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// Every address there is.
pub fn router(parts: Parts) -> Router {
    let Parts {
        games,
        keys,
        life,
        random,
        settings,
    } = parts;
    let app = App(Arc::new(Shared {
        games,
        keys,
        life,
        random,
        settings,
        streams: streams::Streams::default(),
        answers: answers::Answers::default(),
        tries: Tries::default(),
    }));
    let pages = Router::new()
        .route("/", get(gathering::home))
        .route("/tables", post(gathering::open))
        .route("/join", get(gathering::join_typed))
        .route(
            "/join/{code}",
            get(gathering::join_page).post(gathering::join),
        )
        .route("/return", get(returning::page).post(returning::come_back))
        .route("/t/{table}", get(table::page))
        .route("/t/{table}/play", post(table::play))
        .route("/t/{table}/live", get(live::page_stream))
        .route("/t/{table}/chronicle.jsonl", get(table::export))
        .route("/assets/{name}", get(assets::asset));
    let api = Router::new()
        .route("/api/tables", post(api::open))
        .route("/api/codes/{code}", get(api::table_of))
        .route("/api/tables/{table}", get(api::view))
        .route("/api/tables/{table}/seats", post(api::sit))
        .route("/api/tables/{table}/commands", post(api::play))
        .route("/api/tables/{table}/events", get(live::json_stream))
        .route("/api/tables/{table}/chronicle", get(table::export))
        .layer(cors(&app.settings.cors_origins));
    let operation = Router::new()
        .route("/health", get(health::health))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/metrics", get(metrics::metrics));
    pages
        .merge(api)
        .merge(operation)
        .fallback(async || WebError::NotFound)
        .method_not_allowed_fallback(async || WebError::WrongMethod)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn_with_state(app.clone(), refuse_cross_site))
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(from_fn(error::show_problems))
        .layer(from_fn_with_state(app.clone(), answers::count))
        .layer(fixed(CONTENT_SECURITY_POLICY, POLICY))
        .layer(fixed(X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(X_FRAME_OPTIONS, "DENY"))
        .layer(fixed(REFERRER_POLICY, "same-origin"))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .with_state(app)
}

/// Other sites' pages may use the JSON API where the operator says so: named ones with the seat's cookie,
/// all of them (`*`) only without.
fn cors(origins: &[String]) -> CorsLayer {
    let layer = CorsLayer::new()
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([CONTENT_TYPE]);
    if origins.iter().any(|origin| origin == "*") {
        return layer.allow_origin(AllowOrigin::any());
    }
    let named = origins
        .iter()
        .filter_map(|origin| HeaderValue::from_str(origin).ok());
    layer
        .allow_origin(AllowOrigin::list(named))
        .allow_credentials(true)
}

fn fixed(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

/// A panicking handler is our fault and one request's misfortune.
fn after_panic(_panic: Box<dyn std::any::Any + Send>) -> Response {
    WebError::Internal("a handler panicked".into()).into_response()
}

/// Changes asked for by other sites' pages are refused, whatever cookies they bring.
async fn refuse_cross_site(State(app): State<App>, request: Request, next: Next) -> Response {
    let changes = request.method() != Method::GET && request.method() != Method::HEAD;
    if changes && request::is_cross_site(&app, request.uri(), request.headers()) {
        return WebError::CrossSite.into_response();
    }
    next.run(request).await
}
