//! One instance against three: commands a second, and how soon the other seats are shown one.

use std::net::SocketAddr;
use std::time::Duration;

use servers::{Postgres, Redis};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::common::server::{Server, Setup};
use crate::delivery;
use crate::extent::Extent;
use crate::line;
use crate::play::{Play, percentile_ms};
use crate::site::fresh;

/// Round trips a figure is taken of.
const TRIPS: usize = 2_000;
/// Instances, at most.
const MANY: usize = 3;

/// Where all instances keep their tables.
enum Store {
    /// A database.
    Database(&'static Postgres),
    /// One file of one machine.
    File,
}

/// Prints the figures of both stores.
pub(crate) async fn figures(extent: &Extent) {
    let redis = Redis::plain().await;
    let postgres = Postgres::shared().await;
    trips("Redis, a round trip", redis_trips(&redis).await);
    trips("PostgreSQL, a round trip", postgres_trips(postgres).await);
    for store in [Store::Database(postgres), Store::File] {
        let mut rates = Vec::new();
        for count in [1, MANY] {
            rates.push(figures_of(&store, &redis, count, extent).await);
        }
        let name = store.name();
        line(
            &format!("{name}: three instances to one"),
            &format!("{:.2} of its commands", rates[1] / rates[0]),
        );
    }
}

/// Prints the figures of so many instances, and returns their commands a second.
async fn figures_of(store: &Store, redis: &Redis, count: usize, extent: &Extent) -> f64 {
    let setup = store.setup(redis, count).await;
    let mut servers = Vec::new();
    for _ in 0..count {
        servers.push(setup.start().await);
    }
    let addresses: Vec<SocketAddr> = servers.iter().map(Server::address).collect();
    let name = format!("{}, {count} of them", store.name());

    let idle = delivery::measure(&addresses).await;
    let play = Play::among(&addresses, extent.tables);
    let played = play.measure(extent.seconds).await;
    let busy = delivery::measure(&addresses).await;
    play.end().await;
    for server in servers {
        server.hurry();
        server.ended().await;
    }
    line(
        &format!("{name}: durable commands, {} tables", extent.tables),
        &format!("{:.0} /s", played.rate()),
    );
    let took = |percent| played.percentile_ms(percent);
    line(
        &format!("{name}: acknowledged, p50 and p99"),
        &format!("{:.1} ms, {:.1} ms", took(50), took(99)),
    );
    trips(&format!("{name}: shown to others"), idle);
    trips(&format!("{name}: the same beside the play"), busy);
    played.rate()
}

impl Store {
    fn name(&self) -> &'static str {
        match self {
            Self::Database(_) => "PostgreSQL",
            Self::File => "one SQLite file",
        }
    }

    /// What every instance of a group is set to.
    async fn setup(&self, redis: &Redis, count: usize) -> Setup {
        let setup = fresh()
            .with("REDIS_URL", &redis.url())
            .with("REDIS_PREFIX", &format!("{}-{count}", self.word()));
        match self {
            Self::Database(postgres) => {
                let database = postgres.make_database().await;
                setup.with("DATABASE_URL", &postgres.url(&database, ""))
            }
            Self::File => setup,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Database(_) => "database",
            Self::File => "file",
        }
    }
}

async fn redis_trips(redis: &Redis) -> Vec<Duration> {
    let mut stream = TcpStream::connect(("127.0.0.1", redis.port()))
        .await
        .unwrap();
    stream.set_nodelay(true).unwrap();
    let mut ask = async |words: String, answer: &str| {
        stream.write_all(words.as_bytes()).await.unwrap();
        let mut told = vec![0; answer.len()];
        stream.read_exact(&mut told).await.unwrap();
        assert_eq!(told, answer.as_bytes());
    };
    ask(format!("AUTH {}\r\n", redis.password()), "+OK\r\n").await;
    let mut trips = Vec::with_capacity(TRIPS);
    for _ in 0..TRIPS {
        let began = Instant::now();
        ask("PING\r\n".to_owned(), "+PONG\r\n").await;
        trips.push(began.elapsed());
    }
    trips
}

async fn postgres_trips(postgres: &Postgres) -> Vec<Duration> {
    let database = postgres.make_database().await;
    let url = postgres.url(&database, "");
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls)
        .await
        .unwrap();
    let connection = tokio::spawn(connection);
    let one = client.prepare("select 1").await.unwrap();
    let mut trips = Vec::with_capacity(TRIPS);
    for _ in 0..TRIPS {
        let began = Instant::now();
        client.query_one(&one, &[]).await.unwrap();
        trips.push(began.elapsed());
    }
    connection.abort();
    trips
}

fn trips(what: &str, mut took: Vec<Duration>) {
    took.sort_unstable();
    let (p50, p99) = (percentile_ms(&took, 50), percentile_ms(&took, 99));
    line(
        &format!("{what}, p50 and p99"),
        &format!("{p50:.2} ms, {p99:.2} ms"),
    );
}
