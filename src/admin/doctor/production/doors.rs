//! The doors of the server: TLS, and what is behind them that is not for players.

use super::answers::{PlainAnswer, ServerAnswer};
use super::{ServerSeen, unseen};
use crate::PublicAnswer;
use crate::doctor::diagnosis::Diagnosis;

/// Days before its end at which a certificate should have been renewed.
const CERTIFICATE_DAYS_MIN: u64 = 14;

/// The headers by which browsers protect players.
const HEADERS: [&str; 4] = [
    "content-security-policy",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
];

pub(super) fn tls(seen: &ServerSeen<'_>) -> Diagnosis {
    const NAME: &str = "TLS";
    const ADVICE: &str = "put TLS in front of the server (docs/operations/tls.md), and set PUBLIC_URL to the https:// address";
    let Some(url) = &seen.facts.public_url else {
        if seen.facts.proxies > 0 {
            return Diagnosis::warning(
                NAME,
                "a proxy is trusted, and PUBLIC_URL is not set: whether players come by TLS cannot be measured",
                "set PUBLIC_URL to the https:// address that players open",
            );
        }
        let found = "PUBLIC_URL is not set, and no proxy is trusted: players come in clear";
        return Diagnosis::fault(NAME, found, ADVICE);
    };
    if !url.starts_with("https://") {
        return Diagnosis::fault(NAME, format!("players open {url}, in clear"), ADVICE);
    }
    match &seen.answers.door {
        Some(PublicAnswer::Answered { days_left, .. }) => match days_left {
            Some(days) if *days < CERTIFICATE_DAYS_MIN => Diagnosis::warning(
                NAME,
                format!("{url} has a certificate that is trusted, for {days} more days"),
                "renew it, and see to it that this happens by itself (docs/operations/tls.md)",
            ),
            Some(days) => Diagnosis::fine(
                NAME,
                format!("{url} has a certificate that is trusted, for {days} more days"),
            ),
            None => Diagnosis::fine(NAME, format!("{url} has a certificate that is trusted")),
        },
        Some(PublicAnswer::Failed(why)) => Diagnosis::fault(
            NAME,
            format!("{url}: {why}"),
            "correct the certificate, the address or the proxy (docs/operations/tls.md)",
        ),
        Some(PublicAnswer::Unasked(why)) => unseen(NAME, why),
        None => unseen(NAME, "the public address was not asked"),
    }
}

pub(super) fn metrics(seen: &ServerSeen<'_>) -> Diagnosis {
    const NAME: &str = "metrics closed";
    if let Some(status) = public_status(seen.answers.public_metrics.as_ref()) {
        let found = format!("/metrics at the public address answers {status}");
        return if is_open(status) {
            Diagnosis::fault(NAME, found, METRICS_ADVICE)
        } else {
            Diagnosis::fine(NAME, found)
        };
    }
    if let Some(status) = status_here(&seen.answers.metrics) {
        let found = format!("/metrics at PORT answers {status}");
        return if is_open(status) {
            Diagnosis::fault(NAME, found, METRICS_ADVICE)
        } else {
            Diagnosis::fine(NAME, found)
        };
    }
    match seen.facts.metrics_port {
        Some(port) => Diagnosis::fine(
            NAME,
            format!("metrics are on port {port}, which no proxy should pass on, and PORT has none"),
        ),
        None => Diagnosis::fault(
            NAME,
            "METRICS_PORT is not set: PORT answers /metrics to everybody",
            METRICS_ADVICE,
        ),
    }
}

const METRICS_ADVICE: &str =
    "set METRICS_PORT to a port that is not published, or close /metrics at the proxy";

pub(super) fn admin(seen: &ServerSeen<'_>) -> Diagnosis {
    const NAME: &str = "admin closed";
    if !seen.facts.has_admin_token {
        return Diagnosis::fine(NAME, "ADMIN_TOKEN is not set: there is no /admin");
    }
    if let Some(status) = public_status(seen.answers.public_admin.as_ref())
        && is_open(status)
    {
        return Diagnosis::warning(
            NAME,
            "the operator's page is reached at the public address; its token is all that closes it",
            "set ADMIN_PORT to a port that is not published, or close /admin at the proxy to all but your addresses",
        );
    }
    match seen.facts.admin_port {
        Some(port) => Diagnosis::fine(
            NAME,
            format!("the operator's page is on port {port}, which no proxy should pass on"),
        ),
        None => Diagnosis::warning(
            NAME,
            "the operator's page is on PORT, where players are; its token is all that closes it",
            "set ADMIN_PORT to a port that is not published, or close /admin at the proxy to all but your addresses",
        ),
    }
}

pub(super) fn headers(seen: &ServerSeen<'_>) -> Diagnosis {
    const NAME: &str = "security headers";
    let answer = match (&seen.answers.door, &seen.answers.health) {
        (Some(PublicAnswer::Answered { text, .. }), _) => PlainAnswer(text.clone()),
        (_, ServerAnswer::Answered(answer)) => PlainAnswer(answer.0.clone()),
        (_, ServerAnswer::Silent(why)) => return unseen(NAME, why),
    };
    let mut missing: Vec<&str> = HEADERS.into_iter().collect();
    let by_tls = matches!(seen.answers.door, Some(PublicAnswer::Answered { .. }));
    if by_tls {
        missing.push("strict-transport-security");
    }
    missing.retain(|name| !answer.has_header(name));
    if missing.is_empty() {
        return Diagnosis::fine(NAME, "answers have them");
    }
    Diagnosis::fault(
        NAME,
        format!("answers lack {}", missing.join(", ")),
        "let the proxy pass on what the server sends; with PUBLIC_URL set to https:// it sends Strict-Transport-Security",
    )
}

fn public_status(answer: Option<&PublicAnswer>) -> Option<u16> {
    let Some(PublicAnswer::Answered { text, .. }) = answer else {
        return None;
    };
    PlainAnswer(text.clone()).status()
}

fn status_here(answer: &ServerAnswer) -> Option<u16> {
    match answer {
        ServerAnswer::Answered(answer) => answer.status(),
        ServerAnswer::Silent(_) => None,
    }
}

/// Whether a status shows what is there, to somebody who has sent nothing to prove who they are.
fn is_open(status: u16) -> bool {
    (200..400).contains(&status)
}
