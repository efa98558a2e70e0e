//! What the workspace promises of itself: its arrows, its bans, its names, its files.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod arrows;

mod folders;

mod names;

mod bans;

mod files;

mod links;

mod commands;

mod workspaces;

mod texts;

mod source;
