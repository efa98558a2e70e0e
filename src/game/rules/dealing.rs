//! Who hears which whisper.
//!
//! Every seat hears one. Among all ways to deal, those that keep the insight pairs apart come first, then those in which a
//! seat hears the secret, then those in which seats hear most of the whispers that give something or open a quiet way, then
//! those that let most whispers be heard, then those that fit the seats' senses best; chance decides among equals. What is
//! left over goes to companions, so many each.

use std::cmp::Reverse;

use crate::content::{Scene, Whisper, World};
use crate::protocol::{Character, Deal};
use crate::rules::edition;
use crate::rules::effects::class_of;
use crate::state::{Seat, Table};
use crate::vocabulary::{CompanionId, Dice, SeatNo, Sense, WhisperId};

/// Ways to deal that are looked at, at most: six seats and six whispers have 720.
const WAYS_MAX: usize = 50_000;

/// A hearer and the senses they hear with.
struct Ear {
    who: Character,
    first: Option<Sense>,
    second: Option<Sense>,
    third: Option<Sense>,
}

impl Ear {
    fn fits(&self, whisper: &Whisper) -> u32 {
        if self.first == Some(whisper.sense) {
            2
        } else {
            let further = [self.second, self.third];
            u32::from(further.contains(&Some(whisper.sense)))
        }
    }
}

/// Deals the whispers of `scene`.
pub(super) fn deal(table: &Table, world: &World, scene: &Scene, dice: &mut Dice) -> Vec<Deal> {
    let mut seats: Vec<Ear> = table
        .present()
        .map(|(no, _)| seat_ear(table, world, no))
        .collect();
    dice.shuffle(&mut seats);
    let allies: Vec<Ear> = table
        .party
        .allies()
        .map(|(id, _)| companion_ear(world, id))
        .collect();
    let mut order: Vec<usize> = (0..scene.whispers.len()).collect();
    dice.shuffle(&mut order);
    // What is left over may be more than companions hear: halves of an insight go first, then what fits their senses.
    let mut filling = order.clone();
    filling.sort_by_key(|index| {
        let whisper = &scene.whispers[*index];
        let half = scene.insight_pairs().any(|pair| pair.contains(&whisper.id));
        let fit = allies.iter().map(|ear| ear.fits(whisper)).max();
        (!half, Reverse(fit))
    });

    let ears: Vec<&Ear> = seats.iter().chain(&allies).collect();
    let mut search = Search::new(table, scene, (&seats, &allies), (&order, &filling));
    search.seat_by_seat(&mut Vec::new());
    let Some((_, best)) = search.best else {
        return Vec::new();
    };
    let dealt = scene.whispers.iter().zip(best);
    dealt
        .filter(|(_, hearers)| *hearers != 0)
        .map(|(whisper, hearers)| {
            let hearing = ears
                .iter()
                .enumerate()
                .filter(|(at, _)| hearers & bit(*at) != 0);
            let mut hearers: Vec<Character> = hearing.map(|(_, ear)| ear.who.clone()).collect();
            hearers.sort();
            Deal {
                whisper: whisper.id.clone(),
                hearers,
            }
        })
        .collect()
}

fn seat_ear(table: &Table, world: &World, no: SeatNo) -> Ear {
    let class = class_of(table, world, no);
    Ear {
        who: Character::Seat(no),
        first: class.map(|class| class.first),
        second: class.map(|class| class.second),
        third: table.party.seat(no).and_then(Seat::third_sense),
    }
}

fn companion_ear(world: &World, id: &CompanionId) -> Ear {
    let sheet = world.companion(id);
    Ear {
        who: Character::Companion(id.clone()),
        first: sheet.map(|sheet| sheet.first),
        second: sheet.map(|sheet| sheet.second),
        third: None,
    }
}

