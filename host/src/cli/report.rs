//! What a command has to say, for people and for machines.

use serde_json::Value;

/// The result of a command that could run.
#[derive(Debug)]
pub struct Report {
    /// For people.
    pub text: String,
    /// For machines.
    pub json: Value,
    /// False if a board and the model differ, or a bitstream was not reached.
    pub equal: bool,
}

impl Report {
    /// A report without a comparison.
    pub fn new(text: String, json: Value) -> Self {
        Self {
            text,
            json,
            equal: true,
        }
    }
}
