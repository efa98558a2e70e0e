//! The game as a function on an emulated AWS Lambda, with its journal at a server that speaks `DynamoDB`: what tests in
//! browsers play on.
//!
//! `function socket` or `function ask` says how news come, prints the address and serves until it is ended. Environments
//! stand still between two requests, some are thrown away, and some events are delivered twice. The program of the function
//! is the one that was built beside this one.
#![expect(
    clippy::unwrap_used,
    reason = "a step that fails ends the test that started this"
)]

use std::io::{self, Write as _};
use std::time::Duration;

use platform_sim::Store;
use platform_sim::lambda::{
    Chaos, FunctionUrl, LambdaFunction, LambdaTerms, SocketApi, SocketLimits,
};

/// What goes wrong that no page may notice.
const CHAOS: Chaos = Chaos {
    started: Some(8),
    thrown_away: Some(15),
    killed: None,
    doubled: Some(10),
};
/// The limits of API Gateway, but for the age of a socket, which ends in the middle of a story.
const LIMITS: SocketLimits = SocketLimits {
    age: Duration::from_secs(8),
    idle: Duration::from_mins(10),
    untold: Some(2),
};

#[tokio::main]
async fn main() -> io::Result<()> {
    let key = "what-signs-the-cookies-of-browsers-in-tests".to_owned();
    let mut variables = vec![("SECRET_KEY", key)];
    let sockets = SocketApi::start(LIMITS).await;
    match std::env::args().nth(1).as_deref() {
        Some("socket") => variables.push(("SOCKET_URL", sockets.url())),
        Some("ask") => {}
        _ => panic!("function socket, or function ask"),
    }
    let terms = LambdaTerms {
        binary: servers::built("bootstrap")
            .to_str()
            .unwrap()
            .to_owned()
            .leak(),
        variables,
        store: Store::dynamodb().await,
        chaos: CHAOS,
    };
    let function = LambdaFunction::new(terms, 1);
    sockets.serve(&function);
    let url = FunctionUrl::start(function).await;
    writeln!(io::stdout(), "{{\"addr\":\"http://{}\"}}", url.plain())?;
    std::future::pending().await
}
