//! Connections whose sum is rounded down before it is added (`docs/numerics.md`, section 1, FOLD): Loihi's weight
//! exponents below 0.

use super::grid::{self, Segment};
use super::{QuantiseError, MAX_EXPONENT};
use crate::import::Connection;
use ferrospike_model::program::LIMIT;

/// `u += (x >> shift) << exponent`, x the sum of the segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// k, 1 ..= 15.
    pub shift: u8,
    /// m, 0 ..= 15.
    pub exponent: u8,
}

/// Segments of such a connection into population `name`, whose state has `bits` bits after the point, from so many
/// neurons that spike so many times in a step at most. Where nothing is lost by rounding, no sum of its own is needed.
pub(super) fn connection(
    name: &str,
    c: &Connection,
    (sources, times): (usize, i64),
    bits: Option<u8>,
) -> Result<(Vec<Segment>, Option<Fold>), QuantiseError> {
    let error = |reason: String| QuantiseError::Network {
        population: name.into(),
        reason: format!("'{}' rounds its sum down (floor_shift), {reason}", c.name),
    };
    let Some(bits) = bits.map(u32::from).filter(|&b| b <= MAX_EXPONENT) else {
        return Err(error(format!(
            "for which the population needs fraction_bits of 0 to {MAX_EXPONENT}"
        )));
    };
    let shift = u32::from(c.floor_shift);
    let values = c.weights.values();
    let Some(mut steps) = grid::exact(values) else {
        return Err(error(
            "and its weights need more than two mantissas of 8 bits".into(),
        ));
    };
    if !steps.size.is_finite() {
        steps.size = 1.0;
    }
    if steps.size < 1.0 {
        return Err(error("for which its weights must be whole numbers".into()));
    }
    let size = steps.size.log2().round() as u32;
    if size >= shift {
        let exponent = steps.lift(bits + size - shift);
        let exponent = exponent.ok_or_else(|| error("and its weights are too large".into()))?;
        return Ok((steps.segments(exponent), None));
    }
    // Twice the bound: positive and negative weights apart, whichever come first.
    let mut sums = std::collections::BTreeMap::<usize, [i64; 2]>::new();
    for (index, &step) in steps.steps.iter().enumerate() {
        let sum = sums.entry(c.weights.place(index, sources).1).or_default();
        sum[usize::from(step < 0)] += i64::from(step.abs());
    }
    let most = times * sums.values().flatten().max().copied().unwrap_or(0);
    // With the spikes of -1 of the same source both signs may add up.
    if 2 * most > i64::from(LIMIT) {
        return Err(error(format!(
            "but the sum can be {most}, for which it has 24 bits"
        )));
    }
    let fold = Fold {
        shift: (shift - size) as u8,
        exponent: bits as u8,
    };
    Ok((steps.segments(0), Some(fold)))
}
