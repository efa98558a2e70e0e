//! A table of `DynamoDB` as the journal that tasks share.

use std::collections::BTreeSet;
use std::process::Command;

use deploy::{read, run};
use serde_json::Value;
use servers::{S3, built};

use crate::amazon::Site;
use crate::amazon::judges::template;

#[tokio::test]
async fn tasks_share_a_table_that_the_program_takes_for_its_own() {
    let server = S3::ministack().await;
    let site = Site::for_ecs(&server);
    site.says("ecs/deploy.sh up Database=dynamodb Tasks=2");
    let set = "environment[?name==`DYNAMODB_TABLE`].value";
    let table = site.running(set);
    assert!(!table.is_empty());
    let mut program = Command::new(built("arcane-codex"));
    program
        .env_clear()
        .envs(server.settings())
        .env("DYNAMODB_ENDPOINT", server.endpoint())
        .env("DYNAMODB_TABLE", &table)
        .args(["store", "create", "--json"]);
    let told: Value = serde_json::from_str(&run(&mut program)).unwrap();
    assert_eq!(told["parts"][0]["state"], "was there, and active", "{told}");

    for other in ["none", "create"] {
        let told = site.refuses(&format!("ecs/deploy.sh up Database={other}"));
        assert!(told.contains("The tables are in DynamoDB"), "{told}");
    }
    site.says("ecs/deploy.sh up Database=dynamodb Memory=1024");
    assert_eq!(site.running(set), table, "it is the same one");
}

#[test]
fn a_task_may_do_to_its_table_what_the_page_about_it_says() {
    let page = read("docs/operations/dynamodb.md");
    let policy = page.split("```json\n").nth(1).unwrap();
    let policy: Value = serde_json::from_str(policy.split("```").next().unwrap()).unwrap();
    let template = template("ecs/template.yaml");
    let rights = &template["Resources"]["TableRights"]["Properties"]["PolicyDocument"];
    let actions = |policy: &Value| -> BTreeSet<String> {
        let statement = &policy["Statement"][0]["Action"];
        let actions = statement.as_array().unwrap().iter();
        actions
            .map(|action| action.as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(actions(rights), actions(&policy));
    let resources = rights["Statement"][0]["Resource"].as_array().unwrap();
    let ends: Vec<bool> = resources
        .iter()
        .map(|one| {
            one["Fn::Sub"]
                .as_str()
                .unwrap()
                .ends_with("table/${TableName}/index/*")
        })
        .collect();
    assert_eq!(ends, [false, true], "the table, and its indexes");
}
