//! A made-up object store: conditions hold, and everything else that can go wrong does.

use std::collections::BTreeMap;
use std::future::pending;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bucket::{Bucket, BucketError, ETag, LIST_MAX, ListEntry, Object, PutOutcome};
use bytes::Bytes;
use tokio::sync::Notify;
use tokio::time::{Duration, Instant, sleep};

use super::process;
use super::random::SimRandom;

/// What all processes see of the store.
#[derive(Debug, Default)]
pub(super) struct SimStore {
    objects: BTreeMap<String, SimObject>,
}

#[derive(Debug)]
struct SimObject {
    body: Bytes,
    seen_from: Instant,
}

/// One process's way to the store, for as long as the process lives.
#[derive(Debug)]
pub(super) struct FlakyBucket {
    pub(super) store: Arc<Mutex<SimStore>>,
    pub(super) random: SimRandom,
    /// The number of the request at which the process is killed.
    pub(super) killed_at: Option<u32>,
    pub(super) requests: Mutex<u32>,
    pub(super) killed: Arc<Notify>,
    pub(super) planted: Option<process::PlantedFault>,
    /// Whether nothing goes wrong: for the last look.
    pub(super) calm: bool,
}

#[derive(Clone, Debug)]
enum SimRequest {
    Create(String, Bytes),
    Get(String),
    List(String, Option<String>),
    Delete(String),
}

#[derive(Debug)]
enum SimReply {
    PutOutcome(PutOutcome),
    Got(Option<Object>),
    ListEntry(Vec<ListEntry>),
    Deleted,
}

impl SimStore {
    fn carry_out(&mut self, request: &SimRequest, seen_from: Instant) -> SimReply {
        let now = Instant::now();
        match request {
            SimRequest::Create(key, _) if self.objects.contains_key(key) => {
                SimReply::PutOutcome(PutOutcome::Exists)
            }
            SimRequest::Create(key, body) => {
                let body = body.clone();
                self.objects
                    .insert(key.clone(), SimObject { body, seen_from });
                SimReply::PutOutcome(PutOutcome::Done(ETag(key.clone())))
            }
            SimRequest::Get(key) => {
                let seen = self.objects.get(key).filter(|kept| kept.seen_from <= now);
                SimReply::Got(seen.map(|kept| Object {
                    body: kept.body.clone(),
                    tag: ETag(key.clone()),
                }))
            }
            SimRequest::List(prefix, after) => {
                let seen = self
                    .objects
                    .range(prefix.clone()..)
                    .take_while(|(key, _)| key.starts_with(prefix.as_str()))
                    .filter(|(key, kept)| {
                        after.as_ref().is_none_or(|after| *key > after) && kept.seen_from <= now
                    });
                SimReply::ListEntry(
                    seen.take(LIST_MAX)
                        .map(|(key, kept)| ListEntry {
                            key: key.clone(),
                            bytes: kept.body.len() as u64,
                        })
                        .collect(),
                )
            }
            SimRequest::Delete(key) => {
                self.objects.remove(key);
                SimReply::Deleted
            }
        }
    }

    /// The names of all objects of the log.
    pub(super) fn objects(&self) -> Vec<String> {
        let objects = self.objects.keys().filter(|key| key.starts_with("log/"));
        objects.cloned().collect()
    }

    pub(super) fn remove(&mut self, key: &str) {
        self.objects.remove(key);
    }
}

impl FlakyBucket {
    async fn ask(&self, request: SimRequest) -> Result<SimReply, BucketError> {
        let dies = self.count();
        if self.calm {
            return Ok(self.carry_out(&request, false));
        }
        sleep(self.random.time(40)).await;
        if dies && self.random.percent(50) {
            return self.die().await;
        }
        if self.random.percent(4) {
            // Asleep, for longer than any lease.
            sleep(self.random.time(600_000)).await;
        }
        let fate = self.random.below(100);
        let answer = match fate {
            0..4 => return Err(BucketError::Unavailable("refused".into())),
            4..8 => {
                self.carry_out_late(request);
                sleep(self.random.time(1_000)).await;
                return Err(BucketError::Unknown("no answer, and none yet".into()));
            }
            8..13 => {
                self.carry_out(&request, true);
                sleep(self.random.time(1_000)).await;
                return Err(BucketError::Unknown("the answer was lost".into()));
            }
            13..17 => {
                self.carry_out(&request, true);
                self.carry_out(&request, true)
            }
            _ => self.carry_out(&request, true),
        };
        if dies {
            return self.die().await;
        }
        sleep(self.random.time(40)).await;
        if self.random.percent(2) {
            sleep(self.random.time(600_000)).await;
        }
        Ok(answer)
    }

