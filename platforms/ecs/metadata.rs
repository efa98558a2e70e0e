//! Who a task is, as the agent beside it says.

use std::env;
use std::time::Duration;

use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tokio::time::timeout;

/// The agent is on the same machine.
const ANSWER_TIME: Duration = Duration::from_secs(2);
/// An answer is some kilobytes.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// Returns the name of this task, without what all tasks of its cluster have in common. Nothing, if nobody says.
pub(crate) async fn task() -> Option<String> {
    let agent = env::var("ECS_CONTAINER_METADATA_URI_V4").ok()?;
    let told = timeout(ANSWER_TIME, ask(&format!("{agent}/task"))).await;
    let told = told.unwrap_or_else(|slow| Err(slow.into()));
    match told {
        Ok(task) => {
            let name = name(&task);
            tracing::info!(instance = name, "the agent says which task this is");
            name
        }
        Err(error) => {
            tracing::warn!(
                error = &*error as &dyn std::error::Error,
                "the agent does not say which task this is"
            );
            None
        }
    }
}

async fn ask(address: &str) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
    let client: Client<_, Empty<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let answer = client.get(address.parse()?).await?;
    let body = Limited::new(answer.into_body(), ANSWER_BYTES_MAX);
    let body = body.collect().await?.to_bytes();
    Ok(serde_json::from_slice(&body)?)
}

/// `arn:aws:ecs:region:account:task/cluster/id` is told by its last part.
fn name(task: &Value) -> Option<String> {
    let arn = task.get("TaskARN")?.as_str()?;
    arn.rsplit('/').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_task_is_called_by_its_id() {
        let task = json!({ "TaskARN": "arn:aws:ecs:eu-west-1:1:task/arcane/0a1b" });
        assert_eq!(name(&task).as_deref(), Some("0a1b"));
        assert_eq!(name(&json!({})), None);
    }
}
