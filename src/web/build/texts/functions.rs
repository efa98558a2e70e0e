//! The functions by which templates and code say a text: one a key, so that a key that is missing does not compile, and
//! one that nobody needs is a warning.

use std::fmt::Write as _;

use super::{Message, Part, markup, variables};

pub(super) fn of(messages: &[Message]) -> String {
    let mut module = String::new();
    for message in messages {
        module.push_str(&function(message));
    }
    module
}

fn function(message: &Message) -> String {
    let name = name_of(&message.key);
    let kind = if markup::has_any(&message.parts) {
        "Markup"
    } else {
        "PlainText"
    };
    if let ("PlainText", [Part::Text(text)]) = (kind, message.parts.as_slice()) {
        return format!("pub(crate) const fn {name}() -> StaticText {{ StaticText({text:?}) }}\n");
    }
    let bounds = if kind == "Markup" {
        ["Insert", "Count"]
    } else {
        ["Plain", "Count"]
    };
    let arguments = variables(&message.parts)
        .into_iter()
        .map(|(variable, decides)| {
            let bound = bounds[usize::from(decides)];
            format!("{}: impl {bound}", name_of(variable))
        });
    let arguments = arguments.collect::<Vec<_>>().join(", ");
    let mut body = String::new();
    write_parts(
        &mut body,
        &message.parts,
        if kind == "Markup" { "html" } else { "text" },
    );
    format!(
        "pub(crate) fn {name}({arguments}) -> {kind}<impl Fn(&mut dyn fmt::Write) -> fmt::Result> {{\n\
         {kind}(move |to: &mut dyn fmt::Write| {{\n{body}Ok(())\n}})\n}}\n"
    )
}

fn write_parts(body: &mut String, parts: &[Part], method: &str) {
    for part in parts {
        match part {
            Part::Text(text) => line(body, format_args!("to.write_str({text:?})?;")),
            Part::Variable(name) => line(body, format_args!("{}.{method}(to)?;", name_of(name))),
            Part::Choice(by, cases) => {
                let by = name_of(by);
                for case in cases {
                    if let Some(number) = case.number {
                        line(body, format_args!("if {by}.count() == {number} {{"));
                        write_parts(body, &case.parts, method);
                        body.push_str("} else ");
                    } else {
                        body.push_str("{\n");
                        write_parts(body, &case.parts, method);
                        body.push_str("}\n");
                    }
                }
            }
        }
    }
}

/// Adds a line of code.
fn line(body: &mut String, code: std::fmt::Arguments<'_>) {
    // A string takes whatever is written to it.
    let _ = writeln!(body, "{code}");
}

/// A key as code spells it.
fn name_of(key: &str) -> String {
    key.replace('-', "_")
}
