//! What is to be seen of a start that the object store holds up.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use tokio::time::sleep;

use crate::common::bot::Bot;
use crate::common::client::{Answer, HttpClient};
use crate::common::fleet::BotFleet;
use crate::common::server::PATIENCE;
use crate::proxy::{Mishap, Proxy, Which};
use crate::site::{Site, fresh_seed, line, say, wipe};

/// How long it may take until the port answers.
const PORT_MAX: Duration = Duration::from_secs(2);
/// How long it may take until the log says what a start waits for.
const SAID_MAX: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(20);

#[tokio::test]
async fn a_start_waits_for_a_store_that_hangs() {
    waits("hangs", |proxy| proxy.always(Which::All, Mishap::Hang)).await;
}

#[tokio::test]
async fn a_start_waits_for_a_store_that_is_not_there() {
    waits("not there", Proxy::refuse).await;
}

#[tokio::test]
async fn a_start_waits_for_a_store_that_has_too_much_to_do() {
    waits("503", |proxy| proxy.always(Which::All, Mishap::SlowDown)).await;
}

#[tokio::test]
async fn a_start_outlives_lost_answers() {
    waits("answers lost", |proxy| {
        proxy.always(Which::All, Mishap::CutAfter);
    })
    .await;
}

/// The port answers at once, the log says why nobody may play yet, and the door opens by itself.
async fn waits(name: &str, fail: impl FnOnce(&Proxy)) {
    let site = Site::seaweed().await;
    let proxy = Proxy::before(&site).await;
    fail(&proxy);
    let began = Instant::now();
    let setup = site.setup_through(&proxy);
    let mut process = setup.launch(&[]);
    let address = process.address().await;
    let visitor = HttpClient::new(address);
    is_opening(&look(&visitor, "/").await);
    let bound = began.elapsed();
    process
        .hears(|line| {
            line.contains("cannot be opened yet; trying on")
                .then_some(())
        })
        .await;
    let said = began.elapsed();
    is_opening(&look(&visitor, "/").await);
    proxy.behave();
    let over = Instant::now();
    is_ready(address).await;
    say(&format!(
        "start ({name}): port after {} ms, said why after {} ms, open {} ms after the outage",
        bound.as_millis(),
        said.as_millis(),
        over.elapsed().as_millis(),
    ));
    assert!(bound <= PORT_MAX, "the port answered after {bound:?}");
    assert!(said <= SAID_MAX, "nothing was said for {said:?}");
}

#[tokio::test]
async fn a_slow_way_back_is_told_at_the_port() {
    let site = Site::seaweed().await;
    let server = site.setup().start().await;
    let fleet = BotFleet::new(server.address(), fresh_seed());
    for _ in 0..3 {
        let mut bot = Bot::open(&fleet).await;
        for _ in 0..50 {
            bot.play(&line()).await;
        }
    }
    wipe(&server.kill().await);

    let proxy = Proxy::before(&site).await;
    proxy.always(Which::Reads, Mishap::Slow(Duration::from_millis(400)));
    let began = Instant::now();
    let setup = site.setup_through(&proxy);
    let mut process = setup.launch(&[]);
    let visitor = HttpClient::new(process.address().await);
    is_opening(&look(&visitor, "/").await);
    let bound = began.elapsed();
    let health = until(&visitor, "/health", " objects, ").await;
    let page = until(&visitor, "/", "<progress ").await;
    is_opening(&page);
    process
        .hears(|line| line.contains("restoring: ").then_some(()))
        .await;
    proxy.behave();
    process
        .hears(|line| line.contains("the Codex is open").then_some(()))
        .await;
    say(&format!(
        "slow way back: port after {} ms, {:?}, open after {} ms",
        bound.as_millis(),
        health.text.trim(),
        began.elapsed().as_millis(),
    ));
    assert!(bound <= PORT_MAX, "the port answered after {bound:?}");
}

async fn look(visitor: &HttpClient, path: &str) -> Answer {
    visitor.ask_once(Method::GET, path, None).await.unwrap()
}

/// Looks until it is told something.
async fn until(visitor: &HttpClient, path: &str, told: &str) -> Answer {
    let began = Instant::now();
    loop {
        let answer = look(visitor, path).await;
        if answer.text.contains(told) {
            return answer;
        }
        assert!(began.elapsed() < PATIENCE, "{path}: {answer:?}");
        sleep(PAUSE).await;
    }
}

fn is_opening(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{answer:?}");
    assert!(answer.text.contains("Opening the Codex"), "{answer:?}");
    assert!(answer.headers.contains_key("retry-after"), "{answer:?}");
}

async fn is_ready(address: SocketAddr) {
    // Asks as long as it is told to come again.
    let answer = HttpClient::new(address).get("/health/ready").await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
}
