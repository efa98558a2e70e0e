//! The pages around a table: the front door, joining, coming back, and what went wrong.

use askama::Template;
use game::{SeatNo, TimeLimit};

use super::words::{Describe, Word};
use super::{CommandIds, YourTable};
use crate::say::{self, StaticText};

/// What three at a table hear of one moment, as the front door shows it: who, by which sense and with its sigil, and what.
pub(crate) const OMENS: [(StaticText, &str, &str, StaticText); 3] = [
    (
        say::omen_first(),
        "spirit",
        "sense-spirit",
        say::omen_spirit(),
    ),
    (
        say::omen_second(),
        "steel",
        "sense-steel",
        say::omen_steel(),
    ),
    (say::omen_third(), "song", "sense-song", say::omen_song()),
];

/// The files of the page that is shown without a connection.
pub(crate) const OFFLINE_FILES: [&str; 3] = ["codex.css", "again.js", "sigils.svg"];

/// A field of a door's form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoorField {
    /// The player's name.
    Name,
    /// The code of a table, or its link.
    Code,
    /// The recovery phrase.
    Phrase,
    /// No single one: the form as a whole.
    Whole,
}

/// What stands in the way of a door's form, and the field at which it can be put right.
#[derive(Clone, Copy, Debug)]
pub struct DoorProblem<'a> {
    /// The field.
    pub field: DoorField,
    /// The sentence about it.
    pub sentence: &'a str,
}

impl<'a> DoorProblem<'a> {
    fn sentence_at(problem: Option<Self>, field: DoorField) -> Option<&'a str> {
        problem
            .filter(|problem| problem.field == field)
            .map(|problem| problem.sentence)
    }
}

/// The front door: what this is, the browser's own tables, opening a table, joining one, coming back.
#[derive(Debug, Template)]
#[template(path = "home.html")]
pub struct HomePage<'a> {
    /// The URL of this server, without a slash at its end.
    pub base_url: &'a str,
    /// The tables at which this browser sits.
    pub tables: &'a [YourTable],
    /// The name typed before, where the form comes back with a problem.
    pub name: &'a str,
    /// The limit chosen before.
    pub limit: TimeLimit,
    /// The code typed before.
    pub code: &'a str,
    /// What stood in the way.
    pub problem: Option<DoorProblem<'a>>,
    /// The forms' ids.
    pub ids: CommandIds,
}

impl HomePage<'_> {
    fn problem_at(&self, field: DoorField) -> Option<&str> {
        DoorProblem::sentence_at(self.problem, field)
    }

    /// Whether the form that opens a table is unfolded: something stood in its way.
    fn opens_play(&self) -> bool {
        self.problem.is_some() && !self.opens_code()
    }

    fn opens_code(&self) -> bool {
        self.problem_at(DoorField::Code).is_some()
    }
}

/// The form by which a newcomer sits down.
#[derive(Debug, Template)]
#[template(path = "join.html")]
pub struct JoinPage<'a> {
    /// The URL of this server, without a slash at its end.
    pub base_url: &'a str,
    /// The table's code.
    pub code: &'a str,
    /// The name of the host.
    pub host: Option<&'a str>,
    /// The names of those who sit there already, by seat.
    pub seated: &'a [(SeatNo, String)],
    /// The name typed before, where the form comes back with a problem.
    pub name: &'a str,
    /// A name like it that is free, where somebody has it.
    pub suggestion: Option<&'a str>,
    /// What stood in the way.
    pub problem: Option<DoorProblem<'a>>,
    /// Why no seat is to be had any more, which is nobody's mistake, and where one can watch.
    pub watch: Option<(&'a str, &'a str)>,
    /// The forms' ids.
    pub ids: CommandIds,
}

impl JoinPage<'_> {
    fn problem_at(&self, field: DoorField) -> Option<&str> {
        DoorProblem::sentence_at(self.problem, field)
    }
}

/// Asks for the code again that led to no table.
#[derive(Debug, Template)]
#[template(path = "no_table.html")]
pub struct NoTablePage<'a> {
    /// The code as it was typed.
    pub code: &'a str,
    /// What is wrong with it.
    pub problem: &'a str,
}

/// The form by which somebody takes a seat again.
#[derive(Debug, Template)]
#[template(path = "return.html")]
pub struct RecoveryPage<'a> {
    /// The code typed before, or known from the link.
    pub code: &'a str,
    /// The phrase typed before, where the form comes back with a problem.
    pub phrase: &'a str,
    /// What stood in the way.
    pub problem: Option<DoorProblem<'a>>,
}

impl RecoveryPage<'_> {
    fn problem_at(&self, field: DoorField) -> Option<&str> {
        DoorProblem::sentence_at(self.problem, field)
    }
}

/// A seat's recovery phrase, on a page without anything that others have written.
#[derive(Debug, Template)]
#[template(path = "phrase.html")]
pub struct PhrasePage<'a> {
    /// The words that bring the seat back.
    pub phrase: &'a str,
    /// Where the table is.
    pub back: &'a str,
}

/// What went wrong, and the way on.
#[derive(Debug, Template)]
#[template(path = "error.html")]
pub struct ErrorPage<'a> {
    /// What it is, in a few words.
    pub title: &'a str,
    /// The sentence that says what went wrong.
    pub sentence: &'a str,
    /// What to do.
    pub advice: &'a str,
    /// Where the way on leads.
    pub back: &'a str,
    /// What the way on is called.
    pub back_label: &'a str,
    /// After how many seconds the page asks again by itself, if it does.
    pub again_s: Option<&'a str>,
}

/// The page shown while the journal is being opened. It asks again by itself.
#[derive(Debug, Template)]
#[template(path = "startup.html")]
pub struct StartupPage<'a> {
    /// The share of the start that is done, in percent, where it is known.
    pub percent: Option<u64>,
    /// Whether a form was sent, which nobody has read.
    pub is_form_lost: bool,
    /// After how many seconds the page asks again by itself.
    pub again_s: &'a str,
}

/// What a device is told of the page when it is installed there.
#[derive(Debug, Template)]
#[template(path = "manifest.webmanifest", escape = "none")]
pub struct WebManifest;

/// The page shown without a connection, which browsers keep for that.
#[derive(Debug, Template)]
#[template(path = "offline.html")]
pub struct OfflinePage;

/// The script by which browsers show a page without a connection.
#[derive(Debug, Template)]
#[template(path = "worker.js", escape = "none")]
pub struct OfflineWorker;
