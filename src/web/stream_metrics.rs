//! The metrics of event streams: how many are open, and what they have sent.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// What a stream shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StreamKind {
    /// The page.
    Page,
    /// The view as JSON, whole each time.
    View,
    /// The view as JSON, once whole and then what changed.
    Changes,
}

impl StreamKind {
    const ALL: [Self; 3] = [Self::Page, Self::View, Self::Changes];

    fn word(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::View => "view",
            Self::Changes => "changes",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StreamLabel {
    kind: &'static str,
}

/// Counts streams by kind.
#[derive(Clone, Debug)]
pub(crate) struct StreamMetrics {
    by_kind: [(Gauge, Counter, Counter); StreamKind::ALL.len()],
}

impl StreamMetrics {
    /// Makes the metrics and registers them.
    pub(crate) fn register(registry: &mut Registry) -> Self {
        let open: Family<StreamLabel, Gauge> = Family::default();
        let events: Family<StreamLabel, Counter> = Family::default();
        let bytes: Family<StreamLabel, Counter> = Family::default();
        let by_kind = StreamKind::ALL.map(|kind| {
            let label = StreamLabel { kind: kind.word() };
            (
                open.get_or_create(&label).clone(),
                events.get_or_create(&label).clone(),
                bytes.get_or_create(&label).clone(),
            )
        });
        let help = "Open event streams by what they show";
        registry.register("streams_open", help, open);
        registry.register("stream_events", "Events sent on event streams", events);
        let help = "Bytes of events handed to event streams, as compressed";
        registry.register("stream_bytes", help, bytes);
        Self { by_kind }
    }

    /// Counts a stream as open until what is returned is dropped.
    pub(crate) fn open(&self, kind: StreamKind) -> StreamMeter {
        let (open, events, bytes) = self.by_kind[kind as usize].clone();
        open.inc();
        StreamMeter {
            open,
            events,
            bytes,
        }
    }
}

/// Counts what one stream sends.
#[derive(Debug)]
pub(crate) struct StreamMeter {
    open: Gauge,
    events: Counter,
    bytes: Counter,
}

impl StreamMeter {
    /// Counts an event of so many bytes.
    pub(crate) fn sent(&self, bytes: usize) {
        self.events.inc();
        self.bytes.inc_by(bytes as u64);
    }
}

impl Drop for StreamMeter {
    fn drop(&mut self) {
        self.open.dec();
    }
}
