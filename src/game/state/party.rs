//! Who plays: the seats, the companions, and the trust between them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::protocol::Event;
use crate::vocabulary::{
    ClassId, CompanionId, God, QuestId, QuestionId, SeatNo, Skill, Verdict, names,
};

/// What every skill is unless the class says more.
pub(crate) const SKILL_BASE: i32 = 10;
/// A party's trust when it sits down.
const TRUST_START: i32 = 50;

/// One player's place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// The player's name.
    pub name: String,
    /// How often the seat had been taken when this player sat down.
    pub generation: u32,
    /// Whether the player is still at the table.
    pub present: bool,
    /// The class the gods named.
    pub class: Option<ClassId>,
    /// Skills that are not 10.
    pub skills: BTreeMap<Skill, i32>,
    /// Favour by god; 0 where none is named.
    pub favour: BTreeMap<God, i32>,
    /// The questions dealt so far.
    pub questions: Vec<QuestionId>,
    /// The answers given so far, by question.
    pub answers: Vec<(QuestionId, u8)>,
    /// The quest named.
    pub quest: Option<QuestId>,
}

impl Seat {
    /// The favour of `god`.
    pub fn favour_of(&self, god: God) -> i32 {
        self.favour.get(&god).copied().unwrap_or(0)
    }

    /// The level of `skill`.
    pub fn skill(&self, skill: Skill) -> i32 {
        self.skills.get(&skill).copied().unwrap_or(SKILL_BASE)
    }

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

    fn call(&mut self, class: &ClassId, skills: &BTreeMap<Skill, i32>) {
        self.class = Some(class.clone());
        self.skills.clone_from(skills);
    }

    fn move_favour(&mut self, god: God, by: i32) {
        let favour = self.favour.entry(god).or_default();
        *favour = (*favour + by).clamp(-100, 100);
    }

    fn grow(&mut self, skill: Skill, by: i32) {
        let grown = (self.skill(skill) + by).clamp(0, 100);
        self.skills.insert(skill, grown);
    }

    fn answer(&mut self, question: &QuestionId, answer: u8, moves: &BTreeMap<God, i32>) {
        self.answers.push((question.clone(), answer));
        for (god, by) in moves {
            self.move_favour(*god, *by);
        }
    }
}

/// A companion at the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ally {
    /// 0 to 100.
    pub(crate) approval: i32,
    pub(crate) present: bool,
}

/// Who plays: the seats, the companions, and the trust between them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Party {
    seats: BTreeMap<SeatNo, Seat>,
    companions: BTreeMap<CompanionId, Ally>,
    trust: i32,
    /// The last council was a deadlock, so the next counts double.
    watched: bool,
    /// The gathering is over: a seat that is left stays, without its player.
    settled: bool,
}

impl Party {
    pub(crate) fn seats(&self) -> &BTreeMap<SeatNo, Seat> {
        &self.seats
    }

    pub(crate) fn seat(&self, no: SeatNo) -> Option<&Seat> {
        self.seats.get(&no)
    }

    /// The seats whose players are at the table.
    pub(crate) fn present(&self) -> impl Iterator<Item = (SeatNo, &Seat)> {
        self.seats
            .iter()
            .filter(|(_, seat)| seat.present)
            .map(|(no, seat)| (*no, seat))
    }

    pub(crate) fn is_present(&self, no: SeatNo) -> bool {
        self.seat(no).is_some_and(|seat| seat.present)
    }

    /// Every companion that ever joined.
    pub(crate) fn companions(&self) -> &BTreeMap<CompanionId, Ally> {
        &self.companions
    }

    /// The companions still at the table.
    pub(crate) fn allies(&self) -> impl Iterator<Item = (&CompanionId, &Ally)> {
        self.companions.iter().filter(|(_, ally)| ally.present)
    }

    pub(crate) fn trust(&self) -> i32 {
        self.trust
    }

    pub(crate) fn is_watched(&self) -> bool {
        self.watched
    }

    pub(super) fn apply(&mut self, event: &Event) {
        match event {
            Event::Opened { .. } => self.trust = TRUST_START,
            Event::Sat {
                seat,
                name,
                generation,
            } => {
                self.seats.insert(*seat, Seat::new(name, *generation));
            }
            Event::Left { seat, .. } => self.leave(*seat),
            Event::InterrogationBegan { .. } => self.settled = true,
            Event::Questioned { seat, questions } => {
                self.change(*seat, |seat| seat.questions.extend_from_slice(questions));
            }
            Event::Answered {
                seat,
                question,
                answer,
                moves,
            } => self.change(*seat, |seat| seat.answer(question, *answer, moves)),
            Event::Called {
                seat,
                class,
                skills,
            } => self.change(*seat, |seat| seat.call(class, skills)),
            Event::CompanionJoined {
                companion,
                approval,
            } => self.join(companion, *approval),
            Event::QuestNamed { seat, quest } => {
                self.change(*seat, |seat| seat.quest = Some(quest.clone()));
            }
            Event::WentOn { .. } => self.seats.values_mut().for_each(|seat| seat.quest = None),
            Event::SkillGrew(grown) => {
                self.change(grown.seat, |seat| seat.grow(grown.skill, grown.by));
            }
            Event::TrustMoved(moved) => self.trust = (self.trust + moved.by).clamp(0, 100),
            Event::FavourMoved(moved) => {
                self.change(moved.seat, |seat| seat.move_favour(moved.god, moved.by));
            }
            Event::CouncilHeld(council) => self.watched = council.verdict == Verdict::Deadlock,
            Event::ApprovalMoved(moved) => self.change_ally(&moved.companion, |ally| {
                ally.approval = (ally.approval + moved.by).clamp(0, 100);
            }),
            Event::CompanionLeft { companion } => {
                self.change_ally(companion, |ally| ally.present = false);
            }
            Event::Forgotten { seat } => {
                self.change(*seat, |held| held.name = names::forgotten(*seat));
            }
            Event::HostPassed { .. }
            | Event::Closed { .. }
            | Event::QuestsOffered { .. }
            | Event::QuestBegan { .. }
            | Event::SceneOpened { .. }
            | Event::BearerPassed { .. }
            | Event::Told(_)
            | Event::Kept { .. }
            | Event::InsightDawned { .. }
            | Event::Invoked { .. }
            | Event::Chosen { .. }
            | Event::Said { .. }
            | Event::Decided { .. }
            | Event::DeedDone(_)
            | Event::Marked { .. }
            | Event::QuestEnded { .. }
            | Event::Erased {} => {}
        }
    }

    fn change(&mut self, no: SeatNo, change: impl FnOnce(&mut Seat)) {
        if let Some(seat) = self.seats.get_mut(&no) {
            change(seat);
        }
    }

    fn change_ally(&mut self, id: &CompanionId, change: impl FnOnce(&mut Ally)) {
        if let Some(ally) = self.companions.get_mut(id) {
            change(ally);
        }
    }

    fn join(&mut self, id: &CompanionId, approval: i32) {
        let present = true;
        self.companions
            .insert(id.clone(), Ally { approval, present });
    }

    fn leave(&mut self, no: SeatNo) {
        if self.settled {
            self.change(no, |seat| seat.present = false);
        } else {
            self.seats.remove(&no);
        }
    }
}
