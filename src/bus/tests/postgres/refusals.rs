//! Settings that cannot be used, and servers that are not believed.

use bus::postgres::{PgBus, Tls, Unfit};
use servers::Postgres;

use crate::common::{DATABASE, at, away, connect, group, hear_each_other, start};

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_believed_if_the_url_names_it_or_any_is() {
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
    hear_each_other(&one, &other).await;

    let machine = start(&at(&server.url(DATABASE, "sslmode=require")));
    let why = away(&machine).await;
    assert!(why.contains("does not prove its name"), "{why}");
    assert!(!why.contains(server.password()), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prefix_that_is_none_and_a_setting_that_contradicts_the_url_are_refused() {
    let server = Postgres::shared().await;
    let mut unnamed = group(server);
    unnamed.prefix = "a\"b".to_owned();
    assert_eq!(PgBus::start(&unnamed).unwrap_err(), Unfit::Prefix);
    let mut torn = at(&server.url(DATABASE, "sslmode=verify-full"));
    torn.tls = Tls::AnyCertificate;
    let refused = PgBus::start(&torn).unwrap_err();
    assert!(
        refused.to_string().contains("write sslmode=require"),
        "{refused}"
    );
}
