//! What leads to an Output node.

use super::build::{axes, check_size, Draft};
use super::forms::{Forms, Term};
use super::network::{Neuron, Population, Role, Values};
use super::neuron::bad;
use super::shapes::Shapes;
use super::ImportError;
use crate::nir::{Graph, Kind};

/// Marks what leads to an Output; a matrix that ends there becomes a read-out without memory.
pub(super) fn outputs(
    graph: &Graph,
    shapes: &Shapes,
    forms: &mut Forms,
    drafts: &mut Vec<Draft>,
    choices: &mut Vec<String>,
) -> Result<(), ImportError> {
    for i in (0..graph.nodes.len()).filter(|&i| graph.nodes[i].kind == Kind::Output) {
        let form = forms.arriving_form(i)?;
        let plain = |t: &Term| t.matrix.is_none() && t.delay == 0;
        let direct = form.bias.is_none() && form.terms.iter().all(plain);
        if direct {
            for term in &form.terms {
                for draft in drafts.iter_mut().filter(|d| d.node == term.source) {
                    if draft.population.role == Role::Input {
                        let reason =
                            "its input goes straight to the output, nothing is left to run";
                        return Err(bad(&graph.nodes[i].name, reason.into()));
                    }
                    draft.population.role = Role::Output;
                }
            }
            continue;
        }
        let name = graph.nodes[i].name.clone();
        let rows = form
            .terms
            .iter()
            .find_map(|t| t.matrix.as_ref().map(|m| m.rows));
        let n = rows.or(form.bias.as_ref().map(Vec::len)).unwrap_or(0);
        check_size(&name, n)?;
        choices.push(format!(
            "'{name}' ends in a matrix without a neuron: its membranes show the weighted sum of \
             each step"
        ));
        let neuron = Neuron {
            words: "weighted sum of the step".into(),
            ..Neuron::default()
        };
        let population = Population {
            shape: axes(shapes.leaving(i), n),
            neuron: Some(neuron),
            ..Population::new(name, n, Role::Output)
        };
        drafts.push(Draft {
            node: i,
            population,
            form,
            input_gain: Values::One(1.0),
            delays: [0, 0],
            inhibition_first: true,
        });
    }
    Ok(())
}
