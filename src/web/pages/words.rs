//! What the pages call things, and the sentences they say about them.

use game::content::{DecisionMode, QuestTone, Tone, Weight};
use game::{
    ApprovalReason, Chance, ChancePart, CouncilView, Fate, FavourReason, GiftFate, GiftKind, God,
    Manner, MomentumReason, MomentumUse, OutcomeKind, Sense, Sitting, Skill, Tier, TimeLimit,
    TrustReason, Verdict, Vote,
};

use super::SeatPresence;
use super::format::{SignedNumber, VoteCount};

/// A thing in a word or two.
pub(crate) trait Word {
    fn title(&self) -> &'static str;
}

impl Word for SeatPresence {
    fn title(&self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Away => "away",
            Self::Absent => "absent",
        }
    }
}

impl Word for TimeLimit {
    fn title(&self) -> &'static str {
        match self {
            Self::Off => "No hurry",
            Self::Minute => "1 minute a scene",
            Self::ThreeMinutes => "3 minutes a scene",
            Self::Day => "1 day a scene",
        }
    }
}

impl Word for Sitting {
    fn title(&self) -> &'static str {
        match self {
            Self::Short => "A short sitting",
            Self::Long => "A long sitting",
        }
    }
}

impl Word for QuestTone {
    fn title(&self) -> &'static str {
        match self {
            Self::Bright => "bright",
            Self::Grim => "grim",
        }
    }
}

impl Word for MomentumUse {
    fn title(&self) -> &'static str {
        match self {
            Self::SecondThrow => "A second throw",
            Self::Hint => "A god’s hint",
        }
    }
}

impl Word for GiftFate {
    fn title(&self) -> &'static str {
        match self {
            Self::Laid => "is laid on",
            Self::Lifted => "is lifted from",
            Self::Spent => "has acted for",
        }
    }
}

impl Word for GiftKind {
    fn title(&self) -> &'static str {
        match self {
            Self::Blessing => "a blessing of",
            Self::Greater => "a greater blessing of",
            Self::Curse => "a curse of",
        }
    }
}

impl Word for Manner {
    fn title(&self) -> &'static str {
        match self {
            Self::Truth => "truly",
            Self::Twist => "as its twist",
        }
    }
}

impl Word for OutcomeKind {
    fn title(&self) -> &'static str {
        match self {
            Self::Plain => "Done",
            Self::Triumph => "Triumph",
            Self::Success => "Success",
            Self::Failure => "Failure",
            Self::Disaster => "Disaster",
        }
    }
}

impl Word for Vote {
    fn title(&self) -> &'static str {
        match self {
            Self::For => "for",
            Self::Against => "against",
            Self::Abstained => "abstains",
        }
    }
}

impl Word for Tone {
    fn title(&self) -> &'static str {
        match self {
            Self::Dawn => "an ending at dawn",
            Self::Dusk => "an ending at dusk",
            Self::Bitter => "a bitter ending",
        }
    }
}

impl Word for Fate {
    fn title(&self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Twisted => "twisted",
            Self::Confided => "confided",
            Self::Kept => "kept",
        }
    }
}

impl Word for Weight {
    fn title(&self) -> &'static str {
        match self {
            Self::Minor => "a small thing",
            Self::Telling => "a telling thing",
            Self::Critical => "a thing that changes everything",
        }
    }
}

impl Word for Sense {
    fn title(&self) -> &'static str {
        match self {
            Self::Steel => "structures, weapons, threats",
            Self::Arcana => "magic and wards",
            Self::Shadow => "traps, locks, what is hidden",
            Self::Wild => "tracks, beasts, weather",
            Self::Spirit => "guilt, curses, the dead",
            Self::Song => "feeling, motive, history",
        }
    }
}

/// A thing in a sentence, or what completes one.
pub(crate) trait Describe {
    fn sentence(&self) -> &'static str;
}

impl Describe for TimeLimit {
    fn sentence(&self) -> &'static str {
        match self {
            Self::Off => "A scene lasts until all have chosen.",
            Self::Minute => "On top of the time to read it. For the quick.",
            Self::ThreeMinutes => "On top of the time to read it.",
            Self::Day => "A story over some days, from anywhere.",
        }
    }
}

impl Describe for DecisionMode {
    fn sentence(&self) -> &'static str {
        match self {
            Self::Party => "You act as one: what most choose happens, and the bearer breaks ties.",
            Self::Each => "Everyone acts alone, each with an own roll.",
            Self::Secret => "The ballots are secret, and are opened together.",
            Self::Bearer => "The bearer of the Codex decides this alone.",
        }
    }
}

impl Describe for Tier {
    fn sentence(&self) -> &'static str {
        match self {
            Self::Breaking => "Shared checks are much harder, and a companion may break.",
            Self::Frayed => "Shared checks are harder.",
            Self::Steady => "Sharing what you hear makes it grow.",
            Self::Bond => "Shared checks are easier, and companions hold nothing back.",
        }
    }
}

