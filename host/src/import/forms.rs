//! What stands between populations: chains of matrices, convolutions and pools as one matrix and a bias.

use super::delays;
use super::matrix::Matrix;
use super::neuron::bad;
use super::options::Rules;
use super::shapes::Shapes;
use super::stage::{floor_shift, mismatched, stage};
use super::weights::{Weights, MAX_ENTRIES};
use super::ImportError;
use crate::nir::{Graph, Kind, Node, MAX_ELEMENTS};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Most multiplications spent on joining chains of matrices.
const MAX_PRODUCTS: usize = 1 << 31;

/// Most numbers in all matrices of a file, and copies of them.
const MAX_HELD: usize = 1 << 27;

/// One source of a form.
#[derive(Clone, Debug)]
pub(super) struct Term {
    /// Node index of an input or neuron.
    pub source: usize,
    /// Name: the matrices passed on the way.
    pub name: String,
    pub matrix: Option<Matrix>,
    /// Steps that Delay nodes on the way add.
    pub delay: usize,
    /// The sum of a step is divided by 2 to the power of this and rounded down.
    pub floor_shift: u8,
}

/// A sum of matrices times spikes, plus a bias.
#[derive(Clone, Debug, Default)]
pub(super) struct FormOf {
    pub terms: Vec<Term>,
    pub bias: Option<Vec<f64>>,
}

/// Joins chains of one graph.
pub(super) struct Forms<'a> {
    graph: &'a Graph,
    shapes: &'a Shapes,
    sources: Vec<Vec<usize>>,
    rules: &'a Rules,
    known: BTreeMap<usize, Rc<FormOf>>,
    open: Vec<usize>,
    products: usize,
    held: usize,
}

impl<'a> Forms<'a> {
    pub fn new(graph: &'a Graph, shapes: &'a Shapes, rules: &'a Rules) -> Self {
        let mut sources = vec![Vec::new(); graph.nodes.len()];
        for &(from, to) in &graph.edges {
            sources[to].push(from);
        }
        Forms {
            graph,
            shapes,
            sources,
            rules,
            known: BTreeMap::new(),
            open: Vec::new(),
            products: 0,
            held: 0,
        }
    }

    /// What arrives at `node`: the sum over its edges.
    pub fn arriving_form(&mut self, node: usize) -> Result<FormOf, ImportError> {
        let mut sum = FormOf::default();
        for from in self.sources[node].clone() {
            let source = &self.graph.nodes[from];
            if source.kind == Kind::Input || source.kind.is_neuron() {
                self.add_term(
                    node,
                    &mut sum,
                    Term {
                        source: from,
                        name: String::new(),
                        matrix: None,
                        delay: 0,
                        floor_shift: 0,
                    },
                )?;
                continue;
            }
            let form = self.out_of(from)?;
            let copied = form.terms.iter().filter_map(|t| t.matrix.as_ref());
            self.hold(node, copied.map(|m| m.data.len()).sum())?;
            for term in &form.terms {
                self.add_term(node, &mut sum, term.clone())?;
            }
            if let Some(bias) = &form.bias {
                let total = sum.bias.get_or_insert_with(|| vec![0.0; bias.len()]);
                if total.len() != bias.len() {
                    return Err(self.mismatch(node, total.len(), bias.len()));
                }
                total.iter_mut().zip(bias).for_each(|(a, b)| *a += b);
            }
        }
        Ok(sum)
    }

    /// Counts numbers that are kept: small kernels can stand for large matrices.
    fn hold(&mut self, node: usize, numbers: usize) -> Result<(), ImportError> {
        self.held = self.held.saturating_add(numbers);
        if self.held > MAX_HELD {
            let reason =
                "with it the matrices of the file are too large; use fewer or smaller layers";
            return Err(bad(&self.graph.nodes[node].name, reason.into()));
        }
        Ok(())
    }

    fn mismatch(&self, node: usize, a: usize, b: usize) -> ImportError {
        let reason = format!("{a} and {b} values arrive on its edges; all must have one size");
        bad(&self.graph.nodes[node].name, reason)
    }

