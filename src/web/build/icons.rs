//! Draws the icons of an installed page, and the picture of a link that is posted: an open book under eight stars. Browsers
//! that take no SVG for these take PNG.

use std::io::{self, Write as _};

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

/// A colour: red, green and blue, from 0 to 255.
type Rgb = [f32; 3];
/// A place in a drawing, in units of the book: it is 20 wide, and its spine ends at 0.
type Place = [f32; 2];

const GROUND: Rgb = [20.0, 16.0, 12.0];
const GLOW: Rgb = [92.0, 64.0, 28.0];
const LEAF: Rgb = [44.0, 34.0, 24.0];
const GOLD: Rgb = [224.0, 182.0, 92.0];
/// The colours of the eight gods, in their order.
const STARS: [Rgb; 8] = [
    [217.0, 177.0, 59.0],
    [255.0, 123.0, 164.0],
    [169.0, 180.0, 192.0],
    [127.0, 203.0, 131.0],
    [242.0, 116.0, 102.0],
    [143.0, 188.0, 255.0],
    [70.0, 211.0, 198.0],
    [255.0, 156.0, 90.0],
];
/// Straight pieces of a page's curved edge.
const PIECES: u8 = 12;

/// The files, by name.
pub(crate) fn files() -> io::Result<Vec<(&'static str, Vec<u8>)>> {
    let icon = |side: u16, share| Drawing::icon(side, side, share).png();
    Ok(vec![
        ("favicon.ico", ico(&icon(32, 0.78)?)?),
        ("apple-touch-icon.png", icon(180, 0.64)?),
        ("icon-192.png", icon(192, 0.6)?),
        ("icon-512.png", icon(512, 0.6)?),
        ("preview.png", Drawing::icon(1200, 630, 0.3).png()?),
    ])
}

struct Drawing {
    width: u16,
    height: u16,
    /// Dots for each unit of the book.
    scale: f32,
    /// Where the middle of the book is.
    middle: Place,
    dots: Vec<Rgb>,
}

impl Drawing {
    /// Draws the book, `share` of the width wide.
    fn icon(width: u16, height: u16, share: f32) -> Self {
        let mut drawing = Self {
            width,
            height,
            scale: f32::from(width) * share / 20.0,
            middle: [f32::from(width) / 2.0, f32::from(height) * 0.57],
            dots: vec![GROUND; usize::from(width) * usize::from(height)],
        };
        let reach = 22.0;
        drawing.paint(GLOW, |[x, y]| {
            let away = (x.hypot(y + 1.0) / reach).min(1.0);
            (1.0 - away).powi(2)
        });
        drawing.book();
        drawing.stars();
        drawing
    }

    fn book(&mut self) {
        let right = edge();
        let left: Vec<Place> = right.iter().rev().map(|[x, y]| [-x, *y]).collect();
        let outline: Vec<Place> = right.iter().copied().chain(left).collect();
        let sharp = self.scale;
        let cover = move |distance: f32| (0.5 - distance * sharp).clamp(0.0, 1.0);
        self.paint(LEAF, |at| cover(inside(&outline, at)));
        self.paint(GOLD, |at| cover(inside(&outline, at).abs() - 0.75));
        let spine = [[0.0, -6.5], [0.0, 8.5]];
        self.paint(GOLD, |at| cover(to_piece(at, spine[0], spine[1]) - 0.75));
    }

    fn stars(&mut self) {
        let sharp = self.scale;
        for (number, colour) in (0_u8..).zip(STARS) {
            let turn = (f32::from(number) - 3.5) * 0.2;
            let (sine, cosine) = turn.sin_cos();
            let star = [sine * 16.0, 2.0 - cosine * 17.5];
            self.paint(colour, |[x, y]| {
                let (across, down) = ((x - star[0]).abs(), (y - star[1]).abs());
                // A star of four rays: what two hollow curves leave.
                let distance = across.sqrt() + down.sqrt() - 1.1;
                (0.5 - distance * sharp).clamp(0.0, 1.0)
            });
        }
    }

    /// Lays a colour over the drawing, as thick as `cover` says of each place, from 0 to 1.
    fn paint(&mut self, colour: Rgb, cover: impl Fn(Place) -> f32) {
        let mut dots = self.dots.iter_mut();
        for row in 0..self.height {
            for column in 0..self.width {
                let x = (f32::from(column) + 0.5 - self.middle[0]) / self.scale;
                let y = (f32::from(row) + 0.5 - self.middle[1]) / self.scale;
                let Some(dot) = dots.next() else { return };
                let thick = cover([x, y]);
                for (under, over) in dot.iter_mut().zip(colour) {
                    *under += (over - *under) * thick;
                }
            }
        }
    }

