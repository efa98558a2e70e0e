//! The metrics of the front: connections that are open, and those that were not let in or gave way.
//!
//! A process has one front, whose ports count together; it is there before the application that shows its metrics.

use std::fmt;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

/// What the front of this process has counted.
pub(super) static FRONT: FrontCounts = FrontCounts {
    open: AtomicI64::new(0),
    refused: AtomicU64::new(0),
    evicted: AtomicU64::new(0),
};

/// Counts connections.
#[derive(Debug)]
pub(super) struct FrontCounts {
    open: AtomicI64,
    refused: AtomicU64,
    evicted: AtomicU64,
}

impl FrontCounts {
    /// Counts a connection that was let in.
    pub(super) fn opened(&self) {
        self.open.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts one that ended.
    pub(super) fn closed(&self) {
        self.open.fetch_sub(1, Ordering::Relaxed);
    }

    /// Counts one whose peer had too many.
    pub(super) fn refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts one that ended so that others found room.
    pub(super) fn evicted(&self) {
        self.evicted.fetch_add(1, Ordering::Relaxed);
    }
}

/// Registers the metrics of the front. `connections_max` is the most connections it lets in for players.
pub(crate) fn register(connections_max: usize, registry: &mut Registry) {
    registry.register_collector(Box::new(FrontMetrics { connections_max }));
}

#[derive(Debug)]
struct FrontMetrics {
    connections_max: usize,
}

impl Collector for FrontMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let most = i64::try_from(self.connections_max).unwrap_or(i64::MAX);
        for (name, help, value) in [
            (
                "connections",
                "Open connections of all ports",
                FRONT.open.load(Ordering::Relaxed),
            ),
            (
                "connections_max",
                "Connections of players open at once at most",
                most,
            ),
        ] {
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(name, help, None, MetricType::Gauge)?)?;
        }
        let help = "Connections not let in because their address had too many, or ended so that others found room";
        let mut family =
            encoder.encode_descriptor("connections_limited", help, None, MetricType::Counter)?;
        for (reason, count) in [("refused", &FRONT.refused), ("evicted", &FRONT.evicted)] {
            let counter = ConstCounter::new(count.load(Ordering::Relaxed));
            counter.encode(family.encode_family(&[("reason", reason)])?)?;
        }
        Ok(())
    }
}
