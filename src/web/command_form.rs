//! A command as a form sends it: flat fields, all of them text.
//!
//! Most commands are flat themselves. What is not is put together here: the slips of the naming, which a form has as
//! `twisted-2` and `stake-2`, and what legend buys.

use game::{Command, CommandId, SEATS_MAX};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::WebError;
use crate::request::command_id;

/// A command as a form sends it.
#[derive(Deserialize)]
pub(crate) struct CommandForm {
    command_id: String,
    /// The holder the page was made for.
    #[serde(rename = "as")]
    pub(crate) made_for: Option<String>,
    #[serde(flatten)]
    fields: Map<String, Value>,
}

impl CommandForm {
    /// A field as text; empty where the form has none.
    pub(crate) fn field(&self, name: &str) -> &str {
        let field = self.fields.get(name).and_then(Value::as_str);
        field.unwrap_or_default()
    }

    pub(crate) fn read(self) -> Result<(CommandId, Command), WebError> {
        let id = command_id(&self.command_id)?;
        let fields = nested(self.fields);
        let command = serde_json::from_value(Value::Object(fields))
            .map_err(|error| WebError::Unreadable(error.to_string()))?;
        Ok((id, command))
    }
}

/// Puts together what a command has as more than text.
fn nested(mut fields: Map<String, Value>) -> Map<String, Value> {
    let kind = fields.get("do").and_then(Value::as_str).unwrap_or_default();
    match kind {
        "judge" if !fields.contains_key("slips") => {
            let slips = take_slips(&mut fields);
            fields.insert("slips".to_owned(), slips);
        }
        "take-boon" => {
            let parts = ["boon", "skill", "sense"].into_iter();
            let boon: Map<String, Value> =
                parts.filter_map(|name| fields.remove_entry(name)).collect();
            fields.insert("boon".to_owned(), Value::Object(boon));
        }
        _ => {}
    }
    fields
}

/// Takes the slips out of a form: of each seat that has a field, what is said of it. An empty field says nothing.
fn take_slips(fields: &mut Map<String, Value>) -> Value {
    let slips = (1..=SEATS_MAX).filter_map(|seat| {
        let twisted = fields.remove(&format!("twisted-{seat}"));
        let stake = fields.remove(&format!("stake-{seat}"));
        if twisted.is_none() && stake.is_none() {
            return None;
        }
        let mut slip = json!({ "about": seat });
        if let Some(said) = twisted.filter(is_said) {
            let flag = match said.as_str() {
                Some("true") => Value::Bool(true),
                Some("false") => Value::Bool(false),
                // What is neither is for the reader of commands to refuse.
                _ => said,
            };
            slip["twisted"] = flag;
        }
        if let Some(god) = stake.filter(is_said) {
            slip["stake"] = god;
        }
        Some(slip)
    });
    slips.collect()
}

fn is_said(value: &Value) -> bool {
    value.as_str().is_none_or(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use axum::extract::Query;
    use game::{Boon, God, SeatNo, Skill, Slip};

    use super::*;

    fn read(form: &str) -> Result<Command, WebError> {
        let sent = format!("/play?command_id=test-command-000001&as=1.1&{form}");
        let sent: http::Uri = sent.parse().unwrap();
        let Query(form) = Query::<CommandForm>::try_from_uri(&sent).unwrap();
        form.read().map(|(_, command)| command)
    }

    #[test]
    fn slips_are_put_together_by_seat_and_an_empty_field_says_nothing() {
        let judged =
            read("do=judge&twisted-2=true&stake-2=kaitha&twisted-3=&stake-3=&stake-5=mercus");
        let slip = |about, twisted, stake| Slip {
            about: SeatNo(about),
            twisted,
            stake,
        };
        let slips = vec![
            slip(2, Some(true), Some(God::Kaitha)),
            slip(3, None, None),
            slip(5, None, Some(God::Mercus)),
        ];
        assert_eq!(judged.unwrap(), Command::Judge { slips });
        for wrong in [
            "do=judge&twisted-2=perhaps",
            "do=judge&stake-2=nobody",
            "do=judge&stake-9=mercus",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_legend_buys_is_put_together() {
        let practice = Boon::Practice {
            skill: Skill::Persuasion,
        };
        for (form, boon) in [
            ("boon=practice&skill=persuasion", practice),
            ("boon=second-signature", Boon::SecondSignature {}),
        ] {
            let read = read(&format!("do=take-boon&{form}"));
            assert_eq!(read.unwrap(), Command::TakeBoon { boon });
        }
        assert!(read("do=take-boon").is_err());
        assert!(read("do=take-boon&boon=practice&skill=whistling").is_err());
    }

    #[test]
    fn a_command_whose_parts_are_text_is_read_as_it_is() {
        let call = read("do=call-on&scene=a&god=mercus&gift=greater&seat=2").unwrap();
        let Command::CallOn { seat, telling, .. } = call else {
            panic!("{call:?}")
        };
        assert_eq!((seat, telling), (Some(SeatNo(2)), None));
        assert!(read("do=answer-offer&scene=a&takes=true").is_ok());
        assert!(read("do=nod&scene=a&telling=3&doubts=true").is_ok());
        assert!(read("do=challenge&scene=a&telling=3").is_ok());
    }
}
