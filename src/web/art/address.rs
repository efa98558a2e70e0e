//! Where drawings are found, and what they are called.

use crate::pages::MARK;

/// A mark of how this release draws: of the files pages link to, and of the drawing itself.
const DRAWN: u64 = {
    let sources = [
        include_bytes!("canvas.rs").as_slice(),
        include_bytes!("chance.rs"),
        include_bytes!("indoors.rs"),
        include_bytes!("lands.rs"),
        include_bytes!("outdoors.rs"),
        include_bytes!("palette.rs"),
        include_bytes!("pictures.rs"),
        include_bytes!("plate.rs"),
        include_bytes!("props.rs"),
        include_bytes!("props/alive.rs"),
        include_bytes!("props/built.rs"),
        include_bytes!("props/furniture.rs"),
        include_bytes!("props/small.rs"),
        include_bytes!("setting.rs"),
        include_bytes!("staging.rs"),
        include_bytes!("stonework.rs"),
        include_bytes!("works.rs"),
    ];
    let mut mark = MARK;
    let mut at = 0;
    while at < sources.len() {
        mark = crate::pages::hashed(mark, sources[at]);
        at += 1;
    }
    mark
};

/// The address of the picture of a scene or an ending, by the titles of its quest and of itself.
pub fn plate_address(quest: &str, scene: &str) -> String {
    format!("/art/{DRAWN:016x}/{}/{}.svg", slug(quest), slug(scene))
}

/// The address of the picture of the front door.
pub fn front_address() -> String {
    format!("/art/{DRAWN:016x}/front.svg")
}

/// What a class’s sigil is called in the sprite, by the class’s name.
pub fn class_sigil(class: &str) -> String {
    format!("class-{}", slug(class))
}

/// What a seat’s coin shows before the calling: the first letter of the name, as a capital.
pub fn initial(name: &str) -> String {
    let first = name.chars().find(|letter| letter.is_alphanumeric());
    first.map_or_else(|| "·".to_owned(), |letter| letter.to_uppercase().collect())
}

/// A title in small letters, with a dash for whatever is neither letter nor digit.
fn slug(title: &str) -> String {
    let split = title.split(|letter: char| !letter.is_alphanumeric());
    let words = split.filter(|word| !word.is_empty());
    let words: Vec<String> = words.map(str::to_lowercase).collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_one_step_of_an_address() {
        let address = plate_address("The Inland Light", "Agent Crake’s Paper");
        assert!(
            address.ends_with("/the-inland-light/agent-crake-s-paper.svg"),
            "{address}"
        );
        assert_eq!(class_sigil("Dragon Knight"), "class-dragon-knight");
    }

    #[test]
    fn a_coin_shows_the_first_letter_of_any_name() {
        let shown = ["anna", "  (ben)", "نور", "王小明", "…"].map(initial);
        assert_eq!(shown, ["A", "B", "ن", "王", "·"]);
    }
}
