//! What the log says when tables are refused because too many are in use, and by whom they were opened.

use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use lru::LruCache;
use service::{OccupancyReport, OpenerTag, ServiceError};

use crate::AppState;
use crate::address_limit::SITE_BITS;
use crate::client_ip::ClientAddress;
use crate::log_throttle::LogThrottle;

/// Openers whose networks are remembered at most, for the log. The journal knows them by their tags alone.
const OPENERS_MAX: NonZeroUsize = NonZeroUsize::new(1_000).expect("not zero");

/// Says now and then in the log that tables are refused.
pub(crate) struct OpeningLog {
    /// The networks of those who asked for a table here lately.
    openers: Mutex<LruCache<OpenerTag, IpAddr>>,
    full: LogThrottle,
    share_taken: LogThrottle,
}

impl fmt::Debug for OpeningLog {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("OpeningLog").finish_non_exhaustive()
    }
}

impl Default for OpeningLog {
    fn default() -> Self {
        Self {
            openers: Mutex::new(LruCache::new(OPENERS_MAX)),
            full: LogThrottle::default(),
            share_taken: LogThrottle::default(),
        }
    }
}

impl OpeningLog {
    /// Remembers who asks for a table, so that the log can name it if need be. Returns the tag of its tables.
    pub(crate) fn opener(&self, app: &AppState, client: ClientAddress) -> Option<OpenerTag> {
        let tag = app.keys.opener(client)?;
        let mut openers = self.openers.lock().unwrap_or_else(PoisonError::into_inner);
        openers.put(tag, client.site());
        Some(tag)
    }

    /// Logs that a table was refused because too many are in use, once a minute at most.
    pub(crate) async fn note(&self, app: &AppState, client: ClientAddress, error: &ServiceError) {
        let is_full = matches!(error, ServiceError::Full);
        if !is_full && !matches!(error, ServiceError::ShareTaken { .. }) {
            return;
        }
        let throttle = if is_full {
            &self.full
        } else {
            &self.share_taken
        };
        let Some(refused) = throttle.due() else {
            return;
        };
        let report = match app.tables.occupancy.report().await {
            Ok(report) => report,
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(
                    refused,
                    error,
                    "tables are refused; nobody can say by whom they are taken"
                );
                return;
            }
        };
        let OccupancyReport {
            in_use, tables_max, ..
        } = report;
        let openers = self.named(&report.openers);
        if is_full {
            tracing::warn!(
                refused,
                in_use,
                tables_max,
                openers,
                "all tables are in use and new ones are refused: raise MAX_CONCURRENT_GAMES, or lower CLIENT_SHARE_PERCENT"
            );
        } else {
            let client = shown(client.site());
            tracing::warn!(
                refused,
                in_use,
                tables_max,
                openers,
                client,
                "a client has opened its share of the tables and is refused more: see CLIENT_SHARE_PERCENT, and \
                 TRUSTED_PROXY_HOPS if this is the address of a proxy"
            );
        }
    }

    /// Names those who opened the most tables: by network where it is known here, and otherwise by their tag.
    fn named(&self, openers: &[(Option<OpenerTag>, u64)]) -> String {
        let known = self.openers.lock().unwrap_or_else(PoisonError::into_inner);
        let named = openers.iter().map(|(tag, count)| match tag {
            Some(tag) => match known.peek(tag) {
                Some(network) => format!("{}: {count}", shown(*network)),
                None => format!("client {tag}: {count}"),
            },
            None => format!("unknown: {count}"),
        });
        named.collect::<Vec<_>>().join(", ")
    }
}

/// A client's network as operators write it.
fn shown(site: IpAddr) -> String {
    match site {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(network) => format!("{network}/{SITE_BITS}"),
    }
}
