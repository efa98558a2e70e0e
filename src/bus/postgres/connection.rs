//! One connection to the database: it listens on the channel and notifies it.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use pg::{MakeRustlsConnect, PgConfigError, PgUrl};
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_postgres::types::Type;
use tokio_postgres::{AsyncMessage, Client, Config};

use super::Settings;
use super::codec::{self, PgMessage};
use super::error::PgLinkError;
use crate::remote::{DriverTask, RemoteState};

/// How long the server may take until a connection is authenticated.
const OPEN_MAX: Duration = Duration::from_secs(5);
/// How long it may take for any statement.
const ANSWER_MAX: Duration = Duration::from_secs(1);

/// Connects to the database.
pub(super) struct PgConnector {
    url: PgUrl,
    config: Config,
    tls: MakeRustlsConnect,
    channel: String,
}

/// A connection. It is closed when this is dropped.
pub(super) struct PgConnection {
    client: Client,
    channel: String,
    /// Drives the connection, and returns what ended it.
    driver: DriverTask<Option<tokio_postgres::Error>>,
    /// The number of the newest probe of this process that came back.
    echoed: watch::Receiver<u64>,
}

impl PgConnector {
    pub(super) fn of(settings: &Settings) -> Result<Self, PgConfigError> {
        let mut config = settings.url.config().clone();
        config.application_name(&settings.app_name);
        config.connect_timeout(OPEN_MAX);
        Ok(Self {
            tls: settings.url.connector(settings.tls)?,
            url: settings.url.clone(),
            config,
            channel: format!("arcane_codex:{}", settings.prefix),
        })
    }

    /// Returns the address without the password.
    pub(super) fn address(&self) -> String {
        self.url.to_string()
    }

    /// Connects. What is received goes to `remote`, once the connection listens.
    pub(super) async fn connect(
        &self,
        remote: &Arc<RemoteState<()>>,
        instance: u64,
    ) -> Result<PgConnection, PgLinkError> {
        let connecting = self.config.connect(self.tls.clone());
        let connected = timeout(OPEN_MAX, connecting).await;
        let (client, mut connection) = connected
            .map_err(|_| PgLinkError::Timeout)?
            .map_err(|error| self.classify(error))?;
        let (sender, echoed) = watch::channel(0);
        let remote = Arc::clone(remote);
        // A task of its own: notifications are received also while no statement is being waited for.
        let driver = tokio::spawn(async move {
            loop {
                match poll_fn(|context| connection.poll_message(context)).await {
                    Some(Ok(AsyncMessage::Notification(notification))) => {
                        for message in codec::decode(notification.payload()) {
                            receive(&remote, instance, &sender, message);
                        }
                    }
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Some(error),
                    None => return None,
                }
            }
        });
        Ok(PgConnection {
            client,
            channel: self.channel.clone(),
            driver: DriverTask(driver),
            echoed,
        })
    }

    /// Tells an error that only an operator can mend from one that may pass.
    fn classify(&self, error: tokio_postgres::Error) -> PgLinkError {
        match pg::connect_advice(&error) {
            Some(why) => PgLinkError::Refused(PgConfigError(format!("{} {why}", self.url))),
            None => PgLinkError::Unreachable(self.url.to_string(), error),
        }
    }
}

fn receive(remote: &RemoteState<()>, instance: u64, echo: &watch::Sender<u64>, message: PgMessage) {
    match message {
        PgMessage::Announcement(it) => remote.local.deliver(&it.topic, it.version),
        PgMessage::Presence(it) => remote.local.record_presence(&it.topic, it.seat, it.at_ms),
        PgMessage::Probe {
            instance: of,
            number,
        } if of == instance => {
            echo.send_replace(number);
        }
        // Another instance tests its own connection.
        PgMessage::Probe { .. } => {}
    }
}

impl PgConnection {
    /// Listens on the channel.
    pub(super) async fn listen(&mut self) -> Result<(), PgLinkError> {
        // LISTEN takes no parameters. A checked prefix needs no escape between quotes.
        let listen = format!("LISTEN \"{}\"", self.channel);
        let listening = timeout(ANSWER_MAX, self.client.batch_execute(&listen)).await;
        self.checked(listening.map_err(|_| PgLinkError::Timeout)?)
            .await
    }

    /// Notifies all listeners of the channel: of all payloads in one transaction, or of none.
    pub(super) async fn notify(&mut self, payloads: &[String]) -> Result<(), PgLinkError> {
        // Not NOTIFY, which takes no parameters; and one statement for all payloads, so one commit.
        let notify = "SELECT count(pg_notify($1, payload)) FROM unnest($2) AS payload";
        let notified = timeout(
            ANSWER_MAX,
            self.client.query_typed(
                notify,
                &[(&self.channel, Type::TEXT), (&payloads, Type::TEXT_ARRAY)],
            ),
        )
        .await;
        self.checked(notified.map_err(|_| PgLinkError::Timeout)?.map(|_| ()))
            .await
    }

    /// Waits until the probe of this number, or a newer one, has come back.
    pub(super) async fn await_echo(&mut self, number: u64) -> Result<(), PgLinkError> {
        let back = self.echoed.wait_for(|echoed| *echoed >= number);
        let back = timeout(ANSWER_MAX, back).await;
        match back.map(|echoed| echoed.is_ok()) {
            Ok(true) => Ok(()),
            Ok(false) => Err(self.ended().await),
            Err(_) => Err(PgLinkError::Unheard),
        }
    }

    /// Waits until the connection has ended, and returns why.
    pub(super) async fn ended(&mut self) -> PgLinkError {
        let driven = (&mut self.driver.0).await;
        PgLinkError::Ended(driven.ok().flatten())
    }

    /// Replaces the error "closed" by what closed the connection, which says more.
    async fn checked(
        &mut self,
        answer: Result<(), tokio_postgres::Error>,
    ) -> Result<(), PgLinkError> {
        match answer {
            Err(error) if error.is_closed() => Err(self.ended().await),
            answer => Ok(answer?),
        }
    }
}
