//! The operator's page and API at a real server: who is let in, what is done, what players see of it, and the same on the
//! command line.

use std::fs;
use std::net::SocketAddr;

use game::TableId;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use servers::free_port;

use crate::common::fleet::BotFleet;
use crate::common::fresh_setup;
use crate::desk::{Desk, TOKEN, live, told, view};
use crate::steps::{DONE, MISUSED, done, ends, object};

/// Wrong tokens that one address may send in a minute.
const WRONG_MAX: usize = 20;

#[tokio::test]
async fn what_is_done_at_the_desk_is_seen_by_the_players_and_logged() {
    let mut server = fresh_setup().with("ADMIN_TOKEN", TOKEN).start().await;
    let (_fleet, anna, ben) = live(&server, 401).await;
    let (desk, table) = (Desk::at(server.address()), anna.table().clone());
    let before = view(&ben).await;

    let extended = desk.does(&table, &json!({ "do": "extend" })).await;
    assert_eq!(extended.json(), json!({ "table": table, "done": "extend" }));
    let after = view(&ben).await;
    assert!(after["deadline_ms"].as_u64() > before["deadline_ms"].as_u64());
    let handed = desk
        .does(&table, &json!({ "do": "hand-over", "seat": 2 }))
        .await;
    assert_eq!(handed.status, StatusCode::OK, "{}", handed.text);
    assert_eq!(view(&ben).await["host"], 2);

    let path = format!("/admin/api/tables/{table}/look");
    let look = told(desk.ask(Method::POST, &path).bearer_auth(TOKEN)).await;
    assert_eq!(look.header("content-type"), "application/jsonl");
    let lines: Vec<Value> = (look.text.lines())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let last = lines.last().unwrap();
    assert_eq!(
        last["events"][0]["event"], "looked-into",
        "recorded before it is shown"
    );
    assert!(look.text.contains("\"whisper\""), "it shows what is secret");
    for never in ["\"seed\"", "command_id", "\"hash\""] {
        assert!(!look.text.contains(never), "{never}");
    }
    assert_eq!(view(&ben).await["operator_looks"], 1);

    let freed = desk
        .does(&table, &json!({ "do": "vacate", "seat": 1 }))
        .await;
    assert_eq!(freed.status, StatusCode::OK, "{}", freed.text);
    assert_eq!(view(&ben).await["seats"][0]["present"], false);
    assert_eq!(view(&anna).await["you"], Value::Null, "her seat is gone");
    let forgotten = desk
        .does(&table, &json!({ "do": "forget", "seat": 1 }))
        .await;
    assert_eq!(forgotten.status, StatusCode::OK, "{}", forgotten.text);
    assert_eq!(view(&ben).await["seats"][0]["name"], "Forgotten 1");

    let gone = desk.does(&table, &json!({ "do": "delete" })).await;
    gone.refuses(409, "still-played");
    let closed = desk.does(&table, &json!({ "do": "close" })).await;
    assert_eq!(closed.status, StatusCode::OK, "{}", closed.text);
    assert_eq!(view(&ben).await["phase"], "chronicle");
    let gone = desk.does(&table, &json!({ "do": "delete" })).await;
    assert_eq!(gone.status, StatusCode::OK, "{}", gone.text);
    let gone = desk.api(&format!("/admin/api/tables/{table}")).await;
    gone.refuses(410, "table-erased");

    server.terminate().await;
    assert_logged(&server.ended().await.text(), &table);
}

/// Each operation is a line of the log, with who did it, and nothing of the token.
fn assert_logged(log: &str, table: &TableId) {
    let done = "the operator has done something to a table";
    for operation in [
        "extend",
        "hand-over",
        "look",
        "vacate",
        "forget",
        "close",
        "delete",
    ] {
        let named = format!("\"operation\":\"{operation}\"");
        let mut lines = log.lines();
        let line = lines.find(|line| line.contains(done) && line.contains(&named));
        let line = line.unwrap_or_else(|| panic!("{operation}: {log}"));
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["table"], table.as_str(), "{line}");
        assert_eq!(line["operator"].as_str().unwrap().len(), 12, "{line}");
    }
    assert!(!log.contains(TOKEN));
}

