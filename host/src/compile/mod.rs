//! The compiler: a network in real numbers to an image (`docs/program.md`).

mod contents;
mod error;
mod fit;
mod layout;
mod steps;

pub use error::CompileError;

use crate::import::Network;
use crate::quantise::{self, LayerReport, QuantiseOptions};
use ferrospike_model::device::Shape;
use ferrospike_model::image::{Header, Image, Role};
use layout::Layout;

/// Whose spikes are sent to the host in every step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReportChoice {
    /// Populations that lead to an output.
    #[default]
    Outputs,
    /// All populations.
    All,
}

/// What the user decides about compilation.
#[derive(Clone, Debug, PartialEq)]
pub struct CompileOptions {
    /// The device.
    pub shape: Shape,
    /// Whose spikes are reported.
    pub report: ReportChoice,
    /// Also report the membranes of spiking outputs in every step.
    pub membranes: bool,
    /// Quantisation.
    pub quantise: QuantiseOptions,
}

impl CompileOptions {
    /// The defaults for a device.
    pub fn new(shape: Shape) -> Self {
        CompileOptions {
            shape,
            report: ReportChoice::default(),
            membranes: false,
            quantise: QuantiseOptions::default(),
        }
    }
}

/// What compilation did.
#[derive(Clone, Debug, PartialEq)]
pub struct CompileReport {
    /// Quantisation, for each population with neurons.
    pub layers: Vec<LayerReport>,
    /// Words of S, groups of U and V and words of H in use, and the lanes.
    pub used: Shape,
    /// Real weights.
    pub weights: usize,
    /// SCAN operations of a step.
    pub scans: usize,
}

impl CompileReport {
    /// Lines for people.
    pub fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.layers.iter().map(LayerReport::line).collect();
        let u = &self.used;
        lines.push(format!(
            "{} weights, {} scans a step; {} words of S, {} groups of U and V, {} words of H with \
             {} lanes",
            self.weights, self.scans, u.synapse_words, u.groups, u.history_words, u.lanes
        ));
        lines
    }
}

/// Compiles a network for a device.
pub fn compile(
    network: &Network,
    options: &CompileOptions,
) -> Result<(Image, CompileReport), CompileError> {
    options.shape.check()?;
    error::check(network)?;
    let quantised = quantise::quantise(network, &options.quantise)?;
    let layout = Layout::new(network, &quantised, options)?;
    let mut synapses = vec![0; layout.words() * layout.lanes];
    for (entry, operations) in [
        (layout.clear_entry, layout.clear()),
        (layout.step_entry, layout.step()),
    ] {
        let longs = operations.iter().flat_map(|o| o.encode());
        layout::put_longs(&mut synapses, entry, longs);
    }
    layout.tables(&mut synapses);
    layout.rows(&mut synapses);
    let layers: Vec<LayerReport> = quantised.iter().map(|q| q.report.clone()).collect();
    let used = layout.used();
    let report = CompileReport {
        layers,
        used,
        weights: network.connections.iter().map(|c| c.weights.len()).sum(),
        scans: layout.scans.len(),
    };
    let header = Header {
        name: network.name.clone(),
        source: network.source.clone(),
        dialect: network.dialect.clone(),
        lanes: used.lanes,
        synapse_words: used.synapse_words,
        groups: used.groups,
        history_words: used.history_words,
        clear_entry: layout.clear_entry as u32,
        step_entry: layout.step_entry as u32,
        populations: layout.populations(),
        connections: layout.connections(),
        encoder: network.encoder.clone(),
        decoder: network.decoder.clone(),
        notes: report.layers.iter().map(LayerReport::line).collect(),
    };
    let image = Image { header, synapses };
    image.check()?;
    Ok((image, report))
}

/// Spikes of this population are reported.
fn reports(role: Role, choice: ReportChoice) -> bool {
    role == Role::Output || (choice == ReportChoice::All && role == Role::Hidden)
}
