//! The texts of the interface, by key: `texts/english.ftl`, made into one function a text when the program is built.
//!
//! Nothing is looked up or parsed while a page is made, and nothing is allocated: a text without variables is a
//! [`StaticText`], one with them writes itself piece by piece ([`PlainText`], or [`Markup`] where it holds HTML). A key that is
//! missing does not compile, and one that nobody needs is a warning.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use askama::filters::{Escaper as _, Html, HtmlSafe, escape};
use askama::{FastWritable, Values};
use game::Code;

/// A text without variables and without markup: the same in HTML and elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StaticText(&'static str);

/// A plain text with variables. In HTML what is put in is escaped.
#[derive(Clone, Copy)]
pub(crate) struct PlainText<F>(F);

/// A piece of HTML. What is put in is escaped, unless it is such a piece itself.
#[derive(Clone, Copy)]
pub(crate) struct Markup<F>(F);

/// What can be put into a piece of HTML.
pub(crate) trait Insert {
    /// Writes it as HTML.
    fn html(&self, to: &mut dyn fmt::Write) -> fmt::Result;
}

/// What can be put into a plain text, too.
pub(crate) trait Plain: Insert {
    /// Writes it as it is.
    fn text(&self, to: &mut dyn fmt::Write) -> fmt::Result;
}

/// A number by which a text chooses its wording.
pub(crate) trait Count: Plain {
    fn count(&self) -> u64;
}

impl StaticText {
    /// Nothing, where there is nothing to say.
    pub(crate) const EMPTY: Self = Self("");

    /// The text.
    pub(crate) const fn as_str(self) -> &'static str {
        self.0
    }
}

impl Deref for StaticText {
    type Target = str;

    fn deref(&self) -> &str {
        self.0
    }
}

impl fmt::Display for StaticText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl FastWritable for StaticText {
    fn write_into(&self, to: &mut dyn fmt::Write, _values: &dyn Values) -> askama::Result<()> {
        Ok(to.write_str(self.0)?)
    }
}

/// The build stops at a text that would have to be escaped.
impl HtmlSafe for StaticText {}

impl<F: Fn(&mut dyn fmt::Write) -> fmt::Result> fmt::Display for PlainText<F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.0)(formatter)
    }
}

impl<F: Fn(&mut dyn fmt::Write) -> fmt::Result> FastWritable for PlainText<F> {
    fn write_into(&self, to: &mut dyn fmt::Write, _values: &dyn Values) -> askama::Result<()> {
        Ok((self.0)(to)?)
    }
}

impl<F: Fn(&mut dyn fmt::Write) -> fmt::Result> fmt::Display for Markup<F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.0)(formatter)
    }
}

impl<F: Fn(&mut dyn fmt::Write) -> fmt::Result> FastWritable for Markup<F> {
    fn write_into(&self, to: &mut dyn fmt::Write, _values: &dyn Values) -> askama::Result<()> {
        Ok((self.0)(to)?)
    }
}

/// What was put in is escaped already.
impl<F: Fn(&mut dyn fmt::Write) -> fmt::Result> HtmlSafe for Markup<F> {}

impl<F: Fn(&mut dyn fmt::Write) -> fmt::Result> Insert for Markup<F> {
    fn html(&self, to: &mut dyn fmt::Write) -> fmt::Result {
        (self.0)(to)
    }
}

impl<F: Fn(&mut dyn fmt::Write) -> fmt::Result> Insert for PlainText<F> {
    fn html(&self, to: &mut dyn fmt::Write) -> fmt::Result {
        let Ok(escaped) = escape(self, Html);
        write!(to, "{escaped}")
    }
}

impl<F: Fn(&mut dyn fmt::Write) -> fmt::Result> Plain for PlainText<F> {
    fn text(&self, to: &mut dyn fmt::Write) -> fmt::Result {
        (self.0)(to)
    }
}

impl Insert for str {
    fn html(&self, to: &mut dyn fmt::Write) -> fmt::Result {
        Html.write_escaped_str(to, self)
    }
}

impl Plain for str {
    fn text(&self, to: &mut dyn fmt::Write) -> fmt::Result {
        to.write_str(self)
    }
}

impl<T: Insert + ?Sized> Insert for &T {
    fn html(&self, to: &mut dyn fmt::Write) -> fmt::Result {
        (**self).html(to)
    }
}

