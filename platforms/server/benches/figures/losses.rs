//! What is lost with a machine and how long it takes to come back: strict, async, and Litestream.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use game::CommandId;

use crate::common::fleet::Acknowledged;
use crate::common::journal::JournalContents;
use crate::extent::Extent;
use crate::litestream::{Litestream, Pace};
use crate::play::Play;
use crate::replica::{megabytes, seconds};
use crate::site::{Site, Started, fresh, held, metric, start, wipe};
use crate::{figure, grown, line};

/// Milliseconds in which Litestream looks, and in which it uploads: together the half second of async mode.
const AS_ASYNC_MS: u64 = 250;
/// Parts of the time of play that each loss has.
const LOSSES_IN_PLAY: u64 = 4;

/// A way of keeping the journal off the machine.
#[derive(Clone, Copy, Debug)]
enum Way {
    Replica { ack: &'static str },
    Litestream { pace: Pace },
}

/// What one loss, or several, came to.
#[derive(Default)]
struct Loss {
    acknowledged: u64,
    lost: u64,
    oldest_ms: u64,
    /// Seconds commands were counted for, and how many there were in a second.
    rates: Vec<f64>,
    restores: Vec<Duration>,
    readies: Vec<Duration>,
    put_bytes: u64,
    held_bytes: u64,
    journal_bytes: u64,
}

/// Prints them for each way, of the same play.
pub(crate) async fn figures(site: &Site, extent: &Extent) {
    let ways = [
        ("strict", Way::Replica { ack: "strict" }),
        ("async", Way::Replica { ack: "async" }),
        (
            "Litestream",
            Way::Litestream {
                pace: Pace::Default,
            },
        ),
        (
            "Litestream, 250 ms",
            Way::Litestream {
                pace: Pace::EveryMs(AS_ASYNC_MS),
            },
        ),
    ];
    for (number, (name, way)) in ways.into_iter().enumerate() {
        let mut all = Loss::default();
        for round in 0..extent.losses {
            let prefix = format!("losses-{number}-{round}");
            match way {
                Way::Replica { ack } => replica(site, &prefix, ack, extent, &mut all).await,
                Way::Litestream { pace } => litestream(site, &prefix, pace, extent, &mut all).await,
            }
        }
        all.tell(name, extent.losses);
    }
}

async fn replica(site: &Site, prefix: &str, ack: &str, extent: &Extent, all: &mut Loss) {
    let setup = site.setup(prefix).with("REPLICA_ACK", ack);
    let server = start(&setup).await;
    let play = Play::begin(server.address, extent.tables);
    all.play(&play, extent).await;
    all.put_bytes += metric(server.address, "arcane_replica_bytes_total").await;
    let (told, at_ms) = all.kill(server, play).await;
    let there = JournalContents::read(&setup.journal()).await;
    wipe(&setup);
    all.held_bytes += held(&site.bucket(prefix).await, "").await.bytes;
    let server = start(&setup).await;
    all.restores.push(server.ready_in);
    all.readies.push(server.ready_in);
    server.kill().await;
    all.count(
        &told,
        &there,
        &JournalContents::read(&setup.journal()).await,
        at_ms,
    );
}

async fn litestream(site: &Site, prefix: &str, pace: Pace, extent: &Extent, all: &mut Loss) {
    let setup = fresh();
    let server = start(&setup).await;
    let beside = Litestream::start(site, prefix, &setup.journal(), pace).await;
    let play = Play::begin(server.address, extent.tables);
    all.play(&play, extent).await;
    all.put_bytes += beside.put_bytes().await;
    // The machine is lost with both. Whoever dies first copies nothing more.
    let (copy, (told, at_ms)) = tokio::join!(beside.kill(), all.kill(server, play));
    let there = JournalContents::read(&setup.journal()).await;
    wipe(&setup);
    all.held_bytes += held(&site.bucket(prefix).await, "").await.bytes;
    let restored = copy.restore(&setup.journal()).await;
    let server = start(&setup).await;
    all.restores.push(restored);
    all.readies.push(restored + server.ready_in);
    server.kill().await;
    all.count(
        &told,
        &there,
        &JournalContents::read(&setup.journal()).await,
        at_ms,
    );
}

impl Loss {
    async fn play(&mut self, play: &Play, extent: &Extent) {
        let seconds = extent.seconds.div_ceil(LOSSES_IN_PLAY);
        self.rates.push(play.measure(seconds).await.rate());
    }

    /// Kills a server in the middle of play. Returns what it had acknowledged, and when it died.
    async fn kill(&self, server: Started, play: Play) -> (Vec<Acknowledged>, u64) {
        let at_ms = now_ms();
        server.kill().await;
        (play.told_before_death().await, at_ms)
    }

    /// Counts what was acknowledged and is not restored. Its age is told by the disk that was lost.
    fn count(
        &mut self,
        told: &[Acknowledged],
        there: &JournalContents,
        restored: &JournalContents,
        died_ms: u64,
    ) {
        let decided = times(there);
        let restored = times(restored);
        self.acknowledged += told.len() as u64;
        self.journal_bytes += there.records().map(grown::body_bytes).sum::<u64>();
        for Acknowledged { id, .. } in told {
            if !restored.contains_key(id) {
                self.lost += 1;
                self.oldest_ms = (self.oldest_ms).max(died_ms.saturating_sub(decided[id]));
            }
        }
    }

    fn tell(&mut self, name: &str, losses: u64) {
        let rate = self.rates.iter().sum::<f64>() / figure(losses.max(1));
        line(
            &format!("{name}: commands, {losses} machines lost"),
            &format!(
                "{rate:.0} /s, {} acknowledged, {} lost, the oldest {} ms old",
                self.acknowledged, self.lost, self.oldest_ms
            ),
        );
        line(
            &format!("{name}: restored, ready, median"),
            &format!(
                "{}, {}",
                seconds(median(&mut self.restores)),
                seconds(median(&mut self.readies))
            ),
        );
        line(
            &format!("{name}: uploaded, in the bucket, of records"),
            &format!(
                "{}, {}, {}",
                megabytes(self.put_bytes),
                megabytes(self.held_bytes),
                megabytes(self.journal_bytes)
            ),
        );
    }
}

/// When each command was decided, in milliseconds since the Unix epoch.
fn times(kept: &JournalContents) -> BTreeMap<&CommandId, u64> {
    let times = kept
        .records()
        .map(|record| (&record.command_id, record.at_ms));
    times.collect()
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn now_ms() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(now.as_millis()).unwrap()
}
