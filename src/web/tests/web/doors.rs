//! What the doors show: the browser's own tables, errors where they can be put right, files at the root, previews.

use axum::body::Body;
use game::{Command, SeatNo, TableId};
use http::{Request, StatusCode};
use serde_json::Value;
use web::{StartupProgress, startup_answer};

use crate::client::{Client, fresh_id};
use crate::fixtures::{At, TableFixture, assert_guarded, assert_page, open, sit};
use crate::server::{AWAY_AFTER_MS, Server, pass};

const YOURS: &str = "Your tables";

fn link_to(table: &TableId) -> String {
    format!("href=\"/t/{table}\"")
}

#[tokio::test]
async fn the_first_page_lists_the_tables_at_which_a_browser_sits_and_whose_turn_it_is() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    let home = fixture.guest.get("/").await;
    assert_page(&home, 200, YOURS);
    assert!(
        home.text().contains(&link_to(&fixture.table)),
        "{}",
        home.text()
    );
    for shown in ["Your turn", "Scene 1: ", "Anna"] {
        assert_page(&home, 200, shown);
    }
    let text = home.text();
    let (_, list) = text.split_once(YOURS).unwrap();
    let (list, _) = list.split_once("</section>").unwrap();
    assert!(!list.contains("Ben"), "one's own name is not among theirs");
    let mut gathering = TableFixture::at(&server, At::Gathering).await;
    assert_page(&gathering.host.get("/").await, 200, "Your turn");
    let guest = gathering.guest.get("/").await;
    assert_page(&guest, 200, "2 of 6 chairs taken");
    assert!(!guest.text().contains("Your turn"), "the host begins");
}

#[tokio::test]
async fn a_table_is_listed_only_for_who_holds_a_seat_there() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    let cookie = fixture.host.cookies.values().next().unwrap().clone();
    let mut forger = Client::new(&server);
    let signed_for_another = cookie.replace(".1.1", ".2.1");
    forger
        .cookies
        .insert(format!("seat-{}", fixture.table), signed_for_another);
    let mut freed = TableFixture::at(&server, At::Freed).await;
    let mut closed = TableFixture::at(&server, At::Closed).await;
    for (client, table) in [
        (&mut fixture.stranger, &fixture.table),
        (&mut forger, &fixture.table),
        (&mut freed.guest, &freed.table),
        (&mut closed.host, &closed.table),
    ] {
        let home = client.get("/").await;
        assert_page(&home, 200, "Play");
        assert!(!home.text().contains(YOURS), "{}", home.text());
        assert!(!home.text().contains(&link_to(table)));
    }
}

#[tokio::test]
async fn looking_at_the_list_is_no_sign_of_life_at_its_tables() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    pass(AWAY_AFTER_MS);
    assert_page(&fixture.guest.get("/").await, 200, YOURS);
    let vacate = Command::Vacate { seat: SeatNo(2) };
    let freed = fixture.host.play(&fixture.table, &vacate).await;
    assert_eq!(freed.status, StatusCode::OK, "{}", freed.text());
}

#[tokio::test]
async fn of_many_tables_the_latest_six_are_looked_at() {
    let server = Server::new();
    let mut client = Client::new(&server);
    for number in 0..8 {
        // Another client each time, as one alone may not open so many.
        client.address = [192, 0, 2, 10 + number];
        open(&mut client, "Anna").await;
    }
    let home = client.get("/").await;
    assert_page(&home, 200, YOURS);
    assert_eq!(home.text().matches("class=\"your-table\"").count(), 6);
}

#[tokio::test]
async fn a_wrong_code_is_corrected_where_it_was_typed() {
    let server = Server::new();
    let mut client = Client::new(&server);
    let by_link = client.get("/join/ZZZZZZ").await;
    assert_page(&by_link, 404, "No such table");
    let typed = client.get("/join?code=ZZZZZZ").await;
    assert_page(&typed, 404, "No table answers to that code.");
    let field = "name=\"code\" value=\"ZZZZZZ\"";
    for page in [by_link, typed] {
        let page = page.text();
        assert!(page.contains(field), "{page}");
        let wrong = "aria-invalid=\"true\" aria-describedby=\"join-code-problem\" autofocus";
        assert!(page.contains(wrong), "{page}");
        assert!(page.contains("id=\"join-code-problem\""), "{page}");
    }
}

#[tokio::test]
async fn who_has_a_taken_name_is_offered_one_that_is_free() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    sit(&mut Client::new(&server), &fixture.table, "Ben 2").await;
    let join = format!("/join/{}", fixture.code);
    let id = fresh_id();
    let typed = [("name", " ben"), ("command_id", id.as_str())];
    let taken = fixture.stranger.post_form(&join, &typed).await;
    assert_page(&taken, 409, "Sit down as");
    let wrong = "aria-invalid=\"true\" aria-describedby=\"join-name-problem\" autofocus";
    assert!(taken.text().contains(wrong), "{}", taken.text());
    let offered = "<input type=\"hidden\" name=\"name\" value=\"ben 3\">";
    assert!(taken.text().contains(offered), "{}", taken.text());
    let id = fresh_id();
    let offered = [("name", "ben 3"), ("command_id", id.as_str())];
    let sat = fixture.stranger.post_form(&join, &offered).await;
    assert_eq!(sat.status, StatusCode::SEE_OTHER, "{}", sat.text());
}

