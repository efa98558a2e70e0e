//! The naming, before everything is told: the ending, and what a seat may say of the others.

use serde::Serialize;

use crate::content::World;
use crate::protocol::Slip;
use crate::rules::naming;
use crate::state::Table;
use crate::view::scene;
use crate::view::text::EndingView;
use crate::vocabulary::{God, SeatNo};

/// The naming.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct NamingView {
    /// The title of the quest that has ended.
    pub quest: String,
    pub ending: Option<EndingView>,
    /// The others whom the viewer may judge; nobody where it has judged, or only watches.
    pub judged: Vec<JudgedView>,
    pub has_judged: bool,
}

/// A seat that may be judged.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct JudgedView {
    pub seat: SeatNo,
    pub name: String,
    /// Whether it is asked if the seat told a twist.
    pub asks_twist: bool,
}

/// What a seat said of another, and what of it was right.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct SlipView {
    pub by: SeatNo,
    pub about: SeatNo,
    pub twisted: Option<bool>,
    pub stake: Option<God>,
    pub right_about_twist: Option<bool>,
    pub right_about_stake: Option<bool>,
}

/// How the naming came out.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct NamedView {
    pub slips: Vec<SlipView>,
    /// Who judged best.
    pub sharp_ears: Vec<SeatNo>,
    /// Who was misjudged by most.
    pub closed_books: Vec<SeatNo>,
}

pub(super) fn of(table: &Table, world: &World, you: Option<SeatNo>) -> Option<NamingView> {
    let quest = table.quest_in(world)?;
    let said = table.story.judged();
    let has_judged = you.is_some_and(|no| said.contains_key(&no));
    let others = table.seats().iter().filter(|(no, _)| {
        let other = you.is_some() && Some(**no) != you;
        other && !has_judged && naming::may_be_judged(table, **no)
    });
    Some(NamingView {
        quest: quest.title.clone(),
        ending: scene::ending(table, world),
        judged: others
            .map(|(no, seat)| JudgedView {
                seat: *no,
                name: seat.name.clone(),
                asks_twist: naming::is_asked_about(table, world, *no),
            })
            .collect(),
        has_judged,
    })
}

/// How the naming came out, opened.
pub(super) fn opened(table: &Table) -> NamedView {
    let said = table.story.judged().iter();
    let slips = said.flat_map(|(by, slips)| slips.iter().map(|slip| slip_view(table, *by, slip)));
    let (sharp_ears, closed_books) = naming::winners(table);
    NamedView {
        slips: slips.collect(),
        sharp_ears,
        closed_books,
    }
}

fn slip_view(table: &Table, by: SeatNo, slip: &Slip) -> SlipView {
    let (right_about_twist, right_about_stake) = naming::marked(table, slip);
    SlipView {
        by,
        about: slip.about,
        twisted: slip.twisted,
        stake: slip.stake,
        right_about_twist,
        right_about_stake,
    }
}
