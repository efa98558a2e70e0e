//! Hills, fields, roads, and what people have built on them.

use std::fmt::Write as _;

use super::canvas::{Canvas, HEIGHT, WIDTH};
use super::chance::SeededChance;

/// A line of hills at a height, as steep as the second number says.
pub(super) fn hills(
    canvas: &mut Canvas,
    (height, rise): (i32, i32),
    depth: i32,
    chance: &mut SeededChance,
) {
    let mut line = format!("M0 {HEIGHT}V{height}");
    let mut x = 0;
    while x < WIDTH {
        let wide = chance.between(90, 260);
        let up = chance.between(0, rise);
        let _ = write!(
            line,
            "q{}-{} {wide} {}",
            wide / 2,
            2 * up,
            chance.between(-rise / 3, rise / 3)
        );
        x += wide;
    }
    let _ = write!(line, "V{HEIGHT}z");
    let colour = canvas.colours.at_depth(depth);
    canvas.fill(colour, &line);
}

/// Fields that run to the horizon at a height.
pub(super) fn furrows(canvas: &mut Canvas, height: i32, chance: &mut SeededChance) {
    let colours = canvas.colours;
    canvas.fill(
        colours.at_depth(40),
        &format!("M0 {height}H{WIDTH}V{HEIGHT}H0z"),
    );
    let middle = chance.between(400, 800);
    let mut lines = String::new();
    for step in -13..=13 {
        let _ = write!(
            lines,
            "M{} {height}L{} {HEIGHT}",
            middle + step * 26,
            middle + step * 116
        );
    }
    canvas.line(colours.at_depth(54), 4, &lines);
    let mut hedges = String::new();
    for (y, tall) in [(height + 4, 5), (height + 22, 9)] {
        let mut x = chance.between(-60, 0);
        while x < WIDTH {
            let wide = chance.between(60, 190);
            let _ = write!(
                hedges,
                "M{x} {y}q{}-{tall} {}-{tall}t{} {tall}z",
                wide / 4,
                wide / 2,
                wide / 2
            );
            x += wide + chance.between(30, 160);
        }
    }
    canvas.fill(colours.at_depth(60), &hedges);
}

/// A row of houses with some windows lit.
pub(super) fn roofs(
    canvas: &mut Canvas,
    (foot, tall): (i32, i32),
    depth: i32,
    chance: &mut SeededChance,
) {
    let (mut walls, mut lit) = (String::new(), String::new());
    let mut x = chance.between(-50, 0);
    while x < WIDTH {
        let wide = chance.between(tall / 2 + 10, tall + 10);
        let high = chance.between(tall / 2, tall);
        let gable = wide * chance.between(30, 60) / 100;
        let _ = write!(
            walls,
            "M{x} {HEIGHT}V{}l{} -{gable} {} {gable}V{HEIGHT}z",
            foot - high,
            wide / 2,
            wide / 2
        );
        if chance.happens(50) {
            let _ = write!(
                walls,
                "M{} {}v-{}h{}v{}z",
                x + wide * 3 / 4,
                foot - high,
                gable + 6,
                tall / 9 + 2,
                gable + 6
            );
        }
        if chance.happens(45) {
            let size = tall / 10 + 2;
            let _ = write!(
                lit,
                "M{} {}h{size}v{}h-{size}z",
                x + wide / 3,
                foot - high + tall / 8,
                size * 3 / 2
            );
        }
        x += wide + chance.between(-4, 14);
    }
    let colour = canvas.colours.at_depth(depth);
    canvas.fill(colour, &walls);
    let light = canvas.colours.light;
    canvas.veil(light, 80, &lit);
}

