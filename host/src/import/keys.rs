//! Rule keys of populations (`docs/import.md`, section 1): what a file says beside NIR.

use super::dialect::ResetRule;
use super::network::Values;
use super::ImportError;
use crate::nir::{Node, KEY_PREFIX as PREFIX};
use ferrospike_model::program::Rounding;

/// Most spikes in a step.
const MOST_SPIKES: u8 = 16;
/// Most steps of a connection, the ring of an input included.
const MOST_DELAY: usize = 126;
/// Most steps between two clears of a population.
const MOST_INTERVAL: usize = 1 << 30;

/// Which current the membrane sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CurrentOrder {
    /// Before its decay: the sum of the last step, decayed, and this step's input.
    Before,
    /// After its decay, this step's input included.
    After,
}

/// What is said of a population; what is not is left to others.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Keys {
    pub beta: Option<Values>,
    pub alpha: Option<Values>,
    pub gain: Option<Values>,
    pub input_gain: Option<Values>,
    pub bias: Option<Values>,
    pub reset_value: Option<Values>,
    pub current: Option<CurrentOrder>,
    /// `>` instead of `>=`.
    pub strict: Option<bool>,
    pub reset: Option<ResetRule>,
    pub reset_delay: Option<bool>,
    pub start: Option<f64>,
    pub refractory: Option<u8>,
    pub max_spikes: Option<u8>,
    pub v_min: Option<f64>,
    pub v_max: Option<f64>,
    pub delay: Option<usize>,
    pub input_delay: Option<usize>,
    pub norm_input: Option<bool>,
    pub rounding: Option<Rounding>,
    pub current_rounding: Option<Rounding>,
    pub fraction_bits: Option<u8>,
    pub interpolated: Option<bool>,
    /// NEURON: inhibition arrives before excitation in each step.
    pub inhibition_first: Option<bool>,
    /// The current wraps where it leaves 24 bits.
    pub current_wraps: Option<bool>,
    pub lower_threshold: Option<Values>,
    /// Steps after which the state is cleared, and which of them it is.
    pub clear_interval: Option<u32>,
    pub clear_offset: Option<u32>,
}

pub(super) fn refused(key: &str, value: &str, reason: impl Into<String>) -> ImportError {
    ImportError::Option {
        option: format!("metadata '{PREFIX}{key}'"),
        value: value.chars().take(40).collect(),
        reason: reason.into(),
    }
}

pub(super) fn number(key: &str, text: &str) -> Result<f64, ImportError> {
    let value = text.trim().parse::<f64>().ok().filter(|x| x.is_finite());
    value.ok_or_else(|| refused(key, text, "it must be a finite number"))
}

/// `floor`, `half-up` or `toward-zero`.
fn rounding(key: &str, text: &str) -> Result<Rounding, ImportError> {
    match text.trim() {
        "floor" => Ok(Rounding::Floor),
        "half-up" => Ok(Rounding::HalfUp),
        "toward-zero" => Ok(Rounding::TowardZero),
        _ => Err(refused(
            key,
            text,
            "it must be 'floor', 'half-up' or 'toward-zero'",
        )),
    }
}

pub(super) fn whole(key: &str, value: f64, low: u32, high: usize) -> Result<usize, ImportError> {
    if value.fract() == 0.0 && (f64::from(low)..=high as f64).contains(&value) {
        return Ok(value as usize);
    }
    let reason = format!("it must be a whole number from {low} to {high}");
    Err(refused(key, &value.to_string(), reason))
}

fn truth(key: &str, text: &str) -> Result<bool, ImportError> {
    match text.trim().to_ascii_lowercase().as_str() {
        "1" | "true" => Ok(true),
        "0" | "false" => Ok(false),
        _ => Err(refused(key, text, "it must be 0 or 1")),
    }
}

impl Keys {
    /// The keys of a node: its numbers and words that begin with the prefix.
    pub fn of_node(node: &Node) -> Result<Self, ImportError> {
        let mut keys = Keys::default();
        for (name, tensor) in &node.parameters {
            let Some(key) = name.strip_prefix(PREFIX) else {
                continue;
            };
            keys.set(&node.name, key, Values::from_vec(tensor.data.clone()))?;
        }
        for (name, text) in &node.texts {
            if let Some(key) = name.strip_prefix(PREFIX) {
                keys.set_text(&node.name, key, text)?;
            }
        }
        keys.check(&node.name)?;
        Ok(keys)
    }

    /// Sets a key from a word, or from numbers written out.
    pub fn set_text(&mut self, of: &str, key: &str, text: &str) -> Result<(), ImportError> {
        match key {
            "comparator" => {
                self.strict = Some(match text.trim() {
                    ">" => true,
                    ">=" => false,
                    _ => return Err(refused(key, text, "it must be '>' or '>='")),
                });
            }
            "reset" => self.reset = Some(text.trim().parse()?),
            "current" => {
                self.current = Some(match text.trim() {
                    "new" | "before-decay" => CurrentOrder::Before,
                    "after-decay" => CurrentOrder::After,
                    _ => {
                        let reason = "it must be 'new', 'before-decay' or 'after-decay'";
                        return Err(refused(key, text, reason));
                    }
                });
            }
            "rounding" => self.rounding = Some(rounding(key, text)?),
            "current_rounding" => self.current_rounding = Some(rounding(key, text)?),
            "current_overflow" => {
                self.current_wraps = Some(match text.trim() {
                    "wrap" => true,
                    "saturate" => false,
                    _ => return Err(refused(key, text, "it must be 'saturate' or 'wrap'")),
                });
            }
            "events" => match text.trim() {
                "inhibition-first" => self.inhibition_first = Some(true),
                _ => return Err(refused(key, text, "it must be 'inhibition-first'")),
            },
            "reset_delay" => self.reset_delay = Some(truth(key, text)?),
            "norm_input" => self.norm_input = Some(truth(key, text)?),
            "interpolated" => self.interpolated = Some(truth(key, text)?),
            _ => {
                let words: Vec<f64> = text
                    .split_whitespace()
                    .map(|word| number(key, word))
                    .collect::<Result<_, _>>()?;
                if words.is_empty() {
                    return Err(refused(key, text, "it must be a number"));
                }
                self.set(of, key, Values::from_vec(words))?;
            }
        }
        Ok(())
    }

