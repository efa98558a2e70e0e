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

    let mut search = Search {
        scene,
        seats: &seats,
        allies: &allies,
        order: &order,
        filling: &filling,
        hears_max: edition::of_table(table).companion.hears_max,
        wanted: wanted_by_seats(scene),
        best: None,
        ways: 0,
    };
    search.seat_by_seat(&mut Vec::new());
    let Some((_, best)) = search.best else {
        return Vec::new();
    };
    scene
        .whispers
        .iter()
        .zip(best)
        .filter(|(_, hearers)| !hearers.is_empty())
        .map(|(whisper, mut hearers)| {
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

/// Hearers by whisper, in the scene's order.
type Dealt = Vec<Vec<Character>>;
/// Pairs kept apart, whether a seat hears the secret, gifts and quiet ways that seats hear, whispers heard, senses fitted.
type Worth = (usize, bool, usize, usize, u32);

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
    scene: &'a Scene,
    seats: &'a [Ear],
    allies: &'a [Ear],
    order: &'a [usize],
    filling: &'a [usize],
    /// How many of the whispers that are left over each companion hears at most.
    hears_max: usize,
    wanted: Vec<usize>,
    best: Option<(Worth, Dealt)>,
    ways: usize,
}

impl Search<'_> {
    /// Tries every whisper for the next seat; nobody hears what another seat hears while any is unheard.
    fn seat_by_seat(&mut self, taken: &mut Vec<usize>) {
        if self.ways >= WAYS_MAX {
            return;
        }
        if taken.len() == self.seats.len() {
            self.ways += 1;
            return self.weigh(taken);
        }
        let all_heard = taken.len() >= self.scene.whispers.len();
        for index in self.order {
            if all_heard || !taken.contains(index) {
                taken.push(*index);
                self.seat_by_seat(taken);
                taken.pop();
            }
        }
    }

    fn weigh(&mut self, taken: &[usize]) {
        let whispers = &self.scene.whispers;
        let mut dealt: Dealt = vec![Vec::new(); whispers.len()];
        let mut fit = 0;
        for (ear, index) in self.seats.iter().zip(taken) {
            dealt[*index].push(ear.who.clone());
            fit += ear.fits(&whispers[*index]);
        }
        let whispers = &self.scene.whispers;
        let secret = whispers.iter().zip(&dealt);
        let secret = secret
            .into_iter()
            .any(|(whisper, hearers)| whisper.secret && !hearers.is_empty());
        let wanted = self
            .wanted
            .iter()
            .filter(|at| !dealt[**at].is_empty())
            .count();
        for index in self.filling {
            if dealt[*index].is_empty() {
                fit += self.give_to_companion(&mut dealt, *index);
            }
        }
        let heard = dealt.iter().filter(|hearers| !hearers.is_empty()).count();
        let worth = (self.pairs_apart(&dealt), secret, wanted, heard, fit);
        if self.best.as_ref().is_none_or(|(best, _)| worth > *best) {
            self.best = Some((worth, dealt));
        }
    }

    /// Gives a left-over whisper to the companion whom it fits best and who does not hold the other half of
    /// its pair, the least laden first. Returns how well it fits.
    fn give_to_companion(&self, dealt: &mut Dealt, index: usize) -> u32 {
        let whisper = &self.scene.whispers[index];
        let partners: Vec<usize> = self.partners(index).collect();
        let laden = |ear: &Ear| {
            dealt
                .iter()
                .filter(|hearers| hearers.contains(&ear.who))
                .count()
        };
        let holds_half = |ear: &Ear| {
            partners
                .iter()
                .any(|partner| dealt[*partner].contains(&ear.who))
        };
        let free = self.allies.iter().filter(|ear| laden(ear) < self.hears_max);
        let chosen =
            free.min_by_key(|ear| (holds_half(ear), Reverse(ear.fits(whisper)), laden(ear)));
        let Some(ear) = chosen else { return 0 };
        let fits = ear.fits(whisper);
        dealt[index].push(ear.who.clone());
        fits
    }

    fn partners(&self, index: usize) -> impl Iterator<Item = usize> {
        let id = &self.scene.whispers[index].id;
        self.scene.insight_pairs().filter_map(move |[one, other]| {
            let partner = if one == id {
                other
            } else if other == id {
                one
            } else {
                return None;
            };
            self.scene
                .whispers
                .iter()
                .position(|whisper| whisper.id == *partner)
        })
    }

    /// Counts the pairs whose halves two different hearers hold.
    fn pairs_apart(&self, dealt: &Dealt) -> usize {
        let hearers_of = |id: &WhisperId| {
            self.scene
                .whispers
                .iter()
                .position(|whisper| whisper.id == *id)
                .map(|at| &dealt[at])
        };
        self.scene
            .insight_pairs()
            .filter(|[one, other]| match (hearers_of(one), hearers_of(other)) {
                (Some(one), Some(other)) => one
                    .iter()
                    .any(|hearer| other.iter().any(|partner| partner != hearer)),
                _ => false,
            })
            .count()
    }
}
