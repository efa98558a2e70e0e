//! Processes that die, stand still or are cut off, with play going on.

use std::time::Duration;

use servers::{Redis, RedisSentinels};
use tokio::time::sleep;

use crate::crowd::Crowd;
use crate::keeping::Keeping;
use crate::site::{INSTANCES, Link, Site, say};
use crate::wire::Wire;

/// Tables, and seats at each.
const TABLES: (usize, u8) = (12, 3);
/// How long somebody thinks.
const THINKS: Duration = Duration::from_millis(600);
/// Commands that are to be acknowledged while something is wrong, and again afterwards.
const MORE: usize = 40;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_instances_are_killed_in_postgresql() {
    kill_each(Keeping::database().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_instances_are_killed_in_one_file() {
    kill_each(Keeping::file()).await;
}

async fn kill_each(keeping: Keeping) {
    let redis = Redis::plain().await;
    let mut site = Site::start(keeping, &redis.url()).await;
    let crowd = Crowd::gather(&[site.entry()], TABLES, THINKS).await;
    let mut slowest = Duration::ZERO;
    for number in 0..INSTANCES {
        let setup = site.take(number).kill().await;
        crowd.plays(MORE).await;
        slowest = slowest.max(crowd.sees_all().await);
        site.bring(number, &setup).await;
    }
    let name = format!("killed, {}", site.keeping.name());
    end(&name, crowd, site, slowest).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_game_goes_on_while_redis_is_killed_or_stands_still() {
    let redis = Redis::plain().await;
    let site = Site::start(Keeping::file(), &redis.url()).await;
    let crowd = Crowd::gather(&[site.entry()], TABLES, THINKS).await;

    redis.stop();
    site.all_are(Link::Away).await;
    crowd.plays(MORE).await;
    let mut slowest = crowd.sees_all().await;
    redis.start().await;
    site.all_are(Link::Connected).await;
    crowd.plays(MORE).await;
    slowest = slowest.max(crowd.sees_all().await);

    redis.pause();
    crowd.plays(MORE).await;
    slowest = slowest.max(crowd.sees_all().await);
    site.all_are(Link::Away).await;
    redis.resume();
    site.all_are(Link::Connected).await;
    crowd.plays(MORE).await;
    slowest = slowest.max(crowd.sees_all().await);
    end("Redis killed and paused", crowd, site, slowest).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_instances_follow_when_sentinels_choose_another_redis() {
    let redis = RedisSentinels::start().await;
    let site = Site::start(Keeping::file(), &redis.url()).await;
    let crowd = Crowd::gather(&[site.entry()], TABLES, THINKS).await;

    redis.stop_master();
    crowd.plays(MORE).await;
    let mut slowest = crowd.sees_all().await;
    while !redis.replica_leads() {
        sleep(Duration::from_millis(100)).await;
    }
    // The first is gone for good: it can only be the other.
    site.all_are(Link::Connected).await;
    crowd.plays(MORE).await;
    slowest = slowest.max(crowd.sees_all().await);
    end("Sentinel", crowd, site, slowest).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_postgresql_is_restarted() {
    let redis = Redis::plain().await;
    let site = Site::start(Keeping::database().await, &redis.url()).await;
    let crowd = Crowd::gather(&[site.entry()], TABLES, THINKS).await;

    site.keeping.server().stop().await;
    for number in 0..INSTANCES {
        site.is_unready(number).await;
    }
    site.keeping.server().start().await;
    crowd.plays(MORE).await;
    let slowest = crowd.sees_all().await;
    end("PostgreSQL restarted", crowd, site, slowest).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_is_cut_off_from_redis_alone_shows_what_the_others_do() {
    let redis = Redis::plain().await;
    let wire = Wire::to(redis.port()).await;
    let cut_off = redis
        .url()
        .replace(&redis.port().to_string(), &wire.port().to_string());
    let ways = [cut_off.as_str(), &redis.url(), &redis.url()];
    let site = Site::start_with(Keeping::file(), ways, |setup| setup).await;
    let crowd = Crowd::gather(&[site.entry()], TABLES, THINKS).await;

    wire.cut();
    site.is(0, Link::Away).await;
    crowd.plays(MORE).await;
    let mut slowest = crowd.sees_all().await;
    for number in 1..INSTANCES {
        site.is(number, Link::Connected).await;
    }
    site.is(0, Link::Away).await;
    wire.mend();
    site.all_are(Link::Connected).await;
    crowd.plays(MORE).await;
    slowest = slowest.max(crowd.sees_all().await);
    end("one cut off", crowd, site, slowest).await;
}

async fn end(name: &str, crowd: Crowd, site: Site, slowest: Duration) {
    let (outcome, kept) = crowd.end(site).await;
    say(&format!(
        "{name}: {} tables, {} commands acknowledged, {} kept, every page up to date {} ms later at most",
        outcome.tables,
        outcome.told,
        kept.records().count(),
        slowest.as_millis(),
    ));
}
