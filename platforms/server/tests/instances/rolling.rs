//! A new release comes while everybody plays: one instance after the other is ended and started.

use std::time::{Duration, Instant};

use servers::Redis;

use crate::crowd::Crowd;
use crate::keeping::Keeping;
use crate::site::{INSTANCES, Site, say};

/// Tables, and seats at each. Every seat has its page open.
const TABLES: (usize, u8) = (200, 2);
/// How long somebody thinks.
const THINKS: Duration = Duration::from_secs(8);
/// How long anybody may be without news, from a stream's end to its next event, where servers that are not optimised
/// and all players share whatever processors there are. What is printed is to be 3 seconds or less for all but one in
/// a hundred.
const RETURN_MAX: Duration = Duration::from_secs(15);
/// Commands acknowledged between two restarts.
const MORE: usize = 100;

#[tokio::test(flavor = "multi_thread")]
async fn a_rolling_restart_under_200_tables_loses_nothing_and_nobody_does_anything_about_it() {
    let redis = Redis::plain().await;
    let mut site = Site::start(Keeping::database().await, &redis.url()).await;
    let crowd = Crowd::gather(&[site.entry()], TABLES, THINKS).await;
    let began = Instant::now();
    for number in 0..INSTANCES {
        let mut server = site.take(number);
        let setup = server.setup();
        server.terminate().await;
        let ended = server.ended().await;
        assert_eq!(ended.status.code(), Some(0), "{}", ended.text());
        site.bring(number, &setup).await;
        crowd.plays(MORE).await;
    }
    let took = began.elapsed();
    let (outcome, kept) = crowd.end(site).await;
    let returns = &outcome.returns;
    let at = |percent: usize| returns[(returns.len() * percent / 100).min(returns.len() - 1)];
    assert!(
        returns.len() >= TABLES.0,
        "only {} streams came back: too few to show anything",
        returns.len()
    );
    say(&format!(
        "rolling restart in {} s: {} tables, {} commands acknowledged, {} kept, {} streams came back in {} ms (p50), \
         {} ms (p99), {} ms (all)",
        took.as_secs(),
        outcome.tables,
        outcome.told,
        kept.records().count(),
        returns.len(),
        at(50).as_millis(),
        at(99).as_millis(),
        at(100).as_millis(),
    ));
    assert!(at(100) <= RETURN_MAX, "{:?} without news", at(100));
}
