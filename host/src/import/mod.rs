//! Importers: files of frameworks to a [`Network`] of real numbers with one rule for each population.

mod build;
mod dialect;
mod error;
pub mod float;
mod forms;
mod join;
mod matrix;
mod network;
mod neuron;
mod order;
mod outputs;
mod shapes;
mod stage;
mod weights;
mod window_parameters;
mod windows;

pub use dialect::{Dialect, ImportOptions, ResetRule};
pub use error::ImportError;
pub use network::{Connection, Network, Neuron, Population, ResetKind, Role, Values};
pub use weights::{Sparse, Weights, MAX_ENTRIES};

use crate::nir::{self, Graph};
use std::path::Path;

/// A network and how open questions were decided, one line each.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The network.
    pub network: Network,
    /// Choices made, for people.
    pub choices: Vec<String>,
}

/// Reads a NIR file.
pub fn import_nir(path: &Path, options: &ImportOptions) -> Result<Imported, ImportError> {
    let graph = nir::read(path)?;
    import_graph(&graph, &path.display().to_string(), options)
}

/// Gives a graph that was read its meaning; `path` is its name for messages.
pub fn import_graph(
    graph: &Graph,
    path: &str,
    options: &ImportOptions,
) -> Result<Imported, ImportError> {
    let mut choices = Vec::new();
    let rules = dialect::Rules::decide(path, options, &graph.metadata, &mut choices)?;
    order::check_connected(graph)?;
    let mut network = build::build(graph, &rules, &mut choices)?;
    let stem = Path::new(path)
        .file_stem()
        .map(|s| s.to_string_lossy().into_owned());
    network.name = options
        .name
        .clone()
        .or(stem)
        .unwrap_or_else(|| "network".into());
    let file = Path::new(path)
        .file_name()
        .map_or(path.into(), |s| s.to_string_lossy());
    let version = match graph.version.as_str() {
        "" => String::new(),
        v => format!(", nir {v}"),
    };
    network.source = format!("{file} (NIR{version}, dialect {})", rules.dialect.name());
    Ok(Imported { network, choices })
}
