//! What stands where in a picture, decided before anything is drawn.

use super::canvas::{Light, WIDTH};
use super::chance::SeededChance;
use super::palette::Hour;
use super::props::{Prop, Sky, StandsOn, called, named};
use super::setting::{PlaceKind, PlateWords, tokens};

/// A thing with its place in the picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed {
    /// What it is.
    pub(super) prop: &'static Prop,
    /// Where its foot stands, or the middle of its edge hangs.
    pub(super) at: (i32, i32),
    /// Its size in percent.
    pub(super) percent: i32,
    /// How near it is, of a hundred.
    pub(super) depth: i32,
}

impl Placed {
    /// Where it shines, if it does.
    pub(super) fn shines_at(&self) -> Option<(i32, i32)> {
        let (x, y) = self.at;
        let up = self.prop.shines * self.percent / 100;
        let y = if self.prop.stand == StandsOn::Ceiling {
            y + up
        } else {
            y - up
        };
        (self.prop.shines > 0).then_some((x, y))
    }
}

/// Where things can stand in a setting.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ground {
    /// The line on which things stand.
    pub(super) floor: i32,
    /// The size of a thing there in percent.
    pub(super) percent: i32,
    /// Half the width of the widest thing that fits in.
    pub(super) widest: i32,
    /// Whether it is under a roof.
    pub(super) roof: bool,
    /// Whether there are walls to hang things on.
    pub(super) walls: bool,
}

/// A thing that the words call up.
#[derive(Clone, Copy, Debug)]
struct CalledThing {
    prop: &'static Prop,
    /// Whether the place itself is named after it.
    is_place: bool,
    /// Whether many of it were called.
    many: bool,
}

/// How many things of each kind a picture holds at most.
const MOST: [(StandsOn, usize); 5] = [
    (StandsOn::Floor, 3),
    (StandsOn::Wall, 2),
    (StandsOn::Ceiling, 1),
    (StandsOn::Top, 3),
    (StandsOn::Alive, 4),
];

/// The things that the words call up, each once, the place's first.
fn called_up(words: &PlateWords<'_>, ground: Ground) -> Vec<CalledThing> {
    let mut found: Vec<CalledThing> = Vec::new();
    for (word, is_place) in tokens(words) {
        let Some(prop) = called(&word, is_place) else {
            continue;
        };
        let hangs = matches!(prop.stand, StandsOn::Wall | StandsOn::Ceiling);
        let elsewhere = if ground.roof { Sky::Open } else { Sky::Roof };
        let limit = MOST.iter().find(|(stand, _)| *stand == prop.stand);
        let most = limit.map_or(0, |(_, most)| *most);
        let same = found.iter().filter(|call| call.prop.stand == prop.stand);
        let known = found.iter().any(|call| call.prop.words == prop.words);
        if known
            || same.count() >= most
            || (hangs && !ground.walls)
            || prop.sky == elsewhere
            || prop.half > ground.widest
        {
            continue;
        }
        let many = matches!(word.as_str(), "children" | "passage" | "aldermen")
            || (word.ends_with('s') && word.len() > 3);
        found.push(CalledThing {
            prop,
            is_place,
            many,
        });
    }
    found
}

/// Puts what the picture is about first: a great beast, what the place is named after, what offers a top.
fn hero_first(calls: &mut Vec<CalledThing>, widest: i32) {
    let floor = |call: &CalledThing| call.prop.stand == StandsOn::Floor;
    let at = calls
        .iter()
        .position(|call| call.prop.stand == StandsOn::Alive && call.prop.half > 100)
        .or_else(|| calls.iter().position(|call| floor(call) && call.is_place))
        .or_else(|| {
            calls
                .iter()
                .position(|call| floor(call) && call.prop.top > 0)
        })
        .or_else(|| calls.iter().position(floor));
    if let Some(at) = at {
        let hero = calls.remove(at);
        calls.insert(0, hero);
    }
    let needs_top = calls.iter().any(|call| call.prop.stand == StandsOn::Top);
    let has_top = calls.iter().any(|call| call.prop.top > 0);
    if needs_top && !has_top {
        let name = if calls.iter().any(floor) || widest < 104 {
            "side table"
        } else {
            "table"
        };
        let at = calls.len().min(1);
        calls.splice(
            at..at,
            named(name).map(|prop| CalledThing {
                prop,
                is_place: false,
                many: false,
            }),
        );
    }
    // What stands on a top needs it to stand first.
    calls.sort_by_key(|call| call.prop.stand == StandsOn::Top);
}

/// Sets things side by side, from the middle of the picture outwards.
#[derive(Debug)]
struct PropRow {
    left: i32,
    right: i32,
}

impl PropRow {
    /// Finds room for something of this width: the first in the middle, the next on the side with more room.
    fn place(&mut self, half: i32, gap: i32) -> Option<i32> {
        if self.left == self.right {
            let middle = self.left;
            (self.left, self.right) = (middle - half, middle + half);
            return Some(middle);
        }
        let width = 2 * half + gap;
        let left_room = self.left - 30;
        let right_room = WIDTH - 30 - self.right;
        if left_room.max(right_room) < width {
            return None;
        }
        if left_room >= right_room {
            self.left -= width;
            Some(self.left + half)
        } else {
            self.right += width;
            Some(self.right - half)
        }
    }
}

