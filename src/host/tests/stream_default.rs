//! How many streams are taken by default: as many as fit the memory that the process is given.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use host::{Config, Environment, LoadedConfig, Platform};

#[test]
fn the_default_of_streams_fits_the_memory_limit_and_the_listing_says_so() {
    let loaded = read(&Environment::default()).within(Some(256 << 20));
    let streams = loaded.config.limits.streams_max;
    assert!(streams > 1_000 && streams < 10_000, "{streams}");
    assert!(loaded.warnings.is_empty());
    let listing = loaded.listing();
    let line = listing
        .lines()
        .find(|line| line.starts_with("MAX_STREAMS="));
    let line = line.unwrap();
    assert!(
        line.starts_with(&format!("MAX_STREAMS={streams} "))
            && line.ends_with("# default for a memory limit of 256 MiB"),
        "{line}"
    );
}

#[test]
fn more_streams_than_fit_the_memory_limit_are_warned_of() {
    let loaded = read(
        &[("MAX_STREAMS".to_owned(), "9000".into())]
            .into_iter()
            .collect(),
    );
    assert!(loaded.clone().within(None).warnings.is_empty());
    let loaded = loaded.within(Some(256 << 20));
    assert_eq!(loaded.config.limits.streams_max, 9_000);
    let warned = loaded.warnings.join("\n");
    assert!(
        warned.starts_with("MAX_STREAMS: 9000 streams may need more"),
        "{warned}"
    );
}

fn read(environment: &Environment) -> LoadedConfig {
    Config::read(&Platform::PLAIN, environment).unwrap()
}
