//! Reader of NIR files: HDF5 in, one flat graph of known nodes out.
//!
//! The reader knows the layout that nir 1.0.4 and 1.0.8 write and nothing of dialects: what the
//! parameters mean for spikes is decided in [`crate::import`]. Every size from the file is bounded
//! before it is used, every number is checked to be finite.
// What comes from outside is never indexed.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

mod error;
mod flatten;
mod hdf5;
mod leaf;
mod parameters;
mod reader;

pub use error::NirError;
#[cfg(test)]
pub(crate) use hdf5::Strings;
pub(crate) use hdf5::{Hdf5, Store};
pub(crate) use parameters::{parameters_of, PRIMITIVES};
use std::collections::BTreeMap;
use std::path::Path;

/// Most neurons of one population, and most rows or columns of one weight matrix.
pub const MAX_NEURONS: usize = 65535;
/// Most numbers in one array of a file.
pub const MAX_ELEMENTS: usize = 1 << 25;
/// Metadata whose names begin so change the spikes (`docs/import.md`); of neurons they are kept.
pub const KEY_PREFIX: &str = "ferrospike_";
/// Most nodes of a file, nested ones included.
pub const MAX_NODES: usize = 4096;

/// An array of numbers, row-major. A 0-d array has an empty shape and one element.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tensor {
    /// Length of each axis.
    pub shape: Vec<usize>,
    /// The numbers.
    pub data: Vec<f64>,
}

/// Node types that have a meaning here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Where spikes come in.
    Input,
    /// Where results go out.
    Output,
    /// Hands its input on: the borders of nested graphs.
    Pass,
    /// Hands its input on in another shape.
    Flatten,
    /// y = s x, value by value.
    Scale,
    /// Convolution along one axis.
    Conv1d,
    /// Convolution along two axes.
    Conv2d,
    /// Sums of windows.
    SumPool2d,
    /// Means of windows.
    AvgPool2d,
    /// y = W x.
    Linear,
    /// y = W x + b.
    Affine,
    /// Hands its input on some time later.
    Delay,
    /// 1 where the input is larger than a threshold.
    Threshold,
    /// Integrator, a read-out.
    I,
    /// Integrate and fire.
    If,
    /// Leaky integrate and fire.
    Lif,
    /// Leaky integrate and fire with a synaptic current.
    CubaLif,
    /// Leaky integrator, a read-out.
    Li,
    /// Leaky integrator with a synaptic current, a read-out.
    CubaLi,
}

impl Kind {
    /// True for nodes that become populations: those with a membrane, and thresholds.
    pub fn is_neuron(self) -> bool {
        matches!(
            self,
            Kind::If
                | Kind::Lif
                | Kind::CubaLif
                | Kind::Li
                | Kind::CubaLi
                | Kind::I
                | Kind::Threshold
        )
    }
}

/// A node of the flat graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Name; nodes of nested graphs are `outer.inner`.
    pub name: String,
    /// Type.
    pub kind: Kind,
    /// Parameters by their NIR names; of neurons also numbers of the metadata whose names begin with
    /// `ferrospike_`.
    pub parameters: BTreeMap<String, Tensor>,
    /// Parameters that are words, `same` or `valid`, and words of the metadata.
    pub texts: BTreeMap<String, String>,
}

/// A flat NIR graph.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    /// Version string of the file, empty if it has none.
    pub version: String,
    /// Nodes, in the order of their names.
    pub nodes: Vec<Node>,
    /// Edges as indices into `nodes`, sorted, each once.
    pub edges: Vec<(usize, usize)>,
    /// Metadata of the outermost graph; numbers are written out.
    pub metadata: BTreeMap<String, String>,
}

impl Graph {
    /// The node of that name.
    pub fn node_mut(&mut self, name: &str) -> Option<&mut Node> {
        self.nodes.iter_mut().find(|n| n.name == name)
    }
    /// Nodes with an edge into `node`.
    pub fn sources(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        self.edges.iter().filter(move |e| e.1 == node).map(|e| e.0)
    }
}

/// Reads a NIR file.
pub fn read(path: &Path) -> Result<Graph, NirError> {
    guarded(path, || {
        let store = Hdf5::open(path)?;
        flatten::flatten(reader::read(&store, &path.display().to_string())?)
    })
}

/// Work on an HDF5 file: a damaged one must end as an error even if it trips an assertion of the HDF5 crate.
pub(crate) fn guarded<T>(
    path: &Path,
    work: impl FnOnce() -> Result<T, NirError>,
) -> Result<T, NirError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(NirError::Damaged {
            path: path.display().to_string(),
            reason: "its structure is inconsistent".into(),
        })
    })
}
