//! The keys of the items.

use game::{Code, CommandId, TableId, Version};
use sha2::{Digest as _, Sha256};

use super::items::{self, Item};

/// Partitions the index is spread over. Each takes the writes of some 250 commands a second, and each is asked by every
/// opening and every look for deadlines. The number is part of the layout.
pub(super) const SHARDS: u8 = 4;

/// The sort key of where a table stands. It follows those of all its records.
pub(super) const HEAD: &str = "R#HEAD";
/// The sort key of a table's snapshot. It follows that of its head.
pub(super) const SNAPSHOT: &str = "R#SNAP";

/// The keys of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ItemKey {
    pub(super) partition: String,
    pub(super) sort: String,
}

impl ItemKey {
    fn new(partition: impl Into<String>, sort: impl Into<String>) -> Self {
        Self {
            partition: partition.into(),
            sort: sort.into(),
        }
    }

    pub(super) fn head(table: &TableId) -> Self {
        Self::new(journal(table), HEAD)
    }

    pub(super) fn snapshot(table: &TableId) -> Self {
        Self::new(journal(table), SNAPSHOT)
    }

    pub(super) fn record(table: &TableId, version: Version) -> Self {
        Self::new(journal(table), record(version))
    }

    pub(super) fn part(table: &TableId, version: Version, number: usize) -> Self {
        Self::new(journal(table), format!("{}#P{number:03}", record(version)))
    }

    pub(super) fn command(table: &TableId, command: &CommandId) -> Self {
        Self::new(journal(table), format!("K#{}", command.as_str()))
    }

    pub(super) fn index(table: &TableId) -> Self {
        Self::new(shard(shard_of(table)), table.as_str())
    }

    pub(super) fn code(code: &Code) -> Self {
        Self::new(format!("J#{code}"), "CODE")
    }

    pub(super) fn admission() -> Self {
        Self::new("ADMISSION", "ADMISSION")
    }

    pub(super) fn meta() -> Self {
        Self::new("META", "META")
    }

    /// An item that has these keys and nothing else.
    pub(super) fn item(&self) -> Item {
        [
            (dynamo::schema::PARTITION_KEY, &self.partition),
            (dynamo::schema::SORT_KEY, &self.sort),
        ]
        .map(|(name, key)| (name.to_owned(), items::text(key)))
        .into()
    }
}

/// The partition of a table's journal.
pub(super) fn journal(table: &TableId) -> String {
    format!("T#{table}")
}

/// The sort key of a record.
pub(super) fn record(version: Version) -> String {
    format!("R#{:020}", version.0)
}

/// The partition of one shard of the index.
pub(super) fn shard(number: u8) -> String {
    format!("I#{number:02}")
}

/// The shard of a table. It is part of the layout.
fn shard_of(table: &TableId) -> u8 {
    Sha256::digest(table.as_str())[0] % SHARDS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(number: u8) -> TableId {
        TableId::from_random([number; TableId::LEN])
    }

    #[test]
    fn a_query_finds_the_records_of_a_table_in_order_then_its_head_then_its_snapshot() {
        let table = table(1);
        let key = |version| ItemKey::record(&table, Version(version)).sort;
        let keys = [
            key(9),
            ItemKey::part(&table, Version(9), 1).sort,
            ItemKey::part(&table, Version(9), 12).sort,
            key(10),
            key(u64::MAX),
            HEAD.to_owned(),
            SNAPSHOT.to_owned(),
        ];
        assert!(keys.is_sorted(), "{keys:?}");
    }

    #[test]
    fn tables_are_spread_over_all_shards_and_stay_where_they_are() {
        let mut counts = [0; SHARDS as usize];
        for number in 0..=u8::MAX {
            let mut bytes = [number; TableId::LEN];
            for (byte, of_table) in bytes.iter_mut().zip(0..) {
                *byte = byte.wrapping_mul(of_table).wrapping_add(number / 32);
            }
            counts[usize::from(shard_of(&TableId::from_random(bytes)))] += 1;
        }
        assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
        assert_eq!(ItemKey::index(&table(1)).partition, "I#00");
    }
}
