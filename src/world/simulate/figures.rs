//! What all games of a quest came to, in counts that can be added up.

use std::collections::BTreeMap;

use game::content::{Quest, Tone, World};
use game::{
    Character, ClassId, EndingId, GiftFate, GiftKind, God, Manner, Mark, SceneState, Stake,
    Verdict, Vote, WhisperId,
};

use super::bots::{BotKind, PartyKind};
use super::evening::EveningPlayed;
use super::options::OptionFigures;
use super::reads::ReadFigures;

/// How often something came about, of how many cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Of how many.
    pub of: u64,
    /// How often it was counted.
    pub times: u64,
}

impl Share {
    /// Counts one case.
    pub fn note(&mut self, came_about: bool) {
        self.of += 1;
        self.times += u64::from(came_about);
    }

    /// Adds other cases.
    pub fn add(&mut self, other: Self) {
        self.of += other.of;
        self.times += other.times;
    }

    /// In percent; 0 of nothing.
    pub fn percent(self) -> f64 {
        if self.of == 0 {
            return 0.0;
        }
        100.0 * as_float(self.times) / as_float(self.of)
    }
}

/// A count as a number to divide by.
#[expect(
    clippy::cast_precision_loss,
    reason = "no run counts as far as 2 to the 52nd"
)]
pub(super) fn as_float(count: u64) -> f64 {
    count as f64
}

/// How the games stood as a scene opened.
#[derive(Clone, Debug, Default)]
pub struct AtOpening {
    /// How many of those games ended in dawn.
    pub dawn: Share,
    /// The places of the scene on its roads, added up.
    pub places: u64,
    /// How many of the games in which the mark was set ended in dawn.
    pub with: BTreeMap<Mark, Share>,
}

/// What all games of a quest came to.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// Games that were played, and those that came to an ending.
    pub games: Share,
    /// Commands that were given.
    pub commands: u64,
    /// Endings in dawn, by party and seats.
    pub dawn: BTreeMap<(PartyKind, usize), Share>,
    /// Endings, by party.
    pub endings: BTreeMap<(EndingId, PartyKind), u64>,
    /// How games stood as each scene opened; silent parties apart.
    pub scenes: BTreeMap<usize, AtOpening>,
    /// Stakes met at random, and when played for.
    pub stakes: BTreeMap<(Stake, bool), Share>,
    /// Dawns where one greedy seat's stake against the table was met, and where it was missed; and of the same games, played again
    /// with that seat kind.
    pub against: BTreeMap<(Stake, bool), [Share; 2]>,
    /// Games in which the only liar was exposed.
    pub liars: Share,
    /// Lies that were challenged, and caught.
    pub challenges: Share,
    /// Seats by how often they were exposed.
    pub exposures: BTreeMap<usize, u64>,
    /// The trust with which last scenes opened, in counts by points.
    pub trust: BTreeMap<i32, u64>,
    /// Trust as each scene of a road opened, added up.
    pub trust_by_place: BTreeMap<usize, (i64, u64)>,
    /// Councils by verdict and by what was carried.
    pub verdicts: BTreeMap<(&'static str, &'static str), u64>,
    /// Votes of each god at random choices: for, against, in all.
    pub gods: BTreeMap<God, [u64; 3]>,
    /// Seats that were blessed at some time, and cursed.
    pub blessed: Share,
    /// Seats that were cursed at some time.
    pub cursed: Share,
    /// Whispers that somebody heard.
    pub whispers: BTreeMap<WhisperId, u64>,
    /// What came of options.
    pub options: OptionFigures,
    /// What was read.
    pub reads: ReadFigures,
}

/// Games under which the lines allow for chance.
const SAMPLE_MAX: u64 = 5_000;

