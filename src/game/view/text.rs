//! Prose as views hold it.

use serde::Serialize;

use crate::content::{Also, Ending, Tone};
use crate::rules::pace;
use crate::state::Table;

/// An ending.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct EndingView {
    pub title: String,
    pub tone: Tone,
    pub prose: Vec<String>,
}

impl EndingView {
    pub(super) fn of(table: &Table, ending: &Ending) -> Self {
        let mut prose = paragraphs(&ending.prose);
        prose.extend(also_paragraphs(table, &ending.also));
        Self {
            title: ending.title.clone(),
            tone: ending.tone,
            prose,
        }
    }
}

/// The paragraphs that follow where a mark was set.
pub(super) fn also_paragraphs(table: &Table, also: &[Also]) -> Vec<String> {
    let shown = pace::shown_also(table, also).into_iter();
    shown.map(|also| also.text.clone()).collect()
}

/// Parts prose at its empty lines.
pub(super) fn paragraphs(prose: &str) -> Vec<String> {
    prose
        .split("\n\n")
        .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|paragraph| !paragraph.is_empty())
        .collect()
}
