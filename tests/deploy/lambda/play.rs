//! Tables are played at the addresses that the script prints, by a function that has its role's rights and no other.

use std::collections::BTreeSet;
use std::time::Duration;

use bots::bot::Bot;
use bots::fleet::BotFleet;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use servers::S3;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::address::reach;
use crate::amazon::Site;
use crate::amazon::judges::template;

/// What `EventBridge` sends once a minute.
const MINUTE: &str = r#"{"version":"0","id":"00000000-0000-0000-0000-000000000000","detail-type":"Scheduled Event","source":"aws.events","account":"000000000000","time":"2026-11-27T00:00:00Z","region":"us-east-1","resources":[],"detail":{}}"#;
/// Prints the last fifty events of each name that is given.
const LOOK_UP: &str = r#"
import sys
from awscli.botocore import session
client = session.get_session().create_client("cloudtrail")
for name in sys.argv[1:]:
    found = client.lookup_events(LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": name}])
    for event in found["Events"]:
        print(event["CloudTrailEvent"])
"#;
/// How long news may take.
const NEWS_WITHIN: Duration = Duration::from_mins(1);

#[tokio::test]
async fn a_table_is_played_at_the_functions_own_address() {
    let server = S3::guarded_ministack().await;
    let site = deployed(&server, "up");
    let at = reach(&server, &site.says("lambda/deploy.sh url")).await;
    let told = BotFleet::new(at, 1).play(3).await;
    assert!(told.is_some(), "the table comes to its Chronicle");
    sweep(&site);
}

#[tokio::test]
async fn a_table_is_played_behind_api_gateway_with_news_at_once() {
    let server = S3::guarded_ministack().await;
    let site = deployed(&server, "up Live=sockets");
    let at = reach(&server, &site.says("lambda/deploy.sh url")).await;
    let fleet = BotFleet::new(at, 2);
    hear_news(&fleet).await;
    let allowed = allowed();
    let begun = used(&site, &allowed);
    assert!(
        fleet.play(2).await.is_some(),
        "the table comes to its Chronicle"
    );
    sweep(&site);
    // What it may do is what it does: a right that nothing needs would not be missed.
    let mut used = &begun | &used(&site, &allowed);
    // A sweep erases what has been over for days, if it is to: only this looks at one item and writes others.
    used.insert("ConditionCheckItem".to_owned());
    assert_eq!(allowed, used);
}

/// Deploys the real program.
fn deployed(server: &S3, command: &str) -> Site {
    let site = Site::for_lambda(server);
    site.deploys_the_program();
    site.says(&format!("lambda/deploy.sh {command}"));
    site
}

/// A seat is told over a socket that another has been taken, and one that has gone away hinders nobody.
async fn hear_news(fleet: &std::sync::Arc<BotFleet>) {
    let host = Bot::open(fleet).await;
    let table = host.table().clone();
    let path = format!("/api/tables/{table}/ticket");
    let ticket = host.client().post(&path, &json!({})).await;
    let address = ticket.field("url").as_str().unwrap().to_owned();
    let (mut socket, _) = connect_async(address).await.unwrap();
    socket
        .send(Message::text(r#"{"action":"hello"}"#))
        .await
        .unwrap();
    let first = next(&mut socket).await;
    assert_eq!(first["event"], "view", "{first}");
    Bot::sit(fleet, &table).await;
    let second = next(&mut socket).await;
    assert_eq!(second["event"], "view", "{second}");
    assert_ne!(first["id"], second["id"]);
    socket.close(None).await.unwrap();
    Bot::sit(fleet, &table).await;
}

async fn next(socket: &mut WebSocketStream<MaybeTlsStream<TcpStream>>) -> Value {
    let message = timeout(NEWS_WITHIN, socket.next()).await;
    let message = message.expect("news come in time").unwrap().unwrap();
    serde_json::from_str(message.to_text().unwrap()).unwrap()
}

/// Has a minute pass, as the rule of the template does.
fn sweep(site: &Site) {
    let function = site.function();
    site.write("minute.json", MINUTE);
    let swept = site.says(&format!(
        "aws lambda invoke --function-name {function} --qualifier live --payload fileb://../minute.json \
           --query '[StatusCode, FunctionError]' --output text ../swept.json"
    ));
    assert_eq!(swept, "200\tNone", "{}", site.says("cat ../swept.json"));
}

/// The actions on the table that the function's role is allowed.
fn allowed() -> BTreeSet<String> {
    let template = template("lambda/template.yaml");
    let policy = &template["Resources"]["Role"]["Properties"]["Policies"][0]["PolicyDocument"];
    let actions = policy["Statement"][0]["Action"].as_array().unwrap();
    let actions = actions.iter().filter_map(Value::as_str);
    actions
        .filter_map(|action| action.strip_prefix("dynamodb:"))
        .map(str::to_owned)
        .collect()
}

/// The last of these actions that a function has taken, as rights: a role's keys begin with these letters, the owner's do
/// not.
fn used(site: &Site, actions: &BTreeSet<String>) -> BTreeSet<String> {
    site.write("look_up.py", LOOK_UP);
    let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
    let told = site.says(&format!(
        "python ../look_up.py TransactWriteItems {}",
        actions.join(" ")
    ));
    let events = told.lines().map(|line| serde_json::from_str(line).unwrap());
    events
        .filter(|event: &Value| {
            let key = event["userIdentity"]["accessKeyId"].as_str().unwrap();
            key.starts_with("ASIA")
        })
        .flat_map(|event| rights(&event))
        .collect()
}

/// The rights that an event needed. A transaction needs those of its parts.
fn rights(event: &Value) -> Vec<String> {
    let name = event["eventName"].as_str().unwrap();
    if name != "TransactWriteItems" {
        return vec![name.to_owned()];
    }
    let items = event["requestParameters"]["TransactItems"].as_array();
    let parts = items.into_iter().flatten().filter_map(Value::as_object);
    parts
        .flat_map(|part| part.keys())
        .map(|part| match part.as_str() {
            "ConditionCheck" => "ConditionCheckItem".to_owned(),
            other => format!("{other}Item"),
        })
        .collect()
}
