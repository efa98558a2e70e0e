//! Reads the texts of the interface, and makes of them what pages and scripts say: functions for the templates, a module
//! for the scripts.
//!
//! They are written in Fluent, which the tools of translators read. Of its syntax as much is used as sentences need:
//! variables, terms, and choices by a number. Whatever else stands in the file stops the build and is named.

#[path = "texts/functions.rs"]
mod functions;
#[path = "texts/markup.rs"]
mod markup;
#[path = "texts/script.rs"]
mod script;
#[cfg(test)]
#[path = "texts/tests.rs"]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, io};

use fluent_syntax::ast::{
    Entry, Expression, InlineExpression, Pattern, PatternElement, Variant, VariantKey,
};
use fluent_syntax::{parser, unicode};

/// Where the texts are. A second language is a second file in this folder: it is read the same way, has to have the same
/// keys, and each function then takes the language of its reader and chooses between them.
pub(crate) const FOLDER: &str = "texts";
const ENGLISH: &str = "texts/english.ftl";
/// With what the keys of the texts begin that scripts say.
const SCRIPT: &str = "script-";

/// A text, as it is looked up by its key.
struct Message {
    key: String,
    parts: Vec<Part>,
}

/// A piece of a text.
enum Part {
    Text(String),
    /// What is put in, by its name.
    Variable(String),
    /// One of several wordings, by the number of that name.
    Choice(String, Vec<Case>),
}

/// A wording, and the number it is for; the last of a choice is for all others.
struct Case {
    number: Option<u64>,
    parts: Vec<Part>,
}

/// What the terms of the file stand for.
type Terms = BTreeMap<String, Vec<Part>>;

/// Writes the functions into the folder `out`, and returns the module of the scripts.
pub(crate) fn build(out: &Path) -> io::Result<Vec<u8>> {
    let source = fs::read_to_string(ENGLISH)?;
    let messages = messages(&source).map_err(|fault| wrong(&fault))?;
    let (for_scripts, for_pages): (Vec<Message>, Vec<Message>) = messages
        .into_iter()
        .partition(|message| message.key.starts_with(SCRIPT));
    fs::write(out.join("say.rs"), functions::of(&for_pages))?;
    Ok(script::of(&for_scripts).into_bytes())
}

fn wrong(fault: &str) -> io::Error {
    io::Error::other(format!("{ENGLISH}: {fault}"))
}

fn messages(source: &str) -> Result<Vec<Message>, String> {
    let resource = parser::parse(source).map_err(|(_, errors)| {
        let places = errors.iter().map(|error| {
            let line = source[..error.pos.start].matches('\n').count() + 1;
            format!("line {line}: {error}")
        });
        places.collect::<Vec<_>>().join("; ")
    })?;
    let (mut terms, mut found, mut keys) = (Terms::new(), Vec::new(), BTreeSet::new());
    for entry in &resource.body {
        if let Entry::Term(term) = entry {
            let parts = parts_of(&term.value, &Terms::new())
                .map_err(|fault| format!("-{}: {fault}", term.id.name))?;
            terms.insert(term.id.name.to_owned(), parts);
        }
    }
    for entry in &resource.body {
        let Entry::Message(message) = entry else {
            continue;
        };
        let key = message.id.name;
        let read = || {
            if !message.attributes.is_empty() {
                return Err("a text has no attributes here: give each its own key".to_owned());
            }
            let value = message.value.as_ref().ok_or("a key without a text")?;
            let parts = parts_of(value, &terms)?;
            markup::check(&parts, key.starts_with(SCRIPT))?;
            Ok(parts)
        };
        let parts = read().map_err(|fault: String| format!("{key}: {fault}"))?;
        if !keys.insert(key) {
            return Err(format!("{key}: given twice"));
        }
        found.push(Message {
            key: key.to_owned(),
            parts,
        });
    }
    Ok(found)
}

fn parts_of(pattern: &Pattern<&str>, terms: &Terms) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => push_text(&mut parts, value),
            PatternElement::Placeable { expression } => put_in(&mut parts, expression, terms)?,
        }
    }
    Ok(parts)
}

fn put_in(
    parts: &mut Vec<Part>,
    expression: &Expression<&str>,
    terms: &Terms,
) -> Result<(), String> {
    match expression {
        Expression::Inline(InlineExpression::StringLiteral { value }) => {
            push_text(parts, &unicode::unescape_unicode_to_string(value));
        }
        Expression::Inline(InlineExpression::VariableReference { id }) => {
            parts.push(Part::Variable(id.name.to_owned()));
        }
        Expression::Inline(InlineExpression::TermReference { id, .. }) => {
            let term = terms
                .get(id.name)
                .ok_or_else(|| format!("there is no term -{}", id.name))?;
            for part in term {
                let Part::Text(text) = part else {
                    return Err(format!("the term -{} is to be a plain text", id.name));
                };
                push_text(parts, text);
            }
        }
        Expression::Select {
            selector: InlineExpression::VariableReference { id },
            variants,
        } => {
            let cases = variants.iter().map(|variant| case_of(variant, terms));
            let mut cases = cases.collect::<Result<Vec<_>, _>>()?;
            // The wording for all others is the last to be looked at.
            cases.sort_by_key(|case| case.number.is_none());
            parts.push(Part::Choice(id.name.to_owned(), cases));
        }
        Expression::Inline(_) | Expression::Select { .. } => {
            return Err(
                "only variables, terms, literals and choices by a variable are used here"
                    .to_owned(),
            );
        }
    }
    Ok(())
}

/// English tells one from all other numbers, so `[one]` is the number 1. A language with more classes of numbers brings
/// its own rule here.
fn case_of(variant: &Variant<&str>, terms: &Terms) -> Result<Case, String> {
    let number = match variant.key {
        _ if variant.default => None,
        VariantKey::Identifier { name: "one" } => Some(1),
        VariantKey::Identifier { name } => {
            return Err(format!("[{name}]: English has [one] and [other]"));
        }
        VariantKey::NumberLiteral { value } => Some(
            value
                .parse()
                .map_err(|_| format!("[{value}] is not a whole number"))?,
        ),
    };
    Ok(Case {
        number,
        parts: parts_of(&variant.value, terms)?,
    })
}

fn push_text(parts: &mut Vec<Part>, text: &str) {
    if let Some(Part::Text(before)) = parts.last_mut() {
        before.push_str(text);
    } else {
        parts.push(Part::Text(text.to_owned()));
    }
}

/// The variables of a text in the order in which they come first, and whether a wording depends on each.
fn variables(parts: &[Part]) -> Vec<(&str, bool)> {
    let mut found: Vec<(&str, bool)> = Vec::new();
    let mut note = |name, decides| match found.iter_mut().find(|(known, _)| *known == name) {
        Some((_, decided)) => *decided |= decides,
        None => found.push((name, decides)),
    };
    for part in parts {
        match part {
            Part::Text(_) => {}
            Part::Variable(name) => note(name, false),
            Part::Choice(by, cases) => {
                note(by, true);
                for case in cases {
                    for (name, decides) in variables(&case.parts) {
                        note(name, decides);
                    }
                }
            }
        }
    }
    found
}
