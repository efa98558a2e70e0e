//! AWS Lambda: an environment answers one invocation at a time and stands still between two. Tables are in `DynamoDB`.
//!
//! Requests come through a function URL or an HTTP API, messages of sockets through a WebSocket API, and the clock as an
//! event of a schedule. Whatever an invocation begins it ends before it answers: after that the environment may never
//! go on.

mod connections;
mod event;
mod function;
mod http_event;
mod secrets;
mod sockets;

use std::env;
use std::process::ExitCode;

use anyhow::Context as _;
use host::{Environment, Process, storage};
use tokio::runtime::Builder;

use function::Function;

/// Something is set wrong (`EX_CONFIG`).
const MISCONFIGURED: u8 = 78;

fn main() -> anyhow::Result<ExitCode> {
    let environment = host::process_environment();
    let is_subcommand = env::args_os().len() > 1;
    if is_subcommand || !profiles::LAMBDA.is_here(&environment) {
        return Ok(host::main(profiles::LAMBDA, &profiles::ALL, storage::named));
    }
    // One thread: an environment has one invocation at a time, and less than one processor below 1,769 MB.
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.context("cannot start the runtime")?;
    runtime.block_on(answer_invocations(environment))
}

/// Opens the application and answers invocations until the environment ends.
async fn answer_invocations(mut environment: Environment) -> anyhow::Result<ExitCode> {
    secrets::add_keys(&mut environment).await?;
    let Ok(process) = Process::begin(profiles::LAMBDA, &profiles::ALL, &environment) else {
        // The log has said which setting is wrong.
        return Ok(ExitCode::from(MISCONFIGURED));
    };
    process.log_warnings();
    let answered = async { Function::open(process.config()).await?.run().await };
    if let Err(error) = Box::pin(answered).await {
        tracing::error!("cannot serve: {error:#}");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}
