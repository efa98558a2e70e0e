//! Which quest the party takes up, and how it begins.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::content::{Quest, World};
use crate::protocol::{Event, MomentumReason, Opening, Refusal, Sitting};
use crate::rules::draft::Draft;
use crate::rules::{between, momentum, scene, stakes, talk};
use crate::state::{Phase, Table};
use crate::vocabulary::{CompanionId, QuestId, SeatNo};

pub(super) fn offer(draft: &mut Draft<'_>) {
    let wait_ms = draft.table.lobby.limit().scene_ms();
    draft.happen(Event::QuestsOffered {
        deadline_ms: draft.deadline(wait_ms),
    });
}

pub(super) fn take_up(draft: &mut Draft<'_>, seat: SeatNo, quest: &QuestId) -> Result<(), Refusal> {
    if draft.table.phase() != Phase::QuestChoice {
        return Err(Refusal::MovedOn);
    }
    if !offered(&draft.table, draft.world)
        .iter()
        .any(|other| other.id == *quest)
    {
        return Err(Refusal::NoSuchChoice);
    }
    let held = draft.table.party.seat(seat);
    if held.is_some_and(|held| held.quest.as_ref() == Some(quest)) {
        return Err(Refusal::AlreadyChosen);
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
    let Some(quest) = most_named(draft) else {
        return draft.happen(Event::QuestEnded { ending: None });
    };
    between::end(draft);
    draft.happen(Event::QuestBegan {
        quest: quest.id.clone(),
        edition: quest.edition,
        guest: quest.guest.clone(),
    });
    heal(draft);
    for companion in joining(draft, quest) {
        join(draft, &companion);
    }
    let seats: Vec<SeatNo> = draft.table.present().map(|(no, _)| no).collect();
    for seat in seats {
        let begins = draft.edition.momentum.begins + between::momentum_for(&draft.table, seat);
        momentum::move_by(draft, seat, begins, MomentumReason::Began);
    }
    stakes::deal(draft);
    scene::open(draft, &quest.begin);
}

/// Wounds of the quest before are healed.
fn heal(draft: &mut Draft<'_>) {
    let healed: Vec<(SeatNo, i32)> = draft
        .table
        .present()
        .filter_map(|(no, seat)| {
            let class = draft.world.class(seat.class.as_ref()?)?;
            let by = class.hp - seat.hp?;
            (by != 0).then_some((no, by))
        })
        .collect();
    for (seat, by) in healed {
        draft.happen(Event::HpMoved { seat, by });
    }
}

/// Who joins: the guest, and for a lone seat the first in the file that is neither the guest nor stays away.
fn joining(draft: &Draft<'_>, quest: &Quest) -> Vec<CompanionId> {
    let mut joining: Vec<CompanionId> = quest.guest.iter().cloned().collect();
    if draft.table.present().count() == 1 {
        let sheets = draft.world.companions.iter().map(|sheet| &sheet.id);
        let mut others = sheets.filter(|id| quest.guest.as_ref() != Some(id));
        joining.extend(others.find(|id| would_come(draft, id)).cloned());
    }
    joining
}

/// Whether a companion would sit down with the party: who left comes back after one quest, if it still thinks well of it.
fn would_come(draft: &Draft<'_>, id: &CompanionId) -> bool {
    let Some(ally) = draft.table.party.companions().get(id) else {
        return true;
    };
    let away = ally.left_in.is_some_and(|quest| {
        let begun = draft.table.party.quests_begun();
        begun <= quest + 1 || ally.approval < draft.edition.companion.returns_min
    });
    !away
}

/// Approval carries from quest to quest.
fn join(draft: &mut Draft<'_>, id: &CompanionId) {
    let before = draft.table.party.companions().get(id);
    let written = draft.world.companion(id).map(|sheet| sheet.approval);
    let approval = before.map(|ally| ally.approval).or(written);
    if let Some(approval) = approval {
        draft.happen(Event::CompanionJoined {
            companion: id.clone(),
            approval,
        });
    }
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
    if offered(&draft.table, draft.world).is_empty() {
        return Err(Refusal::AllPlayed);
    }
    let stirred = between::most_moved(draft);
    let wait_ms = draft.table.lobby.limit().interrogation_ms();
    draft.happen(Event::WentOn {
        code: opening.code.clone(),
        seed: opening.seed,
        commitment: opening.commitment.clone(),
        deadline_ms: draft.deadline(wait_ms),
    });
    between::begin(draft, &stirred);
    Ok(())
}

/// Whether the party plays its first quest after a short sitting.
pub(crate) fn is_first_evening(table: &Table) -> bool {
    table.lobby.sitting() == Sitting::Short && table.story.told().is_empty()
}

/// The quests that the party has not played and that its size allows, those for a first evening first where it plays one.
pub(crate) fn offered<'w>(table: &Table, world: &'w World) -> Vec<&'w Quest> {
    let seats = table.present().count();
    let first = is_first_evening(table);
    let mut quests: Vec<&Quest> = world
        .quests
        .values()
        .filter(|quest| !table.story.has_played(&quest.id))
        .filter(|quest| {
            let [fewest, most] = quest.seats.map(usize::from);
            (fewest..=most).contains(&seats)
        })
        .collect();
    quests.sort_by_key(|quest| Reverse(quest.first_evening && (first || !has_played_any(table))));
    quests
}

fn has_played_any(table: &Table) -> bool {
    !table.story.told().is_empty()
}

/// The quest most seats named; the first seat that named one, the coming bearer, breaks ties; the first that is offered when
/// nobody did.
fn most_named<'w>(draft: &Draft<'w>) -> Option<&'w Quest> {
    let offered = offered(&draft.table, draft.world);
    let mut named: BTreeMap<&QuestId, usize> = BTreeMap::new();
    // Somebody may have left since: a quest that the party is now too small for is named no more.
    let still = |id: &QuestId| offered.iter().any(|quest| quest.id == *id);
    for (_, seat) in draft.table.present() {
        if let Some(quest) = seat.quest.as_ref().filter(|id| still(id)) {
            *named.entry(quest).or_default() += 1;
        }
    }
    let most = named.values().max().copied();
    let by_bearer = draft.table.present().find_map(|(_, seat)| {
        seat.quest
            .as_ref()
            .filter(|quest| most.is_some() && named.get(quest).copied() == most)
    });
    match by_bearer {
        Some(id) => offered.iter().find(|quest| quest.id == *id).copied(),
        None => offered.first().copied(),
    }
}
