//! Texts of the wrong length, and words that do not do.

use game::content::{Kinder, Outcome, Quest};

use super::{
    ContentError, assert_counted, assert_found, find_option, in_option, in_quest, in_scene,
    in_success, in_whisper,
};

/// Puts a text somewhere in a quest.
type Put = fn(&mut Quest, String);

fn words(number: usize) -> String {
    "word ".repeat(number)
}

/// Whether a text was found too long, or too short, at this number of words.
fn is_long(found: &[ContentError], number: usize) -> bool {
    found
        .iter()
        .any(|fault| matches!(fault, ContentError::TooLong { is, .. } if *is == number))
}

fn is_short(found: &[ContentError], number: usize) -> bool {
    found
        .iter()
        .any(|fault| matches!(fault, ContentError::TooShort { is, .. } if *is == number))
}

#[test]
fn texts_too_long_for_a_phone_are_found() {
    let cases: [(usize, Put); 12] = [
        (111, |quest, text| quest.scenes[0].prose = text),
        (33, |quest, text| quest.scenes[0].whispers[0].truth = text),
        (33, |quest, text| quest.scenes[0].whispers[0].twist = text),
        (10, |quest, text| quest.scenes[0].options[0].label = text),
        (13, |quest, text| quest.scenes[0].options[0].detail = text),
        (17, |quest, text| quest.scenes[0].options[0].deed = text),
        (76, |quest, text| {
            quest.scenes[0].options[0].failure.as_mut().unwrap().text = text;
        }),
        (141, |quest, text| quest.endings[0].prose = text),
        (41, |quest, text| quest.endings[0].also[0].text = text),
        (15, |quest, text| quest.keepsakes[0].text = text),
        (15, |quest, text| quest.questions[0].answers[0].said = text),
        (6, |quest, text| quest.scenes[0].place = text),
    ];
    for (number, put) in cases {
        let found = in_quest(|quest| put(quest, words(number)));
        assert!(is_long(&found, number), "{number}: {found:?}");
    }
    let title = in_quest(|quest| quest.title = "e".repeat(61));
    assert!(is_long(&title, 61), "{title:?}");
    let pitch = in_quest(|quest| quest.pitch = "e".repeat(401));
    assert!(is_long(&pitch, 401), "{pitch:?}");
}

#[test]
fn texts_too_short_to_say_anything_are_found() {
    let cases: [(usize, Put); 4] = [
        (59, |quest, text| quest.scenes[0].prose = text),
        (11, |quest, text| quest.scenes[0].whispers[0].truth = text),
        (79, |quest, text| quest.endings[0].prose = text),
        (9, |quest, text| {
            for call in quest.summons.values_mut() {
                call.clone_from(&text);
            }
        }),
    ];
    for (number, put) in cases {
        let found = in_quest(|quest| put(quest, words(number)));
        assert!(is_short(&found, number), "{number}: {found:?}");
    }
    let empty = in_success(|success| success.text.clear());
    assert_eq!(empty, [ContentError::Empty("the text")]);
    let said = in_quest(|quest| quest.questions[0].answers[0].said.clear());
    assert_eq!(said, [ContentError::Empty("what an answer comes to")]);
}

#[test]
fn what_the_gods_say_has_eight_to_twenty_four_words() {
    let line = |number: usize| {
        in_quest(|quest| {
            let great = find_option(quest, |option| option.great);
            great
                .council
                .values_mut()
                .for_each(|speech| speech.nay = words(number));
        })
    };
    assert!(is_long(&line(25), 25) && is_short(&line(7), 7));
    assert_eq!(line(8), []);
}

#[test]
fn a_clause_has_no_full_stop_and_a_place_no_capital() {
    let said = in_quest(|quest| quest.questions[0].answers[0].said.push('.'));
    assert_eq!(said, [ContentError::NoClause("what an answer comes to")]);
    let place = in_scene(|scene| scene.place = "the Hill".to_owned());
    assert_eq!(place, [ContentError::PlaceUpperCase]);
}

