//! The script deploys to an emulated Amazon.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use deploy::{outcome, told};
use servers::S3;

use crate::amazon::Site;
use crate::amazon::judges::template;

#[tokio::test]
async fn a_release_is_deployed_by_its_digest_and_can_be_taken_back() {
    let server = S3::ministack().await;
    let site = Site::for_ecs(&server);
    let url = site.says("ecs/deploy.sh up");
    assert!(url.starts_with("http://"), "{url}");
    let revision = site.says("git rev-parse HEAD");
    assert!(
        site.docker_log()
            .contains(&format!("arcane-codex:{revision} ..")),
        "{}",
        site.docker_log()
    );
    assert!(site.docker_log().contains("build --build-arg PLATFORM=ecs"));
    let first = site.running("image");
    assert_eq!(first, pushed(&site, &revision));

    // What a deployment leaves that failed: a revision between two that ran.
    let failed = first.replace(|letter: char| letter.is_ascii_digit(), "0");
    site.says(&format!(
        "aws ecs register-task-definition --family arcane-codex --container-definitions name=codex,image={failed}"
    ));
    site.commit("second");
    site.says("ecs/deploy.sh up Database=none Memory=1024");
    let second = site.running("image");
    assert_ne!(first, second);
    assert_eq!(second, pushed(&site, &site.says("git rev-parse HEAD")));

    site.says("ecs/deploy.sh rollback");
    assert_eq!(site.running("image"), first);

    // The key before this one goes on being believed, and each task knows its keys by their versions. The emulator
    // loses a task's secrets; that the template makes them of these parameters is among its promises.
    let old = current_key(&site);
    site.says("ecs/deploy.sh rotate-key");
    let new = current_key(&site);
    assert_ne!(old, new);
    assert_eq!(parameter(&site, "SecretKeyVersion"), new);
    assert_eq!(parameter(&site, "SecretKeyPreviousVersion"), old);
}

#[tokio::test]
async fn a_release_that_ecs_took_back_has_failed_and_is_never_rolled_back_to() {
    let server = S3::ministack().await;
    let site = Site::for_ecs(&server);
    site.own_service();
    let own = |command: &str| format!("CLUSTER=games SERVICE=codex ecs/deploy.sh {command}");
    let running = || site.running_in("games", "image");
    site.says(&own("up"));
    let first = running();

    site.commit("one that never becomes healthy");
    site.write("breaks", "arcane-codex:2");
    let told = site.refuses(&own("up"));
    assert!(told.contains("ECS went back"), "{told}");
    assert_eq!(running(), first);
    fs::remove_file(site.path("breaks")).expect("it is there");

    site.commit("one that does");
    site.says(&own("up"));
    assert_ne!(running(), first);
    site.says(&own("rollback"));
    assert_eq!(running(), first);
}

#[tokio::test]
async fn a_database_is_not_taken_away_by_a_word() {
    let server = S3::ministack().await;
    let site = Site::for_ecs(&server);
    site.says(
        "aws cloudformation deploy --stack-name arcane-codex-foundation --template-file ecs/foundation.yaml \
         --parameter-overrides Database=create",
    );
    let told = site.refuses("ecs/deploy.sh up Database=none");
    assert!(told.contains("begin anew with a bucket"), "{told}");
    assert_eq!(site.docker_log(), "");
}

