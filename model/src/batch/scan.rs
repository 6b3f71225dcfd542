//! SCAN (`docs/numerics.md`, section 1) for one of the devices side by side.
//!
//! Where no sum can leave the range, a SCAN adds one number to each current: the sum of the rows of the sources
//! that spike. That of the last time is kept, with its spikes; where fewer sources began or ceased to spike
//! than spike now, only their rows are added or taken away. Otherwise rows are added in order, each sum saturated
//! or wrapped, and counted.

use super::dense::Dense;
use super::rings::Ring;
use super::sources::Sources;
use super::state::State;
use crate::fast::lists::{Costs, Lists};
use crate::numbers::wrap24;
use crate::program::{Scan, LIMIT};

/// So many rows are added without a look at what the last sum was.
const FEW: u32 = 8;

/// The rows of a SCAN.
#[derive(Debug)]
pub(super) enum Rows {
    Dense(Dense),
    Listed(Lists),
    /// Lists, and the same weights as dense rows for sums without order.
    Spread(Lists, Dense),
}

/// A SCAN that was read.
#[derive(Debug)]
pub(super) struct Planned {
    /// Where the spikes are, and of how many sources; none: one source that always spikes.
    pub source: Option<(Ring, u32, usize)>,
    pub rows: Rows,
    /// First destination, destinations, and those with what fills the last block.
    pub first: usize,
    pub exact: usize,
    pub padded: usize,
    pub exponent: u8,
    pub wrap: bool,
    /// The bits of the last word that are sources.
    pub last_mask: u64,
    /// Number of its memory in each device.
    pub memory: usize,
}

/// What a SCAN knows of the last time.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    /// Which sources spiked.
    spiked: Vec<u64>,
    /// The sum of their rows.
    sums: Vec<i32>,
}

/// Places of a SCAN, kept so that they need not be made again.
#[derive(Clone, Debug, Default)]
pub(super) struct Room {
    now: Vec<u64>,
    sources: Sources,
}

impl Planned {
    /// Words of the sources' bits.
    fn words(&self) -> usize {
        self.source
            .map_or(1, |(_, _, sources)| sources.div_ceil(64))
    }

    /// A memory for it: as if nothing had spiked.
    pub fn memory(&self) -> Memory {
        Memory {
            spiked: vec![0; self.words()],
            sums: vec![0; self.padded],
        }
    }

    /// Does it.
    #[inline(always)]
    pub fn run(&self, state: &mut State, room: &mut Room) {
        let memory = &mut state.memories[self.memory];
        let words = memory.spiked.len();
        if room.now.len() < words {
            room.now.resize(words, 0);
        }
        let now = &mut room.now[..words];
        match &self.source {
            None => now[0] = 1,
            Some((ring, delay, _)) => {
                let bits = &state.h[ring.step(state.step.wrapping_sub(*delay))];
                for (now, word) in now.iter_mut().zip(bits) {
                    *now = *word;
                }
                if let Some(last) = now.last_mut() {
                    *last &= self.last_mask;
                }
            }
        }
        let (mut all, mut changed) = (0u32, 0u32);
        for (now, last) in now.iter().zip(&memory.spiked) {
            all += now.count_ones();
            changed += (now ^ last).count_ones();
        }
        if all == 0 {
            return;
        }
        let currents = &mut state.u[self.first..self.first + self.padded];
        let held = currents[..self.exact].iter();
        let held = u64::from(held.fold(0, |most, u| most.max(u.unsigned_abs())));
        let sources = &mut room.sources;
        sources.clear(2 * words);
        let costs = match &self.rows {
            Rows::Dense(rows) => Costs {
                operations: rows.operations.wrapping_mul(all),
                words: rows.words.wrapping_mul(all),
                longs: 0,
                reach: (u64::from(all) * rows.largest) << self.exponent,
            },
            Rows::Listed(rows) | Rows::Spread(rows, _) => {
                sources.push(now.iter().copied());
                let costs = rows.costs(sources.list());
                sources.clear(2 * words);
                costs
            }
        };
        let c = &mut state.counters;
        c.synaptic_operations = c.synaptic_operations.wrapping_add(costs.operations);
        c.weight_words = c.weight_words.wrapping_add(costs.words);
        c.list_words = c.list_words.wrapping_add(costs.longs);
        let certain = held + costs.reach <= LIMIT as u64;
        let few = all <= FEW && changed > 0;
        if !certain || few {
            sources.push(now.iter().copied());
            if certain {
                return self.add(sources.list(), &[], currents);
            }
            let counted = self.one_by_one(sources.list(), &mut currents[..self.exact]);
            let counter = match self.wrap {
                true => &mut c.wraps,
                false => &mut c.saturations,
            };
            *counter = counter.wrapping_add(counted);
            return;
        }
        if changed > 0 {
            let both = || now.iter().zip(&memory.spiked);
            let plus = match changed < all {
                true => {
                    let plus = sources.push(both().map(|(now, last)| now & !last));
                    sources.push(both().map(|(now, last)| last & !now));
                    plus
                }
                false => {
                    memory.sums.fill(0);
                    sources.push(now.iter().copied())
                }
            };
            let (plus, minus) = sources.list().split_at(plus);
            self.add(plus, minus, &mut memory.sums);
            for (last, now) in memory.spiked.iter_mut().zip(now) {
                *last = *now;
            }
        }
        for (u, sum) in currents.iter_mut().zip(&memory.sums) {
            *u += sum;
        }
    }

    #[inline(always)]
    fn add(&self, plus: &[u32], minus: &[u32], sums: &mut [i32]) {
        match &self.rows {
            Rows::Dense(rows) | Rows::Spread(_, rows) => {
                rows.add(plus, minus, sums, self.exponent);
            }
            Rows::Listed(rows) => rows.add(plus, minus, sums),
        }
    }

    /// Adds rows in order; how many sums were saturated or wrapped.
    fn one_by_one(&self, sources: &[u32], currents: &mut [i32]) -> u32 {
        let mut counted = 0u32;
        let mut add = |place: usize, addend: i32| {
            // 24 bits and 8 << 15 fit into 32.
            if let Some(u) = currents.get_mut(place) {
                let sum = *u + addend;
                *u = match self.wrap {
                    true => wrap24(i64::from(sum)),
                    false => sum.clamp(-LIMIT, LIMIT),
                };
                counted = counted.wrapping_add(u32::from(*u != sum));
            }
        };
        for source in sources {
            match &self.rows {
                Rows::Dense(rows) => rows.row(*source, |to, m| add(to, m << self.exponent)),
                Rows::Listed(rows) | Rows::Spread(rows, _) => rows.row(*source, &mut add),
            }
        }
        counted
    }
}

/// Whether a SCAN does nothing at all.
pub(super) fn is_empty(scan: &Scan) -> bool {
    scan.groups == 0 && scan.form != crate::program::Form::Listed
}
