//! Every address there is, and what every request passes on its way there.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, RETRY_AFTER,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderValue, Method};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::error::WebError;
use crate::problem::show_problems;
use crate::rate_limit::{LimitClass, RateLimiter, limit};
use crate::routes::{
    api, assets, health, invitation, live, lobby, metrics, phrase, recovery, table,
};
use crate::{
    AppState, StateInner, WebParts, http_metrics, paths, qr_codes, rendering, request, request_id,
    stream_limit,
};

/// Bytes of a request's body at most: the longest form is a chat line.
const BODY_BYTES_MAX: usize = 16 * 1024;
const POLICY: &str = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; \
                      frame-ancestors 'none'; object-src 'none'";

/// Without `includeSubDomains`: other hosts of the domain are not ours.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=15552000");

/// Every address, by the port it is served on.
#[derive(Clone, Debug)]
pub struct Routers {
    /// The routes of players.
    pub players: Router,
    /// Metrics and health, where metrics have a port of their own.
    pub metrics: Option<Router>,
}

/// Every address there is.
pub fn router(parts: WebParts) -> Routers {
    let WebParts {
        tables,
        token_bucket,
        mut registry,
        keys,
        lifecycle,
        random,
        settings,
    } = parts;
    let app = AppState(Arc::new(StateInner {
        limiter: RateLimiter::new(settings.limits, token_bucket, &mut registry),
        tables,
        keys,
        lifecycle,
        random,
        stream_limit: stream_limit::StreamLimit::new(settings.streams_max, &mut registry),
        qr_codes: qr_codes::QrCodes::default(),
        renderings: rendering::Renderings::default(),
        http_metrics: http_metrics::HttpMetrics::register(&mut registry),
        registry,
        settings,
    }));
    let open = pages(&app).merge(api(&app)).merge(health());
    if app.settings.metrics_apart {
        let apart = health().merge(measured());
        return Routers {
            players: guarded(&app, open),
            metrics: Some(guarded(&app, apart)),
        };
    }
    Routers {
        players: guarded(&app, open.merge(measured())),
        metrics: None,
    }
}

/// The addresses of people. Streams and files count towards no limit: the first have one of their own, and the
/// second are the same for everybody and cost nothing.
fn pages(app: &AppState) -> Router<AppState> {
    let ordinary = Router::new()
        .route("/", get(lobby::home))
        .route("/tables", get(lobby::back))
        .route("/join", get(lobby::join_typed))
        .route("/join/{code}", get(lobby::join_page))
        .route("/return", get(recovery::page))
        .route("/t/{table}", get(table::page))
        .route("/t/{table}/play", get(table::back).post(table::play))
        .route("/t/{table}/invitation.svg", get(invitation::drawing))
        .route("/t/{table}/phrase", get(phrase::phrase))
        .route("/t/{table}/chronicle.jsonl", get(table::export));
    let opening = Router::new().route("/tables", post(lobby::open));
    let joining = Router::new()
        .route("/join/{code}", post(lobby::join))
        .route("/return", post(recovery::come_back));
    limited(app, ordinary, opening, joining)
        .route("/t/{table}/live", get(live::page_stream))
        .route("/assets/{name}", get(assets::asset))
}

/// The addresses of programs. Other sites' pages are told of a limit, too: it stands inside of CORS.
fn api(app: &AppState) -> Router<AppState> {
    let ordinary = Router::new()
        .route("/api/codes/{code}", get(api::table_of))
        .route("/api/tables/{table}", get(api::view))
        .route("/api/tables/{table}/phrase", get(phrase::phrase))
        .route("/api/tables/{table}/commands", post(api::play))
        .route("/api/tables/{table}/chronicle", get(table::export));
    let opening = Router::new().route("/api/tables", post(api::open));
    let joining = Router::new().route("/api/tables/{table}/seats", post(api::sit));
    limited(app, ordinary, opening, joining)
        .route("/api/tables/{table}/events", get(live::json_stream))
        // A fallback set later would stand outside of CORS and answer the browser that asks first.
        .method_not_allowed_fallback(async || WebError::WrongMethod)
        .layer(cors(&app.settings.cors_origins))
}

fn limited(
    app: &AppState,
    ordinary: Router<AppState>,
    opening: Router<AppState>,
    joining: Router<AppState>,
) -> Router<AppState> {
    let limit = |class: LimitClass| from_fn_with_state((app.clone(), class), limit);
    ordinary
        .layer(limit(LimitClass::Ordinary))
        .merge(opening.layer(limit(LimitClass::ToOpen)))
        .merge(joining.layer(limit(LimitClass::ToJoin)))
}

fn health() -> Router<AppState> {
    Router::new()
        .route(paths::HEALTH, get(health::health))
        .route(paths::LIVENESS, get(health::live))
        .route(paths::READINESS, get(health::ready))
}

fn measured() -> Router<AppState> {
    Router::new().route(paths::METRICS, get(metrics::metrics))
}

/// Adds what every request passes, from the last of these layers to the first.
fn guarded(app: &AppState, addresses: Router<AppState>) -> Router {
    addresses
        .fallback(async || WebError::NotFound)
        .method_not_allowed_fallback(async || WebError::WrongMethod)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn_with_state(app.clone(), refuse_cross_site))
        .layer(from_fn_with_state(app.clone(), lead_to_tls))
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(from_fn(show_problems))
        .layer(from_fn_with_state(app.clone(), http_metrics::count))
        .layer(fixed(CONTENT_SECURITY_POLICY, POLICY))
        .layer(fixed(X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(X_FRAME_OPTIONS, "DENY"))
        .layer(fixed(REFERRER_POLICY, "same-origin"))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(from_fn_with_state(app.clone(), request_id::adopt))
        .with_state(app.clone())
}

/// Lets other sites' pages use the JSON API where the operator says so: named ones with the seat's cookie, all
/// of them (`*`) only without.
fn cors(origins: &[String]) -> CorsLayer {
    let layer = CorsLayer::new()
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([CONTENT_TYPE])
        .expose_headers([RETRY_AFTER]);
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

/// Answers for a handler that panicked: the process goes on.
fn after_panic(_panic: Box<dyn std::any::Any + Send>) -> Response {
    WebError::Internal("a handler panicked".into()).into_response()
}

/// Redirects requests in clear to TLS where players are served by it; browsers remember it for half a year.
async fn lead_to_tls(State(app): State<AppState>, request: Request, next: Next) -> Response {
    if let Some(address) = request::in_tls(&app, &request) {
        return Redirect::permanent(&address).into_response();
    }
    let secure = request::is_https(&app, request.headers());
    let mut response = next.run(request).await;
    if secure {
        let headers = response.headers_mut();
        headers.insert(STRICT_TRANSPORT_SECURITY, HSTS);
    }
    response
}

/// Refuses changes that other sites' pages send, whatever cookies they bring.
async fn refuse_cross_site(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let changes = request.method() != Method::GET && request.method() != Method::HEAD;
    if changes && request::is_cross_site(&app, request.uri(), request.headers()) {
        return WebError::CrossSite.into_response();
    }
    next.run(request).await
}
