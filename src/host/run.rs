//! One process from its first log line to its last: the front is opened, then the application, and closed in reverse.

#[cfg(test)]
mod tests;

use std::error::Error;
use std::fmt::Write as _;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{anyhow, bail};
use axum::Router;
use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};
use web::{Lifecycle, LifecycleStage};

use crate::front::{ConnectionLimits, StartupGate, listener, serve};
use crate::memory;
use crate::process::config::{Config, LoadedConfig};
use crate::process::logs;
use crate::process::{App, AppClose, Open, Process};
use crate::signals::Signals;

/// The part of the platform's time to end that is never used, so that the process ends before it is killed.
const DRAIN_SPARE: Duration = Duration::from_secs(2);

/// The part of the time to end that is kept for closing the storage.
const CLOSE_TIME: Duration = Duration::from_secs(1);

/// Files a process has open beside its connections: the journal, its readers, the log.
const FILES_BESIDE: usize = 300;

/// The most connections of a port beside that of players, and the bytes that their requests may take together.
const APART_CONNECTIONS_MAX: usize = 64;
const APART_REQUESTS_BYTES: usize = 4 * 1_024 * 1_024;

/// Why a process ended that had started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitReason {
    /// A signal, after which it finished its work.
    Signal,
    /// A second signal, which ended it at once.
    SecondSignal,
    /// Another process has taken over its storage.
    TakenOver,
    /// A task panicked without which it cannot go on.
    Panic,
}

impl ExitReason {
    /// Returns the exit code of the process.
    pub fn code(self) -> u8 {
        match self {
            Self::Signal => 0,
            // As shells count SIGINT.
            Self::SecondSignal => 130,
            // A later start may succeed (`EX_TEMPFAIL`): the other process may have ended.
            Self::TakenOver => 75,
            // An internal error (`EX_SOFTWARE`).
            Self::Panic => 70,
        }
    }
}

impl Process {
    /// Serves at the port of the settings until a signal, a takeover or a panic ends it.
    ///
    /// If the future is dropped before, nothing drains: what was acknowledged is durable, and everything else is cut.
    ///
    /// # Errors
    ///
    /// When the port is taken or the storage cannot be opened.
    pub async fn serve(&self, open: Open) -> anyhow::Result<ExitReason> {
        run(self.loaded.clone(), open).await
    }
}

/// Runs the process until a signal ends it, or a panic.
pub(crate) async fn run(loaded: LoadedConfig, open: Open) -> anyhow::Result<ExitReason> {
    if let Some(sentence) = loaded.config.platform.profile.refusal_of_port() {
        bail!(sentence);
    }
    // Before the first line: a log that has come to its size limit sends a signal, too.
    let lifecycle = Lifecycle::begin();
    let second_signal = on_signals(lifecycle.clone())?;
    loaded.log_warnings();
    tokio::select! {
        ended = work(loaded.config, open, lifecycle) => ended,
        () = second_signal => Ok(ExitReason::SecondSignal),
    }
}

/// Begins to close `lifecycle` at the first signal, and completes at the second.
fn on_signals(lifecycle: Lifecycle) -> io::Result<impl Future<Output = ()>> {
    let mut signals = Signals::listen()?;
    Ok(async move {
        for order in ["closing", "ending at once"] {
            let name = signals.next_end().await;
            tracing::info!(signal = name, "{order}");
            lifecycle.come_to(LifecycleStage::Closing);
        }
    })
}

