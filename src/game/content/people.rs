//! Gods, their questions, classes and companions, as written.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::content::CompanionRule;
use crate::vocabulary::{ClassId, CompanionId, God, QuestionId, Sense, Skill, Tag};

/// A god as written.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GodSheet {
    /// The god.
    pub id: God,
    /// Its name.
    pub name: String,
    /// What it is the god of.
    pub of: String,
    /// Its colour, as `#rrggbb`.
    pub colour: String,
    /// What it says as it begins to question.
    pub greeting: String,
    /// What it says when a deed leaves it unmoved; `{doer}` and `{deed}` are filled in.
    pub abstains: Vec<String>,
    /// The same in a grim or solemn scene.
    #[serde(default)]
    pub grave: String,
    /// What it gives each tag, -3 to 3.
    pub weighs: BTreeMap<Tag, i32>,
}

/// A question of the interrogation.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its id.
    pub id: QuestionId,
    /// The god that asks.
    pub god: God,
    /// The question.
    pub text: String,
    /// Four or five answers.
    #[serde(rename = "answer")]
    pub answers: Vec<Answer>,
}

/// One answer and how it moves the gods.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The answer.
    pub text: String,
    /// What it comes to when a god quotes it: the clause after "You told me".
    #[serde(default)]
    pub said: String,
    /// Favour by god, -30 to 30.
    pub moves: BTreeMap<God, i32>,
}

/// A class as written.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Its id.
    pub id: ClassId,
    /// Its name.
    pub name: String,
    /// The sense it hears best with.
    pub first: Sense,
    /// The sense it hears next best with.
    pub second: Sense,
    /// Hit points, 60 to 100.
    pub hp: i32,
    /// What the gods say they saw in a player they name so.
    pub calling: String,
    /// Starting skills; the others are 10.
    pub skills: BTreeMap<Skill, i32>,
    /// Which gods lean towards it, -3 to 3.
    pub leaning: BTreeMap<God, i32>,
    /// What it can do once a scene.
    pub signature: Signature,
}

/// What a class can do once a scene.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// Its name.
    pub name: String,
    /// What it does, for the player.
    pub text: String,
    /// Checks with these skills are favourable for the rest of the scene.
    #[serde(default)]
    pub edge: Vec<Skill>,
    /// Hears one more whisper of the scene.
    #[serde(default)]
    pub listen: bool,
}

/// A companion as written.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Companion {
    /// Their id.
    pub id: CompanionId,
    /// Their name.
    pub name: String,
    /// Their trade or rank, in a word or two.
    pub title: String,
    /// What anybody sees.
    pub look: String,
    /// The god whose taste they share.
    pub patron: God,
    /// The sense they hear best with.
    pub first: Sense,
    /// The sense they hear next best with.
    pub second: Sense,
    /// Approval of the party at the start, 0 to 100.
    pub approval: i32,
    /// Their skills; the others are 10.
    pub skills: BTreeMap<Skill, i32>,
    /// Secret until the Chronicle.
    pub flaw: String,
    /// Secret until the Chronicle.
    pub agenda: String,
    /// Secret until the Chronicle: what they go by.
    #[serde(default)]
    pub rules: Vec<CompanionRule>,
    /// Secret until the Chronicle: a deed with this tag costs the party dearly.
    pub trigger: Tag,
    /// What they say when they leave.
    pub parting: String,
}
