//! A journal in a table of `DynamoDB`: the table made, carried into and out of, kept, checked, and looked at.

use serde_json::{Value, json};
use servers::DynamoDb;

use crate::carrying::{ServerKind, goes_in_and_comes_out, is_backed_up};
use crate::common::fresh_setup;
use crate::common::journal::JournalContents;
use crate::common::server::Setup;
use crate::doctor::state;
use crate::document::{blocks, programs, shell};
use crate::steps::{DONE, MISUSED, WRONG, done, ends, names, object, played};
use crate::table::at_table;

const DYNAMODB: ServerKind = ServerKind {
    variable: "DYNAMODB_TABLE",
    place: "table",
    scheme: "dynamodb://",
};

/// The same with an empty table of its own.
async fn at_new_table(setup: Setup) -> Setup {
    let table = DynamoDb::shared().await.make_table().await;
    at_table(setup, &table.name).await
}

#[tokio::test]
async fn a_table_is_made_once_and_a_table_of_another_shape_is_left_alone() {
    let setup = at_table(fresh_setup(), "made-by-an-operator").await;
    let missing = ["DYNAMODB_TABLE", "store create"];
    ends(&setup, &["tables", "list"], WRONG, &["store create"]).await;
    let ended = setup.run(&[]).await;
    assert_ne!(ended.status.code(), DONE);
    for word in missing {
        assert!(ended.text().contains(word), "{}", ended.text());
    }

    let made = object(&setup, &["store", "create"], DONE).await;
    assert_eq!(made["store"], "dynamodb://made-by-an-operator");
    assert_eq!(part(&made, "table"), "made, and active");
    assert_eq!(part(&made, "time to live"), "on");
    let again = object(&setup, &["store", "create"], DONE).await;
    assert_eq!(part(&again, "table"), "was there, and active");
    let (setup, told) = played(setup, 81).await;
    let back = ["copy", "database", "back.db"];
    object(&setup, &back, DONE).await;
    let kept = JournalContents::read(&setup.folder().join("back.db")).await;
    kept.assert_holds(&told);
    assert!(!setup.journal().exists(), "it needs no file");

    make_other_table("somebody-elses").await;
    let other = at_table(fresh_setup(), "somebody-elses").await;
    let words = [
        "somebody-elses",
        "its keys are not pk and sk",
        "make another",
    ];
    ends(&other, &["store", "create"], WRONG, &words).await;
    ends(&other, &["tables", "list"], WRONG, &["make another"]).await;
    let unset = fresh_setup();
    ends(
        &unset,
        &["store", "create"],
        MISUSED,
        &["DYNAMODB_TABLE is not set"],
    )
    .await;
}

/// Makes a table with a key of its own, as somebody may have.
async fn make_other_table(name: &str) {
    let body = json!({
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
    });
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let made = client
        .post(DynamoDb::shared().await.endpoint())
        .header("x-amz-target", "DynamoDB_20120810.CreateTable")
        .header("content-type", "application/x-amz-json-1.0")
        .header(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=codex/20261127/us-east-1/dynamodb/aws4_request",
        )
        .body(body.to_string())
        .send()
        .await
        .unwrap();
    assert!(made.status().is_success(), "{}", made.text().await.unwrap());
}

/// What was made of a part.
fn part<'a>(made: &'a Value, name: &str) -> &'a str {
    let mut parts = made["parts"].as_array().unwrap().iter();
    let found = parts.find(|part| part["part"] == name);
    found.unwrap()["state"].as_str().unwrap()
}

#[tokio::test]
async fn a_journal_goes_into_a_table_and_comes_out_the_same() {
    let (setup, told) = played(fresh_setup(), 82).await;
    goes_in_and_comes_out(DYNAMODB, &at_new_table(setup).await, &told).await;
}

