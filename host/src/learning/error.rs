//! What can be wrong with a rule file.

use thiserror::Error;

/// Why a network cannot learn by a rule.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum LearningError {
    /// The file cannot be read, or is no rule.
    #[error("'{path}' is no rule for learning: {reason}; docs/learning.md says what it may have")]
    File {
        /// Path as given.
        path: String,
        /// What is wrong, and where.
        reason: String,
    },
    /// The random numbers would stay 0.
    #[error("the rule's \"seed\" is 0, from which no random numbers come; give one from 1 to 4294967295")]
    Seed,
    /// A name that the network does not have.
    #[error("the rule names the {what} '{name}', which the network does not have; it has {known}")]
    Unknown {
        /// `connection` or `population`.
        what: &'static str,
        /// Name in the rule.
        name: String,
        /// Names that there are.
        known: String,
    },
    /// A connection or population that cannot learn, or not by this rule.
    #[error("the rule for '{name}': {reason}")]
    Rule {
        /// Name of the connection or population.
        name: String,
        /// What is wrong, the value, and what to try.
        reason: String,
    },
}

/// An error of the rule for this connection or population.
pub(crate) fn refused(name: &str, reason: impl Into<String>) -> LearningError {
    LearningError::Rule {
        name: name.into(),
        reason: reason.into(),
    }
}
