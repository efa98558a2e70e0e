//! What a decided scene comes to: the deeds, their rolls, what they move, and where it leads.
//!
//! The order is one of the rules: options, tags, chances and the gods' votes stand as they are before anything is done;
//! then quiet deeds; throws and how they read; marks, trust and favour; what was overheard; harms; companions; the
//! verdict's gifts; momentum; trust; blessings and curses; and where it leads.

use std::collections::BTreeMap;

use crate::content::{DecisionMode, Scene};
use crate::protocol::{Event, FavourReason, TrustReason};
use crate::rules::deeds::{Deed, Raised};
use crate::rules::draft::Draft;
use crate::rules::{
    companions, council, deeds, ending, gifts, harms, levers, momentum, pace, quiet, scene, trust,
    votes,
};
use crate::state::{SceneProgress, SceneState};
use crate::vocabulary::{God, Mark, OptionId, SeatNo, Tag};

/// Resolves the open scene as far as it has come.
pub(super) fn resolve(draft: &mut Draft<'_>) {
    let (Some(scene), Some(open)) = (draft.scene(), draft.open().cloned()) else {
        // This world no longer has the scene: the story breaks off rather than standing still for ever.
        return ending::reach(draft, None);
    };
    match open.progress {
        SceneProgress::Decision => decide(draft, scene, &open),
        // No edition decided here opens a fight, so whatever stands there cannot go on.
        SceneProgress::Fight { .. } => ending::reach(draft, None),
    }
}

/// Decides the open scene by the choices made, and goes where they lead.
fn decide(draft: &mut Draft<'_>, scene: &Scene, log: &SceneState) {
    let choices = votes::choices(log);
    let ballots = if choices.is_empty() {
        Vec::new()
    } else {
        votes::ballots(draft, scene, log, &choices)
    };
    let raised = votes::raise(draft, scene, log, (&choices, &ballots));
    let session = convene(draft, &raised);
    draft.happen(Event::Decided {
        by_silence: ballots.is_empty(),
        ballots,
        offered: votes::offered(draft, scene, log),
    });
    quiet::be_done(draft, scene);
    let deeds: Vec<Deed<'_>> = raised
        .into_iter()
        .filter_map(|raised| deeds::throw(draft, scene, raised))
        .collect();
    if let Some(session) = &session {
        session.hold(draft);
    }
    let mut harms = Vec::new();
    for deed in &deeds {
        let harm = take_effect(draft, scene, deed, &harms);
        harms.extend(harm);
    }
    levers::overhear(draft, scene);
    harms::come(draft, scene, &harms);
    for deed in &deeds {
        companions::judge(draft, &deed.tags);
    }
    companions::leave(draft, session.is_some());
    if let Some(session) = &session {
        session.give(draft);
    }
    settle_minds(draft, scene, (log, &choices), &deeds);
    trust::step(draft);
    gifts::settle(draft);
    go_on(draft, scene, &deeds);
}

