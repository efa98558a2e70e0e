//! The guide's commands, run as they are written.

use deploy::{blocks, read, run};
use servers::S3;

use crate::amazon::Site;

#[tokio::test]
async fn every_command_of_the_guide_runs() {
    let server = S3::guarded_ministack().await;
    let site = Site::for_lambda(&server);
    let blocks = blocks(&read("lambda/README.md"));
    let (tried, untried): (Vec<_>, Vec<_>) = blocks.iter().partition(|block| block.mark == "sh");
    assert_eq!(
        tried.len(),
        10,
        "blocks were added or taken away: say here how many there are"
    );
    for block in untried {
        assert!(
            block.mark.starts_with("sh untested: "),
            "{}: {}",
            block.heading,
            block.mark
        );
    }
    for (number, block) in tried.iter().enumerate() {
        // What is rolled back to must have run before.
        site.commit(&format!("release {number}"));
        run(&mut site.sh(&block.text));
    }
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
