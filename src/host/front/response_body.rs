//! The body of a response, which keeps its request in flight until the last of it has been written.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use hyper::body::{Buf, Bytes, Frame, SizeHint};

use super::activity::RequestInFlight;

/// The body of a response. It notes whether the application or the peer is waited for.
pub(super) struct ResponseBody {
    body: Body,
    request: Arc<RequestInFlight>,
}

impl ResponseBody {
    pub(super) fn new(body: Body, request: RequestInFlight) -> Self {
        request.awaits_application(false);
        Self {
            body,
            request: Arc::new(request),
        }
    }
}

impl HttpBody for ResponseBody {
    type Data = BodyPart;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<BodyPart>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if polled.is_pending() {
            self.request.awaits_application(true);
        }
        let part = |bytes| BodyPart::new(bytes, Arc::clone(&self.request));
        polled.map(|frame| frame.map(|frame| frame.map(|frame| frame.map_data(part))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A part of a body. The connection drops it once it has been written.
pub(super) struct BodyPart {
    bytes: Bytes,
    request: Arc<RequestInFlight>,
}

impl BodyPart {
    fn new(bytes: Bytes, request: Arc<RequestInFlight>) -> Self {
        request.gives();
        Self { bytes, request }
    }
}

impl Drop for BodyPart {
    fn drop(&mut self) {
        self.request.written();
    }
}

impl Buf for BodyPart {
    fn remaining(&self) -> usize {
        self.bytes.remaining()
    }

    fn chunk(&self) -> &[u8] {
        self.bytes.chunk()
    }

    fn advance(&mut self, count: usize) {
        self.bytes.advance(count);
        // To write a part of a large piece is progress, too.
        self.request.advances();
    }
}
