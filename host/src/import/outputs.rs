//! What leads to an Output node.

use super::build::{axes, check_size, Draft};
use super::forms::Forms;
use super::network::{Neuron, Population, ResetKind, Role, Values};
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
        let direct = form.bias.is_none() && form.terms.iter().all(|t| t.matrix.is_none());
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
            current_decay: Values::One(0.0),
            membrane_decay: Values::One(0.0),
            gain: Values::One(1.0),
            bias: Values::One(0.0),
            current_bias: None,
            threshold: None,
            strict: false,
            reset: ResetKind::Hard,
            reset_value: Values::One(0.0),
            start: Values::One(0.0),
            held_steps: 0,
            current_after_decay: false,
            v_min: None,
            words: "weighted sum of the step".into(),
        };
        let population = Population {
            name,
            neurons: n,
            shape: axes(shapes.leaving(i), n),
            role: Role::Output,
            neuron: Some(neuron),
        };
        drafts.push(Draft {
            node: i,
            population,
            form,
            input_gain: Values::One(1.0),
        });
    }
    Ok(())
}
