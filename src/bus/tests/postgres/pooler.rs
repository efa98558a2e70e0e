//! A pooler in transaction mode: between two transactions no client has the session, and what
//! the server sends then is lost.

use std::net::SocketAddr;

use bus::Bus;
use servers::Postgres;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::common::{DATABASE, at, disconnected, start, works_by_itself};

/// What the server says when somebody notifies, and when a transaction has ended.
const NOTIFICATION: u8 = b'A';
const READY: u8 = b'Z';

/// Stands between clients and a server, as a pooler does whose clients each happen to get the same session.
async fn pool(server: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let here = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(server).await.unwrap();
            let (client, server) = (client.into_split(), server.into_split());
            let (idle, is_idle) = watch::channel(false);
            tokio::spawn(ask(client.0, server.1, idle.clone()));
            tokio::spawn(async move {
                // An error says that one of them has left.
                let _ = answer(server.0, client.1, idle, is_idle).await;
            });
        }
    });
    here
}

async fn ask(mut client: OwnedReadHalf, mut server: OwnedWriteHalf, idle: watch::Sender<bool>) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = client.read(&mut bytes).await {
        idle.send_replace(false);
        if server.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}

async fn answer(
    mut server: OwnedReadHalf,
    mut client: OwnedWriteHalf,
    idle: watch::Sender<bool>,
    is_idle: watch::Receiver<bool>,
) -> std::io::Result<()> {
    loop {
        let kind = server.read_u8().await?;
        let length = server.read_u32().await?;
        let mut rest = vec![0; length as usize - 4];
        server.read_exact(&mut rest).await?;
        if kind == NOTIFICATION && *is_idle.borrow() {
            continue;
        }
        if kind == READY {
            idle.send_replace(true);
        }
        client.write_u8(kind).await?;
        client.write_u32(length).await?;
        client.write_all(&rest).await?;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pooler_that_loses_notifications_is_detected_and_named() {
    let server = Postgres::shared().await;
    let to = SocketAddr::from(([127, 0, 0, 1], server.port()));
    let pooler = pool(to).await;
    let url = server.url(DATABASE, "sslmode=disable");
    let bus = start(&at(&url.replace(&to.to_string(), &pooler.to_string())));
    let cause = disconnected(&bus).await;
    assert!(cause.contains("a pooler in transaction mode"), "{cause}");
    works_by_itself(&Bus::from(bus), 1).await;
}
