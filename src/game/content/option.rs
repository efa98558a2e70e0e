//! What can be done in a scene, and what comes of it, as written.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::vocabulary::{
    EndingId, God, HoldingId, Mark, OptionId, OutcomeKind, SceneId, Skill, Tag, WhisperId,
};

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
    /// The tags the gods weigh the deed by.
    pub tags: Vec<Tag>,
    /// Further tags, where a public mark is set.
    #[serde(default)]
    pub tags_if: BTreeMap<Mark, Vec<Tag>>,
    /// Done besides the vote, by one seat's own hand, in secret.
    #[serde(default)]
    pub quiet: bool,
    /// Where it is quiet: each who tries may succeed. Otherwise the first success does it.
    #[serde(default)]
    pub many: bool,
    /// Shown only to who heard this whisper or carries this private mark.
    #[serde(default)]
    pub only: Option<HoldingId>,
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
    /// Every outcome it has.
    pub fn outcomes(&self) -> impl Iterator<Item = &Outcome> {
        let all = [
            &self.outcome,
            &self.triumph,
            &self.success,
            &self.failure,
            &self.disaster,
        ];
        all.into_iter().flatten()
    }

    /// Whether it is too great for what helps a throw: great deeds and ends are left to the dice.
    pub fn leaves_to_dice(&self) -> bool {
        self.great || self.may_end()
    }

    /// Whether the quest may end by it.
    pub fn may_end(&self) -> bool {
        self.outcomes().any(|outcome| {
            outcome.ending.is_some() || outcome.next_if.iter().any(|way| way.ending.is_some())
        })
    }

    /// The tags the deed bears where `is_set` says which public marks are set.
    pub fn tags_when(&self, is_set: impl Fn(&Mark) -> bool) -> Vec<Tag> {
        let mut tags = self.tags.clone();
        for (mark, further) in &self.tags_if {
            if is_set(mark) {
                tags.extend(further.iter().filter(|tag| !self.tags.contains(tag)));
            }
        }
        tags
    }

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
    /// Public marks of which any makes it easier, once.
    #[serde(default)]
    pub eased_by: BTreeSet<Mark>,
    /// Public marks of which any makes it harder, once.
    #[serde(default)]
    pub hardened_by: BTreeSet<Mark>,
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
    /// Where it leads instead: the first whose public marks fit.
    #[serde(default)]
    pub next_if: Vec<NextIf>,
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
    /// The private mark that the quiet hand carries away.
    #[serde(default)]
    pub gives: Option<Mark>,
    /// HP that the hand loses, or every doer where all act.
    #[serde(default)]
    pub wound: i32,
}

/// Where an outcome leads when public marks fit.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NextIf {
    /// All of these are set.
    #[serde(default)]
    pub marks: BTreeSet<Mark>,
    /// None of these is set.
    #[serde(default)]
    pub unless: BTreeSet<Mark>,
    /// The scene it then leads to.
    #[serde(default)]
    pub next: Option<SceneId>,
    /// The ending it then leads to.
    #[serde(default)]
    pub ending: Option<EndingId>,
}
