//! What an object store takes at least: single writes on a condition, one at a time.

use std::time::Duration;

use bucket::{Bucket as _, PutOutcome};
use tokio::time::Instant;

use crate::measure::percentile_ms;
use crate::site::Site;

/// Writes that are measured, and those before by which connections open.
const COUNT: u32 = 500;
const FIRST: u32 = 50;
/// About what a segment of few records has.
const BYTES: usize = 1_000;

/// How long a single write takes, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Puts {
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
}

/// Creates one object after the other.
pub(crate) async fn measure(site: &Site) -> Puts {
    let bucket = site.bucket("puts").await;
    let body = vec![b'x'; BYTES];
    let mut took: Vec<Duration> = Vec::new();
    for number in 0..FIRST + COUNT {
        let (key, body) = (format!("{number:010}"), body.clone().into());
        let began = Instant::now();
        let put = bucket.create(&key, body).await;
        assert!(matches!(put, Ok(PutOutcome::Done(_))), "{put:?}");
        took.push(began.elapsed());
    }
    took.drain(..FIRST as usize);
    Puts {
        p50_ms: percentile_ms(&mut took, 50),
        p99_ms: percentile_ms(&mut took, 99),
    }
}
