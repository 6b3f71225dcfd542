//! What learns in an image: where it lies in S, whose weights it holds, and how two states of it compare.

use super::{Comparison, Difference, RunError};
use crate::board::{Board, BoardError};
use crate::transport::Transport;
use ferrospike_model::image::{Connection, Header, Image};
use ferrospike_model::program::Operation;

/// A range of S that learning changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// First word.
    pub first: usize,
    /// Words.
    pub words: usize,
    /// Index of the connection in the header whose rows it holds; none: the random numbers.
    pub connection: Option<usize>,
    /// Its weights are unsigned bytes.
    pub unsigned: bool,
}

/// All that learns in an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learned {
    places: Vec<Place>,
}

impl Learned {
    /// What the learning program of an image changes.
    ///
    /// # Errors
    ///
    /// An image in which nothing learns.
    pub fn of(image: &Image) -> Result<Self, RunError> {
        let header = &image.header;
        let Some(entry) = header.learn_entry else {
            let name = header.name.clone();
            return Err(BoardError::NothingLearns { name }.into());
        };
        let mut places: Vec<Place> = Vec::new();
        for (_, operation) in image.program(entry)? {
            let Operation::Learn(learn) = operation else {
                continue;
            };
            let first = learn.row_base as usize;
            let is = |c: &Connection| c.first_word == first && c.words > 0;
            let connection = header.connections.iter().position(is);
            let known = connection.and_then(|index| header.connections.get(index));
            let rows = learn.words(header.lanes).len();
            // Whatever the header says, all that the LEARN may change.
            let words = known.map_or(rows, |c| rows.max(c.words));
            let random = learn.random as usize;
            for place in [
                Place {
                    first,
                    words: words.min(header.synapse_words.saturating_sub(first)),
                    connection,
                    unsigned: learn.unsigned,
                },
                Place {
                    first: random,
                    words: 1,
                    connection: None,
                    unsigned: true,
                },
            ] {
                match places.iter_mut().find(|known| known.first == place.first) {
                    Some(known) => known.words = known.words.max(place.words),
                    None => places.push(place),
                }
            }
        }
        places.sort_by_key(|place| place.first);
        Ok(Self { places })
    }

    /// The ranges of S, ascending.
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// Words of S in all of them.
    pub fn words(&self) -> usize {
        self.places.iter().map(|place| place.words).sum()
    }

    /// What a board holds there, range by range.
    ///
    /// # Errors
    ///
    /// Of the board.
    pub fn read<T: Transport>(&self, board: &mut Board<T>) -> Result<Vec<Vec<u8>>, BoardError> {
        let one = |place: &Place| board.read_s(place.first, place.words);
        self.places.iter().map(one).collect()
    }

    /// The image with other contents there.
    ///
    /// # Errors
    ///
    /// Contents of another size.
    pub fn put(&self, image: &Image, contents: &[Vec<u8>]) -> Result<Image, RunError> {
        let mut image = image.clone();
        let lanes = image.header.lanes;
        for (place, bytes) in self.places.iter().zip(contents) {
            let from = place.first * lanes;
            let slot = image.synapses.get_mut(from..from + place.words * lanes);
            match slot.filter(|slot| slot.len() == bytes.len()) {
                Some(slot) => slot.copy_from_slice(bytes),
                None => {
                    return Err(RunError::Invalid(format!(
                        "{} bytes were read from word {} of S on, where {} words learn; load the image again",
                        bytes.len(),
                        place.first,
                        place.words
                    )))
                }
            }
        }
        Ok(image)
    }

    /// Compares what the model has there with what a board has, after a sample, and adds it to a comparison.
    pub fn compare(
        &self,
        header: &Header,
        sample: usize,
        expected: &[Vec<u8>],
        got: &[Vec<u8>],
        into: &mut Comparison,
    ) {
        for ((place, expected), got) in self.places.iter().zip(expected).zip(got) {
            into.weights += expected.len() as u64;
            if expected == got {
                into.bits += 8 * expected.len() as u64;
                continue;
            }
            for (index, (&a, &b)) in expected.iter().zip(got).enumerate() {
                into.differing_weights += u64::from(a != b);
                let (a, b) = match place.unsigned {
                    true => (i64::from(a), i64::from(b)),
                    false => (i64::from(a as i8), i64::from(b as i8)),
                };
                into.value(8, a, b, || place.difference(header, sample, index, (a, b)));
            }
        }
    }
}

impl Place {
    /// What differs at a byte.
    fn difference(
        &self,
        header: &Header,
        sample: usize,
        index: usize,
        (expected, got): (i64, i64),
    ) -> Difference {
        let connection = self.connection.and_then(|c| header.connections.get(c));
        let target = connection.and_then(|c| header.populations.get(c.to));
        let mut difference = Difference {
            sample,
            step: None,
            population: header.name.clone(),
            neuron: None,
            what: format!("byte {index} of the random numbers"),
            expected,
            got,
        };
        let (Some(connection), Some(target)) = (connection, target) else {
            return difference;
        };
        let row = (target.groups(header.lanes) * header.lanes).max(1);
        let (source, place) = (index / row, index % row);
        difference.population.clone_from(&target.name);
        difference.neuron = Some(target.neuron_at(place).unwrap_or(place));
        difference.what = match connection
            .from
            .and_then(|from| header.populations.get(from))
        {
            Some(from) => {
                let neuron = from.neuron_at(source).unwrap_or(source);
                let name = &connection.name;
                format!("weight of '{name}' from neuron {neuron} (row {source})")
            }
            None => format!("'{}'", connection.name),
        };
        difference
    }
}
