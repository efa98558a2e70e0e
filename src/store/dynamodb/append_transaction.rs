//! An append as a transaction: the items that it writes, and the conditions that must hold.

use std::hash::{BuildHasher as _, RandomState};

use game::{Code, TableId, Version};
use sha2::{Digest as _, Sha256};

use super::append::AppendTerms;
use super::body::{BODY_PARTS, BODY_ZSTD, PackedBody};
use super::items::{self, Item};
use super::keys::ItemKey;
use super::stand::HeadItem;
use super::table_index::index_update;
use super::transaction::{ItemUpdate, WriteCondition, WriteTransaction};
use crate::chain::{self, StoredRecord};
use crate::{NewCommit, StoreError, TableIndex, USE_NOTED_MS, Withholding};

/// The attribute that says to which version a command led.
pub(super) const LED_TO: &str = "led_to";
/// The attribute that says which table has a code.
pub(super) const HELD_BY: &str = "held_by";

/// The places of the two actions that every append has. The command comes first: where a server tells the first reason
/// alone, a repeat is known as one.
pub(super) const COMMAND: usize = 0;
pub(super) const HEAD: usize = 1;

/// The places of actions that not every append has.
#[derive(Debug, Default)]
pub(super) struct ActionPlaces {
    pub(super) code: Option<usize>,
    pub(super) admission: Option<usize>,
}

/// An append that is ready to be sent.
pub(super) struct AppendTransaction {
    pub(super) writes: WriteTransaction,
    pub(super) places: ActionPlaces,
    pub(super) token: String,
    /// Where the table stands afterwards.
    pub(super) after: HeadItem,
}

impl AppendTransaction {
    pub(super) fn new(
        table: &TableId,
        before: Option<&HeadItem>,
        commit: &NewCommit,
        terms: AppendTerms<'_>,
    ) -> Result<Self, StoreError> {
        let (reached, hash) = match before {
            Some(stand) => (stand.version, stand.hash),
            None => (Version(0), chain::root(table)),
        };
        let stored = StoredRecord::new(commit.clone(), terms.withholding, reached.next(), hash);
        let after = stand_after(before, commit, terms, &stored);

        let mut writes = WriteTransaction::default();
        let mut places = ActionPlaces::default();
        let command = ItemKey::command(table, &commit.command_id);
        writes.put(command_item(&command, stored.version), not_there());
        match before {
            Some(before) => writes.update(
                ItemKey::head(table),
                after.moved_on(stored.body.len()),
                stands_at(before),
            ),
            None => writes.put(after.item(table), not_there()),
        }
        let index = &commit.index;
        for item in record_items(table, &stored, index.deadline_ms, index.live)? {
            writes.put(item, not_there());
        }
        let index = index_update(before, &after, terms);
        if !index.is_empty() {
            writes.update(ItemKey::index(table), index, WriteCondition::none());
        }
        places.code = change_code(&mut writes, table, before, &commit.index);
        if let Some(seen) = terms.admission {
            places.admission = Some(writes.len());
            super::admission::count_one_more(&mut writes, seen);
        }
        if terms.withholding.is_some() {
            super::snapshots::withhold(&mut writes, table, stored.version);
        }
        Ok(Self {
            writes,
            places,
            token: token(&stored.hash),
            after,
        })
    }
}

/// Where a table stands after a commit.
fn stand_after(
    before: Option<&HeadItem>,
    commit: &NewCommit,
    terms: AppendTerms<'_>,
    stored: &StoredRecord,
) -> HeadItem {
    let was_live = before.is_some_and(|before| before.index.live);
    let noted_ms = before.map(|before| before.noted_ms).filter(|noted_ms| {
        let is_use = !commit.command_id.is_reserved();
        let is_noted = noted_ms.abs_diff(commit.at_ms) <= USE_NOTED_MS;
        was_live && (is_noted || !is_use)
    });
    HeadItem {
        version: stored.version,
        hash: stored.hash,
        index: commit.index.clone(),
        opened_ms: before.map_or(commit.at_ms, |before| before.opened_ms),
        committed_ms: commit.at_ms,
        noted_ms: noted_ms.unwrap_or(commit.at_ms),
        is_erased: before.is_some_and(|before| before.is_erased)
            || terms.withholding == Some(&Withholding::Everything),
        unfinished: match terms.withholding {
            Some(_) => Some(stored.version),
            None => before.and_then(|before| before.unfinished),
        },
        body_bytes: before.map_or(0, |before| before.body_bytes) + stored.body.len() as u64,
    }
}

