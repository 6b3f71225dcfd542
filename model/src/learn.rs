//! LEARN: rows of weights that change where source and destination spiked (`docs/numerics.md`, section 7).

use crate::device::Device;
use crate::interpreter::Stopped;
use crate::numbers::{learned_weight, next_random, rounding_of_lane};
use crate::program::Learn;
use std::ops::Range;

impl Learn {
    /// Rows that it can change: in a bitmap, those of padding lanes too.
    pub fn row_count(&self, lanes: usize) -> usize {
        match self.every {
            true => self.rows.into(),
            false => usize::from(self.source_groups) * lanes,
        }
    }

    /// Words of S that it can change, whatever spikes.
    pub fn words(&self, lanes: usize) -> Range<usize> {
        self.words_of(self.row_count(lanes))
    }

    /// Words of S from the first of its first row to the last of so many.
    pub fn words_of(&self, rows: usize) -> Range<usize> {
        let first = self.row_base as usize;
        match (rows, usize::from(self.groups)) {
            (0, _) | (_, 0) => first..first,
            (rows, groups) => first..first + (rows - 1) * usize::from(self.stride) + groups,
        }
    }
}

impl Device {
    /// The lanes of a destination's group in which weights change.
    fn learning_lanes(&self, learn: &Learn, group: usize) -> u32 {
        let word = self.h[self.history_word(learn.target, group, learn.target_delay)];
        let spiked = if learn.inverted { !word } else { word };
        let last = group + 1 == usize::from(learn.groups);
        let real = match last {
            true => u32::MAX >> (32 - u32::from(learn.last_lanes).clamp(1, 32)),
            false => u32::MAX,
        };
        spiked & real & self.shape.lane_mask()
    }

    /// Sources whose rows change, ascending.
    fn learning_sources(&self, learn: &Learn) -> Vec<usize> {
        if learn.every {
            return (0..usize::from(learn.rows)).collect();
        }
        let mut sources = Vec::new();
        for group in 0..usize::from(learn.source_groups) {
            let mut bits = self.h[self.history_word(learn.source, group, learn.delay)];
            while bits != 0 {
                sources.push(group * self.shape.lanes + bits.trailing_zeros() as usize);
                bits &= bits - 1;
            }
        }
        sources
    }

    /// `docs/numerics.md`, section 7. What was decoded of S before is forgotten: it may have changed.
    pub(crate) fn learn(&mut self, learn: &Learn) -> Result<(), Stopped> {
        self.plans.forget();
        self.learn_weights(learn)
    }

    /// The same for programs whose LEARN changes nothing but weights.
    pub(crate) fn learn_weights(&mut self, learn: &Learn) -> Result<(), Stopped> {
        let lanes = self.shape.lanes;
        let at = self
            .word(learn.random as usize)
            .ok_or(Stopped::BeyondTheEnd)?
            * lanes;
        let mut state = u32::from_le_bytes(std::array::from_fn(|i| self.s[at + i]));
        let groups = 0..usize::from(learn.groups);
        let masks = groups.map(|group| (group, self.learning_lanes(learn, group)));
        let masks: Vec<(usize, u32)> = masks.filter(|(_, mask)| *mask != 0).collect();
        // Most steps have no spike.
        let sources = match masks.is_empty() {
            true => Vec::new(),
            false => self.learning_sources(learn),
        };
        for (group, mask) in masks {
            for source in &sources {
                let row = learn.row_base as usize + source * usize::from(learn.stride);
                let word = self.word(row + group).ok_or(Stopped::BeyondTheEnd)?;
                let weights = &mut self.s[word * lanes..(word + 1) * lanes];
                for (lane, byte) in weights.iter_mut().enumerate() {
                    if mask >> lane & 1 == 1 {
                        *byte = learned_weight(learn, *byte, rounding_of_lane(state, lane));
                    }
                }
                state = next_random(state);
                self.counters.weight_words = self.counters.weight_words.wrapping_add(1);
            }
        }
        let word = &mut self.s[at..at + lanes];
        word.fill(0);
        for (byte, new) in word.iter_mut().zip(state.to_le_bytes()) {
            *byte = new;
        }
        Ok(())
    }

    /// Upper bound of the words of H and S that it touches.
    pub(crate) fn learning_work(&self, learn: &Learn) -> u64 {
        let groups = u64::from(learn.groups);
        groups * (1 + learn.row_count(self.shape.lanes) as u64) + u64::from(learn.source_groups)
    }
}
