//! The names of backups, which hold the time at which each was made.
//!
//! A file is called `arcane_20261123_043412.db.zst`. An object's name has `-` in place of each `_`, because
//! the crate `bucket` allows no `_` in names.

use bucket::BucketUrl;

use super::timestamp::Timestamp;

/// The first characters of every name, for listing a bucket.
pub(super) const PREFIX: &str = "arcane";
const SUFFIX: &str = ".db.zst";

/// Returns the file name of a backup made at this time.
pub(super) fn file(made: Timestamp) -> String {
    format!("{PREFIX}_{made}{SUFFIX}")
}

/// Returns the object name of a backup made at this time.
pub(super) fn object(made: Timestamp) -> String {
    file(made).replace('_', "-")
}

/// Returns the time in the name of a backup, or `None` if it is the name of something else.
pub(super) fn timestamp(name: &str) -> Option<Timestamp> {
    let middle = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
    let middle = middle.strip_prefix(['_', '-'])?;
    middle.replacen('-', "_", 1).parse().ok()
}

/// Splits the URL of one backup into the URL of its bucket and folder, and its name.
///
/// Returns `None` if the URL does not end in the name of a backup.
pub(super) fn split_url(url: &BucketUrl) -> Option<(BucketUrl, String)> {
    let mut folder = url.clone();
    let (BucketUrl::S3 { prefix, .. } | BucketUrl::Gcs { prefix, .. }) = &mut folder else {
        return None;
    };
    let whole = prefix.trim_end_matches('/').to_owned();
    let (above, name) = whole.rsplit_once('/').unwrap_or(("", &whole));
    timestamp(name)?;
    *prefix = if above.is_empty() {
        String::new()
    } else {
        format!("{above}/")
    };
    Some((folder, name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_is_known_by_its_name() {
        let stamp: Timestamp = "20261123_043412".parse().unwrap();
        assert_eq!(timestamp("arcane_20261123_043412.db.zst"), Some(stamp));
        assert_eq!(timestamp("arcane-20261123-043412.db.zst"), Some(stamp));
        for other in [
            "arcane_20261123_043412.db",
            "arcane_20261123.db.zst",
            "my_arcane_20261123_043412.db.zst",
            "arcane_20260230_000000.db.zst",
            "arcane_.db.zst",
        ] {
            assert_eq!(timestamp(other), None, "{other}");
        }
    }

    #[test]
    fn an_address_may_lead_to_one_object() {
        let parted = |text: &str| {
            let (place, name) = split_url(&text.parse().unwrap())?;
            Some((place.to_string(), name))
        };
        let name = "arcane-20261123-043412.db.zst";
        assert_eq!(
            parted(&format!("s3://codex/daily/{name}?region=eu-west-1")),
            Some((
                "s3://codex/daily?region=eu-west-1".to_owned(),
                name.to_owned()
            ))
        );
        assert_eq!(
            parted(&format!("gs://codex/{name}")),
            Some(("gs://codex".to_owned(), name.to_owned()))
        );
        assert_eq!(parted("s3://codex/daily"), None);
        assert_eq!(parted("s3://codex"), None);
    }
}
