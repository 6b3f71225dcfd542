//! Counts of spikes, eight neurons in a word of eight bytes: one addition for each eight neurons and step.

/// Steps after which a byte may be full.
const FULL: u32 = 255;

/// The bits of each byte, one in each byte of a word, the lowest first.
const SPREAD: [u64; 256] = {
    let mut table = [0u64; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut lane = 0;
        while lane < 8 {
            table[byte] |= ((byte as u64 >> lane) & 1) << (8 * lane);
            lane += 1;
        }
        byte += 1;
    }
    table
};

/// Counts of the spikes of some neurons.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    counts: Vec<u32>,
    bytes: Vec<u64>,
    steps: u32,
}

impl Tally {
    /// For so many neurons.
    pub fn new(neurons: usize) -> Self {
        let eights = neurons.div_ceil(8);
        Tally {
            counts: vec![0; 8 * eights],
            bytes: vec![0; eights],
            steps: 0,
        }
    }

    /// From 0 again.
    pub fn clear(&mut self) {
        self.counts.fill(0);
        self.bytes.fill(0);
        self.steps = 0;
    }

    /// Counts a step's bits.
    #[inline(always)]
    pub fn add(&mut self, words: &[u64]) {
        if self.steps == FULL {
            self.flush();
        }
        self.steps += 1;
        for (eights, word) in self.bytes.chunks_mut(8).zip(words) {
            for (byte, eight) in eights.iter_mut().enumerate() {
                *eight += SPREAD[(word >> (8 * byte) & 0xff) as usize];
            }
        }
    }

    fn flush(&mut self) {
        for (counts, eight) in self.counts.chunks_exact_mut(8).zip(&mut self.bytes) {
            for (count, byte) in counts.iter_mut().zip(eight.to_le_bytes()) {
                *count += u32::from(byte);
            }
            *eight = 0;
        }
        self.steps = 0;
    }

    /// The counts.
    pub fn counts(&mut self) -> &[u32] {
        self.flush();
        &self.counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_beyond_a_byte() {
        let mut tally = Tally::new(70);
        for step in 0..1000u64 {
            tally.add(&[1 | (step & 1) << 63, 0b10_0000]);
        }
        let counts = tally.counts();
        assert_eq!(
            (counts[0], counts[63], counts[69], counts[1]),
            (1000, 500, 1000, 0)
        );
    }
}