/// Things as they find their places.
#[derive(Debug)]
struct PropStage {
    ground: Ground,
    row: PropRow,
    wall: PropRow,
    /// The top on which small things stand: its middle, its height, half its width.
    top: Option<(i32, i32, i32)>,
    on_top: usize,
    placed: Vec<Placed>,
}

impl PropStage {
    fn set(&mut self, prop: &'static Prop, chance: &mut SeededChance) {
        let Ground { floor, percent, .. } = self.ground;
        let size = percent - chance.between(0, 7);
        let half = prop.half * size / 100;
        let (at, depth) = match prop.stand {
            StandsOn::Floor => {
                let gap = chance.between(16, 60);
                (self.row.place(half, gap).map(|x| (x, floor)), 84)
            }
            StandsOn::Alive => {
                let (gap, nearer) = (chance.between(2, 34), chance.between(4, 22));
                (self.row.place(half, gap).map(|x| (x, floor + nearer)), 95)
            }
            StandsOn::Wall => {
                let gap = chance.between(30, 70);
                (
                    self.wall
                        .place(half, gap)
                        .map(|x| (x, floor - 124 * percent / 100)),
                    66,
                )
            }
            StandsOn::Ceiling => (Some((self.row.left - 60 + chance.between(-60, 60), 20)), 88),
            StandsOn::Top => {
                self.on_top += 1;
                let along = [0, -58, 56][self.on_top % 3];
                (self.top.map(|(x, y, half)| (x + along * half / 104, y)), 90)
            }
        };
        let Some(at) = at else { return };
        if prop.top > 0 && self.top.is_none() {
            self.top = Some((at.0, at.1 - prop.top * size / 100, half));
        }
        self.placed.push(Placed {
            prop,
            at,
            percent: size,
            depth,
        });
    }
}

/// Decides what stands where.
pub(super) fn stage(
    words: &PlateWords<'_>,
    ground: Ground,
    chance: &mut SeededChance,
) -> Vec<Placed> {
    let mut calls = called_up(words, ground);
    hero_first(&mut calls, ground.widest);
    let middle = if chance.happens(50) {
        chance.between(380, 540)
    } else {
        chance.between(660, 820)
    };
    let aside = WIDTH - middle;
    let mut stage = PropStage {
        ground,
        row: PropRow {
            left: middle,
            right: middle,
        },
        wall: PropRow {
            left: aside,
            right: aside,
        },
        top: None,
        on_top: 0,
        placed: Vec::new(),
    };
    for call in calls {
        let times = match call.prop.stand {
            StandsOn::Alive if call.many && call.prop.half < 60 => 3,
            StandsOn::Floor if call.many && call.prop.words[0] == "chair" => 5,
            StandsOn::Floor if call.many && (call.is_place || call.prop.half > 90) => 2,
            StandsOn::Floor
            | StandsOn::Wall
            | StandsOn::Ceiling
            | StandsOn::Top
            | StandsOn::Alive => 1,
        };
        for _ in 0..times {
            let other = match call.prop.words[0] {
                "man" => ["man", "gentleman", "elder"],
                "woman" => ["woman", "goodwife", "woman"],
                same => [same; 3],
            };
            let pick = usize::try_from(chance.between(0, 2)).unwrap_or(0);
            let prop = named(other[pick]).unwrap_or(call.prop);
            stage.set(prop, chance);
        }
    }
    stage.placed
}

/// What gives the light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LightSource {
    /// A thing that stands or hangs there.
    Thing,
    /// A lamp that has to be hung yet.
    Lamp,
    /// A window.
    Window,
    /// The sun or the moon.
    Sky,
}

/// Where the light comes from: from what shines and is nearest to the words; else from the sky, through a window where
/// there is one; else from a lamp.
pub(super) fn light_of(
    placed: &[Placed],
    setting: PlaceKind,
    hour: Hour,
    chance: &mut SeededChance,
) -> (Light, LightSource) {
    if let Some((x, y)) = placed.iter().find_map(Placed::shines_at) {
        return (Light { x, y, reach: 320 }, LightSource::Thing);
    }
    let busy: Vec<i32> = placed
        .iter()
        .filter(|one| one.prop.stand == StandsOn::Wall)
        .map(|one| one.at.0)
        .collect();
    let free = |x: &i32| busy.iter().all(|other| (other - x).abs() > 230);
    let sides = if chance.happens(50) {
        [230, 960, 600]
    } else {
        [970, 240, 600]
    };
    let x = sides.into_iter().find(free).unwrap_or(sides[0]) + chance.between(-60, 60);
    let x = if setting == PlaceKind::Porch {
        430 + x / 4
    } else {
        x
    };
    let walled = matches!(setting, PlaceKind::Room | PlaceKind::Hall);
    let (y, reach, source) = if walled && hour != Hour::Night {
        (126, 380, LightSource::Window)
    } else if walled || matches!(setting, PlaceKind::Vault | PlaceKind::Coach) {
        (118, 340, LightSource::Lamp)
    } else if setting.is_open() {
        (chance.between(70, 150), 380, LightSource::Sky)
    } else {
        (chance.between(90, 130), 380, LightSource::Sky)
    };
    (Light { x, y, reach }, source)
}
