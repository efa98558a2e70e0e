//! Rooms of every kind, as they stand behind what happens in them.

use std::fmt::Write as _;

use super::canvas::{Canvas, HEIGHT, WIDTH};
use super::chance::SeededChance;
use super::palette::Hour;
use super::staging::LightSource;
use super::{lands, outdoors};

/// The line where walls meet the floor.
pub(super) const FLOOR: i32 = 330;

/// A room somebody lives in: papered or boarded walls, a rail, a window, a floor of boards. `hung` is where things hang
/// on the wall, so that the window keeps clear of them.
pub(super) fn room(
    canvas: &mut Canvas,
    (hour, source): (Hour, LightSource),
    hung: &[i32],
    chance: &mut SeededChance,
) {
    wall(canvas);
    let dark = canvas.colours.at_depth(58);
    let papered = chance.happens(55);
    let step = chance.between(26, 44);
    let mut paper = String::new();
    for x in (chance.between(4, 20)..WIDTH).step_by(usize::try_from(step).unwrap_or(30)) {
        if papered {
            let _ = write!(paper, "M{x} 34V236");
        } else {
            let _ = write!(paper, "M{x} {}h{}", chance.between(44, 226), step - 8);
        }
    }
    canvas.line(dark, if papered { 2 } else { 3 }, &paper);
    let mut panels = format!("M0 238H{WIDTH}M0 246H{WIDTH}");
    let wide = chance.between(90, 150);
    for x in (12..WIDTH).step_by(usize::try_from(wide).unwrap_or(100)) {
        let _ = write!(panels, "M{x} 256h{}v60h-{}z", wide - 20, wide - 20);
    }
    canvas.line(dark, 3, &panels);
    let cornice = canvas.colours.at_depth(80);
    canvas.fill(cornice, &format!("M0 0H{WIDTH}V22H0zM0 26H{WIDTH}v5H0z"));
    boards(canvas, chance);
    canvas.hatch();
    let light = canvas.light.x;
    let x = if source == LightSource::Window {
        light
    } else {
        let free =
            |x: &i32| (light - x).abs() > 170 && hung.iter().all(|other| (other - x).abs() > 210);
        let mut places = [160, 1040, 340, 860, 600].into_iter();
        places.find(free).unwrap_or(-200)
    };
    window(canvas, hour, x, chance);
    if source == LightSource::Window {
        let lean = if x > WIDTH / 2 { -150 } else { 150 };
        canvas.veil(
            canvas.colours.light,
            16,
            &format!(
                "M{} 212h96L{} 400H{}z",
                x - 48,
                x + 190 + lean,
                x - 90 + lean
            ),
        );
    }
    let rug = canvas.colours.at_depth(62);
    canvas.fill(
        rug,
        &format!(
            "M{} 366a{} 20 0 1 0 2 0z",
            chance.between(420, 760),
            chance.between(220, 320)
        ),
    );
}

/// A wall in the light.
pub(super) fn wall(canvas: &mut Canvas) {
    let colours = canvas.colours;
    canvas.fill(colours.at_depth(34), &format!("M0 0H{WIDTH}V{HEIGHT}H0z"));
    let light = canvas.light;
    canvas.glow(light.x, light.y, light.reach + 130);
}

/// Boards that run to the eye.
fn boards(canvas: &mut Canvas, chance: &mut SeededChance) {
    let colours = canvas.colours;
    canvas.fill(
        colours.at_depth(54),
        &format!("M0 {FLOOR}H{WIDTH}V{HEIGHT}H0z"),
    );
    let light = canvas.light;
    canvas.pool(light.x, FLOOR + 34);
    let middle = chance.between(500, 700);
    let mut lines = String::new();
    for step in -9..=9 {
        let (near, far) = (middle + step * 110, middle + step * 76);
        let _ = write!(lines, "M{near} {HEIGHT}L{far} {FLOOR}");
    }
    canvas.line(
        colours.at_depth(84),
        2,
        &format!("M0 {FLOOR}H{WIDTH}{lines}"),
    );
}

