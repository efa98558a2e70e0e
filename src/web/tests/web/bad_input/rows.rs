//! What the rules refuse: who asks for what, where, and what they are told.

use axum::body::Body;
use game::{Command, SeatNo};
use http::Request;

use super::asks::{
    by_form, by_json, get, get_json, ninth_answer, old_answer, old_choice, open_by_form,
    open_by_json, say, sit_again, sit_by_form, sit_by_json, take_up, whisper_of_ben,
};
use crate::client::{form, fresh_id};
use crate::fixtures::{At, TableFixture};

/// A request of this table.
pub(super) type Ask = fn(&TableFixture) -> Request<Body>;
/// A code, and the beginning of its sentence or a part of it.
pub(super) type Told = (&'static str, &'static str);

/// The client that sends the request.
#[derive(Clone, Copy, Debug)]
pub(super) enum Who {
    Host,
    Guest,
    Stranger,
}

/// A bad request and the answer to it, as a page's and as a program's.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) claim: &'static str,
    pub(super) at: At,
    pub(super) who: Who,
    pub(super) page: Option<(u16, Ask)>,
    pub(super) json: Option<(u16, Ask)>,
    pub(super) code: &'static str,
    pub(super) says: &'static str,
}

fn row(claim: &'static str, at: At, who: Who, (code, says): Told) -> Row {
    Row {
        claim,
        at,
        who,
        page: None,
        json: None,
        code,
        says,
    }
}

pub(super) fn host(claim: &'static str, at: At, told: Told) -> Row {
    row(claim, at, Who::Host, told)
}

fn guest(claim: &'static str, at: At, told: Told) -> Row {
    row(claim, at, Who::Guest, told)
}

fn stranger(claim: &'static str, at: At, told: Told) -> Row {
    row(claim, at, Who::Stranger, told)
}

impl Row {
    pub(super) fn page(self, status: u16, ask: Ask) -> Self {
        let page = Some((status, ask));
        Self { page, ..self }
    }

    pub(super) fn json(self, status: u16, ask: Ask) -> Self {
        let json = Some((status, ask));
        Self { json, ..self }
    }
}

const TOO_LONG: Told = ("name-too-long", "24 characters is the most that fits.");
const MISSING: Told = ("name-missing", "Please enter a name.");
const UNSEEN: Told = (
    "name-unreadable",
    "contains characters that cannot be shown",
);
const TAKEN: Told = ("name-taken", "Somebody called that already sits here.");
const ALIKE: Told = ("name-alike", "Somebody whose name looks the same");
const TOLD: Told = ("name-of-the-story", "the name of somebody in the story");

pub(super) fn bad_names() -> Vec<Row> {
    use At::Gathering;
    vec![
        stranger("a name of 25 letters, sitting down", Gathering, TOO_LONG)
            .page(422, |at| sit_by_form(at, &"é".repeat(25)))
            .json(422, |at| sit_by_json(at, &"é".repeat(25))),
        stranger("a name of 25 letters, opening", Gathering, TOO_LONG)
            .page(422, |_| open_by_form(&"é".repeat(25)))
            .json(422, |_| open_by_json(&"é".repeat(25))),
        stranger("no name, sitting down", Gathering, MISSING)
            .page(422, |at| sit_by_form(at, ""))
            .json(422, |at| sit_by_json(at, "")),
        stranger("a name of blanks, opening", Gathering, MISSING)
            .page(422, |_| open_by_form(" \t \u{a0}"))
            .json(422, |_| open_by_json(" \t \u{a0}")),
        stranger("a name with a control character", Gathering, UNSEEN)
            .page(422, |at| sit_by_form(at, "Eve\u{7}"))
            .json(422, |at| sit_by_json(at, "Eve\u{7}")),
        stranger("a name written backwards", Gathering, UNSEEN)
            .page(422, |at| sit_by_form(at, "\u{202e}nebE"))
            .json(422, |at| sit_by_json(at, "\u{202e}nebE")),
        stranger("a name nobody would see, opening", Gathering, UNSEEN)
            .page(422, |_| open_by_form("\u{3164}"))
            .json(422, |_| open_by_json("\u{3164}")),
        stranger("a taken name", Gathering, TAKEN)
            .page(409, |at| sit_by_form(at, " bEN "))
            .json(409, |at| sit_by_json(at, " bEN ")),
        stranger("a name that looks like a taken one", Gathering, ALIKE)
            .page(409, |at| sit_by_form(at, "\u{412}en"))
            .json(409, |at| sit_by_json(at, "\u{ff22}\u{ff45}\u{ff4e}")),
        stranger("a god's name, opening", Gathering, TOLD)
            .page(422, |_| open_by_form("Athena"))
            .json(422, |_| open_by_json("\u{410}thena")),
        stranger("a companion's name, sitting down", Gathering, TOLD)
            .page(422, |at| sit_by_form(at, "Wenna  Strake"))
            .json(422, |at| sit_by_json(at, "wenna strake")),
        stranger("a name of an accent alone", Gathering, UNSEEN)
            .page(422, |_| open_by_form("\u{301}"))
            .json(422, |at| sit_by_json(at, "\u{301}")),
        stranger("a name that ends in a blank of braille", Gathering, UNSEEN)
            .page(422, |at| sit_by_form(at, "Eve\u{2800}"))
            .json(422, |_| open_by_json("\u{2800}")),
    ]
}