impl Figures {
    /// Takes in one game.
    pub(super) fn add_game(&mut self, quest: &Quest, mut game: EveningPlayed) {
        if let Some(reading) = game.reading.take() {
            self.reads.add(&game, reading);
        }
        let party = game.plan.party;
        let ending = game.table.ending().and_then(|id| quest.ending(id));
        let dawn = game.is_dawn(quest);
        self.games.note(ending.is_some());
        self.commands += game.commands;
        let cell = self.dawn.entry((party, game.plan.seats)).or_default();
        cell.note(dawn);
        if let Some(ending) = ending {
            *self.endings.entry((ending.id.clone(), party)).or_default() += 1;
        }
        for log in game.table.scenes() {
            for deal in &log.deals {
                *self.whispers.entry(deal.whisper.clone()).or_default() += 1;
            }
        }
        self.options.add(quest, &game);
        if party == PartyKind::Silent {
            return;
        }
        self.add_openings(quest, &game, dawn);
        self.add_seats(&game);
        for log in game.table.scenes() {
            self.add_scene(&game, log);
        }
    }

    fn add_openings(&mut self, quest: &Quest, game: &EveningPlayed, dawn: bool) {
        let scenes = game.table.scenes().iter().zip(&game.openings).enumerate();
        for (place, (log, opening)) in scenes {
            let at = quest.scenes.iter().position(|scene| scene.id == log.scene);
            let stood = self.scenes.entry(at.unwrap_or(0)).or_default();
            stood.dawn.note(dawn);
            stood.places += place as u64;
            for mark in &opening.marks {
                stood.with.entry(mark.clone()).or_default().note(dawn);
            }
            let (sum, count) = self.trust_by_place.entry(place).or_default();
            *sum += i64::from(opening.trust);
            *count += 1;
        }
        if let Some(last) = game.openings.last() {
            *self.trust.entry(last.trust).or_default() += 1;
        }
    }

    /// Takes in a game in which one greedy seat held a stake against the table, and the same game with that seat kind.
    pub(super) fn add_against(
        &mut self,
        world: &World,
        quest: &Quest,
        game: &EveningPlayed,
        kind: Option<&EveningPlayed>,
    ) {
        if let (Some(cell), Some(kind)) = (game.against_the_table(world), kind) {
            let [greedy, kindly] = self.against.entry(cell).or_default();
            greedy.note(game.is_dawn(quest));
            kindly.note(kind.is_dawn(quest));
        }
    }

    fn add_seats(&mut self, game: &EveningPlayed) {
        for (held, (no, bot)) in game.table.seats().values().zip(game.seated()) {
            let who = Character::Seat(no);
            let logs = || game.table.scenes().iter();
            let changes = || {
                logs()
                    .flat_map(|log| &log.gifts)
                    .filter(|change| change.seat == no)
            };
            let laid = |curse: bool| {
                changes().any(|change| {
                    change.change == GiftFate::Laid
                        && (change.gift.kind == GiftKind::Curse) == curse
                })
            };
            self.blessed.note(laid(false));
            self.cursed.note(laid(true));
            let exposures = logs().flat_map(|log| &log.exposures);
            let exposed = exposures.filter(|(exposed, _)| *exposed == who).count();
            *self.exposures.entry(exposed).or_default() += 1;
            if game.plan.party == PartyKind::OneLiar && bot == BotKind::Liar {
                self.liars.note(exposed > 0);
            }
            let Some((stake, met)) = held
                .stake
                .as_ref()
                .and_then(|held| Some((held.stake, held.met?)))
            else {
                continue;
            };
            let played = game.plan.party == PartyKind::OneGreedy && bot == BotKind::Greedy;
            if played || game.plan.party == PartyKind::Random {
                self.stakes.entry((stake, played)).or_default().note(met);
            }
        }
    }

    fn add_scene(&mut self, game: &EveningPlayed, log: &SceneState) {
        for made in &log.challenges {
            let told = log.told.get(usize::from(made.telling));
            if told.is_some_and(|told| told.manner == Manner::Twist) {
                self.challenges.note(made.caught);
            }
        }
        let Some(council) = &log.council else { return };
        let carried = match (council.verdict, council.carried) {
            (Verdict::Deadlock, _) | (_, Vote::Abstained) => "",
            (_, Vote::For) => "for",
            (_, Vote::Against) => "against",
        };
        let verdict = (council.verdict.word(), carried);
        *self.verdicts.entry(verdict).or_default() += 1;
        if game.plan.party == PartyKind::Random {
            for vote in &council.votes {
                let [aye, nay, all] = self.gods.entry(vote.god).or_default();
                *aye += u64::from(vote.vote == Vote::For);
                *nay += u64::from(vote.vote == Vote::Against);
                *all += 1;
            }
        }
    }

