//! Whatever is wrong with a request gets its status, its code and its sentence, and the table plays on.

mod asks;
mod requests;
mod rows;

use axum::body::Body;
use game::{Command, SeatNo};
use http::{HeaderValue, Request, StatusCode};
use serde_json::json;

use crate::client::{Client, form_of_command, fresh_id, json_of_command};
use crate::fixtures::{At, TableFixture, assert_page, assert_problem, open, sit, view};
use crate::server::{Options, Server};

use rows::{Row, Who};

#[tokio::test]
async fn bad_names_are_refused() {
    all_refused(&rows::bad_names()).await;
}

#[tokio::test]
async fn tables_that_cannot_be_joined_say_why() {
    all_refused(&rows::no_way_in()).await;
}

#[tokio::test]
async fn commands_that_do_not_fit_are_refused() {
    all_refused(&rows::unfitting_commands()).await;
}

#[tokio::test]
async fn requests_that_cannot_be_read_are_refused() {
    all_refused(&requests::unreadable()).await;
}

#[tokio::test]
async fn bodies_over_the_limit_are_refused() {
    all_refused(&requests::too_large()).await;
}

#[tokio::test]
async fn addresses_that_are_none_are_refused() {
    all_refused(&requests::no_such_address()).await;
}

#[tokio::test]
async fn where_there_are_no_sockets_there_are_no_tickets() {
    all_refused(&requests::no_sockets()).await;
}

#[tokio::test]
async fn other_sites_change_nothing() {
    all_refused(&requests::cross_site()).await;
}

#[tokio::test]
async fn who_has_no_seat_cannot_play() {
    all_refused(&rows::seatless()).await;
}

async fn all_refused(rows: &[Row]) {
    let server = Server::new();
    for row in rows {
        let _named = Named(row.claim);
        let fixture = TableFixture::at(&server, row.at).await;
        let before = fixture.version().await;
        if let Some((status, ask)) = row.page {
            let answer = row.who.client(&fixture).send(ask(&fixture)).await;
            assert_page(&answer, status, row.says);
        }
        if let Some((status, ask)) = row.json {
            let answer = row.who.client(&fixture).send(ask(&fixture)).await;
            assert_problem(&answer, status, row.code, row.says);
        }
        assert_eq!(fixture.version().await, before, "nothing has changed");
        fixture.plays_on().await;
    }
}

#[tokio::test]
async fn a_repeated_command_is_answered_as_the_first_time() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let say = Command::Say {
        text: "Once.".to_owned(),
    };
    let id = fresh_id();
    let first = fixture
        .host
        .send(json_of_command(&fixture.table, &id, &say))
        .await;
    fixture.plays_on().await;
    let version = fixture.version().await;

    let again = fixture
        .host
        .send(json_of_command(&fixture.table, &id, &say))
        .await;
    assert_eq!((again.status, again.json()), (StatusCode::OK, first.json()));
    let form = fixture
        .host
        .send(form_of_command(&fixture.table, &id, &say))
        .await;
    assert_eq!(form.status, StatusCode::SEE_OTHER);
    let place = format!("/t/{}#talk", fixture.table);
    assert_eq!(form.header("location"), place, "where the form stood");
    assert_eq!(fixture.version().await, version, "said once");
}

#[tokio::test]
async fn a_repeated_opening_or_sitting_finds_the_same_seat() {
    let server = Server::new();
    let (mut anna, mut ben) = (Client::new(&server), Client::new(&server));
    let opening = json!({ "name": "Anna", "command_id": fresh_id() });
    let first = anna.post_json("/api/tables", &opening).await;
    let again = anna.post_json("/api/tables", &opening).await;
    assert_eq!(again.status, StatusCode::CREATED);
    assert_eq!(again.json(), first.json());

    let sitting = json!({ "name": "Ben", "command_id": fresh_id() });
    let path = format!(
        "/api/tables/{}/seats",
        first.json()["table"].as_str().unwrap()
    );
    let first = ben.post_json(&path, &sitting).await;
    let again = ben.post_json(&path, &sitting).await;
    assert_eq!(again.json(), first.json());
    assert_eq!(again.json()["seat"], 2);
}

#[tokio::test]
async fn a_command_id_of_another_command_is_refused() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let say = |text: &str| Command::Say {
        text: text.to_owned(),
    };
    let id = fresh_id();
    fixture
        .host
        .send(json_of_command(&fixture.table, &id, &say("Mine.")))
        .await;
    let version = fixture.version().await;

    let says = "belongs to another command";
    let other = json_of_command(&fixture.table, &id, &say("Other."));
    assert_problem(
        &fixture.host.send(other).await,
        409,
        "foreign-command",
        says,
    );
    let stolen = json_of_command(&fixture.table, &id, &say("Mine."));
    assert_problem(
        &fixture.guest.send(stolen).await,
        409,
        "foreign-command",
        says,
    );
    let form = form_of_command(&fixture.table, &id, &say("Other."));
    assert_page(&fixture.host.send(form).await, 409, says);
    let sitting = json!({ "name": "Chidi", "command_id": id });
    let path = format!("/api/tables/{}/seats", fixture.table);
    let seat = fixture.stranger.post_json(&path, &sitting).await;
    assert_problem(&seat, 409, "foreign-command", says);

    assert_eq!(fixture.version().await, version);
    fixture.plays_on().await;
}

