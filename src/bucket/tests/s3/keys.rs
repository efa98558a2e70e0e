//! Credentials come the way Amazon's own tools take them.

use std::env;
use std::process::{Command, Output};

use bucket::{BucketError, BucketUrl};
use servers::S3;

/// The URL of the bucket to list, in a process that a test has started.
const ADDRESS: &str = "BUCKET_TEST_ADDRESS";

/// Runs one test of this binary in a process with an environment of its own.
fn run(test: &str, address: &str, settings: Vec<(&str, String)>) -> Output {
    let mut child = Command::new(env::current_exe().unwrap());
    child
        .env_clear()
        .env(ADDRESS, address)
        .envs(settings)
        .args(["--exact", test]);
    child.output().unwrap()
}

/// Lists the bucket at the URL that a test gave this process, or returns `None` if no test started it.
#[expect(
    clippy::disallowed_methods,
    reason = "what is tested is what the environment says"
)]
async fn list_if_started_by_a_test() -> Option<Result<(), BucketError>> {
    let place: BucketUrl = env::var(ADDRESS).ok()?.parse().unwrap();
    let bucket = place.open().await.unwrap();
    Some(bucket.list("", None).await.map(drop))
}

fn assert_passed(ended: &Output) {
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(said.contains("1 passed"), "{said}");
}

#[tokio::test]
async fn a_key_and_its_secret_are_taken_from_the_environment() {
    if let Some(listed) = list_if_started_by_a_test().await {
        return listed.unwrap();
    }
    let server = S3::shared_seaweed().await;
    server.make_bucket("keys").await;
    let address = server.place("keys", "");
    assert_passed(&run(
        "keys::a_key_and_its_secret_are_taken_from_the_environment",
        &address,
        server.settings(),
    ));
}

#[tokio::test]
async fn no_credentials_at_all_are_denied() {
    if let Some(listed) = list_if_started_by_a_test().await {
        assert!(matches!(listed, Err(BucketError::Denied(_))), "{listed:?}");
        return;
    }
    let server = S3::shared_seaweed().await;
    let alone = vec![("AWS_EC2_METADATA_DISABLED", "true".to_owned())];
    let address = server.place("keys", "");
    assert_passed(&run(
        "keys::no_credentials_at_all_are_denied",
        &address,
        alone,
    ));
}
