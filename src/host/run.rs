//! One process from its first log line to its last.

#[cfg(test)]
mod tests;

use std::error::Error;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use bus::Bus;
use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};
use web::{Lifecycle, LifecycleStage};

use crate::codex::compose;
use crate::config::{Config, Reading};
use crate::door::Door;
use crate::secret::Secret;
use crate::serve::{Limits, serve};
use crate::{Closing, Open, Storage, keyfile, listener, logs};

/// What the platform's time to end is left with when all of ours is used.
const DRAIN_SPARE: Duration = Duration::from_secs(2);

/// What of our time to end is kept for closing the storage.
const CLOSE_TIME: Duration = Duration::from_secs(1);

/// Files a process has open besides connections: the journal, its readers, the log.
const FILES_BESIDE: usize = 300;

/// How a process ended that could start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// After it was asked to, with its work done.
    Asked,
    /// At once, because it was asked twice.
    AskedTwice,
    /// Because another process has taken over its storage.
    TakenOver,
    /// Because a part of it broke that it cannot go on without.
    Broken,
}

impl End {
    /// Returns what the process exits with.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Asked => 0,
            // As shells count SIGINT.
            Self::AskedTwice => 130,
            // Not now, and perhaps later (`EX_TEMPFAIL`): the other one may end.
            Self::TakenOver => 75,
            // A fault of our own (`EX_SOFTWARE`).
            Self::Broken => 70,
        }
    }
}

/// Runs the process until it is asked to end, or breaks.
pub(crate) async fn run(reading: Reading, open: Open) -> anyhow::Result<End> {
    let Reading { config, doubts, .. } = reading;
    for doubt in doubts {
        tracing::warn!("{doubt}");
    }
    let life = Lifecycle::begin();
    let asked = ask(life.clone())?;
    tokio::select! {
        ended = work(config, open, life) => ended,
        () = asked => Ok(End::AskedTwice),
    }
}

/// Passes the first order to end on to `life`, and is done at the second.
fn ask(life: Lifecycle) -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        for order in ["closing", "ending at once"] {
            let name = tokio::select! {
                _ = terminate.recv() => "SIGTERM",
                _ = interrupt.recv() => "SIGINT",
            };
            tracing::info!(signal = name, "{order}");
            life.come_to(LifecycleStage::Closing);
        }
    })
}

async fn work(config: Config, open: Open, life: Lifecycle) -> anyhow::Result<End> {
    let started = Instant::now();
    let limits = limits(&config);
    make_room(open_files_max(&config));
    let listener =
        listener::bind(config.host, "PORT", config.port).map_err(|sentence| anyhow!(sentence))?;
    let address = listener.local_addr()?;
    let addr = format!("http://{}", listener::from_here(address));
    tracing::info!(
        addr,
        platform = config.platform.name,
        instance = config.instance,
        "listening on {addr}"
    );

    let door = Door::default();
    let serving = tokio::spawn(serve(listener, door.clone(), life.clone(), limits));
    let metrics_door = watched(&config, &life, limits)?;
    let opened = tokio::select! {
        opened = open(config.clone(), door.progress()) => Some(opened?),
        () = life.closing() => None,
    };
    let Some(Storage {
        journal,
        bus,
        close,
        taken_over,
    }) = opened
    else {
        serving.await?;
        return Ok(End::Asked);
    };
    // Only now: a start that is refused leaves nothing behind.
    let key = key(&config)?;
    let (routers, clock) = compose(journal, Arc::clone(&bus), &config, &key, &life)?;
    // Orders to end are heard by this same task, so none came since the storage was opened.
    door.open(routers.players);
    if let Some((door, router)) = metrics_door.zip(routers.metrics) {
        door.open(router);
    }
    life.come_to(LifecycleStage::Open);
    tracing::info!(
        ms = started.elapsed().as_secs_f64() * 1e3,
        "the Codex is open"
    );
    invite(&config, address);

    // Only now, or the closing they may order would be taken back by the opening.
    let serving = tokio::spawn(heed("the accept loop", serving, life.clone()));
    let clock = tokio::spawn(heed("the clock", clock, life.clone()));
    let taken_over = tokio::select! {
        () = life.closing() => false,
        () = taken_over => true,
    };
    // Players come back to whoever has taken over.
    life.come_to(LifecycleStage::Closing);
    let deadline = Instant::now() + config.drain.saturating_sub(DRAIN_SPARE);
    let end = finish(serving, clock, (&*bus, close), deadline).await?;
    if taken_over && end == End::Asked {
        return Ok(End::TakenOver);
    }
    Ok(end)
}

