//! What the bot does next: a function of what its seat is shown, and of what it has learned of the others.

use std::collections::BTreeSet;

use game::{
    Character, Command, Manner, MomentumUse, OptionId, SceneId, SeatNo, Sitting, Slip, Stake, Vote,
};

use crate::shown::{
    AskedSeen, JudgedSeen, OptionSeen, QuestSeen, SceneSeen, StageSeen, StakeSeen, TableShown,
    TellingSeen, WhisperSeen,
};

/// What a way without a check is worth, in percent: it comes out as it is written.
const PLAIN: i32 = 100;
/// What a voice of another adds: a party that pulls together is rarely outvoted.
const VOICE: i32 = 9;
/// What the hint of one's god adds or takes.
const HINT: i32 = 15;
/// What a way adds that two whispers opened together.
const INSIGHT: i32 = 25;
/// What a way takes that is known to hold a harm.
const HARM: i32 = 35;
/// From this chance on a companion is pressed: in vain, it costs its approval.
const PRESS_MIN: i32 = 65;
/// Up to this chance a second throw is worth its price.
const SECOND_THROW_MAX: i32 = 60;
/// The longest odds that the stake of that name counts.
const LONG_ODDS: i32 = 45;

/// What a bot remembers of its table from view to view.
#[derive(Debug, Default)]
pub(crate) struct Strategy {
    /// Seats that it knows to have told a twist.
    liars: BTreeSet<SeatNo>,
    /// The scene whose memory follows.
    scene: Option<SceneId>,
    /// What the rules refused here: once is enough.
    refused: Vec<Command>,
}

impl Strategy {
    /// Says what to do now, in order; nothing where others have their turn.
    pub(crate) fn plan(&mut self, shown: &TableShown) -> Vec<Command> {
        let plan = match &shown.stage {
            StageSeen::Gathering if shown.host == shown.you => begin(shown),
            StageSeen::Question(asked) => vec![answer(asked, shown.you)],
            StageSeen::QuestChoice { quests, question } => {
                let asked = question.iter().map(|asked| answer(asked, shown.you));
                asked.chain(take_up(quests)).collect()
            }
            StageSeen::Scene(scene) => self.play_scene(shown, scene),
            StageSeen::Naming { has_judged, judged } if !has_judged => vec![self.judge(judged)],
            StageSeen::Gathering
            | StageSeen::Waiting
            | StageSeen::Naming { .. }
            | StageSeen::Chronicle { .. }
            | StageSeen::Closed
            | StageSeen::Unknown => Vec::new(),
        };
        let is_new = |command: &Command| !self.refused.contains(command);
        plan.into_iter().filter(is_new).collect()
    }

    /// Remembers what was refused, so that it is not tried again as things stand.
    pub(crate) fn note_refusal(&mut self, command: &Command, code: &str) {
        // Others were quicker: the same may be right a moment later.
        if !matches!(code, "moved-on" | "not-now" | "table-busy") {
            self.refused.push(command.clone());
        }
    }

    fn play_scene(&mut self, shown: &TableShown, scene: &SceneSeen) -> Vec<Command> {
        if self.scene.as_ref() != Some(&scene.scene) {
            self.scene = Some(scene.scene.clone());
            self.refused.clear();
        }
        self.learn(scene);
        if scene.locked_in {
            return Vec::new();
        }
        let stake = shown.sheet.as_ref().and_then(|sheet| sheet.stake.as_ref());
        let stake = stake.and_then(StakeSeen::known);
        let mut plan = whispers(scene, stake);
        plan.extend(listen(shown, scene));
        plan.extend(signs(shown, scene));
        plan.extend(decide(shown, scene, stake));
        plan
    }

    /// Notes who has told what this seat knows to be false, or what was found out.
    fn learn(&mut self, scene: &SceneSeen) {
        let false_ones = scene.told.iter().filter(|told| knows_false(scene, told));
        let liars = false_ones.filter_map(|told| match told.by {
            Character::Seat(seat) => Some(seat),
            Character::Companion(_) => None,
        });
        self.liars.extend(liars);
    }

