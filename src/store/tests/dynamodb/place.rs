//! A table of its own for a test, and journals in it.

use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use dynamo::{DynamoTable, Item};
use game::TableId;
use servers::{DynamoDb, DynamoProxy};
use store::StoreError;
use store::conformance::Subject;
use store::dynamodb::DynamoJournal;

/// An empty table on the server that the tests share.
pub(crate) struct Place {
    pub(crate) server: &'static DynamoDb,
    pub(crate) table: DynamoTable,
}

impl Place {
    pub(crate) async fn new() -> Self {
        let server = DynamoDb::shared().await;
        let table = server.make_table().await;
        Self { server, table }
    }

    /// A journal in it, as another process has one.
    pub(crate) async fn open(&self) -> Subject {
        Arc::new(DynamoJournal::open(self.table.clone()).await.unwrap())
    }

    /// A journal in it by way of a proxy of its own.
    pub(crate) async fn open_behind(&self) -> (Subject, DynamoProxy) {
        let proxy = DynamoProxy::before(self.server).await;
        let journal = DynamoJournal::open(proxy.table(&self.table)).await.unwrap();
        proxy.take_counts();
        (Arc::new(journal), proxy)
    }

    /// Reads an item beside every journal.
    pub(crate) async fn item(&self, partition: &str, sort: &str) -> Option<Item> {
        let request = self.table.client.get_item().table_name(&self.table.name);
        let request = request.set_key(Some(key(partition, sort)));
        request.consistent_read(true).send().await.unwrap().item
    }

    /// Changes an item beside every journal.
    pub(crate) async fn set(
        &self,
        (partition, sort): (&str, &str),
        name: &str,
        value: AttributeValue,
    ) {
        let request = self.table.client.update_item().table_name(&self.table.name);
        let request = request
            .set_key(Some(key(partition, sort)))
            .update_expression("SET #name = :value")
            .expression_attribute_names("#name", name)
            .expression_attribute_values(":value", value);
        request.send().await.unwrap();
    }

    /// Deletes an item beside every journal.
    pub(crate) async fn delete(&self, partition: &str, sort: &str) {
        let request = self.table.client.delete_item().table_name(&self.table.name);
        request
            .set_key(Some(key(partition, sort)))
            .send()
            .await
            .unwrap();
    }

    /// All that the table holds, as text.
    pub(crate) async fn dump(&self) -> String {
        let request = self.table.client.scan().table_name(&self.table.name);
        let found = request.consistent_read(true).send().await.unwrap();
        assert!(found.last_evaluated_key.is_none(), "it fits one page");
        format!("{:?}", found.items)
    }
}

fn key(partition: &str, sort: &str) -> Item {
    [("pk", partition), ("sk", sort)]
        .map(|(name, key)| (name.to_owned(), AttributeValue::S(key.to_owned())))
        .into()
}

/// The partition of a table's journal.
pub(crate) fn journal_of(table: &TableId) -> String {
    format!("T#{table}")
}

/// What is said to who cannot open a journal.
pub(crate) async fn refusal(table: DynamoTable) -> String {
    match DynamoJournal::open(table).await {
        Err(StoreError::Unusable(told)) => told,
        other => panic!("it is not refused for good: {other:?}"),
    }
}
