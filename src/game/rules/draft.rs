//! One decision in the making: the table as it becomes, the dice, and what has happened so far.

use crate::content::{Quest, Scene, World};
use crate::protocol::{Event, Moment};
use crate::rules::edition::{self, Edition};
use crate::rules::quests;
use crate::state::{SceneState, Table};
use crate::vocabulary::{Dice, Purpose, Seed, ThrowAddress};

/// One decision in the making. A rule reads its fields; only [`Draft::happen`] changes the table.
pub(super) struct Draft<'w> {
    pub(super) table: Table,
    pub(super) world: &'w World,
    seed: Seed,
    pub(super) edition: &'static Edition,
    pub(super) at_ms: u64,
    events: Vec<Event>,
}

/// What a command leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The events decided so far.
    pub events: Vec<Event>,
    /// The table once it has.
    pub after: Table,
}

impl<'w> Draft<'w> {
    /// Begins a decision on `table`, whose chance comes from `seed`.
    pub(super) fn new(table: &Table, world: &'w World, seed: Seed, moment: Moment) -> Self {
        Self {
            seed,
            edition: edition::of_table(table),
            table: table.clone(),
            world,
            at_ms: moment.at_ms,
            events: Vec::new(),
        }
    }

    /// Lets `event` happen.
    pub(super) fn happen(&mut self, event: Event) {
        self.table.apply(&event);
        self.events.push(event);
    }

    /// The dice for `purpose` in the scene that is open, or was last: the same whatever else is said or done in it. `of`
    /// tells throws of one purpose apart.
    pub(super) fn dice(&self, purpose: Purpose, of: u32) -> Dice {
        let scene = u16::try_from(self.table.scenes().len()).unwrap_or(u16::MAX);
        let seed = self.table.seed().unwrap_or(self.seed);
        Dice::at_address(seed, ThrowAddress { scene, purpose, of })
    }

    /// Whether the party plays its first quest after a short sitting: some rules are not shown it yet.
    pub(super) fn is_first_evening(&self) -> bool {
        quests::is_first_evening(&self.table)
    }

    /// The deadline of something that waits `wait_ms` from now.
    pub(super) fn deadline(&self, wait_ms: u64) -> u64 {
        self.at_ms.saturating_add(wait_ms)
    }

    /// The quest being played, as written.
    pub(super) fn quest(&self) -> Option<&'w Quest> {
        self.table.quest_in(self.world)
    }

    /// The open scene, as written.
    pub(super) fn scene(&self) -> Option<&'w Scene> {
        self.table.scene_in(self.world)
    }

    /// The open scene, as it stands.
    pub(super) fn open(&self) -> Option<&SceneState> {
        self.table.open_scene()
    }

    /// What was decided; nothing when nothing happens.
    pub(super) fn finish(self) -> Option<Decision> {
        if self.events.is_empty() {
            return None;
        }
        let mut after = self.table;
        after.end_commit(&self.events);
        Some(Decision {
            events: self.events,
            after,
        })
    }
}
