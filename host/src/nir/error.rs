//! What can be wrong with a NIR file.

use thiserror::Error;

/// Why a NIR file cannot be read.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum NirError {
    /// The file cannot be opened or is larger than this reader accepts.
    #[error("cannot read '{path}': {reason}")]
    File {
        /// Path as given.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// Not HDF5, truncated or damaged.
    #[error(
        "'{path}' is not a readable NIR file: {reason}; it may be damaged or cut short, or no HDF5 \
         file at all (write it again with nir.write)"
    )]
    Damaged {
        /// Path as given.
        path: String,
        /// First thing that was wrong.
        reason: String,
    },
    /// HDF5, but no NIR graph.
    #[error("'{path}' holds no NIR graph: {reason}")]
    NotNir {
        /// Path as given.
        path: String,
        /// What is missing.
        reason: String,
    },
    /// A node type without a mapping.
    #[error(
        "node '{node}' is a {kind}, which this version cannot map; it maps {} and nested graphs of \
         these (rewrite '{node}' with them before the export)",
        super::PRIMITIVES
    )]
    Unmapped {
        /// Name of the node.
        node: String,
        /// Its NIR type.
        kind: String,
    },
    /// A parameter is missing.
    #[error("node '{node}' ({kind}) has no parameter '{parameter}'; export the network again")]
    Missing {
        /// Name of the node.
        node: String,
        /// Its NIR type.
        kind: String,
        /// The parameter.
        parameter: String,
    },
    /// A parameter has a value or shape that cannot be used.
    #[error("node '{node}', parameter '{parameter}': {reason}")]
    Parameter {
        /// Name of the node.
        node: String,
        /// The parameter.
        parameter: String,
        /// What is wrong, with the value found.
        reason: String,
    },
    /// NaN or infinity.
    #[error(
        "node '{node}', parameter '{parameter}', element {index}: the value is {value}; train or \
         export the network again, every parameter must be a finite number"
    )]
    NotFinite {
        /// Name of the node.
        node: String,
        /// The parameter.
        parameter: String,
        /// Flat index.
        index: usize,
        /// `NaN`, `inf` or `-inf`.
        value: f64,
    },
    /// An edge names a node that is not there.
    #[error("edge '{from}' -> '{to}' names '{missing}', but graph {graph} has no such node")]
    UnknownNode {
        /// First end.
        from: String,
        /// Second end.
        to: String,
        /// The name without a node.
        missing: String,
        /// The graph that holds the edge.
        graph: String,
    },
    /// More than this reader accepts.
    #[error("{what}: {found}, the limit is {limit}")]
    TooLarge {
        /// What there is too much of.
        what: String,
        /// How much there is.
        found: usize,
        /// How much is allowed.
        limit: usize,
    },
    /// A nested graph that has not exactly one way in and one way out.
    #[error(
        "nested graph '{node}' has {inputs} Input and {outputs} Output nodes; only nested graphs \
         with one of each can be flattened"
    )]
    Nested {
        /// Name of the graph node.
        node: String,
        /// Input nodes inside.
        inputs: usize,
        /// Output nodes inside.
        outputs: usize,
    },
}
