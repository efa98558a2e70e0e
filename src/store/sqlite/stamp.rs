//! The stamp of a journal: a small file beside the database that tells its write-ahead log from that of another.
//!
//! SQLite applies a write-ahead log to whatever database lies beside it. Where a copy was put in the place of the
//! database, what comes of it is neither the copy nor the old journal, and may be no database at all. So the stamp says
//! which database the log was written for: the file, and the schema cookie in its header. Each opening for service draws
//! a new cookie, and SQLite itself changes it in the copies it makes (`.backup`, `VACUUM INTO`), so that a copy is told
//! from the original also where it was written over it.
//!
//! The stamp says as well which record was the last to be acknowledged. A journal that ends before it has lost something.
//!
//! A database without a stamp, of the release before or copied alone, is taken as it is.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};
use serde::{Deserialize, Serialize};

use super::errors::unusable;
use super::file_id::FileId;
use super::files::{STAMP, beside, make_private, sync_folder};
use super::{natural, unavailable};
use crate::StoreError;

/// Bytes of a write-ahead log that holds nothing: its header.
const LOG_HEADER_BYTES: u64 = 32;
/// Where the schema cookie is in a database's header.
const COOKIE_AT: usize = 40;
/// Where the head is in the text of a stamp: after `{"head":"`.
const HEAD_AT: u64 = 9;
/// Cookies a stamp lists at most: one for each opening since the log was last moved into the database.
const COOKIES_MAX: usize = 64;
/// The cookie of a database in which nothing has been made.
const NO_COOKIE: i32 = 0;

/// How often a stamp is read while others open the database: each of them changes it twice.
const READS_MAX: usize = 100;

/// What a stamp says.
#[derive(Debug, Serialize, Deserialize)]
struct StampText {
    /// The position of the last record that was acknowledged. Twenty digits, which are written over in their place.
    head: String,
    database: FileId,
    log: FileId,
    /// The cookies that the database may have. More than one, until a new one has come from the log into the database.
    cookies: Vec<i32>,
}

/// The stamp of a journal that is in service.
#[derive(Debug)]
pub(super) struct JournalStamp {
    path: PathBuf,
    head: u64,
}

/// What is known of the write-ahead log beside a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LogOrigin {
    /// There is none, it is empty, or it was written for this database.
    Known,
    /// No stamp tells.
    Unknown,
}

/// Checks that the write-ahead log beside a database was written for it. Neither is opened as a database.
pub(super) fn check_log(database: &Path) -> Result<LogOrigin, StoreError> {
    check_log_by(database, || cookie_of(database))
}

/// Checks it with the cookie that `read_cookie` reads: a test has something happen before and after.
fn check_log_by(
    database: &Path,
    mut read_cookie: impl FnMut() -> io::Result<i32>,
) -> Result<LogOrigin, StoreError> {
    let log = beside(database, "-wal");
    if fs::metadata(&log).map_or(0, |found| found.len()) <= LOG_HEADER_BYTES {
        return Ok(LogOrigin::Known);
    }
    let log_name = log.display();
    if fs::metadata(database).map_or(0, |found| found.len()) == 0 {
        let why = format!(
            "is missing or empty, and its write-ahead log {log_name} is there: put the database back; or move the log \
             away, and a new journal is begun"
        );
        return Err(unusable(database, &why));
    }
    for _ in 0..READS_MAX {
        let cookie = read_cookie().map_err(unavailable)?;
        let Some(stamp) = StampText::of(database) else {
            return Ok(LogOrigin::Unknown);
        };
        if FileId::of(&log).ok() != Some(stamp.log) {
            // The stamp is about another log, so it knows nothing of this one.
            return Ok(LogOrigin::Unknown);
        }
        if stamp.is_about(database, cookie) {
            return Ok(LogOrigin::Known);
        }
        // Another process that opens the database just now writes a stamp that knows its cookie, then the cookie, then a
        // stamp that knows no other. So only what stayed the same while the stamp was read says that it does not fit.
        if read_cookie().map_err(unavailable)? == cookie {
            break;
        }
    }
    Err(foreign_log(database, "is not the file that"))
}

