//! What the function on AWS Lambda asks of its table and of its provider, counted at emulators, and what that costs.

use std::sync::Arc;
use std::time::Duration;

use bots::bot::Bot;
use bots::fleet::BotFleet;
use futures_util::future::join_all;
use game::{Command, Sitting};
use platform_sim::Store;
use platform_sim::lambda::{
    Chaos, FunctionUrl, LambdaFunction, LambdaTerms, SocketApi, SocketClient, SocketLimits,
};
use servers::{DynamoCounts, DynamoDb, DynamoProxy};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::environments::STANDS_STILL;
use crate::line;

/// Commands of which the mean is told, and before them.
const COMMANDS: u32 = 50;
const WARM_UP: u32 = 20;
/// Environments whose first command is counted.
const COLD: u32 = 20;
/// Beats of which the mean is told.
const BEATS: u32 = 20;
/// An evening: players, its length, and how often each page says that it is there.
const SEATS: usize = 3;
const EVENING_S: f64 = 3.0 * 3_600.0;
const BEAT_EVERY_S: f64 = 20.0;

/// Memory of the function, in GB.
const MEMORY_GB: f64 = 0.25;
/// List prices of us-east-1 in US dollars, as of November 2026: units of `DynamoDB` on demand, requests and GB-seconds of
/// Lambda on arm64, requests of an HTTP API, messages and minutes of a WebSocket API.
const WRITE_UNIT: f64 = 0.625e-6;
const READ_UNIT: f64 = 0.125e-6;
const INVOCATION: f64 = 0.2e-6;
const GB_SECOND: f64 = 13.333_4e-6;
const HTTP_REQUEST: f64 = 1.0e-6;
const MESSAGE: f64 = 1.0e-6;
const SOCKET_MINUTE: f64 = 0.25e-6;

/// A function behind an HTTP API and a WebSocket API, with a table that counts.
struct Site {
    function: LambdaFunction,
    url: FunctionUrl,
    sockets: SocketApi,
    table: DynamoProxy,
}

/// What something took.
#[derive(Clone, Debug)]
struct Spent {
    table: DynamoCounts,
    invocations: f64,
    busy: Duration,
    /// Frames that were posted.
    posts: f64,
}

impl Site {
    async fn new(binary: &'static str) -> Self {
        let table = DynamoProxy::before(DynamoDb::shared().await).await;
        let sockets = SocketApi::start(SocketLimits {
            age: Duration::from_hours(2),
            idle: Duration::from_mins(10),
            untold: None,
        })
        .await;
        let store = Store::dynamodb()
            .await
            .set("DYNAMODB_ENDPOINT", table.endpoint());
        let key = "what-signs-the-cookies-of-all-these-benches".to_owned();
        let terms = LambdaTerms {
            binary,
            variables: vec![("SECRET_KEY", key), ("SOCKET_URL", sockets.url())],
            store,
            chaos: Chaos::default(),
        };
        let function = LambdaFunction::new(terms, 1);
        sockets.serve(&function);
        let url = FunctionUrl::start(function.clone()).await;
        Self {
            function,
            url,
            sockets,
            table,
        }
    }