/// A window with what is seen of the sky through it, its bars, its curtains.
fn window(canvas: &mut Canvas, hour: Hour, x: i32, chance: &mut SeededChance) {
    let colours = canvas.colours;
    let (half, top) = (chance.between(44, 64), chance.between(56, 72));
    let arch = chance.happens(50);
    let head = if arch {
        format!("q0-36 {half}-36t{half} 36")
    } else {
        format!("h{}", 2 * half)
    };
    let pane = format!("M{} {top}{head}V206h-{}z", x - half, 2 * half);
    let sky = match hour {
        Hour::Night => colours.high,
        Hour::Dusk => colours.low.with(colours.light, 30),
        Hour::Dawn | Hour::Day => colours.low.with(colours.light, 55),
    };
    canvas.fill(sky, &pane);
    if hour == Hour::Night {
        canvas.fill(
            colours.light,
            &format!(
                "M{} {}a13 13 0 1 0 14 16 11 11 0 0 1-14-16z",
                x + 14,
                top + 22
            ),
        );
    }
    let frame = colours.at_depth(76);
    canvas.line(frame, 7, &pane);
    canvas.line(
        frame,
        4,
        &format!(
            "M{x} {}V206M{} {}h{}",
            top - 30,
            x - half,
            top + 66,
            2 * half
        ),
    );
    canvas.fill(
        frame,
        &format!(
            "M{} 204h{}v9h-{}z",
            x - half - 12,
            2 * half + 24,
            2 * half + 24
        ),
    );
    if chance.happens(60) {
        let cloth = colours.at_depth(70);
        let (left, right) = (x - half - 20, x + half + 20);
        canvas.fill(cloth, &format!("M{left} {y}h44q-4 70-34 100 6 40 0 74h-14zM{right} {y}h-44q4 70 34 100-6 40 0 74h14z", y = top - 44));
        canvas.line(
            frame,
            4,
            &format!("M{} {}H{}", left - 8, top - 44, right + 8),
        );
    }
}

/// A great room: trusses, high windows, flags.
pub(super) fn hall(
    canvas: &mut Canvas,
    hour: Hour,
    source: LightSource,
    chance: &mut SeededChance,
) {
    wall(canvas);
    let colours = canvas.colours;
    let panes = match hour {
        Hour::Night => colours.high.with(colours.low, 30),
        Hour::Dawn | Hour::Day | Hour::Dusk => colours.low.with(colours.light, 50),
    };
    let apart = chance.between(180, 250);
    let (mut glass, mut frames, mut shafts) = (String::new(), String::new(), String::new());
    let lean = if canvas.light.x > WIDTH / 2 { -1 } else { 1 };
    for at in -6..=6 {
        let x = canvas.light.x + at * apart;
        let _ = write!(shafts, "M{} 236h52l{} 164h-104z", x - 26, lean * 90 + 26);
        let _ = write!(glass, "M{} 236V150q0-30 26-44 26 14 26 44v86z", x - 26);
        let _ = write!(frames, "M{x} 106V236M{} 166h52M{} 202h52", x - 26, x - 26);
    }
    for (depth, drop) in [(60, 0), (82, 26)] {
        let (beam, shift) = (canvas.colours.at_depth(depth), chance.between(-30, 30));
        let middle = WIDTH / 2 + shift;
        canvas.line(beam, 15, &format!(
            "M-40 {low}L{middle} {high} 1240 {low}M0 {tie}H{WIDTH}M{middle} {high}V{tie}M{a} {tie}L{b} {up}M{c} {tie}L{d} {up}",
            low = 150 - drop * 2, high = -70 - drop, tie = 92 - drop * 2, up = 18 - drop,
            a = middle - 60, b = middle - 230, c = middle + 60, d = middle + 230,
        ));
    }
    let floor = colours.at_depth(54);
    canvas.fill(floor, &format!("M0 {FLOOR}H{WIDTH}V{HEIGHT}H0z"));
    canvas.pool(canvas.light.x, FLOOR + 34);
    let mut flags = format!("M0 {FLOOR}H{WIDTH}M0 350H{WIDTH}M0 376H{WIDTH}");
    for step in -7..=7 {
        let _ = write!(flags, "M{} {FLOOR}l{} 70", 600 + step * 90, step * 34);
    }
    canvas.line(colours.at_depth(82), 2, &flags);
    canvas.hatch();
    canvas.fill(panes, &glass);
    canvas.line(colours.at_depth(72), 4, &format!("{glass}{frames}"));
    if source == LightSource::Window {
        canvas.veil(colours.light, 9, &shafts);
    }
}

