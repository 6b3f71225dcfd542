//! The arithmetic of UPDATE (`docs/numerics.md`, section 2) for all neurons of a population in one loop
//! without a branch and without a number of more than 32 bits, so that a vector unit takes many at once.
//!
//! The products of section 2 have 41 bits. But for a factor A of at most 2^16 and a value x of 24 bits with
//! the halves x = 2^16 high + low, `A x = 2^16 A high + A low`, where `A high` has 25 bits and `A low` with
//! any correction below 2^16 is less than 2^32. So floors of sums of products are sums of the products with
//! high halves, of the upper halves of the products with low halves, and of what the lower halves carry.

use super::spikes::{pack, spread};
use crate::numbers::{correction, HELD_VALUES, LOWEST};
use crate::program::{Parameters, Reset, Rounding, Update, LIMIT, ONE};
use multiversion::multiversion;

/// The parameters of each neuron of a population, a column for each.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    current_decay: Vec<i32>,
    membrane_decay: Vec<i32>,
    gain: Vec<i32>,
    bias: Vec<i32>,
    threshold: Vec<i32>,
    reset_value: Vec<i32>,
}

impl Columns {
    pub fn push(&mut self, p: &Parameters) {
        self.current_decay.push(p.current_decay as i32);
        self.membrane_decay.push(p.membrane_decay as i32);
        self.gain.push(p.gain as i32);
        self.bias.push(p.bias);
        self.threshold.push(p.threshold);
        self.reset_value.push(p.reset_value);
    }
}

/// Whether no factor is above one, as the arithmetic of this file needs.
pub(super) fn at_most_one(p: &Parameters) -> bool {
    [p.current_decay, p.membrane_decay, p.gain]
        .iter()
        .all(|factor| *factor <= ONE)
}

/// A population during its UPDATE.
pub(super) struct Population<'a> {
    pub currents: &'a mut [i32],
    pub membranes: &'a mut [i32],
    /// For each neuron, 1 for a spike and else 0: what comes of it.
    pub spikes: &'a mut [u8],
    /// For each neuron a place for -1 if it spiked in the last step and else 0.
    pub previous: &'a mut [i32],
}

/// `c(x)`: for every x, and what comes to it for those below 0.
fn corrections(rounding: Rounding) -> (u32, u32) {
    let all = correction(0, rounding);
    (all as u32, (correction(-1, rounding) - all) as u32)
}

/// The product of a factor and a value: the whole of `A high`, and `A low`.
#[inline(always)]
fn product(factor: i32, x: i32) -> (i32, u32) {
    (
        factor * (x >> 16),
        (factor as u32).wrapping_mul(x as u32 & 0xffff),
    )
}

/// What is the same for all neurons, and the loop over them. The number of saturations.
#[inline(always)]
fn sweep(p: Population, update: &Update, parameters: impl Fn(usize) -> Parameters) -> u32 {
    let (all_u, below_u) = corrections(update.rounding_current);
    let (all_v, below_v) = corrections(update.rounding_membrane);
    let (v_min, v_max, sub) = (update.v_min, update.v_max, update.sub);
    let (inverted, silent) = (update.inverted, update.no_threshold);
    let after_decay = update.current_after_decay;
    let (holds, hold) = match update.held_steps {
        0 => (false, 0),
        steps => (true, LOWEST + i32::from(steps) - 1),
    };
    let held_below = if holds {
        LOWEST + HELD_VALUES
    } else {
        i32::MIN
    };
    let (hard, soft) = (update.reset == Reset::Hard, update.reset == Reset::Soft);
    let late = match update.reset {
        Reset::Delayed => sub,
        _ => 0,
    };
    let neurons = p.currents.len();
    let (membranes, spikes) = (&mut p.membranes[..neurons], &mut p.spikes[..neurons]);
    let previous = &p.previous[..neurons];
    let mut saturations = 0u32;
    for index in 0..neurons {
        let own = parameters(index);
        let (u0, v0) = (p.currents[index], membranes[index]);
        let (high, low) = product(own.current_decay as i32, u0);
        let correct = all_u + ((u0 >> 31) as u32 & below_u);
        let u1 = high + (low.wrapping_add(correct) >> 16) as i32;
        let (high_v, low_v) = product(own.membrane_decay as i32, v0);
        let (high_i, low_i) = product(own.gain as i32, if after_decay { u1 } else { u0 });
        let correct = all_v + ((v0 >> 31) as u32 & below_v);
        let carry = ((low_v & 0xffff) + (low_i & 0xffff) + correct) >> 16;
        let h0 = high_v + high_i + ((low_v >> 16) + (low_i >> 16) + carry) as i32 + own.bias;
        let h1 = h0 - (late & previous[index]);
        let over = !(-LIMIT..=LIMIT).contains(&h1);
        let h = h1.max(v_min).min(v_max);
        let fires = !silent & ((h < own.threshold) == inverted);
        let lowered = h - sub;
        let limited = lowered.clamp(-LIMIT, LIMIT);
        let after = if hard {
            if holds {
                hold
            } else {
                own.reset_value
            }
        } else if soft {
            limited
        } else {
            h
        };
        let held = v0 < held_below;
        let waits = if v0 > LOWEST { v0 - 1 } else { own.reset_value };
        let v1 = if fires { after } else { h };
        p.currents[index] = u1;
        membranes[index] = if held { waits } else { v1 };
        spikes[index] = u8::from(fires & !held);
        let limits = fires & soft & (limited != lowered);
        saturations = saturations.wrapping_add(u32::from(over & !held) + u32::from(limits & !held));
    }
    saturations
}

