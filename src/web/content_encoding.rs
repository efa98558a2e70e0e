//! Which of our content encodings a client prefers, by its `Accept-Encoding`.

use http::header::ACCEPT_ENCODING;
use http::{HeaderMap, HeaderValue};

/// A way to compress an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContentEncoding {
    /// Brotli (RFC 7932): the smallest and the slowest, for what is compressed once.
    Brotli,
    /// Zstandard (RFC 8878): the quickest.
    Zstd,
    /// gzip (RFC 1952): what every client takes.
    Gzip,
}

impl ContentEncoding {
    /// Returns what the client prefers among `offered`, and the first of several that it likes as much. None: it
    /// takes none of them, or prefers an answer as it is.
    pub(crate) fn preferred(headers: &HeaderMap, offered: &[Self]) -> Option<Self> {
        // Without the header anything may be sent, but what is not asked for is not always understood.
        headers.get(ACCEPT_ENCODING)?;
        let weight = |encoding: Self| weight(headers, encoding.name());
        let best = offered.iter().copied().map(weight).max()?.unwrap_or(0);
        // An answer as it is may always be sent, also where the client does not mention it.
        if best == 0 || named_weight(headers, "identity").is_some_and(|as_it_is| as_it_is > best) {
            return None;
        }
        let mut offered = offered.iter().copied();
        offered.find(|encoding| weight(*encoding) == Some(best))
    }

    /// Returns its name for `content-encoding`.
    pub(crate) fn value(self) -> HeaderValue {
        HeaderValue::from_static(self.name())
    }

    fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
        }
    }
}

/// Returns the weight of an encoding in thousandths, by its name or by the asterisk that stands for all others.
fn weight(headers: &HeaderMap, name: &str) -> Option<u16> {
    named_weight(headers, name).or_else(|| named_weight(headers, "*"))
}

fn named_weight(headers: &HeaderMap, name: &str) -> Option<u16> {
    let lines = headers.get_all(ACCEPT_ENCODING).iter();
    let mut entries = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','));
    entries.find_map(|entry| {
        let mut parts = entry.split(';');
        let is_named = parts.next()?.trim().eq_ignore_ascii_case(name);
        let quality = parts.find_map(|part| part.trim().strip_prefix(['q', 'Q']));
        is_named.then(|| quality.map_or(1_000, thousandths))
    })
}

/// Reads `=0.25` as 250. What is no weight counts as none: a client that cannot write one may not read the rest.
fn thousandths(quality: &str) -> u16 {
    let number = quality.trim_start().strip_prefix('=').map(str::trim);
    let number: Option<f32> = number.and_then(|number| number.parse().ok());
    let number = number.filter(|number| (0.0..=1.0).contains(number));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it lies between 0 and 1,000"
    )]
    number.map_or(0, |number| (number * 1_000.0).round() as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: [ContentEncoding; 3] = [
        ContentEncoding::Brotli,
        ContentEncoding::Zstd,
        ContentEncoding::Gzip,
    ];

    fn preferred(lines: &[&'static str]) -> Option<ContentEncoding> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(ACCEPT_ENCODING, HeaderValue::from_static(line));
        }
        ContentEncoding::preferred(&headers, &OURS)
    }

    #[test]
    fn a_client_gets_what_it_prefers_and_of_equals_what_we_prefer() {
        use ContentEncoding::{Brotli, Gzip, Zstd};
        for (lines, expected) in [
            (&["gzip, deflate, br, zstd"] as &[_], Some(Brotli)),
            (&["gzip, deflate", "br"], Some(Brotli)),
            (&["gzip;q=1, br;q=0.5, zstd; q = 0.8"], Some(Gzip)),
            (&["gzip;q=0.001, zstd;q=0.002"], Some(Zstd)),
            (&["GZIP;Q=0.5"], Some(Gzip)),
            (&["*"], Some(Brotli)),
            (&["br;q=0, *;q=0.1"], Some(Zstd)),
            (&["identity;q=0.5, gzip;q=0.5"], Some(Gzip)),
        ] {
            assert_eq!(preferred(lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn nothing_is_compressed_for_a_client_that_does_not_ask_for_it() {
        for lines in [
            &[] as &[_],
            &[""],
            &["deflate, compress"],
            &["br;q=0, gzip;q=0.000, zstd;q=0"],
            &["*;q=0"],
            &["identity, gzip;q=0.5"],
            &["gzip;q=nan", "br;q=-1", "zstd;q=2"],
            &["gzipped, xbr"],
        ] {
            assert_eq!(preferred(lines), None, "{lines:?}");
        }
    }
}
