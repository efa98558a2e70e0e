//! The image's recipe, the compose files, nginx' configuration and the scripts, tried with what reads them.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod behaviour;
mod edge;
mod instance;
mod names;
mod secrets;
mod written;
