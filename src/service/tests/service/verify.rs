//! An exported Chronicle can be checked by anybody, and a doctored one is found out.

use std::sync::Arc;

use crate::common::{Shared, fresh, gather, play_on, play_to_first_scene, play_to_the_end};
use game::content::World;
use game::{Code, Command, TableId, TimeLimit, Version};
use serde_json::{Value, json};
use service::verify::{SeenAs, VerifyError, verify};
use service::{ServiceError, Tables};
use store::memory::MemoryJournal;
use store::{Journal, NewCommit, Record, TableIndex};

/// A Chronicle played to its end, as lines.
async fn exported() -> Vec<Value> {
    let tables = Shared::new().instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Off, &["Anna", "Ben"]).await;
    assert!(matches!(
        tables.chronicles.export(&table).await,
        Err(ServiceError::NotOver)
    ));
    play_to_the_end(&tables, &table, &holders).await;
    exported_from(&tables, &table).await
}

async fn exported_from(tables: &Arc<Tables>, table: &TableId) -> Vec<Value> {
    let export = tables.chronicles.export(table).await.unwrap();
    let text = export.text().await.unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn text_of(lines: &[Value]) -> String {
    let text: Vec<String> = lines.iter().map(Value::to_string).collect();
    text.join("\n")
}

fn checked(lines: &[Value], world: &World) -> Result<service::verify::Verification, VerifyError> {
    verify(&text_of(lines), &[], world)
}

/// Puts hashes right after a change, as somebody would who knows how the chain is made: by keeping the
/// doctored commits in a journal of their own.
async fn rechain(lines: &mut Vec<Value>) {
    let table: TableId = serde_json::from_value(lines[0]["table"].clone()).unwrap();
    let journal = MemoryJournal::default();
    for line in &lines[1..] {
        let record: Record = serde_json::from_value(line.clone()).unwrap();
        let before = journal.head(&table).await.unwrap();
        let code = Code::from_random([0; Code::LEN]);
        let commit = NewCommit {
            command_id: record.command_id,
            actor: record.actor,
            command: record.command,
            at_ms: record.at_ms,
            events: record.events,
            index: TableIndex {
                code,
                deadline_ms: None,
                live: true,
            },
        };
        journal.append(&table, before, commit).await.unwrap();
    }
    let kept = journal.read(&table, Version(0)).await.unwrap();
    lines.truncate(1);
    lines.extend(
        kept.iter()
            .map(|record| serde_json::to_value(record).unwrap()),
    );
}

fn first_roll(lines: &[Value]) -> (usize, usize) {
    let rolled = |event: &Value| event["event"] == "deed-done" && event["roll"].is_object();
    lines
        .iter()
        .enumerate()
        .find_map(|(at, line)| Some((at, line["events"].as_array()?.iter().position(rolled)?)))
        .expect("a quest has rolls")
}

#[tokio::test]
async fn an_honest_chronicle_is_whole() {
    let world = world::library().unwrap();
    let lines = exported().await;
    let report = checked(&lines, &world).unwrap();
    assert_eq!(report.commits, lines.len() - 1);
    assert_eq!((report.decisions, report.unchecked()), (lines.len() - 1, 0));
    assert!(report.rolls > 0);
    assert!(report.to_string().starts_with("The Chronicle is whole"));
}

#[tokio::test]
async fn what_was_noted_during_play_finds_out_whoever_knew_how_to_chain_anew() {
    let world = world::library().unwrap();
    let tables = Shared::new().instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Off, &["Anna", "Ben"]).await;
    let noted = async || {
        let look = tables.feeds.look(&table, Some(holders[0])).await.unwrap();
        let fingerprint = look.proof().fingerprint.unwrap();
        (look.version(), fingerprint, look.proof().head)
    };
    let (_, early, _) = noted().await;
    play_to_first_scene(&tables, &table, &holders).await;
    let say = Command::Say {
        text: "The lamp is mine.".to_owned(),
    };
    let said = tables.commits.play(&table, holders[0], fresh(), say).await;
    assert!(said.is_ok(), "{said:?}");
    let (version, late, head) = noted().await;
    assert_eq!(head, None, "a head is no player's to know");
    play_on(&tables, &table, &holders).await;
    let (_, last, head) = noted().await;
    let head = head.expect("all is told now");
    let seal = tables
        .loader
        .load(&table)
        .await
        .unwrap()
        .commitment()
        .to_owned();

    let honest = exported_from(&tables, &table).await;
    let all =
        [&early, &late[..16], &last.to_uppercase(), &head, &seal].map(|it| it.parse().unwrap());
    let text = text_of(&honest);
    let report = verify(&text, &all, &world).unwrap();
    assert_eq!((&report.head, report.seen.len()), (&head, all.len()));
    assert_eq!(report.seen[1].seen_as, SeenAs::Fingerprint(version));

    // Who said one thing said another: no decision follows from a line, so all can be checked without what was noted.
    let mut forged = honest.clone();
    for line in &mut forged[1..] {
        let turned = line
            .to_string()
            .replace("The lamp is mine.", "The lamp is yours.");
        *line = serde_json::from_str(&turned).unwrap();
    }
    assert_ne!(forged, honest);
    rechain(&mut forged).await;
    assert!(verify(&text_of(&forged), &all[..1], &world).is_ok());
    for hash in [&late, &last, &head] {
        let fault = verify(&text_of(&forged), &[hash.parse().unwrap()], &world);
        assert!(
            matches!(fault, Err(VerifyError::NeverShown { .. })),
            "{fault:?}"
        );
    }
}