/// UPDATE with parameters that all neurons share; the number of saturations. `words` are those of the
/// population's spikes in the last step, which only a delayed reset looks at.
#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512cd+avx512dq+avx512vl",
    "x86_64+avx2+fma",
    "x86_64+sse4.2",
    "aarch64+neon"
))]
pub(super) fn shared(p: Population, update: &Update) -> u32 {
    let own = update.parameters;
    // Most networks have no synaptic current, or one with a gain of one: without a product, or with two.
    match (own.current_decay, own.gain) {
        (0, ONE) => sweep(p, update, |_| Parameters {
            current_decay: 0,
            gain: ONE,
            ..own
        }),
        (_, ONE) => sweep(p, update, |_| Parameters { gain: ONE, ..own }),
        _ => sweep(p, update, |_| own),
    }
}

/// The same with parameters of their own.
#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512cd+avx512dq+avx512vl",
    "x86_64+avx2+fma",
    "x86_64+sse4.2",
    "aarch64+neon"
))]
pub(super) fn own(p: Population, update: &Update, columns: &Columns) -> u32 {
    let neurons = p.currents.len();
    let (a, b) = (
        &columns.current_decay[..neurons],
        &columns.membrane_decay[..neurons],
    );
    let (g, bias) = (&columns.gain[..neurons], &columns.bias[..neurons]);
    let (threshold, reset) = (
        &columns.threshold[..neurons],
        &columns.reset_value[..neurons],
    );
    sweep(p, update, |index| Parameters {
        current_decay: a[index] as u32,
        membrane_decay: b[index] as u32,
        gain: g[index] as u32,
        bias: bias[index],
        threshold: threshold[index],
        reset_value: reset[index],
    })
}

/// -1 for each neuron that has its bit in these words, a word for each group, and else 0.
#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512cd+avx512dq+avx512vl",
    "x86_64+avx2+fma",
    "x86_64+sse4.2",
    "aarch64+neon"
))]
pub(super) fn spread_words(words: &[u32], depth: usize, lanes: usize, masks: &mut [i32]) {
    let words = words.iter().step_by(depth).copied();
    match lanes {
        4 => spread::<4>(words, masks),
        8 => spread::<8>(words, masks),
        16 => spread::<16>(words, masks),
        _ => spread::<32>(words, masks),
    }
}

/// Writes the bits of these bytes, each 0 or 1, into the words of their groups; how many are 1.
#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512cd+avx512dq+avx512vl+bmi1+bmi2+lzcnt+popcnt",
    "x86_64+avx2+fma+bmi1+bmi2+lzcnt+popcnt",
    "x86_64+sse4.2+popcnt"
))]
pub(super) fn pack_words(words: &mut [u32], depth: usize, lanes: usize, spikes: &[u8]) -> u32 {
    let (mut fired, mut at) = (0, 0);
    let mut put = |bits: u32| {
        if let Some(word) = words.get_mut(at) {
            *word = bits;
        }
        fired += bits.count_ones();
        at += depth;
    };
    // Of eight lanes, the commonest, a group is a single product.
    if lanes == 8 {
        let groups = spikes.chunks_exact(8);
        let rest = groups.remainder();
        for group in groups {
            put(pack(group));
        }
        if !rest.is_empty() {
            put(pack(rest));
        }
    } else {
        for group in spikes.chunks(lanes) {
            put(pack(group));
        }
    }
    fired
}
