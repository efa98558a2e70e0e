//! Which quest the party takes up, and how it begins.

use std::collections::BTreeMap;

use crate::content::World;
use crate::protocol::{Event, Opening, Refusal};
use crate::rules::draft::Draft;
use crate::rules::{scene, talk};
use crate::state::{Phase, Table};
use crate::vocabulary::{QuestId, SeatNo};

pub(super) fn offer(draft: &mut Draft<'_>) {
    let seats = draft.table.present().count();
    let joining = draft
        .world
        .companions
        .iter()
        .take(draft.edition.party_min.saturating_sub(seats));
    for companion in joining {
        let joined = Event::CompanionJoined {
            companion: companion.id.clone(),
            approval: companion.approval,
        };
        draft.happen(joined);
    }
    let wait_ms = draft.table.lobby.limit().scene_ms();
    draft.happen(Event::QuestsOffered {
        deadline_ms: draft.deadline(wait_ms),
    });
}

pub(super) fn take_up(draft: &mut Draft<'_>, seat: SeatNo, quest: &QuestId) -> Result<(), Refusal> {
    if draft.table.phase() != Phase::QuestChoice {
        return Err(Refusal::MovedOn);
    }
    if !draft.world.quests.contains_key(quest) || draft.table.story.has_played(quest) {
        return Err(Refusal::NoSuchChoice);
    }
    talk::stir(draft, seat)?;
    draft.happen(Event::QuestNamed {
        seat,
        quest: quest.clone(),
    });
    begin_when_all_have_named_one(draft);
    Ok(())
}

pub(super) fn begin_when_all_have_named_one(draft: &mut Draft<'_>) {
    if draft.table.present().all(|(_, seat)| seat.quest.is_some()) {
        begin(draft);
    }
}

/// Begins the quest named by most.
pub(super) fn begin(draft: &mut Draft<'_>) {
    let Some(id) = most_named(draft) else {
        return draft.happen(Event::QuestEnded { ending: None });
    };
    let Some(quest) = draft.world.quests.get(&id) else {
        return;
    };
    draft.happen(Event::QuestBegan {
        quest: id,
        edition: quest.edition,
    });
    scene::open(draft, &quest.begin);
}

/// Takes the party on to another quest: what it has become stays.
pub(super) fn go_on(draft: &mut Draft<'_>, seat: SeatNo, opening: &Opening) -> Result<(), Refusal> {
    if draft.table.lobby.is_closed() {
        return Err(Refusal::Closed);
    }
    if !draft.table.party.is_present(seat) {
        return Err(Refusal::NoSeat);
    }
    if draft.table.phase() != Phase::Chronicle {
        return Err(Refusal::NotNow);
    }
    if draft.table.host() != Some(seat) {
        return Err(Refusal::HostOnly);
    }
    if unplayed(&draft.table, draft.world).next().is_none() {
        return Err(Refusal::AllPlayed);
    }
    let wait_ms = draft.table.lobby.limit().scene_ms();
    draft.happen(Event::WentOn {
        code: opening.code.clone(),
        seed: opening.seed,
        commitment: opening.commitment.clone(),
        deadline_ms: draft.deadline(wait_ms),
    });
    Ok(())
}

/// The quests a party has not played.
pub(crate) fn unplayed<'a>(
    table: &'a Table,
    world: &'a World,
) -> impl Iterator<Item = &'a QuestId> {
    let quests = world.quests.keys();
    quests.filter(|quest| !table.story.has_played(quest))
}

/// The quest most seats named; the first seat that named one, the coming bearer, breaks ties; the first
/// of the library when nobody did.
fn most_named(draft: &Draft<'_>) -> Option<QuestId> {
    let mut named: BTreeMap<&QuestId, usize> = BTreeMap::new();
    for (_, seat) in draft.table.present() {
        if let Some(quest) = &seat.quest {
            *named.entry(quest).or_default() += 1;
        }
    }
    let most = named.values().max().copied();
    let by_bearer = draft.table.present().find_map(|(_, seat)| {
        seat.quest
            .as_ref()
            .filter(|quest| named.get(quest).copied() == most)
    });
    by_bearer
        .or(unplayed(&draft.table, draft.world).next())
        .cloned()
}
