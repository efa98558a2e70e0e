//! One client's limits, wherever it asks and whatever it says it is.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::{Client, StatusCode};
use serde_json::json;
use servers::Redis;
use tokio::time::sleep;

use crate::common::bot::Bot;
use crate::common::client::{HttpClient, ServerAddresses};
use crate::common::fleet::BotFleet;
use crate::keeping::Keeping;
use crate::site::{Site, say};

/// Requests a minute of one seat, and of an address without one.
const SEAT_MAX: u32 = 30;
const ADDRESS_MAX: u32 = 10 * SEAT_MAX;
/// Requests of a flood: more than all instances together would let through if each counted by itself.
const FLOOD: u32 = 4 * ADDRESS_MAX;
const SEAT_FLOOD: u32 = 6 * SEAT_MAX;
/// How many of a flood are on their way at a time.
const AT_ONCE: u32 = 12;
/// Players in one school, in threes, and how long they take to come in.
const PLAYERS: u32 = 300;
const ARRIVE_IN: Duration = Duration::from_secs(8);
/// How often an honest player looks around in that time, besides sitting down.
const LOOKS: u32 = 3;
/// A page that anybody may ask for.
const PAGE: &str = "/api/tables/aaaaaaaaaaaaaaaaaaaa";

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_one_client_is_limited_over_three_instances_as_over_one() {
    let (site, _redis) = limited(SEAT_MAX).await;
    let honest = address(200);
    let flood = Flood::new(&site, address(100));
    let passed = flood.send(FLOOD, |_| None).await;
    passed.is_of("an address", ADDRESS_MAX);

    // Whoever is refused stays refused, whoever it says it is: nginx knows better.
    let spoofing = flood.send(FLOOD, |number| Some(format!("203.0.113.{}", number % 250)));
    spoofing.await.is_of("a spoofing address", 0);
    let victim = honest.to_string();
    let framing = flood.send(AT_ONCE, |_| Some(victim.clone()));
    framing.await.is_of("an address that says it is another", 0);
    let other = Flood::new(&site, honest).send(AT_ONCE, |_| None).await;
    assert_eq!(other.allowed, AT_ONCE, "another is refused for it");

    // A seat is limited by itself, past nginx as well, and takes nothing from its neighbours.
    let fleet = BotFleet::among(&site.instances(), 1, Duration::ZERO);
    let bot = Bot::open(&fleet).await;
    let neighbour = Bot::sit(&fleet, bot.table()).await;
    let path = format!("/api/tables/{}", bot.table());
    look(bot.client(), &path, SEAT_FLOOD)
        .await
        .is_of("a seat", SEAT_MAX);
    let calm = look(neighbour.client(), &path, SEAT_MAX / 2).await;
    assert_eq!(calm.allowed, SEAT_MAX / 2, "a neighbour is refused for it");
    site.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_honest_players_behind_one_address_are_not_limited() {
    let (site, _redis) = limited(60).await;
    let began = Instant::now();
    let tables = (0..PLAYERS / 3).map(|number| {
        let entry = site.entry();
        async move {
            sleep(ARRIVE_IN * number / (PLAYERS / 3)).await;
            come_in(entry, number.into()).await
        }
    });
    let asked: u32 = join_all(tables).await.into_iter().sum();
    assert_eq!(asked, PLAYERS * (1 + LOOKS));
    say(&format!(
        "one address: {PLAYERS} players, {asked} requests in {} s, none refused",
        began.elapsed().as_secs()
    ));
    site.end().await;
}

/// A site that limits who asks too often.
async fn limited(requests_per_minute: u32) -> (Site, Redis) {
    let redis = Redis::plain().await;
    let url = redis.url();
    let site = Site::start_with(Keeping::file(), [&url, &url, &url], |setup| {
        setup
            .with("RATE_LIMIT_ENABLED", "true")
            .with("MAX_REQUESTS_PER_MINUTE", &requests_per_minute)
    });
    (site.await, redis)
}

/// Sits three down at a table, from the address that everybody has, and looks around. Returns how often it asked;
/// each time it was let.
async fn come_in(entry: SocketAddr, number: u64) -> u32 {
    let (mut asked, mut table) = (0, None);
    for seat in 0..3 {
        let client = HttpClient::of(ServerAddresses::new(entry));
        let path = match &table {
            None => "/api/tables".to_owned(),
            Some(table) => format!("/api/tables/{table}/seats"),
        };
        let body = json!({
            "name": format!("Player {seat}"),
            "command_id": format!("player-{number:08}-{seat:08}"),
        });
        let answer = client.post(&path, &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        asked += 1;
        let here = answer.field("table").as_str().unwrap().to_owned();
        for _ in 0..LOOKS {
            let answer = client.get(&format!("/api/tables/{here}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
            asked += 1;
        }
        table = Some(here);
    }
    asked
}

/// Looks at a table again and again.
async fn look(client: &HttpClient, path: &str, times: u32) -> Answered {
    let began = Instant::now();
    let mut allowed = 0;
    for _ in 0..times {
        allowed += count(client.get(path).await.status);
    }
    Answered {
        allowed,
        took: began.elapsed(),
    }
}

/// One client that asks as often as it can.
struct Flood {
    client: Client,
    url: String,
}

impl Flood {
    fn new(site: &Site, from: IpAddr) -> Self {
        let client = Client::builder().local_address(from).no_proxy().build();
        Self {
            client: client.unwrap(),
            url: format!("http://{}{PAGE}", site.entry()),
        }
    }

    /// Sends so many requests, which may say of themselves where they come from.
    async fn send(&self, times: u32, says: impl Fn(u32) -> Option<String>) -> Answered {
        let began = Instant::now();
        let mut allowed = 0;
        for batch in 0..times / AT_ONCE {
            let requests = (0..AT_ONCE).map(|number| {
                let mut request = self.client.get(&self.url);
                if let Some(from) = says(batch * AT_ONCE + number) {
                    request = request.header("x-forwarded-for", from);
                }
                async move { request.send().await.unwrap().status() }
            });
            allowed += join_all(requests).await.into_iter().map(count).sum::<u32>();
        }
        Answered {
            allowed,
            took: began.elapsed(),
        }
    }
}

/// What came of a flood.
struct Answered {
    allowed: u32,
    took: Duration,
}

impl Answered {
    /// Asserts that as much was let through as one instance would have: what a client may ask at once, and what
    /// comes back to it while it asks.
    fn is_of(&self, who: &str, at_once: u32) {
        let per_minute = if who == "a seat" {
            SEAT_MAX
        } else {
            ADDRESS_MAX
        };
        let come_back = f64::from(per_minute) * self.took.as_secs_f64() / 60.0;
        let due = f64::from(at_once) + come_back;
        let allowed = f64::from(self.allowed);
        say(&format!(
            "{who}: {allowed} let through in {:.1} s, {due:.0} due",
            self.took.as_secs_f64()
        ));
        // A request more or less is none.
        assert!(
            (allowed - due).abs() <= 0.2 * due + 1.0,
            "{who}: {allowed} let through, {due} due"
        );
    }
}

/// One if it was let through.
fn count(status: StatusCode) -> u32 {
    let refused = status == StatusCode::TOO_MANY_REQUESTS;
    assert!(
        refused || status == StatusCode::OK || status == StatusCode::NOT_FOUND,
        "{status}"
    );
    u32::from(!refused)
}

/// An address that nobody else asks from.
fn address(last: u8) -> IpAddr {
    [127, 0, 9, last].into()
}
