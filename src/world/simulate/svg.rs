//! Drawings without a library: boxes, bars and words.

use std::fmt::Write as _;

/// A drawing.
pub(super) struct Svg {
    body: String,
    width: f64,
    height: f64,
}

/// Text as it may stand in a page.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

impl Svg {
    pub(super) fn new(width: f64, height: f64) -> Self {
        Self {
            body: String::new(),
            width,
            height,
        }
    }

    pub(super) fn raw(&mut self, part: &str) {
        self.body.push_str(part);
        self.body.push('\n');
    }

    pub(super) fn rect(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), fill: &str) {
        self.raw(&format!(
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"3\" fill=\"{fill}\"/>"
        ));
    }

    pub(super) fn text(&mut self, at: (f64, f64), text: &str) {
        self.words(at, text, 13);
    }

    pub(super) fn small(&mut self, at: (f64, f64), text: &str) {
        self.words(at, text, 11);
    }

    fn words(&mut self, (x, y): (f64, f64), text: &str, size: u32) {
        self.raw(&format!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\">{}</text>",
            escaped(text)
        ));
    }

    pub(super) fn finish(self) -> String {
        let Self {
            body,
            width,
            height,
        } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" font-family=\"sans-serif\">\n{body}</svg>\n"
        )
    }
}

/// A bar of a chart: its name, its percent, and the band it is wanted in.
pub(super) struct ChartBar {
    pub(super) name: String,
    pub(super) percent: f64,
    pub(super) wanted: Option<[f64; 2]>,
}

/// Bars under one another, from 0 to 100 percent; the band that is wanted lies behind them.
pub(super) fn bars(bars: &[ChartBar]) -> String {
    const LEFT: f64 = 250.0;
    const SCALE: f64 = 4.0;
    const ROW: f64 = 20.0;
    let rows = f64::from(u32::try_from(bars.len()).unwrap_or(0));
    let mut svg = Svg::new(LEFT + 100.0 * SCALE + 60.0, rows * ROW + 10.0);
    let mut y = 5.0;
    for bar in bars {
        if let Some([least, most]) = bar.wanted {
            let width = ((most - least) * SCALE).max(1.0);
            svg.rect((LEFT + least * SCALE, y), (width, ROW - 3.0), "#dcebdc");
        }
        let within = bar
            .wanted
            .is_none_or(|[least, most]| (least..=most).contains(&bar.percent));
        let fill = if within { "#4c78a8" } else { "#c44e52" };
        svg.rect(
            (LEFT, y + 4.0),
            ((bar.percent * SCALE).max(0.5), ROW - 11.0),
            fill,
        );
        svg.small((4.0, y + 13.0), &bar.name);
        svg.small(
            (LEFT + 100.0 * SCALE + 6.0, y + 13.0),
            &format!("{:.1} %", bar.percent),
        );
        y += ROW;
    }
    svg.finish()
}

/// A curve over whole numbers, as columns: a count for each value.
pub(super) fn columns(counts: &[(f64, f64)], unit: &str) -> String {
    const HEIGHT: f64 = 140.0;
    const WIDTH: f64 = 640.0;
    let most = counts.iter().map(|(_, count)| *count).fold(1.0, f64::max);
    let first = counts.first().map_or(0.0, |(value, _)| *value);
    let last = counts
        .last()
        .map_or(1.0, |(value, _)| *value)
        .max(first + 1.0);
    let scale = WIDTH / (last - first + 1.0);
    let mut svg = Svg::new(WIDTH + 40.0, HEIGHT + 30.0);
    for (value, count) in counts {
        let height = HEIGHT * count / most;
        let x = 10.0 + (value - first) * scale;
        svg.rect(
            (x, 5.0 + HEIGHT - height),
            (scale.max(1.0), height),
            "#4c78a8",
        );
    }
    svg.small((10.0, HEIGHT + 22.0), &format!("{first:.0} {unit}"));
    svg.small((WIDTH - 60.0, HEIGHT + 22.0), &format!("{last:.0} {unit}"));
    svg.finish()
}

/// Adds a heading and a drawing to a page.
pub(super) fn section(page: &mut String, title: &str, drawing: &str) {
    let _ = write!(page, "<h2>{}</h2>\n{drawing}\n", escaped(title));
}
