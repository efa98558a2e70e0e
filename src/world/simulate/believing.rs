//! What a bot likes best of what is open: by what it believes, by its chances, by its heart, and by its stake.

use game::content::{Choice, DecisionMode, Scene, Tone, Weight};
use game::{Character, Manner, OptionId, SeatNo, Tag};

use super::aims;
use super::evening::Evening;

/// What a kind heart likes to see done.
const WARM: &[Tag] = &[
    Tag::Mercy,
    Tag::Protect,
    Tag::Generosity,
    Tag::Sacrifice,
    Tag::OathKept,
    Tag::Truth,
    Tag::Freedom,
    Tag::FairDealing,
    Tag::Kinship,
];
/// And what it does not.
const COLD: &[Tag] = &[
    Tag::Cruelty,
    Tag::Ruthless,
    Tag::Waste,
    Tag::Greed,
    Tag::Theft,
    Tag::Caging,
    Tag::OathBroken,
    Tag::Poison,
    Tag::BurnedBook,
    Tag::Submission,
];

/// What a whole belief is worth beside a whole chance.
const BELIEF: f64 = 1.0;
const CHANCE: f64 = 0.8;
/// What a deed without a roll is worth beside one with a chance.
const SURE: f64 = 0.6;
const HEART: f64 = 0.1;
/// What a point of its god's taste is worth to a greedy one.
const GOD: f64 = 0.2;
/// The points of taste that count.
const TASTE_MAX: i32 = 3;
/// What the dawn is worth, where it is in reach.
const DAWN: f64 = 0.5;
const STAKE: f64 = 2.0;
/// What chance makes of it all.
const MOOD: f64 = 0.25;
/// And of what a greedy one does where nothing is to be had.
const GREEDY_MOOD: f64 = 0.6;
/// What a greedy one still thinks of the rest.
const REST: f64 = 0.4;

/// What moves a bot beside its stake.
struct Temper {
    /// Whether its stake's god does, in place of its heart.
    minds_its_god: bool,
    /// What belief and chance are worth to it.
    rest: f64,
    mood: f64,
}

impl<'w> Evening<'w> {
    fn temper(&self, no: SeatNo, written: &Scene) -> Temper {
        let secret = written.decide == DecisionMode::Secret;
        let kind = Temper {
            minds_its_god: false,
            rest: 1.0,
            mood: MOOD,
        };
        match self.aim(no) {
            None => kind,
            Some(held) if aims::goes_along(held) => kind,
            Some(held) if aims::goes_against(held, secret) => Temper { rest: -1.0, ..kind },
            Some(_) => Temper {
                minds_its_god: true,
                rest: REST,
                mood: GREEDY_MOOD,
            },
        }
    }

    /// What a seat would choose now.
    pub(super) fn favourite(&mut self, no: SeatNo) -> Option<OptionId> {
        let written = self.quest.scene(&self.log()?.scene)?;
        let believed = self.believed(no, written);
        let ways = self.table.ways(self.world, no);
        let temper = self.temper(no, written);
        let mut best: Option<(f64, OptionId)> = None;
        for way in ways.iter().filter(|way| !way.option.quiet && !way.is_shut) {
            let urged: f64 = believed
                .iter()
                .filter(|(option, _)| **option == way.option.id)
                .map(|(_, weight)| weight)
                .sum();
            let chance = way
                .percent
                .map_or(SURE, |percent| f64::from(percent) / 100.0);
            let heart = if temper.minds_its_god {
                GOD * self.taste(no, way.option)
            } else {
                HEART * warmth(way.option) + DAWN * self.dawn(way.option)
            };
            let rest = BELIEF * urged + CHANCE * chance;
            let own_hand = way.hand == Some(Character::Seat(no));
            let stake = STAKE * self.for_its_stake(no, way.option, way.percent, own_hand);
            let sum = stake + heart + temper.rest * rest + temper.mood * self.luck.share();
            if best.as_ref().is_none_or(|(most, _)| sum > *most) {
                best = Some((sum, way.option.id.clone()));
            }
        }
        best.map(|(_, option)| option)
    }

