//! Quests and their scenes, as written.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::vocabulary::{
    CompanionId, EndingId, God, Mark, OptionId, OutcomeKind, QuestId, SceneId, Sense, Skill, Tag,
    WhisperId,
};

/// A quest as written.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quest {
    /// Its id.
    pub id: QuestId,
    /// Raised by the author when a change alters what happens.
    pub edition: u32,
    /// Its title.
    pub title: String,
    /// What a party reads before it chooses.
    pub pitch: String,
    /// Where it begins.
    pub begin: SceneId,
    /// What some would rather not meet, in plain words.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// Its scenes.
    #[serde(rename = "scene")]
    pub scenes: Vec<Scene>,
    /// Its endings.
    #[serde(rename = "ending")]
    pub endings: Vec<Ending>,
}

impl Quest {
    /// Finds a scene.
    pub fn scene(&self, id: &SceneId) -> Option<&Scene> {
        self.scenes.iter().find(|scene| scene.id == *id)
    }

    /// Finds an ending.
    pub fn ending(&self, id: &EndingId) -> Option<&Ending> {
        self.endings.iter().find(|ending| ending.id == *id)
    }
}

/// How a scene feels; pages take their colours from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each mood is its own word")]
pub enum Mood {
    Calm,
    Uneasy,
    Grim,
    Wild,
    Solemn,
    Bright,
}

/// How a scene decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DecisionMode {
    /// One shared option: plurality, the bearer breaks ties.
    Party,
    /// Every seat acts for itself.
    Each,
    /// Hidden ballots, opened together.
    Secret,
    /// The bearer alone.
    Bearer,
}

/// A scene as written.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// Its id.
    pub id: SceneId,
    /// Its title.
    pub title: String,
    /// How it feels.
    pub mood: Mood,
    /// How it decides.
    pub decide: DecisionMode,
    /// What everybody reads.
    pub prose: String,
    /// What happens when nobody chooses.
    pub default: OptionId,
    /// Paragraphs that follow where a mark is set.
    #[serde(default)]
    pub also: Vec<Also>,
    /// In an `each` scene: where it leads when at least half of those who acted succeeded.
    #[serde(default)]
    pub well: Option<SceneId>,
    /// In an `each` scene: where it leads otherwise.
    #[serde(default)]
    pub ill: Option<SceneId>,
    /// What each seat hears of.
    #[serde(rename = "whisper")]
    pub whispers: Vec<Whisper>,
    /// What can be done.
    #[serde(rename = "option")]
    pub options: Vec<Choice>,
}

impl Scene {
    /// Finds a whisper.
    pub fn whisper(&self, id: &WhisperId) -> Option<&Whisper> {
        self.whispers.iter().find(|whisper| whisper.id == *id)
    }

    /// Finds an option.
    pub fn option(&self, id: &OptionId) -> Option<&Choice> {
        self.options.iter().find(|option| option.id == *id)
    }

    /// The pairs of whispers that together open an option.
    pub fn insight_pairs(&self) -> impl Iterator<Item = &[WhisperId; 2]> {
        self.options
            .iter()
            .filter_map(|option| option.insight.as_ref())
    }
}

/// A paragraph that follows where a mark is set.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Also {
    /// The mark.
    pub mark: Mark,
    /// The paragraph.
    pub text: String,
}

/// How much a whisper matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each weight is its own word")]
pub enum Weight {
    Minor,
    Telling,
    Critical,
}

/// A whisper as written.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Whisper {
    /// Its id.
    pub id: WhisperId,
    /// What it is perceived with.
    pub sense: Sense,
    /// How much it matters.
    pub weight: Weight,
    /// What is so.
    pub truth: String,
    /// The false version its owner may tell instead.
    pub twist: String,
    /// The harm it warns of.
    #[serde(default)]
    pub warns: Option<Mark>,
    /// The companion whose agenda it crosses, and who therefore keeps it back.
    #[serde(default)]
    pub crosses: Option<CompanionId>,
}

/// An option as written.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Its id.
    pub id: OptionId,
    /// The imperative on the button.
    pub label: String,
    /// What that means.
    pub detail: String,
    /// What the deed is.
    pub tags: Vec<Tag>,
    /// Hidden until both whispers were shared truly.
    #[serde(default)]
    pub insight: Option<[WhisperId; 2]>,
    /// Only when all of these are set.
    #[serde(default)]
    pub needs: BTreeSet<Mark>,
    /// Not when any of these is set.
    #[serde(default)]
    pub unless: BTreeSet<Mark>,
    /// A great deed convenes the gods.
    #[serde(default)]
    pub great: bool,
    /// The deed in the past tense, without subject.
    pub deed: String,
    /// What must be rolled.
    #[serde(default)]
    pub check: Option<Check>,
    /// What comes of it without a check.
    #[serde(default)]
    pub outcome: Option<Outcome>,
    /// What comes of a sure success.
    #[serde(default)]
    pub triumph: Option<Outcome>,
    /// What comes of a success.
    #[serde(default)]
    pub success: Option<Outcome>,
    /// What comes of a failure.
    #[serde(default)]
    pub failure: Option<Outcome>,
    /// What comes of a sure failure.
    #[serde(default)]
    pub disaster: Option<Outcome>,
    /// What the gods say about this deed.
    #[serde(default)]
    pub council: BTreeMap<God, Speech>,
}

impl Choice {
    /// What comes of the option when it comes out this way.
    pub fn outcome_of(&self, kind: OutcomeKind) -> Option<&Outcome> {
        match kind {
            OutcomeKind::Plain => self.outcome.as_ref(),
            OutcomeKind::Triumph => self.triumph.as_ref().or(self.success.as_ref()),
            OutcomeKind::Success => self.success.as_ref(),
            OutcomeKind::Failure => self.failure.as_ref(),
            OutcomeKind::Disaster => self.disaster.as_ref().or(self.failure.as_ref()),
        }
    }
}

/// What a god says about a deed.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Speech {
    /// When it votes for it.
    #[serde(rename = "for")]
    pub aye: String,
    /// When it votes against it.
    #[serde(rename = "against")]
    pub nay: String,
}

/// A check as written.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// The skill.
    pub skill: Skill,
    /// How hard it is, 0 to 100.
    pub difficulty: i32,
    /// Whether the place helps or hinders.
    #[serde(default)]
    pub circumstance: Option<Circumstance>,
}

/// Whether the place helps or hinders a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each is its own word")]
pub enum Circumstance {
    Favourable,
    Unfavourable,
}

/// What comes of an option.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// What everybody reads.
    pub text: String,
    /// The scene it leads to.
    #[serde(default)]
    pub next: Option<SceneId>,
    /// The ending it leads to.
    #[serde(default)]
    pub ending: Option<EndingId>,
    /// How it moves the party's trust.
    #[serde(default)]
    pub trust: i32,
    /// How it moves the gods' favour to the doers.
    #[serde(default)]
    pub favour: BTreeMap<God, i32>,
    /// Facts it sets.
    #[serde(default)]
    pub marks: BTreeSet<Mark>,
    /// The harm that came about.
    #[serde(default)]
    pub harm: Option<Mark>,
}

/// How an ending feels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each tone is its own word")]
pub enum Tone {
    Dawn,
    Dusk,
    Bitter,
}

/// An ending as written.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ending {
    /// Its id.
    pub id: EndingId,
    /// Its title.
    pub title: String,
    /// How it feels.
    pub tone: Tone,
    /// What everybody reads.
    pub prose: String,
}
