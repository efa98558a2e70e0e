//! Checks a table from its first record to where it stands.

use game::{TableId, Version};
use tokio_postgres::types::Type;

use super::connections::Connections;
use super::{finding, natural, unavailable};
use crate::StoreError;
use crate::chain::{Broken, Walk};

/// Checks one table. Others may append meanwhile: it is followed to where it stood at first.
pub(super) async fn table(connections: &Connections, table: &TableId) -> Result<(), StoreError> {
    let select = "SELECT version, head FROM arcane_codex.tables WHERE id = $1";
    let rows = connections
        .ask(select, &[(&table.as_str(), Type::TEXT)])
        .await?;
    let row = rows.first().ok_or_else(|| unavailable("no such table"))?;
    let stands = Version(natural(row.try_get(0).map_err(unavailable)?));
    let head = hex::encode(row.try_get::<_, &[u8]>(1).map_err(unavailable)?);

    let mut walk = Walk::from_root(table);
    loop {
        let (reached, hash) = walk.reached();
        if reached == stands && hash == head {
            return Ok(());
        }
        let page = finding::records(connections, table, reached).await?;
        if page.is_empty() || reached >= stands {
            let why = format!("the table stands at version {stands}, its records do not");
            let version = reached;
            return Err(damaged(table, Broken { version, why }));
        }
        for record in page.iter().take_while(|record| record.version <= stands) {
            walk.follow(record)
                .map_err(|broken| damaged(table, broken))?;
        }
    }
}

fn damaged(table: &TableId, broken: Broken) -> StoreError {
    StoreError::Damaged {
        table: table.clone(),
        version: broken.version,
        source: broken.into(),
    }
}
