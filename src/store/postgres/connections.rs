//! The connections to the database.

use std::time::Duration;

use deadpool_postgres::{
    Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime, Timeouts,
    Transaction,
};
use retry::Backoff;
use tokio::time::{sleep, timeout};
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};

use super::{PgUrl, Sessions, Settings, errors, unavailable};
use crate::{Readers, StoreError};

/// The pauses before a statement is repeated that collided with another writer's. Where a role's transactions are
/// serialisable, those who open tables at once collide again and again unless they draw apart.
const COLLIDED: Backoff = Backoff::new(Duration::from_millis(2), Duration::from_millis(100));

/// A value for a statement, and its type.
pub(super) type Value<'a> = (&'a (dyn ToSql + Sync), Type);

pub(super) struct Connections {
    pool: Pool,
    url: PgUrl,
    patience: Duration,
    sessions: Sessions,
}

impl Connections {
    /// Connects to nothing yet.
    pub(super) fn new(settings: &Settings) -> Result<Self, StoreError> {
        let url = settings.url.clone();
        let mut config = url.config().clone();
        config.application_name(&settings.app_name);
        config.connect_timeout(settings.timeout);
        config.tcp_user_timeout(settings.timeout);
        if settings.sessions == Sessions::Own {
            config.options(limited(config.get_options(), settings.timeout));
        }
        let manager = Manager::from_config(
            config,
            url.connector(settings.tls)?,
            ManagerConfig {
                recycling_method: RecyclingMethod::Fast,
            },
        );
        let pool = Pool::builder(manager)
            .max_size(settings.pool.max(1))
            .timeouts(Timeouts {
                wait: Some(settings.timeout),
                create: Some(settings.timeout),
                recycle: Some(settings.timeout),
            })
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(unavailable)?;
        Ok(Self {
            pool,
            url,
            patience: settings.timeout,
            sessions: settings.sessions,
        })
    }

    pub(super) fn url(&self) -> &PgUrl {
        &self.url
    }

    /// Runs one statement, in one round trip, or two where it is prepared first.
    pub(super) async fn ask(
        &self,
        statement: &str,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, StoreError> {
        let answer = timeout(self.patience, self.ask_anew(statement, values)).await;
        let answer = answer.map_err(unavailable)?;
        answer.map_err(|error| errors::judge(&self.url, error))
    }

    /// Runs `work`, which is more than one statement, in a transaction on one connection.
    pub(super) async fn transact<T>(
        &self,
        work: impl AsyncFnOnce(&Transaction<'_>) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T, StoreError> {
        let work = async |transaction: &Transaction<'_>| {
            let done = work(transaction).await;
            done.map_err(|error| self.judge(error))
        };
        timeout(self.patience, self.transact_at_length(work))
            .await
            .map_err(unavailable)?
    }

    /// Has work done that may take long, each of its statements as long as a statement may.
    pub(super) async fn transact_at_length<T>(
        &self,
        work: impl AsyncFnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let judge = |error| errors::judge(&self.url, error);
        let mut lease = PooledClient(Some(self.pool.get().await.map_err(judge)?));
        let client = lease.client().map_err(judge)?;
        let begun = client.transaction().await;
        let transaction = begun.map_err(|error| self.judge(error))?;
        let done = work(&transaction).await?;
        let committed = transaction.commit().await;
        committed.map_err(|error| self.judge(error))?;
        lease.give_back();
        Ok(done)
    }

    /// Sorts an error of the driver.
    pub(super) fn judge(&self, error: tokio_postgres::Error) -> StoreError {
        errors::judge(&self.url, PoolError::Backend(error))
    }

    pub(super) fn count(&self) -> Readers {
        let status = self.pool.status();
        Readers {
            size: status.max_size,
            active: status.size.saturating_sub(status.available),
        }
    }

    pub(super) fn close(&self) {
        self.pool.close();
    }

    /// Repeats a statement that collides with another writer's. The caller's patience is the end of it.
    async fn ask_anew(&self, statement: &str, values: &[Value<'_>]) -> Result<Vec<Row>, PoolError> {
        let mut backoff = COLLIDED;
        loop {
            match self.ask_once(statement, values).await {
                Err(error) if errors::is_collision(&error) => {
                    sleep(backoff.next_jittered()).await;
                }
                answer => return answer,
            }
        }
    }

    async fn ask_once(&self, statement: &str, values: &[Value<'_>]) -> Result<Vec<Row>, PoolError> {
        let mut lease = PooledClient(Some(self.pool.get().await?));
        let answer = self.query(lease.client()?, statement, values).await;
        if answer.as_ref().map_or_else(errors::is_still_good, |_| true) {
            lease.give_back();
        }
        Ok(answer?)
    }

    async fn query(
        &self,
        client: &Object,
        statement: &str,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, tokio_postgres::Error> {
        if self.sessions == Sessions::Lent {
            return client.query_typed(statement, values).await;
        }
        let (values, types): (Vec<_>, Vec<_>) = values.iter().cloned().unzip();
        let prepared = client.prepare_typed_cached(statement, &types).await?;
        client.query(&prepared, &values).await
    }
}

/// A pooled connection that is closed unless it is given back: the next user must not read the answer to a
/// statement that was abandoned.
struct PooledClient(Option<Object>);

impl PooledClient {
    fn client(&mut self) -> Result<&mut Object, PoolError> {
        self.0.as_mut().ok_or(PoolError::Closed)
    }

    fn give_back(mut self) {
        drop(self.0.take());
    }
}

impl Drop for PooledClient {
    fn drop(&mut self) {
        // Dropped outside of its pool, it is closed.
        drop(self.0.take().map(Object::take));
    }
}

/// The settings of a session by which the server itself gives up, besides those the URL has.
fn limited(options: Option<&str>, limit: Duration) -> String {
    let limit_ms = limit.as_millis().max(1);
    let limits = [
        "statement_timeout",
        "lock_timeout",
        "idle_in_transaction_session_timeout",
    ]
    .map(|name| format!("-c {name}={limit_ms}"))
    .join(" ");
    // The URL's come last, and win.
    format!("{limits} {}", options.unwrap_or_default())
}
