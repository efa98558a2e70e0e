//! A told story under a link of its own: who reads it, and what of it.

use game::{Command, OptionId, SceneId, TableId};
use http::StatusCode;

use crate::client::Client;
use crate::fixtures::{At, TableFixture, assert_page, assert_problem, stage, view};
use crate::server::{Server, pass};

/// How long what all have chosen may be taken back.
const LOCK_IN_MS: u64 = 5_000;
/// Scenes of a quest at most.
const SCENES_MAX: usize = 40;

/// A table whose story is told. Ben said something on the way.
async fn told(server: &Server) -> TableFixture {
    let mut fixture = TableFixture::at(server, At::Scene).await;
    let text = "I hid the key.".to_owned();
    fixture
        .guest
        .play(&fixture.table, &Command::Say { text })
        .await;
    for _ in 0..SCENES_MAX {
        match view(&mut fixture.host, &fixture.table).await["phase"].as_str() {
            Some("scene") => {
                for client in [&mut fixture.host, &mut fixture.guest] {
                    chooses(client, &fixture.table).await;
                }
                pass(LOCK_IN_MS);
            }
            Some("naming") => {
                for client in [&mut fixture.host, &mut fixture.guest] {
                    client
                        .play(&fixture.table, &Command::PassJudgement {})
                        .await;
                }
            }
            _ => break,
        }
    }
    let phase = &view(&mut fixture.host, &fixture.table).await["phase"];
    assert_eq!(phase, "chronicle");
    fixture
}

/// Chooses what stands first. The other's choice may have decided the scene.
async fn chooses(client: &mut Client, table: &TableId) {
    let stage = stage(client, table).await;
    let scene = stage["scene"].as_str().and_then(SceneId::parse);
    let options = stage["options"].as_array().into_iter().flatten();
    let mut open = options.filter(|option| option["quiet"] != true && option["great"] != true);
    let option = open.find_map(|option| option["option"].as_str());
    let option = option.and_then(OptionId::parse);
    if let Some((scene, option)) = scene.zip(option) {
        client.play(table, &Command::Choose { scene, option }).await;
    }
}

/// The path of the story's link, as the page of a seat tells it.
async fn link(client: &mut Client, fixture: &TableFixture) -> Option<String> {
    let page = client.get(&format!("/t/{}", fixture.table)).await;
    let (_, from) = page.text().split_once("href=\"/story/")?;
    let (sealed, _) = from.split_once('"')?;
    Some(format!("/story/{sealed}"))
}

#[tokio::test]
async fn a_story_is_read_under_its_link_until_it_is_taken_back() {
    let server = Server::new();
    let mut fixture = told(&server).await;
    let (table, mut host) = (fixture.table.clone(), fixture.host.clone());
    assert_eq!(link(&mut host, &fixture).await, None);
    host.play(&table, &Command::Publish { open: true }).await;
    let path = link(&mut host, &fixture).await.unwrap();
    assert!(!path.contains(table.as_str()), "{path}");
    assert_eq!(
        link(&mut fixture.guest.clone(), &fixture).await.as_ref(),
        Some(&path)
    );

    let read = fixture.stranger.get(&path).await;
    assert_page(&read, 200, "What they did not know");
    for hidden in [
        "Anna",
        "Ben",
        "I hid the key.",
        table.as_str(),
        "chronicle.jsonl",
    ] {
        assert!(!read.text().contains(hidden), "readers see {hidden}");
    }
    fixture
        .guest
        .play(&table, &Command::Lend { lent: true })
        .await;
    let read = fixture.stranger.get(&path).await;
    assert_page(&read, 200, "I hid the key.");
    assert!(read.text().contains("Ben") && !read.text().contains("Anna"));

    host.play(&table, &Command::Publish { open: false }).await;
    let taken_back = fixture.stranger.get(&path).await;
    assert_page(&taken_back, 404, "have taken it back");
    host.play(&table, &Command::Publish { open: true }).await;
    let anew = link(&mut host, &fixture).await.unwrap();
    assert_ne!(anew, path);
    assert_page(
        &fixture.stranger.get(&path).await,
        404,
        "have taken it back",
    );
    assert_page(
        &fixture.stranger.get(&anew).await,
        200,
        "What they did not know",
    );
}

#[tokio::test]
async fn what_stands_where_the_link_is_posted_names_no_player() {
    let server = Server::new();
    let mut fixture = told(&server).await;
    for (client, command) in [
        (&mut fixture.host, Command::Publish { open: true }),
        (&mut fixture.guest, Command::Lend { lent: true }),
    ] {
        let played = client.play(&fixture.table, &command).await;
        assert_eq!(played.status, StatusCode::OK);
    }
    let path = link(&mut fixture.host.clone(), &fixture).await.unwrap();
    let read = fixture.stranger.get(&path).await;
    let (head, _) = read.text().split_once("</head>").unwrap();
    assert!(head.contains("property=\"og:title\" content=\"A story from The Arcane Codex\""));
    assert!(head.contains("trust ended at") && head.contains("noindex"));
    assert!(!head.contains("Ben") && !head.contains("Anna"));
}

#[tokio::test]
async fn a_link_that_is_none_of_ours_leads_nowhere() {
    let server = Server::new();
    let mut stranger = Client::new(&server);
    for stray in ["a", "AAAA", &"A".repeat(500)] {
        let path = format!("/story/{stray}");
        assert_page(&stranger.get(&path).await, 404, "Nobody tells a story here");
        let answer = stranger.get_json(&path).await;
        assert_problem(&answer, 404, "no-such-story", "Nobody tells a story here");
    }
}
