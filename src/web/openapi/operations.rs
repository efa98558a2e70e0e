//! Every operation of the JSON API: what it asks, what it answers, and what may stand in the way.
//!
//! The router adds these addresses by [`Operation::path`] and [`Operation::method`], so that none is served that is not
//! described here.

use http::Method;

use super::problems::ProblemSource::{
    self, Anything, Body, Chair, Commit, Deed, Ending, Guess, Journal, Lookup, Name, Phrase, Room,
    Seat, Socket, Stream, Table,
};
use super::schemas::{SchemaOf, fields_of, schema_of};
use crate::routes::api::{OpenRequest, PlayRequest, ReturnRequest, SitRequest, ViewQuery};
use crate::routes::live::StreamQuery;
use crate::wire::{CodeAnswer, CommandAnswer, PhraseAnswer, SeatAnswer, TableAnswer, TicketAnswer};

/// One address and method of the API.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    /// Its name, for programs that are written from the description.
    pub(crate) id: &'static str,
    pub(crate) group: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) description: &'static str,
    pub(crate) caller: Caller,
    /// What stands in its query, each field a parameter.
    pub(crate) query: Option<SchemaOf>,
    pub(crate) body: Option<SchemaOf>,
    pub(crate) answers: &'static [DescribedAnswer],
    pub(crate) problems: &'static [ProblemSource],
}

/// Whom an operation answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Whoever asks, alike.
    Anybody,
    /// A seat, with what it alone may see; a spectator without.
    SeatOrSpectator,
    /// A seat.
    Seat,
}

/// An answer that is no problem.
#[derive(Debug)]
pub(crate) struct DescribedAnswer {
    pub(crate) status: u16,
    pub(crate) says: &'static str,
    pub(crate) content: Content,
}

/// What an answer holds.
#[derive(Debug)]
pub(crate) enum Content {
    /// No body.
    Empty,
    /// A body of JSON.
    Json(SchemaOf),
    /// JSON, and the seat's cookie beside it.
    Seat(SchemaOf),
    /// JSON lines.
    Lines(SchemaOf),
    /// An event stream.
    Events,
}

const TABLES: &str = "Tables";
const PLAY: &str = "Playing";
const NEWS: &str = "News";

pub(crate) static OPEN: Operation = Operation {
    method: Method::POST,
    path: "/api/tables",
    id: "openTable",
    group: TABLES,
    summary: "Open a table",
    description: "Opens a table and takes its first seat, that of the host. A repeat under the same `command_id` and name \
                  is answered with the same seat.",
    caller: Caller::Anybody,
    query: None,
    body: Some(schema_of::<OpenRequest>),
    answers: &[DescribedAnswer {
        status: 201,
        says: "The table is open, and the seat is yours.",
        content: Content::Seat(schema_of::<SeatAnswer>),
    }],
    problems: &[Anything, Body, Journal, Room, Commit, Name],
};

pub(crate) static SIT: Operation = Operation {
    method: Method::POST,
    path: "/api/tables/{table}/seats",
    id: "sitDown",
    group: TABLES,
    summary: "Sit down",
    description: "Takes a seat at a table that gathers. A repeat under the same `command_id` and name is answered with \
                  the same seat.",
    caller: Caller::Anybody,
    query: None,
    body: Some(schema_of::<SitRequest>),
    answers: &[DescribedAnswer {
        status: 201,
        says: "The seat is yours.",
        content: Content::Seat(schema_of::<SeatAnswer>),
    }],
    problems: &[Anything, Body, Journal, Lookup, Table, Commit, Name, Chair],
};

pub(crate) static COME_BACK: Operation = Operation {
    method: Method::POST,
    path: "/api/return",
    id: "comeBack",
    group: TABLES,
    summary: "Come back to a seat",
    description: "Gives you a seat that you have elsewhere, too, by its recovery phrase.",
    caller: Caller::Anybody,
    query: None,
    body: Some(schema_of::<ReturnRequest>),
    answers: &[DescribedAnswer {
        status: 200,
        says: "The seat is yours here, too.",
        content: Content::Seat(schema_of::<SeatAnswer>),
    }],
    problems: &[Anything, Body, Journal, Lookup, Guess, Phrase],
};

pub(crate) static FIND: Operation = Operation {
    method: Method::GET,
    path: "/api/codes/{code}",
    id: "findTable",
    group: TABLES,
    summary: "Find the table of a code",
    description: "Finds a live table by its code, or by a link or a sentence that holds one, percent-encoded. Wrong codes \
                  are counted.",
    caller: Caller::Anybody,
    query: None,
    body: None,
    answers: &[DescribedAnswer {
        status: 200,
        says: "The table of the code.",
        content: Content::Json(schema_of::<CodeAnswer>),
    }],
    problems: &[Anything, Journal, Lookup, Guess],
};