    /// Says of the others what it knows, and guesses at no stake.
    fn judge(&self, judged: &[JudgedSeen]) -> Command {
        let slips = judged.iter().map(|one| Slip {
            about: one.seat,
            twisted: one.asks_twist.then(|| self.liars.contains(&one.seat)),
            stake: None,
        });
        let slips: Vec<Slip> = slips.collect();
        if slips.is_empty() {
            return Command::PassJudgement {};
        }
        Command::Judge { slips }
    }
}

/// A bot that has become host, because the one before left, does not keep the others waiting.
fn begin(shown: &TableShown) -> Vec<Command> {
    let others = shown
        .seats
        .iter()
        .filter(|seat| seat.present && Some(seat.seat) != shown.you);
    let sitting = Sitting::Short;
    others.take(1).map(|_| Command::Begin { sitting }).collect()
}

/// Nothing is shown of what an answer moves. Seats answer differently, so that the gods name them differently.
fn answer(asked: &AskedSeen, you: Option<SeatNo>) -> Command {
    let seat = you.map_or(0, |seat| usize::from(seat.0));
    let number = (asked.question.as_str().len() + seat) % asked.answers.len().max(1);
    Command::Answer {
        question: asked.question.clone(),
        answer: u8::try_from(number).unwrap_or(0),
    }
}

/// Joins those who have named a quest; of quests that nobody named, takes the shortest.
fn take_up(quests: &[QuestSeen]) -> Option<Command> {
    if quests.iter().any(|card| card.yours) {
        return None;
    }
    let best = quests
        .iter()
        .min_by_key(|card| (std::cmp::Reverse(card.named_by.len()), card.minutes))?;
    Some(Command::TakeUp {
        quest: best.quest.clone(),
    })
}

/// What to do with what was heard: to tell it, unless the seat's aim wants it kept or twisted.
fn whispers(scene: &SceneSeen, stake: Option<Stake>) -> Vec<Command> {
    let open = scene
        .whispers
        .iter()
        .filter(|heard| heard.told.is_none() && !heard.kept);
    open.map(|heard| {
        let (scene, whisper) = (scene.scene.clone(), heard.whisper.clone());
        match stake {
            Some(Stake::SomethingPutBy | Stake::WhatTheDarkIsFor | Stake::Unpublished) => {
                Command::Keep { scene, whisper }
            }
            Some(Stake::AGoodOne) => Command::Tell {
                scene,
                whisper,
                manner: Manner::Twist,
            },
            _ => Command::Tell {
                scene,
                whisper,
                manner: Manner::Truth,
            },
        }
    })
    .collect()
}

/// What lets the seat hear or know more: its signature, a companion that would give way, an exchange, a hint.
fn listen(shown: &TableShown, scene: &SceneSeen) -> Vec<Command> {
    let here = || scene.scene.clone();
    let mut plan = Vec::new();
    if scene.offered_by.is_some() {
        plan.push(Command::AnswerOffer {
            scene: here(),
            takes: true,
        });
    }
    let Some(sheet) = &shown.sheet else {
        return plan;
    };
    if sheet
        .signature
        .as_ref()
        .is_some_and(|signature| signature.ready)
    {
        plan.push(Command::Invoke { scene: here() });
    }
    let softest = scene.presses.iter().max_by_key(|press| press.percent);
    if let Some(press) = softest.filter(|press| press.percent >= PRESS_MIN) {
        plan.push(Command::Press {
            scene: here(),
            companion: press.companion.clone(),
        });
    }
    let mut purchases = scene.purchases.iter().filter(|one| !one.bought);
    let hint =
        purchases.find(|one| one.on == Some(MomentumUse::Hint) && one.cost <= sheet.momentum);
    plan.extend(hint.map(|_| Command::Spend {
        scene: here(),
        on: MomentumUse::Hint,
    }));
    plan
}

/// Doubts aloud what it knows to be false, and nods at what it knows to be true.
fn signs(shown: &TableShown, scene: &SceneSeen) -> Vec<Command> {
    let is_other = |told: &&TellingSeen| Some(&told.by) != shown.you.map(Character::Seat).as_ref();
    let others = || scene.told.iter().filter(is_other);
    let lie = others().find(|told| told.doubt.is_some() && knows_false(scene, told));
    let doubt = lie.map(|told| Command::Challenge {
        scene: scene.scene.clone(),
        telling: told.telling,
    });
    let has_signed = |told: &TellingSeen| {
        let mut signed = told.believed_by.iter().chain(&told.doubted_by);
        signed.any(|seat| Some(*seat) == shown.you)
    };
    let true_ones = others().filter(|told| knows_true(scene, told) && !has_signed(told));
    let nods = true_ones.map(|told| Command::Nod {
        scene: scene.scene.clone(),
        telling: told.telling,
        doubts: false,
    });
    doubt.into_iter().chain(nods).collect()
}

