//! What instances remember of tables for each other is used when it is true, and only then.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bus::memory::MemoryBus;
use bus::{Bus, CacheCounts, SharedCache};
use game::{Command, CommandId, TableId, TimeLimit, Version};
use service::{Holder, Tables};
use store::StateOrigin;
use store::memory::MemoryJournal;
use tokio::sync::watch;

use crate::common::{Shared, first_holder, fresh};

/// Lines a table has: one more than a snapshot needs.
const LINES: usize = 70;

#[tokio::test]
async fn another_instance_loads_what_was_remembered_and_the_rest_from_the_journal() {
    let (shared, memories) = remembering();
    let one = shared.instance(100);
    let (table, holder) = talk(&one, "the-table-of-anna", LINES).await;
    memories.hold(1).await;
    say(&one, &table, holder, "the last word").await;
    // Whoever folds from the first record on does not see this.
    memories.change_sealed(&table, |state| state.replace("line 50 ", "LINE 50 "));

    let other = shared.instance(100);
    let seen = format!("{:?}", other.loader.load(&table).await.unwrap());
    assert!(
        seen.contains("LINE 50 ") && seen.contains("the last word"),
        "{seen}"
    );
    assert_eq!(memories.recalled(), 1);
    other.loader.load(&table).await.unwrap();
    assert_eq!(
        memories.recalled(),
        1,
        "what is here is not asked for elsewhere"
    );
}

#[tokio::test]
async fn a_table_that_was_read_from_the_journal_is_remembered() {
    let (shared, memories) = remembering();
    let one = shared.instance(100);
    let (table, _) = talk(&one, "the-table-of-anna", 20).await;
    assert_eq!(memories.held(), 0, "no snapshot is due");
    shared.instance(100).loader.load(&table).await.unwrap();
    memories.hold(1).await;
}

#[tokio::test]
async fn what_a_restored_journal_does_not_know_is_not_believed() {
    let (shared, memories) = remembering();
    let (table, _) = talk(&shared.instance(100), "the-table-of-anna", LINES).await;
    memories.hold(1).await;

    // The same table, by the same command, and then another story: a shorter one, and one of the same length.
    for lines in [3, LINES + 10] {
        let restored = Shared {
            journal: Arc::new(MemoryJournal::default()),
            ..shared.clone()
        };
        let writer = Shared {
            bus: MemoryBus::default().into(),
            ..restored.clone()
        };
        let (same, _) = talk(&writer.instance(100), "the-table-of-anna", lines).await;
        assert_eq!(same, table);
        let seen = restored.instance(100).loader.load(&table).await.unwrap();
        let told = writer.instance(100).loader.load(&table).await.unwrap();
        assert_eq!(seen, told);
    }
}

#[tokio::test]
async fn what_cannot_be_read_costs_nothing_but_time() {
    for spoil in [
        |_: &str| String::new(),
        |text: &str| text[..text.len() / 2].to_owned(),
        |text: &str| text.replacen("64 ", "63 ", 1),
        |text: &str| text.replacen("64 ", "164 ", 1),
        |text: &str| text.replacen("64 ", "0 ", 1),
        |text: &str| text.replacen('\n', " ", 1),
        // A state that can be read, and is not what was put there.
        |text: &str| text.replace("line 50 ", "LINE 50 "),
    ] {
        let (shared, memories) = remembering();
        let one = shared.instance(100);
        let (table, _) = talk(&one, "the-table-of-anna", LINES).await;
        memories.hold(1).await;
        memories.change(spoil);
        let seen = shared.instance(100).loader.load(&table).await.unwrap();
        assert_eq!(seen, one.loader.load(&table).await.unwrap());
    }
}

#[tokio::test]
async fn who_is_to_remember_nothing_neither_tells_nor_asks() {
    let (shared, memories) = remembering();
    let forgetful = Shared {
        cache_ttl: None,
        ..shared
    };
    let (table, _) = talk(&forgetful.instance(100), "the-table-of-anna", LINES).await;
    forgetful.instance(100).loader.load(&table).await.unwrap();
    assert_eq!((memories.held(), memories.recalled()), (0, 0));
}

fn remembering() -> (Shared, Arc<Memories>) {
    let memories = Arc::new(Memories::default());
    let shared = Shared {
        bus: Bus {
            cache: Some(memories.clone()),
            ..MemoryBus::default().into()
        },
        ..Shared::new()
    };
    (shared, memories)
}

/// Opens a table by a command and has its host talk.
async fn talk(tables: &Arc<Tables>, command: &str, lines: usize) -> (TableId, Holder) {
    let id = CommandId::parse(command).unwrap();
    let table = tables
        .seats
        .open(id, "Anna", TimeLimit::Off, None)
        .await
        .unwrap()
        .table;
    for line in 0..lines {
        say(
            tables,
            &table,
            first_holder(1),
            &format!("line {line} of {lines}"),
        )
        .await;
    }
    (table, first_holder(1))
}

async fn say(tables: &Arc<Tables>, table: &TableId, holder: Holder, text: &str) {
    let say = Command::Say {
        text: text.to_owned(),
    };
    tables
        .commits
        .play(table, holder, fresh(), say)
        .await
        .unwrap();
}

/// A cache that says what was put into it and found there.
#[derive(Debug, Default)]
struct Memories {
    kept: Mutex<BTreeMap<String, Vec<u8>>>,
    count: watch::Sender<usize>,
    recalled: Mutex<usize>,
}

impl Memories {
    /// Waits until so much is remembered.
    async fn hold(&self, count: usize) {
        let mut counted = self.count.subscribe();
        let held = counted.wait_for(|held| *held == count);
        let held = tokio::time::timeout(Duration::from_secs(30), held).await;
        assert!(held.unwrap().is_ok());
    }

    fn held(&self) -> usize {
        self.kept.lock().unwrap().len()
    }

    /// How often something was asked for that was there.
    fn recalled(&self) -> usize {
        *self.recalled.lock().unwrap()
    }

    /// Changes the state that is remembered of a table, with a seal that fits it.
    fn change_sealed(&self, table: &TableId, change: impl Fn(&str) -> String) {
        self.change(|text| {
            let (version, sealed) = text.split_once(' ').unwrap();
            let origin = StateOrigin {
                table,
                format: 4,
                version: Version(version.parse().unwrap()),
            };
            let opened = origin.open(sealed).unwrap();
            let sealed = origin.seal(opened.record, &change(opened.state));
            format!("{version} {sealed}")
        });
    }

    fn change(&self, change: impl Fn(&str) -> String) {
        for bytes in self.kept.lock().unwrap().values_mut() {
            *bytes = change(str::from_utf8(bytes).unwrap()).into_bytes();
        }
    }
}

#[async_trait]
impl SharedCache for Memories {
    async fn put(&self, key: &str, bytes: &[u8], _ttl: Duration) {
        let mut kept = self.kept.lock().unwrap();
        kept.insert(key.to_owned(), bytes.to_vec());
        self.count.send_replace(kept.len());
    }

    async fn get(&self, key: &str) -> Option<Vec<u8>> {
        let recalled = self.kept.lock().unwrap().get(key).cloned();
        *self.recalled.lock().unwrap() += usize::from(recalled.is_some());
        recalled
    }

    fn counts(&self) -> CacheCounts {
        CacheCounts::default()
    }
}
