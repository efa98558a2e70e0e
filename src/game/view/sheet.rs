//! A seat's own sheet.

use std::cmp::Reverse;

use serde::Serialize;

use crate::content::World;
use crate::protocol::Character;
use crate::rules::{between, ending, stakes};
use crate::state::{Seat, Table};
use crate::view::seats;
use crate::view::seats::SkillView;
use crate::vocabulary::{
    Band, CardId, ClassId, Gift, God, KeepsakeId, SeatNo, Sense, Skill, Stake,
};

/// A seat's own sheet.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    pub momentum: i32,
    pub hp: Option<i32>,
    pub hp_max: Option<i32>,
    pub legend: i32,
    /// Boons that the legend still buys.
    pub boons_left: i32,
    pub stake: Option<StakeView>,
    /// Blessings that may be called on now.
    pub callable: Vec<Gift>,
    /// What moves favour at the end and is known to nobody else.
    pub noted: Vec<NotedView>,
    /// The class that the gods offer anew.
    pub offered_class: Option<String>,
    pub keepsakes: Vec<KeepsakeView>,
    /// What others said to it after the last quest.
    pub cards: Vec<CardView>,
}

/// A seat's secret aim.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct StakeView {
    pub stake: Stake,
    pub god: God,
    pub god_name: String,
    pub name: String,
    pub text: String,
    /// What exactly counts.
    pub hint: String,
    /// Whom it concerns.
    pub kin: Option<Character>,
    /// The secret it is about.
    pub secret_of: Option<String>,
    /// How far it has come, where its seat may know; else the Chronicle will tell.
    pub progress: Option<ProgressView>,
}

/// How far a stake has come.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct ProgressView {
    pub have: usize,
    /// 0 where it takes that nothing happens.
    pub want: usize,
}

/// Favour that moves at the end.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct NotedView {
    pub god: God,
    pub by: i32,
}

/// A keepsake that a seat carries.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct KeepsakeView {
    pub keepsake: KeepsakeId,
    pub name: String,
    pub text: String,
    pub edge: Skill,
}

/// What one seat said to another after a quest.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct CardView {
    pub from: SeatNo,
    pub to: SeatNo,
    pub text: String,
}

/// A god's favour to a seat.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct SignatureView {
    pub name: String,
    pub text: String,
    pub ready: bool,
}

/// The sheet of `no`, for its own eyes.
pub(super) fn sheet(table: &Table, world: &World, no: SeatNo) -> Option<Sheet> {
    let seat = table.party.seat(no)?;
    let class = seat.class.as_ref().and_then(|id| world.class(id));
    let mut skills = seats::skills(&seat.skills);
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
            ready: table.open_scene().is_some() && !seat.signature_spent,
        }),
        momentum: seat.momentum,
        hp: seat.hp,
        hp_max: class.map(|class| class.hp),
        legend: seat.legend,
        boons_left: between::boons_left(seat),
        stake: stake(table, world, no, seat),
        callable: callable(table, seat),
        noted: noted(table, world, no),
        offered_class: seat
            .offered
            .as_ref()
            .and_then(|id| world.class(id))
            .map(|class| class.name.clone()),
        keepsakes: keepsakes(world, seat),
        cards: cards(table, world, no),
    })
}

fn stake(table: &Table, world: &World, no: SeatNo, seat: &Seat) -> Option<StakeView> {
    let held = seat.stake.as_ref()?;
    let sheet = world.stake(held.stake)?;
    let quest = table.quest_in(world)?;
    let is_secret = held.stake == Stake::WhatTheDarkIsFor;
    let progress = stakes::progress(table, world, no, held);
    Some(StakeView {
        stake: held.stake,
        god: sheet.god,
        god_name: world.god_name(sheet.god),
        name: sheet.name.clone(),
        text: sheet.text.clone(),
        hint: stakes::hint(quest, sheet),
        kin: held.kin.clone(),
        secret_of: quest.secret_of.clone().filter(|_| is_secret),
        progress: progress.map(|progress| ProgressView {
            have: progress.have,
            want: progress.want,
        }),
    })
}

/// The blessings that act when they are called on, and have not in this quest.
fn callable(table: &Table, seat: &Seat) -> Vec<Gift> {
    if table.open_scene().is_none() {
        return Vec::new();
    }
    let gifts = seat.gifts.iter().map(|(gift, _)| *gift);
    gifts
        .filter(|gift| gift.is_called_on() && !seat.gifts_spent.contains(gift))
        .collect()
}

fn noted(table: &Table, world: &World, no: SeatNo) -> Vec<NotedView> {
    let noted = ending::noted(table, world, no).into_iter();
    noted
        .filter(|(_, by)| *by != 0)
        .map(|(god, by)| NotedView { god, by })
        .collect()
}

fn keepsakes(world: &World, seat: &Seat) -> Vec<KeepsakeView> {
    let carried = seat.keepsakes.iter();
    carried
        .filter_map(|(quest, id)| {
            let mut written = world.quests.get(quest)?.keepsakes.iter();
            let kept = written.find(|kept| kept.id == *id)?;
            Some(KeepsakeView {
                keepsake: kept.id.clone(),
                name: kept.name.clone(),
                text: kept.text.clone(),
                edge: kept.edge,
            })
        })
        .collect()
}

/// The cards that a seat was given after the quest before this one.
fn cards(table: &Table, world: &World, no: SeatNo) -> Vec<CardView> {
    let given = table.story.told().last().map(|told| told.cards.as_slice());
    let given = given.unwrap_or_default().iter();
    given
        .filter(|(_, to, _)| *to == no)
        .filter_map(|(from, to, card)| card_view(world, *from, *to, card))
        .collect()
}

/// A card as it is read.
pub(super) fn card_view(
    world: &World,
    from: SeatNo,
    to: SeatNo,
    card: &CardId,
) -> Option<CardView> {
    Some(CardView {
        from,
        to,
        text: world.card(card)?.text.clone(),
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
