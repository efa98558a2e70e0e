//! Buses that meet at a `PostgreSQL`.

use std::sync::atomic::{AtomicU32, Ordering};

use bus::postgres::{PgBus, PgUrl, Settings, Tls};
use servers::Postgres;

pub(crate) use crate::meeting::{
    PATIENCE, away, connected, goes_on_by_itself, hear_each_other, until,
};

/// The database every server has.
pub(crate) const DATABASE: &str = "postgres";

/// A group of instances nobody else is in, at a server.
pub(crate) fn group(server: &Postgres) -> Settings {
    at(&server.url(DATABASE, "sslmode=disable"))
}

/// A group of instances nobody else is in, at a URL.
pub(crate) fn at(url: &str) -> Settings {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let prefix = format!("group-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    Settings {
        url: PgUrl::parse(url).unwrap(),
        tls: Tls::Verify,
        app_name: format!("bus-of-{prefix}"),
        prefix,
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

/// How many connections a group has.
pub(crate) async fn connections(server: &Postgres, group: &Settings) -> String {
    let name = &group.app_name;
    let count = format!("SELECT count(*) FROM pg_stat_activity WHERE application_name = '{name}'");
    server.run(DATABASE, &count).await
}
