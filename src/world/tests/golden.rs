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

#[test]
fn every_field_that_may_be_left_out_has_a_golden_line() {
    let (mut seen, mut told) = (BTreeSet::new(), BTreeSet::new());
    for line in GOLDEN.lines() {
        for (field, is_empty) in fields(line) {
            let field = (kind(line), field);
            seen.insert(field.clone());
            if !is_empty {
                told.insert(field);
            }
        }
    }
    assert!(told.len() > 60, "{told:?}");
    let untold: Vec<_> = seen.difference(&told).collect();
    assert_eq!(untold, Vec::<&(String, String)>::new());
}

/// Each field of the event in a golden line, and whether it is empty there. The debug form names those, too, that the
/// line leaves out.
fn fields(line: &str) -> Vec<(String, bool)> {
    let shown = format!("{:?}", read(line));
    let words: Vec<&str> = shown.split_whitespace().collect();
    let pairs = words
        .windows(2)
        .filter_map(|pair| Some((pair[0].strip_suffix(':')?, pair[1])));
    pairs
        .map(|(field, value)| {
            let empty = ["None", "false", "[]", "{}", "\"\""];
            let is_empty = empty.contains(&value.trim_end_matches([',', ')']));
            (field.to_owned(), is_empty)
        })
        .collect()
}
