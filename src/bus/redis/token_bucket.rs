//! Token buckets that all instances share.

use std::sync::OnceLock;
use std::time::Duration;

use redis::{ErrorKind, ServerErrorKind, cmd};
use tokio::time::Instant;

use super::link::RedisContext;
use super::request::{RedisRequestError, request};
use crate::TokenDecision;

/// Redis runs the script as one atomic step and by its own clock, so instances need not agree on the time.
const SCRIPT: &str = include_str!("token_bucket.lua");

/// The script's SHA-1, once a Redis has returned it: it is the same at every server.
#[derive(Debug, Default)]
pub(super) struct TokenBucketScript(OnceLock<String>);

impl TokenBucketScript {
    /// Takes one token from the bucket `key` of `capacity` tokens, which refills within `per`.
    pub(super) async fn take(
        &self,
        context: &RedisContext,
        key: &str,
        (capacity, per): (u32, Duration),
        deadline: Instant,
    ) -> TokenDecision {
        if capacity == 0 {
            return TokenDecision::Refused { retry_after: per };
        }
        // Whole microseconds of at most a year: Lua's numbers are exact up to 2^53.
        let per = per.min(Duration::from_hours(24 * 365));
        // Times instead of counts: one number is the whole state, and partial tokens cost no precision.
        let token_us = (per / capacity).max(Duration::from_micros(1)).as_micros();
        let bucket_us = token_us * u128::from(capacity);
        let key = context.keys.token_bucket(key);
        let times = [token_us, bucket_us];
        let wait_us = match self.run(context, &key, times, deadline).await {
            // Redis forgets scripts when it restarts. A forgotten one is loaded again, once for each request.
            Err(RedisRequestError::Refused(error)) if is_unknown_script(&error) => {
                if self.load(context, deadline).await.is_err() {
                    return TokenDecision::Unknown;
                }
                self.run(context, &key, times, deadline).await
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

    /// Runs the script. Returns 0 if a token was taken, else the microseconds until the next one.
    async fn run(
        &self,
        context: &RedisContext,
        key: &str,
        [token_us, bucket_us]: [u128; 2],
        deadline: Instant,
    ) -> Result<u64, RedisRequestError> {
        let sha = match self.0.get() {
            Some(sha) => sha.clone(),
            None => self.load(context, deadline).await?,
        };
        let mut command = cmd("EVALSHA");
        command
            .arg(sha)
            .arg(1)
            .arg(key)
            .arg(token_us.to_string())
            .arg(bucket_us.to_string());
        request(context, &command, deadline).await
    }

    async fn load(
        &self,
        context: &RedisContext,
        deadline: Instant,
    ) -> Result<String, RedisRequestError> {
        let mut command = cmd("SCRIPT");
        command.arg("LOAD").arg(SCRIPT);
        let sha: String = request(context, &command, deadline).await?;
        Ok(self.0.get_or_init(|| sha).clone())
    }
}

fn is_unknown_script(error: &redis::RedisError) -> bool {
    error.kind() == ErrorKind::Server(ServerErrorKind::NoScript)
}
