//! The game as a service of the Shuttle runtime.

use std::net::SocketAddr;

use anyhow::anyhow;
use host::{Environment, ExitReason, Process, process_environment, storage};
use shuttle_runtime::{Error, SecretStore, Service};

/// Runs the runtime: it fetches the secrets, opens the service and binds it.
pub(crate) fn run() {
    main();
}

#[expect(clippy::unused_async, reason = "the runtime awaits it")]
#[shuttle_runtime::main]
async fn open(#[shuttle_runtime::Secrets] secrets: SecretStore) -> Result<CodexService, Error> {
    Ok(CodexService { secrets })
}

/// The game, with the secrets of its project and not yet at an address.
struct CodexService {
    secrets: SecretStore,
}

#[shuttle_runtime::async_trait]
impl Service for CodexService {
    /// Serves at `address` until the process is asked to end.
    ///
    /// At SIGTERM and SIGINT the runtime drops this future and exits: nothing drains, and what was acknowledged is
    /// durable. At the other signals that end a process the front drains as everywhere, and the runtime exits after it.
    async fn bind(self, address: SocketAddr) -> Result<(), Error> {
        let environment = settings(self.secrets, address);
        let process = Process::begin(profiles::SHUTTLE, &profiles::ALL, &environment)
            .map_err(anyhow::Error::from)?;
        match process.serve(storage::named).await? {
            ExitReason::Signal | ExitReason::SecondSignal => Ok(()),
            ExitReason::TakenOver => {
                Err(anyhow!("another process has taken over the storage").into())
            }
            ExitReason::Panic => Err(anyhow!("a part of the program panicked").into()),
        }
    }
}

/// Returns the variables of this process with the project's secrets over them, and the address that the runtime gives
/// over both.
///
/// Secrets win: the shell that starts `shuttle run` may have variables of another project. They stay in memory.
fn settings(secrets: SecretStore, address: SocketAddr) -> Environment {
    let mut environment = process_environment();
    let secrets = secrets.into_iter();
    environment.extend(secrets.map(|(name, value)| (name, value.into())));
    environment.insert("HOST".to_owned(), address.ip().to_string().into());
    environment.insert("PORT".to_owned(), address.port().to_string().into());
    environment
}
