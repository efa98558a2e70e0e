//! Renderings are shared by those who see the same, and by nobody else.

use axum::body::Body;
use game::Command;
use http::{HeaderValue, Method, header};

use crate::client::{Answer, Client, page};
use crate::fixtures::{At, TableFixture, stage};
use crate::plain::plain;
use crate::server::{Options, Server};

#[tokio::test(start_paused = true)]
async fn two_viewers_of_one_version_hear_nothing_of_each_others_whispers() {
    let server = Server::new();
    let fixture = TableFixture::at(&server, At::Scene).await;
    let anna = whispers(&mut fixture.host.clone(), &fixture).await;
    let ben = whispers(&mut fixture.guest.clone(), &fixture).await;
    let only = |one: &[String], other: &[String]| -> Vec<String> {
        let alone = one.iter().filter(|text| !other.contains(text));
        alone.cloned().collect()
    };
    let (annas, bens) = (only(&anna, &ben), only(&ben, &anna));
    assert!(
        !annas.is_empty() && !bens.is_empty(),
        "each hears something alone"
    );

    // In turn, so that whatever one was sent is kept when the other asks; and again, from what is kept.
    for _ in 0..2 {
        let sent = everything(&mut fixture.host.clone(), &fixture).await;
        assert!(
            annas.iter().all(|text| sent.contains(text)),
            "Anna reads hers"
        );
        assert!(!bens.iter().any(|text| sent.contains(text)), "{sent}");
        let sent = everything(&mut fixture.guest.clone(), &fixture).await;
        assert!(bens.iter().all(|text| sent.contains(text)), "Ben reads his");
        assert!(!annas.iter().any(|text| sent.contains(text)), "{sent}");
        let sent = everything(&mut fixture.stranger.clone(), &fixture).await;
        let secret = annas.iter().chain(&bens).find(|text| sent.contains(*text));
        assert_eq!(secret, None, "{sent}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_looks_under_another_host_name_gets_an_invitation_of_their_own() {
    let server = Server::new();
    let fixture = TableFixture::at(&server, At::Gathering).await;
    let hosts = ["one.test", "evil.test", "one.test"];
    for path in [format!("/t/{}", fixture.table), fixture.page_stream()] {
        for host in hosts {
            let sent = named(&mut fixture.host.clone(), &path, host).await;
            let own = format!("http://{host}/join/{}", fixture.code);
            assert!(sent.contains(&own), "{sent}");
            assert_eq!(sent.matches("/join/").count(), 2, "{sent}");
            for other in hosts.iter().filter(|other| **other != host) {
                assert!(!sent.contains(other), "{sent}");
            }
        }
    }
    let drawing = format!("/t/{}/invitation.svg", fixture.table);
    let mut drawn = Vec::new();
    for host in hosts {
        drawn.push(named(&mut fixture.host.clone(), &drawing, host).await);
    }
    assert_eq!(drawn[0], drawn[2]);
    assert_ne!(drawn[0], drawn[1]);
}

#[tokio::test(start_paused = true)]
async fn a_public_address_is_the_same_for_everybody() {
    let server = Server::with(Options {
        public_url: Some("https://codex.test"),
        ..Options::default()
    });
    let fixture = TableFixture::at(&server, At::Gathering).await;
    for host in ["one.test", "evil.test"] {
        let sent = named(&mut fixture.host.clone(), &fixture.page_stream(), host).await;
        let link = format!("https://codex.test/join/{}", fixture.code);
        assert!(sent.contains(&link) && !sent.contains(host), "{sent}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_gives_its_forms_ids_that_no_other_page_and_no_update_has() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    let path = format!("/t/{}", fixture.table);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..2 {
        let page = fixture.host.get(&path).await;
        let ids = ids(&page);
        assert!(ids.len() > 3, "{ids:?}");
        for id in ids {
            assert!(game::CommandId::parse(&id).is_some(), "{id}");
            assert!(seen.insert(id), "an id of two forms");
        }
    }
    let update = fixture
        .host
        .stream(&fixture.page_stream())
        .await
        .event()
        .await;
    assert!(update.data.contains("name=\"command_id\" value=\"\""));
    assert!(!seen.iter().any(|id| update.data.contains(id)));
}

#[tokio::test(start_paused = true)]
async fn what_was_rendered_once_is_sent_to_every_stream_that_sees_the_same() {
    let server = Server::new();
    let fixture = TableFixture::at(&server, At::Scene).await;
    for path in [fixture.page_stream(), fixture.json_stream()] {
        let mut streams = Vec::new();
        for _ in 0..3 {
            streams.push(fixture.guest.clone().stream(&path).await);
        }
        let mut told = Vec::new();
        for stream in &mut streams {
            told.push(stream.bytes().await);
        }
        let text = format!("All of you, {}", path.len());
        let said = fixture
            .host
            .clone()
            .play(&fixture.table, &Command::Say { text })
            .await;
        assert!(said.status.is_success(), "{}", said.text());
        for stream in &mut streams {
            told.push(stream.bytes().await);
        }
        for events in told.chunks(3) {
            // The very same bytes in memory, and not an equal copy of them.
            assert!(
                events
                    .iter()
                    .all(|event| event.as_ptr() == events[0].as_ptr())
            );
        }
    }
}

/// The truths and twists a seat hears.
async fn whispers(client: &mut Client, fixture: &TableFixture) -> Vec<String> {
    let heard = stage(client, &fixture.table).await["whispers"].take();
    let heard = heard.as_array().unwrap().iter();
    heard
        .flat_map(|one| [&one["truth"], &one["twist"]])
        .map(|text| text.as_str().unwrap().to_owned())
        .collect()
}

/// All that shows the table, as its reader reads it.
async fn everything(client: &mut Client, fixture: &TableFixture) -> String {
    let page = format!("/t/{}", fixture.table);
    let mut sent = client.get(&page).await.body;
    sent.extend(client.get_json(&page).await.body);
    for stream in [fixture.page_stream(), fixture.json_stream()] {
        sent.extend(client.stream(&stream).await.event().await.bytes);
    }
    plain(&sent)
}

/// What is sent to a client that names this host: an answer, or the first event.
async fn named(client: &mut Client, path: &str, host: &'static str) -> String {
    let mut request = page(Method::GET, path, Body::empty());
    let host = HeaderValue::from_static(host);
    request.headers_mut().insert(header::HOST, host);
    let bytes = client.first_bytes(request).await;
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn ids(page: &Answer) -> Vec<String> {
    let parts = page.text().split("name=\"command_id\" value=\"").skip(1);
    parts
        .filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()))
        .collect()
}
