//! The words everything else is said in: ids, names, closed lists, what numbers amount to, chance.

mod bands;
pub mod dice;
mod ids;
mod lists;
pub(crate) mod names;
mod verdict;

pub use bands::{Band, Tier};
pub(crate) use dice::isqrt;
pub use dice::{Dice, Seed, Throw};
pub(crate) use ids::number_or_text;
pub use ids::{
    ClassId, Code, CompanionId, EndingId, IdError, Mark, OptionId, QuestId, QuestionId, SceneId,
    SeatNo, TableId, Version, WhisperId,
};
pub use lists::{God, Sense, Skill, Tag};
pub use verdict::{OutcomeKind, Verdict, Vote};