pub(crate) static VIEW: Operation = Operation {
    method: Method::GET,
    path: "/api/tables/{table}",
    id: "viewTable",
    group: PLAY,
    summary: "See a table",
    description: "Shows the table as your seat sees it, or as a spectator does. With `after` and `wait` it is answered as \
                  soon as the table stands at another version than `after`.",
    caller: Caller::SeatOrSpectator,
    query: Some(fields_of::<ViewQuery>),
    body: None,
    answers: &[
        DescribedAnswer {
            status: 200,
            says: "The table as you may see it.",
            content: Content::Json(schema_of::<TableAnswer<'static>>),
        },
        DescribedAnswer {
            status: 204,
            says: "The table still stood at the version `after` when the wait was over.",
            content: Content::Empty,
        },
    ],
    problems: &[Anything, Journal, Lookup, Table, Stream],
};

pub(crate) static PLAY_COMMAND: Operation = Operation {
    method: Method::POST,
    path: "/api/tables/{table}/commands",
    id: "playCommand",
    group: PLAY,
    summary: "Play a command",
    description: "Does what a seat wants to do, once: a repeat under the same `command_id` is answered as the first was. \
                  What the rules refuse changes nothing.",
    caller: Caller::Seat,
    query: None,
    body: Some(schema_of::<PlayRequest>),
    answers: &[DescribedAnswer {
        status: 200,
        says: "It is done, and kept.",
        content: Content::Json(schema_of::<CommandAnswer>),
    }],
    problems: &[
        Anything, Body, Journal, Lookup, Table, Seat, Room, Commit, Deed,
    ],
};

pub(crate) static KEYS: Operation = Operation {
    method: Method::GET,
    path: "/api/tables/{table}/phrase",
    id: "seatKeys",
    group: PLAY,
    summary: "Ask for the keys of a seat",
    description: "Tells the recovery phrase and a fresh token, signed by the operator’s newest key.",
    caller: Caller::Seat,
    query: None,
    body: None,
    answers: &[DescribedAnswer {
        status: 200,
        says: "What opens the seat elsewhere.",
        content: Content::Json(schema_of::<PhraseAnswer>),
    }],
    problems: &[Anything, Journal, Lookup, Table, Seat],
};

pub(crate) static CHRONICLE: Operation = Operation {
    method: Method::GET,
    path: "/api/tables/{table}/chronicle",
    id: "exportChronicle",
    group: PLAY,
    summary: "Export the Chronicle",
    description: "Everything that happened, once the story is over: a first line with the seed, and a line for each commit.",
    caller: Caller::Anybody,
    query: None,
    body: None,
    answers: &[DescribedAnswer {
        status: 200,
        says: "The Chronicle as JSON lines, as a file to keep.",
        content: Content::Lines(schema_of::<service::ExportLine>),
    }],
    problems: &[Anything, Journal, Lookup, Table, Ending],
};

pub(crate) static EVENTS: Operation = Operation {
    method: Method::GET,
    path: "/api/tables/{table}/events",
    id: "streamTable",
    group: NEWS,
    summary: "Watch a table",
    description: "An event stream of what you may see. The id of an event says what you have then: connect again with it as \
                  `Last-Event-ID`, or as `since`.",
    caller: Caller::SeatOrSpectator,
    query: Some(fields_of::<StreamQuery>),
    body: None,
    answers: &[DescribedAnswer {
        status: 200,
        says: "Events, until one of them says `bye`.",
        content: Content::Events,
    }],
    problems: &[Anything, Journal, Lookup, Table, Stream],
};

pub(crate) static TICKET: Operation = Operation {
    method: Method::POST,
    path: "/api/tables/{table}/ticket",
    id: "openSocket",
    group: NEWS,
    summary: "Ask for a ticket of a socket",
    description: "Where a gateway holds sockets open, a ticket opens one: connect to its `url` within a minute, and send a \
                  message.",
    caller: Caller::SeatOrSpectator,
    query: None,
    body: None,
    answers: &[DescribedAnswer {
        status: 200,
        says: "A ticket, and where to show it.",
        content: Content::Json(schema_of::<TicketAnswer>),
    }],
    problems: &[Anything, Journal, Lookup, Table, Socket],
};

/// All of them, in the order in which a reader meets them.
pub(crate) static OPERATIONS: [&Operation; 10] = [
    &OPEN,
    &SIT,
    &COME_BACK,
    &FIND,
    &VIEW,
    &PLAY_COMMAND,
    &KEYS,
    &CHRONICLE,
    &EVENTS,
    &TICKET,
];
