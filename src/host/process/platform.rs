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
    /// How requests come.
    pub requests: RequestSource,
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
    /// Mount points that are part of the ephemeral disk, although they look like volumes.
    pub ephemeral_mounts: &'static [&'static str],
    /// The variable and its value by which the platform says that volumes are as ephemeral as the disk.
    pub ephemeral_volumes: Option<(&'static str, &'static str)>,
    /// Variables that name this instance; the first that is set counts.
    pub instance: &'static [&'static str],
    /// Maps variables of the platform to settings of ours.
    pub map_environment: fn(&Environment) -> MappedEnvironment,
    /// Set when only the platform's variables say that this process runs there, and not its entry point as well: the
    /// trust that the entry point would give, and this process does not.
    pub withheld: Option<WithheldTrust>,
}

/// How the requests of players come to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestSource {
    /// Over connections to a port that the process binds.
    Port,
    /// As invocations that the process fetches from its provider. Between two of them it stands still.
    Invocations,
}

/// The trust that a platform's entry point gives what is around a process.
///
/// Variables alone are no reason for it: a process in which they are set may be reached without the platform's router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WithheldTrust {
    /// Trusted reverse proxies in front.
    pub proxies: usize,
    /// How certificates of the platform's own servers are verified.
    pub tls_verification: TlsVerification,
}

impl Platform {
    /// A platform without particularities, on which containers have ten seconds to end.
    pub const PLAIN: Self = Self {
        name: "server",
        detected_by: &[],
        requests: RequestSource::Port,
        port: 5_000,
        drain: Duration::from_secs(10),
        proxies: 0,
        request_id: "x-request-id",
        trace_project: None,
        stream_age: None,
        pool: 20,
        tls_verification: TlsVerification::Verify,
        ephemeral_advice: None,
        ephemeral_mounts: &[],
        ephemeral_volumes: None,
        instance: &[],
        map_environment: map_nothing,
        withheld: None,
    };

    /// Returns the platform that a process of this entry point runs on: its own, or else the one of `known` whose
    /// variables are set, with the facts of that platform and without the trust of its entry point.
    #[must_use]
    pub fn found_among(self, known: &[Self], environment: &Environment) -> Self {
        let detected =
            |platform: &&Self| !platform.detected_by.is_empty() && platform.is_here(environment);
        if detected(&&self) {
            return self;
        }
        known.iter().find(detected).map_or(self, |found| Self {
            withheld: Some(WithheldTrust {
                proxies: found.proxies,
                tls_verification: found.tls_verification,
            }),
            map_environment: map_nothing,
            ..found.without_trust()
        })
    }

    /// Returns the platform as this process may rely on it: elsewhere, nothing is trusted and no disk is wiped.
    pub(crate) fn as_detected(self, environment: &Environment) -> Self {
        if self.is_here(environment) {
            return self;
        }
        Self {
            ephemeral_advice: None,
            ..self.without_trust()
        }
    }

    /// Says why a process that binds a port cannot serve on this platform, or as its program elsewhere; `None` where it can.
    pub(crate) fn refusal_of_port(&self) -> Option<String> {
        (self.requests == RequestSource::Invocations).then(|| {
            format!(
                "on {name} requests come as invocations, and no port is reached: the program of platforms/{name} answers \
                 them where {variable} says where they are, and elsewhere another program is to be run",
                variable = self.detected_by.join(", "),
                name = self.name,
            )
        })
    }

    fn without_trust(self) -> Self {
        Self {
            // Without the platform's proxies, any client could claim any address.
            proxies: 0,
            // Without its add-ons, an impostor could stand in for their self-signed certificates.
            tls_verification: TlsVerification::Verify,
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
