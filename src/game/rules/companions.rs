//! What companions want: how they vote, what moves their approval, when they go.

use crate::content::{Choice, DecisionMode, World};
use crate::protocol::{ApprovalReason, Ballot, Character, Event};
use crate::rules::draft::Draft;
use crate::rules::trust::Tier;
use crate::state::Table;
use crate::vocabulary::{CompanionId, OptionId, Tag};

/// From which approval on a companion votes with the bearer.
const FOLLOWS_MIN: i32 = 70;
/// Under which approval a companion leaves.
const STAYS_MIN: i32 = 15;
/// What a deed with their trigger costs.
const TRIGGER: i32 = -20;
/// What each point of their patron's taste is worth.
const TASTE: i32 = 2;

impl Table {
    /// What a companion votes for among the `open` options: what the bearer chose if they like the party
    /// well, else what their patron likes best.
    pub(crate) fn companion_vote(
        &self,
        world: &World,
        id: &CompanionId,
        open: &[&Choice],
        bearers: Option<&OptionId>,
    ) -> Option<OptionId> {
        let approval = self.companions.get(id)?.approval;
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
    pub(crate) fn companion_votes(
        &self,
        world: &World,
        way: DecisionMode,
        open: &[&Choice],
        bearers: Option<&OptionId>,
    ) -> Vec<Ballot> {
        if !matches!(way, DecisionMode::Party | DecisionMode::Secret) {
            return Vec::new();
        }
        self.allies()
            .filter_map(|(id, _)| {
                let option = self.companion_vote(world, id, open, bearers)?;
                Some(Ballot {
                    voice: Character::Companion(id.clone()),
                    option,
                })
            })
            .collect()
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

impl Draft<'_> {
    /// Lets companions think what they will of a deed with these tags.
    pub(crate) fn companions_judge(&mut self, tags: &[Tag]) {
        let ids: Vec<CompanionId> = self.table.allies().map(|(id, _)| id.clone()).collect();
        for companion in ids {
            let by = TASTE * taste(self.world, &companion, tags);
            self.move_approval(&companion, by, ApprovalReason::Taste);
            let trigger = self.world.companion(&companion).map(|sheet| sheet.trigger);
            if trigger.is_some_and(|trigger| tags.contains(&trigger)) {
                self.move_approval(&companion, TRIGGER, ApprovalReason::Trigger);
            }
        }
    }

    /// Moves a companion's approval by what there is room for.
    fn move_approval(&mut self, companion: &CompanionId, by: i32, why: ApprovalReason) {
        let Some(ally) = self.table.companions.get(companion) else {
            return;
        };
        let by = (ally.approval + by).clamp(0, 100) - ally.approval;
        if by != 0 {
            let companion = companion.clone();
            self.happen(Event::ApprovalMoved { companion, by, why });
        }
    }

    /// Companions whose approval is gone leave; where trust is breaking, so does the one who likes the
    /// party least.
    pub(crate) fn companions_leave(&mut self) {
        let mut leaving: Vec<CompanionId> = self
            .table
            .allies()
            .filter(|(_, ally)| ally.approval < STAYS_MIN)
            .map(|(id, _)| id.clone())
            .collect();
        if leaving.is_empty() && Tier::of(self.table.trust) == Tier::Breaking {
            leaving.extend(
                self.table
                    .allies()
                    .min_by_key(|(_, ally)| ally.approval)
                    .map(|(id, _)| id.clone()),
            );
        }
        for companion in leaving {
            self.happen(Event::CompanionLeft { companion });
        }
    }
}
