//! Leaving, in every phase: whatever waited for who left goes on, and what they had under way lapses.

use game::content::DecisionMode;
use game::{Command, Event, Gift, God, Phase, Refusal, SeatNo, Sitting};

use crate::happened::{done, trust_by};
use crate::party::{ANNA, Answer, BEN, CHRIS, Opened, Party, call};
use crate::tale::{Told, deciding, tale};

fn leave(party: &mut Party, seat: SeatNo) -> Vec<Event> {
    party.does(seat, Command::Leave {}).unwrap()
}

/// Anna and so many others are questioned.
fn questioned(others: usize) -> Party {
    let mut party = Opened::default().gathering(tale(), others);
    let sitting = Sitting::Short;
    party.does(ANNA, Command::Begin { sitting }).unwrap();
    party
}

/// A seat answers all that it is asked.
fn answers(party: &mut Party, seat: SeatNo) {
    let questions = party.table.seats()[&seat].questions.clone();
    for question in questions {
        party
            .does(
                seat,
                Command::Answer {
                    question,
                    answer: 0,
                },
            )
            .unwrap();
    }
}

#[test]
fn in_the_gathering_the_seat_is_free_again() {
    let mut party = Opened::default().gathering(tale(), 1);
    leave(&mut party, BEN);
    assert!(!party.table.seats().contains_key(&BEN));
    party.sits("Chris").unwrap();
}

#[test]
fn in_the_sitting_the_others_are_called_without_who_left() {
    let mut party = questioned(1);
    answers(&mut party, ANNA);
    assert_eq!(party.table.phase(), Phase::Interrogation);
    leave(&mut party, BEN);
    assert_eq!(party.table.phase(), Phase::QuestChoice);
}

#[test]
fn in_the_choice_of_a_quest_it_begins_without_who_left() {
    let mut party = questioned(1);
    party.time_passes();
    let quest = game::QuestId::parse("gate").unwrap();
    party.does(ANNA, Command::TakeUp { quest }).unwrap();
    leave(&mut party, BEN);
    assert_eq!(party.table.phase(), Phase::Scene);
}

#[test]
fn in_a_scene_everybody_chooses_anew_and_has_the_time_for_it() {
    let mut party = Party::in_hall(tale(), 2);
    let limit = party.table.deadline_ms();
    for seat in [ANNA, BEN, CHRIS] {
        party.chooses(seat, "sing").unwrap();
    }
    let events = leave(&mut party, CHRIS);
    assert!(
        done(&events).is_empty(),
        "the chance is another without Chris"
    );
    assert_eq!(
        party.table.deadline_ms(),
        limit,
        "it is no longer locked in"
    );
    assert_eq!(done(&party.all_choose("sing")), [("sing", vec![ANNA, BEN])]);
}

#[test]
fn a_bearer_who_leaves_passes_the_codex_on() {
    let mut party = Party::in_hall(deciding(DecisionMode::Bearer), 2);
    let events = leave(&mut party, ANNA);
    assert!(events.contains(&Event::BearerPassed { seat: BEN }));
    let (seat, handed_by) = (BEN, None);
    assert!(events.contains(&Event::HostPassed { seat, handed_by }));
    assert_eq!(
        done(&party.decides(&[(BEN, "sing")])),
        [("sing", vec![BEN])]
    );
}

#[test]
fn who_was_skipped_is_waited_for_no_more_when_another_leaves() {
    let mut party = Party::in_hall(tale(), 2);
    party.does(ANNA, Command::Skip { seat: BEN }).unwrap();
    leave(&mut party, CHRIS);
    party.chooses(ANNA, "sing").unwrap();
    assert_eq!(done(&party.time_passes()), [("sing", vec![ANNA])]);
}

#[test]
fn a_story_that_all_have_left_is_told() {
    let mut party = Party::in_hall(tale(), 1);
    leave(&mut party, ANNA);
    leave(&mut party, BEN);
    assert_eq!(party.table.phase(), Phase::Chronicle);
    let mut party = questioned(0);
    leave(&mut party, ANNA);
    assert_eq!(party.table.phase(), Phase::Closed);
}

