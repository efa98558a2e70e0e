//! An example of each answer, compared with its text: a changed name or form fails here.

use std::collections::BTreeMap;

use game::{Code, SeatNo, Table, TableId, Version};
use serde_json::{Value, json};
use service::{Readers, SeatPresence};

use super::*;
use crate::LifecycleStage;

fn table() -> TableId {
    TableId::from_random([7; TableId::LEN])
}

fn code() -> Code {
    Code::from_random([7; Code::LEN])
}

#[track_caller]
fn assert_form(answer: &impl serde::Serialize, form: &Value) {
    assert_eq!(&serde_json::to_value(answer).unwrap(), form);
}

#[test]
fn a_code_leads_to_its_table() {
    let answer = CodeAnswer {
        code: code(),
        table: table(),
    };
    assert_form(
        &answer,
        &json!({ "code": code().as_str(), "table": table().as_str() }),
    );
}

#[test]
fn a_seat_taken_comes_with_its_phrase() {
    let answer = SeatAnswer {
        table: table(),
        seat: SeatNo(2),
        code: Some(code()),
        version: Version(3),
        recovery_phrase: "five words".to_owned(),
        token: "a.2.1.ff".to_owned(),
    };
    assert_form(
        &answer,
        &json!({
            "table": table().as_str(),
            "seat": 2,
            "code": code().as_str(),
            "version": 3,
            "recovery_phrase": "five words",
            "token": "a.2.1.ff",
        }),
    );
}

#[test]
fn a_phrase_is_told_by_the_name_it_had_when_the_seat_was_taken() {
    let answer = PhraseAnswer {
        recovery_phrase: "five words".to_owned(),
        token: "a.2.1.ff".to_owned(),
    };
    let form = json!({ "recovery_phrase": "five words", "token": "a.2.1.ff" });
    assert_form(&answer, &form);
}

#[test]
fn a_patch_starts_from_a_page_and_says_which_lines_stay_go_and_come() {
    let patch = PatchEvent {
        from: "0123456789abcdef".to_owned(),
        lines: vec![
            LineEdit::Keep(12),
            LineEdit::Drop(1),
            LineEdit::Insert("<p>\n</p>".to_owned()),
        ],
    };
    assert_form(
        &patch,
        &json!({ "from": "0123456789abcdef", "lines": [12, -1, "<p>\n</p>"] }),
    );
}

#[test]
fn an_event_by_itself_has_its_name_its_id_and_its_data() {
    let news = NewsAnswer {
        event: "page",
        id: "3-0123456789abcdef",
        data: "<p>\n</p>",
    };
    assert_form(
        &news,
        &json!({ "event": "page", "id": "3-0123456789abcdef", "data": "<p>\n</p>" }),
    );
}

#[test]
fn a_ticket_comes_with_the_address_that_takes_it() {
    let answer = TicketAnswer {
        url: "wss://live.codex.test?ticket=1-2-3".to_owned(),
        ticket: "1-2-3".to_owned(),
        expires_ms: 60_000,
    };
    assert_form(
        &answer,
        &json!({
            "url": "wss://live.codex.test?ticket=1-2-3",
            "ticket": "1-2-3",
            "expires_ms": 60_000,
        }),
    );
}

#[test]
fn a_command_and_the_small_events_are_numbers_and_a_reason() {
    let version = Version(3);
    let now_ms = 1_800_000_000_000;
    let form = json!({ "version": 3, "now_ms": now_ms });
    assert_form(&CommandAnswer { version, now_ms }, &form);
    assert_form(&BeatEvent { version, now_ms }, &form);
    for (reason, word) in [
        (ByeReason::Closing, "closing"),
        (ByeReason::Age, "age"),
        (ByeReason::Replaced, "replaced"),
        (ByeReason::Erased, "erased"),
    ] {
        let bye = ByeEvent {
            retry_ms: 700,
            reason,
        };
        assert_form(&bye, &json!({ "retry_ms": 700, "reason": word }));
    }
}

#[test]
fn a_table_is_its_id_a_view_and_who_is_there() {
    let world = world::library().unwrap();
    let answer = TableAnswer {
        table: &table(),
        view: &Table::default().view(&world, None),
        presence: &BTreeMap::from([
            (SeatNo(1), SeatPresence::Here),
            (SeatNo(2), SeatPresence::Away),
            (SeatNo(3), SeatPresence::Absent),
        ]),
        fingerprint: Some("5f1d"),
        head: None,
    };
    let mut value = serde_json::to_value(&answer).unwrap();
    assert!(value["view"].take().is_object());
    assert_eq!(
        value,
        json!({
            "table": table().as_str(),
            "view": null,
            "presence": { "1": "here", "2": "away", "3": "absent" },
            "fingerprint": "5f1d",
            "head": null,
        })
    );
}

