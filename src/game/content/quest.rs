//! Quests and their scenes, as written.

use serde::{Deserialize, Serialize};

use crate::content::Choice;
use crate::vocabulary::{
    CompanionId, EndingId, Mark, OptionId, QuestId, SceneId, Sense, WhisperId,
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
    /// The mood pages are coloured by.
    pub mood: Mood,
    /// Whose choices decide it.
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
    /// The true version.
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
    /// The tone pages are coloured by.
    pub tone: Tone,
    /// What everybody reads.
    pub prose: String,
}
