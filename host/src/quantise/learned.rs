//! Weights that learn: one mantissa of 8 bits each, whose scale holds the bounds of the rule, whatever the weights are at
//! first.

use super::choose::Chosen;
use super::grid::{self, power, Steps};
use super::{QuantiseError, Segment, MAX_EXPONENT};
use crate::learning::Homeostasis;

/// What is below a whole number by so little is meant to be one.
const NEARLY: f64 = 1e-6;

/// Mantissas that a weight may have, and what one step of them is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Learned {
    /// Real value of one step.
    pub size: f64,
    /// Mantissas are 0 to 255, not -128 to 127.
    pub unsigned: bool,
    /// Least mantissa.
    pub minimum: i16,
    /// Largest mantissa.
    pub maximum: i16,
}

impl Learned {
    /// There is one mantissa only between the bounds.
    pub(super) fn is_fixed(&self) -> bool {
        self.minimum == self.maximum
    }

    fn new([low, high]: [f64; 2], size: f64) -> Self {
        let unsigned = low >= 0.0;
        let (least, most) = match unsigned {
            true => (0.0, 255.0),
            false => (-128.0, 127.0),
        };
        let limited = |x: f64| x.clamp(least, most) as i16;
        let minimum = limited((low / size - NEARLY).ceil());
        Learned {
            size,
            unsigned,
            minimum,
            // Bounds that are closer than a step are refused.
            maximum: limited((high / size + NEARLY).floor()).max(minimum),
        }
    }
}

/// The smallest step with which 8 bits hold these bounds.
fn finest([low, high]: [f64; 2]) -> f64 {
    match low >= 0.0 {
        true => high / 255.0,
        false => (high / 127.0).max(-low / 128.0),
    }
}

/// The power of two that is not less than a ratio, but for rounding; none for 0.
fn whole_powers(ratio: f64) -> Option<i32> {
    let powers = (ratio.log2() - NEARLY).ceil();
    powers.is_finite().then_some(powers as i32)
}

/// The weights as whole steps of a power of two, if they and their bounds are.
pub(super) fn exact(weights: &[f64], bounds: [f64; 2]) -> Option<Steps> {
    let exponent = finest(bounds).log2().ceil();
    if !(-60.0..=60.0).contains(&exponent) {
        return None;
    }
    let size = power(exponent as i32);
    let whole = |x: &f64| (x / size).fract() == 0.0;
    let all = weights.iter().chain(&bounds).all(whole);
    all.then(|| steps(weights, bounds, size))
}

/// The weights in steps of `size`.
fn steps(weights: &[f64], bounds: [f64; 2], size: f64) -> Steps {
    let learned = Learned::new(bounds, size);
    let (low, high) = (i32::from(learned.minimum), i32::from(learned.maximum));
    let step = |w: &f64| ((w / size).round() as i32).clamp(low, high);
    Steps {
        steps: weights.iter().map(step).collect(),
        size,
        split: None,
        clipped: 0,
        binary: false,
        learned: Some(learned),
    }
}

/// Steps of other connections that are coarser than `finest` by more than `spread` powers of two become finer, where
/// their mantissas allow it.
pub(super) fn widen(all: &mut [Steps], finest: f64, spread: i32) {
    for steps in all.iter_mut().filter(|s| s.size.is_finite()) {
        let more = (steps.size / finest).log2().round() as i32 - spread;
        if (1..=7).contains(&more) {
            steps.widen(more as u32);
        }
    }
}

/// Scales of all connections into a population, powers of two apart; of those that learn the bounds are given.
pub(super) fn choose(
    weights: &[&[f64]],
    bounds: &[Option<[f64; 2]>],
    spread: i32,
    scale: f64,
) -> Chosen {
    let largest = |w: &[f64]| {
        let (low, high) = grid::range(w);
        high.max(-low)
    };
    let needs: Vec<f64> = weights
        .iter()
        .zip(bounds)
        .map(|(w, bounds)| match bounds {
            Some(bounds) => finest(*bounds),
            None => largest(w) / f64::from(grid::largest(8)) * scale,
        })
        .collect();
    // The first one that learns has the scale that its bounds ask for.
    let learns = bounds.iter().zip(&needs).find(|(b, _)| b.is_some());
    let base = learns.map_or(1.0, |(_, need)| *need);
    let above = |need: &f64| whole_powers(need / base).unwrap_or(0);
    let powers: Vec<i32> = needs.iter().map(above).collect();
    let most = powers.iter().copied().max().unwrap_or(0);
    let sizes: Vec<f64> = powers
        .iter()
        .map(|&p| base * power(p.max(most - spread)))
        .collect();
    let all = weights.iter().zip(bounds).zip(&sizes);
    let steps: Vec<Steps> = all
        .map(|((w, bounds), &size)| match bounds {
            Some(bounds) => steps(w, *bounds, size),
            None => grid::rounded(w, size, 8),
        })
        .collect();
    Chosen {
        size: sizes.iter().copied().fold(f64::INFINITY, f64::min),
        steps,
        exact: false,
    }
}

