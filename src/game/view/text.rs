//! Prose as views hold it.

use serde::Serialize;

use crate::content::{Ending, Tone};

/// An ending.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct EndingView {
    pub title: String,
    pub tone: Tone,
    pub prose: Vec<String>,
}

impl EndingView {
    pub(super) fn of(ending: &Ending) -> Self {
        Self {
            title: ending.title.clone(),
            tone: ending.tone,
            prose: paragraphs(&ending.prose),
        }
    }
}

/// Parts prose at its empty lines.
pub(super) fn paragraphs(prose: &str) -> Vec<String> {
    prose
        .split("\n\n")
        .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|paragraph| !paragraph.is_empty())
        .collect()
}
