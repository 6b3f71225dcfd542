//! The order of a step, the edges that close loops, and nodes that hang loose.

use super::ImportError;
use crate::nir::{Graph, Kind};

/// Every node must lie on a way from an Input to an Output.
pub(super) fn check_connected(graph: &Graph) -> Result<(), ImportError> {
    let count = |kind| graph.nodes.iter().filter(|n| n.kind == kind).count();
    for (kind, name) in [(Kind::Input, "Input"), (Kind::Output, "Output")] {
        if count(kind) == 0 {
            return Err(ImportError::Graph(format!(
                "has no {name} node; export it with one"
            )));
        }
    }
    let reach = |start: Kind, forward: bool| {
        let n = graph.nodes.len();
        let mut next = vec![Vec::new(); n];
        for &(a, b) in &graph.edges {
            let (a, b) = if forward { (a, b) } else { (b, a) };
            next[a].push(b);
        }
        let mut seen: Vec<bool> = graph.nodes.iter().map(|n| n.kind == start).collect();
        let mut open: Vec<usize> = (0..n).filter(|&i| seen[i]).collect();
        while let Some(i) = open.pop() {
            for &j in &next[i] {
                if !std::mem::replace(&mut seen[j], true) {
                    open.push(j);
                }
            }
        }
        seen
    };
    for (seen, way) in [
        (reach(Kind::Input, true), "no way leads to it from an Input"),
        (
            reach(Kind::Output, false),
            "no way leads from it to an Output",
        ),
    ] {
        if let Some(i) = seen.iter().position(|s| !s) {
            let node = graph.nodes[i].name.clone();
            let reason = format!("{way}; add the missing edge or remove the node");
            return Err(ImportError::Node { node, reason });
        }
    }
    Ok(())
}

/// As [`order`], with the delay of each edge: one with a delay closes no loop, unless all do.
pub(super) fn order_with_delays(
    populations: usize,
    inputs: usize,
    edges: &[(usize, usize, usize)],
) -> (Vec<usize>, Vec<bool>) {
    let pairs = |kept: &dyn Fn(usize) -> bool| -> Vec<(usize, usize)> {
        let kept = edges.iter().filter(|e| kept(e.2));
        kept.map(|e| (e.0, e.1)).collect()
    };
    let (sequence, back) = order(populations, inputs, &pairs(&|_| true));
    let at_once = |(edge, &back): (&(usize, usize, usize), &bool)| back && edge.2 == 0;
    if !edges.iter().zip(&back).any(at_once) {
        return (sequence, back);
    }
    let (sequence, short) = order(populations, inputs, &pairs(&|delay| delay == 0));
    let mut short = short.into_iter();
    let back = edges
        .iter()
        .map(|e| e.2 == 0 && short.next().unwrap_or(false));
    (sequence, back.collect())
}

/// Order of populations (inputs first), and for each edge whether it closes a loop. `edges` are
/// pairs of population indices; `inputs` the first populations.
pub(super) fn order(
    populations: usize,
    inputs: usize,
    edges: &[(usize, usize)],
) -> (Vec<usize>, Vec<bool>) {
    let mut next: Vec<Vec<(usize, usize)>> = vec![Vec::new(); populations];
    for (index, &(a, b)) in edges.iter().enumerate() {
        next[a].push((index, b));
    }
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut mark = vec![Mark::New; populations];
    let mut back = vec![false; edges.len()];
    let mut finished = Vec::with_capacity(populations);
    // Last input first, so that reversing keeps their order.
    for root in (0..inputs).rev().chain(inputs..populations) {
        if mark[root] != Mark::New {
            continue;
        }
        mark[root] = Mark::Open;
        let mut stack = vec![(root, 0)];
        while let Some((node, at)) = stack.last_mut() {
            let node = *node;
            if let Some(&(edge, to)) = next[node].get(*at) {
                *at += 1;
                match mark[to] {
                    Mark::Open => back[edge] = true,
                    Mark::New => {
                        mark[to] = Mark::Open;
                        stack.push((to, 0));
                    }
                    Mark::Done => {}
                }
            } else {
                mark[node] = Mark::Done;
                finished.push(node);
                stack.pop();
            }
        }
    }
    finished.reverse();
    finished.sort_by_key(|&p| p >= inputs);
    (finished, back)
}