/// A bias that learns: its row, which begins with 0 for each of `neurons`, and what a step of its mantissas is.
pub(super) fn bias(
    name: &str,
    homeostasis: &Homeostasis,
    unit: f64,
    neurons: usize,
) -> Result<(Segment, Learned), QuantiseError> {
    let error = |reason: String| QuantiseError::Network {
        population: name.into(),
        reason,
    };
    let [low, high] = homeostasis.bounds;
    // An upper bound of 128 steps, or 256 unsigned ones, falls short by one.
    let finest = match low >= 0.0 {
        true => high / 256.0,
        false => high.max(-low) / 128.0,
    };
    let exponent = whole_powers(finest / unit).unwrap_or(0).max(0);
    if exponent > MAX_EXPONENT as i32 {
        return Err(error(format!(
            "its bias that learns, from {low} to {high}, is too large for its unit of {unit:.3e}; take smaller bounds"
        )));
    }
    let learned = Learned::new([low, high], unit * power(exponent));
    if learned.is_fixed() {
        return Err(error(format!(
            "its bias that learns, from {low} to {high}, has one value only: a step of it is {:.3e}; take larger bounds",
            learned.size
        )));
    }
    let segment = Segment {
        mantissas: vec![0; neurons],
        exponent: exponent as u32,
    };
    Ok((segment, learned))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose_one(weights: &[f64], bounds: [f64; 2]) -> Steps {
        let mut chosen = choose(&[weights], &[Some(bounds)], 6, 1.0);
        chosen.steps.remove(0)
    }

    /// Whatever the bounds, both are within a step of the outermost mantissas, and all weights within half a step.
    #[test]
    fn bounds_and_weights_are_held() {
        for high in [0.001, 0.3, 0.5, 1.0, 7.7, 300.0] {
            for low in [-1.3 * high, -high, -0.01 * high, 0.0, 0.4 * high] {
                let weights: Vec<f64> = (0..=50)
                    .map(|i| low + (high - low) * f64::from(i) / 50.0)
                    .collect();
                let steps = choose_one(&weights, [low, high]);
                let learned = steps.learned.unwrap();
                assert_eq!(learned.unsigned, low >= 0.0);
                let real = |m: i16| f64::from(m) * learned.size;
                assert!((real(learned.maximum) - high).abs() < learned.size);
                assert!((real(learned.minimum) - low).abs() < learned.size);
                assert!(
                    learned.maximum == 255 || learned.maximum == 127 || learned.minimum == -128
                );
                for (w, s) in weights.iter().zip(&steps.steps) {
                    let limit = if *w == low || *w == high { 1.0 } else { 0.6 };
                    assert!((w - f64::from(*s) * steps.size).abs() <= limit * steps.size);
                }
            }
        }
    }

    #[test]
    fn powers_of_two_stay_exact() {
        let steps = exact(&[0.25, 0.5], [0.0, 1.0]).unwrap();
        assert_eq!((steps.size, &steps.steps[..]), (1.0 / 128.0, &[32, 64][..]));
        let steps = exact(&[0.25, 0.5], [0.0, 255.0 / 256.0]).unwrap();
        assert_eq!(
            (steps.size, steps.learned.unwrap().maximum),
            (1.0 / 256.0, 255)
        );
        assert_eq!(steps.segments(3)[0].mantissas, [64, -128]);
        assert!(exact(&[0.3], [0.0, 1.0]).is_none());
        assert!(exact(&[0.25], [0.0, 0.9]).is_none());
    }

    /// Coarse steps of other connections become finer, so that all stay within the spread.
    #[test]
    fn other_connections_are_made_finer() {
        let mut all = vec![
            exact(&[0.25], [0.0, 255.0 / 512.0]).unwrap(),
            grid::exact(&[2.0, 4.0]).unwrap(),
        ];
        widen(&mut all, 1.0 / 512.0, 6);
        assert_eq!((all[1].size, &all[1].steps[..]), (0.125, &[16, 32][..]));
        assert_eq!(all[0].size, 1.0 / 512.0);
    }
}