#[test]
fn a_quiet_hand_lapses_with_its_seat() {
    let mut party = Party::in_hall(tale(), 2);
    party.acts(CHRIS, "pocket").unwrap();
    leave(&mut party, CHRIS);
    let events = party.all_choose("wait");
    assert!(
        !events
            .iter()
            .any(|event| matches!(event, Event::QuietDone(_)))
    );
}

#[test]
fn what_was_armed_lapses_with_its_seat() {
    let world = tale().outcome("sing", |sung| {
        sung.harm = game::Mark::parse("crushed");
        sung.trust = -8;
    });
    let mut party = Party::in_hall(world, 2);
    let gift = Gift::greater(God::Sylara);
    party.bears(CHRIS, gift);
    party.calls_on(CHRIS, gift).unwrap();
    leave(&mut party, CHRIS);
    let events = party.all_choose("sing");
    assert_eq!(trust_by(&events, &game::TrustReason::Outcome), -8);
}

#[test]
fn a_second_draft_is_nobodys_when_its_seat_has_left() {
    let mut party = Party::in_hall(tale(), 2);
    let gift = Gift::greater(God::Athena);
    party.bears(CHRIS, gift);
    party.calls_on(CHRIS, gift).unwrap();
    leave(&mut party, CHRIS);
    assert_eq!(done(&party.all_choose("sing")).len(), 1);
}

#[test]
fn a_second_draft_goes_on_when_somebody_leaves_in_it() {
    let mut party = Party::in_hall(tale(), 2);
    let gift = Gift::greater(God::Athena);
    party.bears(ANNA, gift);
    party.calls_on(ANNA, gift).unwrap();
    for seat in [ANNA, BEN, CHRIS] {
        party.chooses(seat, "sing").unwrap();
    }
    leave(&mut party, CHRIS);
    assert_eq!(party.chooses(ANNA, "wait"), Err(Refusal::NotNow));
    party.chooses(BEN, "wait").unwrap();
    party.chooses(ANNA, "wait").unwrap();
    assert_eq!(done(&party.time_passes()), [("wait", vec![ANNA, BEN])]);
}

fn offer(party: &mut Party, from: SeatNo, to: SeatNo) {
    let mut command = call(party.scene(), Gift::greater(God::Mercus));
    if let Command::CallOn { seat, .. } = &mut command {
        *seat = Some(to);
    }
    party.does(from, command).unwrap();
}

fn take(party: &mut Party, seat: SeatNo) -> Answer {
    let (scene, takes) = (party.scene(), true);
    party.does(seat, Command::AnswerOffer { scene, takes })
}

#[test]
fn an_offer_lapses_with_who_made_it_and_an_exchange_that_was_made_stays() {
    let mut party = Party::in_hall(tale(), 2);
    party.bears(CHRIS, Gift::greater(God::Mercus));
    offer(&mut party, CHRIS, BEN);
    leave(&mut party, CHRIS);
    assert_eq!(take(&mut party, BEN), Err(Refusal::NoOffer));

    let mut party = Party::in_hall(tale(), 2);
    party.bears(CHRIS, Gift::greater(God::Mercus));
    offer(&mut party, CHRIS, BEN);
    take(&mut party, BEN).unwrap();
    leave(&mut party, CHRIS);
    assert_eq!(party.sees(BEN).whispers.len(), 2);
}

#[test]
fn who_acts_alone_and_is_left_alone_ends_the_scene() {
    let mut party = Party::in_hall(tale(), 1);
    party.bears(ANNA, Gift::greater(God::Drakmor));
    let mut command = call(party.scene(), Gift::greater(God::Drakmor));
    if let Command::CallOn { option, .. } = &mut command {
        *option = game::OptionId::parse("sing");
    }
    party.does(ANNA, command).unwrap();
    let events = leave(&mut party, BEN);
    let both = [("sing", vec![ANNA]), ("wait", vec![ANNA])];
    assert_eq!(done(&events), both, "the default happens besides");
}

#[test]
fn a_seat_that_was_vacated_is_left_like_any_other() {
    let mut party = Party::in_hall(tale(), 1);
    party.does(BEN, Command::Vacate { seat: ANNA }).unwrap();
    assert_eq!(party.table.host(), Some(BEN));
    let events = party.decides(&[(BEN, "sing")]);
    assert_eq!(done(&events), [("sing", vec![BEN])]);
    assert_eq!(party.chooses(ANNA, "sing"), Err(Refusal::NoSeat));
}
