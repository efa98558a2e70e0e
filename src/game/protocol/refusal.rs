//! Why a command changes nothing, in words a player understands.

/// Why a command changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The name is empty.
    #[error("Please enter a name.")]
    NameMissing,
    /// The name is too long.
    #[error("That name is too long: 24 characters is the most that fits.")]
    NameTooLong,
    /// The name has characters that would not be seen or would disturb the page.
    #[error(
        "That name contains characters that cannot be shown. Please use letters, digits and signs."
    )]
    NameUnreadable,
    /// Somebody at the table has the name.
    #[error(
        "Somebody called that already sits here. If it is you, come back with your recovery phrase."
    )]
    NameTaken,
    /// Six seats are taken.
    #[error("This table is full: six seats are taken.")]
    TableFull,
    /// The gathering is over.
    #[error(
        "This table has begun without you. You can watch, or come back with a recovery phrase."
    )]
    AlreadyBegun,
    /// The table is over.
    #[error("This table is closed.")]
    Closed,
    /// The actor has no seat here.
    #[error("You have no seat at this table.")]
    NoSeat,
    /// Only the host may.
    #[error("Only the host can do that.")]
    HostOnly,
    /// The seat named is empty.
    #[error("Nobody sits there.")]
    SeatEmpty,
    /// One cannot free one's own seat; one leaves.
    #[error("To give up your own seat, leave the table.")]
    OwnSeat,
    /// What the command speaks of is past.
    #[error("The story has moved on; this page shows where it stands now.")]
    MovedOn,
    /// The command does not fit the phase.
    #[error("That cannot be done now.")]
    NotNow,
    /// There is no such answer, option, quest or whisper.
    #[error("There is no such choice here.")]
    NoSuchChoice,
    /// The option is not open to this seat.
    #[error("That way is not open.")]
    NotOpen,
    /// Only the bearer decides here.
    #[error("Only the bearer of the Codex decides this.")]
    BearerOnly,
    /// The whisper is somebody else's.
    #[error("You did not hear that whisper.")]
    NotYourWhisper,
    /// The whisper has been told.
    #[error("You have told that whisper; it cannot be unsaid.")]
    AlreadyTold,
    /// The whisper is being kept already.
    #[error("You have resolved to keep that whisper already.")]
    AlreadyKept,
    /// The option is chosen already.
    #[error("You have chosen that already. You may still choose otherwise.")]
    AlreadyChosen,
    /// The seat has spoken, or changed its mind, very often.
    #[error("You have said and changed a great deal. Let the others have their turn.")]
    TooOften,
    /// The signature was used in this scene.
    #[error("You have used that in this scene.")]
    SignatureUsed,
    /// No whisper is left to hear.
    #[error("There is nothing more to hear here.")]
    NothingToHear,
    /// The line is empty.
    #[error("There is nothing to say in an empty line.")]
    NothingSaid,
    /// The line is too long.
    #[error("That is too long for one line: 400 characters is the most.")]
    SaidTooMuch,
    /// The deadline has not passed.
    #[error("It is not yet time.")]
    TooEarly,
    /// The table has taken as many commands as a table takes.
    #[error("This table has heard enough; it will end by itself.")]
    TooMuch,
    /// The quest is not in this server's library.
    #[error("This server does not know the quest this table plays.")]
    QuestUnknown,
}

impl Refusal {
    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NameMissing => "name-missing",
            Self::NameTooLong => "name-too-long",
            Self::NameUnreadable => "name-unreadable",
            Self::NameTaken => "name-taken",
            Self::TableFull => "table-full",
            Self::AlreadyBegun => "already-begun",
            Self::Closed => "table-closed",
            Self::NoSeat => "no-seat",
            Self::HostOnly => "host-only",
            Self::SeatEmpty => "seat-empty",
            Self::OwnSeat => "own-seat",
            Self::MovedOn => "moved-on",
            Self::NotNow => "not-now",
            Self::NoSuchChoice => "no-such-choice",
            Self::NotOpen => "not-open",
            Self::BearerOnly => "bearer-only",
            Self::NotYourWhisper => "not-your-whisper",
            Self::AlreadyTold => "already-told",
            Self::AlreadyKept => "already-kept",
            Self::AlreadyChosen => "already-chosen",
            Self::TooOften => "too-often",
            Self::SignatureUsed => "signature-used",
            Self::NothingToHear => "nothing-to-hear",
            Self::NothingSaid => "nothing-said",
            Self::SaidTooMuch => "said-too-much",
            Self::TooEarly => "too-early",
            Self::TooMuch => "too-much",
            Self::QuestUnknown => "quest-unknown",
        }
    }
}
