//! What the pages call things, and the sentences they say about them.

use game::content::{DecisionMode, QuestTone, Tone, Weight};
use game::{
    ApprovalReason, Band, Chance, ChancePart, CouncilView, Fate, FavourReason, GiftKind, God,
    Manner, MomentumReason, MomentumUse, OutcomeKind, Sense, Sitting, Skill, Tag, Tier, TimeLimit,
    TrustReason, Verdict, Vote,
};

use super::SeatPresence;
use super::format::{SignedNumber, VoteCount};
use crate::say::{self, StaticText};

/// A thing by the name that everybody knows it by.
pub(crate) trait Named {
    fn name(&self) -> StaticText;
}

/// A thing in a word or two.
pub(crate) trait Word {
    fn title(&self) -> StaticText;
}

/// A thing in a sentence, or what completes one.
pub(crate) trait Describe {
    fn sentence(&self) -> StaticText;
}

macro_rules! texts {
    ($trait:ident::$method:ident { $($name:ident {
        $($variant:ident $(($inner:pat))? = $text:ident),+
    })+ }) => {$(
        impl $trait for $name {
            fn $method(&self) -> StaticText {
                match self {
                    $(Self::$variant $(($inner))? => say::$text()),+
                }
            }
        }
    )+};
}

texts! {
    Named::name {
        God {
            Valdris = god_valdris, Kaitha = god_kaitha, Morvane = god_morvane, Sylara = god_sylara,
            Korvan = god_korvan, Athena = god_athena, Mercus = god_mercus, Drakmor = god_drakmor
        }
        Sense {
            Steel = sense_steel, Arcana = sense_arcana, Shadow = sense_shadow, Wild = sense_wild,
            Spirit = sense_spirit, Song = sense_song
        }
        Skill {
            Strength = skill_strength, Archery = skill_archery, Arcana = skill_arcana,
            Research = skill_research, Lockpicking = skill_lockpicking, Stealth = skill_stealth,
            SleightOfHand = skill_sleight_of_hand, Persuasion = skill_persuasion,
            Intimidation = skill_intimidation, Deception = skill_deception, Perception = skill_perception,
            Survival = skill_survival, Medicine = skill_medicine
        }
        Band {
            Cursed = band_cursed, Opposed = band_opposed, Unmoved = band_unmoved, Approved = band_approved,
            Favoured = band_favoured, Champion = band_champion, Chosen = band_chosen
        }
        Tag {
            OathKept = tag_oath_kept, OathBroken = tag_oath_broken, Lawful = tag_lawful,
            Lawless = tag_lawless, Protect = tag_protect, Sacrifice = tag_sacrifice,
            Ruthless = tag_ruthless, Prudent = tag_prudent, Daring = tag_daring,
            Defiance = tag_defiance, Obedience = tag_obedience, Invention = tag_invention,
            Mercy = tag_mercy, Cruelty = tag_cruelty, Patience = tag_patience, Haste = tag_haste,
            Greed = tag_greed, Generosity = tag_generosity, FairDealing = tag_fair_dealing,
            Theft = tag_theft, Waste = tag_waste, Courage = tag_courage, Flight = tag_flight,
            Ambush = tag_ambush, Honour = tag_honour, Poison = tag_poison, Inquiry = tag_inquiry,
            Truth = tag_truth, Deceit = tag_deceit, BurnedBook = tag_burned_book,
            Freedom = tag_freedom, Caging = tag_caging, Submission = tag_submission,
            Kinship = tag_kinship, Balance = tag_balance
        }
        Tier { Breaking = tier_breaking, Frayed = tier_frayed, Steady = tier_steady, Bond = tier_bond }
        Verdict {
            Concord = verdict_concord, Strong = verdict_strong, Narrow = verdict_narrow,
            Deadlock = verdict_deadlock
        }
    }
}

texts! {
    Word::title {
        SeatPresence { Here = presence_here, Away = presence_away, Absent = presence_absent }
        TimeLimit {
            Off = limit_off, Minute = limit_minute, ThreeMinutes = limit_three_minutes, Day = limit_day
        }
        Sitting { Short = sitting_short, Long = sitting_long }
        QuestTone { Bright = tone_bright, Grim = tone_grim }
        MomentumUse { SecondThrow = momentum_second_throw, Hint = momentum_hint }
        GiftKind { Blessing = gift_blessing, Greater = gift_greater, Curse = gift_curse }
        Manner { Truth = manner_truth, Twist = manner_twist }
        OutcomeKind {
            Plain = outcome_plain, Triumph = outcome_triumph, Success = outcome_success,
            Failure = outcome_failure, Disaster = outcome_disaster
        }
        Vote { For = vote_for, Against = vote_against, Abstained = vote_abstained }
        Tone { Dawn = ending_dawn, Dusk = ending_dusk, Bitter = ending_bitter }
        Weight { Minor = weight_minor, Telling = weight_telling, Critical = weight_critical }
        Sense {
            Steel = sense_hears_steel, Arcana = sense_hears_arcana, Shadow = sense_hears_shadow,
            Wild = sense_hears_wild, Spirit = sense_hears_spirit, Song = sense_hears_song
        }
    }
}

