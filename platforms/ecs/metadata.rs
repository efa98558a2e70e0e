//! The id of this task, from the metadata endpoint of ECS.

use std::env;
use std::time::Duration;

use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tokio::time::timeout;

/// How long the endpoint may take. It is on the same machine.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(2);
/// The longest answer that is read. It usually has some kilobytes.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// Returns the id of this task, or `None` if the endpoint does not answer: the log then lacks it, and all else works.
pub(crate) async fn task_id() -> Option<String> {
    let endpoint = env::var("ECS_CONTAINER_METADATA_URI_V4").ok()?;
    let answer = timeout(ANSWER_TIME_MAX, get(&format!("{endpoint}/task"))).await;
    let answer = answer.unwrap_or_else(|slow| Err(slow.into()));
    match answer {
        Ok(task) => {
            let id = id_of(&task);
            tracing::info!(instance = id, "the metadata endpoint names this task");
            id
        }
        Err(error) => {
            tracing::warn!(
                error = &*error as &dyn std::error::Error,
                "the metadata endpoint does not name this task"
            );
            None
        }
    }
}

async fn get(url: &str) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
    let client: Client<_, Empty<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let answer = client.get(url.parse()?).await?;
    let body = Limited::new(answer.into_body(), ANSWER_BYTES_MAX);
    let body = body.collect().await?.to_bytes();
    Ok(serde_json::from_slice(&body)?)
}

/// Returns the last part of `arn:aws:ecs:region:account:task/cluster/id`. All tasks of a cluster share the rest.
fn id_of(task: &Value) -> Option<String> {
    let arn = task.get("TaskARN")?.as_str()?;
    arn.rsplit('/').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_task_is_named_by_its_id() {
        let task = json!({ "TaskARN": "arn:aws:ecs:eu-west-1:1:task/arcane/0a1b" });
        assert_eq!(id_of(&task).as_deref(), Some("0a1b"));
        assert_eq!(id_of(&json!({})), None);
    }
}
