//! Tables that cannot be used, and what is said then.

use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType,
    ScalarAttributeType,
};
use dynamo::{DynamoTable, TableFeature};
use game::Version;
use servers::{DynamoDb, DynamoFault, DynamoProxy};
use store::conformance::steps::{head, open};
use store::dynamodb::{DynamoJournal, create_table};
use store::{JournalImport, ProgressListener, RecordStream, StoreError};

use crate::place::{Place, refusal};

#[tokio::test]
async fn a_table_is_made_once_and_every_call_says_what_there_is() {
    let table = DynamoDb::shared().await.no_table();
    let made = create_table(&table).await.unwrap();
    assert!(made.is_new, "{made:?}");
    assert_eq!(made.expiry, TableFeature::On);
    let again = create_table(&table).await.unwrap();
    assert_eq!(
        again,
        dynamo::CreatedTable {
            is_new: false,
            ..made
        }
    );
    DynamoJournal::open(table).await.unwrap();
}

#[tokio::test]
async fn a_table_that_is_not_there_is_told_by_its_name() {
    let table = DynamoDb::shared().await.no_table();
    let name = table.name.clone();
    let told = refusal(table).await;
    assert!(
        told.contains(&name) && told.contains("store create"),
        "{told}"
    );
}

/// Makes a table with one key.
async fn make_other(table: &DynamoTable, name: &str) {
    let key = KeySchemaElement::builder().attribute_name(name);
    let key = key.key_type(KeyType::Hash).build().unwrap();
    let attribute = AttributeDefinition::builder().attribute_name(name);
    let attribute = attribute.attribute_type(ScalarAttributeType::S);
    let request = table.client.create_table().table_name(&table.name);
    request
        .billing_mode(BillingMode::PayPerRequest)
        .key_schema(key)
        .attribute_definitions(attribute.build().unwrap())
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn a_table_of_another_shape_is_refused_and_left_as_it_is() {
    for key in ["id", "pk"] {
        let table = DynamoDb::shared().await.no_table();
        make_other(&table, key).await;
        let told = refusal(table.clone()).await;
        assert!(told.contains("is not as this release needs it"), "{told}");
        let told = create_table(&table).await;
        assert!(matches!(told, Err(StoreError::Unusable(_))), "{told:?}");
        let scanned = table.client.scan().table_name(&table.name).send().await;
        assert_eq!(scanned.unwrap().count, 0);
    }
}

#[tokio::test]
async fn a_newer_releases_table_is_refused_and_left_as_it_is() {
    let place = Place::new().await;
    let journal = place.open().await;
    let newer = AttributeValue::N("99".to_owned());
    place.set(("META", "META"), "schema_no", newer).await;
    let told = refusal(place.table.clone()).await;
    assert!(
        told.contains("newer release of The Arcane Codex (schema 99"),
        "{told}"
    );
    let checked = journal.check().await;
    assert!(
        matches!(checked, Err(StoreError::Unusable(_))),
        "{checked:?}"
    );
}

#[tokio::test]
async fn an_import_that_broke_off_with_its_process_is_not_opened() {
    let place = Place::new().await;
    let importing = DynamoJournal::open(place.table.clone()).await.unwrap();
    let begun = tokio::spawn(async move {
        // A stream that never comes to an end.
        let endless = RecordStream::from_task(|_sender| std::future::pending());
        importing.import(endless, &ProgressListener::none()).await
    });
    let is_marked = async || {
        let meta = place.item("META", "META").await;
        meta.is_some_and(|meta| meta.contains_key("import_id"))
    };
    while !is_marked().await {
        assert!(!begun.is_finished());
        tokio::task::yield_now().await;
    }
    begun.abort();
    let told = refusal(place.table.clone()).await;
    assert!(
        told.contains("an import is under way, or broke off"),
        "{told}"
    );
}

#[tokio::test]
async fn eight_processes_that_open_a_new_table_at_once_agree() {
    let place = std::sync::Arc::new(Place::new().await);
    let mut starts = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let place = std::sync::Arc::clone(&place);
        starts.spawn(async move { place.open().await });
    }
    let journals = starts.join_all().await;
    let (table, _) = open(&journals[0], 1).await;
    for journal in &journals {
        assert_eq!(head(journal, &table).await, Version(1));
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_may_be_there_later_and_missing_rights_are_not() {
    let place = Place::new().await;
    let proxy = DynamoProxy::before(place.server).await;
    let table = proxy.table(&place.table);
    for code in ["AccessDeniedException", "UnrecognizedClientException"] {
        proxy.fail("GetItem", [DynamoFault::Error(code)]);
        let told = refusal(table.clone()).await;
        assert!(told.contains("keeps this process out"), "{told}");
    }
    proxy.fail(
        "GetItem",
        vec![DynamoFault::Error("InternalServerError"); 100],
    );
    let opened = DynamoJournal::open(table).await;
    assert!(
        matches!(opened, Err(StoreError::Unavailable(_))),
        "{opened:?}"
    );
}

#[tokio::test]
async fn a_start_costs_one_read() {
    let place = Place::new().await;
    place.open().await;
    let proxy = DynamoProxy::before(place.server).await;
    DynamoJournal::open(proxy.table(&place.table))
        .await
        .unwrap();
    let counts = proxy.take_counts();
    assert_eq!((counts.all(), counts.of("GetItem")), (1, 1), "{counts:?}");
}
