//! The terms on which a provider runs a process.

use std::time::Duration;

use bots::server::Setup;

use crate::Store;

/// How a provider treats a process.
#[derive(Debug)]
pub struct PlatformTerms {
    /// The platform's own binary.
    pub binary: &'static str,
    /// What it sets in every process.
    pub variables: Vec<(&'static str, String)>,
    /// The variable that names the port.
    pub port: &'static str,
    /// A variable it sets otherwise in every release.
    pub release: Option<&'static str>,
    /// Time between asking a process to end and killing it.
    pub grace: Duration,
    /// What a process exits with.
    pub exit_codes: ExitCodes,
    /// What becomes of what a process has written.
    pub disk: Disk,
    /// How one release follows another.
    pub rollout: Rollout,
    /// When a new process is sent requests.
    pub routes: Routes,
    /// The reverse proxy in front.
    pub proxy: ProxyTerms,
    /// What the journal is kept in, and whoever must live for that.
    pub store: Store,
}

/// What a process exits with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExitCodes {
    /// When it was asked to end.
    pub asked: i32,
    /// When another process has taken over its storage.
    pub taken_over: i32,
}

impl ExitCodes {
    /// Those of a program that handles its signals itself: success, and `EX_TEMPFAIL`.
    pub const OWN: Self = Self {
        asked: 0,
        taken_over: 75,
    };
}

/// What becomes of what a process has written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disk {
    /// The next one finds it.
    Lasts,
    /// It is gone with the process.
    IsWiped,
}

/// How one release follows another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rollout {
    /// The old process has ended before the new one starts.
    StopFirst,
    /// The old process is asked to end, and the new one starts meanwhile.
    AtOnce,
    /// The new process is ready before the old one is asked to end; what the old one has in hand stays with it.
    StartFirst,
}

/// When a new process is sent requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Routes {
    /// As soon as its port is bound.
    WhenBound,
    /// When it says that it is ready.
    WhenReady,
}

/// What stands between players and a process.
#[derive(Clone, Copy, Debug)]
pub struct ProxyTerms {
    /// What it writes into requests.
    pub headers: ForwardedHeaders,
    /// How long an answer may be silent before it is cut.
    pub idle: Duration,
    /// How long an answer may last before it is cut.
    pub age: Option<Duration>,
    /// Whether the processor stands still while no request is in hand.
    pub sleeps: bool,
}

/// The headers a proxy writes into requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForwardedHeaders {
    /// Nothing: it is a cable, and the process sees who is at the other end.
    Nobodys,
    /// Heroku's: a client's own number is kept if it has 20 to 200 harmless letters.
    Herokus,
    /// An application load balancer's: its number goes before the client's own.
    Amazons,
    /// Google's: a client's own trace is kept, with a new number for the step.
    Googles,
}

impl PlatformTerms {
    /// The same, with a variable set by whoever deploys.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.variables.push((name, value.to_owned()));
        self
    }

    /// A process that has not started yet, on an empty disk.
    pub fn setup(&self) -> Setup {
        let setup = Setup::of(self.binary);
        // An empty variable counts as not set: the platform's own defaults are in force. Only the address is not
        // the platform's, as nobody elsewhere is to reach a test.
        let setup = setup.with("DB_PATH", "").with("LOG_FORMAT", "");
        let variables = self.variables.iter().chain(&self.store.variables);
        variables.fold(setup, |setup, (name, value)| setup.with(name, value))
    }
}
