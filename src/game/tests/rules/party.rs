//! A party at its table, and what its seats do there.

use game::content::World;
use game::{
    Actor, Character, Code, Command, Decision, Event, FavourMove, Gift, GiftCall, GiftLaying, God,
    Manner, Mark, Moment, MomentumMove, MomentumReason, Opening, OptionId, Phase, Refusal, SceneId,
    SceneState, SceneView, SeatNo, Seed, Sense, Sitting, Stage, Table, TimeLimit, TrustMove,
    TrustReason, View,
};

use self::rigged::Rigged;
use crate::tale::{id, of};

pub(crate) use self::rigged::{falls, push_falls};

mod rigged;

pub(crate) const ANNA: SeatNo = SeatNo(1);
pub(crate) const BEN: SeatNo = SeatNo(2);
pub(crate) const CHRIS: SeatNo = SeatNo(3);
pub(crate) const DORA: SeatNo = SeatNo(4);

const OPENED_AT_MS: u64 = 1_000;

/// What a command leads to.
pub(crate) type Answer = Result<Vec<Event>, Refusal>;

/// A party at its table.
pub(crate) struct Party {
    pub(crate) world: World,
    pub(crate) table: Table,
    pub(crate) at_ms: u64,
}

/// How a table is opened.
pub(crate) struct Opened {
    pub(crate) limit: TimeLimit,
    pub(crate) sitting: Sitting,
    pub(crate) seed: Seed,
}

impl Default for Opened {
    fn default() -> Self {
        Self {
            limit: TimeLimit::Minute,
            sitting: Sitting::Long,
            seed: Seed([5; 32]),
        }
    }
}

impl Opened {
    /// The events by which Anna opens a table.
    pub(crate) fn events(&self, world: &World) -> Vec<Event> {
        let opening = Opening {
            code: id!(Code, "ABCDEF"),
            seed: self.seed,
            commitment: "sealed".to_owned(),
        };
        let moment = Moment {
            at_ms: OPENED_AT_MS,
        };
        let events = Table::open(&opening, world, "Anna", self.limit, moment);
        events.expect("Anna is a name")
    }

    /// Anna has opened a table, and so many others sit beside her.
    pub(crate) fn gathering(&self, world: World, others: usize) -> Party {
        let mut table = Table::default();
        table.fold(&self.events(&world));
        let mut party = Party {
            world,
            table,
            at_ms: OPENED_AT_MS,
        };
        for name in ["Ben", "Chris", "Dora", "Emil", "Fay"].iter().take(others) {
            party.sits(name).expect("there is room");
        }
        party
    }

    /// The hall is open to Anna, who bears the Codex, and so many others.
    pub(crate) fn in_hall(&self, world: World, others: usize) -> Party {
        let mut party = self.gathering(world, others);
        let sitting = self.sitting;
        party.does(ANNA, Command::Begin { sitting }).unwrap();
        party.time_passes();
        party.time_passes();
        assert_eq!(party.scene().as_str(), "hall");
        party
    }
}

impl Party {
    /// Anna has opened a table.
    pub(crate) fn gathering(world: World) -> Self {
        Opened::default().gathering(world, 0)
    }

    /// The hall is open to Anna and so many others, after a long sitting in which nobody answered.
    pub(crate) fn in_hall(world: World, others: usize) -> Self {
        Opened::default().in_hall(world, others)
    }

    /// The same at twenty tables, of which each has a chance of its own.
    pub(crate) fn twenty_in_hall(world: &World, others: usize) -> Vec<Self> {
        let seeds = (0..20).map(|number| Seed([number; 32]));
        let opened = seeds.map(|seed| Opened {
            seed,
            ..Opened::default()
        });
        opened
            .map(|opened| opened.in_hall(world.clone(), others))
            .collect()
    }

    /// The same, where the throw over `purpose` and `of` in the hall falls as is wanted.
    pub(crate) fn rigged(world: World, others: usize, throws: &[Rigged<'_>]) -> Self {
        let opened = Opened {
            seed: rigged::seed(throws),
            ..Opened::default()
        };
        opened.in_hall(world, others)
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "a test reads better without ampersands"
    )]
    pub(crate) fn does(&mut self, seat: SeatNo, command: Command) -> Answer {
        self.asks(Actor::Seat(seat), &command)
    }

    pub(crate) fn sits(&mut self, name: &str) -> Answer {
        let name = name.to_owned();
        self.asks(Actor::Newcomer, &Command::Sit { name })
    }

