//! Ports for programs that are told a number and listen there later.

use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

/// Below those that systems give to the outgoing ends of connections: none of these takes a port between its choice and its
/// use.
const PORTS: Range<u32> = 15_000..30_000;

/// How far processes whose ids follow each other begin to choose from one another.
const APART: u32 = 97;

/// Returns a port at which nobody listens, at any address of this machine, and which this process was not given before.
///
/// # Panics
///
/// If there is none.
pub fn free_port() -> u16 {
    static TURN: AtomicU32 = AtomicU32::new(0);
    let number = PORTS.end - PORTS.start;
    let first = process::id().wrapping_mul(APART) % number;
    let mut tried = (0..number).map(|_| {
        let turn = TURN.fetch_add(1, Ordering::Relaxed) % number;
        PORTS.start + (first + turn) % number
    });
    let free = tried.find_map(|port| {
        let port = u16::try_from(port).ok()?;
        let held = TcpListener::bind((Ipv4Addr::UNSPECIFIED, port));
        held.is_ok().then_some(port)
    });
    free.expect("there is a free port")
}
