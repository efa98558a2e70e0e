//! The memory that this process may take, and how many clients fit it.
//!
//! What clients can make the process hold is bounded: connections, and requests in flight. Both bounds follow from the
//! memory limit of the container, so that whatever clients do, base + connections × the most that one takes + requests
//! stays below it. `docs/scaling.md` has the arithmetic.

mod cgroup;

pub(crate) use cgroup::memory_limit;

/// The most event streams where memory sets no lower limit.
pub(crate) const STREAMS_MAX: usize = 10_000;

/// Bytes of a process with full caches of tables and of the journal's pages, and neither connections nor requests.
const BASE_BYTES: usize = 96 * 1_024 * 1_024;

/// Bytes that one connection takes at most, beside its requests: its task, its buffers and a header.
const CONNECTION_BYTES_MAX: usize = 32 * 1_024;

/// One of so many parts of the memory is for requests in flight.
const REQUESTS_SHARE: usize = 8;

/// The memory for requests in flight where the process has no limit.
const REQUESTS_BYTES: usize = 128 * 1_024 * 1_024;

/// The least and the most connections beyond the live streams: pages, health checks, metrics.
const BESIDE_LEAST: usize = 128;
const BESIDE_MOST: usize = 1_000;

/// Returns how many live streams fit a process that may take so many bytes, whatever its clients do.
pub(crate) fn streams_within(memory_bytes: usize) -> usize {
    let for_connections = memory_bytes
        .saturating_sub(BASE_BYTES)
        .saturating_sub(requests_bytes(Some(memory_bytes)));
    let connections = for_connections / CONNECTION_BYTES_MAX;
    // Of a few connections one in five is for something else, of many a thousand are.
    let streams = (connections / 5 * 4).max(connections.saturating_sub(BESIDE_MOST));
    streams.clamp(BESIDE_LEAST, STREAMS_MAX)
}

/// Returns how many connections there may be where so many are live streams.
pub(crate) fn connections_max(streams_max: usize) -> usize {
    streams_max + (streams_max / 4).clamp(BESIDE_LEAST, BESIDE_MOST)
}

/// Returns how many bytes requests in flight may take together.
pub(crate) fn requests_bytes(memory_bytes: Option<usize>) -> usize {
    memory_bytes.map_or(REQUESTS_BYTES, |bytes| bytes / REQUESTS_SHARE)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: usize = 1_024 * 1_024;

    #[test]
    fn what_clients_may_take_together_fits_the_memory_there_is() {
        for mib in [192, 256, 320, 512, 600, 1_024, 4_096] {
            let memory = mib * MIB;
            let streams = streams_within(memory);
            let connections = connections_max(streams) * CONNECTION_BYTES_MAX;
            let worst = BASE_BYTES + connections + requests_bytes(Some(memory));
            assert!(worst <= memory, "{worst} of {mib} MiB, {streams} streams");
        }
    }

    #[test]
    fn the_documented_containers_carry_their_streams() {
        assert_eq!(streams_within(256 * MIB), 3_276);
        assert_eq!(streams_within(512 * MIB), STREAMS_MAX);
        assert_eq!(streams_within(64 * MIB), BESIDE_LEAST);
    }
}
