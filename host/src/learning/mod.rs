//! Learning on the device: rule files (`docs/learning.md`), and what they mean for a network. The compiler makes LEARN
//! operations of them (`docs/numerics.md`, section 7).
// What comes from outside is never indexed.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

mod error;
mod resolve;
mod rule;

pub use error::LearningError;
pub use resolve::{resolve, Homeostasis, Learning, Pair, Plastic, Step};
pub use rule::{Change, ConnectionRule, HomeostasisRule, Rule, Window};

/// Units of a change in one of a weight's mantissa: 8 bits behind the point.
pub(crate) const FRACTION: f64 = 256.0;
/// Largest change in these units, of 17 bits with a sign.
pub(crate) const MOST_CHANGE: f64 = 65535.0;
