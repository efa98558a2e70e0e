//! What goes wrong before a server has let anybody in.

use std::error::Error;
use std::io;

/// Says what an error of the driver will be at every attempt, if it is such a one: a sentence that follows the
/// URL and says what to do.
pub fn connect_advice(error: &tokio_postgres::Error) -> Option<String> {
    let cause = error.source()?;
    if let Some(io) = cause.downcast_ref::<io::Error>() {
        let tls = io.get_ref()?.downcast_ref::<tls::Error>()?;
        return Some(format!(
            "does not prove its name: name the certificates to trust with sslrootcert, or, if nobody can \
             stand in between, set that any certificate is taken ({tls})"
        ));
    }
    // The driver tells its kinds of errors apart by these words alone.
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
