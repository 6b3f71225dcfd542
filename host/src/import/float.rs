//! The network in 64-bit floats, step by step: what quantisation is measured against. Floats have no range, so nothing
//! wraps in them.

use super::network::{Network, Neuron, Population, ResetKind, Weights};

/// A run in floats.
pub struct FloatRun<'a> {
    network: &'a Network,
    states: Vec<State>,
    /// Weights of each connection by source.
    rows: Vec<Rows>,
    /// Steps since the start.
    steps: u64,
    /// Spikes of the last steps, newest first, for each population.
    history: Vec<Vec<Vec<bool>>>,
    depth: usize,
}

/// Weights of a connection, source by source.
enum Rows {
    /// `[from * destinations + to]`.
    Dense(Vec<f64>),
    /// Where each source's begin, and destinations with weights.
    Sparse(Vec<usize>, Vec<(usize, f64)>),
}

impl Rows {
    fn new(weights: &Weights, sources: usize, destinations: usize) -> Self {
        match weights {
            Weights::Dense(values) => {
                let mut rows = vec![0.0; values.len()];
                for (to, row) in values.chunks_exact(sources.max(1)).enumerate() {
                    row.iter()
                        .enumerate()
                        .for_each(|(from, &w)| rows[from * destinations + to] = w);
                }
                Rows::Dense(rows)
            }
            Weights::Sparse(sparse) => Rows::Sparse(
                sparse.starts(sources),
                sparse.entries().map(|(_, to, w)| (to, w)).collect(),
            ),
        }
    }

    /// Adds the weights of a source.
    fn add(&self, from: usize, u: &mut [f64]) {
        match self {
            Rows::Dense(rows) => {
                let row = &rows[from * u.len()..(from + 1) * u.len()];
                u.iter_mut().zip(row).for_each(|(u, w)| *u += w);
            }
            Rows::Sparse(starts, entries) => {
                for &(to, w) in &entries[starts[from]..starts[from + 1]] {
                    u[to] += w;
                }
            }
        }
    }
}

#[derive(Clone, Default)]
struct State {
    u: Vec<f64>,
    v: Vec<f64>,
    held: Vec<u8>,
}

impl State {
    fn start(p: &Population) -> Self {
        let start = p.neuron.as_ref().map(|rule| &rule.start);
        let value = |i| start.map_or(0.0, |start| start.at(i));
        State {
            u: vec![0.0; p.neurons],
            v: (0..p.neurons).map(value).collect(),
            held: vec![0; p.neurons],
        }
    }
}

/// What a recorded run gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FloatTrace {
    /// `spikes[step][population][neuron]`, inputs included.
    pub spikes: Vec<Vec<Vec<bool>>>,
    /// Membranes after the last step, for each population.
    pub membranes: Vec<Vec<f64>>,
}

impl<'a> FloatRun<'a> {
    /// A run at its start.
    pub fn new(network: &'a Network) -> Self {
        let size = |p: usize| network.populations.get(p).map_or(0, |p| p.neurons);
        let rows = network
            .connections
            .iter()
            .map(|c| Rows::new(&c.weights, size(c.from), size(c.to)))
            .collect();
        let depth = network
            .connections
            .iter()
            .map(|c| c.delay)
            .max()
            .unwrap_or(0)
            + 2;
        let mut run = FloatRun {
            network,
            states: Vec::new(),
            rows,
            steps: 0,
            history: Vec::new(),
            depth,
        };
        run.clear();
        run
    }

    /// Back to the start.
    pub fn clear(&mut self) {
        self.states.clear();
        self.history.clear();
        self.steps = 0;
        for p in &self.network.populations {
            self.states.push(State::start(p));
            self.history.push(vec![vec![false; p.neurons]; self.depth]);
        }
    }

    /// Membranes of a population.
    pub fn membranes(&self, population: usize) -> &[f64] {
        self.states.get(population).map_or(&[], |s| &s.v)
    }

    /// One step with the spikes of the inputs, in their order; the spikes of all populations.
    pub fn step(&mut self, inputs: &[&[bool]]) -> Vec<Vec<bool>> {
        self.steps += 1;
        for (index, population) in self.network.populations.iter().enumerate() {
            let n = population.neurons;
            let now = match &population.neuron {
                None => {
                    let given = inputs.get(index).copied().unwrap_or(&[]);
                    (0..n)
                        .map(|i| given.get(i).copied().unwrap_or(false))
                        .collect()
                }
                Some(rule) => {
                    if let Some([interval, offset]) = rule.clear.map(|c| c.map(u64::from)) {
                        let interval = interval.max(1);
                        if self.steps % interval == offset % interval {
                            self.states[index] = State::start(population);
                        }
                    }
                    self.receive(index);
                    self.update(index)
                }
            };
            self.history[index].rotate_right(1);
            self.history[index][0] = now;
        }
        self.history.iter().map(|h| h[0].clone()).collect()
    }

