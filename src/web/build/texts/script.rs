//! The module of the texts that scripts say: one constant or function a key.

use super::{Message, Part, SCRIPT, variables};

pub(super) fn of(messages: &[Message]) -> String {
    let lines = messages.iter().map(|message| {
        let name = name_of(message.key.trim_start_matches(SCRIPT));
        let names: Vec<String> = variables(&message.parts)
            .into_iter()
            .map(|(name, _)| name_of(name))
            .collect();
        let text = text_of(&message.parts);
        if names.is_empty() {
            format!("export const {name} = {text};\n")
        } else {
            format!("export const {name} = ({}) => {text};\n", names.join(", "))
        }
    });
    lines.collect()
}

/// A text as an expression. Texts hold neither quotation marks nor backslashes of their own.
fn text_of(parts: &[Part]) -> String {
    if let [Part::Text(text)] = parts {
        return format!("\"{text}\"");
    }
    let written = parts.iter().map(|part| match part {
        Part::Text(text) => text.clone(),
        Part::Variable(name) => format!("${{{}}}", name_of(name)),
        Part::Choice(by, cases) => {
            let by = name_of(by);
            let cases = cases.iter().map(|case| {
                let text = text_of(&case.parts);
                case.number.map_or_else(
                    || text.clone(),
                    |number| format!("{by} === {number} ? {text} : "),
                )
            });
            format!("${{{}}}", cases.collect::<String>())
        }
    });
    format!("`{}`", written.collect::<String>())
}

/// A key as scripts spell it.
fn name_of(key: &str) -> String {
    let mut words = key.split('-');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (head, tail) = word.split_at(usize::from(!word.is_empty()));
        name + &head.to_ascii_uppercase() + tail
    })
}