fn knows_false(scene: &SceneSeen, told: &TellingSeen) -> bool {
    let heard = |heard: &WhisperSeen| heard.twist == told.text && heard.truth != told.text;
    told.truth.is_some() || told.holds == Some(false) || scene.whispers.iter().any(heard)
}

fn knows_true(scene: &SceneSeen, told: &TellingSeen) -> bool {
    let heard = |heard: &WhisperSeen| heard.truth == told.text;
    told.holds == Some(true) || scene.whispers.iter().any(heard)
}

/// Chooses, or urges who decides, the way that is worth the most; and pays for a second throw of its own hand.
fn decide(shown: &TableShown, scene: &SceneSeen, stake: Option<Stake>) -> Vec<Command> {
    let voices = shown.voices(scene);
    let open = scene.options.iter().filter(|way| !way.quiet && !way.shut);
    let worth = |way: &&OptionSeen| {
        let voices = voices.get(&way.option).copied().unwrap_or(0);
        worth_of(way, voices, stake)
    };
    // Of ways that are worth the same, the first: `max_by_key` takes the last.
    let Some(best) = open.rev().max_by_key(worth) else {
        return Vec::new();
    };
    let has_chosen = scene.options.iter().any(|way| !way.quiet && way.yours);
    let here = || scene.scene.clone();
    if !scene.has_say {
        let has_urged = urged(shown, scene).is_some_and(|urged| *urged == best.option);
        let urge = scene.may.urge && !has_urged;
        let urge = urge.then(|| Command::Urge {
            scene: here(),
            option: best.option.clone(),
        });
        return urge.into_iter().collect();
    }
    let mut plan = Vec::new();
    if !has_chosen {
        plan.extend(second_throw(shown, scene, best));
        plan.push(Command::Choose {
            scene: here(),
            option: best.option.clone(),
        });
    }
    plan
}

fn urged<'a>(shown: &TableShown, scene: &'a SceneSeen) -> Option<&'a OptionId> {
    let you = shown.you?;
    let mut options = scene.options.iter();
    options
        .find(|way| way.urged_by.contains(&you))
        .map(|way| &way.option)
}

fn worth_of(way: &OptionSeen, voices: i32, stake: Option<Stake>) -> i32 {
    let percent = way
        .check
        .as_ref()
        .map_or(PLAIN, |check| check.chance.percent);
    let mut worth = match stake {
        // What others think unlikely is what it is after.
        Some(Stake::LongOdds) if percent <= LONG_ODDS => PLAIN + HARM,
        _ => percent,
    };
    let voice = match stake {
        Some(Stake::TheOddOneOut) => -VOICE,
        _ => VOICE,
    };
    worth = worth.saturating_add(voices.saturating_mul(voice));
    worth += match way.hint {
        Some(Vote::For) => HINT,
        Some(Vote::Against) => -HINT,
        Some(Vote::Abstained) | None => 0,
    };
    if way.insight {
        worth += INSIGHT;
    }
    if way.harm == Some(true) {
        worth -= HARM;
    }
    worth
}

fn second_throw(shown: &TableShown, scene: &SceneSeen, way: &OptionSeen) -> Option<Command> {
    let check = way.check.as_ref()?;
    let own = Some(&check.hand) == shown.you.map(Character::Seat).as_ref();
    let momentum = shown.sheet.as_ref()?.momentum;
    let mut offered = scene.purchases.iter();
    let offered = offered.find(|one| one.on == Some(MomentumUse::SecondThrow) && !one.bought)?;
    let pays = own && check.chance.percent <= SECOND_THROW_MAX && offered.cost <= momentum;
    pays.then(|| Command::Spend {
        scene: scene.scene.clone(),
        on: MomentumUse::SecondThrow,
    })
}
