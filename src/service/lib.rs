//! The application service: running tables, by load, decide, append, announce.
//!
//! [`Tables`] holds it, by responsibility. One command goes one way, through [`Commits`]: the table is loaded
//! from the journal (or from memory, and brought up to date), the rules decide, the journal appends at the
//! version they decided on, and only then is it announced. A lost race is decided again. Whatever this crate
//! holds in memory may vanish at any moment.
//!
//! [`Clock`] lets passed deadlines have their consequence; [`mod@verify`] checks an exported Chronicle.

mod tables;

mod cache;
mod clock;
mod commit;
mod error;
mod export;
mod holder;
mod issuer;
mod journal_health;
mod loading;
mod metrics;
mod opening;
mod presence;
mod seats;
mod snapshots;
mod watching;

pub mod verify;

pub use clock::{CLOCK_SLEEP_MS_MAX, Clock};
pub use commit::Commits;
pub use error::ServiceError;
pub use export::{Chronicles, Export};
pub use holder::Holder;
pub use journal_health::JournalHealth;
pub use loading::TableLoader;
pub use presence::{HEARTBEAT_MS, PresenceTracker, SeatPresence};
pub use seats::{Seated, Seats};
pub use store::{Readers, ReplicaStatus};
pub use tables::{ServiceParts, Settings, Tables};
pub use watching::Watching;