#[tokio::test]
async fn the_desk_lists_tables_by_the_page_and_says_how_the_server_is() {
    let server = fresh_setup().with("ADMIN_TOKEN", TOKEN).start().await;
    let (_fleet, anna, _ben) = live(&server, 402).await;
    let fleet = BotFleet::new(server.address(), 403);
    let over = fleet.play(2).await.unwrap();
    let desk = Desk::at(server.address());
    let first = desk.api("/admin/api/tables?limit=1").await.json();
    let next = first["next"].as_str().unwrap();
    let second = desk
        .api(&format!("/admin/api/tables?limit=1&after={next}"))
        .await
        .json();
    let mut found = [&first["tables"][0], &second["tables"][0]];
    found.sort_by_key(|found| found["live"] == false);
    let [live, ended] = found;
    assert_eq!(live["table"], anna.table().as_str());
    assert_eq!(live["state"]["phase"], "scene");
    assert_eq!(live["state"]["seats"][0]["presence"], "here", "{live}");
    assert!(
        live["bytes"].as_u64() > Some(0) && live["commits"].as_u64() > Some(5),
        "{live}"
    );
    assert_eq!(
        (&ended["table"], &ended["state"]["phase"]),
        (&json!(over), &json!("chronicle"))
    );
    let beyond = desk
        .api("/admin/api/tables?after=zzzzzzzzzzzzzzzzzzzz")
        .await;
    assert_eq!(beyond.json(), json!({ "tables": [], "next": null }));

    let status = desk.api("/admin/api/status").await.json();
    assert_eq!(status["health"]["status"], "healthy", "{status}");
    assert_eq!(
        (&status["log_level"], &status["tables"]["live"]),
        (&json!("info"), &json!(1))
    );
    assert_eq!(
        status["limits"]["requests"],
        Value::Null,
        "these are off here"
    );
    assert!(status["storage"].as_str().unwrap().ends_with("codex.db"));

    let export = desk
        .api(&format!("/admin/api/tables/{over}/chronicle"))
        .await;
    assert_eq!(export.status, StatusCode::OK);
    let setup = server.setup();
    done(
        &setup,
        &["tables", "export", over.as_str(), "--to", "told.jsonl"],
    )
    .await;
    let told = fs::read_to_string(setup.folder().join("told.jsonl")).unwrap();
    assert!(told == export.text, "one Chronicle, by either way");
    done(&setup, &["verify", "told.jsonl"]).await;
    let live = format!("/admin/api/tables/{}/chronicle", anna.table());
    desk.api(&live).await.refuses(409, "not-over");
}

