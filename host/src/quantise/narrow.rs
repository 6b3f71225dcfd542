//! Weights of 4, 2 and 1 bits: the scale of a connection is the one with the least squared error, not the one
//! that holds the largest weight.

use super::choose::Chosen;
use super::grid::{power, range, Steps};

/// Smallest and largest step of so many bits. Two bits are -1, 0 and 1.
fn limits(bits: u8, weights: &[f64]) -> (i32, i32) {
    let (low, high) = range(weights);
    match bits {
        1 if high <= 0.0 => (-1, 0),
        1 if low >= 0.0 => (0, 1),
        1 => (-1, 1),
        2 => (-1, 1),
        bits => (-(1 << (bits - 1)), (1 << (bits - 1)) - 1),
    }
}

/// Steps that were found without rounding fit so many bits.
pub(super) fn holds(steps: &Steps, bits: u8) -> bool {
    let (low, high) = match bits {
        1 => {
            let negative = steps.steps.iter().any(|&s| s < 0);
            if negative {
                (-1, 0)
            } else {
                (0, 1)
            }
        }
        bits => (-(1 << (bits - 1)), (1 << (bits - 1)) - 1),
    };
    steps.split.is_none() && steps.steps.iter().all(|s| (low..=high).contains(s))
}

/// One of two values, as far from zero as each other.
fn is_binary(bits: u8, weights: &[f64]) -> bool {
    bits == 1 && limits(bits, weights) == (-1, 1)
}

/// The weights in steps of `size`.
fn rounded(weights: &[f64], bits: u8, size: f64) -> Steps {
    let (low, high) = limits(bits, weights);
    let binary = is_binary(bits, weights);
    let mut clipped = 0;
    let step = |&w: &f64| {
        if binary {
            return if w < 0.0 { -1 } else { 1 };
        }
        let step = (w / size).round();
        clipped += usize::from(step < f64::from(low) || step > f64::from(high));
        step.clamp(f64::from(low), f64::from(high)) as i32
    };
    let steps = weights.iter().map(step).collect();
    Steps {
        steps,
        size,
        split: None,
        clipped,
        binary,
        learned: None,
    }
}

/// The size of a step with the least squared error.
fn best(weights: &[f64], bits: u8) -> f64 {
    if is_binary(bits, weights) {
        let sum: f64 = weights.iter().map(|w| w.abs()).sum();
        return sum / weights.len() as f64;
    }
    let (low, high) = limits(bits, weights);
    let (least, most) = range(weights);
    let of = |x: f64, limit: i32| {
        if limit == 0 {
            0.0
        } else {
            x / f64::from(limit)
        }
    };
    let top = of(most, high).max(of(least, low));
    let error = |size: f64| -> f64 {
        let one = |&w: &f64| {
            let step = (w / size).round().clamp(f64::from(low), f64::from(high));
            (w - step * size).powi(2)
        };
        weights.iter().map(one).sum()
    };
    let tried = (4..=40).map(|part| top * f64::from(part) / 40.0);
    let with = tried.map(|size| (error(size), size));
    with.min_by(|a, b| a.0.total_cmp(&b.0))
        .map_or(top, |(_, size)| size)
}

/// Scales of all connections into a population, powers of two apart.
pub(super) fn choose(weights: &[&[f64]], bits: u8, spread: i32, scale: f64) -> Chosen {
    let sizes: Vec<f64> = weights.iter().map(|w| scale * best(w, bits)).collect();
    let top = sizes.iter().copied().fold(0.0, f64::max);
    let steps: Vec<Steps> = weights
        .iter()
        .zip(&sizes)
        .map(|(w, &size)| {
            let below = if size > 0.0 {
                (top / size).log2().round() as i32
            } else {
                0
            };
            rounded(w, bits, top / power(below.clamp(0, spread)))
        })
        .collect();
    let size = steps.iter().map(|s| s.size).fold(top, f64::min);
    Chosen {
        steps,
        size,
        exact: false,
    }
}
