//! Streams that send what changed: a page as its lines, a view as merge patches, both compressed where the client likes.

use std::io::Read as _;

use flate2::read::GzDecoder;
use game::Command;
use http::StatusCode;
use serde_json::{Value, json};
use web::LifecycleStage;

use crate::client::Stream;
use crate::fixtures::{At, TableFixture};
use crate::follower::Follower;
use crate::server::Server;

#[tokio::test(start_paused = true)]
async fn a_page_that_stays_open_is_sent_the_lines_that_changed() {
    let server = Server::new();
    let fixture = TableFixture::at(&server, At::Scene).await;
    let mut page = Follower::follow(fixture.guest.clone(), &fixture.table).await;
    for number in 0..3 {
        let version = say(&fixture, &format!("Line {number} <b>& \"quoted\"</b>")).await;
        let sent = page.come_to(version).await;
        assert!(sent.starts_with("event: patch\n"), "{sent}");
        assert!(sent.len() < 700, "{sent}");
        let live = fixture.page_stream();
        let newest = fixture.guest.clone().stream(&live).await.event().await;
        assert_eq!(page.page(), newest.data);
    }
}

#[tokio::test(start_paused = true)]
async fn a_stage_that_is_new_is_sent_whole_if_that_is_shorter() {
    let server = Server::new();
    let fixture = TableFixture::at(&server, At::Gathering).await;
    let mut page = Follower::follow(fixture.guest.clone(), &fixture.table).await;
    let begun = fixture
        .host
        .clone()
        .play(&fixture.table, &Command::Close {})
        .await;
    assert_eq!(begun.status, StatusCode::OK);
    page.come_to(begun.json()["version"].as_u64().unwrap())
        .await;
    assert!(page.page().contains("The table is closed"));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_asks_for_changes_is_sent_merge_patches() {
    let server = Server::new();
    let fixture = TableFixture::at(&server, At::Scene).await;
    let merging = format!("{}?changes=merge", fixture.json_stream());
    let mut changes = fixture.guest.clone().stream(&merging).await;
    let mut whole = fixture.guest.clone().stream(&fixture.json_stream()).await;
    let first = changes.event().await;
    assert_eq!(
        (first.event.as_str(), first.json()),
        ("view", whole.event().await.json())
    );
    let mut seen = first.json();
    for number in 0..3 {
        say(&fixture, &format!("Line {number}")).await;
        let (change, view) = (changes.event().await, whole.event().await);
        assert_eq!((change.event.as_str(), &change.id), ("merge", &view.id));
        let patch = change.json();
        let mut fields: Vec<&String> = patch["view"].as_object().unwrap().keys().collect();
        fields.sort();
        assert_eq!(fields, ["lines", "version"], "only what changed");
        merge(&mut seen, &patch);
        assert_eq!(without_nulls(seen.clone()), without_nulls(view.json()));
    }
    let nonsense = format!("{}?changes=some", fixture.json_stream());
    let refused = fixture.guest.clone().get_json(&nonsense).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(start_paused = true)]
async fn a_compressed_stream_is_one_gzip_file_from_its_first_event_to_its_last() {
    for page in [true, false] {
        let server = Server::new();
        let fixture = TableFixture::at(&server, At::Scene).await;
        let path = if page {
            fixture.page_stream()
        } else {
            fixture.json_stream()
        };
        let mut compressed = fixture.guest.clone().compressed_stream(&path).await;
        let mut plain = fixture.guest.clone().stream(&path).await;
        let mut bytes = compressed.bytes().await.to_vec();
        let mut text = plain.bytes().await.to_vec();
        assert!(
            bytes.len() < text.len() / 2,
            "{} of {}",
            bytes.len(),
            text.len()
        );
        say(&fixture, "Into few bytes.").await;
        // And a beat.
        for _ in 0..2 {
            bytes.extend(compressed.bytes().await);
            text.extend(plain.bytes().await);
        }
        let mut read = Vec::new();
        let begun = GzDecoder::new(&*bytes).read_to_end(&mut read);
        assert!(begun.is_err(), "the end has not come yet");
        assert_eq!(read, text, "and all that has come can be read");
        server.lifecycle.come_to(LifecycleStage::Closing);
        bytes.extend(rest(&mut compressed).await);
        let mut read = String::new();
        GzDecoder::new(&*bytes).read_to_string(&mut read).unwrap();
        assert!(read.starts_with(std::str::from_utf8(&text).unwrap()));
        assert!(read.contains("event: bye\n"), "{read}");
    }
}

async fn rest(stream: &mut Stream) -> Vec<u8> {
    let mut rest = Vec::new();
    while let Some(bytes) = stream.next_bytes().await {
        rest.extend(bytes);
    }
    rest
}

/// Says something, and returns the version it led to.
async fn say(fixture: &TableFixture, text: &str) -> u64 {
    let text = text.to_owned();
    let said = fixture
        .host
        .clone()
        .play(&fixture.table, &Command::Say { text })
        .await;
    assert_eq!(said.status, StatusCode::OK, "{}", said.text());
    said.json()["version"].as_u64().unwrap()
}

/// The function of RFC 7396, section 2.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let target = target.as_object_mut().unwrap();
    for (name, value) in patch {
        if value.is_null() {
            target.remove(name);
        } else {
            merge(target.entry(name).or_insert(Value::Null), value);
        }
    }
}

/// A value as merge patches can bring it.
fn without_nulls(value: Value) -> Value {
    let Value::Object(fields) = value else {
        return value;
    };
    let fields = fields.into_iter().filter(|(_, value)| !value.is_null());
    fields
        .map(|(name, value)| (name, without_nulls(value)))
        .collect()
}
