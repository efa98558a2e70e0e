//! What of a quest nobody saw, and how a god calls the party to another.

use crate::content::World;
use crate::rules::quests;
use crate::state::Table;
use crate::view::chronicle::{SummonsView, UnseenView};
use crate::vocabulary::God;

/// How many whispers nobody heard, ways nobody could go and endings nobody reached.
pub(super) fn of(table: &Table, world: &World) -> UnseenView {
    let Some(quest) = table.quest_in(world) else {
        return UnseenView {
            whispers: 0,
            ways: 0,
            endings: 0,
        };
    };
    let log_of = |scene| {
        let mut logs = table.scenes().iter();
        logs.find(|log| log.scene == scene)
    };
    let (mut whispers, mut ways) = (0, 0);
    for scene in &quest.scenes {
        let log = log_of(scene.id.clone());
        let heard = |id| log.is_some_and(|log| !log.hearers(id).is_empty());
        let unheard = scene.whispers.iter().filter(|whisper| !heard(&whisper.id));
        whispers += unheard.count();
        let hidden = scene
            .options
            .iter()
            .filter(|option| option.insight.is_some());
        let opened = |id| log.is_some_and(|log| log.insights.contains(id));
        ways += hidden.filter(|option| !opened(&option.id)).count();
    }
    let reached = usize::from(table.ending().is_some());
    UnseenView {
        whispers,
        ways,
        endings: quest.endings.len().saturating_sub(reached),
    }
}

/// The sentence of the god that regards the party most, for a quest that it has not played.
pub(super) fn summons(table: &Table, world: &World) -> Option<SummonsView> {
    let quest = quests::offered(table, world).into_iter().next()?;
    let regard = |god: &&God| {
        let seats = table.present();
        let moved = seats.map(|(_, seat)| seat.favour_of(**god));
        moved.sum::<i32>().abs()
    };
    let god = *God::ALL.iter().rev().max_by_key(regard)?;
    let text = quest.summons.get(&god)?;
    Some(SummonsView {
        god,
        god_name: world.god_name(god),
        quest: quest.id.clone(),
        title: quest.title.clone(),
        text: text.clone(),
    })
}
