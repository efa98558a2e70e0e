//! What clients can do to a server in a container with little memory, while others play.
//!
//! `HOSTILE_PERCENT` says how much of each attack is made; `make hostile` makes all of it.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

#[path = "../common/mod.rs"]
mod common;

mod attacks;
mod cgroup;
mod site;
mod tables;

use site::Site;

/// HTTP/2 connections that take nothing of what they ask for.
const DEAF_CONNECTIONS: usize = 100;
/// Connections with a header that does not end.
const ENDLESS_HEADERS: usize = 3_000;
/// Connections that idle.
const IDLE_CONNECTIONS: usize = 11_000;
/// Streams of one seat.
const STREAMS_OF_A_SEAT: usize = 1_000;

#[tokio::test(flavor = "multi_thread")]
async fn responses_that_nobody_takes_leave_the_others_alone() {
    let Some(site) = Site::open("deaf").await else {
        return;
    };
    let attack = attacks::ask_and_take_nothing(site.address(), Site::share(DEAF_CONNECTIONS)).await;
    site.stands("responses nobody takes").await;
    drop(attack);
    site.recovers().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_never_end_leave_the_others_alone() {
    let Some(site) = Site::open("headers").await else {
        return;
    };
    let attack = attacks::begin_headers(site.address(), Site::share(ENDLESS_HEADERS)).await;
    site.stands("headers that do not end").await;
    drop(attack);
    site.recovers().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_connections_than_there_may_be_leave_the_others_alone() {
    let Some(site) = Site::open("idle").await else {
        return;
    };
    let attack = attacks::idle(site.address(), Site::share(IDLE_CONNECTIONS)).await;
    site.stands("connections that idle").await;
    drop(attack);
    site.recovers().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_streams_of_one_seat_leave_the_others_alone() {
    let Some(site) = Site::open("seat").await else {
        return;
    };
    let attack = attacks::watch_and_talk(site.address(), Site::share(STREAMS_OF_A_SEAT)).await;
    site.stands("streams of one seat").await;
    drop(attack);
    site.recovers().await;
}
