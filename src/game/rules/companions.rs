//! What companions want: what they tell, how they vote, what moves their approval, when they go.

use crate::content::{Choice, DecisionMode, Whisper, World};
use crate::protocol::{ApprovalMove, ApprovalReason, Ballot, Character, Event, Manner, Telling};
use crate::rules::draft::Draft;
use crate::rules::edition;
use crate::rules::whispers;
use crate::state::Table;
use crate::vocabulary::{CompanionId, OptionId, Tag, Tier};

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
    let follows_min = edition::of_table(table).companion.follows_min;
    if let Some(bearers) = bearers.filter(|_| approval >= follows_min) {
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
    let numbers = &draft.edition.companion;
    if whisper.crosses.as_ref() == Some(id) {
        return match approval {
            despises if despises <= numbers.twists_max => Some(Manner::Twist),
            likes if bond && likes >= numbers.confides_min => Some(Manner::Truth),
            _ => None,
        };
    }
    (bond || approval >= numbers.tells_min(whisper.weight)).then_some(Manner::Truth)
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
        let by = numbers.taste * taste(draft.world, &companion, tags);
        move_approval(draft, &companion, by, ApprovalReason::Taste);
        let trigger = draft.world.companion(&companion).map(|sheet| sheet.trigger);
        if trigger.is_some_and(|trigger| tags.contains(&trigger)) {
            move_approval(draft, &companion, numbers.trigger, ApprovalReason::Trigger);
        }
    }
}

/// Companions whose approval is gone leave; where trust is breaking, so does the one who likes the
/// party least.
pub(super) fn leave(draft: &mut Draft<'_>) {
    let stays_min = draft.edition.companion.stays_min;
    let mut leaving: Vec<CompanionId> = draft
        .table
        .party
        .allies()
        .filter(|(_, ally)| ally.approval < stays_min)
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
