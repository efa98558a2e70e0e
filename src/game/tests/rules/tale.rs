//! A small world for the tests: one quest of a few rooms that lead one to the next, the same things to do in each.

use std::collections::{BTreeMap, BTreeSet};

use game::content::{
    Answer, Check, Choice, Class, Companion, DecisionMode, Ending, GodSheet, Kinder, Mood, Outcome,
    Quest, QuestTone, Question, Scene, Signature, Tone, Weight, Whisper, World, WorldParts,
};
use game::{
    ClassId, CompanionId, EndingId, God, OptionId, QuestId, QuestionId, SceneId, Sense, Skill, Tag,
    WhisperId,
};

macro_rules! id {
    ($kind:ty, $text:expr) => {
        <$kind>::parse($text).expect("the tests write ids as they should be")
    };
}
pub(crate) use id;

/// A quest of four rooms, the last of which leads home.
pub(crate) fn tale() -> World {
    tale_of(4)
}

/// A quest of so many rooms: the hall, the yard, and others.
pub(crate) fn tale_of(rooms: usize) -> World {
    let scenes: Vec<Scene> = (1..=rooms).map(|number| room(number, rooms)).collect();
    World::new(
        WorldParts {
            gods: God::ALL.iter().map(|god| god_sheet(*god)).collect(),
            questions: God::ALL.iter().flat_map(|god| questions(*god)).collect(),
            classes: vec![smith()],
            quests: vec![quest("gate", scenes)],
            ..WorldParts::default()
        },
        String::new(),
    )
}

/// A world whose hall decides in this way.
pub(crate) fn deciding(decide: DecisionMode) -> World {
    tale().hall(|hall| hall.decide = decide)
}

/// What the tests change about a world.
pub(crate) trait Told: Sized {
    /// Changes the one quest.
    fn quest(self, change: impl FnOnce(&mut Quest)) -> Self;

    /// Changes the first room.
    fn hall(self, change: impl FnOnce(&mut Scene)) -> Self {
        self.quest(|quest| change(&mut quest.scenes[0]))
    }

    /// Changes a way in the first room.
    fn way(self, name: &str, change: impl FnOnce(&mut Choice)) -> Self {
        self.hall(|hall| change(way(hall, name)))
    }

    /// Changes what comes of a plain way in the first room.
    fn outcome(self, name: &str, change: impl FnOnce(&mut Outcome)) -> Self {
        self.way(name, |way| {
            change(way.outcome.as_mut().expect("the way is plain"));
        })
    }

    /// Changes a whisper of the first room.
    fn whisper(self, sense: Sense, change: impl FnOnce(&mut Whisper)) -> Self {
        self.hall(|hall| change(whisper(hall, sense)))
    }

    /// Lets somebody sit at every table of the quest.
    fn guest(self, guest: Companion) -> Self;

    /// Lets a god love (or hate) a tag.
    fn weighs(self, god: God, tag: Tag, by: i32) -> Self;
}

impl Told for World {
    fn quest(mut self, change: impl FnOnce(&mut Quest)) -> Self {
        let quest = self.quests.values_mut().next();
        change(quest.expect("the world has a quest"));
        self
    }

    fn guest(mut self, guest: Companion) -> Self {
        let id = guest.id.clone();
        self.companions.push(guest);
        self.quest(|quest| quest.guest = Some(id))
    }

    fn weighs(mut self, god: God, tag: Tag, by: i32) -> Self {
        let sheet = self.gods.get_mut(&god).expect("all gods are there");
        sheet.weighs.insert(tag, by);
        self
    }
}

pub(crate) fn way<'a>(scene: &'a mut Scene, name: &str) -> &'a mut Choice {
    let mut ways = scene.options.iter_mut();
    ways.find(|way| way.id.as_str() == name)
        .expect("the way is there")
}

pub(crate) fn whisper(scene: &mut Scene, sense: Sense) -> &mut Whisper {
    let mut whispers = scene.whispers.iter_mut();
    whispers
        .find(|whisper| whisper.sense == sense)
        .expect("each sense has a whisper")
}

/// The whisper of a sense is called after it.
pub(crate) fn of(sense: Sense) -> WhisperId {
    id!(WhisperId, sense.word())
}

/// The name of the room with this number.
pub(crate) fn room_name(number: usize) -> SceneId {
    match number {
        1 => id!(SceneId, "hall"),
        2 => id!(SceneId, "yard"),
        _ => id!(SceneId, &format!("room-{number}")),
    }
}

/// Somebody who hears with spirit and shadow, and shares the taste of Athena.
pub(crate) fn vera(approval: i32) -> Companion {
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
        rules: Vec::new(),
        trigger: Tag::BurnedBook,
        parting: "No more.".to_owned(),
    }
}

/// Vera with these sentences on her sheet.
pub(crate) fn vera_who(approval: i32, rules: &[&str]) -> Companion {
    let read = |rule: &&str| rule.parse().expect("the tests know the language of sheets");
    Companion {
        rules: rules.iter().map(read).collect(),
        ..vera(approval)
    }
}

