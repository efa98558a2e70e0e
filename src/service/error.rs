//! Why a request to the service failed, by what can be done about it.

use game::Refusal;
use store::StoreError;

/// Why a request to the service failed.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The rules say no. The player reads why.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is no such table.
    #[error("There is no such table here.")]
    NoSuchTable,
    /// All that the table told was erased.
    #[error("This table is no longer kept: what was told here has been erased.")]
    Erased,
    /// The seat has passed to somebody else, or was freed.
    #[error(
        "This seat is no longer yours: it was given up, or freed while you were away. You can watch."
    )]
    NotYourSeat,
    /// The player was there too lately for the seat to be freed, or to be waited for no more.
    #[error("They were here a moment ago. That can be done after {away_minutes} minutes away.")]
    StillHere {
        /// How long they must be away.
        away_minutes: u64,
    },
    /// The id belongs to another command.
    #[error("That command id belongs to another command.")]
    ForeignCommand,
    /// As many tables are in use as this server takes.
    #[error("All tables of this server are taken. Please try again later.")]
    Full,
    /// The server is half full, and this client has opened its share of the tables in use.
    #[error(
        "Half of this server’s tables are in use, and {tables_max} or more were opened by you or your network: \
         that is as many as one network may have then. Please try again later, or play at one of those."
    )]
    ShareTaken {
        /// The number of tables in its share.
        tables_max: u64,
    },
    /// So many wrote to the table at once that this command never came first.
    #[error("The table is very busy. Please try again.")]
    Busy,
    /// The table is being played, and would be erased.
    #[error(
        "This table is being played. Close it first, or say that it is to be erased all the same."
    )]
    StillPlayed,
    /// The Chronicle opens when the story is over.
    #[error("The Chronicle opens when the story is over.")]
    NotOver,
    /// A newer release wrote to the table what this one does not know. Another instance can go on.
    #[error(
        "This table is played on by a newer Codex than this one. Please try again in a moment."
    )]
    NewerRelease(#[source] StoreError),
    /// What the journal has of the table is damaged or missing. A person must look.
    #[error(
        "What was written down of this table is damaged, so it cannot go on. Whoever keeps this Codex can restore it; the \
         other tables play on."
    )]
    Damaged(#[source] StoreError),
    /// The journal cannot be read or written now.
    #[error("The Codex cannot be reached at the moment. Nothing is lost; please try again.")]
    Store(#[source] StoreError),
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NewerRelease { .. } => Self::NewerRelease(error),
            StoreError::Damaged { .. } => Self::Damaged(error),
            StoreError::Conflict { .. }
            | StoreError::CodeTaken { .. }
            | StoreError::Unavailable(_)
            | StoreError::Unusable(_) => Self::Store(error),
        }
    }
}

impl ServiceError {
    /// Returns a stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::NoSuchTable => "no-such-table",
            Self::Erased => "table-erased",
            Self::NotYourSeat => "not-your-seat",
            Self::StillHere { .. } => "still-here",
            Self::ForeignCommand => "foreign-command",
            Self::Full => "server-full",
            Self::ShareTaken { .. } => "share-taken",
            Self::Busy => "table-busy",
            Self::StillPlayed => "still-played",
            Self::NotOver => "not-over",
            Self::NewerRelease(_) => "newer-release",
            Self::Damaged(_) => "table-damaged",
            Self::Store(_) => "storage-unavailable",
        }
    }
}
