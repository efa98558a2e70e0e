//! The words everything else is said in: ids, names, closed lists, what numbers amount to, chance.

mod bands;
pub mod dice;
mod gift;
mod ids;
mod lists;
pub(crate) mod names;
mod verdict;

pub use bands::{Band, Tier};
pub(crate) use dice::isqrt;
pub use dice::{Dice, Purpose, Seed, Throw, ThrowAddress};
pub use gift::Gift;
pub use ids::{
    CardId, ClassId, Code, CompanionId, EndingId, HoldingId, IdError, KeepsakeId, Mark, OptionId,
    QuestId, QuestionId, SceneId, SeatNo, TableId, Version, WhisperId,
};
pub(crate) use ids::{flag_or_text, number_or_text, some_number_or_text};
pub use lists::{GiftKind, God, Sense, Skill, Stake, StakeKind, Tag};
pub use verdict::{OutcomeKind, Verdict, Vote};
