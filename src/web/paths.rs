//! Addresses that are known outside of the router, too.

/// The health of every part, for people.
pub const HEALTH: &str = "/health";
/// Liveness: whether the process answers at all.
pub const LIVENESS: &str = "/health/live";
/// Readiness: whether commands are taken.
pub const READINESS: &str = "/health/ready";
/// Metrics in Prometheus' text format.
pub const METRICS: &str = "/metrics";
/// The reference of the JSON API, for people.
pub(crate) const REFERENCE: &str = "/api";
/// The description of the JSON API, for programs.
pub(crate) const OPENAPI: &str = "/api/openapi.json";
/// What every address of the JSON API begins with.
pub(crate) const API: &str = "/api/";

/// The operator's page, and what its addresses begin with.
pub const ADMIN: &str = "/admin";
/// What every address of the operator's API begins with.
pub(crate) const ADMIN_API: &str = "/admin/api/";

/// Whether a path belongs to the JSON API of players, to which pages of other sites may be invited.
pub(crate) fn is_api(path: &str) -> bool {
    path.starts_with(API)
}

/// Whether a path is one of programs, who read JSON.
pub(crate) fn is_for_programs(path: &str) -> bool {
    is_api(path) || path.starts_with(ADMIN_API)
}

/// Whether a path is one by which a process is judged: who is not answered there is restarted, or gets no requests.
pub(crate) fn is_vital(path: &str) -> bool {
    path == LIVENESS || path == READINESS
}

/// Whether a path is one of probes and scrapers.
pub(crate) fn is_probe(path: &str) -> bool {
    path.starts_with(HEALTH) || path.starts_with(METRICS)
}
