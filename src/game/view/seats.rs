//! Who sits at the table, as everybody sees them; and one's own sheet.

use serde::Serialize;

use crate::content::{DecisionMode, World};
use crate::state::{Phase, Table};
use crate::vocabulary::{Band, ClassId, CompanionId, God, SeatNo, Sense, Skill};

/// What everybody sees of a seat.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a badge of its own on the page"
)]
pub struct SeatView {
    pub seat: SeatNo,
    pub name: String,
    pub present: bool,
    pub class: Option<String>,
    pub is_host: bool,
    pub is_bearer: bool,
    /// Whether nothing is waited for from this seat.
    pub ready: bool,
}

/// What everybody sees of a companion.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct CompanionView {
    pub companion: CompanionId,
    pub name: String,
    pub title: String,
    pub look: String,
    pub patron: String,
    pub senses: [Sense; 2],
    pub skills: Vec<(Skill, i32)>,
    pub approval: i32,
    pub present: bool,
    /// The label of what they would vote for as things stand, where votes are open.
    pub leans_to: Option<String>,
}

/// A seat's own sheet.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct Sheet {
    pub name: String,
    pub class: Option<ClassId>,
    pub class_name: Option<String>,
    pub calling: Option<String>,
    pub senses: Vec<Sense>,
    pub skills: Vec<(Skill, i32)>,
    pub favour: Vec<(God, String, i32, Band)>,
    pub signature: Option<SignatureView>,
}

/// A signature, and whether it can be used now.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct SignatureView {
    pub name: String,
    pub text: String,
    pub ready: bool,
}

impl Table {
    pub(crate) fn seat_view(&self, world: &World, no: SeatNo) -> SeatView {
        let seat = self.seats.get(&no);
        let class = seat.and_then(|seat| world.class(seat.class.as_ref()?));
        SeatView {
            seat: no,
            name: self.seat_name(no),
            present: seat.is_some_and(|seat| seat.present),
            class: class.map(|class| class.name.clone()),
            is_host: self.host == Some(no),
            is_bearer: self.open_scene().is_some_and(|log| log.bearer == no),
            ready: self.is_ready(world, no),
        }
    }

    fn is_ready(&self, world: &World, no: SeatNo) -> bool {
        let Some(seat) = self.seats.get(&no) else {
            return true;
        };
        match self.phase {
            Phase::Gathering | Phase::Chronicle | Phase::Closed => true,
            Phase::Interrogation => seat.class.is_some(),
            Phase::QuestChoice => seat.quest.is_some(),
            Phase::Scene => match (self.scene_in(world), self.open_scene()) {
                (Some(scene), Some(log)) => {
                    !Self::has_say(scene.decide, log, no) || log.choices.contains_key(&no)
                }
                _ => true,
            },
        }
    }

    pub(crate) fn companion_view(&self, world: &World, id: &CompanionId) -> Option<CompanionView> {
        let ally = self.companions.get(id)?;
        let sheet = world.companion(id)?;
        Some(CompanionView {
            companion: id.clone(),
            name: sheet.name.clone(),
            title: sheet.title.clone(),
            look: sheet.look.clone(),
            patron: world.god_name(sheet.patron),
            senses: [sheet.first, sheet.second],
            skills: sheet
                .skills
                .iter()
                .map(|(skill, level)| (*skill, *level))
                .collect(),
            approval: ally.approval,
            present: ally.present,
            leans_to: self.leaning(world, id).filter(|_| ally.present),
        })
    }

    /// What a companion would vote for, where votes are open to all.
    fn leaning(&self, world: &World, id: &CompanionId) -> Option<String> {
        let scene = self
            .scene_in(world)
            .filter(|scene| scene.decide == DecisionMode::Party)?;
        let log = self.open_scene()?;
        let open = self.open_options(scene, log);
        let vote = self.companion_vote(world, id, &open, log.choices.get(&log.bearer))?;
        scene.option(&vote).map(|option| option.label.clone())
    }

    pub(crate) fn sheet(&self, world: &World, no: SeatNo) -> Option<Sheet> {
        let seat = self.seats.get(&no)?;
        let class = seat.class.as_ref().and_then(|id| world.class(id));
        let used = self
            .open_scene()
            .is_none_or(|log| log.invoked.contains_key(&no));
        let mut skills: Vec<(Skill, i32)> = seat
            .skills
            .iter()
            .map(|(skill, level)| (*skill, *level))
            .collect();
        skills.sort_by_key(|(_, level)| std::cmp::Reverse(*level));
        Some(Sheet {
            name: seat.name.clone(),
            class: seat.class.clone(),
            class_name: class.map(|class| class.name.clone()),
            calling: class.map(|class| class.calling.clone()),
            senses: class
                .map(|class| vec![class.first, class.second])
                .unwrap_or_default(),
            skills,
            favour: God::ALL
                .iter()
                .map(|god| {
                    (
                        *god,
                        world.god_name(*god),
                        seat.favour_of(*god),
                        Band::of(seat.favour_of(*god)),
                    )
                })
                .collect(),
            signature: class.map(|class| SignatureView {
                name: class.signature.name.clone(),
                text: class.signature.text.clone(),
                ready: !used,
            }),
        })
    }
}
