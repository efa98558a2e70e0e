//! Server-sent events as bytes: encoded once and shared by all streams that send them, plain or compressed.

mod gzip;

use std::fmt::Write as _;
use std::sync::OnceLock;

use axum::body::Bytes;
use http::HeaderMap;

use crate::content_encoding::ContentEncoding;
use gzip::{Block, GzipMember};

/// One event.
#[derive(Debug)]
pub(crate) struct EncodedEvent {
    plain: Bytes,
    compressed: OnceLock<Block>,
}

impl EncodedEvent {
    /// Encodes an event. Its data may have several lines; an empty id is none.
    pub(crate) fn new(event: &str, id: &str, data: &str) -> Self {
        let mut plain = String::with_capacity(data.len() + data.len() / 8 + 64);
        // Writing to a string cannot fail.
        let _ = writeln!(plain, "event: {event}");
        if !id.is_empty() {
            let _ = writeln!(plain, "id: {id}");
        }
        for line in data.split('\n') {
            plain.extend(["data: ", line, "\n"]);
        }
        plain.push('\n');
        Self {
            plain: plain.into(),
            compressed: OnceLock::new(),
        }
    }

    fn compressed(&self) -> &Block {
        self.compressed.get_or_init(|| Block::of(&self.plain))
    }
}

/// Writes the events of one stream.
#[derive(Debug)]
pub(crate) enum StreamEncoder {
    /// As they are.
    Plain,
    /// As one gzip member, of blocks that are compressed once for all streams.
    Gzip(GzipMember),
}

impl StreamEncoder {
    /// Chooses what the client accepts.
    pub(crate) fn accepted(headers: &HeaderMap) -> Self {
        match ContentEncoding::preferred(headers, &[ContentEncoding::Gzip]) {
            Some(_) => Self::Gzip(GzipMember::default()),
            None => Self::Plain,
        }
    }

    /// The name of the content encoding, if there is one.
    pub(crate) fn name(&self) -> Option<&'static str> {
        matches!(self, Self::Gzip(_)).then_some("gzip")
    }

    /// Returns the bytes that send an event.
    pub(crate) fn encode(&mut self, event: &EncodedEvent) -> Bytes {
        match self {
            Self::Plain => event.plain.clone(),
            Self::Gzip(member) => member.append(event.compressed()),
        }
    }

    /// Returns the bytes that send the last event.
    pub(crate) fn finish(&mut self, event: &EncodedEvent) -> Bytes {
        match self {
            Self::Plain => event.plain.clone(),
            Self::Gzip(member) => member.finish(event.compressed()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::{DeflateDecoder, GzDecoder};
    use http::HeaderValue;
    use http::header::ACCEPT_ENCODING;

    use super::*;

    fn events() -> Vec<EncodedEvent> {
        let lines = (0..400).map(|line| format!("<li>line {line}\n"));
        let page = lines.collect::<Vec<_>>().concat();
        vec![
            EncodedEvent::new("page", "1-00", &page),
            EncodedEvent::new("beat", "1-00", "{\"version\":1}"),
            EncodedEvent::new("patch", "2-00", &page[..600]),
            EncodedEvent::new("bye", "", "{\"retry_ms\":700}"),
        ]
    }

    fn encoder(accepted: &'static str) -> StreamEncoder {
        let headers = [(ACCEPT_ENCODING, HeaderValue::from_static(accepted))];
        StreamEncoder::accepted(&headers.into_iter().collect())
    }

    #[test]
    fn an_event_has_a_line_of_data_for_each_line() {
        let event = EncodedEvent::new("page", "7", "<p>\n\n</p>");
        let text = "event: page\nid: 7\ndata: <p>\ndata: \ndata: </p>\n\n";
        assert_eq!(event.plain, text);
        assert_eq!(
            EncodedEvent::new("bye", "", "{}").plain,
            "event: bye\ndata: {}\n\n"
        );
    }

    #[test]
    fn a_compressed_stream_is_one_gzip_member_with_its_checksum() {
        let events = events();
        let plain: Vec<u8> = events
            .iter()
            .flat_map(|event| event.plain.clone())
            .collect();
        for _ in 0..2 {
            let mut encoder = encoder("gzip, deflate, br");
            assert_eq!(encoder.name(), Some("gzip"));
            let (last, before) = events.split_last().unwrap();
            let mut sent: Vec<u8> = Vec::new();
            for event in before {
                sent.extend(encoder.encode(event));
            }
            sent.extend(encoder.finish(last));
            let mut read = Vec::new();
            GzDecoder::new(&*sent).read_to_end(&mut read).unwrap();
            assert_eq!(read, plain);
            assert!(sent.len() < plain.len() / 2);
        }
    }

    #[test]
    fn each_event_can_be_read_when_it_has_come_and_without_those_before() {
        for event in events() {
            let mut read = vec![0; event.plain.len()];
            let mut decoder = DeflateDecoder::new(&*event.compressed().bytes);
            decoder.read_exact(&mut read).unwrap();
            assert_eq!(read, event.plain);
        }
    }

    #[test]
    fn nothing_is_compressed_for_clients_that_do_not_accept_it() {
        for accepted in [
            "",
            "br",
            "gzip;q=0",
            "gzip; q=0.000",
            "*, gzip;q=0",
            "identity",
        ] {
            assert_eq!(encoder(accepted).name(), None, "{accepted}");
        }
        for accepted in ["gzip", "br;q=1.0, GZIP;q=0.8", "*", "deflate, gzip; q=0.5"] {
            assert_eq!(encoder(accepted).name(), Some("gzip"), "{accepted}");
        }
        let events = events();
        let mut plain = encoder("");
        assert_eq!(plain.encode(&events[0]), events[0].plain);
        assert_eq!(plain.finish(&events[3]), events[3].plain);
    }
}
