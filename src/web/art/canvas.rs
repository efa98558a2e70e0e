//! A drawing as it is written: paths, lines, light.

use std::fmt::Write as _;

use super::palette::{Palette, Rgb};

/// The width of every picture, in its own units.
pub(super) const WIDTH: i32 = 1200;
/// The height of every picture, in its own units.
pub(super) const HEIGHT: i32 = 400;

/// Where the light of a picture comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Light {
    /// From the left, in units of the picture.
    pub(super) x: i32,
    /// From the top.
    pub(super) y: i32,
    /// How far it reaches.
    pub(super) reach: i32,
}

/// A thing ready to be set into a picture: outlines on a grid where a person is 100 high and stands at 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// What is dark against the light.
    pub(super) dark: &'static str,
    /// What shines, or lies in the light.
    pub(super) lit: &'static str,
    /// Lines drawn on the dark.
    pub(super) lines: &'static str,
}

/// A picture while it is drawn, from the back to the front.
#[derive(Debug)]
pub(super) struct Canvas {
    /// Its colours.
    pub(super) colours: Palette,
    /// Its light.
    pub(super) light: Light,
    body: String,
    shapes: usize,
    is_hatched: bool,
}

impl Canvas {
    /// An empty picture.
    pub(super) fn new(colours: Palette, light: Light) -> Self {
        Self {
            colours,
            light,
            body: String::with_capacity(8192),
            shapes: 0,
            is_hatched: false,
        }
    }

    /// Fills an outline.
    pub(super) fn fill(&mut self, colour: Rgb, outline: &str) {
        self.write(format_args!("<path fill=\"{colour}\" d=\"{outline}\"/>"));
    }

    /// Fills an outline that lets `percent` of what is behind it through.
    pub(super) fn veil(&mut self, colour: Rgb, opacity: i32, outline: &str) {
        self.write(format_args!(
            "<path fill=\"{colour}\" opacity=\".{opacity:02}\" d=\"{outline}\"/>"
        ));
    }

    /// Draws a line.
    pub(super) fn line(&mut self, colour: Rgb, width: i32, outline: &str) {
        self.write(format_args!(
            "<path fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" d=\"{outline}\"/>"
        ));
    }

    /// Fills an outline with the light, as it falls off from its source.
    pub(super) fn glow(&mut self, x: i32, y: i32, reach: i32) {
        self.write(format_args!(
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{reach}\" fill=\"url(#g)\"/>"
        ));
    }

    /// Light that lies on a floor.
    pub(super) fn pool(&mut self, x: i32, y: i32) {
        self.write(format_args!(
            "<ellipse cx=\"{x}\" cy=\"{y}\" rx=\"330\" ry=\"52\" opacity=\".55\" fill=\"url(#g)\"/>"
        ));
    }

    /// Hatches everything drawn so far, as an engraver does, where the light does not reach; once in a picture.
    pub(super) fn hatch(&mut self) {
        if std::mem::replace(&mut self.is_hatched, true) {
            return;
        }
        self.write(format_args!(
            "<path fill=\"url(#h)\" mask=\"url(#m)\" opacity=\".55\" d=\"M0 0h{WIDTH}v{HEIGHT}H0z\"/>"
        ));
    }

    /// Sets a shape with its foot at a place, `percent` of its size, dark as its depth, with an edge of light on the
    /// side from which the light comes.
    pub(super) fn set(&mut self, shape: Shape, (x, y): (i32, i32), percent: i32, depth: i32) {
        let (dark, light) = (self.colours.at_depth(depth), self.colours.light);
        let edge = dark.with(light, 46 - depth / 5);
        let id = self.shapes;
        self.shapes += 1;
        let side = if self.light.x < x { 2 } else { -2 };
        let flip = if shape.lines.is_empty() && shape.lit.is_empty() {
            side / 2
        } else {
            1
        };
        let (whole, part) = (percent / 100, percent % 100);
        let scale = format!("{whole}.{part:02}");
        let across = if flip < 0 {
            format!("-{scale} {scale}")
        } else {
            scale
        };
        self.write(format_args!(
            "<g transform=\"translate({x} {y})scale({across})\">"
        ));
        let side = if flip < 0 { -side } else { side };
        if !shape.dark.is_empty() {
            self.write(format_args!(
                "<g fill=\"{edge}\"><path id=\"s{id}\" d=\"{}\"/></g><use href=\"#s{id}\" x=\"{side}\" y=\"1\" fill=\"{dark}\"/>",
                shape.dark
            ));
        }
        if !shape.lines.is_empty() {
            self.line(dark.with(light, 26), 2, shape.lines);
        }
        if !shape.lit.is_empty() {
            self.fill(light, shape.lit);
        }
        self.write(format_args!("</g>"));
    }

    /// Writes what no other way draws.
    pub(super) fn write(&mut self, what: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.body.write_fmt(what);
    }

    /// The picture as SVG, with the hatching of an engraving where the light does not reach.
    pub(super) fn finish(self) -> String {
        let Palette { deep, light, .. } = self.colours;
        let Light { x, y, reach } = self.light;
        let body = self.body;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\"><defs>\
<radialGradient id=\"g\"><stop stop-color=\"{light}\" stop-opacity=\".8\"/><stop offset=\".25\" stop-color=\"{light}\" stop-opacity=\".32\"/><stop offset=\"1\" stop-color=\"{light}\" stop-opacity=\"0\"/></radialGradient>\
<radialGradient id=\"d\" gradientUnits=\"userSpaceOnUse\" cx=\"{x}\" cy=\"{y}\" r=\"{far}\"><stop offset=\".1\" stop-color=\"#000\"/><stop offset=\"1\" stop-color=\"#fff\"/></radialGradient>\
<mask id=\"m\"><path fill=\"url(#d)\" d=\"M0 0h{WIDTH}v{HEIGHT}H0z\"/></mask>\
<pattern id=\"h\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(-38)\"><path stroke=\"{deep}\" stroke-width=\"1.600\" d=\"M0 2.500h5\"/></pattern></defs>\
{body}</svg>",
            far = reach * 2,
        )
    }
}
