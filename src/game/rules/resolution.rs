//! What a decided scene comes to: the deeds, their rolls, what they move, and where it leads.

use std::collections::BTreeMap;

use crate::content::{Choice, DecisionMode, Outcome, Scene};
use crate::protocol::{Ballot, Character, Done, Event, Roll, SkillGrowth, TrustReason};
use crate::rules::checks::outcome_of;
use crate::rules::draft::Draft;
use crate::rules::edition::VoiceNumbers;
use crate::rules::{checks, companions, council, scene, trust};
use crate::state::{SceneProgress, SceneState};
use crate::vocabulary::{Mark, OptionId, OutcomeKind, SeatNo, Skill};

/// What one choice came to.
struct Deed<'w> {
    option: &'w Choice,
    doers: Vec<SeatNo>,
    kind: OutcomeKind,
    outcome: &'w Outcome,
}

/// Resolves the open scene as far as it has come.
pub(super) fn resolve(draft: &mut Draft<'_>) {
    let (Some(scene), Some(open)) = (draft.scene(), draft.open().cloned()) else {
        // This world no longer has the scene: the story breaks off rather than standing still for ever.
        return draft.happen(Event::QuestEnded { ending: None });
    };
    match open.progress {
        SceneProgress::Decision => decide(draft, scene, &open),
        // No edition decided here opens a fight, so whatever stands there cannot go on.
        SceneProgress::Fight { .. } => draft.happen(Event::QuestEnded { ending: None }),
    }
}

/// Decides the open scene by the choices made, and goes where they lead.
fn decide(draft: &mut Draft<'_>, scene: &Scene, log: &SceneState) {
    let by_silence = log.choices.is_empty();
    let ballots = if by_silence {
        Vec::new()
    } else {
        ballots(draft, scene, log)
    };
    let acts = acts(&draft.edition.voices, scene, log, &ballots);
    draft.happen(Event::Decided {
        ballots,
        by_silence,
    });
    let deeds: Vec<Deed<'_>> = acts
        .into_iter()
        .filter_map(|(option, doers)| do_deed(draft, scene, option, doers))
        .collect();
    for deed in &deeds {
        take_effect(draft, deed);
    }
    blame_the_silent(draft, scene, &deeds);
    for deed in &deeds {
        companions::judge(draft, &deed.option.tags);
    }
    council_over(draft, &deeds);
    companions::leave(draft);
    go_on(draft, scene, &deeds);
}

fn ballots(draft: &Draft<'_>, scene: &Scene, log: &SceneState) -> Vec<Ballot> {
    let seats = log.choices.iter().map(|(no, option)| Ballot {
        voice: Character::Seat(*no),
        option: option.clone(),
    });
    let open = scene::open_options(&draft.table, scene, log);
    let bearers = log.choices.get(&log.bearer);
    let companions = companions::votes(&draft.table, draft.world, scene.decide, &open, bearers);
    seats.chain(companions).collect()
}

/// The options done, each with the seats that do it.
fn acts<'w>(
    voices: &VoiceNumbers,
    scene: &'w Scene,
    log: &SceneState,
    ballots: &[Ballot],
) -> Vec<(&'w Choice, Vec<SeatNo>)> {
    if ballots.is_empty() {
        let silent = scene
            .option(&scene.default)
            .map(|option| (option, vec![log.bearer]));
        return silent.into_iter().collect();
    }
    if scene.decide == DecisionMode::Each {
        let acted = log
            .choices
            .iter()
            .filter_map(|(no, id)| Some((scene.option(id)?, vec![*no])));
        return acted.collect();
    }
    let Some(option) = winner(voices, scene, log, ballots) else {
        return Vec::new();
    };
    let mut doers: Vec<SeatNo> = log
        .choices
        .iter()
        .filter(|(_, id)| **id == option.id)
        .map(|(no, _)| *no)
        .collect();
    if doers.is_empty() {
        doers.push(log.bearer);
    }
    vec![(option, doers)]
}

/// Rolls what must be rolled.
fn do_deed<'w>(
    draft: &mut Draft<'_>,
    scene: &Scene,
    option: &'w Choice,
    doers: Vec<SeatNo>,
) -> Option<Deed<'w>> {
    let (kind, roll) = match &option.check {
        None => (OutcomeKind::Plain, None),
        Some(check) => {
            let actor = doers.first().copied()?;
            let (hand, chance) = checks::chance(&draft.table, draft.world, scene, check, actor);
            let throw = draft.dice.d100();
            let kind = outcome_of(&draft.edition.check, throw, &chance);
            let (skill, difficulty) = (check.skill, check.difficulty);
            (
                kind,
                Some(Roll {
                    hand,
                    skill,
                    difficulty,
                    chance,
                    throw,
                }),
            )
        }
    };
    let outcome = option.outcome_of(kind)?;
    draft.happen(Event::DeedDone(Done {
        doers: doers.clone(),
        option: option.id.clone(),
        roll: roll.clone(),
        kind,
    }));
    if let Some(Roll {
        hand: Character::Seat(seat),
        skill,
        chance,
        ..
    }) = roll
    {
        let lesson = draft.edition.lesson.of(kind, chance.percent);
        teach(draft, seat, skill, lesson);
    }
    Some(Deed {
        option,
        doers,
        kind,
        outcome,
    })
}

