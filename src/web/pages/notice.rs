//! Why the last command changed nothing, and what was typed for it.

use askama::filters::{Html, escape};

/// The field of a line as shared renderings have it: empty. Text that players typed cannot look like it, because its
/// quotation marks are escaped.
const EMPTY: &str = r#"name="text" value="""#;

/// What a page of a table says beside the table.
#[derive(Clone, Copy, Debug)]
pub struct Notice<'a> {
    /// The sentence.
    pub sentence: &'a str,
    /// The line that was refused. It stands in its field again, or beside the sentence if that is gone.
    pub typed: Option<&'a str>,
}

impl<'a> Notice<'a> {
    /// A sentence alone.
    pub fn says(sentence: &'a str) -> Self {
        Self {
            sentence,
            typed: None,
        }
    }

    /// Puts what was typed into its field again.
    pub fn fill(self, main: String) -> String {
        let Some(typed) = self.typed else {
            return main;
        };
        // Escaping to HTML cannot fail.
        let typed = escape(typed, Html).map_or_else(|_| String::new(), |safe| safe.to_string());
        main.replacen(EMPTY, &format!(r#"name="text" value="{typed}""#), 1)
    }

    /// Returns what was typed, if `main` has no field for it.
    pub(crate) fn lost_from(&self, main: &str) -> Option<&'a str> {
        self.typed.filter(|_| !main.contains(r#"name="text""#))
    }
}
