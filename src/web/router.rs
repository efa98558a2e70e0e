//! Every address there is, and what every request passes on its way there.

use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Method};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::compression::Compressor;
use crate::error::WebError;
use crate::guard::guard;
use crate::log_throttle::LogThrottle;
use crate::openapi::{self, Operation};
use crate::origin::CorsOrigins;
use crate::rate_limit::{LimitClass, RateLimiter, limit};
use crate::request_id::RequestIds;
use crate::routes::{
    api, art, assets, health, invitation, live, lobby, metrics, news, operator, phrase, recovery,
    reference, root_files, story, table, ticket,
};
use crate::sockets::Sockets;
use crate::{
    AppState, METRICS_PREFIX, StateInner, WebParts, http_metrics, opening_log, paths, qr_codes,
    rendering, stream_limit, stream_metrics,
};

/// Every address, by the port it is served on.
#[derive(Clone, Debug)]
pub struct Routers {
    /// The routes of players.
    pub players: Router,
    /// Metrics and health, where metrics have a port of their own.
    pub metrics: Option<Router>,
    /// The operator's page and API and health, where they have a port of their own.
    pub admin: Option<Router>,
    /// The sockets that a gateway holds open.
    pub sockets: Sockets,
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
    let ours = registry.sub_registry_with_prefix(METRICS_PREFIX);
    let app = AppState(Arc::new(StateInner {
        limiter: RateLimiter::new(settings.limits, settings.guesses, token_bucket, ours),
        opening_log: opening_log::OpeningLog::default(),
        tables,
        lifecycle,
        random,
        request_ids: RequestIds::new(random),
        compressor: Compressor::default(),
        cross_site_log: LogThrottle::default(),
        stream_limit: stream_limit::StreamLimit::new(settings.streams_max, ours),
        stream_metrics: stream_metrics::StreamMetrics::register(ours),
        wrong_token_log: LogThrottle::default(),
        qr_codes: qr_codes::QrCodes::default(),
        renderings: rendering::Renderings::new(&keys),
        content_policy: settings.news.content_policy(),
        http_metrics: http_metrics::HttpMetrics::register(ours, settings.slow_after),
        registry,
        keys,
        settings,
    }));
    let sockets = Sockets::of(&app);
    let mut open = pages(&app).merge(api(&app)).merge(health());
    let mut routers = Routers {
        players: Router::new(),
        metrics: None,
        admin: None,
        sockets,
    };
    if app.settings.metrics_apart {
        routers.metrics = Some(guarded(&app, health().merge(measured())));
    } else {
        open = open.merge(measured());
    }
    match &app.settings.operator {
        Some(operator) if operator.has_own_port => {
            let style = Router::new().route("/assets/{mark}/{name}", get(assets::asset));
            let apart = health().merge(operators()).merge(style);
            routers.admin = Some(guarded(&app, apart));
        }
        Some(_) => open = open.merge(operators()),
        None => {}
    }
    routers.players = guarded(&app, open);
    routers
}

/// The addresses of people. Files count only towards what an address may ask in all: they are the same for everybody and
/// cost nothing.
fn pages(app: &AppState) -> Router<AppState> {
    let ordinary = Router::new()
        .route("/", get(lobby::home))
        .route("/t/", get(lobby::back))
        .route("/tables", get(lobby::back))
        .route("/join", get(lobby::join_typed))
        .route("/join/{code}", get(lobby::join_page))
        .route("/return", get(recovery::page))
        .route("/story/{sealed}", get(story::page))
        .route(paths::REFERENCE, get(reference::page))
        .route("/t/{table}", get(table::page))
        .route("/t/{table}/play", get(table::back).post(table::play))
        .route("/t/{table}/invitation.svg", get(invitation::drawing))
        .route("/t/{table}/live", get(live::page_stream))
        .route("/t/{table}/news", get(news::page))
        .route("/t/{table}/ticket", post(ticket::page))
        .route("/t/{table}/phrase", get(phrase::phrase))
        .route("/t/{table}/tv", get(table::tv))
        .route("/t/{table}/tv/live", get(live::page_stream))
        .route("/t/{table}/tv/news", get(news::page))
        .route("/t/{table}/tv/ticket", post(ticket::page))
        .route("/t/{table}/chronicle.jsonl", get(table::export));
    let opening = Router::new()
        .route("/t/", post(lobby::open))
        // As pages of the release before send it.
        .route("/tables", post(lobby::open));
    let joining = Router::new()
        .route("/join/{code}", post(lobby::join))
        .route("/return", post(recovery::come_back));
    limited(app, ordinary, opening, joining)
        .merge(root_files::routes())
        .route("/assets/{mark}/{name}", get(assets::asset))
        // As pages of the release before name it.
        .route("/assets/{name}", get(assets::unmarked))
        .route("/art/{mark}/{name}", get(art::front))
        .route("/art/{mark}/{quest}/{name}", get(art::plate))
}

