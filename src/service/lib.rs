//! The application service: running tables, by load, decide, append, announce.
//!
//! [`Tables`] holds it, by responsibility. One command goes one way, through [`Commits`]: in the table's turn, the rules
//! decide on the newest state this process knows, the journal appends at the version they decided on, and only then is
//! it announced. A lost race is loaded and decided again. [`Feeds`] shows tables to whoever looks or watches: what one
//! watcher of a table asks, the others find. Whatever this crate holds in memory may vanish at any moment.
//!
//! [`TableOperation`] is what an operator does to a table, and [`Tables::inspect`] what an operator sees of one.
//!
//! [`Clock`] lets passed deadlines have their consequence; [`Erasures`] takes back what tables tell; [`mod@verify`] checks an exported Chronicle.

mod tables;

mod background;
mod cache;
mod chain_heads;
mod clock;
mod clock_alarm;
mod command_notes;
mod commit;
mod deadlines;
mod erasures;
mod error;
mod export;
mod feeds;
mod holder;
mod inspection;
mod issuer;
mod journal_health;
mod loading;
mod metrics;
mod names;
mod occupancy;
mod opening;
mod operator;
mod passing_time;
mod presence;
mod seats;
mod snapshots;

pub mod verify;

pub use background::BackgroundWork;
pub use chain_heads::ChainProof;
pub use clock::{CLOCK_SLEEP_MS_MAX, Clock};
pub use commit::Commits;
pub use erasures::Erasures;
pub use error::ServiceError;
#[cfg(feature = "schema")]
pub use export::ExportLine;
pub use export::{Chronicles, Export, ExportHeader};
pub use feeds::{Feeds, Look, Shown, Subscription, Update};
pub use game::{SeatNo, TableId};
pub use holder::Holder;
pub use inspection::{
    INSPECTED_MAX, InsideLook, InspectedSeat, InspectedState, InspectedTable, PlayersHeard,
};
pub use journal_health::JournalHealth;
pub use loading::TableLoader;
pub use names::is_unseen;
pub use occupancy::{Occupancy, OccupancyLimits, OccupancyReport};
pub use operator::TableOperation;
pub use presence::{HEARTBEAT_MS, PresenceTracker, SeatPresence};
pub use seats::{Seated, Seats};
pub use store::{OpenerTag, Readers, ReplicaStatus};
pub use tables::{ServiceParts, Settings, Tables};
