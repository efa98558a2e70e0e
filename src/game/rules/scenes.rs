//! The course of a quest: beginning it, opening scenes, choosing in them.

use std::collections::BTreeMap;

use crate::content::{Choice, DecisionMode, Scene, World};
use crate::protocol::{Event, Refusal};
use crate::rules::draft::Draft;
use crate::state::{SceneState, Table};
use crate::vocabulary::{OptionId, QuestId, SceneId, SeatNo};

impl Table {
    /// The options open in the scene: those whose marks allow it, and of those that need an insight the ones
    /// that have dawned.
    pub(crate) fn open_options<'w>(&self, scene: &'w Scene, log: &SceneState) -> Vec<&'w Choice> {
        scene
            .options
            .iter()
            .filter(|option| option.needs.iter().all(|mark| self.marks.contains(mark)))
            .filter(|option| !option.unless.iter().any(|mark| self.marks.contains(mark)))
            .filter(|option| option.insight.is_none() || log.insights.contains(&option.id))
            .collect()
    }

    /// Whether `seat` has a say in how this scene decides.
    pub(crate) fn has_say(way: DecisionMode, log: &SceneState, seat: SeatNo) -> bool {
        match way {
            DecisionMode::Party | DecisionMode::Each | DecisionMode::Secret => true,
            DecisionMode::Bearer => log.bearer == seat,
        }
    }
}

impl Draft<'_> {
    pub(crate) fn begin_quest(&mut self) {
        let Some(id) = self.most_named() else {
            return self.happen(Event::QuestEnded { ending: None });
        };
        let Some(quest) = self.world.quests.get(&id) else {
            return;
        };
        self.happen(Event::QuestBegan {
            quest: id,
            edition: quest.edition,
        });
        self.open_scene(&quest.begin);
    }

    /// Opens a scene, or ends a quest whose next scene this world does not have.
    pub(crate) fn open_scene(&mut self, id: &SceneId) {
        let world: &World = self.world;
        let Some(scene) = self.quest().and_then(|quest| quest.scene(id)) else {
            return self.happen(Event::QuestEnded { ending: None });
        };
        let last = self.table.scenes.last().map(|log| log.bearer);
        let bearer = self.next_bearer(last);
        let deals = self.table.deal(world, scene, &mut self.dice);
        let deadline_ms = self.deadline(self.table.limit.scene_ms());
        self.happen(Event::SceneOpened {
            scene: id.clone(),
            bearer,
            deals,
            deadline_ms,
        });
        self.companions_volunteer();
    }

    pub(crate) fn choose(&mut self, seat: SeatNo, option: &OptionId) -> Result<(), Refusal> {
        let scene = self.scene().ok_or(Refusal::QuestUnknown)?;
        let log = self.log().ok_or(Refusal::MovedOn)?;
        if !Table::has_say(scene.decide, log, seat) {
            return Err(Refusal::BearerOnly);
        }
        scene.option(option).ok_or(Refusal::NoSuchChoice)?;
        if !self
            .table
            .open_options(scene, log)
            .iter()
            .any(|open| open.id == *option)
        {
            return Err(Refusal::NotOpen);
        }
        if log.choices.get(&seat) == Some(option) {
            return Err(Refusal::AlreadyChosen);
        }
        if log.choices.contains_key(&seat) {
            self.stir(seat)?;
        }
        self.happen(Event::Chosen {
            seat,
            option: option.clone(),
        });
        self.resolve_when_all_have_chosen();
        Ok(())
    }

    pub(crate) fn resolve_when_all_have_chosen(&mut self) {
        let Some(scene) = self.scene() else { return };
        let Some(log) = self.log() else { return };
        let waiting = self
            .table
            .present()
            .any(|(no, _)| Table::has_say(scene.decide, log, no) && !log.choices.contains_key(&no));
        if !waiting {
            self.resolve_scene();
        }
    }

    /// The quest most seats named; the first seat that named one, the coming bearer, breaks ties; the first
    /// of the library when nobody did.
    fn most_named(&self) -> Option<QuestId> {
        let mut named: BTreeMap<&QuestId, usize> = BTreeMap::new();
        for (_, seat) in self.table.present() {
            if let Some(quest) = &seat.quest {
                *named.entry(quest).or_default() += 1;
            }
        }
        let most = named.values().max().copied();
        let by_bearer = self.table.present().find_map(|(_, seat)| {
            seat.quest
                .as_ref()
                .filter(|quest| named.get(quest).copied() == most)
        });
        by_bearer.or(self.world.quests.keys().next()).cloned()
    }
}
