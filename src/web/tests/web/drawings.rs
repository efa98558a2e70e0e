//! Drawings are well formed, small, and told apart.

use std::collections::{BTreeMap, BTreeSet};

use game::content::{Tone, World};
use game::{God, Sense};
use web::art::{
    PlateWords, class_sigil, ending_picture, ending_plate, front_plate, plate_address,
    scene_picture, scene_plate,
};
use web::pages::ASSETS;

/// How large a picture may be before it is compressed, in bytes.
const PLATE_BYTES_MAX: usize = 8 * 1024;

/// Every picture of the library, by its address.
fn plates(world: &World) -> BTreeMap<String, String> {
    let mut plates = BTreeMap::new();
    for quest in world.quests.values() {
        for scene in &quest.scenes {
            let name = format!("{}/{}", quest.id, scene.id);
            let address = plate_address(&quest.title, &scene.title);
            let known = plates.insert(address, scene_picture(quest, scene));
            assert!(known.is_none(), "{name} has an address of its own");
        }
        for ending in &quest.endings {
            let name = format!("{}/{}", quest.id, ending.id);
            let address = plate_address(&quest.title, &ending.title);
            let known = plates.insert(address, ending_picture(quest, ending));
            assert!(known.is_none(), "{name} has an address of its own");
        }
    }
    plates
}

/// What is read of an element: its name and its attributes, each in quotes.
fn attributes(element: &str) -> Vec<(&str, &str)> {
    let mut rest = element.split_once(' ').map_or("", |(_, rest)| rest);
    let mut found = Vec::new();
    while let Some((name, after)) = rest.split_once("=\"") {
        let (value, after) = after.split_once('"').expect("a value ends");
        found.push((name.trim(), value));
        rest = after;
    }
    assert!(rest.trim().is_empty(), "{element}");
    found
}

/// Reads a drawing as XML, as far as our drawings use it, and returns its elements.
fn elements(drawing: &str) -> Vec<&str> {
    let (mut open, mut found) = (Vec::new(), Vec::new());
    for part in drawing.split('<').skip(1) {
        let (element, text) = part.split_once('>').expect("an element ends");
        assert!(text.trim().is_empty(), "a drawing has no text: {text}");
        if let Some(name) = element.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
            continue;
        }
        let closed = element.strip_suffix('/');
        if closed.is_none() {
            open.push(element.split(' ').next().unwrap());
        }
        let element = closed.unwrap_or(element);
        attributes(element);
        found.push(element);
    }
    assert!(open.is_empty(), "{open:?}");
    found
}

#[test]
fn every_picture_is_well_formed_small_and_the_same_each_time() {
    let world = world::library().unwrap();
    let (drawn, again) = (plates(&world), plates(&world));
    assert_eq!(drawn, again);
    let front = ("/".to_owned(), front_plate());
    for (address, plate) in drawn.into_iter().chain([front]) {
        assert!(plate.len() < PLATE_BYTES_MAX, "{address}: {}", plate.len());
        let elements = elements(&plate);
        let all: Vec<_> = elements.iter().flat_map(|one| attributes(one)).collect();
        let ids: Vec<&str> = all
            .iter()
            .filter(|(name, _)| *name == "id")
            .map(|(_, id)| *id)
            .collect();
        let distinct: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), distinct.len(), "{address}");
        for (_, value) in &all {
            let named = value
                .strip_prefix("url(#")
                .and_then(|name| name.strip_suffix(')'));
            let named =
                named.or_else(|| value.strip_prefix('#').filter(|name| name.starts_with('s')));
            assert!(
                named.is_none_or(|name| distinct.contains(name)),
                "{address}: {value}"
            );
        }
    }
}

/// Two pictures may show the same chairs in the same hall; they may not be one picture.
#[test]
fn no_two_pictures_are_alike() {
    let world = world::library().unwrap();
    let plates = plates(&world);
    let outlines: Vec<(&String, BTreeSet<&str>)> = plates
        .iter()
        .map(|(address, plate)| {
            let all = elements(plate).into_iter().flat_map(attributes);
            let outlines = all
                .filter(|(name, _)| *name == "d")
                .map(|(_, outline)| outline);
            (address, outlines.collect())
        })
        .collect();
    for (at, (address, one)) in outlines.iter().enumerate() {
        for (other_address, other) in &outlines[at + 1..] {
            let shared = one.intersection(other).count();
            let fewer = one.len().min(other.len());
            assert!(
                4 * shared < 3 * fewer,
                "{address} and {other_address} share {shared} of {fewer}"
            );
        }
    }
}

#[test]
fn the_words_of_a_place_decide_what_is_drawn() {
    let at = |place| {
        scene_plate(&PlateWords {
            name: "one/name",
            mood: game::content::Mood::Calm,
            place,
            title: "",
            prose: "",
        })
    };
    let places = [
        "a kitchen",
        "a bedroom",
        "a tower stair",
        "a cellar",
        "a court",
        "a river",
        "a marsh",
        "a square",
        "a bridge at dusk",
        "an orchard",
        "a belfry",
        "a house by the road",
        "a lamp room",
    ];
    let drawn: BTreeSet<String> = places.into_iter().map(at).collect();
    assert_eq!(drawn.len(), places.len());
}

#[test]
fn endings_are_told_apart_by_their_light() {
    let drawn =
        [Tone::Dawn, Tone::Dusk, Tone::Bitter].map(|tone| ending_plate("one/end", tone, ""));
    assert!(drawn[0] != drawn[1] && drawn[1] != drawn[2] && drawn[0] != drawn[2]);
}

/// What the pages show by a sigil besides gods, senses and classes.
const SIGNS: [&str; 27] = [
    "codex", "bearer", "host", "trust", "sealed", "opened", "told", "twisted", "kept", "aside",
    "die", "gavel", "quill", "clock", "talk", "sheet", "gear", "back", "forward", "check", "wait",
    "away", "harm", "great", "insight", "secret", "hand",
];

#[test]
fn every_god_sense_class_and_sign_has_a_sigil_of_its_own() {
    let sprite = ASSETS
        .iter()
        .find(|asset| asset.name == "sigils.svg")
        .unwrap();
    let sprite = std::str::from_utf8(sprite.bytes).unwrap();
    let drawn = elements(sprite)
        .into_iter()
        .filter(|element| element.starts_with("symbol"));
    let drawn: Vec<&str> = drawn
        .flat_map(attributes)
        .filter(|(name, _)| *name == "id")
        .map(|(_, id)| id)
        .collect();
    let world = world::library().unwrap();
    let gods = God::ALL.iter().map(|god| format!("god-{god}"));
    let senses = Sense::ALL.iter().map(|sense| format!("sense-{sense}"));
    let classes = world.classes.iter().map(|class| class_sigil(&class.name));
    let signs = SIGNS.iter().map(|sign| (*sign).to_owned());
    for wanted in gods.chain(senses).chain(classes).chain(signs) {
        let found = drawn.iter().filter(|id| **id == wanted);
        assert_eq!(found.count(), 1, "{wanted}");
    }
    let symbols: Vec<&str> = sprite
        .split("<symbol")
        .skip(1)
        .filter_map(|symbol| symbol.split_once('>').map(|(_, body)| body))
        .collect();
    let distinct: BTreeSet<&str> = symbols.iter().copied().collect();
    assert_eq!(symbols.len(), distinct.len(), "no two look alike");
    assert!(sprite.len() < 16 * 1024, "{}", sprite.len());
}
