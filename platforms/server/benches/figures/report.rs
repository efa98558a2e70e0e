//! The figures as they are printed: a row of a table for people, or a line of JSON for programs.

use serde_json::{Value, json};

/// A figure that misses its target by less than this part of it is near.
const NEAR: f64 = 0.25;

/// Where figures go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Report {
    json: bool,
}

/// What a figure is to be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    /// This or less.
    AtMost(f64),
    /// This or more.
    AtLeast(f64),
}

impl Report {
    /// Begins a report.
    pub(crate) fn new(json: bool) -> Self {
        let report = Self { json };
        if !json {
            print_row("figure", "value", "unit", "target", "");
        }
        report
    }

    /// Prints a figure that has a target.
    pub(crate) fn judged(self, figure: &str, value: f64, unit: &str, target: Target) {
        let verdict = target.verdict(value);
        if self.json {
            let (bound, limit) = target.named();
            print_line(&json!({
                "figure": figure, "value": value, "unit": unit, bound: limit, "verdict": verdict,
            }));
        } else {
            let (value, target) = (digits(value), target.text());
            print_row(figure, &value, unit, &target, &verdict);
        }
    }

    /// Prints a figure.
    pub(crate) fn plain(self, figure: &str, value: f64, unit: &str) {
        if self.json {
            print_line(&json!({ "figure": figure, "value": value, "unit": unit }));
        } else {
            print_row(figure, &digits(value), unit, "", "");
        }
    }

    /// Prints what is more than one number.
    pub(crate) fn text(self, figure: &str, text: &str) {
        if self.json {
            print_line(&json!({ "figure": figure, "text": text }));
        } else {
            print_row(figure, text, "", "", "");
        }
    }
}

#[expect(clippy::print_stdout, reason = "a bench prints its figures")]
fn print_line(line: &Value) {
    println!("{line}");
}

#[expect(clippy::print_stdout, reason = "a bench prints its figures")]
fn print_row(figure: &str, value: &str, unit: &str, target: &str, verdict: &str) {
    let row = format!("{figure:<62} {value:>9} {unit:<22} {target:>9} {verdict}");
    println!("{}", row.trim_end());
}

impl Target {
    fn named(self) -> (&'static str, f64) {
        match self {
            Self::AtMost(limit) => ("at_most", limit),
            Self::AtLeast(limit) => ("at_least", limit),
        }
    }

    fn text(self) -> String {
        match self {
            Self::AtMost(limit) => format!("≤ {}", digits(limit)),
            Self::AtLeast(limit) => format!("≥ {}", digits(limit)),
        }
    }

    fn verdict(self, value: f64) -> String {
        let missed = match self {
            Self::AtMost(limit) => value / limit - 1.0,
            Self::AtLeast(limit) => 1.0 - value / limit,
        };
        // Also for what could not be measured: it is no number.
        if missed <= 0.0 {
            return "met".to_owned();
        }
        let word = if missed < NEAR { "near" } else { "missed" };
        format!("{word}, by {:.0} %", missed * 100.0)
    }
}

/// Three digits, as far as they stand behind the point.
fn digits(value: f64) -> String {
    if value.abs() >= 100.0 {
        format!("{value:.0}")
    } else if value.abs() >= 10.0 {
        format!("{value:.1}")
    } else if value.abs() >= 1.0 {
        format!("{value:.2}")
    } else {
        format!("{value:.4}")
    }
}
