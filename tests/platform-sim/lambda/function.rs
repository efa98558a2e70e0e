//! A function: its environments, and which of them answers what.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use bots::fleet::Acknowledged;
use bots::journal::JournalContents;
use bots::server::Setup;
use dynamo::DynamoTable;
use game::{Dice, Seed, Version};
use rustix::process::Signal;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::time::sleep;

use super::environment::{Environment, InvocationFailure, signal};
use crate::simulator::tables_of;
use crate::{JournalLocation, Store, stores};

/// Environments at once.
const ENVIRONMENTS_MAX: usize = 4;
/// How long an invocation may take: what API Gateway waits for.
const INVOCATION_MAX: Duration = Duration::from_secs(29);
/// Invocations that environments of the release before still answer after a deployment.
const OVERLAP: u64 = 12;
/// Milliseconds after which an environment that is killed in the middle has come so far.
const KILLED_WITHIN_MS: u32 = 25;

/// How a function is set up.
#[derive(Debug)]
pub struct LambdaTerms {
    /// The binary, `bootstrap`.
    pub binary: &'static str,
    /// What whoever deploys it sets.
    pub variables: Vec<(&'static str, String)>,
    /// Where tables are kept.
    pub store: Store,
    /// What goes wrong by itself.
    pub chaos: Chaos,
}

impl LambdaTerms {
    /// What every environment is set up with. Where its runtime API is, it is told when it starts.
    pub fn setup(&self) -> Setup {
        let given = [
            ("DB_PATH", ""),
            ("LOG_FORMAT", ""),
            ("AWS_LAMBDA_FUNCTION_NAME", "codex"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/01/01/[1]0a1b2c3d"),
        ];
        let setup = Setup::of(self.binary);
        let given = given.iter();
        let setup = given.fold(setup, |setup, (name, value)| setup.with(name, value));
        let set = self.variables.iter().chain(&self.store.variables);
        set.fold(setup, |setup, (name, value)| setup.with(name, value))
    }
}

/// How often something goes wrong by itself: once in so many invocations, and never if it is none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Chaos {
    /// One more environment is started although another is idle.
    pub started: Option<u32>,
    /// An environment is thrown away after its answer.
    pub thrown_away: Option<u32>,
    /// An environment is killed before its answer.
    pub killed: Option<u32>,
    /// An event is delivered to two environments.
    pub doubled: Option<u32>,
}

/// A function. Clones are the same one.
#[derive(Clone, Debug)]
pub struct LambdaFunction(Arc<FunctionState>);

#[derive(Debug)]
struct FunctionState {
    setup: Setup,
    chaos: Chaos,
    chance: Mutex<Dice>,
    pool: Mutex<Pool>,
    slots: Semaphore,
    invocations: AtomicU64,
    busy_us: AtomicU64,
    log: Mutex<Vec<String>>,
    location: JournalLocation,
    /// What must live for as long as the function does.
    _store: Mutex<Store>,
}

/// The environments.
#[derive(Debug, Default)]
struct Pool {
    release: u32,
    /// The number of invocations until which the release before answers, too.
    overlaps_until: u64,
    idle: Vec<Environment>,
    /// The processes of all, idle or not.
    processes: Vec<u32>,
    /// How long each environment took from its start to its first question for an invocation.
    starts: Vec<Duration>,
}

impl LambdaFunction {
    /// Sets a function up; nothing runs yet. `seed` chooses what goes wrong.
    pub fn new(terms: LambdaTerms, seed: u64) -> Self {
        let setup = terms.setup();
        let LambdaTerms { store, chaos, .. } = terms;
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_be_bytes());
        Self(Arc::new(FunctionState {
            setup,
            chaos,
            chance: Mutex::new(Dice::new(Seed(key), Version(0))),
            pool: Mutex::default(),
            slots: Semaphore::new(ENVIRONMENTS_MAX),
            invocations: AtomicU64::new(0),
            busy_us: AtomicU64::new(0),
            log: Mutex::default(),
            location: store.location.clone(),
            _store: Mutex::new(store),
        }))
    }

    /// Has an environment answer an event, or two of them, of which one answer counts.
    ///
    /// # Errors
    ///
    /// [`InvocationFailure`] when there is no answer, or an error.
    pub async fn invoke(&self, event: &Value) -> Result<Value, InvocationFailure> {
        let event = event.to_string();
        if self.happens(self.0.chaos.doubled) {
            let (one, other) = tokio::join!(self.invoke_once(&event), self.invoke_once(&event));
            return one.or(other);
        }
        self.invoke_once(&event).await
    }

    /// Sends the event of a schedule.
    pub async fn sweep(&self) -> Result<Value, InvocationFailure> {
        let event = json!({
            "version": "0",
            "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "resources": ["arn:aws:events:us-east-1:000000000000:rule/codex"],
            "detail": {},
        });
        self.invoke(&event).await
    }

