//! The pages around a table: the front door, joining, coming back, and what went wrong.

use askama::Template;
use game::TimeLimit;

use super::CommandIds;
use super::words::{Describe, Word};

/// The front door: what this is, opening a table, joining one, coming back.
#[derive(Debug, Template)]
#[template(path = "home.html")]
pub struct HomePage<'a> {
    /// The name typed before, where the form comes back with a problem.
    pub name: &'a str,
    /// The limit chosen before.
    pub limit: TimeLimit,
    /// The code typed before.
    pub code: &'a str,
    /// What stood in the way.
    pub problem: Option<&'a str>,
    /// The forms' ids.
    pub ids: CommandIds,
}

/// The form by which a newcomer sits down.
#[derive(Debug, Template)]
#[template(path = "join.html")]
pub struct JoinPage<'a> {
    /// The table's code.
    pub code: &'a str,
    /// The names of those who sit there already.
    pub seated: &'a [String],
    /// The name typed before, where the form comes back with a problem.
    pub name: &'a str,
    /// What stood in the way.
    pub problem: Option<&'a str>,
    /// Where one can watch, if no seat is to be had any more.
    pub watch: Option<&'a str>,
    /// The forms' ids.
    pub ids: CommandIds,
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
    pub problem: Option<&'a str>,
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
pub struct StartupPage {
    /// The share of the start that is done, in percent, where it is known.
    pub percent: Option<u64>,
    /// Whether a form was sent, which nobody has read.
    pub is_form_lost: bool,
}
