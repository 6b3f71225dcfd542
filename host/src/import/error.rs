//! What can be wrong with a network that was read.

use crate::nir::NirError;
use thiserror::Error;

/// Why a file does not become a network.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ImportError {
    /// The file itself.
    #[error(transparent)]
    Nir(#[from] NirError),
    /// No dialect was named.
    #[error(
        "the dialect of '{path}' is not known. A NIR file does not say when the membrane is reset, \
         by how much, whether a spike needs '>' or '>=' the threshold, nor the time step, so the \
         same file has different spikes in different frameworks. Name the framework that trained \
         it with --dialect, one of: {known}; or write it into the graph's metadata as \
         'ferrospike_dialect'"
    )]
    NoDialect {
        /// Path as given.
        path: String,
        /// Names of the dialects.
        known: String,
    },
    /// A dialect that is not supported, or no dialect at all.
    #[error("the dialect '{name}' {reason}; dialects that work: {known}")]
    Dialect {
        /// Name as given.
        name: String,
        /// Why not.
        reason: String,
        /// Names of the dialects.
        known: String,
    },
    /// An option that is no option, or has no meaning with this dialect.
    #[error("{option} = '{value}': {reason}")]
    Option {
        /// Name of the option or metadata key.
        option: String,
        /// Value as given.
        value: String,
        /// What is wrong and what would do.
        reason: String,
    },
    /// A node that cannot be mapped as it is.
    #[error("node '{node}': {reason}")]
    Node {
        /// Name of the node.
        node: String,
        /// What is wrong, the value, and what to try.
        reason: String,
    },
    /// A description in JSON, or its arrays.
    #[error("'{path}' does not describe a network: {reason}")]
    Description {
        /// Path as given.
        path: String,
        /// What is wrong, where, and what to try.
        reason: String,
    },
    /// A loop without a membrane.
    #[error(
        "the nodes {nodes} form a loop without a neuron in it; put an IF, LIF or CubaLIF into the \
         loop, or remove the edge that closes it"
    )]
    Loop {
        /// Names of nodes of the loop.
        nodes: String,
    },
    /// The graph as a whole.
    #[error("the network {0}")]
    Graph(String),
}
