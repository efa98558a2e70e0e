//! How events change a table. Never fails and never judges: a rule belongs to `decide`.

use std::collections::BTreeMap;

use crate::protocol::Event;
use crate::rules::council::Verdict;
use crate::rules::trust::TRUST_START;
use crate::state::{Ally, LINES_MAX, Line, Phase, SceneState, Seat, Table};
use crate::vocabulary::{God, SeatNo};

impl Table {
    /// Takes the events of one commit into the state.
    pub fn fold(&mut self, events: &[Event]) {
        for event in events {
            self.apply(event);
        }
        self.version = self.version.next();
    }

    pub(crate) fn apply(&mut self, event: &Event) {
        match event {
            Event::Opened { .. }
            | Event::Sat { .. }
            | Event::Left { .. }
            | Event::HostPassed { .. }
            | Event::Closed { .. }
            | Event::Said { .. } => self.apply_gathering(event),
            Event::InterrogationBegan { .. }
            | Event::Questioned { .. }
            | Event::Answered { .. }
            | Event::Called { .. }
            | Event::CompanionJoined { .. }
            | Event::QuestsOffered { .. }
            | Event::QuestNamed { .. }
            | Event::QuestBegan { .. } => self.apply_preparation(event),
            Event::SceneOpened { .. } | Event::QuestEnded { .. } => self.apply_course(event),
            Event::BearerPassed { .. }
            | Event::Told { .. }
            | Event::Kept { .. }
            | Event::InsightDawned { .. }
            | Event::Invoked { .. }
            | Event::Chosen { .. }
            | Event::Decided { .. }
            | Event::DeedDone(_)
            | Event::Marked { .. }
            | Event::SkillGrew { .. }
            | Event::TrustMoved { .. }
            | Event::FavourMoved { .. }
            | Event::CouncilHeld { .. }
            | Event::ApprovalMoved { .. }
            | Event::CompanionLeft { .. } => {
                self.apply_sheets(event);
                if let Some(log) = self.scenes.last_mut() {
                    log.apply(event);
                }
            }
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "apply sends only this function's events here"
    )]
    fn apply_gathering(&mut self, event: &Event) {
        match event {
            Event::Opened {
                code,
                seed,
                commitment,
                rules,
                library,
                limit,
                deadline_ms,
            } => {
                self.code = Some(code.clone());
                self.seed = Some(*seed);
                self.commitment.clone_from(commitment);
                self.rules = *rules;
                self.library.clone_from(library);
                self.limit = *limit;
                self.deadline_ms = Some(*deadline_ms);
                self.trust = TRUST_START;
            }
            Event::Sat {
                seat,
                name,
                generation,
            } => {
                self.host.get_or_insert(*seat);
                self.generations.insert(*seat, *generation);
                self.seats.insert(*seat, Seat::new(name, *generation));
            }
            Event::Left { seat, .. } => self.apply_left(*seat),
            Event::HostPassed { seat } => self.host = Some(*seat),
            Event::Closed { .. } => {
                let told = !self.scenes.is_empty();
                self.phase = if told {
                    Phase::Chronicle
                } else {
                    Phase::Closed
                };
                self.deadline_ms = None;
            }
            Event::Said { seat, text } => {
                self.note_stir(*seat);
                let (seat, name, text) = (*seat, self.seat_name(*seat), text.clone());
                self.lines.push(Line { seat, name, text });
                let surplus = self.lines.len().saturating_sub(LINES_MAX);
                self.lines.drain(..surplus);
            }
            _ => {}
        }
    }

    fn note_stir(&mut self, seat: SeatNo) {
        *self.stirred.entry(seat).or_default() += 1;
    }

