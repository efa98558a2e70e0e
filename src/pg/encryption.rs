//! TLS of connections to the database.

use std::fs;

use tls::TrustPolicy;
use tokio_postgres::config::SslNegotiation;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::url::EncryptionMode;
use crate::{PgConfigError, PgUrl};

/// Which certificates are accepted when the URL demands encryption.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tls {
    /// Trusted ones that carry the name of the server.
    #[default]
    Verify,
    /// Any. The connection is encrypted, but somebody in between can pretend to be the server. For self-signed
    /// certificates that `sslrootcert` cannot name, like those of Heroku.
    AnyCertificate,
}

impl PgUrl {
    /// Returns the TLS connector of connections to the database.
    ///
    /// # Errors
    ///
    /// [`PgConfigError`] when no authority can be used, or when the URL and `tls` contradict each other.
    pub fn connector(&self, tls: Tls) -> Result<MakeRustlsConnect, PgConfigError> {
        let mut config = tls::client_config(&self.trust_policy(tls)?)
            .map_err(|_| PgConfigError::of(self, &self.no_authority()))?;
        // Direct negotiation skips the request in the clear, so the server recognises the protocol by its ALPN name.
        if self.config.get_ssl_negotiation() == SslNegotiation::Direct {
            config.alpn_protocols = vec![b"postgresql".to_vec()];
        }
        Ok(MakeRustlsConnect::new(config))
    }

    fn trust_policy(&self, tls: Tls) -> Result<TrustPolicy, PgConfigError> {
        match (self.mode, tls) {
            // Encryption that is not demanded can be stripped by somebody in between, so a checked certificate would
            // prove nothing.
            (EncryptionMode::Disable | EncryptionMode::Prefer, _)
            | (EncryptionMode::Require, Tls::AnyCertificate) => Ok(TrustPolicy::AnyCertificate),
            (EncryptionMode::Require | EncryptionMode::Verify, Tls::Verify) => self.authorities(),
            (EncryptionMode::Verify, Tls::AnyCertificate) => Err(PgConfigError::of(
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
            let why = format!("{} ({error})", self.no_authority());
            PgConfigError::of(self, &why)
        })?;
        Ok(TrustPolicy::Roots(pem))
    }

    /// Returns why no authority can be used, as the predicate of a sentence about the database.
    fn no_authority(&self) -> String {
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
