//! The metrics as text: `OpenMetrics`, and the format before it, version 0.0.4.
//!
//! The library writes `OpenMetrics`, where a counter's samples are called like its family with `_total` behind it. In the
//! older format a family is called like its samples, and a parser takes others for families without a type.

use std::fmt::{self, Write as _};

use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

/// Writes `OpenMetrics` 1.0.0.
pub(crate) fn openmetrics(registry: &Registry) -> Result<String, fmt::Error> {
    let mut text = String::new();
    encode(&mut text, registry)?;
    Ok(text)
}

/// Writes the text format of version 0.0.4.
pub(crate) fn classic(registry: &Registry) -> Result<String, fmt::Error> {
    translated(&openmetrics(registry)?)
}

fn translated(openmetrics: &str) -> Result<String, fmt::Error> {
    let mut text = String::with_capacity(openmetrics.len());
    // Stands before the type, which says how the family is called.
    let mut help = None;
    for line in openmetrics.lines() {
        if let Some(described) = line.strip_prefix("# HELP ") {
            help = described.split_once(' ').map(|(_, words)| words);
        } else if let Some((name, kind)) = family(line) {
            let (suffix, kind) = in_classic(kind);
            if let Some(words) = help.take() {
                writeln!(text, "# HELP {name}{suffix} {words}")?;
            }
            writeln!(text, "# TYPE {name}{suffix} {kind}")?;
        } else if !line.starts_with('#') {
            // Units and the end of the text have no lines of their own here.
            writeln!(text, "{line}")?;
        }
    }
    Ok(text)
}

fn family(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix("# TYPE ")?.split_once(' ')
}

/// Returns what is put behind a family's name, and its type.
fn in_classic(kind: &str) -> (&'static str, &str) {
    match kind {
        "counter" => ("_total", "counter"),
        "info" => ("_info", "gauge"),
        "unknown" => ("", "untyped"),
        kind => ("", kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_keeps_its_type_and_its_samples() {
        let openmetrics = "\
# HELP opened Tables opened.
# TYPE opened counter
opened_total 3
# HELP seconds Seconds.
# TYPE seconds histogram
# UNIT seconds seconds
seconds_sum{route=\"/t/{table}\"} 0.5
# TYPE build info
build_info{version=\"1\"} 1
# TYPE odd unknown
odd 1
# EOF
";
        let classic = "\
# HELP opened_total Tables opened.
# TYPE opened_total counter
opened_total 3
# HELP seconds Seconds.
# TYPE seconds histogram
seconds_sum{route=\"/t/{table}\"} 0.5
# TYPE build_info gauge
build_info{version=\"1\"} 1
# TYPE odd untyped
odd 1
";
        assert_eq!(translated(openmetrics).as_deref(), Ok(classic));
    }
}
