//! What holds for a whole journal that is exported and imported.

#![expect(
    clippy::missing_panics_doc,
    reason = "a claim that is false panics: that is its answer"
)]

use std::sync::Arc;

use game::{TableId, Version};

use super::Subject;
use super::steps::{append, code, head, live, open, opened, over, read, said, table};
use crate::memory::MemoryJournal;
use crate::{
    Journal, JournalExport, JournalImport, ProgressListener, RecordStream, StoreError,
    TransferRecord,
};

/// A journal that can be exported and imported.
#[derive(Clone)]
pub struct TransferSubject {
    /// The journal, to be played on.
    pub journal: Subject,
    /// The same journal, to be read whole.
    pub export: Arc<dyn JournalExport>,
    /// The same journal, to be filled.
    pub import: Arc<dyn JournalImport>,
}

impl TransferSubject {
    /// A journal that is all three.
    pub fn new<J: Journal + JournalExport + JournalImport>(journal: J) -> Self {
        let journal = Arc::new(journal);
        Self {
            journal: journal.clone(),
            export: journal.clone(),
            import: journal,
        }
    }
}

impl std::fmt::Debug for TransferSubject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TransferSubject")
    }
}

/// When the tables that are played fall due.
const DUE_MS: u64 = 9;
/// Tables that are played.
const TABLES: u8 = 6;
/// Records of each.
const RECORDS: u64 = 120;

fn none() -> ProgressListener {
    ProgressListener::none()
}

/// Plays more records than a batch holds, of tables that take turns; one leaves its code to another.
async fn play(journal: &Subject) {
    for number in 0..TABLES {
        open(journal, number).await;
    }
    for version in 1..RECORDS {
        for number in 0..TABLES {
            let text = format!("line {version} of {number}: ἀλήθεια \"quoted\"\n🜁");
            let commit = said(
                &text,
                &format!("say-{version}"),
                live(&code(number), DUE_MS),
            );
            append(journal, &table(number), version, commit).await;
        }
    }
    let bye = said("bye", "say-bye", over(&code(0)));
    append(journal, &table(0), RECORDS, bye).await;
    let heir = opened(&code(0), "open-the-table");
    append(journal, &table(TABLES), 0, heir).await;
}

async fn all(mut records: RecordStream) -> Vec<TransferRecord> {
    let mut all = Vec::new();
    while let Some(batch) = records.next().await.expect("the export goes on") {
        all.extend(batch);
    }
    all
}

/// An export has every record once, those of each table in order, with the text that was hashed.
pub async fn an_export_has_every_record_in_the_order_of_its_table(
    subject: &TransferSubject,
    _other: &TransferSubject,
) {
    play(&subject.journal).await;
    let exported = all(subject.export.export()).await;
    assert_eq!(exported.len() as u64, u64::from(TABLES) * RECORDS + 2);
    for number in 0..=TABLES {
        let table = table(number);
        let kept = read(&subject.journal, &table, 0).await;
        let of_table = exported.iter().filter(|record| record.table == table);
        for (record, transferred) in kept.iter().zip(of_table.clone()) {
            assert_eq!(transferred.version, record.version);
            assert_eq!(hex::encode(transferred.hash), record.hash);
            assert_eq!(transferred.index.code, code(number % TABLES));
        }
        assert_eq!(of_table.count(), kept.len());
        let last = exported.iter().rfind(|record| record.table == table);
        let live = last.map(|record| record.index.live);
        assert_eq!(live, Some(number != 0), "table {number}");
    }
}

/// A journal that was imported from another is equal to it, byte for byte, order and index columns included;
/// tables are found as before, and played on.
pub async fn what_is_exported_and_imported_is_equal_and_goes_on(
    subject: &TransferSubject,
    other: &TransferSubject,
) {
    play(&subject.journal).await;
    let summary = subject.export.verify(&none()).await.expect("it is whole");
    let between = MemoryJournal::default();
    let imported = between.import(subject.export.export(), &none()).await;
    assert_eq!(imported.expect("memory takes it"), summary);
    let imported = other.import.import(between.export(), &none()).await;
    assert_eq!(imported.expect("it is taken"), summary);

    let verified = other.export.verify(&none()).await;
    assert_eq!(verified.expect("it is whole"), summary);
    let (first, second) = (subject.export.export(), other.export.export());
    assert_eq!(all(first).await, all(second).await);
    for number in 0..=TABLES {
        let table = table(number);
        let kept = read(&subject.journal, &table, 0).await;
        assert_eq!(read(&other.journal, &table, 0).await, kept);
    }
    assert_found_alike(&subject.journal, &other.journal).await;
    let on = said("on", "say-on", live(&code(1), DUE_MS));
    append(&other.journal, &table(1), RECORDS, on).await;
    other.export.verify(&none()).await.expect("it goes on");
}