const NO_CODE: Told = ("no-such-code", "No table answers to that code.");
const FULL: Told = ("table-full", "This table is full: six seats are taken.");
const BEGUN: Told = ("already-begun", "This table has begun without you.");
const CLOSED: Told = ("table-closed", "This table is closed.");

pub(super) fn no_way_in() -> Vec<Row> {
    use At::{Closed, Full, Gathering, Questions};
    vec![
        stranger("an unknown code, typed", Gathering, NO_CODE)
            .page(404, |_| get("/join?code=zzzzz-z"))
            .json(404, |_| get_json("/api/codes/ZZZZZZ")),
        stranger("an unknown code, as a link", Gathering, NO_CODE)
            .page(404, |_| get("/join/ZZZZZZ"))
            .json(404, |_| get_json("/join/ZZZZZZ")),
        stranger("an unknown code, joining", Gathering, NO_CODE).page(404, |_| {
            let id = fresh_id();
            form("/join/ZZZZZZ", &[("name", "Eve"), ("command_id", &id)])
        }),
        stranger("a malformed code", Gathering, NO_CODE)
            .page(404, |_| get("/join?code=O0I1"))
            .json(404, |_| get_json("/api/codes/O0I1")),
        stranger("a code that is no text", Gathering, NO_CODE)
            .page(404, |_| get("/join?code=%F0%9F%91%BB%00"))
            .json(404, |_| get_json("/api/codes/%F0%9F%91%BB%00")),
        stranger("a seventh seat", Full, FULL)
            .page(409, |at| sit_by_form(at, "Eve"))
            .json(409, |at| sit_by_json(at, "Eve")),
        stranger("a table that has begun", Questions, BEGUN)
            .page(409, |at| sit_by_form(at, "Eve"))
            .json(409, |at| sit_by_json(at, "Eve")),
        stranger("the code of a closed table", Closed, NO_CODE)
            .page(404, |at| sit_by_form(at, "Eve"))
            .json(404, |at| get_json(&format!("/api/codes/{}", at.code))),
        stranger("a closed table", Closed, CLOSED).json(410, |at| sit_by_json(at, "Eve")),
    ]
}

const MOVED_ON: Told = ("moved-on", "The story has moved on");
const HOST_ONLY: Told = ("host-only", "Only the host can do that.");
const NOT_NOW: Told = ("not-now", "That cannot be done now.");
const NO_CHOICE: Told = ("no-such-choice", "There is no such choice here.");
const STILL_HERE: Told = ("still-here", "They were here a moment ago.");
const NOTHING_SAID: Told = ("nothing-said", "an empty line");
const SAID_TOO_MUCH: Told = ("said-too-much", "400 characters is the most");
const NOT_OVER: Told = ("not-over", "The Chronicle opens when the story is over.");