async fn work(config: Config, open: Open, lifecycle: Lifecycle) -> anyhow::Result<ExitReason> {
    let started = Instant::now();
    let limits = limits(&config);
    raise_open_files(open_files_max(&config));
    // The port is bound before the storage is opened: a platform that sees no listener in time counts the start as
    // failed, and restoring a replica may take minutes.
    let listener = listener::bind(config.server.host, "PORT", config.server.port)
        .map_err(|sentence| anyhow!(sentence))?;
    let address = listener.local_addr()?;
    let addr = format!("http://{}", listener::from_here(address));
    tracing::info!(
        addr,
        platform = config.platform.profile.name,
        instance = config.platform.instance,
        "listening on {addr}"
    );

    let gate = StartupGate::default();
    let serving = tokio::spawn(serve(listener, gate.clone(), lifecycle.clone(), limits));
    let apart = PortsApart::serve(&config, &lifecycle, limits)?;
    let network_address = listener::from_the_network(address);
    let opened = tokio::select! {
        opened = App::open(&config, network_address, open, &lifecycle, gate.progress()) => Some(opened?),
        () = lifecycle.closing() => None,
    };
    let Some(App {
        routers,
        background,
        taken_over,
        close,
        ..
    }) = opened
    else {
        serving.await?;
        return Ok(ExitReason::Signal);
    };
    // This task also handles the signals, and it has not yielded since the storage was opened: the lifecycle cannot
    // have begun to close, which opening it below would take back.
    gate.open(routers.players);
    apart.open(routers.metrics, routers.admin);
    lifecycle.come_to(LifecycleStage::Open);
    tracing::info!(
        ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "the Codex is open"
    );
    if config.server.public_url.is_none() && listener::is_in_container() {
        let port = address.port();
        tracing::info!(
            port,
            "in a container: players open the address and port at which {port} is published; PUBLIC_URL sets it for \
             links and QR codes"
        );
    }
    invite(&config, address, network_address);

    let background = tokio::spawn(background.run(lifecycle.clone()));
    // Supervised only after the lifecycle is open: a panic before would close it, and opening would take that back.
    let serving = tokio::spawn(close_on_panic(
        "the accept loop",
        serving,
        lifecycle.clone(),
    ));
    let background = tokio::spawn(close_on_panic("the clock", background, lifecycle.clone()));
    let taken_over = tokio::select! {
        () = lifecycle.closing() => false,
        () = taken_over => true,
    };
    // Also when taken over: streams are told to reconnect, and reach the process that has taken over.
    lifecycle.come_to(LifecycleStage::Closing);
    let deadline = Instant::now() + config.server.drain.saturating_sub(DRAIN_SPARE);
    let reason = finish(serving, background, close, deadline).await?;
    if taken_over && reason == ExitReason::Signal {
        return Ok(ExitReason::TakenOver);
    }
    Ok(reason)
}

fn limits(config: &Config) -> ConnectionLimits {
    ConnectionLimits::new(
        memory::connections_max(config.limits.streams_max),
        memory::requests_bytes(config.limits.memory_bytes),
        serving_time(config.server.drain),
        config.server.trusted_proxy_hops,
    )
}

/// Returns the most files a process with this configuration has open.
pub(crate) fn open_files_max(config: &Config) -> usize {
    limits(config).connections_max + FILES_BESIDE
}

/// The ports beside that of players, where metrics or the operator have one. Their connections are not awaited at the end.
struct PortsApart {
    metrics: Option<StartupGate>,
    admin: Option<StartupGate>,
}

impl PortsApart {
    fn serve(
        config: &Config,
        lifecycle: &Lifecycle,
        limits: ConnectionLimits,
    ) -> anyhow::Result<Self> {
        // They come out of what is counted for the process itself.
        let limits = ConnectionLimits {
            connections_max: APART_CONNECTIONS_MAX,
            requests_bytes: APART_REQUESTS_BYTES,
            ..limits
        };
        let serve_at = |variable, port: Option<u16>, what: &str| {
            let Some(port) = port else {
                return Ok(None);
            };
            let listener = listener::bind(config.server.host, variable, port)
                .map_err(|sentence| anyhow!(sentence))?;
            tracing::info!(port, "{what} on a port of their own");
            let gate = StartupGate::default();
            tokio::spawn(serve(listener, gate.clone(), lifecycle.clone(), limits));
            Ok::<_, anyhow::Error>(Some(gate))
        };
        let operator = &config.operator;
        let admin = operator.port.filter(|_| operator.token.is_some());
        Ok(Self {
            metrics: serve_at("METRICS_PORT", config.server.metrics_port, "metrics are")?,
            admin: serve_at("ADMIN_PORT", admin, "the operator's page and API are")?,
        })
    }

