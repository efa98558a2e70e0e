//! What ends before any rule is asked: requests that are none, or come from elsewhere.

use axum::body::Body;
use game::Command;
use http::Method;
use serde_json::json;

use super::asks::{
    by_form, by_json, command, commands, fields, from_elsewhere, from_nowhere, get, get_json,
    in_pieces, open_by_form, open_by_json, play, said_to_be_cross_site, say,
};
use super::rows::{Row, Told, host};
use crate::client::{form, json_body, json_of_command, json_text, page, program};
use crate::fixtures::At;

pub(super) fn unreadable() -> Vec<Row> {
    let asks = |claim, says| host(claim, At::Questions, ("unreadable", says));
    vec![
        asks("an unknown word", "unknown variant `dance`")
            .page(400, |at| fields(at, &[("do", "dance")]))
            .json(400, |at| command(at, &json!({ "do": "dance" }))),
        asks("no word", "missing field `do`")
            .page(400, |at| fields(at, &[]))
            .json(400, |at| command(at, &json!({}))),
        asks("a number that is none", "could not be read")
            .page(400, |at| fields(at, &[("do", "vacate"), ("seat", "two")]))
            .json(400, |at| {
                command(at, &json!({ "do": "vacate", "seat": "two" }))
            }),
        asks("a number too large", "could not be read")
            .page(400, |at| fields(at, &[("do", "vacate"), ("seat", "256")]))
            .json(400, |at| {
                command(at, &json!({ "do": "vacate", "seat": 256 }))
            }),
        asks("a field nobody asked for", "unknown field `seat`")
            .page(400, |at| fields(at, &[("do", "begin"), ("seat", "1")]))
            .json(400, |at| command(at, &json!({ "do": "begin", "seat": 1 }))),
        asks("an id of nothing", "could not be read")
            .page(400, |at| {
                fields(at, &[("do", "take-up"), ("quest", "../x")])
            })
            .json(400, |at| {
                command(at, &json!({ "do": "take-up", "quest": "../x" }))
            }),
        asks("no command id", "missing field `command_id`")
            .page(400, |at| form(&play(at), &[("do", "begin")]))
            .json(400, |at| {
                json_body(&commands(at), &json!({ "command": { "do": "begin" } }))
            }),
        asks("a guessable command id", "16 to 64 letters, digits, dashes")
            .page(400, |at| {
                form(&play(at), &[("do", "begin"), ("command_id", "1")])
            })
            .json(400, |at| {
                json_of_command(
                    &at.table,
                    "1",
                    &Command::Begin {
                        sitting: game::Sitting::Long,
                    },
                )
            }),
        asks("no JSON", "could not be read")
            .json(400, |at| json_text(&commands(at), "{\"command_id\":")),
        asks("no text", "could not be read")
            .json(400, |at| json_text(&commands(at), vec![0xff, 0xfe])),
        asks("a body of no known kind", "could not be read")
            .page(400, |at| page(Method::POST, &play(at), "do=begin".into()))
            .json(400, |at| program(Method::POST, &commands(at), "{}".into())),
    ]
}

const TOO_LARGE: Told = ("too-large", "16 KiB is the most");

pub(super) fn too_large() -> Vec<Row> {
    use At::Gathering;
    vec![
        host("a line of 17 KiB", Gathering, TOO_LARGE)
            .page(413, |at| by_form(at, &say(&"x".repeat(17 * 1024))))
            .json(413, |at| by_json(at, &say(&"x".repeat(17 * 1024)))),
        host("a name of 17 KiB, opening", Gathering, TOO_LARGE)
            .page(413, |_| open_by_form(&"x".repeat(17 * 1024)))
            .json(413, |_| open_by_json(&"x".repeat(17 * 1024))),
        host("17 KiB in pieces, without a length", Gathering, TOO_LARGE)
            .page(413, |at| in_pieces(by_form(at, &say(""))))
            .json(413, |at| in_pieces(by_json(at, &say("")))),
    ]
}

