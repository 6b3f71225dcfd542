//! What keeps a shell from being made.

use thiserror::Error;

/// Why there is no shell for a board.
#[derive(Debug, Error)]
pub enum ShellError {
    /// The PLL cannot make the clock.
    #[error(
        "the {pll} makes no {wanted_hz} Hz from {input_hz} Hz (nearest: {}); choose another core clock",
        nearest_hz.map_or("nothing".to_string(), |hz| format!("{hz:.0} Hz"))
    )]
    Clock {
        /// Kind of PLL.
        pll: &'static str,
        /// Clock at the pin.
        input_hz: u32,
        /// Clock asked for.
        wanted_hz: u32,
        /// The nearest that it can make.
        nearest_hz: Option<f64>,
    },
    /// A Gowin die whose PLL limits are not known.
    #[error("the limits of the PLL of die '{die}' are not known; known: {known}")]
    Die {
        /// The die.
        die: String,
        /// Those with known limits.
        known: String,
    },
    /// A name that cannot be a port.
    #[error("'{name}' cannot be the name of a pin: {rule}")]
    Name {
        /// The name.
        name: String,
        /// What is wrong.
        rule: &'static str,
    },
}
