//! Tables at every point of their life, brought there through the router.

use game::{Command, QuestId, SceneId, SeatNo, TableId, WhisperId};
use http::StatusCode;
use serde_json::{Value, json};

use crate::client::{Answer, Client, fresh_id};
use crate::plain::plain;
use crate::server::{AWAY_AFTER_MS, Server, pass};

/// Where a table stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// Anna and Ben wait for others.
    Gathering,
    /// All six seats are taken.
    Full,
    /// Anna and Ben are being questioned; Anna has answered once.
    Questions,
    /// The first scene is open.
    Scene,
    /// Ben was away for long, and Anna has freed his seat.
    Freed,
    /// Anna has closed it.
    Closed,
}

/// A table, and who has to do with it.
#[derive(Clone, Debug)]
pub(crate) struct TableFixture {
    pub(crate) at: At,
    pub(crate) table: TableId,
    pub(crate) code: String,
    /// Anna, on seat 1.
    pub(crate) host: Client,
    /// Ben, on seat 2.
    pub(crate) guest: Client,
    /// Somebody who has never been here.
    pub(crate) stranger: Client,
    /// Recovery phrases of Anna and Ben.
    pub(crate) phrases: [String; 2],
    /// The id of the command that opened it.
    pub(crate) opened_with: String,
    /// What Anna has answered at the first question.
    pub(crate) answered: Option<Command>,
    /// The id of Ben's first question.
    pub(crate) asked_of_ben: String,
    /// The open scene, and the whisper Ben heard in it.
    pub(crate) heard: Option<(SceneId, WhisperId)>,
}

impl TableFixture {
    /// Brings a new table of `server` to this point.
    pub(crate) async fn at(server: &Server, at: At) -> Self {
        let mut fixture = Self::gather(server, at).await;
        match at {
            At::Gathering => {}
            At::Full => {
                for name in ["Chidi", "Dora", "Emil", "Fee"] {
                    sit(&mut Client::new(server), &fixture.table, name).await;
                }
            }
            At::Questions => fixture.begin().await,
            At::Scene => fixture.play_to_the_first_scene().await,
            At::Freed => {
                pass(AWAY_AFTER_MS);
                fixture
                    .host_plays(Command::Vacate { seat: SeatNo(2) })
                    .await;
            }
            At::Closed => fixture.host_plays(Command::Close {}).await,
        }
        fixture
    }

    async fn gather(server: &Server, at: At) -> Self {
        let (mut host, mut guest) = (Client::new(server), Client::new(server));
        let opened_with = fresh_id();
        let opened = open_as(&mut host, "Anna", &opened_with).await;
        let table = opened["table"].as_str().and_then(TableId::parse);
        let table = table.expect("an opened table has an id");
        let sat = sit(&mut guest, &table, "Ben").await;
        let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
        Self {
            at,
            table,
            code: text(&opened["code"]),
            host,
            guest,
            stranger: Client::new(server),
            phrases: [&opened, &sat].map(|seated| text(&seated["recovery_phrase"])),
            opened_with,
            answered: None,
            asked_of_ben: String::new(),
            heard: None,
        }
    }

    async fn host_plays(&mut self, command: Command) {
        let answer = self.host.play(&self.table, &command).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }

    async fn begin(&mut self) {
        self.host_plays(Command::Begin {
            sitting: game::Sitting::Long,
        })
        .await;
        let answer = answer_to(&stage(&mut self.host, &self.table).await);
        let answer = answer.expect("a question is asked");
        self.answered = Some(answer.clone());
        self.host_plays(answer).await;
        let asked = stage(&mut self.guest, &self.table).await["question"].take();
        asked
            .as_str()
            .unwrap_or("")
            .clone_into(&mut self.asked_of_ben);
    }

    async fn play_to_the_first_scene(&mut self) {
        self.begin().await;
        for mut client in [self.host.clone(), self.guest.clone()] {
            while let Some(answer) = answer_to(&stage(&mut client, &self.table).await) {
                client.play(&self.table, &answer).await;
            }
        }
        let choice = stage(&mut self.host, &self.table).await;
        let quest = choice["quests"][0]["quest"].as_str();
        let quest = quest.and_then(QuestId::parse).expect("quests are offered");
        for mut client in [self.host.clone(), self.guest.clone()] {
            let taken = Command::TakeUp {
                quest: quest.clone(),
            };
            client.play(&self.table, &taken).await;
        }
        let stage = stage(&mut self.guest, &self.table).await;
        let scene = stage["scene"].as_str().and_then(SceneId::parse);
        let whisper = stage["whispers"][0]["whisper"].as_str();
        self.heard = scene.zip(whisper.and_then(WhisperId::parse));
        assert!(self.heard.is_some(), "{stage}");
    }

