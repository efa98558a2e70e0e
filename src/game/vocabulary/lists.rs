//! The fixed words of the game: gods, senses, skills, and the tags deeds are judged by.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $text)] $variant),+
        }

        impl $name {
            /// Every one, in the order of the rules.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word as data files, events and the API spell it.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $text),+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str(self.word())
            }
        }
    };
}

vocabulary!(
    /// One of the eight who question, judge and remember.
    God {
        /// Of order.
        Valdris = "valdris",
        /// Of chaos.
        Kaitha = "kaitha",
        /// Of survival.
        Morvane = "morvane",
        /// Of nature.
        Sylara = "sylara",
        /// Of war.
        Korvan = "korvan",
        /// Of wisdom.
        Athena = "athena",
        /// Of commerce.
        Mercus = "mercus",
        /// The dragon, of freedom.
        Drakmor = "drakmor",
    }
);

vocabulary!(
    /// What a whisper is perceived with.
    Sense {
        /// Structures, weapons, threats.
        Steel = "steel",
        /// Magic and wards.
        Arcana = "arcana",
        /// Traps, locks, what is hidden.
        Shadow = "shadow",
        /// Tracks, beasts, weather.
        Wild = "wild",
        /// Guilt, curses, the dead.
        Spirit = "spirit",
        /// Feeling, motive, history.
        Song = "song",
    }
);

vocabulary!(
    /// What a check is made with, 0 to 100.
    Skill {
        /// Lifting, breaking, holding.
        Strength = "strength",
        /// Bow, sling and thrown line.
        Archery = "archery",
        /// Working with magic.
        Arcana = "arcana",
        /// Reading, comparing, finding out.
        Research = "research",
        /// Locks and mechanisms.
        Lockpicking = "lockpicking",
        /// Not being noticed.
        Stealth = "stealth",
        /// Quick fingers.
        SleightOfHand = "sleight-of-hand",
        /// Winning somebody over.
        Persuasion = "persuasion",
        /// Making somebody give way.
        Intimidation = "intimidation",
        /// Being believed in a lie.
        Deception = "deception",
        /// To notice what others miss.
        Perception = "perception",
        /// Weather, water, wilderness.
        Survival = "survival",
        /// Wounds and sickness.
        Medicine = "medicine",
    }
);

vocabulary!(
    /// What a deed is, in the words the gods weigh.
    #[expect(missing_docs, reason = "each tag is its own word")]
    Tag {
        OathKept = "oath-kept",
        OathBroken = "oath-broken",
        Lawful = "lawful",
        Lawless = "lawless",
        Protect = "protect",
        Sacrifice = "sacrifice",
        Ruthless = "ruthless",
        Prudent = "prudent",
        Daring = "daring",
        Defiance = "defiance",
        Obedience = "obedience",
        Invention = "invention",
        Mercy = "mercy",
        Cruelty = "cruelty",
        Patience = "patience",
        Haste = "haste",
        Greed = "greed",
        Generosity = "generosity",
        FairDealing = "fair-dealing",
        Theft = "theft",
        Waste = "waste",
        Courage = "courage",
        Flight = "flight",
        Ambush = "ambush",
        Honour = "honour",
        Poison = "poison",
        Inquiry = "inquiry",
        Truth = "truth",
        Deceit = "deceit",
        BurnedBook = "burned-book",
        Freedom = "freedom",
        Caging = "caging",
        Submission = "submission",
        Kinship = "kinship",
        Balance = "balance",
    }
);

vocabulary!(
    /// What a god gives or lays on a seat.
    GiftKind {
        /// Laid at the favour of a champion.
        Blessing = "blessing",
        /// Laid at the favour of the chosen.
        Greater = "greater",
        /// Laid at the favour of the cursed.
        Curse = "curse",
    }
);

vocabulary!(
    /// What meeting a stake asks of the others.
    StakeKind {
        /// That they do nothing against it.
        Quiet = "quiet",
        /// That they be gone against now and then.
        Cross = "cross",
        /// That something be kept from them or done to them.
        Against = "against",
    }
);

vocabulary!(
    /// A seat's secret aim for a quest: each god has three.
    Stake {
        /// Clean Hands.
        CleanHands = "valdris-1",
        /// By the Book.
        ByTheBook = "valdris-2",
        /// One to the Bar.
        OneToTheBar = "valdris-3",
        /// The Odd One Out.
        TheOddOneOut = "kaitha-1",
        /// A Good One.
        AGoodOne = "kaitha-2",
        /// Off the Map.
        OffTheMap = "kaitha-3",
        /// All Still Breathing.
        AllStillBreathing = "morvane-1",
        /// Something Put By.
        SomethingPutBy = "morvane-2",
        /// Not From Our Pockets.
        NotFromOurPockets = "morvane-3",
        /// Slow Water.
        SlowWater = "sylara-1",
        /// Nothing Wasted.
        NothingWasted = "sylara-2",
        /// What the Dark Is For.
        WhatTheDarkIsFor = "sylara-3",
        /// First Through the Door.
        FirstThroughTheDoor = "korvan-1",
        /// Long Odds.
        LongOdds = "korvan-2",
        /// No Back Door.
        NoBackDoor = "korvan-3",
        /// The Whole Page.
        TheWholePage = "athena-1",
        /// Proof: to judge another rightly in both columns.
        Proof = "athena-2",
        /// Unpublished: to keep the key to oneself.
        Unpublished = "athena-3",
        /// Fair Exchange.
        FairExchange = "mercus-1",
        /// In the Black.
        InTheBlack = "mercus-2",
        /// My Share.
        MyShare = "mercus-3",
        /// No Lock Left.
        NoLockLeft = "drakmor-1",
        /// Nobody's Hand.
        NobodysHand = "drakmor-2",
        /// My Own.
        MyOwn = "drakmor-3",
    }
);

impl Stake {
    /// The god that deals it.
    pub fn god(self) -> God {
        let at = Self::ALL.iter().position(|stake| *stake == self);
        let god = at.and_then(|at| God::ALL.get(at / 3));
        god.copied().unwrap_or(God::Valdris)
    }
}
