//! Vaults, stairs and porches.

use std::fmt::Write as _;

use super::canvas::{Canvas, HEIGHT, WIDTH};
use super::chance::SeededChance;
use super::indoors::{FLOOR, wall};
use super::palette::Hour;
use super::props::named;
use super::{lands, outdoors};

/// Arches of stone, one behind the other, over flags or water.
pub(super) fn vault(canvas: &mut Canvas, is_wet: bool, chance: &mut SeededChance) {
    let colours = canvas.colours;
    canvas.fill(
        colours.low.with(colours.high, 35),
        &format!("M0 0H{WIDTH}V{HEIGHT}H0z"),
    );
    let middle = WIDTH / 2 + chance.between(-90, 90);
    canvas.glow(canvas.light.x, canvas.light.y, canvas.light.reach + 100);
    for (half, spring, depth) in [(250, 168, 24), (380, 190, 42), (530, 216, 62)] {
        let (left, right) = (middle - half, middle + half);
        let rise = half * 4 / 10;
        canvas.fill(colours.at_depth(depth), &format!(
            "M0 0H{WIDTH}V{HEIGHT}H{right}V{spring}C{right} {up} {a} {top} {middle} {top}S{left} {up} {left} {spring}V{HEIGHT}H0z",
            up = spring - rise * 6 / 10, a = middle + half * 6 / 10, top = spring - rise,
        ));
        let mut joints = String::new();
        for row in 0..7 {
            let y = spring + row * 28;
            let _ = write!(
                joints,
                "M{left} {y}h-{}M{right} {y}h{}",
                46 + (row * 17) % 30,
                46 + (row * 23) % 30
            );
        }
        canvas.line(colours.at_depth(depth + 18), 3, &joints);
    }
    let floor = colours.at_depth(if is_wet { 48 } else { 56 });
    canvas.fill(floor, &format!("M0 {FLOOR}H{WIDTH}V{HEIGHT}H0z"));
    canvas.pool(canvas.light.x, FLOOR + 34);
    if is_wet {
        outdoors::ripples(canvas, FLOOR + 6, chance);
    } else {
        canvas.line(colours.at_depth(84), 2, &format!("M0 {FLOOR}H{WIDTH}M0 352H{WIDTH}M120 {FLOOR}l-30 22M420 {FLOOR}l-8 22M760 {FLOOR}l8 22M1060 {FLOOR}l30 22M300 352l-30 48M600 352v48M900 352l30 48"));
    }
    canvas.hatch();
}

/// A stair that winds round a post, in a tower cut open.
pub(super) fn stair(canvas: &mut Canvas, chance: &mut SeededChance) {
    wall(canvas);
    let colours = canvas.colours;
    let mut stones = String::new();
    for row in 0..11 {
        let y = row * 38 + 10;
        for at in 0..6 {
            let x = 270 + at * 118 + (row % 2) * 58 + chance.between(-12, 12);
            let _ = write!(stones, "M{x} {y}h{}", chance.between(30, 70));
        }
    }
    canvas.line(colours.at_depth(54), 2, &stones);
    let (left, right, tread, rise) = (250, 950, 50, 15);
    for (base, depth, forth) in [(60, 46, false), (300, 46, false)] {
        flight(
            canvas,
            (if forth { left } else { right }, base),
            if forth { tread } else { -tread },
            rise,
            depth,
        );
    }
    let x = if canvas.light.x < 600 { 430 } else { 770 };
    canvas.fill(
        colours.light,
        &format!("M{} 262V140q16-30 32 0v122z", x - 16),
    );
    canvas.glow(x, 200, 250);
    let post = colours.at_depth(64);
    canvas.fill(post, &format!("M564 0H636V{HEIGHT}H564z"));
    canvas.line(
        colours.at_depth(80),
        3,
        "M564 60h72M564 128h72M564 196h72M564 264h72M564 332h72",
    );
    for base in [150, 400, 610] {
        flight(canvas, (left, base), tread, rise, 80);
    }
    if let Some(boots) = named("shoe") {
        let steps = chance.between(3, 5);
        for step in [steps, steps + 5] {
            canvas.set(
                boots.shape,
                (left + step * tread + 26, 400 - (step + 1) * rise),
                58,
                92,
            );
        }
    }
    let near = colours.at_depth(94);
    canvas.fill(
        near,
        &format!("M0 0H{left}V{HEIGHT}H0zM{right} 0H{WIDTH}V{HEIGHT}H{right}z"),
    );
    let mut joints = String::new();
    for row in 0..10 {
        let y = 20 + row * 40;
        let _ = write!(
            joints,
            "M{} {y}H{left}M{right} {y}h{}",
            250 - 60 - (row * 29) % 50,
            60 + (row * 31) % 50
        );
    }
    canvas.line(colours.at_depth(72), 3, &joints);
    canvas.hatch();
}

/// Fourteen steps up.
fn flight(canvas: &mut Canvas, (x, y): (i32, i32), tread: i32, rise: i32, depth: i32) {
    let mut steps = format!("M{x} {y}");
    for _ in 0..14 {
        let _ = write!(steps, "v-{rise}h{tread}");
    }
    let _ = write!(steps, "v34L{x} {}z", y + 34);
    let colour = canvas.colours.at_depth(depth);
    let edge = colour.with(canvas.colours.light, 40);
    canvas.fill(colour, &steps);
    let edges = steps.split('v').take(15).collect::<Vec<_>>().join("v");
    canvas.line(edge, 2, &edges);
}

/// One arch of stone before the open air, with a bench along the wall.
pub(super) fn porch(canvas: &mut Canvas, hour: Hour, chance: &mut SeededChance) {
    outdoors::sky(canvas, hour, chance);
    lands::roofs(canvas, (300, 90), 40, chance);
    let colours = canvas.colours;
    let ground = colours.at_depth(58);
    canvas.fill(ground, &format!("M0 300H{WIDTH}V{HEIGHT}H0z"));
    for (inset, depth) in [(0, 70), (-46, 86)] {
        let (left, right) = (330 + inset, 870 - inset);
        canvas.fill(colours.at_depth(depth), &format!(
            "M0 0H{WIDTH}V{HEIGHT}H{right}V200Q{right} 60 600 {top}Q{left} 60 {left} 200V{HEIGHT}H0z", top = 14 + inset / 2,
        ));
    }
    let joint = colours.at_depth(66);
    canvas.line(joint, 3, "M0 120h150M60 190h180M0 260h130M150 320h130M1050 120h150M960 190h180M1070 260h130M920 320h130M150 120v70M240 190v70M960 120v70M1060 190v70M130 260v60M1070 260v60");
    canvas.fill(
        colours.at_depth(78),
        &format!("M0 {FLOOR}H{WIDTH}V{HEIGHT}H0zM0 292H284v20H0zM916 292h284v20H916z"),
    );
    canvas.glow(canvas.light.x, canvas.light.y, 300);
}
