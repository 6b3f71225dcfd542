//! Rule files in JSON.

use super::LearningError;
use crate::data::bounded;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::Path;

/// Most bytes of a rule file that are read.
const MAX_FILE: u64 = 1 << 20;

/// What a network learns by, in its own units.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Where the random numbers begin; not 0.
    #[serde(default = "one")]
    pub seed: u32,
    /// Connections that learn.
    #[serde(default)]
    pub connections: Vec<ConnectionRule>,
    /// Populations whose neurons have a bias that learns.
    #[serde(default)]
    pub homeostasis: Vec<HomeostasisRule>,
}

fn one() -> u32 {
    1
}

impl Default for Rule {
    fn default() -> Self {
        Rule {
            seed: one(),
            connections: Vec::new(),
            homeostasis: Vec::new(),
        }
    }
}

/// How the weights of a connection change.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectionRule {
    /// Its name.
    pub connection: String,
    /// Least weight.
    pub minimum: f64,
    /// Largest weight.
    pub maximum: f64,
    /// Changes for pairs of spikes.
    #[serde(default)]
    pub window: Window,
    /// Change of all weights of a neuron that spikes, from sources that spike and others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_spike: Option<Change>,
}

/// Changes by the distance of two spikes in steps.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// A spike of the source arrived 0, 1, .. steps before the destination's.
    #[serde(default)]
    pub before: Vec<Change>,
    /// It arrives 1, 2, .. steps after the destination's.
    #[serde(default)]
    pub after: Vec<Change>,
}

/// What becomes of a weight: it is multiplied by `keep`, then `add` is added.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "Value")]
pub struct Change {
    /// Added.
    pub add: f64,
    /// Factor: 1, or 1 less a power of two from 1/256 to 1/2.
    pub keep: f64,
}

impl From<f64> for Change {
    fn from(add: f64) -> Self {
        Change { add, keep: 1.0 }
    }
}

impl TryFrom<Value> for Change {
    type Error = String;

    /// A number, or an object with `add` and `keep`, of which one may be missing.
    fn try_from(value: Value) -> Result<Self, String> {
        let wrong =
            || format!("{value} is no change: a number, or {{\"add\": number, \"keep\": number}}");
        if let Some(add) = value.as_f64() {
            return Ok(add.into());
        }
        let object = value.as_object().ok_or_else(wrong)?;
        let known = |key: &String| ["add", "keep"].contains(&key.as_str());
        if object.is_empty() || !object.keys().all(known) {
            return Err(wrong());
        }
        let number = |key: &str, default: f64| match object.get(key) {
            None => Ok(default),
            Some(value) => value.as_f64().ok_or_else(wrong),
        };
        Ok(Change {
            add: number("add", 0.0)?,
            keep: number("keep", 1.0)?,
        })
    }
}

/// How the biases of a population change. They begin with 0.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct HomeostasisRule {
    /// Its name.
    pub population: String,
    /// Least bias.
    pub minimum: f64,
    /// Largest bias.
    pub maximum: f64,
    /// Change of a neuron's bias when it spikes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_spike: Option<Change>,
    /// Its change in every step in which it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each_step: Option<Change>,
}

impl Rule {
    /// Reads a rule file.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or is no rule.
    pub fn open(path: &Path) -> Result<Rule, LearningError> {
        let failed = |reason: String| LearningError::File {
            path: path.display().to_string(),
            reason,
        };
        let bytes = bounded(path, MAX_FILE)
            .map_err(|e| failed(e.to_string()))?
            .ok_or_else(|| failed(format!("it is larger than {MAX_FILE} bytes")))?;
        // Serde takes a list for an object too.
        if bytes.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'[') {
            return Err(failed("it is no JSON object".into()));
        }
        serde_json::from_slice(&bytes).map_err(|e| failed(e.to_string()))
    }
}
