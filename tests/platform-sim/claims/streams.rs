//! Live pages behind routers that cut what is silent or old.

use std::time::{Duration, Instant};

use bots::bot::Bot;
use bots::fleet::Hall;
use bots::streams::Stream;
use tokio::time::timeout;

use super::{fresh_seed, say};
use crate::proxy::Passed;
use crate::{Contract, Simulator};

/// The longest silence there may be. Every router waits longer, and so do the ones in front of it.
const SILENCE_MAX: Duration = Duration::from_secs(15);
/// Events that come on a stream of a table at which nothing happens: the first shows it.
const EVENTS: usize = 3;
/// The shortest age that can be set.
const AGE: Duration = Duration::from_mins(1);

/// A table at which nothing happens is heard of all the same.
pub async fn a_live_stream_is_never_silent_for_long(contract: Contract) {
    let idle = contract.router.idle;
    let (simulator, mut stream) = quiet(contract).await;
    for _ in 0..EVENTS {
        let told = timeout(SILENCE_MAX, stream.next()).await;
        assert!(told.is_ok_and(|told| told.is_some()), "silence");
    }
    drop(stream);
    let kept = passed(&simulator).await;
    assert!(kept.silence <= SILENCE_MAX.min(idle), "{kept:?}");
    assert_eq!(kept.cut, None);
    simulator.end(&[]).await;
}

/// Where a router cuts what is old, a stream ends before with a word. Until then it is never silent for long.
pub async fn a_live_stream_says_goodbye_before_it_is_cut(contract: Contract) {
    let limit = contract.router.age.expect("the router cuts what is old");
    let standard = contract.setup().run(&["config"]).await.text();
    let minutes = standard.lines().find_map(|line| {
        let set = line.strip_prefix("MAX_STREAM_MINUTES=")?;
        set.split_whitespace().next()?.parse().ok()
    });
    let minutes = minutes.unwrap_or_else(|| panic!("no age is set: {standard}"));
    let age = Duration::from_mins(minutes);
    assert!(!age.is_zero() && age < limit, "{age:?} of {limit:?}");

    let mut contract = contract.with("MAX_STREAM_MINUTES", "1");
    contract.router.age = Some(AGE);
    let began = Instant::now();
    let (simulator, mut stream) = quiet(contract).await;
    let mut last = None;
    while let Some(told) = stream.next().await {
        last = Some(told.event);
    }
    let kept = passed(&simulator).await;
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
async fn quiet(contract: Contract) -> (Simulator, Stream) {
    let simulator = Simulator::begin(contract).await;
    let hall = Hall::new(simulator.front().secure(), fresh_seed());
    let bot = Bot::open(&hall).await;
    let path = format!("/api/tables/{}/events", bot.table());
    let stream = Stream::of(bot.caller().open(&path).await);
    (simulator, stream)
}

/// How the stream went, once the router has seen its end.
async fn passed(simulator: &Simulator) -> Passed {
    let find = async {
        loop {
            let passed = simulator.front().passed().into_iter();
            let mut streams = passed.filter(|it| it.path.ends_with("/events"));
            if let Some(found) = streams.next() {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let found = timeout(SILENCE_MAX * 2, find).await;
    found.expect("the router sees the end")
}
