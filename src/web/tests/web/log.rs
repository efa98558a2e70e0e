//! Everything the process logs, for a test to read.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use tracing::Level;
use tracing::subscriber::DefaultGuard;

/// What this thread logs, at the most talkative level, for as long as this lives.
#[derive(Debug)]
pub(crate) struct Log {
    written: Ink,
    _listening: DefaultGuard,
}

impl Log {
    pub(crate) fn listen() -> Self {
        let written = Ink::default();
        let ink = written.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(Level::TRACE)
            .with_ansi(false)
            .with_writer(move || ink.clone())
            .finish();
        Self {
            written,
            _listening: tracing::subscriber::set_default(subscriber),
        }
    }

    /// What was logged since this was asked last.
    pub(crate) fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.written.0.lock().expect("no logger panics"))
    }
}

#[derive(Clone, Debug, Default)]
struct Ink(Arc<Mutex<Vec<u8>>>);

impl Write for Ink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no logger panics").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
