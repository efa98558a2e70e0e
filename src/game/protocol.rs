//! What goes in and out of the rules: commands, events and what they are made of, refusals.

mod acts;
mod command;
mod command_id;
mod command_kind;
mod event;
mod limits;
mod moves;
mod payload;
mod refusal;
#[cfg(feature = "schema")]
mod schema;
mod secrecy;

pub use acts::{
    Calling, CardGift, CarriedKeepsake, Doubt, Exposure, GiftCall, GiftLaying, Judgement,
    KeepsakeAward, Lending, Nod, OfferAnswer, Pressing, Publishing, Purchase, SeatGift, Slip,
    StakeDeal, Unmasking,
};
pub use command::{Actor, Boon, Command, Manner, Moment, MomentumUse, Opening};
pub use command_id::{CommandId, CommandIdError};
pub use event::Event;
pub use limits::{Sitting, TimeLimit};
pub use moves::{
    ApprovalMove, ApprovalReason, DeadlineMove, DeadlineReason, FavourMove, FavourReason,
    LegendGain, LegendReason, MomentumMove, MomentumReason, SkillGrowth, TrustMove, TrustReason,
};
pub use payload::{
    Ballot, Callback, Chance, ChancePart, Character, Council, Deal, Done, GodVote, QuietDeed, Roll,
    SecondThrow, Telling, Test,
};
pub use refusal::{Refusal, RefusalClass};
