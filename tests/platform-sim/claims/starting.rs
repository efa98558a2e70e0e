//! A start that has much to bring back first.

use std::time::{Duration, Instant};

use bots::server::PATIENCE;
use hyper::header::RETRY_AFTER;
use hyper::{Response, StatusCode};
use tokio::time::sleep;

use super::say;
use crate::proxy::probe;
use crate::{PlatformTerms, Simulator, grown};

/// How long it may take until the port answers.
const PORT_MAX: Duration = Duration::from_secs(2);
/// Bytes of records that come back.
const JOURNAL_MIN: u64 = 50_000_000;
const PAUSE: Duration = Duration::from_millis(5);

/// The port answers at once and says that it is not ready, to probes and to people, until it is.
pub async fn the_port_answers_in_time_while_fifty_megabytes_come_back(terms: PlatformTerms) {
    let records = fill(&terms).await;
    let mut simulator = Simulator::idle(terms).await;
    let life = simulator.launch();
    let began = life.began;
    let mut bound = None;
    let mut unready = 0;
    loop {
        let log = life.process.log();
        assert!(began.elapsed() < PATIENCE, "never ready: {log:#?}");
        let Ok(told) = probe(life.address(), "/health/ready").await else {
            assert!(bound.is_none(), "the port is closed again: {log:#?}");
            sleep(PAUSE).await;
            continue;
        };
        bound.get_or_insert_with(|| began.elapsed());
        if told.status() == StatusCode::OK {
            break;
        }
        is_honest(&told);
        unready += 1;
        let alive = probe(life.address(), "/health/live").await.unwrap();
        assert_eq!(alive.status(), StatusCode::OK, "{alive:?}");
        // Whichever of the two is asked first may be asked before the door opens, and the other after it.
        let page = probe(life.address(), "/").await.unwrap();
        assert!(page.status() == StatusCode::OK || page.body().contains("Opening the Codex"));
        sleep(PAUSE).await;
    }
    let (bound, ready) = (bound.unwrap_or_default(), began.elapsed());
    let figures = probe(life.address(), "/metrics").await.unwrap();
    let position = format!("arcane_replica_position {records}");
    let whole = figures.body().lines().any(|line| line == position);
    assert!(whole, "{position} is not in {}", figures.body());
    assert!(bound <= PORT_MAX, "the port answered after {bound:?}");
    assert!(unready > 0, "it was ready at once");
    say(&format!(
        "start: port after {} ms, {unready} times not ready, ready after {} ms",
        bound.as_millis(),
        ready.as_millis()
    ));
}

fn is_honest(told: &Response<String>) {
    assert_eq!(told.status(), StatusCode::SERVICE_UNAVAILABLE, "{told:?}");
    assert!(told.headers().contains_key(RETRY_AFTER), "{told:?}");
}

/// Gives the replica a journal to bring back, and returns its number of records.
async fn fill(terms: &PlatformTerms) -> u64 {
    let setup = terms.setup();
    let journal = setup.folder().join("grown.db");
    let began = Instant::now();
    let records = grown::grow(&journal, JOURNAL_MIN).await;
    let grown = began.elapsed();
    let server = setup.with("DB_PATH", &journal.display()).start().await;
    let uploaded = server.started_in();
    server.kill().await;
    say(&format!(
        "{records} records made in {} ms, kept in {} ms",
        grown.as_millis(),
        uploaded.as_millis()
    ));
    records
}