    fn open(self, metrics: Option<Router>, admin: Option<Router>) {
        for (gate, router) in [(self.metrics, metrics), (self.admin, admin)] {
            if let Some((gate, router)) = gate.zip(router) {
                gate.open(router);
            }
        }
    }
}

/// Returns what a task returns. If it panics, closes `lifecycle` instead: the process cannot go on without it.
async fn close_on_panic<T>(
    name: &'static str,
    task: JoinHandle<T>,
    lifecycle: Lifecycle,
) -> Option<T> {
    let ended = task.await.inspect_err(|error| {
        let error: &dyn Error = error;
        tracing::error!(error, "{name} broke; closing");
        lifecycle.come_to(LifecycleStage::Closing);
    });
    ended.ok()
}

/// Awaits the last answers and the clock, then closes bus and storage.
///
/// In this order: a request in flight may still append, and an append is announced on the bus.
async fn finish(
    serving: JoinHandle<Option<usize>>,
    background: JoinHandle<Option<()>>,
    close: AppClose,
    deadline: Instant,
) -> anyhow::Result<ExitReason> {
    let cut = serving.await?;
    // A clock that is late has not panicked.
    let background = timeout_at(deadline, background)
        .await
        .unwrap_or(Ok(Some(())))?;
    close.run(deadline).await;
    let left = cut.unwrap_or_default();
    if left > 0 {
        tracing::warn!(cut = left, "closed; connections still open were cut");
    } else {
        tracing::info!(cut = left, "closed");
    }
    let panicked = cut.is_none() || background.is_none();
    Ok(if panicked {
        ExitReason::Panic
    } else {
        ExitReason::Signal
    })
}

/// Returns the part of the platform's time to end in which connections may end.
fn serving_time(drain: Duration) -> Duration {
    let ours = drain.saturating_sub(DRAIN_SPARE);
    ours.saturating_sub(CLOSE_TIME.min(ours / 2))
}

/// Raises the system's limit of open files to `files`, or as far as it goes.
fn raise_open_files(files: usize) {
    let files = u64::try_from(files).unwrap_or(u64::MAX);
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= files) {
        return;
    }
    let possible = limit.maximum.map_or(files, |most| most.min(files));
    limit.current = Some(possible);
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(
            error = &error as &dyn Error,
            "the limit of open files stays as it is"
        );
    } else if possible < files {
        tracing::warn!(
            limit = possible,
            wanted = files,
            "fewer open files are allowed than MAX_STREAMS needs"
        );
    }
}

/// Prints the address to open in a browser: in words on a terminal, else as a line of the log. The one for every device
/// comes first: whoever opens it invites others to where they get.
fn invite(config: &Config, address: SocketAddr, network_address: Option<SocketAddr>) {
    let here = format!("http://{}", listener::from_here(address));
    let public = config.server.public_url.as_ref().map(ToString::to_string);
    let network = network_address.map(|address| format!("http://{address}"));
    let elsewhere = public.or(network);
    let reach = if config.server.public_url.is_some() {
        "on any device"
    } else {
        "on any device in this network"
    };
    if logs::is_text(config.logging.format) {
        let mut text = "\n".to_owned();
        if let Some(elsewhere) = elsewhere {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "  Open {elsewhere} {reach}");
        }
        let _ = writeln!(text, "  Open {here} on this device\n");
        logs::print(&text);
    } else if let Some(elsewhere) = elsewhere {
        tracing::info!(url = elsewhere, "Open {elsewhere} {reach}");
    }
}
