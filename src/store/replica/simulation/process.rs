//! Made-up processes that run the real protocol on a made-up disk.

use std::sync::{Arc, Mutex};

use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Duration, Instant, sleep, sleep_until, timeout};

use super::super::ledger::{Floor, LedgerEntry};
use super::super::writer_epoch::{SegmentDraft, WriterEpoch, take_over};
use super::super::{ReplicaError, WriterIdentity, gc, keys, snapshots};
use super::check::ScheduleReport;
use super::disk::{
    COMMANDS, Disk, Numbers, ReadParts, SimRecord, WrittenParts, append, hash_of, lines,
};
use super::object_store::{FlakyBucket, SimStore};
use super::random::SimRandom;
use crate::ProgressListener;

/// How long a schedule goes on.
const SCHEDULE_MS: u32 = 900_000;
/// How long the last process has to read what is left.
const LAST_LOOK: Duration = Duration::from_hours(1);

/// A fault planted in the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PlantedFault {
    NoEpochInTheKey,
    FenceCollectedEarly,
    AcknowledgedBeforePut,
    RivalTakenForOneself,
    DeletedWithoutADecision,
    ErasureNotFollowed,
}

impl PlantedFault {
    pub(super) const ALL: [Self; 6] = [
        Self::NoEpochInTheKey,
        Self::FenceCollectedEarly,
        Self::AcknowledgedBeforePut,
        Self::RivalTakenForOneself,
        Self::DeletedWithoutADecision,
        Self::ErasureNotFollowed,
    ];
}

/// What all processes of a schedule share.
#[derive(Clone)]
struct Schedule {
    random: SimRandom,
    store: Arc<Mutex<SimStore>>,
    report: Arc<Mutex<ScheduleReport>>,
    planted: Option<PlantedFault>,
    ends: Instant,
}

/// Runs one schedule and says what it came to.
pub(super) async fn schedule(seed: u64, planted: Option<PlantedFault>) -> ScheduleReport {
    let random = SimRandom::new(seed);
    let schedule = Schedule {
        store: Arc::default(),
        report: Arc::default(),
        planted,
        ends: Instant::now() + Duration::from_millis(SCHEDULE_MS.into()),
        random: random.clone(),
    };
    let mut places = JoinSet::new();
    let mut disks = Vec::new();
    for place in 0..2 + random.below(2) {
        let disk = Disk::default();
        disks.push(Arc::clone(&disk));
        places.spawn(schedule.clone().place(place, disk));
    }
    places.join_all().await;
    let left = schedule.last_look().await;
    let mut report = std::mem::take(&mut *schedule.report.lock().unwrap());
    match left {
        Ok(left) => {
            report.compare(&left);
            for disk in disks {
                report.compare_disk(&disk.lock().unwrap(), &left);
            }
        }
        Err(error) => report
            .wrong
            .push(format!("what is left cannot be read: {error}")),
    }
    report
}

impl Schedule {
    /// A place where processes are started again and again on one disk.
    async fn place(self, place: u32, disk: Disk) {
        sleep(self.random.time(60_000)).await;
        while Instant::now() < self.ends {
            let bucket = self.bucket(Some(1 + self.random.below(80)), false);
            let killed = Arc::clone(&bucket.killed);
            self.note(|report| report.processes += 1);
            let owner = self.owner(place);
            let kill = tokio::select! {
                () = self.live(&bucket, &owner, &disk) => false,
                () = killed.notified() => true,
                () = sleep_until(self.ends) => false,
            };
            if kill {
                self.note(|report| report.killed += 1);
            }
            if self.random.percent(40) {
                self.note(|report| report.wiped += 1);
                disk.lock().unwrap().clear();
            }
            sleep(self.random.time(120_000)).await;
        }
    }

    /// A process from its start to its end, if nobody kills it.
    async fn live(&self, bucket: &FlakyBucket, owner: &WriterIdentity, disk: &Disk) {
        let progress = ProgressListener::none();
        let (writer_epoch, entry) = loop {
            let mut local = self.local(disk);
            match take_over(bucket, owner, &mut local, &progress).await {
                Ok(taken) => break taken,
                Err(error) => self.judge(&error),
            }
            sleep(self.random.time(5_000)).await;
        };
        tokio::select! {
            () = self.write(bucket, owner, disk, writer_epoch) => {}
            () = self.keep(bucket, owner, disk, entry) => {}
        }
    }

