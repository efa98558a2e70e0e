//! The seats and companions at the table, as everybody sees them; and one's own sheet.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::content::{DecisionMode, World};
use crate::rules::{companions, scene};
use crate::state::{Phase, Seat, Table};
use crate::vocabulary::{Band, ClassId, CompanionId, God, OptionId, SeatNo, Sense, Skill};

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
    /// The patron's name.
    pub patron: String,
    pub senses: [Sense; 2],
    pub skills: Vec<SkillView>,
    pub approval: i32,
    pub present: bool,
    /// The option they would vote for as things stand, where votes are open.
    pub leans_to: Option<OptionId>,
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
    pub skills: Vec<SkillView>,
    pub favour: Vec<FavourView>,
    pub signature: Option<SignatureView>,
}

/// A skill and its level.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct SkillView {
    pub skill: Skill,
    /// 0 to 100.
    pub level: i32,
}

/// A god's favour to a seat.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct FavourView {
    pub god: God,
    pub name: String,
    /// -100 to 100.
    pub favour: i32,
    pub band: Band,
}

/// A signature, and whether it can be used now.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct SignatureView {
    pub name: String,
    pub text: String,
    pub ready: bool,
}

/// Every seat, also of those who left after the gathering.
pub(super) fn all(table: &Table, world: &World) -> Vec<SeatView> {
    let seats = table.seats().iter();
    seats
        .map(|(no, seat)| seat_view(table, world, *no, seat))
        .collect()
}

fn seat_view(table: &Table, world: &World, no: SeatNo, seat: &Seat) -> SeatView {
    let class = seat.class.as_ref().and_then(|id| world.class(id));
    SeatView {
        seat: no,
        name: seat.name.clone(),
        present: seat.present,
        class: class.map(|class| class.name.clone()),
        is_host: table.host() == Some(no),
        is_bearer: table.open_scene().is_some_and(|open| open.bearer == no),
        ready: is_ready(table, world, no, seat),
    }
}

fn is_ready(table: &Table, world: &World, no: SeatNo, seat: &Seat) -> bool {
    match table.phase() {
        Phase::Gathering | Phase::Chronicle | Phase::Closed => true,
        Phase::Interrogation => seat.class.is_some(),
        Phase::QuestChoice => seat.quest.is_some(),
        Phase::Scene => match (table.scene_in(world), table.open_scene()) {
            (Some(scene), Some(open)) => {
                !scene::has_say(scene.decide, open, no) || open.choices.contains_key(&no)
            }
            _ => true,
        },
    }
}

/// A companion, if this world has it.
pub(super) fn companion(table: &Table, world: &World, id: &CompanionId) -> Option<CompanionView> {
    let ally = table.party.companions().get(id)?;
    let sheet = world.companion(id)?;
    Some(CompanionView {
        companion: id.clone(),
        name: sheet.name.clone(),
        title: sheet.title.clone(),
        look: sheet.look.clone(),
        patron: world.god_name(sheet.patron),
        senses: [sheet.first, sheet.second],
        skills: skills(&sheet.skills),
        approval: ally.approval,
        present: ally.present,
        leans_to: leaning(table, world, id).filter(|_| ally.present),
    })
}

/// What a companion would vote for, where votes are open to all.
fn leaning(table: &Table, world: &World, id: &CompanionId) -> Option<OptionId> {
    let scene = table
        .scene_in(world)
        .filter(|scene| scene.decide == DecisionMode::Party)?;
    let open = table.open_scene()?;
    let options = scene::open_options(table, scene, open);
    companions::vote(table, world, id, &options, open.choices.get(&open.bearer))
}

/// The sheet of `no`, for its own eyes.
pub(super) fn sheet(table: &Table, world: &World, no: SeatNo) -> Option<Sheet> {
    let seat = table.party.seat(no)?;
    let class = seat.class.as_ref().and_then(|id| world.class(id));
    let used = table
        .open_scene()
        .is_none_or(|open| open.invoked.contains_key(&no));
    let mut skills = skills(&seat.skills);
    skills.sort_by_key(|skill| Reverse(skill.level));
    Some(Sheet {
        name: seat.name.clone(),
        class: seat.class.clone(),
        class_name: class.map(|class| class.name.clone()),
        calling: class.map(|class| class.calling.clone()),
        senses: class
            .map(|class| vec![class.first, class.second])
            .unwrap_or_default(),
        skills,
        favour: favour(world, seat),
        signature: class.map(|class| SignatureView {
            name: class.signature.name.clone(),
            text: class.signature.text.clone(),
            ready: !used,
        }),
    })
}

/// The favour of all gods to a seat.
pub(super) fn favour(world: &World, seat: &Seat) -> Vec<FavourView> {
    let gods = God::ALL.iter();
    gods.map(|god| {
        let favour = seat.favour_of(*god);
        FavourView {
            god: *god,
            name: world.god_name(*god),
            favour,
            band: Band::of(favour),
        }
    })
    .collect()
}

fn skills(levels: &BTreeMap<Skill, i32>) -> Vec<SkillView> {
    let levels = levels.iter();
    levels
        .map(|(skill, level)| SkillView {
            skill: *skill,
            level: *level,
        })
        .collect()
}
