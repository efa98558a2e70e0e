//! How long a server takes to be ready: on its disk, and on an empty one.

use std::fs;
use std::time::Duration;

use bucket::s3::S3Bucket;

use crate::common::server::Setup;
use crate::grown::{self, Grown};
use crate::measure::figure;
use crate::report::Report;
use crate::site::{
    SNAPSHOTS, Site, forget_snapshots, held, megabytes, metric, seconds, sized, start, wipe,
};

/// Starts of each kind, of which the median is told.
const STARTS: usize = 3;

/// Prints them for a journal of so many megabytes of records.
pub(crate) async fn figures(site: &Site, size_mb: u64, report: Report) {
    let prefix = format!("restore-{size_mb}");
    // A small journal has too few records for a snapshot to be due before its time.
    let setup = site.setup(&prefix).with("REPLICA_SNAPSHOT_MINUTES", &1);
    let grown = grown::grow(&setup.journal(), size_mb * 1_000_000).await;
    let file = fs::metadata(setup.journal()).unwrap().len();
    report.text(
        &format!("{size_mb} MB: the journal"),
        &format!(
            "{} records, {}, a file of {}",
            grown.records,
            megabytes(grown.bytes),
            megabytes(file)
        ),
    );
    let bucket = site.bucket(&prefix).await;
    first_start(&setup, &bucket, size_mb, report).await;

    let on_disk = median(&setup, grown, async || {}).await;
    told(size_mb, "on its disk", on_disk, grown, report);
    let from_snapshot = median(&setup, grown, async || wipe(&setup)).await;
    told(
        size_mb,
        "disk wiped, a snapshot",
        from_snapshot,
        grown,
        report,
    );
    let from_segments = median(&setup, grown, async || {
        wipe(&setup);
        forget_snapshots(&bucket).await;
    });
    told(
        size_mb,
        "disk wiped, segments only",
        from_segments.await,
        grown,
        report,
    );
}

/// The start that uploads everything, and the snapshot that is made after it.
async fn first_start(setup: &Setup, bucket: &S3Bucket, size_mb: u64, report: Report) {
    let server = start(setup).await;
    report.text(
        &format!("{size_mb} MB: first start, uploading"),
        &seconds(server.ready_in),
    );
    server.snapshot_is_made().await;
    server.kill().await;
    report.text(
        &format!("{size_mb} MB: in the bucket"),
        &format!(
            "log {}, snapshot {}",
            sized(held(bucket, "log/").await),
            sized(held(bucket, SNAPSHOTS).await)
        ),
    );
}

/// The median time of starts to ready, each after `before` was done, each ended by a kill.
async fn median(setup: &Setup, grown: Grown, before: impl AsyncFn()) -> Duration {
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        before().await;
        let server = start(setup).await;
        starts.push(server.ready_in);
        let position = metric(server.address, "arcane_replica_position").await;
        assert_eq!(position, grown.records, "something is missing");
        server.kill().await;
    }
    starts.sort_unstable();
    starts[STARTS / 2]
}

fn told(size_mb: u64, what: &str, took: Duration, grown: Grown, report: Report) {
    let rate = figure(grown.bytes) / 1e6 / took.as_secs_f64();
    report.text(
        &format!("{size_mb} MB: ready, {what}"),
        &format!("{}, {rate:.0} MB/s", seconds(took)),
    );
}
