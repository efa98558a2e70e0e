//! What the disk takes when nothing but records is written to it.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

/// Appends records in batches, syncs after each batch, and returns how many records a second became durable.
pub(crate) fn synced_per_second(
    folder: &Path,
    record_bytes: u64,
    batch: u64,
    time: Duration,
) -> f64 {
    let mut file = File::create(folder.join(format!("bare-{batch}"))).unwrap();
    let bytes = vec![b'x'; usize::try_from(record_bytes * batch).unwrap()];
    let (mut records, began) = (0, Instant::now());
    while began.elapsed() < time {
        file.write_all(&bytes).unwrap();
        file.sync_data().unwrap();
        records += batch;
    }
    crate::measure::figure(records) / began.elapsed().as_secs_f64()
}
