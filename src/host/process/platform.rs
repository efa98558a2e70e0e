//! The profile of a platform the Codex runs on.

use std::ffi::OsString;
use std::time::Duration;

use bucket::S3Credentials;

use crate::{Environment, TlsVerification};

/// The profile of a platform: how it is detected, and its defaults, each of which a variable overrides.
#[derive(Clone, Copy, Debug)]
pub struct Platform {
    /// Its name, for the log.
    pub name: &'static str,
    /// Variables that are set on this platform and nowhere else. A process without them runs elsewhere, and says so.
    pub detected_by: &'static [&'static str],
    /// The port when none is set.
    pub port: u16,
    /// The default time between the signal to end and the end of the drain.
    pub drain: Duration,
    /// Trusted reverse proxies in front.
    pub proxies: usize,
    /// The header in which its proxies send a request id.
    pub request_id: &'static str,
    /// The variable that names the project of the traces that log lines refer to, for Google's collector.
    pub trace_project: Option<&'static str>,
    /// The longest live stream, if its proxies cut longer ones.
    pub stream_age: Option<Duration>,
    /// The default size of the connection pool. The instances share the connections that the database allows.
    pub pool: usize,
    /// How certificates of its own servers are verified.
    pub tls_verification: TlsVerification,
    /// Set when the platform's disk is ephemeral: the advice printed when no durable storage is configured.
    pub ephemeral_advice: Option<&'static str>,
    /// Variables that name this instance; the first that is set counts.
    pub instance: &'static [&'static str],
    /// Maps variables of the platform to settings of ours.
    pub map_environment: fn(&Environment) -> MappedEnvironment,
}

impl Platform {
    /// A platform without particularities, on which containers have ten seconds to end.
    pub const PLAIN: Self = Self {
        name: "server",
        detected_by: &[],
        port: 5_000,
        drain: Duration::from_secs(10),
        proxies: 0,
        request_id: "x-request-id",
        trace_project: None,
        stream_age: None,
        pool: 20,
        tls_verification: TlsVerification::Verify,
        ephemeral_advice: None,
        instance: &[],
        map_environment: map_nothing,
    };

    /// Returns the platform as this process may rely on it: elsewhere, nothing is trusted and no disk is wiped.
    pub(crate) fn as_detected(self, environment: &Environment) -> Self {
        if self.is_here(environment) {
            return self;
        }
        Self {
            // Without the platform's proxies, any client could claim any address.
            proxies: 0,
            // Without its add-ons, an impostor could stand in for their self-signed certificates.
            tls_verification: TlsVerification::Verify,
            ephemeral_advice: None,
            ..self
        }
    }

    /// Returns whether this process runs on this platform.
    pub fn is_here(&self, environment: &Environment) -> bool {
        self.detected_by
            .iter()
            .all(|variable| environment.contains_key(*variable))
    }
}

/// Settings and credentials taken from a platform's own variables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MappedEnvironment {
    /// Variables of ours and their values. They count as if the environment held them.
    pub variables: Vec<(&'static str, OsString)>,
    /// The credentials of a bucket of S3 that the platform provides.
    pub s3_credentials: Option<S3Credentials>,
}

/// Maps nothing.
fn map_nothing(_environment: &Environment) -> MappedEnvironment {
    MappedEnvironment::default()
}