#[tokio::test]
async fn a_tag_is_refused_by_script_and_template() {
    let server = S3::ministack().await;
    let site = Site::for_ecs(&server);
    for image in [
        "arcane-codex:latest",
        "arcane-codex",
        "",
        "arcane-codex@sha256:abc",
    ] {
        let told = site.refuses(&format!("ecs/deploy.sh image '{image}'"));
        assert!(
            told.contains("does not name an image by its digest"),
            "{told}"
        );
    }
    // The emulator does not look at the template's pattern: it is tried as it is written.
    let pattern = template("ecs/template.yaml")["Parameters"]["Image"]["AllowedPattern"].clone();
    let pattern = pattern.as_str().expect("the image has a pattern");
    let digest = "a".repeat(64);
    let matches = |image: &str| {
        outcome(
            site.sh("[[ $IMAGE =~ ^($PATTERN)$ ]]")
                .env("IMAGE", image)
                .env("PATTERN", pattern),
        )
    };
    assert!(
        matches(&format!(
            "1.dkr.ecr.eu-central-1.amazonaws.com/codex@sha256:{digest}"
        ))
        .status
        .success()
    );
    for image in [
        "codex:latest",
        "codex",
        &format!("codex@sha256:{digest}a"),
        "codex@sha256:abc",
    ] {
        assert!(!matches(image).status.success(), "{image}");
    }
}

#[tokio::test]
async fn what_is_not_committed_or_not_pushed_is_not_deployed() {
    let server = S3::ministack().await;
    let site = Site::for_ecs(&server);
    let output = outcome(site.sh("ecs/deploy.sh up").env("PUSH_FAILS", "1"));
    assert!(!output.status.success(), "{}", told(&output));
    site.write("clone/release", "not committed");
    let told = site.refuses("ecs/deploy.sh up");
    assert!(told.contains("commit them"), "{told}");
    let stacks = site.says("aws cloudformation list-stacks --query 'length(StackSummaries)'");
    assert_eq!(stacks, "0");
}

#[tokio::test]
async fn a_subcommand_runs_in_a_task_of_its_own() {
    let server = S3::ministack().await;
    let site = Site::for_ecs(&server);
    site.says("ecs/deploy.sh up");
    thread::scope(|scope| {
        let running = scope.spawn(|| site.says("ecs/deploy.sh run replica status"));
        let task = started(&site);
        let asked = site.says(&format!(
            "aws ecs describe-tasks {task} --output text \
             --query 'tasks[0].overrides.containerOverrides[0].command'"
        ));
        assert_eq!(asked, "replica\tstatus");
        assert!(
            !running.is_finished(),
            "the script waits for the task's end"
        );
        // Nothing runs in the emulator: a task ends when somebody ends it.
        let stop = task.replace("--tasks", "--task");
        site.says(&format!("aws ecs stop-task {stop}"));
        running
            .join()
            .expect("the script ends with the task, and as it did");
    });
}

/// Waits for the task that the script starts; says how the command line names it.
fn started(site: &Site) -> String {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_mins(1) {
        let task = site.says(
            "cluster=$(aws ecs list-clusters --query 'clusterArns[0]' --output text)
             task=$(aws ecs list-tasks --cluster $cluster --started-by deploy.sh --query 'taskArns[0]' --output text)
             echo --cluster $cluster --tasks $task",
        );
        if !task.ends_with("None") {
            return task;
        }
    }
    panic!("no task was started");
}

/// The image that was pushed for a revision, as the registry names it.
fn pushed(site: &Site, revision: &str) -> String {
    let digest = site.says(&format!(
        "aws ecr batch-get-image --repository-name arcane-codex --image-ids imageTag={revision} \
         --query 'images[0].imageId.imageDigest' --output text"
    ));
    let registry = site.says(
        "aws ecr describe-repositories --repository-names arcane-codex \
         --query 'repositories[0].[repositoryUri, imageTagMutability]' --output text",
    );
    let (registry, mutability) = registry.split_once('\t').expect("both are told");
    assert_eq!(mutability, "IMMUTABLE");
    format!("{registry}@{digest}")
}

/// The version of the key that is called current.
fn current_key(site: &Site) -> String {
    let secret = parameter(site, "SecretKey");
    site.says(&format!(
        "aws secretsmanager get-secret-value --secret-id '{secret}' --query VersionId --output text"
    ))
}

/// A parameter of the service's stack.
fn parameter(site: &Site, name: &str) -> String {
    site.says(&format!(
        "aws cloudformation describe-stacks --stack-name arcane-codex --output text \
         --query 'Stacks[0].Parameters[?ParameterKey==`{name}`].ParameterValue'"
    ))
}
