//! Where the words of the interface stand: in the file of its texts, and nowhere else.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::source::{files_of, root};

const TEXTS: &str = "src/web/texts/english.ftl";
const TEMPLATES: &str = "src/web/templates";
const SCRIPTS: &str = "src/web/assets";
/// Code that says something to players.
const CODE: [&str; 2] = ["src/web/pages", "src/web/error"];
/// What is written for others than players: the description of the API, with its page, and the operator's desk.
const FOR_OTHERS: [&str; 6] = [
    "reference.html",
    "reference.rs",
    "operator/sign_in.html",
    "operator/table.html",
    "operator/tables.html",
    "pages/operator.rs",
];
/// The files of such code that stand alone.
const FILES: [&str; 4] = [
    "src/web/error.rs",
    "src/web/problem.rs",
    "src/web/routes/table.rs",
    "src/web/startup.rs",
];
/// Attributes that are read to or by people.
const SAID: [&str; 8] = [
    "aria-label",
    "alt",
    "title",
    "placeholder",
    "data-said",
    "data-beat-name",
    "data-title",
    "data-words",
];
/// Attributes that hold words of programs more often: they may not hold what looks like English.
const VALUES: [&str; 3] = ["value", "content", "data-act"];
/// What such attributes hold of a page's frame.
const FRAME: [&str; 2] = [
    "width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content",
    "dark light",
];
/// The names of keys and errors that scripts know.
const NAMES: [&str; 9] = [
    "AbortError",
    "Alt",
    "Control",
    "Enter",
    "Escape",
    "Meta",
    "Notification",
    "Shift",
    "Tab",
];

#[test]
fn no_template_holds_a_word_of_its_own() {
    let mut bare = Vec::new();
    let paths = files_of("html", &[TEMPLATES]).into_iter();
    for path in paths.filter(|path| is_for_players(path)) {
        let template = fs::read_to_string(&path).unwrap();
        bare.extend(
            bare_in(&template)
                .into_iter()
                .map(|words| place(&path, &words)),
        );
    }
    assert!(bare.is_empty(), "not in {TEXTS}: {bare:#?}");
}

#[test]
fn no_script_holds_a_sentence() {
    let mut bare = Vec::new();
    let paths = files_of("js", &[SCRIPTS, TEMPLATES]);
    assert!(paths.len() > 10, "there are scripts to look at");
    for path in paths {
        let script = fs::read_to_string(&path).unwrap();
        let strings = script.lines().map(without_comment).flat_map(strings_of);
        let words = strings.filter(|text| is_said_by_script(text));
        bare.extend(words.map(|words| place(&path, &words)));
    }
    assert!(bare.is_empty(), "not in {TEXTS}: {bare:#?}");
}

#[test]
fn no_code_of_the_pages_holds_a_sentence() {
    let mut bare = Vec::new();
    let paths = files_of("rs", &CODE).into_iter();
    let paths = paths.filter(|path| !path.components().any(|part| part.as_os_str() == "tests"));
    let paths = paths.filter(|path| !path.ends_with("tests.rs") && is_for_players(path));
    for path in paths.chain(FILES.map(|file| root().join(file))) {
        let code = fs::read_to_string(&path).unwrap();
        let code = code.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let lines = said_to_players(code);
        let words = lines.flat_map(strings_of).filter(|text| is_english(text));
        bare.extend(words.map(|words| place(&path, &words)));
    }
    assert!(bare.is_empty(), "not in {TEXTS}: {bare:#?}");
}

/// A text for pages that is missing does not compile, and one that nobody needs is a warning. Scripts are not compiled.
#[test]
fn scripts_say_every_text_that_is_theirs_and_no_other() {
    let texts = fs::read_to_string(root().join(TEXTS)).unwrap();
    let keys = texts
        .lines()
        .filter_map(|line| line.strip_prefix("script-"));
    let written: BTreeSet<String> = keys
        .map(|line| in_script(line.split(' ').next().unwrap()))
        .collect();
    let mut said = BTreeSet::new();
    for path in files_of("js", &[SCRIPTS]) {
        let script = fs::read_to_string(&path).unwrap();
        let names = script.split("texts.").skip(1);
        let names = names.map(|rest| {
            rest.chars()
                .take_while(char::is_ascii_alphanumeric)
                .collect()
        });
        let names: BTreeSet<String> = names.filter(|name| name != "js").collect();
        let imports = script.contains("import * as texts from \"./texts.js\"");
        assert_eq!(imports, !names.is_empty(), "{}", path.display());
        said.extend(names);
    }
    assert!(!said.is_empty());
    assert_eq!(said, written);
}

fn is_for_players(path: &Path) -> bool {
    !FOR_OTHERS.iter().any(|name| path.ends_with(name))
}

fn place(path: &Path, words: &str) -> String {
    format!("{}: {words}", path.strip_prefix(root()).unwrap().display())
}

/// A key as scripts spell it.
fn in_script(key: &str) -> String {
    let mut words = key.split('-');
    let mut name = words.next().unwrap().to_owned();
    for word in words {
        name.push_str(&word[..1].to_ascii_uppercase());
        name.push_str(&word[1..]);
    }
    name
}