/// A bridge of arches over the whole width, of which some have fallen.
pub(super) fn bridge(canvas: &mut Canvas, standing: usize, chance: &mut SeededChance) {
    let colours = canvas.colours;
    let (top, water, wide) = (150 + chance.between(-8, 8), 320, 236);
    let mut stone = String::new();
    let mut joints = String::new();
    for at in 0..5 {
        let x = i32::try_from(at).unwrap_or(0) * wide + 10;
        let half = wide / 2 - 24;
        if at < standing {
            let _ = write!(
                stone,
                "M{x} {water}V{top}h{wide}V{water}h-24V{}a{half} {half} 0 0 0-{} 0V{water}z",
                top + 24 + half,
                2 * half
            );
            let _ = write!(
                joints,
                "M{x} {}h{wide}M{} {}h18M{} {}h18M{} {}h18",
                top + 12,
                x + 3,
                top + 60,
                x + 3,
                top + 100,
                x + 3,
                top + 140
            );
        } else {
            let (left, right) = (chance.between(50, 100), chance.between(20, 60));
            let _ = write!(
                stone,
                "M{x} {water}v-{left}l8-14 12 4 10 20 6 {left}zM{} {water}l20-{right} 30-10 22 {right}z",
                x + 90
            );
        }
    }
    if standing < 5 {
        let x = i32::try_from(standing).unwrap_or(0) * wide + 10;
        let _ = write!(stone, "M{x} {top}h34l-8 16 14 12-22 18 6 20-24 30z");
    }
    canvas.fill(colours.at_depth(64), &stone);
    canvas.line(colours.at_depth(82), 3, &joints);
}

/// The crowd before everything: heads and shoulders, a hat here and there.
pub(super) fn crowd(canvas: &mut Canvas, chance: &mut SeededChance) {
    let mut heads = String::new();
    let mut x = chance.between(-30, 10);
    while x < WIDTH {
        let (tall, head) = (chance.between(18, 34), chance.between(11, 14));
        let _ = write!(
            heads,
            "M{x} 404q0-{tall} 22-{} -10-8-8-{head}a{head} {head} 0 0 1 {} 0q2 {} -8 {head} 22 2 24 {}z",
            tall + 2,
            2 * head,
            head / 2,
            tall + 2,
        );
        if chance.happens(25) {
            let brim = 404 - tall - head - 4;
            let _ = write!(
                heads,
                "M{} {brim}v-4h8q0-18 {head}-18t{head} 18h8v4z",
                x + 6
            );
        }
        x += chance.between(44, 84);
    }
    let colour = canvas.colours.at_depth(99);
    canvas.fill(colour, &heads);
}

/// A tower close by: its foot, its door, its step; the light of its lamp goes over the land.
pub(super) fn tower_foot(canvas: &mut Canvas, chance: &mut SeededChance) {
    canvas.hatch();
    let colours = canvas.colours;
    let x = if canvas.light.x < WIDTH / 2 {
        880 + chance.between(-60, 60)
    } else {
        320 + chance.between(-60, 60)
    };
    for (y, far) in [(60, 220), (10, 70)] {
        canvas.veil(
            colours.light,
            14,
            &format!("M{x} -40L-80 {y}V{far}zM{x} -40L1280 {y}V{far}z"),
        );
    }
    let stone = colours.at_depth(70);
    canvas.fill(
        stone,
        &format!("M{} 372L{} 0h196L{} 372z", x - 170, x - 98, x + 170),
    );
    let mut joints = String::new();
    for row in 0..10 {
        let (y, half) = (row * 37 + 8, 102 + row * 7);
        let _ = write!(
            joints,
            "M{} {y}h{}M{} {y}h{}",
            x - half,
            40 + row * 13 % 50,
            x + half - 90 + row * 17 % 40,
            40
        );
    }
    canvas.line(colours.at_depth(84), 3, &joints);
    canvas.line(
        stone.with(colours.light, 40),
        3,
        &format!(
            "M{} 0L{} 372",
            if canvas.light.x < x { x - 98 } else { x + 98 },
            if canvas.light.x < x { x - 170 } else { x + 170 }
        ),
    );
    let dark = colours.at_depth(94);
    canvas.fill(
        dark,
        &format!(
            "M{} 360V250q0-46 46-46t46 46v110zM{} 372v-12h140v12z",
            x - 46,
            x - 70
        ),
    );
    canvas.fill(
        colours.light.with(colours.low, 30),
        &format!(
            "M{} 360V252q0-30 26-36V360zM{} 120h14v24h-14z",
            x + 8,
            x - 7
        ),
    );
}