#[test]
fn quotes_of_a_typewriter_are_found() {
    let found = in_success(|success| success.text.push_str(" It isn't."));
    assert_eq!(found, [ContentError::StraightQuote]);
}

#[test]
fn a_twist_is_about_as_long_as_its_truth() {
    let found = in_whisper(3, |whisper| {
        whisper.truth = "so many hens in one wet yard and not one of them is dry".to_owned();
        whisper.twist = format!("{} and yet there they all stand in a row", whisper.truth);
    });
    let uneven = |fault: &ContentError| matches!(fault, ContentError::TwistUneven { .. });
    assert!(found.iter().any(uneven), "{found:?}");
}

#[test]
fn neither_length_nor_kindness_tells_truth_from_twist() {
    let swap = |longer: fn(usize, usize) -> bool| {
        in_quest(|quest| {
            for whisper in quest
                .scenes
                .iter_mut()
                .flat_map(|scene| &mut scene.whispers)
            {
                if longer(whisper.twist.chars().count(), whisper.truth.chars().count()) {
                    std::mem::swap(&mut whisper.truth, &mut whisper.twist);
                }
            }
        })
    };
    let is = |found: &[ContentError], which: &str| {
        found.iter().any(
            |fault| matches!(fault, ContentError::OutOfRange { what, .. } if what.contains(which)),
        )
    };
    assert!(is(&swap(|twist, truth| twist > truth), "truth is longer"));
    assert!(is(&swap(|twist, truth| twist < truth), "twist is longer"));
    let kind = in_quest(|quest| {
        for whisper in quest
            .scenes
            .iter_mut()
            .flat_map(|scene| &mut scene.whispers)
        {
            whisper.kinder = Kinder::Truth;
        }
    });
    assert_counted(&kind, "kinder", 100);
}

fn saying(text: &str) -> Vec<ContentError> {
    in_success(|success: &mut Outcome| success.text = text.to_owned())
}

#[test]
fn worn_phrases_are_found() {
    for (text, struck) in [
        (
            "In the yard silence falls, and stays there.",
            "silence falls",
        ),
        ("It is an Ancient pump, and it sounds it.", "ancient"),
        (
            "He puts you right for the first time.",
            "for the first time",
        ),
        (
            "There is a darkness that listens at doors.",
            "darkness that",
        ),
    ] {
        assert_eq!(saying(text), [ContentError::Struck(struck)]);
    }
    assert_eq!(saying("The ancients are not mentioned in the deed."), []);
}

#[test]
fn likenesses_that_crowd_a_paragraph_are_found() {
    let crowded = saying("It hangs like a coat, as if somebody were in it.");
    assert_eq!(crowded, [ContentError::Likenesses(2)]);
    assert_eq!(
        saying("It hangs like a coat in here.\n\nIt drips as if it had walked."),
        []
    );
}

#[test]
fn likenesses_that_end_three_paragraphs_running_are_found() {
    let one = "It hangs there like a coat.";
    let three = saying(&format!("{one}\n\n{one}\n\n{one}"));
    assert_eq!(three, [ContentError::LikenessesRunning]);
    let parted = saying(&format!("{one}\n\n{one} It drips.\n\n{one}"));
    assert_eq!(parted, []);
}

#[test]
fn too_many_somebodies_are_found() {
    let found = in_option(|option| {
        for outcome in [&mut option.success, &mut option.failure] {
            outcome.as_mut().unwrap().text = "somebody something ".repeat(37);
        }
    });
    assert!(
        matches!(found.as_slice(), [ContentError::Vague { .. }]),
        "{found:?}"
    );
}

#[test]
fn a_line_that_fits_only_one_doer_or_only_many_is_found() {
    let line = |after: &str| {
        in_quest(|quest| {
            let great = find_option(quest, |option| option.great);
            let speech = great.council.values_mut().next().unwrap();
            speech.aye = format!("{{doer}} {after} more than this whole hill is worth to anybody");
        })
    };
    for verb in ["has", "bets", "hums", "were"] {
        assert_found(&line(verb), &ContentError::DoerVerb(verb.to_owned()));
    }
    assert_eq!(line("bet"), []);
    assert_eq!(line("always bet"), []);
}
