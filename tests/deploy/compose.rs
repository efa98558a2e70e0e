//! The image's recipe, the compose files, nginx' configuration and the scripts, tried with what reads them.

pub(crate) mod written;

mod secrets;

mod behaviour;
pub(crate) mod edge;
mod guides;
pub(crate) mod instance;
mod names;
mod variables;
