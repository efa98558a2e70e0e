//! Asks the public address of the server as a stranger would: by TLS, believing nobody that browsers do not.

#[cfg(feature = "tls")]
mod certificate;
#[cfg(feature = "tls")]
mod client;

use admin::PublicAnswer;

/// Asks an origin that begins with `https://` for a path.
#[cfg(feature = "tls")]
pub(super) async fn ask(url: &str, path: &str) -> PublicAnswer {
    client::ask(url, path).await
}

/// Says that this build cannot.
#[cfg(not(feature = "tls"))]
#[expect(clippy::unused_async, reason = "a build with TLS asks the address")]
pub(super) async fn ask(_url: &str, _path: &str) -> PublicAnswer {
    PublicAnswer::Unasked(
        "this build has no TLS client; one with `--features redis` or `postgres` has".to_owned(),
    )
}
