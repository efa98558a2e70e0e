//! What proxies add to headers of their own: lists, in one line or in several, the nearest proxy's entry last.

use http::HeaderMap;

/// Returns the entries of a header from the right: the nearest proxy's first.
pub(crate) fn entries<'a>(
    headers: &'a HeaderMap,
    name: &str,
) -> impl Iterator<Item = &'a [u8]> + use<'a> {
    let lines: Vec<_> = headers.get_all(name).iter().collect();
    lines
        .into_iter()
        .rev()
        .flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
}
