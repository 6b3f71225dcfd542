//! One population: choice of the unit, then every parameter in it.

use super::bound;
use super::grid::{self, Steps};
use super::{
    LayerReport, QuantiseError, QuantiseOptions, QuantisedConnection, QuantisedPopulation,
};
use crate::import::{Network, Neuron, ResetKind};
use ferrospike_model::program::{Parameters, Rounding, LIMIT, ONE};

/// Most powers of two between the scales of connections into one population.
const MAX_SPREAD: i32 = 6;

/// Weights of all connections into a population, in steps.
struct Chosen {
    steps: Vec<Steps>,
    /// Finest step of all.
    size: f64,
    exact: bool,
}

fn choose(weights: &[&[f64]], rule: &Neuron, never_exact: bool) -> Chosen {
    if !never_exact {
        let steps: Option<Vec<Steps>> = weights.iter().map(|w| grid::exact(w)).collect();
        if let Some(mut steps) = steps {
            let finest = steps.iter().map(|s| s.size).fold(f64::INFINITY, f64::min);
            let coarsest = steps
                .iter()
                .map(|s| s.size)
                .filter(|s| s.is_finite())
                .fold(finest, f64::max);
            if finest.is_finite() && coarsest / finest <= grid::power(MAX_SPREAD) {
                steps
                    .iter_mut()
                    .filter(|s| !s.size.is_finite())
                    .for_each(|s| s.size = finest);
                return Chosen {
                    steps,
                    size: finest,
                    exact: true,
                };
            }
        }
    }
    let largest = |w: &[f64]| {
        let (low, high) = grid::range(w);
        high.max(-low)
    };
    let most = weights.iter().map(|w| largest(w)).fold(0.0, f64::max);
    // Without a weight the threshold gives the scale.
    let other = rule.threshold.as_ref().map_or(1.0, |t| {
        let (low, high) = t.range();
        high.abs().max(low.abs())
    });
    let top = if most > 0.0 { most } else { other.max(1e-9) } / 127.0;
    let sizes: Vec<f64> = weights
        .iter()
        .map(|w| {
            let ratio = most / largest(w);
            let below = if ratio.is_finite() {
                ratio.log2().floor() as i32
            } else {
                0
            };
            top / grid::power(below.clamp(0, MAX_SPREAD))
        })
        .collect();
    let size = sizes.iter().copied().fold(top, f64::min);
    let steps: Vec<Steps> = weights
        .iter()
        .zip(&sizes)
        .map(|(w, &s)| grid::rounded(w, s))
        .collect();
    Chosen {
        steps,
        size,
        exact: most == 0.0,
    }
}

