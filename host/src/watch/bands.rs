//! The part of a raster that belongs to a population.

use ferrospike_model::image::{Population, Role};
use std::collections::VecDeque;

/// First of the Braille patterns.
const BRAILLE: u32 = 0x2800;
/// Bits of a pattern's dots, by row and column.
const DOTS: [[u32; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

/// A population's last steps.
#[derive(Clone, Debug)]
pub(super) struct Band {
    name: String,
    role: Role,
    lines: usize,
    /// Rows of dots: several neurons share one if there are more of them.
    rows: usize,
    /// The dots of each step, the oldest first; a gap has none.
    steps: VecDeque<Vec<bool>>,
    /// Steps that there is room for.
    most: usize,
}

impl Band {
    pub fn new(p: &Population, lines: usize, most: usize) -> Self {
        Self {
            name: p.name.clone(),
            role: p.role,
            lines,
            rows: p.neurons.min(4 * lines).max(1),
            steps: VecDeque::with_capacity(most),
            most,
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn role(&self) -> Role {
        self.role
    }

    /// Steps that are shown, gaps too.
    pub fn count(&self) -> usize {
        self.steps.len()
    }

    /// Takes the words of a step; how many spikes they have.
    pub fn step(&mut self, p: &Population, words: &[u32], lanes: usize) -> u64 {
        let mut dots = vec![false; self.rows];
        let mut spikes = 0;
        for neuron in (0..p.neurons).filter(|&n| p.spiked(words, n, lanes)) {
            spikes += 1;
            if let Some(dot) = dots.get_mut(neuron * self.rows / p.neurons.max(1)) {
                *dot = true;
            }
        }
        self.push(dots);
        spikes
    }

    /// A step in which nothing is.
    pub fn gap(&mut self) {
        self.push(Vec::new());
    }

    fn push(&mut self, dots: Vec<bool>) {
        if self.steps.len() >= self.most {
            // Two at once: a letter moves as a whole.
            self.steps.drain(..2.min(self.steps.len()));
        }
        self.steps.push_back(dots);
    }

    /// The lines of letters, from the top.
    pub fn lines(&self) -> Vec<String> {
        let letter = |line: usize, column: usize| {
            let mut pattern = BRAILLE;
            for (row, bits) in DOTS.iter().enumerate() {
                for (half, bit) in bits.iter().enumerate() {
                    let step = self.steps.get(2 * column + half);
                    let on = step.and_then(|dots| dots.get(4 * line + row));
                    pattern |= if on == Some(&true) { *bit } else { 0 };
                }
            }
            char::from_u32(pattern).unwrap_or(' ')
        };
        let width = self.most / 2;
        let line = |line: usize| (0..width).map(|column| letter(line, column)).collect();
        (0..self.lines).map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ferrospike_model::program::Bitmap;

    fn population(neurons: usize) -> Population {
        Population {
            name: "p".into(),
            role: Role::Hidden,
            neurons,
            order: None,
            first_group: 0,
            bitmap: Bitmap {
                base: 0,
                log2_depth: 0,
            },
            spikes_report: None,
            membrane_report: None,
            held_shows: None,
            pass_of: None,
            unit: 0.0,
            model: String::new(),
        }
    }

    #[test]
    fn dots_are_steps_and_neurons() {
        let p = population(8);
        let mut band = Band::new(&p, 2, 4);
        for word in [0b0000_0001, 0b1000_0010, 0b0001_0000] {
            assert!(band.step(&p, &[word], 8) > 0);
        }
        assert_eq!(band.lines(), ["\u{2811}\u{2800}", "\u{2880}\u{2801}"]);
        // Full: the two oldest go.
        band.gap();
        band.step(&p, &[0xff], 8);
        assert_eq!(band.lines(), ["\u{2800}\u{2847}", "\u{2801}\u{2847}"]);
    }

    #[test]
    fn neurons_share_rows() {
        let p = population(100);
        let mut band = Band::new(&p, 1, 2);
        let mut words = vec![0; 13];
        words[12] = 8;
        assert_eq!(band.step(&p, &words, 8), 1);
        assert_eq!(band.lines(), ["\u{2840}"]);
    }
}