#[test]
fn a_problem_has_the_fields_of_its_standard_and_a_code() {
    let problem = ProblemAnswer::new(http::StatusCode::CONFLICT, "not-now", "Not now.".to_owned());
    assert_form(
        &problem,
        &json!({
            "type": "urn:arcane-codex:problem:not-now",
            "title": "Not as things stand",
            "status": 409,
            "detail": "Not now.",
            "code": "not-now",
        }),
    );
}

#[test]
fn probes_read_a_word_and_reasons() {
    assert_form(&LivenessAnswer { status: "ok" }, &json!({ "status": "ok" }));
    let answer = ReadinessAnswer {
        ready: false,
        reasons: vec!["the journal cannot be used"],
    };
    assert_form(
        &answer,
        &json!({ "ready": false, "reasons": ["the journal cannot be used"] }),
    );
}

#[test]
fn health_has_a_check_for_each_part() {
    let readers = Readers { size: 4, active: 1 };
    let answer = |replica| HealthAnswer {
        status: "healthy",
        version: "1.2.3",
        stage: LifecycleStage::Open,
        checks: HealthChecks {
            database: DatabaseCheck::of(true, readers),
            bus: BusCheck::of(true, None),
            settings: SettingsCheck::of(0),
            uptime: UptimeCheck {
                healthy: true,
                uptime_seconds: 9,
            },
            streams: StreamsCheck {
                healthy: true,
                open: 1,
                most: 2,
            },
            replica,
        },
    };
    let form = json!({
        "status": "healthy",
        "version": "1.2.3",
        "stage": "open",
        "checks": {
            "database": {
                "healthy": true,
                "message": "the journal can be read and written",
                "pool_size": 4,
                "active": 1,
            },
            "bus": {
                "healthy": true,
                "link": "alone",
                "message": "there are no other instances to hear",
            },
            "settings": { "healthy": true, "message": "every setting has an effect" },
            "uptime": { "healthy": true, "uptime_seconds": 9 },
            "streams": { "healthy": true, "open": 1, "most": 2 },
        },
    });
    assert_form(&answer(None), &form);
    let replica = ReplicaCheck {
        healthy: true,
        message: "the object store has what it should",
        mode: "strict".to_owned(),
        epoch: 1,
        position: 2,
        lag_records: 3,
        lag_ms: 4,
        last_snapshot_seconds_ago: Some(5),
        last_verified_restore_seconds_ago: None,
    };
    let mut with_replica = form;
    with_replica["checks"]["replica"] = json!({
        "healthy": true,
        "message": "the object store has what it should",
        "mode": "strict",
        "epoch": 1,
        "position": 2,
        "lag_records": 3,
        "lag_ms": 4,
        "last_snapshot_seconds_ago": 5,
        "last_verified_restore_seconds_ago": null,
    });
    assert_form(&answer(Some(replica)), &with_replica);
}

#[test]
fn a_bus_that_is_cut_off_says_for_how_long() {
    let lasting = std::time::Duration::from_secs(12);
    let refused = BusCheck::of(false, Some((lasting, bus::LinkFailure::Refused)));
    assert_form(
        &refused,
        &json!({
            "healthy": false,
            "link": "refused",
            "message": "the server by which instances meet refuses this one; the log and `doctor` say what to correct",
            "away_seconds": 12,
        }),
    );
    let away = BusCheck::of(false, Some((lasting, bus::LinkFailure::Unreachable)));
    assert_form(
        &away,
        &json!({
            "healthy": false,
            "link": "away",
            "message": "other instances are not heard; the log says why",
            "away_seconds": 12,
        }),
    );
    assert_form(
        &BusCheck::of(false, None),
        &json!({
            "healthy": true,
            "link": "connected",
            "message": "other instances are heard",
        }),
    );
}

#[test]
fn metrics_in_short_are_four_figures() {
    let answer = MetricsAnswer {
        active_games: Some(3),
        active_connections: 2,
        cache_hit_rate: Some(0.5),
        database: Readers { size: 4, active: 1 }.into(),
    };
    assert_form(
        &answer,
        &json!({
            "active_games": 3,
            "active_connections": 2,
            "cache_hit_rate": 0.5,
            "database": { "pool_size": 4, "active": 1, "available": 3 },
        }),
    );
}
