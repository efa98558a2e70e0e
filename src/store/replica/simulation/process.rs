//! Made-up processes that run the real protocol on a made-up disk.

use std::sync::{Arc, Mutex};

use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Duration, Instant, sleep, sleep_until, timeout};

use super::super::ledger::{Entry, Floor};
use super::super::tenure::{Batch, Tenure, take_over};
use super::super::{Owner, ReplicaError, Watcher, collect, keys, snapshots};
use super::chance::Chance;
use super::check::Outcome;
use super::disk::{Disk, Numbers, Parts, Text, hash_of, lines};
use super::store::{Way, World};

/// Commands there are in a schedule. Clients repeat those that were not acknowledged.
const COMMANDS: u32 = 24;
/// How long a schedule goes on.
const SCHEDULE_MS: u32 = 900_000;
/// How long the last process has to read what is left.
const LAST_LOOK: Duration = Duration::from_hours(1);

/// A fault planted in the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    NoEpochInTheKey,
    FenceCollectedEarly,
    AcknowledgedBeforePut,
    RivalTakenForOneself,
    DeletedWithoutADecision,
}

impl Fault {
    pub(super) const ALL: [Self; 5] = [
        Self::NoEpochInTheKey,
        Self::FenceCollectedEarly,
        Self::AcknowledgedBeforePut,
        Self::RivalTakenForOneself,
        Self::DeletedWithoutADecision,
    ];
}

/// What all processes of a schedule share.
#[derive(Clone)]
struct Scene {
    chance: Chance,
    world: Arc<Mutex<World>>,
    outcome: Arc<Mutex<Outcome>>,
    planted: Option<Fault>,
    ends: Instant,
}

/// Runs one schedule and says what it came to.
pub(super) async fn schedule(seed: u64, planted: Option<Fault>) -> Outcome {
    let chance = Chance::new(seed);
    let scene = Scene {
        world: Arc::default(),
        outcome: Arc::default(),
        planted,
        ends: Instant::now() + Duration::from_millis(SCHEDULE_MS.into()),
        chance: chance.clone(),
    };
    let mut places = JoinSet::new();
    let mut disks = Vec::new();
    for place in 0..2 + chance.below(2) {
        let disk = Disk::default();
        disks.push(Arc::clone(&disk));
        places.spawn(scene.clone().place(place, disk));
    }
    places.join_all().await;
    let left = scene.last_look().await;
    let mut outcome = std::mem::take(&mut *scene.outcome.lock().unwrap());
    match left {
        Ok(left) => {
            outcome.compare(&left);
            for disk in disks {
                outcome.compare_disk(&disk.lock().unwrap(), &left);
            }
        }
        Err(error) => outcome
            .wrong
            .push(format!("what is left cannot be read: {error}")),
    }
    outcome
}

impl Scene {
    /// A place where processes are started again and again on one disk.
    async fn place(self, place: u32, disk: Disk) {
        sleep(self.chance.time(60_000)).await;
        while Instant::now() < self.ends {
            let way = self.way(Some(1 + self.chance.below(80)), false);
            let killed = Arc::clone(&way.killed);
            self.note(|outcome| outcome.processes += 1);
            let owner = self.owner(place);
            let kill = tokio::select! {
                () = self.live(&way, &owner, &disk) => false,
                () = killed.notified() => true,
                () = sleep_until(self.ends) => false,
            };
            if kill {
                self.note(|outcome| outcome.killed += 1);
            }
            if self.chance.percent(40) {
                self.note(|outcome| outcome.wiped += 1);
                disk.lock().unwrap().clear();
            }
            sleep(self.chance.time(120_000)).await;
        }
    }

    /// A process from its start to its end, if nobody kills it.
    async fn live(&self, way: &Way, owner: &Owner, disk: &Disk) {
        let watcher = Watcher::nobody();
        let (tenure, entry) = loop {
            let mut local = Numbers(Arc::clone(disk));
            match take_over(way, owner, &mut local, &watcher).await {
                Ok(taken) => break taken,
                Err(error) => self.judge(&error),
            }
            sleep(self.chance.time(5_000)).await;
        };
        tokio::select! {
            () = self.write(way, owner, disk, tenure) => {}
            () = self.keep(way, owner, disk, entry) => {}
        }
    }

    /// Plays commands: a segment, the disk, the answers, in this order.
    async fn write(&self, way: &Way, owner: &Owner, disk: &Disk, mut tenure: Tenure) {
        loop {
            sleep(self.chance.time(20_000)).await;
            let fresh = self.choose(disk);
            if fresh.is_empty() {
                continue;
            }
            let base = disk.lock().unwrap().clone();
            let story = [&base[..], &fresh].concat();
            let stands = base.len() as u64;
            if self.planted == Some(Fault::AcknowledgedBeforePut) {
                self.acknowledge(&fresh, stands);
            }
            let batch = Batch {
                count: fresh.len() as u64,
                lines: lines(&fresh),
                after: hash_of(&story),
            };
            self.doze().await;
            let written = tenure.write(way, owner, batch, |_| ()).await;
            self.doze().await;
            match written {
                Ok(_) => {
                    *disk.lock().unwrap() = story;
                    self.acknowledge(&fresh, stands);
                }
                Err(error) => return self.judge(&error),
            }
        }
    }

    /// Falls asleep now and then, for longer than any lease.
    async fn doze(&self) {
        if self.chance.percent(6) {
            sleep(self.chance.time(600_000)).await;
        }
    }

