//! One environment of a function: a process that is stopped unless it starts or has an invocation in hand.

use std::time::Duration;

use bots::server::{PATIENCE, Process, Setup};
use rustix::process::{Pid, Signal, kill_process};
use tokio::time::{sleep, timeout};

use super::runtime_api::RuntimeApi;

/// How long an environment may take to start.
const START_MAX: Duration = Duration::from_secs(10);
/// Between two questions whether a process has ended.
const PAUSE: Duration = Duration::from_millis(5);

/// Why an invocation has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvocationFailure {
    /// The environment ended in the middle.
    Ended,
    /// The function told this error.
    Error(String),
    /// The function took longer than it may.
    Late,
}

/// One environment.
#[derive(Debug)]
pub(super) struct Environment {
    process: Process,
    id: u32,
    api: RuntimeApi,
    /// The release it runs.
    pub(super) release: u32,
    /// Invocations it has asked for.
    asked: u64,
}

impl Environment {
    /// Starts an environment, and stops it when it asks for its first invocation.
    ///
    /// # Panics
    ///
    /// When it does not come to that.
    pub(super) async fn start(setup: &Setup, release: u32) -> Self {
        let api = RuntimeApi::start().await;
        let process = setup
            .clone()
            .with("AWS_LAMBDA_RUNTIME_API", &api.address())
            .launch(&[]);
        let mut environment = Self {
            id: process.id(),
            process,
            api,
            release,
            asked: 1,
        };
        let started = timeout(START_MAX, environment.asks()).await;
        let log = environment.process.log();
        assert_eq!(started, Ok(true), "an environment does not start: {log:#?}");
        signal(environment.id, Signal::STOP);
        environment
    }

    /// Waits until it asks for its next invocation; no if it ends before.
    async fn asks(&mut self) -> bool {
        tokio::select! {
            () = self.api.is_asked(self.asked) => true,
            () = ended(&mut self.process) => false,
        }
    }

    /// Has it answer an event. It goes on afterwards until [`Environment::stops`].
    pub(super) async fn invoke(
        &mut self,
        id: &str,
        event: &str,
        within: Duration,
    ) -> Result<String, InvocationFailure> {
        signal(self.id, Signal::CONT);
        self.asked += 1;
        let tells = self.api.deliver(id, event, within).await;
        let told = async {
            tokio::select! {
                told = tells => told.map_err(|_| InvocationFailure::Ended),
                () = ended(&mut self.process) => Err(InvocationFailure::Ended),
            }
        };
        let told = timeout(within, told).await;
        told.map_err(|_| InvocationFailure::Late)??
            .map_err(InvocationFailure::Error)
    }

    /// Stops it as soon as it asks for its next invocation; no if it ends before.
    pub(super) async fn stops(&mut self) -> bool {
        let asks = timeout(PATIENCE, self.asks()).await.unwrap_or(false);
        if asks {
            signal(self.id, Signal::STOP);
        }
        asks
    }

    /// The number of its process.
    pub(super) fn id(&self) -> u32 {
        self.id
    }

    /// All it has said.
    pub(super) fn log(&self) -> Vec<String> {
        self.process.log()
    }
}

/// Sends a process a signal. One that has ended by itself is left alone.
pub(super) fn signal(process: u32, signal: Signal) {
    let process = i32::try_from(process).ok().and_then(Pid::from_raw);
    let _ = kill_process(process.unwrap(), signal);
}

/// Waits for the end of a process.
async fn ended(process: &mut Process) {
    while !process.has_ended() {
        sleep(PAUSE).await;
    }
}