    /// What something takes, by so many of it.
    async fn spends<T>(&self, what: impl Future<Output = T>) -> Spent {
        let before = self.so_far();
        self.table.take_counts();
        what.await;
        let now = self.so_far();
        Spent {
            table: self.table.take_counts(),
            invocations: now.0 - before.0,
            busy: now.1.saturating_sub(before.1),
            posts: now.2 - before.2,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of a bench are small")]
    fn so_far(&self) -> (f64, Duration, f64) {
        let (_, invocations) = self.function.counts();
        let posts = self.sockets.posts().len();
        (invocations as f64, self.function.busy(), posts as f64)
    }
}

impl Spent {
    /// Prints it, divided by so many.
    fn print(&self, what: &str, by: u32) {
        let (table, by) = (&self.table, f64::from(by));
        let each = |count: f64| count / by;
        let transactions = each(table.of("TransactWriteItems").into());
        let told = format!(
            "{transactions:.2} transactions, {:.2} consistent reads of {:.2} requests; {:.2} write and {:.2} read units; \
             {:.1} KB sent, {:.1} KB received; {:.2} invocations",
            each(table.consistent_reads.into()),
            each(table.all().into()),
            each(table.write_units),
            each(table.read_units),
            each(kilobytes(table.bytes_sent)),
            each(kilobytes(table.bytes_received)),
            each(self.invocations),
        );
        line("lambda", what, &told);
        line(
            "lambda",
            &format!("{what}, price"),
            &format!("{:.2} USD a million", each(self.dollars()) * 1e6),
        );
    }

    /// Its price, but for what time costs: each invocation is one of a request or of a message.
    fn dollars(&self) -> f64 {
        let table = self.table.write_units * WRITE_UNIT + self.table.read_units * READ_UNIT;
        let function =
            self.invocations * INVOCATION + self.busy.as_secs_f64() * MEMORY_GB * GB_SECOND;
        table + function + self.invocations * HTTP_REQUEST + self.posts * MESSAGE
    }
}

/// Prints what a command, a beat and an evening take.
pub(crate) async fn figures(binary: &'static str) {
    let site = Site::new(binary).await;
    let fleet = BotFleet::new(site.url.plain(), 1);
    let mut bot = Bot::open(&fleet).await;
    // What has been started so far goes, so that there is one environment, which answers all of these.
    site.function.crash();
    speaks(&mut bot, WARM_UP).await;
    let warm = site.spends(speaks(&mut bot, COMMANDS)).await;
    warm.print("a command, environment warm", COMMANDS);
    let cold = site.spends(async {
        for _ in 0..COLD {
            site.function.crash();
            speaks(&mut bot, 1).await;
        }
    });
    cold.await
        .print("a command, environment cold, with its start", COLD);

    let beat = beats(&site, &bot).await;
    beat.print("a beat of a socket", BEATS);
    let evening = evening(&site).await;
    evening.print("a whole play of three by sockets, without beats", 1);
    #[expect(clippy::cast_precision_loss, reason = "there are three")]
    let seats = SEATS as f64;
    let beats = seats * EVENING_S / BEAT_EVERY_S;
    let minutes = seats * EVENING_S / 60.0;
    let told =
        evening.dollars() + beats * beat.dollars() / f64::from(BEATS) + minutes * SOCKET_MINUTE;
    let what = format!(
        "an evening of three, {:.0} hours, {beats:.0} beats",
        EVENING_S / 3_600.0
    );
    line("lambda", &what, &format!("{:.2} US cents", told * 100.0));
    site.function.end().await;
}

async fn speaks(bot: &mut Bot, times: u32) {
    for number in 0..times {
        let say = Command::Say {
            text: format!("line {number}"),
        };
        assert!(bot.play(&say).await, "a line was refused");
        sleep(STANDS_STILL).await;
    }
}

/// Beats that are each answered before the next is said.
async fn beats(site: &Site, bot: &Bot) -> Spent {
    let mut socket = SocketClient::open(bot.client(), bot.table()).await.unwrap();
    assert!(socket.say("hello", "").await);
    let mut id = socket.next().await.unwrap().id;
    let spent = site.spends(async {
        for _ in 0..BEATS {
            assert!(socket.say("beat", &id).await);
            let frame = socket.next().await.unwrap();
            if frame.event != "beat" {
                id = frame.id;
            }
        }
    });
    let spent = spent.await;
    socket.close().await;
    spent
}

/// A table from its gathering to its Chronicle. Each seat's page has a socket; each looks before it acts.
async fn evening(site: &Site) -> Spent {
    let play = async {
        let fleet = BotFleet::new(site.url.plain(), 2);
        let mut party = vec![Bot::open(&fleet).await];
        let table = party[0].table().clone();
        for _ in 1..SEATS {
            party.push(Bot::sit(&fleet, &table).await);
        }
        let mut pages = JoinSet::new();
        for bot in &party {
            let mut socket = SocketClient::open(bot.client(), &table).await.unwrap();
            assert!(socket.say("hello", "").await);
            pages.spawn(async move { while socket.next().await.is_some() {} });
        }
        let begin = Command::Begin {
            sitting: Sitting::Long,
        };
        assert!(party[0].play(&begin).await);
        join_all(party.iter_mut().map(Bot::play_on)).await;
        assert!(party[0].is_over().await, "the story has no end");
        let told = Arc::clone(&fleet).acknowledged().len();
        line(
            "lambda",
            "commands of a whole play of three",
            &told.to_string(),
        );
        pages.shutdown().await;
    };
    site.spends(play).await
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a figure for people has three digits"
)]
fn kilobytes(bytes: usize) -> f64 {
    bytes as f64 / 1e3
}
