//! The metric of the log: how many lines were dropped, and why.

use std::fmt;
use std::sync::atomic::Ordering;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::registry::Registry;

use super::LINES;

/// Registers the metric of this process's log.
pub(crate) fn register(registry: &mut Registry) {
    registry.register_collector(Box::new(DroppedLines));
}

#[derive(Debug)]
struct DroppedLines;

impl Collector for DroppedLines {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let help = "Lines of the log that were dropped: nobody took them in time, writing failed, or a library repeated itself";
        let mut family =
            encoder.encode_descriptor("log_lines_dropped", help, None, MetricType::Counter)?;
        for (reason, count) in [
            ("overflowed", &LINES.overflowed),
            ("failed", &LINES.failed),
            ("repeated", &LINES.repeated),
        ] {
            let counter = ConstCounter::new(count.load(Ordering::Relaxed));
            counter.encode(family.encode_family(&[("reason", reason)])?)?;
        }
        Ok(())
    }
}