    /// Where its page is streamed.
    pub(crate) fn page_stream(&self) -> String {
        format!("/t/{}/live", self.table)
    }

    /// Where it is streamed as JSON.
    pub(crate) fn json_stream(&self) -> String {
        format!("/api/tables/{}/events", self.table)
    }

    /// The version the table stands at, as anybody is told.
    pub(crate) async fn version(&self) -> u64 {
        let shown = view(&mut self.stranger.clone(), &self.table).await;
        shown["version"].as_u64().expect("a view has a version")
    }

    /// The table shows itself, and while it is live takes the next command.
    pub(crate) async fn plays_on(&self) {
        let page = self.host.clone().get(&format!("/t/{}", self.table)).await;
        assert_eq!(page.status, StatusCode::OK);
        if self.at == At::Closed {
            return;
        }
        let before = self.version().await;
        let say = Command::Say {
            text: "Where were we?".to_owned(),
        };
        let said = self.host.clone().play(&self.table, &say).await;
        assert_eq!(said.status, StatusCode::OK, "{}", said.text());
        assert_eq!(said.json()["version"], before + 1);
    }
}

/// Opens a table and returns what the opener is told.
pub(crate) async fn open(client: &mut Client, name: &str) -> Value {
    open_as(client, name, &fresh_id()).await
}

async fn open_as(client: &mut Client, name: &str, id: &str) -> Value {
    let body = json!({ "name": name, "command_id": id });
    let opened = client.post_json("/api/tables", &body).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text());
    opened.json()
}

/// Sits down and returns what the newcomer is told.
pub(crate) async fn sit(client: &mut Client, table: &TableId, name: &str) -> Value {
    let body = json!({ "name": name, "command_id": fresh_id() });
    let path = format!("/api/tables/{table}/seats");
    let sat = client.post_json(&path, &body).await;
    assert_eq!(sat.status, StatusCode::CREATED, "{}", sat.text());
    sat.json()
}

/// The table as `client` is shown it.
pub(crate) async fn view(client: &mut Client, table: &TableId) -> Value {
    let answer = client.get_json(&format!("/api/tables/{table}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()["view"].take()
}

/// What the table is at, as `client` is shown it.
pub(crate) async fn stage(client: &mut Client, table: &TableId) -> Value {
    view(client, table).await["stage"].take()
}

fn answer_to(stage: &Value) -> Option<Command> {
    Some(Command::Answer {
        question: game::QuestionId::parse(stage["question"].as_str()?)?,
        answer: 0,
    })
}

/// An answer to a person: this status, a page, and the sentence on it.
pub(crate) fn assert_page(answer: &Answer, status: u16, says: &str) {
    let shown = plain(&answer.body);
    assert_eq!(answer.status, status, "{shown}");
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert!(answer.text().contains("<!DOCTYPE html>"), "{shown}");
    assert!(shown.contains(says), "{says:?} is not on the page: {shown}");
    assert_guarded(answer);
}

/// An answer to a program: problem+json of this status and code, with the sentence in it.
pub(crate) fn assert_problem(answer: &Answer, status: u16, code: &str, says: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let problem = answer.json();
    assert_eq!(problem["code"], code, "{problem}");
    assert_eq!(problem["status"], status);
    assert_eq!(problem["type"], format!("urn:arcane-codex:problem:{code}"));
    let title = problem["title"].as_str().unwrap_or("");
    assert!(!title.is_empty(), "{problem}");
    let detail = problem["detail"].as_str().unwrap_or("");
    assert!(detail.contains(says), "{says:?} is not in {detail:?}");
    assert!(detail.ends_with('.'), "{detail:?} is no sentence");
    assert_guarded(answer);
}

/// What every answer carries.
pub(crate) fn assert_guarded(answer: &Answer) {
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'self'"), "{policy:?}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert!(!answer.header("x-request-id").is_empty());
}
