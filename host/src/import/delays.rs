//! Delay nodes: seconds to steps, and a matrix in as many parts as there are delays.

use super::forms::{FormOf, Term};
use super::matrix::Matrix;
use super::neuron::bad;
use super::options::Rules;
use super::ImportError;
use crate::nir::Node;
use std::collections::BTreeSet;

/// Most steps of a Delay.
const MOST: f64 = 126.0;

/// Steps of each value that passes a Delay node; one number is meant for all.
pub(super) fn steps(node: &Node, rules: &Rules) -> Result<Vec<usize>, ImportError> {
    let delays = node.parameters.get("delay").map_or(&[][..], |t| &t.data);
    if delays.is_empty() {
        return Err(bad(&node.name, "its 'delay' is empty".into()));
    }
    if delays.iter().all(|&d| d == 0.0) {
        return Ok(vec![0; delays.len()]);
    }
    let dt = rules.time_step(&mut Vec::new())?;
    let whole = |(index, &delay): (usize, &f64)| {
        let steps = delay / dt;
        let near = steps.round();
        if !(0.0..=MOST).contains(&near) {
            let reason = format!(
                "element {index} of 'delay' is {delay} s, {steps:.3} steps of {dt} s; 0 to {MOST} steps are \
                 possible (--dt SECONDS gives the time step)"
            );
            return Err(bad(&node.name, reason));
        }
        if (steps - near).abs() > 1e-3 {
            let reason = format!(
                "element {index} of 'delay' is {delay} s, {steps:.3} steps of {dt} s; a delay must be a whole \
                 number of steps (--dt SECONDS gives the time step)"
            );
            return Err(bad(&node.name, reason));
        }
        Ok(near as usize)
    };
    delays.iter().enumerate().map(whole).collect()
}

/// What leaves the Delay, if `form` arrives: a part for each delay that occurs.
pub(super) fn delayed(node: &Node, form: FormOf, steps: &[usize]) -> Result<FormOf, ImportError> {
    let of = |value: usize| steps[if steps.len() == 1 { 0 } else { value }];
    let different: BTreeSet<usize> = steps.iter().copied().collect();
    if let Some(bias) = &form.bias {
        let late = |(value, &b): (usize, &f64)| b != 0.0 && steps.len() > 1 && of(value) > 0;
        let all_late = steps.len() == 1 && steps[0] > 0 && bias.iter().any(|&b| b != 0.0);
        if all_late || bias.iter().enumerate().take(steps.len()).any(late) {
            let reason = "a bias arrives at a Delay, which would hold it back in the first steps only; put the \
                          Delay before the Affine or convolution";
            return Err(bad(&node.name, reason.into()));
        }
    }
    let mut terms = Vec::new();
    for term in form.terms {
        if let [one] = different.iter().copied().collect::<Vec<_>>()[..] {
            terms.push(Term {
                delay: later(node, term.delay, one)?,
                ..term
            });
            continue;
        }
        let whole = match term.matrix {
            Some(matrix) => matrix,
            None => Matrix::diagonal(vec![1.0; steps.len()]),
        };
        if whole.rows != steps.len() {
            let reason = format!(
                "'delay' has {} elements, but {} values arrive",
                steps.len(),
                whole.rows
            );
            return Err(bad(&node.name, reason));
        }
        for &delay in &different {
            terms.push(Term {
                source: term.source,
                name: term.name.clone(),
                matrix: Some(whole.rows_of(|row| steps[row] == delay)),
                delay: later(node, term.delay, delay)?,
                floor_shift: term.floor_shift,
            });
        }
    }
    Ok(FormOf {
        terms,
        bias: form.bias,
    })
}

fn later(node: &Node, before: usize, more: usize) -> Result<usize, ImportError> {
    let sum = before + more;
    if sum as f64 > MOST {
        let reason =
            format!("with the Delays before it, a spike takes {sum} steps; {MOST} is the most");
        return Err(bad(&node.name, reason));
    }
    Ok(sum)
}
