//! The description of the JSON API: an `OpenAPI` 3.1 document, made from the types that requests and answers are read and
//! written by.
//!
//! `docs/openapi.json` holds it as it was published. A test compares both, and says what kind of change it has found.

mod operations;
mod problems;
mod schemas;

#[cfg(test)]
mod changes;
#[cfg(test)]
mod fits;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

use crate::sockets::SocketMessage;
use crate::wire::{BeatEvent, ByeEvent, NewsAnswer, ProblemAnswer, TableAnswer};
use operations::{Caller, Content, DescribedAnswer};
use schemas::{Schemas, schema_of};

#[cfg(test)]
pub(crate) use fits::misfit;
pub(crate) use operations::{
    CHRONICLE, COME_BACK, EVENTS, FIND, KEYS, OPEN, OPERATIONS, Operation, PLAY_COMMAND, SIT,
    TICKET, VIEW,
};
pub(crate) use problems::{ProblemCode, ProblemKind, all as problem_kinds, is_listed};

/// The version of the API: the first number never changes below this address, the second counts additions.
const VERSION: &str = "1.0";

const DESCRIPTION: &str = "What a page can do, as JSON. `docs/api.md` tells how a table is played, what is promised of \
    these addresses, and for how long. Every answer has an `X-Request-ID`; problems are `application/problem+json` with a \
    stable `code`. Answers and lists of words may grow: skip what you do not know.";

const BEARER: &str =
    "The `token` of the answer that gave you the seat. It is looked at before any cookie.";
const COOKIE: &str = "The cookie that came with the answer that gave you the seat; its name ends with the table’s id. It \
    counts only in requests that no other site’s page sends.";

/// The document, made once.
static DOCUMENT: LazyLock<Value> = LazyLock::new(described);
/// The same as it is served and kept, each field on a line of its own.
static TEXT: LazyLock<String> = LazyLock::new(|| format!("{:#}\n", *DOCUMENT));

/// Returns the description of the API.
pub(crate) fn document() -> &'static Value {
    &DOCUMENT
}

/// Returns the description of the API as text: the same in every process of a release.
pub fn openapi_text() -> &'static str {
    &TEXT
}

fn described() -> Value {
    let mut schemas = Schemas::new();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for operation in OPERATIONS {
        let method = operation.method.as_str().to_ascii_lowercase();
        let described = described_operation(operation, &mut schemas);
        paths
            .entry(operation.path)
            .or_default()
            .insert(method, described);
    }
    let mut paths = json!(paths);
    let components = schemas.resolve(&mut paths);
    json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "The Arcane Codex",
            "version": VERSION,
            "description": DESCRIPTION,
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        "servers": [{ "url": "/" }],
        "tags": [
            { "name": "Tables", "description": "Opening a table, finding one, and taking a seat." },
            { "name": "Playing", "description": "What a seat sees and does." },
            { "name": "News", "description": "How a program learns that something has changed." },
        ],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer", "description": BEARER },
                "cookie": { "type": "apiKey", "in": "cookie", "name": "seat-{table}", "description": COOKIE },
            },
        },
    })
}

fn described_operation(operation: &Operation, schemas: &mut Schemas) -> Value {
    let mut described = json!({
        "operationId": operation.id,
        "tags": [operation.group],
        "summary": operation.summary,
        "description": operation.description,
        "parameters": parameters(operation, schemas),
        "responses": answers(operation, schemas),
        "security": match operation.caller {
            Caller::Anybody => json!([]),
            Caller::Seat => json!([{ "token": [] }, { "cookie": [] }]),
            Caller::SeatOrSpectator => json!([{}, { "token": [] }, { "cookie": [] }]),
        },
    });
    if let Some(body) = operation.body {
        described["requestBody"] = json!({
            "required": true,
            "content": { "application/json": { "schema": body(&mut schemas.asked) } },
        });
    }
    if operation.id == operations::TICKET.id {
        described["x-socket"] = socket(schemas);
    }
    described
}

