//! The line to a server, on which one can count and which one can cut.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What one reading takes at most: more than any answer of these tests.
const READ_BYTES: usize = 64 * 1024;

/// A line that hands on what it is given.
#[derive(Default)]
pub(crate) struct Line {
    round_trips: AtomicU64,
    is_cut_before_an_answer: AtomicBool,
    asked: Mutex<Vec<u8>>,
}

impl Line {
    /// Lays a line to a server, and returns where it begins.
    pub(crate) async fn lay(to: SocketAddr) -> (Arc<Self>, SocketAddr) {
        let (line, here) = (
            Arc::new(Self::default()),
            TcpListener::bind("127.0.0.1:0").await.unwrap(),
        );
        let (laid, begins) = (Arc::clone(&line), here.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((client, _)) = here.accept().await {
                let line = Arc::clone(&laid);
                let server = TcpStream::connect(to).await.unwrap();
                tokio::spawn(async move { line.carry(client, server).await });
            }
        });
        (line, begins)
    }

    /// How often the server was told something after it had spoken.
    pub(crate) fn round_trips(&self) -> u64 {
        self.round_trips.load(Ordering::SeqCst)
    }

    /// Whether the server was ever told this.
    pub(crate) fn has_carried(&self, text: &str) -> bool {
        let asked = self.asked.lock().unwrap();
        asked
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    }

    /// Hands on what comes next, and loses what the server answers to it.
    pub(crate) fn lose_the_next_answer(&self) {
        self.is_cut_before_an_answer.store(true, Ordering::SeqCst);
    }

    async fn carry(&self, mut client: TcpStream, mut server: TcpStream) {
        let (mut asked, mut answered) = (vec![0; READ_BYTES], vec![0; READ_BYTES]);
        let mut server_spoke = true;
        loop {
            tokio::select! {
                Ok(count @ 1..) = client.read(&mut asked) => {
                    if server_spoke {
                        self.round_trips.fetch_add(1, Ordering::SeqCst);
                    }
                    server_spoke = false;
                    self.asked.lock().unwrap().extend(&asked[..count]);
                    server.write_all(&asked[..count]).await.unwrap();
                }
                Ok(count @ 1..) = server.read(&mut answered) => {
                    server_spoke = true;
                    if self.is_cut_before_an_answer.swap(false, Ordering::SeqCst) {
                        return;
                    }
                    client.write_all(&answered[..count]).await.unwrap();
                }
                else => return,
            }
        }
    }
}
