//! How a command is answered: one file a rule, each of free functions over a [`draft::Draft`].

mod draft;
mod edition;
mod numbers;

mod forgetting;
mod lobby;
mod talk;

mod calling;
mod interrogation;
pub(crate) mod quests;

pub(crate) mod between;
pub(crate) mod challenge;
pub(crate) mod checks;
pub(crate) mod companions;
pub(crate) mod council;
mod dealing;
mod deeds;
pub(crate) mod effects;
pub(crate) mod ending;
mod exposure;
mod facts;
pub(crate) mod gifts;
mod harms;
mod levers;
pub(crate) mod momentum;
pub(crate) mod naming;
pub(crate) mod pace;
pub(crate) mod quiet;
mod readers;
mod resolution;
pub(crate) mod scene;
mod signatures;
pub(crate) mod stakes;
mod time;
mod trust;
mod votes;
pub(crate) mod whispers;

pub use calling::best_class;
pub use draft::Decision;
pub use forgetting::without;

use crate::content::World;
use crate::protocol::{Actor, Command, Event, Moment, Opening, Refusal, TimeLimit};
use crate::state::Table;
use crate::vocabulary::{SceneId, SeatNo};
use crate::{COMMITS_MAX, RULES_EDITION};
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
        if self.is_outdated() {
            return Err(Refusal::RulesOutdated);
        }
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

    /// Whether the table opened under rules that are no longer decided: time closes it, and its story is told.
    pub fn is_outdated(&self) -> bool {
        (1..RULES_EDITION).contains(&self.rules())
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
        if !self.phase().is_live() && !between::is_between(self, command) {
            return Err(Refusal::Closed);
        }
        let Some(seed) = self.seed() else {
            return Err(Refusal::NotNow);
        };
        if self.is_outdated() {
            return time::close_outdated(self, world, (actor, command), (seed, moment));
        }
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
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a new command is no operator's unless this says so"
)]
fn operator(draft: &mut Draft<'_>, command: &Command) -> Result<(), Refusal> {
    match command {
        Command::Close {} => lobby::close(draft, None),
        Command::Look {} => draft.happen(Event::LookedInto {}),
        Command::Vacate { seat } => return lobby::vacate_by_operator(draft, *seat),
        Command::HandOver { seat } => return lobby::hand_over_by_operator(draft, *seat),
        Command::Extend { scene } => {
            in_scene(draft, scene)?;
            return pace::extend_by_operator(draft);
        }
        _ => return Err(Refusal::NotNow),
    }
    Ok(())
}

fn seated(draft: &mut Draft<'_>, seat: SeatNo, command: &Command) -> Result<(), Refusal> {
    match command {
        Command::Open { .. }
        | Command::Sit { .. }
        | Command::GoOn {}
        | Command::PassTime {}
        | Command::Forget { .. }
        | Command::Look {}
        | Command::Erase {} => Err(Refusal::NotNow),
        Command::Begin { sitting } => lobby::begin(draft, seat, *sitting),
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
        Command::Skip { seat: other } => pace::skip(draft, seat, *other),
        Command::Judge { slips } => naming::judge(draft, seat, slips),
        Command::PassJudgement {} => naming::judge(draft, seat, &[]),
        Command::TakeBoon { boon } => between::take_boon(draft, seat, *boon),
        Command::AnswerCalling { takes } => between::answer_calling(draft, seat, *takes),
        Command::GiveCard { to, card } => between::give_card(draft, seat, *to, card),
        Command::AwardKeepsake { keepsake, to } => {
            between::award_keepsake(draft, seat, keepsake, *to)
        }
        Command::Publish { open } => readers::publish(draft, seat, *open),
        Command::Lend { lent } => readers::lend(draft, seat, *lent),
        Command::Tell { scene, .. }
        | Command::TellAside { scene, .. }
        | Command::Keep { scene, .. }
        | Command::Challenge { scene, .. }
        | Command::Nod { scene, .. }
        | Command::Press { scene, .. }
        | Command::Urge { scene, .. }
        | Command::Act { scene, .. }
        | Command::StayHand { scene }
        | Command::Withdraw { scene }
        | Command::Spend { scene, .. }
        | Command::CallOn { scene, .. }
        | Command::AnswerOffer { scene, .. }
        | Command::Extend { scene }
        | Command::CallTime { scene }
        | Command::SpendKeepsake { scene, .. }
        | Command::Invoke { scene }
        | Command::Choose { scene, .. } => {
            in_scene(draft, scene)?;
            in_the_scene(draft, seat, command)
        }
    }
}

