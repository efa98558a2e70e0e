//! A secret command, done and not done: nobody else may be able to tell the two tables apart, by the number of the view
//! least of all.

use game::content::World;
use game::{
    Actor, Command, Event, GiftKind, Manner, MomentumUse, OptionId, SceneView, SeatNo, Stage,
    Table, View,
};

use super::Attempt;

/// What is done in secret, or told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is what it is called")]
pub enum SecretCommand {
    Act,
    Arm,
    CallOn,
    Hint,
    Keep,
    Judge,
    Listen,
    StayHand,
    Tell,
    TellAside,
}

/// Two tables that differ by one command.
#[derive(Clone, Debug)]
pub struct Fork {
    /// What kind of command it is.
    pub command: SecretCommand,
    /// The seats that may tell the tables apart.
    pub knowers: Vec<SeatNo>,
    /// The table without it; for a telling, with the truth told.
    pub one: Table,
    /// The table with it; for a telling, with its twist told.
    pub other: Table,
    /// Texts that stand for each other, because one table was told the one and the other the other.
    pub told: Vec<[String; 2]>,
}

impl Fork {
    /// The first viewer, a seat or a spectator, who may not tell the tables apart and to whom `show` shows them differently.
    pub fn told_apart(
        &self,
        show: impl Fn(&Table, Option<SeatNo>) -> String,
    ) -> Option<Option<SeatNo>> {
        let seats = self.one.present().map(|(no, _)| Some(no));
        let mut viewers = seats.chain([None]);
        viewers.find(|viewer| {
            let may_know = viewer.is_some_and(|no| self.knowers.contains(&no));
            let shown = |table| self.without_texts(show(table, *viewer));
            !may_know && shown(&self.one) != shown(&self.other)
        })
    }

    fn without_texts(&self, shown: String) -> String {
        let texts = self.told.iter().flatten();
        texts.fold(shown, |shown, text| shown.replace(text.as_str(), "…"))
    }
}

/// Every fork that a seat's secret commands make of `table`.
pub fn forks(world: &World, table: &Table, seat: SeatNo, at_ms: u64) -> Vec<Fork> {
    let shown = table.view(world, Some(seat));
    let from = From {
        world,
        table,
        seat,
        at_ms,
    };
    let commands = secret_commands(&shown);
    let mut forks: Vec<Fork> = commands
        .into_iter()
        .filter_map(|(kind, command)| from.fork(kind, command))
        .collect();
    if let Stage::Scene(scene) = &shown.stage {
        forks.extend(from.tellings(scene));
    }
    forks
}

/// What one sees of the commands that are nobody else's business.
fn secret_commands(shown: &View) -> Vec<(SecretCommand, Command)> {
    let mut commands = Vec::new();
    if let Stage::Naming(_) = &shown.stage {
        commands.push((SecretCommand::Judge, Command::PassJudgement {}));
    }
    let Stage::Scene(open) = &shown.stage else {
        return commands;
    };
    let scene = || open.scene.clone();
    for own in &open.whispers {
        let whisper = own.whisper.clone();
        let scene = scene();
        commands.push((SecretCommand::Keep, Command::Keep { scene, whisper }));
    }
    for option in open.options.iter().filter(|option| option.quiet) {
        let (scene, option) = (scene(), option.option.clone());
        commands.push((SecretCommand::Act, Command::Act { scene, option }));
    }
    commands.push((
        SecretCommand::StayHand,
        Command::StayHand { scene: scene() },
    ));
    commands.push((SecretCommand::Listen, Command::Invoke { scene: scene() }));
    for (kind, on) in [
        (SecretCommand::Arm, MomentumUse::SecondThrow),
        (SecretCommand::Hint, MomentumUse::Hint),
    ] {
        commands.push((kind, Command::Spend { scene: scene(), on }));
    }
    let callable = shown.sheet.iter().flat_map(|sheet| &sheet.callable);
    for gift in callable.filter(|gift| !gift.is_seen_when_called()) {
        let asks = gift.kind == GiftKind::Blessing;
        let telling = open.told.first().map(|told| told.telling);
        let command = Command::CallOn {
            scene: scene(),
            god: gift.god,
            gift: gift.kind,
            seat: None,
            telling: telling.filter(|_| asks),
            option: None,
        };
        commands.push((SecretCommand::CallOn, command));
    }
    commands
}

