//! Words of weights that rows share: a run of words that is there already is not stored again.

use std::collections::HashMap;

/// Places of one word that are remembered: the first ones and the last ones.
const MOST_PLACES: usize = 64;

/// Different words, and their sequence in S.
#[derive(Debug, Default)]
pub(super) struct Pool {
    numbers: HashMap<Vec<u8>, u32>,
    contents: Vec<Vec<u8>>,
    sequence: Vec<u32>,
    places: HashMap<u32, Vec<u32>>,
}

impl Pool {
    /// The number of a word with this content.
    pub fn number(&mut self, word: &[u8]) -> u32 {
        if let Some(&number) = self.numbers.get(word) {
            return number;
        }
        let number = self.contents.len() as u32;
        self.contents.push(word.to_vec());
        self.numbers.insert(word.to_vec(), number);
        number
    }

    /// Words in S.
    pub fn len(&self) -> usize {
        self.sequence.len()
    }

    /// The place nearest to `near` where these words follow each other.
    pub fn find(&self, run: &[u32], near: usize) -> Option<usize> {
        let places = self.places.get(run.first()?)?;
        let there = places
            .iter()
            .map(|&at| at as usize)
            .filter(|&at| self.sequence.get(at..at + run.len()) == Some(run));
        there.min_by_key(|&at| (at.abs_diff(near), at))
    }

    /// Adds words behind the others; where they begin.
    pub fn append(&mut self, run: &[u32]) -> usize {
        let at = self.sequence.len();
        for (i, &number) in run.iter().enumerate() {
            let places = self.places.entry(number).or_default();
            if places.len() >= MOST_PLACES {
                places.remove(MOST_PLACES / 2);
            }
            places.push((at + i) as u32);
        }
        self.sequence.extend(run);
        at
    }

    /// The bytes of all words.
    pub fn bytes(&self) -> impl Iterator<Item = u8> + '_ {
        let word = |&number: &u32| self.contents.get(number as usize);
        self.sequence.iter().filter_map(word).flatten().copied()
    }
}