/// One council a scene: over the great deed most seats do, the first among equals.
fn convene(draft: &Draft<'_>, raised: &[Raised<'_>]) -> Option<council::Session> {
    let mut great: Vec<(&Raised<'_>, Vec<SeatNo>)> = Vec::new();
    for deed in raised.iter().filter(|deed| deed.option.great) {
        let same = great
            .iter_mut()
            .find(|(other, _)| other.option.id == deed.option.id);
        match same {
            Some((_, doers)) => doers.extend(&deed.doers),
            None => great.push((deed, deed.doers.clone())),
        }
    }
    let most = great.into_iter().rev().max_by_key(|(_, doers)| doers.len());
    most.map(|(deed, doers)| council::convene(draft, deed.option, &deed.tags, &doers))
}

/// Marks, trust, favour and wounds of a deed; the harm in it, if there is one.
fn take_effect(
    draft: &mut Draft<'_>,
    scene: &Scene,
    deed: &Deed<'_>,
    harms_before: &[harms::Harm],
) -> Option<harms::Harm> {
    let harm = harms::of(draft, deed.outcome, harms_before);
    let is_the_harm = |mark: &&Mark| deed.outcome.harm.as_ref() == Some(*mark);
    let marks = deed.outcome.marks.iter().filter(|mark| !is_the_harm(mark));
    let came = harm.iter().filter(|harm| harm.is_counted());
    for mark in marks.chain(came.map(harms::Harm::mark)) {
        if !draft.table.story.has(mark) {
            draft.happen(Event::Marked { mark: mark.clone() });
        }
    }
    let costs_trust = harm.as_ref().is_none_or(harms::Harm::costs_trust);
    if costs_trust || deed.outcome.trust > 0 {
        trust::move_by(draft, deed.outcome.trust, TrustReason::Outcome);
    }
    if breaks_an_oath(draft, deed) {
        trust::move_by(
            draft,
            draft.edition.trust.oath_broken,
            TrustReason::OathBroken,
        );
    }
    for seat in &deed.doers {
        for (god, by) in &deed.outcome.favour {
            council::move_favour(draft, *seat, *god, *by, None);
        }
    }
    harms::wound(
        draft,
        scene,
        (&deed.doers, deed.hand.as_ref()),
        deed.outcome,
    );
    harm
}

/// Whether the deed bears a broken oath by what was sworn before.
fn breaks_an_oath(draft: &Draft<'_>, deed: &Deed<'_>) -> bool {
    let mut added = deed.option.tags_if.iter();
    let broke =
        |mark: &Mark, tags: &[Tag]| draft.table.story.has(mark) && tags.contains(&Tag::OathBroken);
    !deed.option.tags.contains(&Tag::OathBroken)
        && deed.tags.contains(&Tag::OathBroken)
        && added.any(|(mark, tags)| broke(mark, tags))
}

/// What those gain who were outvoted, and what the gods make of a bearer who listened to nobody.
fn settle_minds(
    draft: &mut Draft<'_>,
    scene: &Scene,
    (log, choices): (&SceneState, &BTreeMap<SeatNo, OptionId>),
    deeds: &[Deed<'_>],
) {
    let Some(deed) = deeds.iter().find(|deed| !deed.alone) else {
        return;
    };
    if gifts::is_shared(scene.decide) {
        momentum::of_outvoted(draft, choices, &deed.option.id);
    }
    let chose = choices.contains_key(&log.bearer);
    if chose && pace::went_unurged(scene, log, &deed.option.id) {
        let moves = [(God::Kaitha, 3), (God::Drakmor, 2), (God::Valdris, -2)];
        for (god, by) in moves {
            council::move_favour(draft, log.bearer, god, by, Some(FavourReason::Unurged));
        }
    }
}

/// Opens the scene the deeds lead to, or ends the quest.
fn go_on(draft: &mut Draft<'_>, scene: &Scene, deeds: &[Deed<'_>]) {
    let mut leading = deeds.iter().filter(|deed| !deed.alone);
    if scene.decide == DecisionMode::Each {
        let good = deeds.iter().filter(|deed| deed.kind.is_good()).count();
        let next = if good * 2 >= deeds.len() {
            &scene.well
        } else {
            &scene.ill
        };
        if let Some(next) = next {
            return scene::open(draft, next);
        }
    }
    let Some(outcome) = leading.next().map(|deed| deed.outcome) else {
        return ending::reach(draft, None);
    };
    let otherwise = outcome.next_if.iter().find(|way| {
        way.marks.iter().all(|mark| draft.table.story.has(mark))
            && !way.unless.iter().any(|mark| draft.table.story.has(mark))
    });
    let (next, ending) = match otherwise {
        Some(way) => (&way.next, &way.ending),
        None => (&outcome.next, &outcome.ending),
    };
    match next {
        Some(next) => scene::open(draft, next),
        None => ending::reach(draft, ending.as_ref()),
    }
}
