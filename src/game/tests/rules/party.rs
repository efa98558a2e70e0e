//! A small party in a small world: two scenes, three whispers, one ending.

use std::collections::{BTreeMap, BTreeSet};

use game::content::{
    Check, Choice, Class, Companion, DecisionMode, Ending, GodSheet, Mood, Outcome, Quest,
    Question, Scene, Signature, Tone, Weight, Whisper, World,
};
use game::{
    Actor, ClassId, Code, Command, CompanionId, EndingId, Event, God, Manner, Moment, Opening,
    OptionId, QuestId, QuestionId, Refusal, SceneId, SeatNo, Seed, Sense, Skill, Stage, Table, Tag,
    TimeLimit, View, WhisperId,
};

pub(crate) const ANNA: SeatNo = SeatNo(1);
pub(crate) const BEN: SeatNo = SeatNo(2);
pub(crate) const CHRIS: SeatNo = SeatNo(3);

const OPENED_AT_MS: u64 = 1_000;

macro_rules! id {
    ($kind:ident, $text:expr) => {
        $kind::parse($text).expect("the tests write ids as they should be")
    };
}
pub(crate) use id;

/// A party at its table.
pub(crate) struct Party {
    pub(crate) world: World,
    pub(crate) table: Table,
    pub(crate) at_ms: u64,
}

impl Party {
    /// Anna has opened a table.
    pub(crate) fn gathering(world: World) -> Self {
        let mut table = Table::default();
        table.fold(&Self::opened(&world));
        Self {
            world,
            table,
            at_ms: OPENED_AT_MS,
        }
    }

    /// The events by which Anna opens a table.
    pub(crate) fn opened(world: &World) -> Vec<Event> {
        let opening = Opening {
            code: id!(Code, "ABCDEF"),
            seed: Seed([5; 32]),
            commitment: String::new(),
        };
        let moment = Moment {
            at_ms: OPENED_AT_MS,
        };
        let events = Table::open(&opening, world, "Anna", TimeLimit::Minute, moment);
        events.expect("Anna is a name")
    }

    /// The first scene is open; `others` sit beside Anna, who bears the Codex.
    pub(crate) fn in_scene(world: World, others: &[&str]) -> Self {
        let mut party = Self::gathering(world);
        for name in others {
            party.sits(name).expect("there is room");
        }
        party.does(ANNA, Command::Begin {}).expect("Anna is host");
        party.time_passes();
        party.time_passes();
        assert_eq!(party.scene().as_str(), "hall");
        party
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "a test reads better without ampersands"
    )]
    pub(crate) fn does(&mut self, seat: SeatNo, command: Command) -> Result<Vec<Event>, Refusal> {
        self.asks(Actor::Seat(seat), &command)
    }

    pub(crate) fn sits(&mut self, name: &str) -> Result<Vec<Event>, Refusal> {
        let name = name.to_owned();
        self.asks(Actor::Newcomer, &Command::Sit { name })
    }

    /// The deadline passes.
    pub(crate) fn time_passes(&mut self) -> Vec<Event> {
        self.at_ms = self.table.deadline_ms().expect("the table is live");
        let events = self.asks(Actor::Clock, &Command::PassTime {});
        events.expect("the deadline has passed")
    }

    pub(crate) fn asks(&mut self, actor: Actor, command: &Command) -> Result<Vec<Event>, Refusal> {
        let moment = Moment { at_ms: self.at_ms };
        let events = self.table.decide(&self.world, actor, command, moment)?;
        self.table.fold(&events);
        Ok(events)
    }

    pub(crate) fn chooses(&mut self, seat: SeatNo, option: &str) -> Result<Vec<Event>, Refusal> {
        let (scene, option) = (self.scene(), id!(OptionId, option));
        self.does(seat, Command::Choose { scene, option })
    }

    pub(crate) fn tells(
        &mut self,
        seat: SeatNo,
        whisper: &WhisperId,
        manner: Manner,
    ) -> Result<Vec<Event>, Refusal> {
        let (scene, whisper) = (self.scene(), whisper.clone());
        self.does(
            seat,
            Command::Tell {
                scene,
                whisper,
                manner,
            },
        )
    }

    pub(crate) fn scene(&self) -> SceneId {
        self.table
            .scenes()
            .last()
            .expect("a scene is open")
            .scene
            .clone()
    }

    /// What the seat heard first.
    pub(crate) fn whisper_of(&self, seat: SeatNo) -> WhisperId {
        match self.view(seat).stage {
            Stage::Scene(scene) => scene.whispers[0].whisper.clone(),
            other => panic!("no scene is open: {other:?}"),
        }
    }

    pub(crate) fn view(&self, seat: SeatNo) -> View {
        self.table.view(&self.world, Some(seat))
    }
}

/// The option that was done.
pub(crate) fn done(events: &[Event]) -> Vec<(&str, Vec<SeatNo>)> {
    let deeds = events.iter().filter_map(|event| match event {
        Event::DeedDone(done) => Some((done.option.as_str(), done.doers.clone())),
        _ => None,
    });
    deeds.collect()
}

