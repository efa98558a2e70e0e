//! The metrics as documentation: a table of what an instance shows with a journal in a file, a replica and a retention.
//!
//! It is made of what such an instance answers to a scraper, so nothing is in it that is not served, and the other way
//! round. `make docs` writes it into its file, and a test of the crate `profiles` compares.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use axum::Router;
use axum::body::Body;
use http::Request;
use http::header::{ACCEPT, HOST};
use http_body_util::BodyExt as _;
use store::Progress;
use tokio::time::Instant;
use tower::ServiceExt as _;
use web::{Lifecycle, LifecycleStage};

use crate::Platform;
use crate::process::config::{Config, Environment};
use crate::process::{App, storage};

/// How long closing the instance may take.
const CLOSE_MAX: Duration = Duration::from_secs(10);

/// One family of samples.
#[derive(Default)]
struct MetricFamily {
    kind: String,
    help: String,
    labels: BTreeSet<String>,
}

/// Returns a table of every metric: its name, its type, its labels and what it says.
///
/// # Errors
///
/// When such an instance cannot be opened in the folder for temporary files.
pub fn metrics_table(platform: &Platform) -> anyhow::Result<String> {
    let folder = ScratchFolder::make()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let text = runtime.block_on(scrape(platform, &folder.0))?;
    let mut table = String::from("| metric | type | labels | meaning |\n|---|---|---|---|\n");
    for (name, family) in families(&text) {
        let labels: Vec<String> = family.labels.iter().map(|it| format!("`{it}`")).collect();
        let _ = writeln!(
            table,
            "| `{name}` | {} | {} | {} |",
            family.kind,
            labels.join(", "),
            family.help
        );
    }
    Ok(table)
}

/// A folder that is removed when this is dropped.
struct ScratchFolder(PathBuf);

impl ScratchFolder {
    fn make() -> anyhow::Result<Self> {
        let mut bytes = [0; 8];
        super::random(&mut bytes);
        let name = format!("arcane-codex-metrics-{}", hex::encode(bytes));
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).context("no folder can be made")?;
        Ok(Self(path))
    }
}

impl Drop for ScratchFolder {
    fn drop(&mut self) {
        // An error leaves a small folder behind.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Opens an instance and returns what it answers to a scraper the second time: then it has answered once before.
async fn scrape(platform: &Platform, folder: &Path) -> anyhow::Result<String> {
    let bucket = folder.join("replica");
    fs::create_dir(&bucket)?;
    let replica = format!("file://{}", bucket.display());
    let journal = folder.join("journal.sqlite").into_os_string();
    let environment: Environment = [
        ("DB_PATH", journal),
        ("REPLICA_URL", OsString::from(replica)),
        ("RETENTION_DAYS", OsString::from("30")),
        (
            "SECRET_KEY",
            OsString::from("91d3a0c6f8b2475e9a1c0d3e5f7b8a6c42e0"),
        ),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into_iter()
    .collect();
    let loaded = Config::read(platform, &environment)?;
    let lifecycle = Lifecycle::begin();
    let progress = Progress::default();
    let app = App::open(&loaded.config, None, storage::named, &lifecycle, progress).await?;
    lifecycle.come_to(LifecycleStage::Open);
    ask(&app.routers.players).await?;
    let text = ask(&app.routers.players).await?;
    lifecycle.come_to(LifecycleStage::Closing);
    app.close.run(Instant::now() + CLOSE_MAX).await;
    Ok(text)
}

async fn ask(players: &Router) -> anyhow::Result<String> {
    let request = Request::get("/metrics")
        .header(HOST, "localhost")
        .header(ACCEPT, "text/plain")
        .body(Body::empty())?;
    let answer = players.clone().oneshot(request).await?;
    ensure!(answer.status().is_success(), "{}", answer.status());
    let body = answer.into_body().collect().await?;
    Ok(String::from_utf8(body.to_bytes().to_vec())?)
}

/// Returns what a scraper is told, by name.
fn families(text: &str) -> BTreeMap<String, MetricFamily> {
    let mut families: BTreeMap<String, MetricFamily> = BTreeMap::new();
    let mut last = String::new();
    for line in text.lines() {
        if let Some((name, help)) = described(line, "# HELP ") {
            // The library ends each with a full stop.
            help.trim_end_matches('.')
                .clone_into(&mut families.entry(name.to_owned()).or_default().help);
        } else if let Some((name, kind)) = described(line, "# TYPE ") {
            name.clone_into(&mut last);
            kind.clone_into(&mut families.entry(name.to_owned()).or_default().kind);
        } else if let Some((_, labels)) = line.split_once('{') {
            let family = families.entry(last.clone()).or_default();
            // A histogram's own label says which bucket it is.
            let names = label_names(labels).filter(|name| *name != "le");
            family.labels.extend(names.map(str::to_owned));
        }
    }
    families
}

fn described<'a>(line: &'a str, what: &str) -> Option<(&'a str, &'a str)> {
    line.strip_prefix(what)?.split_once(' ')
}

/// Returns the names of the labels of a sample. The values of ours hold no quotes.
fn label_names(labels: &str) -> impl Iterator<Item = &str> {
    let parts = labels.split('"').step_by(2);
    parts.filter_map(|part| part.trim_start_matches(',').strip_suffix('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_the_labels_of_all_samples() {
        let text = "\
# HELP seconds Seconds of it.
# TYPE seconds histogram
seconds_bucket{le=\"1\",route=\"/t/{table},x\",method=\"GET\"} 2
# HELP up Whether it is.
# TYPE up gauge
up 1
";
        let families = families(text);
        let seconds = &families["seconds"];
        assert_eq!(
            (seconds.kind.as_str(), seconds.help.as_str()),
            ("histogram", "Seconds of it")
        );
        assert_eq!(
            seconds.labels,
            ["method", "route"].map(str::to_owned).into()
        );
        assert!(families["up"].labels.is_empty());
    }
}