/// A coach from inside: two windows, the land going by, the seat.
pub(super) fn coach(canvas: &mut Canvas, hour: Hour, chance: &mut SeededChance) {
    outdoors::sky(canvas, hour, chance);
    lands::hills(canvas, (210, 26), 22, chance);
    lands::hills(canvas, (246, 20), 44, chance);
    let near = canvas.colours.at_depth(66);
    canvas.write(format_args!(
        "<path fill-rule=\"evenodd\" fill=\"{near}\" d=\"M0 0H{WIDTH}V{HEIGHT}H0zM130 250V120q0-62 62-62H430q62 0 62 62V250zM708 250V120q0-62 62-62h238q62 0 62 62V250z\"/>"
    ));
    let edge = near.with(canvas.colours.light, 34);
    canvas.line(
        edge,
        3,
        "M122 258V118q0-68 68-68H432q68 0 68 68V258zM700 258V118q0-68 68-68h242q68 0 68 68V258z",
    );
    canvas.line(
        edge,
        2,
        "M560 0V290M640 0V290M0 290H1200M40 0V290M1160 0V290",
    );
    let mut tufts = String::new();
    for at in 0..20 {
        let _ = write!(tufts, "M{} 330q30 24 60 0", at * 60);
        let _ = write!(tufts, "M{} 366q30 24 60 0", at * 60 - 30);
    }
    canvas.line(canvas.colours.at_depth(48), 3, &tufts);
    canvas.hatch();
    canvas.glow(canvas.light.x, canvas.light.y, 260);
}

/// What stands nearest in a room, half out of the picture, on the side away from the light; a chair only where
/// nobody stands.
pub(super) fn near(canvas: &mut Canvas, is_free: impl Fn(i32) -> bool, chance: &mut SeededChance) {
    let left = canvas.light.x > WIDTH / 2;
    let x = |from_edge: i32| if left { from_edge } else { WIDTH - from_edge };
    let colour = canvas.colours.at_depth(99);
    let outline = match chance.between(0, 3) {
        // The frame of the door through which one looks.
        0 => format!("M{} 0H{}V{HEIGHT}H{}z", x(0), x(64), x(0)),
        // A curtain drawn aside.
        1 => format!(
            "M{} 0H{}C{} 120 {} 220 {} 262C{} 300 {} 360 {} {HEIGHT}H{}z",
            x(0),
            x(170),
            x(150),
            x(90),
            x(40),
            x(70),
            x(96),
            x(88),
            x(0)
        ),
        // The back of a chair.
        2 if is_free(x(140)) => {
            let a = if left { 36 } else { WIDTH - 236 };
            format!(
                "M{a} {HEIGHT}V230q0-18 12-18t12 18V{HEIGHT}zM{b} {HEIGHT}V230q0-18 12-18t12 18V{HEIGHT}zM{c} 236q76-22 152 0v22q-76-20-152 0zM{c} 296q76-16 152 0v18q-76-14-152 0zM{c} 352q76-10 152 0v16q-76-10-152 0z",
                b = a + 176,
                c = a + 24,
            )
        }
        _ => return,
    };
    canvas.fill(colour, &outline);
}
