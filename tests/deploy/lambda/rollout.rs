//! The script deploys to an emulated Amazon, which runs what it is given.

use std::fs;

use deploy::{outcome, told};
use servers::S3;

use crate::amazon::Site;

#[tokio::test]
async fn a_release_gets_requests_once_it_answers_and_can_be_taken_back() {
    let server = S3::guarded_ministack().await;
    let site = Site::for_lambda(&server);
    let url = site.says("lambda/deploy.sh up");
    assert!(url.starts_with("https://") && !url.ends_with('/'), "{url}");
    let built = site.log_of("cargo");
    assert!(
        built.contains("lambda build --profile small --locked --package lambda --arm64"),
        "{built}"
    );
    let first = site.release("live", "[Version, Description, CodeSha256]");
    let revision = site.says("git rev-parse HEAD");
    assert!(first.contains(&revision), "{first}");
    let told = site.refuses("lambda/deploy.sh rollback");
    assert!(told.contains("No other release"), "{told}");

    // The same again is no other release.
    assert_eq!(site.says("lambda/deploy.sh up"), url);
    let again = site.release("live", "[Version, Description, CodeSha256]");
    assert_eq!(first, again);

    // One that does not start never gets a request, and is never rolled back to.
    site.commit("one that does not start");
    site.write("breaks", "");
    let told = site.refuses("lambda/deploy.sh up");
    assert!(told.contains("Requests still go where"), "{told}");
    let still = site.release("live", "[Version, Description, CodeSha256]");
    assert_eq!(first, still);
    let told = site.refuses("lambda/deploy.sh rotate-key");
    assert!(told.contains("would bring it again"), "{told}");
    fs::remove_file(site.path("breaks")).expect("it is there");

    // A parameter alone makes a release, too.
    site.commit("second");
    assert_eq!(site.says("lambda/deploy.sh up Memory=512"), url);
    let second = site.release("live", "[Version, Description, CodeSha256]");
    assert_ne!(first, second);
    assert_eq!(site.release("live", "MemorySize"), "512");
    site.says("lambda/deploy.sh rollback");
    let back = site.release("live", "[Version, Description, CodeSha256]");
    assert_eq!(first, back);
    assert_eq!(site.release("live", "MemorySize"), "256");
    site.says("lambda/deploy.sh rollback");
    let forward = site.release("live", "[Version, Description, CodeSha256]");
    assert_eq!(second, forward);
    // A release that was taken back comes again by the same command as any other.
    site.says("lambda/deploy.sh rollback");
    site.says("lambda/deploy.sh up");
    let again = site.release("live", "[Version, Description, CodeSha256]");
    assert_eq!(second, again);
}

#[tokio::test]
async fn a_key_is_accepted_by_all_before_any_signs_with_it() {
    let server = S3::guarded_ministack().await;
    let site = Site::for_lambda(&server);
    site.says("lambda/deploy.sh up");
    let keys = "Environment.Variables.[SECRET_KEY_VERSION, SECRET_KEY_PREVIOUS_VERSION]";
    let old = current_key(&site);
    site.says("lambda/deploy.sh rotate-key");
    let new = current_key(&site);
    assert_ne!(old, new);
    assert_eq!(site.release("live", keys), format!("{new}\t{old}"));
    // The version before it was the first step.
    assert_eq!(site.release("before", keys), format!("{old}\t{new}"));
    // So one may go back to it, and on.
    site.says("lambda/deploy.sh rollback");
    assert_eq!(site.release("live", keys), format!("{old}\t{new}"));
    site.says("lambda/deploy.sh rollback");
    assert_eq!(site.release("live", keys), format!("{new}\t{old}"));
    // The environment says where the key is, and holds none.
    let environment = site.release("live", "Environment.Variables");
    let secret = site.says(&format!(
        "aws secretsmanager get-secret-value --secret-id '{}' --query SecretString --output text",
        parameter(&site, "SecretKey")
    ));
    assert!(!environment.contains(&secret), "{environment}");
    assert!(!site.log_of("cargo").contains(&secret));
}

#[tokio::test]
async fn an_engine_builds_for_its_own_processor_alone() {
    let server = S3::guarded_ministack().await;
    let site = Site::for_lambda_with_an_engine(&server);
    let tools = servers::program("ecs", "aws");
    let tools = tools.parent().expect("a program is in a folder");
    let path = format!(
        "{}:{}:/usr/bin:/bin",
        site.path("bin").display(),
        tools.display()
    );
    let up = |line: &str| outcome(site.sh(line).env("PATH", &path));
    let other = up("lambda/deploy.sh up Architecture=arm64");
    assert!(!other.status.success(), "{}", told(&other));
    assert!(
        told(&other).contains("This engine builds for x86_64."),
        "{}",
        told(&other)
    );
    let own = up("lambda/deploy.sh up");
    assert!(own.status.success(), "{}", told(&own));
    assert_eq!(site.release("live", "Architectures[0]"), "x86_64");
    let built = site.log_of("docker");
    assert!(
        built.contains("build --build-arg PLATFORM=lambda"),
        "{built}"
    );
}

#[tokio::test]
async fn what_is_not_committed_is_not_deployed() {
    let server = S3::guarded_ministack().await;
    let site = Site::for_lambda(&server);
    site.write("clone/release", "not committed");
    let told = site.refuses("lambda/deploy.sh up");
    assert!(told.contains("commit them"), "{told}");
    let told = site.refuses("lambda/deploy.sh up sockets");
    assert!(told.contains("'sockets' is not Name=Value."), "{told}");
    let stacks = site.says("aws cloudformation list-stacks --query 'length(StackSummaries)'");
    assert_eq!(stacks, "0");
}

/// The version of the key that is called current.
fn current_key(site: &Site) -> String {
    let secret = parameter(site, "SecretKey");
    site.says(&format!(
        "aws secretsmanager get-secret-value --secret-id '{secret}' --query VersionId --output text"
    ))
}

/// A parameter of the function's stack.
fn parameter(site: &Site, name: &str) -> String {
    site.says(&format!(
        "aws cloudformation describe-stacks --stack-name arcane-codex-lambda --output text \
         --query 'Stacks[0].Parameters[?ParameterKey==`{name}`].ParameterValue'"
    ))
}
