//! What the server holds in memory: with open streams, and after a storm of clients.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::common::client::address;
use crate::common::connection::Connection;
use crate::common::events::{EventConnection, StreamRequest};
use crate::common::server::{Server, Setup};
use crate::measure::{cpu_ms, figure, resident_kib, user_ms};
use crate::options::Options;
use crate::report::{Report, Target};
use crate::requests::{SEATS, post};
use crate::site::fresh;

/// KiB of RAM that a stream with the identity and the presence of its seat may take.
const STREAM_KIB_MAX: f64 = 20.0;
/// CPU of one heartbeat to one stream, in milliseconds.
const BEAT_MS_MAX: f64 = 0.01;
/// Between two heartbeats of a stream.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// Heartbeats in which the CPU of silence is counted.
const BEATS: u32 = 2;
/// Connections that one local address opens, so that no limit of one address binds.
const OF_ONE_ADDRESS: u64 = 50;
/// Clients that connect at the same time.
const AT_A_TIME: usize = 16;
/// After a storm, so many times the idle memory is left at most, so soon.
const CALM: (f64, Duration) = (2.0, Duration::from_mins(1));
/// Connections of a storm that send large heads, and the bytes of one.
const LARGE_HEADS: u64 = 1_000;
const HEAD_BYTES: usize = 60_000;

/// A seat that was taken without a bot.
#[derive(Clone)]
struct BareSeat {
    table: String,
    cookies: String,
}

/// Prints them.
pub(crate) async fn figures(options: &Options, report: Report) {
    for count in [options.streams / 10, options.streams] {
        streams(count, report).await;
    }
    storm(options.streams, report).await;
}

/// A server that takes so many streams.
fn setup(streams: u64) -> Setup {
    fresh().with("MAX_STREAMS", &(2 * streams + 1_000))
}

/// The memory and the CPU of streams whose seats do nothing.
async fn streams(count: u64, report: Report) {
    let server = setup(count).start().await;
    let seats = take_seats(server.address(), count).await;
    let before = resident_kib(server.id());
    let open = open_streams(server.address(), seats).await;
    let taken = resident_kib(server.id()) - before;
    let each = taken / figure(count);
    let target = Target::AtMost(STREAM_KIB_MAX);
    report.judged(
        &format!("memory of a seat's stream, of {count}"),
        each,
        "KiB",
        target,
    );

    // The first heartbeats come while the streams still open.
    sleep(HEARTBEAT).await;
    let before = (cpu_ms(server.id()), user_ms(server.id()));
    sleep(HEARTBEAT * BEATS).await;
    let each = |ms: f64| ms / figure(count) / f64::from(BEATS);
    let beat = each(cpu_ms(server.id()) - before.0);
    let outside = each(user_ms(server.id()) - before.1);
    let target = Target::AtMost(BEAT_MS_MAX);
    report.judged(
        &format!("CPU of a heartbeat to one of {count}"),
        beat,
        "ms",
        target,
    );
    report.plain("of that, outside of the kernel", outside, "ms");
    drop(open);
    server.kill().await;
}

/// The memory that is left when many clients have come and gone.
async fn storm(count: u64, report: Report) {
    let server = setup(count).start().await;
    let idle = resident_kib(server.id());
    let seat = take_seats(server.address(), 1).await.remove(0);
    let spectator = BareSeat {
        cookies: String::new(),
        ..seat
    };
    let spectators = (0..count).map(|_| spectator.clone()).collect();
    let open = open_streams(server.address(), spectators).await;
    let heads = large_heads(server.address()).await;
    let storm = resident_kib(server.id());
    drop((open, heads));
    let calm = calms_down(&server, idle).await;
    let mib = |kib: f64| kib / 1_024.0;
    report.plain("memory, idle", mib(idle), "MiB");
    report.plain(
        &format!("memory, {count} spectators and large heads"),
        mib(storm),
        "MiB",
    );
    let target = Target::AtMost(CALM.0);
    report.judged(
        "memory a minute after they left, to idle",
        calm / idle,
        "times",
        target,
    );
    server.kill().await;
}

