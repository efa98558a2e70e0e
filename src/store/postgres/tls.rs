//! Which server is believed.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres::config::SslNegotiation;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::faults::unusable;
use super::url::{Mode, Url};
use crate::StoreError;

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

/// Makes what encrypts connections to the database.
pub(super) fn connector(url: &Url, tls: Tls) -> Result<MakeRustlsConnect, StoreError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(super::unavailable)?;
    let mut config = if is_verified(url, tls)? {
        builder
            .with_root_certificates(roots(url)?)
            .with_no_client_auth()
    } else {
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anybody(provider)))
            .with_no_client_auth()
    };
    if url.config.get_ssl_negotiation() == SslNegotiation::Direct {
        config.alpn_protocols = vec![b"postgresql".to_vec()];
    }
    Ok(MakeRustlsConnect::new(config))
}

fn is_verified(url: &Url, tls: Tls) -> Result<bool, StoreError> {
    match (url.mode, tls) {
        // What is not demanded can be taken away by whoever stands in between: nothing would be proved.
        (Mode::Disable | Mode::Prefer, _) | (Mode::Require, Tls::AnyCertificate) => Ok(false),
        (Mode::Require | Mode::Verify, Tls::Verify) => Ok(true),
        (Mode::Verify, Tls::AnyCertificate) => Err(unusable(
            url,
            "is to prove its name by its URL, and need not by the setting that takes any certificate: \
             drop the one, or write sslmode=require",
        )),
    }
}

fn roots(url: &Url) -> Result<RootCertStore, StoreError> {
    let mut roots = RootCertStore::empty();
    let Some(path) = &url.roots else {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            return Err(unusable(
                url,
                "is to prove its name, and this system trusts nobody: install its CA certificates, or \
                 name a file of them with sslrootcert",
            ));
        }
        return Ok(roots);
    };
    let unreadable = |error: &dyn std::error::Error| {
        let path = path.display();
        let why = format!(
            "has an sslrootcert that cannot be read: make {path} a file of PEM certificates ({error})"
        );
        unusable(url, &why)
    };
    let found = CertificateDer::pem_file_iter(path).map_err(|error| unreadable(&error))?;
    for certificate in found {
        let certificate = certificate.map_err(|error| unreadable(&error))?;
        roots.add(certificate).map_err(|error| unreadable(&error))?;
    }
    Ok(roots)
}

/// Believes everybody who has the key of the certificate shown.
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
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
