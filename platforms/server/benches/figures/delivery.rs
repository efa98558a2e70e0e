//! How soon the other seats of a table are shown what one of them did.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use game::Command;
use reqwest::Response;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use crate::common::bot::Bot;
use crate::common::fleet::BotFleet;
use crate::common::server::PATIENCE;
use crate::common::streams::Stream;

/// Tables that are watched at the most, one after the other.
const TABLES: usize = 4;
/// Beside a full fleet a line takes a hundred times as long: after this no further table is begun.
const TIME: Duration = Duration::from_secs(20);
/// Seats that watch one that speaks.
const OTHERS: usize = 2;
/// Lines at each: fewer than a seat may say in one scene.
const LINES: usize = 100;

/// Has one seat of a table speak, and notes how long after the sending each other seat is shown it. Where there are
/// several servers, each line is sent to another than the one before.
pub(crate) async fn measure(servers: &[SocketAddr]) -> Vec<Duration> {
    // The numbers of a fleet's commands are nobody else's.
    static FLEETS: AtomicU64 = AtomicU64::new(1_000);
    let mut took = Vec::with_capacity(TABLES * LINES * OTHERS);
    let late = Instant::now() + TIME;
    for _ in (0..TABLES).take_while(|number| *number == 0 || Instant::now() < late) {
        let seed = FLEETS.fetch_add(1, Ordering::Relaxed);
        let fleet = BotFleet::among(servers, seed, Duration::ZERO);
        let mut host = Bot::open(&fleet).await;
        let table = host.table().clone();
        let mut shown = Vec::new();
        for _ in 0..OTHERS {
            let seat = Bot::sit(&fleet, &table).await;
            let path = format!("/api/tables/{table}/events");
            shown.push(follow(seat.client().open(&path).await));
        }
        for shown in &mut shown {
            let first = timeout(PATIENCE, shown.wait_for(|version| *version > 0));
            first.await.unwrap().unwrap();
        }
        for number in 0..LINES {
            let text = format!("line {number}");
            let before: Vec<u64> = shown.iter().map(|shown| *shown.borrow()).collect();
            let began = Instant::now();
            let command = Command::Say { text };
            let (_, waits) = tokio::join!(host.play(&command), waits(&mut shown, &before, began));
            took.extend(waits);
        }
    }
    took
}

/// Waits until each seat is shown more than before, and says how long that took.
async fn waits(
    shown: &mut [watch::Receiver<u64>],
    before: &[u64],
    began: Instant,
) -> Vec<Duration> {
    let waits = shown.iter_mut().zip(before).map(async |(shown, before)| {
        let more = shown.wait_for(|version| version > before);
        timeout(PATIENCE, more).await.unwrap().unwrap();
        began.elapsed()
    });
    futures_util::future::join_all(waits).await
}

/// Follows an event stream: the newest version it has shown.
fn follow(response: Response) -> watch::Receiver<u64> {
    let (shown, newest) = watch::channel(0);
    tokio::spawn(async move {
        let mut stream = Stream::of(response);
        while let Some(event) = stream.next().await {
            shown.send_if_modified(|newest| {
                let version = event.id.unwrap_or(0);
                let newer = version > *newest;
                *newest = version.max(*newest);
                newer
            });
        }
    });
    newest
}
