//! The metrics of a bus: its link and what it counted, read at each scrape.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use crate::{Bus, LinkState};

/// Registers the metrics of `bus`.
pub fn register(bus: Bus, registry: &mut Registry) {
    registry.register_collector(Box::new(BusMetrics(bus)));
}

struct BusMetrics(Bus);

impl fmt::Debug for BusMetrics {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("BusMetrics").finish_non_exhaustive()
    }
}

impl Collector for BusMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Bus { pubsub, cache, .. } = &self.0;
        let up = i64::from(!matches!(pubsub.link(), LinkState::Disconnected { .. }));
        let help = "Whether all other instances are heard, if there are any";
        let gauge = ConstGauge::new(up);
        gauge.encode(encoder.encode_descriptor("bus_up", help, None, gauge.metric_type())?)?;
        // Without a cache the counters stand still at zero: a dashboard need not know which adapter it reads.
        let cache = cache.as_ref().map(|cache| cache.counts());
        let cache = cache.unwrap_or_default();
        for (name, help, value) in [
            (
                "bus_dropped",
                "Announcements other instances were never told",
                pubsub.dropped(),
            ),
            (
                "bus_cache_hits",
                "Things found that instances remember for each other",
                cache.hits,
            ),
            (
                "bus_cache_misses",
                "Things looked for among those and not found",
                cache.misses,
            ),
        ] {
            let counter = ConstCounter::new(value);
            counter.encode(encoder.encode_descriptor(
                name,
                help,
                None,
                counter.metric_type(),
            )?)?;
        }
        Ok(())
    }
}
