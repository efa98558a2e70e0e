//! Replicas a server refuses to start on: each with its sentence, and nothing changed.

use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;

use bucket::{Bucket as _, list_all};
use bytes::Bytes;

use crate::common::bot::Bot;
use crate::common::fleet::BotFleet;
use crate::common::fresh_setup;
use crate::common::server::Setup;
use crate::proxy::{Mishap, Proxy, Which};
use crate::site::{Site, end, fresh_seed, line, wipe};

/// The exit code for what is needed and not there (`EX_UNAVAILABLE`).
const UNAVAILABLE: i32 = 69;

#[tokio::test]
async fn a_store_that_ignores_conditions_is_not_relied_on() {
    let site = Site::ministack().await;
    let proxy = Proxy::before(&site).await;
    proxy.always(Which::All, Mishap::Unconditional);
    let setup = site.setup_through(&proxy);
    is_refused(&setup, &["ignores conditional writes", "REPLICA_ACK=async"]).await;
    assert_eq!(objects(&site).await, Vec::<String>::new());

    // Whoever takes that upon himself may.
    let mut server = setup.with("REPLICA_ACK", "async").start().await;
    server.says("ignores conditions").await;
    end(server).await;
}

#[tokio::test]
async fn a_key_that_is_not_let_in_is_said_to_be() {
    let site = Site::seaweed().await;
    let setup = site.setup().with("AWS_SECRET_ACCESS_KEY", "not the secret");
    is_refused(&setup, &["cannot be used", "SignatureDoesNotMatch"]).await;
}

#[tokio::test]
async fn rights_that_are_missing_are_said_to_be() {
    let site = Site::seaweed().await;
    let proxy = Proxy::before(&site).await;
    proxy.always(Which::All, Mishap::Denied);
    is_refused(
        &site.setup_through(&proxy),
        &["cannot be used", "AccessDenied"],
    )
    .await;
}

#[tokio::test]
async fn a_bucket_that_is_missing_is_said_to_be() {
    let site = Site::seaweed().await;
    let place = site.place().replace("s3://codex/", "s3://no-such-bucket/");
    let setup = site.setup().with("REPLICA_URL", &place);
    is_refused(&setup, &["cannot be used", "NoSuchBucket"]).await;
}

#[tokio::test]
async fn a_place_of_other_objects_is_left_as_it_is() {
    let site = Site::seaweed().await;
    let bucket = site.bucket().await;
    let kept = bucket
        .create("holiday.jpg", Bytes::from_static(b"sea"))
        .await;
    kept.unwrap();
    is_refused(
        &site.setup(),
        &[
            "holds something else",
            "Name an empty prefix",
            "holiday.jpg",
        ],
    )
    .await;
    assert_eq!(objects(&site).await, ["holiday.jpg"]);
}

#[tokio::test]
async fn a_disk_and_a_replica_of_different_games_are_both_left_as_they_are() {
    let site = Site::seaweed().await;
    let replicated = site.setup().start().await;
    talk(replicated.address()).await;
    end(replicated).await;
    let alone = fresh_setup().start().await;
    talk(alone.address()).await;
    let disk = alone.setup();
    end(alone).await;

    let before = (fs::read(disk.journal()).unwrap(), objects(&site).await);
    let setup = site.setup().with("DB_PATH", &disk.journal().display());
    is_refused(&setup, &["hold different journals", "`restore --in-place`"]).await;
    let after = (fs::read(disk.journal()).unwrap(), objects(&site).await);
    assert!(before == after, "a refused start changed something");
}

#[tokio::test]
async fn a_full_disk_fills_an_empty_replica() {
    let site = Site::seaweed().await;
    let alone = fresh_setup().start().await;
    let fleet = talk(alone.address()).await;
    let setup = alone.setup();
    end(alone).await;

    let disk = setup.journal();
    let replicated = site.setup().with("DB_PATH", &disk.display()).start().await;
    replicated.kill().await;
    wipe(&setup);
    let kept = site.restored().await;
    kept.assert_holds(&fleet.acknowledged());
    kept.assert_whole(&world::library().unwrap());
}

#[tokio::test]
async fn a_damaged_replica_is_not_served() {
    let site = Site::seaweed().await;
    let server = site.setup().start().await;
    talk(server.address()).await;
    wipe(&server.kill().await);
    let bucket = site.bucket().await;
    let names = objects(&site).await;
    let segments: Vec<_> = names.iter().filter(|key| key.starts_with("log/")).collect();
    assert!(segments.len() > 5, "{names:?}");

    for key in [
        segments[0],
        segments[segments.len() / 2],
        segments[segments.len() - 1],
    ] {
        let whole = bucket.get(key).await.unwrap().unwrap();
        let mut flipped = whole.body.to_vec();
        // In the last record, not in the numbers that tell one writing from another.
        let at = flipped.len() - 20;
        flipped[at] ^= 1;
        put(&site, key, flipped.into()).await;
        is_refused(
            &site.setup(),
            &["cannot be restored whole", "verify s3://codex/"],
        )
        .await;
        put(&site, key, whole.body).await;
    }
    site.setup().start().await.kill().await;
}

/// Talks at a table.
async fn talk(server: SocketAddr) -> Arc<BotFleet> {
    let fleet = BotFleet::new(server, fresh_seed());
    let mut bot = Bot::open(&fleet).await;
    for _ in 0..8 {
        assert!(bot.play(&line()).await);
    }
    fleet
}

async fn put(site: &Site, key: &str, body: Bytes) {
    let bucket = site.bucket().await;
    bucket.delete(key).await.unwrap();
    bucket.create(key, body).await.unwrap();
}

async fn objects(site: &Site) -> Vec<String> {
    let listed = list_all(&site.bucket().await, "").await.unwrap();
    listed.into_iter().map(|object| object.key).collect()
}

/// Asserts that a server does not start, and says why in these words.
async fn is_refused(setup: &Setup, words: &[&str]) {
    let ended = setup.run(&[]).await;
    let said = ended.text();
    assert_eq!(ended.status.code(), Some(UNAVAILABLE), "{said}");
    assert!(said.contains("cannot serve: REPLICA_URL: "), "{said}");
    assert!(!said.contains("the Codex is open"), "{said}");
    for word in words {
        assert!(said.contains(word), "{word:?} is not in {said}");
    }
}
