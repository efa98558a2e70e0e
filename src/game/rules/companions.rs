//! What companions want: what they tell, how they vote, what moves their approval, when they speak against the party and go.

use crate::content::{
    Choice, CompanionRule, DecisionMode, MustWhen, Scene, Weight, Whisper, World,
};
use crate::protocol::{ApprovalMove, ApprovalReason, Ballot, Character, Event, Manner, Telling};
use crate::rules::draft::Draft;
use crate::rules::{challenge, council, edition, whispers};
use crate::state::{Ally, Table};
use crate::vocabulary::{CompanionId, OptionId, Tag, Tier};

/// The rules that a companion goes by.
fn rules_of<'w>(world: &'w World, id: &CompanionId) -> &'w [CompanionRule] {
    world.companion(id).map_or(&[], |sheet| &sheet.rules)
}

/// What a companion votes for among the `open` options: what its rules make it, what the bearer chose if it likes the party
/// well, else what it likes best.
pub(crate) fn vote(
    table: &Table,
    world: &World,
    id: &CompanionId,
    (scene, open): (&Scene, &[&Choice]),
    bearers: Option<&OptionId>,
) -> Option<OptionId> {
    let approval = table.party.companions().get(id)?.approval;
    let tags = |option: &Choice| option.tags_when(|mark| table.story.has(mark));
    let must = open.iter().find(|option| {
        let tags = tags(option);
        must(table, world, id, scene).any(|tag| tags.contains(&tag))
    });
    if let Some(option) = must {
        return Some(option.id.clone());
    }
    let refused = |option: &Choice| {
        let tags = tags(option);
        will_not(world, id, scene).any(|tag| tags.contains(&tag))
    };
    let willing: Vec<&&Choice> = open.iter().filter(|option| !refused(option)).collect();
    // Its vote in a secret ballot would give the bearer's away.
    let may_follow = scene.decide != DecisionMode::Secret;
    let follows =
        approval >= edition::of_table(table).companion.follows_min || obeys(table, world, id);
    let followed = bearers
        .filter(|id| may_follow && follows && willing.iter().any(|option| option.id == **id));
    if let Some(followed) = followed {
        return Some(followed.clone());
    }
    let from: Vec<&&Choice> = if willing.is_empty() {
        open.iter().collect()
    } else {
        willing
    };
    let best = from
        .into_iter()
        .rev()
        .max_by_key(|option| taste(world, id, &tags(option)))?;
    Some(best.id.clone())
}

fn must<'a>(
    table: &'a Table,
    world: &'a World,
    id: &CompanionId,
    scene: &'a Scene,
) -> impl Iterator<Item = Tag> + use<'a> {
    let rules = rules_of(world, id).iter();
    rules.filter_map(move |rule| {
        let CompanionRule::Must { tag, when } = rule else {
            return None;
        };
        holds(table, scene, when).then_some(*tag)
    })
}

fn holds(table: &Table, scene: &Scene, when: &MustWhen) -> bool {
    match when {
        MustWhen::Always => true,
        MustWhen::Mark(prefix) => {
            let mut marks = table.story.marks().iter();
            marks.any(|mark| mark.as_str().starts_with(prefix))
        }
        MustWhen::Mood(mood) => scene.mood == *mood,
        MustWhen::SeatHpUnder(under) => {
            let mut seats = table.present();
            seats.any(|(_, seat)| seat.hp.is_some_and(|hp| hp < *under))
        }
    }
}

fn will_not<'a>(
    world: &'a World,
    id: &CompanionId,
    scene: &'a Scene,
) -> impl Iterator<Item = Tag> + use<'a> {
    let crossed = scene
        .whispers
        .iter()
        .any(|whisper| whisper.crosses.as_ref() == Some(id));
    let rules = rules_of(world, id).iter();
    rules.filter_map(move |rule| {
        let CompanionRule::WillNot { tag, when_crossed } = rule else {
            return None;
        };
        (crossed || !when_crossed).then_some(*tag)
    })
}

/// Whether a companion does as the bearer does, for as long as no council was held.
fn obeys(table: &Table, world: &World, id: &CompanionId) -> bool {
    let no_council = || table.scenes().iter().all(|scene| scene.council.is_none());
    rules_of(world, id).contains(&CompanionRule::ObeysUntilCouncil) && no_council()
}

