//! The vote: whose voices count for what, and what is decided by them.

use std::collections::BTreeMap;

use crate::content::{Choice, DecisionMode, Effect, Scene};
use crate::protocol::{Ballot, Character};
use crate::rules::deeds::Raised;
use crate::rules::draft::Draft;
use crate::rules::effects::has;
use crate::rules::{companions, deeds, scene};
use crate::state::SceneState;
use crate::vocabulary::{OptionId, SeatNo, Tag};

/// The choices made; after a second draft, who was silent keeps the old one.
pub(super) fn choices(log: &SceneState) -> BTreeMap<SeatNo, OptionId> {
    let mut choices = log.first_draft.clone();
    choices.extend(log.choices.clone());
    choices.retain(|no, _| scene::acts_alone(log, *no).is_none());
    choices
}

pub(super) fn ballots(
    draft: &Draft<'_>,
    scene: &Scene,
    log: &SceneState,
    choices: &BTreeMap<SeatNo, OptionId>,
) -> Vec<Ballot> {
    let seats = choices.iter().map(|(no, option)| Ballot {
        voice: Character::Seat(*no),
        option: option.clone(),
    });
    let open = scene::open_options(&draft.table, scene, log);
    let bearers = choices.get(&log.bearer);
    let companions = companions::votes(&draft.table, draft.world, scene, &open, bearers);
    seats.chain(companions).collect()
}

/// The tags of the ways that were open to the table.
pub(super) fn offered(draft: &Draft<'_>, scene: &Scene, log: &SceneState) -> Vec<Tag> {
    let open = scene::open_options(&draft.table, scene, log).into_iter();
    let mut tags: Vec<Tag> = open
        .flat_map(|option| option.tags_when(|mark| draft.table.story.has(mark)))
        .collect();
    tags.sort();
    tags.dedup();
    tags
}

/// The choices about to be done, as they stand: what somebody does alone first, then what was decided.
pub(super) fn raise<'w>(
    draft: &Draft<'_>,
    scene: &'w Scene,
    log: &SceneState,
    (choices, ballots): (&BTreeMap<SeatNo, OptionId>, &[Ballot]),
) -> Vec<Raised<'w>> {
    let seats = draft.table.present().map(|(no, _)| no);
    let alone = seats.filter_map(|no| {
        let option = scene.option(scene::acts_alone(log, no)?)?;
        Some((option, vec![no], true))
    });
    let decided = acts(draft, scene, log, (choices, ballots)).into_iter();
    let decided = decided.map(|(option, doers)| (option, doers, false));
    alone
        .chain(decided)
        .filter_map(|(option, doers, alone)| deeds::raise_one(draft, scene, option, doers, alone))
        .collect()
}

/// The options done, each with the seats that do it.
pub(super) fn acts<'w>(
    draft: &Draft<'_>,
    scene: &'w Scene,
    log: &SceneState,
    (choices, ballots): (&BTreeMap<SeatNo, OptionId>, &[Ballot]),
) -> Vec<(&'w Choice, Vec<SeatNo>)> {
    if ballots.is_empty() {
        let silent = scene
            .option(&scene.default)
            .map(|option| (option, vec![log.bearer]));
        return silent.into_iter().collect();
    }
    if scene.decide == DecisionMode::Each {
        let acted = choices
            .iter()
            .filter_map(|(no, id)| Some((scene.option(id)?, vec![*no])));
        return acted.collect();
    }
    let Some(option) = winner(draft, scene, log, ballots) else {
        return Vec::new();
    };
    let chose = choices.iter().filter(|(_, id)| **id == option.id);
    let mut doers: Vec<SeatNo> = chose.map(|(no, _)| *no).collect();
    if doers.is_empty() {
        doers.push(log.bearer);
    }
    vec![(option, doers)]
}

/// The option with the most voices; the bearer's among equals, else the first in the scene's order.
pub(super) fn winner<'w>(
    draft: &Draft<'_>,
    scene: &'w Scene,
    log: &SceneState,
    ballots: &[Ballot],
) -> Option<&'w Choice> {
    let bearers = ballots
        .iter()
        .find(|ballot| ballot.voice == Character::Seat(log.bearer))
        .map(|ballot| &ballot.option);
    let mut voices: BTreeMap<&OptionId, u32> = BTreeMap::new();
    for ballot in ballots {
        *voices.entry(&ballot.option).or_default() += weight(draft, ballot, bearers);
    }
    let most = voices.values().max().copied()?;
    let leading = |id: &OptionId| voices.get(id).copied() == Some(most);
    match bearers.filter(|id| leading(id)) {
        Some(id) => scene.option(id),
        None => scene.options.iter().find(|option| leading(&option.id)),
    }
}

/// What a voice weighs: a leash goes before a writ.
pub(super) fn weight(draft: &Draft<'_>, ballot: &Ballot, bearers: Option<&OptionId>) -> u32 {
    let weights = &draft.edition.voices;
    let Character::Seat(seat) = ballot.voice else {
        return weights.companion;
    };
    let in_force = |effect| has(&draft.table, draft.world, seat, effect);
    if in_force(Effect::Leashed) && bearers != Some(&ballot.option) {
        weights.leashed
    } else if in_force(Effect::Writ) {
        weights.writ
    } else {
        weights.seat
    }
}
