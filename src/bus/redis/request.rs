//! Asking Redis something, without waiting for long.

use redis::{Cmd, FromRedisValue, RedisError};
use tokio::time::{Instant, timeout_at};

use super::link::Shared;
use super::publish::is_misplaced;

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Missed {
    /// Redis is away, or late.
    Away,
    /// It refused.
    Error(RedisError),
}

/// Asks, and waits until a moment.
pub(super) async fn ask<T: FromRedisValue>(
    shared: &Shared,
    command: &Cmd,
    until: Instant,
) -> Result<T, Missed> {
    let link = shared.link().ok_or(Missed::Away)?;
    let mut multiplexed = link.connection.multiplexed.clone();
    let answer = timeout_at(until, command.query_async(&mut multiplexed)).await;
    if !link.is_sound() {
        return Err(Missed::Away);
    }
    match answer {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => {
            if is_misplaced(&error) {
                link.give_up();
            }
            Err(Missed::Error(error))
        }
        Err(_) => {
            link.doubt();
            Err(Missed::Away)
        }
    }
}
