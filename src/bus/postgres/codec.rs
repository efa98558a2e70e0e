//! The text format of NOTIFY payloads: one message a line, several lines a payload.

use std::collections::BTreeMap;

use crate::remote::{Announcement, OutboxBatch, PresenceUpdate};

/// The longest payload in bytes: `PostgreSQL` takes fewer than 8000.
const PAYLOAD_BYTES_MAX: usize = 7_900;

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PgMessage {
    /// A topic has come to a version.
    Announcement(Announcement),
    /// A seat was present.
    Presence(PresenceUpdate),
    /// An instance tests whether its connection receives.
    Probe { instance: u64, number: u64 },
}

/// Encodes a batch as few payloads. Of each topic it keeps only the newest announcement.
pub(super) fn encode(batch: &OutboxBatch) -> Vec<String> {
    let mut versions: BTreeMap<&str, u64> = BTreeMap::new();
    for Announcement { topic, version } in &batch.announcements {
        let newest = versions.entry(topic).or_default();
        *newest = (*version).max(*newest);
    }
    let announcements = versions
        .into_iter()
        .map(|(topic, version)| format!("news {version} {topic}"));
    let presence = batch
        .presence
        .iter()
        .map(|PresenceUpdate { topic, seat, at_ms }| format!("note {seat} {at_ms} {topic}"));
    // Few and long: each payload is an entry of its own in the server's queue, and a message to every listener.
    let mut payloads: Vec<String> = Vec::new();
    // A topic is a table's id. One that fits no line is no id, so no other instance has a subscriber for it.
    for line in announcements.chain(presence).filter(|line| fits(line)) {
        match payloads.last_mut() {
            Some(last) if last.len() + 1 + line.len() <= PAYLOAD_BYTES_MAX => {
                last.push('\n');
                last.push_str(&line);
            }
            _ => payloads.push(line),
        }
    }
    payloads
}

/// Encodes a probe.
pub(super) fn encode_probe(instance: u64, number: u64) -> String {
    format!("probe {instance} {number}")
}

/// Decodes a payload. Lines that only another release understands are ignored.
pub(super) fn decode(payload: &str) -> impl Iterator<Item = PgMessage> {
    payload.lines().filter_map(decode_line)
}

fn decode_line(line: &str) -> Option<PgMessage> {
    let (kind, rest) = line.split_once(' ')?;
    let (first, rest) = rest.split_once(' ')?;
    match kind {
        "news" => Some(PgMessage::Announcement(Announcement {
            version: first.parse().ok()?,
            topic: rest.to_owned(),
        })),
        "note" => {
            let (at_ms, topic) = rest.split_once(' ')?;
            Some(PgMessage::Presence(PresenceUpdate {
                seat: first.parse().ok()?,
                at_ms: at_ms.parse().ok()?,
                topic: topic.to_owned(),
            }))
        }
        "probe" => Some(PgMessage::Probe {
            instance: first.parse().ok()?,
            number: rest.parse().ok()?,
        }),
        _ => None,
    }
}

fn fits(line: &str) -> bool {
    line.len() <= PAYLOAD_BYTES_MAX && !line.contains(['\n', '\r', '\0'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announcement(topic: &str, version: u64) -> Announcement {
        let topic = topic.to_owned();
        Announcement { topic, version }
    }

    fn presence(topic: &str, seat: u8, at_ms: u64) -> PresenceUpdate {
        let topic = topic.to_owned();
        PresenceUpdate { topic, seat, at_ms }
    }

    fn through_payloads(batch: &OutboxBatch) -> Vec<PgMessage> {
        let payloads = encode(batch);
        let messages = payloads.iter().flat_map(|payload| decode(payload));
        messages.collect()
    }

    #[test]
    fn what_is_encoded_is_decoded_and_only_the_newest_of_each() {
        let batch = OutboxBatch {
            announcements: [
                announcement("a", 3),
                announcement("b", 1),
                announcement("a", 2),
            ]
            .into(),
            presence: [presence("a", 1, 70), presence("a", 2, 60)].into(),
        };
        let all = [
            PgMessage::Announcement(announcement("a", 3)),
            PgMessage::Announcement(announcement("b", 1)),
            PgMessage::Presence(presence("a", 1, 70)),
            PgMessage::Presence(presence("a", 2, 60)),
        ];
        assert_eq!(through_payloads(&batch), all);
        let number = 7;
        let decoded: Vec<_> = decode(&encode_probe(u64::MAX, number)).collect();
        let instance = u64::MAX;
        assert_eq!(decoded, [PgMessage::Probe { instance, number }]);
    }

    #[test]
    fn no_payload_is_longer_than_the_server_takes_and_nothing_is_left_out() {
        let batch = OutboxBatch {
            announcements: (0..256)
                .map(|number| announcement(&format!("{number:0>100}"), number))
                .collect(),
            presence: (0..256)
                .map(|number| presence(&format!("{number:0>100}"), 1, number))
                .collect(),
        };
        assert_eq!(through_payloads(&batch).len(), 512);
        let payloads = encode(&batch);
        assert!(payloads.iter().all(|payload| payload.len() < 8_000));
        assert!(payloads.len() < 10, "{}", payloads.len());
    }

    #[test]
    fn a_topic_that_would_be_two_lines_is_not_sent() {
        let batch = OutboxBatch {
            announcements: [
                announcement("a\nnews 9 b", 1),
                announcement(&"a".repeat(8_000), 1),
            ]
            .into(),
            ..OutboxBatch::default()
        };
        assert_eq!(through_payloads(&batch), []);
    }

    #[test]
    fn a_line_that_is_no_message_is_ignored() {
        let payload = "news\nnews b 7\nnote 1 b\nother 1 2\n\nnews -1 b\nnews 7 b";
        let decoded: Vec<_> = decode(payload).collect();
        assert_eq!(decoded, [PgMessage::Announcement(announcement("b", 7))]);
    }
}
