//! Every page and file there is, as a browser asks for it.

use http::StatusCode;

use crate::client::{Answer, Client, fresh_id};
use crate::fixtures::{At, TableFixture, assert_guarded, assert_page};
use crate::server::{Options, Server};

/// Bytes of a table's page and of the files it names at most, compressed.
const FIRST_LOAD_BYTES_MAX: usize = 60_000;

#[tokio::test]
async fn the_doors_open_for_everybody() {
    let server = Server::new();
    let fixture = TableFixture::at(&server, At::Gathering).await;
    let mut client = fixture.stranger.clone();
    for (path, says) in [
        ("/", "The Arcane Codex"),
        ("/return", "Five words bring you back"),
        ("/return?code=K7M2QX", "K7M2QX"),
        (&format!("/join/{}", fixture.code), "Anna"),
        (&format!("/join/{}", fixture.code.to_lowercase()), "Ben"),
    ] {
        let page = client.get(path).await;
        assert_page(&page, 200, says);
        assert!(
            page.header("set-cookie").is_empty(),
            "{path} gives nobody a seat"
        );
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
    }
    let typed = format!("/join?code={}-{}", &fixture.code[..3], &fixture.code[3..]);
    let found = client.get(&typed.to_lowercase()).await;
    assert_redirect(&found, &format!("/join/{}", fixture.code));
}

#[tokio::test]
async fn a_table_opened_and_joined_by_form_is_shown_to_its_seats() {
    let server = Server::new();
    let (mut anna, mut ben) = (Client::new(&server), Client::new(&server));
    let id = fresh_id();
    let typed = [
        ("name", "Anna"),
        ("limit", "minute"),
        ("command_id", id.as_str()),
    ];
    let opened = anna.post_form("/t/", &typed).await;
    let table = opened.header("location").to_owned();
    assert_redirect(&opened, &table);
    assert!(table.starts_with("/t/"), "{table}");
    let page = anna.get(&table).await;
    assert_page(&page, 200, "A table gathers");
    let code = server
        .tables
        .loader
        .load(&game::TableId::parse(&table[3..]).unwrap())
        .await
        .unwrap();
    let code = code.code().unwrap().to_string();
    assert!(page.text().contains(&code));
    let drawing = format!("{table}/invitation.svg");
    let shown = format!("src=\"{drawing}\"");
    assert!(page.text().contains(&shown), "the link is drawn");
    assert_drawn(&ben.get(&drawing).await);

    let id = fresh_id();
    let typed = [("name", "Ben"), ("command_id", id.as_str())];
    let join = format!("/join/{code}");
    assert_redirect(&ben.post_form(&join, &typed).await, &table);
    assert_redirect(&ben.get(&join).await, &table);
    assert_page(&ben.get(&table).await, 200, "Ben");
    assert_page(&Client::new(&server).get(&table).await, 200, "Ben");
}

#[tokio::test]
async fn once_the_story_has_begun_the_link_is_written_and_no_longer_drawn() {
    let server = Server::new();
    let mut stranger = Client::new(&server);
    let nowhere = "/t/aaaaaaaaaaaaaaaaaaaa/invitation.svg";
    assert_page(&stranger.get(nowhere).await, 404, "There is no such table");
    for (at, drawn) in [(At::Gathering, true), (At::Scene, false)] {
        let mut fixture = TableFixture::at(&server, at).await;
        let page = fixture.host.get(&format!("/t/{}", fixture.table)).await;
        assert_page(
            &page,
            200,
            &format!("http://codex.test/join/{}", fixture.code),
        );
        assert_eq!(page.text().contains("class=\"qr\""), drawn, "{at:?}");
        let drawing = format!("/t/{}/invitation.svg", fixture.table);
        let drawing = stranger.get(&drawing).await;
        if drawn {
            assert_drawn(&drawing);
        } else {
            assert_page(&drawing, 404, "There is no such page here.");
        }
    }
}

#[tokio::test]
async fn a_seats_cookie_is_for_this_server_and_no_script() {
    let server = Server::new();
    let mut anna = Client::new(&server);
    let id = fresh_id();
    let opened = anna
        .post_form("/tables", &[("name", "Anna"), ("command_id", &id)])
        .await;
    let cookie = opened.header("set-cookie");
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "the test speaks plain HTTP");
    assert!(!cookie.contains("Domain"), "{cookie}");
}

#[tokio::test]
async fn what_shows_a_table_is_kept_by_nobody_on_the_way() {
    let server = Server::new();
    for at in [At::Gathering, At::Questions, At::Scene, At::Closed] {
        let mut fixture = TableFixture::at(&server, at).await;
        for client in [&mut fixture.host, &mut fixture.stranger] {
            let page = client.get(&format!("/t/{}", fixture.table)).await;
            assert_page(&page, 200, "</html>");
            assert_eq!(page.header("cache-control"), "no-store");
            let view = client
                .get_json(&format!("/api/tables/{}", fixture.table))
                .await;
            assert_eq!(view.status, StatusCode::OK);
            assert_eq!(view.header("cache-control"), "no-store");
            assert_guarded(&view);
        }
    }
}

