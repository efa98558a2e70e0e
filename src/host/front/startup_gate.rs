//! The startup gate: answers with a waiting page until the application is open, then forwards to its router.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::Request;
use store::Progress;
use tower::ServiceExt as _;
use web::{StartupProgress, startup_answer};

/// A service that is bound to the port before there is a router. Clones share one router.
#[derive(Clone, Debug, Default)]
pub struct StartupGate {
    router: Arc<OnceLock<Router>>,
    progress: Progress,
}

impl StartupGate {
    /// Forwards requests to `router` from now on. Only the first call has an effect.
    pub fn open(&self, router: Router) {
        // An error only says that the gate is open already.
        let _ = self.router.set(router);
    }

    /// Returns the progress of the start, which the waiting page shows.
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// Answers one request.
    pub(crate) async fn answer(&self, request: Request<Body>) -> Result<Response, Infallible> {
        if let Some(router) = self.router.get() {
            return router.clone().oneshot(request).await;
        }
        let progress = StartupProgress {
            percent: self.progress.share(),
            line: self.progress.line(),
        };
        Ok(startup_answer(&request, &progress))
    }
}