    /// Plays commands: a segment, the disk, the answers, in this order.
    async fn write(
        &self,
        bucket: &FlakyBucket,
        owner: &WriterIdentity,
        disk: &Disk,
        mut writer_epoch: WriterEpoch,
    ) {
        loop {
            sleep(self.random.time(20_000)).await;
            let fresh = self.choose(disk);
            if fresh.is_empty() {
                continue;
            }
            let mut story = disk.lock().unwrap().clone();
            let known = story.len();
            for number in &fresh {
                append(&mut story, SimRecord::of(*number));
            }
            let stands = known as u64;
            if self.planted == Some(PlantedFault::AcknowledgedBeforePut) {
                self.acknowledge(&fresh, stands);
            }
            let draft = SegmentDraft {
                count: fresh.len() as u64,
                lines: lines(&story[known..]),
                after: hash_of(&story),
            };
            self.doze().await;
            let written = writer_epoch.write(bucket, owner, draft, |_| ()).await;
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
        if self.random.percent(6) {
            sleep(self.random.time(600_000)).await;
        }
    }

    /// Some commands clients ask for now. Those that are done already are answered at once.
    fn choose(&self, disk: &Disk) -> Vec<u32> {
        let disk = disk.lock().unwrap();
        let mut fresh = Vec::new();
        for _ in 0..=self.random.below(3) {
            let command = self.random.below(COMMANDS);
            match disk.iter().position(|done| done.is_of(command)) {
                Some(at) => {
                    self.note(|report| report.acknowledge(command, at as u64 + 1));
                    let erasure = COMMANDS + command;
                    let is_new =
                        !fresh.contains(&erasure) && !disk.iter().any(|it| it.is_of(erasure));
                    if is_new && self.random.percent(10) {
                        fresh.push(erasure);
                    }
                }
                None if !fresh.contains(&command) => fresh.push(command),
                None => {}
            }
        }
        fresh
    }

    fn acknowledge(&self, fresh: &[u32], stands: u64) {
        for (position, command) in (stands + 1..).zip(fresh) {
            self.note(|report| report.acknowledge(*command, position));
        }
    }

    /// Takes snapshots and lets go of what they cover. By its own clock everything is old.
    async fn keep(
        &self,
        bucket: &FlakyBucket,
        owner: &WriterIdentity,
        disk: &Disk,
        mut entry: LedgerEntry,
    ) {
        loop {
            sleep(self.random.time(60_000)).await;
            match self.keep_once(bucket, owner, disk, &entry).await {
                Ok(newer) => entry = newer,
                Err(ReplicaError::Fenced { .. }) => {
                    return self.note(|report| report.fenced += 1);
                }
                Err(error) => self.judge(&error),
            }
        }
    }

    async fn keep_once(
        &self,
        bucket: &FlakyBucket,
        owner: &WriterIdentity,
        disk: &Disk,
        entry: &LedgerEntry,
    ) -> Result<LedgerEntry, ReplicaError> {
        let mut copy = disk.lock().unwrap().clone();
        // A snapshot may end in the middle of a segment.
        let ends_early = usize::try_from(self.random.below(3)).unwrap();
        copy.truncate(copy.len().saturating_sub(ends_early));
        let position = copy.len() as u64;
        if position == 0 {
            return gc::check(bucket, entry).await;
        }
        let mut source = WrittenParts(Some(lines(&copy)));
        let made = snapshots::write(bucket, owner, position, hash_of(&copy), &mut source).await?;
        let mut parts = ReadParts::default();
        snapshots::fetch(bucket, &made, &mut parts, &ProgressListener::none()).await?;
        self.note(|report| report.snapshots += 1);
        let floor = Floor {
            position,
            snapshot: made.name,
        };
        if self.planted == Some(PlantedFault::DeletedWithoutADecision) {
            let wished = entry.floored(owner, floor);
            let deleted = gc::clear(bucket, &wished).await?;
            self.note(|report| report.deleted += deleted);
            return Ok(entry.clone());
        }
        let (newer, deleted) = gc::collect(bucket, owner, entry, floor).await?;
        self.note(|report| report.deleted += deleted);
        if self.planted == Some(PlantedFault::FenceCollectedEarly) {
            self.collect_fences(position);
        }
        Ok(newer)
    }

    /// Deletes every object at or below a position, seals and all.
    fn collect_fences(&self, floor: u64) {
        let mut store = self.store.lock().unwrap();
        for key in store.objects() {
            if keys::log_object_of(&key).is_some_and(|(_, position)| position <= floor) {
                store.remove(&key);
            }
        }
    }

    /// What one more process finds when everything has calmed down.
    async fn last_look(&self) -> Result<Vec<SimRecord>, ReplicaError> {
        // Until then the last late request has arrived.
        sleep(Duration::from_secs(1_000)).await;
        let (bucket, owner) = (self.bucket(None, true), self.owner(99));
        let disk = Disk::default();
        let mut local = self.local(&disk);
        let progress = ProgressListener::none();
        let looking = take_over(&bucket, &owner, &mut local, &progress);
        let looked: Result<_, ReplicaError> = timeout(LAST_LOOK, looking)
            .await
            .unwrap_or(Err(ReplicaError::Moved));
        looked?;
        let left = disk.lock().unwrap().clone();
        Ok(left)
    }

    fn local(&self, disk: &Disk) -> Numbers {
        Numbers {
            disk: Arc::clone(disk),
            withholds: self.planted != Some(PlantedFault::ErasureNotFollowed),
        }
    }

    fn bucket(&self, killed_at: Option<u32>, calm: bool) -> FlakyBucket {
        FlakyBucket {
            store: Arc::clone(&self.store),
            random: self.random.clone(),
            killed_at,
            requests: Mutex::default(),
            killed: Arc::new(Notify::new()),
            planted: self.planted,
            calm,
        }
    }

    /// A process with a clock that may be an hour wrong.
    fn owner(&self, place: u32) -> WriterIdentity {
        let (random, skew) = (self.random.clone(), self.random.below(7_200_000));
        WriterIdentity::new(
            format!("process {place}"),
            move || u64::from(skew),
            move |bytes| random.fill(bytes),
        )
    }

    /// What may go wrong and what may not.
    fn judge(&self, error: &ReplicaError) {
        match error {
            ReplicaError::Fenced { .. } => self.note(|report| report.fenced += 1),
            ReplicaError::Bucket(_) | ReplicaError::Moved | ReplicaError::Missing(_) => {}
            ReplicaError::Local(_)
            | ReplicaError::Behind
            | ReplicaError::Disagree { .. }
            | ReplicaError::Foreign { .. }
            | ReplicaError::Nothing
            | ReplicaError::Vanished
            | ReplicaError::Unconditional
            | ReplicaError::Damaged(_) => {
                self.note(|report| report.wrong.push(error.to_string()));
            }
        }
    }

    fn note(&self, note: impl FnOnce(&mut ScheduleReport)) {
        note(&mut self.report.lock().unwrap());
    }
}
