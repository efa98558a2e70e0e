//! Each refusal is of one class, by which it is answered with a status.

use game::{Refusal, RefusalClass};

/// The codes of all refusals of a class.
fn of(class: RefusalClass) -> Vec<&'static str> {
    let all = Refusal::ALL.iter();
    all.filter(|refusal| refusal.class() == class)
        .map(|refusal| refusal.code())
        .collect()
}

#[test]
fn a_refusal_keeps_its_class() {
    let invalid = [
        "name-missing",
        "name-too-long",
        "name-unreadable",
        "name-of-the-story",
        "no-such-choice",
        "own-ear",
        "no-such-telling",
        "no-such-companion",
        "slips-wrong",
        "nothing-said",
        "said-too-much",
    ];
    assert_eq!(of(RefusalClass::Invalid), invalid);
    assert_eq!(of(RefusalClass::Unseated), ["no-seat"]);
    let forbidden = [
        "host-only",
        "own-seat",
        "bearer-only",
        "not-your-whisper",
        "too-few-to-whisper",
        "tongue-tied",
        "exposed",
        "said-is-said",
        "white-feather",
        "bearer-urges",
        "not-blessed",
        "not-your-keepsake",
    ];
    assert_eq!(of(RefusalClass::Forbidden), forbidden);
    assert_eq!(of(RefusalClass::Gone), ["table-closed", "rules-outdated"]);
}

#[test]
fn a_refusal_has_a_code_of_its_own_and_a_sentence() {
    let mut codes: Vec<&str> = Refusal::ALL.iter().map(|refusal| refusal.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), Refusal::ALL.len());
    for refusal in Refusal::ALL {
        assert!(refusal.to_string().ends_with('.'), "{refusal}");
    }
}
