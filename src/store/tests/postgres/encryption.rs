//! Connections that are encrypted, to a server that has signed its own certificate.

use servers::Postgres;
use store::Journal;
use store::postgres::{PostgresJournal, Settings, Tls};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::place::{Place, refusal, settings};

/// Whether the connection of a journal is encrypted, as the server sees it.
async fn is_encrypted(place: &Place, settings: Settings) -> bool {
    let journal = PostgresJournal::open(settings).await.unwrap();
    journal.check().await.unwrap();
    let seen = "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
                WHERE application_name = 'arcane-codex-tests' AND datname = current_database()
                ORDER BY backend_start DESC LIMIT 1";
    place.run(seen).await == "t"
}

#[tokio::test]
async fn a_server_nobody_vouches_for_is_refused_with_what_to_do() {
    let place = Place::new().await;
    for mode in ["require", "verify-ca", "verify-full"] {
        let told = refusal(place.settings(&format!("sslmode={mode}"))).await;
        assert!(told.contains("does not prove its name"), "{told}");
        assert!(told.contains("sslrootcert"), "{told}");
        assert!(!told.contains(place.server.password()), "{told}");
    }
}

#[tokio::test]
async fn any_certificate_is_taken_only_when_that_is_set() {
    let place = Place::new().await;
    let mut settings = place.settings("sslmode=require");
    settings.tls = Tls::AnyCertificate;
    assert!(is_encrypted(&place, settings).await);
}

#[tokio::test]
async fn a_certificate_that_the_url_names_is_trusted() {
    let place = Place::new().await;
    let named = place.server.certificate().display().to_string();
    let query = format!("sslmode=verify-full&sslrootcert={named}");
    assert!(is_encrypted(&place, place.settings(&query)).await);
    let encoded = format!("sslmode=require&sslrootcert={}", named.replace('/', "%2F"));
    assert!(is_encrypted(&place, place.settings(&encoded)).await);
}

#[tokio::test]
async fn a_trusted_certificate_proves_no_other_name() {
    let place = Place::new().await;
    let named = place.server.certificate().display().to_string();
    let query = format!("sslmode=verify-full&sslrootcert={named}&hostaddr=127.0.0.1");
    let url = place.server.url(&place.database, &query);
    let told = refusal(settings(&url.replace("@127.0.0.1", "@db.example"))).await;
    assert!(told.contains("does not prove its name"), "{told}");
}

#[tokio::test]
async fn what_is_preferred_is_done_if_the_server_can() {
    let place = Place::new().await;
    assert!(is_encrypted(&place, place.settings("")).await);
    assert!(is_encrypted(&place, place.settings("sslmode=prefer")).await);
    assert!(!is_encrypted(&place, place.settings("sslmode=disable")).await);
}

#[tokio::test]
async fn a_setting_that_takes_what_the_url_refuses_is_told() {
    let place = Place::new().await;
    let mut settings = place.settings("sslmode=verify-full");
    settings.tls = Tls::AnyCertificate;
    let told = refusal(settings).await;
    assert!(told.contains("write sslmode=require"), "{told}");
}

#[tokio::test]
async fn a_file_of_certificates_that_is_not_there_is_told() {
    let server = Postgres::shared().await;
    let url = server.url("postgres", "sslmode=require&sslrootcert=/nowhere.pem");
    let told = refusal(settings(&url)).await;
    assert!(
        told.contains("make /nowhere.pem a file of PEM certificates"),
        "{told}"
    );
}

#[tokio::test]
async fn a_server_that_cannot_encrypt_is_refused_with_what_to_do() {
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = server.local_addr().unwrap();
    let refuses = tokio::spawn(async move {
        let (mut client, _) = server.accept().await.unwrap();
        client.read_exact(&mut [0; 8]).await.unwrap();
        client.write_all(b"N").await.unwrap();
    });
    let url = format!("postgres://u:s3cret@{place}/d?sslmode=require");
    let mut settings = settings(&url);
    settings.tls = Tls::AnyCertificate;
    let told = refusal(settings).await;
    assert!(told.contains("let the server encrypt (ssl = on)"), "{told}");
    refuses.await.unwrap();
}
