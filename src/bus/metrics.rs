//! The metrics of a bus: its link and what it counted, read at each scrape.

use std::fmt;
use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use crate::{Bus, LinkState};

/// Registers the metrics of `bus`.
pub fn register(bus: Arc<dyn Bus>, registry: &mut Registry) {
    registry.register_collector(Box::new(BusMetrics(bus)));
}

struct BusMetrics(Arc<dyn Bus>);

impl fmt::Debug for BusMetrics {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("BusMetrics").finish_non_exhaustive()
    }
}

impl Collector for BusMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let state = self.0.state();
        let up = i64::from(!matches!(state.link, LinkState::Disconnected { .. }));
        let help = "Whether all other instances are heard, if there are any";
        let gauge = ConstGauge::new(up);
        gauge.encode(encoder.encode_descriptor("bus_up", help, None, gauge.metric_type())?)?;
        for (name, help, value) in [
            (
                "bus_dropped",
                "Announcements other instances were never told",
                state.dropped,
            ),
            (
                "bus_cache_hits",
                "Things found that instances remember for each other",
                state.hits,
            ),
            (
                "bus_cache_misses",
                "Things looked for among those and not found",
                state.misses,
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
