//! Skies, waters, weather, and what light does in them.

use std::fmt::Write as _;

use super::canvas::{Canvas, HEIGHT, WIDTH};
use super::chance::SeededChance;
use super::palette::Hour;
use super::props::named;

/// The sky with what is in it, down to the bottom of the picture.
pub(super) fn sky(canvas: &mut Canvas, hour: Hour, chance: &mut SeededChance) {
    let colours = canvas.colours;
    canvas.write(format_args!(
        "<linearGradient id=\"k\" x2=\"0\" y2=\"1\"><stop stop-color=\"{}\"/><stop offset=\".8\" stop-color=\"{}\"/></linearGradient><path fill=\"url(#k)\" d=\"M0 0h{WIDTH}v{HEIGHT}H0z\"/>",
        colours.high,
        colours.low.with(colours.light, 12),
    ));
    let light = canvas.light;
    if hour == Hour::Night {
        let mut stars = String::new();
        for _ in 0..34 {
            let size = chance.between(1, 3);
            let _ = write!(
                stars,
                "M{} {}h{size}v{size}h-{size}z",
                chance.between(0, WIDTH),
                chance.between(0, 210)
            );
        }
        canvas.veil(colours.light, 70, &stars);
    }
    canvas.glow(light.x, light.y, light.reach);
    if hour == Hour::Night {
        canvas.fill(
            colours.light,
            &format!(
                "M{} {}a27 27 0 1 0 28 34 23 23 0 0 1-28-34z",
                light.x,
                light.y - 27
            ),
        );
    } else {
        canvas.write(format_args!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{}\"/>",
            light.x,
            light.y,
            chance.between(26, 40),
            colours.light.with(colours.low, 18),
        ));
    }
    let cloud = colours.low.with(colours.light, 26);
    for _ in 0..4 {
        let (x, y) = (chance.between(-160, 1000), chance.between(40, 210));
        let wide = chance.between(120, 260);
        canvas.veil(
            cloud,
            chance.between(14, 30),
            &format!(
                "M{x} {y}q{a}-22 {b}-14 {c}-24 {d} 4 {a}-8 {b} 10z",
                a = wide / 4,
                b = wide / 2,
                c = wide / 3,
                d = wide * 2 / 3,
            ),
        );
    }
}

/// Light on water, from a height down.
pub(super) fn ripples(canvas: &mut Canvas, top: i32, chance: &mut SeededChance) {
    let light = canvas.light;
    let (mut bright, mut dim) = (String::new(), String::new());
    for row in 0..9 {
        let y = top + row * row + row * 2;
        if y > HEIGHT {
            break;
        }
        let wide = 16 + row * 12;
        let _ = write!(
            bright,
            "M{} {y}h{}",
            light.x - wide + chance.between(-14, 14),
            wide * 2 - chance.between(0, 20)
        );
        for _ in 0..4 {
            let _ = write!(
                dim,
                "M{} {}h{}",
                chance.between(0, WIDTH),
                y + chance.between(-3, 3),
                chance.between(20, 90)
            );
        }
    }
    let colours = canvas.colours;
    canvas.line(colours.low.with(colours.light, 20), 2, &dim);
    canvas.line(colours.light.with(colours.low, 20), 3, &bright);
}

/// Fog that lies at a height.
pub(super) fn fog(canvas: &mut Canvas, height: i32, chance: &mut SeededChance) {
    let colour = canvas.colours.low.with(canvas.colours.light, 30);
    for (at, opacity) in [(0, 22), (34, 30), (70, 34)] {
        let y = height + at;
        let mut bank = format!("M-60 {}V{y}", y + 90);
        let mut x = -60;
        while x < WIDTH + 60 {
            let wide = chance.between(120, 240);
            let _ = write!(bank, "q{}-{} {wide} 0", wide / 2, chance.between(20, 54));
            x += wide;
        }
        let _ = write!(bank, "v90q-600 34-1320 0z");
        canvas.veil(colour, opacity, &bank);
    }
}

/// Rain across the whole picture.
pub(super) fn rain(canvas: &mut Canvas, chance: &mut SeededChance) {
    let mut drops = String::new();
    for _ in 0..60 {
        let long = chance.between(14, 40);
        let _ = write!(
            drops,
            "M{} {}l-{} {long}",
            chance.between(0, WIDTH),
            chance.between(-20, 360),
            long / 4
        );
    }
    let colour = canvas.colours.low.with(canvas.colours.light, 40);
    canvas.line(colour, 1, &drops);
}

/// Snow, or frost on the air.
pub(super) fn snow(canvas: &mut Canvas, chance: &mut SeededChance) {
    let mut flakes = String::new();
    for _ in 0..60 {
        let _ = write!(
            flakes,
            "M{} {}h3v3h-3z",
            chance.between(0, WIDTH),
            chance.between(0, HEIGHT)
        );
    }
    let colour = canvas.colours.light;
    canvas.veil(colour, 70, &flakes);
}

/// Grass or reeds before everything, from the bottom up.
pub(super) fn reeds(canvas: &mut Canvas, tall: i32, chance: &mut SeededChance) {
    let mut blades = String::new();
    for side in [chance.between(-20, 120), chance.between(860, 1000)] {
        for at in 0..16 {
            let (x, high) = (
                side + at * 13 + chance.between(-5, 5),
                chance.between(tall / 2, tall),
            );
            let lean = chance.between(-22, 22);
            let _ = write!(
                blades,
                "M{x} 404q2-{} {lean}-{high} 2 {} 9 {high}z",
                high / 2,
                high / 2
            );
        }
    }
    let colour = canvas.colours.at_depth(98);
    canvas.fill(colour, &blades);
}

/// Water below a height, to the bottom.
pub(super) fn water(canvas: &mut Canvas, top: i32, depth: i32, chance: &mut SeededChance) {
    let colour = canvas.colours.at_depth(depth);
    canvas.fill(colour, &format!("M0 {top}H{WIDTH}V{HEIGHT}H0z"));
    ripples(canvas, top + 6, chance);
}

/// A lighthouse far off, with its beam.
pub(super) fn far_light(canvas: &mut Canvas, (x, foot): (i32, i32), percent: i32) {
    canvas.hatch();
    let y = foot - 254 * percent / 100;
    let colour = canvas.colours.light;
    canvas.veil(
        colour,
        22,
        &format!(
            "M{x} {y}L-100 {}V{}zM{x} {y}L1300 {}V{}z",
            y - 60,
            y + 30,
            y - 40,
            y + 60
        ),
    );
    canvas.glow(x, y, 190);
    if let Some(tower) = named("the lighthouse") {
        canvas.set(tower.shape, (x, foot), percent, 62);
    }
}
