//! What the gods ask: ten questions in a long sitting, five in a short one, the last of them the same for all.

use std::cmp::Reverse;

use crate::content::Question;
use crate::protocol::{Event, Refusal, Sitting};
use crate::rules::draft::Draft;
use crate::rules::{between, calling, quests};
use crate::state::Phase;
use crate::vocabulary::{Dice, God, Purpose, QuestionId, SeatNo};

/// The gods of whom a short sitting asks one each: they pull opposite ways.
const OPPOSED: [[God; 2]; 3] = [
    [God::Valdris, God::Kaitha],
    [God::Morvane, God::Korvan],
    [God::Sylara, God::Mercus],
];
/// The god whose question is open in a short sitting.
const OPEN_GOD: God = God::Drakmor;
/// What the address of later questions is counted from.
const LATER_ADDRESS: u32 = 16;

pub(super) fn begin(draft: &mut Draft<'_>, sitting: Sitting) {
    let wait_ms = draft.table.lobby.limit().interrogation_ms();
    let open_question = draw_open(draft, sitting);
    draft.happen(Event::InterrogationBegan {
        deadline_ms: draft.deadline(wait_ms),
        sitting,
        open_question,
    });
    let seats: Vec<SeatNo> = draft.table.present().map(|(no, _)| no).collect();
    for seat in seats {
        let mut dice = draft.dice(Purpose::Question, u32::from(seat.0));
        let gods = first_gods(sitting, &mut dice);
        let mut questions: Vec<QuestionId> = gods
            .into_iter()
            .filter_map(|god| draw(draft, &mut dice, seat, god))
            .collect();
        if sitting == Sitting::Short {
            questions.extend(draft.table.story.open_question().cloned());
        }
        draft.happen(Event::Questioned { seat, questions });
    }
}

/// The question that all are asked last: drawn first, for the table.
fn draw_open(draft: &Draft<'_>, sitting: Sitting) -> Option<QuestionId> {
    let mut dice = draft.dice(Purpose::Question, 0);
    let questions = draft.world.questions.iter();
    let fitting: Vec<&Question> = questions
        .filter(|question| sitting == Sitting::Long || question.god == OPEN_GOD)
        .collect();
    dice.pick(&fitting).map(|question| question.id.clone())
}

fn first_gods(sitting: Sitting, dice: &mut Dice) -> Vec<God> {
    match sitting {
        Sitting::Long => {
            let mut gods = God::ALL.to_vec();
            dice.shuffle(&mut gods);
            gods
        }
        Sitting::Short => {
            let opposed = OPPOSED.iter();
            let mut gods: Vec<God> = opposed
                .filter_map(|pair| dice.pick(pair).copied())
                .collect();
            gods.push(God::Athena);
            gods
        }
    }
}

pub(super) fn answer(
    draft: &mut Draft<'_>,
    seat: SeatNo,
    id: &QuestionId,
    answer: u8,
) -> Result<(), Refusal> {
    let phase = draft.table.phase();
    if !matches!(phase, Phase::Interrogation | Phase::QuestChoice) {
        return Err(Refusal::MovedOn);
    }
    let held = draft.table.party.seat(seat).ok_or(Refusal::NoSeat)?;
    let asked = held
        .questions
        .get(held.answers.len())
        .ok_or(Refusal::MovedOn)?;
    if asked != id {
        return Err(Refusal::MovedOn);
    }
    let question = draft.world.question(id).ok_or(Refusal::QuestUnknown)?;
    let chosen = question
        .answers
        .get(usize::from(answer))
        .ok_or(Refusal::NoSuchChoice)?;
    draft.happen(Event::Answered {
        seat,
        question: id.clone(),
        answer,
        moves: chosen.moves.clone(),
    });
    if phase == Phase::Interrogation {
        after_answer(draft, seat);
    } else if has_answered_all(draft, seat) {
        between::after_last_answer(draft, seat);
    }
    Ok(())
}

fn has_answered_all(draft: &Draft<'_>, seat: SeatNo) -> bool {
    let held = draft.table.party.seat(seat);
    held.is_none_or(|held| held.answers.len() >= held.questions.len())
}

/// What silence comes to: whoever has not been called is called by what was said.
pub(super) fn end(draft: &mut Draft<'_>) {
    let silent: Vec<SeatNo> = draft
        .table
        .present()
        .filter(|(_, seat)| seat.class.is_none())
        .map(|(no, _)| no)
        .collect();
    for seat in silent {
        calling::call(draft, seat);
    }
    quests::offer(draft);
}

pub(super) fn offer_quests_when_all_are_called(draft: &mut Draft<'_>) {
    if draft.table.present().all(|(_, seat)| seat.class.is_some()) {
        quests::offer(draft);
    }
}

fn after_answer(draft: &mut Draft<'_>, seat: SeatNo) {
    if !has_answered_all(draft, seat) {
        return;
    }
    let Some(held) = draft.table.party.seat(seat) else {
        return;
    };
    let open_question = draft.table.story.open_question().cloned();
    let asked_all = open_question
        .as_ref()
        .is_none_or(|open| held.questions.contains(open));
    if asked_all {
        calling::call(draft, seat);
        return offer_quests_when_all_are_called(draft);
    }
    let mut gods = God::ALL.to_vec();
    gods.sort_by_key(|god| Reverse(held.favour_of(*god).abs()));
    let mut dice = draft.dice(Purpose::Question, LATER_ADDRESS + u32::from(seat.0));
    let further = draft.edition.further_questions;
    let mut questions: Vec<QuestionId> = gods
        .into_iter()
        .filter_map(|god| draw(draft, &mut dice, seat, god))
        .take(further)
        .collect();
    questions.extend(open_question);
    draft.happen(Event::Questioned { seat, questions });
}

/// Draws a question of `god` that this seat has not been asked and that is not kept for the end.
fn draw(draft: &Draft<'_>, dice: &mut Dice, seat: SeatNo, god: God) -> Option<QuestionId> {
    let asked = &draft.table.party.seat(seat)?.questions;
    let kept = draft.table.story.open_question();
    let questions = draft.world.questions.iter();
    let left: Vec<&Question> = questions
        .filter(|question| question.god == god && !asked.contains(&question.id))
        .filter(|question| kept != Some(&question.id))
        .collect();
    dice.pick(&left).map(|question| question.id.clone())
}
