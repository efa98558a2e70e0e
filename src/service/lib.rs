//! Running tables: load, decide, append, announce.
//!
//! [`Tables`] is what the web speaks to. One command goes one way: the table is loaded from the journal (or
//! from memory, and brought up to date), the rules decide, the journal appends at the version they decided
//! on, and only then is anybody told. A lost race is decided again. Whatever this crate holds in memory may
//! vanish at any moment.
//!
//! [`Tables::run_clock`] lets passed deadlines have their consequence; [`mod@verify`] checks an exported
//! Chronicle.

mod cache;
mod clock;
mod commit;
mod error;
mod export;
mod loading;
mod metrics;
mod presence;
mod seats;
mod snapshots;
mod tables;

pub mod verify;

pub use clock::CLOCK_NAP_MS_MAX;
pub use error::ServiceError;
pub use export::Export;
pub use metrics::Counts;
pub use presence::SeatPresence;
pub use seats::{Holder, Seated};
pub use store::{Readers, ReplicaStatus};
pub use tables::{ServiceParts, Settings, Tables};
