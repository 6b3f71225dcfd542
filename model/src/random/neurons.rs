//! Random UPDATE operations.

use super::build::Builder;
use super::values::Values;
use super::RandomPopulation;
use crate::numbers::LOWEST;
use crate::program::{Bitmap, Parameters, Reset, Rounding, Update, LIMIT, ONE};

/// What an UPDATE is drawn for.
pub(super) struct Place {
    pub(super) bitmap: Bitmap,
    pub(super) first_group: usize,
    pub(super) neurons: usize,
    /// Threshold of about 2^scale.
    pub(super) scale: u32,
    /// One of several passes.
    pub(super) several: bool,
}

/// A population's UPDATE, its table of pairs not yet placed.
pub(super) fn update(values: &mut Values, place: &Place) -> Update {
    let roundings = [Rounding::Floor, Rounding::HalfUp, Rounding::TowardZero];
    let delayed = !place.several && place.bitmap.log2_depth > 0;
    let reset = match values.range(0..=5) {
        0 | 1 => Reset::Hard,
        2 | 3 => Reset::Soft,
        4 if delayed => Reset::Delayed,
        4 => Reset::Soft,
        _ => Reset::None,
    };
    let held = reset == Reset::Hard && !place.several && values.one_in(2);
    let after = values.one_in(3);
    let parameters = parameters(values, place, after);
    let mut v_min = match values.range(0..=4) {
        0 => values.wild24().max(-LIMIT),
        1 => -values.near(1 << place.scale),
        _ => -LIMIT,
    };
    if held {
        v_min = v_min.max(LOWEST + 64);
    }
    let v_max = if values.one_in(6) {
        values.wild24()
    } else {
        LIMIT
    };
    Update {
        current_after_decay: after,
        rounding_current: values.pick(&roundings),
        rounding_membrane: values.pick(&roundings),
        reset,
        inverted: values.one_in(8),
        no_threshold: values.one_in(10),
        held_steps: if held {
            values.pick(&[1, 1, 2, 3, 5, 63, 64])
        } else {
            0
        },
        per_neuron: if values.one_in(2) {
            values.range(0..=7) as u8
        } else {
            0
        },
        bitmap: place.bitmap,
        first_group: place.first_group as u16,
        neurons: place.neurons as u16,
        table: 0,
        parameters,
        sub: match values.range(0..=4) {
            0 => values.wild24(),
            1 => values.near(1 << place.scale),
            _ => parameters.threshold,
        },
        v_min,
        v_max: v_max.max(v_min),
    }
}

/// A further pass over the same population: mostly one that leaves `u` and `v` as they are.
pub(super) fn pass(values: &mut Values, first: &Update, bitmap: Bitmap) -> Update {
    let mut pass = Update {
        bitmap,
        held_steps: 0,
        per_neuron: 0,
        ..*first
    };
    if first.per_neuron == 4 || values.one_in(4) {
        pass.per_neuron = first.per_neuron;
    }
    if pass.per_neuron & 3 != 0 || values.one_in(4) {
        pass.parameters.membrane_decay = values.factor(false);
    } else {
        let p = pass.parameters;
        let (current_decay, membrane_decay) = (ONE, ONE);
        pass.parameters = Parameters {
            current_decay,
            membrane_decay,
            gain: 0,
            bias: 0,
            ..p
        };
    }
    if values.one_in(3) {
        pass.inverted = !pass.inverted;
        pass.parameters.threshold = pass
            .parameters
            .threshold
            .wrapping_neg()
            .clamp(LOWEST, LIMIT);
    }
    pass
}

/// Parameters of a population or neuron; A is not 0 with `after`.
pub(super) fn parameters(values: &mut Values, place: &Place, after: bool) -> Parameters {
    let size = 1i32 << place.scale;
    Parameters {
        current_decay: if values.one_in(4) {
            u32::from(after)
        } else {
            values.factor(after)
        },
        membrane_decay: values.factor(false),
        gain: if values.one_in(3) {
            values.factor(false)
        } else {
            ONE
        },
        bias: match values.range(0..=5) {
            0 => values.wild24(),
            1 => values.near(size) / 4,
            2 => -values.near(size) / 8,
            _ => 0,
        },
        threshold: if values.one_in(10) {
            values.wild24()
        } else {
            values.near(size)
        },
        reset_value: match values.range(0..=5) {
            0 => values.wild24(),
            1 => -values.near(size) / 4,
            _ => 0,
        },
    }
}

impl Builder {
    /// A table of pairs for an UPDATE that asks for one.
    pub(super) fn place_pairs(&mut self, mut update: Update, place: &Place) -> Update {
        let bytes = update.pairs_stride() * usize::from(update.neurons) * 8;
        let start = self.s.len().next_multiple_of(8);
        if bytes == 0 || start + bytes > self.data_end {
            update.per_neuron = 0;
            return update;
        }
        self.s.resize(start, 0xa5);
        update.table = (start / 8) as u32;
        for _ in 0..update.neurons {
            let p = parameters(&mut self.values, place, update.current_after_decay);
            let given = (0..3).filter(|pair| update.per_neuron >> pair & 1 == 1);
            let mut longs: Vec<u64> = given.map(|pair| p.pair(pair)).collect();
            longs.resize_with(update.pairs_stride(), || self.values.long());
            self.s
                .extend(longs.iter().flat_map(|long| long.to_le_bytes()));
        }
        update
    }

    /// In half of the cases any start values of the populations' neurons.
    pub(super) fn start_values(&mut self, of: &[RandomPopulation]) -> (Vec<i32>, Vec<i32>) {
        if self.values.one_in(2) {
            return (Vec::new(), Vec::new());
        }
        let lanes = self.shape.lanes;
        let end = of
            .iter()
            .map(|p| (p.first_group + p.groups) * lanes)
            .max()
            .unwrap_or(0);
        let (mut currents, mut membranes) = (vec![0; end], vec![0; end]);
        for population in of {
            let first = population.first_group * lanes;
            for neuron in first..first + population.neurons {
                currents[neuron] = self.values.wild24();
                membranes[neuron] = self.values.wild24();
            }
        }
        (currents, membranes)
    }
}
