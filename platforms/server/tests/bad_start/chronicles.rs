//! Exported Chronicles: whole ones, doctored ones, and ones forged with care.

use std::fs;

use game::{Command, Event, Manner, Version};
use serde_json::{Value, json};
use store::memory::MemoryJournal;
use store::{Journal as _, NewCommit, Record, TableIndex, chain};

use crate::common::client::HttpClient;
use crate::common::fleet::BotFleet;
use crate::common::fresh_setup;

#[tokio::test]
async fn a_chronicle_as_it_was_exported_is_whole() {
    let played = Chronicle::play(5).await;
    let (code, said) = verdict(&played.text()).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains(&format!("whole: {} commits", played.records.len())),
        "{said}"
    );
    assert!(!said.contains("decisions were not taken again"), "{said}");
}

#[tokio::test]
async fn a_file_that_is_not_there_is_said_to_be_missing() {
    let ended = fresh_setup().run(&["verify", "nothing.jsonl"]).await;
    assert_eq!(ended.status.code(), Some(1));
    let said = ended.text();
    assert!(said.starts_with("cannot read nothing.jsonl: "), "{said}");
}

#[tokio::test]
async fn a_doctored_chronicle_is_told_by_the_first_thing_wrong() {
    let played = Chronicle::play(6).await;
    let doctored = |change: &dyn Fn(&mut Chronicle)| {
        let mut changed = played.clone();
        change(&mut changed);
        changed.text()
    };
    let altered = "what it tells is not what was hashed";
    let rolled = played.clone().change_roll();
    let spoken = played.clone().change_line();
    let whole = played.text();
    let cases = [
        (
            doctored(&|it| {
                it.change_roll();
            }),
            format!("commit {rolled} was altered: {altered}"),
        ),
        (
            doctored(&|it| {
                it.change_line();
            }),
            format!("commit {spoken} was altered: {altered}"),
        ),
        (
            doctored(&|it| drop(it.records.remove(9))),
            "commit 10 was altered: in its place stands version 11".to_owned(),
        ),
        (
            doctored(&|it| it.records.swap(4, 7)),
            "commit 5 was altered: in its place stands version 8".to_owned(),
        ),
        (
            doctored(&|it| it.heading["seed"] = json!("0".repeat(64))),
            "the seed is not the one committed to".to_owned(),
        ),
        (
            doctored(&|it| drop(it.records.pop())),
            "the Chronicle breaks off before the story is over".to_owned(),
        ),
        (
            whole[..whole.len() - 40].to_owned(),
            format!(
                "line {} is not part of an exported Chronicle",
                played.records.len() + 1
            ),
        ),
    ];
    for (text, sentence) in cases {
        let (code, said) = verdict(&text).await;
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(&sentence), "{sentence:?} is not in {said}");
    }
}

#[tokio::test]
async fn a_forger_who_chains_everything_anew_is_found_by_the_dice_and_the_rules() {
    let played = Chronicle::play(7).await;

    let mut roll = played.clone();
    let rolled = roll.change_roll();
    let (code, said) = verdict(&roll.chained_anew().await.text()).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains(&format!("commit {rolled}: a roll of ")),
        "{said}"
    );
    assert!(said.contains("is told, but the seed gives "), "{said}");

    let mut line = played.clone();
    let spoken = line.change_line();
    let (code, said) = verdict(&line.chained_anew().await.text()).await;
    assert_eq!(code, Some(1), "{said}");
    let sentence =
        format!("commit {spoken}: the rules do not lead from this command to these events");
    assert!(said.contains(&sentence), "{said}");

    let mut seed = played.clone();
    seed.change_seed();
    let (code, said) = verdict(&seed.chained_anew().await.text()).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("the rules do not lead") || said.contains("but the seed gives"),
        "{said}"
    );
}

#[tokio::test]
async fn a_forger_of_what_the_rules_allow_is_found_by_what_somebody_noted() {
    let played = Chronicle::play(8).await;
    let (code, said) = verdict_of(&played.text(), &played.shown).await;
    assert_eq!(code, Some(0), "{said}");
    let [fingerprint, head] = played.shown.clone();
    assert!(said.contains(&format!("{head} is its head")), "{said}");
    assert!(
        said.contains(&format!("{fingerprint} was its fingerprint after commit ")),
        "{said}"
    );

    let mut truthful = played.clone();
    truthful.change(|event| {
        let Event::Told(told) = event else {
            return false;
        };
        let lied = told.manner == Manner::Twist;
        told.manner = Manner::Truth;
        lied
    });
    for record in &mut truthful.records {
        if let Command::Tell { manner, .. } = &mut record.command
            && let Some(Event::Told(told)) = record.events.first()
        {
            *manner = told.manner;
        }
    }
    let text = truthful.chained_anew().await.text();
    for seen in [fingerprint, head] {
        let (code, said) = verdict_of(&text, &[seen]).await;
        assert_eq!(code, Some(1), "{said}");
    }
    let (code, said) = verdict_of(&played.text(), &["5f1d".to_owned()]).await;
    assert_eq!(code, Some(78), "{said}");
    assert!(said.contains("the first 16 are enough"), "{said}");
}