/// A yard: the wall behind it, a store with its door, cobbles.
pub(super) fn yard(canvas: &mut Canvas, chance: &mut SeededChance) {
    let colours = canvas.colours;
    let x = if canvas.light.x < WIDTH / 2 {
        chance.between(700, 900)
    } else {
        chance.between(60, 240)
    };
    canvas.fill(
        colours.at_depth(48),
        &format!("M0 236H{WIDTH}V330H0zM{x} 330V190l120-74 120 74V330z"),
    );
    canvas.line(colours.at_depth(62), 3, &format!("M0 244H{WIDTH}M{} 192L{} 110 {} 192M40 268h60M180 290h70M360 262h60M520 296h80M640 270h60M1000 262h60M1090 296h70", x - 14, x + 120, x + 254));
    canvas.fill(
        colours.at_depth(78),
        &format!("M{} 330v-92h76v92zM{} 150h32v30h-32z", x + 82, x + 104),
    );
    canvas.fill(colours.at_depth(42), &format!("M0 322H{WIDTH}V{HEIGHT}H0z"));
    let mut cobbles = String::new();
    for row in 0..5 {
        let y = 332 + row * 14;
        for at in 0..13 {
            let _ = write!(
                cobbles,
                "M{} {y}q18-9 36 0",
                at * 96 + row * 41 % 80 - 20 + chance.between(-8, 8)
            );
        }
    }
    canvas.line(colours.at_depth(56), 3, &cobbles);
}

/// A road through villages, down from where one stands.
pub(super) fn road(canvas: &mut Canvas, chance: &mut SeededChance) {
    let colours = canvas.colours;
    let x = chance.between(480, 760);
    canvas.fill(
        colours.at_depth(26).with(colours.light, 14),
        &format!(
            "M{a} 286q60 14 20 26t-120 24-60 64h420q-60-40-150-62t-60-40-24-12z",
            a = x - 4
        ),
    );
    let (mut houses, mut lit) = (String::new(), String::new());
    for (dx, y, size) in [
        (40, 296, 9),
        (-90, 306, 12),
        (150, 322, 17),
        (-280, 330, 19),
        (330, 348, 26),
        (-440, 352, 28),
    ] {
        for at in 0..3 {
            let (left, wide) = (x + dx + at * size * 2, size * 2 - 3);
            let _ = write!(
                houses,
                "M{left} {y}v-{size}l{} -{size} {} {size}v{size}z",
                wide / 2,
                wide / 2
            );
            if at == 1 {
                let _ = write!(
                    lit,
                    "M{} {}h{q}v{q}h-{q}z",
                    left + wide / 3,
                    y - size + 2,
                    q = size / 3
                );
            }
        }
    }
    canvas.fill(colours.at_depth(72), &houses);
    canvas.fill(colours.light, &lit);
}

/// Trees in rows.
pub(super) fn trees(canvas: &mut Canvas, depth: i32, chance: &mut SeededChance) {
    let mut crowns = String::new();
    let mut x = chance.between(-20, 40);
    while x < WIDTH {
        let (size, foot) = (chance.between(34, 58), 322 + chance.between(0, 20));
        let _ = write!(
            crowns,
            "M{} {foot}l4-{size}h-{a}q-{size}-10-{b}-{size} 4-{size} {size}-{size} {size} 0 {size} {size} 4 {b}-{a} {size}h-{a}l4 {size}z",
            x - 6,
            a = size / 2,
            b = size * 2 / 3
        );
        x += chance.between(90, 170);
    }
    let colour = canvas.colours.at_depth(depth);
    canvas.fill(colour, &crowns);
}