    /// Joins what another thread counted.
    pub(super) fn join(&mut self, other: Self) {
        self.games.add(other.games);
        self.commands += other.commands;
        join_shares(&mut self.dawn, other.dawn);
        join_counts(&mut self.endings, other.endings);
        for (scene, stood) in other.scenes {
            let own = self.scenes.entry(scene).or_default();
            own.dawn.add(stood.dawn);
            own.places += stood.places;
            join_shares(&mut own.with, stood.with);
        }
        join_shares(&mut self.stakes, other.stakes);
        for (cell, more) in other.against {
            let own = self.against.entry(cell).or_default();
            own.iter_mut()
                .zip(more)
                .for_each(|(own, more)| own.add(more));
        }
        self.liars.add(other.liars);
        self.challenges.add(other.challenges);
        join_counts(&mut self.exposures, other.exposures);
        join_counts(&mut self.trust, other.trust);
        for (place, (sum, count)) in other.trust_by_place {
            let own = self.trust_by_place.entry(place).or_default();
            own.0 += sum;
            own.1 += count;
        }
        join_counts(&mut self.verdicts, other.verdicts);
        for (god, votes) in other.gods {
            let own = self.gods.entry(god).or_default();
            own.iter_mut()
                .zip(votes)
                .for_each(|(own, more)| *own += more);
        }
        self.blessed.add(other.blessed);
        self.cursed.add(other.cursed);
        join_counts(&mut self.whispers, other.whispers);
        self.options.join(other.options);
        self.reads.join(other.reads);
    }

    /// Whether so few games were played that a share may miss a bound by chance.
    pub fn is_sample(&self) -> bool {
        self.games.of < SAMPLE_MAX
    }

    /// Dawns of a kind of party, at so many seats and more.
    pub fn dawns(&self, party: PartyKind, seats_min: usize) -> Share {
        let mut sum = Share::default();
        for ((kind, seats), share) in &self.dawn {
            if *kind == party && *seats >= seats_min {
                sum.add(*share);
            }
        }
        sum
    }
}

impl EveningPlayed {
    /// Whether it ended in dawn.
    pub(super) fn is_dawn(&self, quest: &Quest) -> bool {
        let ending = self.table.ending().and_then(|id| quest.ending(id));
        ending.is_some_and(|ending| ending.tone == Tone::Dawn)
    }

    /// The stake against the table that the only greedy seat among kind ones held, and whether it was met.
    pub(super) fn against_the_table(&self, world: &World) -> Option<(Stake, bool)> {
        if self.plan.party != PartyKind::OneGreedy {
            return None;
        }
        let (no, _) = self.seated().find(|(_, bot)| *bot == BotKind::Greedy)?;
        let held = self.table.seats().get(&no)?.stake.as_ref()?;
        let sheet = world.stake(held.stake)?;
        let cell = (held.stake, held.met?);
        (sheet.kind == game::StakeKind::Against).then_some(cell)
    }

    /// The seats in order, each with its bot.
    pub(super) fn seated(&self) -> impl Iterator<Item = (game::SeatNo, BotKind)> + '_ {
        let seats = self.table.seats().keys().copied();
        seats.zip(self.bots.iter().copied())
    }

    /// A seat's bot and class.
    pub(super) fn player(&self, no: game::SeatNo) -> Option<(BotKind, &ClassId)> {
        let bot = self.seated().find(|(seat, _)| *seat == no)?.1;
        Some((bot, self.table.seats().get(&no)?.class.as_ref()?))
    }
}

pub(super) fn join_counts<K: Ord>(own: &mut BTreeMap<K, u64>, more: BTreeMap<K, u64>) {
    for (key, count) in more {
        *own.entry(key).or_default() += count;
    }
}

pub(super) fn join_shares<K: Ord>(own: &mut BTreeMap<K, Share>, more: BTreeMap<K, Share>) {
    for (key, share) in more {
        own.entry(key).or_default().add(share);
    }
}
