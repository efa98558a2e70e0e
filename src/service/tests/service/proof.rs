//! What a table shows of its chain tells nobody what others were dealt.

use game::{Event, Seed, Stage, Version};
use store::{NewCommit, Record, TableIndex, chain};

use crate::common::{Shared, choose_first, fresh, gather, play_to_first_scene};

#[tokio::test]
async fn whoever_guesses_a_deal_could_check_it_by_two_heads_and_cannot_by_two_fingerprints() {
    let shared = Shared::new();
    let tables = shared.instance(100);
    let names = ["Anna", "Ben", "Chris"];
    let (table, holders) = gather(&tables, game::TimeLimit::Day, &names).await;
    play_to_first_scene(&tables, &table, &holders).await;
    // The one who chooses last knows all of the commit that opens the next scene but what the others are dealt.
    let mut shown = Vec::new();
    for holder in &holders {
        let look = tables.feeds.look(&table, Some(*holder)).await.unwrap();
        shown = vec![look.proof().fingerprint.unwrap()];
        if matches!(look.view().stage, Stage::Scene(scene) if scene.has_say) {
            let view = tables
                .feeds
                .look(&table, Some(*holder))
                .await
                .unwrap()
                .view();
            let choice = choose_first(&view);
            tables
                .commits
                .play(&table, *holder, fresh(), choice)
                .await
                .unwrap();
        }
    }
    let look = tables.feeds.look(&table, None).await.unwrap();
    shown.push(look.proof().fingerprint.unwrap());

    let version = tables.loader.load(&table).await.unwrap().version();
    let before = Version(version.0 - 1);
    let mut records = shared.journal.read(&table, before).await.unwrap();
    let record = records.pop().unwrap();
    let guesses = guesses(&record);
    assert!(guesses.len() > 1, "there is something to guess");

    let index = TableIndex::of(&tables.loader.load(&table).await.unwrap()).unwrap();
    let leads_on = |head: &str, guess: &[Event]| {
        let commit = commit_of(&record, guess, &index);
        chain::hash_after(head, record.version, &commit).unwrap()
    };
    let right = |guess: &&Vec<Event>| leads_on(&record.before, guess) == record.hash;
    let found: Vec<&Vec<Event>> = guesses.iter().filter(right).collect();
    assert_eq!(found, [&record.events], "the heads would tell the deal");

    let commitment = tables
        .loader
        .load(&table)
        .await
        .unwrap()
        .commitment()
        .to_owned();
    // All that is public and as long as a seed.
    let known = [
        &shown[0],
        &shown[1],
        &commitment,
        &hex::encode(chain::root(&table)),
        &"0".repeat(64),
    ];
    for guess in &guesses {
        for head in known {
            let led_to = leads_on(head, guess);
            assert!(!shown.contains(&led_to), "as if a fingerprint were a head");
            for key in known {
                let key = Seed::from_hex(key).unwrap();
                let fingerprint = chain::fingerprint(&key, &led_to).unwrap();
                assert!(!shown.contains(&fingerprint), "as if a seed were public");
            }
        }
    }
    let seed = tables.loader.load(&table).await.unwrap().seed().unwrap();
    let heads = [&record.before, &record.hash];
    let told = heads.map(|head| chain::fingerprint(&seed, head).unwrap());
    assert_eq!(told.to_vec(), shown, "with the seed everybody can");
}

#[tokio::test]
async fn every_instance_shows_the_same_whatever_it_remembers() {
    let shared = Shared::new();
    let tables = shared.instance(100);
    let (table, holders) = gather(&tables, game::TimeLimit::Off, &["Anna", "Ben"]).await;
    play_to_first_scene(&tables, &table, &holders).await;
    for _ in 0..70 {
        let say = game::Command::Say {
            text: "on and on".to_owned(),
        };
        tables
            .commits
            .play(&table, holders[0], fresh(), say)
            .await
            .unwrap();
        let here = tables.feeds.look(&table, None).await.unwrap();
        let there = shared.instance(100).feeds.look(&table, None).await.unwrap();
        assert!(here.proof().fingerprint.is_some());
        assert_eq!(here.proof(), there.proof());
    }
}

/// The events of a record with every way to deal its whispers to their hearers, the true one among them.
fn guesses(record: &Record) -> Vec<Vec<Event>> {
    let dealt = |event: &&Event| matches!(event, Event::SceneOpened { .. });
    let Some(Event::SceneOpened { deals, .. }) = record.events.iter().find(dealt) else {
        panic!("the last choice opens a scene")
    };
    let mut guesses: Vec<Vec<Event>> = Vec::new();
    for first in 0..deals.len() {
        for second in first..deals.len() {
            let mut events = record.events.clone();
            for event in &mut events {
                if let Event::SceneOpened { deals, .. } = event {
                    let mut hearers = deals[first].hearers.clone();
                    std::mem::swap(&mut hearers, &mut deals[second].hearers);
                    deals[first].hearers = hearers;
                }
            }
            if !guesses.contains(&events) {
                guesses.push(events);
            }
        }
    }
    guesses
}

fn commit_of(record: &Record, events: &[Event], index: &TableIndex) -> NewCommit {
    NewCommit {
        command_id: record.command_id.clone(),
        actor: record.actor,
        command: record.command.clone(),
        at_ms: record.at_ms,
        events: events.to_vec(),
        index: index.clone(),
    }
}
