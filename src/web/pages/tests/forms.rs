//! The forms of a table, read as the server reads them.

use std::collections::BTreeSet;

use game::Command;
use serde_json::{Map, Value};

use super::PAGES;
use super::html::{Tag, tags};
use crate::command_form::CommandForm;

#[test]
fn every_form_of_a_table_is_a_command_with_an_id_of_its_own() {
    let mut kinds = BTreeSet::new();
    for (what, view, page) in PAGES.iter() {
        let mut ids = BTreeSet::new();
        for fields in play_forms(&tags(page)) {
            let made_for = fields["as"].as_str().expect("a form says for whom");
            let (seat, _) = made_for.split_once('.').unwrap();
            assert_eq!(Some(seat.parse().unwrap()), view.you.map(|seat| seat.0));
            kinds.insert(fields["do"].as_str().unwrap().to_owned());
            let form: CommandForm = serde_json::from_value(Value::Object(fields.clone())).unwrap();
            let read = form.read();
            assert!(read.is_ok(), "{fields:?}: {read:?}");
            let (id, _) = read.unwrap();
            assert!(ids.insert(id), "an id twice in {what}");
        }
    }
    let mut forms = commands();
    for formless in FORMLESS {
        assert!(forms.remove(formless), "there is no command {formless}");
    }
    assert_eq!(kinds, forms);
}

/// Commands without a form at a table: two are given at a door, one by the clock, and three by the operator.
const FORMLESS: [&str; 6] = ["open", "sit", "pass-time", "erase", "forget", "look"];

/// Every command there is: serde lists them where it is given one that there is not.
fn commands() -> BTreeSet<String> {
    let unknown = serde_json::from_str::<Command>(r#"{"do":"no-such-command"}"#);
    let listed = unknown.unwrap_err().to_string();
    let quoted = listed.split('`').skip(3).step_by(2);
    quoted.map(str::to_owned).collect()
}

/// The fields of each form that plays a command, as the form sends them; a typed line is a word.
fn play_forms(tags: &[Tag]) -> Vec<Map<String, Value>> {
    let mut forms: Vec<Map<String, Value>> = Vec::new();
    let mut playing = false;
    let mut select: Option<String> = None;
    for tag in tags {
        if tag.name == "form" {
            playing = tag.get("data-play").is_some();
            if playing {
                assert_eq!(tag.get("method"), Some("post"));
                assert!(tag.get("action").unwrap().ends_with("/play"));
                forms.push(Map::new());
            }
        }
        playing &= tag.name != "/form";
        if tag.name == "select" {
            select = tag.get("name").filter(|_| playing).map(str::to_owned);
        }
        // Of a list, a browser sends the first.
        let chosen = select.take_if(|_| tag.name == "option");
        let typed = tag.get("name").filter(|_| playing && tag.name == "input");
        let Some(name) = typed.map(str::to_owned).or(chosen) else {
            continue;
        };
        let value = tag.get("value").unwrap_or("word");
        // Numbers, too, are text in a form.
        let value = Value::from(value);
        forms.last_mut().unwrap().insert(name, value);
    }
    forms
}
