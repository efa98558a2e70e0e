//! What a signature, a blessing, a curse or a keepsake does: one vocabulary of effects.

use crate::content::Signature;
use crate::vocabulary::{Gift, GiftKind, God, Skill, Tag};

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
    /// Momentum is gained or spent.
    Momentum,
}

/// One thing that something does at one point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Checks with this skill are favourable.
    Edge(Skill),
    /// Checks of one's own hand with this skill are favourable.
    OwnEdge(Skill),
    /// One more whisper of the scene is heard.
    Listen,
    /// No twist can be told.
    OnlyTruth,
    /// Checks with this skill are unfavourable, and the hand counts as less skilled among others.
    Bramble(Skill),
    /// A chance under 60 is up to 10 higher, but no higher than 60.
    OddsTaken,
    /// A quarter of what is missing to 100 is added.
    LooseNail,
    /// A throw is also read with its digits exchanged.
    UpsideDown,
    /// The roll is a success without a throw.
    SwornHand,
    /// The first disaster of the own hand reads as a failure.
    SecondWinter,
    /// A failed own roll gives one more momentum.
    WarmAsh,
    /// Successes teach nothing, and the signature hears nothing.
    BlankPage,
    /// The next harm costs nothing.
    RootAndRain,
    /// The next harm costs no trust, and the seat momentum instead.
    StandHere,
    /// The voice weighs twice a seat's.
    Writ,
    /// The voice weighs half, unless the bearer chooses the same.
    Leashed,
    /// The first choice of a scene cannot be changed.
    SaidIsSaid,
    /// Options with this tag are shut.
    Shut(Tag),
    /// The first purchase of a scene costs one less.
    Credit,
    /// At most two momentum are held.
    ShortWeight,
    /// A second throw costs one more.
    ThinBlood,
    /// Which options hold a harm is seen.
    ColdCount,
}

impl Effect {
    /// The point at which it acts.
    pub fn point(self) -> EffectPoint {
        match self {
            Self::Listen => EffectPoint::Deal,
            Self::OnlyTruth => EffectPoint::Tell,
            Self::Edge(_)
            | Self::OwnEdge(_)
            | Self::Bramble(_)
            | Self::OddsTaken
            | Self::LooseNail
            | Self::UpsideDown
            | Self::SwornHand => EffectPoint::Chance,
            Self::SecondWinter | Self::WarmAsh | Self::BlankPage => EffectPoint::Outcome,
            Self::RootAndRain | Self::StandHere => EffectPoint::Harm,
            Self::Writ | Self::Leashed => EffectPoint::Vote,
            Self::SaidIsSaid | Self::Shut(_) | Self::ColdCount => EffectPoint::Choice,
            Self::Credit | Self::ShortWeight | Self::ThinBlood => EffectPoint::Momentum,
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

/// What a gift does as long as it is borne.
pub(crate) fn standing_effects(gift: Gift) -> &'static [Effect] {
    match (gift.god, gift.kind) {
        (God::Valdris, GiftKind::Curse) => &[Effect::OnlyTruth],
        (God::Kaitha, GiftKind::Blessing) => &[Effect::LooseNail],
        (God::Kaitha, GiftKind::Curse) => &[Effect::SaidIsSaid],
        (God::Morvane, GiftKind::Blessing) => &[Effect::SecondWinter],
        (God::Morvane, GiftKind::Greater) => &[Effect::ColdCount],
        (God::Morvane, GiftKind::Curse) => &[Effect::ThinBlood],
        (God::Sylara, GiftKind::Curse) => &[
            Effect::Bramble(Skill::Survival),
            Effect::Bramble(Skill::Medicine),
        ],
        (God::Korvan, GiftKind::Blessing) => &[Effect::OddsTaken],
        (God::Korvan, GiftKind::Curse) => &[Effect::Shut(Tag::Flight), Effect::Shut(Tag::Ambush)],
        (God::Athena, GiftKind::Curse) => &[Effect::BlankPage],
        (God::Mercus, GiftKind::Blessing) => &[Effect::Credit],
        (God::Mercus, GiftKind::Curse) => &[Effect::ShortWeight],
        (God::Drakmor, GiftKind::Blessing) => &[Effect::WarmAsh],
        (God::Drakmor, GiftKind::Curse) => &[Effect::Leashed],
        (God::Valdris | God::Sylara | God::Athena, GiftKind::Blessing)
        | (
            God::Valdris
            | God::Kaitha
            | God::Sylara
            | God::Korvan
            | God::Athena
            | God::Mercus
            | God::Drakmor,
            GiftKind::Greater,
        ) => &[],
    }
}

/// What a gift does in the scene in which its seat called on it. Those that act at once, or are whole rules of their own,
/// do nothing here.
pub(crate) fn called_effects(gift: Gift) -> &'static [Effect] {
    match (gift.god, gift.kind) {
        (God::Valdris, GiftKind::Blessing) => &[Effect::SwornHand],
        (God::Valdris, GiftKind::Greater) => &[Effect::Writ],
        (God::Kaitha, GiftKind::Greater) => &[Effect::UpsideDown],
        (God::Sylara, GiftKind::Greater) => &[Effect::RootAndRain],
        (God::Korvan, GiftKind::Greater) => &[Effect::StandHere],
        _ => &[],
    }
}
