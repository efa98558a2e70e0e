//! Which server is believed.

use std::fs;

use tls::TrustPolicy;
use tokio_postgres::config::SslNegotiation;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::url::Mode;
use crate::{PgConfigError, PgUrl};

/// Which server is believed when the URL demands encryption.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tls {
    /// One whose certificate is trusted and carries its name.
    #[default]
    Verify,
    /// Any. Nobody can listen, but somebody in between can pretend to be the server: for one that signs its
    /// own certificate, as Heroku's do, where `sslrootcert` cannot name it.
    AnyCertificate,
}

impl PgUrl {
    /// Makes what encrypts connections to the database.
    ///
    /// # Errors
    ///
    /// [`PgConfigError`] when there is nobody to believe, or when URL and setting say the opposite.
    pub fn connector(&self, tls: Tls) -> Result<MakeRustlsConnect, PgConfigError> {
        let mut config =
            tls::client(&self.trust(tls)?).map_err(|_| PgConfigError::of(self, &self.nobody()))?;
        if self.config.get_ssl_negotiation() == SslNegotiation::Direct {
            config.alpn_protocols = vec![b"postgresql".to_vec()];
        }
        Ok(MakeRustlsConnect::new(config))
    }

    fn trust(&self, tls: Tls) -> Result<TrustPolicy, PgConfigError> {
        match (self.mode, tls) {
            // What is not demanded can be taken away by whoever stands in between: nothing would be proved.
            (Mode::Disable | Mode::Prefer, _) | (Mode::Require, Tls::AnyCertificate) => {
                Ok(TrustPolicy::AnyCertificate)
            }
            (Mode::Require | Mode::Verify, Tls::Verify) => self.authorities(),
            (Mode::Verify, Tls::AnyCertificate) => Err(PgConfigError::of(
                self,
                "is to prove its name by its URL, and need not by the setting that takes any certificate: \
                 drop the one, or write sslmode=require",
            )),
        }
    }

    fn authorities(&self) -> Result<TrustPolicy, PgConfigError> {
        let Some(path) = &self.roots else {
            return Ok(TrustPolicy::SystemRoots);
        };
        let pem = fs::read(path).map_err(|error| {
            let why = format!("{} ({error})", self.nobody());
            PgConfigError::of(self, &why)
        })?;
        Ok(TrustPolicy::Roots(pem))
    }

    /// Why nobody is believed.
    fn nobody(&self) -> String {
        match &self.roots {
            None => "is to prove its name, and this system trusts nobody: install its CA certificates, or \
                     name a file of them with sslrootcert"
                .to_owned(),
            Some(path) => format!(
                "has an sslrootcert that cannot be read: make {} a file of PEM certificates",
                path.display()
            ),
        }
    }
}
