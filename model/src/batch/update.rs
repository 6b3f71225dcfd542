//! UPDATE (`docs/numerics.md`, section 2) for one of the devices side by side.

use super::rings::{mask, Ring};
use super::state::State;
use crate::fast::neuron::Rule;
use crate::fast::spikes::{pack_all, spread_all};
use crate::fast::sweep::{update, Columns, Population};
use crate::program::{Parameters, Reset, Update};

/// An UPDATE that was read.
#[derive(Debug)]
pub(super) struct Planned {
    pub update: Update,
    pub columns: Option<Columns>,
    pub ring: Ring,
    /// First neuron in U and V.
    pub first: usize,
    /// Bits of the groups begun.
    pub bits: usize,
}

/// Places for each neuron, kept so that they need not be made again.
#[derive(Clone, Debug, Default)]
pub(super) struct Room {
    spikes: Vec<i32>,
    previous: Vec<i32>,
}

impl Planned {
    /// Does it. The loop takes eight neurons at once; what it did to those past the end is undone.
    #[inline(always)]
    pub fn run(&self, state: &mut State, room: &mut Room) {
        let neurons = usize::from(self.update.neurons);
        let padded = neurons.next_multiple_of(8);
        let whole = neurons.next_multiple_of(32);
        if room.spikes.len() < whole {
            room.spikes.resize(whole, 0);
            room.previous.resize(whole, 0);
        }
        let (spikes, previous) = (&mut room.spikes[..whole], &mut room.previous[..whole]);
        if self.update.reset == Reset::Delayed {
            let last = &state.h[self.ring.step(state.step.wrapping_sub(1))];
            for (half, masks) in previous.as_chunks_mut().0.iter_mut().enumerate() {
                let word = last.get(half / 2).copied().unwrap_or_default();
                spread_all((word >> (32 * (half % 2))) as u32, masks);
            }
        }
        let u = &mut state.u[self.first..self.first + padded];
        let v = &mut state.v[self.first..self.first + padded];
        let past = neurons..padded;
        let mut kept = [(0, 0); 8];
        for (kept, index) in kept.iter_mut().zip(past.clone()) {
            *kept = (u[index], v[index]);
        }
        let population = Population {
            currents: &mut *u,
            membranes: &mut *v,
            spikes: &mut *spikes,
            previous: &*previous,
        };
        let mut saturations = update(population, &self.update, self.columns.as_ref());
        for (stored, index) in kept.iter().zip(past) {
            if saturations > 0 {
                saturations -= self.saturations(index, *stored, previous[index]);
            }
            (u[index], v[index]) = *stored;
        }
        let words = &mut state.h[self.ring.step(state.step)];
        let mut fired = 0;
        let last = words.len().min(neurons.div_ceil(64)).saturating_sub(1);
        for (index, (word, spikes)) in words.iter_mut().zip(spikes.chunks(64)).enumerate() {
            let mut halves = spikes.as_chunks().0.iter().map(pack_all);
            let mut bits = u64::from(halves.next().unwrap_or_default());
            bits |= u64::from(halves.next().unwrap_or_default()) << 32;
            if index == last {
                bits = bits & mask(neurons, index) | *word & !mask(self.bits, index);
                fired += (bits & mask(neurons, index)).count_ones();
            } else {
                fired += bits.count_ones();
            }
            *word = bits;
        }
        let c = &mut state.counters;
        c.saturations = c.saturations.wrapping_add(saturations);
        c.spikes = c.spikes.wrapping_add(fired);
    }

    /// What the loop counted for one neuron.
    fn saturations(&self, index: usize, stored: (i32, i32), previous: i32) -> u32 {
        let own: Parameters = match &self.columns {
            Some(columns) => columns.of(index),
            None => self.update.parameters,
        };
        let rule = Rule::new(&self.update);
        let after = rule.neuron::<{ crate::fast::neuron::ANY }>(&own, stored, previous);
        after.saturations
    }
}
