//! Runs programs on the devices side by side: an operation on one after the other, in one function for the
//! processor's vector units.

use super::program::{Program, Work};
use super::rings::mask;
use super::state::State;
use super::{scan, update, Sample};
use crate::numbers::fold;
use crate::program::{End, Fold};
use multiversion::multiversion;

/// Places that operations use, kept so that they need not be made again.
#[derive(Clone, Debug, Default)]
pub(super) struct Room {
    scan: scan::Room,
    update: update::Room,
}

/// Does one operation.
#[inline(always)]
fn work(work: &Work, state: &mut State, room: &mut Room) {
    match work {
        Work::Scan(scan) => scan.run(state, &mut room.scan),
        Work::Update(update) => update.run(state, &mut room.update),
        Work::Fold(f, from, to) => fold_state(f, *from, *to, state),
        Work::Clear(clear) => {
            if let Some((neurons, v0)) = &clear.state {
                state.u[neurons.clone()].fill(0);
                state.v[neurons.clone()].fill(*v0);
            }
            for words in &clear.history {
                state.h[words.clone()].fill(0);
            }
        }
        Work::End(end) => end_state(*end, state),
    }
}

fn end_state(end: End, state: &mut State) {
    if end.advance {
        state.step = state.step.wrapping_add(1);
        state.counters.steps = state.counters.steps.wrapping_add(1);
    }
    if end.restart {
        state.step = 0;
    }
}

/// FOLD of two ranges that do not overlap.
fn fold_state(f: &Fold, from: usize, to: usize, state: &mut State) {
    let mut counted = 0u32;
    for neuron in 0..usize::from(f.neurons) {
        let (value, over) = fold(f, state.u[to + neuron], state.u[from + neuron]);
        state.u[to + neuron] = value;
        state.u[from + neuron] = 0;
        counted = counted.wrapping_add(u32::from(over));
    }
    let counter = match f.wrap {
        true => &mut state.counters.wraps,
        false => &mut state.counters.saturations,
    };
    *counter = counter.wrapping_add(counted);
}

/// Sets the inputs of the step that comes next.
#[inline(always)]
fn set_inputs(program: &Program, state: &mut State, mut words: &[u64]) {
    for (ring, places) in &program.inputs {
        let own = places.div_ceil(64);
        let (now, rest) = words.split_at(own.min(words.len()));
        let to = &mut state.h[ring.step(state.step)];
        // What is beyond the places stays as it is.
        let kept = to.get(own.wrapping_sub(1)).copied().unwrap_or(0);
        for (to, word) in to.iter_mut().zip(now) {
            *to = *word;
        }
        if let (Some(last), true) = (to.get_mut(own.wrapping_sub(1)), now.len() == own) {
            let mask = mask(*places, own - 1);
            *last = kept & !mask | *last & mask;
        }
        words = rest;
    }
}

/// A sample on each device; from the start, if the devices are cleared first.
#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512cd+avx512dq+avx512vl+bmi1+bmi2+lzcnt+popcnt",
    "x86_64+avx2+fma+bmi1+bmi2+lzcnt+popcnt",
    "aarch64+neon"
))]
pub(super) fn samples(
    program: &Program,
    clear: bool,
    states: &mut [State],
    samples: &[Sample],
    room: &mut Room,
) {
    let width = program.input_words;
    let most = samples.iter().map(|sample| sample.steps).max();
    // The program that clears counts as a round of its own, so that all is in this function once.
    for round in usize::from(!clear)..=most.unwrap_or(0) {
        let step = round.wrapping_sub(1);
        let operations = match round {
            0 => &program.clear,
            _ => &program.step,
        };
        let running = |sample: &Sample| round <= sample.steps;
        for (state, sample) in states.iter_mut().zip(samples) {
            if round == 0 {
                state.tally.clear();
            } else if running(sample) {
                let words = sample.words.get(step * width..(step + 1) * width);
                set_inputs(program, state, words.unwrap_or_default());
            }
        }
        for operation in operations {
            for (state, sample) in states.iter_mut().zip(samples) {
                if running(sample) {
                    if let (Work::End(_), 1..) = (operation, round) {
                        state.tally.add(&state.h[program.counted.step(state.step)]);
                    }
                    work(operation, state, room);
                }
            }
        }
    }
}
