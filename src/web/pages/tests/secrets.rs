//! Who sees what on the pages.

use game::{OwnWhisper, Stage, View};

use super::PAGES;

#[test]
fn a_whisper_shows_its_twist_to_its_owner_alone() {
    let mut checked = 0;
    for (_, view, page) in PAGES.iter() {
        let Stage::Scene(scene) = &view.stage else {
            continue;
        };
        for whisper in scene
            .whispers
            .iter()
            .filter(|whisper| whisper.told.is_none())
        {
            assert!(
                page.contains(&whisper.twist),
                "the owner sees {}",
                whisper.twist
            );
            for (_, other, page) in PAGES.iter().filter(|(_, other, _)| !knows(other, whisper)) {
                assert!(
                    !page.contains(&whisper.twist),
                    "{:?} sees {}",
                    other.you,
                    whisper.twist
                );
                checked += 1;
            }
        }
    }
    assert!(checked > 0);
}

/// Whether a viewer heard a whisper, was told its twist, saw somebody exposed by it, or reads the opened Chronicle.
fn knows(view: &View, whisper: &OwnWhisper) -> bool {
    let mut exposures = view.aftermath.iter().flat_map(|after| &after.exposures);
    if exposures.any(|exposed| exposed.said.as_ref() == Some(&whisper.twist)) {
        return true;
    }
    match &view.stage {
        Stage::Scene(scene) => {
            let mut own = scene.whispers.iter();
            let mut caught = scene
                .asides
                .iter()
                .filter_map(|aside| aside.caught.as_ref());
            own.any(|heard| heard.whisper == whisper.whisper)
                || scene.told.iter().any(|told| told.text == whisper.twist)
                || caught.any(|(said, _)| *said == whisper.twist)
        }
        Stage::Chronicle(_) => true,
        // What came of it: whoever was exposed had said it.
        Stage::Naming(_)
        | Stage::Gathering
        | Stage::Question(_)
        | Stage::Waiting
        | Stage::QuestChoice { .. }
        | Stage::Closed
        | Stage::Unknown => false,
    }
}

#[test]
fn a_spectator_gets_no_form_no_way_to_a_phrase_and_no_sheet() {
    for (_, view, page) in PAGES.iter().filter(|(_, view, _)| view.you.is_none()) {
        assert!(!page.contains("<form"), "{:?}", view.phase);
        assert!(!page.contains("/phrase"));
        assert!(!page.contains("sheet-details"));
    }
}