    async fn invoke_once(&self, event: &str) -> Result<Value, InvocationFailure> {
        let slot = self.0.slots.acquire().await.unwrap();
        let number = self.0.invocations.fetch_add(1, Ordering::Relaxed);
        let mut environment = self.take(number).await;
        if self.happens(self.0.chaos.killed) {
            let after = self.chance(KILLED_WITHIN_MS);
            let process = environment.id();
            tokio::spawn(async move {
                sleep(Duration::from_millis(after.into())).await;
                signal(process, Signal::KILL);
            });
        }
        let id = format!("00000000-0000-4000-8000-{number:012x}");
        let began = Instant::now();
        let told = environment.invoke(&id, event, INVOCATION_MAX).await;
        let took = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.0.busy_us.fetch_add(took, Ordering::Relaxed);
        // The answer is on its way before the environment stands still.
        let function = self.clone();
        slot.forget();
        tokio::spawn(async move {
            function.give_back(environment).await;
            function.0.slots.add_permits(1);
        });
        told.map(|told| serde_json::from_str(&told).unwrap())
    }

    /// Takes an environment that is idle, or starts one more.
    async fn take(&self, number: u64) -> Environment {
        let more = self.happens(self.0.chaos.started);
        let (known, release) = {
            let mut pool = self.pool();
            if number > pool.overlaps_until {
                let release = pool.release;
                let (kept, old): (Vec<_>, Vec<_>) = std::mem::take(&mut pool.idle)
                    .into_iter()
                    .partition(|it| it.release == release);
                pool.idle = kept;
                for old in &old {
                    self.forget(&mut pool, old);
                }
            }
            let starts = pool.idle.is_empty() || (more && pool.processes.len() < ENVIRONMENTS_MAX);
            let known = (!starts).then(|| {
                let at = self.chance(u32::try_from(pool.idle.len()).unwrap());
                pool.idle.swap_remove(usize::try_from(at).unwrap())
            });
            (known, pool.release)
        };
        if let Some(known) = known {
            return known;
        }
        let setup = self.0.setup.clone();
        let setup = setup.with("AWS_LAMBDA_FUNCTION_VERSION", &(release + 1));
        let began = Instant::now();
        let started = Environment::start(&setup, release).await;
        let took = began.elapsed();
        let mut pool = self.pool();
        pool.processes.push(started.id());
        pool.starts.push(took);
        started
    }

    /// Stops an environment for the next invocation, or throws it away.
    async fn give_back(&self, mut environment: Environment) {
        let stops = environment.stops().await;
        let mut pool = self.pool();
        if stops && !self.happens(self.0.chaos.thrown_away) {
            pool.idle.push(environment);
        } else {
            self.forget(&mut pool, &environment);
        }
    }

    /// Forgets an environment, which ends without being told when it is dropped.
    fn forget(&self, pool: &mut Pool, environment: &Environment) {
        pool.processes
            .retain(|process| *process != environment.id());
        self.0.log.lock().unwrap().extend(environment.log());
    }

    /// Puts a new release in the old one's place, which still answers a few events.
    pub fn deploy(&self) {
        let now = self.0.invocations.load(Ordering::Relaxed);
        let mut pool = self.pool();
        pool.release += 1;
        pool.overlaps_until = now + OVERLAP;
    }

    /// Loses every environment at once, as if its machine had lost power.
    pub fn crash(&self) {
        let mut pool = self.pool();
        for process in &pool.processes {
            signal(*process, Signal::KILL);
        }
        for idle in std::mem::take(&mut pool.idle) {
            self.forget(&mut pool, &idle);
        }
    }

    /// How long each environment that was ever started took until it asked for its first invocation.
    pub fn starts(&self) -> Vec<Duration> {
        self.pool().starts.clone()
    }

    /// How long environments have had invocations in hand, all together: what is billed.
    pub fn busy(&self) -> Duration {
        Duration::from_micros(self.0.busy_us.load(Ordering::Relaxed))
    }

    /// How many environments were ever started, and how many events were delivered.
    pub fn counts(&self) -> (usize, u64) {
        (
            self.pool().starts.len(),
            self.0.invocations.load(Ordering::Relaxed),
        )
    }

    /// The table of `DynamoDB` that holds its journal.
    ///
    /// # Panics
    ///
    /// When another server holds it.
    pub fn table(&self) -> &DynamoTable {
        match &self.0.location {
            JournalLocation::Table(table) => table,
            other @ (JournalLocation::Disk
            | JournalLocation::Replica
            | JournalLocation::Database(_)) => panic!("{other:?} is no table"),
        }
    }

    /// What is kept of the tables that these commands changed.
    pub async fn journal(&self, told: &[Acknowledged]) -> JournalContents {
        let table = self.table().clone();
        stores::in_table(table, tables_of(told)).await
    }

    /// Ends every environment, and returns all that any of them ever said.
    pub async fn end(&self) -> String {
        // Every slot: nothing is in hand any more.
        let all = u32::try_from(ENVIRONMENTS_MAX).unwrap();
        let _all = self.0.slots.acquire_many(all).await.unwrap();
        let mut pool = self.pool();
        for idle in std::mem::take(&mut pool.idle) {
            self.forget(&mut pool, &idle);
        }
        self.0.log.lock().unwrap().join("\n")
    }

    fn happens(&self, once_in: Option<u32>) -> bool {
        once_in.is_some_and(|once_in| self.chance(once_in) == 0)
    }

    fn chance(&self, below: u32) -> u32 {
        self.0.chance.lock().unwrap().below(below)
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        self.0.pool.lock().unwrap()
    }
}
