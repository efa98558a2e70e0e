//! The link of a told story: it names the table to this server and to nobody else, since the table's own address shows more.
//!
//! The link is the table and the version at which the story was given out, sealed with a key of the server's. It is made again
//! for each page and is the same each time, so it is sealed without a number used once (AES-SIV, RFC 5297). A story that was
//! taken back and given out anew was given out at another version, and has another link.

use aes_siv::KeyInit as _;
use aes_siv::siv::Aes256Siv;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use game::{TableId, Version};

/// Bytes of a key: one half seals, the other says whether it is ours.
pub(crate) const KEY_BYTES: usize = 64;
/// Bytes of a version.
const VERSION_BYTES: usize = 8;
/// Characters of a sealed link at most; most are shorter by some.
const CHARS_MAX: usize = 96;

/// Which story a link leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoryLink {
    /// The table whose story it is.
    pub(crate) table: TableId,
    /// The version at which it was given out.
    pub(crate) published: Version,
}

impl StoryLink {
    /// Seals the link. `None` where it cannot be, which a table's id never brings about.
    pub(crate) fn seal(&self, key: &[u8; KEY_BYTES]) -> Option<String> {
        let mut open = self.published.0.to_be_bytes().to_vec();
        open.extend(self.table.as_str().bytes());
        let no_headers: [&[u8]; 0] = [];
        let sealed = Aes256Siv::new(key.into()).encrypt(no_headers, &open).ok()?;
        Some(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Opens a link that was sealed with this key.
    pub(crate) fn open(key: &[u8; KEY_BYTES], sealed: &str) -> Option<Self> {
        if sealed.len() > CHARS_MAX {
            return None;
        }
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let no_headers: [&[u8]; 0] = [];
        let open = Aes256Siv::new(key.into())
            .decrypt(no_headers, &sealed)
            .ok()?;
        let (version, table) = open.split_first_chunk::<VERSION_BYTES>()?;
        Some(Self {
            table: TableId::parse(std::str::from_utf8(table).ok()?)?,
            published: Version(u64::from_be_bytes(*version)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link() -> StoryLink {
        StoryLink {
            table: TableId::from_random([7; TableId::LEN]),
            published: Version(92),
        }
    }

    #[test]
    fn a_link_leads_to_its_story_and_names_nothing_of_it() {
        let key = [3; KEY_BYTES];
        let sealed = link().seal(&key).unwrap();
        assert_eq!(StoryLink::open(&key, &sealed), Some(link()));
        assert_eq!(
            link().seal(&key),
            Some(sealed.clone()),
            "it is the same on every page"
        );
        assert!(sealed.len() <= CHARS_MAX && !sealed.contains(link().table.as_str()));
        let later = StoryLink {
            published: Version(93),
            ..link()
        };
        assert_ne!(later.seal(&key), Some(sealed));
    }

    #[test]
    fn what_was_not_sealed_here_leads_nowhere() {
        let key = [3; KEY_BYTES];
        let sealed = link().seal(&key).unwrap();
        assert_eq!(StoryLink::open(&[4; KEY_BYTES], &sealed), None);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(StoryLink::open(&key, &changed), None, "{changed}");
        }
        for stray in ["", "A", "story", &"A".repeat(CHARS_MAX + 1)] {
            assert_eq!(StoryLink::open(&key, stray), None);
        }
    }
}
