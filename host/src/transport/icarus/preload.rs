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
    /// The words for `$readmemh`, highest lane first.
    pub(super) fn words(&self, possible: bool) -> Result<String, TransportError> {
        let error = |what, value: String, range| TransportError::Argument { what, value, range };
        if !possible {
            let range = "given when the core is compiled";
            return Err(error(
                "the name of the memory to preload",
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
        let mut text = String::with_capacity(self.bytes.len() * 2 + self.bytes.len() / self.lanes);
        for word in self.bytes.chunks(self.lanes) {
            text.extend(word.iter().rev().map(|byte| format!("{byte:02x}")));
            text.push('\n');
        }
        Ok(text)
    }
}
