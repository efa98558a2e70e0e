//! Events are for ever: each kind, as every release since the first has written it, is still read.

use std::collections::BTreeSet;

use game::Event;

const GOLDEN: &str = include_str!("../golden/events.jsonl");

/// The kinds of event there are: serde lists them where it is given one that there is not.
fn kinds() -> BTreeSet<String> {
    let unknown = serde_json::from_str::<Event>(r#"{"event":"no-such-event"}"#);
    let listed = unknown.expect_err("there is no such kind").to_string();
    let quoted = listed.split('`').skip(3).step_by(2);
    quoted.map(str::to_owned).collect()
}

/// The kind of event a golden line holds.
fn kind(line: &str) -> String {
    let event: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
    let kind = event["event"].as_str();
    kind.expect("an event names its kind").to_owned()
}

fn read(line: &str) -> Event {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

#[test]
fn every_golden_line_is_read_and_written_again_as_it_was() {
    for line in GOLDEN.lines() {
        assert_eq!(serde_json::to_string(&read(line)).unwrap(), line);
    }
}

#[test]
fn every_kind_of_event_has_a_golden_line() {
    let golden: BTreeSet<String> = GOLDEN.lines().map(kind).collect();
    assert!(golden.len() > 30, "{golden:?}");
    assert_eq!(golden, kinds());
}
