//! What the host has acknowledged, what the device can know of that, and when an acknowledge has to be sent.
//!
//! An acknowledge counts when its frame has arrived as a whole. A device whose buffer of answers is full waits for
//! one, so where answers are long an acknowledge must not wait behind full frames with bytes.

use super::frame::Kind;
use super::PARTS;
use std::collections::VecDeque;

/// Frames for which acknowledges go ahead of bytes, once the device has waited for one.
const HURRY: u32 = 16;

/// Frames that are remembered: more than a buffer's bytes need, and some without bytes between them.
const REMEMBERED: usize = 1024;

/// The acknowledges of one connection. Positions are those of the stream from the device, but for the ends of frames.
#[derive(Debug, Default)]
pub(super) struct Acknowledges {
    /// Bytes have arrived that no frame has acknowledged.
    due: bool,
    /// Position that the last frame has acknowledged.
    told: u64,
    /// Ends of the frames in flight, in the stream to the device, and what each has acknowledged.
    telling: VecDeque<(u64, u64)>,
    /// What the device is known to have been told.
    known: u64,
    /// Frames for which acknowledges go ahead, because the device had filled its buffer and waited for one.
    hurry: u32,
}

impl Acknowledges {
    /// Whether an acknowledge has to be sent, alone or with bytes.
    pub(super) fn due(&self) -> bool {
        self.due
    }

    /// From now on one has to be sent: bytes came again that were known, or something is missing.
    pub(super) fn owe(&mut self) {
        self.due = true;
    }

    /// New bytes have arrived, up to `expected`, from a device with a buffer of so many.
    pub(super) fn arrived(&mut self, expected: u64, buffer: u16) {
        self.due = true;
        if expected - self.known >= u64::from(buffer) {
            self.hurry = HURRY;
        }
    }

    /// A frame that acknowledges up to `expected` goes out. `gap`: something is missing, for which a RESEND has to ask;
    /// `end`: where the frame ends if the device will acknowledge it or what is in flight before it.
    pub(super) fn sent(&mut self, kind: Kind, expected: u64, gap: bool, end: Option<u64>) {
        // The acknowledge of a STATUS means nothing.
        if kind == Kind::Status {
            return;
        }
        // Bytes do not ask for what is missing.
        self.due &= gap && kind != Kind::Resend;
        self.told = expected;
        self.telling.extend(end.map(|end| (end, expected)));
        if self.telling.len() > REMEMBERED {
            self.telling.pop_front();
        }
    }

    /// The device has acknowledged up to `acknowledged`: it knows what those frames told.
    pub(super) fn taken(&mut self, acknowledged: u64) {
        while let Some(&(end, told)) = self.telling.front() {
            if end > acknowledged {
                break;
            }
            self.known = self.known.max(told);
            self.telling.pop_front();
        }
    }

    /// Whether so much has not been acknowledged that the device might run out of room in its buffer.
    pub(super) fn urgent(&self, expected: u64, buffer: u16) -> bool {
        expected - self.told >= u64::from(buffer) / PARTS
    }

    /// Whether an acknowledge has to go ahead of the next frame with bytes.
    pub(super) fn go_ahead(&mut self, expected: u64, buffer: u16) -> bool {
        let ahead = self.hurry > 0 && self.urgent(expected, buffer);
        self.hurry = self.hurry.saturating_sub(1);
        ahead
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUFFER: u16 = 400;

    /// A frame with bytes acknowledges, but does not ask for what is missing; a STATUS does neither.
    #[test]
    fn only_a_resend_asks_for_what_is_missing() {
        for (kind, gap, due) in [
            (Kind::Data, false, false),
            (Kind::Data, true, true),
            (Kind::Resend, true, false),
            (Kind::Resend, false, false),
            (Kind::Status, false, true),
            (Kind::Status, true, true),
        ] {
            let mut acknowledges = Acknowledges::default();
            acknowledges.arrived(10, BUFFER);
            acknowledges.sent(kind, 10, gap, None);
            assert_eq!(acknowledges.due(), due, "{kind:?}, {gap}");
        }
    }

    #[test]
    fn acknowledges_go_ahead_once_the_device_had_to_wait() {
        let mut acknowledges = Acknowledges::default();
        // The device is told of 300 bytes, and says that it has got this: 399 more do not fill its buffer.
        acknowledges.arrived(300, BUFFER);
        acknowledges.sent(Kind::Data, 300, false, Some(20));
        acknowledges.taken(19);
        acknowledges.taken(20);
        acknowledges.arrived(699, BUFFER);
        assert!(acknowledges.urgent(699, BUFFER) && !acknowledges.go_ahead(699, BUFFER));
        // One more does, and so for the next frames.
        acknowledges.arrived(700, BUFFER);
        for _ in 0..HURRY {
            assert!(acknowledges.go_ahead(700, BUFFER));
        }
        assert!(!acknowledges.go_ahead(700, BUFFER));
    }

    /// What is not known to have arrived does not count.
    #[test]
    fn an_acknowledge_counts_when_it_has_arrived() {
        let mut acknowledges = Acknowledges::default();
        acknowledges.sent(Kind::Data, 300, false, Some(20));
        acknowledges.taken(19);
        acknowledges.arrived(400, BUFFER);
        assert!(acknowledges.go_ahead(400, BUFFER));
        // Nor is much urgent that has just been told.
        acknowledges.sent(Kind::Data, 400, false, Some(30));
        assert!(!acknowledges.go_ahead(499, BUFFER));
    }

    #[test]
    fn a_device_that_acknowledges_nothing_takes_no_memory() {
        let mut acknowledges = Acknowledges::default();
        for end in 0..10 * REMEMBERED as u64 {
            acknowledges.sent(Kind::Data, 0, false, Some(end));
        }
        assert_eq!(acknowledges.telling.len(), REMEMBERED);
    }
}
