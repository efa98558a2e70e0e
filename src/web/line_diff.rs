//! The lines in which a text differs from one before, of which only hashes are known.

use serde::{Serialize, Serializer};

/// One step on the way from the lines before to the lines after. In JSON it is a number of lines that stay, a negative
/// number of lines that go, or the text of lines that come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LineEdit {
    /// So many lines stay.
    Keep(usize),
    /// So many lines go.
    Drop(usize),
    /// These lines come, with a line break between them.
    Insert(String),
}

impl Serialize for LineEdit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Keep(lines) => lines.serialize(serializer),
            Self::Drop(lines) => (-i64::try_from(*lines).unwrap_or(i64::MAX)).serialize(serializer),
            Self::Insert(lines) => lines.serialize(serializer),
        }
    }
}

/// Returns the lines of a text. [`str::split`] starts a search for each break, which pays for long lines; those of a page
/// have twenty bytes.
pub(crate) fn lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::with_capacity(text.len() / 16);
    let mut begin = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte == b'\n' {
            lines.push(&text[begin..at]);
            begin = at + 1;
        }
    }
    lines.push(&text[begin..]);
    lines
}

/// Returns the steps from the lines whose hashes are `before` to those of `text`, whose hashes are `after`.
pub(crate) fn line_edits(before: &[u64], text: &str, after: &[u64]) -> Vec<LineEdit> {
    let lines = lines(text);
    let mut edits = Vec::new();
    let (mut old, mut new) = (0, 0);
    let end = (before.len(), after.len());
    for (old_kept, new_kept) in kept_lines(before, after).into_iter().chain([end]) {
        if old_kept > old {
            edits.push(LineEdit::Drop(old_kept - old));
        }
        if new_kept > new {
            let come = lines.get(new..new_kept).unwrap_or_default();
            edits.push(LineEdit::Insert(come.join("\n")));
        }
        if (old_kept, new_kept) == end {
            break;
        }
        if let Some(LineEdit::Keep(lines)) = edits.last_mut() {
            *lines += 1;
        } else {
            edits.push(LineEdit::Keep(1));
        }
        (old, new) = (old_kept + 1, new_kept + 1);
    }
    edits
}

/// Returns the lines that stay, by their places before and after, in order. A patience diff: lines that stand once
/// in both texts are its anchors, and around them whatever is equal stays. It takes n log n steps whatever changed,
/// where a shortest diff takes n² when much did.
fn kept_lines(before: &[u64], after: &[u64]) -> Vec<(usize, usize)> {
    let mut kept = Vec::with_capacity(after.len());
    let (mut old, mut new) = (0, 0);
    let end = (before.len(), after.len());
    for (old_anchor, new_anchor) in anchors(before, after).into_iter().chain([end]) {
        while old < old_anchor && new < new_anchor && before[old] == after[new] {
            kept.push((old, new));
            (old, new) = (old + 1, new + 1);
        }
        let gap = before[old..old_anchor].iter().rev();
        let gap = gap.zip(after[new..new_anchor].iter().rev());
        let back = gap.take_while(|(old, new)| old == new).count();
        kept.extend(
            (1..=back)
                .rev()
                .map(|back| (old_anchor - back, new_anchor - back)),
        );
        (old, new) = (old_anchor, new_anchor);
    }
    kept
}

/// Returns the places of lines that stand once in each text, as many as stand in the same order in both. Where both
/// texts begin or end alike, none are needed.
fn anchors(before: &[u64], after: &[u64]) -> Vec<(usize, usize)> {
    let alike = |(old, new): &(&u64, &u64)| old == new;
    let head = before.iter().zip(after).take_while(alike).count();
    let (before, after) = (&before[head..], &after[head..]);
    let tail = before.iter().rev().zip(after.iter().rev());
    let tail = tail.take_while(alike).count();
    let old = once(&before[..before.len() - tail]);
    let new = once(&after[..after.len() - tail]);
    let mut old = old.into_iter().peekable();
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (hash, new_at) in new {
        while old.next_if(|(smaller, _)| *smaller < hash).is_some() {}
        if let Some((_, old_at)) = old.next_if(|(same, _)| *same == hash) {
            pairs.push((head + old_at, head + new_at));
        }
    }
    pairs.sort_unstable_by_key(|(_, new_at)| *new_at);
    longest_ascent(&pairs)
}

/// Returns the hashes that stand once, in their order, with their places.
fn once(hashes: &[u64]) -> Vec<(u64, usize)> {
    let mut sorted: Vec<(u64, usize)> = hashes.iter().copied().zip(0..).collect();
    sorted.sort_unstable();
    let alone = sorted.chunk_by(|(one, _), (other, _)| one == other);
    alone
        .filter_map(|same| if let [only] = same { Some(*only) } else { None })
        .collect()
}

/// Returns the longest part of `pairs`, which ascend in their second number, that ascends in the first, too.
fn longest_ascent(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // Of all ascents of each length, the end that is smallest so far; and for each pair the one before it.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (at, (old, _)) in pairs.iter().enumerate() {
        let shorter = ends.partition_point(|end| pairs[*end].0 < *old);
        before.push(shorter.checked_sub(1).map(|last| ends[last]));
        match ends.get_mut(shorter) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut ascent = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(at) = next {
        ascent.push(pairs[at]);
        next = before[at];
    }
    ascent.reverse();
    ascent
}

#[cfg(test)]
mod tests;
