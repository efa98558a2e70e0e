//! A made-up object store: conditions hold, and everything else that can go wrong does.

use std::collections::BTreeMap;
use std::future::pending;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bucket::{Bucket, BucketError, ETag, LIST_MAX, ListEntry, Object, PutOutcome};
use bytes::Bytes;
use tokio::sync::Notify;
use tokio::time::{Duration, Instant, sleep};

use super::chance::Chance;
use super::process;

/// What all processes see of the store.
#[derive(Debug, Default)]
pub(super) struct World {
    objects: BTreeMap<String, Kept>,
}

#[derive(Debug)]
struct Kept {
    body: Bytes,
    seen_from: Instant,
}

/// One process's way to the store, for as long as the process lives.
#[derive(Debug)]
pub(super) struct Way {
    pub(super) world: Arc<Mutex<World>>,
    pub(super) chance: Chance,
    /// The number of the request at which the process is killed.
    pub(super) killed_at: Option<u32>,
    pub(super) requests: Mutex<u32>,
    pub(super) killed: Arc<Notify>,
    pub(super) planted: Option<process::Fault>,
    /// Whether nothing goes wrong: for the last look.
    pub(super) calm: bool,
}

#[derive(Clone, Debug)]
enum Request {
    Create(String, Bytes),
    Get(String),
    List(String, Option<String>),
    Delete(String),
}

#[derive(Debug)]
enum Answer {
    PutOutcome(PutOutcome),
    Got(Option<Object>),
    ListEntry(Vec<ListEntry>),
    Deleted,
}

impl World {
    fn carry_out(&mut self, request: &Request, seen_from: Instant) -> Answer {
        let now = Instant::now();
        match request {
            Request::Create(key, _) if self.objects.contains_key(key) => {
                Answer::PutOutcome(PutOutcome::Exists)
            }
            Request::Create(key, body) => {
                let body = body.clone();
                self.objects.insert(key.clone(), Kept { body, seen_from });
                Answer::PutOutcome(PutOutcome::Done(ETag(key.clone())))
            }
            Request::Get(key) => {
                let seen = self.objects.get(key).filter(|kept| kept.seen_from <= now);
                Answer::Got(seen.map(|kept| Object {
                    body: kept.body.clone(),
                    tag: ETag(key.clone()),
                }))
            }
            Request::List(prefix, after) => {
                let seen = self
                    .objects
                    .range(prefix.clone()..)
                    .take_while(|(key, _)| key.starts_with(prefix.as_str()))
                    .filter(|(key, kept)| {
                        after.as_ref().is_none_or(|after| *key > after) && kept.seen_from <= now
                    });
                Answer::ListEntry(
                    seen.take(LIST_MAX)
                        .map(|(key, kept)| ListEntry {
                            key: key.clone(),
                            bytes: kept.body.len() as u64,
                        })
                        .collect(),
                )
            }
            Request::Delete(key) => {
                self.objects.remove(key);
                Answer::Deleted
            }
        }
    }

    /// The names of all pages of the log.
    pub(super) fn pages(&self) -> Vec<String> {
        let pages = self.objects.keys().filter(|key| key.starts_with("log/"));
        pages.cloned().collect()
    }

    pub(super) fn remove(&mut self, key: &str) {
        self.objects.remove(key);
    }
}

impl Way {
    async fn ask(&self, request: Request) -> Result<Answer, BucketError> {
        let dies = self.count();
        if self.calm {
            return Ok(self.carry_out(&request, false));
        }
        sleep(self.chance.time(40)).await;
        if dies && self.chance.percent(50) {
            return self.die().await;
        }
        if self.chance.percent(4) {
            // Asleep, for longer than any lease.
            sleep(self.chance.time(600_000)).await;
        }
        let fate = self.chance.below(100);
        let answer = match fate {
            0..4 => return Err(BucketError::Unavailable("refused".into())),
            4..8 => {
                self.carry_out_late(request);
                sleep(self.chance.time(1_000)).await;
                return Err(BucketError::Unknown("no answer, and none yet".into()));
            }
            8..13 => {
                self.carry_out(&request, true);
                sleep(self.chance.time(1_000)).await;
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
        sleep(self.chance.time(40)).await;
        if self.chance.percent(2) {
            sleep(self.chance.time(600_000)).await;
        }
        Ok(answer)
    }

    fn carry_out(&self, request: &Request, may_hide: bool) -> Answer {
        let hidden = may_hide && self.chance.percent(8);
        let lag = if hidden {
            self.chance.time(5_000)
        } else {
            Duration::ZERO
        };
        let mut world = self.world.lock().unwrap();
        world.carry_out(request, Instant::now() + lag)
    }

    /// A request that is on its way for long, whatever becomes of whoever sent it.
    fn carry_out_late(&self, request: Request) {
        let world = Arc::clone(&self.world);
        let after = if self.chance.percent(50) {
            self.chance.time(3_000)
        } else {
            self.chance.time(900_000)
        };
        tokio::spawn(async move {
            sleep(after).await;
            world.lock().unwrap().carry_out(&request, Instant::now());
        });
    }

    fn count(&self) -> bool {
        let mut requests = self.requests.lock().unwrap();
        *requests += 1;
        self.killed_at == Some(*requests)
    }

    async fn die(&self) -> Result<Answer, BucketError> {
        self.killed.notify_one();
        pending().await
    }

    /// What a protocol without epochs in its names would ask for.
    fn named(&self, key: &str) -> String {
        let epochless = self.planted == Some(process::Fault::NoEpochInTheKey);
        match key.strip_prefix("log/") {
            Some(rest) if epochless && rest.len() >= 20 => format!("log/{:020}{}", 0, &rest[20..]),
            _ => key.to_owned(),
        }
    }
}

#[async_trait]
impl Bucket for Way {
    async fn create(&self, key: &str, body: Bytes) -> Result<PutOutcome, BucketError> {
        let is_seal = key.starts_with("log/") && body.windows(8).any(|word| word == b"\"seal\":{");
        if is_seal && self.planted == Some(process::Fault::NoEpochInTheKey) {
            // Without epochs a seal would end the log for everybody.
            return Ok(PutOutcome::Done(ETag(String::new())));
        }
        let answer = self.ask(Request::Create(self.named(key), body)).await?;
        let Answer::PutOutcome(put) = answer else {
            unreachable!("{answer:?}");
        };
        let mistaken = self.planted == Some(process::Fault::RivalTakenForOneself);
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
        let answer = self.ask(Request::Get(self.named(key))).await?;
        let Answer::Got(got) = answer else {
            unreachable!("{answer:?}");
        };
        Ok(got)
    }

    async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Vec<ListEntry>, BucketError> {
        let request = Request::List(self.named(prefix), after.map(|after| self.named(after)));
        let answer = self.ask(request).await?;
        let Answer::ListEntry(mut listed) = answer else {
            unreachable!("{answer:?}");
        };
        for object in &mut listed {
            object.key.replace_range(..prefix.len(), prefix);
        }
        Ok(listed)
    }

    async fn delete(&self, key: &str) -> Result<(), BucketError> {
        self.ask(Request::Delete(self.named(key))).await.map(drop)
    }
}
