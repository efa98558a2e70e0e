//! What must be true on one host, with a disk that lasts.

use contract::{Contract, Store};

fn place(store: Store) -> Contract {
    contract::host(env!("CARGO_BIN_EXE_arcane-codex"), store)
}

contract::suite!(Store::disk, Store::disk, place);

contract::suite!(Store::disk, place: a_live_stream_is_never_silent_for_long);
