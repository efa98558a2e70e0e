//! What a god gives or lays on a seat.

use serde::{Deserialize, Serialize};

use crate::vocabulary::{GiftKind, God};

/// A blessing, greater blessing or curse of one god.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Gift {
    /// The god.
    pub god: God,
    /// What kind of gift it is.
    pub kind: GiftKind,
}

impl Gift {
    /// Whether the table sees that it is called on: what changes what is shown does, what is asked in secret does not.
    pub fn is_seen_when_called(self) -> bool {
        let seen = [
            Self::blessing(God::Valdris),
            Self::greater(God::Valdris),
            Self::greater(God::Kaitha),
            Self::greater(God::Mercus),
            Self::greater(God::Drakmor),
        ];
        seen.contains(&self)
    }

    /// Whether it acts when it is called on; others act by themselves.
    pub fn is_called_on(self) -> bool {
        let asked = [
            Self::blessing(God::Valdris),
            Self::blessing(God::Sylara),
            Self::blessing(God::Athena),
        ];
        let greater = self.kind == GiftKind::Greater && self.god != God::Morvane;
        asked.contains(&self) || greater
    }

    /// The blessing of `god`.
    pub const fn blessing(god: God) -> Self {
        Self {
            god,
            kind: GiftKind::Blessing,
        }
    }

    /// The greater blessing of `god`.
    pub const fn greater(god: God) -> Self {
        Self {
            god,
            kind: GiftKind::Greater,
        }
    }

    /// The curse of `god`.
    pub const fn curse(god: God) -> Self {
        Self {
            god,
            kind: GiftKind::Curse,
        }
    }
}