#[tokio::test]
async fn a_chronicle_of_unknown_rules_is_not_called_whole() {
    let mut played = Chronicle::play(9).await;
    played.change(|event| {
        let Event::Opened { rules, .. } = event else {
            return false;
        };
        *rules = 7;
        true
    });
    let (code, said) = verdict(&played.chained_anew().await.text()).await;
    assert_eq!(code, Some(3), "{said}");
    assert!(
        said.contains("Not checked: ") && !said.contains("whole"),
        "{said}"
    );
}

/// What `verify` ends with and says of a text.
async fn verdict(text: &str) -> (Option<i32>, String) {
    verdict_of(text, &[]).await
}

/// The same where hashes were noted.
async fn verdict_of(text: &str, seen: &[String]) -> (Option<i32>, String) {
    let setup = fresh_setup();
    fs::write(setup.folder().join("chronicle.jsonl"), text).unwrap();
    let seen = seen.iter().flat_map(|hash| ["--seen", hash]);
    let arguments: Vec<&str> = ["verify", "chronicle.jsonl"]
        .into_iter()
        .chain(seen)
        .collect();
    let ended = setup.run(&arguments).await;
    (ended.status.code(), ended.text())
}

/// An exported Chronicle, taken apart.
#[derive(Clone)]
struct Chronicle {
    heading: Value,
    records: Vec<Record>,
    /// The fingerprint and the head that its table shows.
    shown: [String; 2],
}

impl Chronicle {
    /// Plays a table to its end and exports it.
    async fn play(seed: u64) -> Self {
        let server = fresh_setup().start().await;
        let fleet = BotFleet::new(server.address(), seed);
        let table = fleet.play(2).await.unwrap();
        let answer = HttpClient::new(server.address())
            .get(&format!("/api/tables/{table}/chronicle"))
            .await;
        let mut lines = answer.text.lines();
        let heading = serde_json::from_str(lines.next().unwrap()).unwrap();
        let records = lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let shown = HttpClient::new(server.address())
            .get(&format!("/api/tables/{table}"))
            .await;
        let shown = ["fingerprint", "head"].map(|name| {
            let hash = shown.field(name);
            hash.as_str().unwrap_or_default().to_owned()
        });
        Self {
            heading,
            records,
            shown,
        }
    }

    fn text(&self) -> String {
        let lines = self
            .records
            .iter()
            .map(|record| serde_json::to_string(record).unwrap());
        let lines: Vec<String> = std::iter::once(self.heading.to_string())
            .chain(lines)
            .collect();
        lines.join("\n") + "\n"
    }

    /// Has the first roll fall otherwise.
    fn change_roll(&mut self) -> Version {
        self.change(|event| {
            let Event::DeedDone(done) = event else {
                return false;
            };
            let Some(roll) = &mut done.roll else {
                return false;
            };
            roll.throw.value = roll.throw.value % 100 + 1;
            true
        })
    }

    /// Puts the first line of the talk into other words.
    fn change_line(&mut self) -> Version {
        self.change(|event| {
            let Event::Said { text, .. } = event else {
                return false;
            };
            "I never said that.".clone_into(text);
            true
        })
    }

    /// Has the table play by another seed, committed to in its place.
    fn change_seed(&mut self) {
        let mut told = None;
        self.change(|event| {
            let Event::Opened {
                seed, commitment, ..
            } = event
            else {
                return false;
            };
            seed.0[0] ^= 1;
            *commitment = chain::commit_to(seed);
            told = Some((seed.to_hex(), commitment.clone()));
            true
        });
        let (seed, commitment) = told.unwrap();
        self.heading["seed"] = json!(seed);
        self.heading["commitment"] = json!(commitment);
    }

    /// Changes the first event that can be changed so. Returns the version of its commit.
    fn change(&mut self, mut change: impl FnMut(&mut Event) -> bool) -> Version {
        let changed = self.records.iter_mut().find_map(|record| {
            record
                .events
                .iter_mut()
                .any(&mut change)
                .then_some(record.version)
        });
        changed.expect("there is such an event in a table played to its end")
    }

    /// The same with every hash made to fit.
    async fn chained_anew(self) -> Self {
        let Self {
            heading,
            records,
            shown,
        } = self;
        let journal = MemoryJournal::default();
        let table = serde_json::from_value(heading["table"].clone()).unwrap();
        let Event::Opened { code, .. } = records[0].events[0].clone() else {
            panic!("it begins with the opening")
        };
        let index = TableIndex {
            code,
            deadline_ms: None,
            live: true,
        };
        for record in records {
            let Record {
                version,
                at_ms,
                command_id,
                actor,
                command,
                events,
                ..
            } = record;
            let commit = NewCommit {
                command_id,
                actor,
                command,
                at_ms,
                events,
                index: index.clone(),
            };
            journal
                .append(&table, Version(version.0 - 1), commit)
                .await
                .unwrap();
        }
        let mut records = Vec::new();
        loop {
            let page = journal
                .read(&table, Version(records.len() as u64))
                .await
                .unwrap();
            if page.is_empty() {
                return Self {
                    heading,
                    records,
                    shown,
                };
            }
            records.extend(page);
        }
    }
}
