//! Quests and their scenes, as written.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::content::{Choice, Question};
use crate::vocabulary::{
    CompanionId, EndingId, God, KeepsakeId, Mark, OptionId, QuestId, QuestionId, SceneId, Sense,
    Skill, WhisperId,
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
    /// The companion who sits at every table of this quest. None in quests of the first edition.
    #[serde(default)]
    pub guest: Option<CompanionId>,
    /// The fewest and the most seats it is offered to.
    #[serde(default = "any_size")]
    pub seats: [u8; 2],
    /// Shown beside the warnings.
    #[serde(default)]
    pub tone: QuestTone,
    /// About how long it takes three seats that play live, in minutes.
    #[serde(default = "three_quarters")]
    pub minutes: u32,
    /// Written for players who have never played: offered first, and its rules come one by one.
    #[serde(default)]
    pub first_evening: bool,
    /// A clause that names, without telling it, what must not come out.
    #[serde(default)]
    pub secret_of: Option<String>,
    /// What seats may take away from it.
    #[serde(default)]
    pub keepsakes: Vec<Keepsake>,
    /// How each god calls a party to it.
    #[serde(default)]
    pub summons: BTreeMap<God, String>,
    /// What a god asks after an ending.
    #[serde(default, rename = "question")]
    pub questions: Vec<Question>,
    /// Its scenes.
    #[serde(rename = "scene")]
    pub scenes: Vec<Scene>,
    /// Its endings.
    #[serde(rename = "ending")]
    pub endings: Vec<Ending>,
}

fn any_size() -> [u8; 2] {
    [1, crate::SEATS_MAX]
}

fn three_quarters() -> u32 {
    45
}

/// How a quest feels as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each tone is its own word")]
pub enum QuestTone {
    Bright,
    #[default]
    Grim,
}

/// A thing that one seat takes away from a quest and may spend once in a later one.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keepsake {
    /// Its id.
    pub id: KeepsakeId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub text: String,
    /// The skill of the check that it makes favourable when it is spent.
    pub edge: Skill,
}

impl Quest {
    /// Finds a scene.
    pub fn scene(&self, id: &SceneId) -> Option<&Scene> {
        self.scenes.iter().find(|scene| scene.id == *id)
    }

    /// The scenes of the shortest road to an ending.
    pub fn shortest_road(&self) -> usize {
        let mut reached: BTreeSet<&SceneId> = BTreeSet::from([&self.begin]);
        let mut front: Vec<&SceneId> = vec![&self.begin];
        for length in 1..=self.scenes.len() {
            let mut next: Vec<&SceneId> = Vec::new();
            for scene in front.iter().filter_map(|id| self.scene(id)) {
                let outcomes = scene.options.iter().flat_map(Choice::outcomes);
                let ways = outcomes.flat_map(|outcome| {
                    let else_ways = outcome.next_if.iter();
                    let plain = (outcome.next.as_ref(), outcome.ending.is_some());
                    else_ways
                        .map(|way| (way.next.as_ref(), way.ending.is_some()))
                        .chain([plain])
                });
                for (to, ends) in ways {
                    if ends {
                        return length;
                    }
                    next.extend(to);
                }
                next.extend(scene.well.iter().chain(&scene.ill));
            }
            next.retain(|id| reached.insert(id));
            front = next;
        }
        self.scenes.len()
    }

    /// Finds an ending.
    pub fn ending(&self, id: &EndingId) -> Option<&Ending> {
        self.endings.iter().find(|ending| ending.id == *id)
    }
}

/// How a scene feels; pages take their colours from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// Where it is, in a few words: a picture is drawn from it.
    #[serde(default)]
    pub place: String,
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// The option whose success reads as its triumph when this was told truly to the table.
    #[serde(default)]
    pub deepens: Option<OptionId>,
    /// The private mark that its hearer carries.
    #[serde(default)]
    pub gives: Option<Mark>,
    /// The quest's secret worth keeping.
    #[serde(default)]
    pub secret: bool,
    /// Who overhears it when it is told to the table.
    #[serde(default)]
    pub heard_by: Option<String>,
    /// What then happens when the scene is decided.
    #[serde(default)]
    pub if_told: Option<IfTold>,
    /// Which of truth and twist is the gentler one.
    #[serde(default)]
    pub kinder: Kinder,
    /// What somebody who believes the truth would do.
    #[serde(default)]
    pub urges: Option<OptionId>,
    /// What somebody who believes the twist would do.
    #[serde(default)]
    pub twist_urges: Option<OptionId>,
}

/// What happens when a whisper was told truly where somebody could hear it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IfTold {
    /// Public marks that are set.
    #[serde(default)]
    pub marks: BTreeSet<Mark>,
    /// How the party's trust moves.
    #[serde(default)]
    pub trust: i32,
    /// How favour moves, to whoever told it.
    #[serde(default)]
    pub favour: BTreeMap<God, i32>,
}

/// Which of a whisper's two versions is gentler towards whom it is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each is its own word")]
pub enum Kinder {
    Truth,
    Twist,
    #[default]
    Neither,
}

/// How an ending feels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// Paragraphs that follow where a mark is set.
    #[serde(default)]
    pub also: Vec<Also>,
    /// What a god asks the party about it before its next quest.
    #[serde(default)]
    pub after: Option<QuestionId>,
}
