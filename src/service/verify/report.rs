//! What a check of a Chronicle came to: a report, or the first thing that is wrong.

use std::fmt;

use game::Version;

use super::ShownAt;

/// The report on a Chronicle in which nothing is wrong: what was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The seal of each quest: the hash of its seed, as the table showed it before the quest began.
    pub seals: Vec<String>,
    /// The head of the chain, as the table showed it at the end.
    pub head: String,
    /// The hashes that were noted while it was played, each found in it.
    pub seen: Vec<ShownAt>,
    /// Commits checked.
    pub commits: usize,
    /// Rolls recomputed from the seed.
    pub rolls: usize,
    /// Decisions taken again from the commands: none of those that were taken under other rules or another library than
    /// this release has.
    pub decisions: usize,
    /// Commits of which what they told was taken back: a player's name, or lines.
    pub withheld: usize,
}

impl Verification {
    /// Returns how many decisions could not be taken again. What is withheld is none of them: it is not told.
    pub fn unchecked(&self) -> usize {
        self.commits.saturating_sub(self.decisions + self.withheld)
    }
}

impl fmt::Display for Verification {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            seals,
            head,
            seen,
            commits,
            rolls,
            decisions,
            withheld,
        } = self;
        match self.unchecked() {
            0 => writeln!(
                to,
                "The Chronicle is whole: {commits} commits, each chained to the one before."
            )?,
            unchecked => writeln!(
                to,
                "Not checked: {unchecked} of {commits} decisions, which were taken under other rules or another library \
                 than this release has. Of these anything may be invented; check them with the release that played it.\n\
                 The rest is in order: {commits} commits, each chained to the one before."
            )?,
        }
        if *withheld > 0 {
            writeln!(
                to,
                "{withheld} of them are withheld: a player was forgotten, and their name and lines are not in them. The \
                 hashes are those of what was told."
            )?;
        }
        for seal in seals {
            writeln!(to, "Its seed fits the seal {seal}.")?;
        }
        writeln!(to, "Its head is {head}.")?;
        for shown in seen {
            writeln!(to, "{shown}")?;
        }
        if seen.is_empty() {
            writeln!(
                to,
                "Nothing was compared with what your table showed. Give the seal, the head or any fingerprint that you \
                 noted by --seen HASH: only they tell this story from another that was made up afterwards."
            )?;
        }
        writeln!(to, "{rolls} rolls are those the seed gives.")?;
        write!(
            to,
            "{decisions} decisions, taken again from the commands, came out the same."
        )
    }
}

/// The first thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The text is not an exported Chronicle.
    #[error("line {line} is not part of an exported Chronicle: {why}")]
    NotAChronicle {
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// A newer release played it, so that it could not be checked.
    #[error(
        "not checked: commit {version} was written by a newer release; check the Chronicle with that one: {why}"
    )]
    NewerRelease {
        /// The first commit that this release does not understand.
        version: Version,
        /// What it does not understand.
        why: String,
    },
    /// The chain of hashes is broken.
    #[error("commit {version} was altered: {why}")]
    Altered {
        /// The version of the commit.
        version: Version,
        /// What does not fit.
        why: String,
    },
    /// The seed is not the one committed to.
    #[error(
        "the seed is not the one committed to when the table opened: its SHA-256 is {is}, not {committed}"
    )]
    OtherSeed {
        /// The hash of the seed given.
        is: String,
        /// The hash committed to.
        committed: String,
    },
    /// A hash that was noted is not of this story.
    #[error(
        "the table of this Chronicle never showed {hash}: what you noted it from was another story, or this one was \
         changed before then"
    )]
    NeverShown {
        /// The hash that was noted.
        hash: String,
    },
    /// A roll is not what the seed gives.
    #[error("commit {version}: a roll of {told} is told, but the seed gives {given}")]
    OtherRoll {
        /// The version of the commit.
        version: Version,
        /// The roll told.
        told: u32,
        /// The roll the seed gives.
        given: u32,
    },
    /// The rules decide the command differently.
    #[error("commit {version}: the rules do not lead from this command to these events")]
    OtherDecision {
        /// The version of the commit.
        version: Version,
    },
    /// More is withheld than a name or a line.
    #[error(
        "commit {version} is withheld, but what stands in its place is more than a name or a line taken back"
    )]
    WithheldMore {
        /// The version of the commit.
        version: Version,
    },
    /// The story is not over, or goes on after its end.
    #[error("the Chronicle breaks off before the story is over")]
    BrokenOff,
}
