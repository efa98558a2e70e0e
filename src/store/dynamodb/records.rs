//! Records out of the table: those of one table in order, and where they lead to.

use std::time::Duration;

use futures_util::future::try_join;
use game::{TableId, Version};
use tokio::time::sleep;

use super::DynamoStore;
use super::body::BodyReader;
use super::errors::unavailable;
use super::items::{Item, ItemReader};
use super::keys::{self, HEAD, ItemKey};
use super::requests::ItemQuery;
use super::stand::HeadItem;
use crate::chain::StoredRecord;
use crate::read_check::{self, TableHead};
use crate::{READ_MAX, Record, StoreError, TableIndex};

/// How often records are read that do not lead to the head, and the wait before they are read again. A query takes its
/// items one after the other: between the last record and the head an append may come.
const READS_MAX: u32 = 4;
const READ_AGAIN: Duration = Duration::from_millis(20);

/// A record, and what its table was found by after it. The code is not among that: it is the table's.
#[derive(Debug)]
pub(super) struct KeptRecord {
    pub(super) stored: StoredRecord,
    pub(super) deadline_ms: Option<u64>,
    pub(super) live: bool,
    /// Items beside the first that hold the body.
    pub(super) parts: u64,
}

impl KeptRecord {
    pub(super) fn index(&self, stand: &HeadItem) -> TableIndex {
        TableIndex {
            code: stand.index.code.clone(),
            deadline_ms: self.deadline_ms,
            live: self.live,
        }
    }
}

/// Puts records together from their items, which come in order.
#[derive(Debug, Default)]
pub(super) struct RecordAssembler {
    done: Vec<KeptRecord>,
    open: Option<(KeptRecord, BodyReader)>,
    head: Option<HeadItem>,
}

impl RecordAssembler {
    /// Takes the next item of a journal: a record, a part of one, or the head.
    pub(super) fn take(&mut self, item: &Item) -> Result<(), StoreError> {
        let reader = ItemReader(item);
        let sort = reader.text(dynamo::schema::SORT_KEY)?;
        if sort == HEAD {
            self.head = Some(HeadItem::read(item)?);
            return Ok(());
        }
        let key = sort.strip_prefix("R#").unwrap_or_default();
        if key.contains("#P") {
            let part_of = self.open.as_mut();
            let (_, body) = part_of.ok_or_else(|| unavailable("a part of no record"))?;
            return body.take(reader);
        }
        self.close()?;
        let version = key.parse().map_err(unavailable)?;
        let body = BodyReader::begin(reader)?;
        let record = KeptRecord {
            stored: StoredRecord {
                version: Version(version),
                body: String::new(),
                before: reader.hash("hash_before")?,
                hash: reader.hash("record_hash")?,
            },
            deadline_ms: reader.number_if_there("deadline_ms")?,
            live: reader.is("is_live"),
            parts: reader
                .number_if_there(super::body::BODY_PARTS)?
                .unwrap_or(0),
        };
        self.open = Some((record, body));
        Ok(())
    }

    fn close(&mut self) -> Result<(), StoreError> {
        if let Some((mut record, body)) = self.open.take() {
            record.stored.body = body.end()?;
            self.done.push(record);
        }
        Ok(())
    }

    /// Takes out the records that are whole. The last one may be so without having been followed by another.
    pub(super) fn drain(&mut self) -> Vec<KeptRecord> {
        std::mem::take(&mut self.done)
    }

    /// Ends the reading.
    pub(super) fn end(mut self) -> Result<(Vec<KeptRecord>, Option<HeadItem>), StoreError> {
        self.close()?;
        Ok((self.done, self.head))
    }
}

/// The records of a table after a version, and where the table stands.
struct TableTail {
    records: Vec<KeptRecord>,
    stand: Option<HeadItem>,
}

impl DynamoStore {
    /// Reads what happened after a version, as the journal's port has it.
    pub(super) async fn read(
        &self,
        table: &TableId,
        after: Version,
    ) -> Result<Vec<Record>, StoreError> {
        let mut reads_left = READS_MAX;
        loop {
            reads_left -= 1;
            let tail = self.tail(table, after).await?;
            self.remember(table, tail.stand.as_ref());
            match &tail.stand {
                Some(stand) if stand.unfinished.is_some() => {
                    self.finish_before_reading(table, stand, reads_left).await?;
                    continue;
                }
                None if tail.records.is_empty() => return Ok(Vec::new()),
                Some(_) | None => {}
            }
            match checked(table, after, &tail) {
                Err(StoreError::Damaged { .. }) if reads_left > 0 => sleep(READ_AGAIN).await,
                read => return read,
            }
        }
    }

