//! A page says whom it was made for, and what was typed on it is not lost when it is refused.

use axum::body::Body;
use game::Command;
use http::{HeaderValue, Method, StatusCode, header};

use crate::client::{Answer, Client, form, fresh_id, page};
use crate::fixtures::{At, TableFixture, assert_page, assert_problem, view};
use crate::plain::plain;
use crate::server::{Options, Server};

const NO_COOKIE: &str = "This browser has sent no cookie back";
const OTHER_SEAT: &str = "This page was made for another seat";

#[tokio::test]
async fn a_page_with_ids_that_are_used_once_is_kept_by_nobody() {
    let server = Server::new();
    let mut at = TableFixture::at(&server, At::Gathering).await;
    let table = format!("/t/{}", at.table);
    let refused = Command::Say {
        text: String::new(),
    };
    for shown in [
        at.stranger.get("/").await,
        at.stranger.get("/return").await,
        at.stranger.get(&format!("/join/{}", at.code)).await,
        at.stranger.get("/join?code=ZZZZZZ").await,
        at.stranger.post_form("/t/", &named("")).await,
        at.host.get(&table).await,
        at.host.play_by_form(&at.table, &refused).await,
        at.host.get("/no/such/page").await,
        at.host.get_json("/api/codes/ZZZZZZ").await,
    ] {
        assert_eq!(
            shown.header("cache-control"),
            "no-store",
            "{}",
            shown.text()
        );
    }
}

#[tokio::test]
async fn a_form_of_a_page_that_was_made_for_another_seat_records_nothing() {
    let server = Server::new();
    let at = TableFixture::at(&server, At::Gathering).await;
    let before = at.version().await;
    let play = format!("/t/{}/play", at.table);
    let mut both = at.guest.clone();
    assert!(
        both.get(&format!("/t/{}", at.table))
            .await
            .text()
            .contains("name=\"as\" value=\"2.1\"")
    );
    for seat in ["1.1", "2.2", ""] {
        let typed = said("For whom?", seat);
        let refused = both.post_form(&play, &pairs(&typed)).await;
        assert_page(&refused, 409, OTHER_SEAT);
        assert!(
            refused.text().contains("value=\"For whom?\""),
            "it can be said again"
        );
        let mut asked = form(&play, &pairs(&typed));
        let json = HeaderValue::from_static("application/json");
        asked.headers_mut().insert(header::ACCEPT, json);
        assert_problem(&both.send(asked).await, 409, "other-seat", OTHER_SEAT);
        let phrase = format!("/t/{}/phrase?as={seat}", at.table);
        assert_page(&both.get(&phrase).await, 409, OTHER_SEAT);
    }
    assert_eq!(at.version().await, before);
    let taken = both.post_form(&play, &pairs(&said("For us.", "2.1"))).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER);
    at.plays_on().await;
}

#[tokio::test]
async fn a_browser_that_keeps_no_cookies_is_told_so_and_takes_no_seat() {
    let server = Server::new();
    let at = TableFixture::at(&server, At::Gathering).await;
    let before = at.version().await;
    let join = format!("/join/{}", at.code);
    let phrase = [
        ("code", at.code.as_str()),
        ("phrase", at.phrases[0].as_str()),
        ("visitor", "given"),
    ];
    for (path, typed) in [
        ("/t/", named("Eve").to_vec()),
        (join.as_str(), named("Eve").to_vec()),
        ("/return", phrase.to_vec()),
    ] {
        // What it is given, it does not bring back.
        let mut blocking = at.stranger.clone();
        blocking.visitor = None;
        let shown = blocking.get(if path == "/t/" { "/" } else { path }).await;
        assert!(shown.header("set-cookie").starts_with("visitor="), "{path}");
        let field = "name=\"visitor\" value=\"given\"";
        assert!(shown.text().contains(field), "{path} says what it gave");
        blocking.visitor = None;
        let refused = blocking.post_form(path, &typed).await;
        assert_page(&refused, 403, NO_COOKIE);
        for (_, value) in typed
            .iter()
            .filter(|(name, _)| !["command_id", "visitor"].contains(name))
        {
            assert!(
                refused.text().contains(&format!("value=\"{value}\"")),
                "{path} keeps {value}"
            );
        }
        assert!(blocking.cookies.is_empty(), "{path} gives no seat");
        // One whose cookie was lost on the way needs to send the same once more only.
        let again = blocking.post_form(path, &typed).await;
        assert_eq!(
            again.status,
            StatusCode::SEE_OTHER,
            "{path}: {}",
            again.text()
        );
    }
    assert_eq!(at.version().await, before + 1, "one has sat down, once");
}

#[tokio::test]
async fn a_program_that_writes_the_form_itself_needs_no_cookie_of_a_page() {
    let server = Server::new();
    let at = TableFixture::at(&server, At::Gathering).await;
    let [name, id, _] = named("Eve");
    let phrase = [
        ("code", at.code.as_str()),
        ("phrase", at.phrases[0].as_str()),
    ];
    let join = format!("/join/{}", at.code);
    for (path, fields) in [
        ("/t/", [name, id]),
        (&join, [name, id]),
        ("/return", phrase),
    ] {
        let mut program = at.stranger.clone();
        program.visitor = None;
        let seated = program.post_form(path, &fields).await;
        assert_eq!(seated.status, StatusCode::SEE_OTHER, "{}", seated.text());
        assert_eq!(program.cookies.len(), 1, "{path}");
    }
}