#[tokio::test]
async fn a_table_that_is_named_is_another_than_that_of_the_settings() {
    let (setup, told) = played(at_new_table(fresh_setup()).await, 83).await;
    let other = DynamoDb::shared().await.make_table().await;
    let address = format!("dynamodb://{}", other.name);
    let there = object(&setup, &["copy", "database", &address], DONE).await;
    assert_eq!(there["copied"].as_str(), Some(address.as_str()));
    let found = object(&setup, &["verify", &address], DONE).await;
    assert_eq!(found["records"], there["records"]);
    let elsewhere = at_table(fresh_setup(), &other.name).await;
    object(&elsewhere, &["copy", "database", "back.db"], DONE).await;
    let kept = JournalContents::read(&elsewhere.folder().join("back.db")).await;
    kept.assert_holds(&told);
    ends(
        &setup,
        &["verify", "dynamodb://no-such-table"],
        WRONG,
        &["store create"],
    )
    .await;
}

#[tokio::test]
async fn a_backup_is_of_the_table_and_goes_back_into_one() {
    let (setup, told) = played(at_new_table(fresh_setup()).await, 84).await;
    let empty = async || at_new_table(fresh_setup()).await;
    is_backed_up(DYNAMODB, &setup, &told, empty).await;
}

#[tokio::test]
async fn tables_of_the_game_are_listed_shown_closed_and_erased_in_a_table() {
    let (setup, _) = played(at_new_table(fresh_setup()).await, 85).await;
    let listed = object(&setup, &["tables", "list"], DONE).await;
    let table = listed["tables"][0]["table"].as_str().unwrap().to_owned();
    ends(&setup, &["tables", "show", &table], DONE, &["seat 1: "]).await;
    done(&setup, &["tables", "forget", &table, "1"]).await;
    let words = ["erased", "point-in-time recovery still has it"];
    ends(
        &setup,
        &["tables", "delete", &table, "--force"],
        DONE,
        &words,
    )
    .await;
    let listed = object(&setup, &["tables", "list"], DONE).await;
    assert_eq!(listed["tables"], json!([]));
    done(&setup, &["verify", "database"]).await;
}

#[tokio::test]
async fn the_doctor_tries_what_the_game_needs_of_a_table() {
    let setup = at_new_table(fresh_setup()).await;
    let found = object(&setup, &["doctor"], DONE).await;
    assert_eq!(found["faults"], 0, "{found}");
    for check in [
        "database",
        "rights",
        "conditions",
        "round trip",
        "time to live",
        "secret key",
    ] {
        assert_eq!(state(&found, check), "ok", "{check}: {found}");
    }
    assert_eq!(state(&found, "journal's folder"), "skipped", "{found}");
    assert!(names(setup.folder()).is_empty(), "looking makes nothing");

    let missing = at_table(fresh_setup(), "no-such-table").await;
    let words = ["fault", "there is no such table", "store create"];
    ends(&missing, &["doctor"], WRONG, &words).await;
    let away = setup.with("DYNAMODB_ENDPOINT", "http://127.0.0.1:1");
    let words = ["fault", "check DYNAMODB_ENDPOINT"];
    ends(&away, &["doctor"], WRONG, &words).await;
}

#[tokio::test]
async fn every_command_the_guide_shows_does_what_it_says() {
    const GUIDE: &str = include_str!("../../../../docs/operations/dynamodb.md");
    let setup = at_table(fresh_setup(), "arcane-codex").await;
    let mut settings = DynamoDb::shared().await.settings();
    settings.push(("DYNAMODB_TABLE", "arcane-codex".to_owned()));
    let programs = programs();
    let mut lines = blocks(GUIDE)
        .filter(|block| !block.needs_account)
        .flat_map(|block| block.lines);
    let first = lines.next().unwrap();
    let ended = shell(first, setup.folder(), &programs, &settings).await;
    assert!(ended.0, "{first}: {}", ended.1);
    let (setup, _) = played(setup, 86).await;
    let mut run = 1;
    for line in lines {
        run += 1;
        let ended = shell(line, setup.folder(), &programs, &settings).await;
        assert!(ended.0, "{line}: {}", ended.1);
    }
    assert!(run > 8, "{run} commands were found");
}
