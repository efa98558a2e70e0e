//! A journal in DynamoDB keeps the contract of every journal.

use store::conformance::{Subject, TransferSubject};
use store::dynamodb::DynamoJournal;

use crate::place::Place;

async fn journal() -> (Subject, Place) {
    let place = Place::new().await;
    (place.open().await, place)
}

store::conformance!(journal);

async fn whole() -> (TransferSubject, Place) {
    let place = Place::new().await;
    let journal = DynamoJournal::open(place.table.clone()).await.unwrap();
    (TransferSubject::new(journal), place)
}

store::transfer_conformance!(whole);

async fn sharing() -> ([Subject; 3], Place) {
    let place = Place::new().await;
    let journals = [place.open().await, place.open().await, place.open().await];
    (journals, place)
}

store::sharing_conformance!(sharing);
