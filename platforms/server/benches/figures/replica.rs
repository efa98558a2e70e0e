//! What playing with a replica costs, beside what its object store takes at least.

use std::convert::Infallible;
use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::sleep;

use crate::common::journal::JournalContents;
use crate::common::server::Setup;
use crate::grown;
use crate::measure::figure;
use crate::options::Options;
use crate::play::{self, Play, PlaySettings, Played};
use crate::puts::{self, Puts};
use crate::report::Report;
use crate::site::{
    Site, forget_snapshots, held, megabytes, metric, replica_health, seconds, sized, start, wipe,
};

/// How often one asks an async replica how far behind it is.
const ASK_EVERY: Duration = Duration::from_millis(100);

/// Prints them all.
pub(crate) async fn figures(site: &Site, options: &Options, report: Report) {
    let puts = puts::measure(site).await;
    report.text(
        &format!("{}: one conditional PUT, p50 and p99", site.name),
        &format!("{:.1} ms, {:.1} ms", puts.p50_ms, puts.p99_ms),
    );
    one_by_one(site, options.seconds, puts, report).await;
    strict(site, options, puts, report).await;
    soon(site, options, report).await;
}

/// Commands of which the next is given when the last is answered.
async fn one_by_one(site: &Site, seconds: u64, puts: Puts, report: Report) {
    let (prefix, what) = ("one-by-one", "strict, one by one");
    let setup = site.setup(prefix);
    let server = start(&setup).await;
    let played = play::one_by_one(server.address, seconds).await;
    server.end().await;
    acknowledged(what, &played, puts, report);
    back(site, &setup, prefix, what, report).await;
}

async fn strict(site: &Site, options: &Options, puts: Puts, report: Report) {
    let setup = site.setup("strict");
    let server = start(&setup).await;
    let play = Play::begin(&[server.address], PlaySettings::unwatched(options.tables)).await;
    let played = play.measure(options.seconds).await;
    play.end().await;
    acknowledged(
        &format!("strict, {} tables", options.tables),
        &played,
        puts,
        report,
    );
    let commands = metric(server.address, "arcane_commands_done_total").await;
    let segments = metric(server.address, "arcane_replica_segments_total").await;
    let bytes = metric(server.address, "arcane_replica_bytes_total").await;
    server.end().await;
    report.text(
        "strict, segments for commands",
        &format!(
            "{segments} for {commands}, {:.1} in each",
            figure(commands) / figure(segments.max(1))
        ),
    );
    volume(site, &setup, bytes, report).await;
    back(site, &setup, "strict", "strict", report).await;
}

async fn soon(site: &Site, options: &Options, report: Report) {
    let setup = site.setup("async").with("REPLICA_ACK", "async");
    let server = start(&setup).await;
    let play = Play::begin(&[server.address], PlaySettings::unwatched(options.tables)).await;
    let mut behind = Behind::default();
    let played = tokio::select! {
        played = play.measure(options.seconds) => played,
        never = behind.watch(server.address) => match never {},
    };
    play.end().await;
    let segments = metric(server.address, "arcane_replica_segments_total").await;
    server.end().await;
    let what = format!("async, {} tables", options.tables);
    told(&what, &played, report);
    report.text("async, segments", &segments.to_string());
    let Behind { records, ms } = behind;
    report.text(
        "async, furthest behind",
        &format!("{ms} ms, {records} records"),
    );
}

/// Prints how commands were answered, and how that compares with a single write.
fn acknowledged(what: &str, played: &Played, puts: Puts, report: Report) {
    told(what, played, report);
    let (p50, p99) = (played.percentile_ms(50), played.percentile_ms(99));
    report.text(
        &format!("{what}, to one PUT"),
        &format!(
            "{:.2} of p50, {:.2} of p99, {:.2} commands in its time",
            p50 / puts.p50_ms,
            p99 / puts.p99_ms,
            played.rate() * puts.p50_ms / 1e3
        ),
    );
}

fn told(what: &str, played: &Played, report: Report) {
    report.text(
        &format!("{what}, commands and p50, p99"),
        &format!(
            "{:.0} /s, {:.1} ms, {:.1} ms",
            played.rate(),
            played.percentile_ms(50),
            played.percentile_ms(99)
        ),
    );
}

/// What was uploaded, and of how much.
async fn volume(site: &Site, setup: &Setup, uploaded: u64, report: Report) {
    let kept = JournalContents::read(&setup.journal()).await;
    let bodies: u64 = kept.records().map(grown::body_bytes).sum();
    let file = fs::metadata(setup.journal()).unwrap().len();
    let bucket = site.bucket("strict").await;
    let (log, snapshots) = (
        held(&bucket, "log/").await,
        held(&bucket, "snapshots/").await,
    );
    report.text(
        "strict, uploaded for records, database",
        &format!(
            "{} for {}, {}; {:.2} of the records",
            megabytes(uploaded),
            megabytes(bodies),
            megabytes(file),
            figure(uploaded) / figure(bodies)
        ),
    );
    report.text(
        "strict, in the bucket",
        &format!("log {}, snapshots {}", sized(log), sized(snapshots)),
    );
}

/// What a machine that was lost after this play takes to come back.
async fn back(site: &Site, setup: &Setup, prefix: &str, what: &str, report: Report) {
    let bucket = site.bucket(prefix).await;
    let log = held(&bucket, "log/").await;
    wipe(setup);
    let server = start(setup).await;
    let from_snapshot = server.ready_in;
    server.kill().await;
    // Without snapshots every single segment is fetched.
    forget_snapshots(&bucket).await;
    wipe(setup);
    let server = start(setup).await;
    let from_segments = server.ready_in;
    server.kill().await;
    let each = from_segments.as_secs_f64() * 1e3 / figure(log.objects.max(1));
    report.text(
        &format!("{what}, disk wiped, ready again"),
        &format!(
            "{}; {} from {} segments only, {each:.1} ms each",
            seconds(from_snapshot),
            seconds(from_segments),
            log.objects
        ),
    );
}

/// The most that an object store was seen behind.
#[derive(Default)]
struct Behind {
    records: u64,
    ms: u64,
}

impl Behind {
    /// Asks how far behind it is, again and again.
    async fn watch(&mut self, server: SocketAddr) -> Infallible {
        loop {
            let replica = replica_health(server).await;
            let seen = |name: &str| replica[name].as_u64().expect("there is a replica");
            self.records = self.records.max(seen("lag_records"));
            self.ms = self.ms.max(seen("lag_ms"));
            sleep(ASK_EVERY).await;
        }
    }
}
