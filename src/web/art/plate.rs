//! One picture, put together.

use game::content::{Mood, Tone};

use super::canvas::{Canvas, HEIGHT, Light, WIDTH};
use super::chance::SeededChance;
use super::palette::{Hour, Palette};
use super::props::{StandsOn, named};
use super::setting::{PlaceKind, PlateWords, Weather, hour_of, speaks_of, weather_of};
use super::staging::{Ground, LightSource, Placed, light_of, stage};
use super::{indoors, lands, outdoors, stonework, works};

/// Draws the picture of a scene. The same words are always drawn the same way.
pub fn scene_plate(words: &PlateWords<'_>) -> String {
    let mut chance = SeededChance::of(words.name);
    let setting = PlaceKind::of(words);
    let hour = hour_of(words);
    let is_wet =
        setting == PlaceKind::Vault && speaks_of(words, &["dock", "tide", "cistern", "flood"]);
    let mut ground = ground_of(setting);
    ground.roof &= !is_wet;
    ground.walls &= !is_wet;
    let mut placed = stage(words, ground, &mut chance);
    let (light, source) = light_of(&placed, setting, hour, &mut chance);
    if source == LightSource::Lamp {
        placed.extend(named("lantern").map(|prop| Placed {
            prop,
            at: (light.x, light.y - 72),
            percent: 120,
            depth: 90,
        }));
    }
    let mut canvas = Canvas::new(Palette::of(words.mood, hour), light);
    let hung = placed.iter().filter(|one| one.prop.stand == StandsOn::Wall);
    let hung: Vec<i32> = hung.map(|one| one.at.0).collect();
    backdrop(
        &mut canvas,
        setting,
        (hour, source),
        (words, &hung, is_wet),
        &mut chance,
    );
    props(&mut canvas, &placed);
    weather(&mut canvas, weather_of(words), setting, &mut chance);
    foreground(&mut canvas, setting, (words, &placed), &mut chance);
    canvas.finish()
}

fn ground_of(setting: PlaceKind) -> Ground {
    let (floor, percent, widest) = match setting {
        PlaceKind::Room => (350, 150, 130),
        PlaceKind::Hall => (354, 128, 130),
        PlaceKind::Vault => (358, 132, 200),
        PlaceKind::Stair | PlaceKind::Gallery => (338, 100, 0),
        PlaceKind::ClockRoom => (380, 120, 24),
        PlaceKind::LampRoom => (376, 130, 33),
        PlaceKind::Belfry => (352, 104, 33),
        PlaceKind::Porch => (352, 128, 60),
        PlaceKind::Coach => (388, 170, 50),
        PlaceKind::River => (384, 92, 120),
        PlaceKind::Sea => (374, 92, 120),
        PlaceKind::Street => (364, 104, 100),
        PlaceKind::Land => (366, 100, 120),
        PlaceKind::Marsh => (382, 92, 120),
    };
    let walls = matches!(
        setting,
        PlaceKind::Room | PlaceKind::Hall | PlaceKind::Vault
    );
    Ground {
        floor,
        percent,
        widest,
        roof: !setting.is_open(),
        walls,
    }
}

