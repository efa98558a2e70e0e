//! Rules and alerts, tried by Prometheus' own tool, and the table that says what to do about each.

use std::collections::BTreeSet;

use servers::promtool;

use crate::questions::{dashboard_queries, monitoring, read};

#[test]
fn alerts_fire_for_each_fault_and_for_none_of_an_instance_that_is_well() {
    let (said, content) = promtool(&monitoring(), &["check", "rules", "rules.yml"], "");
    assert!(content, "{said}");
    let (said, content) = promtool(&monitoring(), &["test", "rules", "rules.test.yml"], "");
    assert!(content, "{said}");
}

#[test]
fn a_rule_that_says_otherwise_fails_its_test() {
    let folder = tempfile::tempdir().unwrap();
    let rules = read("monitoring/rules.yml");
    let wrong = rules.replace(
        "expr: arcane_journal_up == 0",
        "expr: arcane_journal_up == 1",
    );
    assert_ne!(rules, wrong);
    std::fs::write(folder.path().join("rules.yml"), wrong).unwrap();
    let tests = read("monitoring/rules.test.yml");
    std::fs::write(folder.path().join("rules.test.yml"), tests).unwrap();
    let (said, content) = promtool(folder.path(), &["test", "rules", "rules.test.yml"], "");
    assert!(!content, "{said}");
}

#[test]
fn every_alert_has_its_fault_and_says_what_to_do() {
    let rules = read("monitoring/rules.yml");
    let tests = read("monitoring/rules.test.yml");
    let runbook = read("docs/operations/alerts.md");
    let rows: BTreeSet<&str> = runbook
        .lines()
        .filter_map(|line| line.strip_prefix("| <a id=\"")?.split('`').nth(1))
        .collect();
    let mut alerts = BTreeSet::new();
    for rule in rules.split("- alert: ").skip(1) {
        let alert = rule.lines().next().unwrap();
        let anchor = alert.to_lowercase();
        let runbook = format!("runbook: docs/operations/alerts.md#{anchor}");
        assert!(rule.contains(&runbook), "{alert} names its row");
        let severity = ["critical", "warning"]
            .into_iter()
            .find(|word| rule.contains(&format!("severity: {word}")));
        let row = format!(
            "| <a id=\"{anchor}\"></a>`{alert}` | {} |",
            severity.unwrap()
        );
        assert!(read("docs/operations/alerts.md").contains(&row), "{row}");
        assert!(
            tests.contains(&format!("alertname=\"{alert}\"")),
            "{alert} fires in no test"
        );
        alerts.insert(alert);
    }
    assert_eq!(rows, alerts);
}

/// What nobody has measured cannot be shown: each metric that is named in a query is in the table of all.
#[test]
fn queries_name_only_metrics_that_there_are() {
    let table = read("docs/operations/metrics.md");
    let known: BTreeSet<&str> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let recorded = read("monitoring/rules.yml");
    let queries: Vec<String> = dashboard_queries().into_iter().collect();
    let words = [recorded, queries.join("\n")].join("\n");
    let words = words.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let named = words.filter(|word| word.starts_with("arcane_") || word.starts_with("process_"));
    let mut count = 0;
    for metric in named {
        let family = ["_bucket", "_count", "_sum"]
            .iter()
            .find_map(|suffix| metric.strip_suffix(suffix));
        let is_known = known.contains(metric) || family.is_some_and(|it| known.contains(it));
        assert!(is_known, "{metric}");
        count += 1;
    }
    assert!(count > 50, "{count}");
}
