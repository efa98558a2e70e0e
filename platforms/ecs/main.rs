//! Amazon ECS: the ephemeral disk of a task with a replica in a bucket, or a database for more than one task.

mod metadata;

use std::process::ExitCode;

use host::storage;

fn main() -> ExitCode {
    host::main(profiles::ECS, &profiles::ALL, |mut config, progress| {
        Box::pin(async move {
            config.platform.instance = metadata::task_id().await;
            storage::named(config, progress).await
        })
    })
}