    fn apply_left(&mut self, seat: SeatNo) {
        if self.phase == Phase::Gathering {
            self.seats.remove(&seat);
        } else if let Some(left) = self.seats.get_mut(&seat) {
            left.present = false;
        }
        if self.host == Some(seat) {
            self.host = None;
        }
        if let Some(log) = self.scenes.last_mut() {
            // Without them every chance is another: nobody is held to a choice made before.
            log.choices.clear();
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "apply sends only this function's events here"
    )]
    fn apply_preparation(&mut self, event: &Event) {
        match event {
            Event::InterrogationBegan { deadline_ms } => {
                self.phase = Phase::Interrogation;
                self.deadline_ms = Some(*deadline_ms);
            }
            Event::Questioned { seat, questions } => {
                if let Some(seat) = self.seats.get_mut(seat) {
                    seat.questions.extend(questions.iter().cloned());
                }
            }
            Event::Answered {
                seat,
                question,
                answer,
                moves,
            } => {
                if let Some(seat) = self.seats.get_mut(seat) {
                    seat.answers.push((question.clone(), *answer));
                    for (god, by) in moves {
                        seat.move_favour(*god, *by);
                    }
                }
            }
            Event::Called {
                seat,
                class,
                skills,
            } => {
                if let Some(seat) = self.seats.get_mut(seat) {
                    seat.class = Some(class.clone());
                    seat.skills.clone_from(skills);
                }
            }
            Event::CompanionJoined {
                companion,
                approval,
            } => {
                let ally = Ally {
                    approval: *approval,
                    present: true,
                };
                self.companions.insert(companion.clone(), ally);
            }
            Event::QuestsOffered { deadline_ms } => {
                self.phase = Phase::QuestChoice;
                self.deadline_ms = Some(*deadline_ms);
            }
            Event::QuestNamed { seat, quest } => {
                self.note_stir(*seat);
                if let Some(seat) = self.seats.get_mut(seat) {
                    seat.quest = Some(quest.clone());
                }
            }
            Event::QuestBegan { quest, edition } => {
                self.quest = Some(quest.clone());
                self.edition = *edition;
            }
            _ => {}
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "apply sends only this function's events here"
    )]
    fn apply_course(&mut self, event: &Event) {
        match event {
            Event::SceneOpened {
                scene,
                bearer,
                deals,
                deadline_ms,
            } => {
                self.stirred.clear();
                self.phase = Phase::Scene;
                self.deadline_ms = Some(*deadline_ms);
                let mut log = SceneState::new(scene.clone(), *bearer);
                log.deals.clone_from(deals);
                self.scenes.push(log);
            }
            Event::QuestEnded { ending } => {
                self.phase = Phase::Chronicle;
                self.deadline_ms = None;
                self.ending.clone_from(ending);
            }
            _ => {}
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the other events of a scene only enter its log"
    )]
    fn apply_sheets(&mut self, event: &Event) {
        match event {
            Event::Chosen { seat, .. } => self.note_stir(*seat),
            Event::Marked { mark } => {
                self.marks.insert(mark.clone());
            }
            Event::SkillGrew { seat, skill, by } => {
                if let Some(seat) = self.seats.get_mut(seat) {
                    let grown = (seat.skill(*skill) + by).clamp(0, 100);
                    seat.skills.insert(*skill, grown);
                }
            }
            Event::TrustMoved { by, .. } => self.trust = (self.trust + by).clamp(0, 100),
            Event::FavourMoved { seat, god, by, .. } => {
                if let Some(seat) = self.seats.get_mut(seat) {
                    seat.move_favour(*god, *by);
                }
            }
            Event::CouncilHeld { verdict, .. } => self.watched = *verdict == Verdict::Deadlock,
            Event::ApprovalMoved { companion, by, .. } => {
                if let Some(ally) = self.companions.get_mut(companion) {
                    ally.approval = (ally.approval + by).clamp(0, 100);
                }
            }
            Event::CompanionLeft { companion } => {
                if let Some(ally) = self.companions.get_mut(companion) {
                    ally.present = false;
                }
            }
            _ => {}
        }
    }
}

impl Seat {
    fn new(name: &str, generation: u32) -> Self {
        Self {
            name: name.to_owned(),
            generation,
            present: true,
            class: None,
            skills: BTreeMap::new(),
            favour: BTreeMap::new(),
            questions: Vec::new(),
            answers: Vec::new(),
            quest: None,
        }
    }

    fn move_favour(&mut self, god: God, by: i32) {
        let favour = self.favour.entry(god).or_default();
        *favour = (*favour + by).clamp(-100, 100);
    }
}
