//! Ten questions a seat: one of each god, then one more of the two the answers moved most.

use std::cmp::Reverse;

use crate::content::Question;
use crate::protocol::{Event, Refusal};
use crate::rules::draft::Draft;
use crate::rules::{calling, quests};
use crate::state::Phase;
use crate::vocabulary::{God, QuestionId, SeatNo};

pub(super) fn begin(draft: &mut Draft<'_>) {
    let wait_ms = draft.table.lobby.limit().interrogation_ms();
    draft.happen(Event::InterrogationBegan {
        deadline_ms: draft.deadline(wait_ms),
    });
    let seats: Vec<SeatNo> = draft.table.present().map(|(no, _)| no).collect();
    for seat in seats {
        let mut gods = God::ALL.to_vec();
        draft.dice.shuffle(&mut gods);
        let questions = gods
            .into_iter()
            .filter_map(|god| draw(draft, seat, god))
            .collect();
        draft.happen(Event::Questioned { seat, questions });
    }
}

pub(super) fn answer(
    draft: &mut Draft<'_>,
    seat: SeatNo,
    id: &QuestionId,
    answer: u8,
) -> Result<(), Refusal> {
    if draft.table.phase() != Phase::Interrogation {
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
    after_answer(draft, seat);
    Ok(())
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
    let Some(held) = draft.table.party.seat(seat) else {
        return;
    };
    if held.answers.len() < held.questions.len() {
        return;
    }
    if held.questions.len() <= God::ALL.len() {
        let mut gods = God::ALL.to_vec();
        let further = draft.edition.further_questions;
        gods.sort_by_key(|god| Reverse(held.favour_of(*god).abs()));
        let questions: Vec<QuestionId> = gods
            .into_iter()
            .filter_map(|god| draw(draft, seat, god))
            .take(further)
            .collect();
        if !questions.is_empty() {
            return draft.happen(Event::Questioned { seat, questions });
        }
    }
    calling::call(draft, seat);
    offer_quests_when_all_are_called(draft);
}

/// Draws a question of `god` that this seat has not been asked.
fn draw(draft: &mut Draft<'_>, seat: SeatNo, god: God) -> Option<QuestionId> {
    let asked = &draft.table.party.seat(seat)?.questions;
    let left: Vec<&Question> = draft
        .world
        .questions
        .iter()
        .filter(|question| question.god == god && !asked.contains(&question.id))
        .collect();
    draft.dice.pick(&left).map(|question| question.id.clone())
}
