//! Who asks, whether TLS was spoken, and under which number: what the router in front says, and never what a client
//! says of itself.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

use super::{fresh_seed, say};
use crate::{Contract, Headers, Simulator};

/// Requests of a seat in a minute that are set; an address may ask ten times as often.
const PER_MINUTE: usize = 1;
const BY_ADDRESS: usize = 10 * PER_MINUTE;
/// Requests of a client that does not stop, and of those the ones that may be answered: while it asks, some more
/// become due.
const FLOOD: usize = 40;
const ANSWERED_MAX: usize = BY_ADDRESS + 5;

/// Clients, and the address of nobody.
const FLOODER: Ipv4Addr = Ipv4Addr::new(127, 0, 77, 1);
const BYSTANDER: Ipv4Addr = Ipv4Addr::new(127, 0, 77, 2);
const VISITOR: Ipv4Addr = Ipv4Addr::new(127, 0, 77, 3);

/// What a client writes that wants to be numbered by itself: fit for Heroku, which keeps such a number.
const FORGED: &str = "forged-by-a-client-0001";

/// Forged addresses neither free a client of its limit nor hang it on another; cookies and links are for TLS exactly
/// if the router spoke it; numbers in answers and in the log are the router's.
pub async fn who_asks_and_how_is_what_the_front_says(contract: Contract) {
    let contract = contract
        .with("RATE_LIMIT_ENABLED", "true")
        .with("MAX_REQUESTS_PER_MINUTE", &PER_MINUTE.to_string())
        .with("LOG_LEVEL", "info,web=debug");
    let headers = contract.router.headers;
    let mut simulator = Simulator::begin(contract).await;
    floods_and_is_known(&simulator).await;
    speaks_tls_or_not(&simulator, headers).await;
    is_numbered(&mut simulator, headers).await;
    simulator.end(&[]).await;
}

async fn floods_and_is_known(simulator: &Simulator) {
    let front = simulator.front().secure();
    let flooder = client(FLOODER);
    let mut answered = 0;
    for number in 0..FLOOD {
        let forged = format!("203.0.113.{number}, 198.51.100.{number}");
        let asked = flooder.get(home(front)).header("x-forwarded-for", forged);
        match send(asked).await.status() {
            StatusCode::OK => answered += 1,
            status => assert_eq!(status, StatusCode::TOO_MANY_REQUESTS),
        }
    }
    assert!(
        (BY_ADDRESS..=ANSWERED_MAX).contains(&answered),
        "{answered} of {FLOOD} answered"
    );
    // Somebody who calls himself the flooder is not mistaken for it.
    let forged = format!("{FLOODER}");
    let asked = client(BYSTANDER).get(home(front));
    let told = send(asked.header("x-forwarded-for", forged)).await;
    assert_eq!(told.status(), StatusCode::OK, "{told:?}");
    say(&format!("flood: {answered} of {FLOOD} answered"));
}

async fn speaks_tls_or_not(simulator: &Simulator, headers: Headers) {
    let front = simulator.front();
    let believed = headers != Headers::Nobodys;
    // Each client claims the other.
    let cases = [
        (front.secure(), "http", believed),
        (front.plain(), "https", false),
    ];
    for (at, forged, secure) in cases {
        let visitor = client(VISITOR);
        let id = format!("asking-{}-{forged}", fresh_seed());
        let open = visitor
            .post(format!("{}api/tables", home(at)))
            .header("x-forwarded-proto", forged)
            .json(&json!({ "name": "Anna", "command_id": id }));
        let opened = send(open).await;
        assert_eq!(opened.status(), StatusCode::CREATED, "{opened:?}");
        let cookie = opened.headers()[SET_COOKIE].to_str().unwrap().to_owned();
        let is_secure = cookie.split(';').any(|part| part.trim() == "Secure");
        assert_eq!(is_secure, secure, "{forged} is claimed: {cookie}");

        let opened: Value = opened.json().await.unwrap();
        let table = opened["table"].as_str().unwrap();
        let page = visitor
            .get(format!("{}t/{table}", home(at)))
            .header("x-forwarded-proto", forged)
            .header(COOKIE, cookie.split(';').next().unwrap());
        let page = send(page).await.text().await.unwrap();
        let scheme = if secure { "https" } else { "http" };
        let link = format!("{scheme}://{at}/join/");
        assert!(page.contains(&link), "{link} is not in {page}");
    }
}

async fn is_numbered(simulator: &mut Simulator, headers: Headers) {
    let front = simulator.front().secure();
    let all = ["x-request-id", "x-amzn-trace-id", "x-cloud-trace-context"];
    let asked = client(VISITOR).get(format!("{}health/live", home(front)));
    let asked = all
        .iter()
        .fold(asked, |asked, name| asked.header(*name, FORGED));
    let told = send(asked).await;
    let number = told.headers()["x-request-id"].to_str().unwrap().to_owned();
    let given = simulator.front().last_number();
    let expected = given.unwrap_or_else(|| FORGED.to_owned());
    assert_eq!(number, expected);
    let keeps = matches!(headers, Headers::Nobodys | Headers::Herokus);
    assert_eq!(number == FORGED, keeps, "{number}");
    let logged = |line: &str| {
        let line: Value = serde_json::from_str(line).ok()?;
        (line["request_id"] == *number && line["message"] == "answered").then_some(())
    };
    simulator.life_mut().process.hears(logged).await;

    // What is no number at all is given one.
    let asked = client(VISITOR).get(format!("{}health/live", home(front)));
    let told = send(asked.header("x-request-id", "two words")).await;
    let number = told.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert!(!number.is_empty() && !number.contains(' '), "{number:?}");
    if let Some(given) = simulator.front().last_number() {
        assert_eq!(number, given);
    }
}

/// Somebody who asks from an address of his own.
fn client(from: Ipv4Addr) -> Client {
    let from = cfg!(target_os = "linux").then_some(IpAddr::V4(from));
    let client = Client::builder().local_address(from).no_proxy();
    client.build().unwrap()
}

fn home(front: SocketAddr) -> String {
    format!("http://{front}/")
}

async fn send(request: RequestBuilder) -> Response {
    request.send().await.unwrap()
}