texts! {
    Describe::sentence {
        TimeLimit {
            Off = limit_hint_off, Minute = limit_hint_minute, ThreeMinutes = limit_hint_three_minutes,
            Day = limit_hint_day
        }
        DecisionMode {
            Party = decide_how_party, Each = decide_how_each, Secret = decide_how_secret,
            Bearer = decide_how_bearer
        }
        Tier {
            Breaking = tier_means_breaking, Frayed = tier_means_frayed, Steady = tier_means_steady,
            Bond = tier_means_bond
        }
        TrustReason {
            Shared(Weight::Minor) = trust_shared_minor, Shared(Weight::Telling) = trust_shared_telling,
            Shared(Weight::Critical) = trust_shared_critical, Outcome = trust_outcome,
            Unwarned = trust_unwarned, Told = trust_told, Exposed = trust_exposed,
            Challenged = trust_challenged, OathBroken = trust_oath_broken, Overheard = trust_overheard,
            Faded = trust_faded
        }
        Sitting { Short = sitting_hint_short, Long = sitting_hint_long }
        MomentumUse { SecondThrow = momentum_hint_second_throw, Hint = momentum_hint_hint }
        MomentumReason {
            Failed = momentum_why_failed, Outvoted = momentum_why_outvoted, Caught = momentum_why_caught,
            Verdict = momentum_why_verdict, Gift = momentum_why_gift, Spent = momentum_why_spent,
            Began = momentum_why_began
        }
        FavourReason {
            Heard = favour_why_heard, Quiet = favour_why_quiet, Exposed = favour_why_exposed,
            Overheard = favour_why_overheard, Stake = favour_why_stake, Unurged = favour_why_unurged,
            Faded = favour_why_faded
        }
        ApprovalReason {
            Taste = approval_why_taste, Trigger = approval_why_trigger, Pressed = approval_why_pressed,
            Exposed = approval_why_exposed
        }
        Fate { Shared = fate_shared, Twisted = fate_twisted, Confided = fate_confided, Kept = fate_kept }
    }
}

impl Describe for CouncilView {
    fn sentence(&self) -> StaticText {
        // In concord one god may still have voted the other way.
        let is_alone = self.ayes().min(self.nays()) > 0;
        match (self.verdict, self.carried) {
            (Verdict::Concord, Vote::For) if is_alone => say::council_one_against(),
            (Verdict::Concord, _) if is_alone => say::council_one_for(),
            (Verdict::Concord, Vote::For) => say::council_none_against(),
            (Verdict::Concord, _) => say::council_none_for(),
            (Verdict::Strong, Vote::For) => say::council_approves(),
            (Verdict::Strong, _) => say::council_condemns(),
            (Verdict::Narrow, Vote::For) => say::council_approves_narrowly(),
            (Verdict::Narrow, _) => say::council_condemns_narrowly(),
            (Verdict::Deadlock, _) => say::council_deadlock(),
        }
    }
}

/// A thing as prose says it.
pub(crate) trait Said {
    fn said(&self) -> String;
}

/// A word with a capital.
pub(crate) fn first_upper(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

impl Said for Chance {
    fn said(&self) -> String {
        let parts = self.parts.iter().filter(|part| part.by() != 0).map(|part| {
            let what = match part {
                ChancePart::Skill(_) => say::chance_skill(),
                ChancePart::Place(_) => say::chance_place(),
                ChancePart::Help(_) => say::chance_help(),
                ChancePart::Trust(_) => say::chance_trust(),
                ChancePart::Marks(_) => say::chance_marks(),
                ChancePart::Gift(god, _) => god.name(),
            };
            format!("{what}\u{a0}{}", part.by().signed())
        });
        std::iter::once("50".to_owned())
            .chain(parts)
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// "Anna", "Anna and Ben", "Anna, Ben and Chris"; each name stands in its own direction of writing.
pub(crate) fn listed(names: &[&str]) -> String {
    let apart: Vec<String> = names
        .iter()
        .map(|name| format!("\u{2068}{name}\u{2069}"))
        .collect();
    match apart.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => say::list(others.join(", "), last).to_string(),
    }
}
