//! Contents of S for a simulation.

use crate::transport::TransportError;

/// Contents of S to start with.
#[derive(Clone, Copy, Debug)]
pub struct Preload<'a> {
    /// The bytes from word 0.
    pub bytes: &'a [u8],
    /// Bytes of a word.
    pub lanes: usize,
}

impl Preload<'_> {
    /// For each of `arrays` arrays its share of the words, for `$readmemh`, highest lane first.
    pub(super) fn shares(&self, arrays: usize) -> Result<Vec<String>, TransportError> {
        let error = |what, value: String, range| TransportError::Argument { what, value, range };
        if arrays == 0 {
            let range = "given when the core is compiled";
            return Err(error(
                "the names of the arrays to preload",
                "missing".into(),
                range,
            ));
        }
        if self.bytes.is_empty() || !self.bytes.len().is_multiple_of(self.lanes) {
            let range = "a whole number of words, at least one";
            return Err(error(
                "the preload",
                format!("{} bytes", self.bytes.len()),
                range,
            ));
        }
        if !self.lanes.is_multiple_of(arrays) {
            let range = "divisors of the number of lanes";
            return Err(error(
                "the number of arrays to preload",
                arrays.to_string(),
                range,
            ));
        }
        let share = self.lanes / arrays;
        let text = |array: usize| {
            let mut text = String::new();
            for word in self.bytes.chunks(self.lanes) {
                let part = word
                    .get(array * share..(array + 1) * share)
                    .unwrap_or_default();
                text.extend(part.iter().rev().map(|byte| format!("{byte:02x}")));
                text.push('\n');
            }
            text
        };
        Ok((0..arrays).map(text).collect())
    }
}
