//! The forwarding headers each provider's proxy writes into a request.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

use crate::ForwardedHeaders;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
const HEROKUS: HeaderName = HeaderName::from_static("x-request-id");
const AMAZONS: HeaderName = HeaderName::from_static("x-amzn-trace-id");
const GOOGLES: HeaderName = HeaderName::from_static("x-cloud-trace-context");

/// Writes a provider's headers, and returns the request id among them.
pub(super) fn add(
    provider: ForwardedHeaders,
    headers: &mut HeaderMap,
    player: IpAddr,
    scheme: &str,
) -> Option<String> {
    let (name, number) = match provider {
        ForwardedHeaders::Nobodys => return None,
        ForwardedHeaders::Herokus => (HEROKUS, herokus(given(headers, &HEROKUS))),
        ForwardedHeaders::Amazons => (AMAZONS, amazons(given(headers, &AMAZONS))),
        ForwardedHeaders::Googles => (GOOGLES, googles(given(headers, &GOOGLES))),
    };
    append(headers, player);
    let port = if scheme == "https" { "443" } else { "80" };
    headers.insert(FORWARDED_PROTO, value(scheme));
    headers.insert(FORWARDED_PORT, value(port));
    headers.insert(name, value(&number));
    Some(number)
}

/// The client's address goes to the right of whatever the request says.
fn append(headers: &mut HeaderMap, player: IpAddr) {
    let mut said: Vec<_> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned())
        .collect();
    said.push(player.to_string());
    headers.insert(FORWARDED_FOR, value(&said.join(", ")));
}

fn herokus(given: Option<&str>) -> String {
    let harmless = |id: &&str| {
        (20..=200).contains(&id.len())
            && id
                .bytes()
                .all(|letter| letter.is_ascii_alphanumeric() || letter == b'-')
    };
    let fresh = || format!("00000000-0000-4000-8000-{:012x}", next());
    given.filter(harmless).map_or_else(fresh, str::to_owned)
}

fn amazons(given: Option<&str>) -> String {
    let own = format!("1-67891233-{:024x}", next());
    match given {
        Some(given) if given.contains("Root=") => format!("Self={own};{given}"),
        _ => format!("Root={own}"),
    }
}

fn googles(given: Option<&str>) -> String {
    let step = next();
    let trace = given.and_then(|given| given.split('/').next());
    let whole =
        |trace: &&str| trace.len() == 32 && trace.bytes().all(|letter| letter.is_ascii_hexdigit());
    let trace = trace
        .filter(whole)
        .map_or_else(|| format!("{step:032x}"), str::to_owned);
    format!("{trace}/{step};o=1")
}

fn given<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap()
}

fn next() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