#[tokio::test]
async fn whoever_asks_for_json_at_a_page_gets_it() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    let page = fixture
        .host
        .get_json(&format!("/t/{}", fixture.table))
        .await
        .json();
    let api = fixture
        .host
        .get_json(&format!("/api/tables/{}", fixture.table))
        .await
        .json();
    assert_eq!(page, api);
}

#[tokio::test]
async fn the_first_load_of_a_table_is_60_kilobytes_at_most() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    let path = format!("/t/{}", fixture.table);
    let page = fixture.guest.get_encoded(&path, "gzip, br, zstd").await;
    let text = String::from_utf8(page.decoded()).unwrap();
    let mut bytes = page.body.len();
    for asset in &web::pages::ASSETS {
        let address = web::pages::asset(asset.name);
        if text.contains(&address) {
            bytes += fixture.guest.get_encoded(&address, "br").await.body.len();
        }
    }
    assert!((15_000..=FIRST_LOAD_BYTES_MAX).contains(&bytes), "{bytes}");
}

#[tokio::test]
async fn files_are_kept_for_ever_under_their_marked_address_only() {
    let server = Server::new();
    let mut client = Client::new(&server);
    let home = client.get("/").await;
    for asset in &web::pages::ASSETS {
        let address = web::pages::asset(asset.name);
        let file = client.get(&address).await;
        assert_eq!(file.status, StatusCode::OK);
        assert_eq!(file.body, asset.bytes);
        assert_eq!(file.header("content-type"), asset.mime);
        assert_eq!(
            file.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        assert_guarded(&file);
        let other_mark = address.replacen("/assets/", "/assets/0", 1);
        for other in [
            format!("/assets/{}", asset.name),
            other_mark,
            format!("{address}?v=1"),
        ] {
            let file = client.get(&other).await;
            assert_eq!(file.status, StatusCode::OK, "{other}");
            assert_eq!(file.header("cache-control"), "no-cache", "{other}");
        }
    }
    let style = web::pages::asset("codex.css");
    assert!(
        home.text().contains(&format!("href=\"{style}\"")),
        "pages use the marked address"
    );
}

#[tokio::test]
async fn files_are_compressed_as_each_client_prefers() {
    let server = Server::new();
    let mut client = Client::new(&server);
    for asset in &web::pages::ASSETS {
        let mut sizes = Vec::new();
        for (accepts, encoding) in [
            ("", ""),
            ("gzip, deflate", "gzip"),
            ("gzip, deflate, br, zstd", "br"),
            ("gzip, br;q=0.5", "gzip"),
            ("br;q=0, *;q=0.1", "gzip"),
            ("zstd", ""),
        ] {
            let address = web::pages::asset(asset.name);
            let file = client.get_encoded(&address, accepts).await;
            assert_eq!(file.header("content-encoding"), encoding, "{}", asset.name);
            assert_eq!(file.header("vary"), "accept-encoding");
            assert_eq!(file.header("content-length"), file.body.len().to_string());
            assert_guarded(&file);
            sizes.push(file.body.len());
            assert_eq!(file.decoded(), asset.bytes, "{} as {encoding}", asset.name);
        }
        assert!(sizes[2] < sizes[1] && sizes[1] < sizes[0], "{sizes:?}");
    }
}

#[tokio::test]
async fn a_seat_that_leaves_is_led_to_the_front_door() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let left = fixture
        .guest
        .play_by_form(&fixture.table, &game::Command::Leave {})
        .await;
    assert_redirect(&left, "/");
    assert_page(
        &fixture.guest.get(&format!("/t/{}", fixture.table)).await,
        200,
        "Anna",
    );
}

#[tokio::test]
async fn the_same_router_serves_from_a_sqlite_journal() {
    let folder = tempfile::tempdir().unwrap();
    let journal = crate::server::sqlite(folder.path()).await;
    let table = {
        let server = Server::over(journal.clone(), Options::default());
        let fixture = TableFixture::at(&server, At::Scene).await;
        fixture.plays_on().await;
        fixture
    };
    let again = Server::over(journal.clone(), Options::default());
    let mut anna = table.host.on(&again);
    let page = anna.get(&format!("/t/{}", table.table)).await;
    assert_page(&page, 200, "Only you hear this");
    journal.close().await.unwrap();
}

fn assert_drawn(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "image/svg+xml");
    let keep = answer.header("cache-control");
    assert!(keep.starts_with("private, max-age="), "{keep}");
    assert!(answer.text().contains("<svg"), "{}", answer.text());
    assert_guarded(answer);
}

fn assert_redirect(answer: &Answer, to: &str) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(answer.header("location"), to);
    assert_guarded(answer);
}
