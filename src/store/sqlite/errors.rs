//! Sentences that say what is wrong with a database file, and what to do.

use std::path::Path;

use rusqlite::ErrorCode;

use crate::StoreError;

/// A file that cannot be used as it is.
pub(crate) fn unusable(path: &Path, why: &str) -> StoreError {
    StoreError::Unusable(format!("{} {why}", path.display()))
}

/// A database whose pages are damaged.
pub(crate) fn damaged(path: &Path, why: &str) -> StoreError {
    unusable(path, &format!("is damaged ({why}): restore a backup"))
}

/// A file that is something else.
pub(super) fn not_a_database(path: &Path) -> StoreError {
    unusable(
        path,
        "is not a SQLite database: name another path; this file is left as it is",
    )
}

/// Says why SQLite does not open a file.
pub(super) fn cannot_open(path: &Path, error: &rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => not_a_database(path),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => unusable(
            path,
            "is held by another program: end that program, or name another path",
        ),
        Some(ErrorCode::DiskFull) => unusable(path, "does not fit: the disk is full, make room"),
        _ => unusable(
            path,
            &format!(
                "cannot be used as a database: restore a backup, or name another path ({error})"
            ),
        ),
    }
}

/// Distinguishes a damaged database from a failing disk.
pub(crate) fn judge(path: &Path, error: StoreError) -> StoreError {
    let StoreError::Unavailable(cause) = &error else {
        return error;
    };
    let code = cause
        .downcast_ref::<rusqlite::Error>()
        .and_then(rusqlite::Error::sqlite_error_code);
    match code {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            damaged(path, &cause.to_string())
        }
        _ => error,
    }
}
