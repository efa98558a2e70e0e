//! What a program that plays sees of the open scene: ids, numbers and the content itself, and no text made for a page.

use crate::content::{Also, Choice, Mood, World};
use crate::protocol::{Character, GodVote};
use crate::rules::{checks, council, pace, quiet, scene};
use crate::state::Table;
use crate::vocabulary::{Mark, SeatNo};

/// A way that a seat may go in the open scene.
#[derive(Clone, Debug)]
pub struct Way<'w> {
    /// The option.
    pub option: &'w Choice,
    /// Whether the whole table sees it.
    pub is_shared: bool,
    /// Whether the seat alone may not go it.
    pub is_shut: bool,
    /// Whose hand would roll; none without a check.
    pub hand: Option<Character>,
    /// The chance that is shown and rolled; none without a check.
    pub percent: Option<i32>,
}

impl Table {
    /// The ways that are open to a seat, the quiet ones among them.
    pub fn ways<'w>(&self, world: &'w World, seat: SeatNo) -> Vec<Way<'w>> {
        let (Some(written), Some(log)) = (self.scene_in(world), self.open_scene()) else {
            return Vec::new();
        };
        let open = scene::open_options(self, written, log);
        let seen = scene::options_for(self, written, seat).into_iter();
        seen.map(|option| {
            let (hand, percent) = match &option.check {
                None => (None, None),
                Some(_) if option.quiet => {
                    let percent = quiet::chance_for(self, world, seat, option);
                    (Some(Character::Seat(seat)), percent)
                }
                Some(check) => {
                    let (hand, chance) =
                        checks::chance(self, world, written.decide, (option, check), seat);
                    (Some(hand), Some(chance.percent))
                }
            };
            Way {
                option,
                is_shared: open.iter().any(|other| other.id == option.id),
                is_shut: scene::is_shut(self, world, written, (seat, option)),
                hand,
                percent,
            }
        })
        .collect()
    }

    /// Whether the open scene asks a seat to choose.
    pub fn asks(&self, world: &World, seat: SeatNo) -> bool {
        let scene = self.scene_in(world).zip(self.open_scene());
        scene.is_some_and(|(written, log)| scene::has_say(written.decide, log, seat))
    }

    /// The public marks of the quest, in the order in which they were set.
    pub fn marks(&self) -> &[Mark] {
        self.story.marks()
    }

    /// The paragraphs of `also` that are shown.
    pub fn shown_of<'w>(&self, also: &'w [Also]) -> Vec<&'w Also> {
        pace::shown_also(self, also)
    }
}

/// What a god says with its vote on `option`, in a scene of this mood.
pub fn spoken_line<'w>(
    world: &'w World,
    option: &'w Choice,
    vote: &GodVote,
    mood: Mood,
) -> &'w str {
    council::line_of(world, Some(option), vote, mood)
}
