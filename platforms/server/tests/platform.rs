//! What must be true on one host, with a disk that lasts.

use platform_sim::{PlatformTerms, Store};

fn place(store: Store) -> PlatformTerms {
    platform_sim::host(env!("CARGO_BIN_EXE_arcane-codex"), store)
}

platform_sim::suite!(Store::disk, Store::disk, place);

platform_sim::suite!(Store::disk, place: a_live_stream_is_never_silent_for_long);
