//! A disk that fills up under the server.

use std::fs;
use std::path::{Path, PathBuf};

use game::{Command, Version};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::common::bot::Bot;
use crate::common::client::Answer;
use crate::common::fleet::{Acknowledged, BotFleet};
use crate::common::journal::JournalContents;
use crate::common::server::Server;
use crate::disk::{DISK, own_disk};

/// Commands that fill the disk at the very latest.
const COMMANDS_MAX: usize = 5_000;
const BALLAST_BYTES: usize = 1_000_000;

#[tokio::test]
async fn a_full_disk_is_told_loses_nothing_and_is_recovered_from() {
    let Some(setup) = own_disk("size=2m") else {
        return;
    };
    let world = world::library().unwrap();
    let server = setup.start().await;
    let ballast = within(&server).join("ballast");
    fs::write(&ballast, vec![0; BALLAST_BYTES]).unwrap();
    let mut bot = Bot::open(&BotFleet::new(server.address(), 4)).await;

    let mut told = Vec::new();
    let mut refused = None;
    for _ in 0..COMMANDS_MAX {
        let id = bot.fresh_id();
        let body =
            json!({ "command_id": id, "command": Command::Say { text: "word ".repeat(80) } });
        let path = bot.commands_path();
        let answer = bot
            .client()
            .ask_once(Method::POST, &path, Some(&body))
            .await
            .unwrap();
        if answer.status != StatusCode::OK {
            refused = Some((id, body, answer));
            break;
        }
        told.push(Acknowledged {
            table: bot.table().clone(),
            seat: bot.seat(),
            id,
            version: version(&answer),
            took: answer.took,
        });
    }
    let (id, body, answer) = refused.expect("a small disk fills up");
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{answer:?}");
    assert_eq!(answer.headers[CONTENT_TYPE], "application/problem+json");
    assert!(answer.headers.contains_key(RETRY_AFTER), "{answer:?}");
    assert_eq!(answer.field("code"), "storage-unavailable");
    // Players are sent elsewhere at once, though less than that command would still fit.
    assert_eq!(ready(&bot).await, StatusCode::SERVICE_UNAVAILABLE);
    let kept = copy_out(&server, &setup.folder().join("full")).await;
    kept.assert_holds(&told);
    kept.assert_whole(&world);

    fs::remove_file(&ballast).unwrap();
    let answer = bot.client().post(&bot.commands_path(), &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(ready(&bot).await, StatusCode::OK);
    told.push(Acknowledged {
        table: bot.table().clone(),
        seat: bot.seat(),
        id,
        version: version(&answer),
        took: answer.took,
    });
    let kept = copy_out(&server, &setup.folder().join("freed")).await;
    kept.assert_holds(&told);
    kept.assert_whole(&world);
}

async fn ready(bot: &Bot) -> StatusCode {
    let asked = bot.client().ask_once(Method::GET, "/health/ready", None);
    asked.await.unwrap().status
}

fn version(answer: &Answer) -> Version {
    Version(answer.field("version").as_u64().unwrap())
}

/// The server's own disk, as it sees it.
fn within(server: &Server) -> PathBuf {
    let folder = server.setup().folder().join(DISK);
    Path::new(&format!("/proc/{}/root", server.id())).join(folder.strip_prefix("/").unwrap())
}

/// Reads the journal as a server would find it that is started after a power cut now.
async fn copy_out(server: &Server, to: &Path) -> JournalContents {
    fs::create_dir(to).unwrap();
    for name in ["codex.db", "codex.db-wal"] {
        fs::copy(within(server).join(name), to.join(name)).unwrap();
    }
    JournalContents::read(&to.join("codex.db")).await
}
