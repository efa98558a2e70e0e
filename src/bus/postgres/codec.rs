//! What is told, as lines of text: a notification holds some.

use std::collections::BTreeMap;

use crate::remote::{Batch, News, Note};

/// How many bytes a notification may have: `PostgreSQL` takes fewer than 8000.
const PAYLOAD_MAX: usize = 7_900;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// A topic has come to a version.
    News(News),
    /// A seat was there.
    Note(Note),
    /// An instance tries out whether it hears itself.
    Probe { instance: u64, number: u64 },
}

/// Writes a batch as few notifications. Of what was told twice only the newest is.
pub(super) fn write(batch: &Batch) -> Vec<String> {
    let mut news: BTreeMap<&str, u64> = BTreeMap::new();
    for News { topic, version } in &batch.news {
        let newest = news.entry(topic).or_default();
        *newest = (*version).max(*newest);
    }
    let mut notes: BTreeMap<(&str, u8), u64> = BTreeMap::new();
    for Note { topic, seat, at_ms } in &batch.notes {
        let latest = notes.entry((topic, *seat)).or_default();
        *latest = (*at_ms).max(*latest);
    }
    let news = news
        .into_iter()
        .map(|(topic, version)| format!("news {version} {topic}"));
    let notes = notes
        .into_iter()
        .map(|((topic, seat), at_ms)| format!("note {seat} {at_ms} {topic}"));
    let mut payloads: Vec<String> = Vec::new();
    // A topic is an id: one that fits no line is none of ours, and nobody elsewhere watches it.
    for line in news.chain(notes).filter(|line| fits(line)) {
        match payloads.last_mut() {
            Some(last) if last.len() + 1 + line.len() <= PAYLOAD_MAX => {
                last.push('\n');
                last.push_str(&line);
            }
            _ => payloads.push(line),
        }
    }
    payloads
}

/// Writes a probe.
pub(super) fn probe(instance: u64, number: u64) -> String {
    format!("probe {instance} {number}")
}

/// Reads a notification. What another release may say besides is passed over.
pub(super) fn read(payload: &str) -> impl Iterator<Item = Told> {
    payload.lines().filter_map(read_line)
}

fn read_line(line: &str) -> Option<Told> {
    let (kind, rest) = line.split_once(' ')?;
    let (first, rest) = rest.split_once(' ')?;
    match kind {
        "news" => Some(Told::News(News {
            version: first.parse().ok()?,
            topic: rest.to_owned(),
        })),
        "note" => {
            let (at_ms, topic) = rest.split_once(' ')?;
            Some(Told::Note(Note {
                seat: first.parse().ok()?,
                at_ms: at_ms.parse().ok()?,
                topic: topic.to_owned(),
            }))
        }
        "probe" => Some(Told::Probe {
            instance: first.parse().ok()?,
            number: rest.parse().ok()?,
        }),
        _ => None,
    }
}

fn fits(line: &str) -> bool {
    line.len() <= PAYLOAD_MAX && !line.contains(['\n', '\r', '\0'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn news(topic: &str, version: u64) -> News {
        let topic = topic.to_owned();
        News { topic, version }
    }

    fn note(topic: &str, seat: u8, at_ms: u64) -> Note {
        let topic = topic.to_owned();
        Note { topic, seat, at_ms }
    }

    fn told(batch: &Batch) -> Vec<Told> {
        let payloads = write(batch);
        payloads.iter().flat_map(|payload| read(payload)).collect()
    }

    #[test]
    fn what_is_written_is_read_and_only_the_newest_of_each() {
        let batch = Batch {
            news: [news("a", 3), news("b", 1), news("a", 2)].into(),
            notes: [note("a", 1, 50), note("a", 2, 60), note("a", 1, 70)].into(),
        };
        let all = [
            Told::News(news("a", 3)),
            Told::News(news("b", 1)),
            Told::Note(note("a", 1, 70)),
            Told::Note(note("a", 2, 60)),
        ];
        assert_eq!(told(&batch), all);
        let number = 7;
        let read: Vec<_> = read(&probe(u64::MAX, number)).collect();
        let instance = u64::MAX;
        assert_eq!(read, [Told::Probe { instance, number }]);
    }

    #[test]
    fn a_notification_is_never_longer_than_the_server_takes_and_nothing_is_left_out() {
        let batch = Batch {
            news: (0..256)
                .map(|number| news(&format!("{number:0>100}"), number))
                .collect(),
            notes: (0..256)
                .map(|number| note(&format!("{number:0>100}"), 1, number))
                .collect(),
        };
        assert_eq!(told(&batch).len(), 512);
        let payloads = write(&batch);
        assert!(payloads.iter().all(|payload| payload.len() < 8_000));
        assert!(payloads.len() < 10, "{}", payloads.len());
    }

    #[test]
    fn a_topic_that_would_be_two_lines_is_told_nobody() {
        let batch = Batch {
            news: [news("a\nnews 9 b", 1), news(&"a".repeat(8_000), 1)].into(),
            ..Batch::default()
        };
        assert_eq!(told(&batch), []);
    }

    #[test]
    fn what_is_no_line_of_ours_is_passed_over() {
        let payload = "news\nnews b 7\nnote 1 b\nother 1 2\n\nnews -1 b\nnews 7 b";
        let read: Vec<_> = read(payload).collect();
        assert_eq!(read, [Told::News(news("b", 7))]);
    }
}
