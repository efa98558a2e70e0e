//! Live pages behind proxies that cut what is silent or old.

use std::time::{Duration, Instant};

use bots::bot::Bot;
use bots::fleet::BotFleet;
use bots::streams::Stream;
use tokio::time::timeout;

use super::{fresh_seed, say};
use crate::proxy::ProxiedResponse;
use crate::{PlatformTerms, Simulator};

/// The longest silence there may be. Every proxy waits longer, and so do the ones in front of it.
const SILENCE_MAX: Duration = Duration::from_secs(15);
/// Events that come on a stream of a table at which nothing happens: the first shows it.
const EVENTS: usize = 3;
/// The shortest age that can be set.
const AGE: Duration = Duration::from_mins(1);

/// A table at which nothing happens is heard of all the same.
pub async fn a_live_stream_is_never_silent_for_long(terms: PlatformTerms) {
    let idle = terms.proxy.idle;
    let (simulator, mut stream) = quiet(terms).await;
    for _ in 0..EVENTS {
        let told = timeout(SILENCE_MAX, stream.next()).await;
        assert!(told.is_ok_and(|told| told.is_some()), "silence");
    }
    drop(stream);
    let kept = finished_stream(&simulator).await;
    assert!(kept.silence <= SILENCE_MAX.min(idle), "{kept:?}");
    assert_eq!(kept.cut, None);
    simulator.end(&[]).await;
}

/// Where a proxy cuts what is old, a stream ends before with a word. Until then it is never silent for long.
pub async fn a_live_stream_says_goodbye_before_it_is_cut(terms: PlatformTerms) {
    let limit = terms.proxy.age.expect("the proxy cuts what is old");
    let standard = terms.setup().run(&["config"]).await.text();
    let minutes = standard.lines().find_map(|line| {
        let set = line.strip_prefix("MAX_STREAM_MINUTES=")?;
        set.split_whitespace().next()?.parse().ok()
    });
    let minutes = minutes.unwrap_or_else(|| panic!("no age is set: {standard}"));
    let age = Duration::from_mins(minutes);
    assert!(!age.is_zero() && age < limit, "{age:?} of {limit:?}");

    let mut terms = terms.with("MAX_STREAM_MINUTES", "1");
    terms.proxy.age = Some(AGE);
    let began = Instant::now();
    let (simulator, mut stream) = quiet(terms).await;
    let mut last = None;
    while let Some(told) = stream.next().await {
        last = Some(told.event);
    }
    let kept = finished_stream(&simulator).await;
    assert_eq!(last.as_deref(), Some("bye"), "{kept:?}");
    assert_eq!(kept.cut, None);
    assert!(
        kept.lasted <= AGE && kept.silence <= SILENCE_MAX,
        "{kept:?}"
    );
    simulator.end(&[]).await;
    say(&format!(
        "goodbye after {} ms of {} ms",
        kept.lasted.as_millis(),
        began.elapsed().as_millis()
    ));
}

/// The live stream of a table at which nothing happens.
async fn quiet(terms: PlatformTerms) -> (Simulator, Stream) {
    let simulator = Simulator::begin(terms).await;
    let fleet = BotFleet::new(simulator.proxy().secure(), fresh_seed());
    let bot = Bot::open(&fleet).await;
    let path = format!("/api/tables/{}/events", bot.table());
    let stream = Stream::of(bot.client().open(&path).await);
    (simulator, stream)
}

/// How the stream went, once the proxy has seen its end.
async fn finished_stream(simulator: &Simulator) -> ProxiedResponse {
    let find = async {
        loop {
            let responses = simulator.proxy().responses().into_iter();
            let mut streams = responses.filter(|it| it.path.ends_with("/events"));
            if let Some(found) = streams.next() {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let found = timeout(SILENCE_MAX * 2, find).await;
    found.expect("the proxy sees the end")
}
