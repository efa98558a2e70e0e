//! The pictures of a library: which words of a quest each is made of.

use game::content::{Ending, Quest, Scene};

use super::plate::{ending_plate, scene_plate};
use super::setting::PlateWords;

/// Draws the picture of a scene of a quest.
pub fn scene_picture(quest: &Quest, scene: &Scene) -> String {
    scene_plate(&PlateWords {
        name: &format!("{}/{}", quest.id, scene.id),
        mood: scene.mood,
        place: &scene.place,
        title: &scene.title,
        prose: &scene.prose,
    })
}

/// Draws the picture of an ending of a quest.
pub fn ending_picture(quest: &Quest, ending: &Ending) -> String {
    let name = format!("{}/{}", quest.id, ending.id);
    let about = format!("{} {}", quest.title, quest.pitch);
    ending_plate(&name, ending.tone, &about)
}
