//! Where everything lies in S, U, V and H.

use super::error::{limit, CompileError};
use super::order::{self, Allowed, Order};
use super::rows::{Block, Part};
use super::synapses::Synapses;
use super::{reports, steps, CompileOptions};
use crate::import::{Network, ResetKind};
use crate::learning::Learning;
use crate::quantise::QuantisedPopulation;
use ferrospike_model::device::Shape;
use ferrospike_model::image::{Periodic, Role};
use ferrospike_model::program::{Bitmap, Operation};

/// A population's place.
#[derive(Clone, Default)]
pub(super) struct Place {
    pub first_group: usize,
    pub groups: usize,
    pub order: Order,
    pub bitmap: Bitmap,
    /// Table of pairs, address in longs.
    pub table: usize,
    /// Pairs given for each neuron.
    pub per_neuron: u8,
    pub spikes_report: Option<u8>,
    pub membrane_report: Option<u8>,
}

pub(super) struct Layout<'a> {
    pub network: &'a Network,
    pub quantised: &'a [QuantisedPopulation],
    pub lanes: usize,
    pub places: Vec<Place>,
    pub blocks: Vec<Block>,
    pub clear_entry: usize,
    pub step_entry: usize,
    /// The step that learns, if anything does.
    pub learn_entry: Option<usize>,
    /// What learns.
    pub learning: &'a Learning,
    /// Word of S with the random numbers of what learns.
    pub random_word: usize,
    pub periodic: Vec<Periodic>,
    groups: usize,
    /// Where sums that are rounded down are made, behind all neurons, and its groups.
    pub scratch_group: usize,
    pub scratch_groups: usize,
    history: usize,
    words: usize,
}

impl<'a> Layout<'a> {
    pub fn new(
        network: &'a Network,
        quantised: &'a [QuantisedPopulation],
        options: &'a CompileOptions,
        allowed: Allowed,
    ) -> Result<Self, CompileError> {
        let lanes = options.shape.lanes;
        let mut layout = Layout {
            network,
            quantised,
            lanes,
            places: vec![Place::default(); network.populations.len()],
            blocks: Vec::new(),
            clear_entry: 0,
            step_entry: 0,
            learn_entry: None,
            learning: &options.quantise.learning,
            random_word: 0,
            periodic: Vec::new(),
            groups: 0,
            scratch_group: 0,
            scratch_groups: 0,
            history: 0,
            words: 0,
        };
        layout.place_neurons(allowed)?;
        layout.place_state(options)?;
        layout.place_history()?;
        layout.make_rows(options.lists);
        layout.check_changes()?;
        layout.place_synapses();
        layout.check_fit(options)?;
        Ok(layout)
    }

    /// Parameters that neurons have for themselves, and the order of the neurons.
    fn place_neurons(&mut self, allowed: Allowed) -> Result<(), CompileError> {
        for (place, p) in self.places.iter_mut().zip(&self.network.populations) {
            place.order = Order::plain(p.neurons);
        }
        for q in self.quantised {
            let same = |pair: usize| {
                q.parameters
                    .windows(2)
                    .all(|w| w[0].pair(pair) == w[1].pair(pair))
            };
            let place = &mut self.places[q.index];
            place.per_neuron = (0..3).map(|pair| u8::from(!same(pair)) << pair).sum();
            if let Some(of) = self.network.populations[q.index].pass_of {
                self.places[q.index].order = self.places[of].order.clone();
                continue;
            }
            // Padding never spikes; a bias that rises without spikes would make it.
            let allowed = match self.learning.bias(q.index) {
                Some(_) => Allowed::Plain,
                None => allowed,
            };
            place.order = order::choose(self.network, q, place.per_neuron, self.lanes, allowed);
        }
        for (place, p) in self.places.iter_mut().zip(&self.network.populations) {
            place.groups = place.order.places.div_ceil(self.lanes);
            if place.groups > 4095 {
                let reason = format!(
                    "it takes {} groups of {} neurons, 4095 is the most; split it, or use a device \
                     with more lanes",
                    place.groups, self.lanes
                );
                return Err(limit(&p.name, reason));
            }
        }
        Ok(())
    }

    fn place_state(&mut self, options: &CompileOptions) -> Result<(), CompileError> {
        let mut number = 0usize;
        let mut firsts = Vec::with_capacity(self.places.len());
        for (place, p) in self.places.iter_mut().zip(&self.network.populations) {
            let of = p.pass_of.and_then(|of| firsts.get(of).copied());
            firsts.push(self.groups);
            let Some(rule) = &p.neuron else { continue };
            place.first_group = of.unwrap_or(self.groups);
            self.groups += if of.is_some() { 0 } else { place.groups };
            let wanted = reports(p.role, options.report);
            let spikes = wanted && rule.threshold.is_some();
            let silent = rule.threshold.is_none();
            let membrane =
                wanted && of.is_none() && (silent || (options.membranes && p.role == Role::Output));
            for (want, slot) in [
                (spikes, &mut place.spikes_report),
                (membrane, &mut place.membrane_report),
            ] {
                if want {
                    let too_many = |_| limit(&p.name, "more than 256 reports in a step");
                    *slot = Some(u8::try_from(number).map_err(too_many)?);
                    number += 1;
                }
            }
        }
        let folds = |q: &&QuantisedPopulation| q.connections.iter().any(|c| c.fold.is_some());
        let scratch = self.quantised.iter().filter(folds);
        let scratch = scratch.map(|q| self.places[q.index].groups).max();
        self.scratch_group = self.groups;
        self.scratch_groups = scratch.unwrap_or(0);
        self.groups += self.scratch_groups;
        Ok(())
    }

