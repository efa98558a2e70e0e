//! Everything a test's thread logs, for the test to read.

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::OnceLock;

use tracing::Subscriber;
use tracing_subscriber::filter::dynamic_filter_fn;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::registry;

thread_local! {
    /// What was logged while somebody listens.
    static WRITTEN: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// What this thread logs, at the most talkative level, for as long as this lives. One subscriber serves all threads:
/// with one for each, a line first logged while another thread listened to nothing could be left out for good.
#[derive(Debug)]
pub(crate) struct Log(());

impl Log {
    pub(crate) fn listen() -> Self {
        static SUBSCRIBED: OnceLock<()> = OnceLock::new();
        SUBSCRIBED.get_or_init(|| {
            tracing::subscriber::set_global_default(subscriber())
                .expect("nobody else subscribes to this process");
        });
        WRITTEN.set(Some(Vec::new()));
        Self(())
    }

    /// What was logged since this was asked last.
    #[expect(clippy::unused_self, reason = "only who listens may ask")]
    pub(crate) fn take(&self) -> Vec<u8> {
        WRITTEN.replace(Some(Vec::new())).unwrap_or_default()
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        WRITTEN.set(None);
    }
}

fn subscriber() -> impl Subscriber {
    let listened_to = dynamic_filter_fn(|_, _| WRITTEN.with_borrow(Option::is_some));
    let lines = fmt::layer().with_ansi(false).with_writer(|| Ink);
    registry().with(lines.with_filter(listened_to))
}

struct Ink;

impl Write for Ink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        WRITTEN.with_borrow_mut(|written| {
            if let Some(written) = written {
                written.extend_from_slice(bytes);
            }
        });
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