    /// The deadline passes.
    pub(crate) fn time_passes(&mut self) -> Vec<Event> {
        self.at_ms = self.table.deadline_ms().expect("the table is live");
        let events = self.asks(Actor::Clock, &Command::PassTime {});
        events.expect("the deadline has passed")
    }

    /// So much time passes that every deadline does.
    pub(crate) fn time_passes_by(&mut self) -> Vec<Event> {
        self.at_ms = u64::MAX;
        let events = self.asks(Actor::Clock, &Command::PassTime {});
        events.expect("the table is live")
    }

    pub(crate) fn asks(&mut self, actor: Actor, command: &Command) -> Answer {
        let moment = Moment { at_ms: self.at_ms };
        let decision = self.table.consider(&self.world, actor, command, moment)?;
        let Decision { events, after } = decision;
        self.table.fold(&events);
        assert_eq!(self.table, after, "what was decided is what was folded");
        Ok(events)
    }

    /// Lets events be that this test does not come to by play.
    pub(crate) fn given(&mut self, events: &[Event]) {
        self.table.fold(events);
    }

    /// Lets a god's favour to a seat be so much more.
    pub(crate) fn favours(&mut self, seat: SeatNo, god: God, by: i32) {
        let (council, why) = (false, None);
        self.given(&[Event::FavourMoved(FavourMove {
            seat,
            god,
            by,
            council,
            why,
        })]);
    }

    /// Lets a seat bear a gift by favour that upholds it.
    pub(crate) fn bears(&mut self, seat: SeatNo, gift: Gift) {
        let favour = match gift.kind {
            game::GiftKind::Blessing => 70,
            game::GiftKind::Greater => 90,
            game::GiftKind::Curse => -60,
        };
        let held = self.table.seats()[&seat].favour_of(gift.god);
        self.favours(seat, gift.god, favour - held);
        let by_verdict = false;
        self.given(&[Event::GiftLaid(GiftLaying {
            seat,
            gift,
            by_verdict,
        })]);
    }

    /// Lets a seat have so much more momentum.
    pub(crate) fn gains(&mut self, seat: SeatNo, by: i32) {
        let why = MomentumReason::Began;
        self.given(&[Event::MomentumMoved(MomentumMove { seat, by, why })]);
    }

    /// Lets the party's trust be so high.
    pub(crate) fn trusts(&mut self, trust: i32) {
        let by = trust - self.table.trust();
        let why = TrustReason::Outcome;
        self.given(&[Event::TrustMoved(TrustMove { by, why })]);
    }

    /// Lets a mark be set.
    pub(crate) fn marked(&mut self, mark: &str) {
        let mark = id!(Mark, mark);
        self.given(&[Event::Marked { mark }]);
    }

    /// Lets a seat hear the whisper of a sense, if it does not.
    pub(crate) fn hears(&mut self, seat: SeatNo, sense: Sense) {
        if !self.log().hears(&Character::Seat(seat), &of(sense)) {
            let gift = Gift::blessing(God::Sylara);
            self.given(&[Event::CalledOn(GiftCall {
                seat,
                gift,
                with: None,
                telling: None,
                option: None,
                heard: Some(of(sense)),
                holds: None,
            })]);
        }
    }

    /// The first seat, or the first after `not`, that does not hear the whisper of a sense.
    pub(crate) fn deaf(&self, sense: Sense, not: SeatNo) -> SeatNo {
        let seats = self.table.present().map(|(no, _)| no);
        let mut others = seats.filter(|no| *no != not);
        let deaf = others.find(|no| !self.log().hears(&Character::Seat(*no), &of(sense)));
        deaf.expect("most seats do not hear a whisper")
    }

    /// A sense whose whisper nobody hears.
    pub(crate) fn unheard(&self) -> Sense {
        let mut senses = Sense::ALL.iter().copied();
        let unheard = senses.find(|sense| self.log().hearers(&of(*sense)).is_empty());
        unheard.expect("there are more whispers than ears")
    }

    /// Changes the world that the table is decided with.
    pub(crate) fn rewrites(&mut self, change: impl FnOnce(World) -> World) {
        self.world = change(std::mem::take(&mut self.world));
    }

    pub(crate) fn tells(&mut self, seat: SeatNo, sense: Sense, manner: Manner) -> Answer {
        let (scene, whisper) = (self.scene(), of(sense));
        let told = Command::Tell {
            scene,
            whisper,
            manner,
        };
        self.does(seat, told)
    }

