//! A stamp is read while other processes open the same database.

use std::time::Duration;

use tempfile::TempDir;

use super::super::opening::{alone, keep_log_on_close};
use super::*;

/// Where another process comes in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    BeforeReading(u32),
    AfterReading(u32),
}

/// A database with a write-ahead log that is not empty, and with its stamp.
fn stamped() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("codex.db");
    drop(alone(&path, Duration::ZERO));
    open_elsewhere(&path);
    (folder, path)
}

/// Opens the database for service and goes away without a word, as another process may. Its log stays.
fn open_elsewhere(path: &Path) {
    let mut other = alone(path, Duration::ZERO);
    keep_log_on_close(&other, true).unwrap();
    renew(path, &mut other).unwrap();
}

#[test]
fn a_log_is_known_whenever_another_process_opens_the_database_meanwhile() {
    use Moment::{AfterReading, BeforeReading};
    for second in [BeforeReading(1), BeforeReading(2), AfterReading(2)] {
        let (_folder, path) = stamped();
        // The cookie that was read first is no longer in the stamp, so there is a second reading.
        let moments = [AfterReading(1), second];
        let mut readings = 0;
        let origin = check_log_by(&path, || {
            readings += 1;
            if moments.contains(&BeforeReading(readings)) {
                open_elsewhere(&path);
            }
            let cookie = cookie_of(&path);
            if moments.contains(&AfterReading(readings)) {
                open_elsewhere(&path);
            }
            cookie
        });
        assert_eq!(origin.unwrap(), LogOrigin::Known, "{second:?}");
    }
}

#[test]
fn the_log_of_a_new_database_is_known_before_anything_has_come_from_it_into_the_file() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("codex.db");
    // Somebody reads the database as it is before anything is made in it: until they have ended, all of it stays in the log.
    let early = Connection::open(&path).unwrap();
    early.pragma_update(None, "journal_mode", "wal").unwrap();
    early
        .execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema")
        .unwrap();
    open_elsewhere(&path);
    assert_eq!(cookie_of(&path).unwrap(), NO_COOKIE);
    assert_eq!(check_log(&path).unwrap(), LogOrigin::Known);
}

#[test]
fn a_log_of_another_database_is_refused_while_its_stamp_stays_the_same() {
    let (_folder, path) = stamped();
    let mut readings = 0;
    let refused = check_log_by(&path, || {
        readings += 1;
        cookie_of(&path).map(|cookie| cookie.wrapping_add(1))
    });
    assert!(
        matches!(refused, Err(StoreError::Unusable(_))),
        "{refused:?}"
    );
    assert_eq!(readings, 2, "what stays the same is read twice");
}
