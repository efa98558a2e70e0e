//! A wire between an instance and its Redis that can be cut.

use std::net::Ipv4Addr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Passes on what comes, unless it is cut.
pub(crate) struct Wire {
    port: u16,
    whole: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Wire {
    /// A wire to a port of this machine.
    pub(crate) async fn to(port: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let own = listener.local_addr().unwrap().port();
        let whole = watch::Sender::new(true);
        let task = tokio::spawn(listen(listener, port, whole.clone()));
        Self {
            port: own,
            whole,
            task,
        }
    }

    /// This end of it.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Ends every connection; new ones end at once.
    pub(crate) fn cut(&self) {
        self.whole.send_replace(false);
    }

    /// Passes on again what comes.
    pub(crate) fn mend(&self) {
        self.whole.send_replace(true);
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn listen(listener: TcpListener, port: u16, whole: watch::Sender<bool>) {
    loop {
        let (mut here, _) = listener.accept().await.unwrap();
        let mut whole = whole.subscribe();
        if !*whole.borrow() {
            continue;
        }
        tokio::spawn(async move {
            let Ok(mut there) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await else {
                return;
            };
            tokio::select! {
                _ = copy_bidirectional(&mut here, &mut there) => {}
                _ = whole.wait_for(|whole| !whole) => {}
            }
        });
    }
}
