//! One decision in the making: the table as it becomes, the dice, and what has happened so far.

use crate::content::{Quest, Scene, World};
use crate::protocol::{Actor, Command, Event, Moment, Opening, Refusal};
use crate::state::{Phase, SceneState, Table};
use crate::vocabulary::{Dice, SeatNo};
use crate::{COMMITS_MAX, RULES_EDITION};

/// How often a seat may speak, choose and choose otherwise between one scene and the next.
const STIRS_MAX: u32 = 150;
/// How long a scene that this world does not have is left to others after its deadline, in milliseconds.
const LEFT_TO_OTHERS_MS: u64 = 24 * 60 * 60 * 1_000;

/// One decision in the making.
pub(crate) struct Draft<'w> {
    pub(crate) table: Table,
    pub(crate) world: &'w World,
    pub(crate) dice: Dice,
    pub(crate) at_ms: u64,
    events: Vec<Event>,
}

impl Draft<'_> {
    /// Lets `event` happen.
    pub(crate) fn happen(&mut self, event: Event) {
        self.table.apply(&event);
        self.events.push(event);
    }

    /// The deadline of something that waits `wait_ms` from now.
    pub(crate) fn deadline(&self, wait_ms: u64) -> u64 {
        self.at_ms.saturating_add(wait_ms)
    }
}

impl<'w> Draft<'w> {
    /// The quest being played, as written.
    pub(crate) fn quest(&self) -> Option<&'w Quest> {
        self.table.quest_in(self.world)
    }

    /// The open scene, as written.
    pub(crate) fn scene(&self) -> Option<&'w Scene> {
        self.table.scene_in(self.world)
    }
}

/// What a command leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What happens.
    pub events: Vec<Event>,
    /// The table once it has.
    pub after: Table,
}

impl Table {
    /// Opens a table with its host seated.
    pub fn open(
        opening: &Opening,
        world: &World,
        host: &str,
        limit: crate::TimeLimit,
        moment: Moment,
    ) -> Result<Vec<Event>, Refusal> {
        let name = crate::rules::lobby::checked_name(host)?;
        let deadline_ms = moment
            .at_ms
            .saturating_add(crate::TimeLimit::gathering_ms());
        Ok(vec![
            Event::Opened {
                code: opening.code.clone(),
                seed: opening.seed,
                commitment: opening.commitment.clone(),
                rules: RULES_EDITION,
                library: world.edition.clone(),
                limit,
                deadline_ms,
            },
            Event::Sat {
                seat: SeatNo(1),
                name,
                generation: 1,
            },
        ])
    }

    /// Answers a command: with what happens, or with why nothing does.
    ///
    /// The same table, world, actor, command and moment always give the same answer.
    pub fn decide(
        &self,
        world: &World,
        actor: Actor,
        command: &Command,
        moment: Moment,
    ) -> Result<Vec<Event>, Refusal> {
        self.consider(world, actor, command, moment)
            .map(|decision| decision.events)
    }

    /// Answers a command as [`Table::decide`] does, and keeps what the table becomes by it: the same as
    /// folding the events, without doing so again.
    pub fn consider(
        &self,
        world: &World,
        actor: Actor,
        command: &Command,
        moment: Moment,
    ) -> Result<Decision, Refusal> {
        if !self.phase.is_live() {
            return Err(Refusal::Closed);
        }
        let Some(seed) = self.seed else {
            return Err(Refusal::NotNow);
        };
        if self.version.0 >= COMMITS_MAX && self.is_idle(actor, command) {
            return Err(Refusal::TooMuch);
        }
        let mut turn = Draft {
            table: self.clone(),
            world,
            dice: Dice::new(seed, self.version),
            at_ms: moment.at_ms,
            events: Vec::new(),
        };
        match actor {
            Actor::Newcomer => turn.newcomer(command)?,
            Actor::Seat(seat) => {
                self.seats
                    .get(&seat)
                    .filter(|held| held.present)
                    .ok_or(Refusal::NoSeat)?;
                turn.seated(seat, command)?;
            }
            Actor::Clock => turn.clock(command)?,
        }
        // A decision that changes nothing is not worth a commit, and a clock that made one would make another.
        if turn.events.is_empty() {
            return Err(Refusal::NotNow);
        }
        let mut after = turn.table;
        after.version = after.version.next();
        Ok(Decision {
            events: turn.events,
            after,
        })
    }

