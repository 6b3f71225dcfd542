//! The compiler: a network in real numbers to an image (`docs/program.md`).

mod coding;
mod contents;
mod error;
mod fit;
mod layout;
mod learning;
mod listed;
mod onchip;
mod order;
mod pool;
mod report;
mod rows;
mod segments;
mod steps;
mod synapses;

pub use error::CompileError;
pub(crate) use onchip::VALUES;
pub use report::{CompileReport, RowsReport, UpdateReport};

use crate::encode::{Code, Encoder};
use crate::import::Network;
use crate::learning::{self as rules, Rule};
use crate::number::thousands;
use crate::quantise::{self, LayerReport, QuantiseOptions, QuantisedPopulation};
use ferrospike_model::device::Shape;
use ferrospike_model::image::{Header, Image, Role};
use layout::Layout;
use order::Allowed;

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
    /// The device has listed rows; without, every connection becomes a dense matrix.
    pub lists: bool,
    /// What learns; nothing if it is not given.
    pub learning: Option<Rule>,
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
            lists: true,
            learning: None,
            quantise: QuantiseOptions::default(),
        }
    }
}

/// Compiles a network for a device.
pub fn compile(
    network: &Network,
    options: &CompileOptions,
) -> Result<(Image, CompileReport), CompileError> {
    let result = compile_as_said(network, options);
    let Err(CompileError::DoesNotFit { mut shortages }) = result else {
        return result;
    };
    // What would fit is tried, not guessed.
    let given = options.quantise.bits.unwrap_or(8);
    for narrow in [8, 4, 2].into_iter().filter(|&n| n < given) {
        let mut other = options.clone();
        other.quantise.bits = Some(narrow);
        if let (Ok((_, report)), Some(last)) =
            (compile_as_said(network, &other), shortages.last_mut())
        {
            let bytes = |words: usize| thousands((words * options.shape.lanes) as u64);
            *last += &format!(
                "; with weights of {narrow} bits (--bits {narrow}) it fits, in {} of {} bytes",
                bytes(report.used.synapse_words),
                bytes(options.shape.synapse_words)
            );
            break;
        }
    }
    Err(CompileError::DoesNotFit { shortages })
}

fn compile_as_said(
    network: &Network,
    options: &CompileOptions,
) -> Result<(Image, CompileReport), CompileError> {
    options.shape.check()?;
    error::check(network)?;
    let mut options = options.clone();
    if let Some(rule) = &options.learning {
        options.quantise.learning = rules::resolve(rule, network)?;
    }
    let options = &options;
    let quantised = quantise::quantise(network, &options.quantise)?;
    let layout = lay_out(network, &quantised, options)?;
    let mut synapses = vec![0; layout.words() * layout.lanes];
    let mut programs = layout.before_steps();
    programs.push((layout.clear_entry, layout.clear()));
    programs.push((layout.step_entry, layout.step()));
    programs.extend(layout.learn_entry.zip(layout.learn()));
    for (entry, operations) in programs {
        let longs = operations.iter().flat_map(|o| o.encode());
        contents::put_longs(&mut synapses, entry, longs);
    }
    layout.tables(&mut synapses);
    layout.rows(&mut synapses);
    layout.random(&mut synapses);
    let report = layout.report();
    let used = &report.used;
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
        periodic: layout.periodic.clone(),
        learn_entry: layout.learn_entry.map(|entry| entry as u32),
        learning: layout.learning(),
        populations: layout.populations(),
        connections: layout.connections(),
        encoder: network.encoder.clone(),
        decoder: network.decoder.clone(),
        notes: (report.layers.iter().map(LayerReport::line))
            .chain(report.learning.iter().cloned())
            .collect(),
    };
    let image = Image { header, synapses };
    image.check()?;
    let on_chip = image
        .header
        .encoder
        .parse()
        .is_ok_and(|e: Encoder| e.code == Code::Bias);
    if on_chip {
        let image = onchip::on_chip(image)?;
        image.check_fit(options.shape)?;
        return Ok((image, report));
    }
    Ok((image, report))
}

/// The layout with the cheapest orders of neurons that fits; if none does, why the first one does not.
fn lay_out<'a>(
    network: &'a Network,
    quantised: &'a [QuantisedPopulation],
    options: &'a CompileOptions,
) -> Result<Layout<'a>, CompileError> {
    let attempts = match options.lists {
        true => &[
            Allowed::Padding,
            Allowed::Aligned,
            Allowed::ChannelsLast,
            Allowed::Plain,
        ][..],
        false => &[Allowed::Plain],
    };
    let mut first = None;
    for &allowed in attempts {
        match Layout::new(network, quantised, options, allowed) {
            Err(e @ CompileError::DoesNotFit { .. }) => {
                let _ = first.get_or_insert(e);
            }
            other => return other,
        }
    }
    Err(first.unwrap_or(CompileError::DoesNotFit {
        shortages: Vec::new(),
    }))
}

/// Spikes of this population are reported.
fn reports(role: Role, choice: ReportChoice) -> bool {
    role == Role::Output || (choice == ReportChoice::All && role == Role::Hidden)
}
