//! `quest.schema.json`, by which editors help an author, says what the reader of quests says.

use std::collections::BTreeSet;
use std::path::Path;

use game::content::{
    Also, Answer, Check, Choice, Ending, IfTold, Keepsake, NextIf, Outcome, Quest, Question, Scene,
    Speech, Whisper,
};
use game::{God, Sense, Skill, Tag};
use serde::de::DeserializeOwned;
use serde_json::Value;

const SCHEMA: &str = include_str!("../quest.schema.json");

fn schema() -> Value {
    serde_json::from_str(SCHEMA).expect("the schema is JSON")
}

/// A quest's file as the schema sees it.
fn quest() -> Value {
    let text = include_str!("../data/quests/the-thirteenth-stroke.toml");
    toml::from_str(text).expect("a quest is TOML")
}

/// The first thing in `value` that the schema at `rule` forbids.
fn refusal(root: &Value, rule: &Value, value: &Value, place: &str) -> Option<String> {
    let refuse = |why: &str| Some(format!("{place} {why}"));
    if let Some(name) = rule["$ref"].as_str() {
        let name = name.strip_prefix("#").expect("a place in this file");
        let target = root.pointer(name).unwrap_or_else(|| panic!("{name}"));
        return refusal(root, target, value, place);
    }
    for part in rule["allOf"].as_array().into_iter().flatten() {
        if let Some(found) = refusal(root, part, value, place) {
            return Some(found);
        }
    }
    if let Some(words) = rule["enum"].as_array()
        && !words.contains(value)
    {
        return refuse("is none of the words");
    }
    match rule["type"].as_str() {
        None => None,
        Some("object") if value.is_object() => object(root, rule, value, place),
        Some("array") if value.is_array() => array(root, rule, value, place),
        Some("string") if value.is_string() => {
            let length = value.as_str().map_or(0, |text| text.chars().count());
            let fits = within(
                rule,
                "minLength",
                "maxLength",
                i64::try_from(length).unwrap_or(0),
            );
            if fits {
                None
            } else {
                refuse("has the wrong length")
            }
        }
        Some("integer") if value.is_i64() => {
            let fits = within(rule, "minimum", "maximum", value.as_i64().unwrap_or(0));
            if fits {
                None
            } else {
                refuse("is out of range")
            }
        }
        Some("boolean") if value.is_boolean() => None,
        Some(kind) => refuse(&format!("is no {kind}")),
    }
}

fn within(rule: &Value, least: &str, most: &str, is: i64) -> bool {
    rule[least].as_i64().is_none_or(|least| is >= least)
        && rule[most].as_i64().is_none_or(|most| is <= most)
}

fn object(root: &Value, rule: &Value, value: &Value, place: &str) -> Option<String> {
    let fields = value.as_object().expect("an object");
    let mut required = rule["required"].as_array().into_iter().flatten();
    let missing =
        required.find(|name| name.as_str().is_some_and(|name| !fields.contains_key(name)));
    if let Some(name) = missing {
        return Some(format!("{place} lacks {name}"));
    }
    fields.iter().find_map(|(name, value)| {
        let place = format!("{place}.{name}");
        match (rule["properties"].get(name), &rule["additionalProperties"]) {
            (Some(rule), _) => refusal(root, rule, value, &place),
            (None, Value::Bool(false)) => Some(format!("{place} is unknown")),
            (None, further) => refusal(root, further, value, &place),
        }
    })
}

fn array(root: &Value, rule: &Value, value: &Value, place: &str) -> Option<String> {
    let items = value.as_array().expect("an array");
    let number = i64::try_from(items.len()).unwrap_or(i64::MAX);
    if !within(rule, "minItems", "maxItems", number) {
        return Some(format!("{place} has {number} items"));
    }
    let mut numbered = items.iter().enumerate();
    numbered.find_map(|(at, item)| refusal(root, &rule["items"], item, &format!("{place}[{at}]")))
}

fn refused(quest: &Value) -> Option<String> {
    let schema = schema();
    refusal(&schema, &schema, quest, "quest")
}

#[test]
fn every_quest_that_is_offered_fits_the_schema() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data/quests");
    let files = world::quest_files(Path::new(folder)).unwrap();
    // Files of older editions end in the number of theirs.
    let newest = files.iter().filter(|file| !file.name.ends_with(".1.toml"));
    assert!(newest.clone().count() >= 4);
    for file in newest {
        let quest: Value = toml::from_str(&file.text).unwrap();
        assert_eq!(refused(&quest), None, "{}", file.name);
    }
}

