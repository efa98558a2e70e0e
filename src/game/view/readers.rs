//! What the readers of a told story see: the Chronicle as a spectator sees it, without the name and the lines of any seat that
//! lends them nothing.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::content::World;
use crate::state::{Phase, Table};
use crate::view::View;
use crate::vocabulary::{SeatNo, names};

/// Who may read the story besides those who played.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReadersView {
    /// Whether whoever has its link may.
    pub published: bool,
    /// The seats whose names and lines they see.
    pub lent: Vec<SeatNo>,
    /// Whether it may be given out: one that was broken off may not.
    pub may_publish: bool,
}

impl ReadersView {
    pub(super) fn of(table: &Table) -> Self {
        Self {
            published: table.published().is_some(),
            lent: table.lent().iter().copied().collect(),
            may_publish: table.is_understood() && table.ending().is_some(),
        }
    }
}

impl Table {
    /// Shows the story to those who have its link. `None` unless it was told and is given out.
    pub fn view_for_readers(&self, world: &World) -> Option<View> {
        let given = self.phase() == Phase::Chronicle && self.published().is_some();
        given.then(|| self.masked(&masks(self, world)).view(world, None))
    }
}

/// What the seats are called that lend no name: by what the gods called them, and counted where that is not enough.
fn masks(table: &Table, world: &World) -> BTreeMap<SeatNo, String> {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let seats = table.seats().iter();
    let masked = seats.filter(|(no, _)| !table.lent().contains(no));
    masked
        .map(|(no, seat)| {
            let class = seat.class.as_ref().and_then(|id| world.class(id));
            let name = class.map_or_else(|| names::forgotten(*no), |class| class.name.clone());
            let count = counts.entry(name.clone()).or_default();
            *count += 1;
            let mask = match *count {
                1 => name,
                more => format!("{name} {more}"),
            };
            (*no, mask)
        })
        .collect()
}
