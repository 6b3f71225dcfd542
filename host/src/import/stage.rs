//! What one node does to the values that pass it: a matrix and a bias.

use super::keys;
use super::matrix::Matrix;
use super::neuron::bad;
use super::windows::Windows;
use super::ImportError;
use crate::nir::{Kind, Node, KEY_PREFIX, MAX_NEURONS};

/// Largest shift of a sum: what the core's FOLD has.
const MOST_SHIFT: usize = 15;

/// A node's matrix and bias.
pub(super) type Stage = (Matrix, Option<Vec<f64>>);

pub(super) fn mismatched(node: &Node, matrix: &Matrix, arriving: usize) -> ImportError {
    let reason = format!("it takes {} values, but {arriving} arrive", matrix.columns);
    bad(&node.name, reason)
}

/// The matrix of a node and its bias; none where values only pass.
pub(super) fn stage(this: &Node, arriving: Option<&[usize]>) -> Result<Option<Stage>, ImportError> {
    let need = || {
        let reason = "the shape of what arrives is not known; export the network with an Input \
                      that has a shape, and neurons with one value for each";
        arriving.ok_or_else(|| bad(&this.name, reason.into()))
    };
    match this.kind {
        Kind::Linear => Ok(Some((weight(this)?, None))),
        Kind::Affine => {
            let w = weight(this)?;
            let own = this.parameters.get("bias").map_or(&[][..], |t| &t.data);
            let bias = match own.len() {
                1 => vec![own[0]; w.rows],
                n if n == w.rows => own.to_vec(),
                n => {
                    let reason = format!("'bias' has {n} elements for {} rows", w.rows);
                    return Err(bad(&this.name, reason));
                }
            };
            Ok(Some((w, Some(bias))))
        }
        Kind::Scale => {
            let n: usize = need()?.iter().product();
            let own = this.parameters.get("scale").map_or(&[][..], |t| &t.data);
            if n > MAX_NEURONS || (own.len() != 1 && own.len() != n) {
                let reason = format!("'scale' has {} elements, {n} values arrive", own.len());
                return Err(bad(&this.name, reason));
            }
            let values = (0..n).map(|i| own[if own.len() == 1 { 0 } else { i }]);
            Ok(Some((Matrix::diagonal(values.collect()), None)))
        }
        Kind::Conv1d | Kind::Conv2d | Kind::SumPool2d | Kind::AvgPool2d => {
            let windows = Windows::of(this, need()?)?;
            Ok(Some((windows.matrix(this)?, windows.bias(this)?)))
        }
        _ => Ok(None),
    }
}

/// By what power of two a node's sum is divided before it is rounded down: the one rule key of nodes that are no
/// neurons, of Linear.
pub(super) fn floor_shift(node: &Node) -> Result<u8, ImportError> {
    let mut shift = 0;
    let numbers = node.parameters.iter();
    let numbers = numbers.map(|(name, tensor)| (name, tensor.data.first().copied()));
    let words = node.texts.iter();
    let words = words.map(|(name, text)| (name, text.trim().parse::<f64>().ok()));
    for (name, value) in numbers.chain(words) {
        match (name.strip_prefix(KEY_PREFIX), node.kind) {
            (None, _) => {}
            (Some(key @ "floor_shift"), Kind::Linear) => {
                shift = keys::whole(key, value.unwrap_or(f64::NAN), 0, MOST_SHIFT)? as u8;
            }
            (Some(key), _) => {
                let reason = format!(
                    "'{}' has this key, which nodes of its kind do not have; it may change the spikes \
                     (docs/import.md has all keys)",
                    node.name
                );
                return Err(keys::refused(key, "?", reason));
            }
        }
    }
    Ok(shift)
}

/// The weight matrix of a node, its shape checked.
fn weight(node: &Node) -> Result<Matrix, ImportError> {
    let tensor = node.parameters.get("weight").cloned().unwrap_or_default();
    let shape = &tensor.shape;
    let (lead, last) = shape.split_at(shape.len().saturating_sub(2));
    let &[rows, columns] = last else {
        return Err(bad(
            &node.name,
            format!("'weight' has the shape {shape:?}, not (out, in)"),
        ));
    };
    if lead.iter().any(|&d| d != 1) || rows == 0 || columns == 0 {
        return Err(bad(
            &node.name,
            format!("'weight' has the shape {shape:?}, not (out, in)"),
        ));
    }
    if rows > MAX_NEURONS || columns > MAX_NEURONS {
        let reason =
            format!("'weight' has the shape {shape:?}, {MAX_NEURONS} is the most an axis may have");
        return Err(bad(&node.name, reason));
    }
    if tensor.data.len() != rows * columns {
        let there = tensor.data.len();
        let reason = format!("'weight' has {there} elements for the shape {shape:?}");
        return Err(bad(&node.name, reason));
    }
    Ok(Matrix::dense(rows, columns, tensor.data))
}
