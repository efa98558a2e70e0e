//! What every address answers. One function in the crate's root lists them all.

pub(crate) mod api;
pub(crate) mod assets;
pub(crate) mod health;
pub(crate) mod live;
pub(crate) mod lobby;
pub(crate) mod metrics;
pub(crate) mod recovery;
pub(crate) mod table;
