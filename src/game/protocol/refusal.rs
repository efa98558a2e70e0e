//! Why a command changes nothing: a class and a code for programs, a sentence for players.

use std::fmt;

use crate::vocabulary::names::NameError;

/// What kind of reason a refusal is, for whoever must answer it with a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalClass {
    /// What was asked could never be taken; it must be put differently.
    Invalid,
    /// The actor has no seat at the table.
    Unseated,
    /// The seat may not do that.
    Forbidden,
    /// The table does not stand where that can be done.
    Conflict,
    /// The table is over.
    Gone,
}

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $class:ident, $code:literal, $sentence:literal;)+) => {
        /// Why a command changes nothing.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Refusal {
            $($(#[$doc])* $name),+
        }

        impl Refusal {
            /// Every one, in the order of the rules.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// What kind of reason it is.
            pub fn class(self) -> RefusalClass {
                match self {
                    $(Self::$name => RefusalClass::$class),+
                }
            }

            /// A stable word for programs.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code),+
                }
            }
        }

        impl fmt::Display for Refusal {
            fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str(match self {
                    $(Self::$name => $sentence),+
                })
            }
        }
    };
}

refusals! {
    /// The name is empty.
    NameMissing = Invalid, "name-missing",
        "Please enter a name.";
    /// The name is too long.
    NameTooLong = Invalid, "name-too-long",
        "That name is too long: 24 characters is the most that fits.";
    /// The name has characters that would not be seen or would disturb the page.
    NameUnreadable = Invalid, "name-unreadable",
        "That name contains characters that cannot be shown. Please use letters, digits and signs.";
    /// Somebody at the table has the name.
    NameTaken = Conflict, "name-taken",
        "Somebody called that already sits here. If it is you, come back with your recovery phrase.";
    /// Somebody at the table has a name that looks the same.
    NameAlike = Conflict, "name-alike",
        "Somebody whose name looks the same already sits here. Please choose a name that nobody takes for theirs.";
    /// A god or a companion has the name.
    NameOfTheStory = Invalid, "name-of-the-story",
        "That is the name of somebody in the story. Please choose another.";
    /// Six seats are taken.
    TableFull = Conflict, "table-full",
        "This table is full: six seats are taken.";
    /// The gathering is over.
    AlreadyBegun = Conflict, "already-begun",
        "This table has begun without you. You can watch, or come back with a recovery phrase.";
    /// The table is over.
    Closed = Gone, "table-closed",
        "This table is closed.";
    /// The actor has no seat here.
    NoSeat = Unseated, "no-seat",
        "You have no seat at this table.";
    /// Only the host may.
    HostOnly = Forbidden, "host-only",
        "Only the host can do that.";
    /// The seat named is empty.
    SeatEmpty = Conflict, "seat-empty",
        "Nobody sits there.";
    /// One cannot free one's own seat; one leaves.
    OwnSeat = Forbidden, "own-seat",
        "To give up your own seat, leave the table.";
    /// The seat that is to become host is host.
    AlreadyHost = Conflict, "already-host",
        "You are the host already.";
    /// What the command speaks of is past.
    MovedOn = Conflict, "moved-on",
        "The story has moved on; this page shows where it stands now.";
    /// The command does not fit the phase.
    NotNow = Conflict, "not-now",
        "That cannot be done now.";
    /// There is no such answer, option, quest or whisper.
    NoSuchChoice = Invalid, "no-such-choice",
        "There is no such choice here.";
    /// The library has no quest the party has not played.
    AllPlayed = Conflict, "all-played",
        "Your party has played every quest there is here.";
    /// Only the bearer decides here.
    BearerOnly = Forbidden, "bearer-only",
        "Only the bearer of the Codex decides this.";
    /// The whisper is somebody else's.
    NotYourWhisper = Forbidden, "not-your-whisper",
        "You did not hear that whisper.";
    /// The whisper has been told.
    AlreadyTold = Conflict, "already-told",
        "You have told that whisper; it cannot be unsaid.";
    /// The whisper is being kept already.
    AlreadyKept = Conflict, "already-kept",
        "You have resolved to keep that whisper already.";
    /// The option is chosen already.
    AlreadyChosen = Conflict, "already-chosen",
        "You have chosen that already. You may still choose otherwise.";
    /// The seat has spoken, or changed its mind, very often.
    TooOften = Conflict, "too-often",
        "You have said and changed a great deal. Let the others have their turn.";
    /// The signature was used in this scene.
    SignatureUsed = Conflict, "signature-used",
        "You have used that in this scene.";
    /// No whisper is left to hear.
    NothingToHear = Conflict, "nothing-to-hear",
        "There is nothing more to hear here.";
    /// The rules of the table are no longer decided.
    RulesOutdated = Gone, "rules-outdated",
        "This table was begun under an earlier edition of the rules. It is closed, and what happened is told in its Chronicle.";
    /// It takes more ears than there are.
    TooFewToWhisper = Forbidden, "too-few-to-whisper",
        "With so few at the table, everybody would hear.";
    /// The aside of this scene has been used.
    AsideUsed = Conflict, "aside-used",
        "You have had your word apart in this scene.";
    /// One's own ear.
    OwnEar = Invalid, "own-ear",
        "You know that already.";
    /// A curse forbids it.
    TongueTied = Forbidden, "tongue-tied",
        "Valdris has laid a hand on your tongue: you can tell nothing but the truth.";
    /// An exposed seat tells no more twists in the scene.
    Exposed = Forbidden, "exposed",
        "You have been found out. In this scene nobody would believe another tale.";
    /// There is no such telling to challenge.
    NoSuchTelling = Invalid, "no-such-telling",
        "Nobody has said that to you.";
    /// The telling has been challenged.
    AlreadyChallenged = Conflict, "already-challenged",
        "That has been doubted already.";
    /// The challenge of this scene has been used.
    ChallengeUsed = Conflict, "challenge-used",
        "You have doubted somebody in this scene already.";
    /// Somebody has pressed a companion in this scene.
    PressUsed = Conflict, "press-used",
        "A companion has been pressed in this scene already.";
    /// Nobody by that name sits at the table.
    NoSuchCompanion = Invalid, "no-such-companion",
        "Nobody by that name sits here.";
    /// The hand is there already.
    AlreadyActing = Conflict, "already-acting",
        "Your hand is there already.";
    /// The hand is nowhere.
    NotActing = Conflict, "not-acting",
        "Your hand is nowhere it should not be.";
    /// The seat has chosen nothing.
    NotChosen = Conflict, "not-chosen",
        "You have chosen nothing yet.";
    /// The seat has taken a choice back in this scene.
    WithdrawUsed = Conflict, "withdraw-used",
        "You have taken a choice back in this scene already. You may still choose otherwise.";
    /// A curse forbids another choice.
    SaidIsSaid = Forbidden, "said-is-said",
        "Kaitha holds you to the first thing you said.";
    /// A curse forbids the option.
    WhiteFeather = Forbidden, "white-feather",
        "Korvan has put a white feather on you: that way is shut to you.";
    /// Only who does not decide may urge.
    BearerUrges = Forbidden, "bearer-urges",
        "You decide this. The others may urge you.";
    /// The seat has too little momentum.
    TooLittleMomentum = Conflict, "too-little-momentum",
        "You have too little momentum for that.";
    /// It is bought already.
    AlreadySpent = Conflict, "already-spent",
        "You have that in this scene already.";
    /// The seat does not bear the blessing.
    NotBlessed = Forbidden, "not-blessed",
        "No god has given you that.";
    /// The blessing was used in this quest.
    GiftUsed = Conflict, "gift-used",
        "That can be asked once a quest, and you have asked it.";
    /// It cannot be asked for here.
    GiftUseless = Conflict, "gift-useless",
        "That would change nothing here.";
    /// A great deed, or the end, must be left to the dice.
    DiceDecide = Conflict, "dice-decide",
        "This deed is too great for that: the dice alone decide.";
    /// Nobody has offered an exchange.
    NoOffer = Conflict, "no-offer",
        "Nobody has offered you anything.";
    /// The scene was extended already.
    AlreadyExtended = Conflict, "already-extended",
        "This scene has been given more time once already.";
    /// A limit hurries the scene already.
    TimeRuns = Conflict, "time-runs",
        "A limit runs here already.";
    /// Time has been called.
    AlreadyCalled = Conflict, "already-called",
        "Time has been called already.";
    /// The host and one more, or two seats, must ask.
    NeedsAnother = Conflict, "needs-another",
        "Noted. One more at the table must ask for it, too.";
    /// The seat has been skipped or has chosen.
    NotWaitedFor = Conflict, "not-waited-for",
        "Nobody waits for that seat.";
    /// The slips speak of a seat twice, of oneself or of nobody.
    SlipsWrong = Invalid, "slips-wrong",
        "Judge each of the others once, and nobody else.";
    /// The seat has judged.
    AlreadyJudged = Conflict, "already-judged",
        "You have said what you think already.";
    /// The keepsake is not the seat's to spend.
    NotYourKeepsake = Forbidden, "not-your-keepsake",
        "You do not carry that.";
    /// The legend does not reach for it.
    TooLittleLegend = Conflict, "too-little-legend",
        "Your legend does not reach for that yet.";
    /// Nothing was offered.
    NothingOffered = Conflict, "nothing-offered",
        "The gods have offered you nothing.";
    /// The line is empty.
    NothingSaid = Invalid, "nothing-said",
        "There is nothing to say in an empty line.";
    /// The line is too long.
    SaidTooMuch = Invalid, "said-too-much",
        "That is too long for one line: 400 characters is the most.";
    /// The deadline has not passed.
    TooEarly = Conflict, "too-early",
        "It is not yet time.";
    /// The table has taken as many commands as a table takes.
    TooMuch = Conflict, "too-much",
        "This table has heard enough; it will end by itself.";
    /// The quest is not in this server's library.
    QuestUnknown = Conflict, "quest-unknown",
        "This server does not know the quest this table plays.";
    /// The table plays by rules of a newer release.
    RulesUnknown = Conflict, "rules-unknown",
        "This server does not know the rules this table plays by.";
}

impl std::error::Error for Refusal {}

impl From<NameError> for Refusal {
    fn from(error: NameError) -> Self {
        match error {
            NameError::Missing => Self::NameMissing,
            NameError::TooLong => Self::NameTooLong,
            NameError::Unreadable => Self::NameUnreadable,
        }
    }
}
