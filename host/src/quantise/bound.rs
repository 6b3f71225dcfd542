//! How large `u` and `v` can become, whatever the input spikes are.

use crate::import::{Neuron, ResetKind};

/// Bounds in real numbers.
pub(super) struct Bound {
    /// Largest magnitude of u or v before the threshold; infinite if there is no bound.
    pub magnitude: f64,
    /// What to plan for if there is none: a few times what one step brings.
    pub guess: f64,
}

/// The bound of one neuron. `up` and `down` are the sums of its positive and negative weights, the
/// latter as a magnitude; the constant current is part of them.
pub(super) fn neuron(rule: &Neuron, index: usize, up: f64, down: f64) -> Bound {
    let a = rule.current_decay.at(index);
    let b = rule.membrane_decay.at(index);
    let g = rule.gain.at(index);
    let bias = rule.bias.at(index);
    let series = |x: f64, decay: f64| match x {
        x if x <= 0.0 => 0.0,
        x if decay >= 1.0 => x * f64::INFINITY,
        x => x / (1.0 - decay),
    };
    let (high_u, low_u) = (series(up, a), series(down, a));
    // One step's push on the membrane, up and down.
    let push = g * high_u + bias;
    let drop = g * low_u - bias;
    let threshold = rule.threshold.as_ref().map(|t| t.at(index));
    let reset = rule.reset_value.at(index);
    let start = rule.start.at(index);
    let base = start
        .abs()
        .max(reset.abs())
        .max(threshold.unwrap_or(0.0).abs());
    let high = match threshold {
        None => series(push.max(0.0), b),
        // Below the threshold nothing is stored above it.
        Some(t) => {
            let stored = t.max(start).max(if rule.reset == ResetKind::Hard {
                reset
            } else {
                t
            });
            let once = b * stored.max(0.0) + push;
            match rule.reset {
                ResetKind::Hard => once,
                ResetKind::Soft => once.max(series(push - b * t, b)),
                ResetKind::Delayed => once.max(series(push - t, b)),
                ResetKind::None => series(push.max(0.0), b).max(start.max(0.0)),
            }
        }
    };
    let high = rule.v_max.map_or(high, |most| high.min(most.abs()));
    let below = match (threshold, rule.reset) {
        // Taken off a membrane that has decayed below its threshold.
        (Some(t), ResetKind::Delayed) => drop + t * (1.0 - b),
        _ => drop,
    };
    let floor = start.min(reset).min(0.0).abs() * b;
    let low = match rule.v_min {
        Some(v) => v.abs(),
        None => series(below.max(0.0), b).max(floor + below.max(0.0)),
    };
    let magnitude = high_u.max(low_u).max(high).max(low).max(base);
    let step = (g * up).max(g * down) + bias.abs();
    let guess = base.max(16.0 * (step + base)).max(4.0 * (up.max(down)));
    Bound { magnitude, guess }
}
