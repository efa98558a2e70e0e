//! Encoders of bodies, whole or in parts.

use std::cell::RefCell;
use std::io::{self, Write as _};

use axum::body::{Body, Bytes, to_bytes};
use flate2::write::GzEncoder;
use flate2::{Compress, Compression, FlushCompress, Status};
use tokio::sync::OwnedSemaphorePermit;
use zstd::bulk::Compressor as BulkCompressor;
use zstd::stream::write::Encoder as ZstdEncoder;

use crate::content_encoding::ContentEncoding;

/// Levels that take about as long for a page as rendering it.
const ZSTD_LEVEL: i32 = 1;
const GZIP_LEVEL: u32 = 2;
/// The window of an encoder: what a repetition may be apart, as a power of two.
const WINDOW_BITS: u8 = 15;
/// What gzip adds to a text, with room for a block's header.
const HEADER_AND_TRAILER: usize = 64;
/// Bytes of compressed text that are gathered before they are sent, unless the text ends.
const CHUNK_BYTES: usize = 8 * 1_024;

thread_local! {
    // An encoder is some hundred kilobytes, and to make one takes a third of the time a page takes. Each worker
    // thread keeps one of each kind.
    static ZSTD: RefCell<Option<BulkCompressor<'static>>> = const { RefCell::new(None) };
    static GZIP: RefCell<Option<Compress>> = const { RefCell::new(None) };
}

/// Compresses a body that is at hand as a whole.
pub(super) async fn whole(body: Body, encoding: ContentEncoding) -> Result<Bytes, axum::Error> {
    let plain = to_bytes(body, usize::MAX).await?;
    let compressed = match encoding {
        ContentEncoding::Zstd => ZSTD.with_borrow_mut(|kept| zstd_whole(&plain, kept)),
        ContentEncoding::Gzip | ContentEncoding::Brotli => {
            GZIP.with_borrow_mut(|kept| gzip_whole(&plain, kept))
        }
    };
    compressed.map(Bytes::from).map_err(axum::Error::new)
}

fn zstd_whole(plain: &[u8], kept: &mut Option<BulkCompressor<'static>>) -> io::Result<Vec<u8>> {
    let encoder = match kept {
        Some(encoder) => encoder,
        None => kept.insert(BulkCompressor::new(ZSTD_LEVEL)?),
    };
    encoder.compress(plain)
}

fn gzip_whole(plain: &[u8], kept: &mut Option<Compress>) -> io::Result<Vec<u8>> {
    let level = Compression::new(GZIP_LEVEL);
    let encoder = kept.get_or_insert_with(|| Compress::new_gzip(level, WINDOW_BITS));
    encoder.reset();
    let mut written = Vec::with_capacity(plain.len() / 2);
    loop {
        let read = usize::try_from(encoder.total_in()).unwrap_or(usize::MAX);
        let rest = plain.get(read..).unwrap_or_default();
        let status = encoder.compress_vec(rest, &mut written, FlushCompress::Finish)?;
        if status == Status::StreamEnd {
            return Ok(written);
        }
        written.reserve(plain.len() / 2 + HEADER_AND_TRAILER);
    }
}

/// Compresses a body that comes in parts.
pub(super) struct Encoder {
    kind: EncoderKind,
    _permit: OwnedSemaphorePermit,
}

enum EncoderKind {
    Zstd(ZstdEncoder<'static, Vec<u8>>),
    Gzip(GzEncoder<Vec<u8>>),
}

impl Encoder {
    /// Makes an encoder; none where there is no memory for it.
    pub(super) fn new(encoding: ContentEncoding, permit: OwnedSemaphorePermit) -> Option<Self> {
        let kind = match encoding {
            ContentEncoding::Zstd => {
                let mut encoder = ZstdEncoder::new(Vec::new(), ZSTD_LEVEL).ok()?;
                encoder.window_log(WINDOW_BITS.into()).ok()?;
                EncoderKind::Zstd(encoder)
            }
            ContentEncoding::Gzip | ContentEncoding::Brotli => {
                let level = Compression::new(GZIP_LEVEL);
                EncoderKind::Gzip(GzEncoder::new(Vec::new(), level))
            }
        };
        Some(Self {
            kind,
            _permit: permit,
        })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.kind {
            EncoderKind::Zstd(encoder) => encoder.write_all(bytes),
            EncoderKind::Gzip(encoder) => encoder.write_all(bytes),
        }
    }

    /// Takes what has been compressed, once it is worth a chunk.
    pub(super) fn chunk(&mut self) -> Option<Bytes> {
        let written = match &mut self.kind {
            EncoderKind::Zstd(encoder) => encoder.get_mut(),
            EncoderKind::Gzip(encoder) => encoder.get_mut(),
        };
        (written.len() >= CHUNK_BYTES).then(|| std::mem::take(written).into())
    }

    pub(super) fn finish(self) -> io::Result<Bytes> {
        let written = match self.kind {
            EncoderKind::Zstd(encoder) => encoder.finish(),
            EncoderKind::Gzip(encoder) => encoder.finish(),
        };
        written.map(Bytes::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hardly_compresses_is_whole_in_either_encoding() {
        let mut state = 1_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        };
        let plain: Vec<u8> = (0..20_000).map(|_| noise()).collect();
        for _ in 0..2 {
            let packed = GZIP
                .with_borrow_mut(|kept| gzip_whole(&plain, kept))
                .unwrap();
            let mut read = Vec::new();
            let mut decoder = flate2::read::GzDecoder::new(&*packed);
            std::io::Read::read_to_end(&mut decoder, &mut read).unwrap();
            assert_eq!(read, plain);
            let packed = ZSTD.with_borrow_mut(|kept| zstd_whole(&plain, kept));
            assert_eq!(zstd::decode_all(&*packed.unwrap()).unwrap(), plain);
        }
    }
}
