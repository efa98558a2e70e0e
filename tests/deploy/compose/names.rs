//! A name service of a few lines, as the engine's: one name, and the instances it stands for at the moment.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

/// Where a query's question begins.
const HEADER_LEN: usize = 12;
/// Bytes of a query's type and class.
const KIND_LEN: usize = 4;
/// How long an answer may be kept: nginx has its own opinion.
const KEPT_S: u32 = 600;

/// Answers every question with the same addresses.
pub(crate) struct Names {
    address: SocketAddr,
    stands_for: Arc<Mutex<Vec<Ipv4Addr>>>,
    server: JoinHandle<()>,
}

impl Names {
    pub(crate) async fn serve(instances: &[Ipv4Addr]) -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = socket.local_addr().unwrap();
        let stands_for = Arc::new(Mutex::new(instances.to_vec()));
        let known = Arc::clone(&stands_for);
        let server = tokio::spawn(async move {
            let mut query = [0; 512];
            while let Ok((length, asker)) = socket.recv_from(&mut query).await {
                let instances = known.lock().unwrap_or_else(PoisonError::into_inner).clone();
                if let Some(answer) = answer(&query[..length], &instances) {
                    let _ = socket.send_to(&answer, asker).await;
                }
            }
        });
        Self {
            address,
            stands_for,
            server,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on the name stands for these.
    pub(crate) fn stand_for(&self, instances: &[Ipv4Addr]) {
        *self.stands_for.lock().unwrap() = instances.to_vec();
    }
}

impl Drop for Names {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// The question again, and an address record for each instance; without any, that there is no such name.
fn answer(query: &[u8], instances: &[Ipv4Addr]) -> Option<Vec<u8>> {
    let name_len = query
        .get(HEADER_LEN..)?
        .iter()
        .position(|byte| *byte == 0)?
        + 1;
    let question = query.get(HEADER_LEN..HEADER_LEN + name_len + KIND_LEN)?;
    let mut answer = query[..2].to_vec();
    let outcome = if instances.is_empty() { 3 } else { 0 };
    // An answer, with recursion wanted and had.
    answer.extend([0x81, 0x80 | outcome]);
    let count = u16::try_from(instances.len()).ok()?;
    for count in [1, count, 0, 0] {
        answer.extend(count.to_be_bytes());
    }
    answer.extend(question);
    for instance in instances {
        // The name is the one at the question's place; the record is an address of the internet.
        answer.extend([0xc0, 0x0c, 0, 1, 0, 1]);
        answer.extend(KEPT_S.to_be_bytes());
        answer.extend([0, 4]);
        answer.extend(instance.octets());
    }
    Some(answer)
}