impl Describe for TrustReason {
    fn sentence(&self) -> &'static str {
        match self {
            Self::Shared(Weight::Minor) => "a small whisper was shared",
            Self::Shared(Weight::Telling) => "a telling whisper was shared",
            Self::Shared(Weight::Critical) => "a critical whisper was shared",
            Self::Outcome => "for how it came out",
            Self::Unwarned => "somebody had heard the warning and kept it",
            Self::Told => "for what was told here, and how high it stood",
            Self::Exposed => "somebody was exposed",
            Self::Challenged => "somebody was doubted, and it held",
            Self::OathBroken => "an oath that was sworn was broken",
            Self::Overheard => "what was said was overheard",
            Self::Faded => "between two quests it goes half of the way back",
        }
    }
}

impl Describe for Sitting {
    fn sentence(&self) -> &'static str {
        match self {
            Self::Short => "Five questions each, for a first evening.",
            Self::Long => "Ten questions each, for those who know the eight.",
        }
    }
}

impl Describe for MomentumUse {
    fn sentence(&self) -> &'static str {
        match self {
            Self::SecondThrow => {
                "Should the roll fail in which you are the hand or a helper, it is thrown once more, and that stands. \
                 Kept if it is not needed."
            }
            Self::Hint => {
                "The god that favours you most says of each way how it would vote. You alone read it."
            }
        }
    }
}

impl Describe for MomentumReason {
    fn sentence(&self) -> &'static str {
        match self {
            Self::Failed => "your own roll failed",
            Self::Outvoted => "you were outvoted",
            Self::Caught => "you caught a lie",
            Self::Verdict => "a god was pleased",
            Self::Gift => "by a blessing or a curse",
            Self::Spent => "spent",
            Self::Began => "as the quest began",
        }
    }
}

impl Describe for FavourReason {
    fn sentence(&self) -> &'static str {
        match self {
            Self::Heard => "for what it heard of your tellings",
            Self::Quiet => "for what you did quietly",
            Self::Exposed => "you were exposed",
            Self::Overheard => "what you said was overheard",
            Self::Stake => "for your stake",
            Self::Unurged => "you did what nobody urged",
            Self::Faded => "a quarter is lost between two quests",
        }
    }
}

impl Describe for ApprovalReason {
    fn sentence(&self) -> &'static str {
        match self {
            Self::Taste => "for the deed",
            Self::Trigger => "cannot bear that",
            Self::Pressed => "was pressed in vain",
            Self::Exposed => "was exposed",
        }
    }
}

impl Describe for Fate {
    fn sentence(&self) -> &'static str {
        match self {
            Self::Shared => "shared it",
            Self::Twisted => "told the twist",
            Self::Confided => "said it in one ear",
            Self::Kept => "kept it",
        }
    }
}

impl Describe for CouncilView {
    fn sentence(&self) -> &'static str {
        // In concord one god may still have voted the other way.
        let is_alone = self.ayes().min(self.nays()) > 0;
        match (self.verdict, self.carried) {
            (Verdict::Concord, Vote::For) if is_alone => "One god alone spoke against it.",
            (Verdict::Concord, _) if is_alone => "One god alone spoke for it.",
            (Verdict::Concord, Vote::For) => "Not one god spoke against it.",
            (Verdict::Concord, _) => "Not one god spoke for it.",
            (Verdict::Strong, Vote::For) => "The gods approve, and loudly.",
            (Verdict::Strong, _) => "The gods condemn it, and loudly.",
            (Verdict::Narrow, Vote::For) => "By a hair, the gods approve.",
            (Verdict::Narrow, _) => "By a hair, the gods condemn it.",
            (Verdict::Deadlock, _) => {
                "The gods cannot agree. They will watch you, and your next great deed counts double."
            }
        }
    }
}

/// A thing as prose says it.
pub(crate) trait Said {
    fn said(&self) -> String;
}

impl Said for Skill {
    fn said(&self) -> String {
        self.word().replace('-', " ")
    }
}

/// The name by which everybody knows a god.
impl Said for God {
    fn said(&self) -> String {
        first_upper(self.word())
    }
}

/// A word with a capital.
pub(crate) fn first_upper(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

impl Said for Chance {
    fn said(&self) -> String {
        let parts = self.parts.iter().filter(|part| part.by() != 0).map(|part| {
            let what = match part {
                ChancePart::Skill(_) => "skill",
                ChancePart::Place(_) => "the moment",
                ChancePart::Help(_) => "help",
                ChancePart::Trust(_) => "trust",
                ChancePart::Marks(_) => "what was done before",
                ChancePart::Gift(god, _) => {
                    return format!("{}\u{a0}{}", god.said(), part.by().signed());
                }
            };
            format!("{what}\u{a0}{}", part.by().signed())
        });
        std::iter::once("50".to_owned())
            .chain(parts)
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// "Anna", "Anna and Ben", "Anna, Ben and Chris"; each name stands in its own direction of writing.
pub(crate) fn listed(names: &[&str]) -> String {
    let apart: Vec<String> = names
        .iter()
        .map(|name| format!("\u{2068}{name}\u{2069}"))
        .collect();
    match apart.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}
