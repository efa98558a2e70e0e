//! What the bot does when it is shown this or that.

use game::Command;
use serde_json::{Value, json};

use crate::shown::TableShown;
use crate::strategy::Strategy;

/// A table of three as seat 2 sees it.
fn shown(stage: &Value) -> TableShown {
    let seats = [1, 2, 3].map(|seat| json!({ "seat": seat, "present": true }));
    let view = json!({
        "version": 9, "you": 2, "host": 1, "seats": seats, "companions": [],
        "sheet": { "momentum": 0, "signature": null, "stake": null },
        "stage": stage,
    });
    serde_json::from_value(view).unwrap()
}

fn option(id: &str, percent: i32) -> Value {
    json!({
        "option": id, "quiet": false, "shut": false, "insight": false, "yours": false,
        "harm": null, "hint": null, "chosen_by": [], "urged_by": [],
        "check": { "hand": { "seat": 1 }, "chance": { "percent": percent } },
    })
}

fn scene(options: &[Value]) -> Value {
    json!({
        "stage": "scene", "scene": "ferry", "has_say": true, "locked_in": false,
        "whispers": [], "told": [], "options": options, "presses": [], "purchases": [],
        "may": { "urge": false }, "offered_by": null,
    })
}

fn heard(whisper: &str) -> Value {
    json!({ "whisper": whisper, "truth": format!("{whisper} is so."), "twist": format!("{whisper} is not so."), "told": null, "kept": false })
}

fn told(by: u8, text: &str) -> Value {
    json!({
        "telling": 0, "by": { "seat": by }, "text": text, "doubt": 50, "truth": null, "holds": null,
        "believed_by": [], "doubted_by": [],
    })
}

fn planned(view: &TableShown) -> Vec<Value> {
    let plan = Strategy::default().plan(view);
    plan.iter()
        .map(|command| serde_json::to_value(command).unwrap())
        .collect()
}

#[test]
fn the_likeliest_way_is_chosen_and_one_that_is_shut_never() {
    let mut best = option("swim", 90);
    let stage = scene(&[option("row", 55), option("wait", 70), best.clone()]);
    assert_eq!(
        planned(&shown(&stage)),
        [json!({ "do": "choose", "scene": "ferry", "option": "swim" })]
    );
    best["shut"] = true.into();
    let stage = scene(&[option("row", 55), option("wait", 70), best]);
    assert_eq!(planned(&shown(&stage))[0]["option"], "wait");
}

#[test]
fn voices_and_hints_weigh_and_a_harm_that_is_seen_weighs_more() {
    let mut urged = option("row", 60);
    urged["urged_by"] = json!([1, 3]);
    let stage = scene(&[urged.clone(), option("wait", 70)]);
    assert_eq!(planned(&shown(&stage))[0]["option"], "row");
    urged["harm"] = true.into();
    let stage = scene(&[urged, option("wait", 70)]);
    assert_eq!(planned(&shown(&stage))[0]["option"], "wait");
    let mut hinted = option("row", 60);
    hinted["hint"] = "for".into();
    let stage = scene(&[hinted, option("wait", 70)]);
    assert_eq!(planned(&shown(&stage))[0]["option"], "row");
}

#[test]
fn what_it_has_chosen_stays_chosen_and_without_a_say_it_urges() {
    let mut chosen = option("wait", 40);
    chosen["yours"] = true.into();
    let stage = scene(&[option("row", 90), chosen]);
    assert_eq!(planned(&shown(&stage)), [] as [Value; 0]);
    let mut stage = scene(&[option("row", 90), option("wait", 40)]);
    stage["has_say"] = false.into();
    assert_eq!(planned(&shown(&stage)), [] as [Value; 0]);
    stage["may"]["urge"] = true.into();
    assert_eq!(
        planned(&shown(&stage)),
        [json!({ "do": "urge", "scene": "ferry", "option": "row" })]
    );
}

#[test]
fn a_whisper_is_told_truly_unless_the_stake_wants_it_otherwise() {
    let mut stage = scene(&[]);
    stage["whispers"] = json!([heard("lamp")]);
    let mut view = shown(&stage);
    assert_eq!(
        planned(&view),
        [json!({ "do": "tell", "scene": "ferry", "whisper": "lamp", "manner": "truth" })]
    );
    for (stake, expected) in [
        ("athena-3", "keep"),
        ("kaitha-2", "tell"),
        ("of-a-later-release", "tell"),
    ] {
        let mut sheet = json!({ "momentum": 0, "signature": null, "stake": { "stake": stake } });
        view.sheet = serde_json::from_value(sheet.take()).unwrap();
        assert_eq!(planned(&view)[0]["do"], expected, "{stake}");
    }
}

#[test]
fn a_lie_about_what_it_heard_is_doubted_and_remembered_and_a_truth_is_believed() {
    let mut stage = scene(&[]);
    let mut kept = heard("lamp");
    kept["kept"] = true.into();
    stage["whispers"] = json!([kept]);
    stage["told"] = json!([told(3, "lamp is not so.")]);
    let mut strategy = Strategy::default();
    let plan = strategy.plan(&shown(&stage));
    assert!(
        matches!(&plan[..], [Command::Challenge { telling: 0, .. }]),
        "{plan:?}"
    );
    let judged = [1, 3].map(|seat| json!({ "seat": seat, "asks_twist": true }));
    let naming = json!({ "stage": "naming", "has_judged": false, "judged": judged });
    let plan = strategy.plan(&shown(&naming));
    let expected = json!({ "do": "judge", "slips": [{ "about": 1, "twisted": false }, { "about": 3, "twisted": true }] });
    assert_eq!(serde_json::to_value(&plan[0]).unwrap(), expected);
    stage["told"] = json!([told(3, "lamp is so.")]);
    assert_eq!(
        planned(&shown(&stage)),
        [json!({ "do": "nod", "scene": "ferry", "telling": 0, "doubts": false })]
    );
}

#[test]
fn what_the_rules_refused_is_not_tried_again_in_the_same_scene() {
    let stage = scene(&[option("row", 55)]);
    let mut strategy = Strategy::default();
    let plan = strategy.plan(&shown(&stage));
    strategy.note_refusal(&plan[0], "moved-on");
    assert_eq!(
        strategy.plan(&shown(&stage)),
        plan,
        "a moment later it may be right"
    );
    strategy.note_refusal(&plan[0], "white-feather");
    assert_eq!(strategy.plan(&shown(&stage)), []);
    let mut next = stage;
    next["scene"] = "bridge".into();
    assert_eq!(strategy.plan(&shown(&next)).len(), 1);
}

#[test]
fn it_joins_the_quest_that_others_named_and_waits_in_a_stage_it_does_not_know() {
    let card = |quest: &str, minutes: u32, named_by: Value| json!({ "quest": quest, "minutes": minutes, "yours": false, "named_by": named_by });
    let quests = [card("short", 15, json!([])), card("long", 90, json!([3]))];
    let choice = json!({ "stage": "quest-choice", "quests": quests, "question": null });
    assert_eq!(
        planned(&shown(&choice)),
        [json!({ "do": "take-up", "quest": "long" })]
    );
    assert_eq!(
        planned(&shown(&json!({ "stage": "of-a-later-release", "much": 3 }))),
        [] as [Value; 0]
    );
}