/// Raises a skill by what there is room for.
fn teach(draft: &mut Draft<'_>, seat: SeatNo, skill: Skill, by: i32) {
    let level = draft
        .table
        .party
        .seat(seat)
        .map_or(0, |held| held.skill(skill));
    let by = by.min(100 - level);
    if by > 0 {
        draft.happen(Event::SkillGrew(SkillGrowth { seat, skill, by }));
    }
}

fn take_effect(draft: &mut Draft<'_>, deed: &Deed<'_>) {
    for mark in &deed.outcome.marks {
        if !draft.table.story.has(mark) {
            draft.happen(Event::Marked { mark: mark.clone() });
        }
    }
    trust::move_by(draft, deed.outcome.trust, TrustReason::Outcome);
    for seat in &deed.doers {
        for (god, by) in &deed.outcome.favour {
            council::move_favour(draft, *seat, *god, *by, false);
        }
    }
}

/// Trust falls once when a harm came about that somebody's untold whisper warned of. A twist counts as
/// told: if it did not, this very moment would give it away.
fn blame_the_silent(draft: &mut Draft<'_>, scene: &Scene, deeds: &[Deed<'_>]) {
    let Some(log) = draft.table.scene.last() else {
        return;
    };
    let harms: Vec<&Mark> = deeds
        .iter()
        .filter_map(|deed| deed.outcome.harm.as_ref())
        .collect();
    let warned_and_kept = scene.whispers.iter().any(|whisper| {
        let warns = whisper
            .warns
            .as_ref()
            .is_some_and(|mark| harms.contains(&mark));
        let of_a_seat = draft
            .table
            .present()
            .any(|(no, _)| log.hears(&Character::Seat(no), &whisper.id));
        let told = log.was_told(&whisper.id);
        warns && of_a_seat && !told
    });
    if warned_and_kept {
        trust::move_by(draft, draft.edition.trust.unwarned, TrustReason::Unwarned);
    }
}

/// One council a scene: over the great deed most seats did, the first among equals.
fn council_over<'w>(draft: &mut Draft<'_>, deeds: &[Deed<'w>]) {
    let mut great: Vec<(&'w Choice, Vec<SeatNo>)> = Vec::new();
    for deed in deeds.iter().filter(|deed| deed.option.great) {
        match great
            .iter_mut()
            .find(|(option, _)| option.id == deed.option.id)
        {
            Some((_, doers)) => doers.extend(&deed.doers),
            None => great.push((deed.option, deed.doers.clone())),
        }
    }
    let most = great.into_iter().rev().max_by_key(|(_, doers)| doers.len());
    if let Some((option, doers)) = most {
        council::hold(draft, option, &doers);
    }
}

/// Opens the scene the deeds lead to, or ends the quest.
fn go_on(draft: &mut Draft<'_>, scene: &Scene, deeds: &[Deed<'_>]) {
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
    let led = deeds
        .first()
        .map(|deed| (deed.outcome.next.as_ref(), deed.outcome.ending.clone()));
    match led {
        Some((Some(next), _)) => scene::open(draft, next),
        Some((None, ending)) => draft.happen(Event::QuestEnded { ending }),
        None => draft.happen(Event::QuestEnded { ending: None }),
    }
}

/// The option with the most voices; the bearer's among equals, else the first in the scene's order.
fn winner<'w>(
    weights: &VoiceNumbers,
    scene: &'w Scene,
    log: &SceneState,
    ballots: &[Ballot],
) -> Option<&'w Choice> {
    let mut voices: BTreeMap<&OptionId, u32> = BTreeMap::new();
    for ballot in ballots {
        *voices.entry(&ballot.option).or_default() += match ballot.voice {
            Character::Seat(_) => weights.seat,
            Character::Companion(_) => weights.companion,
        };
    }
    let most = voices.values().max().copied()?;
    let leading = |id: &OptionId| voices.get(id).copied() == Some(most);
    let bearers = log.choices.get(&log.bearer).filter(|id| leading(id));
    match bearers {
        Some(id) => scene.option(id),
        None => scene.options.iter().find(|option| leading(&option.id)),
    }
}
