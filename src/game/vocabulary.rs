//! The words everything else is said in: ids, names, the closed lists, chance.

pub mod dice;
mod ids;
mod lists;

pub(crate) use dice::isqrt;
pub use dice::{Dice, Seed, Throw};
pub use ids::{
    ClassId, Code, CompanionId, EndingId, Mark, NotAnId, OptionId, QuestId, QuestionId, SceneId,
    SeatNo, TableId, Version, WhisperId,
};
pub use lists::{Band, God, Sense, Skill, Tag};
