//! One game and its seats: five parts, and what is asked of them together.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::content::{Quest, Scene, World};
use crate::protocol::{Event, TimeLimit};
use crate::state::lobby::Lobby;
use crate::state::story::{Story, ToldQuest};
use crate::state::talk::Talk;
use crate::state::{Party, Phase, SceneState, Scenes, Seat};
use crate::vocabulary::{Code, EndingId, QuestId, SeatNo, Seed, Version};

/// One game and its seats.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    version: Version,
    pub(crate) lobby: Lobby,
    pub(crate) party: Party,
    pub(crate) story: Story,
    pub(crate) scene: Scenes,
    pub(crate) talk: Talk,
}

impl Table {
    /// Takes the events of one commit into the state.
    pub fn fold(&mut self, events: &[Event]) {
        for event in events {
            self.apply(event);
        }
        self.end_commit();
    }

    pub(crate) fn apply(&mut self, event: &Event) {
        if let Event::Erased {} = event {
            let version = self.version;
            *self = Self {
                version,
                ..Self::default()
            };
            return;
        }
        self.lobby.apply(event);
        self.party.apply(event);
        self.story.apply(event, self.version);
        self.scene.apply(event);
        self.talk.apply(event, &self.party);
    }

    /// Counts the commit whose events were applied one by one.
    pub(crate) fn end_commit(&mut self) {
        self.version = self.version.next();
    }
}

impl Table {
    /// How many commits the table has behind it.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Where the table stands.
    pub fn phase(&self) -> Phase {
        self.lobby.phase()
    }

    /// The code by which others join.
    pub fn code(&self) -> Option<&Code> {
        self.lobby.code()
    }

    /// When the story goes on by itself, in milliseconds since the Unix epoch. Every live table has one.
    pub fn deadline_ms(&self) -> Option<u64> {
        self.lobby.deadline_ms()
    }

    /// How long before its deadline that was set, in milliseconds: how long the table waits where it stands.
    pub fn wait_ms(&self) -> u64 {
        let limit = self.lobby.limit();
        match self.phase() {
            Phase::Gathering => TimeLimit::gathering_ms(),
            Phase::Interrogation => limit.interrogation_ms(),
            Phase::QuestChoice | Phase::Scene => limit.scene_ms(),
            Phase::Chronicle | Phase::Closed => 0,
        }
    }

    /// Whether all that the table told was taken back: there were commits, and nothing is left of its opening.
    pub fn is_erased(&self) -> bool {
        self.version > Version(0) && self.code().is_none()
    }

    /// The seat that is host.
    pub fn host(&self) -> Option<SeatNo> {
        self.lobby.host()
    }

    /// The edition of the rules the table opened under.
    pub fn rules(&self) -> u32 {
        self.lobby.rules()
    }

    /// The edition of the library the table opened with.
    pub fn library(&self) -> &str {
        self.lobby.library()
    }

    /// The seats, also of those who left after the gathering.
    pub fn seats(&self) -> &BTreeMap<SeatNo, Seat> {
        self.party.seats()
    }

    /// The seats whose players are at the table.
    pub fn present(&self) -> impl Iterator<Item = (SeatNo, &Seat)> {
        self.party.present()
    }

    /// The party's trust, 0 to 100.
    pub fn trust(&self) -> i32 {
        self.party.trust()
    }

    /// The source of all chance in this quest. For the journal's checks and the Chronicle only.
    pub fn seed(&self) -> Option<Seed> {
        self.story.seed()
    }

    /// The hash of the seed, public from the first moment.
    pub fn commitment(&self) -> &str {
        self.story.commitment()
    }

    /// The quest being played, and its edition.
    pub fn quest(&self) -> Option<(&QuestId, u32)> {
        self.story.quest()
    }

    /// How the quest ended, if it did.
    pub fn ending(&self) -> Option<&EndingId> {
        self.story.ending()
    }

    /// The quest whose Chronicle was opened last: the one that has just ended, or the one before that which
    /// is being played. None before the first has ended.
    pub fn last_told(&self) -> Option<ToldQuest> {
        if self.phase() == Phase::Chronicle {
            self.story.as_told(self.version)
        } else {
            self.story.told().last().cloned()
        }
    }

    /// All that happened in this quest, scene by scene; the last is the one that is open, if one is.
    pub fn scenes(&self) -> &[Arc<SceneState>] {
        self.scene.all()
    }

    /// The scene that is open, if one is.
    pub(crate) fn open_scene(&self) -> Option<&SceneState> {
        self.scene.last().filter(|_| self.phase() == Phase::Scene)
    }

    /// The open scene as written, if this world has it.
    pub(crate) fn scene_in<'w>(&self, world: &'w World) -> Option<&'w Scene> {
        let open = self.open_scene()?;
        self.quest_in(world)?.scene(&open.scene)
    }

    /// The quest being played as written, if this world has it.
    pub(crate) fn quest_in<'w>(&self, world: &'w World) -> Option<&'w Quest> {
        let (quest, edition) = self.quest()?;
        world.quest(quest, edition)
    }
}