#[tokio::test]
async fn only_the_token_opens_the_desk_and_wrong_ones_are_counted() {
    let server = fresh_setup().start().await;
    let desk = Desk::at(server.address());
    for path in ["/admin", "/admin/sign-in"] {
        assert_eq!(desk.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    desk.api("/admin/api/status")
        .await
        .refuses(404, "not-found");

    let server = fresh_setup().with("ADMIN_TOKEN", TOKEN).start().await;
    let desk = Desk::at(server.address());
    let unsigned = desk.get("/admin/api/tables").await;
    unsigned.refuses(401, "no-admin-token");
    assert_eq!(
        unsigned.header("www-authenticate"),
        "Bearer realm=\"admin\""
    );
    let strange = told(
        desk.ask(Method::POST, "/admin/api/tables/x/operations")
            .bearer_auth(TOKEN)
            .header("origin", "https://evil.example")
            .json(&json!({ "do": "close" })),
    );
    strange.await.refuses(403, "cross-site");
    let nowhere = TableId::from_random([3; TableId::LEN]);
    let unknown = desk.does(&nowhere, &json!({ "do": "close" })).await;
    unknown.refuses(404, "no-such-table");
    let nonsense = desk.does(&nowhere, &json!({ "do": "look" })).await;
    nonsense.refuses(400, "unreadable");
    // One comes back every three seconds, and a slow machine may need as long.
    for wrong in 0..10 * WRONG_MAX {
        let sent = desk.ask(Method::GET, "/admin/api/status");
        let told = told(sent.bearer_auth(format!("{TOKEN}{wrong}"))).await;
        if told.status == StatusCode::TOO_MANY_REQUESTS {
            told.refuses(429, "too-many-tries");
            assert!(told.header("retry-after").parse::<u64>().unwrap() > 0);
            assert!(wrong >= WRONG_MAX, "{wrong}");
            return;
        }
        told.refuses(401, "wrong-admin-token");
    }
    panic!("nobody counts");
}

#[tokio::test]
async fn the_page_works_without_a_script_and_only_for_an_hour_of_its_own_browser() {
    let server = fresh_setup().with("ADMIN_TOKEN", TOKEN).start().await;
    let (_fleet, anna, _ben) = live(&server, 404).await;
    let (desk, table) = (Desk::at(server.address()), anna.table().clone());
    let away = desk.get("/admin").await;
    assert_eq!(
        (away.status.as_u16(), away.header("location")),
        (303, "/admin/sign-in")
    );
    let form = desk.get("/admin/sign-in").await;
    assert!(
        form.text.contains("name=\"token\" type=\"password\""),
        "{}",
        form.text
    );
    let wrong = desk
        .post_form("/admin/sign-in", &[("token", "wrong")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(wrong.text.contains("That is not the operator’s token."));

    let signed = desk.post_form("/admin/sign-in", &[("token", TOKEN)]).await;
    assert_eq!(
        (signed.status.as_u16(), signed.header("location")),
        (303, "/admin")
    );
    let cookie = signed.header("set-cookie");
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/admin", "Max-Age=3600"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains(TOKEN), "{cookie}");
    // The cookie is the page's alone.
    desk.get("/admin/api/status")
        .await
        .refuses(401, "no-admin-token");
    let page = desk.get("/admin").await;
    assert!(
        page.text.contains(table.as_str()) && page.text.contains("scene"),
        "{}",
        page.text
    );
    desk.post_form("/admin/sign-out", &[]).await;
    assert_eq!(desk.get("/admin").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn forms_of_the_page_do_what_they_say_and_those_of_other_sites_nothing() {
    let server = fresh_setup().with("ADMIN_TOKEN", TOKEN).start().await;
    let (_fleet, anna, _ben) = live(&server, 406).await;
    let (desk, table) = (Desk::at(server.address()), anna.table().clone());
    desk.post_form("/admin/sign-in", &[("token", TOKEN)]).await;
    let path = format!("/admin/tables/{table}");
    let page = desk.get(&path).await;
    assert!(page.text.contains("<bdi>Bot "), "{}", page.text);

    let strange = desk
        .ask(Method::POST, &path)
        .header("origin", "https://evil.example")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("do=close");
    assert_eq!(told(strange).await.status, StatusCode::FORBIDDEN);
    let kept = desk.post_form(&path, &[("do", "delete")]).await;
    assert_eq!(kept.status, StatusCode::CONFLICT);
    assert!(
        kept.text.contains("This table is being played."),
        "{}",
        kept.text
    );
    let freed = desk
        .post_form(&path, &[("do", "vacate"), ("seat", "2")])
        .await;
    assert_eq!(freed.header("location"), format!("{path}?done=vacate"));
    let page = desk.get(freed.header("location")).await;
    assert!(page.text.contains("The seat is free.") && page.text.contains("has left"));
    assert_eq!(view(&anna).await["seats"][1]["present"], false);
    let gone = desk
        .post_form(&path, &[("do", "delete"), ("force", "yes")])
        .await;
    assert_eq!(gone.header("location"), "/admin");
    assert_eq!(desk.get(&path).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_port_of_its_own_has_the_desk_and_nothing_of_the_players() {
    let port = free_port();
    let setup = fresh_setup()
        .with("ADMIN_TOKEN", TOKEN)
        .with("ADMIN_PORT", &port);
    let server = setup.start().await;
    let players = Desk::at(server.address());
    assert_eq!(players.get("/admin").await.status, StatusCode::NOT_FOUND);
    players
        .api("/admin/api/status")
        .await
        .refuses(404, "not-found");
    let desk = Desk::at(SocketAddr::new(server.address().ip(), port));
    let status = desk.api("/admin/api/status").await;
    assert_eq!(status.status, StatusCode::OK, "{}", status.text);
    assert_eq!(desk.get("/health/live").await.status, StatusCode::OK);
    for path in ["/", "/metrics", "/return"] {
        assert_eq!(desk.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_token_that_can_be_guessed_and_a_port_that_is_taken_stop_the_start() {
    let short = "ADMIN_TOKEN: the value given is not a token of at least 24 characters, without blanks and of ASCII, as \
        `openssl rand -hex 24` makes one";
    for (name, value, says) in [
        ("ADMIN_TOKEN", "too-short", short),
        (
            "ADMIN_TOKEN",
            "changeme-changeme-changeme-1234",
            "a placeholder that everybody can guess",
        ),
        ("ADMIN_PORT", "5000", "ADMIN_PORT: 5000 is PORT, too"),
        (
            "ADMIN_PORT",
            "none",
            "is not a whole number from 1 to 65535",
        ),
    ] {
        let setup = fresh_setup().with("PORT", "5000").with(name, value);
        let ended = ends(&setup, &[], MISUSED, &[says]).await;
        assert!(
            name == "ADMIN_PORT" || !ended.text().contains(value),
            "{}",
            ended.text()
        );
    }
}

#[tokio::test]
async fn the_command_line_does_what_the_desk_does() {
    let server = fresh_setup().start().await;
    let (_fleet, anna, ben) = live(&server, 405).await;
    let (setup, table) = (server.setup(), anna.table().as_str().to_owned());
    let before = view(&ben).await;
    done(&setup, &["tables", "extend", &table]).await;
    assert!(view(&ben).await["deadline_ms"].as_u64() > before["deadline_ms"].as_u64());
    let handed = object(&setup, &["tables", "hand-over", &table, "2"], DONE).await;
    assert_eq!(handed["host"], 2);
    assert_eq!(view(&ben).await["host"], 2);
    let words = ["its players are shown"];
    ends(
        &setup,
        &["tables", "look", &table, "--to", "inside.jsonl"],
        DONE,
        &words,
    )
    .await;
    assert_eq!(view(&ben).await["operator_looks"], 1);
    let inside = fs::read_to_string(setup.folder().join("inside.jsonl")).unwrap();
    assert!(inside.contains("\"whisper\"") && !inside.contains("\"seed\""));
    // A file that is there is not written over, and what is not kept is no look.
    let again = ["tables", "look", &table, "--to", "inside.jsonl"];
    assert_ne!(setup.run(&again).await.status.code(), DONE);
    assert_eq!(view(&ben).await["operator_looks"], 1);
    done(&setup, &["tables", "vacate", &table, "1"]).await;
    assert_eq!(view(&ben).await["seats"][0]["present"], false);
    let shown = object(&setup, &["tables", "show", &table], DONE).await;
    assert_eq!(shown["state"]["phase"], "scene", "{shown}");
    assert_eq!(shown["state"]["looks"], 1);
    assert_eq!(shown["seats"][0]["present"], false, "{shown}");
    ends(
        &setup,
        &["tables", "delete", &table],
        MISUSED,
        &["is being played", "--force"],
    )
    .await;
    ends(
        &setup,
        &["tables", "export", &table],
        MISUSED,
        &["The Chronicle opens"],
    )
    .await;
}
