//! Ten questions a seat: one of each god, then one more of the two the answers moved most.

use std::cmp::Reverse;

use crate::content::Question;
use crate::protocol::{Event, Refusal};
use crate::rules::draft::Draft;
use crate::state::Phase;
use crate::vocabulary::{God, QuestId, QuestionId, SeatNo};

/// Questions that follow the first eight.
const FURTHER: usize = 2;
/// Seats and companions that sit at a table at least.
const PARTY_MIN: usize = 3;

impl Draft<'_> {
    pub(crate) fn begin_interrogation(&mut self) {
        let wait_ms = self.table.limit.interrogation_ms();
        self.happen(Event::InterrogationBegan {
            deadline_ms: self.deadline(wait_ms),
        });
        let seats: Vec<SeatNo> = self.table.present().map(|(no, _)| no).collect();
        for seat in seats {
            let mut gods = God::ALL.to_vec();
            self.dice.shuffle(&mut gods);
            let questions = gods
                .into_iter()
                .filter_map(|god| self.draw(seat, god))
                .collect();
            self.happen(Event::Questioned { seat, questions });
        }
    }

    pub(crate) fn answer(
        &mut self,
        seat: SeatNo,
        id: &QuestionId,
        answer: u8,
    ) -> Result<(), Refusal> {
        if self.table.phase != Phase::Interrogation {
            return Err(Refusal::MovedOn);
        }
        let held = self.table.seats.get(&seat).ok_or(Refusal::NoSeat)?;
        let asked = held
            .questions
            .get(held.answers.len())
            .ok_or(Refusal::MovedOn)?;
        if asked != id {
            return Err(Refusal::MovedOn);
        }
        let question = self.world.question(id).ok_or(Refusal::QuestUnknown)?;
        let chosen = question
            .answers
            .get(usize::from(answer))
            .ok_or(Refusal::NoSuchChoice)?;
        self.happen(Event::Answered {
            seat,
            question: id.clone(),
            answer,
            moves: chosen.moves.clone(),
        });
        self.after_answer(seat);
        Ok(())
    }

    /// What silence comes to: whoever has not been called is called by what was said.
    pub(crate) fn end_interrogation(&mut self) {
        let silent: Vec<SeatNo> = self
            .table
            .present()
            .filter(|(_, seat)| seat.class.is_none())
            .map(|(no, _)| no)
            .collect();
        for seat in silent {
            self.call(seat);
        }
        self.offer_quests();
    }

    pub(crate) fn offer_quests_when_all_are_called(&mut self) {
        if self.table.present().all(|(_, seat)| seat.class.is_some()) {
            self.offer_quests();
        }
    }

    pub(crate) fn take_up(&mut self, seat: SeatNo, quest: &QuestId) -> Result<(), Refusal> {
        if self.table.phase != Phase::QuestChoice {
            return Err(Refusal::MovedOn);
        }
        if !self.world.quests.contains_key(quest) {
            return Err(Refusal::NoSuchChoice);
        }
        self.stir(seat)?;
        self.happen(Event::QuestNamed {
            seat,
            quest: quest.clone(),
        });
        self.begin_quest_when_all_have_named_one();
        Ok(())
    }

    pub(crate) fn begin_quest_when_all_have_named_one(&mut self) {
        if self.table.present().all(|(_, seat)| seat.quest.is_some()) {
            self.begin_quest();
        }
    }

    fn after_answer(&mut self, seat: SeatNo) {
        let Some(held) = self.table.seats.get(&seat) else {
            return;
        };
        if held.answers.len() < held.questions.len() {
            return;
        }
        if held.questions.len() <= God::ALL.len() {
            let mut gods = God::ALL.to_vec();
            gods.sort_by_key(|god| Reverse(held.favour_of(*god).abs()));
            let questions: Vec<QuestionId> = gods
                .into_iter()
                .filter_map(|god| self.draw(seat, god))
                .take(FURTHER)
                .collect();
            if !questions.is_empty() {
                return self.happen(Event::Questioned { seat, questions });
            }
        }
        self.call(seat);
        self.offer_quests_when_all_are_called();
    }

    /// Draws a question of `god` that this seat has not been asked.
    fn draw(&mut self, seat: SeatNo, god: God) -> Option<QuestionId> {
        let asked = &self.table.seats.get(&seat)?.questions;
        let left: Vec<&Question> = self
            .world
            .questions
            .iter()
            .filter(|question| question.god == god && !asked.contains(&question.id))
            .collect();
        self.dice.pick(&left).map(|question| question.id.clone())
    }

    fn offer_quests(&mut self) {
        let seats = self.table.present().count();
        let joining = self
            .world
            .companions
            .iter()
            .take(PARTY_MIN.saturating_sub(seats));
        for companion in joining {
            let joined = Event::CompanionJoined {
                companion: companion.id.clone(),
                approval: companion.approval,
            };
            self.happen(joined);
        }
        let wait_ms = self.table.limit.scene_ms();
        self.happen(Event::QuestsOffered {
            deadline_ms: self.deadline(wait_ms),
        });
    }
}