    /// Whether a table could do without the command: what a full journal no longer takes.
    fn is_idle(&self, actor: Actor, command: &Command) -> bool {
        match command {
            Command::Say { .. } | Command::Keep { .. } | Command::Sit { .. } => true,
            Command::Choose { .. } => self.open_scene().is_some_and(
                |log| matches!(actor, Actor::Seat(no) if log.choices.contains_key(&no)),
            ),
            Command::Open { .. }
            | Command::Begin {}
            | Command::Leave {}
            | Command::Vacate { .. }
            | Command::Close {}
            | Command::Answer { .. }
            | Command::TakeUp { .. }
            | Command::Tell { .. }
            | Command::Invoke { .. }
            | Command::PassTime {} => false,
        }
    }

    /// The open scene's log and its text, if this world has it.
    pub(crate) fn scene_in<'w>(&self, world: &'w World) -> Option<&'w Scene> {
        let log = self.open_scene()?;
        self.quest_in(world)?.scene(&log.scene)
    }

    /// The quest being played, if this world has it.
    pub(crate) fn quest_in<'w>(&self, world: &'w World) -> Option<&'w Quest> {
        world.quests.get(self.quest.as_ref()?)
    }
}

impl Draft<'_> {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a newcomer can do one thing"
    )]
    fn newcomer(&mut self, command: &Command) -> Result<(), Refusal> {
        match command {
            Command::Sit { name } => self.sit(name),
            _ => Err(Refusal::NoSeat),
        }
    }

    fn seated(&mut self, seat: SeatNo, command: &Command) -> Result<(), Refusal> {
        match command {
            Command::Open { .. } | Command::Sit { .. } | Command::PassTime {} => {
                Err(Refusal::NotNow)
            }
            Command::Begin {} => self.begin(seat),
            Command::Leave {} => {
                self.leave(seat);
                Ok(())
            }
            Command::Vacate { seat: other } => self.vacate(seat, *other),
            Command::Close {} => self.close(seat),
            Command::Say { text } => self.say(seat, text),
            Command::Answer { question, answer } => self.answer(seat, question, *answer),
            Command::TakeUp { quest } => self.take_up(seat, quest),
            Command::Tell {
                scene,
                whisper,
                manner,
            } => {
                self.in_scene(scene)?;
                self.tell(seat, whisper, *manner)
            }
            Command::Keep { scene, whisper } => {
                self.in_scene(scene)?;
                self.keep(seat, whisper)
            }
            Command::Invoke { scene } => {
                self.in_scene(scene)?;
                self.invoke(seat)
            }
            Command::Choose { scene, option } => {
                self.in_scene(scene)?;
                self.choose(seat, option)
            }
        }
    }

    fn clock(&mut self, command: &Command) -> Result<(), Refusal> {
        if *command != (Command::PassTime {}) {
            return Err(Refusal::NotNow);
        }
        let due = self
            .table
            .deadline_ms
            .is_some_and(|deadline_ms| self.at_ms >= deadline_ms);
        if !due {
            return Err(Refusal::TooEarly);
        }
        match self.table.phase {
            Phase::Gathering => self.happen(Event::Closed { by: None }),
            Phase::Interrogation => self.end_interrogation(),
            Phase::QuestChoice => self.begin_quest(),
            Phase::Scene => self.pass_scene()?,
            Phase::Chronicle | Phase::Closed => {}
        }
        Ok(())
    }

    /// A scene that this world does not have is left to an instance that has it, for a day; then the story
    /// breaks off rather than standing still for ever.
    fn pass_scene(&mut self) -> Result<(), Refusal> {
        let waited_ms = self
            .at_ms
            .saturating_sub(self.table.deadline_ms.unwrap_or(0));
        if self.scene().is_none() && waited_ms < LEFT_TO_OTHERS_MS {
            return Err(Refusal::QuestUnknown);
        }
        self.resolve_scene();
        Ok(())
    }

    /// Counts what a seat may do again and again, and refuses it in the end.
    pub(crate) fn stir(&self, seat: SeatNo) -> Result<(), Refusal> {
        let stirred = self.table.stirred.get(&seat).copied().unwrap_or(0);
        if stirred >= STIRS_MAX {
            Err(Refusal::TooOften)
        } else {
            Ok(())
        }
    }

    /// Checks that `scene` is the one that is open.
    fn in_scene(&self, scene: &crate::SceneId) -> Result<(), Refusal> {
        let log = self.table.open_scene().ok_or(Refusal::MovedOn)?;
        if log.scene != *scene {
            return Err(Refusal::MovedOn);
        }
        self.scene().map(|_| ()).ok_or(Refusal::QuestUnknown)
    }

    /// The log of the open scene. Only called where `in_scene` has passed.
    pub(crate) fn log(&self) -> Option<&SceneState> {
        self.table.open_scene()
    }
}