    fn carry_out(&self, request: &SimRequest, may_hide: bool) -> SimReply {
        let hidden = may_hide && self.random.percent(8);
        let lag = if hidden {
            self.random.time(5_000)
        } else {
            Duration::ZERO
        };
        let mut store = self.store.lock().unwrap();
        store.carry_out(request, Instant::now() + lag)
    }

    /// A request that is on its way for long, whatever becomes of whoever sent it.
    fn carry_out_late(&self, request: SimRequest) {
        let store = Arc::clone(&self.store);
        let after = if self.random.percent(50) {
            self.random.time(3_000)
        } else {
            self.random.time(900_000)
        };
        tokio::spawn(async move {
            sleep(after).await;
            store.lock().unwrap().carry_out(&request, Instant::now());
        });
    }

    fn count(&self) -> bool {
        let mut requests = self.requests.lock().unwrap();
        *requests += 1;
        self.killed_at == Some(*requests)
    }

    async fn die(&self) -> Result<SimReply, BucketError> {
        self.killed.notify_one();
        pending().await
    }

    /// What a protocol without epochs in its names would ask for.
    fn named(&self, key: &str) -> String {
        let epochless = self.planted == Some(process::PlantedFault::NoEpochInTheKey);
        match key.strip_prefix("log/") {
            Some(rest) if epochless && rest.len() >= 20 => format!("log/{:020}{}", 0, &rest[20..]),
            _ => key.to_owned(),
        }
    }
}

#[async_trait]
impl Bucket for FlakyBucket {
    async fn create(&self, key: &str, body: Bytes) -> Result<PutOutcome, BucketError> {
        let is_seal = key.starts_with("log/") && body.windows(8).any(|word| word == b"\"seal\":{");
        if is_seal && self.planted == Some(process::PlantedFault::NoEpochInTheKey) {
            // Without epochs a seal would end the log for everybody.
            return Ok(PutOutcome::Done(ETag(String::new())));
        }
        let answer = self.ask(SimRequest::Create(self.named(key), body)).await?;
        let SimReply::PutOutcome(put) = answer else {
            unreachable!("{answer:?}");
        };
        let mistaken = self.planted == Some(process::PlantedFault::RivalTakenForOneself);
        Ok(if mistaken && put == PutOutcome::Exists {
            PutOutcome::Done(ETag(String::new()))
        } else {
            put
        })
    }

    async fn replace(&self, _: &str, _: Bytes, _: &ETag) -> Result<PutOutcome, BucketError> {
        unreachable!("the protocol replaces nothing")
    }

    async fn get(&self, key: &str) -> Result<Option<Object>, BucketError> {
        let answer = self.ask(SimRequest::Get(self.named(key))).await?;
        let SimReply::Got(got) = answer else {
            unreachable!("{answer:?}");
        };
        Ok(got)
    }

    async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Vec<ListEntry>, BucketError> {
        let request = SimRequest::List(self.named(prefix), after.map(|after| self.named(after)));
        let answer = self.ask(request).await?;
        let SimReply::ListEntry(mut listed) = answer else {
            unreachable!("{answer:?}");
        };
        for object in &mut listed {
            object.key.replace_range(..prefix.len(), prefix);
        }
        Ok(listed)
    }

    async fn delete(&self, key: &str) -> Result<(), BucketError> {
        self.ask(SimRequest::Delete(self.named(key)))
            .await
            .map(drop)
    }
}
