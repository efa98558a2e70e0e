//! Checks a table from its first record to where it stands.

use game::{TableId, Version};
use rusqlite::Connection;

use super::{Worked, finding};
use crate::StoreError;
use crate::chain::{Broken, Walk};

/// Checks one table, on one view of the database: others may append meanwhile.
pub(super) fn table(database: &Connection, table: &TableId) -> Worked<()> {
    let view = database.unchecked_transaction()?;
    let mut walk = Walk::from_root(table);
    loop {
        let (reached, _) = walk.reached();
        let page = match finding::records(&view, table, reached)? {
            Ok(page) => page,
            Err(damaged) => return Ok(Err(damaged)),
        };
        if page.is_empty() {
            return ends_at(&view, table, walk.reached());
        }
        for record in &page {
            if let Err(broken) = walk.follow(record) {
                return Ok(Err(damaged(table, broken)));
            }
        }
    }
}

fn ends_at(database: &Connection, table: &TableId, end: (Version, &str)) -> Worked<()> {
    let (version, head): (i64, [u8; 32]) = database
        .prepare_cached("SELECT version, head FROM tables WHERE id = ?1")?
        .query_row([table.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let stands = (Version(super::natural(version)), hex::encode(head));
    if (stands.0, stands.1.as_str()) == end {
        return Ok(Ok(()));
    }
    let why = format!(
        "the table stands at version {}, its records do not",
        stands.0
    );
    let version = end.0;
    Ok(Err(damaged(table, Broken { version, why })))
}

fn damaged(table: &TableId, broken: Broken) -> StoreError {
    StoreError::Damaged {
        table: table.clone(),
        version: broken.version,
        source: broken.into(),
    }
}