/// The hearers of each whisper in the scene's order: a bit for each ear, seats before companions. Hundreds of ways are
/// looked at for each scene, so none of them takes memory of its own.
type Dealt = Vec<u32>;
/// Pairs kept apart, whether a seat hears the secret, gifts and quiet ways that seats hear, whispers heard, senses fitted.
type Worth = (usize, bool, usize, usize, u32);

/// The bit of an ear. A table has six seats and ten companions at most.
fn bit(ear: usize) -> u32 {
    1_u32
        .checked_shl(u32::try_from(ear).unwrap_or(u32::MAX))
        .unwrap_or(0)
}

/// The whispers that give something or open a quiet way, by their place.
fn wanted_by_seats(scene: &Scene) -> Vec<usize> {
    let opens = |whisper: &Whisper| {
        let mut quiet = scene.options.iter().filter(|option| option.quiet);
        quiet.any(|option| {
            let only = option.only.as_ref();
            only.is_some_and(|only| only.as_str() == whisper.id.as_str())
        })
    };
    let whispers = scene.whispers.iter().enumerate();
    whispers
        .filter(|(_, whisper)| whisper.gives.is_some() || opens(whisper))
        .map(|(at, _)| at)
        .collect()
}

struct Search<'a> {
    seats: usize,
    /// How well each ear fits each whisper, seats before companions.
    fits: Vec<Vec<u32>>,
    whispers: usize,
    /// The whispers whose halves belong together, by their places.
    pairs: Vec<[usize; 2]>,
    secret: Vec<usize>,
    wanted: Vec<usize>,
    order: &'a [usize],
    filling: &'a [usize],
    /// How many of the whispers that are left over each companion hears at most.
    hears_max: usize,
    best: Option<(Worth, Dealt)>,
    /// What no way to deal is worth more than, but for how it fits the seats.
    bound: Worth,
    /// How well whispers fit the seats from each on at most.
    fits_from: Vec<u32>,
    /// The way that is being weighed.
    dealt: Dealt,
    ways: usize,
}

impl<'a> Search<'a> {
    fn new(
        table: &Table,
        scene: &Scene,
        (seats, allies): (&[Ear], &[Ear]),
        (order, filling): (&'a [usize], &'a [usize]),
    ) -> Self {
        let place = |id: &WhisperId| {
            let mut whispers = scene.whispers.iter();
            whispers.position(|whisper| whisper.id == *id)
        };
        let pairs = scene.insight_pairs();
        let pairs = pairs.filter_map(|[one, other]| Some([place(one)?, place(other)?]));
        let ears = seats.iter().chain(allies);
        let fits = |ear: &Ear| -> Vec<u32> {
            let whispers = scene.whispers.iter();
            whispers.map(|whisper| ear.fits(whisper)).collect()
        };
        let whispers = scene.whispers.iter().enumerate();
        let secret = whispers.filter(|(_, whisper)| whisper.secret);
        let mut search = Self {
            seats: seats.len(),
            fits: ears.map(fits).collect(),
            whispers: scene.whispers.len(),
            pairs: pairs.collect(),
            secret: secret.map(|(at, _)| at).collect(),
            wanted: wanted_by_seats(scene),
            order,
            filling,
            hears_max: edition::of_table(table).companion.hears_max,
            best: None,
            bound: Worth::default(),
            fits_from: Vec::new(),
            dealt: Vec::new(),
            ways: 0,
        };
        search.set_bounds();
        search
    }

    /// Reckons what nothing is worth more than, so that ways that cannot be the best are not weighed.
    fn set_bounds(&mut self) {
        let best_fit = |fits: &Vec<u32>| fits.iter().copied().max().unwrap_or(0);
        let (seats, allies) = self.fits.split_at(self.seats);
        let left_over = self.whispers.saturating_sub(self.seats);
        let heard_by_allies = left_over.min(allies.len() * self.hears_max);
        let fit_of_allies = allies.iter().map(best_fit).max().unwrap_or(0);
        let count = u32::try_from(heard_by_allies).unwrap_or(u32::MAX);
        self.bound = (
            self.pairs.len(),
            !self.secret.is_empty(),
            self.wanted.len().min(self.seats),
            self.whispers.min(self.seats) + heard_by_allies,
            fit_of_allies.saturating_mul(count),
        );
        let mut fits_from = vec![0; self.seats + 1];
        for (seat, fits) in seats.iter().enumerate().rev() {
            fits_from[seat] = fits_from[seat + 1] + best_fit(fits);
        }
        self.fits_from = fits_from;
    }

