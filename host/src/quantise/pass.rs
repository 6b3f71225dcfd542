//! Another pass over a population in the same step (`docs/numerics.md`, section 2.2): its own threshold and reset,
//! and nothing that moves u or v.

use super::integers::Integers;
use super::{QuantiseError, QuantiseOptions, QuantisedPopulation};
use crate::import::{Network, Neuron, ResetKind, Values};
use ferrospike_model::program::ONE;

pub(super) fn population(
    network: &Network,
    index: usize,
    rule: &Neuron,
    main: &QuantisedPopulation,
    options: &QuantiseOptions,
) -> Result<QuantisedPopulation, QuantiseError> {
    let population = &network.populations[index];
    let error = |reason: &str| QuantiseError::Network {
        population: population.name.clone(),
        reason: reason.into(),
    };
    let first = network.populations[main.index].neuron.as_ref();
    let held = first.is_some_and(|r| r.held_steps > 0) || rule.held_steps > 0;
    let delayed = |r: &Neuron| r.reset == ResetKind::Delayed;
    if held || delayed(rule) || first.is_some_and(delayed) {
        return Err(error(
            "several spikes in a step exclude lost steps and a delayed reset; use a reset by subtraction \
             at once",
        ));
    }
    // Tuned as the population is.
    let factor = match main.report.exact {
        true => 1.0,
        false => options.tuning_of(main.index).threshold,
    };
    let threshold = rule.threshold.as_ref();
    let rule = &Neuron {
        threshold: threshold.map(|t| t.map(|t| t * factor)),
        ..rule.clone()
    };
    let still = Neuron {
        current_decay: Values::One(1.0),
        membrane_decay: Values::One(1.0),
        gain: Values::One(0.0),
        bias: Values::One(0.0),
        ..rule.clone()
    };
    let mut integers = Integers {
        name: &population.name,
        unit: main.unit,
        factor_error: 0.0,
        value_error: 0.0,
    };
    let parameters = (0..population.neurons)
        .map(|i| integers.neuron(&still, i))
        .collect::<Result<Vec<_>, _>>()?;
    debug_assert!(parameters.iter().all(|p| p.current_decay == ONE));
    let sub = match (&rule.threshold, rule.reset) {
        (Some(t), ResetKind::Soft) if t.range().0 != t.range().1 => {
            return Err(error(
                "a reset by subtraction needs one threshold for the population",
            ));
        }
        (Some(t), ResetKind::Soft) => integers.value(0, "threshold to subtract", t.at(0))?,
        _ => 0,
    };
    let mut report = main.report.clone();
    report.name.clone_from(&population.name);
    Ok(QuantisedPopulation {
        index,
        connections: Vec::new(),
        current_bias: Vec::new(),
        learned_bias: None,
        parameters,
        sub,
        report,
        ..main.clone()
    })
}
