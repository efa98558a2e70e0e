//! Places that are one great thing: a clock, a bell, a lamp and what it looks out upon.

use std::fmt::Write as _;

use super::canvas::{Canvas, HEIGHT, WIDTH};
use super::chance::SeededChance;
use super::palette::Hour;
use super::props::named;
use super::{lands, outdoors};

/// Behind the face of a clock: the dial against the sky, the wheels before it.
pub(super) fn clock_room(canvas: &mut Canvas, chance: &mut SeededChance) {
    let colours = canvas.colours;
    canvas.fill(colours.at_depth(66), &format!("M0 0H{WIDTH}V{HEIGHT}H0z"));
    let (x, y) = (canvas.light.x.clamp(330, 870), 172);
    canvas.glow(x, y, 430);
    canvas.write(format_args!(
        "<circle cx=\"{x}\" cy=\"{y}\" r=\"150\" fill=\"{}\"/><circle cx=\"{x}\" cy=\"{y}\" r=\"118\" fill=\"none\" stroke=\"{}\" stroke-width=\"3\"/>",
        colours.low.with(colours.light, 62),
        colours.at_depth(50),
    ));
    let mark = colours.at_depth(74);
    for hour in 0..12 {
        canvas.write(format_args!(
            "<path fill=\"{mark}\" transform=\"rotate({} {x} {y})\" d=\"M{} {}h8v24h-8z\"/>",
            hour * 30,
            x - 4,
            y - 146,
        ));
    }
    canvas.write(format_args!(
        "<path fill=\"{mark}\" transform=\"rotate(-8 {x} {y})\" d=\"M{x} {}l7 112-7 22-7-22z\"/><path fill=\"{mark}\" transform=\"rotate(-118 {x} {y})\" d=\"M{x} {}l5 112-5 16-5-16z\"/>",
        y - 84, y - 118,
    ));
    if let Some(wheel) = named("great wheel") {
        let side = if x > WIDTH / 2 { -1 } else { 1 };
        canvas.set(wheel.shape, (x + side * 330, 424), 200, 82);
        canvas.set(wheel.shape, (x + side * 90, 400), 92, 90);
        canvas.set(wheel.shape, (x - side * 380, 330), 120, 74);
    }
    let beam = colours.at_depth(92);
    let rope = chance.between(60, 150);
    canvas.fill(beam, &format!("M0 0H{WIDTH}V26H0zM{a} 0h26V{HEIGHT}h-26zM0 366H{WIDTH}V{HEIGHT}H0zM{rope} 0h6V300h-6z", a = WIDTH - rope));
}

/// Under a bell: openings to the sky, roofs far below.
pub(super) fn belfry(canvas: &mut Canvas, hour: Hour, chance: &mut SeededChance) {
    outdoors::sky(canvas, hour, chance);
    lands::roofs(canvas, (318, 60), 34, chance);
    lands::roofs(canvas, (346, 46), 54, chance);
    let near = canvas.colours.at_depth(82);
    let mut wall = format!("M0 0H{WIDTH}V{HEIGHT}H0z");
    for left in [70, 440, 810] {
        let _ = write!(wall, "M{left} 336V150q0-110 160-128 160 18 160 128V336z");
    }
    canvas.write(format_args!(
        "<path fill-rule=\"evenodd\" fill=\"{near}\" d=\"{wall}\"/>"
    ));
    let edge = near.with(canvas.colours.light, 26);
    canvas.line(edge, 3, "M62 344V150q0-116 168-136 168 20 168 136V344M432 344V150q0-116 168-136 168 20 168 136V344M802 344V150q0-116 168-136 168 20 168 136V344M0 344H1200M0 356H1200");
    if let Some(bell) = named("great bell") {
        canvas.set(bell.shape, (600, 58), 165, 94);
    }
    let beam = canvas.colours.at_depth(98);
    canvas.fill(beam, &format!("M0 0H{WIDTH}V30H0zM560 24h80v30h-80z"));
}

