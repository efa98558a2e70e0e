//! What is particular about a place the Codex runs at.

use std::ffi::OsString;
use std::time::Duration;

use crate::{Environment, TlsVerification};

/// A place the Codex runs at: facts about its provider, and the defaults that suit it. Each default may be set
/// otherwise by a variable.
#[derive(Clone, Copy, Debug)]
pub struct Platform {
    /// Its name, for the log.
    pub name: &'static str,
    /// Variables that are set there and nowhere else. A process that misses them is run elsewhere, and says so.
    pub detected_by: &'static [&'static str],
    /// The port when none is set.
    pub port: u16,
    /// How long it lets a process end before killing it, when nothing else is set.
    pub drain: Duration,
    /// Proxies in front, whose word is taken.
    pub proxies: usize,
    /// The header by which its proxies number requests.
    pub request_id: &'static str,
    /// The variable that names the project whose traces log lines belong to, as Google's collector wants it.
    pub trace_project: Option<&'static str>,
    /// How long a live stream may last, if its proxies cut longer ones.
    pub stream_age: Option<Duration>,
    /// Connections to a database, of which all instances together may have few.
    pub pool: usize,
    /// Which servers of its own are believed.
    pub tls_verification: TlsVerification,
    /// What lasts longer than a process there and can hold the journal, if its disks do not: what to do, for a
    /// sentence.
    pub ephemeral_advice: Option<&'static str>,
    /// Variables of its own that say who this instance is, the first that is set.
    pub instance: &'static [&'static str],
    /// Translates variables of its own into ours. The process begins anew with what this returns, and then it must
    /// return nothing.
    pub map_environment: fn(&Environment) -> Vec<MappedVariable>,
}

impl Platform {
    /// A place with nothing particular about it, where containers are given ten seconds to end.
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
        map_environment: nothing,
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

    /// Tells whether this process runs where its entry point is made for.
    pub fn is_here(&self, environment: &Environment) -> bool {
        self.detected_by
            .iter()
            .all(|mark| environment.contains_key(*mark))
    }
}

/// A variable of ours, as a platform's own say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappedVariable {
    /// Ours.
    pub name: &'static str,
    /// Its value.
    pub value: OsString,
}

/// Adopts nothing.
fn nothing(_environment: &Environment) -> Vec<MappedVariable> {
    Vec::new()
}
