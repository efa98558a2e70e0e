//! The colours of a picture: few, mixed from its mood and the hour.

use std::fmt;

use game::content::{Mood, Tone};

/// A colour as red, green and blue, 0 to 255.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rgb(pub(super) i32, pub(super) i32, pub(super) i32);

impl Rgb {
    /// This colour with `percent` of another.
    pub(super) fn with(self, other: Self, percent: i32) -> Self {
        let mixed = |from: i32, to: i32| (from + (to - from) * percent / 100).clamp(0, 255);
        Self(
            mixed(self.0, other.0),
            mixed(self.1, other.1),
            mixed(self.2, other.2),
        )
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// The hour of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hour {
    /// First light.
    Dawn,
    /// Broad day.
    Day,
    /// Last light.
    Dusk,
    /// Dark, with or without a moon.
    Night,
}

/// The colours of one picture, from the sky down to what stands nearest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Palette {
    /// The sky overhead, or the dark of a room.
    pub(super) high: Rgb,
    /// The sky at the horizon, or the lit wall.
    pub(super) low: Rgb,
    /// What stands nearest, against the light.
    pub(super) deep: Rgb,
    /// Flames, windows, the moon.
    pub(super) light: Rgb,
}

impl Palette {
    /// The colours of a mood at an hour.
    pub(super) fn of(mood: Mood, hour: Hour) -> Self {
        let base = match mood {
            Mood::Calm => [(19, 39, 44), (104, 140, 122), (8, 17, 19), (248, 222, 158)],
            Mood::Uneasy => [(27, 21, 48), (128, 92, 134), (11, 8, 20), (247, 204, 140)],
            Mood::Grim => [(26, 12, 15), (150, 62, 48), (9, 4, 5), (255, 164, 98)],
            Mood::Wild => [(8, 31, 39), (66, 138, 124), (4, 14, 17), (228, 244, 206)],
            Mood::Solemn => [(14, 25, 52), (88, 112, 158), (6, 10, 22), (252, 230, 178)],
            Mood::Bright => [(54, 33, 74), (226, 146, 78), (20, 11, 26), (255, 233, 172)],
        };
        Self::from(base).at(hour)
    }

    /// The colours of the end of a story.
    pub(super) fn of_ending(tone: Tone) -> Self {
        Self::from(match tone {
            Tone::Dawn => [(44, 52, 96), (246, 178, 128), (18, 15, 30), (255, 240, 198)],
            Tone::Dusk => [(30, 20, 56), (196, 98, 98), (12, 8, 20), (255, 206, 140)],
            Tone::Bitter => [(14, 16, 20), (104, 108, 112), (5, 6, 8), (226, 222, 206)],
        })
    }

    fn from([high, low, deep, light]: [(i32, i32, i32); 4]) -> Self {
        let rgb = |(red, green, blue)| Rgb(red, green, blue);
        Self {
            high: rgb(high),
            low: rgb(low),
            deep: rgb(deep),
            light: rgb(light),
        }
    }

    fn at(mut self, hour: Hour) -> Self {
        match hour {
            Hour::Dawn => {
                self.low = self.low.with(Rgb(250, 188, 150), 60);
                self.high = self.high.with(Rgb(70, 84, 130), 35);
            }
            Hour::Day => {
                self.low = self.low.with(Rgb(236, 222, 190), 40);
                self.high = self.high.with(self.low, 40);
            }
            Hour::Dusk => {
                self.low = self.low.with(Rgb(232, 130, 86), 35);
            }
            Hour::Night => {
                self.low = self.low.with(self.high, 38);
                self.high = self.high.with(self.deep, 35);
            }
        }
        self
    }

    /// The colour of what stands `depth` of a hundred parts of the way from the horizon to the eye.
    pub(super) fn at_depth(&self, depth: i32) -> Rgb {
        self.low.with(self.high, 30).with(self.deep, depth)
    }
}
