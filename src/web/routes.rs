//! The handlers, one file a subject. [`crate::router()`] lists every route.

pub(crate) mod api;
pub(crate) mod art;
pub(crate) mod assets;
pub(crate) mod health;
pub(crate) mod invitation;
pub(crate) mod join_door;
pub(crate) mod live;
pub(crate) mod lobby;
pub(crate) mod metrics;
pub(crate) mod news;
pub(crate) mod operator;
pub(crate) mod phrase;
pub(crate) mod recovery;
pub(crate) mod reference;
pub(crate) mod root_files;
pub(crate) mod story;
pub(crate) mod table;
pub(crate) mod ticket;
pub(crate) mod your_tables;