#[test]
fn planted_mistakes_are_refused() {
    let with = |place: &str, put: Value| {
        let mut quest = quest();
        let (parent, name) = place.rsplit_once('/').unwrap();
        let parent = quest
            .pointer_mut(parent)
            .unwrap_or_else(|| panic!("{place}"));
        parent[name] = put;
        refused(&quest).unwrap_or_else(|| panic!("{place} was not refused"))
    };
    let number = |number: i64| Value::from(number);
    for (place, put, told) in [
        ("/titel", Value::from("The Bell"), "quest.titel is unknown"),
        (
            "/minutes",
            Value::from("forty"),
            "quest.minutes is no integer",
        ),
        ("/seats", Value::from(vec![1]), "quest.seats has 1 items"),
        (
            "/tone",
            Value::from("sad"),
            "quest.tone is none of the words",
        ),
        (
            "/scene",
            Value::from(Vec::<Value>::new()),
            "quest.scene has 0 items",
        ),
        (
            "/scene/0/mood",
            Value::from("merry"),
            "quest.scene[0].mood is none of the words",
        ),
        (
            "/scene/0/whisper/0/twist",
            number(3),
            "quest.scene[0].whisper[0].twist is no string",
        ),
        (
            "/scene/0/whisper/0/sense",
            Value::from("smell"),
            "quest.scene[0].whisper[0].sense is none of the words",
        ),
        (
            "/scene/0/option/0/tags",
            Value::from(vec!["kind"]),
            "quest.scene[0].option[0].tags[0] is none of the words",
        ),
        (
            "/scene/0/option/1/check/difficulty",
            number(81),
            "quest.scene[0].option[1].check.difficulty is out of range",
        ),
        (
            "/scene/0/option/0/outcome/favour",
            serde_json::json!({ "zeus": 1 }),
            "quest.scene[0].option[0].outcome.favour.zeus is unknown",
        ),
    ] {
        assert_eq!(with(place, put), told);
    }
    let mut silent = quest();
    silent["summons"].as_object_mut().unwrap().remove("athena");
    assert_eq!(refused(&silent).unwrap(), "quest.summons lacks \"athena\"");
}

/// The fields that the reader knows: it lists them where it is given one that it does not.
fn fields<T: DeserializeOwned>() -> BTreeSet<String> {
    let refused = toml::from_str::<T>("no-such-field = 1").err();
    let listed = refused
        .expect("there is no such field")
        .message()
        .to_owned();
    let quoted = listed.split('`').skip(3).step_by(2);
    quoted.map(str::to_owned).collect()
}

#[test]
fn the_schema_names_the_fields_that_the_reader_knows() {
    let schema = schema();
    let told = |place: &str| -> BTreeSet<String> {
        let properties = schema.pointer(place).unwrap()["properties"].as_object();
        properties.unwrap().keys().cloned().collect()
    };
    assert_eq!(told(""), fields::<Quest>());
    for (name, fields) in [
        ("scene", fields::<Scene>()),
        ("whisper", fields::<Whisper>()),
        ("if-told", fields::<IfTold>()),
        ("option", fields::<Choice>()),
        ("check", fields::<Check>()),
        ("outcome", fields::<Outcome>()),
        ("next-if", fields::<NextIf>()),
        ("speech", fields::<Speech>()),
        ("also", fields::<Also>()),
        ("keepsake", fields::<Keepsake>()),
        ("ending", fields::<Ending>()),
        ("question", fields::<Question>()),
        ("answer", fields::<Answer>()),
    ] {
        assert!(!fields.is_empty(), "{name}");
        assert_eq!(told(&format!("/definitions/{name}")), fields, "{name}");
    }
}

#[test]
fn the_schema_names_the_words_that_the_rules_know() {
    let schema = schema();
    let told = |name: &str| -> BTreeSet<String> {
        let words = schema["definitions"][name]["enum"]
            .as_array()
            .unwrap()
            .iter();
        words
            .map(|word| word.as_str().unwrap().to_owned())
            .collect()
    };
    let all = |words: Vec<String>| -> BTreeSet<String> { words.into_iter().collect() };
    assert_eq!(
        told("god"),
        all(God::ALL.iter().map(ToString::to_string).collect())
    );
    assert_eq!(
        told("sense"),
        all(Sense::ALL.iter().map(ToString::to_string).collect())
    );
    assert_eq!(
        told("skill"),
        all(Skill::ALL.iter().map(ToString::to_string).collect())
    );
    assert_eq!(
        told("tag"),
        all(Tag::ALL.iter().map(ToString::to_string).collect())
    );
}

#[test]
fn the_worked_example_of_the_guide_is_read() {
    #[derive(serde::Deserialize)]
    struct Example {
        scene: Vec<Scene>,
    }
    let guide = include_str!("../README.md");
    let (_, after) = guide.split_once("## A worked example").unwrap();
    let (_, after) = after.split_once("```toml").unwrap();
    let (text, _) = after.split_once("```").unwrap();
    let Example { scene } = toml::from_str(text).unwrap();
    let [
        Scene {
            whispers, options, ..
        },
    ] = scene.as_slice()
    else {
        panic!("one scene is worked out");
    };
    let warned = whispers[0].warns.as_ref().unwrap();
    assert_eq!(
        options[0].disaster.as_ref().unwrap().harm.as_ref(),
        Some(warned)
    );
    assert_eq!(whispers[0].twist_urges.as_ref(), Some(&options[0].id));
}
