//! One gzip member made of blocks that are compressed apart from each other (RFC 1951, RFC 1952).
//!
//! A block refers to nothing before it and ends at a byte's end, so that blocks can stand in any member in any order.
//! A stream keeps no window of what it has sent: 12 bytes instead of 32 KiB and more. What that costs is the
//! likeness between one event and the next; events that hold only what changed have little of it.

use std::cell::RefCell;

use axum::body::Bytes;
use crc32fast::Hasher;
use flate2::{Compress, Compression, FlushCompress};

/// A header without a name or a time, from an unknown system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// An empty block that is the last one.
const END: [u8; 2] = [0x03, 0x00];
/// Bytes up to which a block is stored as it is: to compress so little saves less than it costs.
const STORED_MAX: u16 = 192;

/// The quickest level that chooses codes by the text.
const LEVEL: u32 = 2;

thread_local! {
    // A compressor is some hundred kilobytes; each worker thread keeps one.
    static COMPRESS: RefCell<Compress> =
        RefCell::new(Compress::new(Compression::new(LEVEL), false));
}

/// A piece of a deflate stream that ends at a byte's end.
#[derive(Debug)]
pub(crate) struct Block {
    pub(super) bytes: Bytes,
    /// The checksum of what it holds.
    crc: u32,
    /// The number of bytes it holds, uncompressed.
    len: u64,
}

impl Block {
    pub(super) fn of(plain: &[u8]) -> Self {
        let bytes = if let Ok(len @ ..=STORED_MAX) = u16::try_from(plain.len()) {
            stored(plain, len)
        } else {
            COMPRESS.with_borrow_mut(|compress| deflated(plain, compress))
        };
        Self {
            bytes: bytes.into(),
            crc: crc32fast::hash(plain),
            len: plain.len() as u64,
        }
    }
}

/// Returns a stored block that is not the last one.
fn stored(plain: &[u8], len: u16) -> Vec<u8> {
    let [low, high] = len.to_le_bytes();
    let mut block = vec![0, low, high, !low, !high];
    block.extend_from_slice(plain);
    block
}

fn deflated(plain: &[u8], compress: &mut Compress) -> Vec<u8> {
    compress.reset();
    // What cannot be compressed is stored, with five bytes for each part.
    let mut block = Vec::with_capacity(plain.len() + plain.len() / 512 + 64);
    loop {
        let read = usize::try_from(compress.total_in()).unwrap_or(usize::MAX);
        let rest = plain.get(read..).unwrap_or_default();
        let before = block.len();
        // Only a compressor that has ended can fail.
        let _ = compress.compress_vec(rest, &mut block, FlushCompress::Full);
        // The flush is complete when there was room for more.
        if block.len() < block.capacity() || block.len() == before {
            return block;
        }
        block.reserve(plain.len() / 2 + 64);
    }
}

/// What a stream keeps of the member it is sending.
#[derive(Debug, Default)]
pub(crate) struct GzipMember {
    is_begun: bool,
    crc: u32,
    /// The number of bytes sent, uncompressed.
    len: u64,
}

impl GzipMember {
    /// Returns the bytes that bring another block.
    pub(super) fn append(&mut self, block: &Block) -> Bytes {
        self.count(block);
        if self.is_begun {
            return block.bytes.clone();
        }
        self.is_begun = true;
        [&HEADER[..], &block.bytes].concat().into()
    }

    /// Returns the bytes that bring the last block and the trailer.
    pub(super) fn finish(&mut self, block: &Block) -> Bytes {
        let last = self.append(block);
        // The trailer's length is counted modulo 2³².
        let len = self.len.to_le_bytes();
        [&last[..], &END, &self.crc.to_le_bytes(), &len[..4]]
            .concat()
            .into()
    }

    fn count(&mut self, block: &Block) {
        let mut crc = Hasher::new_with_initial_len(self.crc, self.len);
        crc.combine(&Hasher::new_with_initial_len(block.crc, block.len));
        self.crc = crc.finalize();
        self.len += block.len;
    }
}
