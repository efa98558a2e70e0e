//! What a signature does, and later a blessing, a curse, a scar or a keepsake: one vocabulary of effects.

use crate::content::Signature;
use crate::vocabulary::Skill;

/// A point of the rules at which effects act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EffectPoint {
    /// Whispers are dealt or overheard.
    Deal,
    /// A whisper is told.
    Tell,
    /// The chance of a check is made up.
    Chance,
    /// A throw comes out.
    Outcome,
    /// A harm comes about.
    Harm,
    /// A voice or a god's vote is counted.
    Vote,
    /// A seat chooses.
    Choice,
}

/// One thing that something does at one point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Checks with this skill are favourable.
    Edge(Skill),
    /// One more whisper of the scene is heard.
    Listen,
}

impl Effect {
    /// The point at which it acts.
    pub fn point(self) -> EffectPoint {
        match self {
            Self::Edge(_) => EffectPoint::Chance,
            Self::Listen => EffectPoint::Deal,
        }
    }
}

impl Signature {
    /// What the signature does.
    pub fn effects(&self) -> impl Iterator<Item = Effect> {
        let edges = self.edge.iter().map(|skill| Effect::Edge(*skill));
        edges.chain(self.listen.then_some(Effect::Listen))
    }
}