/// What a seat does in the open scene.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "only the commands that `seated` passes on come here"
)]
fn in_the_scene(draft: &mut Draft<'_>, seat: SeatNo, command: &Command) -> Result<(), Refusal> {
    match command {
        Command::Tell {
            whisper, manner, ..
        } => whispers::tell(draft, seat, whisper, *manner),
        Command::TellAside {
            whisper,
            manner,
            to,
            ..
        } => whispers::tell_aside(draft, seat, (whisper, *manner), *to),
        Command::Keep { whisper, .. } => whispers::keep(draft, seat, whisper),
        Command::Challenge { telling, .. } => challenge::challenge(draft, seat, *telling),
        Command::Nod {
            telling, doubts, ..
        } => whispers::nod(draft, seat, *telling, *doubts),
        Command::Press { companion, .. } => challenge::press(draft, seat, companion),
        Command::Urge { option, .. } => scene::urge(draft, seat, option),
        Command::Act { option, .. } => quiet::act(draft, seat, option),
        Command::StayHand { .. } => quiet::stay(draft, seat),
        Command::Withdraw { .. } => scene::withdraw(draft, seat),
        Command::Spend { on, .. } => momentum::spend(draft, seat, *on),
        Command::AnswerOffer { takes, .. } => gifts::answer_offer(draft, seat, *takes),
        Command::Extend { .. } => pace::extend(draft, seat),
        Command::CallTime { .. } => pace::call_time(draft, seat),
        Command::SpendKeepsake { keepsake, .. } => between::spend_keepsake(draft, seat, keepsake),
        Command::Invoke { .. } => signatures::invoke(draft, seat),
        Command::Choose { option, .. } => scene::choose(draft, seat, option),
        _ => match gifts::Call::of(command) {
            Some(call) => gifts::call_on(draft, seat, &call),
            None => Err(Refusal::NotNow),
        },
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
        Command::Say { .. }
        | Command::Keep { .. }
        | Command::Nod { .. }
        | Command::Urge { .. }
        | Command::StayHand { .. }
        | Command::Withdraw { .. }
        | Command::HandOver { .. }
        | Command::GiveCard { .. }
        | Command::AwardKeepsake { .. }
        | Command::Publish { open: true }
        | Command::Lend { lent: true }
        | Command::Sit { .. } => true,
        // The first choice moves the table; a change of mind does not.
        Command::Choose { .. } => {
            let chosen = |no| {
                table
                    .open_scene()
                    .is_some_and(|open| open.choices.contains_key(&no))
            };
            matches!(actor, Actor::Seat(no) if chosen(no))
        }
        Command::Act { .. } => {
            let acts = |no| {
                table
                    .open_scene()
                    .is_some_and(|open| open.acting.contains_key(&no))
            };
            matches!(actor, Actor::Seat(no) if acts(no))
        }
        Command::Open { .. }
        | Command::Begin { .. }
        | Command::Leave {}
        | Command::Vacate { .. }
        | Command::GoOn {}
        | Command::Publish { open: false }
        | Command::Lend { lent: false }
        | Command::Close {}
        | Command::Answer { .. }
        | Command::TakeUp { .. }
        | Command::Tell { .. }
        | Command::TellAside { .. }
        | Command::Challenge { .. }
        | Command::Press { .. }
        | Command::Spend { .. }
        | Command::CallOn { .. }
        | Command::AnswerOffer { .. }
        | Command::Extend { .. }
        | Command::CallTime { .. }
        | Command::Skip { .. }
        | Command::Judge { .. }
        | Command::PassJudgement {}
        | Command::SpendKeepsake { .. }
        | Command::TakeBoon { .. }
        | Command::AnswerCalling { .. }
        | Command::Look {}
        | Command::Invoke { .. }
        | Command::PassTime {}
        | Command::Forget { .. }
        | Command::Erase {} => false,
    }
}