    /// The seat hears the whisper of a sense and tells the table the truth of it.
    pub(crate) fn tells_truly(&mut self, seat: SeatNo, sense: Sense) -> Vec<Event> {
        self.hears(seat, sense);
        self.tells(seat, sense, Manner::Truth).unwrap()
    }

    /// The seat hears the whisper of a sense and tells the table its twist.
    pub(crate) fn lies(&mut self, seat: SeatNo, sense: Sense) -> Vec<Event> {
        self.hears(seat, sense);
        self.tells(seat, sense, Manner::Twist).unwrap()
    }

    pub(crate) fn tells_aside(
        &mut self,
        seat: SeatNo,
        sense: Sense,
        (manner, to): (Manner, SeatNo),
    ) -> Answer {
        let (scene, whisper) = (self.scene(), of(sense));
        let told = Command::TellAside {
            scene,
            whisper,
            manner,
            to,
        };
        self.does(seat, told)
    }

    pub(crate) fn challenges(&mut self, seat: SeatNo, telling: u8) -> Answer {
        let scene = self.scene();
        self.does(seat, Command::Challenge { scene, telling })
    }

    pub(crate) fn acts(&mut self, seat: SeatNo, option: &str) -> Answer {
        let (scene, option) = (self.scene(), id!(OptionId, option));
        self.does(seat, Command::Act { scene, option })
    }

    pub(crate) fn invokes(&mut self, seat: SeatNo) -> Answer {
        let scene = self.scene();
        self.does(seat, Command::Invoke { scene })
    }

    pub(crate) fn calls_on(&mut self, seat: SeatNo, gift: Gift) -> Answer {
        let command = call(self.scene(), gift);
        self.does(seat, command)
    }

    pub(crate) fn chooses(&mut self, seat: SeatNo, option: &str) -> Answer {
        let (scene, option) = (self.scene(), id!(OptionId, option));
        self.does(seat, Command::Choose { scene, option })
    }

    /// Each of these chooses, and the open scene is decided.
    pub(crate) fn decides(&mut self, choices: &[(SeatNo, &str)]) -> Vec<Event> {
        let scenes = self.table.scenes().len();
        let mut events = Vec::new();
        for (seat, option) in choices {
            events = self.chooses(*seat, option).unwrap();
        }
        let decided = self.table.phase() != Phase::Scene || self.table.scenes().len() > scenes;
        if decided { events } else { self.time_passes() }
    }

    /// Everybody chooses the same, and the open scene is decided.
    pub(crate) fn all_choose(&mut self, option: &str) -> Vec<Event> {
        let seats: Vec<SeatNo> = self.table.present().map(|(no, _)| no).collect();
        let choices: Vec<(SeatNo, &str)> = seats.into_iter().map(|no| (no, option)).collect();
        self.decides(&choices)
    }

    /// The open scene, or the last, as it stands.
    pub(crate) fn log(&self) -> &SceneState {
        self.table.scenes().last().expect("a scene was opened")
    }

    pub(crate) fn scene(&self) -> SceneId {
        self.log().scene.clone()
    }

    pub(crate) fn view(&self, seat: SeatNo) -> View {
        self.table.view(&self.world, Some(seat))
    }

    /// The open scene as the seat sees it.
    pub(crate) fn sees(&self, seat: SeatNo) -> SceneView {
        match self.view(seat).stage {
            Stage::Scene(scene) => *scene,
            other => panic!("no scene is open: {other:?}"),
        }
    }

    /// The chance of a way as the seat sees it.
    pub(crate) fn chance(&self, seat: SeatNo, option: &str) -> i32 {
        let options = self.sees(seat).options;
        let option = options.iter().find(|seen| seen.option.as_str() == option);
        let check = option.and_then(|option| option.check.as_ref());
        check
            .expect("the way is open and has a check")
            .chance
            .percent
    }

    pub(crate) fn momentum(&self, seat: SeatNo) -> i32 {
        self.table.seats()[&seat].momentum
    }

    pub(crate) fn favour(&self, seat: SeatNo, god: God) -> i32 {
        self.table.seats()[&seat].favour_of(god)
    }
}

/// A call on a gift that concerns nobody and nothing.
pub(crate) fn call(scene: SceneId, gift: Gift) -> Command {
    Command::CallOn {
        scene,
        god: gift.god,
        gift: gift.kind,
        seat: None,
        telling: None,
        option: None,
    }
}
