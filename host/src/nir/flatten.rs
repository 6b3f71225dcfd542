//! Nested graphs into one: `outer` holding `inner` becomes `outer.inner`, its border nodes hand on.

use super::reader::{RawGraph, RawNode};
use super::{Graph, Kind, NirError, Node};
use std::collections::BTreeMap;

/// Flattens a graph; edges are resolved to indices and checked.
pub(super) fn flatten(raw: RawGraph) -> Result<Graph, NirError> {
    let mut graph = Graph {
        version: raw.version.clone(),
        metadata: raw.metadata.clone(),
        ..Graph::default()
    };
    place(raw, true, &mut graph)?;
    graph.edges.sort_unstable();
    graph.edges.dedup();
    Ok(graph)
}

/// Where edges into and out of a name end.
type Ends = (usize, usize);

fn place(raw: RawGraph, outermost: bool, graph: &mut Graph) -> Result<Ends, NirError> {
    let mut ends: BTreeMap<String, Ends> = BTreeMap::new();
    let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
    let RawGraph {
        name, nodes, edges, ..
    } = raw;
    for (key, node) in nodes {
        let end = match node {
            RawNode::Graph(inner) => place(inner, false, graph)?,
            RawNode::Leaf(node) => {
                let index = graph.nodes.len();
                match node.kind {
                    Kind::Input => inputs.push(index),
                    Kind::Output => outputs.push(index),
                    _ => {}
                }
                let border = matches!(node.kind, Kind::Input | Kind::Output) && !outermost;
                let kind = if border { Kind::Pass } else { node.kind };
                graph.nodes.push(Node { kind, ..node });
                (index, index)
            }
        };
        ends.insert(key, end);
    }
    for (from, to) in &edges {
        let find = |wanted: &String| {
            ends.get(wanted)
                .copied()
                .ok_or_else(|| NirError::UnknownNode {
                    from: from.clone(),
                    to: to.clone(),
                    missing: wanted.clone(),
                    graph: format!("of {name}"),
                })
        };
        let edge = (find(from)?.1, find(to)?.0);
        graph.edges.push(edge);
    }
    if outermost {
        return Ok((0, 0));
    }
    match (inputs[..].as_ref(), outputs[..].as_ref()) {
        ([input], [output]) => Ok((*input, *output)),
        _ => Err(NirError::Nested {
            node: name.trim_matches('\'').to_string(),
            inputs: inputs.len(),
            outputs: outputs.len(),
        }),
    }
}
