//! Does it fit the device?

use super::error::CompileError;
use super::layout::Layout;
use ferrospike_model::device::Shape;

impl Layout<'_> {
    /// Names every memory that is too small, and what would help.
    pub fn check_fit(&self, shape: &Shape) -> Result<(), CompileError> {
        let mut shortages = Vec::new();
        let used = self.used();
        for (what, need, have, help) in [
            (
                "words of S (weights, programs, parameters)",
                used.synapse_words,
                shape.synapse_words,
                "fewer neurons or connections, or a device with more synapse memory",
            ),
            (
                "groups of U and V (neurons)",
                used.groups,
                shape.groups,
                "fewer neurons, or a device with more neurons",
            ),
            (
                "words of H (spike history)",
                used.history_words,
                shape.history_words.min(1 << 14),
                "shorter delays, fewer inputs or neurons, or a device with more history",
            ),
        ] {
            if need > have {
                shortages.push(format!("{need} {what} needed, {have} there ({help})"));
            }
        }
        if shortages.is_empty() {
            return Ok(());
        }
        Err(CompileError::DoesNotFit { shortages })
    }
}
