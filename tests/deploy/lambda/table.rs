//! The table of the template is the one that the program would make.

use std::process::Command;

use deploy::{built, run};
use serde_json::Value;
use servers::S3;

use crate::amazon::Site;
use crate::amazon::judges::template;

/// The table that the program makes here.
const MADE: &str = "made-by-the-program";

#[tokio::test]
async fn the_template_makes_the_table_that_the_program_makes() {
    let server = S3::guarded_ministack().await;
    let site = Site::for_lambda(&server);
    site.says(
        "aws cloudformation deploy --stack-name codex --template-file lambda/foundation.yaml",
    );
    let templates = site.says("aws dynamodb list-tables --query 'TableNames[0]' --output text");
    let mut create = Command::new(built("arcane-codex"));
    create
        .args(["store", "create"])
        .env("DYNAMODB_TABLE", MADE)
        .env("DYNAMODB_ENDPOINT", server.endpoint())
        .envs(server.settings());
    run(&mut create);
    assert_eq!(shape(&site, &templates), shape(&site, MADE));

    // What the emulator does not read in a template.
    let template = template("lambda/foundation.yaml");
    let table = &template["Resources"]["Table"]["Properties"];
    let expiry = site.says(&format!(
        "aws dynamodb describe-time-to-live --table-name {MADE} --output text \
           --query 'TimeToLiveDescription.AttributeName'"
    ));
    assert_eq!(table["TimeToLiveSpecification"]["AttributeName"], *expiry);
    let recovery = site.says(&format!(
        "aws dynamodb describe-continuous-backups --table-name {MADE} --output text --query \
           'ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus'"
    ));
    assert_eq!(recovery, "ENABLED");
    let recovery = &table["PointInTimeRecoverySpecification"];
    assert_eq!(recovery["PointInTimeRecoveryEnabled"], true);
}

/// Keys, indexes, billing and protection.
fn shape(site: &Site, table: &str) -> Value {
    let told = site.says(&format!(
        "aws dynamodb describe-table --table-name {table} --output json --query 'Table.{{
           attributes: sort_by(AttributeDefinitions, &AttributeName),
           keys: KeySchema,
           indexes: sort_by(LocalSecondaryIndexes, &IndexName)[].[IndexName, KeySchema, Projection],
           others: GlobalSecondaryIndexes,
           billing: BillingModeSummary.BillingMode,
           protected: DeletionProtectionEnabled
         }}'"
    ));
    serde_json::from_str(&told).expect("the command line writes JSON")
}