#[tokio::test]
async fn a_cookie_that_is_not_ours_gives_no_seat_and_says_so() {
    let server = Server::new();
    let fixture = TableFixture::at(&server, At::Scene).await;
    let version = fixture.version().await;
    for (claim, cookie) in cookies_not_ours(&server, &fixture).await {
        let _named = Named(claim);
        let mut client = fixture.stranger.clone();
        client
            .cookies
            .insert(format!("seat-{}", fixture.table), cookie);
        let says = "You have no seat at this table.";
        let page = client.get(&format!("/t/{}", fixture.table)).await;
        assert_page(&page, 200, says);
        assert!(view(&mut client, &fixture.table).await["you"].is_null());

        let say = Command::Say {
            text: "Let me in.".to_owned(),
        };
        let refused = client.play(&fixture.table, &say).await;
        assert_problem(&refused, 401, "cookie-unreadable", says);
        let refused = client.play_by_form(&fixture.table, &say).await;
        assert_page(&refused, 403, says);
    }
    assert_eq!(fixture.version().await, version);
    fixture.plays_on().await;
}

async fn cookies_not_ours(server: &Server, fixture: &TableFixture) -> Vec<(&'static str, String)> {
    let own = fixture.host.cookies.values().next().unwrap().clone();
    let mut elsewhere = Client::new(server);
    open(&mut elsewhere, "Anna").await;
    let other = elsewhere.cookies.values().next().unwrap().clone();
    let (signature, value) = own.split_at(own.find(fixture.table.as_str()).unwrap());
    vec![
        ("empty", String::new()),
        ("malformed", "not a cookie of ours".to_owned()),
        ("without a signature", value.to_owned()),
        ("of another seat", own.replace(".1.1", ".2.1")),
        ("cut off", own[..own.len() - 1].to_owned()),
        (
            "with another signature",
            format!("{}{value}", signature.to_lowercase()),
        ),
        ("of another table", other),
        ("signed with another key", forged(fixture).await),
    ]
}

/// The host's cookie as a server with another secret gives it: a table's id follows from its opening's.
async fn forged(fixture: &TableFixture) -> String {
    let other = Server::with(Options {
        secret: "a secret of somebody else, of 32 bytes or more",
        ..Options::default()
    });
    let mut client = Client::new(&other);
    let opening = json!({ "name": "Anna", "command_id": fixture.opened_with });
    client.post_json("/api/tables", &opening).await;
    let forged = client.cookies.remove(&format!("seat-{}", fixture.table));
    forged.expect("the same opening leads to the same table")
}

#[tokio::test]
async fn an_honest_cookie_under_another_name_is_not_read() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let cookie = fixture.host.cookies.values().next().unwrap().clone();
    fixture.stranger.cookies.insert("seat".to_owned(), cookie);
    assert!(view(&mut fixture.stranger, &fixture.table).await["you"].is_null());
}

#[tokio::test]
async fn who_takes_a_freed_seat_does_not_let_the_former_holder_in() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Freed).await;
    let sat = sit(&mut fixture.stranger.clone(), &fixture.table, "Chidi").await;
    assert_eq!(sat["seat"], 2);
    assert!(view(&mut fixture.guest, &fixture.table).await["you"].is_null());
    let vacate = Command::Vacate { seat: SeatNo(1) };
    let say = Command::Say {
        text: "I was here first.".to_owned(),
    };
    for command in [vacate, say] {
        let refused = fixture.guest.play(&fixture.table, &command).await;
        assert_problem(&refused, 401, "not-your-seat", "no longer yours");
    }
}

#[tokio::test]
async fn a_form_of_our_own_page_is_taken() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let say = Command::Say {
        text: "From here.".to_owned(),
    };
    let mut form: Request<Body> = form_of_command(&fixture.table, &fresh_id(), &say);
    let headers = form.headers_mut();
    headers.insert("origin", HeaderValue::from_static("http://codex.test"));
    headers.insert("sec-fetch-site", HeaderValue::from_static("same-origin"));
    assert_eq!(fixture.host.send(form).await.status, StatusCode::SEE_OTHER);
}

/// Says which row failed.
struct Named(&'static str);

impl Drop for Named {
    #[expect(clippy::print_stderr, reason = "the row that failed is wanted")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("failed at the row: {}", self.0);
        }
    }
}

impl Who {
    fn client(self, fixture: &TableFixture) -> Client {
        match self {
            Self::Host => fixture.host.clone(),
            Self::Guest => fixture.guest.clone(),
            Self::Stranger => fixture.stranger.clone(),
        }
    }
}
