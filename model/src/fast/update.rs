//! The fast path of UPDATE (`docs/numerics.md`, section 2): where the population's neurons and bitmap lie in
//! one piece, and no factor is above one.

use super::sweep::{columns, pack_words, spread_words, update_alone, Columns, Population};
use crate::device::{Device, Shape};
use crate::program::{Reset, Update};

/// An UPDATE that the fast path knows, with its parameters read from S.
#[derive(Clone, Debug)]
pub(super) struct Sweep {
    update: Update,
    /// The parameters of each neuron; none if all are shared.
    columns: Option<Columns>,
    /// First neuron in U and V.
    first: usize,
    /// End of the bitmap in H.
    bitmap_end: usize,
}

/// Places for each neuron, kept so that they need not be made again.
#[derive(Clone, Debug, Default)]
pub(super) struct Room {
    spikes: Vec<i32>,
    previous: Vec<i32>,
}

impl Sweep {
    /// The UPDATE, if it is of a kind that this path knows; `long` reads the table of pairs.
    pub fn new(update: &Update, shape: Shape, long: impl Fn(usize) -> Option<u64>) -> Option<Self> {
        let neurons = usize::from(update.neurons);
        let groups = neurons.div_ceil(shape.lanes);
        let first = (usize::from(update.first_group) & (shape.groups - 1)) * shape.lanes;
        let bitmap_end = usize::from(update.bitmap.base) + groups * update.bitmap.depth();
        if first + neurons > shape.neurons() || bitmap_end > shape.history_words {
            return None;
        }
        Some(Sweep {
            update: *update,
            columns: columns(update, long)?,
            first,
            bitmap_end,
        })
    }
}

impl Device {
    /// UPDATE, if it is of a kind that this path knows; whether it was done.
    pub(crate) fn update_fast(&mut self, update: &Update) -> bool {
        // Tables of pairs are read once in a plan, not in each step here.
        if update.per_neuron & 7 != 0 {
            return false;
        }
        let Some(sweep) = Sweep::new(update, self.shape, |_| None) else {
            return false;
        };
        self.sweep(&sweep, &mut Room::default());
        true
    }

    /// Does an UPDATE.
    pub(super) fn sweep(&mut self, sweep: &Sweep, room: &mut Room) {
        let (update, lanes) = (&sweep.update, self.shape.lanes);
        let (neurons, depth) = (usize::from(update.neurons), update.bitmap.depth());
        if room.spikes.len() < neurons {
            room.spikes.resize(neurons, 0);
            room.previous.resize(neurons, 0);
        }
        let (spikes, previous) = (&mut room.spikes[..neurons], &mut room.previous[..neurons]);
        if update.reset == Reset::Delayed {
            let before = update.bitmap.word(0, i64::from(self.step) - 1);
            if let Some(words) = self.h.get(before..sweep.bitmap_end) {
                spread_words(words, depth, lanes, previous);
            }
        }
        let range = sweep.first..sweep.first + neurons;
        let population = Population {
            currents: &mut self.u[range.clone()],
            membranes: &mut self.v[range],
            spikes: &mut *spikes,
            previous,
        };
        let saturations = update_alone(population, update, sweep.columns.as_ref());
        let now = update.bitmap.word(0, i64::from(self.step));
        let fired = match self.h.get_mut(now..sweep.bitmap_end) {
            Some(words) => pack_words(words, depth, lanes, spikes),
            None => 0,
        };
        let c = &mut self.counters;
        c.saturations = c.saturations.wrapping_add(saturations);
        c.spikes = c.spikes.wrapping_add(fired);
    }
}
