//! What cannot be opened, and what is said then: what to do, and never a password.

use game::{TableId, Version};
use store::StoreError;
use store::postgres::{PgUrl, PostgresJournal};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::place::{Place, refusal, settings};

fn wrong(url: &str) -> String {
    match PgUrl::parse(url) {
        Err(told) => told.to_string(),
        other => panic!("it is not refused: {other:?}"),
    }
}

#[test]
fn a_url_that_cannot_be_read_is_told_with_one_that_can() {
    for (url, why) in [
        ("", "does not begin with postgres://"),
        ("mysql://u:s3cret@h/d", "does not begin with postgres://"),
        ("postgres:///codex", "names no host"),
        (
            "postgres://u:s3cret@h:port/d",
            "invalid value for option `port`",
        ),
        (
            "postgres://u:s3cret@h/d?sslmode=s3cret",
            "has an sslmode that is none",
        ),
        (
            "postgres://u:s3cret@h/d?pool=s3cret",
            "unknown option `pool`",
        ),
        (
            "postgres://u:s3cret@h/d?connect_timeout=s3cret",
            "`connect_timeout`",
        ),
        (
            "postgres://u:p@s3cret@h/d",
            "write @ in a user or password as %40",
        ),
        ("postgres://u:p?s3cret=@h/d", "and ? as %3F"),
    ] {
        let told = wrong(url);
        assert!(told.contains(why), "{url}: {told}");
        assert!(told.contains("postgres://user:password@host"), "{told}");
        assert!(!told.contains("s3cret"), "{told}");
    }
}

#[test]
fn a_url_prints_everything_but_the_password() {
    for (url, shown) in [
        ("postgres://u:s3cret@h/d", "postgres://u:***@h:5432/d"),
        (
            "postgresql://u:s3cret@h:1,i:2/d?sslmode=require",
            "postgres://u:***@h,i:1,2/d",
        ),
        (
            "postgres://h/d?user=u&password=s3cret",
            "postgres://u:***@h:5432/d",
        ),
        ("postgres://u@%2Frun%2Fpg/d", "postgres://u@/run/pg:5432/d"),
    ] {
        let url = PgUrl::parse(url).unwrap();
        assert_eq!(url.to_string(), shown);
        assert_eq!(format!("{url:?}"), shown);
    }
}

#[tokio::test]
async fn a_wrong_password_is_told_without_the_password() {
    let place = Place::new().await;
    let (right, wrong) = (place.server.password(), "an0ther-secret");
    let url = place.server.url(&place.database, "sslmode=disable");
    let told = refusal(settings(&url.replace(right, wrong))).await;
    assert!(
        told.contains("does not know this user with this password"),
        "{told}"
    );
    assert!(!told.contains(wrong), "{told}");
}

#[tokio::test]
async fn a_missing_password_is_told() {
    let place = Place::new().await;
    let url = place.server.url(&place.database, "sslmode=disable");
    let secret = format!(":{}@", place.server.password());
    let told = refusal(settings(&url.replace(&secret, "@"))).await;
    assert!(told.contains("cannot be signed in to"), "{told}");
}

#[tokio::test]
async fn a_missing_database_is_told_by_its_name() {
    let place = Place::new().await;
    let told = refusal(settings(&place.server.url("nowhere", ""))).await;
    assert!(
        told.contains("/nowhere is not there: make this database"),
        "{told}"
    );
}

#[tokio::test]
async fn a_user_who_may_make_no_schema_is_told_what_to_be_granted() {
    let place = Place::new().await;
    let role = format!("guest_of_{}", place.database);
    place
        .run(&format!("CREATE ROLE {role} LOGIN PASSWORD 'guest'"))
        .await;
    let owner = format!("codex:{}@", place.server.password());
    let url = place.server.url(&place.database, "sslmode=disable");
    let told = refusal(settings(&url.replace(&owner, &format!("{role}:guest@")))).await;
    assert!(told.contains("GRANT CREATE ON DATABASE"), "{told}");
}

#[tokio::test]
async fn a_server_that_is_not_there_may_be_there_later() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://u:s3cret@{}/d", nobody.local_addr().unwrap());
    drop(nobody);
    let refused = PostgresJournal::open(settings(&url)).await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable(_))),
        "{refused:?}"
    );
    assert!(!format!("{refused:?}").contains("s3cret"));
}

#[tokio::test]
async fn a_pooler_that_takes_no_settings_is_told_from_a_server() {
    let pooler = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://u:s3cret@{}/d", pooler.local_addr().unwrap());
    let refuses = tokio::spawn(async move {
        let (mut client, _) = pooler.accept().await.unwrap();
        assert!(client.read(&mut [0; 1024]).await.unwrap() > 0);
        let fields = b"SFATAL\0C08P01\0Munsupported startup parameter: options\0\0";
        let length = u32::try_from(fields.len() + 4).unwrap();
        client.write_all(b"E").await.unwrap();
        client.write_all(&length.to_be_bytes()).await.unwrap();
        client.write_all(fields).await.unwrap();
    });
    let told = refusal(settings(&format!("{url}?sslmode=disable"))).await;
    assert!(told.contains("set that sessions are lent"), "{told}");
    refuses.await.unwrap();
}

#[tokio::test]
async fn no_password_is_printed_with_a_journal_or_its_settings() {
    let place = Place::new().await;
    let settings = place.settings("sslmode=disable");
    let shown = format!("{settings:?}");
    let journal = PostgresJournal::open(settings).await.unwrap();
    for shown in [shown, format!("{journal:?}")] {
        assert!(shown.contains("codex:***@127.0.0.1"), "{shown}");
        assert!(!shown.contains(place.server.password()), "{shown}");
    }
}

#[tokio::test]
async fn a_body_that_was_altered_is_told_as_damage_at_its_version() {
    let place = Place::new().await;
    let journal = place.open().await;
    let (table, _): (TableId, _) = store::conformance::steps::open(&journal, 1).await;
    place
        .run("UPDATE arcane_codex.records SET body = replace(body, 'Anna', 'Otto')")
        .await;
    let read = journal.read(&table, Version(0)).await;
    assert!(
        matches!(
            &read,
            Err(StoreError::Damaged {
                version: Version(1),
                ..
            })
        ),
        "{read:?}"
    );
}
