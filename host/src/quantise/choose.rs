//! The grids of the weights into one population.

use super::grid::{self, Steps};
use super::{learned, narrow, QuantiseOptions};
use crate::import::Neuron;

/// Most powers of two between the scales of connections into one population.
const MAX_SPREAD: i32 = 6;

/// Weights of all connections into a population, in steps.
pub(super) struct Chosen {
    pub steps: Vec<Steps>,
    /// Finest step of all.
    pub size: f64,
    pub exact: bool,
}

/// Exact steps if there are any, else one scale for each connection.
/// `scale` multiplies the step of weights that are rounded; `learned` has the bounds of those that learn.
pub(super) fn choose(
    weights: &[&[f64]],
    learned: &[Option<[f64; 2]>],
    rule: &Neuron,
    options: &QuantiseOptions,
    scale: f64,
) -> Chosen {
    let bits = options.bits.unwrap_or(8);
    if !options.never_exact {
        let exact = |(w, learned): (&&[f64], &Option<[f64; 2]>)| match learned {
            Some(bounds) => learned::exact(w, *bounds),
            None => grid::exact(w).filter(|steps| bits >= 8 || narrow::holds(steps, bits)),
        };
        let steps: Option<Vec<Steps>> = weights.iter().zip(learned).map(exact).collect();
        if let Some(mut steps) = steps {
            let finest = steps.iter().map(|s| s.size).fold(f64::INFINITY, f64::min);
            if learned.iter().any(Option::is_some) {
                learned::widen(&mut steps, finest, MAX_SPREAD);
            }
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
    if learned.iter().any(Option::is_some) {
        return learned::choose(weights, learned, MAX_SPREAD, scale);
    }
    if bits < 8 && weights.iter().any(|w| w.iter().any(|&x| x != 0.0)) {
        return narrow::choose(weights, bits, MAX_SPREAD, scale);
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
    let top = match most > 0.0 {
        true => most / f64::from(grid::largest(bits)) * scale,
        false => grid::power((other.max(1e-9) / 127.0).log2().ceil() as i32),
    };
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
        .map(|(w, &s)| grid::rounded(w, s, bits))
        .collect();
    Chosen {
        steps,
        size,
        exact: most == 0.0,
    }
}

/// With this exponent nothing is ever rounded, so that more bits would only cost range.
pub(super) fn lossless(rule: &Neuron, n: usize, size: f64, m: u32) -> bool {
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
            && rule.v_max.is_none_or(whole)
            && rule.current_bias.as_ref().is_none_or(|b| whole(b[i]))
    })
}