    /// Some commands clients ask for now. Those that are done already are answered at once.
    fn choose(&self, disk: &Disk) -> Vec<u32> {
        let disk = disk.lock().unwrap();
        let mut fresh = Vec::new();
        for _ in 0..=self.chance.below(3) {
            let command = self.chance.below(COMMANDS);
            match disk.iter().position(|done| *done == command) {
                Some(at) => self.note(|outcome| outcome.acknowledge(command, at as u64 + 1)),
                None if !fresh.contains(&command) => fresh.push(command),
                None => {}
            }
        }
        fresh
    }

    fn acknowledge(&self, fresh: &[u32], stands: u64) {
        for (position, command) in (stands + 1..).zip(fresh) {
            self.note(|outcome| outcome.acknowledge(*command, position));
        }
    }

    /// Takes snapshots and lets go of what they cover. By its own clock everything is old.
    async fn keep(&self, way: &Way, owner: &Owner, disk: &Disk, mut entry: Entry) {
        loop {
            sleep(self.chance.time(60_000)).await;
            match self.keep_once(way, owner, disk, &entry).await {
                Ok(newer) => entry = newer,
                Err(ReplicaError::Fenced { .. }) => {
                    return self.note(|outcome| outcome.fenced += 1);
                }
                Err(error) => self.judge(&error),
            }
        }
    }

    async fn keep_once(
        &self,
        way: &Way,
        owner: &Owner,
        disk: &Disk,
        entry: &Entry,
    ) -> Result<Entry, ReplicaError> {
        let mut copy = disk.lock().unwrap().clone();
        // A snapshot may end in the middle of a segment.
        let ends_early = usize::try_from(self.chance.below(3)).unwrap();
        copy.truncate(copy.len().saturating_sub(ends_early));
        let position = copy.len() as u64;
        if position == 0 {
            return collect::check(way, entry).await;
        }
        let mut source = Text(Some(lines(&copy)));
        let made = snapshots::write(way, owner, position, hash_of(&copy), &mut source).await?;
        let mut parts = Parts::default();
        snapshots::fetch(way, &made, &mut parts, &Watcher::nobody()).await?;
        self.note(|outcome| outcome.snapshots += 1);
        let floor = Floor {
            position,
            snapshot: made.name,
        };
        if self.planted == Some(Fault::DeletedWithoutADecision) {
            let wished = entry.floored(owner, floor);
            let deleted = collect::clear(way, &wished).await?;
            self.note(|outcome| outcome.deleted += deleted);
            return Ok(entry.clone());
        }
        let (newer, deleted) = collect::let_go(way, owner, entry, floor).await?;
        self.note(|outcome| outcome.deleted += deleted);
        if self.planted == Some(Fault::FenceCollectedEarly) {
            self.collect_fences(position);
        }
        Ok(newer)
    }

    /// Deletes every page at or below a position, seals and all.
    fn collect_fences(&self, floor: u64) {
        let mut world = self.world.lock().unwrap();
        for key in world.pages() {
            if keys::page_of(&key).is_some_and(|(_, position)| position <= floor) {
                world.remove(&key);
            }
        }
    }

    /// What one more process finds when everything has calmed down.
    async fn last_look(&self) -> Result<Vec<u32>, ReplicaError> {
        // Until then the last late request has arrived.
        sleep(Duration::from_secs(1_000)).await;
        let (way, owner) = (self.way(None, true), self.owner(99));
        let disk = Disk::default();
        let mut local = Numbers(Arc::clone(&disk));
        let watcher = Watcher::nobody();
        let looking = take_over(&way, &owner, &mut local, &watcher);
        let looked: Result<_, ReplicaError> = timeout(LAST_LOOK, looking)
            .await
            .unwrap_or(Err(ReplicaError::Moved));
        looked?;
        let left = disk.lock().unwrap().clone();
        Ok(left)
    }

    fn way(&self, killed_at: Option<u32>, calm: bool) -> Way {
        Way {
            world: Arc::clone(&self.world),
            chance: self.chance.clone(),
            killed_at,
            requests: Mutex::default(),
            killed: Arc::new(Notify::new()),
            planted: self.planted,
            calm,
        }
    }

    /// A process with a clock that may be an hour wrong.
    fn owner(&self, place: u32) -> Owner {
        let (chance, skew) = (self.chance.clone(), self.chance.below(7_200_000));
        Owner::new(
            format!("process {place}"),
            move || u64::from(skew),
            move |bytes| chance.fill(bytes),
        )
    }

    /// What may go wrong and what may not.
    fn judge(&self, error: &ReplicaError) {
        match error {
            ReplicaError::Fenced { .. } => self.note(|outcome| outcome.fenced += 1),
            ReplicaError::Bucket(_) | ReplicaError::Moved | ReplicaError::Missing(_) => {}
            ReplicaError::Local(_)
            | ReplicaError::Behind
            | ReplicaError::Disagree { .. }
            | ReplicaError::Foreign { .. }
            | ReplicaError::Nothing
            | ReplicaError::Unconditional
            | ReplicaError::Damaged(_) => {
                self.note(|outcome| outcome.wrong.push(error.to_string()));
            }
        }
    }

    fn note(&self, note: impl FnOnce(&mut Outcome)) {
        note(&mut self.outcome.lock().unwrap());
    }
}