    fn png(&self) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        for side in [self.width, self.height] {
            head.extend(u32::from(side).to_be_bytes());
        }
        // Eight bits a colour, three colours, and the usual methods.
        head.extend([8, 2, 0, 0, 0]);
        let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
        chunk(&mut file, *b"IHDR", &head)?;
        chunk(&mut file, *b"IDAT", &self.rows()?)?;
        chunk(&mut file, *b"IEND", &[])?;
        Ok(file)
    }

    /// The rows, each as the difference from the one above, compressed.
    fn rows(&self) -> io::Result<Vec<u8>> {
        const UP: u8 = 2;
        let mut rows = ZlibEncoder::new(Vec::new(), Compression::best());
        let mut above = vec![0_u8; usize::from(self.width) * 3];
        for row in self.dots.chunks(usize::from(self.width)) {
            let row: Vec<u8> = row.iter().flatten().map(|part| byte(*part)).collect();
            let moved = row.iter().zip(&above);
            let moved: Vec<u8> = moved.map(|(now, was)| now.wrapping_sub(*was)).collect();
            rows.write_all(&[UP])?;
            rows.write_all(&moved)?;
            above = row;
        }
        rows.finish()
    }
}

/// The outline of the right page, from the spine's top to its foot.
fn edge() -> Vec<Place> {
    let curve = |height: f32| {
        (0..=PIECES).map(move |piece| {
            let x = f32::from(piece) / f32::from(PIECES) * 10.0;
            // Pages rise from the spine and fall towards their edge.
            let rise = (x / 10.0 * std::f32::consts::PI * 0.75).sin() * 2.4;
            [x, height - rise]
        })
    };
    let mut outline: Vec<Place> = curve(-6.5).collect();
    outline.extend(curve(8.5).collect::<Vec<_>>().into_iter().rev());
    outline
}

/// The distance from a polygon's edge, negative inside.
fn inside(outline: &[Place], at: Place) -> f32 {
    let ends = outline.iter().skip(1).chain(outline.first());
    let (mut least, mut is_inside) = (f32::INFINITY, false);
    for (from, to) in outline.iter().zip(ends) {
        least = least.min(to_piece(at, *from, *to));
        let crosses = (from[1] > at[1]) != (to[1] > at[1]);
        if crosses && at[0] < from[0] + (at[1] - from[1]) / (to[1] - from[1]) * (to[0] - from[0]) {
            is_inside = !is_inside;
        }
    }
    if is_inside { -least } else { least }
}

fn to_piece(at: Place, from: Place, to: Place) -> f32 {
    let (across, down) = (to[0] - from[0], to[1] - from[1]);
    let length = across.mul_add(across, down * down);
    if length <= f32::EPSILON {
        return (at[0] - from[0]).hypot(at[1] - from[1]);
    }
    let along = ((at[0] - from[0]) * across + (at[1] - from[1]) * down) / length;
    let along = along.clamp(0.0, 1.0);
    (at[0] - from[0] - along * across).hypot(at[1] - from[1] - along * down)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is between 0 and 255"
)]
fn byte(part: f32) -> u8 {
    part.clamp(0.0, 255.0).round() as u8
}

fn chunk(file: &mut Vec<u8>, kind: [u8; 4], bytes: &[u8]) -> io::Result<()> {
    let mut sum = Crc::new();
    sum.update(&kind);
    sum.update(bytes);
    file.extend(length(bytes)?.to_be_bytes());
    file.extend(kind);
    file.extend(bytes);
    file.extend(sum.sum().to_be_bytes());
    Ok(())
}

/// Wraps a PNG of 32 by 32 dots as an icon of the kind that is asked for unasked.
fn ico(png: &[u8]) -> io::Result<Vec<u8>> {
    let mut file = vec![0, 0, 1, 0, 1, 0, 32, 32, 0, 0, 1, 0, 24, 0];
    file.extend(length(png)?.to_le_bytes());
    file.extend(22_u32.to_le_bytes());
    file.extend(png);
    Ok(file)
}

fn length(bytes: &[u8]) -> io::Result<u32> {
    u32::try_from(bytes.len()).map_err(io::Error::other)
}
