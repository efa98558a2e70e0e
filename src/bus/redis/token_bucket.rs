//! Buckets of tokens that instances share.

use std::sync::OnceLock;
use std::time::Duration;

use redis::{ErrorKind, ServerErrorKind, cmd};
use tokio::time::Instant;

use super::link::Shared;
use super::request::{Missed, ask};
use crate::TokenDecision;

/// Redis runs it as one step, by Redis's own clock.
const SCRIPT: &str = include_str!("token_bucket.lua");

/// The script's name, once a Redis has told it: it is the same at every one.
#[derive(Debug, Default)]
pub(super) struct Tokens(OnceLock<String>);

impl Tokens {
    pub(super) async fn take(
        &self,
        shared: &Shared,
        key: &str,
        (capacity, per): (u32, Duration),
        until: Instant,
    ) -> TokenDecision {
        if capacity == 0 {
            return TokenDecision::Refused { retry_after: per };
        }
        // Whole microseconds of at most a year: the script reckons in numbers that are exact up to 2^53.
        let per = per.min(Duration::from_hours(24 * 365));
        let token = (per / capacity).max(Duration::from_micros(1)).as_micros();
        let bucket = token * u128::from(capacity);
        let key = shared.names.tokens(key);
        let wait_us = match self.run(shared, &key, [token, bucket], until).await {
            Err(Missed::Error(error)) if is_unknown(&error) => {
                if self.load(shared, until).await.is_err() {
                    return TokenDecision::Unknown;
                }
                self.run(shared, &key, [token, bucket], until).await
            }
            answer => answer,
        };
        match wait_us {
            Ok(0) => TokenDecision::Allowed,
            Ok(wait_us) => TokenDecision::Refused {
                retry_after: Duration::from_micros(wait_us),
            },
            Err(_) => TokenDecision::Unknown,
        }
    }

    async fn run(
        &self,
        shared: &Shared,
        key: &str,
        [token, bucket]: [u128; 2],
        until: Instant,
    ) -> Result<u64, Missed> {
        let name = match self.0.get() {
            Some(name) => name.clone(),
            None => self.load(shared, until).await?,
        };
        let mut command = cmd("EVALSHA");
        command
            .arg(name)
            .arg(1)
            .arg(key)
            .arg(token.to_string())
            .arg(bucket.to_string());
        ask(shared, &command, until).await
    }

    async fn load(&self, shared: &Shared, until: Instant) -> Result<String, Missed> {
        let mut command = cmd("SCRIPT");
        command.arg("LOAD").arg(SCRIPT);
        let name: String = ask(shared, &command, until).await?;
        Ok(self.0.get_or_init(|| name).clone())
    }
}

fn is_unknown(error: &redis::RedisError) -> bool {
    error.kind() == ErrorKind::Server(ServerErrorKind::NoScript)
}
