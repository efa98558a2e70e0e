//! What a browser keeps of earlier evenings never makes its requests too large, and never costs it a seat in use.

use game::{Command, TableId};
use http::StatusCode;

use crate::client::Client;
use crate::fixtures::{open, view};
use crate::server::Server;

/// Far below what servers and proxies take: the strictest stops at 8 KiB for a line.
const COOKIE_BYTES_MAX: usize = 7 * 1_024;

#[tokio::test]
async fn two_hundred_evenings_leave_a_request_small_and_the_last_seats_taken() {
    let server = Server::new();
    let mut browser = Client::new(&server);
    let mut opened = Vec::new();
    for evening in 0..200 {
        // Nobody closes these tables: each seat could still be played on.
        opened.push(open_on(&mut browser, evening).await);
        let sent: usize = browser
            .cookies
            .iter()
            .map(|(name, value)| name.len() + value.len() + "=; ".len())
            .sum();
        assert!(sent < COOKIE_BYTES_MAX, "{sent} bytes at evening {evening}");
    }
    assert_eq!(browser.cookies.len(), 40);
    let last = opened.last().unwrap();
    assert!(view(&mut browser, last).await["you"].is_number());
}

#[tokio::test]
async fn seats_of_tables_that_are_over_go_before_one_that_is_played() {
    let server = Server::new();
    let mut browser = Client::new(&server);
    let live = open_on(&mut browser, 0).await;
    for evening in 1..=25 {
        let table = open_on(&mut browser, evening).await;
        let closed = browser.play(&table, &Command::Close {}).await;
        assert_eq!(closed.status, StatusCode::OK, "{}", closed.text());
    }
    for evening in 26..30 {
        open_on(&mut browser, evening).await;
        assert!(browser.cookies.len() <= 21, "{}", browser.cookies.len());
    }
    assert!(view(&mut browser, &live).await["you"].is_number());
}

#[tokio::test]
async fn a_seat_that_is_left_is_taken_back_and_one_that_is_held_is_not() {
    let server = Server::new();
    let mut browser = Client::new(&server);
    let (left, held) = (
        open_on(&mut browser, 0).await,
        open_on(&mut browser, 1).await,
    );
    let answer = browser.play_by_form(&left, &Command::Leave {}).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    for table in [&left, &held] {
        browser.get(&format!("/t/{table}")).await;
    }
    let kept: Vec<_> = browser.cookies.keys().cloned().collect();
    assert_eq!(kept, [format!("seat-{held}")]);
}

#[tokio::test]
async fn a_seat_at_an_erased_table_is_taken_back_and_one_at_an_unknown_table_is_not() {
    let (server, without_it) = (Server::new(), Server::new());
    for json in [false, true] {
        let mut browser = Client::new(&server);
        let path = format!("/t/{}", open_on(&mut browser, 0).await);
        let mut misled = browser.on(&without_it);
        assert_eq!(misled.get(&path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(misled.cookies.len(), 1);
        let table = TableId::parse(&path["/t/".len()..]).unwrap();
        server.tables.erasures.erase(&table).await.unwrap();
        let gone = if json {
            browser.get_json(&path).await
        } else {
            browser.get(&path).await
        };
        assert_eq!(gone.status, StatusCode::GONE, "{}", gone.text());
        assert_eq!(browser.cookies.len(), 0);
    }
}

/// Opens a table from where the browser is on that evening.
async fn open_on(browser: &mut Client, evening: u8) -> TableId {
    browser.address = [198, 51, 100, evening];
    let opened = open(browser, "Anna").await;
    let table = opened["table"].as_str().and_then(TableId::parse);
    table.expect("an opened table has an id")
}
