//! The two streams: sending, receiving, and repeating what was lost.

use super::frame::{Kind, MAX_PAYLOAD};
use super::{Link, LinkError, PARTS};
use crate::transport::Transport;

/// Bytes that may wait in the queue before `send` waits for the device.
const QUEUE: usize = 1 << 15;
/// Bytes from the device that may wait beyond those that are waited for: far more than any answer has.
const INBOX: usize = 1 << 24;
/// Byte times without progress, on top of the bytes in flight, after which the host asks.
const PATIENCE: u32 = 640;
/// Rounds without progress and without damage after which a device that answers is considered done or stuck.
const ROUNDS: u32 = 16;
/// Rounds without progress after which it is considered stuck whatever it says, and whatever the wire does: far longer
/// than the longest program takes.
const LONGEST: u32 = 256;
/// Least bytes of a full frame.
const LEAST: usize = 64;

impl<T: Transport> Link<T> {
    /// Queues bytes for the device. Sends what fits into whole frames; the rest waits for
    /// [`Link::flush`] or [`Link::receive`]. Waits while much is queued, and meanwhile takes what
    /// the device sends, so that neither side can block the other.
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), LinkError> {
        if self.queue.is_empty() {
            self.news = self.transport.now();
        }
        self.queue.extend(bytes);
        if self.queue.len() >= self.full() {
            self.transmit(false)?;
            self.read(0)?;
            self.acknowledge()?;
        }
        while self.queue.len() > QUEUE {
            self.turn(false, None)?;
        }
        Ok(())
    }

    /// Waits until the device has acknowledged everything that was sent.
    pub fn flush(&mut self) -> Result<(), LinkError> {
        while !self.queue.is_empty() {
            self.turn(true, None)?;
        }
        Ok(())
    }

    /// Waits for `count` bytes from the device and takes them.
    pub fn receive(&mut self, count: usize) -> Result<Vec<u8>, LinkError> {
        self.wait_for(count)?;
        Ok(self.inbox.drain(..count.min(self.inbox.len())).collect())
    }

    /// Waits until `count` bytes have arrived, without taking them.
    pub fn wait_for(&mut self, count: usize) -> Result<(), LinkError> {
        if self.inbox.len() < count {
            self.news = self.transport.now();
            (self.rounds, self.quiet) = (0, 0);
        }
        while self.inbox.len() < count {
            self.turn(true, Some(count))?;
        }
        Ok(())
    }

    /// Sends what may be sent and takes what has arrived, without waiting.
    pub fn poll(&mut self) -> Result<(), LinkError> {
        self.no_flood(0)?;
        self.transmit(true)?;
        self.read(0)?;
        self.acknowledge()
    }

    /// The bytes that have arrived, as one slice; [`Link::consume`] takes them.
    pub fn arrived(&mut self) -> &[u8] {
        self.inbox.make_contiguous()
    }

    /// Takes up to `count` bytes that have arrived.
    pub fn consume(&mut self, count: usize) {
        self.inbox.drain(..count.min(self.inbox.len()));
    }

    /// Fails if far more has arrived than is wanted: bytes that come for ever would count as progress for ever.
    fn no_flood(&self, wanted: usize) -> Result<(), LinkError> {
        let bytes = self.inbox.len();
        if bytes > wanted.saturating_add(INBOX) {
            let device = self.transport.describe();
            return Err(LinkError::Flood { device, bytes });
        }
        Ok(())
    }

    /// One round: send, wait for something, and act if there has been no progress for long.
    fn turn(&mut self, partial: bool, wanted: Option<usize>) -> Result<(), LinkError> {
        self.no_flood(wanted.unwrap_or(0))?;
        self.transmit(partial)?;
        let waited = self.transport.now().saturating_sub(self.news);
        let patience = PATIENCE
            .saturating_add(self.transport.latency())
            .saturating_add(self.flight())
            .saturating_mul(1 << self.rounds.min(4));
        if waited < u64::from(patience) {
            self.read((u64::from(patience) - waited) as u32)?;
            // A frame with bytes acknowledges too.
            self.transmit(partial)?;
            return self.acknowledge();
        }
        self.read(0)?;
        if self.transport.now().saturating_sub(self.news) < waited {
            return self.acknowledge();
        }
        self.no_progress(wanted)
    }

    /// Nothing new for a while: repeats, asks for a repetition and for the status, or gives up.
    fn no_progress(&mut self, wanted: Option<usize>) -> Result<(), LinkError> {
        if self.silent >= self.options.retries {
            return Err(self.no_answer(self.silent, "to get data through"));
        }
        self.give_up_if_done(wanted)?;
        self.rounds += 1;
        self.silent += 1;
        let damage = u64::from(self.decoder.errors) + u64::from(self.info.counters.link_errors);
        self.quiet = if damage == self.damage {
            self.quiet + 1
        } else {
            0
        };
        self.damage = damage;
        self.news = self.transport.now();
        // The delimiter ends a frame whose own was lost.
        self.transport.write(&[0])?;
        self.repeats.give_up();
        self.repeat();
        self.transmit(true)?;
        self.ask_again()?;
        if self.rounds > 2 {
            self.ask_status()?;
        }
        Ok(())
    }

    /// Fails if the device answers but can make no progress any more.
    fn give_up_if_done(&mut self, wanted: Option<usize>) -> Result<(), LinkError> {
        let device = self.transport.describe();
        if self.rounds >= LONGEST {
            return Err(LinkError::Stuck {
                device,
                tries: self.rounds,
                left: self.queue.len(),
            });
        }
        if self.quiet < ROUNDS || self.silent > 1 || self.info.running {
            return Ok(());
        }
        let room = self.limit - self.base;
        match wanted {
            _ if !self.queue.is_empty() => Err(LinkError::Stuck {
                device,
                tries: self.rounds,
                left: self.queue.len(),
            }),
            Some(wanted) if room >= u64::from(self.info.receive_buffer) => Err(LinkError::Idle {
                device,
                wanted,
                got: self.inbox.len(),
                code: self.info.error,
            }),
            _ => Ok(()),
        }
    }

    /// Bytes of a full frame: as many as there may be, but not so many that the device must have taken most of
    /// its buffer before it can make room for the next; fewer when frames of that size do not get through.
    pub(super) fn full(&self) -> usize {
        let part = usize::from(self.info.receive_buffer) / PARTS as usize;
        let whole = part.clamp(LEAST, MAX_PAYLOAD);
        (whole >> self.rounds.min(2)).max(LEAST)
    }

    /// Sends frames up to the device's limit. One that is not full is sent if it is the queue's last and
    /// `partial`, or if the limit cuts it and nothing is in flight: else there will be room for a full one.
    fn transmit(&mut self, partial: bool) -> Result<(), LinkError> {
        let queued = self.base + self.queue.len() as u64;
        let (end, full) = (queued.min(self.limit), self.full());
        let mut wire = Vec::new();
        while self.next < end {
            let count = (end - self.next).min(full as u64) as usize;
            let cut = end < queued;
            if count < full && if cut { self.next > self.base } else { !partial } {
                break;
            }
            let count = self.repeats.part(self.next, count);
            let buffer = self.info.transmit_buffer;
            if self.acknowledges.go_ahead(self.expected, buffer) {
                wire.extend(self.frame(Kind::Data, self.next, Vec::new()));
            }
            let start = (self.next - self.base) as usize;
            let payload = self.queue.range(start..start + count).copied().collect();
            wire.extend(self.frame(Kind::Data, self.next, payload));
            self.next += count as u64;
            self.high = self.high.max(self.next);
        }
        if !wire.is_empty() {
            self.transport.write(&wire)?;
        }
        Ok(())
    }

    /// Acknowledges what has arrived, if no other frame has, and asks for what is missing.
    pub(super) fn acknowledge(&mut self) -> Result<(), LinkError> {
        if !self.acknowledges.due() {
            return Ok(());
        }
        if self.gap {
            return self.ask_again();
        }
        // While bytes are waiting to be sent, a frame with some of them will do it, unless the device might run
        // out of room.
        let buffer = self.info.transmit_buffer;
        if !self.queue.is_empty() && !self.acknowledges.urgent(self.expected, buffer) {
            return Ok(());
        }
        let wire = self.frame(Kind::Data, self.next, Vec::new());
        Ok(self.transport.write(&wire)?)
    }

    /// Asks the device to send again from the first byte that is missing.
    pub(super) fn ask_again(&mut self) -> Result<(), LinkError> {
        self.statistics.resends += 1;
        let wire = self.frame(Kind::Resend, self.next, Vec::new());
        Ok(self.transport.write(&wire)?)
    }
}
