//! One open websocket: queue what is to be sent, report what comes in, notice when it is over.
//!
//! Sending and receiving are driven by one poll, so there is no task and no lock, and a pong the library queues for
//! the server never sits unflushed.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::{Sink, Stream as _};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Error as WebSocketError, Message};

use super::{BoxedStream, plain};
use crate::proto::session::{CLOSE_ABNORMAL, Fragment, Input};

/// RFC 6455: a close frame without a code.
const CLOSE_NO_STATUS: u16 = 1005;

/// An open websocket.
pub struct WebSocket {
    socket: WebSocketStream<BoxedStream>,
    /// Something may be unwritten.
    dirty: bool,
    /// The session waits to hear that its batch is with the socket.
    reports_flush: bool,
    closing: bool,
    failed: Option<WebSocketError>,
}

impl WebSocket {
    pub(super) fn new(socket: WebSocketStream<BoxedStream>) -> Self {
        Self { socket, dirty: false, reports_flush: false, closing: false, failed: None }
    }

    /// Queues a message of text, or a fragment of one (RFC 6455, 5.4).
    pub(crate) fn write(&mut self, Fragment { bytes, is_first, is_last }: Fragment) {
        self.reports_flush = true;
        let kind = if is_first { Data::Text } else { Data::Continue };
        self.queue(Message::Frame(Frame::message(bytes, OpCode::Data(kind), is_last)));
    }

    /// Queues a ping behind everything written before.
    pub(crate) fn ping(&mut self, payload: Vec<u8>) {
        self.queue(Message::Ping(payload.into()));
    }

    /// Queues a close frame.
    pub(crate) fn close(&mut self, code: u16) {
        self.closing = true;
        self.queue(Message::Close(Some(CloseFrame { code: code.into(), reason: "".into() })));
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.closing
    }

    /// The next thing that happens. Safe to drop and call again: nothing is lost in between.
    pub(crate) async fn next(&mut self) -> Input {
        poll_fn(|context| self.poll_next(context)).await
    }

    /// Stays until the close handshake is over.
    pub(crate) async fn linger(mut self) {
        while !matches!(self.next().await, Input::LinkClosed { .. } | Input::LinkFailed { .. }) {}
    }

    fn queue(&mut self, message: Message) {
        self.dirty = true;
        if let Err(error) = Pin::new(&mut self.socket).start_send(message) {
            self.failed = Some(error);
        }
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Input> {
        if let Some(error) = self.failed.take() {
            return Poll::Ready(failed(&error));
        }
        if let Poll::Ready(Some(input)) = self.poll_flush(context) {
            return Poll::Ready(input);
        }
        loop {
            let Poll::Ready(received) = Pin::new(&mut self.socket).poll_next(context) else {
                return Poll::Pending;
            };
            match received {
                None => return Poll::Ready(closed(CLOSE_ABNORMAL, String::new())),
                Some(Err(error)) => return Poll::Ready(failed(&error)),
                Some(Ok(message)) => {
                    if let Some(input) = self.received(message, context) {
                        return Poll::Ready(input);
                    }
                }
            }
        }
    }

    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<Option<Input>> {
        if !self.dirty {
            return Poll::Ready(None);
        }
        match Pin::new(&mut self.socket).poll_flush(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Err(error)) if !self.closing => Poll::Ready(Some(failed(&error))),
            Poll::Ready(_) => {
                self.dirty = false;
                Poll::Ready(std::mem::take(&mut self.reports_flush).then_some(Input::LinkFlushed))
            }
        }
    }

    fn received(&mut self, message: Message, context: &mut Context<'_>) -> Option<Input> {
        match message {
            Message::Text(text) => Some(Input::LinkMessage(text.as_str().to_owned())),
            Message::Binary(_) => Some(Input::LinkBinary),
            Message::Pong(payload) => Some(Input::LinkPong(payload.to_vec())),
            Message::Ping(_) | Message::Frame(_) => {
                self.flush_answer(context);
                None
            }
            Message::Close(frame) => {
                self.flush_answer(context);
                let (code, reason) = frame.map_or((CLOSE_NO_STATUS, String::new()), |frame| {
                    (frame.code.into(), frame.reason.as_str().to_owned())
                });
                Some(closed(code, reason))
            }
        }
    }

    /// The library has queued a pong or a close frame of its own. While a batch is on its way the next poll flushes both,
    /// and reports; an error shows at the next read.
    fn flush_answer(&mut self, context: &mut Context<'_>) {
        self.dirty = self.reports_flush
            || !matches!(Pin::new(&mut self.socket).poll_flush(context), Poll::Ready(Ok(())));
    }
}

fn failed(error: &WebSocketError) -> Input {
    Input::LinkFailed { reason: plain::websocket_error(error), terminal: None, retry_after: None }
}

fn closed(code: u16, reason: String) -> Input {
    Input::LinkClosed { code, reason }
}