    /// Whether a way that begins with `taken` may be better than the best that is known.
    fn may_be_better(&self, taken: &[usize]) -> bool {
        let Some((best, _)) = &self.best else {
            return true;
        };
        let seats = taken.iter().enumerate();
        let fit: u32 = seats.map(|(seat, index)| self.fits[seat][*index]).sum();
        let (apart, secret, wanted, heard, allies) = self.bound;
        let fit = fit + self.fits_from[taken.len()] + allies;
        (apart, secret, wanted, heard, fit) > *best
    }

    /// Tries every whisper for the next seat; nobody hears what another seat hears while any is unheard.
    fn seat_by_seat(&mut self, taken: &mut Vec<usize>) {
        if self.ways >= WAYS_MAX || !self.may_be_better(taken) {
            return;
        }
        if taken.len() == self.seats {
            self.ways += 1;
            return self.weigh(taken);
        }
        let all_heard = taken.len() >= self.whispers;
        for index in self.order {
            if all_heard || !taken.contains(index) {
                taken.push(*index);
                self.seat_by_seat(taken);
                taken.pop();
            }
        }
    }

    fn weigh(&mut self, taken: &[usize]) {
        self.dealt.clear();
        self.dealt.resize(self.whispers, 0);
        let mut fit = 0;
        for (seat, index) in taken.iter().enumerate() {
            self.dealt[*index] |= bit(seat);
            fit += self.fits[seat][*index];
        }
        let is_heard = |at: &&usize| self.dealt[**at] != 0;
        let secret = self.secret.iter().any(|at| is_heard(&at));
        let wanted = self.wanted.iter().filter(is_heard).count();
        for index in self.filling {
            if self.dealt[*index] == 0 {
                fit += self.give_to_companion(*index);
            }
        }
        let heard = self.dealt.iter().filter(|hearers| **hearers != 0).count();
        let worth = (self.pairs_apart(), secret, wanted, heard, fit);
        if self.best.as_ref().is_none_or(|(best, _)| worth > *best) {
            self.best = Some((worth, self.dealt.clone()));
        }
    }

    /// Gives a left-over whisper to the companion whom it fits best and who does not hold the other half of
    /// its pair, the least laden first. Returns how well it fits.
    fn give_to_companion(&mut self, index: usize) -> u32 {
        let laden = |ear: &usize| {
            let dealt = self.dealt.iter();
            dealt.filter(|hearers| **hearers & bit(*ear) != 0).count()
        };
        let holds_half = |ear: &usize| {
            self.pairs.iter().any(|[one, other]| {
                let partner = if index == *one {
                    *other
                } else if index == *other {
                    *one
                } else {
                    return false;
                };
                self.dealt[partner] & bit(*ear) != 0
            })
        };
        let free = (self.seats..self.fits.len()).filter(|ear| laden(ear) < self.hears_max);
        let chosen = free.min_by_key(|ear| {
            let fits = Reverse(self.fits[*ear][index]);
            (holds_half(ear), fits, laden(ear))
        });
        let Some(ear) = chosen else { return 0 };
        self.dealt[index] |= bit(ear);
        self.fits[ear][index]
    }

    /// Counts the pairs whose halves two different hearers hold.
    fn pairs_apart(&self) -> usize {
        let apart = self.pairs.iter().filter(|[one, other]| {
            let (one, other) = (self.dealt[*one], self.dealt[*other]);
            one != 0 && other != 0 && (one | other).count_ones() >= 2
        });
        apart.count()
    }
}
