//! The loops of UPDATE (`docs/numerics.md`, section 2) over all neurons of a population: without a branch, so
//! that a vector unit takes many at once. What is done for each is in `neuron.rs`.

use super::neuron::{self, Rule, ANY, DELAYED, HARD, SOFT};
use super::spikes::{pack, spread};
use crate::program::{Parameters, Update, ONE};
use multiversion::multiversion;

/// The parameters of each neuron of a population, a column for each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
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

impl Columns {
    /// The parameters of a neuron.
    pub fn of(&self, neuron: usize) -> Parameters {
        let at = |column: &[i32]| column.get(neuron).copied().unwrap_or_default();
        Parameters {
            current_decay: at(&self.current_decay) as u32,
            membrane_decay: at(&self.membrane_decay) as u32,
            gain: at(&self.gain) as u32,
            bias: at(&self.bias),
            threshold: at(&self.threshold),
            reset_value: at(&self.reset_value),
        }
    }
}

/// The parameters of each neuron of an UPDATE, and more of value 0 up to a multiple of eight; nothing if all
/// are shared. None if a factor is above one, or if the table leaves S; `long` reads it.
pub(crate) fn columns(
    update: &Update,
    long: impl Fn(usize) -> Option<u64>,
) -> Option<Option<Columns>> {
    if !at_most_one(&update.parameters) {
        return None;
    }
    let neurons = usize::from(update.neurons);
    let given: Vec<usize> = (0..3).filter(|p| update.per_neuron >> p & 1 == 1).collect();
    if given.is_empty() {
        return Some(None);
    }
    let mut columns = Columns::default();
    for neuron in 0..neurons {
        let mut parameters = update.parameters;
        let table = update.table as usize + neuron * update.pairs_stride();
        for (at, pair) in given.iter().enumerate() {
            parameters.set_pair(*pair, long(table + at)?);
        }
        if !at_most_one(&parameters) {
            return None;
        }
        columns.push(&parameters);
    }
    for _ in neurons..neurons.next_multiple_of(8) {
        columns.push(&Parameters::default());
    }
    Some(Some(columns))
}

/// Whether no factor is above one, as the arithmetic of this file needs.
fn at_most_one(p: &Parameters) -> bool {
    [p.current_decay, p.membrane_decay, p.gain]
        .iter()
        .all(|factor| *factor <= ONE)
}

/// A population during its UPDATE.
pub(crate) struct Population<'a> {
    pub currents: &'a mut [i32],
    pub membranes: &'a mut [i32],
    /// For each neuron, -1 for a spike and else 0: what comes of it.
    pub spikes: &'a mut [i32],
    /// For each neuron a place for -1 if it spiked in the last step and else 0.
    pub previous: &'a [i32],
}

/// A loop over the neurons of a population, made for a kind of UPDATE; the number of saturations. Slices are
/// given one by one, so that the compiler knows that they do not overlap.
#[inline(always)]
fn sweep<const KIND: u8>(
    currents: &mut [i32],
    membranes: &mut [i32],
    spikes: &mut [i32],
    previous: &[i32],
    update: &Update,
    parameters: impl Fn(usize) -> Parameters,
) -> u32 {
    let rule = Rule::new(update);
    let neurons = currents.len();
    let (membranes, spikes) = (&mut membranes[..neurons], &mut spikes[..neurons]);
    let previous = &previous[..neurons];
    let mut saturations = 0u32;
    for index in 0..neurons {
        let stored = (currents[index], membranes[index]);
        let after = rule.neuron::<KIND>(&parameters(index), stored, previous[index]);
        currents[index] = after.current;
        membranes[index] = after.membrane;
        spikes[index] = -i32::from(after.fires);
        saturations = saturations.wrapping_add(after.saturations);
    }
    saturations
}

/// As [`sweep`], with parameters that all neurons share.
#[inline(always)]
fn alike<const KIND: u8>(p: Population, update: &Update) -> u32 {
    let own = update.parameters;
    let (u, v, s, last) = (p.currents, p.membranes, p.spikes, p.previous);
    // Most networks have no synaptic current, or one with a gain of one: without a product, or with two.
    match (own.current_decay, own.gain) {
        (0, ONE) => sweep::<KIND>(u, v, s, last, update, |_| Parameters {
            current_decay: 0,
            gain: ONE,
            ..own
        }),
        (_, ONE) => sweep::<KIND>(u, v, s, last, update, |_| Parameters { gain: ONE, ..own }),
        _ => sweep::<ANY>(u, v, s, last, update, |_| own),
    }
}

/// UPDATE of these neurons, with the parameters of each if there are some; the number of saturations.
#[inline(always)]
pub(crate) fn update(p: Population, update: &Update, columns: Option<&Columns>) -> u32 {
    match (columns, neuron::kind(update)) {
        (None, HARD) => alike::<HARD>(p, update),
        (None, SOFT) => alike::<SOFT>(p, update),
        (None, DELAYED) => alike::<DELAYED>(p, update),
        (None, _) => {
            let (u, v, s, last) = (p.currents, p.membranes, p.spikes, p.previous);
            sweep::<ANY>(u, v, s, last, update, |_| update.parameters)
        }
        (Some(columns), _) => {
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
            let (u, v, s, last) = (p.currents, p.membranes, p.spikes, p.previous);
            sweep::<ANY>(u, v, s, last, update, |index| Parameters {
                current_decay: a[index] as u32,
                membrane_decay: b[index] as u32,
                gain: g[index] as u32,
                bias: bias[index],
                threshold: threshold[index],
                reset_value: reset[index],
            })
        }
    }
}

/// [`update`] for who is not yet in a function for the processor's vector units.
#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512cd+avx512dq+avx512vl",
    "x86_64+avx2+fma",
    "aarch64+neon"
))]
pub(super) fn update_alone(p: Population, by: &Update, columns: Option<&Columns>) -> u32 {
    update(p, by, columns)
}

/// -1 for each neuron that has its bit in these words, a word for each group, and else 0.
#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512cd+avx512dq+avx512vl",
    "x86_64+avx2+fma",
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

/// Writes these masks, each -1 or 0, as bits into the words of their groups; how many are -1.
#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512cd+avx512dq+avx512vl+bmi1+bmi2+lzcnt+popcnt",
    "x86_64+avx2+fma+bmi1+bmi2+lzcnt+popcnt",
    "aarch64+neon"
))]
pub(super) fn pack_words(words: &mut [u32], depth: usize, lanes: usize, masks: &[i32]) -> u32 {
    let mut fired = 0;
    let places = words.iter_mut().step_by(depth);
    for (word, masks) in places.zip(masks.chunks(lanes)) {
        *word = pack(masks);
        fired += word.count_ones();
    }
    fired
}
