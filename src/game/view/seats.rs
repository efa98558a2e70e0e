//! The seats and companions at the table, as everybody sees them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::content::{DecisionMode, World};
use crate::rules::{companions, scene};
use crate::state::{Phase, Seat, Table};
use crate::vocabulary::{CompanionId, Gift, God, OptionId, SeatNo, Sense, Skill};

/// What everybody sees of a seat.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// Whether the open scene waits for it no more.
    pub skipped: bool,
    pub legend: i32,
    pub hp: Option<i32>,
    pub gifts: Vec<GiftView>,
    /// Gods that bear it a grudge.
    pub grudges: Vec<God>,
}

/// A blessing or a curse that a seat bears.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct GiftView {
    pub gift: Gift,
    pub name: String,
    pub text: String,
    /// Whether a verdict laid it.
    pub by_verdict: bool,
}

/// What everybody sees of a companion.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

/// A skill and its level.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct SkillView {
    pub skill: Skill,
    /// 0 to 100.
    pub level: i32,
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
        skipped: table
            .open_scene()
            .is_some_and(|open| open.skipped.contains(&no)),
        legend: seat.legend,
        hp: seat.hp,
        gifts: gifts(world, seat),
        grudges: seat.grudges.iter().copied().collect(),
    }
}

fn gifts(world: &World, seat: &Seat) -> Vec<GiftView> {
    let gifts = seat.gifts.iter();
    gifts
        .filter_map(|(gift, by_verdict)| {
            let sheet = world.gift(*gift)?;
            Some(GiftView {
                gift: *gift,
                name: sheet.name.clone(),
                text: sheet.text.clone(),
                by_verdict: *by_verdict,
            })
        })
        .collect()
}

fn is_ready(table: &Table, world: &World, no: SeatNo, seat: &Seat) -> bool {
    match table.phase() {
        // Who has filled a slip is secret, as what stands on it is.
        Phase::Gathering | Phase::Naming | Phase::Chronicle | Phase::Closed => true,
        Phase::Interrogation => seat.class.is_some(),
        Phase::QuestChoice => seat.quest.is_some(),
        Phase::Scene => match (table.scene_in(world), table.open_scene()) {
            (Some(scene), Some(open)) => !scene::waits_for(scene.decide, open, no),
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
    let bearers = open.choices.get(&open.bearer);
    companions::vote(table, world, id, (scene, &options), bearers)
}

pub(super) fn skills(levels: &BTreeMap<Skill, i32>) -> Vec<SkillView> {
    let levels = levels.iter();
    levels
        .map(|(skill, level)| SkillView {
            skill: *skill,
            level: *level,
        })
        .collect()
}
