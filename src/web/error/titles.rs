//! What a problem is called, in the voice of the game: the title of its page, and of the problem that programs read.

use http::StatusCode;

use crate::say::{self, StaticText};

/// Returns the title of a problem. What has none of its own is called after the class of its status; no title is a
/// phrase of HTTP.
pub(crate) fn title_of(code: &str, status: StatusCode) -> StaticText {
    known(code).unwrap_or_else(|| match status {
        StatusCode::UNAUTHORIZED => say::problem_no_seat(),
        StatusCode::FORBIDDEN => say::problem_forbidden(),
        StatusCode::NOT_FOUND => say::problem_not_found(),
        StatusCode::GONE => say::problem_gone(),
        StatusCode::CONFLICT => say::problem_conflict(),
        StatusCode::TOO_MANY_REQUESTS => say::problem_too_often(),
        StatusCode::SERVICE_UNAVAILABLE => say::problem_unavailable(),
        status if status.is_server_error() => say::problem_internal(),
        _ => say::problem_unclear(),
    })
}

fn known(code: &str) -> Option<StaticText> {
    Some(match code {
        "no-such-table" | "no-such-code" => say::problem_no_such_table(),
        "no-such-story" => say::problem_no_such_story(),
        "table-erased" => say::problem_table_erased(),
        "table-closed" => say::problem_table_closed(),
        "rules-outdated" => say::problem_rules_outdated(),
        "no-seat" | "cookie-unreadable" | "token-unreadable" => say::problem_no_seat(),
        "not-your-seat" => say::problem_not_your_seat(),
        "other-seat" => say::problem_other_seat(),
        "no-cookie" => say::problem_no_cookie(),
        "wrong-phrase" => say::problem_wrong_phrase(),
        "no-admin-token" | "wrong-admin-token" => say::problem_admin_token(),
        "not-found" => say::problem_not_found(),
        "wrong-method" => say::problem_wrong_method(),
        "too-many-tries" => say::problem_too_many_tries(),
        "too-many-requests" | "too-often" => say::problem_too_often(),
        "too-large" | "said-too-much" => say::problem_too_large(),
        "unreadable" | "host-unclear" => say::problem_unreadable(),
        "metrics-token" => say::problem_metrics_token(),
        "cross-site" => say::problem_cross_site(),
        "too-many-streams" => say::problem_too_many_streams(),
        "no-streams" | "no-sockets" => say::problem_no_streams(),
        "closing" => say::problem_closing(),
        "opening" => say::problem_opening(),
        "internal" => say::problem_internal(),
        "server-full" => say::problem_server_full(),
        "share-taken" => say::problem_share_taken(),
        "table-busy" => say::problem_table_busy(),
        "newer-release" => say::problem_newer_release(),
        "table-damaged" => say::problem_table_damaged(),
        "storage-unavailable" => say::problem_storage_unavailable(),
        "foreign-command" => say::problem_foreign_command(),
        "still-here" => say::problem_still_here(),
        "not-over" | "still-played" => say::problem_not_over(),
        "name-missing" | "name-too-long" | "name-unreadable" => say::problem_name_missing(),
        "name-taken" | "name-alike" | "name-of-the-story" => say::problem_name_taken(),
        "table-full" => say::problem_table_full(),
        "already-begun" => say::problem_already_begun(),
        "host-only" => say::problem_host_only(),
        "bearer-only" => say::problem_bearer_only(),
        "moved-on" => say::problem_moved_on(),
        "no-such-choice" => say::problem_no_such_choice(),
        "nothing-said" => say::problem_nothing_said(),
        _ => return None,
    })
}
