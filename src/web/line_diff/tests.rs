//! Steps lead from any text to any other, and to one that is alike they are few.

use std::hash::{BuildHasher, RandomState};

use game::{Dice, Seed, Version};

use super::*;

#[test]
fn steps_lead_from_any_text_to_any_other() {
    let mut dice = Dice::new(Seed([7; 32]), Version(1));
    for _ in 0..2_000 {
        // Few different lines, so that many stand more than once.
        let kinds = 1 + dice.below(12);
        let (before, after) = (random_text(&mut dice, kinds), random_text(&mut dice, kinds));
        let edits = edits(&before, &after);
        assert_eq!(
            applied(&before, &edits),
            after,
            "from {before:?}: {edits:?}"
        );
    }
}

#[test]
fn nothing_but_what_changed_is_sent() {
    let before = "<ul>\n<li>Anna\n</li>\n\n<li>Ben\n</li>\n</ul>\n<p>end\n";
    let after = "<ul>\n<li>Anna\n</li>\n\n<li>Ivy\n</li>\n\n<li>Ben\n</li>\n</ul>\n<p>The end\n";
    let expected = [
        LineEdit::Keep(4),
        LineEdit::Insert("<li>Ivy\n</li>\n".to_owned()),
        LineEdit::Keep(3),
        LineEdit::Drop(1),
        LineEdit::Insert("<p>The end".to_owned()),
        LineEdit::Keep(1),
    ];
    assert_eq!(edits(before, after), expected);
    assert_eq!(edits(after, after), [LineEdit::Keep(12)]);
}

#[test]
fn a_step_is_a_number_or_text() {
    let edits = [
        LineEdit::Keep(3),
        LineEdit::Drop(2),
        LineEdit::Insert("<p>\n".to_owned()),
    ];
    let json = serde_json::to_string(&edits).unwrap();
    assert_eq!(json, r#"[3,-2,"<p>\n"]"#);
}

fn edits(before: &str, after: &str) -> Vec<LineEdit> {
    let salt = RandomState::new();
    let hashes = |text: &str| -> Vec<u64> {
        let lines = text.split('\n');
        lines.map(|line| salt.hash_one(line)).collect()
    };
    line_edits(&hashes(before), after, &hashes(after))
}

/// What the page's script does with them.
fn applied(before: &str, edits: &[LineEdit]) -> String {
    let mut old = before.split('\n');
    let mut lines: Vec<&str> = Vec::new();
    for edit in edits {
        match edit {
            LineEdit::Keep(count) => lines.extend(old.by_ref().take(*count)),
            LineEdit::Drop(count) => assert_eq!(old.by_ref().take(*count).count(), *count),
            LineEdit::Insert(text) => lines.extend(text.split('\n')),
        }
    }
    assert_eq!(old.next(), None, "every line before stays or goes");
    lines.join("\n")
}

fn random_text(dice: &mut Dice, kinds: u32) -> String {
    let lines = dice.below(30);
    let lines: Vec<String> = (0..lines).map(|_| dice.below(kinds).to_string()).collect();
    lines.join("\n")
}
