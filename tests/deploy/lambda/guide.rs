//! The guide's commands, run as they are written.

use servers::S3;

use crate::amazon::Site;

#[tokio::test]
async fn every_command_of_the_guide_runs() {
    let server = S3::guarded_ministack().await;
    let site = Site::for_lambda(&server);
    site.runs_guide("lambda/README.md", 10);
    for stack in ["arcane-codex-lambda", "arcane-codex-lambda-foundation"] {
        let told = site.refuses(&format!(
            "aws cloudformation describe-stacks --stack-name {stack}"
        ));
        assert!(told.contains("does not exist"), "{told}");
    }
    for list in [
        "aws dynamodb list-tables --query 'TableNames' --output text",
        "aws secretsmanager list-secrets --query 'SecretList[].Name' --output text",
    ] {
        let kept = site.says(list);
        assert!(
            kept.contains("arcane-codex-lambda-foundation-"),
            "{list}: {kept}"
        );
    }
}
