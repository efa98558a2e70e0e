//! The things that stand in pictures, and the words that call them up.
//!
//! Each is drawn on a grid where a grown person is 100 high and the floor is at 0.

mod alive;
mod built;
mod furniture;
mod small;

use alive::ALIVE;
use built::BUILT;
use furniture::FURNITURE;
use small::SMALL;

use super::canvas::Shape;

/// Where a thing belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StandsOn {
    /// On the floor or the ground.
    Floor,
    /// On the wall, at the height of the eye.
    Wall,
    /// From the ceiling.
    Ceiling,
    /// On a table, or on whatever offers its top.
    Top,
    /// A person or a beast: on the floor, where there is room.
    Alive,
}

/// Under which skies a thing is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sky {
    /// Under a roof.
    Roof,
    /// In the open.
    Open,
    /// Under a roof or in the open.
    Any,
}

/// A thing that can stand in a picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prop {
    /// The words that call it up. The first is its name. One that begins with `@` calls it up only from the place.
    pub(super) words: &'static [&'static str],
    /// Where it belongs.
    pub(super) stand: StandsOn,
    /// Under which skies it is found.
    pub(super) sky: Sky,
    /// Half its width.
    pub(super) half: i32,
    /// The height of a top on which small things stand, or 0.
    pub(super) top: i32,
    /// How high above its foot it shines, or 0.
    pub(super) shines: i32,
    /// What it looks like.
    pub(super) shape: Shape,
}

const fn prop(
    words: &'static [&'static str],
    stand: StandsOn,
    sky: Sky,
    (half, top, shines): (i32, i32, i32),
    dark: &'static str,
    lit: &'static str,
    lines: &'static str,
) -> Prop {
    Prop {
        words,
        stand,
        sky,
        half,
        top,
        shines,
        shape: Shape { dark, lit, lines },
    }
}

/// Finds the thing that a word calls up, one or many of it. Some words do so only in the name of a place.
pub(super) fn called(word: &str, is_place: bool) -> Option<&'static Prop> {
    let one = word.strip_suffix('s').unwrap_or(word);
    let calls = |known: &&str| match known.strip_prefix('@') {
        Some(known) => is_place && (known == word || known == one),
        None => *known == word || *known == one,
    };
    let mut all = FURNITURE.iter().chain(&BUILT).chain(&SMALL).chain(&ALIVE);
    all.find(|prop| prop.words.iter().any(&calls))
}

/// Finds a thing by its name.
pub(super) fn named(name: &str) -> Option<&'static Prop> {
    let mut all = FURNITURE.iter().chain(&BUILT).chain(&SMALL).chain(&ALIVE);
    all.find(|prop| prop.words.first() == Some(&name))
}
