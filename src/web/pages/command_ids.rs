//! The ids that the forms of one page carry, so that a form sent twice counts once.

use std::cell::Cell;

/// A form's id as shared renderings have it: none. Text that players typed cannot look like it, because its quotation
/// marks are escaped.
const UNFILLED: &str = r#"name="command_id" value="""#;
const FILLED: [&str; 2] = [r#"name="command_id" value=""#, r#"""#];

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

    /// Gives an id to each form of a page's part that is shared, for a browser without a script. The script makes its
    /// own.
    pub fn fill(&self, shared: &str) -> String {
        let mut parts = shared.split(UNFILLED);
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let [before, after] = FILLED;
            filled.extend([before, &self.fresh(), after, part]);
        }
        filled
    }

    /// Gives the id of the next form.
    pub(crate) fn fresh(&self) -> String {
        let number = self.given.get();
        self.given.set(number + 1);
        format!("{}-{number}", self.stem)
    }
}