/// What the index columns of a journal find.
#[derive(Debug, PartialEq, Eq)]
struct FoundTables {
    live: u64,
    next_due: Option<u64>,
    due: Vec<TableId>,
    heir: Option<TableId>,
    repeat: Option<Version>,
}

async fn found_tables(journal: &Subject) -> FoundTables {
    let repeat = said("again", "say-1", live(&code(1), DUE_MS));
    let repeated = journal.find_command(&table(1), &repeat.command_id).await;
    FoundTables {
        live: journal.count_live().await.expect("read"),
        next_due: journal.next_due().await.expect("read"),
        due: journal.due(DUE_MS, 100).await.expect("read"),
        heir: journal.find_code(&code(0)).await.expect("read"),
        repeat: repeated.expect("read").map(|record| record.version),
    }
}

async fn assert_found_alike(one: &Subject, two: &Subject) {
    let found = found_tables(one).await;
    assert_eq!(found.heir, Some(table(TABLES)));
    assert_eq!(found.repeat, Some(Version(2)));
    assert_eq!(found_tables(two).await, found);
}

/// A SQLite file that was exported into holds the same.
#[cfg(feature = "sqlite")]
pub async fn a_file_that_is_exported_into_is_equal(
    subject: &TransferSubject,
    _other: &TransferSubject,
) {
    let folder = std::env::temp_dir().join(format!("export-{}", std::process::id()));
    let name = format!("{:p}.db", Arc::as_ptr(&subject.journal));
    std::fs::create_dir_all(&folder).expect("a temporary folder is made");
    let path = folder.join(name);
    play(&subject.journal).await;
    let exported = subject.export.export_into(&path, &none()).await;
    let verified = subject.export.verify(&none()).await;
    let file = crate::sqlite::SqliteFile::new(&path);
    let records = all(file.export()).await;
    let _ = std::fs::remove_file(&path);
    assert_eq!(exported.expect("it is exported"), verified.expect("whole"));
    assert_eq!(records, all(subject.export.export()).await);
}

/// An import into a journal that holds a table is refused, and changes nothing.
pub async fn an_import_over_another_journal_is_refused(
    subject: &TransferSubject,
    other: &TransferSubject,
) {
    open(&subject.journal, 1).await;
    let (there, _) = open(&other.journal, 2).await;
    let refused = other.import.import(subject.export.export(), &none()).await;
    assert!(
        matches!(refused, Err(StoreError::Unusable(_))),
        "{refused:?}"
    );
    assert_eq!(head(&other.journal, &there).await, Version(1));
    assert_eq!(head(&other.journal, &table(1)).await, Version(0));
}

/// An import of records that were altered, or that break off, leaves an empty journal, which takes the next.
pub async fn an_import_that_fails_leaves_an_empty_journal(
    subject: &TransferSubject,
    other: &TransferSubject,
) {
    play(&subject.journal).await;
    let whole = all(subject.export.export()).await;
    let mut altered = whole.clone();
    let last = altered.iter().rposition(|record| record.table == table(0));
    let last = last.expect("the table has records");
    altered[last].body = altered[last].body.replace("bye", "why");
    let refused = other.import.import(stream(altered, Ok(())), &none()).await;
    assert!(
        matches!(&refused, Err(StoreError::Damaged { table: wrong, .. }) if *wrong == table(0)),
        "{refused:?}"
    );
    let broken = Err(StoreError::Unavailable("the line is dead".into()));
    let refused = other
        .import
        .import(stream(whole.clone(), broken), &none())
        .await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable(_))),
        "{refused:?}"
    );
    assert_eq!(other.journal.count_live().await.expect("read"), 0);
    assert_eq!(head(&other.journal, &table(0)).await, Version(0));
    let taken = other.import.import(stream(whole, Ok(())), &none()).await;
    taken.expect("it is taken after all");
}

fn stream(records: Vec<TransferRecord>, end: Result<(), StoreError>) -> RecordStream {
    RecordStream::from_task(|sender| async move {
        for batch in records.chunks(100) {
            sender.send(batch.to_vec()).await?;
        }
        end
    })
}

/// What is appended while a journal is exported comes wholly or not at all: the export verifies.
pub async fn an_export_is_whole_while_others_write(
    subject: &TransferSubject,
    other: &TransferSubject,
) {
    play(&subject.journal).await;
    let records = subject.export.export();
    let writing = async {
        for version in RECORDS..RECORDS + 40 {
            let commit = said("on", &format!("say-{version}"), live(&code(1), DUE_MS));
            append(&subject.journal, &table(1), version, commit).await;
        }
    };
    let progress = none();
    let (imported, ()) = tokio::join!(other.import.import(records, &progress), writing);
    let imported = imported.expect("it is whole");
    assert!(imported.records >= u64::from(TABLES) * RECORDS + 2);
    let verified = other.export.verify(&none()).await;
    assert_eq!(verified.expect("it is whole"), imported);
}
