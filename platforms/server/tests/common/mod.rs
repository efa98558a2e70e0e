//! The server as a process, and those who play on it: what process-level tests and the bench stand on.

pub(crate) mod server;

pub(crate) mod caller;

pub(crate) mod hall;

pub(crate) mod bots;

pub(crate) mod journal;