    fn set(&mut self, of: &str, key: &str, values: Values) -> Result<(), ImportError> {
        let each = Some(values.clone());
        let one = || match values {
            Values::One(x) => Ok(x),
            Values::Each(_) => Err(refused(
                key,
                "an array",
                "all neurons of a population have one value of it",
            )),
        };
        let short = |most: usize| -> Result<Option<usize>, ImportError> {
            Ok(Some(whole(key, one()?, 0, most)?))
        };
        match key {
            "beta" => self.beta = each,
            "alpha" => self.alpha = each,
            "gain" => self.gain = each,
            "input_gain" => self.input_gain = each,
            "bias" => self.bias = each,
            "reset_value" => self.reset_value = each,
            "lower_threshold" => self.lower_threshold = each,
            "start" => self.start = Some(one()?),
            "v_min" => self.v_min = Some(one()?),
            "v_max" => self.v_max = Some(one()?),
            "refractory" => self.refractory = Some(whole(key, one()?, 0, 64)? as u8),
            "max_spikes" => {
                self.max_spikes = Some(whole(key, one()?, 1, usize::from(MOST_SPIKES))? as u8);
            }
            "fraction_bits" => self.fraction_bits = Some(whole(key, one()?, 0, 23)? as u8),
            "clear_interval" => {
                self.clear_interval = Some(whole(key, one()?, 1, MOST_INTERVAL)? as u32);
            }
            "clear_offset" => {
                self.clear_offset = Some(whole(key, one()?, 0, MOST_INTERVAL)? as u32);
            }
            "delay" => self.delay = short(MOST_DELAY)?,
            "input_delay" => self.input_delay = short(MOST_DELAY)?,
            "reset_delay" | "norm_input" | "interpolated" | "comparator" | "reset" | "current"
            | "rounding" | "current_rounding" | "events" | "current_overflow" => {
                self.set_text(of, key, &one()?.to_string())?;
            }
            _ => {
                let reason = format!(
                    "'{of}' has this key, which this version does not know; it may change the spikes \
                     (docs/import.md has all keys)"
                );
                return Err(refused(key, "?", reason));
            }
        }
        Ok(())
    }

    /// What a value may be at all.
    pub fn check(&self, of: &str) -> Result<(), ImportError> {
        for (key, values) in [("beta", &self.beta), ("alpha", &self.alpha)] {
            if let Some((low, high)) = values.as_ref().map(Values::range) {
                if low < 0.0 || high > 1.0 {
                    let value = if low < 0.0 { low } else { high };
                    let reason = format!("of '{of}': it must lie between 0 and 1");
                    return Err(refused(key, &value.to_string(), reason));
                }
            }
        }
        let low = self.gain.as_ref().map(|v| v.range().0);
        if let Some(low) = low.filter(|&x| x < 0.0) {
            let reason = format!("of '{of}': it must not be negative; change the weights' signs");
            return Err(refused("gain", &low.to_string(), reason));
        }
        if let Some(bits) = self.fraction_bits.filter(|&b| b > 23) {
            let reason = format!("of '{of}': it must be 0 to 23");
            return Err(refused("fraction_bits", &bits.to_string(), reason));
        }
        if self.max_spikes.is_some_and(|n| n == 0 || n > MOST_SPIKES) {
            let value = self.max_spikes.unwrap_or(0).to_string();
            let reason = format!("of '{of}': it must be 1 to {MOST_SPIKES}");
            return Err(refused("max_spikes", &value, reason));
        }
        Ok(())
    }

    /// These, and where nothing is said the others.
    pub fn or(self, other: &Keys) -> Keys {
        let o = other.clone();
        Keys {
            beta: self.beta.or(o.beta),
            alpha: self.alpha.or(o.alpha),
            gain: self.gain.or(o.gain),
            input_gain: self.input_gain.or(o.input_gain),
            bias: self.bias.or(o.bias),
            reset_value: self.reset_value.or(o.reset_value),
            current: self.current.or(o.current),
            strict: self.strict.or(o.strict),
            reset: self.reset.or(o.reset),
            reset_delay: self.reset_delay.or(o.reset_delay),
            start: self.start.or(o.start),
            refractory: self.refractory.or(o.refractory),
            max_spikes: self.max_spikes.or(o.max_spikes),
            v_min: self.v_min.or(o.v_min),
            v_max: self.v_max.or(o.v_max),
            delay: self.delay.or(o.delay),
            input_delay: self.input_delay.or(o.input_delay),
            norm_input: self.norm_input.or(o.norm_input),
            rounding: self.rounding.or(o.rounding),
            current_rounding: self.current_rounding.or(o.current_rounding),
            fraction_bits: self.fraction_bits.or(o.fraction_bits),
            interpolated: self.interpolated.or(o.interpolated),
            inhibition_first: self.inhibition_first.or(o.inhibition_first),
            current_wraps: self.current_wraps.or(o.current_wraps),
            lower_threshold: self.lower_threshold.or(o.lower_threshold),
            clear_interval: self.clear_interval.or(o.clear_interval),
            clear_offset: self.clear_offset.or(o.clear_offset),
        }
    }
}