    fn add_term(&self, node: usize, sum: &mut FormOf, term: Term) -> Result<(), ImportError> {
        // The same source twice: the matrices add up.
        let mut terms = sum.terms.iter_mut();
        let same = terms.find(|t| (t.source, t.delay) == (term.source, term.delay));
        // What is rounded is rounded for itself.
        let same = same.filter(|t| t.floor_shift == 0 && term.floor_shift == 0);
        match (same, term.matrix) {
            (
                Some(Term {
                    matrix: Some(a),
                    name,
                    ..
                }),
                Some(b),
            ) => {
                if (a.rows, a.columns) != (b.rows, b.columns) {
                    let (x, y) = (a.rows, b.rows);
                    return Err(self.mismatch(node, x, y));
                }
                if !a.add(&b) {
                    let reason = format!("'{name}' and '{}' are too large to add", term.name);
                    return Err(bad(&self.graph.nodes[node].name, reason));
                }
                *name = format!("{name}+{}", term.name);
            }
            (_, matrix) => sum.terms.push(Term { matrix, ..term }),
        }
        Ok(())
    }

    /// What leaves a Linear, Affine, Flatten, Delay or Output node.
    pub fn out_of(&mut self, node: usize) -> Result<Rc<FormOf>, ImportError> {
        if let Some(known) = self.known.get(&node) {
            return Ok(known.clone());
        }
        if let Some(at) = self.open.iter().position(|&n| n == node) {
            let names = self.open[at..]
                .iter()
                .map(|&n| format!("'{}'", self.graph.nodes[n].name));
            return Err(ImportError::Loop {
                nodes: names.collect::<Vec<_>>().join(", "),
            });
        }
        if self.open.len() >= 256 {
            let reason = "stands in a chain of more than 256 nodes without a neuron".to_string();
            return Err(bad(&self.graph.nodes[node].name, reason));
        }
        self.open.push(node);
        let mut form = self.arriving_form(node)?;
        self.open.pop();
        let this = &self.graph.nodes[node];
        if this.kind == Kind::Delay {
            let steps = delays::steps(this, self.rules)?;
            form = delays::delayed(this, form, &steps)?;
            let kept = form.terms.iter().filter_map(|t| t.matrix.as_ref());
            self.hold(node, kept.map(|m| m.data.len()).sum())?;
        }
        let floor_shift = floor_shift(this)?;
        if let Some((w, own)) = stage(this, self.shapes.arriving(&self.sources[node]))? {
            self.hold(node, w.data.len())?;
            for term in &mut form.terms {
                if term.floor_shift > 0 || (floor_shift > 0 && term.matrix.is_some()) {
                    let reason = "one of two matrices behind each other rounds its sum down (floor_shift), so that \
                                  they are not one; put a neuron between them";
                    return Err(bad(&this.name, reason.into()));
                }
                term.floor_shift = floor_shift;
                let matrix = match term.matrix.take() {
                    None => w.clone(),
                    Some(m) => self.product(this, &w, &m)?,
                };
                self.hold(node, matrix.data.len())?;
                term.matrix = Some(matrix);
                let between = if term.name.is_empty() { "" } else { "*" };
                term.name = format!("{}{between}{}", term.name, this.name);
            }
            form.bias = match form.bias.take() {
                Some(b) if b.len() != w.columns => return Err(mismatched(this, &w, b.len())),
                Some(b) => Some(w.apply(&b)),
                None => None,
            };
            if let Some(own) = own {
                let total = form.bias.get_or_insert_with(|| vec![0.0; w.rows]);
                total.iter_mut().zip(own).for_each(|(a, b)| *a += b);
            }
        }
        let form = Rc::new(form);
        self.known.insert(node, form.clone());
        Ok(form)
    }

    fn product(&mut self, node: &Node, a: &Matrix, b: &Matrix) -> Result<Matrix, ImportError> {
        if a.columns != b.rows {
            return Err(mismatched(node, a, b.rows));
        }
        let (work, size) = a.cost(b);
        let sparse = matches!((&a.data, &b.data), (Weights::Sparse(_), Weights::Sparse(_)));
        self.products = self.products.saturating_add(work);
        let most = if sparse { MAX_ENTRIES } else { MAX_ELEMENTS };
        if size > most || self.products > MAX_PRODUCTS {
            let reason = "joining it with the matrix before it is too large; put a neuron between \
                          them, or multiply them before the export";
            return Err(bad(&node.name, reason.into()));
        }
        Ok(a.times(b))
    }
}
