//! How stakes, gifts and cards are put to players, as written. What they do is the rules' business.

use serde::Deserialize;

use crate::vocabulary::{CardId, GiftKind, God, Stake, StakeKind};

/// A stake as written.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StakeSheet {
    /// The stake.
    pub id: Stake,
    /// The god that deals it.
    pub god: God,
    /// Its name.
    pub name: String,
    /// The sentence that its seat reads.
    pub text: String,
    /// What meeting it asks of the others.
    pub kind: StakeKind,
    /// The fewest seats it is dealt at.
    pub seats: u8,
    /// What exactly counts; `{many}` and `{some}` are numbers that depend on the quest's length.
    pub hint: String,
}

/// A blessing, greater blessing or curse as written.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GiftSheet {
    /// The god.
    pub god: God,
    /// What kind of gift it is.
    pub kind: GiftKind,
    /// Its name.
    pub name: String,
    /// What it does, for the player.
    pub text: String,
}

/// A card as written.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardSheet {
    /// Its id.
    pub id: CardId,
    /// What it says.
    pub text: String,
}
