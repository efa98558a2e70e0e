//! What the Chronicle opens, and what stays sealed until then.

use game::{Fate, Manner, Stage};

use super::PAGES;

#[test]
fn every_lie_stands_in_the_chronicle_once_with_what_became_of_it() {
    let mut told = 0;
    for (what, view, page) in PAGES.iter() {
        let Stage::Chronicle(chronicle) = &view.stage else {
            continue;
        };
        let mut lies = 0;
        for scene in &chronicle.scenes {
            let hearers = scene.whispers.iter().flat_map(|one| &one.hearers);
            let twisted = hearers.filter(|one| one.fate == Fate::Twisted);
            let apart = scene.asides.iter();
            let apart = apart.filter(|aside| aside.manner == Manner::Twist);
            lies += twisted.count() + apart.count();
        }
        assert_eq!(page.matches("class=\"lie\"").count(), lies, "{what}");
        told += lies;
    }
    assert!(told > 0, "somebody lied");
}

#[test]
fn what_a_seat_is_here_for_is_sealed_into_its_own_first_scene_alone() {
    let mut sealed = 0;
    for (what, view, page) in PAGES.iter() {
        let begins = matches!(&view.stage, Stage::Scene(scene) if scene.number == 1);
        let own = view.sheet.as_ref().and_then(|sheet| sheet.stake.as_ref());
        let has = page.contains("id=\"sealed-stake\"");
        assert_eq!(has, begins && own.is_some(), "{what}");
        sealed += usize::from(has);
    }
    assert!(sealed > 0, "a quest began");
}

#[test]
fn a_seat_sees_its_calling_before_it_chooses_a_quest() {
    let chooses = PAGES.iter().filter(|(_, view, _)| {
        let chooses = matches!(view.stage, Stage::QuestChoice { .. });
        chooses && view.you.is_some() && view.told_before.is_empty()
    });
    let mut seen = 0;
    for (what, _, page) in chooses {
        let places = ["class=\"calling-card\"", "class=\"quests\""].map(|mark| page.find(mark));
        assert!(places[0].is_some() && places[0] < places[1], "{what}");
        seen += 1;
    }
    assert!(seen > 0, "a quest was chosen");
}

#[test]
fn the_words_that_go_with_a_story_name_nobody() {
    let mut sent = 0;
    for (what, view, page) in PAGES.iter() {
        for words in page.split("data-words=\"").skip(1) {
            let (words, _) = words.split_once('"').unwrap();
            for seat in &view.seats {
                assert!(!words.contains(&seat.name), "{what}: {words}");
            }
            sent += 1;
        }
    }
    assert!(sent > 0, "a story may be sent on");
}