/// What a template says in words of its own.
fn bare_in(template: &str) -> Vec<String> {
    let (html, expressions) = parted(template);
    let strings = expressions.iter().flat_map(|one| strings_of(one));
    let mut bare: Vec<String> = strings.filter(|text| is_english(text)).collect();
    let mut rest = html.as_str();
    while let Some((text, after)) = rest.split_once('<') {
        bare.extend(bare_in_text(text));
        let (tag, after) = after.split_once('>').expect("a tag ends");
        bare.extend(bare_in_tag(tag));
        rest = after;
    }
    bare.extend(bare_in_text(rest));
    bare
}

fn bare_in_text(text: &str) -> Vec<String> {
    let text = text.replace("&nbsp;", " ");
    // A piece of a template may be attributes that are put into a tag.
    let first = text.trim_start().split(' ').next().unwrap_or_default();
    if first.contains("=\"") {
        return bare_in_tag(&text);
    }
    let has_words = text.contains(char::is_alphabetic);
    has_words
        .then(|| text.trim().to_owned())
        .into_iter()
        .collect()
}

fn bare_in_tag(tag: &str) -> Vec<String> {
    let mut bare = Vec::new();
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once("=\"") {
        let name = before.rsplit(char::is_whitespace).next().unwrap();
        let (value, after) = after.split_once('"').expect("a value ends");
        let is_said = SAID.contains(&name) && value.contains(char::is_alphabetic);
        let is_value = VALUES.contains(&name) && is_english(value) && !FRAME.contains(&value);
        if is_said || is_value {
            bare.push(value.to_owned());
        }
        rest = after;
    }
    bare
}

/// The HTML of a template without comments and expressions, and the expressions.
fn parted(template: &str) -> (String, Vec<String>) {
    let (mut html, mut expressions) = (String::new(), Vec::new());
    let mut rest = template;
    while let Some(at) = ["{#", "{%", "{{"]
        .iter()
        .filter_map(|begin| rest.find(begin))
        .min()
    {
        let (before, after) = rest.split_at(at);
        html.push_str(before);
        let end = match &after[..2] {
            "{#" => "#}",
            "{%" => "%}",
            _ => "}}",
        };
        let (inner, after) = after[2..].split_once(end).expect("an expression ends");
        if end != "#}" {
            expressions.push(inner.to_owned());
        }
        rest = after;
    }
    html.push_str(rest);
    (html, expressions)
}

/// The strings of a line of code, of a script or of an expression.
fn strings_of(line: &str) -> Vec<String> {
    let (mut strings, mut string, mut quote) = (Vec::new(), String::new(), None);
    for letter in line.chars() {
        match quote {
            None if matches!(letter, '"' | '`') => quote = Some(letter),
            None => {}
            Some(open) if open == letter => {
                strings.push(std::mem::take(&mut string));
                quote = None;
            }
            Some(_) => string.push(letter),
        }
    }
    strings
}

/// The lines of code without what tells a programmer why, or an operator what happened.
fn said_to_players(code: &str) -> impl Iterator<Item = &str> {
    let mut is_log = false;
    code.lines().map(without_comment).filter(move |line| {
        is_log |= line.contains("tracing::");
        let is_apart = is_log || line.contains("reason = ");
        is_log &= !line.ends_with(';');
        !is_apart
    })
}

fn without_comment(line: &str) -> &str {
    let line = line.split(" // ").next().unwrap_or_default().trim();
    let is_comment = line.starts_with("//") || line.starts_with("/*") || line.starts_with("* ");
    if is_comment { "" } else { line }
}

/// Whether a string is for people: two words beside each other, or one with a capital.
fn is_english(text: &str) -> bool {
    let text = &without_insertions(text);
    let words: Vec<&str> = text.split(' ').collect();
    let is_word = |word: &str| {
        let word = word.trim_end_matches([',', '.', ':', '!', '?', '…', ';']);
        !word.is_empty()
            && word
                .chars()
                .all(|letter| letter.is_alphabetic() || letter == '’')
    };
    let is_pair = words
        .windows(2)
        .any(|pair| is_word(pair[0]) && is_word(pair[1]));
    let mut letters = text.chars();
    let has_capital = letters.next().is_some_and(char::is_uppercase)
        && letters.next().is_some_and(char::is_lowercase);
    is_pair || (has_capital && is_word(text)) || text.ends_with('…')
}

/// The same of a script's string, which may be a selector or a name of the browser's.
fn is_said_by_script(text: &str) -> bool {
    let is_selector =
        text.contains(['#', '[', '>']) || text.starts_with('.') || is_list_of_tags(text);
    is_english(text) && !is_selector && !NAMES.contains(&text)
}

fn is_list_of_tags(text: &str) -> bool {
    let tag = |tag: &str| tag.len() <= "textarea".len() && !tag.contains(' ');
    text.contains(", ") && text.split(", ").all(tag) && text == text.to_ascii_lowercase()
}

/// A string without what is put into it.
fn without_insertions(text: &str) -> String {
    let mut parts = text.split(['{', '}']).enumerate();
    let mut kept = String::new();
    for (_, part) in parts.by_ref().filter(|(at, _)| at % 2 == 0) {
        kept.push_str(part.trim_end_matches('$'));
    }
    kept
}
