//! Requests, and commands that do not fit.

use axum::body::{Body, Bytes};
use futures_util::stream;
use game::{Command, Manner, OptionId, QuestId, QuestionId, SceneId};
use http::{HeaderValue, Method, Request};
use serde_json::{Value, json};

use crate::client::{form, form_of_command, fresh_id, json_body, json_of_command, page, program};
use crate::fixtures::TableFixture;

pub(super) fn get(path: &str) -> Request<Body> {
    page(Method::GET, path, Body::empty())
}

pub(super) fn get_json(path: &str) -> Request<Body> {
    program(Method::GET, path, Body::empty())
}

pub(super) fn open_by_form(name: &str) -> Request<Body> {
    form("/tables", &[("name", name), ("command_id", &fresh_id())])
}

pub(super) fn open_by_json(name: &str) -> Request<Body> {
    json_body(
        "/api/tables",
        &json!({ "name": name, "command_id": fresh_id() }),
    )
}

pub(super) fn sit_by_form(at: &TableFixture, name: &str) -> Request<Body> {
    let path = format!("/join/{}", at.code);
    form(&path, &[("name", name), ("command_id", &fresh_id())])
}

pub(super) fn sit_by_json(at: &TableFixture, name: &str) -> Request<Body> {
    let body = json!({ "name": name, "command_id": fresh_id() });
    json_body(&format!("/api/tables/{}/seats", at.table), &body)
}

pub(super) fn by_form(at: &TableFixture, command: &Command) -> Request<Body> {
    form_of_command(&at.table, &fresh_id(), command)
}

pub(super) fn by_json(at: &TableFixture, command: &Command) -> Request<Body> {
    json_of_command(&at.table, &fresh_id(), command)
}

/// A form of these fields, whatever they are, and a fresh id.
pub(super) fn fields(at: &TableFixture, typed: &[(&str, &str)]) -> Request<Body> {
    let id = fresh_id();
    form(&play(at), &[typed, &[("command_id", &id)]].concat())
}

/// This JSON in the place of a command, and a fresh id.
pub(super) fn command(at: &TableFixture, command: &Value) -> Request<Body> {
    let body = json!({ "command_id": fresh_id(), "command": command });
    json_body(&commands(at), &body)
}

/// Where forms play.
pub(super) fn play(at: &TableFixture) -> String {
    format!("/t/{}/play", at.table)
}

/// Where programs play.
pub(super) fn commands(at: &TableFixture) -> String {
    format!("/api/tables/{}/commands", at.table)
}

pub(super) fn in_pieces(request: Request<Body>) -> Request<Body> {
    let pieces = (0..17).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![b' '; 1024])));
    request.map(|_| Body::from_stream(stream::iter(pieces)))
}

pub(super) fn from_elsewhere(mut request: Request<Body>) -> Request<Body> {
    let origin = HeaderValue::from_static("https://elsewhere.test");
    request.headers_mut().insert("origin", origin);
    request
}

pub(super) fn from_nowhere(mut request: Request<Body>) -> Request<Body> {
    let origin = HeaderValue::from_static("null");
    request.headers_mut().insert("origin", origin);
    request
}

pub(super) fn said_to_be_cross_site(mut request: Request<Body>) -> Request<Body> {
    let site = HeaderValue::from_static("cross-site");
    request.headers_mut().insert("sec-fetch-site", site);
    request
}

pub(super) fn say(text: &str) -> Command {
    Command::Say {
        text: text.to_owned(),
    }
}

pub(super) fn old_answer(at: &TableFixture) -> Command {
    at.answered.clone().unwrap()
}

pub(super) fn old_choice() -> Command {
    Command::Choose {
        scene: SceneId::parse("a-scene-long-past").unwrap(),
        option: OptionId::parse("anything").unwrap(),
    }
}

pub(super) fn take_up() -> Command {
    Command::TakeUp {
        quest: QuestId::parse("anything").unwrap(),
    }
}

pub(super) fn sit_again() -> Command {
    Command::Sit {
        name: "Anna the Second".to_owned(),
    }
}

pub(super) fn ninth_answer(at: &TableFixture) -> Command {
    Command::Answer {
        question: QuestionId::parse(&at.asked_of_ben).unwrap(),
        answer: 8,
    }
}

pub(super) fn whisper_of_ben(at: &TableFixture) -> Command {
    let (scene, whisper) = at.heard.clone().unwrap();
    Command::Tell {
        scene,
        whisper,
        manner: Manner::Truth,
    }
}
