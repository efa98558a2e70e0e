//! The kinds of fault a world can have.

use game::{
    CompanionId, EndingId, God, HoldingId, Mark, OptionId, QuestionId, SceneId, Sense, Tag,
    WhisperId,
};

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
    #[error("a quiet deed is done besides the vote; it leads nowhere")]
    QuietLeads,
    #[error("a scene that decides `each` needs both `well` and `ill`")]
    WellOrIllMissing,
    #[error("`well` and `ill` belong to scenes that decide `each`")]
    WellOrIllStray,

    #[error("the default is the option {}, which does not exist", .0.as_str())]
    DefaultUnknown(OptionId),
    #[error(
        "the default must be open to everybody: no `insight`, `needs`, `unless`, `only` or `quiet`"
    )]
    DefaultConditional,
    #[error("an option with a check needs both `success` and `failure`, and no `outcome`")]
    CheckOutcomes,
    #[error("an option without a check needs `outcome`, and none of the four of a check")]
    PlainOutcome,
    #[error("the gods would convene, but {0} has nothing to say about this deed")]
    SpeechMissing(God),
    #[error("it has speeches, but only a great deed convenes the gods")]
    SpeechStray,

    #[error("only what one seat may hold opens a way here; a road must not need it")]
    NeedsPrivate,
    #[error("a road passes no scene that decides `{0}`")]
    KindPassedBy(&'static str),
    #[error("the scene {} comes next and decides alike", .0.as_str())]
    AlikeInRow(SceneId),
    #[error("a road passes by the scene with the secret")]
    SecretPassedBy,

    #[error("the mark {} is set nowhere in the quest", .0.as_str())]
    MarkNeverSet(Mark),
    #[error("the mark {} is read here, but can be set only later", .0.as_str())]
    MarkTooLate(Mark),
    #[error("the mark {} is private; only `only` may ask for it", .0.as_str())]
    PrivateRead(Mark),
    #[error("the mark {} is set for everybody here and given to one seat there", .0.as_str())]
    MarkBothWays(Mark),
    #[error("the mark {} is read by no rule: not by `needs`, `unless`, `eased_by`, `hardened_by`, `tags_if` or `next_if`, nor warned of as a harm", .0.as_str())]
    MarkUnread(Mark),
    #[error("the private mark {} is asked for by no option's `only`", .0.as_str())]
    PrivateUnread(Mark),
    #[error(
        "of {lasting} marks {late} are read in the last three scenes of a road or decide about an ending; half must be"
    )]
    ReadEarly { late: usize, lasting: usize },
    #[error("the mark {} both eases and hardens it", .0.as_str())]
    EasedAndHardened(Mark),
    #[error("nobody can take it: the mark {} is both needed and excluded", .0.as_str())]
    NeedsAndExcludes(Mark),

    #[error("it names the option {}, which is not in this scene", .0.as_str())]
    OptionUnknown(OptionId),
    #[error("it deepens {}, which has no `triumph`", .0.as_str())]
    DeepensNothing(OptionId),
    #[error(
        "nothing depends on it: it is half of no insight, and warns, deepens, gives and opens nothing, and nobody overhears it"
    )]
    NoLever,
    #[error("who overhears it and what then comes of it belong together: `heard_by` and `if_told`")]
    HalfInEarshot,
    #[error("its `if_told` does nothing")]
    ToldForNothing,
    #[error("it needs `{0}`: an option that somebody who believes it would do")]
    UrgesNothing(&'static str),
    #[error("truth and twist urge the same option")]
    UrgesAlike,
    #[error("a first evening shows insights from its second scene on")]
    InsightTooEarly,
    #[error("`only` asks for {}, which is no whisper of this scene and no private mark given before", .0.as_str())]
    OnlyUnknown(HoldingId),

    #[error("`{0}` belongs to quiet options")]
    QuietStray(&'static str),
    #[error("a quiet option needs a `check`, and a `disaster` in which its hand is caught")]
    QuietUnrolled,
    #[error("a quiet option is never great, has no `insight` and no `triumph`")]
    QuietLoud,
    #[error("a quiet deed brings no harm and no wound")]
    QuietHarms,
    #[error("a quiet deed names its hand, `{{doer}}`, in its disaster and nowhere else")]
    QuietNames,
    #[error("when a quiet hand fails, nothing happens: no marks, favour or trust")]
    QuietFailureCounts,

    #[error("no god wants it: its tags come to 2 or more for none")]
    Unwanted,
    #[error(
        "it is done without a roll and costs nothing: no mark, no trust and no tag that a god hates"
    )]
    FreeLunch,
    #[error("the gods would not dispute it: by its tags alone, two must be for it and two against")]
    OneSided,
    #[error("{kind} is offered in {scenes} scenes; two must")]
    Unoffered { kind: &'static str, scenes: usize },
    #[error("no quiet option bears greed or theft")]
    NoQuietGain,
    #[error("it bears a tag twice")]
    TagTwice,

    #[error("it names no guest")]
    GuestMissing,
    #[error("the god {0} has no summons")]
    SummonsMissing(God),
    #[error("no ending has the tone dawn")]
    NoDawn,
    #[error("no god asks after it: it needs `after`")]
    AfterMissing,
    #[error("it asks the question {}, which does not exist", .0.as_str())]
    QuestionUnknown(QuestionId),
    #[error("no ending asks it")]
    NeverAsked,

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
    #[error("it warns of the harm {}, which no disaster of the scene brings", .0.as_str())]
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
    #[error("{what} is {is} words long; it needs {least}")]
    TooShort {
        what: &'static str,
        is: usize,
        least: usize,
    },
    #[error("the truth has {truth} words and the twist {twist}; five apart is the most")]
    TwistUneven { truth: usize, twist: usize },
    #[error("the place is written in lower case")]
    PlaceUpperCase,
    #[error("it has a straight quote or apostrophe; write ’, “ and ”")]
    StraightQuote,
    #[error("{0} is a clause and ends without a full stop")]
    NoClause(&'static str),
    #[error("\"{0}\" is worn out; strike it")]
    Struck(&'static str),
    #[error("a paragraph holds {0} likenesses (like a, as if, as a); one is enough")]
    Likenesses(usize),
    #[error("three paragraphs in a row end in a likeness")]
    LikenessesRunning,
    #[error("of {words} words {vague} are somebody or something; one in 250 is the most")]
    Vague { vague: usize, words: usize },
    #[error("\"{{doer}} {0}\" does not fit one doer and several alike; use the past tense")]
    DoerVerb(String),
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
    #[error("the stake is one of the god {0}")]
    StakeOfAnother(God),
    #[error("no stake of the god can be dealt to a lone player")]
    NoStakeForOne,
    #[error("the hint has braces; only `{{many}}` and `{{some}}` are filled in")]
    HintPlaceholder,
    #[error("rule {0} stands there twice")]
    RuleTwice(usize),
    #[error("one rule asks for {0}, and another or the trigger forbids it")]
    RuleAgainstRule(Tag),
    #[error("it would leave as it comes: its approval is lower than that of the rule")]
    LeavesAtOnce,
    #[error("the first and the second sense are the same")]
    SensesSame,
    #[error("a signature is either `edge`, with one or two skills, or `listen`")]
    Signature,
}
