//! Turns TLS, authentication and configuration errors of the driver into advice.

use std::error::Error;
use std::io;

/// Returns advice for an error of connecting that every attempt will repeat: a sentence that follows the URL and says
/// what to do. Returns `None` for an error that may pass.
pub fn connect_advice(error: &tokio_postgres::Error) -> Option<String> {
    let cause = error.source()?;
    if let Some(io) = cause.downcast_ref::<io::Error>() {
        let tls = io.get_ref()?.downcast_ref::<tls::Error>()?;
        return Some(format!(
            "does not prove its name: name the certificates to trust with sslrootcert, or, if nobody can \
             stand in between, set that any certificate is taken ({tls})"
        ));
    }
    // The driver's error kinds are private. Their messages are all that tells them apart.
    match error.to_string().as_str() {
        "error performing TLS handshake" => Some(format!(
            "cannot be reached as its sslmode demands: let the server encrypt (ssl = on), or write \
             sslmode=disable for a network of your own ({cause})"
        )),
        "authentication error" | "invalid configuration" => {
            Some(format!("cannot be signed in to: correct the URL ({cause})"))
        }
        _ => None,
    }
}