/// How trust moved.
pub(crate) fn trust_moves(events: &[Event]) -> Vec<i32> {
    let moves = events.iter().filter_map(|event| match event {
        Event::TrustMoved(moved) => Some(moved.by),
        _ => None,
    });
    moves.collect()
}

/// A world whose first scene decides in this way.
pub(crate) fn world(decide: DecisionMode) -> World {
    let gods = God::ALL.iter().map(|god| god_sheet(*god)).collect();
    let questions = God::ALL.iter().map(|god| question(*god)).collect();
    let class = Class {
        id: id!(ClassId, "smith"),
        name: "Smith".to_owned(),
        first: Sense::Steel,
        second: Sense::Song,
        hp: 80,
        calling: "You bend iron.".to_owned(),
        skills: [(Skill::Strength, 40)].into(),
        leaning: [(God::Korvan, 1)].into(),
        signature: Signature {
            name: "Heave".to_owned(),
            text: "You heave.".to_owned(),
            edge: vec![Skill::Strength],
            listen: false,
        },
    };
    let quest = Quest {
        id: id!(QuestId, "gate"),
        edition: 1,
        title: "The Gate".to_owned(),
        pitch: "Open it.".to_owned(),
        begin: id!(SceneId, "hall"),
        warnings: Vec::new(),
        scenes: vec![scene("hall", decide), scene("yard", DecisionMode::Party)],
        endings: vec![Ending {
            id: id!(EndingId, "home"),
            title: "Home".to_owned(),
            tone: Tone::Dawn,
            prose: "You go home.".to_owned(),
        }],
    };
    World::new(
        gods,
        questions,
        vec![class],
        Vec::new(),
        vec![quest],
        String::new(),
    )
}

/// Somebody who hears with spirit and shadow.
pub(crate) fn companion(approval: i32) -> Companion {
    Companion {
        id: id!(CompanionId, "vera"),
        name: "Vera".to_owned(),
        title: "a clerk".to_owned(),
        look: "Thin.".to_owned(),
        patron: God::Athena,
        first: Sense::Spirit,
        second: Sense::Shadow,
        approval,
        skills: BTreeMap::new(),
        flaw: "Proud.".to_owned(),
        agenda: "Elsewhere.".to_owned(),
        trigger: Tag::BurnedBook,
        parting: "No more.".to_owned(),
    }
}

fn god_sheet(id: God) -> GodSheet {
    GodSheet {
        id,
        name: id.word().to_owned(),
        of: String::new(),
        colour: String::new(),
        greeting: String::new(),
        abstains: Vec::new(),
        weighs: BTreeMap::new(),
    }
}

fn question(god: God) -> Question {
    Question {
        id: id!(QuestionId, god.word()),
        god,
        text: "Well?".to_owned(),
        answers: Vec::new(),
    }
}

/// A scene with a check ("push"), two plain ways ("wait", "sing"), and one that two whispers open ("gate").
fn scene(name: &str, decide: DecisionMode) -> Scene {
    let mut push = option("push");
    push.check = Some(Check {
        skill: Skill::Strength,
        difficulty: 40,
        circumstance: None,
    });
    push.success = push.outcome.take();
    push.failure.clone_from(&push.success);
    let mut gate = option("gate");
    gate.insight = Some([id!(WhisperId, "creak"), id!(WhisperId, "draught")]);
    Scene {
        id: id!(SceneId, name),
        title: name.to_owned(),
        mood: Mood::Calm,
        decide,
        prose: "Here.".to_owned(),
        default: id!(OptionId, "wait"),
        also: Vec::new(),
        well: Some(id!(SceneId, "yard")),
        ill: Some(id!(SceneId, "yard")),
        whispers: vec![
            whisper("creak", Sense::Steel, Weight::Minor),
            whisper("draught", Sense::Wild, Weight::Telling),
            whisper("sigh", Sense::Spirit, Weight::Critical),
        ],
        options: vec![push, option("wait"), option("sing"), gate],
    }
}

fn whisper(name: &str, sense: Sense, weight: Weight) -> Whisper {
    Whisper {
        id: id!(WhisperId, name),
        sense,
        weight,
        truth: format!("{name} is so"),
        twist: format!("{name} is not so"),
        warns: None,
        crosses: None,
    }
}

fn option(name: &str) -> Choice {
    Choice {
        id: id!(OptionId, name),
        label: name.to_owned(),
        detail: String::new(),
        tags: Vec::new(),
        insight: None,
        needs: BTreeSet::new(),
        unless: BTreeSet::new(),
        great: false,
        deed: name.to_owned(),
        check: None,
        outcome: Some(Outcome {
            text: "Done.".to_owned(),
            next: Some(id!(SceneId, "yard")),
            ..Outcome::default()
        }),
        triumph: None,
        success: None,
        failure: None,
        disaster: None,
        council: BTreeMap::new(),
    }
}
