//! A process behind the proxy: its address, its requests in flight, and a processor that may be stopped between them.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use rustix::process::{Pid, Signal, kill_process};

use super::locked;

/// One process.
#[derive(Debug)]
pub(crate) struct Backend {
    address: SocketAddr,
    process: Pid,
    work: Mutex<Work>,
    naps: AtomicU32,
}

#[derive(Debug)]
struct Work {
    in_hand: u32,
    may_sleep: bool,
}

/// A request that a process has in hand.
#[derive(Debug)]
pub(super) struct InHand(Arc<Backend>);

impl Backend {
    /// A process that is starting, and has its processor.
    pub(crate) fn new(address: SocketAddr, process: u32) -> Arc<Self> {
        let process = i32::try_from(process).ok().and_then(Pid::from_raw);
        Arc::new(Self {
            address,
            process: process.unwrap(),
            work: Mutex::new(Work {
                in_hand: 0,
                may_sleep: false,
            }),
            naps: AtomicU32::new(0),
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// How often its processor stood still.
    pub(crate) fn naps(&self) -> u32 {
        self.naps.load(Ordering::Relaxed)
    }

    /// From now on its processor stands still while nothing is in hand.
    pub(crate) fn let_sleep(&self) {
        let mut work = locked(&self.work);
        work.may_sleep = true;
        if work.in_hand == 0 {
            self.sleep();
        }
    }

    /// It has its processor to its end.
    pub(crate) fn wake_for_good(&self) {
        let mut work = locked(&self.work);
        if std::mem::take(&mut work.may_sleep) {
            self.signal(Signal::CONT);
        }
    }

    pub(super) fn take_in_hand(self: &Arc<Self>) -> InHand {
        let mut work = locked(&self.work);
        work.in_hand += 1;
        if work.may_sleep && work.in_hand == 1 {
            self.signal(Signal::CONT);
        }
        InHand(Arc::clone(self))
    }

    fn sleep(&self) {
        self.naps.fetch_add(1, Ordering::Relaxed);
        self.signal(Signal::STOP);
    }

    fn signal(&self, signal: Signal) {
        // An error says that it has ended by itself.
        let _ = kill_process(self.process, signal);
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        let mut work = locked(&self.0.work);
        work.in_hand -= 1;
        if work.may_sleep && work.in_hand == 0 {
            self.0.sleep();
        }
    }
}
