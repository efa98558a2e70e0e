//! The function: the application, opened once, and what it does for each invocation.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use axum::Router;
use bus::PublishedVersions;
use dynamo::DynamoTable;
use game::{TableId, Version};
use host::{App, Background, Config, Opening, Progress, storage};
use lambda_runtime::{Context, LambdaEvent, Runtime, service_fn};
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::time::timeout;
use tower::ServiceExt as _;
use tracing::Instrument as _;
use web::{Lifecycle, LifecycleStage};

use crate::event::{EventError, EventKind, SocketEvent};
use crate::http_event::{self, HttpAnswer};
use crate::sockets::{SocketAnswer, SocketGateway};

/// How long before the end of an invocation its answer is given up.
const SPARE: Duration = Duration::from_millis(1_500);
/// How long an invocation may take whose end is not known: as long as API Gateway waits.
const INVOCATION_TIME: Duration = Duration::from_secs(29);
/// How long news are told, and what was begun is ended, after a request.
const FINISH_TIME: Duration = Duration::from_secs(1);

/// The application in an environment.
pub(crate) struct Function {
    players: Router,
    background: Background,
    published: Option<Arc<PublishedVersions>>,
    gateway: Option<SocketGateway>,
}

/// The answer to an event.
#[derive(Serialize)]
#[serde(untagged)]
enum EventAnswer {
    Http(HttpAnswer),
    Socket(SocketAnswer),
    /// A round of the clock has nothing to say.
    Schedule(()),
}

impl Function {
    /// Opens the storage and puts the application together.
    pub(crate) async fn open(config: &Config) -> anyhow::Result<Self> {
        let lifecycle = Lifecycle::begin();
        let table = storage::table(config).await;
        let open = |config, _progress| open_table(config, table.clone());
        let app = App::open(config, None, open, &lifecycle, Progress::default()).await?;
        lifecycle.come_to(LifecycleStage::Open);
        let sockets = app.routers.sockets;
        let gateway = SocketGateway::open(config, table.as_ref(), sockets).await?;
        tracing::info!(
            platform = config.platform.profile.name,
            instance = config.platform.instance,
            sockets = gateway.is_some(),
            "the Codex is open"
        );
        Ok(Self {
            players: app.routers.players,
            background: app.background,
            published: app.published,
            gateway,
        })
    }

    /// Answers one invocation after the other, until the environment ends.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let function = Arc::new(self);
        let handler = service_fn(move |invoked: LambdaEvent<Box<RawValue>>| {
            let function = Arc::clone(&function);
            async move { function.invoke(invoked).await }
        });
        // The lines of the start, while the environment still runs.
        host::flush_log();
        let ended = Runtime::new(handler).run().await;
        ended.map_err(anyhow::Error::from_boxed)
    }

    async fn invoke(
        &self,
        invoked: LambdaEvent<Box<RawValue>>,
    ) -> Result<EventAnswer, lambda_runtime::Error> {
        let (event, context) = invoked.into_parts();
        let span = tracing::error_span!(
            "invocation",
            request_id = context.request_id,
            trace_id = context.xray_trace_id
        );
        let answered = async {
            let answered = self.answer(event.get(), &context).await;
            if let Err(error) = &answered {
                let error: &dyn std::error::Error = error;
                tracing::error!(error, "an invocation failed");
            }
            answered
        };
        let answered = answered.instrument(span).await;
        // After the answer the thread that writes the log may never run again.
        host::flush_log();
        Ok(answered?)
    }

    async fn answer(&self, event: &str, context: &Context) -> Result<EventAnswer, EventError> {
        let kind = EventKind::of(event)?;
        let left = time_left(context);
        let answered = match kind {
            EventKind::Http => {
                let request = http_event::request(event, &context.request_id)?;
                // The router answers every request: it has no error.
                let answer = async {
                    let Ok(response) = self.players.clone().oneshot(request).await;
                    http_event::answer(response).await
                };
                let answer = timeout(left, answer).await;
                EventAnswer::Http(answer.unwrap_or_else(|_| HttpAnswer::late()))
            }
            EventKind::Socket => {
                let event: SocketEvent = serde_json::from_str(event)?;
                let gateway = self.gateway.as_ref().ok_or(EventError::Unknown)?;
                let answer = timeout(left, gateway.answer(&event)).await;
                EventAnswer::Socket(answer.map_err(|_| EventError::Late)?)
            }
            EventKind::Schedule => {
                let round = timeout(left, self.background.round()).await;
                EventAnswer::Schedule(round.map_err(|_| EventError::Late)?)
            }
        };
        self.finish().await;
        Ok(answered)
    }

    /// Tells the news of this invocation, and ends what it has begun.
    async fn finish(&self) {
        let finished = async { tokio::join!(self.tell_news(), self.background.settle()) };
        if timeout(FINISH_TIME, finished).await.is_err() {
            // News are asked for with the next beat; a snapshot is made again; a look is noted with the next.
            tracing::warn!("not all that an invocation has begun was ended in time");
        }
    }

    async fn tell_news(&self) {
        let published = self.published.as_ref().map(|published| published.take());
        let Some((gateway, published)) = self.gateway.as_ref().zip(published) else {
            return;
        };
        for (table, version) in published {
            if let Some(table) = TableId::parse(&table) {
                gateway.tell_news(&table, Version(version)).await;
            }
        }
    }
}

/// Returns how long an invocation may take. An emulator may not say when it ends.
fn time_left(context: &Context) -> Duration {
    let left = context.deadline().duration_since(SystemTime::now());
    left.unwrap_or(INVOCATION_TIME).saturating_sub(SPARE)
}

/// Opens the table that all environments share. Their disks are their own and are gone with them, and what is mounted
/// there is on a network, where no file of a database is safe.
fn open_table(config: Config, table: Option<DynamoTable>) -> Opening {
    Box::pin(async move {
        let table = table.context(
            "DYNAMODB_TABLE: must be set on AWS Lambda, where environments share no disk",
        )?;
        let opened = storage::in_table(&config, table).await;
        opened.context("cannot open the journal")
    })
}
