//! The guide's commands, run as they are written.

use std::fs;

use deploy::{blocks, run};
use parts::S3;

use crate::file;
use crate::site::Site;

#[tokio::test]
async fn every_command_of_the_guide_runs() {
    let server = S3::ministack().await;
    let site = Site::new(&server);
    site.own_service();
    let guide = fs::read_to_string(file("README.md")).expect("the guide is there");
    let blocks = blocks(&guide);
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
    let stacks =
        site.refuses("aws cloudformation describe-stacks --stack-name arcane-codex-foundation");
    assert!(stacks.contains("does not exist"), "{stacks}");
    for list in [
        "aws s3api list-buckets --query 'Buckets[].Name' --output text",
        "aws secretsmanager list-secrets --query 'SecretList[].Name' --output text",
    ] {
        let kept = site.says(list);
        assert!(kept.contains("arcane-codex-foundation-"), "{list}: {kept}");
    }
}
