//! The metrics of the process itself, under the names that every exporter gives them, and of the program.
//!
//! Linux says most of them under `/proc`; elsewhere they are left out.

use std::fmt;
use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;
use rustix::process::{Resource, getrlimit};

/// Parts of the program that panicked since the start.
pub(crate) static PANICS: AtomicU64 = AtomicU64::new(0);

/// Ticks of a second in `/proc`: the kernel shows programs 100 on every machine that Rust builds for.
const TICKS_PER_SECOND: f64 = 100.0;

/// Registers the metrics that every process has, whose names have no prefix.
pub(crate) fn register(registry: &mut Registry) {
    registry.register_collector(Box::new(ProcessMetrics));
}

/// Registers the metrics of this program.
pub(crate) fn register_program(registry: &mut Registry) {
    registry.register_collector(Box::new(ProgramMetrics));
}

#[derive(Debug)]
struct ProcessMetrics;

impl Collector for ProcessMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Some(usage) = ProcessUsage::read() else {
            return Ok(());
        };
        let cpu = ConstCounter::new(usage.cpu_seconds);
        let help = "Seconds of processor time, in the program and in the system";
        cpu.encode(encoder.encode_descriptor(
            "process_cpu_seconds",
            help,
            None,
            MetricType::Counter,
        )?)?;
        for (name, help, value) in [
            (
                "process_resident_memory_bytes",
                "Bytes of memory in use",
                Some(usage.resident_bytes),
            ),
            (
                "process_virtual_memory_bytes",
                "Bytes of memory mapped",
                Some(usage.virtual_bytes),
            ),
            ("process_open_fds", "Open file descriptors", open_files()),
            (
                "process_max_fds",
                "File descriptors that may be open",
                getrlimit(Resource::Nofile).current.map(as_float),
            ),
            ("process_threads", "Threads", Some(usage.threads)),
            (
                "process_start_time_seconds",
                "When the process started, in seconds since the Unix epoch",
                boot_time_seconds().map(|booted| booted + usage.started_seconds),
            ),
        ] {
            let Some(value) = value else { continue };
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(name, help, None, MetricType::Gauge)?)?;
        }
        Ok(())
    }
}

/// What the kernel says of this process.
#[derive(Clone, Copy, Debug)]
struct ProcessUsage {
    cpu_seconds: f64,
    resident_bytes: f64,
    virtual_bytes: f64,
    threads: f64,
    /// Since the machine was started.
    started_seconds: f64,
}

impl ProcessUsage {
    fn read() -> Option<Self> {
        let stat = fs::read_to_string("/proc/self/stat").ok()?;
        let status = fs::read_to_string("/proc/self/status").ok()?;
        Self::parse(&stat, &status)
    }

    fn parse(stat: &str, status: &str) -> Option<Self> {
        // The second field is the program's name in parentheses, and may hold anything.
        let (_, fields) = stat.rsplit_once(')')?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        // Numbered as in proc(5), where the field after the name is the third.
        let field = |number: usize| fields.get(number - 3)?.parse::<f64>().ok();
        let kilobytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            let number = line.split_whitespace().next()?.parse::<f64>().ok()?;
            Some(number * 1_024.0)
        };
        Some(Self {
            cpu_seconds: (field(14)? + field(15)?) / TICKS_PER_SECOND,
            threads: field(20)?,
            started_seconds: field(22)? / TICKS_PER_SECOND,
            virtual_bytes: field(23)?,
            resident_bytes: kilobytes("VmRSS:")?,
        })
    }
}

fn open_files() -> Option<f64> {
    let count = fs::read_dir("/proc/self/fd").ok()?.count();
    // Without the one by which they are listed.
    Some(as_float(count.saturating_sub(1) as u64))
}

/// Returns when the machine was started, in seconds since the Unix epoch.
fn boot_time_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/stat").ok()?;
    let line = stat.lines().find_map(|line| line.strip_prefix("btime "))?;
    line.trim().parse().ok()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a metric is read to a few digits"
)]
fn as_float(number: u64) -> f64 {
    number as f64
}

#[derive(Debug)]
struct ProgramMetrics;

impl Collector for ProgramMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let help = "The program that runs: 1, with its release and its edition of the rules";
        let mut build = encoder.encode_descriptor("build_info", help, None, MetricType::Gauge)?;
        let edition = game::RULES_EDITION.to_string();
        let labels = [
            ("version", env!("CARGO_PKG_VERSION")),
            ("rules_edition", edition.as_str()),
        ];
        ConstGauge::new(1_i64).encode(build.encode_family(&labels)?)?;
        let help = "Parts of the program that panicked";
        let panics = ConstCounter::new(PANICS.load(Ordering::Relaxed));
        panics.encode(encoder.encode_descriptor("panics", help, None, MetricType::Counter)?)?;
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return Ok(());
        };
        let runtime = runtime.metrics();
        for (name, help, value) in [
            (
                "runtime_workers",
                "Threads that run tasks",
                runtime.num_workers(),
            ),
            (
                "runtime_tasks",
                "Tasks that have not ended",
                runtime.num_alive_tasks(),
            ),
            (
                "runtime_queued_tasks",
                "Tasks that wait for any thread",
                runtime.global_queue_depth(),
            ),
        ] {
            let gauge = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
            gauge.encode(encoder.encode_descriptor(name, help, None, MetricType::Gauge)?)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the kernel writes it, of a program whose name is made to mislead.
    const STAT: &str = "4242 (a ) b 7) S 1 4242 4242 0 -1 4194560 2511 0 3 0 150 50 0 0 20 0 7 0 \
                        123400 1048576 2560 18446744073709551615 1 1 0";

    #[test]
    fn what_the_kernel_says_is_read_in_seconds_and_bytes() {
        let status = "Name:\ta ) b 7\nVmRSS:\t   10240 kB\nThreads:\t7\n";
        let usage = ProcessUsage::parse(STAT, status).expect("it is whole");
        assert!((usage.cpu_seconds - 2.0).abs() < f64::EPSILON, "{usage:?}");
        assert!((usage.started_seconds - 1_234.0).abs() < f64::EPSILON);
        assert!((usage.threads - 7.0).abs() < f64::EPSILON);
        assert!((usage.virtual_bytes - 1_048_576.0).abs() < f64::EPSILON);
        assert!((usage.resident_bytes - 10_485_760.0).abs() < f64::EPSILON);
        assert!(ProcessUsage::parse("4242 (cut", status).is_none());
    }
}
