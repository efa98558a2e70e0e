//! Everything a browser shows: a [`game::View`] becomes HTML here, and nowhere else.
//!
//! Each page is a struct with a compile-checked template; `render` (of [`askama::Template`]) makes its
//! HTML. [`TablePage`] is the whole page of a table, [`Main`] the part of it that live updates send.
//! No page holds a style attribute or a script of its own, so that the content policy can forbid both.

mod assets;
mod command_ids;
mod deadline;
mod format;
mod landing;
mod means;
mod names;
mod notice;
mod table;
mod words;

#[cfg(test)]
mod tests;

pub use askama::Template;
pub use assets::{ASSETS, Asset, asset};
pub use command_ids::CommandIds;
pub use landing::{ErrorPage, HomePage, JoinPage, PhrasePage, RecoveryPage, StartupPage};
pub use notice::Notice;
pub use service::SeatPresence;
pub use table::{Invitation, Main, TablePage};
