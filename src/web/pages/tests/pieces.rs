//! What the set pieces play: it stands in the page whole, whether or not a script plays it.

use std::collections::BTreeSet;

use game::{Aftermath, Stage, View};

use super::PAGES;
use super::html::{Tag, tags};
use crate::pages::format::{SignedNumber, Slug};

#[test]
fn a_whisper_is_in_the_page_whether_or_not_its_seal_is_broken() {
    let mut untold = 0;
    for (_, view, page) in PAGES.iter() {
        let Stage::Scene(scene) = &view.stage else {
            continue;
        };
        let seals = tags(page).into_iter();
        let seals: Vec<Tag> = seals
            .filter(|tag| tag.get("class") == Some("letter-seal"))
            .collect();
        assert_eq!(seals.len(), scene.whispers.len());
        for (seal, whisper) in seals.iter().zip(&scene.whispers) {
            let letter = format!("id=\"{}\"", seal.get("aria-controls").unwrap());
            let (_, after) = page.split_once(&letter).expect("a seal has its letter");
            let (letter, _) = after.split_once("letter-cover").unwrap();
            assert!(letter.contains(&whisper.truth), "{}", whisper.truth);
            assert!(!letter.contains("hidden"), "{letter}");
            untold += usize::from(whisper.told.is_none());
        }
    }
    assert!(untold > 0);
}

#[test]
fn to_tell_to_twist_and_to_keep_are_three_acts_of_one_look() {
    for (_, view, page) in PAGES.iter() {
        let Stage::Scene(scene) = &view.stage else {
            continue;
        };
        let open = scene.whispers.iter();
        let open = open.filter(|whisper| whisper.told.is_none()).count();
        let acts = tags(page).into_iter().filter(|tag| {
            let mut classes = tag.get("class").unwrap_or_default().split(' ');
            classes.any(|class| class == "act-equal")
        });
        let acts: Vec<Tag> = acts.collect();
        assert_eq!(acts.len(), 3 * open);
        let of_one_look = |act: &Tag| {
            let class = act.get("class").unwrap();
            class == "button act-equal" || class == "button act-equal act-done"
        };
        assert!(acts.iter().all(of_one_look), "{acts:?}");
    }
}

#[test]
fn every_telling_can_be_taken_back_and_nothing_else_waits() {
    let mut waiting = BTreeSet::new();
    for (_, _, page) in PAGES.iter() {
        for form in page.split("<form").skip(1) {
            let (form, _) = form.split_once("</form>").unwrap();
            let (_, asked) = form.split_once("name=\"do\" value=\"").unwrap_or_default();
            let (asked, _) = asked.split_once('"').unwrap_or_default();
            let tells = ["tell", "tell-aside"].contains(&asked);
            assert_eq!(form.contains("data-held-back"), tells, "{form}");
            if tells {
                waiting.insert(asked.to_owned());
            }
        }
    }
    assert_eq!(waiting.len(), 2);
}

/// What came of the last scene, and the part of the page that tells it.
fn told() -> impl Iterator<Item = (&'static View, &'static Aftermath, &'static str)> {
    PAGES.iter().filter_map(|(_, view, page)| {
        let aftermath = view.aftermath.as_ref()?;
        let (_, before) = page.split_once("id=\"before\"")?;
        let (before, _) = before.split_once("id=\"stage\"")?;
        let is_above = !matches!(view.stage, Stage::Chronicle(_));
        is_above.then_some((view, aftermath, before))
    })
}

#[test]
fn who_fared_alike_reads_of_it_once_and_each_roll_is_drawn_with_its_chance() {
    let mut rolls = 0;
    for (_, aftermath, page) in told() {
        let done = aftermath.done.iter();
        let kinds: BTreeSet<_> = done.map(|done| (&done.option, done.kind.slug())).collect();
        let deeds = page.matches("class=\"deed\"").count();
        assert_eq!(deeds, kinds.len());
        for roll in aftermath.done.iter().filter_map(|done| done.roll.as_ref()) {
            let bar = format!("class=\"roll\" data-percent=\"{}\"", roll.chance.percent);
            assert!(page.contains(&bar));
            let mark = format!("data-at=\"{}.5\"", roll.value - 1);
            assert!(page.contains(&mark), "{mark}");
            rolls += 1;
        }
    }
    assert!(rolls > 0);
}

#[test]
fn chips_say_what_moved() {
    let mut moved = 0;
    for (view, aftermath, page) in told() {
        for why in aftermath.trust_moves.iter().map(|one| &one.why) {
            let alike = aftermath.trust_moves.iter().filter(|one| one.why == *why);
            let sum: i32 = alike.map(|one| one.by).sum();
            assert!(page.contains(&format!("<b>Trust\u{a0}{}</b>", sum.signed())));
            moved += 1;
        }
        for hurt in &aftermath.hp_moves {
            assert!(page.contains(&format!("<b>HP\u{a0}{}</b>", hurt.by.signed())));
        }
        for gift in &aftermath.gifts {
            let seat = view.seats.iter().find(|seat| seat.seat == gift.seat);
            assert!(page.contains("class=\"chip\"") && seat.is_some());
        }
        let harms = page.matches("<b>A harm came about</b>").count();
        assert_eq!(harms, aftermath.harms.len());
    }
    assert!(moved > 0);
}

#[test]
fn a_council_shows_eight_seats_and_all_that_was_said() {
    let mut councils = 0;
    for (_, aftermath, page) in told() {
        let Some(council) = &aftermath.council else {
            continue;
        };
        councils += 1;
        assert_eq!(page.matches("class=\"throne\"").count(), 8);
        assert_eq!(
            page.matches("<p class=\"speech\">").count(),
            council.votes.len()
        );
    }
    assert!(councils > 0);
}
