//! How a command is answered: one file a rule.

mod draft;

pub(crate) mod calling;
pub(crate) mod checks;
mod companions;
pub(crate) mod council;
mod dealing;
mod interrogation;
mod lobby;
mod resolution;
mod scenes;
pub(crate) mod trust;
mod whispers;

pub use calling::best_class;
pub use council::{Verdict, Vote};
pub use draft::Decision;
pub use trust::Tier;