/// Waits until the memory is small again, or for as long as that may take, and returns it.
async fn calms_down(server: &Server, idle: f64) -> f64 {
    let began = Instant::now();
    loop {
        let resident = resident_kib(server.id());
        if resident <= CALM.0 * idle || began.elapsed() > CALM.1 {
            return resident;
        }
        sleep(Duration::from_secs(1)).await;
    }
}

/// Takes so many seats, at tables of three.
async fn take_seats(server: SocketAddr, count: u64) -> Vec<BareSeat> {
    let seats = SEATS as u64;
    let tables = count.div_ceil(seats);
    let mut openers = JoinSet::new();
    for opener in 0..AT_A_TIME as u64 {
        openers.spawn(async move {
            let mut connection = Connection::open(server, address(opener)).await.unwrap();
            let mut taken = Vec::new();
            for number in (opener..tables).step_by(AT_A_TIME) {
                let mut path = "/api/tables".to_owned();
                for seat in 0..seats {
                    let id = format!("seat-of-a-bench-{number}-{seat}");
                    let body = json!({ "name": format!("Seat {seat}"), "command_id": id });
                    let seat = take_seat(server, &mut connection, &path, &body).await;
                    path = format!("/api/tables/{}/seats", seat.table);
                    taken.push(seat);
                }
            }
            taken
        });
    }
    let mut taken = openers.join_all().await.concat();
    taken.truncate(usize::try_from(count).unwrap());
    taken
}

async fn take_seat(
    server: SocketAddr,
    connection: &mut Connection,
    path: &str,
    body: &Value,
) -> BareSeat {
    let request = post(server, path, "", body);
    let (head, answer) = connection.ask(request.as_bytes()).await.unwrap();
    assert!(head.status.is_success(), "{path}: {head:?} {answer:?}");
    let cookie = head.headers["set-cookie"].to_str().unwrap();
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    BareSeat {
        table: answer["table"].as_str().unwrap().to_owned(),
        cookies: cookie.split(';').next().unwrap_or_default().to_owned(),
    }
}

/// Opens the stream of each, and reads what it begins with.
async fn open_streams(server: SocketAddr, seats: Vec<BareSeat>) -> Vec<EventConnection> {
    let mut openers = JoinSet::new();
    let of_each = seats.len().div_ceil(AT_A_TIME);
    for (opener, seats) in (0..).zip(seats.chunks(of_each)) {
        let seats = seats.to_vec();
        openers.spawn(async move {
            let mut open = Vec::with_capacity(seats.len());
            for (number, seat) in (opener * of_each as u64..).zip(seats) {
                let asked = StreamRequest {
                    path: &format!("/t/{}/live", seat.table),
                    cookies: &seat.cookies,
                    gzip: false,
                };
                let from = address(number / OF_ONE_ADDRESS);
                let opened = EventConnection::open(server, from, &asked).await;
                let mut stream = opened.unwrap();
                stream.next().await.unwrap();
                open.push(stream);
            }
            open
        });
    }
    openers.join_all().await.into_iter().flatten().collect()
}

/// Opens connections that send large heads and never end them.
async fn large_heads(server: SocketAddr) -> Vec<Connection> {
    let cookies = "x".repeat(HEAD_BYTES);
    let head = format!("GET / HTTP/1.1\r\nhost: {server}\r\ncookie: {cookies}");
    let mut open = Vec::new();
    for number in 0..LARGE_HEADS {
        let from = address(number / OF_ONE_ADDRESS);
        // The server may close what sends too much.
        if let Ok(mut connection) = Connection::open(server, from).await {
            let _ = connection.send(head.as_bytes()).await;
            open.push(connection);
        }
    }
    open
}
