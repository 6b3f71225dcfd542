//! What is written into S beside programs, and what the header says of it.

use super::layout::{stride, Layout};
use super::order::padding;
use super::rows::{Block, Rows};
use super::synapses::Synapses;
use ferrospike_model::image::{Connection, Population};
use ferrospike_model::program::TableEntry;

/// Writes longs at a long's address.
pub(super) fn put_longs(s: &mut [u8], at: usize, longs: impl Iterator<Item = u64>) {
    for (slot, long) in s[at * 8..].chunks_exact_mut(8).zip(longs) {
        slot.copy_from_slice(&long.to_le_bytes());
    }
}

impl Layout<'_> {
    /// Writes the tables of pairs.
    pub fn tables(&self, s: &mut [u8]) {
        for q in self.quantised {
            let place = &self.places[q.index];
            let stride = stride(place.per_neuron);
            if stride == 0 {
                continue;
            }
            let empty = padding(q, place.per_neuron);
            for (i, neuron) in place.order.neurons().into_iter().enumerate() {
                let p = neuron.and_then(|n| q.parameters.get(n)).unwrap_or(&empty);
                let pairs = (0..3).filter(|pair| place.per_neuron >> pair & 1 == 1);
                put_longs(s, place.table + i * stride, pairs.map(|pair| p.pair(pair)));
            }
        }
    }

    /// Writes the rows of weights, and tables and lists of those that are listed.
    pub fn rows(&self, s: &mut [u8]) {
        for block in &self.blocks {
            let at = block.first_word * self.lanes;
            match &block.rows {
                Rows::Always(synapses) => self.dense(&mut s[at..], block, synapses, 1),
                Rows::Dense { synapses, shared } => {
                    let rows = if *shared { 1 } else { synapses.sources() };
                    self.dense(&mut s[at..], block, synapses, rows);
                }
                Rows::Listed(listed) => {
                    s[at..at + listed.words.len()].copy_from_slice(&listed.words);
                    let tables: usize = listed.tables.iter().map(Vec::len).sum();
                    let lists = block.first_long + tables;
                    let entries =
                        listed
                            .tables
                            .iter()
                            .flatten()
                            .map(|entry| match entry.operations {
                                0 => 0,
                                _ => TableEntry {
                                    list: entry.list + lists as u32,
                                    first_word: entry.first_word + block.first_word as u32,
                                    ..*entry
                                }
                                .encode(),
                            });
                    put_longs(s, block.first_long, entries);
                    put_longs(s, lists, listed.lists.iter().copied());
                }
            }
        }
    }

    /// Writes what the random numbers begin with.
    pub fn random(&self, s: &mut [u8]) {
        if self.learn_entry.is_some() {
            let at = self.random_word * self.lanes;
            let state = self.learning.random_state().to_le_bytes();
            for (byte, value) in s.iter_mut().skip(at).zip(state) {
                *byte = value;
            }
        }
    }

    fn dense(&self, s: &mut [u8], block: &Block, synapses: &Synapses, rows: usize) {
        let row = block.coding.format.row_words(self.places[block.to].groups) * self.lanes;
        for (source, bytes) in s.chunks_exact_mut(row).take(rows).enumerate() {
            for &(to, mantissa) in synapses.of(source) {
                let (group, lane) = (to as usize / self.lanes, to as usize % self.lanes);
                block.coding.put(bytes, group, lane, self.lanes, mantissa);
            }
        }
    }

    /// The header's populations.
    pub fn populations(&self) -> Vec<Population> {
        let quantised = |i| self.quantised.iter().find(|q| q.index == i);
        let describe = |(i, p): (usize, &crate::import::Population)| {
            let (place, q) = (&self.places[i], quantised(i));
            let held = p.neuron.as_ref().is_some_and(|r| r.held_steps > 0);
            let held_shows = q.filter(|_| held).map(|q| {
                let mut values: Vec<i32> = q.parameters.iter().map(|p| p.reset_value).collect();
                if values.windows(2).all(|w| w[0] == w[1]) {
                    values.truncate(1);
                }
                values
            });
            Population {
                name: p.name.clone(),
                role: p.role,
                neurons: p.neurons,
                order: place.order.of.clone(),
                first_group: place.first_group,
                bitmap: place.bitmap,
                spikes_report: place.spikes_report,
                membrane_report: place.membrane_report,
                held_shows,
                // Spikes of -1 are reported for themselves.
                pass_of: p.pass_of.filter(|_| !p.is_negative()),
                unit: q.map_or(0.0, |q| q.unit),
                model: p
                    .neuron
                    .as_ref()
                    .map_or("input".into(), |r| r.words.clone()),
            }
        };
        self.network
            .populations
            .iter()
            .enumerate()
            .map(describe)
            .collect()
    }

    /// The name of a block for people.
    pub fn name(&self, block: &Block) -> String {
        let source = block.connection.map(|c| &self.network.connections[c]);
        let constant = || {
            let what = match block.learned {
                Some(_) => "learned bias",
                None => "constant current",
            };
            format!("{what} of {}", self.network.populations[block.to].name)
        };
        let name = source.map_or_else(constant, |c| c.name.clone());
        match block.part {
            0 => name,
            part => format!("{name} (part {})", part + 1),
        }
    }

    /// The header's connections: one for each part.
    pub fn connections(&self) -> Vec<Connection> {
        let describe = |block: &Block| {
            let source = block.connection.map(|c| &self.network.connections[c]);
            Connection {
                name: self.name(block),
                from: source.map(|c| c.from),
                to: block.to,
                delay: source.map_or(0, |c| c.delay),
                form: block.form().into(),
                bits: block.coding.format.bits(),
                exponent: block.exponent,
                first_word: block.first_word,
                words: block.words(self.places[block.to].groups, self.lanes),
                weights: block.weights,
                first_long: if block.longs() > 0 {
                    block.first_long
                } else {
                    0
                },
                longs: block.longs(),
                delivered: block.delivered,
            }
        };
        self.blocks.iter().map(describe).collect()
    }
}
