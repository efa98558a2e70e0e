//! What companions want: what they tell, how they vote, what moves their approval, when they go.

use crate::content::{Choice, DecisionMode, Weight, Whisper, World};
use crate::protocol::{ApprovalMove, ApprovalReason, Ballot, Character, Event, Manner, Telling};
use crate::rules::draft::Draft;
use crate::rules::whispers;
use crate::state::Table;
use crate::vocabulary::{CompanionId, OptionId, Tag, Tier};

/// From which approval on a companion votes with the bearer.
const FOLLOWS_MIN: i32 = 70;
/// Under which approval a companion leaves.
const STAYS_MIN: i32 = 15;
/// What a deed with their trigger costs.
const TRIGGER: i32 = -20;
/// What each point of their patron's taste is worth.
const TASTE: i32 = 2;

/// What a companion votes for among the `open` options: what the bearer chose if they like the party
/// well, else what their patron likes best.
pub(crate) fn vote(
    table: &Table,
    world: &World,
    id: &CompanionId,
    open: &[&Choice],
    bearers: Option<&OptionId>,
) -> Option<OptionId> {
    let approval = table.party.companions().get(id)?.approval;
    if let Some(bearers) = bearers.filter(|_| approval >= FOLLOWS_MIN) {
        return Some(bearers.clone());
    }
    let best = open
        .iter()
        .rev()
        .max_by_key(|option| taste(world, id, &option.tags))?;
    Some(best.id.clone())
}

/// All companions' votes in a scene that the whole table decides.
pub(super) fn votes(
    table: &Table,
    world: &World,
    mode: DecisionMode,
    open: &[&Choice],
    bearers: Option<&OptionId>,
) -> Vec<Ballot> {
    if !matches!(mode, DecisionMode::Party | DecisionMode::Secret) {
        return Vec::new();
    }
    table
        .party
        .allies()
        .filter_map(|(id, _)| {
            let option = vote(table, world, id, open, bearers)?;
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
            }));
        }
    }
    whispers::let_insights_dawn(draft);
}

/// How a companion tells a whisper, if they do.
///
/// One that crosses their agenda they keep back, and twist when they have come to despise the party;
/// only a bond, and real liking, makes them tell it. Any other they tell when they like the party well
/// enough for its weight, or when there is a bond.
fn volunteered(draft: &Draft<'_>, id: &CompanionId, whisper: &Whisper) -> Option<Manner> {
    let approval = draft.table.party.companions().get(id)?.approval;
    let bond = Tier::of(draft.table.trust()) == Tier::Bond;
    if whisper.crosses.as_ref() == Some(id) {
        return match approval {
            ..=29 => Some(Manner::Twist),
            80.. if bond => Some(Manner::Truth),
            _ => None,
        };
    }
    let enough = match whisper.weight {
        Weight::Minor => 40,
        Weight::Telling => 50,
        Weight::Critical => 60,
    };
    (bond || approval >= enough).then_some(Manner::Truth)
}

/// Lets companions think what they will of a deed with these tags.
pub(super) fn judge(draft: &mut Draft<'_>, tags: &[Tag]) {
    let ids: Vec<CompanionId> = draft
        .table
        .party
        .allies()
        .map(|(id, _)| id.clone())
        .collect();
    for companion in ids {
        let by = TASTE * taste(draft.world, &companion, tags);
        move_approval(draft, &companion, by, ApprovalReason::Taste);
        let trigger = draft.world.companion(&companion).map(|sheet| sheet.trigger);
        if trigger.is_some_and(|trigger| tags.contains(&trigger)) {
            move_approval(draft, &companion, TRIGGER, ApprovalReason::Trigger);
        }
    }
}

/// Companions whose approval is gone leave; where trust is breaking, so does the one who likes the
/// party least.
pub(super) fn leave(draft: &mut Draft<'_>) {
    let mut leaving: Vec<CompanionId> = draft
        .table
        .party
        .allies()
        .filter(|(_, ally)| ally.approval < STAYS_MIN)
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

/// Moves a companion's approval by what there is room for.
fn move_approval(draft: &mut Draft<'_>, companion: &CompanionId, by: i32, why: ApprovalReason) {
    let Some(ally) = draft.table.party.companions().get(companion) else {
        return;
    };
    let by = (ally.approval + by).clamp(0, 100) - ally.approval;
    if by != 0 {
        let companion = companion.clone();
        draft.happen(Event::ApprovalMoved(ApprovalMove { companion, by, why }));
    }
}

/// How much the patron of `id` likes these tags.
fn taste(world: &World, id: &CompanionId, tags: &[Tag]) -> i32 {
    let weighs = world
        .companion(id)
        .and_then(|sheet| world.gods.get(&sheet.patron))
        .map(|god| &god.weighs);
    weighs.map_or(0, |weighs| {
        tags.iter().filter_map(|tag| weighs.get(tag)).sum()
    })
}
