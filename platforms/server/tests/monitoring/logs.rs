//! The log of a running server: its level, what is slow, and what is in no line.

use game::Command;
use rustix::process::Signal;
use serde_json::Value;

use crate::common::bot::Bot;
use crate::common::fleet::BotFleet;
use crate::common::fresh_setup;

const KEY: &str = "91d3a0c6f8b2475e9a1c0d3e5f7b8a6c42e0";
const TOKEN: &str = "6f1c2d3e4b5a69788796a5b4c3d2e1f0";
const SAID: &str = "the lantern under the bridge is a lie";
const STAGES: [&str; 6] = [
    "queue_us",
    "load_us",
    "decide_us",
    "append_us",
    "announce_us",
    "whole_us",
];

#[tokio::test]
async fn a_signal_has_the_log_show_each_command_and_another_one_no_more() {
    let setup = fresh_setup()
        .with("SECRET_KEY", KEY)
        .with("METRICS_TOKEN", TOKEN)
        .with("LOG_SLOW_MS", &0);
    let mut server = setup.start().await;
    let fleet = BotFleet::new(server.address(), 81);
    let mut host = Bot::open(&fleet).await;
    assert!(!server.text().contains("a command ended"));

    server.signal(Signal::USR1);
    server.says("the level of the log is debug").await;
    let said = Command::Say {
        text: SAID.to_owned(),
    };
    host.play(&said).await;
    server.says("a command ended").await;
    let guest = Bot::sit(&fleet, host.table()).await;
    host.begin().await;
    server.says(r#""command":"begin""#).await;
    drop(guest);

    server.signal(Signal::USR1);
    server.says("the level of the log is as it was set").await;
    let before = count(&server.text(), "a command ended");
    host.play(&said).await;
    server.terminate().await;
    let ended = server.ended().await;
    let text = ended.text();
    assert_eq!(count(&text, "a command ended"), before);
    let line = text.lines().find(|line| line.contains("a command ended"));
    let line: Value = serde_json::from_str(line.unwrap()).unwrap();
    let field = |name: &str| find(&line, name).unwrap_or_else(|| panic!("no {name}: {line}"));
    assert_eq!(field("command"), "say");
    assert_eq!(field("outcome"), "done");
    for stage in STAGES {
        assert!(field(stage).is_u64(), "{stage}: {line}");
    }
    assert_tells_nothing(&text);
}

#[tokio::test]
async fn what_is_slow_is_told_with_the_time_of_each_stage_and_without_a_word_of_what_was_said() {
    let setup = fresh_setup()
        .with("SECRET_KEY", KEY)
        .with("METRICS_TOKEN", TOKEN)
        .with("LOG_SLOW_MS", &1);
    let mut server = setup.start().await;
    let fleet = BotFleet::new(server.address(), 82);
    let mut host = Bot::open(&fleet).await;
    let said = Command::Say {
        text: SAID.to_owned(),
    };
    host.play(&said).await;
    for line in [
        "a command was slow",
        "a request was slow",
        "a statement of the journal was slow",
    ] {
        server.says(line).await;
    }
    server.terminate().await;
    let text = server.ended().await.text();
    let line = text.lines().find(|line| line.contains("was slow")).unwrap();
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["level"], "warn");
    assert_tells_nothing(&text);
}

fn assert_tells_nothing(text: &str) {
    for secret in [SAID, "lantern", KEY, TOKEN, "Bearer", "Cookie", "seed\""] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
}

fn count(text: &str, words: &str) -> usize {
    text.matches(words).count()
}

/// Finds a field of a line, wherever in it the format puts it.
fn find<'a>(line: &'a Value, name: &str) -> Option<&'a Value> {
    let nested = line
        .as_object()?
        .values()
        .find_map(|value| find(value, name));
    line.get(name).or(nested)
}
