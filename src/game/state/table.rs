//! One game and its seats: five parts, and what is asked of them together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::content::{Quest, Scene, World};
use crate::protocol::Event;
use crate::state::lobby::Lobby;
use crate::state::story::{Story, ToldQuest};
use crate::state::talk::Talk;
use crate::state::{Party, Phase, SceneState, Scenes, Seat};
use crate::vocabulary::{Code, EndingId, QuestId, QuestionId, SeatNo, Seed, Version};

/// One game and its seats.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    version: Version,
    /// The commits that everybody may have seen something of.
    public: Seen,
    /// The commits that each seat alone saw something of.
    private: BTreeMap<SeatNo, Seen>,
    pub(crate) lobby: Lobby,
    pub(crate) party: Party,
    pub(crate) story: Story,
    pub(crate) scene: Scenes,
    pub(crate) talk: Talk,
}

/// Commits that somebody saw something of: how many there were, and the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    commits: u64,
    last: Version,
}

impl Seen {
    fn note(&mut self, version: Version) {
        self.commits += 1;
        self.last = version;
    }
}

impl Table {
    /// Takes the events of one commit into the state.
    pub fn fold(&mut self, events: &[Event]) {
        for event in events {
            self.apply(event);
        }
        self.end_commit(events);
    }

    pub(crate) fn apply(&mut self, event: &Event) {
        if let Event::Erased {} = event {
            *self = Self {
                version: self.version,
                public: self.public,
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
    pub(crate) fn end_commit(&mut self, events: &[Event]) {
        self.version = self.version.next();
        match only_seen_by(events) {
            Some(seat) => self.private.entry(seat).or_default().note(self.version),
            None => self.public.note(self.version),
        }
    }
}

impl Table {
    /// How many commits the table has behind it.
    pub fn version(&self) -> Version {
        self.version
    }

    /// The version of what `viewer` sees, or a spectator: how many commits they saw something of. One that only another seat
    /// saw something of is not counted, neither now nor later, or the number would tell that something was done in secret.
    pub fn version_for(&self, viewer: Option<SeatNo>) -> Version {
        Version(self.public.commits + self.private_of(viewer).commits)
    }

    /// The last commit that `viewer` saw something of, or a spectator.
    pub fn seen_at(&self, viewer: Option<SeatNo>) -> Version {
        self.public.last.max(self.private_of(viewer).last)
    }

    fn private_of(&self, viewer: Option<SeatNo>) -> Seen {
        let own = viewer.and_then(|no| self.private.get(&no).copied());
        own.unwrap_or_default()
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

    /// The question that all seats are asked last, and whose answers everybody reads.
    pub fn open_question(&self) -> Option<&QuestionId> {
        self.story.open_question()
    }

    /// The quest being played, and its edition.
    pub fn quest(&self) -> Option<(&QuestId, u32)> {
        self.story.quest()
    }

    /// How the quest ended, if it did.
    pub fn ending(&self) -> Option<&EndingId> {
        self.story.ending()
    }

    /// The version at which the told story was given out to whoever has its link, while it is.
    pub fn published(&self) -> Option<Version> {
        self.story.published()
    }

    /// The seats that lend their names and lines to the readers of the story.
    pub fn lent(&self) -> &BTreeSet<SeatNo> {
        self.story.lent()
    }

    /// The table as the readers of its story may know it: a seat that lends nothing has another name, and has said nothing.
    pub(crate) fn masked(&self, names: &BTreeMap<SeatNo, String>) -> Self {
        let mut masked = self.clone();
        masked.party.rename(names);
        masked.talk.keep(self.lent());
        masked
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

/// The one seat that sees anything of a commit, if there is but one.
fn only_seen_by(events: &[Event]) -> Option<SeatNo> {
    let mut seats = events.iter().map(Event::secret_of);
    let first = seats.next()??;
    seats.all(|seat| seat == Some(first)).then_some(first)
}
