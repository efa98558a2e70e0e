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
    /// The option is not open to this seat.
    NotOpen = Forbidden, "not-open",
        "That way is not open.";
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
