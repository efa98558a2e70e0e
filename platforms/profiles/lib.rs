//! The profile of each platform: how it is detected, and its defaults.
//!
//! `platforms/README.md` shows the same table, and a test compares the two. A variable overrides each default.

mod bucketeer;
mod documents;
mod secrets;

use std::time::Duration;

use host::{Platform, RequestSource, TlsVerification};

pub use documents::documents;

/// A laptop, one host, a container: no reverse proxy in front, unless a variable says so. Where the variables of another
/// platform are set, its facts are taken and its router is not trusted.
pub const SERVER: Platform = Platform::PLAIN;

/// A dyno of Heroku. Its router closes connections that are silent for 55 seconds; the certificates of its add-ons are
/// self-signed.
pub const HEROKU: Platform = Platform {
    name: "heroku",
    detected_by: &["DYNO"],
    // A dyno is killed 30 seconds after SIGTERM.
    drain: Duration::from_secs(27),
    proxies: 1,
    // The smallest database allows 20 connections, and two releases overlap.
    pool: 8,
    tls_verification: TlsVerification::AnyCertificate,
    ephemeral_advice: Some(
        "attach a database (heroku addons:create heroku-postgresql:essential-0), or a bucket (one that REPLICA_URL \
         names, or Bucketeer's, whose variables the build with PLATFORM=heroku reads)",
    ),
    // A dyno has no volumes; these are parts of its disk.
    ephemeral_mounts: &["/app", "/tmp"],
    instance: &["DYNO"],
    map_environment: bucketeer::map_environment,
    ..Platform::PLAIN
};

/// A task of Amazon ECS behind an application load balancer. Its name is not in its environment; the entry point reads
/// it from the metadata agent.
pub const ECS: Platform = Platform {
    name: "ecs",
    detected_by: &["ECS_CONTAINER_METADATA_URI_V4"],
    // The task definition sets 60 seconds between SIGTERM and SIGKILL.
    drain: Duration::from_secs(52),
    proxies: 1,
    request_id: "x-amzn-trace-id",
    ephemeral_advice: Some(
        "name a bucket with REPLICA_URL=s3://…, a table with DYNAMODB_TABLE, or a database with DATABASE_URL",
    ),
    // On Fargate a task's volumes, also those that an image declares, are parts of its ephemeral storage. Volumes of a
    // machine of one's own outlive tasks.
    ephemeral_volumes: Some(("AWS_EXECUTION_ENV", "AWS_ECS_FARGATE")),
    ..Platform::PLAIN
};

/// A container of Google Cloud Run.
pub const CLOUDRUN: Platform = Platform {
    name: "cloudrun",
    detected_by: &["K_SERVICE"],
    port: 8_080,
    // An instance is killed 10 seconds after SIGTERM, which cannot be changed.
    drain: Duration::from_secs(10),
    proxies: 1,
    request_id: "x-cloud-trace-context",
    // Cloud Run does not set the project's name. The deployment does.
    trace_project: Some("GOOGLE_CLOUD_PROJECT"),
    // A request may last 60 minutes.
    stream_age: Some(Duration::from_mins(55)),
    ephemeral_advice: Some(
        "name a bucket with REPLICA_URL=gs://…, or a database with DATABASE_URL",
    ),
    instance: &["K_REVISION"],
    ..Platform::PLAIN
};

/// An environment of AWS Lambda, behind a function URL or an API Gateway. Its program is what says whom a request comes
/// from, as that front told it, and so stands where elsewhere a proxy does.
pub const LAMBDA: Platform = Platform {
    name: "lambda",
    detected_by: &["AWS_LAMBDA_RUNTIME_API"],
    requests: RequestSource::Invocations,
    // It is stopped after each answer, and ends without being told.
    drain: Duration::ZERO,
    proxies: 1,
    request_id: "lambda-runtime-aws-request-id",
    // There are as many environments as requests at once, and a database lends each its own connections.
    pool: 2,
    ephemeral_advice: Some("name a table with DYNAMODB_TABLE"),
    ephemeral_mounts: &["/tmp"],
    instance: &["AWS_LAMBDA_LOG_STREAM_NAME"],
    ..Platform::PLAIN
};

/// A process of the Shuttle runtime. Its hosted service, which wiped disks and had a proxy in front, has ended: what is
/// left runs on a machine of one's own.
pub const SHUTTLE: Platform = Platform {
    name: "shuttle",
    detected_by: &["SHUTTLE_PROJECT_ID"],
    // What `shuttle run` takes if nobody says otherwise; the runtime's own entry point is told.
    port: 8_000,
    map_environment: secrets::map_environment,
    ..Platform::PLAIN
};

/// All profiles.
pub const ALL: [Platform; 6] = [SERVER, HEROKU, ECS, CLOUDRUN, LAMBDA, SHUTTLE];

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
        assert_eq!(rows.len(), ALL.len(), "a row for each platform");
        for (row, platform) in rows.into_iter().zip(ALL) {
            let facts = facts(&platform);
            assert!(row.starts_with(&facts), "{facts}\n{row}");
        }
    }

    /// The facts of a row, in the order of its columns.
    fn facts(platform: &Platform) -> String {
        let age = platform
            .stream_age
            .map(|age| format!("{} min", age.as_secs() / 60));
        let columns = [
            format!("`{}`", platform.name),
            quoted(platform.detected_by),
            platform.port.to_string(),
            format!("{} s", platform.drain.as_secs()),
            platform.proxies.to_string(),
            format!("`{}`", platform.request_id),
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
    fn a_process_outside_its_platform_trusts_no_proxy() {
        for platform in ALL
            .iter()
            .filter(|platform| !platform.detected_by.is_empty())
        {
            assert!(
                !platform.is_here(&host::Environment::new()),
                "{}",
                platform.name
            );
            let read = host::Config::read(platform, &host::Environment::new());
            let elsewhere = read.expect("nothing is set wrong").config;
            assert_eq!(elsewhere.server.trusted_proxy_hops, 0, "{}", platform.name);
        }
    }
}
