//! What people paste into the fields of the doors, and the links that chats have broken.

use http::StatusCode;

use crate::client::{Answer, Client};
use crate::fixtures::{At, TableFixture, assert_page};
use crate::server::Server;

#[track_caller]
fn assert_leads(answer: &Answer, to: &str) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(answer.header("location"), to);
}

fn encoded(text: &str) -> String {
    let bytes = text.bytes().map(|byte| format!("%{byte:02X}"));
    bytes.collect()
}

#[tokio::test]
async fn a_code_or_a_link_may_be_pasted_with_all_around_it() {
    let server = Server::new();
    let fixture = TableFixture::at(&server, At::Gathering).await;
    let (code, table) = (&fixture.code, &fixture.table);
    let door = format!("/join/{code}");
    let mut client = Client::new(&server);
    for pasted in [
        format!("http://codex.test{door}"),
        format!("({code})."),
        format!("Come to our table: http://codex.test{door}\u{200b} \u{2014} Ann"),
        format!("{}\u{2013}{}", &code[..3], &code[3..]),
    ] {
        let typed = client
            .get(&format!("/join?code={}", encoded(&pasted)))
            .await;
        assert_leads(&typed, &door);
        let path = format!("/api/codes/{}", encoded(&pasted));
        let found = client.get_json(&path).await.json();
        assert_eq!(found["table"], table.as_str(), "{pasted}");
    }
    let link = format!("http://codex.test/t/{table}#talk");
    let typed = client.get(&format!("/join?code={}", encoded(&link))).await;
    assert_leads(&typed, &format!("/t/{table}"));
    assert_page(&client.get(&format!("{door}).")).await, 200, "Take a seat");
}

#[tokio::test]
async fn a_link_that_a_chat_has_broken_leads_where_it_was_meant_to() {
    let server = Server::new();
    let fixture = TableFixture::at(&server, At::Gathering).await;
    let (door, table) = (
        format!("/join/{}", fixture.code),
        format!("/t/{}", fixture.table),
    );
    let mut client = Client::new(&server);
    for (path, meant) in [
        (format!("{door}/"), &door),
        (door.to_uppercase(), &door),
        (format!("{table}/"), &table),
        (format!("{table}."), &table),
        (table.to_uppercase(), &table),
    ] {
        assert_leads(&client.get(&path).await, meant);
    }
    let asked = client.get_json(&format!("{table}/")).await;
    assert_eq!(asked.json()["code"], "not-found", "programs are told");
    assert_page(
        &client.get(&format!("{table}/nowhere")).await,
        404,
        "There is no such page",
    );
}

#[tokio::test]
async fn a_seat_comes_back_by_any_link_and_a_phrase_with_all_around_it() {
    let server = Server::new();
    let fixture = TableFixture::at(&server, At::Scene).await;
    let (code, table) = (&fixture.code, &fixture.table);
    let phrase = &fixture.phrases[1];
    for (place, phrase) in [
        (format!("http://codex.test/join/{code}"), phrase.clone()),
        (
            format!("http://codex.test/t/{table}#talk"),
            format!("{phrase}."),
        ),
        (
            format!("Our table: http://codex.test/t/{table}?fbclid=x"),
            phrase.replace(' ', "-"),
        ),
        (
            format!("<http://codex.test/join/{code}>"),
            format!("\u{201c}{}\u{201d}", phrase.replace(' ', ", ")),
        ),
    ] {
        let mut phone = fixture.stranger.clone();
        let typed = [("code", place.as_str()), ("phrase", phrase.as_str())];
        let back = phone.post_form("/return", &typed).await;
        assert_leads(&back, &format!("/t/{table}"));
    }
}
