//! The Procfile's lines, run by programs that read Procfiles, with what Heroku sets and a real database.

use deploy::{outcome, told};
use servers::{Postgres, free_port, program};

use super::slug::{Runner, Slug};

const KEY: (&str, &str) = ("SECRET_KEY", "0123456789abcdef0123456789abcdef");

#[tokio::test(flavor = "multi_thread")]
async fn the_web_line_serves_from_a_database_and_ends_when_asked() {
    let (slug, database) = (Slug::new(), database().await);
    let (free, honcho) = (free_port(), program("heroku-python", "honcho"));
    let mut web = slug.command(
        honcho,
        &[
            KEY,
            ("DATABASE_URL", &database),
            ("PORT", &free.to_string()),
        ],
    );
    web.args(["start", "web"]);
    let mut runner = Runner::start(web, slug.log());
    runner.is_ready(free).await;
    let said = runner.end();
    assert!(is_closed(&said), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_release_line_passes_what_is_set_well_and_stops_what_is_not() {
    let (slug, database) = (Slug::new(), database().await);
    let address = ("DATABASE_URL", database.as_str());
    let nowhere = ("DATABASE_URL", "postgres://u:p@127.0.0.1:9/nowhere");
    let bucket = ("REPLICA_URL", "s3://bucket/codex");
    let cases: [(&[(&str, &str)], bool); 6] = [
        (&[KEY, address], true),
        (&[address], false),
        (&[KEY, nowhere], false),
        (&[KEY, address, ("DB_POOL_SIZE", "eight")], false),
        (&[KEY, address, bucket], false),
        // Neither a database nor a bucket: a dyno's disk does not last.
        (&[KEY], false),
    ];
    for (variables, passes) in cases {
        let mut release = slug.command(program("heroku-python", "honcho"), variables);
        let output = outcome(release.args(["start", "release"]));
        let said = told(&output);
        assert_eq!(output.status.success(), passes, "{variables:?}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_image_serves_with_what_heroku_yml_hands_to_its_entry_point() {
    let (slug, database) = (Slug::new(), database().await);
    let free = free_port();
    let variables = [
        KEY,
        ("DATABASE_URL", database.as_str()),
        ("PORT", &free.to_string()),
    ];
    let mut entry = slug.command("./target/release/heroku", &variables);
    // What `heroku.yml` says under `run`.
    entry.arg("--");
    let mut runner = Runner::start(entry, slug.log());
    runner.is_ready(free).await;
    let said = runner.end();
    assert!(is_closed(&said), "{said}");
}

/// Whether the program has said that it ended in order. How it ended is what the shell says that runners put before it.
fn is_closed(said: &str) -> bool {
    let last = said.lines().rfind(|line| line.contains("\"message\""));
    last.is_some_and(|line| line.contains("\"cut\":0") && line.contains("\"closed\""))
}

/// A database in a server that every test here shares.
async fn database() -> String {
    let server = Postgres::shared().await;
    let name = server.make_database().await;
    server.url(&name, "sslmode=require")
}
