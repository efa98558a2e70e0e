//! What the file of the texts may hold, and what is made of it.

use super::{functions, messages, script};

fn read(source: &str) -> Result<String, String> {
    messages(source).map(|messages| functions::of(&messages))
}

#[test]
fn what_is_wrong_with_the_file_is_named_by_key_or_line() {
    let choice = |key| format!("a = {{ $n ->\n    [{key}] one\n   *[other] more\n}}\n");
    let cases = [
        ("a = <b>bold\n", "a: <b> is not closed"),
        ("a = bold</b>\n", "a: </b> closes what is not open"),
        (
            "a = She said \"no\"\n",
            "a: a plain text is set with “ ” and ’",
        ),
        (
            "script-a = <b>bold</b>\n",
            "script-a: scripts show plain text",
        ),
        ("a = one\na = two\n", "a: given twice"),
        ("a = { -codex }\n", "a: there is no term -codex"),
        ("a = { other }\n", "a: only variables"),
        ("a = { NUMBER($n) }\n", "a: only variables"),
        (
            "a = one\n    .label = two\n",
            "a: a text has no attributes here",
        ),
        ("a = one\n\nb two\n", "line 3: "),
        (&choice("few"), "a: [few]: English has [one] and [other]"),
    ];
    for (source, fault) in cases {
        let found = read(source).unwrap_err();
        assert!(found.starts_with(fault), "{source}: {found}");
    }
}

#[test]
fn every_wording_of_a_text_is_checked() {
    let source = "a = { $n ->\n    [one] <b>one</b>\n   *[other] <b>more\n}\n";
    assert_eq!(read(source).unwrap_err(), "a: <b> is not closed");
}

#[test]
fn a_text_is_what_its_markup_and_its_variables_make_of_it() {
    let cases = [
        (
            "a-b = Play\n",
            "const fn a_b() -> StaticText { StaticText(\"Play\") }",
        ),
        ("a = { $god } asks\n", "fn a(god: impl Plain) -> PlainText<"),
        (
            "a = <b>{ $x-y }</b> { $z }\n",
            "fn a(x_y: impl Insert, z: impl Insert) -> Markup<",
        ),
        (
            "-codex = Codex\na = The { -codex }\n",
            "StaticText(\"The Codex\")",
        ),
        (
            "a = { $n ->\n    [one] one\n   *[other] { $n }\n}\n",
            "fn a(n: impl Count)",
        ),
        (
            "a = { $n ->\n   *[other] more\n    [one] one\n}\n",
            "if n.count() == 1 {",
        ),
        ("a = a{\"\\u00A0\"}b\n", "StaticText(\"a\\u{a0}b\")"),
    ];
    for (source, made) in cases {
        let code = read(source).unwrap();
        assert!(code.contains(made), "{source}: {code}");
    }
}

#[test]
fn scripts_get_a_constant_or_a_function() {
    let source = "script-go-on = Go on\nscript-left = { $n ->\n    [one] One is\n   *[other] { $n } are\n} left.\n";
    let module = script::of(&messages(source).unwrap());
    let left = "export const left = (n) => `${n === 1 ? \"One is\" : `${n} are`} left.`;\n";
    assert_eq!(module, format!("export const goOn = \"Go on\";\n{left}"));
}
