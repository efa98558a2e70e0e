//! What players notice of an object store that fails for a while: commands wait, and nothing is lost.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use game::CommandId;
use reqwest::{Method, StatusCode};
use tokio::time::sleep;

use crate::common::bot::Bot;
use crate::common::client::HttpClient;
use crate::common::fleet::BotFleet;
use crate::common::server::Server;
use crate::proxy::{Mishap, Proxy, Which};
use crate::site::{Site, fresh_seed, line, said, say, wipe};

/// How long the store fails.
const OUTAGE: Duration = Duration::from_secs(6);
/// How long anybody may wait for an answer meanwhile.
const ANSWER_MAX: Duration = Duration::from_secs(5);
/// How long a probe may be kept waiting meanwhile: longer than a store is waited for, not much longer.
const PROBE_MAX: Duration = Duration::from_secs(4);
/// How long a page may take meanwhile: the store has no part in it.
const PAGE_MAX: Duration = Duration::from_secs(1);
/// How long after the outage play may go on at last.
const RESUME_MAX: Duration = Duration::from_secs(5);
/// Between two commands of one player.
const PAUSE: Duration = Duration::from_millis(50);
const TABLES: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn players_ride_out_a_store_that_hangs() {
    ride_out("hangs", |proxy| proxy.always(Which::All, Mishap::Hang)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn players_ride_out_a_store_that_is_not_there() {
    ride_out("not there", Proxy::refuse).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn players_ride_out_a_store_that_has_too_much_to_do() {
    ride_out("503", |proxy| proxy.always(Which::All, Mishap::SlowDown)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn players_ride_out_a_store_whose_answers_are_lost() {
    ride_out("answers lost", |proxy| {
        proxy.always(Which::All, Mishap::CutAfter);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn players_ride_out_credentials_that_are_refused() {
    ride_out("403", |proxy| proxy.always(Which::All, Mishap::Denied)).await;
}

async fn ride_out(name: &str, fail: impl FnOnce(&Proxy)) {
    let site = Site::seaweed().await;
    let proxy = Proxy::before(&site).await;
    let server = site.setup_through(&proxy).start().await;
    let fleet = BotFleet::new(server.address(), fresh_seed());
    let mut bots = Vec::new();
    for _ in 0..TABLES {
        let mut bot = Bot::open(&fleet).await;
        assert!(bot.play(&line()).await);
        bots.push(bot);
    }

    fail(&proxy);
    let outage = Instant::now();
    let pages: Vec<_> = bots.iter().map(page_of).collect();
    let (asked, (slowest, (unready, probed))) = tokio::join!(
        join_all(bots.iter_mut().map(|bot| keep_asking(bot, outage))),
        keep_looking(&server, &pages, outage),
    );
    proxy.behave();
    let over = Instant::now();
    let again = line();
    join_all(bots.iter_mut().map(|bot| bot.play(&again))).await;
    let resumed = over.elapsed();
    let longest = asked.iter().flatten().map(|asked| asked.took).max();
    let longest = longest.unwrap();
    let told = repeat(&fleet, &bots, &asked).await;
    say(&format!(
        "outage ({name}): {told} commands unanswered and done later, the longest wait {} ms, the slowest page {} ms, \
         not ready after {:?} ms (a probe took {} ms at most), play went on {} ms after it",
        longest.as_millis(),
        slowest.as_millis(),
        unready.map(|unready| unready.as_millis()),
        probed.as_millis(),
        resumed.as_millis(),
    ));

    assert!(
        !server.text().contains("has taken over"),
        "{}",
        server.text()
    );
    wipe(&server.kill().await);
    let kept = site.restored().await;
    kept.assert_holds(&fleet.acknowledged());
    kept.assert_whole(&world::library().unwrap());
    for Asked { status, retry, .. } in asked.iter().flatten() {
        assert_eq!((*status, *retry), (StatusCode::SERVICE_UNAVAILABLE, true));
    }
    assert!(slowest <= PAGE_MAX, "a page took {slowest:?}");
    assert!(longest <= ANSWER_MAX, "an answer took {longest:?}");
    assert!(
        unready.is_some(),
        "the server said it was ready all the time"
    );
    assert!(probed <= PROBE_MAX, "a probe took {probed:?}");
    assert!(resumed <= RESUME_MAX, "play went on after {resumed:?}");
}

/// Asks again for what was not done. Returns how many that were.
async fn repeat(fleet: &BotFleet, bots: &[Bot], asked: &[Vec<Asked>]) -> usize {
    let mut repeated = 0;
    for (bot, asked) in bots.iter().zip(asked) {
        for Asked { id, .. } in asked {
            let answer = bot.client().post(&bot.commands_path(), &said(id)).await;
            assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
            fleet.note((bot.table(), bot.seat()), id.clone(), &answer);
            repeated += 1;
        }
    }
    repeated
}

/// A command as it was answered the first time.
#[derive(Debug)]
struct Asked {
    id: CommandId,
    status: StatusCode,
    /// Whether it was said when to come again.
    retry: bool,
    took: Duration,
}

async fn keep_asking(bot: &mut Bot, since: Instant) -> Vec<Asked> {
    let path = bot.commands_path();
    let mut asked = Vec::new();
    while since.elapsed() < OUTAGE {
        let id = bot.fresh_id();
        let body = said(&id);
        let answer = bot.client().ask_once(Method::POST, &path, Some(&body));
        let answer = answer.await.unwrap();
        asked.push(Asked {
            id,
            status: answer.status,
            retry: answer.headers.contains_key("retry-after"),
            took: answer.took,
        });
        sleep(PAUSE).await;
    }
    asked
}

/// Somebody's page, and the one who may see it.
fn page_of(bot: &Bot) -> (HttpClient, String) {
    (bot.client().clone(), format!("/t/{}", bot.table()))
}

/// Looks at pages during an outage. Returns how long the slowest took, and what [`keep_probing`] does.
async fn keep_looking(
    server: &Server,
    pages: &[(HttpClient, String)],
    since: Instant,
) -> (Duration, (Option<Duration>, Duration)) {
    let looking = async {
        let mut slowest = Duration::ZERO;
        while since.elapsed() < OUTAGE {
            for (client, path) in pages {
                let page = client.ask_once(Method::GET, path, None).await.unwrap();
                assert_eq!(page.status, StatusCode::OK, "{page:?}");
                slowest = slowest.max(page.took);
            }
            sleep(PAUSE).await;
        }
        slowest
    };
    tokio::join!(looking, keep_probing(server, since))
}

/// Asks whether the server is ready. Returns when it first said no, and how long the slowest answer took.
async fn keep_probing(server: &Server, since: Instant) -> (Option<Duration>, Duration) {
    let probe = HttpClient::new(server.address());
    let (mut unready, mut slowest) = (None, Duration::ZERO);
    while since.elapsed() < OUTAGE {
        let ready = probe.ask_once(Method::GET, "/health/ready", None).await;
        let ready = ready.unwrap();
        slowest = slowest.max(ready.took);
        if ready.status == StatusCode::SERVICE_UNAVAILABLE {
            unready.get_or_insert(since.elapsed());
        }
        sleep(PAUSE).await;
    }
    (unready, slowest)
}