    /// Rings by falling depth, so that each begins at a multiple of its depth.
    fn place_history(&mut self) -> Result<(), CompileError> {
        let mut depths = Vec::new();
        for (index, p) in self.network.populations.iter().enumerate() {
            // A pass leaves through the connections of its population.
            let source = p.pass_of.filter(|_| !p.is_negative()).unwrap_or(index);
            let from_here = self.network.connections.iter();
            let from_here = from_here.filter(|c| c.from == source);
            let delay = from_here.map(|c| c.delay).max().unwrap_or(0);
            let delay = delay.max(self.learning.delay(self.network, index));
            let delayed = p
                .neuron
                .as_ref()
                .is_some_and(|r| r.reset == ResetKind::Delayed);
            let need = delay + if p.neuron.is_none() { 2 } else { 1 };
            let depth = need.max(if delayed { 2 } else { 1 }).next_power_of_two();
            depths.push((depth, index));
        }
        depths.sort_by_key(|&(depth, index)| (std::cmp::Reverse(depth), index));
        for (depth, index) in depths {
            let place = &mut self.places[index];
            place.bitmap.log2_depth = depth.trailing_zeros() as u8;
            // Beyond 16 bits the fit fails below.
            place.bitmap.base = u16::try_from(self.history).unwrap_or(0);
            self.history += place.groups * depth;
        }
        Ok(())
    }

    /// Rows of all connections and constant currents, dense or listed.
    fn make_rows(&mut self, lists: bool) {
        for q in self.quantised {
            let to = &self.places[q.index];
            let common = Part {
                connection: None,
                to: q.index,
                part: 0,
                exponent: 0,
                fold: None,
                learned: None,
                sources: 1,
                neurons: self.network.populations[q.index].neurons,
                groups: to.groups,
                first_group: to.first_group,
            };
            for c in &q.connections {
                let connection = &self.network.connections[c.index];
                let sources = self.network.populations[connection.from].neurons;
                let from = &self.places[connection.from].order;
                for (part, segment) in c.segments.iter().enumerate() {
                    let synapses = Synapses::new(
                        &connection.weights,
                        &segment.mantissas,
                        sources,
                        from,
                        &to.order,
                    );
                    let part = Part {
                        connection: Some(c.index),
                        part,
                        exponent: segment.exponent,
                        fold: c.fold,
                        learned: c.learned,
                        first_group: match c.fold {
                            Some(_) => self.scratch_group,
                            None => to.first_group,
                        },
                        sources,
                        ..common
                    };
                    self.blocks
                        .push(Block::new(synapses, part, self.lanes, lists));
                }
            }
            for (part, segment) in q.current_bias.iter().enumerate() {
                let exponent = segment.exponent;
                let synapses = Synapses::row(&segment.mantissas, &to.order);
                let part = Part {
                    part,
                    exponent,
                    ..common
                };
                self.blocks
                    .push(Block::new(synapses, part, self.lanes, false));
            }
            if let Some((segment, learned)) = &q.learned_bias {
                let part = Part {
                    exponent: segment.exponent,
                    learned: Some(*learned),
                    ..common
                };
                let synapses = Synapses::row(&segment.mantissas, &to.order);
                self.blocks
                    .push(Block::new(synapses, part, self.lanes, false));
            }
        }
    }

    /// Programs, tables and lists, then words of weights.
    fn place_synapses(&mut self) {
        let longs = |ops: Vec<Operation>| ops.iter().map(|o| o.encode().len()).sum::<usize>();
        let mut at = longs(self.clear());
        for ([interval, offset], operations) in steps::periodic(self) {
            self.periodic.push(Periodic {
                entry: at as u32,
                interval,
                offset,
            });
            at += longs(operations);
        }
        self.step_entry = at;
        at += longs(self.step());
        if let Some(learn) = self.learn() {
            self.learn_entry = Some(at);
            at += longs(learn);
        }
        for q in self.quantised {
            let place = &mut self.places[q.index];
            let stride = stride(place.per_neuron);
            place.table = if stride == 0 { 0 } else { at };
            at += stride * place.order.places;
        }
        for block in &mut self.blocks {
            block.first_long = at;
            at += block.longs();
        }
        let mut word = (at * 8).div_ceil(self.lanes);
        for block in &mut self.blocks {
            block.first_word = word;
            word += block.words(self.places[block.to].groups, self.lanes);
        }
        if self.learn_entry.is_some() {
            self.random_word = word;
            word += 1;
        }
        // A whole number of longs.
        self.words = (word * self.lanes).next_multiple_of(8) / self.lanes;
    }

    /// Words of S.
    pub fn words(&self) -> usize {
        self.words
    }

    /// What is in use.
    pub fn used(&self) -> Shape {
        Shape {
            lanes: self.lanes,
            synapse_words: self.words,
            groups: self.groups,
            history_words: self.history,
        }
    }

    pub fn clear(&self) -> Vec<Operation> {
        steps::clear(self)
    }

    /// Programs that run before some steps, each with its entry.
    pub fn before_steps(&self) -> Vec<(usize, Vec<Operation>)> {
        let programs = steps::periodic(self)
            .into_iter()
            .map(|(_, program)| program);
        let entries = self.periodic.iter().map(|p| p.entry as usize);
        entries.zip(programs).collect()
    }

    pub fn step(&self) -> Vec<Operation> {
        steps::step(self)
    }

    /// The step that learns, if anything does.
    pub fn learn(&self) -> Option<Vec<Operation>> {
        (!self.learning.is_empty()).then(|| steps::learn(self))
    }
}

/// Longs of a neuron in a table of pairs.
pub(super) fn stride(per_neuron: u8) -> usize {
    [0, 1, 2, 4][per_neuron.count_ones().min(3) as usize]
}
