//! An operator changes the secret, and nobody loses a seat.

use std::sync::Arc;

use http::StatusCode;
use store::memory::MemoryJournal;

use crate::client::Client;
use crate::fixtures::{At, TableFixture, assert_page, sit, view};
use crate::server::{Options, Server};

const OLD: &str = "the secret of last year, of 32 bytes or more";
const NEW: &str = "the secret of this year, of 32 bytes or more";

fn with(secret: &'static str, previous_secret: Option<&'static str>) -> Options {
    Options {
        secret,
        previous_secret,
        ..Options::default()
    }
}

/// Instances over one journal: before the change, during it, and after it.
fn instances() -> [Server; 3] {
    let journal = Arc::new(MemoryJournal::default());
    let options = [with(OLD, None), with(NEW, Some(OLD)), with(NEW, None)];
    options.map(|options| Server::over(journal.clone(), options))
}

#[tokio::test]
async fn a_cookie_of_the_previous_secret_is_taken_and_signed_anew_by_the_next_page() {
    let [before, during, after] = instances();
    let fixture = TableFixture::at(&before, At::Scene).await;
    let (page, json) = (
        format!("/t/{}", fixture.table),
        format!("/api/tables/{}", fixture.table),
    );
    for (client, path) in [(&fixture.host, &page), (&fixture.guest, &json)] {
        let mut client = client.on(&during);
        let old = client.cookies.clone();
        assert!(view(&mut client.on(&after), &fixture.table).await["you"].is_null());

        let shown = client.get(path).await;
        assert_eq!(shown.status, StatusCode::OK);
        assert!(shown.header("set-cookie").contains("HttpOnly"), "{path}");
        assert_ne!(client.cookies, old);
        let again = client.get(path).await;
        assert_eq!(again.header("set-cookie"), "", "once is enough");
        assert!(view(&mut client.on(&after), &fixture.table).await["you"].is_number());
    }
}

#[tokio::test]
async fn who_plays_on_with_an_old_cookie_is_heard() {
    let [before, during, _] = instances();
    let mut fixture = TableFixture::at(&before, At::Scene).await;
    fixture.host = fixture.host.on(&during);
    fixture.plays_on().await;
}

#[tokio::test]
async fn whoever_sits_down_now_has_a_cookie_of_the_newest_secret() {
    let [before, during, after] = instances();
    let fixture = TableFixture::at(&before, At::Gathering).await;
    let mut ivy = Client::new(&during);
    let seat = sit(&mut ivy, &fixture.table, "Ivy").await["seat"].clone();
    let seen = view(&mut ivy.on(&after), &fixture.table).await;
    assert_eq!(seen["you"], seat);
}

#[tokio::test]
async fn a_phrase_of_the_previous_secret_brings_back_as_long_as_it_is_named() {
    let [before, during, after] = instances();
    let fixture = TableFixture::at(&before, At::Scene).await;
    let old = fixture.phrases[1].as_str();
    let mut phone = Client::new(&during);
    let typed = [("code", fixture.code.as_str()), ("phrase", old)];
    let back = phone.post_form("/return", &typed).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    let seen = view(&mut phone.on(&after), &fixture.table).await;
    assert_eq!(seen["you"], 2, "the cookie is new");

    let refused = Client::new(&after).post_form("/return", &typed).await;
    assert_page(&refused, 403, "That phrase fits no seat at this table.");
    let address = format!("/api/tables/{}/phrase", fixture.table);
    let told = phone.get_json(&address).await.json();
    let phrase = told["recovery_phrase"].as_str().unwrap();
    let typed = [("code", fixture.code.as_str()), ("phrase", phrase)];
    let back = Client::new(&after).post_form("/return", &typed).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "it tells the new");
}

#[tokio::test]
async fn a_secret_nobody_named_signs_nothing() {
    let journal = Arc::new(MemoryJournal::default());
    let elsewhere = "the secret of another server, of 32 bytes";
    let foreign = Server::over(journal.clone(), with(elsewhere, None));
    let here = Server::over(journal, with(NEW, Some(OLD)));
    let fixture = TableFixture::at(&foreign, At::Gathering).await;
    let mut client = fixture.host.on(&here);
    let page = client.get(&format!("/t/{}", fixture.table)).await;
    assert_page(&page, 200, "You have no seat at this table.");
    assert_eq!(page.header("set-cookie"), "");
}
