//! The rules, told as given, when and then at small tables.

#![expect(
    clippy::unwrap_used,
    reason = "a step that fails fails its test; clippy's exception for tests misses their helpers"
)]
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test looks for one kind of event"
)]

mod happened;
mod party;
mod tale;

mod gathering;
mod sitting;

mod dealing;
mod telling;

mod choosing;
mod pace;

mod challenges;
mod council;
mod levers;
mod momentum;
mod quiet;
mod trust;

mod blessings;
mod curses;
mod greater;

mod companions;

mod naming;
mod readers;
mod stakes;

mod between;
mod first_evening;
mod going_on;

mod editions;
mod leaving;
mod refusals;
mod secrets;
