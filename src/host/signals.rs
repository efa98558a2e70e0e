//! Signals: those that end the process in order, one that changes the level of the log, and those that change nothing.
//!
//! What a signal does by default, ending the process on the spot, is right for none that is caught here.
//! `docs/operations/process.md` has the same table.

use std::fs;
use std::future::poll_fn;
use std::io;
use std::task::Poll;
use std::time::{Duration, Instant};

use rustix::process::Signal as SignalNumber;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::process::logs;

/// Signals that ask for the end.
const ENDING: [(&str, SignalNumber); 5] = [
    ("SIGTERM", SignalNumber::TERM),
    ("SIGINT", SignalNumber::INT),
    // A terminal that is closed; and what reloads the settings of other servers, which a restart does here.
    ("SIGHUP", SignalNumber::HUP),
    ("SIGQUIT", SignalNumber::QUIT),
    // The soft limit of processor time. At the hard one the system kills.
    ("SIGXCPU", SignalNumber::XCPU),
];

/// Signals that change nothing: another program's conventions, timers we never set, and a file that may grow no further,
/// which the write that failed reports.
const IGNORED: [(&str, SignalNumber); 6] = [
    ("SIGUSR2", SignalNumber::USR2),
    ("SIGALRM", SignalNumber::ALARM),
    ("SIGVTALRM", SignalNumber::VTALARM),
    ("SIGPROF", SignalNumber::PROF),
    ("SIGIO", SignalNumber::IO),
    ("SIGXFSZ", SignalNumber::XFSZ),
];

/// The signal that has the log show more, or what it showed before.
const LEVEL: (&str, SignalNumber) = ("SIGUSR1", SignalNumber::USR1);

/// Between two lines about the same ignored signal. A log that has come to its size limit gets one for every line.
const SAY_AGAIN: Duration = Duration::from_mins(1);

/// Receives the signals of this process.
#[derive(Debug)]
pub(crate) struct Signals {
    ending: Vec<(&'static str, Signal)>,
    ignored: Vec<IgnoredSignal>,
    level: Signal,
}

#[derive(Debug)]
struct IgnoredSignal {
    name: &'static str,
    signal: Signal,
    said: Option<Instant>,
}

impl Signals {
    /// Begins to receive them, instead of ending at them.
    pub(crate) fn listen() -> io::Result<Self> {
        let mut ending = Vec::new();
        for (name, number) in ENDING {
            // Whoever starts a process by `nohup` wants it to outlive the terminal.
            if number != SignalNumber::HUP || !was_ignored_before(number) {
                ending.push((name, receive(number)?));
            }
        }
        let mut ignored = Vec::new();
        for (name, number) in IGNORED {
            let signal = receive(number)?;
            ignored.push(IgnoredSignal {
                name,
                signal,
                said: None,
            });
        }
        Ok(Self {
            ending,
            ignored,
            level: receive(LEVEL.1)?,
        })
    }

    /// Waits for a signal that asks for the end, and returns its name. Meanwhile changes the level of the log when told to,
    /// and logs those that change nothing.
    pub(crate) async fn next_end(&mut self) -> &'static str {
        poll_fn(|context| {
            while let Poll::Ready(Some(())) = self.level.poll_recv(context) {
                logs::toggle_debug();
            }
            for ignored in &mut self.ignored {
                while let Poll::Ready(Some(())) = ignored.signal.poll_recv(context) {
                    ignored.say();
                }
            }
            for (name, signal) in &mut self.ending {
                if let Poll::Ready(Some(())) = signal.poll_recv(context) {
                    return Poll::Ready(*name);
                }
            }
            Poll::Pending
        })
        .await
    }
}

impl IgnoredSignal {
    fn say(&mut self) {
        if self.said.is_none_or(|said| said.elapsed() >= SAY_AGAIN) {
            self.said = Some(Instant::now());
            tracing::warn!(
                signal = self.name,
                "{} changes nothing here; SIGTERM ends the process",
                self.name
            );
        }
    }
}

/// Waits until the process is asked to end.
#[cfg(feature = "sqlite")]
pub(crate) async fn interrupted() {
    match Signals::listen() {
        Ok(mut signals) => drop(signals.next_end().await),
        Err(_) => std::future::pending().await,
    }
}

fn receive(number: SignalNumber) -> io::Result<Signal> {
    signal(SignalKind::from_raw(number.as_raw()))
}

/// Tells whether the process was started with this signal ignored. Only Linux says.
fn was_ignored_before(number: SignalNumber) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let masks = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = masks.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & (1 << (number.as_raw() - 1)) != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_says_of_each_signal_what_becomes_of_it() {
        let manual = include_str!("../../docs/operations/process.md");
        let said = |name: &str, what: &str| {
            let mut rows = manual.lines().filter(|line| line.starts_with('|'));
            rows.any(|row| row.contains(name) && row.contains(what))
        };
        for (name, _) in ENDING {
            assert!(said(name, "ends in order"), "{name}");
        }
        for (name, _) in IGNORED {
            assert!(said(name, "nothing but a line"), "{name}");
        }
        assert!(said(LEVEL.0, "`debug`"), "{}", LEVEL.0);
    }
}
