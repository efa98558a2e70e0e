//! What a companion goes by, in sentences a machine reads.

use std::str::FromStr;

use serde::{Deserialize, Deserializer};

use crate::content::Mood;
use crate::vocabulary::{Sense, Tag};

/// One sentence of a companion's sheet.
#[derive(Clone, Debug, PartialEq)]
pub enum CompanionRule {
    /// `votes TAG +N`: its taste for options with the tag is so much more.
    Votes {
        /// The tag.
        tag: Tag,
        /// How much more.
        by: i32,
    },
    /// `will_not TAG`, `will_not TAG when crossed`: it never votes for the tag, or not in a scene where a whisper crosses it.
    WillNot {
        /// The tag.
        tag: Tag,
        /// Only where a whisper of the scene crosses it.
        when_crossed: bool,
    },
    /// `must TAG`, `must TAG if …`: it votes for the tag whatever the bearer does.
    Must {
        /// The tag.
        tag: Tag,
        /// What has to hold first.
        when: MustWhen,
    },
    /// `keeps SENSE`: it tells whispers of the sense only in a bond, from an approval of 80 on.
    Keeps(Sense),
    /// `keeps crossing`: as every companion does; said for readers.
    KeepsCrossing,
    /// `tells critical if approval >= N`: it tells every critical whisper truly.
    TellsCritical {
        /// From which approval on.
        approval: i32,
    },
    /// `tells all if approval >= N`: it keeps nothing.
    TellsAll {
        /// From which approval on.
        approval: i32,
    },
    /// `acts TAG`, `acts TAG if approval < N`, `acts TAG if council`: it does an open quiet option with the tag.
    Acts {
        /// The tag.
        tag: Tag,
        /// Under which approval; none where it does not matter.
        approval_under: Option<i32>,
        /// Only after the first council.
        after_council: bool,
    },
    /// `challenges`: it challenges the first telling of a scene in a sense of its own.
    Challenges,
    /// `obeys until council`: it votes as the bearer does before the first council.
    ObeysUntilCouncil,
    /// `leaves if approval < N`.
    LeavesUnderApproval(i32),
    /// `leaves if trust < N`.
    LeavesUnderTrust(i32),
    /// `leaves if done TAG >= N`.
    LeavesAfterDone {
        /// The tag.
        tag: Tag,
        /// So many scenes in which a deed bore it.
        count: usize,
    },
    /// `leaves if fled >= N`: after fights left by flight.
    LeavesAfterFled(usize),
    /// `speaks_against if …`: at the next council every god hears it, then it leaves.
    SpeaksAgainst {
        /// Under which approval; none where it does not matter.
        approval_under: Option<i32>,
        /// After so many scenes in which a deed bore the tag.
        done: Option<(Tag, usize)>,
        /// Once a whisper that crosses it was told truly.
        crossing_told: bool,
        /// Once it was outvoted in so many shared scenes.
        outvoted: Option<usize>,
    },
    /// `steps_in if approval >= N`: it falls in place of the first seat that would.
    StepsIn {
        /// From which approval on.
        approval: i32,
    },
    /// `never dies`.
    NeverDies,
}

/// When a companion must vote for a tag.
#[derive(Clone, Debug, PartialEq)]
pub enum MustWhen {
    /// Without a condition.
    Always,
    /// When a public mark that begins so is set.
    Mark(String),
    /// In a scene of this mood.
    Mood(Mood),
    /// When a seat has fewer HP.
    SeatHpUnder(i32),
}

/// The text is no rule of a companion.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a companion's rule: {0:?}; see the authors' guide")]
pub struct CompanionRuleError(String);

fn word<T: for<'de> Deserialize<'de>>(text: &str) -> Option<T> {
    let from = serde::de::value::StrDeserializer::<serde::de::value::Error>::new(text);
    T::deserialize(from).ok()
}

impl FromStr for CompanionRule {
    type Err = CompanionRuleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let words: Vec<&str> = text.split_whitespace().collect();
        read(&words).ok_or_else(|| CompanionRuleError(text.to_owned()))
    }
}