/// Where a fork begins, and whose it is.
struct From<'a> {
    world: &'a World,
    table: &'a Table,
    seat: SeatNo,
    at_ms: u64,
}

impl From<'_> {
    fn after(&self, command: Command) -> Option<(Table, Vec<Event>)> {
        let attempt = Attempt {
            actor: Actor::Seat(self.seat),
            command,
            at_ms: self.at_ms,
        };
        let events = attempt.decide(self.world, self.table).ok()?;
        let mut table = self.table.clone();
        table.fold(&events);
        Some((table, events))
    }

    /// The table without the command and with it. A slip that is the last opens the Chronicle, a signature that lends a hand
    /// changes a chance that all see, and a second draft begins at once where all have chosen: these are no secrets.
    fn fork(&self, kind: SecretCommand, command: Command) -> Option<Fork> {
        let (other, events) = self.after(command)?;
        let opens = other.phase() != self.table.phase();
        let is_seen = |event: &Event| {
            let lends_a_hand = matches!(event, Event::Invoked { heard: None, .. });
            lends_a_hand || matches!(event, Event::DeadlineMoved(_))
        };
        if opens || events.iter().any(is_seen) {
            return None;
        }
        Some(Fork {
            command: kind,
            knowers: vec![self.seat],
            one: self.table.clone(),
            other,
            told: Vec::new(),
        })
    }

    /// Each whisper told truly and as its twist, to the table and apart.
    fn tellings(&self, open: &SceneView) -> Vec<Fork> {
        let ears = self.table.present().map(|(no, _)| no);
        let ear = ears.into_iter().find(|no| *no != self.seat);
        let mut forks = Vec::new();
        for own in &open.whispers {
            let (scene, whisper) = (open.scene.clone(), own.whisper.clone());
            let tell = |manner| Command::Tell {
                scene: scene.clone(),
                whisper: whisper.clone(),
                manner,
            };
            let texts = vec![[own.truth.clone(), own.twist.clone()]];
            let to_table = [tell(Manner::Truth), tell(Manner::Twist)];
            let knowers = vec![self.seat];
            forks.extend(self.told(SecretCommand::Tell, to_table, knowers, texts.clone()));
            let Some(to) = ear else { continue };
            let apart = |manner| Command::TellAside {
                scene: scene.clone(),
                whisper: whisper.clone(),
                manner,
                to,
            };
            let apart = [apart(Manner::Truth), apart(Manner::Twist)];
            let knowers = vec![self.seat, to];
            forks.extend(self.told(SecretCommand::TellAside, apart, knowers, Vec::new()));
        }
        forks
    }

    fn told(
        &self,
        command: SecretCommand,
        [truly, falsely]: [Command; 2],
        knowers: Vec<SeatNo>,
        told: Vec<[String; 2]>,
    ) -> Option<Fork> {
        let (one, mut events) = self.after(truly)?;
        let (other, of_the_lie) = self.after(falsely)?;
        events.extend(of_the_lie);
        // A way that opens proves its halves, and a companion may doubt aloud.
        let tells = |event: &Event| {
            matches!(
                event,
                Event::InsightDawned { .. } | Event::Challenged { .. }
            )
        };
        let ways = |table: &Table| -> Vec<Vec<OptionId>> {
            let seats = table.present().map(|(no, _)| no);
            seats.map(|no| ways_of(self.world, table, no)).collect()
        };
        if events.iter().any(tells) || ways(&one) != ways(&other) {
            return None;
        }
        Some(Fork {
            command,
            knowers,
            one,
            other,
            told,
        })
    }
}

/// The ways that a seat sees: that one of them opens or shuts is drama, and meant to be read.
fn ways_of(world: &World, table: &Table, seat: SeatNo) -> Vec<OptionId> {
    let Stage::Scene(shown) = table.view(world, Some(seat)).stage else {
        return Vec::new();
    };
    let options = shown.options.into_iter();
    options.map(|option| option.option).collect()
}
