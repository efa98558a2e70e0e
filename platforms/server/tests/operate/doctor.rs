//! The doctor: nothing to say where all is well, advice where it is not.

use std::fs;

use serde_json::Value;
use servers::Redis;

use crate::common::client::HttpClient;
use crate::common::fresh_setup;
use crate::disk::own_disk;
use crate::steps::{DONE, WRONG, done, ends, names, object, place, played, replicated};

#[tokio::test]
async fn where_all_is_well_no_fault_is_found_and_nothing_left_behind() {
    let (setup, _) = played(replicated(), 61).await;
    done(&setup, &["verify", &place(&setup.folder().join("replica"))]).await;
    let before = names(setup.folder());
    let found = object(&setup, &["doctor"], DONE).await;
    assert_eq!(found["faults"], 0, "{found}");
    for check in [
        "settings",
        "journal's folder",
        "journal",
        "bucket",
        "conditions",
        "round trip",
        "replica",
        "secret key",
    ] {
        assert_eq!(state(&found, check), "ok", "{found}");
    }
    assert_eq!(
        state(&found, "clock"),
        "skipped",
        "what is not checked is said"
    );
    assert_eq!(names(setup.folder()), before);
    let probes = setup.folder().join("replica/probe");
    assert!(!probes.exists() || names(&probes).is_empty());
}

#[tokio::test]
async fn an_empty_folder_is_a_healthy_place_for_a_replica() {
    let setup = replicated();
    let found = object(&setup, &["doctor"], DONE).await;
    assert_eq!(found["faults"], 0, "{found}");
    ends(
        &setup,
        &["doctor"],
        DONE,
        &["there is none yet", "0 faults"],
    )
    .await;
}

#[tokio::test]
async fn a_missing_place_is_a_fault_with_advice() {
    let setup = replicated();
    fs::remove_dir(setup.folder().join("replica")).unwrap();
    let words = [
        "fault",
        "is not there: mount it",
        "-> mount it, make the folder",
    ];
    ends(&setup, &["doctor"], WRONG, &words).await;
    assert!(names(setup.folder()).is_empty(), "looking makes nothing");
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_a_fault_with_advice() {
    let Some(setup) = own_disk("ro") else { return };
    let place = place(&setup.folder().join("disk"));
    let journal = setup.journal().display().to_string();
    let setup = setup.with("DB_PATH", &journal);
    let words = [
        "fault",
        "cannot hold objects: let this user write it",
        "1 fault,",
    ];
    ends(
        &setup.with("SECRET_KEY", KEY),
        &["doctor", &place],
        WRONG,
        &words,
    )
    .await;
}

#[tokio::test]
async fn a_journal_that_cannot_lie_where_it_should_is_a_fault() {
    let Some(setup) = own_disk("ro") else { return };
    let found = object(&setup, &["doctor"], WRONG).await;
    assert_eq!(state(&found, "journal's folder"), "fault", "{found}");
}

#[tokio::test]
async fn a_damaged_journal_is_a_fault_with_the_way_back() {
    let setup = fresh_setup();
    fs::write(setup.journal(), "no database ".repeat(20)).unwrap();
    let words = ["fault", "is not a SQLite database", "restore … --in-place"];
    ends(&setup, &["doctor"], WRONG, &words).await;
}

#[tokio::test]
async fn settings_that_are_not_valid_or_probably_misspelt_are_reported() {
    let setup = fresh_setup().with("DB_TIMEOUT", "soon");
    ends(
        &setup,
        &["doctor"],
        WRONG,
        &["fault", "DB_TIMEOUT: \"soon\" is not"],
    )
    .await;
    let setup = fresh_setup().with("DB_PATHS", "x");
    ends(
        &setup,
        &["doctor"],
        DONE,
        &["warning", "did you mean DB_PATH?"],
    )
    .await;
}

#[tokio::test]
async fn a_replica_without_a_key_from_outside_is_a_fault() {
    let setup = replicated().with("SECRET_KEY", "");
    let found = object(&setup, &["doctor"], WRONG).await;
    assert_eq!(state(&found, "secret key"), "fault", "{found}");
    assert_eq!(found["faults"], 1, "{found}");
}

#[tokio::test]
async fn a_redis_that_refuses_is_a_fault_with_what_to_correct_and_one_that_is_away_a_warning() {
    let (server, lone) = (Redis::plain().await, Redis::lone_node().await);
    let wrong = server.url().replace("a-secret", "wrong");
    let lone = lone.url();
    for (url, found) in [
        (&wrong, "does not accept the user and password"),
        (&lone, "is a node of a cluster without a place for our keys"),
    ] {
        let setup = fresh_setup().with("REDIS_URL", url);
        let words = ["fault", found, "-> correct REDIS_URL", "1 fault,"];
        ends(&setup, &["doctor"], WRONG, &words).await;
    }
    let away = fresh_setup().with("REDIS_URL", &"redis://127.0.0.1:1");
    ends(&away, &["doctor"], DONE, &["warning", "cannot be reached"]).await;
}

#[tokio::test]
async fn a_server_whose_redis_refuses_it_says_so_in_its_health_and_its_log() {
    let redis = Redis::plain().await;
    let wrong = redis.url().replace("a-secret", "wrong");
    let mut server = fresh_setup().with("REDIS_URL", &wrong).start().await;
    let refusal = |line: &str| {
        let line: Value = serde_json::from_str(line).ok()?;
        let told = line["message"]
            .as_str()?
            .starts_with("REDIS_URL: Redis refuses");
        told.then_some(line)
    };
    let line = server.hears(refusal).await;
    assert_eq!(line["severity"], "ERROR", "{line}");
    let named = format!("127.0.0.1:{} does not accept", redis.port());
    assert!(
        line["cause"].as_str().unwrap().starts_with(&named),
        "{line}"
    );
    let health = HttpClient::new(server.address()).get("/health").await;
    let health = health.read::<Value>();
    assert_eq!(health["checks"]["bus"]["link"], "refused", "{health}");
    assert_eq!(health["status"], "degraded");
}

/// A key for those who need one.
const KEY: &str = "5e2d90bb7a614f3c8e1d6a94c07f3b82d15c";

/// How something was found.
pub(crate) fn state<'a>(found: &'a Value, check: &str) -> &'a str {
    let mut checks = found["checks"].as_array().unwrap().iter();
    let check = checks.find(|found| found["check"] == check).unwrap();
    check["state"].as_str().unwrap()
}

#[tokio::test]
async fn a_journal_in_memory_is_a_warning_and_each_start_says_the_same() {
    let Some(setup) = own_disk("size=8m") else {
        return;
    };
    let sentence = "disk (tmpfs), which is memory: every table is lost with it";
    let words = ["warning", sentence, "or set REPLICA_URL"];
    // The little room there is a fault of its own.
    ends(&setup, &["doctor"], WRONG, &words).await;
    let mut server = setup.start().await;
    server.says(sentence).await;
    server.terminate().await;
    server.ended().await;
}
