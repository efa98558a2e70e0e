//! How soon an environment of the function on AWS Lambda asks for its first event, and answers it; and its archive.

use std::fs;
use std::io::Write as _;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use platform_sim::Store;
use platform_sim::lambda::{Chaos, FunctionUrl, LambdaFunction, LambdaTerms};
use tokio::time::sleep;

use crate::{line, median_ms, megabytes};

/// Environments of which the median is told.
const STARTS: usize = 20;
/// The targets.
const POLL_MAX_MS: f64 = 20.0;
const ARCHIVE_MAX_MB: f64 = 6.0;
/// After an answer, so that its environment stands still before anything else is asked of the function.
pub(crate) const STANDS_STILL: Duration = Duration::from_millis(100);

/// Prints them.
pub(crate) async fn figures(binary: &'static str) {
    let archive = megabytes(deflated(&fs::read(binary).unwrap()));
    let told = format!("{archive:.2} MB, {}", verdict(archive, ARCHIVE_MAX_MB));
    line("lambda", "bootstrap, compressed as in a zip archive", &told);

    let key = "what-signs-the-cookies-of-all-these-benches".to_owned();
    let terms = LambdaTerms {
        binary,
        variables: vec![("SECRET_KEY", key)],
        store: Store::dynamodb().await,
        chaos: Chaos::default(),
    };
    let function = LambdaFunction::new(terms, 1);
    let url = FunctionUrl::start(function.clone()).await;
    let address = format!("http://{}/", url.plain());
    let mut answered = Vec::new();
    for _ in 0..STARTS {
        let began = Instant::now();
        let told = reqwest::get(&address).await.unwrap();
        answered.push(began.elapsed());
        assert!(told.status().is_success(), "{told:?}");
        sleep(STANDS_STILL).await;
        function.crash();
    }
    let polled = function.starts();
    assert_eq!(
        polled.len(),
        STARTS,
        "each answer was an environment's first"
    );
    let (polled, answered) = (median_ms(polled), median_ms(answered));
    let told = format!("{polled:.1} ms, {}", verdict(polled, POLL_MAX_MS));
    line("lambda", "start to first poll", &told);
    line(
        "lambda",
        "start to first answer, the first page",
        &format!("{answered:.1} ms"),
    );
    function.end().await;
}

/// The bytes of a program as an archive holds it.
fn deflated(program: &[u8]) -> u64 {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(program).unwrap();
    encoder.finish().unwrap().len() as u64
}

fn verdict(value: f64, most: f64) -> String {
    let word = if value <= most { "met" } else { "missed" };
    format!("≤ {most:.0}: {word}")
}
