//! What a quest says of itself.

use game::content::Tone;
use game::{CompanionId, God, QuestionId};

use super::{ContentError, assert_counted, assert_found, in_quest};

#[test]
fn a_guest_that_is_missing_or_unknown_is_found() {
    assert_eq!(
        in_quest(|quest| quest.guest = None),
        [ContentError::GuestMissing]
    );
    let nobody = CompanionId::parse("nobody").unwrap();
    let found = in_quest(|quest| quest.guest = Some(nobody.clone()));
    assert_eq!(found, [ContentError::CompanionUnknown(nobody)]);
}

#[test]
fn seats_minutes_and_keepsakes_are_counted() {
    assert_counted(&in_quest(|quest| quest.seats = [0, 6]), "fewest seats", 0);
    assert_counted(&in_quest(|quest| quest.seats = [3, 2]), "most seats", 2);
    assert_counted(&in_quest(|quest| quest.seats = [1, 7]), "most seats", 7);
    assert_counted(&in_quest(|quest| quest.minutes = 5), "minutes", 5);
    assert_counted(&in_quest(|quest| quest.keepsakes.clear()), "keepsakes", 0);
    assert_counted(
        &in_quest(|quest| quest.scenes.truncate(4)),
        "number of scenes",
        4,
    );
}

#[test]
fn every_god_summons_to_a_quest() {
    let found = in_quest(|quest| {
        quest.summons.remove(&God::Mercus);
    });
    assert_eq!(found, [ContentError::SummonsMissing(God::Mercus)]);
}

#[test]
fn every_ending_is_asked_about_and_every_question_is_asked() {
    let none = in_quest(|quest| {
        for ending in &mut quest.endings {
            ending.after = None;
        }
    });
    assert_found(&none, &ContentError::AfterMissing);
    assert_found(&none, &ContentError::NeverAsked);
    let unknown = QuestionId::parse("why").unwrap();
    let found = in_quest(|quest| quest.endings[0].after = Some(unknown.clone()));
    assert_found(&found, &ContentError::QuestionUnknown(unknown));
    let twice = in_quest(|quest| quest.questions[0].id = QuestionId::parse("valdris-1").unwrap());
    assert_found(&twice, &ContentError::IdTwice("valdris-1".to_owned()));
    let weightless = in_quest(|quest| quest.questions[0].answers[0].moves.clear());
    assert_counted(&weightless, "gods an answer moves", 0);
}

#[test]
fn a_quest_can_end_well() {
    let found = in_quest(|quest| {
        for ending in &mut quest.endings {
            ending.tone = Tone::Bitter;
        }
    });
    assert_eq!(found, [ContentError::NoDawn]);
}

#[test]
fn what_some_would_rather_not_meet_and_what_must_not_come_out_are_said() {
    let warnings = in_quest(|quest| quest.warnings.clear());
    assert_eq!(warnings, [ContentError::Empty("the list of warnings")]);
    let secret = in_quest(|quest| quest.secret_of = None);
    assert_eq!(
        secret,
        [ContentError::Empty("the clause that names the secret")]
    );
}