fn limits(config: &Config) -> Limits {
    Limits::new(
        config.max_streams,
        serving_time(config.drain),
        config.trusted_proxy_hops,
    )
}

/// Returns the most files a process with this configuration has open.
pub(crate) fn open_files_max(config: &Config) -> usize {
    limits(config).connections_max + FILES_BESIDE
}

/// Serves the port for metrics, if there is one. Its connections are not waited for at the end.
fn watched(config: &Config, life: &Lifecycle, limits: Limits) -> anyhow::Result<Option<Door>> {
    let Some(port) = config.metrics_port else {
        return Ok(None);
    };
    let listener =
        listener::bind(config.host, "METRICS_PORT", port).map_err(|sentence| anyhow!(sentence))?;
    tracing::info!(port, "metrics are on a port of their own");
    let door = Door::default();
    tokio::spawn(serve(listener, door.clone(), life.clone(), limits));
    Ok(Some(door))
}

/// Returns what a task comes to, or orders the end of the process because it broke.
async fn heed<T>(name: &'static str, task: JoinHandle<T>, life: Lifecycle) -> Option<T> {
    let ended = task.await.inspect_err(|error| {
        let error: &dyn Error = error;
        tracing::error!(error, "{name} broke; closing");
        life.come_to(LifecycleStage::Closing);
    });
    ended.ok()
}

/// Waits for the last answers, then closes bus and storage.
async fn finish(
    serving: JoinHandle<Option<usize>>,
    clock: JoinHandle<Option<()>>,
    (bus, close): (&dyn Bus, Closing),
    deadline: Instant,
) -> anyhow::Result<End> {
    let cut = serving.await?;
    // A clock that has not ended by then is not broken.
    let clock = timeout_at(deadline, clock).await.unwrap_or(Ok(Some(())))?;
    // Its last news are told to the others.
    let _ = timeout_at(deadline, bus.close()).await;
    match timeout_at(deadline, close()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            let error: &dyn Error = &*error;
            tracing::error!(error, "the storage did not close well");
        }
        Err(_) => {
            tracing::error!("the storage did not close in time; what was acknowledged is kept");
        }
    }
    let left = cut.unwrap_or_default();
    if left > 0 {
        tracing::warn!(cut = left, "closed; connections still open were cut");
    } else {
        tracing::info!(cut = left, "closed");
    }
    let whole = cut.is_some() && clock.is_some();
    Ok(if whole { End::Asked } else { End::Broken })
}

/// Returns how long connections have to end, of the time the platform gives.
fn serving_time(drain: Duration) -> Duration {
    let ours = drain.saturating_sub(DRAIN_SPARE);
    ours.saturating_sub(CLOSE_TIME.min(ours / 2))
}

/// Returns the key that was set, or the one kept beside the journal.
fn key(config: &Config) -> anyhow::Result<Secret> {
    if let Some(key) = &config.secret_key {
        return Ok(key.clone());
    }
    let path = config.key_path();
    let kept = keyfile::keep(&path)
        .with_context(|| format!("DB_PATH: cannot keep a secret key in {}", path.display()))?;
    let how = if kept.made {
        "made a secret key"
    } else {
        "took the secret key"
    };
    tracing::info!(path = %path.display(), "SECRET_KEY is not set; {how} kept beside the journal");
    Ok(kept.key)
}

/// Lets the process have as many files open as its connections need.
fn make_room(files: usize) {
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

/// Says where to go: in words on a terminal, else as a line of the log.
fn invite(config: &Config, address: SocketAddr) {
    let here = format!("http://{}", listener::from_here(address));
    let elsewhere = config
        .public_url
        .clone()
        .or_else(|| listener::from_the_network(address).map(|address| format!("http://{address}")));
    let reach = if config.public_url.is_some() {
        "on any device"
    } else {
        "on any device in this network"
    };
    if logs::for_people(config.log_format) {
        let mut out = io::stdout().lock();
        // An error says that nobody reads it.
        let _ = writeln!(out, "\n  Open {here} on this device");
        if let Some(elsewhere) = elsewhere {
            let _ = writeln!(out, "  Open {elsewhere} {reach}");
        }
        let _ = writeln!(out);
    } else if let Some(elsewhere) = elsewhere {
        tracing::info!(url = elsewhere, "Open {elsewhere} {reach}");
    }
}
