//! One population: choice of the unit, then every parameter in it.

use super::bound;
use super::choose::{choose, lossless};
use super::constant;
use super::grid::{self, Steps};
use super::integers::Integers;
use super::{floor, fraction, learned};
use super::{
    LayerReport, QuantiseError, QuantiseOptions, QuantisedConnection, QuantisedPopulation,
};
use crate::import::{Network, Neuron, ResetKind};
use ferrospike_model::program::{Rounding, LIMIT};

pub(super) fn population(
    network: &Network,
    index: usize,
    rule: &Neuron,
    options: &QuantiseOptions,
) -> Result<QuantisedPopulation, QuantiseError> {
    let moved = constant::as_current(rule, network.populations[index].neurons);
    let rule = moved.as_ref().unwrap_or(rule);
    let population = &network.populations[index];
    let (name, n) = (&population.name, population.neurons);
    let (incoming, rounded): (Vec<_>, Vec<_>) = network
        .incoming(index)
        .partition(|(_, c)| c.floor_shift == 0);
    let weights: Vec<&[f64]> = incoming.iter().map(|(_, c)| c.weights.values()).collect();
    let tuning = options.tuning_of(index);
    let learning = &options.learning;
    let bounds = |(index, _): &(usize, _)| learning.connection(*index).map(|p| p.bounds);
    let learned: Vec<Option<[f64; 2]>> = incoming.iter().map(bounds).collect();
    let mut chosen = choose(&weights, &learned, rule, options, tuning.scale);
    if let (Some(bits), true) = (rule.fraction_bits, incoming.is_empty()) {
        chosen.size = grid::power(-i32::from(bits));
    }
    for (steps, (_, c)) in chosen.steps.iter().zip(&incoming) {
        if let Some(learned) = steps.learned.filter(learned::Learned::is_fixed) {
            let reason = format!(
                "the weights of '{}' learn, but its bounds are closer than a step of {:.3e}; widen them",
                c.name, learned.size
            );
            return Err(QuantiseError::Network {
                population: name.clone(),
                reason,
            });
        }
    }
    let tuned = (!chosen.exact && tuning.threshold != 1.0).then(|| Neuron {
        threshold: rule
            .threshold
            .as_ref()
            .map(|t| t.map(|t| t * tuning.threshold)),
        ..rule.clone()
    });
    let rule = tuned.as_ref().unwrap_or(rule);
    let offset = |s: &Steps| (s.size / chosen.size).log2().round() as u32;
    let most = chosen
        .steps
        .iter()
        .map(|s| s.most().saturating_sub(offset(s)))
        .min();
    let most = most.unwrap_or(super::MAX_EXPONENT);

    let (mut magnitude, mut guess, mut slack) = (0f64, 0f64, 1f64);
    let (mut up, mut down) = (vec![0.0; n], vec![0.0; n]);
    for (steps, (_, c)) in chosen.steps.iter().zip(&incoming) {
        let source = network.populations.get(c.from);
        let sources = source.map_or(1, |p| p.neurons);
        let times = times_of(network, c.from);
        let (mut added, mut taken) = (vec![0i64; n], vec![0i64; n]);
        for (index, &step) in steps.steps.iter().enumerate() {
            let (_, to) = c.weights.place(index, sources);
            // What may become of a weight that learns.
            let (low, high) = steps.learned.map_or((step, step), |l| {
                (i32::from(l.minimum), i32::from(l.maximum))
            });
            added[to] += times * i64::from(high.max(0));
            taken[to] += times * i64::from((-low).max(0));
        }
        for i in 0..n {
            up[i] += added[i] as f64 * steps.size;
            down[i] += taken[i] as f64 * steps.size;
        }
    }
    for (_, c) in &rounded {
        let sources = network.populations.get(c.from).map_or(1, |p| p.neurons);
        let scale = grid::power(-i32::from(c.floor_shift)) * times_of(network, c.from) as f64;
        for (index, &w) in c.weights.values().iter().enumerate() {
            let (_, to) = c.weights.place(index, sources);
            up[to] += w.max(0.0) * scale;
            down[to] += (-w).max(0.0) * scale;
        }
        down.iter_mut().for_each(|d| *d += 1.0);
    }
    let bias = learning.bias(index);
    for i in 0..n {
        let constant = rule.current_bias.as_ref().map_or(0.0, |b| b[i]);
        let (u, d) = (up[i] + constant.max(0.0), down[i] + (-constant).max(0.0));
        let [least, most] = bias.map_or([0.0; 2], |b| b.bounds);
        let (u, d) = (u + most.max(0.0), d + (-least).max(0.0));
        let b = bound::neuron(rule, i, u, d);
        magnitude = magnitude.max(b.magnitude);
        guess = guess.max(b.guess);
        for decay in [rule.current_decay.at(i), rule.membrane_decay.at(i)] {
            slack = slack.max(if decay < 1.0 {
                4.0 / (1.0 - decay)
            } else {
                1.0
            });
        }
    }
    let room = f64::from(LIMIT) - slack.min(1e6) - 64.0;
    let fits = |real: f64, unit: f64| real / unit <= room;
    let at = |m: u32| chosen.size / grid::power(m as i32);
    let plan = if magnitude.is_finite() && fits(magnitude, at(0)) {
        magnitude
    } else {
        guess
    };
    let m = match options.exponent {
        Some(m) if u32::from(m) > most => {
            let (exponent, population) = (m, name.clone());
            return Err(QuantiseError::Exponent {
                exponent,
                population,
                most,
            });
        }
        Some(m) => u32::from(m),
        None if rule.fraction_bits.is_some() => {
            let bits = rule.fraction_bits.unwrap_or(0);
            let m = fraction::exponent(&mut chosen, bits, most);
            m.map_err(|reason| QuantiseError::Network {
                population: name.clone(),
                reason,
            })?
        }
        None => {
            let whole = chosen.exact && bias.is_none();
            let lossless = (0..=most).find(|&m| whole && lossless(rule, n, chosen.size, m));
            let finest = (0..=most).rev().find(|&m| fits(plan, at(m)));
            lossless.or(finest).unwrap_or(0)
        }
    };
    let unit = chosen.size / grid::power(m as i32);
    let proven = magnitude.is_finite() && fits(magnitude, unit);
    if rule.current_wraps {
        one_wrap(name, &up, &down, unit)?;
    }
    let [rounding_current, rounding_membrane] = roundings(rule, options, chosen.exact);
    let mut integers = Integers {
        name,
        unit,
        factor_error: 0.0,
        value_error: 0.0,
    };
    let parameters = (0..n)
        .map(|i| integers.neuron(rule, i))
        .collect::<Result<Vec<_>, _>>()?;
    let sub = match (&rule.threshold, rule.reset) {
        (Some(t), ResetKind::Soft | ResetKind::Delayed) if t.range().0 != t.range().1 => {
            let reason = "a reset by subtraction needs one threshold for the population";
            return Err(QuantiseError::Network {
                population: name.clone(),
                reason: reason.into(),
            });
        }
        (Some(t), ResetKind::Soft | ResetKind::Delayed) => {
            integers.value(0, "threshold to subtract", t.at(0))?
        }
        _ => 0,
    };
    let lowest = if rule.held_steps > 0 {
        -(1 << 23) + 64
    } else {
        -LIMIT
    };
    let v_min = match rule.v_min {
        Some(v) => integers.value(0, "lower limit", v)?.max(lowest),
        None => lowest,
    };
    let v_max = match rule.v_max {
        Some(v) => integers.value(0, "upper limit", v)?,
        None => LIMIT,
    };
    if v_max < v_min {
        let reason = "its upper limit of the membrane is below the lower one";
        return Err(QuantiseError::Network {
            population: name.clone(),
            reason: reason.into(),
        });
    }
    let (low, high) = rule.start.range();
    if low != high {
        let reason = "its neurons start at different membranes; the core has one start for a \
                      population (export it with one v_reset)";
        return Err(QuantiseError::Network {
            population: name.clone(),
            reason: reason.into(),
        });
    }
    let start = integers.value(0, "start", low)?;
    let mut current_bias = Vec::new();
    if let Some(bias) = &rule.current_bias {
        let whole = (0..n).map(|i| integers.value(i, "constant current", bias[i]));
        current_bias = grid::wide(&whole.collect::<Result<Vec<_>, _>>()?);
    }
    let learned_bias = bias.map(|b| learned::bias(name, b, unit, n)).transpose()?;
    let mut weight_error = 0f64;
    for (w, s) in weights.iter().zip(&chosen.steps) {
        for (w, &s_i) in w.iter().zip(&s.steps) {
            weight_error = weight_error.max((w - f64::from(s_i) * s.size).abs());
        }
    }
    let report = LayerReport {
        name: name.clone(),
        exact: chosen.exact,
        bits: options.bits.unwrap_or(8),
        scales: chosen.steps.iter().map(|s| s.size).collect(),
        exponent: m,
        unit,
        clipped: chosen.steps.iter().map(|s| s.clipped).sum(),
        weight_error,
        factor_error: integers.factor_error,
        value_error: integers.value_error,
        bound: magnitude,
        proven,
        rounding_current,
        rounding_membrane,
    };
    let offset = |s: &Steps| (s.size / chosen.size).log2().round() as u32;
    let plain = incoming.iter().zip(&chosen.steps);
    let mut connections: Vec<_> = plain
        .map(|((index, _), s)| QuantisedConnection {
            index: *index,
            segments: s.segments(m + offset(s)),
            fold: None,
            learned: s.learned,
        })
        .collect();
    for (index, c) in &rounded {
        let sources = network.populations.get(c.from).map_or(1, |p| p.neurons);
        let (segments, fold) = floor::connection(
            name,
            c,
            (sources, times_of(network, c.from)),
            rule.fraction_bits,
        )?;
        connections.push(QuantisedConnection {
            index: *index,
            segments,
            fold,
            learned: None,
        });
    }
    connections.sort_by_key(|c| c.index);
    Ok(QuantisedPopulation {
        index,
        unit,
        connections,
        current_bias,
        learned_bias,
        parameters,
        sub,
        v_min,
        v_max,
        start,
        rounding_current,
        rounding_membrane,
        report,
    })
}

