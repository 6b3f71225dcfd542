//! One direction of a wire.

use std::collections::VecDeque;

/// A line that carries one byte after the other, and gives each one up some time later.
#[derive(Debug)]
pub(super) struct Line {
    /// Time of a byte, and time of a crossing.
    byte: u64,
    way: u64,
    /// The line is in use until then.
    free: u64,
    /// Time in use.
    busy: u64,
    /// Bytes on their way, with the times of their arrival.
    bytes: VecDeque<(u64, u8)>,
}

impl Line {
    pub fn new(byte: u64, way: u64) -> Self {
        Self {
            byte,
            way,
            free: 0,
            busy: 0,
            bytes: VecDeque::new(),
        }
    }

    /// Bytes that are ready at this time; they go when the line is free.
    pub fn put(&mut self, ready: u64, bytes: &[u8]) {
        self.free = self.free.max(ready);
        for &byte in bytes {
            self.free += self.byte;
            self.busy += self.byte;
            self.bytes.push_back((self.free + self.way, byte));
        }
    }

    /// When the line has carried all that it was given.
    pub fn free(&self) -> u64 {
        self.free
    }

    /// Time in which the line was, or will be, in use.
    pub fn busy(&self) -> u64 {
        self.busy
    }

    /// When the next byte arrives.
    pub fn arrives(&self) -> Option<u64> {
        self.bytes.front().map(|(at, _)| *at)
    }

    /// The next byte, if it has arrived by this time.
    pub fn take(&mut self, now: u64) -> Option<u8> {
        match self.arrives() {
            Some(at) if at <= now => self.bytes.pop_front().map(|(_, byte)| byte),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_take_their_time_one_after_the_other() {
        let mut line = Line::new(10, 100);
        line.put(5, &[1, 2]);
        line.put(6, &[3]);
        line.put(200, &[4]);
        let arrivals = [115, 125, 135, 310];
        for (byte, at) in (1..).zip(arrivals) {
            assert_eq!(line.arrives(), Some(at));
            assert_eq!(line.take(at - 1), None);
            assert_eq!(line.take(at), Some(byte));
        }
        assert_eq!((line.busy(), line.free()), (40, 210));
    }
}