    /// What the god of its stake gives an option: who is blessed by it has more than a stake.
    fn taste(&self, no: SeatNo, option: &Choice) -> f64 {
        let god = self.aim(no).map(|held| held.stake.god());
        let weighs = god.and_then(|god| self.world.gods.get(&god));
        let tags = option.tags.iter();
        let taste = tags.filter_map(|tag| weighs?.weighs.get(tag)).sum::<i32>();
        f64::from(taste.clamp(-TASTE_MAX, TASTE_MAX))
    }

    fn for_its_stake(
        &self,
        no: SeatNo,
        option: &Choice,
        percent: Option<i32>,
        own_hand: bool,
    ) -> f64 {
        let (Some(held), Some(log)) = (self.aim(no), self.log()) else {
            return 0.0;
        };
        // What others put into the urn nobody sees.
        let scene = self.quest.scene(&log.scene);
        let secret = scene.is_none_or(|scene| scene.decide == DecisionMode::Secret);
        let chosen: Vec<(Character, &OptionId)> = log
            .choices
            .iter()
            .filter(|(seat, _)| **seat != no && !secret)
            .map(|(seat, option)| (Character::Seat(*seat), option))
            .collect();
        let bearer = Character::Seat(log.bearer);
        aims::wants(held, option, percent, own_hand)
            + aims::among_others(held, option, &chosen, &bearer)
    }

    /// What those who believe what a seat heard and was told would do, and how surely.
    fn believed(&self, no: SeatNo, written: &'w Scene) -> Vec<(&'w OptionId, f64)> {
        let Some(log) = self.log() else {
            return Vec::new();
        };
        let who = Character::Seat(no);
        let mut believed = Vec::new();
        for whisper in &written.whispers {
            let truly = log.hears(&who, &whisper.id) || log.is_laid_bare(&whisper.id);
            let told = log
                .told
                .iter()
                .find(|told| told.whisper == whisper.id && told.to.is_none_or(|to| to == no));
            let urged = match (truly, told.map(|told| told.manner)) {
                (true, _) | (false, Some(Manner::Truth)) => &whisper.urges,
                (false, Some(Manner::Twist)) => &whisper.twist_urges,
                (false, None) => continue,
            };
            let weight = match whisper.weight {
                Weight::Minor => 0.5,
                Weight::Telling => 1.0,
                Weight::Critical => 1.5,
            };
            believed.extend(urged.as_ref().map(|option| (option, weight)));
        }
        believed
    }

    /// Whether success would end the quest well or badly, as anybody can feel who has come so far.
    fn dawn(&self, option: &Choice) -> f64 {
        let good = option.success.as_ref().or(option.outcome.as_ref());
        let Some(outcome) = good else { return 0.0 };
        let has = |mark: &game::Mark| self.table.marks().contains(mark);
        let otherwise = outcome
            .next_if
            .iter()
            .find(|way| way.marks.iter().all(has) && !way.unless.iter().any(has));
        let ending = match otherwise {
            Some(way) => way.ending.as_ref(),
            None => outcome.ending.as_ref(),
        };
        let tone = ending
            .and_then(|id| self.quest.ending(id))
            .map(|ending| ending.tone);
        match tone {
            Some(Tone::Dawn) => 1.0,
            Some(Tone::Dusk) => 0.3,
            Some(Tone::Bitter) => -0.5,
            None => 0.0,
        }
    }
}

fn warmth(option: &Choice) -> f64 {
    let tags = option.tags.iter();
    tags.map(|tag| {
        if WARM.contains(tag) {
            1.0
        } else if COLD.contains(tag) {
            -1.0
        } else {
            0.0
        }
    })
    .sum()
}
