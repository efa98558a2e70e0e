//! Claims about the whole router: every request goes the way a browser's or a program's would.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod addresses;
mod asking;
mod bad_input;
mod bearer;
mod changes;
mod compressed;
mod doors;
mod flood;
mod hosts;
mod in_secret;
mod invited;
mod limits;
mod live;
mod lost_news;
mod made_for;
mod old_seats;
mod openapi;
mod operation;
mod pasted;
mod phrase;
mod pictures;
mod planted;
mod polling;
mod presence;
mod readers;
mod request_id;
mod rotation;
mod secrets;
mod shared;
mod sockets;
mod told_apart;
mod tv;
mod ways_on;

mod client;
mod drawings;
mod fixtures;
mod follower;
mod log;
mod news;
mod plain;
mod server;
mod socket_client;