/// The items of a record: its own, and those that hold the rest of its body.
pub(super) fn record_items(
    table: &TableId,
    stored: &StoredRecord,
    deadline_ms: Option<u64>,
    live: bool,
) -> Result<Vec<Item>, StoreError> {
    let packed = PackedBody::of(&stored.body)?;
    let mut attributes = ItemUpdate::default()
        .set(packed.first.0, packed.first.1)
        .set("hash_before", items::bytes(stored.before))
        .set("record_hash", items::bytes(stored.hash))
        .set("is_live", items::flag(live));
    if let Some(deadline_ms) = deadline_ms {
        attributes = attributes.set("deadline_ms", items::number(deadline_ms));
    }
    if !packed.parts.is_empty() {
        attributes = attributes.set(BODY_PARTS, items::number(packed.parts.len() as u64));
    }
    let mut first = ItemKey::record(table, stored.version).item();
    first.extend(attributes.into_attributes());
    let parts = packed.parts.into_iter().zip(1..).map(|(part, number)| {
        let mut item = ItemKey::part(table, stored.version, number).item();
        item.insert(BODY_ZSTD.to_owned(), items::bytes(part));
        item
    });
    Ok(std::iter::once(first).chain(parts).collect())
}

/// The item of a command.
pub(super) fn command_item(key: &ItemKey, led_to: Version) -> Item {
    let mut item = key.item();
    item.insert(LED_TO.to_owned(), items::number(led_to.0));
    item
}

/// Claims the code of a table that becomes live, and frees the one it had. Returns the place of the claim.
fn change_code(
    transaction: &mut WriteTransaction,
    table: &TableId,
    before: Option<&HeadItem>,
    index: &TableIndex,
) -> Option<usize> {
    let had = before.filter(|before| before.index.live);
    let had = had.map(|before| &before.index.code);
    let has = index.live.then_some(&index.code);
    if had == has {
        return None;
    }
    let free_or_own = || {
        let condition = WriteCondition::new("attribute_not_exists(pk) OR held_by = :table");
        condition.with(":table", items::text(table.as_str()))
    };
    let place = has.map(|code| {
        transaction.put(code_item(code, table), free_or_own());
        transaction.len() - 1
    });
    if let Some(code) = had {
        transaction.delete(ItemKey::code(code), free_or_own());
    }
    place
}

/// The item of a live table's code.
pub(super) fn code_item(code: &Code, table: &TableId) -> Item {
    let mut item = ItemKey::code(code).item();
    item.insert(HELD_BY.to_owned(), items::text(table.as_str()));
    item
}

pub(super) fn not_there() -> WriteCondition {
    WriteCondition::new("attribute_not_exists(pk)")
}

fn stands_at(stand: &HeadItem) -> WriteCondition {
    WriteCondition::new("at_version = :expected AND head_hash = :before")
        .with(":expected", items::number(stand.version.0))
        .with(":before", items::bytes(stand.hash))
}

/// Makes the token of one transaction: of what it is about, and of chance, so that no other has the same.
pub(super) fn token(about: &[u8; 32]) -> String {
    let chance = RandomState::new().hash_one(about);
    let digest = Sha256::new()
        .chain_update(about)
        .chain_update(chance.to_le_bytes())
        .finalize();
    hex::encode(&digest[..16])
}
