//! Where a table stands: its head item, and what this process remembers of it.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Mutex;

use game::{Code, TableId, Version};
use lru::LruCache;

use super::DynamoStore;
use super::errors::unavailable;
use super::items::{self, Item, ItemReader};
use super::keys::ItemKey;
use super::transaction::ItemUpdate;
use crate::lock::lock;
use crate::{StoreError, TableIndex};

/// Tables whose stand is remembered. One that is not costs its next command a read.
const REMEMBERED_MAX: NonZeroUsize = NonZeroUsize::new(4_096).expect("not zero");

/// Where a table stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HeadItem {
    pub(super) version: Version,
    /// The hash of its last record.
    pub(super) hash: [u8; 32],
    pub(super) index: TableIndex,
    pub(super) opened_ms: u64,
    pub(super) committed_ms: u64,
    /// The use that a commit noted last. A look notes another in the index alone.
    pub(super) noted_ms: u64,
    pub(super) is_erased: bool,
    /// The commit that withholds what records before it tell, while they still do.
    pub(super) unfinished: Option<Version>,
    /// Bytes of the bodies of all its records.
    pub(super) body_bytes: u64,
}

/// The names of the attributes that are written outside this file, too.
pub(super) const UNFINISHED: &str = "unfinished_at";
pub(super) const BODY_BYTES: &str = "body_bytes";

impl HeadItem {
    pub(super) fn read(item: &Item) -> Result<Self, StoreError> {
        let item = ItemReader(item);
        let code = Code::try_from(item.text("table_code")?.to_owned());
        Ok(Self {
            version: Version(item.number("at_version")?),
            hash: item.hash("head_hash")?,
            index: TableIndex {
                code: code.map_err(unavailable)?,
                deadline_ms: item.number_if_there("deadline_ms")?,
                live: item.is("is_live"),
            },
            opened_ms: item.number("opened_ms")?,
            committed_ms: item.number("committed_ms")?,
            noted_ms: item.number("noted_ms")?,
            is_erased: item.is("is_erased"),
            unfinished: item.number_if_there(UNFINISHED)?.map(Version),
            body_bytes: item.number(BODY_BYTES)?,
        })
    }

    /// The head item of a table that was not there.
    pub(super) fn item(&self, table: &TableId) -> Item {
        let mut item = ItemKey::head(table).item();
        let update = self
            .update()
            .set(BODY_BYTES, items::number(self.body_bytes));
        item.extend(update.into_attributes());
        item
    }

    /// Moves a head item on to this stand. Only the bytes are added up in the table: a withholding that is being finished
    /// changes them beside every commit.
    pub(super) fn moved_on(&self, bytes_more: usize) -> ItemUpdate {
        let bytes_more = i128::try_from(bytes_more).unwrap_or(i128::MAX);
        self.update().add(BODY_BYTES, items::difference(bytes_more))
    }

    fn update(&self) -> ItemUpdate {
        let update = ItemUpdate::default()
            .set("at_version", items::number(self.version.0))
            .set("head_hash", items::bytes(self.hash))
            .set("table_code", items::text(self.index.code.as_str()))
            .set_or_remove("deadline_ms", self.index.deadline_ms.map(items::number))
            .set("is_live", items::flag(self.index.live))
            .set("opened_ms", items::number(self.opened_ms))
            .set("committed_ms", items::number(self.committed_ms))
            .set("noted_ms", items::number(self.noted_ms));
        let update = if self.is_erased {
            update.set("is_erased", items::flag(true))
        } else {
            update
        };
        // Only the commit that withholds leaves the mark: who knows of an older one may know it too long.
        if self.unfinished == Some(self.version) {
            return update.set(UNFINISHED, items::number(self.version.0));
        }
        update
    }
}

/// The stands of the tables that this process had to do with last. They may be old: whatever is written because of one
/// has the condition that it is true.
pub(super) struct StandCache(Mutex<LruCache<TableId, HeadItem>>);

impl Default for StandCache {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(REMEMBERED_MAX)))
    }
}

impl fmt::Debug for StandCache {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("StandCache")
    }
}

impl StandCache {
    pub(super) fn get(&self, table: &TableId) -> Option<HeadItem> {
        lock(&self.0).get(table).cloned()
    }

    /// Remembers a stand, unless a newer one is remembered already.
    pub(super) fn put(&self, table: &TableId, stand: HeadItem) {
        let mut known = lock(&self.0);
        if known
            .peek(table)
            .is_none_or(|it| it.version <= stand.version)
        {
            known.put(table.clone(), stand);
        }
    }

    /// Notes that a look was noted: the next commit compares with that.
    pub(super) fn note_use(&self, table: &TableId, at_ms: u64) {
        if let Some(stand) = lock(&self.0).peek_mut(table) {
            stand.noted_ms = at_ms;
        }
    }

    pub(super) fn forget(&self, table: &TableId) {
        lock(&self.0).pop(table);
    }
}

impl DynamoStore {
    /// Reads where a table stands now; none if nobody opened it.
    pub(super) async fn stand(&self, table: &TableId) -> Result<Option<HeadItem>, StoreError> {
        let item = self.item(&ItemKey::head(table)).await?;
        let stand = item.map(|item| HeadItem::read(&item)).transpose()?;
        self.remember(table, stand.as_ref());
        Ok(stand)
    }

    /// Remembers what was read of a table just now.
    pub(super) fn remember(&self, table: &TableId, stand: Option<&HeadItem>) {
        match stand {
            Some(stand) => self.stands.put(table, stand.clone()),
            None => self.stands.forget(table),
        }
    }
}