/// Of the current's decay and of the membrane's. A framework that computes in floats does not lose what a fixed point
/// rounds away: to the nearest is as much too high as too low. A membrane of exact weights is often on the threshold
/// itself, where floor is as the float is.
fn roundings(rule: &Neuron, options: &QuantiseOptions, exact: bool) -> [Rounding; 2] {
    let given = rule.fraction_bits.is_some() || options.exponent.is_some();
    let by_default = |floor: bool| match floor {
        true => Rounding::Floor,
        false => Rounding::HalfUp,
    };
    let both = options.rounding;
    [
        both.or(rule.current_rounding)
            .or(rule.rounding)
            .unwrap_or(by_default(exact && given)),
        both.or(rule.rounding).unwrap_or(by_default(exact)),
    ]
}

/// Most spikes of a source's neuron in a step: each of its passes may have one.
fn times_of(network: &Network, source: usize) -> i64 {
    1 + network.passes(source).count() as i64
}

/// Loihi's current comes back at the other end of its range at most once in a step, the core's always: they are one as
/// long as a step brings no more than one whole range.
fn one_wrap(name: &str, up: &[f64], down: &[f64], unit: f64) -> Result<(), QuantiseError> {
    let range = grid::power(24) * unit;
    let most = up.iter().chain(down).fold(0.0, |a, &b| f64::max(a, b));
    if most <= range {
        return Ok(());
    }
    Err(QuantiseError::Network {
        population: name.into(),
        reason: format!(
            "its weights can bring {most} in one step, and its current wraps in a range of {range}: Lava wraps only \
             once and goes on with more than 24 bits, which no Loihi does; use a smaller weight exponent or fewer \
             sources, or current_overflow = saturate"
        ),
    })
}
