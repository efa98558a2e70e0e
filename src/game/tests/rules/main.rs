//! The rules, told as given, when and then at small tables.

#![expect(
    clippy::unwrap_used,
    reason = "a step that fails fails its test; clippy's exception for tests misses their helpers"
)]
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test looks for one kind of event"
)]

mod party;

mod companions;
mod council;
mod editions;
mod gathering;
mod going_on;
mod refusals;
mod scenes;
mod whispers;
