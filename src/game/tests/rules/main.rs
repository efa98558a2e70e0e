//! The rules, told as given, when and then at small tables.

mod party;

mod companions;
mod council;
mod gathering;
mod scenes;
mod whispers;
