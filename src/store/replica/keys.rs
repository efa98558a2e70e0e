//! The names of a replica's objects.
//!
//! Numbers have as many digits as the largest, so that the order of names is the order of numbers. Names
//! listed together have one shape, so that a store that sorts by path component sorts them alike.

use bucket::PROBE_PREFIX;

/// The prefix of the ledger: one object a decision, never removed.
pub(super) const LEDGER: &str = "ledger/";
/// The prefix of the log: a folder an epoch, an object a segment.
pub(super) const LOG: &str = "log/";
/// The prefix of the snapshots: a folder each.
pub(super) const SNAPSHOTS: &str = "snapshots/";
/// When a snapshot was last restored on trial, and which.
pub(super) const VERIFIED: &str = "verified.json";

/// The name of a turn of the ledger.
pub(super) fn turn(turn: u64) -> String {
    format!("{LEDGER}{turn:020}")
}

/// Reads the turn out of a name.
pub(super) fn turn_of(key: &str) -> Option<u64> {
    number(key.strip_prefix(LEDGER)?)
}

/// The folder of an epoch.
pub(super) fn epoch(epoch: u64) -> String {
    format!("{LOG}{epoch:020}/")
}

/// The name of what begins at a position in an epoch.
pub(super) fn log_object(epoch: u64, position: u64) -> String {
    format!("{LOG}{epoch:020}/{position:020}")
}

/// Reads the epoch and the position out of a name.
pub(super) fn log_object_of(key: &str) -> Option<(u64, u64)> {
    let (epoch, position) = key.strip_prefix(LOG)?.split_once('/')?;
    Some((number(epoch)?, number(position)?))
}

/// The folder of a snapshot: what it holds, and which of several that hold the same.
pub(super) fn snapshot(position: u64, nonce: &str) -> String {
    format!("{position:020}-{nonce}")
}

/// The name of a part of a snapshot.
pub(super) fn part(snapshot: &str, part: usize) -> String {
    format!("{SNAPSHOTS}{snapshot}/{part:05}")
}

/// The name of what says that a snapshot is complete. It sorts after every part.
pub(super) fn manifest(snapshot: &str) -> String {
    format!("{SNAPSHOTS}{snapshot}/manifest")
}

/// Reads the folder and the position of a snapshot out of the name of anything in it, and what it is there.
pub(super) fn snapshot_of(key: &str) -> Option<(&str, u64, &str)> {
    let (folder, word) = key.strip_prefix(SNAPSHOTS)?.split_once('/')?;
    let (position, _) = folder.split_once('-')?;
    Some((folder, number(position)?, word))
}

/// Whether a name may be one of a replica's objects.
pub(super) fn is_ours(key: &str) -> bool {
    turn_of(key).is_some()
        || log_object_of(key).is_some()
        || snapshot_of(key).is_some()
        || key == VERIFIED
        || key.starts_with(PROBE_PREFIX)
}

fn number(digits: &str) -> Option<u64> {
    let whole = digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    whole.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spelt_is_read_again() {
        assert_eq!(turn_of(&turn(7)), Some(7));
        assert_eq!(log_object_of(&log_object(3, u64::MAX)), Some((3, u64::MAX)));
        let folder = snapshot(12, "ab");
        assert_eq!(
            snapshot_of(&part(&folder, 4)),
            Some((&*folder, 12, "00004"))
        );
        assert_eq!(
            snapshot_of(&manifest(&folder)),
            Some((&*folder, 12, "manifest"))
        );
    }

    #[test]
    fn the_order_of_names_is_the_order_of_numbers() {
        assert!(log_object(2, 10) > log_object(2, 9));
        assert!(log_object(10, 1) > log_object(9, 99));
        assert!(turn(100) > turn(20));
        let folder = snapshot(1, "0");
        assert!(manifest(&folder) > part(&folder, 99_999));
    }

    #[test]
    fn other_names_are_none_of_ours() {
        for name in [
            "ledger/7",
            "log/x/1",
            "log/00000000000000000001",
            "holiday.jpg",
        ] {
            assert!(!is_ours(name), "{name}");
        }
    }
}
