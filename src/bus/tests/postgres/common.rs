//! Buses that meet at a `PostgreSQL`.

use async_trait::async_trait;
use bus::Bus;
use bus::conformance::Meeting;
use bus::postgres::{PgBus, PgUrl, Settings, Tls};
use servers::Postgres;

pub(crate) use bus::conformance::{connected, disconnected, receive_each_other, works_by_itself};

/// The database every server has.
pub(crate) const DATABASE: &str = "postgres";
/// A URL at which nobody listens: the port is reserved for that.
pub(crate) const NOWHERE: &str = "postgres://nobody:s3cret@127.0.0.1:1/none";

/// The settings of a group of instances that no other test uses, at a URL.
pub(crate) fn at(url: &str) -> Settings {
    of_group(url, &bus::conformance::new_group())
}

fn of_group(url: &str, prefix: &str) -> Settings {
    Settings {
        url: PgUrl::parse(url).unwrap(),
        tls: Tls::Verify,
        app_name: format!("bus-of-{prefix}"),
        prefix: prefix.to_owned(),
    }
}

/// A bus that is being started.
pub(crate) fn start(settings: &Settings) -> PgBus {
    PgBus::start(settings).unwrap()
}

/// A bus that is connected.
pub(crate) async fn connect(settings: &Settings) -> PgBus {
    let bus = start(settings);
    connected(&bus).await;
    bus
}

/// A server at which buses meet.
pub(crate) enum AtPostgres {
    /// One that tests share.
    Shared(&'static Postgres),
    /// One of the test's own.
    Own(Postgres),
}

impl AtPostgres {
    pub(crate) async fn shared() -> Self {
        Self::Shared(Postgres::shared().await)
    }

    pub(crate) async fn own() -> Self {
        Self::Own(Postgres::new().await)
    }

    fn server(&self) -> &Postgres {
        match self {
            Self::Shared(server) => server,
            Self::Own(server) => server,
        }
    }

    /// Returns what `function` is for each connection of a group, added up.
    async fn of_connections(&self, prefix: &str, function: &str) -> String {
        let name = format!("bus-of-{prefix}");
        let statement = format!(
            "SELECT count({function}) FROM pg_stat_activity WHERE application_name = '{name}'"
        );
        self.server().run(DATABASE, &statement).await
    }
}

#[async_trait]
impl Meeting for AtPostgres {
    async fn start_bus(&self, prefix: &str) -> Bus {
        let url = self.server().url(DATABASE, "sslmode=disable");
        start(&of_group(&url, prefix)).into()
    }

    async fn connections(&self, prefix: &str) -> usize {
        let count = self.of_connections(prefix, "*").await;
        count.parse().unwrap()
    }

    async fn end_connections(&self, prefix: &str) {
        self.of_connections(prefix, "pg_terminate_backend(pid)")
            .await;
    }

    async fn stop_server(&self) {
        self.server().stop().await;
    }

    async fn restart_server(&self) {
        self.server().start().await;
    }

    async fn pause_server(&self) {
        self.server().pause();
    }

    async fn resume_server(&self) {
        self.server().resume();
    }
}