fn backdrop(
    canvas: &mut Canvas,
    setting: PlaceKind,
    (hour, source): (Hour, LightSource),
    (words, hung, is_wet): (&PlateWords<'_>, &[i32], bool),
    chance: &mut SeededChance,
) {
    match setting {
        PlaceKind::Room => indoors::room(canvas, (hour, source), hung, chance),
        PlaceKind::Hall => indoors::hall(canvas, hour, source, chance),
        PlaceKind::Vault => stonework::vault(canvas, is_wet, chance),
        PlaceKind::Stair => stonework::stair(canvas, chance),
        PlaceKind::ClockRoom => works::clock_room(canvas, chance),
        PlaceKind::Belfry => works::belfry(canvas, hour, chance),
        PlaceKind::LampRoom => works::lamp_room(canvas, hour, chance),
        PlaceKind::Gallery => works::gallery(canvas, hour, chance),
        PlaceKind::Porch => stonework::porch(canvas, hour, chance),
        PlaceKind::Coach => indoors::coach(canvas, hour, chance),
        PlaceKind::River
        | PlaceKind::Sea
        | PlaceKind::Street
        | PlaceKind::Land
        | PlaceKind::Marsh => {
            open_air(canvas, setting, hour, words, chance);
            canvas.hatch();
        }
    }
}

fn open_air(
    canvas: &mut Canvas,
    setting: PlaceKind,
    hour: Hour,
    words: &PlateWords<'_>,
    chance: &mut SeededChance,
) {
    outdoors::sky(canvas, hour, chance);
    let tower = speaks_of(words, &["lighthouse", "lamp", "light", "lights"]);
    let far = (chance.between(140, 1060), chance.between(30, 42));
    match setting {
        PlaceKind::River => {
            lands::hills(canvas, (262, 50), 14, chance);
            lands::roofs(canvas, (290, 34), 28, chance);
            outdoors::water(canvas, 312, 34, chance);
            if speaks_of(words, &["bridge", "arch", "arches"]) {
                let fallen = speaks_of(words, &["broken", "fell", "fallen", "two"]);
                lands::bridge(canvas, if fallen { 2 } else { 5 }, chance);
            }
            lands::hills(canvas, (372, 12), 66, chance);
        }
        PlaceKind::Sea => {
            outdoors::water(canvas, 226, 22, chance);
            lands::hills(canvas, (316, 36), 44, chance);
            if tower {
                outdoors::far_light(canvas, (far.0, 300), far.1 + 18);
            }
            lands::hills(canvas, (352, 16), 60, chance);
        }
        PlaceKind::Street => {
            lands::roofs(canvas, (290, 120), 16, chance);
            lands::roofs(canvas, (336, 150), 40, chance);
            let ground = canvas.colours.at_depth(54);
            canvas.fill(ground, &format!("M0 330H{WIDTH}V{HEIGHT}H0z"));
            canvas.pool(WIDTH / 2, 360);
        }
        PlaceKind::Marsh => {
            lands::hills(canvas, (258, 18), 20, chance);
            if tower {
                outdoors::far_light(canvas, (far.0, 268), far.1);
            }
            outdoors::water(canvas, 276, 36, chance);
            lands::hills(canvas, (376, 8), 64, chance);
        }
        PlaceKind::Land => land(canvas, words, (tower, far), chance),
        PlaceKind::Room
        | PlaceKind::Hall
        | PlaceKind::Vault
        | PlaceKind::Stair
        | PlaceKind::ClockRoom
        | PlaceKind::Belfry
        | PlaceKind::LampRoom
        | PlaceKind::Gallery
        | PlaceKind::Porch
        | PlaceKind::Coach => {}
    }
}

fn land(
    canvas: &mut Canvas,
    words: &PlateWords<'_>,
    (tower, (x, percent)): (bool, (i32, i32)),
    chance: &mut SeededChance,
) {
    let place = words.place.to_lowercase();
    let grown = ["orchard", "garden", "wood", "forest"];
    lands::hills(canvas, (262, 40), 14, chance);
    if grown.iter().any(|word| place.contains(word)) {
        lands::furrows(canvas, 290, chance);
        lands::trees(canvas, 44, chance);
        lands::trees(canvas, 66, chance);
    } else if place.contains("yard") {
        lands::yard(canvas, chance);
    } else {
        lands::roofs(canvas, (286, 24), 26, chance);
        lands::furrows(canvas, 284, chance);
        if place.contains("road") {
            lands::road(canvas, chance);
        }
        if place.contains("step") {
            lands::tower_foot(canvas, chance);
        } else if place.contains("lighthouse") {
            outdoors::far_light(canvas, (x, 344), 86);
        } else if tower {
            outdoors::far_light(canvas, (x, 290), percent + 20);
        }
    }
}

fn weather(canvas: &mut Canvas, weather: Weather, setting: PlaceKind, chance: &mut SeededChance) {
    if !setting.is_open() || setting == PlaceKind::Gallery {
        return;
    }
    match weather {
        Weather::Clear => {}
        Weather::Rain => outdoors::rain(canvas, chance),
        Weather::Fog => outdoors::fog(canvas, 230, chance),
        Weather::Snow => outdoors::snow(canvas, chance),
    }
}

/// Sets the things, the far ones first.
fn props(canvas: &mut Canvas, placed: &[Placed]) {
    let mut ordered: Vec<&Placed> = placed.iter().collect();
    ordered.sort_by_key(|one| one.depth);
    for one in ordered {
        canvas.set(one.prop.shape, one.at, one.percent, one.depth);
        if let Some((x, y)) = one.shines_at() {
            canvas.glow(x, y, 120);
        }
    }
}

/// The words for more people than can be drawn one by one.
const MANY: [&str; 8] = [
    "crowd", "families", "people", "voices", "fifty", "forty", "jury", "aldermen",
];

fn foreground(
    canvas: &mut Canvas,
    setting: PlaceKind,
    (words, placed): (&PlateWords<'_>, &[Placed]),
    chance: &mut SeededChance,
) {
    match setting {
        PlaceKind::Land if words.place.contains("yard") => {}
        PlaceKind::Land | PlaceKind::Marsh | PlaceKind::River | PlaceKind::Sea => {
            let tall = if setting == PlaceKind::Marsh { 130 } else { 80 };
            outdoors::reeds(canvas, tall, chance);
        }
        PlaceKind::Hall | PlaceKind::Street if speaks_of(words, &MANY) => {
            lands::crowd(canvas, chance);
        }
        PlaceKind::Room => {
            let is_free = |x: i32| placed.iter().all(|one| (one.at.0 - x).abs() > 220);
            indoors::near(canvas, is_free, chance);
        }
        PlaceKind::Hall
        | PlaceKind::Street
        | PlaceKind::Vault
        | PlaceKind::Stair
        | PlaceKind::ClockRoom
        | PlaceKind::Belfry
        | PlaceKind::LampRoom
        | PlaceKind::Gallery
        | PlaceKind::Porch
        | PlaceKind::Coach => {}
    }
}

/// Draws the picture of an ending: the land its quest is remembered by, in the light of its tone. `about` is what is
/// written of the quest: its title and its pitch.
pub fn ending_plate(name: &str, tone: Tone, about: &str) -> String {
    let mut chance = SeededChance::of(name);
    let (hour, y) = match tone {
        Tone::Dawn => (Hour::Dawn, 226),
        Tone::Dusk => (Hour::Dusk, 190),
        Tone::Bitter => (Hour::Night, 90),
    };
    let x = chance.between(240, 960);
    let mut canvas = Canvas::new(Palette::of_ending(tone), Light { x, y, reach: 440 });
    let words = PlateWords {
        name,
        mood: Mood::Solemn,
        place: about,
        title: "",
        prose: "",
    };
    outdoors::sky(&mut canvas, hour, &mut chance);
    lands::hills(&mut canvas, (270, 60), 12, &mut chance);
    if speaks_of(&words, &["bridge", "river"]) {
        outdoors::water(&mut canvas, 312, 30, &mut chance);
        let standing = if tone == Tone::Dawn { 5 } else { 2 };
        lands::bridge(&mut canvas, standing, &mut chance);
    } else if speaks_of(&words, &["sea", "lighthouse"]) {
        outdoors::water(&mut canvas, 276, 24, &mut chance);
        lands::hills(&mut canvas, (330, 30), 46, &mut chance);
        let away = if x < WIDTH / 2 { x + 380 } else { x - 380 };
        outdoors::far_light(&mut canvas, (away, 330), 70);
    } else {
        lands::roofs(&mut canvas, (300, 80), 26, &mut chance);
        lands::roofs(&mut canvas, (340, 70), 50, &mut chance);
        if speaks_of(&words, &["bell", "tower", "church"])
            && let Some(church) = named("church")
        {
            canvas.set(church.shape, (WIDTH - x, 352), 140, 60);
        }
    }
    lands::hills(&mut canvas, (362, 22), 74, &mut chance);
    canvas.hatch();
    outdoors::reeds(&mut canvas, 90, &mut chance);
    canvas.finish()
}

/// Draws the picture of the front door: a lighthouse over the fields, and those who come to it.
pub fn front_plate() -> String {
    scene_plate(&PlateWords {
        name: "the front door",
        mood: Mood::Solemn,
        place: "a road to a lighthouse",
        title: "",
        prose: "at dusk a man, a woman, a child and a dog",
    })
}
