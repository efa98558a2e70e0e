//! What goes in and out of the rules: commands, events and what they are made of, refusals.

mod command;
mod event;
mod payload;
mod refusal;

pub use command::{Actor, Command, CommandId, Manner, Moment, Opening, TimeLimit};
pub use event::Event;
pub use payload::{
    ApprovalReason, Ballot, Chance, ChancePart, Character, Deal, Done, GodVote, OutcomeKind, Roll,
    TrustReason,
};
pub use refusal::Refusal;
