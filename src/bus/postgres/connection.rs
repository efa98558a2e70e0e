//! One connection to the database, and what is heard through it.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use pg::{MakeRustlsConnect, PgUrl};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::types::Type;
use tokio_postgres::{AsyncMessage, Client, Config};

use super::codec::{self, Told};
use super::error::{Away, Unfit};
use super::{PgConfigError, Settings};
use crate::remote::Remote;

/// How long the server may take until it has let us in.
const OPEN_MAX: Duration = Duration::from_secs(5);
/// How long it may take for anything else.
const ANSWER_MAX: Duration = Duration::from_secs(1);

/// Where the instances meet.
pub(super) struct Place {
    url: PgUrl,
    config: Config,
    tls: MakeRustlsConnect,
    channel: String,
}

/// A connection. It ends with this.
pub(super) struct Connection {
    client: Client,
    channel: String,
    /// What drives it; it ends with why.
    driver: Driver,
    /// The number of the last probe of ours that came back.
    heard: watch::Receiver<u64>,
}

struct Driver(JoinHandle<Option<tokio_postgres::Error>>);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Place {
    pub(super) fn of(settings: &Settings) -> Result<Self, Unfit> {
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

    pub(super) fn name(&self) -> String {
        self.url.to_string()
    }

    /// Connects. What is heard is passed on, as soon as somebody listens.
    pub(super) async fn open(
        &self,
        remote: &Arc<Remote<()>>,
        instance: u64,
    ) -> Result<Connection, Away> {
        let connecting = self.config.connect(self.tls.clone());
        let connected = timeout(OPEN_MAX, connecting).await;
        let (client, mut connection) = connected
            .map_err(|_| Away::Slow)?
            .map_err(|error| self.judged(error))?;
        let (sender, heard) = watch::channel(0);
        let remote = Arc::clone(remote);
        let driver = tokio::spawn(async move {
            loop {
                match poll_fn(|context| connection.poll_message(context)).await {
                    Some(Ok(AsyncMessage::Notification(notification))) => {
                        for told in codec::read(notification.payload()) {
                            hear(&remote, instance, &sender, told);
                        }
                    }
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Some(error),
                    None => return None,
                }
            }
        });
        Ok(Connection {
            client,
            channel: self.channel.clone(),
            driver: Driver(driver),
            heard,
        })
    }

    fn judged(&self, error: tokio_postgres::Error) -> Away {
        match pg::connect_advice(&error) {
            Some(why) => Away::Refused(PgConfigError(format!("{} {why}", self.url))),
            None => Away::Unreached(self.url.to_string(), error),
        }
    }
}

fn hear(remote: &Remote<()>, instance: u64, ours: &watch::Sender<u64>, told: Told) {
    match told {
        Told::News(news) => remote.local.tell(&news.topic, news.version),
        Told::Note(note) => remote.local.see(&note.topic, note.seat, note.at_ms),
        Told::Probe {
            instance: of,
            number,
        } if of == instance => {
            ours.send_replace(number);
        }
        Told::Probe { .. } => {}
    }
}

impl Connection {
    pub(super) async fn listen(&mut self) -> Result<(), Away> {
        // The letters of a prefix need no escape.
        let listen = format!("LISTEN \"{}\"", self.channel);
        let listening = timeout(ANSWER_MAX, self.client.batch_execute(&listen)).await;
        self.answered(listening.map_err(|_| Away::Slow)?).await
    }

    /// Tells everybody who listens: all of it in one step, or nothing.
    pub(super) async fn tell(&mut self, payloads: &[String]) -> Result<(), Away> {
        let notify = "SELECT count(pg_notify($1, payload)) FROM unnest($2) AS payload";
        let told = timeout(
            ANSWER_MAX,
            self.client.query_typed(
                notify,
                &[(&self.channel, Type::TEXT), (&payloads, Type::TEXT_ARRAY)],
            ),
        )
        .await;
        self.answered(told.map_err(|_| Away::Slow)?.map(|_| ()))
            .await
    }

    /// Waits until a probe has come back.
    pub(super) async fn hears(&mut self, number: u64) -> Result<(), Away> {
        let back = self.heard.wait_for(|heard| *heard >= number);
        let back = timeout(ANSWER_MAX, back).await;
        match back.map(|heard| heard.is_ok()) {
            Ok(true) => Ok(()),
            Ok(false) => Err(self.ended().await),
            Err(_) => Err(Away::Unheard),
        }
    }

    /// Waits until the connection is none any more.
    pub(super) async fn ended(&mut self) -> Away {
        let driven = (&mut self.driver.0).await;
        Away::Ended(driven.ok().flatten())
    }

    /// What ended the connection says more than that it is closed.
    async fn answered(&mut self, answer: Result<(), tokio_postgres::Error>) -> Result<(), Away> {
        match answer {
            Err(error) if error.is_closed() => Err(self.ended().await),
            answer => Ok(answer?),
        }
    }
}
