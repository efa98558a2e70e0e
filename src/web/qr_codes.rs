//! The QR codes of invitations: each is drawn once, and the ones asked for last are kept.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use axum::body::Bytes;
use lru::LruCache;
use qrcode::QrCode;
use qrcode::render::svg;

/// QR codes kept at most; one is some five kilobytes.
const KEPT_MAX: NonZeroUsize = NonZeroUsize::new(256).expect("256 is not zero");
/// Bytes of a link that is drawn at most. A host name may have 253, and a longer link costs more to draw than to type.
pub(crate) const LINK_BYTES_MAX: usize = 300;
/// The width and height of a drawing, in pixels at least.
const SIDE_PX: u32 = 160;

/// Draws links, and keeps the drawings asked for last: a link names a table's code and the public address.
pub(crate) struct QrCodes(Mutex<LruCache<String, Bytes>>);

impl fmt::Debug for QrCodes {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("QrCodes(..)")
    }
}

impl Default for QrCodes {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(KEPT_MAX)))
    }
}

impl QrCodes {
    /// Returns a link as an SVG; `None` for one that is too long to be drawn.
    pub(crate) fn draw(&self, link: &str) -> Option<Bytes> {
        if link.len() > LINK_BYTES_MAX {
            return None;
        }
        if let Some(drawn) = self.kept(link) {
            return Some(drawn);
        }
        // Drawn outside of the lock: of two who ask at once both draw, and nobody else waits.
        let code = QrCode::new(link).ok()?;
        let drawn = code
            .render::<svg::Color<'_>>()
            .min_dimensions(SIDE_PX, SIDE_PX)
            .build();
        let drawn = Bytes::from(drawn);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.put(link.to_owned(), drawn.clone());
        Some(drawn)
    }

    fn kept(&self, link: &str) -> Option<Bytes> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(link).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_drawn_once_and_a_long_one_not_at_all() {
        let codes = QrCodes::default();
        let first = codes.draw("https://codex.test/join/K7M2QX").unwrap();
        let again = codes.draw("https://codex.test/join/K7M2QX").unwrap();
        assert_eq!(first.as_ptr(), again.as_ptr(), "the drawing is kept");
        let other = codes.draw("https://other.test/join/K7M2QX").unwrap();
        assert_ne!(first, other);
        assert!(codes.draw(&"x".repeat(LINK_BYTES_MAX)).is_some());
        assert_eq!(codes.draw(&"x".repeat(LINK_BYTES_MAX + 1)), None);
    }

    #[test]
    fn there_is_an_end_to_the_drawings_kept() {
        let codes = QrCodes::default();
        for number in 0..2 * KEPT_MAX.get() {
            codes.draw(&format!("{number}"));
        }
        assert_eq!(codes.0.lock().unwrap().len(), KEPT_MAX.get());
    }
}