const NO_PAGE: Told = ("not-found", "There is no such page here.");
const NO_TABLE: Told = ("no-such-table", "There is no such table here.");
const NO_METHOD: Told = ("wrong-method", "This address does not take that method.");

pub(super) fn no_such_address() -> Vec<Row> {
    let asks = |claim, told| host(claim, At::Gathering, told);
    vec![
        asks("an unknown address", NO_PAGE)
            .page(404, |_| get("/no/such/page"))
            .json(404, |_| get_json("/api/no/such/page")),
        asks("an unknown file", NO_PAGE).page(404, |_| get("/assets/codex.exe")),
        asks("a table id of the wrong shape", NO_PAGE)
            .page(404, |_| get("/t/NO-SUCH-TABLE"))
            .json(404, |_| get_json("/api/tables/..%2F..%2Fetc%2Fpasswd")),
        asks("a table nobody opened", NO_TABLE)
            .page(404, |_| get("/t/aaaaaaaaaaaaaaaaaaaa"))
            .json(404, |_| get_json("/api/tables/aaaaaaaaaaaaaaaaaaaa")),
        asks("a stream of a table nobody opened", NO_TABLE)
            .page(404, |_| get("/t/aaaaaaaaaaaaaaaaaaaa/live"))
            .json(404, |_| get_json("/api/tables/aaaaaaaaaaaaaaaaaaaa/events")),
        asks("news of a table nobody opened", NO_TABLE)
            .page(404, |_| get("/t/aaaaaaaaaaaaaaaaaaaa/news"))
            .json(404, |_| get_json("/t/aaaaaaaaaaaaaaaaaaaa/news")),
        asks("a method the address does not take", NO_METHOD)
            .page(405, |at| page(Method::PUT, &play(at), Body::empty()))
            .json(405, |at| program(Method::PUT, &commands(at), Body::empty())),
        asks("looking where tickets are issued", NO_METHOD)
            .page(405, |at| get(&format!("/t/{}/ticket", at.table)))
            .json(405, |at| {
                get_json(&format!("/api/tables/{}/ticket", at.table))
            }),
        asks("looking where one plays", NO_METHOD)
            .page(405, |at| page(Method::DELETE, &play(at), Body::empty()))
            .json(405, |at| get_json(&commands(at))),
    ]
}

const NO_SOCKETS: Told = ("no-sockets", "This server has no sockets");

pub(super) fn no_sockets() -> Vec<Row> {
    let asks = |claim| host(claim, At::Gathering, NO_SOCKETS);
    vec![
        asks("a ticket where news come by streams")
            .page(501, |at| {
                let path = format!("/t/{}/ticket", at.table);
                page(Method::POST, &path, Body::empty())
            })
            .json(501, |at| {
                let path = format!("/api/tables/{}/ticket", at.table);
                program(Method::POST, &path, Body::empty())
            }),
    ]
}

const CROSS_SITE: Told = ("cross-site", "This request came from another site");

pub(super) fn cross_site() -> Vec<Row> {
    let asks = |claim| host(claim, At::Gathering, CROSS_SITE);
    vec![
        asks("a form on another site's page")
            .page(403, |at| from_elsewhere(by_form(at, &say("Hey!"))))
            .json(403, |at| from_elsewhere(by_json(at, &say("Hey!")))),
        asks("a form on another site's page, opening")
            .page(403, |_| from_elsewhere(open_by_form("Eve")))
            .json(403, |_| from_elsewhere(open_by_json("Eve"))),
        asks("a browser says that the site is another")
            .page(403, |at| said_to_be_cross_site(by_form(at, &say("Hey!"))))
            .json(403, |at| said_to_be_cross_site(by_json(at, &say("Hey!")))),
        asks("a page without an origin")
            .page(403, |at| from_nowhere(by_form(at, &say("Hey!"))))
            .json(403, |at| from_nowhere(by_json(at, &say("Hey!")))),
    ]
}