#[tokio::test]
async fn what_is_said_to_be_withheld_can_change_nothing_but_names_and_lines() {
    let world = world::library().unwrap();
    let honest = exported().await;
    let dealt = |line: &Value| line["command"]["do"] == "choose";
    let at = honest.iter().position(dealt).unwrap();
    let mut hidden = honest.clone();
    hidden[at]["withheld"] = json!(true);
    let fault = checked(&hidden, &world);
    let more = |fault: &VerifyError, at: usize| matches!(fault, VerifyError::WithheldMore { version } if version.0 == at as u64);
    assert!(more(&fault.unwrap_err(), at));

    let sat = |line: &Value| line["command"]["do"] == "sit";
    let at = honest.iter().position(sat).unwrap();
    let mut taken_back = honest.clone();
    taken_back[at]["withheld"] = json!(true);
    for name in ["Forgotten 2", "Anna"] {
        taken_back[at]["command"]["name"] = json!(name);
        taken_back[at]["events"][0]["name"] = json!(name);
        assert_eq!(checked(&taken_back, &world).unwrap().withheld, 1);
    }
    taken_back[at]["events"][0]["seat"] = json!(5);
    let fault = checked(&taken_back, &world);
    assert!(more(&fault.unwrap_err(), at));
}

#[tokio::test]
async fn a_chronicle_of_other_rules_is_not_called_whole() {
    let world = world::library().unwrap();
    let mut lines = exported().await;
    lines[1]["events"][0]["rules"] = json!(7);
    for line in &mut lines[1..] {
        let events = line["events"].as_array_mut().unwrap();
        events.retain(|event| event["event"] != "deed-done");
    }
    rechain(&mut lines).await;
    let report = checked(&lines, &world).unwrap();
    assert_eq!(report.unchecked(), lines.len() - 1);
    let said = report.to_string();
    assert!(
        said.starts_with("Not checked: ") && !said.contains("whole"),
        "{said}"
    );
}

#[tokio::test]
async fn a_chronicle_is_played_again_though_the_wording_changed() {
    let mut world = world::library().unwrap();
    world.edition.text = "another".to_owned();
    for quest in world.quests.values_mut() {
        quest.title.push('!');
    }
    let lines = exported().await;
    let report = checked(&lines, &world).unwrap();
    assert_eq!(report.decisions, lines.len() - 1);
}

#[tokio::test]
async fn a_chronicle_of_a_newer_release_is_not_called_wrong() {
    let mut lines = exported().await;
    lines[2]["events"][0]["event"] = json!("sang");
    let fault = checked(&lines, &World::default());
    assert!(
        matches!(
            fault,
            Err(VerifyError::NewerRelease {
                version: Version(2),
                ..
            })
        ),
        "{fault:?}"
    );
}

#[tokio::test]
async fn a_doctored_chronicle_names_the_first_thing_that_is_wrong() {
    let world = world::library().unwrap();
    let honest = exported().await;
    let (at, event) = first_roll(&honest);

    let mut altered = honest.clone();
    let rolled = &mut altered[at]["events"][event]["roll"]["throw"]["value"];
    let told = rolled.as_u64().unwrap() % 100 + 1;
    *rolled = json!(told);
    assert!(
        matches!(checked(&altered, &world), Err(VerifyError::Altered { version, .. }) if version.0 == at as u64)
    );

    let mut rerolled = altered;
    rechain(&mut rerolled).await;
    let fault = checked(&rerolled, &world);
    assert!(
        matches!(fault, Err(VerifyError::OtherRoll { version, told: found, .. }) if version.0 == at as u64 && u64::from(found) == told),
        "{fault:?}"
    );

    let mut kinder = honest.clone();
    let kind = &mut kinder[at]["events"][event]["kind"];
    *kind = json!(if *kind == "triumph" {
        "success"
    } else {
        "triumph"
    });
    rechain(&mut kinder).await;
    let fault = checked(&kinder, &world);
    assert!(
        matches!(fault, Err(VerifyError::OtherDecision { version }) if version.0 == at as u64),
        "{fault:?}"
    );

    let mut reseeded = honest.clone();
    let other = "00".repeat(32);
    reseeded[0]["seed"] = json!(other);
    assert!(matches!(
        checked(&reseeded, &world),
        Err(VerifyError::OtherSeed { .. })
    ));
    reseeded[1]["events"][0]["seed"] = json!(other);
    rechain(&mut reseeded).await;
    assert!(matches!(
        checked(&reseeded, &world),
        Err(VerifyError::OtherSeed { .. })
    ));

    let mut shortened = honest.clone();
    shortened.remove(at);
    assert!(
        matches!(checked(&shortened, &world), Err(VerifyError::Altered { version, .. }) if version.0 == at as u64)
    );

    let mut cut = honest.clone();
    cut.pop();
    assert_eq!(checked(&cut, &world), Err(VerifyError::BrokenOff));
}

#[test]
fn what_is_no_chronicle_is_said_to_be_none() {
    let world = World::default();
    for (text, line) in [("", 1), ("hello", 1), ("{\"format\":\"other\"}", 1)] {
        let fault = verify(text, &[], &world);
        assert!(
            matches!(fault, Err(VerifyError::NotAChronicle { line: at, .. }) if at == line),
            "{fault:?}"
        );
    }
}
