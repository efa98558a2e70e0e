//! A server whose journal is in a table of `DynamoDB`.

use bots::server::Setup;
use servers::DynamoDb;

const KEY: &str = "91d3a0c6f8b2475e9a1c0d3e5f7b8a6c42e0";

/// The same with its journal in a table of this name, which need not be there.
pub(crate) async fn at_table(setup: Setup, name: &str) -> Setup {
    let settings = DynamoDb::shared().await.settings();
    let setup = setup.with("DYNAMODB_TABLE", name).with("SECRET_KEY", KEY);
    (settings.iter()).fold(setup, |setup, (variable, value)| {
        setup.with(variable, value)
    })
}