pub(super) fn unfitting_commands() -> Vec<Row> {
    use At::{Closed, Gathering, Questions, Scene};
    vec![
        host("an old question", Questions, MOVED_ON)
            .page(409, |at| by_form(at, &old_answer(at)))
            .json(409, |at| by_json(at, &old_answer(at))),
        host("an old scene", Scene, MOVED_ON)
            .page(409, |at| by_form(at, &old_choice()))
            .json(409, |at| by_json(at, &old_choice())),
        host("a quest before its time", Gathering, MOVED_ON)
            .page(409, |at| by_form(at, &take_up()))
            .json(409, |at| by_json(at, &take_up())),
        host("a second seat", Gathering, NOT_NOW)
            .page(409, |at| by_form(at, &sit_again()))
            .json(409, |at| by_json(at, &sit_again())),
        host("what only time may do", Scene, NOT_NOW)
            .page(409, |at| by_form(at, &Command::PassTime {}))
            .json(409, |at| by_json(at, &Command::PassTime {})),
        guest("a guest begins", Gathering, HOST_ONLY)
            .page(403, |at| {
                by_form(
                    at,
                    &Command::Begin {
                        sitting: game::Sitting::Long,
                    },
                )
            })
            .json(403, |at| {
                by_json(
                    at,
                    &Command::Begin {
                        sitting: game::Sitting::Long,
                    },
                )
            }),
        guest("an answer nobody offered", Questions, NO_CHOICE)
            .page(422, |at| by_form(at, &ninth_answer(at)))
            .json(422, |at| by_json(at, &ninth_answer(at))),
        host("somebody who is here is sent away", Gathering, STILL_HERE)
            .page(409, |at| by_form(at, &Command::Vacate { seat: SeatNo(2) }))
            .json(409, |at| by_json(at, &Command::Vacate { seat: SeatNo(2) })),
        host("playing at a closed table", Closed, CLOSED)
            .page(410, |at| by_form(at, &say("Hello?")))
            .json(410, |at| by_json(at, &say("Hello?"))),
        guest("an empty line", Scene, NOTHING_SAID)
            .page(422, |at| by_form(at, &say(" \u{200b}")))
            .json(422, |at| by_json(at, &say(" \u{200b}"))),
        guest("a line of 401 letters", Scene, SAID_TOO_MUCH)
            .page(422, |at| by_form(at, &say(&"x".repeat(401))))
            .json(422, |at| by_json(at, &say(&"x".repeat(401)))),
        host("the Chronicle before the end", Scene, NOT_OVER)
            .page(409, |at| get(&format!("/t/{}/chronicle.jsonl", at.table)))
            .json(409, |at| {
                get_json(&format!("/api/tables/{}/chronicle", at.table))
            }),
    ]
}

const NO_SEAT: Told = ("no-seat", "You have no seat at this table.");
const NOT_YOURS: Told = ("not-your-seat", "This seat is no longer yours");
const NOT_HEARD: Told = ("not-your-whisper", "You did not hear that whisper.");

pub(super) fn seatless() -> Vec<Row> {
    use At::{Freed, Gathering, Scene};
    vec![
        stranger("a stranger plays", Scene, NO_SEAT)
            .page(403, |at| by_form(at, &say("Hello?")))
            .json(401, |at| by_json(at, &say("Hello?"))),
        stranger("a stranger closes", Gathering, NO_SEAT)
            .page(403, |at| by_form(at, &Command::Close {}))
            .json(401, |at| by_json(at, &Command::Close {})),
        guest("a seat freed meanwhile", Freed, NOT_YOURS)
            .page(403, |at| by_form(at, &say("Hello?")))
            .json(401, |at| by_json(at, &say("Hello?"))),
        host("somebody else's whisper", Scene, NOT_HEARD)
            .page(403, |at| by_form(at, &whisper_of_ben(at)))
            .json(403, |at| by_json(at, &whisper_of_ben(at))),
    ]
}