#[tokio::test]
async fn a_browser_that_sits_already_takes_no_second_seat() {
    let server = Server::new();
    let mut at = TableFixture::at(&server, At::Gathering).await;
    let before = at.version().await;
    let join = format!("/join/{}", at.code);
    let again = at.guest.post_form(&join, &named("Ben")).await;
    assert_eq!(again.header("location"), format!("/t/{}", at.table));
    let second = at.guest.post_form(&join, &named("Chidi")).await;
    let shown = at.guest.get(second.header("location")).await;
    assert_page(&shown, 200, "This browser sits at this table already");
    assert_eq!(view(&mut at.guest, &at.table).await["you"], 2);
    assert_eq!(at.version().await, before);
}

#[tokio::test]
async fn one_page_shown_to_two_browsers_gives_each_a_seat_of_its_own() {
    let server = Server::new();
    let typed = named("Alex");
    let mut tables = Vec::new();
    for visitor in ["00", "11", "00"] {
        let mut client = Client::new(&server);
        client.visitor = Some(visitor.repeat(16));
        let opened = client.post_form("/t/", &typed).await;
        tables.push(opened.header("location").to_owned());
    }
    assert_ne!(tables[0], tables[1]);
    assert_eq!(tables[0], tables[2], "a repeat finds the first");
}

#[tokio::test]
async fn a_line_that_is_refused_stands_in_its_field_or_beside_the_sentence() {
    let server = Server::new();
    let long = format!("{}\"<b>", "x".repeat(400));
    let line = Command::Say { text: long.clone() };
    for (stage, status) in [(At::Gathering, 422), (At::Closed, 410)] {
        let mut at = TableFixture::at(&server, stage).await;
        let refused = at.host.play_by_form(&at.table, &line).await;
        assert_eq!(refused.status.as_u16(), status);
        let field = refused
            .text()
            .contains(&format!("value=\"{}&#34;&#60;b&#62;\"", &long[..400]));
        assert_eq!(field, stage == At::Gathering, "{}", refused.text());
        let beside = plain(&refused.body).contains(&format!("You wrote: “{long}”"));
        assert_eq!(beside, stage == At::Closed, "{}", refused.text());
    }
}

#[tokio::test]
async fn a_form_is_kept_also_where_the_server_has_no_place() {
    let server = Server::with(Options {
        tables_max: 0,
        ..Options::default()
    });
    let refused = Client::new(&server).post_form("/t/", &named("Maren")).await;
    assert_page(&refused, 503, "All tables of this server are taken.");
    assert!(
        refused.text().contains("value=\"Maren\""),
        "{}",
        refused.text()
    );
}

#[tokio::test]
async fn no_link_leads_a_phone_to_itself() {
    let known = Options {
        network_address: Some("192.168.1.5:5000"),
        ..Options::default()
    };
    let proxied = Options {
        trusted_proxy_hops: 1,
        ..known
    };
    let own = [
        "localhost:5000",
        "127.0.0.1:5000",
        "[::1]:5000",
        "0.0.0.0:5000",
    ];
    for (options, hosts, leads) in [
        (known, &own[..], Some("192.168.1.5:5000")),
        (known, &["codex.test:5000"][..], Some("codex.test:5000")),
        (known, &["localhost:8080"][..], None),
        (proxied, &own[..], None),
        (Options::default(), &own[..], None),
    ] {
        let server = Server::with(options);
        let mut at = TableFixture::at(&server, At::Gathering).await;
        for host in hosts {
            let shown = by_host(&mut at.host, &format!("/t/{}", at.table), host).await;
            let link = format!("http://{}/join/{}", leads.unwrap_or(host), at.code);
            assert!(shown.text().contains(&link), "{host}: {}", shown.text());
            let only_here = plain(&shown.body).contains("This link works on this device only.");
            assert_eq!(only_here, leads.is_none(), "{host}");
            let drawing = format!("/t/{}/invitation.svg", at.table);
            assert_eq!(shown.text().contains(&drawing), leads.is_some(), "{host}");
            let drawn = by_host(&mut at.host, &drawing, host).await;
            assert_eq!(drawn.status == StatusCode::OK, leads.is_some(), "{host}");
        }
    }
}

fn named(name: &str) -> [(&str, &str); 3] {
    let id = ("command_id", "0123456789abcdef-0");
    [("name", name), id, ("visitor", "given")]
}

fn said(text: &str, made_for: &str) -> Vec<(String, String)> {
    let fields = [
        ("do", "say"),
        ("text", text),
        ("as", made_for),
        ("command_id", &fresh_id()),
    ];
    fields
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
}

fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

async fn by_host(client: &mut Client, path: &str, host: &str) -> Answer {
    let mut request = page(Method::GET, path, Body::empty());
    let host = HeaderValue::try_from(host).unwrap();
    request.headers_mut().insert(header::HOST, host);
    client.send(request).await
}
