//! The errors of the driver, translated for the caller.

use deadpool_postgres::PoolError;
use tokio_postgres::error::{DbError, SqlState};

use super::{PgUrl, unavailable};
use crate::StoreError;

/// Says whether a statement failed only because another wrote the same at the same moment. It has changed
/// nothing, and repeated it sees what the other has written.
pub(super) fn is_collision(error: &PoolError) -> bool {
    let PoolError::Backend(error) = error else {
        return false;
    };
    let collisions = [
        SqlState::UNIQUE_VIOLATION,
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
    ];
    error.code().is_some_and(|code| collisions.contains(code))
}

/// Says whether a connection may be used again after an error: the server has answered, and can be written.
pub(super) fn is_still_good(error: &tokio_postgres::Error) -> bool {
    let code = error.code();
    code.is_some_and(|code| *code != SqlState::READ_ONLY_SQL_TRANSACTION)
}

/// Sorts an error by what the caller can do about it.
pub(super) fn judge(url: &PgUrl, error: PoolError) -> StoreError {
    let PoolError::Backend(error) = error else {
        return unavailable(error);
    };
    let sentence = match error.as_db_error() {
        Some(refusal) => of_server(refusal),
        None => pg::connect_advice(&error),
    };
    sentence.map_or_else(|| unavailable(error), |why| unusable(url, &why))
}

pub(super) fn unusable(url: &PgUrl, why: &str) -> StoreError {
    StoreError::Unusable(format!("{url} {why}"))
}

/// Returns a sentence for a refusal of the server that a retry cannot change.
fn of_server(refusal: &DbError) -> Option<String> {
    let code = refusal.code();
    let why = if *code == SqlState::INVALID_PASSWORD {
        "does not know this user with this password: correct them in the URL"
    } else if *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION {
        "does not let this user in: correct the URL or its sslmode, or the server's pg_hba.conf"
    } else if *code == SqlState::INVALID_CATALOG_NAME {
        "is not there: make this database (createdb), or name another"
    } else if *code == SqlState::INSUFFICIENT_PRIVILEGE {
        "keeps this user from the schema arcane_codex: make the user its owner, or let the user create it \
         (GRANT CREATE ON DATABASE)"
    } else if *code == SqlState::PROTOCOL_VIOLATION && refusal.message().contains("parameter") {
        "is behind a pooler that takes no settings for a session: set that sessions are lent"
    } else {
        return None;
    };
    Some(format!("{why} ({})", refusal.message()))
}
