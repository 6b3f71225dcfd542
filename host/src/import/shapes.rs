//! Shapes of what leaves each node: they begin at the inputs and follow the edges.

use super::window_parameters::whole;
use super::windows::Windows;
use super::ImportError;
use crate::nir::{Graph, Kind, Node, KEY_PREFIX};

/// Shapes by node.
pub(super) struct Shapes {
    /// What leaves each node, as far as it is known.
    leaving: Vec<Option<Vec<usize>>>,
}

fn size(shape: &[usize]) -> usize {
    shape.iter().fold(1, |n, &d| n.saturating_mul(d))
}

impl Shapes {
    /// Follows the edges until nothing new becomes known.
    pub fn new(graph: &Graph) -> Result<Self, ImportError> {
        let mut sources = vec![Vec::new(); graph.nodes.len()];
        for &(from, to) in &graph.edges {
            sources[to].push(from);
        }
        let mut shapes = Shapes {
            leaving: vec![None; graph.nodes.len()],
        };
        // In a loop a neuron does not wait for itself.
        let mut waits = true;
        loop {
            let mut news = false;
            for (i, node) in graph.nodes.iter().enumerate() {
                if shapes.leaving[i].is_some() {
                    continue;
                }
                let found = shapes.derive(node, &sources[i], waits)?;
                if found.is_some() {
                    shapes.leaving[i] = found;
                    news = true;
                    if !waits {
                        break;
                    }
                }
            }
            if !news && !waits {
                return Ok(shapes);
            }
            waits = news;
        }
    }

    /// What leaves a node.
    pub fn leaving(&self, node: usize) -> Option<&[usize]> {
        self.leaving[node].as_deref()
    }

    /// What arrives at a node from these sources: the shape with the most axes.
    pub fn arriving(&self, sources: &[usize]) -> Option<&[usize]> {
        let known = sources.iter().filter_map(|&s| self.leaving(s));
        known.reduce(|best, next| if next.len() > best.len() { next } else { best })
    }

    fn derive(
        &self,
        node: &Node,
        sources: &[usize],
        waits: bool,
    ) -> Result<Option<Vec<usize>>, ImportError> {
        let arriving = self.arriving(sources);
        let shape = match node.kind {
            Kind::Input => match node.parameters.get("shape") {
                Some(t) => Some(whole(node, "shape", &t.data)?),
                None => None,
            },
            Kind::Linear | Kind::Affine => node
                .parameters
                .get("weight")
                .and_then(|t| Some(vec![*t.shape.get(t.shape.len().checked_sub(2)?)?])),
            Kind::Conv1d | Kind::Conv2d | Kind::SumPool2d | Kind::AvgPool2d => match arriving {
                Some(shape) => Some(Windows::of(node, shape)?.shape()),
                None => None,
            },
            Kind::Flatten => arriving.map(|shape| flat(node, shape)),
            kind if kind.is_neuron() => {
                let open = sources.iter().any(|&s| self.leaving[s].is_none());
                if open && waits {
                    return Ok(None);
                }
                let mut own = node.parameters.iter();
                let own = own.find(|(key, t)| t.data.len() > 1 && !key.starts_with(KEY_PREFIX));
                let own = own.map(|(_, t)| t.shape.clone());
                match (arriving, own) {
                    (Some(a), Some(own)) if size(a) != size(&own) => Some(own),
                    (Some(a), _) => Some(a.to_vec()),
                    (None, own) => own,
                }
            }
            _ => arriving.map(<[usize]>::to_vec),
        };
        Ok(shape)
    }
}

/// A shape with some of its axes made one; the order of the values stays.
fn flat(node: &Node, shape: &[usize]) -> Vec<usize> {
    let axis = |key: &str, or: i64| {
        let given = node.parameters.get(key).and_then(|t| t.data.first());
        let at = given.map_or(or, |&x| x as i64);
        let last = shape.len() as i64 - 1;
        (if at < 0 { at + last + 1 } else { at }).clamp(0, last.max(0)) as usize
    };
    let (first, last) = (axis("start_dim", 0), axis("end_dim", -1));
    if first >= last {
        return shape.to_vec();
    }
    let one = size(&shape[first..=last]);
    [&shape[..first], &[one], &shape[last + 1..]].concat()
}
