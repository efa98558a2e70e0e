//! How a command is answered: one file a rule, each of free functions over a [`draft::Draft`].

mod draft;
mod edition;

mod forgetting;
mod lobby;
mod talk;

mod calling;
mod interrogation;
pub(crate) mod quests;

pub(crate) mod checks;
pub(crate) mod companions;
mod council;
mod dealing;
mod effects;
mod resolution;
pub(crate) mod scene;
mod signatures;
mod time;
mod trust;
mod whispers;

pub use calling::best_class;
pub use draft::Decision;
pub use forgetting::without;

use crate::COMMITS_MAX;
use crate::content::World;
use crate::protocol::{Actor, Command, Event, Moment, Opening, Refusal, TimeLimit};
use crate::state::Table;
use crate::vocabulary::{SceneId, SeatNo};
use draft::Draft;

impl Table {
    /// Opens a table with its host seated.
    pub fn open(
        opening: &Opening,
        world: &World,
        host: &str,
        limit: TimeLimit,
        moment: Moment,
    ) -> Result<Vec<Event>, Refusal> {
        lobby::open(opening, world, host, limit, moment)
    }

    /// Answers [`Command::GoOn`]: the party takes up another quest, whose chance comes from `opening`.
    pub fn go_on(
        &self,
        opening: &Opening,
        world: &World,
        actor: Actor,
        moment: Moment,
    ) -> Result<Decision, Refusal> {
        let Actor::Seat(seat) = actor else {
            return Err(Refusal::NoSeat);
        };
        if !self.is_understood() {
            return Err(Refusal::RulesUnknown);
        }
        let mut draft = Draft::new(self, world, opening.seed, moment);
        quests::go_on(&mut draft, seat, opening)?;
        draft.finish().ok_or(Refusal::NotNow)
    }

    /// Whether this release decides by the edition of the rules the table opened under.
    pub fn is_understood(&self) -> bool {
        edition::of(self.rules()).is_some()
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
        if !self.phase().is_live() {
            return Err(Refusal::Closed);
        }
        let Some(seed) = self.seed() else {
            return Err(Refusal::NotNow);
        };
        if !self.is_understood() {
            return Err(Refusal::RulesUnknown);
        }
        if self.version().0 >= COMMITS_MAX && is_idle(self, actor, command) {
            return Err(Refusal::TooMuch);
        }
        let mut draft = Draft::new(self, world, seed, moment);
        match actor {
            Actor::Newcomer => newcomer(&mut draft, command)?,
            Actor::Seat(seat) if self.party.is_present(seat) => seated(&mut draft, seat, command)?,
            Actor::Seat(_) => return Err(Refusal::NoSeat),
            Actor::Clock => clock(&mut draft, command)?,
            Actor::Operator => operator(&mut draft, command)?,
        }
        // A decision that changes nothing is not worth a commit, and a clock that made one would make another.
        draft.finish().ok_or(Refusal::NotNow)
    }
}

fn newcomer(draft: &mut Draft<'_>, command: &Command) -> Result<(), Refusal> {
    if let Command::Sit { name } = command {
        lobby::sit(draft, name)
    } else {
        Err(Refusal::NoSeat)
    }
}

fn clock(draft: &mut Draft<'_>, command: &Command) -> Result<(), Refusal> {
    if *command == (Command::PassTime {}) {
        time::pass(draft)
    } else {
        Err(Refusal::NotNow)
    }
}

/// What else an operator may do needs no decision: see `forgetting`.
fn operator(draft: &mut Draft<'_>, command: &Command) -> Result<(), Refusal> {
    if *command == (Command::Close {}) {
        lobby::close(draft, None);
        Ok(())
    } else {
        Err(Refusal::NotNow)
    }
}

fn seated(draft: &mut Draft<'_>, seat: SeatNo, command: &Command) -> Result<(), Refusal> {
    match command {
        Command::Open { .. }
        | Command::Sit { .. }
        | Command::GoOn {}
        | Command::PassTime {}
        | Command::Forget { .. }
        | Command::Erase {} => Err(Refusal::NotNow),
        Command::Begin {} => lobby::begin(draft, seat),
        Command::Leave {} => {
            lobby::leave(draft, seat);
            Ok(())
        }
        Command::Vacate { seat: other } => lobby::vacate(draft, seat, *other),
        Command::HandOver { seat: other } => lobby::hand_over(draft, seat, *other),
        Command::Close {} => {
            lobby::only_host(draft, seat)?;
            lobby::close(draft, Some(seat));
            Ok(())
        }
        Command::Say { text } => talk::say(draft, seat, text),
        Command::Answer { question, answer } => {
            interrogation::answer(draft, seat, question, *answer)
        }
        Command::TakeUp { quest } => quests::take_up(draft, seat, quest),
        Command::Tell {
            scene,
            whisper,
            manner,
        } => {
            in_scene(draft, scene)?;
            whispers::tell(draft, seat, whisper, *manner)
        }
        Command::Keep { scene, whisper } => {
            in_scene(draft, scene)?;
            whispers::keep(draft, seat, whisper)
        }
        Command::Invoke { scene } => {
            in_scene(draft, scene)?;
            signatures::invoke(draft, seat)
        }
        Command::Choose { scene, option } => {
            in_scene(draft, scene)?;
            scene::choose(draft, seat, option)
        }
    }
}

/// Checks that `scene` is the one that is open.
fn in_scene(draft: &Draft<'_>, scene: &SceneId) -> Result<(), Refusal> {
    let open = draft.open().ok_or(Refusal::MovedOn)?;
    if open.scene != *scene {
        return Err(Refusal::MovedOn);
    }
    draft.scene().map(|_| ()).ok_or(Refusal::QuestUnknown)
}

/// Whether a table could do without the command: what a full journal no longer takes.
fn is_idle(table: &Table, actor: Actor, command: &Command) -> bool {
    match command {
        Command::Say { .. } | Command::Keep { .. } | Command::Sit { .. } => true,
        // The first choice moves the table; a change of mind does not.
        Command::Choose { .. } => {
            let chosen = |no| {
                table
                    .open_scene()
                    .is_some_and(|open| open.choices.contains_key(&no))
            };
            matches!(actor, Actor::Seat(no) if chosen(no))
        }
        Command::Open { .. }
        | Command::Begin {}
        | Command::Leave {}
        | Command::Vacate { .. }
        | Command::HandOver { .. }
        | Command::GoOn {}
        | Command::Close {}
        | Command::Answer { .. }
        | Command::TakeUp { .. }
        | Command::Tell { .. }
        | Command::Invoke { .. }
        | Command::PassTime {}
        | Command::Forget { .. }
        | Command::Erase {} => false,
    }
}