#[tokio::test]
async fn the_gathering_says_to_each_what_there_is_to_do() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let path = format!("/t/{}", fixture.table);
    let host = fixture.host.get(&path).await;
    assert_page(&host, 200, "Invite the others");
    let guest = fixture.guest.get(&path).await;
    assert_page(&guest, 200, "You are at the table");
    assert!(!guest.text().contains("Begin the interrogation"));
    for page in [&host, &guest] {
        let phrase = format!("data-keep=\"{path}/phrase?as=");
        assert!(page.text().contains(&phrase), "the way back is offered");
    }
    let mut full = TableFixture::at(&server, At::Full).await;
    let path = format!("/t/{}", full.table);
    for client in [&mut full.host, &mut full.guest] {
        let page = client.get(&path).await;
        assert_page(&page, 200, "Everybody is here");
        assert!(
            !page.text().contains("id=\"invite-link\""),
            "nobody can be invited"
        );
    }
}

#[tokio::test]
async fn what_browsers_and_phones_ask_for_at_the_root_is_there() {
    let server = Server::new();
    let mut client = Client::new(&server);
    let manifest = client.get("/manifest.webmanifest").await;
    assert_eq!(manifest.header("content-type"), "application/manifest+json");
    let icons: Vec<Value> = manifest.json()["icons"].as_array().unwrap().clone();
    let icons: Vec<&str> = icons
        .iter()
        .filter_map(|icon| icon["src"].as_str())
        .collect();
    assert_eq!(icons.len(), 2);
    let others = [
        "/apple-touch-icon.png",
        "/apple-touch-icon-precomposed.png",
        "/preview.png",
    ];
    for path in icons.into_iter().chain(others) {
        let icon = client.get(path).await;
        assert_eq!(icon.status, StatusCode::OK, "{path}");
        assert_eq!(icon.header("content-type"), "image/png");
        assert!(icon.body.starts_with(b"\x89PNG"), "{path}");
        assert!(icon.header("cache-control").starts_with("public, max-age="));
        assert_guarded(&icon);
    }
    let icon = client.get("/favicon.ico").await;
    assert_eq!(icon.body[..4], [0, 0, 1, 0], "an icon of the old kind");
    let robots = client.get("/robots.txt").await;
    assert!(robots.text().starts_with("User-agent: *\n"));
}

#[tokio::test]
async fn a_posted_link_shows_what_it_is_and_nothing_that_players_wrote() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    for (path, is_listed) in [
        ("/".to_owned(), true),
        (format!("/join/{}", fixture.code), false),
        (format!("/t/{}", fixture.table), false),
        ("/return".to_owned(), false),
    ] {
        let page = fixture.stranger.get(&path).await;
        let (head, _) = page.text().split_once("</head>").unwrap();
        assert!(head.contains("property=\"og:title\""), "{head}");
        assert!(head.contains("property=\"og:description\""), "{head}");
        assert_eq!(!head.contains("content=\"noindex\""), is_listed, "{path}");
        assert!(!head.contains("Anna") && !head.contains("Ben"), "{head}");
    }
    let home = fixture.stranger.get("/").await;
    let picture = "property=\"og:image\" content=\"http://codex.test/preview.png\"";
    assert!(home.text().contains(picture), "{}", home.text());
}

#[tokio::test]
async fn no_error_page_is_called_by_a_phrase_of_http() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    for (path, title) in [
        ("/no/such/page", "No such page in the Codex"),
        ("/t/aaaaaaaaaaaaaaaaaaaa", "No such table"),
    ] {
        let page = fixture.stranger.get(path).await;
        let heading = format!("<h1 id=\"fault-title\">{title}</h1>");
        assert!(page.text().contains(&heading), "{}", page.text());
    }
}

#[tokio::test]
async fn while_the_codex_is_opened_its_page_has_its_style() {
    let get = |path: &str| Request::get(path).body(Body::empty()).unwrap();
    let style = web::pages::asset("codex.css");
    let page = startup_answer(&get("/"), &StartupProgress::default());
    assert_eq!(page.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(page.headers()["retry-after"], "2");
    let styled = startup_answer(&get(&style), &StartupProgress::default());
    assert_eq!(styled.status(), StatusCode::OK);
    assert_eq!(styled.headers()["content-type"], "text/css; charset=utf-8");
    let other = style.replacen("/assets/", "/assets/0", 1);
    let other = startup_answer(&get(&other), &StartupProgress::default());
    assert_eq!(
        other.status(),
        StatusCode::SERVICE_UNAVAILABLE,
        "another release's"
    );
}

#[tokio::test]
async fn a_browser_can_keep_all_that_its_page_without_a_connection_needs() {
    let server = Server::new();
    let mut client = Client::new(&server);
    assert_page(&client.get("/offline").await, 200, "No connection");
    let worker = client.get("/sw.js").await;
    assert_eq!(
        worker.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    assert_eq!(worker.header("cache-control"), "no-cache");
    let files = worker
        .text()
        .lines()
        .find(|line| line.contains("FILES = ["))
        .unwrap();
    let files: Vec<&str> = files.split('"').skip(1).step_by(2).collect();
    assert!(files.len() > 1, "{files:?}");
    for file in files {
        assert_eq!(client.get(file).await.status, StatusCode::OK, "{file}");
    }
}
