//! One decision in the making: the table as it becomes, the dice, and what has happened so far.

use crate::command::{Actor, Command, Moment, Opening};
use crate::content::{Quest, Scene, World};
use crate::dice::Dice;
use crate::event::Event;
use crate::ids::SeatNo;
use crate::refusal::Refusal;
use crate::scene_log::SceneLog;
use crate::table::{Phase, Table};
use crate::{COMMITS_MAX, RULES_EDITION};

/// One decision in the making.
pub(crate) struct Turn<'w> {
    pub(crate) table: Table,
    pub(crate) world: &'w World,
    pub(crate) dice: Dice,
    pub(crate) at_ms: u64,
    events: Vec<Event>,
}

impl Turn<'_> {
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

impl<'w> Turn<'w> {
    /// The quest being played, as written.
    pub(crate) fn quest(&self) -> Option<&'w Quest> {
        self.table.quest_in(self.world)
    }

    /// The open scene, as written.
    pub(crate) fn scene(&self) -> Option<&'w Scene> {
        self.table.scene_in(self.world)
    }
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
        let name = crate::gathering::checked_name(host)?;
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
        if !self.phase.is_live() {
            return Err(Refusal::Closed);
        }
        let Some(seed) = self.seed else {
            return Err(Refusal::NotNow);
        };
        if self.version.0 >= COMMITS_MAX && actor != Actor::Clock {
            return Err(Refusal::TooMuch);
        }
        let mut turn = Turn {
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
        Ok(turn.events)
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

impl Turn<'_> {
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
            Phase::Scene => self.resolve_scene(),
            Phase::Chronicle | Phase::Closed => {}
        }
        Ok(())
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
    pub(crate) fn log(&self) -> Option<&SceneLog> {
        self.table.open_scene()
    }
}
