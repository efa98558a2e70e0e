//! What is true of a journal at any database server: it is carried in and out, and its backups go back into it.

use crate::common::fleet::Acknowledged;
use crate::common::journal::JournalContents;
use crate::common::server::Setup;
use crate::steps::{DONE, MISUSED, ends, names, object};

/// How a kind of server is named.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerKind {
    /// The variable that names a place on it.
    pub(crate) variable: &'static str,
    /// What such a place is called.
    pub(crate) place: &'static str,
    /// What the address of one begins with.
    pub(crate) scheme: &'static str,
}

impl ServerKind {
    /// The words by which a place is refused that is in use.
    fn in_use(self) -> [String; 2] {
        let Self {
            variable, place, ..
        } = self;
        [
            "holds a journal already".to_owned(),
            format!("set {variable} to an empty {place}"),
        ]
    }
}

/// Asserts that a journal in a file goes into an empty place and comes out the same, and that nothing is written over.
pub(crate) async fn goes_in_and_comes_out(kind: ServerKind, setup: &Setup, told: &[Acknowledged]) {
    let there = object(setup, &["copy", "codex.db", "database"], DONE).await;
    let found = object(setup, &["verify", "database"], DONE).await;
    assert_eq!(found["records"], there["records"]);
    assert_eq!(found["tables"], there["tables"]);
    comes_out(setup, told).await;
    let words = kind.in_use();
    let words = words.each_ref().map(String::as_str);
    ends(setup, &["copy", "codex.db", "database"], MISUSED, &words).await;
    let found = object(setup, &["verify", "database"], DONE).await;
    assert_eq!(
        found["records"], there["records"],
        "nothing is written over"
    );
}

/// Asserts that a backup is of the journal that is served, that it is restored into a file and into empty places, and into
/// none that is in use.
pub(crate) async fn is_backed_up(
    kind: ServerKind,
    setup: &Setup,
    told: &[Acknowledged],
    empty: impl AsyncFn() -> Setup,
) {
    let made = object(setup, &["backup"], DONE).await;
    assert_eq!(names(&setup.folder().join("backups")).len(), 1);
    let from = setup.folder().join("backups").display().to_string();
    let restored = ["restore", from.as_str(), "--to", "restored.db"];
    let back = object(setup, &restored, DONE).await;
    assert_eq!(back["records"], made["records"]);
    let kept = JournalContents::read(&setup.folder().join("restored.db")).await;
    kept.assert_holds(told);

    // Nothing is written over, and no file is taken for the place.
    let words = kind.in_use();
    let words = words.each_ref().map(String::as_str);
    ends(setup, &["restore", &from], MISUSED, &words).await;
    let words = ["--in-place replaces the file at DB_PATH", kind.variable];
    ends(setup, &["restore", &from, "--in-place"], MISUSED, &words).await;
    assert!(!setup.journal().exists());

    for to in [&[][..], &["--to", "database"]] {
        let empty = empty().await;
        let arguments = [&["restore", from.as_str()], to].concat();
        let restored = object(&empty, &arguments, DONE).await;
        assert_eq!(restored["records"], made["records"]);
        let address = restored["restored"].as_str().unwrap();
        assert!(address.starts_with(kind.scheme), "{address}");
        assert!(names(empty.folder()).is_empty(), "no file is made");
        comes_out(&empty, told).await;
    }
}

/// Asserts that a server takes the journal for its own, and that it comes out with all that was acknowledged.
async fn comes_out(setup: &Setup, told: &[Acknowledged]) {
    let mut server = setup.start().await;
    server.terminate().await;
    server.ended().await;
    object(setup, &["copy", "database", "back.db"], DONE).await;
    let kept = JournalContents::read(&setup.folder().join("back.db")).await;
    kept.assert_holds(told);
    kept.assert_whole(&world::library().unwrap());
}
