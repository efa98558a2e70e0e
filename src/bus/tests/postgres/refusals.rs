//! Settings that cannot be used, and certificates that are not trusted.

use bus::BusConfigError;
use bus::postgres::{PgBus, Tls};
use servers::Postgres;

use crate::common::{DATABASE, at, connect, disconnected, receive_each_other, start};

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_accepted_if_the_url_names_it_or_any_is_accepted() {
    let server = Postgres::shared().await;
    let certificate = server.certificate().display().to_string();
    let url = server.url(
        DATABASE,
        &format!("sslmode=verify-full&sslrootcert={certificate}"),
    );
    let named = at(&url);
    let mut any = at(&server.url(DATABASE, "sslmode=require"));
    any.prefix.clone_from(&named.prefix);
    any.tls = Tls::AnyCertificate;
    let (one, other) = (connect(&named).await, connect(&any).await);
    receive_each_other(&one, &other).await;

    let machine = start(&at(&server.url(DATABASE, "sslmode=require")));
    let cause = disconnected(&machine).await;
    assert!(cause.contains("does not prove its name"), "{cause}");
    assert!(!cause.contains(server.password()), "{cause}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_prefix_and_a_setting_that_contradicts_the_url_are_refused() {
    let server = Postgres::shared().await;
    let mut unnamed = at(&server.url(DATABASE, "sslmode=disable"));
    unnamed.prefix = "a\"b".to_owned();
    assert_eq!(PgBus::start(&unnamed).unwrap_err(), BusConfigError::Prefix);
    let mut torn = at(&server.url(DATABASE, "sslmode=verify-full"));
    torn.tls = Tls::AnyCertificate;
    let refused = PgBus::start(&torn).unwrap_err();
    assert!(
        refused.to_string().contains("write sslmode=require"),
        "{refused}"
    );
}