/// The addresses of programs. Other sites' pages are told of a limit, too: it stands inside of CORS.
fn api(app: &AppState) -> Router<AppState> {
    let ordinary = Described::default()
        .by(&openapi::FIND, api::table_of)
        .by(&openapi::VIEW, api::view)
        .by(&openapi::EVENTS, live::json_stream)
        .by(&openapi::TICKET, ticket::view)
        .by(&openapi::KEYS, phrase::phrase)
        .by(&openapi::PLAY_COMMAND, api::play)
        .by(&openapi::CHRONICLE, table::export);
    let ordinary = ordinary.0.route(paths::OPENAPI, get(reference::document));
    let opening = Described::default().by(&openapi::OPEN, api::open).0;
    let joining = Described::default()
        .by(&openapi::SIT, api::sit)
        .by(&openapi::COME_BACK, api::come_back)
        .0;
    limited(app, ordinary, opening, joining)
        // A fallback set later would stand outside of CORS and answer the browser that asks first.
        .method_not_allowed_fallback(async || WebError::WrongMethod)
        .layer(cors(&app.settings.cors_origins))
}

/// Addresses of the API, each where its description says it is.
#[derive(Default)]
struct Described(Router<AppState>);

impl Described {
    fn by<H, T>(self, operation: &Operation, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        let method = if operation.method == Method::POST {
            post(handler)
        } else {
            get(handler)
        };
        Self(self.0.route(operation.path, method))
    }
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

/// The addresses of the operator: its page, and its API. Neither is for other sites' pages.
fn operators() -> Router<AppState> {
    Router::new()
        .route("/admin", get(operator::page::tables))
        .route(
            "/admin/sign-in",
            get(operator::page::sign_in_form).post(operator::page::sign_in),
        )
        .route("/admin/sign-out", post(operator::page::sign_out))
        .route(
            "/admin/tables/{table}",
            get(operator::page::table).post(operator::page::operate),
        )
        .route(
            "/admin/tables/{table}/chronicle.jsonl",
            get(operator::chronicle),
        )
        .route("/admin/tables/{table}/look", post(operator::look))
        .route("/admin/api/status", get(operator::status))
        .route("/admin/api/tables", get(operator::tables))
        .route("/admin/api/tables/{table}", get(operator::table))
        .route(
            "/admin/api/tables/{table}/operations",
            post(operator::operate),
        )
        .route(
            "/admin/api/tables/{table}/chronicle",
            get(operator::chronicle),
        )
        .route("/admin/api/tables/{table}/look", post(operator::look))
}

fn measured() -> Router<AppState> {
    Router::new().route(paths::METRICS, get(metrics::metrics))
}

/// Adds what every request passes.
fn guarded(app: &AppState, addresses: Router<AppState>) -> Router {
    addresses
        .fallback(async || WebError::NotFound)
        .method_not_allowed_fallback(async || WebError::WrongMethod)
        .layer(from_fn_with_state(app.clone(), guard))
        .with_state(app.clone())
}

/// Lets other sites' pages use the JSON API where the operator says so: named ones with the seat's cookie, all
/// of them (`*`) only without.
fn cors(origins: &CorsOrigins) -> CorsLayer {
    let layer = CorsLayer::new()
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE])
        .expose_headers([RETRY_AFTER]);
    let CorsOrigins::Listed(origins) = origins else {
        return layer.allow_origin(AllowOrigin::any());
    };
    let listed = origins
        .iter()
        .filter_map(|origin| HeaderValue::try_from(origin.to_string()).ok());
    layer
        .allow_origin(AllowOrigin::list(listed))
        .allow_credentials(true)
}
