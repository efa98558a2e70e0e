//! What a problem is called, in the voice of the game: the title of its page, and of the problem that programs read.

use http::StatusCode;

/// Returns the title of a problem. What has none of its own is called after the class of its status; no title is a
/// phrase of HTTP.
pub(crate) fn title_of(code: &str, status: StatusCode) -> &'static str {
    known(code).unwrap_or_else(|| match status {
        StatusCode::UNAUTHORIZED => "You have no seat here",
        StatusCode::FORBIDDEN => "That is not yours to do",
        StatusCode::NOT_FOUND => "No such page in the Codex",
        StatusCode::GONE => "That story is over",
        StatusCode::CONFLICT => "Not as things stand",
        StatusCode::TOO_MANY_REQUESTS => "Not so fast",
        StatusCode::SERVICE_UNAVAILABLE => "The Codex stays shut for a moment",
        status if status.is_server_error() => "A blot on the page",
        _ => "That was not understood",
    })
}

fn known(code: &str) -> Option<&'static str> {
    Some(match code {
        "no-such-table" | "no-such-code" => "No such table",
        "table-erased" => "This table is no longer kept",
        "table-closed" => "The table is closed",
        "rules-outdated" => "An older edition of the rules",
        "no-seat" | "cookie-unreadable" | "token-unreadable" => "You have no seat here",
        "not-your-seat" => "That seat is no longer yours",
        "other-seat" => "You sit on another seat now",
        "no-cookie" => "Your browser keeps no seat",
        "wrong-phrase" => "Those are not the words",
        "not-found" => "No such page in the Codex",
        "no-such-story" => "No story is told here",
        "wrong-method" => "Not by this door",
        "too-many-tries" => "Too many guesses",
        "too-many-requests" | "too-often" => "Not so fast",
        "too-large" | "said-too-much" => "Too long to take down",
        "unreadable" | "host-unclear" => "That could not be read",
        "metrics-token" => "These figures are not for everybody",
        "cross-site" => "That came from another house",
        "too-many-streams" => "The house is full of listeners",
        "no-streams" | "no-sockets" => "News do not come that way here",
        "closing" => "The Codex is being carried",
        "opening" => "The Codex is being opened",
        "internal" => "A blot on the page",
        "server-full" => "Every table is taken",
        "share-taken" => "Your house has its tables",
        "table-busy" => "Everybody speaks at once",
        "newer-release" => "A newer Codex has this table",
        "table-damaged" => "A damaged page",
        "storage-unavailable" => "The Codex will not open just now",
        "foreign-command" => "That was said already",
        "still-here" => "They were here a moment ago",
        "not-over" => "The story is not over",
        "name-missing" | "name-too-long" | "name-unreadable" => "That name will not do",
        "name-taken" | "name-alike" | "name-of-the-story" => "That name is taken",
        "table-full" => "No chair is free",
        "already-begun" => "The story has begun",
        "host-only" => "Only the host may",
        "bearer-only" => "Only the bearer may",
        "moved-on" => "The story has moved on",
        "no-such-choice" => "No such choice",
        "nothing-said" => "Nothing was said",
        _ => return None,
    })
}