fn read(words: &[&str]) -> Option<CompanionRule> {
    Some(match words {
        ["votes", tag, by] => CompanionRule::Votes {
            tag: word(tag)?,
            by: by.strip_prefix('+').unwrap_or(by).parse().ok()?,
        },
        ["will_not", tag] => CompanionRule::WillNot {
            tag: word(tag)?,
            when_crossed: false,
        },
        ["will_not", tag, "when", "crossed"] => CompanionRule::WillNot {
            tag: word(tag)?,
            when_crossed: true,
        },
        ["must", tag, when @ ..] => CompanionRule::Must {
            tag: word(tag)?,
            when: must_when(when)?,
        },
        ["keeps", "crossing"] => CompanionRule::KeepsCrossing,
        ["keeps", sense] => CompanionRule::Keeps(word(sense)?),
        ["tells", "critical", "if", "approval", ">=", least] => CompanionRule::TellsCritical {
            approval: least.parse().ok()?,
        },
        ["tells", "all", "if", "approval", ">=", least] => CompanionRule::TellsAll {
            approval: least.parse().ok()?,
        },
        ["acts", tag, when @ ..] => acts(word(tag)?, when)?,
        ["challenges"] => CompanionRule::Challenges,
        ["obeys", "until", "council"] => CompanionRule::ObeysUntilCouncil,
        ["leaves", "if", "approval", "<", under] => {
            CompanionRule::LeavesUnderApproval(under.parse().ok()?)
        }
        ["leaves", "if", "trust", "<", under] => {
            CompanionRule::LeavesUnderTrust(under.parse().ok()?)
        }
        ["leaves", "if", "done", tag, ">=", count] => CompanionRule::LeavesAfterDone {
            tag: word(tag)?,
            count: count.parse().ok()?,
        },
        ["leaves", "if", "fled", ">=", count] => {
            CompanionRule::LeavesAfterFled(count.parse().ok()?)
        }
        ["speaks_against", "if", when @ ..] => speaks_against(when)?,
        ["steps_in", "if", "approval", ">=", least] => CompanionRule::StepsIn {
            approval: least.parse().ok()?,
        },
        ["never", "dies"] => CompanionRule::NeverDies,
        _ => return None,
    })
}

fn must_when(words: &[&str]) -> Option<MustWhen> {
    Some(match words {
        [] => MustWhen::Always,
        ["if", "mark", prefix] => MustWhen::Mark((*prefix).to_owned()),
        ["if", "mood", mood] => MustWhen::Mood(word(mood)?),
        ["if", "seat_hp", "<", under] => MustWhen::SeatHpUnder(under.parse().ok()?),
        _ => return None,
    })
}

fn acts(tag: Tag, words: &[&str]) -> Option<CompanionRule> {
    let (approval_under, after_council) = match words {
        [] => (None, false),
        ["if", "approval", "<", under] => (Some(under.parse().ok()?), false),
        ["if", "council"] => (None, true),
        _ => return None,
    };
    Some(CompanionRule::Acts {
        tag,
        approval_under,
        after_council,
    })
}

fn speaks_against(words: &[&str]) -> Option<CompanionRule> {
    let (mut approval_under, mut done, mut crossing_told, mut outvoted) = (None, None, false, None);
    for part in words.split(|word| *word == "and") {
        match part {
            ["approval", "<", under] => approval_under = Some(under.parse().ok()?),
            ["done", tag, ">=", count] => done = Some((word(tag)?, count.parse().ok()?)),
            ["crossing", "told"] => crossing_told = true,
            ["outvoted", ">=", count] => outvoted = Some(count.parse().ok()?),
            _ => return None,
        }
    }
    Some(CompanionRule::SpeaksAgainst {
        approval_under,
        done,
        crossing_told,
        outvoted,
    })
}

impl<'de> Deserialize<'de> for CompanionRule {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sentence_of_the_language_is_read() {
        for text in [
            "votes invention +3",
            "will_not haste",
            "will_not truth when crossed",
            "must lawful",
            "must oath-kept if mark sworn-",
            "must freedom if mood grim",
            "must flight if seat_hp < 30",
            "keeps spirit",
            "keeps crossing",
            "tells critical if approval >= 40",
            "tells all if approval >= 50",
            "acts mercy",
            "acts theft if approval < 30",
            "acts defiance if council",
            "challenges",
            "obeys until council",
            "leaves if approval < 15",
            "leaves if trust < 40",
            "leaves if done caging >= 2",
            "leaves if fled >= 1",
            "speaks_against if approval < 50 and done oath-broken >= 1",
            "speaks_against if crossing told and approval < 40",
            "speaks_against if outvoted >= 4",
            "steps_in if approval >= 75",
            "never dies",
        ] {
            assert!(text.parse::<CompanionRule>().is_ok(), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused_with_its_words() {
        for text in [
            "votes",
            "will_not shout",
            "leaves",
            "acts mercy if raining",
            "",
        ] {
            let refused = text.parse::<CompanionRule>().unwrap_err();
            assert!(
                refused.to_string().contains(&format!("{text:?}")),
                "{refused}"
            );
        }
    }
}
