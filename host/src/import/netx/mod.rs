//! Networks of lava-dl (`.net`, HDF5, the layout that netx 0.6 reads) as graphs of NIR nodes with the rule keys of Lava's
//! fixed-point processes: weights are whole numbers, u and v count 2^-6 of a weight (`docs/import.md`, section 3).
//!
//! Source: `lava.lib.dl.netx.hdf5` of lava-dl 0.6.0 (BSD-3-Clause), whose choices are followed.
// What comes from outside is never indexed.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

mod layers;
mod neuron;
#[cfg(test)]
mod tests;

use super::ImportError;
use crate::nir::{guarded, Graph, Hdf5, Kind, Node, Store, Tensor, KEY_PREFIX};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Most layers.
const MAX_LAYERS: usize = 256;

/// One layer's numbers and words.
pub(super) struct Layer<'a> {
    store: &'a dyn Store,
    paths: &'a BTreeSet<String>,
    pub number: usize,
}

impl Layer<'_> {
    fn path(&self, key: &str) -> String {
        format!("layer/{}/{key}", self.number)
    }

    /// An error about this layer.
    pub fn wrong(&self, reason: impl Into<String>) -> ImportError {
        ImportError::Node {
            node: format!("layer/{}", self.number),
            reason: reason.into(),
        }
    }

    pub fn has(&self, key: &str) -> bool {
        self.paths.contains(&self.path(key))
    }

    /// Finite numbers, if they are there.
    pub fn numbers(&self, key: &str) -> Result<Option<Tensor>, ImportError> {
        if !self.has(key) {
            return Ok(None);
        }
        let tensor = self.store.numbers(&self.path(key));
        let tensor = tensor.map_err(|reason| self.wrong(reason))?;
        match tensor.data.iter().find(|x| !x.is_finite()) {
            Some(x) => Err(self.wrong(format!("'{key}' has the element {x}"))),
            None => Ok(Some(tensor)),
        }
    }

    /// Whole numbers.
    pub fn whole(&self, key: &str) -> Result<Option<Tensor>, ImportError> {
        let tensor = self.numbers(key)?;
        let broken = tensor
            .as_ref()
            .and_then(|t| t.data.iter().find(|x| x.fract() != 0.0));
        match broken {
            Some(x) => Err(self.wrong(format!(
                "'{key}' has the element {x}; Loihi has whole numbers (export_hdf5 of lava-dl writes them)"
            ))),
            None => Ok(tensor),
        }
    }

    /// A number.
    pub fn number_of(&self, key: &str) -> Result<Option<f64>, ImportError> {
        let tensor = self.numbers(key)?;
        Ok(tensor.and_then(|t| t.data.first().copied()))
    }

    pub fn word(&self, key: &str) -> Result<String, ImportError> {
        let strings = self.store.strings(&self.path(key));
        let strings = strings.map_err(|reason| self.wrong(reason))?;
        let word = strings.data.into_iter().next().unwrap_or_default();
        Ok(word.trim_matches(char::from(0)).chars().take(40).collect())
    }
}

/// A graph that is being made: each node follows the one before it.
#[derive(Default)]
pub(super) struct Chain {
    pub graph: Graph,
    last: Option<usize>,
    /// Shape of what leaves the last node, channels first.
    pub shape: Vec<usize>,
    /// What was decided, for people.
    pub choices: Vec<String>,
}

impl Chain {
    /// Adds a node behind the last one; its index.
    pub fn push(&mut self, name: String, kind: Kind, parameters: Parameters) -> usize {
        let index = self.branch(name, kind, parameters, self.last);
        self.last = Some(index);
        index
    }

    /// Adds a node behind another one, beside the chain; its index.
    pub fn branch(
        &mut self,
        name: String,
        kind: Kind,
        parameters: Parameters,
        after: Option<usize>,
    ) -> usize {
        let index = self.graph.nodes.len();
        self.graph.edges.extend(after.map(|before| (before, index)));
        self.graph.nodes.push(Node {
            name,
            kind,
            parameters: parameters.into_iter().collect(),
            texts: BTreeMap::new(),
        });
        index
    }

    /// Values that leave the last node.
    pub fn size(&self) -> usize {
        self.shape.iter().product()
    }
}

/// Parameters of a node.
pub(super) type Parameters = Vec<(String, Tensor)>;

pub(super) fn list(data: Vec<f64>) -> Tensor {
    Tensor {
        shape: vec![data.len()],
        data,
    }
}

pub(super) fn sizes(data: &[usize]) -> Tensor {
    list(data.iter().map(|&n| n as f64).collect())
}

/// Reads a file; the graph, and what was decided.
pub(super) fn read(path: &Path) -> Result<(Graph, Vec<String>), ImportError> {
    guarded(path, || Ok(chain(&Hdf5::open(path)?)))?
}

fn chain(store: &dyn Store) -> Result<(Graph, Vec<String>), ImportError> {
    let paths = store.paths().map_err(ImportError::Graph)?;
    let paths: BTreeSet<String> = paths
        .into_iter()
        .map(|path| path.trim_start_matches('/').to_string())
        .collect();
    let count = (0..=MAX_LAYERS)
        .take_while(|n| paths.contains(&format!("layer/{n}/type")))
        .count();
    if count == 0 || count > MAX_LAYERS {
        return Err(ImportError::Graph(format!(
            "is no file of lava-dl with 1 to {MAX_LAYERS} layers ('layer/0/type', 'layer/1/type', ...)"
        )));
    }
    let number = |path: &String| {
        let name = path.strip_prefix("layer/")?.split('/').next()?;
        name.parse::<usize>().ok()
    };
    if paths.iter().filter_map(number).any(|n| n >= count) {
        return Err(ImportError::Graph(format!(
            "has no 'layer/{count}/type', but parts of this layer or others behind it"
        )));
    }
    let mut chain = Chain::default();
    // Steps are counted, not seconds.
    let words = [("dialect", "lava"), ("framework", "lava-dl"), ("dt", "1")];
    for (key, word) in words {
        let key = format!("{KEY_PREFIX}{key}");
        chain.graph.metadata.insert(key, word.into());
    }
    for number in 0..count {
        let layer = Layer {
            store,
            paths: &paths,
            number,
        };
        layers::add(&layer, &mut chain, number + 1 == count)?;
    }
    let output = vec![("shape".into(), sizes(&chain.shape))];
    chain.push("output".into(), Kind::Output, output);
    chain.graph.edges.sort_unstable();
    Ok((chain.graph, chain.choices))
}
