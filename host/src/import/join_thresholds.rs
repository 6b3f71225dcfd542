//! A Threshold behind an integrator that leads nowhere else: a neuron without a reset (Spyx's PSU_LIF, and
//! what I, LI and CubaLI with a Threshold mean in NIR). A Threshold elsewhere is a neuron without memory.

use super::neuron::NO_RESET;
use crate::nir::{Graph, Kind};
use std::borrow::Cow;

/// Joins each such pair; the Threshold then only hands spikes on.
pub(super) fn join_thresholds(graph: &Graph) -> Cow<'_, Graph> {
    if graph.nodes.iter().all(|n| n.kind != Kind::Threshold) {
        return Cow::Borrowed(graph);
    }
    let mut graph = graph.clone();
    for index in 0..graph.nodes.len() {
        let spiking = match graph.nodes[index].kind {
            Kind::I => Kind::If,
            Kind::Li => Kind::Lif,
            Kind::CubaLi => Kind::CubaLif,
            _ => continue,
        };
        let mut after = graph.edges.iter().filter(|e| e.0 == index).map(|e| e.1);
        let (Some(next), None) = (after.next(), after.next()) else {
            continue;
        };
        let lone = graph.sources(next).count() == 1;
        if graph.nodes[next].kind != Kind::Threshold || !lone {
            continue;
        }
        let behind = &mut graph.nodes[next];
        behind.kind = Kind::Pass;
        let mut parameters = std::mem::take(&mut behind.parameters);
        let texts = std::mem::take(&mut behind.texts);
        let threshold = parameters.remove("threshold");
        let node = &mut graph.nodes[index];
        node.kind = spiking;
        node.texts.extend(texts);
        node.parameters.extend(parameters);
        node.texts.insert(NO_RESET.into(), String::new());
        if let Some(threshold) = threshold {
            node.parameters.insert("v_threshold".into(), threshold);
        }
    }
    Cow::Owned(graph)
}