    fn receive(&mut self, index: usize) {
        // Of connections that round their sum down.
        let mut sums = vec![0.0; self.states[index].u.len()];
        for (at, c) in self.network.incoming(index) {
            let passes: Vec<usize> = self.network.passes(c.from).collect();
            // A later population has not written this step's spikes yet: its newest are one old.
            let written = c.from < index;
            let back = if written {
                c.delay
            } else {
                c.delay.saturating_sub(1)
            };
            let u = match c.floor_shift {
                0 => &mut self.states[index].u,
                _ => &mut sums,
            };
            for source in std::iter::once(c.from).chain(passes) {
                let spikes = self.history[source][back].iter().enumerate();
                for (from, _) in spikes.filter(|s| *s.1) {
                    self.rows[at].add(from, u);
                }
            }
            if c.floor_shift > 0 && !self.network.goes_on(at) {
                let shift = f64::from(c.floor_shift);
                for (u, sum) in self.states[index].u.iter_mut().zip(&mut sums) {
                    *u += (std::mem::take(sum) * (-shift).exp2()).floor();
                }
            }
        }
    }

    fn update(&mut self, index: usize) -> Vec<bool> {
        let population = &self.network.populations[index];
        let Some(rule) = &population.neuron else {
            return Vec::new();
        };
        if let Some(of) = population.pass_of {
            return pass(rule, &mut self.states[of].v);
        }
        let state = &mut self.states[index];
        let previous = &self.history[index][0];
        let mut spikes = vec![false; population.neurons];
        for i in 0..population.neurons {
            if let Some(bias) = &rule.current_bias {
                state.u[i] += bias[i];
            }
            let u = state.u[i];
            let after = rule.current_decay.at(i) * u;
            state.u[i] = after;
            if state.held[i] > 0 {
                state.held[i] -= 1;
                state.v[i] = rule.reset_value.at(i);
                continue;
            }
            let current = if rule.current_after_decay { after } else { u };
            let mut h = rule.membrane_decay.at(i) * state.v[i] + rule.gain.at(i) * current;
            h += rule.bias.at(i);
            let threshold = rule.threshold.as_ref().map(|t| t.at(i));
            if let (ResetKind::Delayed, true, Some(t)) = (rule.reset, previous[i], threshold) {
                h -= t;
            }
            if let Some(low) = rule.v_min {
                h = h.max(low);
            }
            if let Some(high) = rule.v_max {
                h = h.min(high);
            }
            spikes[i] = threshold.is_some_and(|t| reaches(rule, h, t));
            state.v[i] = match (spikes[i], rule.reset) {
                (true, ResetKind::Hard) => rule.reset_value.at(i),
                (true, ResetKind::Soft) => h - threshold.unwrap_or(0.0),
                _ => h,
            };
            if spikes[i] {
                state.held[i] = rule.held_steps;
            }
        }
        spikes
    }
}

fn reaches(rule: &Neuron, h: f64, threshold: f64) -> bool {
    match (rule.inverted, rule.strict) {
        (false, true) => h > threshold,
        (false, false) => h >= threshold,
        (true, true) => h < threshold,
        (true, false) => h <= threshold,
    }
}

/// Another pass over membranes in the same step.
fn pass(rule: &Neuron, v: &mut [f64]) -> Vec<bool> {
    let threshold = |i: usize| rule.threshold.as_ref().map(|t| t.at(i));
    let one = |(i, v): (usize, &mut f64)| {
        let spikes = threshold(i).is_some_and(|t| reaches(rule, *v, t));
        *v = match (spikes, rule.reset) {
            (true, ResetKind::Hard) => rule.reset_value.at(i),
            (true, ResetKind::Soft) => *v - threshold(i).unwrap_or(0.0),
            _ => *v,
        };
        spikes
    };
    v.iter_mut().enumerate().map(one).collect()
}

/// Runs a network from its start over recorded input: `input[step][input population][neuron]`.
pub fn run(network: &Network, input: &[Vec<Vec<bool>>]) -> FloatTrace {
    let mut run = FloatRun::new(network);
    let mut trace = FloatTrace::default();
    for step in input {
        let inputs: Vec<&[bool]> = step.iter().map(Vec::as_slice).collect();
        trace.spikes.push(run.step(&inputs));
    }
    trace.membranes = (0..network.populations.len())
        .map(|p| run.membranes(p).to_vec())
        .collect();
    trace
}