/// All companions' votes in a scene that the whole table decides.
pub(super) fn votes(
    table: &Table,
    world: &World,
    scene: &Scene,
    open: &[&Choice],
    bearers: Option<&OptionId>,
) -> Vec<Ballot> {
    if !matches!(scene.decide, DecisionMode::Party | DecisionMode::Secret) {
        return Vec::new();
    }
    let allies = table.party.allies();
    allies
        .filter_map(|(id, _)| {
            let option = vote(table, world, id, (scene, open), bearers)?;
            Some(Ballot {
                voice: Character::Companion(id.clone()),
                option,
            })
        })
        .collect()
}

/// Companions speak up as the scene opens, by rule: how much they approve, and what they hide.
pub(super) fn volunteer(draft: &mut Draft<'_>) {
    let Some(scene) = draft.scene() else { return };
    let Some(log) = draft.open() else { return };
    let mut held: Vec<(CompanionId, &Whisper)> = Vec::new();
    for deal in &log.deals {
        let Some(whisper) = scene.whisper(&deal.whisper) else {
            continue;
        };
        for hearer in &deal.hearers {
            if let Character::Companion(id) = hearer {
                held.push((id.clone(), whisper));
            }
        }
    }
    for (id, whisper) in held {
        if let Some(manner) = volunteered(draft, &id, whisper) {
            let by = Character::Companion(id);
            draft.happen(Event::Told(Telling {
                by,
                whisper: whisper.id.clone(),
                manner,
                to: None,
            }));
        }
    }
    whispers::let_insights_dawn(draft);
    challenge::by_companions(draft);
}

/// How a companion tells a whisper, if they do.
///
/// One that crosses their agenda they keep back, and twist when they have come to despise the party;
/// only a bond, and real liking, makes them tell it. Any other they tell when they like the party well
/// enough for its weight, or when there is a bond, unless a rule of their own says otherwise.
fn volunteered(draft: &Draft<'_>, id: &CompanionId, whisper: &Whisper) -> Option<Manner> {
    let approval = draft.table.party.companions().get(id)?.approval;
    let bond = Tier::of(draft.table.trust()) == Tier::Bond;
    let numbers = &draft.edition.companion;
    let confides = bond && approval >= numbers.confides_min;
    if whisper.crosses.as_ref() == Some(id) {
        return match approval {
            despises if despises <= numbers.twists_max => Some(Manner::Twist),
            _ if confides => Some(Manner::Truth),
            _ => None,
        };
    }
    let rules = rules_of(draft.world, id);
    let tells = rules.iter().any(|rule| {
        if let CompanionRule::TellsAll { approval: least } = rule {
            return approval >= *least;
        }
        let CompanionRule::TellsCritical { approval: least } = rule else {
            return false;
        };
        whisper.weight == Weight::Critical && approval >= *least
    });
    let keeps = rules.contains(&CompanionRule::Keeps(whisper.sense)) && !confides;
    let likes = bond || approval >= numbers.tells_min(whisper.weight);
    (tells || likes && !keeps).then_some(Manner::Truth)
}

/// Lets companions think what they will of a deed with these tags.
pub(super) fn judge(draft: &mut Draft<'_>, tags: &[Tag]) {
    let ids: Vec<CompanionId> = draft
        .table
        .party
        .allies()
        .map(|(id, _)| id.clone())
        .collect();
    let numbers = &draft.edition.companion;
    for companion in ids {
        let by = numbers.taste * patrons_taste(draft.world, &companion, tags);
        move_approval(draft, &companion, by, ApprovalReason::Taste);
        let trigger = draft.world.companion(&companion).map(|sheet| sheet.trigger);
        if trigger.is_some_and(|trigger| tags.contains(&trigger)) {
            move_approval(draft, &companion, numbers.trigger, ApprovalReason::Trigger);
        }
    }
}

/// The companions who speak against the party at the next council, and then leave.
pub(super) fn speaking_against(draft: &Draft<'_>) -> Vec<CompanionId> {
    let allies = draft.table.party.allies();
    allies
        .filter(|(id, ally)| {
            let mut rules = rules_of(draft.world, id).iter();
            rules.any(|rule| speaks_by(draft, id, ally, rule))
        })
        .map(|(id, _)| id.clone())
        .collect()
}

fn speaks_by(draft: &Draft<'_>, id: &CompanionId, ally: &Ally, rule: &CompanionRule) -> bool {
    let CompanionRule::SpeaksAgainst {
        approval_under,
        done,
        crossing_told,
        outvoted,
    } = rule
    else {
        return false;
    };
    approval_under.is_none_or(|under| ally.approval < under)
        && done.is_none_or(|(tag, count)| scenes_with(&draft.table, tag) >= count)
        && (!crossing_told || crossing_was_told(draft, id))
        && outvoted.is_none_or(|count| times_outvoted(&draft.table, id) >= count)
}

