//! The guide's commands, run as they are written.

use servers::S3;

use crate::amazon::Site;

#[tokio::test]
async fn every_command_of_the_guide_runs() {
    let server = S3::ministack().await;
    let site = Site::for_ecs(&server);
    site.own_service();
    site.runs_guide("ecs/README.md", 10);
    // The guide has a database by then: tasks that sign with the old key must believe the new one first.
    let [[old, new], then] = keys_deployed(&site)
        .try_into()
        .expect("a key is changed in two steps");
    assert_ne!(old, new);
    assert_eq!(then, [new, old]);
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

/// What each deployment that names two keys has believed: the one that signs, and the other.
fn keys_deployed(site: &Site) -> Vec<[String; 2]> {
    let log = site.aws_log();
    let given = |line: &str, name: &str| {
        let (_, rest) = line.split_once(&format!(" {name}="))?;
        Some(rest.split(' ').next().unwrap_or_default().to_owned())
    };
    let keys = log.lines().filter_map(|line| {
        let signs = given(line, "SecretKeyVersion")?;
        Some([signs, given(line, "SecretKeyPreviousVersion")?])
    });
    keys.collect()
}
