//! Whose certificates are believed.

use bus::redis::{RedisBus, Settings, TlsConfigError, TrustPolicy, Unfit};
use servers::Redis;

use crate::common::{away, connect, group, hear_each_other, start};

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_believed_if_its_authority_is_or_if_any_is() {
    let server = Redis::tls().await;
    let group = group();
    let named = Settings {
        trust: TrustPolicy::Roots(server.authority()),
        ..group.clone()
    };
    let any = Settings {
        trust: TrustPolicy::AnyCertificate,
        ..group.clone()
    };
    let one = connect(&server.url(), &named).await;
    let other = connect(&server.url(), &any).await;
    hear_each_other(&one, &other).await;

    let machine = start(&server.url(), &group);
    let why = away(&machine).await;
    assert!(why.contains("certificate"), "{why}");
    let elsewhere = start(&server.url().replace("127.0.0.1", "localhost"), &named);
    let why = away(&elsewhere).await;
    assert!(why.contains("certificate"), "{why}");
}

#[tokio::test]
async fn authorities_that_cannot_be_read_are_refused() {
    for pem in [
        &b""[..],
        b"no certificate",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    ] {
        let settings = Settings {
            trust: TrustPolicy::Roots(pem.to_vec()),
            ..group()
        };
        let refused = RedisBus::start("rediss://localhost".parse().unwrap(), &settings);
        assert_eq!(
            refused.unwrap_err(),
            Unfit::TlsConfigError(TlsConfigError::Pem)
        );
    }
}
