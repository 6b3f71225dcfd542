//! What compilation did: quantisation, memory and clocks, layer by layer.

use super::layout::Layout;
use crate::clocks;
use crate::quantise::LayerReport;
use ferrospike_model::device::Shape;
use serde::Serialize;

/// What compilation did.
#[derive(Clone, Debug, PartialEq)]
pub struct CompileReport {
    /// Quantisation, for each population with neurons.
    pub layers: Vec<LayerReport>,
    /// What learns and what rounding did to its rule, a line for each.
    pub learning: Vec<String>,
    /// Rows of weights, in program order.
    pub rows: Vec<RowsReport>,
    /// Sweeps of neurons, in program order.
    pub updates: Vec<UpdateReport>,
    /// Words of S, groups of U and V and words of H in use, and the lanes.
    pub used: Shape,
    /// Real weights.
    pub weights: usize,
    /// SCAN operations of a step.
    pub scans: usize,
}

/// Rows of weights of a connection, or of a part of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RowsReport {
    /// Name of the connection.
    pub name: String,
    /// `dense`, `listed` or `always`.
    pub form: &'static str,
    /// Bits of a mantissa.
    pub bits: u32,
    /// Words of weights.
    pub words: usize,
    /// Longs of tables and lists.
    pub longs: usize,
    /// Bytes of both.
    pub bytes: usize,
    /// Weights.
    pub weights: usize,
    /// Lanes that are fed if every source spikes once.
    pub delivered: usize,
    /// Clocks in that case, the most of a step.
    pub clocks: usize,
}

impl RowsReport {
    /// How many of the lanes that are fed get a real weight.
    pub fn utilisation(&self) -> f64 {
        self.weights as f64 / self.delivered.max(1) as f64
    }
}

/// The sweep of a population.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UpdateReport {
    /// Name of the population.
    pub name: String,
    /// Neurons.
    pub neurons: usize,
    /// Places that are swept, padding too.
    pub places: usize,
    /// Order of the neurons: `plain`, `channels last`, `channels last, padded`.
    pub order: &'static str,
    /// Bytes of parameters.
    pub bytes: usize,
    /// Clocks with parallel multipliers.
    pub clocks: usize,
}

impl CompileReport {
    /// Lines for people.
    pub fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.layers.iter().map(LayerReport::line).collect();
        let u = &self.used;
        lines.extend(self.learning.iter().cloned());
        lines.push(format!(
            "{} weights, {} scans a step; {} words of S, {} groups of U and V, {} words of H with \
             {} lanes",
            self.weights, self.scans, u.synapse_words, u.groups, u.history_words, u.lanes
        ));
        lines
    }

    /// Clocks of a step in which everything spikes, without reports.
    pub fn clocks(&self) -> usize {
        let rows: usize = self.rows.iter().map(|r| r.clocks).sum();
        rows + self.updates.iter().map(|u| u.clocks).sum::<usize>()
    }
}

impl Layout<'_> {
    /// What came of the network.
    pub fn report(&self) -> CompileReport {
        CompileReport {
            layers: self.quantised.iter().map(|q| q.report.clone()).collect(),
            learning: self.learning_notes(),
            rows: self.rows_reports(),
            updates: self.updates(),
            used: self.used(),
            weights: self
                .network
                .connections
                .iter()
                .map(|c| c.weights.len())
                .sum(),
            scans: self
                .step()
                .iter()
                .filter(|o| matches!(o, ferrospike_model::program::Operation::Scan(_)))
                .count(),
        }
    }

    /// Memory and clocks of all rows.
    pub fn rows_reports(&self) -> Vec<RowsReport> {
        let of = |block: &super::rows::Block| {
            let words = block.words(self.places[block.to].groups, self.lanes);
            let source = block.connection.map(|c| &self.network.connections[c]);
            let passes = source.map_or(0, |c| self.network.passes(c.from).count());
            RowsReport {
                name: self.name(block),
                form: block.form(),
                bits: block.coding.format.bits(),
                words,
                longs: block.longs(),
                bytes: words * self.lanes + block.longs() * 8,
                weights: block.weights,
                delivered: block.delivered,
                clocks: block.clocks * (1 + passes),
            }
        };
        self.blocks.iter().map(of).collect()
    }

    fn updates(&self) -> Vec<UpdateReport> {
        let of = |q: &crate::quantise::QuantisedPopulation| {
            let (p, place) = (&self.network.populations[q.index], &self.places[q.index]);
            let places = place.order.places;
            let pairs = u64::from(place.per_neuron.count_ones());
            let after = p.neuron.as_ref().is_some_and(|n| n.current_after_decay);
            UpdateReport {
                name: p.name.clone(),
                neurons: p.neurons,
                places,
                order: match (&place.order.of, places > p.neurons) {
                    (None, _) => "plain",
                    (Some(_), false) => "channels last",
                    (Some(_), true) => "channels last, padded",
                },
                bytes: super::layout::stride(place.per_neuron) * places * 8,
                clocks: clocks::update(places as u64, pairs, after) as usize,
            }
        };
        self.quantised.iter().map(of).collect()
    }
}