/// Returns the refusal of a write-ahead log that does not belong to the database, or cannot be shown to.
pub(super) fn foreign_log(database: &Path, verdict: &str) -> StoreError {
    let name = database.display();
    let why = format!(
        "{verdict} {name}-wal was written for: another file was put in its place while the last records of the old one \
         were still in that log. Nothing was changed. To use the file as it is, move {name}-wal and {name}-shm away; to \
         go on with the old journal, put its file back. `restore BACKUP --in-place` does it in order"
    );
    unusable(database, &why)
}

/// Checks that a database has every record that was acknowledged from it.
pub(super) fn check_head(database: &Path, connection: &Connection) -> Result<(), StoreError> {
    let Some(stamp) = StampText::of(database) else {
        return Ok(());
    };
    let cookie = schema_cookie(connection).map_err(unavailable)?;
    let head = head(connection).map_err(unavailable)?;
    let acknowledged = stamp.head.parse().unwrap_or(0);
    if head >= acknowledged || !stamp.is_about(database, cookie) {
        return Ok(());
    }
    let name = database.display();
    let why = format!(
        "ends with record {head}, and record {acknowledged} was acknowledged: the write-ahead log {name}-wal is damaged \
         or was taken away, or an older copy was written over the file. Nothing was changed. Put the log back, or use \
         `restore … --in-place` with a backup or a replica; to go on without the lost records, delete {name}{STAMP}"
    );
    Err(unusable(database, &why))
}

/// Stamps a database that goes into service. Where no stamp can be written there is none, and the log tells.
pub(super) fn renew(
    database: &Path,
    connection: &mut Connection,
) -> Result<JournalStamp, StoreError> {
    let mut renew = || -> rusqlite::Result<u64> {
        let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (before, head) = (schema_cookie(&change)?, head(&change)?);
        let drawn: i32 = change.query_row(DRAW_COOKIE, [], |row| row.get(0))?;
        let cookies = StampText::cookies_of(database, [before, drawn]);
        // Before the database can have the new cookie. Without a stamp it keeps the old one.
        if let Err(error) = StampText::write(database, head, cookies, StampSync::Now) {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, "no stamp can be kept beside the journal");
            discard(database);
            return Ok(head);
        }
        change.pragma_update(None, "schema_version", drawn)?;
        change.commit()?;
        let is_moved = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
            Ok(row.get::<_, i64>(1)? == row.get::<_, i64>(2)?)
        })?;
        // Who came meanwhile has drawn another, and may have it in the log still.
        let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if is_moved && schema_cookie(&change)? == drawn {
            // An error leaves a stamp that says more than it must.
            let _ = StampText::write(database, head, vec![drawn], StampSync::Later);
        }
        Ok(head)
    };
    Ok(JournalStamp {
        head: renew().map_err(unavailable)?,
        path: beside(database, STAMP),
    })
}

/// Deletes the stamp of a database.
pub(super) fn discard(database: &Path) {
    // An error says that there is none.
    let _ = fs::remove_file(beside(database, STAMP));
}

/// Adds the cookie that a `VACUUM` gives a database, before it does.
pub(super) fn foresee_rewrite(database: &Path, connection: &Connection) -> rusqlite::Result<()> {
    let cookie = schema_cookie(connection)?;
    add(database, cookie.wrapping_add(1));
    Ok(())
}

/// Adds the cookie that a database has now, if something has changed it: a `VACUUM` or an index made by hand.
pub(super) fn follow(database: &Path, connection: &Connection) -> rusqlite::Result<()> {
    let cookie = schema_cookie(connection)?;
    add(database, cookie);
    Ok(())
}

