//! The ids that the forms of one page carry, so that a form sent twice counts once.

use std::cell::Cell;

/// Hands out a command id to each form of one rendered page.
#[derive(Debug)]
pub struct CommandIds {
    stem: String,
    given: Cell<u32>,
}

impl CommandIds {
    /// Begins the ids of one page. The stem is to be random and new for each page, 8 to 50 letters and
    /// digits, so that no two pages share an id.
    pub fn new(stem: impl Into<String>) -> Self {
        Self {
            stem: stem.into(),
            given: Cell::new(0),
        }
    }

    /// Gives the id of the next form.
    pub(crate) fn fresh(&self) -> String {
        let number = self.given.get();
        self.given.set(number + 1);
        format!("{}-{number}", self.stem)
    }
}