/// Inside a lamp: lenses round the flame, panes round the lenses, the land beyond.
pub(super) fn lamp_room(canvas: &mut Canvas, hour: Hour, chance: &mut SeededChance) {
    outdoors::sky(canvas, hour, chance);
    lands::hills(canvas, (300, 10), 46, chance);
    let colours = canvas.colours;
    let light = canvas.light;
    canvas.veil(
        colours.light,
        18,
        &format!(
            "M{x} {y}L-200 {a}V{b}zM{x} {y}L1400 {a}V{b}z",
            x = light.x,
            y = light.y,
            a = light.y - 130,
            b = light.y + 90
        ),
    );
    canvas.glow(light.x, light.y, 420);
    let bar = colours.at_depth(80);
    let mut panes = String::new();
    for at in 0..8 {
        let x = at * 172 - 4 + chance.between(-3, 3);
        let _ = write!(
            panes,
            "M{x} 0V{HEIGHT}M{x} 0l86 160-86 160M{} 0l-86 160 86 160",
            x + 172
        );
    }
    canvas.line(bar, 5, &format!("{panes}M0 322H{WIDTH}"));
    let glass = colours.low.with(colours.light, 70);
    for (wide, thick) in [(52, 4), (84, 3), (112, 3), (134, 5)] {
        canvas.write(format_args!(
            "<ellipse cx=\"{}\" cy=\"{}\" rx=\"{wide}\" ry=\"{}\" fill=\"none\" stroke=\"{glass}\" stroke-width=\"{thick}\"/>",
            light.x, light.y, wide * 12 / 10,
        ));
    }
    let (x, y) = (light.x, light.y);
    canvas.line(
        bar,
        6,
        &format!(
            "M{x} {}V{}M{} {y}h64M{} {y}h64",
            y - 162,
            y - 96,
            x - 146,
            x + 82
        ),
    );
    canvas.fill(
        colours.light,
        &format!("M{x} {}q30 44 18 70h-36q-12-26 18-70z", y - 52),
    );
    let brass = colours.at_depth(88);
    canvas.fill(brass, &format!(
        "M{} {}h76l14 26h-104zM{} {}h140l20 24H{}zM{} {}h100V{HEIGHT}h-100zM0 372H{WIDTH}V{HEIGHT}H0z",
        x - 38, y + 22, x - 70, y + 150, x - 90, x - 50, y + 172,
    ));
}

/// Outside a lamp, high up: the rail, the land below, what comes over it.
pub(super) fn gallery(canvas: &mut Canvas, hour: Hour, chance: &mut SeededChance) {
    outdoors::sky(canvas, hour, chance);
    lands::hills(canvas, (268, 8), 30, chance);
    lands::furrows(canvas, 276, chance);
    outdoors::fog(canvas, 210, chance);
    if let Some(child) = named("child") {
        let x = chance.between(520, 700);
        canvas.set(child.shape, (x, 322), 58, 88);
        let near = canvas.colours.at_depth(50);
        canvas.veil(near, 40, &format!("M{} 322h44l120 36H{}z", x - 22, x - 120));
    }
    let near = canvas.colours.at_depth(96);
    let side = if canvas.light.x < WIDTH / 2 { 0 } else { WIDTH };
    let mut rail = format!("M0 326H{WIDTH}v11H0zM0 360H{WIDTH}v7H0zM0 392H{WIDTH}v8H0z");
    for at in 0..17 {
        let _ = write!(rail, "M{} 330h8V{HEIGHT}h-8z", at * 74 + 12);
    }
    let inward = if side == 0 { 1 } else { -1 };
    let _ = write!(rail, "M{side} 0h{}V{HEIGHT}H{side}z", inward * 120);
    canvas.fill(near, &rail);
    let glass = canvas.colours.low.with(canvas.colours.light, 60);
    canvas.line(
        glass,
        3,
        &format!(
            "M{a} 0V320M{b} 0V320M{a} 20L{b} 90 {a} 160 {b} 230 {a} 300",
            a = side + inward * 30,
            b = side + inward * 96
        ),
    );
    canvas.glow(side + inward * 62, 150, 330);
}
