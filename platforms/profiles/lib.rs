//! The table of places: what each provider is known by, and the defaults that suit it.
//!
//! `platforms/README.md` shows the same table, and a test compares the two. Whatever stands here may be set
//! otherwise by a variable.

mod heroku;

use std::time::Duration;

use host::{Platform, TlsVerification};

/// A laptop, one host, a container: nobody in front, unless it is said.
pub const SERVER: Platform = Platform::PLAIN;

/// A dyno of Heroku. Its router ends what is silent for 55 seconds; its add-ons sign their own certificates.
pub const HEROKU: Platform = Platform {
    name: "heroku",
    detected_by: &["DYNO"],
    // Of 30 seconds.
    drain: Duration::from_secs(27),
    proxies: 1,
    // The smallest database lets in 20, and two releases overlap.
    pool: 8,
    tls_verification: TlsVerification::AnyCertificate,
    ephemeral_advice: Some(
        "attach a database (heroku addons:create heroku-postgresql:essential-0), or a bucket (Bucketeer's, or one \
         that REPLICA_URL names)",
    ),
    instance: &["DYNO"],
    map_environment: heroku::map_environment,
    ..Platform::PLAIN
};

/// A task of Amazon ECS behind an application load balancer. Its name is not in its environment: the entry point
/// asks for it.
pub const ECS: Platform = Platform {
    name: "ecs",
    detected_by: &["ECS_CONTAINER_METADATA_URI_V4"],
    // Of the 60 seconds that the task definition asks for.
    drain: Duration::from_secs(52),
    proxies: 1,
    request_id: "x-amzn-trace-id",
    ephemeral_advice: Some(
        "name a bucket with REPLICA_URL=s3://…, or a database with DATABASE_URL",
    ),
    ..Platform::PLAIN
};

/// A container of Google Cloud Run.
pub const CLOUDRUN: Platform = Platform {
    name: "cloudrun",
    detected_by: &["K_SERVICE"],
    port: 8_080,
    // Of 10 seconds, which cannot be changed.
    drain: Duration::from_secs(10),
    proxies: 1,
    request_id: "x-cloud-trace-context",
    // Its own does not name it: the deployment does.
    trace_project: Some("GOOGLE_CLOUD_PROJECT"),
    // Of 60 minutes.
    stream_age: Some(Duration::from_mins(55)),
    ephemeral_advice: Some(
        "name a bucket with REPLICA_URL=gs://…, or a database with DATABASE_URL",
    ),
    instance: &["K_REVISION"],
    ..Platform::PLAIN
};

/// All of them.
pub const ALL: [Platform; 4] = [SERVER, HEROKU, ECS, CLOUDRUN];

#[cfg(test)]
mod tests {
    use super::*;

    const README: &str = include_str!("../README.md");

    #[test]
    fn the_table_for_people_says_the_same() {
        let rows: Vec<&str> = README
            .lines()
            .filter(|line| line.starts_with("| `"))
            .collect();
        assert_eq!(rows.len(), ALL.len(), "a row for each place");
        for (row, place) in rows.into_iter().zip(ALL) {
            let facts = facts(&place);
            assert!(row.starts_with(&facts), "{facts}\n{row}");
        }
    }

    /// The facts of a row, in the order of its columns.
    fn facts(place: &Platform) -> String {
        let age = place
            .stream_age
            .map(|age| format!("{} min", age.as_secs() / 60));
        let columns = [
            format!("`{}`", place.name),
            quoted(place.detected_by),
            place.port.to_string(),
            format!("{} s", place.drain.as_secs()),
            place.proxies.to_string(),
            format!("`{}`", place.request_id),
            age.unwrap_or_default(),
        ];
        columns.iter().fold("|".to_owned(), |row, column| {
            let space = if column.is_empty() { "" } else { " " };
            format!("{row} {column}{space}|")
        })
    }

    fn quoted(names: &[&str]) -> String {
        let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        quoted.join(", ")
    }

    #[test]
    fn who_is_elsewhere_trusts_nobody() {
        for place in ALL.iter().filter(|place| !place.detected_by.is_empty()) {
            assert!(!place.is_here(&host::Environment::new()), "{}", place.name);
            let read = host::Config::read(place, &host::Environment::new());
            let elsewhere = read.expect("nothing is set wrong").config;
            assert_eq!(elsewhere.server.trusted_proxy_hops, 0, "{}", place.name);
        }
    }
}