pub(crate) fn quest(name: &str, scenes: Vec<Scene>) -> Quest {
    Quest {
        id: id!(QuestId, name),
        edition: 1,
        title: name.to_owned(),
        pitch: "Open it.".to_owned(),
        begin: scenes[0].id.clone(),
        warnings: Vec::new(),
        guest: None,
        seats: [1, 6],
        tone: QuestTone::Bright,
        minutes: 15,
        first_evening: false,
        secret_of: None,
        keepsakes: Vec::new(),
        summons: BTreeMap::new(),
        questions: Vec::new(),
        scenes,
        endings: vec![Ending {
            id: id!(EndingId, "home"),
            title: "Home".to_owned(),
            tone: Tone::Dawn,
            prose: "You go home.".to_owned(),
            also: Vec::new(),
            after: None,
        }],
    }
}

/// A class of steel and song whose signature lends its strength.
pub(crate) fn smith() -> Class {
    Class {
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
    }
}

fn god_sheet(id: God) -> GodSheet {
    GodSheet {
        id,
        name: id.word().to_owned(),
        of: String::new(),
        colour: String::new(),
        greeting: String::new(),
        abstains: vec!["No matter.".to_owned()],
        grave: "A grave matter.".to_owned(),
        weighs: BTreeMap::new(),
    }
}

/// Three questions of a god: the first answer pleases it much, the second pleases nobody.
fn questions(god: God) -> impl Iterator<Item = Question> {
    (1..=3).map(move |number| Question {
        id: id!(QuestionId, &format!("{god}-{number}")),
        god,
        text: "Well?".to_owned(),
        answers: [30, 0]
            .into_iter()
            .map(|by| Answer {
                text: "So.".to_owned(),
                said: "that it was so".to_owned(),
                moves: [(god, by)].into(),
            })
            .collect(),
    })
}

/// A room with a check ("push"), two plain ways ("wait", "sing"), one that two whispers open ("hatch"), and one that a hand
/// does quietly ("pocket").
fn room(number: usize, rooms: usize) -> Scene {
    let next = (number < rooms).then(|| room_name(number + 1));
    let leads = || Outcome {
        text: "Done.".to_owned(),
        next: next.clone(),
        ending: next.is_none().then(|| id!(EndingId, "home")),
        ..Outcome::default()
    };
    let mut push = option("push");
    push.check = Some(check(Skill::Strength, 40));
    push.success = Some(leads());
    push.failure = Some(leads());
    let mut hatch = option("hatch");
    hatch.insight = Some([of(Sense::Steel), of(Sense::Arcana)]);
    let plain = ["wait", "sing"].map(option).into_iter().chain([hatch]);
    let plain = plain.map(|mut way| {
        way.outcome = Some(leads());
        way
    });
    Scene {
        id: room_name(number),
        title: room_name(number).as_str().to_owned(),
        mood: Mood::Calm,
        decide: DecisionMode::Party,
        place: "a room".to_owned(),
        prose: "Here.".to_owned(),
        default: id!(OptionId, "wait"),
        also: Vec::new(),
        well: None,
        ill: None,
        whispers: Sense::ALL.iter().map(|sense| a_whisper(*sense)).collect(),
        options: [push].into_iter().chain(plain).chain([pocket()]).collect(),
    }
}

/// A deed of one's own hand, which has a chance of 50.
fn pocket() -> Choice {
    let mut pocket = option("pocket");
    pocket.quiet = true;
    pocket.tags = vec![Tag::Theft];
    pocket.check = Some(check(Skill::SleightOfHand, 10));
    let comes_of_it = |text: &str| {
        Some(Outcome {
            text: text.to_owned(),
            ..Outcome::default()
        })
    };
    pocket.success = comes_of_it("It is gone.");
    pocket.failure = comes_of_it("You cannot reach it.");
    pocket.disaster = comes_of_it("{doer} is seen.");
    pocket
}

pub(crate) fn check(skill: Skill, difficulty: i32) -> Check {
    Check {
        skill,
        difficulty,
        circumstance: None,
        eased_by: BTreeSet::new(),
        hardened_by: BTreeSet::new(),
    }
}

/// Spirit and song are critical, steel is minor.
fn a_whisper(sense: Sense) -> Whisper {
    Whisper {
        id: of(sense),
        sense,
        weight: match sense {
            Sense::Steel => Weight::Minor,
            Sense::Arcana | Sense::Shadow | Sense::Wild => Weight::Telling,
            Sense::Spirit | Sense::Song => Weight::Critical,
        },
        truth: format!("{sense} is so"),
        twist: format!("{sense} is not so"),
        warns: None,
        crosses: None,
        deepens: None,
        gives: None,
        secret: false,
        heard_by: None,
        if_told: None,
        kinder: Kinder::Neither,
        urges: None,
        twist_urges: None,
    }
}

pub(crate) fn option(name: &str) -> Choice {
    Choice {
        id: id!(OptionId, name),
        label: name.to_owned(),
        detail: String::new(),
        tags: Vec::new(),
        tags_if: BTreeMap::new(),
        quiet: false,
        many: false,
        only: None,
        insight: None,
        needs: BTreeSet::new(),
        unless: BTreeSet::new(),
        great: false,
        deed: name.to_owned(),
        check: None,
        outcome: None,
        triumph: None,
        success: None,
        failure: None,
        disaster: None,
        council: BTreeMap::new(),
    }
}
