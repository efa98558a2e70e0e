//! Two processes over one replica, as on a deploy: the newer one has it, and the older one ends.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::{Method, Response, StatusCode};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::sleep;

use crate::common::bot::Bot;
use crate::common::fleet::BotFleet;
use crate::common::journal::JournalContents;
use crate::common::server::Server;
use crate::site::{Site, end, fresh_seed, line, said, say};

/// The exit code of whoever ends because another has taken over (`EX_TEMPFAIL`).
const TAKEN_OVER: i32 = 75;
/// How long the older process may take to find out and end.
const END_MAX: Duration = Duration::from_secs(15);
/// Longer than any patience of either process.
const FROZEN: Duration = Duration::from_secs(9);

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_was_frozen_during_a_takeover_acknowledges_nothing_more_and_ends() {
    let site = Site::seaweed().await;
    let old = site.setup().start().await;
    let mut witness = Witness::at(&old).await;
    let play = Play::begin(&old);
    sleep(Duration::from_secs(1)).await;

    old.freeze();
    let frozen = Instant::now();
    let new = site.setup().start().await;
    let taken = frozen.elapsed();
    play.fleet.move_to(new.address());
    sleep(FROZEN.saturating_sub(frozen.elapsed())).await;
    let played = play.fleet.acknowledged().len();

    old.thaw();
    let thawed = Instant::now();
    let answers = witness.keep_asking(&old).await;
    ends_by_itself(old, thawed).await;
    let ended_in = thawed.elapsed();
    witness.was_sent_off().await;
    assert!(!answers.contains(&StatusCode::OK), "{answers:?}");

    let (told, kept) = play.end(new, &site).await;
    assert!(told > played, "nothing was played after the takeover");
    say(&format!(
        "frozen: taken over in {} ms, {} asked of the old one: {answers:?}, ended {} ms after it went on, {told} \
         commands acknowledged, {} kept",
        taken.as_millis(),
        answers.len(),
        ended_in.as_millis(),
        kept.records().count(),
    ));
}

#[tokio::test]
async fn an_idle_process_finds_out_that_another_has_taken_over_and_ends() {
    let site = Site::seaweed().await;
    let old = site.setup().start().await;
    let mut witness = Witness::at(&old).await;
    witness.bot.play(&line()).await;
    let new = site.setup().start().await;
    let taken = Instant::now();
    ends_by_itself(old, taken).await;
    let ended_in = taken.elapsed();
    witness.was_sent_off().await;

    witness.fleet.move_to(new.address());
    assert!(witness.bot.play(&line()).await);
    end(new).await;
    let kept = site.restored().await;
    kept.assert_holds(&witness.fleet.acknowledged());
    say(&format!("idle: ended {} ms after", ended_in.as_millis()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_process_loses_nothing_to_the_one_that_takes_over() {
    let site = Site::seaweed().await;
    let old = site.setup().start().await;
    let mut witness = Witness::at(&old).await;
    let play = Play::begin(&old);
    sleep(Duration::from_secs(1)).await;

    let new = site.setup().start().await;
    let taken = Instant::now();
    // Until it ends, everybody asks the old one.
    ends_by_itself(old, taken).await;
    let ended_in = taken.elapsed();
    witness.was_sent_off().await;
    let played = play.fleet.acknowledged().len();
    play.fleet.move_to(new.address());
    sleep(Duration::from_secs(1)).await;

    let (told, kept) = play.end(new, &site).await;
    assert!(told > played, "nothing was played after the takeover");
    say(&format!(
        "busy: ended {} ms after, {told} commands acknowledged, {} kept",
        ended_in.as_millis(),
        kept.records().count(),
    ));
}

async fn ends_by_itself(old: Server, since: Instant) {
    let ended = old.ended().await;
    let took = since.elapsed();
    assert_eq!(ended.status.code(), Some(TAKEN_OVER), "{}", ended.text());
    assert!(
        ended.text().contains("has taken over the replica"),
        "{}",
        ended.text()
    );
    assert!(took <= END_MAX, "ended after {took:?}: {}", ended.text());
}

/// Tables at which bots play all the time, without a pause.
struct Play {
    fleet: Arc<BotFleet>,
    tables: JoinSet<usize>,
}

impl Play {
    fn begin(server: &Server) -> Self {
        let fleet = BotFleet::new(server.address(), fresh_seed());
        let mut tables = JoinSet::new();
        for seats in [1, 2, 3, 4] {
            tables.spawn(fleet.clone().play_on(seats));
        }
        Self { fleet, tables }
    }

    /// Ends the play and its server, and asserts that the replica has all that was acknowledged.
    async fn end(self, server: Server, site: &Site) -> (usize, JournalContents) {
        self.fleet.stop();
        self.tables.join_all().await;
        end(server).await;
        let kept = site.restored().await;
        let told = self.fleet.acknowledged();
        kept.assert_holds(&told);
        kept.assert_whole(&world::library().unwrap());
        (told.len(), kept)
    }
}

/// Somebody who stays with the old process to the end.
struct Witness {
    fleet: Arc<BotFleet>,
    bot: Bot,
    streams: Vec<JoinHandle<String>>,
}

impl Witness {
    async fn at(server: &Server) -> Self {
        let fleet = BotFleet::new(server.address(), fresh_seed() << 8);
        let bot = Bot::open(&fleet).await;
        let table = bot.table();
        let paths = [
            format!("/t/{table}/live"),
            format!("/api/tables/{table}/events"),
        ];
        let opened = join_all(paths.iter().map(|path| bot.client().open(path))).await;
        let streams = opened.into_iter().map(|stream| tokio::spawn(read(stream)));
        let streams = streams.collect();
        Self {
            fleet,
            bot,
            streams,
        }
    }

    /// Asks for one command after another, until nobody answers any more. Returns the answers.
    async fn keep_asking(&mut self, server: &Server) -> Vec<StatusCode> {
        let path = self.bot.commands_path();
        let asked = Instant::now();
        let mut answers = Vec::new();
        while asked.elapsed() < END_MAX {
            let body = said(&self.bot.fresh_id());
            let asked = self.bot.client().ask_once(Method::POST, &path, Some(&body));
            match asked.await {
                Ok(answer) => answers.push(answer.status),
                Err(_) => return answers,
            }
        }
        panic!("still there: {}", server.text());
    }

    /// Asserts that every stream was ended with a word, and not merely cut.
    async fn was_sent_off(&mut self) {
        for stream in self.streams.drain(..) {
            let told = stream.await.unwrap();
            assert!(told.contains("event: bye"), "cut off: {told}");
        }
    }
}

/// Reads a stream to its end.
async fn read(stream: Response) -> String {
    assert_eq!(stream.status(), StatusCode::OK);
    stream.text().await.unwrap()
}
