//! What everybody sees at the end: every whisper, lie, vote, roll and companion's secret.

use serde::Serialize;

use crate::content::{Quest, World};
use crate::rules::quests;
use crate::state::{Phase, Table};
use crate::view::naming::{self, NamedView};
use crate::view::opened_scenes::ChronicleScene;
use crate::view::opened_seats::{ChronicleCompanion, ChronicleSeat};
use crate::view::readers::ReadersView;
use crate::view::sheet::CardView;
use crate::view::text::EndingView;
use crate::view::{opened_scenes, opened_seats, sheet, unseen};
use crate::vocabulary::{CardId, God, KeepsakeId, QuestId, SeatNo, Seed};

/// The whole story, opened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct Chronicle {
    pub quest: String,
    pub ending: Option<EndingView>,
    /// The seed all chance came from, in hexadecimal digits.
    pub seed: String,
    /// Its hash, as it stood from the first moment.
    pub commitment: String,
    pub trust: i32,
    /// Whether the party may go on to a quest it has not played.
    pub may_go_on: bool,
    pub seats: Vec<ChronicleSeat>,
    pub companions: Vec<ChronicleCompanion>,
    pub scenes: Vec<ChronicleScene>,
    pub named: NamedView,
    /// What seats said to one another after it.
    pub cards: Vec<CardView>,
    /// The cards there are, where one may be given.
    pub card_texts: Vec<CardChoice>,
    /// What may be taken away, and who said that which seat should take it.
    pub keepsakes: Vec<ChronicleKeepsake>,
    pub left_unseen: UnseenView,
    /// How a god calls the party to a quest that it has not played.
    pub summons: Option<SummonsView>,
    pub readers: ReadersView,
    /// The table was closed because its rules are no longer decided.
    pub outdated: bool,
}

/// A card that may be given.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct CardChoice {
    pub card: CardId,
    pub text: String,
}

/// A keepsake that may be taken away.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct ChronicleKeepsake {
    pub keepsake: KeepsakeId,
    pub name: String,
    pub text: String,
    pub awards: Vec<AwardView>,
}

/// Who said that which seat should take a keepsake.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct AwardView {
    pub by: SeatNo,
    pub to: SeatNo,
}

/// What of the quest nobody saw.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a count")]
pub struct UnseenView {
    pub whispers: usize,
    pub ways: usize,
    pub endings: usize,
}

/// How a god calls the party to another quest.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct SummonsView {
    pub god: God,
    pub god_name: String,
    pub quest: QuestId,
    pub title: String,
    pub text: String,
}

/// Opens every secret, once the story is over. `None` before.
pub(super) fn of(table: &Table, world: &World) -> Option<Chronicle> {
    if table.phase() != Phase::Chronicle {
        return None;
    }
    let quest = table.quest_in(world);
    let ending = quest.and_then(|quest| quest.ending(table.ending()?));
    let companions = table.party.companions().iter();
    Some(Chronicle {
        quest: quest.map(|quest| quest.title.clone()).unwrap_or_default(),
        ending: ending.map(|ending| EndingView::of(table, ending)),
        seed: table.seed().map(Seed::to_hex).unwrap_or_default(),
        commitment: table.commitment().to_owned(),
        trust: table.trust(),
        may_go_on: table.is_understood()
            && !table.lobby.is_closed()
            && !quests::offered(table, world).is_empty(),
        seats: table
            .seats()
            .iter()
            .map(|(no, seat)| opened_seats::opened_seat(table, world, *no, seat))
            .collect(),
        companions: companions
            .filter_map(|(id, ally)| opened_seats::opened_companion(world, id, ally))
            .collect(),
        scenes: table
            .scenes()
            .iter()
            .filter_map(|scene| opened_scenes::opened_scene(table, world, scene))
            .collect(),
        named: naming::opened(table),
        cards: given_cards(table, world),
        card_texts: card_choices(world),
        keepsakes: quest
            .map(|quest| keepsakes(table, quest))
            .unwrap_or_default(),
        left_unseen: unseen::of(table, world),
        summons: unseen::summons(table, world),
        readers: ReadersView::of(table),
        outdated: table.lobby.is_outdated(),
    })
}

fn given_cards(table: &Table, world: &World) -> Vec<CardView> {
    let given = table.story.cards().iter();
    given
        .filter_map(|(from, to, card)| sheet::card_view(world, *from, *to, card))
        .collect()
}

fn card_choices(world: &World) -> Vec<CardChoice> {
    let cards = world.cards.iter();
    cards
        .map(|card| CardChoice {
            card: card.id.clone(),
            text: card.text.clone(),
        })
        .collect()
}

fn keepsakes(table: &Table, quest: &Quest) -> Vec<ChronicleKeepsake> {
    let kept = quest.keepsakes.iter();
    kept.map(|kept| {
        let awards = table.story.awards().iter();
        let awards = awards.filter(|(_, id, _)| *id == kept.id);
        ChronicleKeepsake {
            keepsake: kept.id.clone(),
            name: kept.name.clone(),
            text: kept.text.clone(),
            awards: awards
                .map(|(by, _, to)| AwardView { by: *by, to: *to })
                .collect(),
        }
    })
    .collect()
}
