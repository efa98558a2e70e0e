//! A function of the binary, with its journal in `DynamoDB`.

use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_dynamodb::types::AttributeValue;
use platform_sim::Store;
use platform_sim::lambda::{
    Chaos, FunctionUrl, LambdaFunction, LambdaTerms, SocketApi, SocketLimits,
};
use store::Journal;
use store::dynamodb::DynamoJournal;

/// What goes wrong while a story is told.
pub(crate) const CHAOS: Chaos = Chaos {
    started: Some(8),
    thrown_away: Some(15),
    killed: Some(25),
    doubled: Some(10),
};

/// Nothing goes wrong.
pub(crate) const PEACE: Chaos = Chaos {
    started: None,
    thrown_away: None,
    killed: None,
    doubled: None,
};

/// The limits of API Gateway, shortened.
pub(crate) const LIMITS: SocketLimits = SocketLimits {
    age: Duration::from_secs(5),
    idle: Duration::from_secs(3),
    untold: Some(2),
};

/// How the function is set up.
pub(crate) async fn terms(variables: &[(&'static str, String)], chaos: Chaos) -> LambdaTerms {
    let key = "what-signs-the-cookies-of-all-these-tests".to_owned();
    let mut variables = variables.to_vec();
    variables.push(("SECRET_KEY", key));
    LambdaTerms {
        binary: env!("CARGO_BIN_EXE_bootstrap"),
        variables,
        store: Store::dynamodb().await,
        chaos,
    }
}

/// Sets the function up.
pub(crate) async fn function(variables: &[(&'static str, String)], chaos: Chaos) -> LambdaFunction {
    LambdaFunction::new(terms(variables, chaos).await, seed())
}

/// A function whose news come by polling alone, and its URL.
pub(crate) async fn polled(chaos: Chaos) -> (LambdaFunction, FunctionUrl) {
    let function = function(&[], chaos).await;
    let url = FunctionUrl::start(function.clone()).await;
    (function, url)
}

/// A function whose news come by sockets, its URL, and the API that holds the sockets.
pub(crate) async fn live(
    chaos: Chaos,
    limits: SocketLimits,
) -> (LambdaFunction, FunctionUrl, SocketApi) {
    live_with(&[], chaos, limits).await
}

/// The same with some variables more.
pub(crate) async fn live_with(
    variables: &[(&'static str, String)],
    chaos: Chaos,
    limits: SocketLimits,
) -> (LambdaFunction, FunctionUrl, SocketApi) {
    let sockets = SocketApi::start(limits).await;
    let mut variables = variables.to_vec();
    variables.push(("SOCKET_URL", sockets.url()));
    let function = function(&variables, chaos).await;
    sockets.serve(&function);
    let url = FunctionUrl::start(function.clone()).await;
    (function, url, sockets)
}

/// Past the test runner's capture: the figures are to be seen when a test passes, too.
pub(crate) fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Another number for every run.
pub(crate) fn seed() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    now.as_secs()
}

/// The journal of a function.
pub(crate) async fn journal_of(function: &LambdaFunction) -> Arc<dyn Journal> {
    let journal = DynamoJournal::open(function.table().clone()).await;
    Arc::new(journal.unwrap())
}

/// The items of all sockets of a function, each as a text.
pub(crate) async fn socket_items(function: &LambdaFunction) -> Vec<String> {
    let table = function.table();
    let scan = table.client.scan().table_name(&table.name);
    let mut items = scan.into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(item) = items.next().await {
        let item = item.unwrap();
        let AttributeValue::S(partition) = &item["pk"] else {
            panic!("{item:?}");
        };
        if partition.starts_with("C#") || partition.starts_with("S#") {
            found.push(format!("{item:?}"));
        }
    }
    found
}
