//! `doctor --production`: what a server that strangers reach needs besides, each point measured where it can be.
//!
//! What only somebody outside can see (a firewall, a filter of requests) is said to be so, with what to look at.

mod answers;
mod copies;
mod doors;
mod listening;
mod redis;

use super::diagnosis::Diagnosis;
use crate::{CommandContext, ProductionFacts};
use answers::{ServerAnswer, ServerAnswers};

/// What this machine's server and its public address answered.
struct ServerSeen<'a> {
    facts: &'a ProductionFacts,
    answers: ServerAnswers,
}

/// Looks at everything on the list.
pub(super) async fn look(context: &CommandContext, backups: Option<&str>) -> Vec<Diagnosis> {
    let settings = &context.settings;
    let facts = &settings.production;
    let seen = ServerSeen {
        facts,
        answers: ServerAnswers::ask(context).await,
    };
    let mut checks = vec![
        doors::tls(&seen),
        key(context),
        cors(facts),
        rate_limits(facts),
        redis::look(facts.redis.as_deref()).await,
        doors::metrics(&seen),
        doors::admin(&seen),
        doors::headers(&seen),
        copies::storage(context),
        copies::backups(context, backups).await,
        version(&seen),
        build_age(context),
        log_level(facts),
        listening::look(facts),
    ];
    checks.extend(outside(facts));
    checks
}

fn key(context: &CommandContext) -> Diagnosis {
    const NAME: &str = "key of one's own";
    if context.settings.keys.is_set {
        return Diagnosis::fine(
            NAME,
            "SECRET_KEY is set, long enough, and no example's: the start refuses any other",
        );
    }
    Diagnosis::fault(
        NAME,
        "SECRET_KEY is not set: the key in use was made by a start and lies beside the journal alone",
        "set SECRET_KEY or SECRET_KEY_FILE (openssl rand -hex 32) and keep a copy where you keep passwords; nobody loses \
         a seat by it",
    )
}

fn cors(facts: &ProductionFacts) -> Diagnosis {
    const NAME: &str = "CORS";
    match facts.cors_origins.as_str() {
        "" => Diagnosis::fine(NAME, "no other site's page may call the API"),
        "*" => Diagnosis::warning(
            NAME,
            "every site's page may call the API, without cookies",
            "name the sites in CORS_ORIGINS, or unset it if there are none",
        ),
        listed => Diagnosis::fine(NAME, format!("these alone may call the API: {listed}")),
    }
}

fn rate_limits(facts: &ProductionFacts) -> Diagnosis {
    const NAME: &str = "rate limits";
    if facts.limits_requests {
        let tables = facts.tables_max;
        return Diagnosis::fine(
            NAME,
            format!("clients are limited, and {tables} tables may be in use at once"),
        );
    }
    Diagnosis::fault(
        NAME,
        "RATE_LIMIT_ENABLED is false: one client may ask as often as it likes",
        "unset RATE_LIMIT_ENABLED",
    )
}

/// Whether the server that runs is of this release.
fn version(seen: &ServerSeen<'_>) -> Diagnosis {
    const NAME: &str = "release in use";
    let ours = seen.facts.version;
    let running = match &seen.answers.health {
        ServerAnswer::Answered(answer) => answer.field("version"),
        ServerAnswer::Silent(why) => return unseen(NAME, why),
    };
    match running {
        Some(running) if running == ours => Diagnosis::fine(
            NAME,
            format!("the server that runs is {ours}, as this program"),
        ),
        Some(running) => Diagnosis::warning(
            NAME,
            format!("the server that runs is {running}, and this program is {ours}"),
            "start the server again, or look with the program that it was started from",
        ),
        None => unseen(NAME, "what answers at PORT does not say its release"),
    }
}

/// Days after which a build is old: its libraries have had updates since.
const BUILD_DAYS_MAX: u64 = 90;

fn build_age(context: &CommandContext) -> Diagnosis {
    const NAME: &str = "age of the build";
    let modified = std::env::current_exe()
        .and_then(std::fs::metadata)
        .and_then(|found| found.modified());
    let since_epoch = modified.ok().and_then(|at| {
        at.duration_since(std::time::UNIX_EPOCH)
            .ok()
            .map(|since| since.as_millis())
    });
    let Some(built_ms) = since_epoch.and_then(|ms| u64::try_from(ms).ok()) else {
        return unseen(NAME, "the time of the program's file cannot be read");
    };
    let days = (context.now_ms)().saturating_sub(built_ms) / DAY_MS;
    let version = context.settings.production.version;
    let found = format!("{version}, built {days} days ago");
    if days > BUILD_DAYS_MAX {
        let advice =
            "update: take the newest release, or build this one again with newer libraries";
        return Diagnosis::warning(NAME, found, advice);
    }
    Diagnosis::fine(NAME, found)
}

/// Milliseconds of a day.
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

fn log_level(facts: &ProductionFacts) -> Diagnosis {
    const NAME: &str = "log level";
    let level = &facts.log_level;
    if ["debug", "trace"].iter().any(|word| level.contains(word)) {
        return Diagnosis::warning(
            NAME,
            format!("{level}: every request costs lines"),
            "unset DEBUG, and set LOG_LEVEL=info",
        );
    }
    Diagnosis::fine(NAME, level.as_str())
}

/// What nothing on this machine can see.
fn outside(facts: &ProductionFacts) -> [Diagnosis; 2] {
    let kept_in = [Some(facts.port), facts.metrics_port, facts.admin_port];
    let closed: Vec<String> = kept_in.iter().flatten().map(ToString::to_string).collect();
    [
        unseen(
            "firewall",
            &format!(
                "ask from another machine: `nmap -Pn YOUR-HOST` is to show 22, 80 and 443, and none of {}, 5432 and 6379. \
                 With ufw: ufw default deny incoming; ufw allow 22,80,443/tcp; ufw enable",
                closed.join(", ")
            ),
        ),
        unseen(
            "WAF",
            "whether a filter of requests stands in front is known to whoever set it up; this server limits, checks and \
             refuses by itself, and needs none",
        ),
    ]
}

/// One of what cannot be seen from this machine, with why.
fn unseen(name: &'static str, why: &str) -> Diagnosis {
    Diagnosis::skipped(name, format!("cannot be seen from here: {why}"))
}