fn parameters(operation: &Operation, schemas: &mut Schemas) -> Vec<Value> {
    let generator = &mut schemas.asked;
    let named = operation
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<Value> = named
        .map(|name| {
            let (says, schema) = match name {
                "table" => ("The table’s id.", generator.subschema_for::<game::TableId>()),
                _ => ("A code, a link or a sentence with one.", generator.subschema_for::<String>()),
            };
            json!({ "name": name, "in": "path", "required": true, "description": says, "schema": schema })
        })
        .collect();
    if let Some(query) = operation.query {
        let fields = query(generator).to_value();
        let fields = fields["properties"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        parameters.extend(fields.into_iter().map(|(name, mut schema)| {
            let says = schema.as_object_mut().and_then(|schema| schema.remove("description"));
            json!({ "name": name, "in": "query", "required": false, "description": says, "schema": schema })
        }));
    }
    if matches!(
        operation.answers,
        [DescribedAnswer {
            content: Content::Events,
            ..
        }]
    ) {
        parameters.push(json!({
            "name": "Last-Event-ID",
            "in": "header",
            "required": false,
            "description": "The id of the event that the client had last. It goes before `since`.",
            "schema": { "type": "string" },
        }));
    }
    parameters
}

fn answers(operation: &Operation, schemas: &mut Schemas) -> Map<String, Value> {
    let good = operation.answers.iter().map(|answer| {
        let mut described = json!({ "description": answer.says });
        if let Some((kind, content)) = content(&answer.content, &mut schemas.told) {
            described["content"] = json!({ kind: content });
        }
        if matches!(answer.content, Content::Seat(_)) {
            let says = "The seat’s cookie, as a browser keeps it.";
            described["headers"] = json!({ "Set-Cookie": header(says, "string") });
        }
        (answer.status.to_string(), described)
    });
    let mut answers: Map<String, Value> = good.collect();
    let mut problems: BTreeMap<u16, Vec<ProblemKind>> = BTreeMap::new();
    for kind in problems::of(operation.problems) {
        problems.entry(kind.status).or_default().push(kind);
    }
    for (status, kinds) in problems {
        answers.insert(
            status.to_string(),
            problem(status, &kinds, &mut schemas.told),
        );
    }
    answers
}

/// The media type of an answer, and what it holds.
fn content(content: &Content, told: &mut SchemaGenerator) -> Option<(&'static str, Value)> {
    Some(match content {
        Content::Empty => return None,
        Content::Json(schema) | Content::Seat(schema) => {
            ("application/json", json!({ "schema": schema(told) }))
        }
        Content::Lines(schema) => (
            "application/jsonl",
            json!({ "schema": { "type": "string" }, "x-line": schema(told) }),
        ),
        Content::Events => (
            "text/event-stream",
            json!({
                "schema": { "type": "string" },
                "x-events": {
                    "view": schema_of::<TableAnswer<'static>>(told),
                    "merge": {
                        "type": "object",
                        "description": "A JSON merge patch (RFC 7396) from the view sent before; only with \
                                        `changes=merge`.",
                    },
                    "beat": schema_of::<BeatEvent>(told),
                    "bye": schema_of::<ByeEvent>(told),
                },
            }),
        ),
    })
}

fn problem(status: u16, kinds: &[ProblemKind], told: &mut SchemaGenerator) -> Value {
    let codes: Vec<&str> = kinds.iter().map(|kind| kind.code).collect();
    let mut described = json!({
        "description": format!("A problem: {}.", codes.join(", ")),
        "content": { "application/problem+json": { "schema": schema_of::<ProblemAnswer>(told) } },
        "x-codes": codes,
    });
    match status {
        401 => {
            let says = "The scheme by which a seat is proved besides by its cookie.";
            described["headers"] = json!({ "WWW-Authenticate": header(says, "string") });
        }
        429 | 503 => {
            let says = "Seconds after which to ask again.";
            described["headers"] = json!({ "Retry-After": header(says, "integer") });
        }
        _ => {}
    }
    described
}

fn header(says: &str, kind: &str) -> Value {
    json!({ "description": says, "schema": { "type": kind } })
}

/// What goes through a socket, in both directions.
fn socket(schemas: &mut Schemas) -> Value {
    json!({
        "description": "A message is JSON in a text frame. `data` is text: that of the event of the event stream.",
        "sends": schema_of::<SocketMessage>(&mut schemas.asked),
        "receives": schema_of::<NewsAnswer<'static>>(&mut schemas.told),
    })
}
