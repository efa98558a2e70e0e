//! Programs that others could have written play on the server by nothing but its documented API.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod common;

use std::path::Path;
use std::process::Output;
use std::time::Duration;

use futures_util::future::{join, join_all};
use game::Sitting;
use tokio::process::Command;
use tokio::time::{sleep, timeout};

use common::bot::Bot;
use common::fleet::BotFleet;
use common::server::Server;
use common::{BINARY, fresh_setup};

/// How long a table of two programs takes at most: each step is a few milliseconds, and none waits for people.
const TABLE_TIME: Duration = Duration::from_mins(5);
/// Between two looks at who has sat down.
const PAUSE: Duration = Duration::from_millis(20);

#[tokio::test]
async fn the_example_in_python_plays_to_the_chronicle() {
    plays_to_the_chronicle("python3", "play.py").await;
}

#[tokio::test]
async fn the_example_in_javascript_plays_to_the_chronicle() {
    plays_to_the_chronicle("node", "play.mjs").await;
}

/// Runs an example of `docs/clients` against a server of its own, with its limits in force as anybody meets them.
async fn plays_to_the_chronicle(interpreter: &str, name: &str) {
    let setup = fresh_setup()
        .with("LOG_LEVEL", "debug")
        .with("RATE_LIMIT_ENABLED", "true");
    let server = setup.start().await;
    let example = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/clients")
        .join(name);
    let mut program = Command::new(interpreter);
    program
        .arg(example)
        .arg(format!("http://{}", server.address()))
        .kill_on_drop(true);
    let ended = timeout(TABLE_TIME, program.output()).await;
    let Output {
        status,
        stdout,
        stderr,
    } = ended.expect("the table ends").unwrap();
    let (told, said) = (
        String::from_utf8_lossy(&stdout),
        String::from_utf8_lossy(&stderr),
    );
    assert!(status.success(), "{said}");
    let title = told.trim().split(": ").nth(1).unwrap_or_default();
    assert!(!title.is_empty() && title != "broken off", "{told} {said}");
    tells_no_token(&server);
}

#[tokio::test]
async fn the_bot_plays_to_the_chronicle_with_others() {
    let server = fresh_setup().start().await;
    let fleet = BotFleet::new(server.address(), 1);
    let mut host = Bot::open(&fleet).await;
    let found = host
        .client()
        .get(&format!("/api/tables/{}", host.table()))
        .await;
    let code = found.field("view")["code"].as_str().unwrap().to_owned();
    let url = format!("http://{}/", server.address());
    let bots = ["Ash", "Birch"].map(|name| {
        let arguments = ["play", &url, &code, "--name", name, "--pause", "1"];
        Command::new(BINARY)
            .args(arguments)
            .env_clear()
            .kill_on_drop(true)
            .output()
    });
    // The third seat plays by chance, once both have sat down.
    let playing = async {
        while seats(&host).await < 3 {
            sleep(PAUSE).await;
        }
        assert!(host.begin_sitting(Sitting::Short).await);
        host.play_on().await;
    };
    let (ended, ()) = timeout(TABLE_TIME, join(join_all(bots), playing))
        .await
        .expect("the table ends");
    for output in ended {
        let Output {
            status,
            stdout,
            stderr,
        } = output.unwrap();
        let said = String::from_utf8_lossy(&stdout);
        assert!(
            status.success(),
            "{said} {}",
            String::from_utf8_lossy(&stderr)
        );
        assert!(said.contains("Recovery phrase: "), "{said}");
        assert!(said.contains("The Chronicle is open. "), "{said}");
    }
}

async fn seats(host: &Bot) -> usize {
    let shown = host
        .client()
        .get(&format!("/api/tables/{}", host.table()))
        .await;
    shown.field("view")["seats"].as_array().unwrap().len()
}

#[tokio::test]
async fn the_bot_says_what_is_wrong_in_a_line() {
    let server = fresh_setup().start().await;
    let url = format!("http://{}", server.address());
    for (arguments, code, says) in [
        (
            [url.as_str(), "ABCDEF"],
            69,
            "No table answers to that code",
        ),
        (
            ["ftp://codex.test", "ABCDEF"],
            78,
            "URL: give the server’s address",
        ),
        (["no address", "ABCDEF"], 78, "invalid value"),
        (
            ["http://127.0.0.1:1", "ABCDEF"],
            69,
            "the server does not answer",
        ),
        // A server that is not of this API.
        ([&format!("{url}/t"), "ABCDEF"], 69, "is not of this API"),
    ] {
        let mut program = Command::new(BINARY);
        program
            .arg("play")
            .args(arguments)
            .env_clear()
            .kill_on_drop(true);
        let ended = timeout(TABLE_TIME, program.output())
            .await
            .unwrap()
            .unwrap();
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(says), "{arguments:?}: {said}");
    }
}

/// A token is as good as its seat: its signature has 64 digits, and no line of the log has such a word after a seat.
fn tells_no_token(server: &Server) {
    let log = server.text();
    assert!(log.contains("/api/tables"), "requests are logged: {log}");
    let is_token = |word: &str| {
        let signature = word.rsplit('.').next().unwrap_or_default();
        word.matches('.').count() == 3 && signature.len() == 64
    };
    let words = log.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '.');
    assert_eq!(words.into_iter().find(|word| is_token(word)), None);
    assert!(!log.contains("Bearer "));
}
