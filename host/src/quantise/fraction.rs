//! States with a given number of bits after the point.

use super::choose::Chosen;
use super::grid::power;

/// The exponent that makes the unit 2^-bits. `most` is the largest that there is: beyond it the mantissas take what is
/// missing.
pub(super) fn exponent(chosen: &mut Chosen, bits: u8, most: u32) -> Result<u32, String> {
    let m = chosen.size.log2() + f64::from(bits);
    if chosen.exact && m.fract() == 0.0 && m >= 0.0 {
        let more = (m - f64::from(most)).max(0.0);
        if more <= 7.0 && chosen.steps.iter_mut().all(|s| s.widen(more as u32)) {
            chosen.size /= power(more as i32);
            return Ok((m - more) as u32);
        }
    }
    Err(format!(
        "its state shall have {bits} fraction bits (fraction_bits), but its weights are not whole numbers of \
         8 bits in steps of 2^-{bits} times at most 2^{most}; leave fraction_bits away, or round the weights \
         before the export"
    ))
}
