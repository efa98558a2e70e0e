//! What the process holds in memory, and with how many who only watch.

use std::fs;
use std::net::SocketAddr;

use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::common::bot::Bot;
use crate::common::fleet::BotFleet;

/// Lets this process have as many files open as it may, if that many are wanted.
pub(crate) fn allow_files(wanted: u64) {
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current.is_some_and(|current| current < wanted) {
        limit.current = limit
            .maximum
            .map_or(Some(wanted), |most| Some(most.min(wanted)));
        setrlimit(Resource::Nofile, limit).unwrap();
    }
}

/// The memory of a process that is in RAM, in KiB.
pub(crate) fn resident_kib(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    resident
        .unwrap()
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .unwrap()
}

/// Opens streams of one table's page and reads from each how the table stands.
pub(crate) async fn open_streams(server: SocketAddr, count: u64) -> Vec<TcpStream> {
    let bot = Bot::open(&BotFleet::new(server, 0)).await;
    let request = format!(
        "GET /t/{}/live HTTP/1.1\r\nhost: codex\r\n\r\n",
        bot.table()
    );
    let mut streams = Vec::new();
    for _ in 0..count {
        let mut stream = TcpStream::connect(server).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut read = Vec::new();
        // An event ends with an empty line; lines of the head end otherwise.
        while !read.windows(2).any(|ends| ends == b"\n\n") {
            assert!(
                stream.read_buf(&mut read).await.unwrap() > 0,
                "{}",
                String::from_utf8_lossy(&read)
            );
        }
        streams.push(stream);
    }
    streams
}