    /// Reads the records after a version up to the limit, and the head, in one query where they fit a page.
    async fn tail(&self, table: &TableId, after: Version) -> Result<TableTail, StoreError> {
        let journal = keys::journal(table);
        let mut query = records_after(&journal, after);
        // One more than is returned: then the head is read with as many as may be.
        query.limit = Some(READ_MAX + 1);
        let (mut assembler, mut records, mut from) = (RecordAssembler::default(), Vec::new(), None);
        loop {
            let page = self.page(&query, from).await?;
            for item in &page.items {
                assembler.take(item)?;
            }
            records.extend(assembler.drain());
            from = page.next;
            if from.is_none() || records.len() > READ_MAX {
                break;
            }
        }
        let (last, mut stand) = assembler.end()?;
        records.extend(last);
        if stand.is_none() && records.len() > READ_MAX {
            stand = self.stand(table).await?;
        }
        records.truncate(READ_MAX);
        Ok(TableTail { records, stand })
    }

    /// Reads one record.
    pub(super) async fn record(
        &self,
        table: &TableId,
        version: Version,
    ) -> Result<Record, StoreError> {
        let mut reads_left = READS_MAX;
        loop {
            reads_left -= 1;
            let (kept, stand) =
                try_join(self.kept_record(table, version), self.stand(table)).await?;
            match stand {
                Some(stand) if stand.unfinished.is_some() => {
                    self.finish_before_reading(table, &stand, reads_left)
                        .await?;
                }
                Some(_) | None => {
                    let missing = || StoreError::Damaged {
                        table: table.clone(),
                        version,
                        source: "a command led to it, and it is not there".into(),
                    };
                    return kept.ok_or_else(missing)?.stored.record(table);
                }
            }
        }
    }

    /// Finishes what is being withheld, so that nobody reads it any more.
    async fn finish_before_reading(
        &self,
        table: &TableId,
        stand: &HeadItem,
        reads_left: u32,
    ) -> Result<(), StoreError> {
        if reads_left == 0 {
            return Err(unavailable("the table is being withheld again and again"));
        }
        self.finish_withholding(table, stand).await
    }

    /// Reads one record as it is kept, whatever is being withheld.
    pub(super) async fn kept_record(
        &self,
        table: &TableId,
        version: Version,
    ) -> Result<Option<KeptRecord>, StoreError> {
        let (journal, key) = (keys::journal(table), keys::record(version));
        let query = ItemQuery {
            partition: &journal,
            sort: Some("begins_with(sk, :record)"),
            values: vec![(":record", super::items::text(key))],
            ..ItemQuery::default()
        };
        let mut assembler = RecordAssembler::default();
        for item in self.all(&query).await? {
            assembler.take(&item)?;
        }
        let (records, _) = assembler.end()?;
        Ok(records.into_iter().next())
    }

    /// Reads the hash of one record.
    pub(super) async fn record_hash(
        &self,
        table: &TableId,
        version: Version,
    ) -> Result<Option<[u8; 32]>, StoreError> {
        let key = ItemKey::record(table, version);
        let request = self.table.client.get_item().table_name(&self.table.name);
        let request = request
            .set_key(Some(key.item()))
            .projection_expression("pk, sk, record_hash")
            .consistent_read(true);
        let found = self.ask(|| request.clone().send()).await?.item;
        found
            .map(|item| ItemReader(&item).hash("record_hash"))
            .transpose()
    }
}

/// Takes the records after a version and the head after them.
pub(super) fn records_after(journal: &str, after: Version) -> ItemQuery<'_> {
    let first = Version(after.0.saturating_add(1));
    ItemQuery {
        partition: journal,
        sort: Some("sk BETWEEN :first AND :head"),
        values: vec![
            (":first", super::items::text(keys::record(first))),
            (":head", super::items::text(HEAD)),
        ],
        ..ItemQuery::default()
    }
}

/// Checks that nothing is missing, and reads what the records tell.
fn checked(table: &TableId, after: Version, tail: &TableTail) -> Result<Vec<Record>, StoreError> {
    let Some(stand) = &tail.stand else {
        return Err(StoreError::Damaged {
            table: table.clone(),
            version: after,
            source: "its records are there, and nothing says where it stands".into(),
        });
    };
    let head = TableHead {
        version: stand.version,
        hash: stand.hash,
    };
    let found: Vec<StoredRecord> = tail.records.iter().map(|it| it.stored.clone()).collect();
    read_check::records(table, after, head, &found)
}
