//! The place a journal takes, and what is left beside it.

/// What a journal takes of the place it is kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiskUse {
    /// Bytes the journal takes.
    pub bytes: u64,
    /// Bytes that are free on its disk, where this process can see the disk.
    pub free_bytes: Option<u64>,
    /// Bytes of its disk, where this process can see the disk.
    pub disk_bytes: Option<u64>,
}
