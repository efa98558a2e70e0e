//! The kinds of fault a world can have.

use game::{CompanionId, EndingId, God, Mark, OptionId, SceneId, Sense, WhisperId};

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(
    missing_docs,
    reason = "the sentence of each fault is its documentation"
)]
pub enum ContentError {
    #[error("the id {0} is used twice")]
    IdTwice(String),

    #[error("it leads to the scene {}, which does not exist", .0.as_str())]
    SceneUnknown(SceneId),
    #[error("it leads to the ending {}, which does not exist", .0.as_str())]
    EndingUnknown(EndingId),
    #[error("it leads nowhere: it needs `next` or `ending`")]
    DeadEnd,
    #[error("it has both `next` and `ending`; only one can come")]
    BothWays,
    #[error("no way leads here")]
    Unreachable,
    #[error("its ways can lead back to itself, so the quest might never end")]
    Cycle,
    #[error("where everybody acts, the scene leads on by `well` and `ill`, not the outcome")]
    OutcomeLeads,
    #[error("a scene that decides `each` needs both `well` and `ill`")]
    WellOrIllMissing,
    #[error("`well` and `ill` belong to scenes that decide `each`")]
    WellOrIllStray,

    #[error("the default is the option {}, which does not exist", .0.as_str())]
    DefaultUnknown(OptionId),
    #[error("the default must be open to everybody: no `insight`, `needs` or `unless`")]
    DefaultConditional,
    #[error("an option with a check needs both `success` and `failure`, and no `outcome`")]
    CheckOutcomes,
    #[error("an option without a check needs `outcome`, and none of the four of a check")]
    PlainOutcome,
    #[error("the gods would convene, but {0} has nothing to say about this deed")]
    SpeechMissing(God),
    #[error("it has speeches, but only a great deed convenes the gods")]
    SpeechStray,

    #[error("the mark {} is set nowhere in the quest", .0.as_str())]
    MarkNeverSet(Mark),
    #[error("nobody can take it: the mark {} is never set before", .0.as_str())]
    NobodyCanTake(Mark),
    #[error("nobody can take it: the mark {} is both needed and excluded", .0.as_str())]
    NeedsAndExcludes(Mark),

    #[error("two whispers are of the sense {0}")]
    SenseTwice(Sense),
    #[error("the insight names the whisper {}, which does not exist", .0.as_str())]
    InsightUnknown(WhisperId),
    #[error("the insight cannot be dealt to two hearers: both halves are the same whisper")]
    InsightOfOne,
    #[error("two hearers cannot hold more than one insight: the scene has {0}")]
    InsightsCrowded(usize),
    #[error("it crosses the companion {}, who does not exist", .0.as_str())]
    CompanionUnknown(CompanionId),
    #[error("it crosses the companion {}, who has no ear for it", .0.as_str())]
    CompanionDeaf(CompanionId),
    #[error("it warns of the harm {}, which nothing in the scene brings", .0.as_str())]
    WarnsOfNothing(Mark),
    #[error("it is secret, but the public text says it too: \"{0}\"")]
    Repeats(String),

    #[error("{what} is {is} {unit} long; a phone has room for {most}")]
    TooLong {
        what: &'static str,
        is: usize,
        most: usize,
        unit: &'static str,
    },
    #[error("{0} is empty")]
    Empty(&'static str),
    #[error("{what} is {is}, not {least} to {most}")]
    OutOfRange {
        what: &'static str,
        is: i64,
        least: i64,
        most: i64,
    },

    #[error("the god {0} is missing")]
    GodMissing(God),
    #[error("the colour {0} is not written as #rrggbb")]
    Colour(String),
    #[error("the unmoved line must name {{doer}} and {{deed}}: \"{0}\"")]
    UnmovedLine(String),
    #[error("the first and the second sense are the same")]
    SensesSame,
    #[error("a signature is either `edge`, with one or two skills, or `listen`")]
    Signature,
}
