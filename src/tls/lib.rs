//! Whose certificates are believed by who connects to a server.
//!
//! [`client`] makes of a [`TrustPolicy`] what encrypts. Adapters that speak to servers use it behind their features: a
//! build without them has no TLS of its own.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, RootCertStore, SignatureScheme};

pub use rustls::{ClientConfig, Error};

/// Whose certificates are believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TrustPolicy {
    /// Those of the authorities this machine trusts.
    #[default]
    SystemRoots,
    /// Those of the authorities in this PEM text, and no other.
    Roots(Vec<u8>),
    /// Anybody's: the connection is encrypted, but with whom nobody knows. For providers that sign for
    /// themselves and tell nobody how.
    AnyCertificate,
}

/// Why nobody could be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsConfigError {
    /// The authorities cannot be read.
    #[error("the certificates of the authorities are not PEM")]
    Pem,
    /// Nobody's certificate could be believed.
    #[error("this machine trusts no authority; install ca-certificates, or name the authorities")]
    NoAuthorities,
}

/// Makes what encrypts. The provider of cryptography is named here, so that it need not be installed for
/// the whole process, nor can a second one in the build make that ambiguous.
///
/// # Errors
///
/// [`TlsConfigError`] when there is nobody to believe.
#[expect(
    clippy::missing_panics_doc,
    reason = "the provider speaks the versions it is built with"
)]
pub fn client(trust: &TrustPolicy) -> Result<ClientConfig, TlsConfigError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("the provider speaks the versions it is built with");
    let config = match trust {
        TrustPolicy::SystemRoots => builder.with_root_certificates(machine()?),
        TrustPolicy::Roots(pem) => builder.with_root_certificates(authorities(pem)?),
        TrustPolicy::AnyCertificate => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anybody(provider))),
    };
    Ok(config.with_no_client_auth())
}

fn machine() -> Result<RootCertStore, TlsConfigError> {
    let mut roots = RootCertStore::empty();
    // Single unreadable ones are usual, and the others do.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(TlsConfigError::NoAuthorities);
    }
    Ok(roots)
}

fn authorities(pem: &[u8]) -> Result<RootCertStore, TlsConfigError> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|_| TlsConfigError::Pem)?;
        roots.add(certificate).map_err(|_| TlsConfigError::Pem)?;
    }
    if roots.is_empty() {
        return Err(TlsConfigError::Pem);
    }
    Ok(roots)
}

/// Believes everybody who holds the key of the certificate shown.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authorities_that_cannot_be_read_are_refused() {
        for pem in [
            &b""[..],
            b"no certificate",
            b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        ] {
            let refused = client(&TrustPolicy::Roots(pem.to_vec()));
            assert_eq!(refused.unwrap_err(), TlsConfigError::Pem);
        }
    }

    #[test]
    fn any_certificate_needs_no_authority() {
        assert!(client(&TrustPolicy::AnyCertificate).is_ok());
    }
}