pub(super) fn population(
    network: &Network,
    index: usize,
    rule: &Neuron,
    options: &QuantiseOptions,
) -> Result<QuantisedPopulation, QuantiseError> {
    let population = &network.populations[index];
    let (name, n) = (&population.name, population.neurons);
    let incoming: Vec<_> = network.incoming(index).collect();
    let weights: Vec<&[f64]> = incoming.iter().map(|(_, c)| c.weights.as_slice()).collect();
    let chosen = choose(&weights, rule, options.never_exact);
    let offset = |s: &Steps| (s.size / chosen.size).log2().round() as u32;
    let most = chosen
        .steps
        .iter()
        .map(|s| s.most().saturating_sub(offset(s)))
        .min();
    let most = most.unwrap_or(super::MAX_EXPONENT);

    let (mut magnitude, mut guess, mut slack) = (0f64, 0f64, 1f64);
    let (mut up, mut down) = (vec![0.0; n], vec![0.0; n]);
    for steps in &chosen.steps {
        for (i, row) in steps
            .steps
            .chunks_exact((steps.steps.len() / n).max(1))
            .enumerate()
        {
            let sum = |f: fn(i32) -> i32| row.iter().map(|&s| i64::from(f(s))).sum::<i64>() as f64;
            up[i] += sum(|s| s.max(0)) * steps.size;
            down[i] += sum(|s| (-s).max(0)) * steps.size;
        }
    }
    for i in 0..n {
        let constant = rule.current_bias.as_ref().map_or(0.0, |b| b[i]);
        let (u, d) = (up[i] + constant.max(0.0), down[i] + (-constant).max(0.0));
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
    let fits = |real: f64, m: u32| real * grid::power(m as i32) / chosen.size <= room;
    let plan = if magnitude.is_finite() && fits(magnitude, 0) {
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
        None => {
            let lossless = (0..=most).find(|&m| chosen.exact && lossless(rule, n, chosen.size, m));
            let finest = (0..=most).rev().find(|&m| fits(plan, m));
            lossless.or(finest).unwrap_or(0)
        }
    };
    let proven = magnitude.is_finite() && fits(magnitude, m);
    let unit = chosen.size / grid::power(m as i32);
    let rounding = options.rounding.unwrap_or(match chosen.exact {
        true => Rounding::Floor,
        false => Rounding::HalfUp,
    });
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
    let mut weight_error = 0f64;
    for (w, s) in weights.iter().zip(&chosen.steps) {
        for (w, &s_i) in w.iter().zip(&s.steps) {
            weight_error = weight_error.max((w - f64::from(s_i) * s.size).abs());
        }
    }
    let report = LayerReport {
        name: name.clone(),
        exact: chosen.exact,
        scales: chosen.steps.iter().map(|s| s.size).collect(),
        exponent: m,
        unit,
        clipped: chosen.steps.iter().map(|s| s.clipped).sum(),
        weight_error,
        factor_error: integers.factor_error,
        value_error: integers.value_error,
        bound: magnitude,
        proven,
        rounding,
    };
    let connections =
        incoming
            .iter()
            .zip(&chosen.steps)
            .map(|((index, _), s)| QuantisedConnection {
                index: *index,
                segments: s.segments(m + offset(s)),
            });
    Ok(QuantisedPopulation {
        index,
        unit,
        connections: connections.collect(),
        current_bias,
        parameters,
        sub,
        v_min,
        v_max: LIMIT,
        start,
        rounding,
        report,
    })
}

/// With this exponent nothing is ever rounded, so that more bits would only cost range.
fn lossless(rule: &Neuron, n: usize, size: f64, m: u32) -> bool {
    let unit = size / grid::power(m as i32);
    let whole = |x: f64| (x / unit).fract() == 0.0;
    (0..n).all(|i| {
        let decays = [rule.current_decay.at(i), rule.membrane_decay.at(i)];
        let values = [rule.bias.at(i), rule.reset_value.at(i), rule.start.at(i)];
        decays.iter().all(|&d| d == 0.0 || d == 1.0)
            && (rule.gain.at(i) == 0.0 || rule.gain.at(i) == 1.0)
            && values.iter().all(|&x| whole(x))
            && rule.threshold.as_ref().is_none_or(|t| whole(t.at(i)))
            && rule.v_min.is_none_or(whole)
            && rule.current_bias.as_ref().is_none_or(|b| whole(b[i]))
    })
}

/// Rounds parameters and remembers the errors.
struct Integers<'a> {
    name: &'a str,
    unit: f64,
    factor_error: f64,
    value_error: f64,
}

impl Integers<'_> {
    fn error(
        &self,
        neuron: usize,
        what: &'static str,
        value: f64,
        reason: String,
    ) -> QuantiseError {
        QuantiseError::Parameter {
            population: self.name.into(),
            neuron,
            what,
            value,
            reason,
        }
    }

    fn factor(&mut self, neuron: usize, what: &'static str, x: f64) -> Result<u32, QuantiseError> {
        if !(0.0..=1.0).contains(&x) {
            return Err(self.error(neuron, what, x, "must lie between 0 and 1".into()));
        }
        let whole = (x * f64::from(ONE)).round();
        self.factor_error = self.factor_error.max((whole / f64::from(ONE) - x).abs());
        Ok(whole as u32)
    }

    fn fit(&self, neuron: usize, what: &'static str, x: f64, q: f64) -> Result<i32, QuantiseError> {
        if q.is_finite() && q.abs() <= f64::from(LIMIT) {
            return Ok(q as i32);
        }
        let limit = f64::from(LIMIT) * self.unit;
        let reason = format!(
            "does not fit 24 bits: with the weights' scale the range is +-{limit:.6}; rescale the \
             layer so that its weights and thresholds are of similar size"
        );
        Err(self.error(neuron, what, x, reason))
    }

    fn value(&mut self, neuron: usize, what: &'static str, x: f64) -> Result<i32, QuantiseError> {
        let q = (x / self.unit).round();
        let whole = self.fit(neuron, what, x, q)?;
        self.value_error = self.value_error.max((q * self.unit - x).abs());
        Ok(whole)
    }

    fn neuron(&mut self, rule: &Neuron, i: usize) -> Result<Parameters, QuantiseError> {
        let threshold = match &rule.threshold {
            None => 0,
            Some(t) => {
                // h is whole: h > x means h >= floor(x) + 1, h >= x means h >= ceil(x).
                let x = t.at(i) / self.unit;
                let q = if rule.strict {
                    x.floor() + 1.0
                } else {
                    x.ceil()
                };
                self.fit(i, "threshold", t.at(i), q)?
            }
        };
        Ok(Parameters {
            current_decay: self.factor(i, "decay of the current", rule.current_decay.at(i))?,
            membrane_decay: self.factor(i, "decay of the membrane", rule.membrane_decay.at(i))?,
            gain: self.factor(i, "gain", rule.gain.at(i))?,
            bias: self.value(i, "bias", rule.bias.at(i))?,
            threshold,
            reset_value: self.value(i, "reset value", rule.reset_value.at(i))?,
        })
    }
}
