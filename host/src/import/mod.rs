//! Importers: files of frameworks to a [`Network`] of real numbers with one rule for each population.

mod build;
mod delays;
mod description;
mod dialect;
mod error;
mod factors;
pub mod float;
mod forms;
mod join;
mod join_thresholds;
mod keys;
mod matrix;
mod network;
mod netx;
mod neuron;
mod options;
mod order;
mod outputs;
mod passes;
mod shapes;
mod stage;
mod weights;
mod window_parameters;
mod windows;
mod words;

pub use dialect::{Dialect, ResetRule};
pub use error::ImportError;
pub use network::{Connection, Network, Neuron, Population, ResetKind, Role, Values};
pub use options::ImportOptions;
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

/// Reads a network by its file's name: `.json` is a description, `.net` a network of lava-dl, everything else NIR.
pub fn import_file(path: &Path, options: &ImportOptions) -> Result<Imported, ImportError> {
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    match extension.as_deref() {
        Some("json") => import_description(path, options),
        Some("net") => import_netx(path, options),
        _ => import_nir(path, options),
    }
}

/// Reads a NIR file.
pub fn import_nir(path: &Path, options: &ImportOptions) -> Result<Imported, ImportError> {
    let graph = nir::read(path)?;
    import_graph(&graph, &path.display().to_string(), options)
}

/// Reads a description in JSON (`docs/import.md`, section 2).
pub fn import_description(path: &Path, options: &ImportOptions) -> Result<Imported, ImportError> {
    let described = description::read(path)?;
    let options = ImportOptions {
        name: options.name.clone().or(described.name),
        ..options.clone()
    };
    let name = path.display().to_string();
    import_as(&described.graph, &name, "description", &options)
}

/// Reads a network of lava-dl (`docs/import.md`, section 3).
pub fn import_netx(path: &Path, options: &ImportOptions) -> Result<Imported, ImportError> {
    let (graph, choices) = netx::read(path)?;
    let name = path.display().to_string();
    let mut imported = import_as(&graph, &name, "lava-dl", options)?;
    imported.choices.extend(choices);
    Ok(imported)
}

/// Gives a graph that was read its meaning; `path` is its name for messages.
pub fn import_graph(
    graph: &Graph,
    path: &str,
    options: &ImportOptions,
) -> Result<Imported, ImportError> {
    let format = match graph.version.as_str() {
        "" => "NIR".to_string(),
        version => format!("NIR, nir {version}"),
    };
    import_as(graph, path, &format, options)
}

fn import_as(
    graph: &Graph,
    path: &str,
    format: &str,
    options: &ImportOptions,
) -> Result<Imported, ImportError> {
    let mut choices = Vec::new();
    let rules = options::Rules::decide(path, options, graph, &mut choices)?;
    order::check_connected(graph)?;
    let joined = join_thresholds::join_thresholds(graph);
    let mut network = build::build(&joined, &rules, &mut choices)?;
    passes::add_passes(&mut network);
    let of_path = |part: Option<&std::ffi::OsStr>| part.map(|s| s.to_string_lossy().into_owned());
    let stem = of_path(Path::new(path).file_stem());
    let named = options.name.clone().or(stem);
    network.name = named.unwrap_or_else(|| "network".into());
    let file = of_path(Path::new(path).file_name()).unwrap_or_else(|| path.into());
    network.source = format!("{file} ({format}, dialect {})", rules.dialect.name());
    Ok(Imported { network, choices })
}
