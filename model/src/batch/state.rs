//! What each of the devices side by side has of its own.

use super::rings::Rings;
use super::scan::Memory;
use super::tally::Tally;
use crate::device::{Counters, Device};

/// Neurons of room behind the last: a loop over whole vectors may look at so many more.
pub(super) const SLACK: usize = 64;

/// Memories, step and counters of a device.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub u: Vec<i32>,
    pub v: Vec<i32>,
    /// The rings of all bitmaps.
    pub h: Vec<u64>,
    pub step: u32,
    pub counters: Counters,
    /// What each SCAN remembers.
    pub memories: Vec<Memory>,
    /// Spikes of the neurons that are counted.
    pub tally: Tally,
}

impl State {
    /// That of a device; none if bits are 1 that the programs do not know.
    pub fn load(
        device: &Device,
        rings: &Rings,
        memories: Vec<Memory>,
        tally: Tally,
    ) -> Option<Self> {
        let with_slack = |values: &[i32]| {
            let mut values = values.to_vec();
            values.resize(values.len() + SLACK, 0);
            values
        };
        Some(State {
            u: with_slack(&device.u),
            v: with_slack(&device.v),
            h: rings.load(device)?,
            step: device.step,
            counters: device.counters,
            memories,
            tally,
        })
    }

    /// Makes a device of the same shape this one.
    pub fn unload(&self, rings: &Rings, device: &mut Device) {
        let neurons = device.shape.neurons();
        device.u.copy_from_slice(&self.u[..neurons]);
        device.v.copy_from_slice(&self.v[..neurons]);
        rings.unload(&self.h, device);
        device.step = self.step;
        device.counters = self.counters;
    }
}