impl<T: Plain + ?Sized> Plain for &T {
    fn text(&self, to: &mut dyn fmt::Write) -> fmt::Result {
        (**self).text(to)
    }
}

impl<T: Count + ?Sized> Count for &T {
    fn count(&self) -> u64 {
        (**self).count()
    }
}

/// Puts in as a string what derefs to one.
macro_rules! strings {
    ($($name:ty),+) => {$(
        impl Insert for $name {
            fn html(&self, to: &mut dyn fmt::Write) -> fmt::Result {
                str::html(self, to)
            }
        }

        impl Plain for $name {
            fn text(&self, to: &mut dyn fmt::Write) -> fmt::Result {
                to.write_str(self)
            }
        }
    )+};
}

strings!(String, Cow<'_, str>);

/// Puts in what never has to be escaped.
macro_rules! harmless {
    ($($name:ty),+) => {$(
        impl Insert for $name {
            fn html(&self, to: &mut dyn fmt::Write) -> fmt::Result {
                write!(to, "{self}")
            }
        }

        impl Plain for $name {
            fn text(&self, to: &mut dyn fmt::Write) -> fmt::Result {
                write!(to, "{self}")
            }
        }
    )+};
}

harmless!(StaticText, Code, u8, u32, u64, usize, i32);

macro_rules! counts {
    ($($name:ty),+) => {$(
        impl Count for $name {
            fn count(&self) -> u64 {
                // A number below zero is none of those that have a wording of their own.
                u64::try_from(*self).unwrap_or(u64::MAX)
            }
        }
    )+};
}

counts!(i32, u32, u64, usize);

/// Lists names with a comma between them, each in its own direction of writing and of the class `class`, if that is one.
pub(crate) fn names<'a>(
    names: impl Iterator<Item = &'a str> + Clone,
    class: &'a str,
) -> Markup<impl Fn(&mut dyn fmt::Write) -> fmt::Result> {
    Markup(move |to: &mut dyn fmt::Write| {
        for (at, name) in names.clone().enumerate() {
            to.write_str(if at == 0 { "" } else { ", " })?;
            if class.is_empty() {
                to.write_str("<bdi>")?;
            } else {
                write!(to, r#"<bdi class="{class}">"#)?;
            }
            name.html(to)?;
            to.write_str("</bdi>")?;
        }
        Ok(())
    })
}

include!(concat!(env!("OUT_DIR"), "/say.rs"));

#[cfg(test)]
mod tests {
    use askama::Template;

    use super::*;

    /// A page that says a plain text with something put in.
    #[derive(Template)]
    #[template(source = "{{ self::tab_asks(god) }}", ext = "html")]
    struct Asking<'a> {
        god: &'a str,
    }

    #[test]
    fn what_is_put_into_a_piece_of_html_is_escaped_once() {
        let doubted = told_doubted("<i>").to_string();
        assert_eq!(doubted, "<bdi>&#60;i&#62;</bdi> doubted it.");
        let list = names(["<i>", "Ben"].into_iter(), "who");
        let urged = option_urged(list).to_string();
        let names = r#"<bdi class="who">&#60;i&#62;</bdi>, <bdi class="who">Ben</bdi>"#;
        assert_eq!(
            urged,
            format!(r#"<span class="chosen">urged by {names}</span>"#)
        );
    }

    #[test]
    fn a_plain_text_is_escaped_where_a_page_says_it() {
        assert_eq!(tab_asks("<i>").to_string(), "<i> asks");
        let page = Asking { god: "<i>" };
        assert_eq!(page.render().unwrap(), "&#60;i&#62; asks");
    }

    #[test]
    fn a_text_chooses_its_wording_by_the_number() {
        let said = [1_usize, 2, 3].map(|count| times(count).to_string());
        assert_eq!(said, ["once", "twice", "3 times"]);
        let wanted =
            |count: usize| option_wanted(names(["Ben"].into_iter(), ""), count).to_string();
        assert_eq!(
            wanted(1),
            r#"<span class="chosen"><bdi>Ben</bdi> wants this</span>"#
        );
        assert_eq!(
            wanted(2),
            r#"<span class="chosen"><bdi>Ben</bdi> want this</span>"#
        );
    }
}
