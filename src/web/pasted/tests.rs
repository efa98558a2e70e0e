//! What people paste, and what is found in it.

use super::*;

const CODE: &str = "K7M2QX";
const ID: &str = "halq8hyubx4bdlkthp5f";
const PHRASE: &str = "thunder panda chapel lettuce trumpet";

fn code() -> Option<WayIn> {
    Code::parse(CODE).map(WayIn::Code)
}

fn table() -> Option<WayIn> {
    TableId::parse(ID).map(WayIn::Table)
}

#[test]
fn a_code_is_found_however_it_was_typed_or_pasted() {
    for pasted in [
        "K7M2QX",
        "k7m2qx",
        " K7M 2QX ",
        "K7M-2QX",
        "K7M\u{2013}2QX",
        "K-7-M-2-Q-X",
        "K7M2QX.",
        "(K7M2QX)",
        "\u{201e}K7M2QX\u{201c}",
        "**K7M2QX**",
        "`K7M2QX`",
        "\u{200b}K7M2QX",
        "K7M\u{200b}2QX",
        "K7M2QX\u{feff}",
        "\u{2068}K7M2QX\u{2069}",
        "K7M\u{a0}2QX",
        "\u{ff2b}\u{ff17}\u{ff2d}\u{ff12}\u{ff31}\u{ff38}",
        "Code: K7M2QX",
        "The code is K7M2QX, see you at eight!",
        "Der Code lautet k7m2qx, bis gleich",
        "PLEASE JOIN K7M2QX",
        "please answer, table K7M-2QX",
        "the code is K7M 2QX",
        "Ann: K7M2QX 👻",
        "Mittwoch 234567, Code K7M2QX",
    ] {
        assert_eq!(way_in(pasted), code(), "{pasted:?}");
    }
}

#[test]
fn a_code_is_found_in_its_link_and_whatever_a_chat_makes_of_that() {
    for pasted in [
        "https://codex.example.org/join/K7M2QX",
        "HTTPS://CODEX.EXAMPLE.ORG/JOIN/K7M2QX",
        "codex.example.org/join/k7m2qx/",
        "http://192.168.1.5:5000/join/K7M2QX?fbclid=IwAR0abcdefghijklmnop",
        "<https://codex.example.org/join/K7M2QX>",
        "[Join us](https://codex.example.org/join/K7M2QX).",
        "Come to our table: https://codex.example.org/join/K7M2QX\nWe begin at eight. \u{2014} Ann",
        "PLEASE LOOK: https://codex.example.org/join/K7M2QX",
        "https://codex.example.org/join?code=k7m-2qx",
        "https://codex.example.org/return?code=K7M2QX#x",
        "https://codex.example.org/api/codes/K7M2QX",
        "https://codex.example.org/join/\u{200b}K7M2QX",
        "https://l.example/l.php?u=https%3A%2F%2Fcodex.example.org%2Fjoin%2FK7M2QX&h=AT0",
        "https://safe.example/?url=https%3A%2F%2Fcodex.example.org%2Fjoin%2FK7M2QX&data=05%7C02",
        "https://a.example/?q=https%253A%252F%252Fcodex.example.org%252Fjoin%252FK7M2QX",
        "https://www.example/url?q=https://codex.example.org/join/K7M2QX&sa=D",
    ] {
        assert_eq!(way_in(pasted), code(), "{pasted:?}");
    }
}

#[test]
fn a_table_is_found_by_its_id_in_any_of_its_links() {
    for pasted in [
        ID,
        "  HALQ8HYUBX4BDLKTHP5F. ",
        "https://codex.example.org/t/halq8hyubx4bdlkthp5f",
        "https://codex.example.org/t/halq8hyubx4bdlkthp5f#talk",
        "https://codex.example.org/t/halq8hyubx4bdlkthp5f?fbclid=x",
        "https://codex.example.org/t/halq8hyubx4bdlkthp5f/phrase",
        "https://codex.example.org/t/halq8hyubx4bdlkthp5f/, my table K7M2QX",
        "https://codex.example.org/api/tables/halq8hyubx4bdlkthp5f",
        "Table halq8hyubx4bdlkthp5f, from Ann",
        "https://l.example/?u=https%3A%2F%2Fcodex.example.org%2Ft%2Fhalq8hyubx4bdlkthp5f%23talk",
    ] {
        assert_eq!(way_in(pasted), table(), "{pasted:?}");
    }
}

#[test]
fn nothing_is_found_where_nothing_is() {
    let far = format!("{} {CODE}", "x".repeat(PASTED_MAX));
    for pasted in [
        "",
        "K7M2Q",
        "K7M2QXA",
        "O0I1",
        "\u{1f47b}\u{0}",
        "where is it?",
        "234567 is my telephone",
        "https://codex.example.org/join/",
        "\u{4e}\u{430}K7M2QX",
        &far,
    ] {
        assert_eq!(way_in(pasted), None, "{pasted:?}");
    }
}

#[test]
fn an_address_is_mended_and_a_right_one_left_alone() {
    let at_table = Some(format!("/t/{ID}"));
    let at_door = Some(format!("/join/{CODE}"));
    for (path, meant) in [
        (format!("/t/{ID}/"), &at_table),
        (format!("/t/{ID}."), &at_table),
        (format!("/T/{}", ID.to_uppercase()), &at_table),
        (format!("/t/{ID}%E2%80%8B"), &at_table),
        (format!("/t/{ID}%29"), &at_table),
        (format!("//t/{ID}"), &at_table),
        (format!("/join/{CODE}/"), &at_door),
        ("/JOIN/k7m2qx".to_owned(), &at_door),
        (format!("/Join/{CODE}\u{201d}"), &at_door),
        (format!("/t/{ID}"), &None),
        (format!("/join/{CODE}"), &None),
        (format!("/t/{ID}/nowhere"), &None),
        ("/t/halq8".to_owned(), &None),
        ("/join/".to_owned(), &None),
        ("/tables".to_owned(), &None),
        ("/".to_owned(), &None),
    ] {
        assert_eq!(address(&path), *meant, "{path}");
    }
}

#[test]
fn a_phrase_is_found_in_whatever_was_pasted_around_it() {
    for pasted in [
        PHRASE.to_owned(),
        PHRASE.to_uppercase(),
        format!("{PHRASE}."),
        PHRASE.replace(' ', "-"),
        PHRASE.replace(' ', ", "),
        PHRASE.replace(' ', "\n"),
        PHRASE.replace(' ', "\u{a0}\u{200b}"),
        format!("\u{201c}{PHRASE}\u{201d}"),
        format!("Recovery phrase: {PHRASE}"),
        format!("My phrase is {PHRASE}, keep it well"),
        "1. thunder 2. panda 3. chapel 4. lettuce 5. trumpet".to_owned(),
        format!("https://codex.example.org/t/{ID} {PHRASE}"),
        "Thunder 🐼 Panda Chapel Lettuce Trumpet".to_owned(),
    ] {
        assert_eq!(phrases(&pasted), [PHRASE], "{pasted:?}");
    }
    let after_winter = format!("winter {PHRASE}");
    assert!(phrases(&after_winter).contains(&PHRASE.to_owned()));
    for pasted in ["", "open sesame", "thunder panda chapel lettuce"] {
        assert!(phrases(pasted).is_empty(), "{pasted:?}");
    }
}

#[test]
fn one_try_is_two_guesses_at_most() {
    let all = world::recovery_words().join(" ");
    assert_eq!(phrases(&all).len(), 2);
}
