//! The plain program where a provider's variables are set: nothing is kept where it would be lost, and nobody is trusted
//! whom a variable alone speaks for.

use std::fs;

use crate::common::fresh_setup;
use crate::common::server::Setup;
use crate::disk::{after_mounting, contents, mounted, own_disk};

/// The exit code for something set wrong (`EX_CONFIG`).
const MISCONFIGURED: Option<i32> = Some(78);
/// The variable by which each provider is known, and the port and the seconds to end there.
const PROVIDERS: [(&str, &str, &str); 3] = [
    ("DYNO", "PORT=5000", "DRAIN_SECONDS=27"),
    (
        "ECS_CONTAINER_METADATA_URI_V4",
        "PORT=5000",
        "DRAIN_SECONDS=52",
    ),
    ("K_SERVICE", "PORT=8080", "DRAIN_SECONDS=10"),
];
/// A name as container engines give it to a volume that nobody has named.
const ENGINE_NAME: &str = "2b6f0cc904d137be2e1730235f5664094b831186b5ae85ef5c0d0f4c1f0a7f3e";

/// The settings of a setup whose port is left to the platform.
fn portless(setup: Setup) -> Setup {
    setup.with("PORT", "")
}

#[tokio::test]
async fn no_journal_and_no_key_is_made_on_a_disk_that_dies() {
    for (variable, ..) in PROVIDERS {
        let setup = fresh_setup().with(variable, "x");
        is_refused(&setup, &["the disk of a process on", "is gone with it"]).await;
        let doctor = setup.run(&["doctor"]).await;
        assert_eq!(doctor.status.code(), Some(1), "{}", doctor.text());
        assert!(
            doctor
                .text()
                .contains("DATABASE_URL, DYNAMODB_TABLE, REPLICA_URL: none is set")
        );
    }
}

#[tokio::test]
async fn the_facts_of_the_place_are_taken_and_its_router_is_not_trusted() {
    for (variable, port, drain) in PROVIDERS {
        let setup = portless(fresh_setup())
            .with(variable, "x")
            .with("ALLOW_EPHEMERAL_JOURNAL", "true");
        let listing = setup.run(&["config"]).await.text();
        for value in [
            port,
            drain,
            "TRUSTED_PROXY_HOPS=0",
            "REDIS_TLS=verify",
            "DATABASE_TLS=verify",
        ] {
            assert!(listing.contains(&format!("{value} ")), "{value}: {listing}");
        }
        let said = setup.run(&["doctor"]).await.text();
        for words in [
            "TRUSTED_PROXY_HOPS=1",
            "--build-arg PLATFORM=",
            "A variable alone",
        ] {
            assert!(said.contains(words), "{words}: {said}");
        }
        let told = setup
            .with("TRUSTED_PROXY_HOPS", "1")
            .run(&["doctor"])
            .await
            .text();
        assert!(!told.contains("A variable alone"), "{told}");
    }
}

#[tokio::test]
async fn an_add_ons_variables_are_no_settings_without_the_entry_point() {
    let setup = fresh_setup()
        .with("DYNO", "web.1")
        .with("BUCKETEER_BUCKET_NAME", "bucketeer-1")
        .with("BUCKETEER_AWS_ACCESS_KEY_ID", "key")
        .with("BUCKETEER_AWS_SECRET_ACCESS_KEY", "secret");
    is_refused(&setup, &["none is set", "PLATFORM=heroku"]).await;
}

#[tokio::test]
async fn a_volume_is_no_disk_that_dies() {
    let Some(setup) = own_volume("volume") else {
        return;
    };
    for (variable, ..) in PROVIDERS {
        let mut server = setup.clone().with(variable, "x").start().await;
        server.says("the journal lies on a volume").await;
        server.terminate().await;
        server.ended().await;
    }
    assert!(setup.folder().join("volume/codex.db").exists());
}

#[tokio::test]
async fn what_only_looks_like_a_volume_dies_with_the_process() {
    let Some(memory) = own_disk("size=8m") else {
        return;
    };
    is_refused(&memory.with("K_SERVICE", "x"), &["DB_PATH lies in memory"]).await;

    let unnamed = format!("volumes/{ENGINE_NAME}/_data");
    let Some(unnamed) = own_volume(&unnamed) else {
        return;
    };
    let words = ["the volume at", "belongs to this container alone"];
    is_refused(&unnamed.with("K_SERVICE", "x"), &words).await;

    // A task's volumes on Fargate are parts of its own storage, those that an image declares as well.
    let Some(fargate) = own_volume("volume") else {
        return;
    };
    let fargate = fargate
        .with("ECS_CONTAINER_METADATA_URI_V4", "x")
        .with("AWS_EXECUTION_ENV", "AWS_ECS_FARGATE");
    is_refused(&fargate, &["on ecs is gone with the process"]).await;
}

#[tokio::test]
async fn a_container_invites_to_no_address_that_is_its_own() {
    // What a container engine does: a root of layers, of which the uppermost is the container's.
    let script = "mount -t tmpfs tmpfs disk && mkdir disk/upper disk/work disk/root && mount -t overlay overlay \
        -o lowerdir=/,upperdir=disk/upper,workdir=disk/work disk/root && mount --rbind /proc disk/root/proc && \
        exec chroot disk/root \"$0\" \"$@\"";
    let setup = fresh_setup();
    fs::create_dir(setup.folder().join("disk")).unwrap();
    let Some(setup) = after_mounting(setup.with("HOST", "0.0.0.0"), script) else {
        return;
    };
    let mut server = setup.start().await;
    for words in [
        "which is part of this container",
        "in a container: players open",
    ] {
        server.says(words).await;
    }
    server.terminate().await;
    let said = server.ended().await.text();
    assert!(!said.contains("in this network"), "{said}");
}

/// A setup whose journal lies on a volume: the folder `source` of its own, mounted apart.
fn own_volume(source: &str) -> Option<Setup> {
    let setup = fresh_setup();
    fs::create_dir_all(setup.folder().join(source)).unwrap();
    mounted(setup, &format!("--bind {source}"))
}

/// Asserts that the server does not start, says why in these words, and makes nothing.
async fn is_refused(setup: &Setup, words: &[&str]) {
    let before = contents(setup.folder());
    let ended = setup.run(&[]).await;
    let said = ended.text();
    assert_eq!(ended.status.code(), MISCONFIGURED, "{said}");
    for word in words.iter().chain(&["ALLOW_EPHEMERAL_JOURNAL=true"]) {
        assert!(said.contains(word), "{word:?} is not in {said}");
    }
    assert!(
        contents(setup.folder()) == before,
        "something was made: {said}"
    );
}

#[tokio::test]
async fn where_no_port_is_reached_the_program_to_run_is_named() {
    let setup = fresh_setup()
        .with("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")
        .with("ALLOW_EPHEMERAL_JOURNAL", "true");
    let ended = setup.run(&[]).await;
    assert_eq!(ended.status.code(), Some(69), "{}", ended.text());
    for words in ["no port is reached", "platforms/lambda"] {
        assert!(ended.text().contains(words), "{}", ended.text());
    }
}
