//! Which certificates are trusted.

use bus::BusConfigError;
use bus::redis::{RedisBus, Settings, TlsConfigError, TrustPolicy};
use servers::Redis;

use crate::common::{connect, disconnected, group, receive_each_other, start};

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_accepted_if_its_authority_is_trusted_or_any_is_accepted() {
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
    receive_each_other(&one, &other).await;

    let machine = start(&server.url(), &group);
    let cause = disconnected(&machine).await;
    assert!(cause.contains("certificate"), "{cause}");
    let elsewhere = start(&server.url().replace("127.0.0.1", "localhost"), &named);
    let cause = disconnected(&elsewhere).await;
    assert!(cause.contains("certificate"), "{cause}");
}

#[tokio::test]
async fn authorities_that_are_not_pem_are_refused() {
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
            BusConfigError::Tls(TlsConfigError::Pem)
        );
    }
}
