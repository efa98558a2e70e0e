//! TLS client configuration: which certificates are trusted.
//!
//! [`client_config`] makes a [`ClientConfig`] of a [`TrustPolicy`]. Adapters that connect to servers use it behind
//! their features: a build without them has no TLS client of its own.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, RootCertStore, SignatureScheme};

pub use rustls::{ClientConfig, Error};

/// Which certificates are trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TrustPolicy {
    /// Those issued by an authority in the trust store of this machine.
    #[default]
    SystemRoots,
    /// Those issued by an authority in this PEM text, and by no other.
    Roots(Vec<u8>),
    /// Any, also self-signed ones: the connection is encrypted, but the server is not authenticated. For providers
    /// whose servers have self-signed certificates and who do not publish them.
    AnyCertificate,
}

/// Why there is no TLS configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsConfigError {
    /// The authorities are not PEM.
    #[error("the certificates of the authorities are not PEM")]
    Pem,
    /// The trust store of this machine is empty.
    #[error("this machine trusts no authority; install ca-certificates, or name the authorities")]
    NoAuthorities,
}

/// Returns the TLS configuration of a client.
///
/// The cryptography provider is named here, so that it need not be installed for the whole process, nor can a
/// second one in the build make the choice ambiguous.
///
/// # Errors
///
/// [`TlsConfigError`] when there is no authority to trust.
#[expect(
    clippy::missing_panics_doc,
    reason = "the provider speaks the versions it is built with"
)]
pub fn client_config(trust: &TrustPolicy) -> Result<ClientConfig, TlsConfigError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("the provider speaks the versions it is built with");
    let config = match trust {
        TrustPolicy::SystemRoots => builder.with_root_certificates(system_roots()?),
        TrustPolicy::Roots(pem) => builder.with_root_certificates(parse_roots(pem)?),
        TrustPolicy::AnyCertificate => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(AcceptAnyCertificate(provider))),
    };
    Ok(config.with_no_client_auth())
}

fn system_roots() -> Result<RootCertStore, TlsConfigError> {
    let mut roots = RootCertStore::empty();
    // Trust stores often hold single certificates that cannot be parsed. The others suffice.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(TlsConfigError::NoAuthorities);
    }
    Ok(roots)
}

fn parse_roots(pem: &[u8]) -> Result<RootCertStore, TlsConfigError> {
    let mut roots = RootCertStore::empty();
    // Unlike in the trust store, every one must parse: an operator has named exactly these.
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|_| TlsConfigError::Pem)?;
        roots.add(certificate).map_err(|_| TlsConfigError::Pem)?;
    }
    // A file without any certificate would otherwise trust nobody, and every connection would fail with another reason.
    if roots.is_empty() {
        return Err(TlsConfigError::Pem);
    }
    Ok(roots)
}

/// Accepts any certificate, but still checks that the server holds its private key.
#[derive(Debug)]
struct AcceptAnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AcceptAnyCertificate {
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
    fn authorities_that_are_not_pem_are_refused() {
        for pem in [
            &b""[..],
            b"no certificate",
            b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        ] {
            let refused = client_config(&TrustPolicy::Roots(pem.to_vec()));
            assert_eq!(refused.unwrap_err(), TlsConfigError::Pem);
        }
    }

    #[test]
    fn any_certificate_needs_no_authority() {
        assert!(client_config(&TrustPolicy::AnyCertificate).is_ok());
    }
}
