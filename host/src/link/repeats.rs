//! What is sent again: once for each loss, whatever the device's answers tell of it.
//!
//! The device answers every frame. Each that it takes moves its acknowledge, so an answer without any news is that
//! to a frame which it dropped, because one before it is missing: all behind the acknowledged position is sent again.
//! Two kinds of such answers tell of no loss: one whose news a STATUS has told before it, and those to frames that were
//! sent again though they had arrived.

use std::ops::Range;

/// What is known of losses in one connection. Positions are those of the stream to the device; times are in byte times.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    /// Data were sent again and nothing has been acknowledged since.
    repeating: bool,
    /// Position behind all that had been sent when the last repetition began.
    recovered: u64,
    /// Frames that were sent again then: if all of it had arrived, the device answers so many without any news,
    needless: u64,
    /// until then.
    until: u64,
    /// A STATUS has told the news of an answer that is still to come.
    foretold: bool,
}

impl Repeats {
    /// The device has acknowledged up to `base`, and with `news` more than before.
    pub(super) fn acknowledged(&mut self, base: u64, news: bool) {
        self.repeating &= !news;
        if base > self.recovered {
            self.needless = 0;
        }
    }

    /// A STATUS came, and with `news` it has acknowledged more than what came before it.
    pub(super) fn status(&mut self, news: bool) {
        self.foretold |= news;
    }

    /// An answer came; whether a STATUS had told its news.
    pub(super) fn take_foretold(&mut self) -> bool {
        std::mem::take(&mut self.foretold)
    }

    /// The device has dropped a frame, and has acknowledged up to `base`; whether something is missing. If not, the frame
    /// was one that was sent again for nothing.
    pub(super) fn is_loss(&mut self, base: u64, now: u64) -> bool {
        let needless = base == self.recovered && self.needless > 0 && now < self.until;
        self.needless -= u64::from(needless);
        !needless
    }

    /// No progress for long: what was sent again is taken to be lost too.
    pub(super) fn give_up(&mut self) {
        self.repeating = false;
    }

    /// Begins to send again the bytes of `flight`, in so many frames, the answers to which are there by `until`. False if
    /// they are sent again already, or none are in flight.
    pub(super) fn begin(&mut self, next: u64, flight: Range<u64>, full: u64, until: u64) -> bool {
        if next <= flight.start || self.repeating {
            return false;
        }
        self.repeating = true;
        self.recovered = flight.end;
        self.needless = (flight.end - flight.start).div_ceil(full);
        self.until = until;
        true
    }

    /// Bytes of a frame that begins at `next` and could have `count`: what is sent again ends where it ended before, as
    /// the device takes new bytes behind it in any case.
    pub(super) fn part(&self, next: u64, count: usize) -> usize {
        match self.recovered.saturating_sub(next) as usize {
            0 => count,
            again => count.min(again),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three frames of 10 bytes in flight, sent again at once; their answers are there by 100.
    fn repeating() -> Repeats {
        let mut repeats = Repeats::default();
        assert!(repeats.begin(30, 0..30, 10, 100));
        repeats
    }

    #[test]
    fn one_loss_is_one_repetition() {
        let mut repeats = repeating();
        assert!(!repeats.begin(30, 0..30, 10, 200));
        // Nothing is in flight.
        assert!(!Repeats::default().begin(5, 5..5, 10, 100));
        // The next loss is another; so is the same one, if nothing came of the repetition for long.
        repeats.acknowledged(10, true);
        assert!(repeats.begin(30, 10..30, 10, 200));
        repeats.give_up();
        assert!(repeats.begin(30, 10..30, 10, 300));
    }

    #[test]
    fn what_was_sent_again_for_nothing_is_no_loss() {
        let mut repeats = repeating();
        // Not all of it has arrived: something is missing.
        repeats.acknowledged(20, true);
        assert!(repeats.is_loss(20, 50));
        repeats.acknowledged(30, true);
        for _ in 0..3 {
            assert!(!repeats.is_loss(30, 99));
        }
        assert!(repeats.is_loss(30, 99));
        // Later nothing of it can be on its way, nor when bytes behind it have been taken.
        assert!(repeating().is_loss(30, 100));
        let mut repeats = repeating();
        repeats.acknowledged(31, true);
        assert!(repeats.is_loss(30, 50));
    }

    #[test]
    fn the_news_of_one_answer_are_foretold_once() {
        let mut repeats = Repeats::default();
        repeats.status(false);
        assert!(!repeats.take_foretold());
        repeats.status(true);
        repeats.status(false);
        assert!(repeats.take_foretold() && !repeats.take_foretold());
    }

    #[test]
    fn frames_end_where_they_ended() {
        let repeats = repeating();
        assert_eq!(
            [20, 25, 30, 40].map(|next| repeats.part(next, 8)),
            [8, 5, 8, 8]
        );
    }
}
