//! How many streams are open, and no more than the operator allows: together, and of one client.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::WebError;

/// Streams one client may have however few there are in all: a household behind one address.
const OF_ONE_LEAST: usize = 64;

/// The open streams.
#[derive(Clone, Debug, Default)]
pub(crate) struct Streams(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// One open stream; dropping it makes room for another.
#[derive(Debug)]
pub(crate) struct StreamSlot {
    streams: Streams,
    client: IpAddr,
}

impl Streams {
    /// Counts the open streams.
    pub(crate) fn open(&self) -> usize {
        self.held().values().sum()
    }

    /// Takes a place among `most`, of which one client may have half: nobody takes live news from all.
    pub(crate) fn take(&self, most: usize, client: IpAddr) -> Result<StreamSlot, WebError> {
        let mut open = self.held();
        let all: usize = open.values().sum();
        let of_client = open.get(&client).copied().unwrap_or(0);
        if all >= most || of_client >= (most / 2).max(OF_ONE_LEAST) {
            return Err(WebError::TooManyStreams);
        }
        open.insert(client, of_client + 1);
        Ok(StreamSlot {
            streams: self.clone(),
            client,
        })
    }

    fn held(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        // Counts are whole after every step, also after a panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for StreamSlot {
    fn drop(&mut self) {
        let mut open = self.streams.held();
        if let Some(of_client) = open.get_mut(&self.client) {
            *of_client -= 1;
            if *of_client == 0 {
                open.remove(&self.client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn one_client_leaves_half_of_the_streams_to_others() {
        let (greedy, other) = (client(1), client(2));
        let streams = Streams::default();
        let most = 4 * OF_ONE_LEAST;
        let mut taken = Vec::new();
        while let Ok(slot) = streams.take(most, greedy) {
            taken.push(slot);
        }
        assert_eq!(taken.len(), most / 2);
        let slot = streams.take(most, other).unwrap();
        assert_eq!(streams.open(), most / 2 + 1);
        drop((taken, slot));
        assert_eq!(streams.open(), 0);
        assert!(streams.held().is_empty(), "nobody is remembered");
    }

    #[test]
    fn together_there_are_no_more_than_the_operator_allows() {
        let streams = Streams::default();
        let taken: Vec<_> = (1..=3)
            .map(|number| streams.take(2, client(number)))
            .collect();
        assert!(matches!(&taken[..], [Ok(_), Ok(_), Err(_)]), "{taken:?}");
    }

    fn client(number: u8) -> IpAddr {
        Ipv4Addr::new(198, 51, 100, number).into()
    }
}
