//! What the pages draw: sigils, coins and the pictures of scenes.
//!
//! A picture is made of words: the mood, the place, the title and the prose of a scene decide where it is set, what
//! stands in it and what the light is; the ids of the quest and the scene decide the rest, so that the same scene always
//! looks the same and no two look alike.

mod address;
mod canvas;
mod chance;
mod indoors;
mod lands;
mod outdoors;
mod palette;
mod pictures;
mod plate;
mod props;
mod setting;
mod staging;
mod stonework;
mod works;

pub use address::{class_sigil, front_address, initial, plate_address};
pub use pictures::{ending_picture, scene_picture};
pub use plate::{ending_plate, front_plate, scene_plate};
pub use setting::PlateWords;

#[cfg(test)]
mod tests;
