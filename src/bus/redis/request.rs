//! Requests to Redis with a deadline.

use redis::{Cmd, FromRedisValue, Pipeline, RedisError, RedisResult};
use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout_at};

use super::link::{RedisContext, RedisLink};
use super::publish::is_misplaced;

/// Why a request has no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum RedisRequestError {
    /// There is no usable connection, or no answer before the deadline.
    #[error("Redis is unreachable")]
    Unreachable,
    /// Redis answered with an error.
    #[error("Redis refuses the request")]
    Refused(#[source] RedisError),
}

/// Sends a command and waits for its answer until `deadline`.
pub(super) async fn request<T: FromRedisValue>(
    context: &RedisContext,
    command: &Cmd,
    deadline: Instant,
) -> Result<T, RedisRequestError> {
    let link = usable_link(context)?;
    let mut multiplexed = link.connection.multiplexed.clone();
    let answer = timeout_at(deadline, command.query_async(&mut multiplexed)).await;
    judge(&link, answer)
}

/// Sends several commands in one round trip and waits for the list of their answers until `deadline`.
pub(super) async fn request_all<T: FromRedisValue>(
    context: &RedisContext,
    commands: &Pipeline,
    deadline: Instant,
) -> Result<T, RedisRequestError> {
    let link = usable_link(context)?;
    let mut multiplexed = link.connection.multiplexed.clone();
    let answer = timeout_at(deadline, commands.query_async(&mut multiplexed)).await;
    judge(&link, answer)
}

fn usable_link(context: &RedisContext) -> Result<RedisLink, RedisRequestError> {
    let link = context.usable_link();
    link.ok_or(RedisRequestError::Unreachable)
}

/// Returns the answer if it can be trusted, and draws from it what it says about the connection.
fn judge<T>(
    link: &RedisLink,
    answer: Result<RedisResult<T>, Elapsed>,
) -> Result<T, RedisRequestError> {
    // Checked after the answer: a connection that broke meanwhile may have given this request another's answer.
    if !link.is_sound() {
        return Err(RedisRequestError::Unreachable);
    }
    match answer {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => {
            if is_misplaced(&error) {
                link.health.set_broken();
            }
            Err(RedisRequestError::Refused(error))
        }
        Err(_) => {
            // One request pays for a hanging server; those after it return at once until a probe is answered.
            link.suspect();
            Err(RedisRequestError::Unreachable)
        }
    }
}
