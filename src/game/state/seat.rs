//! One player's place, and what it has become.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::protocol::{Boon, Character};
use crate::vocabulary::{
    ClassId, Gift, God, KeepsakeId, Mark, QuestId, QuestionId, Sense, Skill, Stake,
};

/// What every skill is unless the class says more.
pub(crate) const SKILL_BASE: i32 = 10;

/// What practice adds to a skill.
pub(super) const PRACTICE: i32 = 5;

/// One player's place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// The player's name.
    pub name: String,
    /// How often the seat had been taken when this player sat down.
    pub generation: u32,
    /// Whether the player is still at the table.
    pub present: bool,
    /// The class the gods named.
    pub class: Option<ClassId>,
    /// Skills that are not 10.
    pub skills: BTreeMap<Skill, i32>,
    /// Favour by god; 0 where none is named.
    pub favour: BTreeMap<God, i32>,
    /// The questions dealt so far.
    pub questions: Vec<QuestionId>,
    /// How many of them an earlier quest or the calling had closed before those that are asked now.
    #[serde(default)]
    pub asked_before: usize,
    /// The answers given so far, by question.
    pub answers: Vec<(QuestionId, u8)>,
    /// The quest named.
    pub quest: Option<QuestId>,
    /// 0 to 5; what it may spend is on its own sheet only.
    pub momentum: i32,
    /// Hit points; none before the calling.
    pub hp: Option<i32>,
    /// What it has won over the quests it has played.
    pub legend: i32,
    /// What the gods have laid on it, and whether a verdict did.
    pub gifts: Vec<(Gift, bool)>,
    /// Gifts that act once a quest and have.
    pub gifts_spent: Vec<Gift>,
    /// Gods that bear it a grudge.
    pub grudges: BTreeSet<God>,
    /// Facts that it alone carries in this quest. Secret.
    pub carried: BTreeSet<Mark>,
    /// Its aim in this quest. Secret.
    pub stake: Option<HeldStake>,
    /// Whether its signature was used and is not ready again.
    pub signature_spent: bool,
    /// The class that the gods offer it anew.
    pub offered: Option<ClassId>,
    /// What it took away from earlier quests.
    pub keepsakes: Vec<(QuestId, KeepsakeId)>,
    /// What legend bought it.
    pub boons: Vec<Boon>,
}

/// A seat's aim in a quest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldStake {
    /// The stake.
    pub stake: Stake,
    /// Whom it concerns, where it concerns somebody.
    pub kin: Option<Character>,
    /// Whether it was met; none before the end.
    pub met: Option<bool>,
}

impl Seat {
    /// The favour of `god`.
    pub fn favour_of(&self, god: God) -> i32 {
        self.favour.get(&god).copied().unwrap_or(0)
    }

    /// The level of `skill`.
    pub fn skill(&self, skill: Skill) -> i32 {
        self.skills.get(&skill).copied().unwrap_or(SKILL_BASE)
    }

    /// Whether it bears `gift`.
    pub fn bears(&self, gift: Gift) -> bool {
        self.gifts.iter().any(|(borne, _)| *borne == gift)
    }

    /// The sense that legend bought it.
    pub fn third_sense(&self) -> Option<Sense> {
        self.boons.iter().find_map(|boon| match boon {
            Boon::ThirdSense { sense } => Some(*sense),
            Boon::Practice { .. } | Boon::SecondSignature {} => None,
        })
    }

    pub(super) fn new(name: &str, generation: u32) -> Self {
        Self {
            name: name.to_owned(),
            generation,
            present: true,
            class: None,
            skills: BTreeMap::new(),
            favour: BTreeMap::new(),
            questions: Vec::new(),
            asked_before: 0,
            answers: Vec::new(),
            quest: None,
            momentum: 0,
            hp: None,
            legend: 0,
            gifts: Vec::new(),
            gifts_spent: Vec::new(),
            grudges: BTreeSet::new(),
            carried: BTreeSet::new(),
            stake: None,
            signature_spent: false,
            offered: None,
            keepsakes: Vec::new(),
            boons: Vec::new(),
        }
    }

    /// What a quest leaves behind goes as the next one begins.
    pub(super) fn begin_quest(&mut self) {
        self.close_questions();
        self.gifts_spent.clear();
        self.carried.clear();
        self.stake = None;
        self.signature_spent = false;
        self.offered = None;
        self.momentum = 0;
    }

    /// What was not answered in its time is asked no more.
    pub(super) fn close_questions(&mut self) {
        self.questions.truncate(self.answers.len());
        self.asked_before = self.questions.len();
    }

    pub(super) fn call(&mut self, class: &ClassId, skills: &BTreeMap<Skill, i32>) {
        self.class = Some(class.clone());
        self.skills.clone_from(skills);
    }

    pub(super) fn move_favour(&mut self, god: God, by: i32) {
        let favour = self.favour.entry(god).or_default();
        *favour = (*favour + by).clamp(-100, 100);
    }

    pub(super) fn grow(&mut self, skill: Skill, by: i32) {
        let grown = (self.skill(skill) + by).clamp(0, 100);
        self.skills.insert(skill, grown);
    }

    pub(super) fn answer(&mut self, question: &QuestionId, answer: u8, moves: &BTreeMap<God, i32>) {
        self.answers.push((question.clone(), answer));
        for (god, by) in moves {
            self.move_favour(*god, *by);
        }
    }
}
