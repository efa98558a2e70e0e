//! What must be true of a process wherever it runs.

mod asking;
mod ending;
mod sleeping;
mod starting;
mod story;
mod streams;

pub use asking::address_scheme_and_request_id_are_what_the_proxy_says;
pub use ending::an_end_without_a_drain_loses_nothing_acknowledged;
pub use sleeping::a_story_is_told_while_the_processor_sleeps_between_requests;
pub use starting::the_port_answers_in_time_while_fifty_megabytes_come_back;
pub use story::a_story_outlives_two_deploys_and_a_crash;
pub use streams::{
    a_live_stream_is_never_silent_for_long, a_live_stream_says_goodbye_before_it_is_cut,
};

use std::io::{self, Write as _};
use std::time::{SystemTime, UNIX_EPOCH};

/// Another number for every run, told with the figures.
pub(crate) fn fresh_seed() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    now.as_secs()
}

/// Past the test runner's capture: the figures are to be seen when a test passes, too.
pub(crate) fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
