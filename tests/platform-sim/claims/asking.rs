//! Client address, scheme and request id are those the proxy writes, never those a client sends.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::{fresh_seed, say};
use crate::{ForwardedHeaders, PlatformTerms, Simulator};

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

/// How long a line of the log is awaited before another request, and after how many it is given up.
const HEARD_WITHIN: Duration = Duration::from_millis(500);
const HEARD_AFTER_MAX: usize = 60;

/// What a client writes that wants to be numbered by itself: fit for Heroku, which keeps such a number.
const FORGED: &str = "forged-by-a-client-0001";

/// Forged addresses neither free a client of its limit nor hang it on another; cookies and links are for TLS exactly
/// if the proxy received it; request ids in responses and in the log are the proxy's.
pub async fn address_scheme_and_request_id_are_what_the_proxy_says(terms: PlatformTerms) {
    let terms = terms
        .with("RATE_LIMIT_ENABLED", "true")
        .with("MAX_REQUESTS_PER_MINUTE", &PER_MINUTE.to_string())
        .with("LOG_LEVEL", "info,web=debug");
    let headers = terms.proxy.headers;
    let mut simulator = Simulator::begin(terms).await;
    floods_and_is_known(&simulator).await;
    speaks_tls_or_not(&simulator, headers).await;
    is_numbered(&mut simulator, headers).await;
    simulator.end(&[]).await;
}

async fn floods_and_is_known(simulator: &Simulator) {
    let proxy = simulator.proxy().secure();
    let flooder = client(FLOODER);
    let mut answered = 0;
    for number in 0..FLOOD {
        let forged = format!("203.0.113.{number}, 198.51.100.{number}");
        let asked = flooder.get(home(proxy)).header("x-forwarded-for", forged);
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
    let asked = client(BYSTANDER).get(home(proxy));
    let told = send(asked.header("x-forwarded-for", forged)).await;
    assert_eq!(told.status(), StatusCode::OK, "{told:?}");
    say(&format!("flood: {answered} of {FLOOD} answered"));
}

async fn speaks_tls_or_not(simulator: &Simulator, headers: ForwardedHeaders) {
    let proxy = simulator.proxy();
    let believed = headers != ForwardedHeaders::Nobodys;
    // Each client claims the other.
    let cases = [
        (proxy.secure(), "http", believed),
        (proxy.plain(), "https", false),
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

async fn is_numbered(simulator: &mut Simulator, headers: ForwardedHeaders) {
    let proxy = simulator.proxy().secure();
    let all = ["x-request-id", "x-amzn-trace-id", "x-cloud-trace-context"];
    let asked = client(VISITOR).get(format!("{}health/live", home(proxy)));
    let asked = all
        .iter()
        .fold(asked, |asked, name| asked.header(*name, FORGED));
    let told = send(asked).await;
    let number = told.headers()["x-request-id"].to_str().unwrap().to_owned();
    let given = simulator.proxy().last_number();
    let expected = given.unwrap_or_else(|| FORGED.to_owned());
    assert_eq!(number, expected);
    let keeps = matches!(
        headers,
        ForwardedHeaders::Nobodys | ForwardedHeaders::Herokus
    );
    assert_eq!(number == FORGED, keeps, "{number}");
    let logged = |line: &str| {
        let line: Value = serde_json::from_str(line).ok()?;
        (line["request_id"] == *number && line["message"] == "answered").then_some(())
    };
    // Where a process is stopped between two requests, its log is, too: the next request brings the line.
    let mut is_heard = false;
    for _ in 0..HEARD_AFTER_MAX {
        let hears = simulator.life_mut().process.hears(&logged);
        is_heard = timeout(HEARD_WITHIN, hears).await.is_ok();
        if is_heard {
            break;
        }
        send(client(VISITOR).get(format!("{}health/live", home(proxy)))).await;
    }
    assert!(is_heard, "{number} is never answered in the log");

    // What is no number at all is given one.
    let asked = client(VISITOR).get(format!("{}health/live", home(proxy)));
    let told = send(asked.header("x-request-id", "two words")).await;
    let number = told.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert!(!number.is_empty() && !number.contains(' '), "{number:?}");
    if let Some(given) = simulator.proxy().last_number() {
        assert_eq!(number, given);
    }
}

/// Somebody who asks from an address of his own.
fn client(from: Ipv4Addr) -> Client {
    let from = cfg!(target_os = "linux").then_some(IpAddr::V4(from));
    let client = Client::builder().local_address(from).no_proxy();
    client.build().unwrap()
}

fn home(proxy: SocketAddr) -> String {
    format!("http://{proxy}/")
}

async fn send(request: RequestBuilder) -> Response {
    request.send().await.unwrap()
}