/// Scenes of this quest in which a deed bore the tag.
fn scenes_with(table: &Table, tag: Tag) -> usize {
    let scenes = table.scenes().iter();
    scenes
        .filter(|scene| scene.done.iter().any(|done| done.tags.contains(&tag)))
        .count()
}

fn crossing_was_told(draft: &Draft<'_>, id: &CompanionId) -> bool {
    let Some(quest) = draft.quest() else {
        return false;
    };
    draft.table.scenes().iter().any(|log| {
        let scene = quest.scene(&log.scene).into_iter();
        let mut crossing = scene
            .flat_map(|scene| &scene.whispers)
            .filter(|whisper| whisper.crosses.as_ref() == Some(id));
        crossing.any(|whisper| log.told_truly(&whisper.id))
    })
}

fn times_outvoted(table: &Table, id: &CompanionId) -> usize {
    let who = Character::Companion(id.clone());
    let scenes = table.scenes().iter();
    scenes
        .filter(|scene| {
            let own = scene.ballots.iter().find(|ballot| ballot.voice == who);
            own.is_some_and(|own| scene.done.iter().all(|done| done.option != own.option))
        })
        .count()
}

/// Companions whose approval is gone, who have seen enough, or who spoke against the party leave; where trust is breaking,
/// so does the one who likes the party least.
pub(super) fn leave(draft: &mut Draft<'_>, council_held: bool) {
    let stays_min = draft.edition.companion.stays_min;
    let spoke: Vec<CompanionId> = if council_held {
        let held = draft
            .table
            .scene
            .last()
            .and_then(|log| log.council.as_ref());
        held.map(|council| council.spoke_against.clone())
            .unwrap_or_default()
    } else {
        Vec::new()
    };
    let mut leaving: Vec<CompanionId> = draft
        .table
        .party
        .allies()
        .filter(|(id, ally)| {
            ally.approval < stays_min || spoke.contains(id) || has_seen_enough(draft, id, ally)
        })
        .map(|(id, _)| id.clone())
        .collect();
    if leaving.is_empty() && Tier::of(draft.table.trust()) == Tier::Breaking {
        leaving.extend(
            draft
                .table
                .party
                .allies()
                .min_by_key(|(_, ally)| ally.approval)
                .map(|(id, _)| id.clone()),
        );
    }
    for companion in leaving {
        draft.happen(Event::CompanionLeft { companion });
    }
}

fn has_seen_enough(draft: &Draft<'_>, id: &CompanionId, ally: &Ally) -> bool {
    // Nobody flees before there are fights.
    rules_of(draft.world, id).iter().any(|rule| {
        if let CompanionRule::LeavesUnderApproval(under) = rule {
            return ally.approval < *under;
        }
        if let CompanionRule::LeavesUnderTrust(under) = rule {
            return draft.table.trust() < *under;
        }
        let CompanionRule::LeavesAfterDone { tag, count } = rule else {
            return false;
        };
        scenes_with(&draft.table, *tag) >= *count
    })
}

/// Moves a companion's approval by what there is room for.
pub(super) fn move_approval(
    draft: &mut Draft<'_>,
    companion: &CompanionId,
    by: i32,
    why: ApprovalReason,
) {
    let Some(ally) = draft.table.party.companions().get(companion) else {
        return;
    };
    let by = ally.approval.saturating_add(by).clamp(0, 100) - ally.approval;
    if by != 0 {
        let companion = companion.clone();
        draft.happen(Event::ApprovalMoved(ApprovalMove { companion, by, why }));
    }
}

/// How much a companion likes these tags: its patron's taste, and its own.
fn taste(world: &World, id: &CompanionId, tags: &[Tag]) -> i32 {
    let own = rules_of(world, id).iter().filter_map(|rule| {
        let CompanionRule::Votes { tag, by } = rule else {
            return None;
        };
        tags.contains(tag).then_some(*by)
    });
    patrons_taste(world, id, tags) + own.sum::<i32>()
}

/// How much the patron of `id` likes these tags.
fn patrons_taste(world: &World, id: &CompanionId, tags: &[Tag]) -> i32 {
    let patron = world.companion(id).map(|sheet| sheet.patron);
    patron.map_or(0, |patron| council::taste(world, patron, tags))
}