fn add(database: &Path, cookie: i32) {
    let known = StampText::of(database);
    if let Some(stamp) = known.filter(|stamp| !stamp.cookies.contains(&cookie)) {
        let head = stamp.head.parse().unwrap_or(0);
        let cookies = StampText::cookies_of(database, [cookie]);
        // An error leaves a stamp that says less: the next check tries again.
        let _ = StampText::write(database, head, cookies, StampSync::Now);
    }
}

/// The position that the last record was given.
pub(super) fn head(database: &Connection) -> rusqlite::Result<u64> {
    let last = database
        .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'records'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(natural(last.unwrap_or(0)))
}

/// Any but the small numbers that copies have.
const DRAW_COOKIE: &str = "SELECT abs(random() % 2147000000) + 1000";

fn schema_cookie(database: &Connection) -> rusqlite::Result<i32> {
    database.pragma_query_value(None, "schema_version", |row| row.get(0))
}

/// Reads the cookie in a database's file, whatever its log says. The process must not have the file open.
fn cookie_of(database: &Path) -> io::Result<i32> {
    let mut header = [0; COOKIE_AT + 4];
    File::open(database)?.read_exact(&mut header)?;
    let cookie = &header[COOKIE_AT..];
    Ok(i32::from_be_bytes([
        cookie[0], cookie[1], cookie[2], cookie[3],
    ]))
}

impl JournalStamp {
    /// Notes the last record that is about to be acknowledged. It is no promise: a stamp that cannot be written says less.
    pub(super) fn note(&mut self, head: u64) {
        if head <= self.head {
            return;
        }
        self.head = head;
        // By its name: another process may have put a new one there.
        let stamp = OpenOptions::new().write(true).open(&self.path);
        let _ = stamp.and_then(|stamp| stamp.write_all_at(digits(head).as_bytes(), HEAD_AT));
    }
}

/// Whether a stamp must be on the disk before anything else happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StampSync {
    Now,
    Later,
}

impl StampText {
    /// Reads the stamp of a database; none if there is none that can be read.
    fn of(database: &Path) -> Option<Self> {
        let text = fs::read(beside(database, STAMP)).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// The cookies that a database may have: those its stamp knows already, and `more`.
    fn cookies_of(database: &Path, more: impl IntoIterator<Item = i32>) -> Vec<i32> {
        let same = |stamp: &Self| FileId::of(database).ok() == Some(stamp.database);
        let known = Self::of(database).filter(same);
        // What makes a new database is in the log at first: other processes that start with this one read no cookie yet.
        let mut cookies = known.map_or_else(|| vec![NO_COOKIE], |stamp| stamp.cookies);
        cookies.extend(more);
        let spare = cookies.len().saturating_sub(COOKIES_MAX);
        cookies.drain(..spare);
        cookies
    }

    /// Puts a stamp in the place of the one before, at once.
    fn write(database: &Path, head: u64, cookies: Vec<i32>, sync: StampSync) -> io::Result<()> {
        let stamp = Self {
            head: digits(head),
            database: FileId::of(database)?,
            log: FileId::of(&beside(database, "-wal"))?,
            cookies,
        };
        let (path, draft) = (beside(database, STAMP), beside(database, "-stamp.new"));
        // What a crash has left; whoever writes holds the database's lock.
        let _ = fs::remove_file(&draft);
        let mut file = make_private(&draft)?;
        file.write_all(&serde_json::to_vec(&stamp)?)?;
        if sync == StampSync::Now {
            file.sync_all()?;
        }
        fs::rename(&draft, &path)?;
        if sync == StampSync::Now {
            sync_folder(&path)?;
        }
        Ok(())
    }

    /// Whether it was made for this very file, with such a cookie.
    fn is_about(&self, database: &Path, cookie: i32) -> bool {
        FileId::of(database).ok() == Some(self.database) && self.cookies.contains(&cookie)
    }
}

fn digits(head: u64) -> String {
    format!("{head:020}")
}

#[cfg(test)]
mod tests;
