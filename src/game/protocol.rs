//! What goes in and out of the rules: commands, events and what they are made of, refusals.

mod command;
mod event;
mod payload;
mod refusal;

pub use command::{Actor, Command, CommandId, CommandIdError, Manner, Moment, Opening, TimeLimit};
pub use event::Event;
pub use payload::{
    ApprovalMove, ApprovalReason, Ballot, Chance, ChancePart, Character, Council, Deal, Done,
    FavourMove, GodVote, Roll, SkillGrowth, Telling, TrustMove, TrustReason,
};
pub use refusal::{Refusal, RefusalClass};
