//! Everything a browser shows: a [`game::View`] becomes HTML here, and nowhere else.
//!
//! Each page is a struct with a compile-checked template; `render` (of [`askama::Template`]) makes its
//! HTML. [`TablePage`] is the whole page of a table, [`Main`] the part of it that live updates send.
//! No page holds a style attribute or a script of its own, so that the content policy can forbid both.

mod assets;
mod bars;
mod command_ids;
mod deadline;
mod format;
mod landing;
mod means;
mod names;
mod notice;
mod opened;
mod operator;
mod outcome;
mod reference;
mod rite;
mod story;
mod table;
mod words;
mod your_tables;

#[cfg(test)]
mod tests;

pub use askama::Template;
pub use assets::{ASSETS, Asset, asset};
pub(crate) use assets::{MARK, hashed};
pub use command_ids::CommandIds;
pub use landing::{
    DoorField, DoorProblem, ErrorPage, HomePage, JoinPage, NoTablePage, OfflinePage, OfflineWorker,
    PhrasePage, RecoveryPage, StartupPage, WebManifest,
};
pub(crate) use landing::{OFFLINE_FILES, OMENS};
pub use notice::Notice;
pub(crate) use operator::{OperatorSignInPage, OperatorTablePage, OperatorTablesPage};
pub use reference::ReferencePage;
pub use service::SeatPresence;
pub use story::StoryPage;
pub use table::{Invitation, Main, TablePage, TvScreen};
pub use your_tables::{TableTurn, YourTable};
