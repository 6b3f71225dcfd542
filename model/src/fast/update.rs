//! The fast path of UPDATE (`docs/numerics.md`, section 2): all neurons of a population in one loop without a
//! branch, for parameters that they share and without a delayed reset.

use crate::device::Device;
use crate::numbers::{correction, HELD_VALUES, LOWEST};
use crate::program::{Reset, Rounding, Update, LIMIT};
use multiversion::multiversion;

/// The largest factor of the contract, one.
const ONE: u32 = 1 << 16;

impl Device {
    /// UPDATE, if it is of a kind that this path knows; whether it was done.
    pub(crate) fn update_fast(&mut self, update: &Update) -> bool {
        let lanes = self.shape.lanes;
        let neurons = usize::from(update.neurons);
        let first = (usize::from(update.first_group) & (self.shape.groups - 1)) * lanes;
        let p = &update.parameters;
        let factors = [p.current_decay, p.membrane_decay, p.gain];
        if update.per_neuron & 7 != 0
            || update.reset == Reset::Delayed
            || factors.iter().any(|factor| *factor > ONE)
            || first + neurons > self.u.len()
        {
            return false;
        }
        let range = first..first + neurons;
        let mut spikes = vec![false; neurons];
        let saturations = sweep(
            &mut self.u[range.clone()],
            &mut self.v[range],
            &mut spikes,
            update,
        );
        self.counters.saturations = self.counters.saturations.wrapping_add(saturations);
        for (group, spikes) in spikes.chunks(lanes).enumerate() {
            let bits = spikes
                .iter()
                .rev()
                .fold(0, |word, spike| word << 1 | u32::from(*spike));
            self.counters.spikes = self.counters.spikes.wrapping_add(bits.count_ones());
            let word = self.history_word(update.bitmap, group, 0);
            self.h[word] = bits;
        }
        true
    }
}

/// `c(x)`: for every x, and what comes to it for those below 0.
fn corrections(rounding: Rounding) -> (i64, i64) {
    let all = correction(0, rounding);
    (all, correction(-1, rounding) - all)
}

/// Updates these currents and membranes; whether each spikes, and the number of saturations.
#[multiversion(targets = "simd")]
fn sweep(currents: &mut [i32], membranes: &mut [i32], spikes: &mut [bool], update: &Update) -> u32 {
    let p = &update.parameters;
    let (a, b, g) = (
        i64::from(p.current_decay),
        i64::from(p.membrane_decay),
        i64::from(p.gain),
    );
    let bias = i64::from(p.bias) << 16;
    let (all_u, below_u) = corrections(update.rounding_current);
    let (all_v, below_v) = corrections(update.rounding_membrane);
    let (v_min, v_max) = (i64::from(update.v_min), i64::from(update.v_max));
    let (sub, threshold, reset_value) = (update.sub, p.threshold, p.reset_value);
    let (inverted, silent) = (update.inverted, update.no_threshold);
    let after_decay = update.current_after_decay;
    let held_below = match update.held_steps {
        0 => i32::MIN,
        _ => LOWEST + HELD_VALUES,
    };
    let hard_reset = match update.held_steps {
        0 => reset_value,
        steps => LOWEST + i32::from(steps) - 1,
    };
    let (hard, soft) = (update.reset == Reset::Hard, update.reset == Reset::Soft);
    let mut saturations = 0u32;
    for ((u, v), spike) in currents
        .iter_mut()
        .zip(membranes.iter_mut())
        .zip(spikes.iter_mut())
    {
        let (u0, v0) = (*u, *v);
        let negative = |x: i32| i64::from(x >> 31);
        let u1 = ((a * i64::from(u0) + all_u + (negative(u0) & below_u)) >> 16) as i32;
        let i = if after_decay { u1 } else { u0 };
        let sum = b * i64::from(v0) + g * i64::from(i) + bias + all_v + (negative(v0) & below_v);
        let h1 = sum >> 16;
        let over = (h1 > i64::from(LIMIT)) | (h1 < -i64::from(LIMIT));
        let h = h1.max(v_min).min(v_max) as i32;
        let fires = !silent & ((h < threshold) == inverted);
        let lowered = h - sub;
        let limited = lowered.clamp(-LIMIT, LIMIT);
        let after = if hard {
            hard_reset
        } else if soft {
            limited
        } else {
            h
        };
        let held = v0 < held_below;
        let waits = if v0 > LOWEST { v0 - 1 } else { reset_value };
        let v1 = if fires { after } else { h };
        *u = u1;
        *v = if held { waits } else { v1 };
        *spike = fires & !held;
        let limits = fires & soft & (limited != lowered);
        saturations = saturations.wrapping_add(u32::from(over & !held) + u32::from(limits & !held));
    }
    saturations
}
