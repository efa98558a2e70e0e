//! The six kinds of bots, and the parties they make.

use super::luck::Luck;

/// How a seat is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BotKind {
    /// Everything by chance.
    Random,
    /// Tells everything truly, believes what is told, and wants the dawn.
    Kind,
    /// Plays for its own stake.
    Greedy,
    /// Tells the twist of all it hears, and chooses as a kind one does.
    Liar,
    /// Tells nothing, and chooses as a kind one does.
    Keeper,
    /// Does nothing at all.
    Silent,
}

impl BotKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Random,
        Self::Kind,
        Self::Greedy,
        Self::Liar,
        Self::Keeper,
        Self::Silent,
    ];

    /// Its name in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::Kind => "kind",
            Self::Greedy => "greedy",
            Self::Liar => "liar",
            Self::Keeper => "keeper",
            Self::Silent => "silent",
        }
    }
}

/// Who sits together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartyKind {
    /// All random.
    Random,
    /// All kind.
    Telling,
    /// All kind, but nobody tells what somebody would overhear.
    Discreet,
    /// All keepers.
    Keeping,
    /// All liars.
    Lying,
    /// One greedy among kind ones.
    OneGreedy,
    /// All greedy.
    Greedy,
    /// One liar among kind ones.
    OneLiar,
    /// Each seat of any kind but silent.
    Mixed,
    /// All silent.
    Silent,
}

impl PartyKind {
    /// Every kind of party, and how many of ten thousand games it plays.
    pub const SHARES: [(Self, u32); 10] = [
        (Self::Random, 2_500),
        (Self::Telling, 1_000),
        (Self::Discreet, 600),
        (Self::Keeping, 900),
        (Self::Lying, 900),
        (Self::OneGreedy, 2_200),
        (Self::Greedy, 900),
        (Self::OneLiar, 500),
        (Self::Mixed, 450),
        (Self::Silent, 50),
    ];

    /// Its name in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Random => "all random",
            Self::Telling => "all kind",
            Self::Discreet => "all kind and discreet",
            Self::Keeping => "all keepers",
            Self::Lying => "all liars",
            Self::OneGreedy => "one greedy among kind",
            Self::Greedy => "all greedy",
            Self::OneLiar => "one liar among kind",
            Self::Mixed => "mixed",
            Self::Silent => "all silent",
        }
    }

    /// The party of game `number`: the shares are met in every ten thousand games, and nearly in fewer.
    pub(super) fn of_game(number: u64) -> Self {
        // A stride that shares no factor with 10,000 spreads each kind evenly.
        let place = number.wrapping_mul(3_701) % 10_000;
        let mut passed = 0;
        for (kind, share) in Self::SHARES {
            passed += u64::from(share);
            if place < passed {
                return kind;
            }
        }
        Self::Random
    }

    /// The bots at a table of so many seats.
    pub(super) fn seated(self, seats: usize, luck: &mut Luck) -> Vec<BotKind> {
        let odd_one = |odd: BotKind, luck: &mut Luck| {
            let at = luck.below(seats);
            (0..seats)
                .map(|seat| if seat == at { odd } else { BotKind::Kind })
                .collect()
        };
        match self {
            Self::Random => vec![BotKind::Random; seats],
            Self::Telling | Self::Discreet => vec![BotKind::Kind; seats],
            Self::Keeping => vec![BotKind::Keeper; seats],
            Self::Lying => vec![BotKind::Liar; seats],
            Self::Greedy => vec![BotKind::Greedy; seats],
            Self::Silent => vec![BotKind::Silent; seats],
            Self::OneGreedy => odd_one(BotKind::Greedy, luck),
            Self::OneLiar => odd_one(BotKind::Liar, luck),
            Self::Mixed => (0..seats)
                .map(|_| BotKind::ALL[luck.below(BotKind::ALL.len() - 1)])
                .collect(),
        }
    }
}
