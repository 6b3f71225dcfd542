//! Parameters in units of a population.

use super::QuantiseError;
use crate::import::Neuron;
use ferrospike_model::program::{Parameters, LIMIT, ONE};

/// Rounds parameters and remembers the errors.
pub(super) struct Integers<'a> {
    pub name: &'a str,
    pub unit: f64,
    pub factor_error: f64,
    pub value_error: f64,
}

impl Integers<'_> {
    fn error(
        &self,
        neuron: usize,
        what: &'static str,
        value: f64,
        reason: String,
    ) -> QuantiseError {
        QuantiseError::Parameter {
            population: self.name.into(),
            neuron,
            what,
            value,
            reason,
        }
    }

    fn factor(&mut self, neuron: usize, what: &'static str, x: f64) -> Result<u32, QuantiseError> {
        if !(0.0..=1.0).contains(&x) {
            return Err(self.error(neuron, what, x, "must lie between 0 and 1".into()));
        }
        let whole = (x * f64::from(ONE)).round();
        self.factor_error = self.factor_error.max((whole / f64::from(ONE) - x).abs());
        Ok(whole as u32)
    }

    fn fit(&self, neuron: usize, what: &'static str, x: f64, q: f64) -> Result<i32, QuantiseError> {
        if q.is_finite() && q.abs() <= f64::from(LIMIT) {
            return Ok(q as i32);
        }
        let limit = f64::from(LIMIT) * self.unit;
        let reason = format!(
            "does not fit 24 bits: with the weights' scale the range is +-{limit:.6}; rescale the \
             layer so that its weights and thresholds are of similar size"
        );
        Err(self.error(neuron, what, x, reason))
    }

    pub fn value(
        &mut self,
        neuron: usize,
        what: &'static str,
        x: f64,
    ) -> Result<i32, QuantiseError> {
        let q = (x / self.unit).round();
        let whole = self.fit(neuron, what, x, q)?;
        self.value_error = self.value_error.max((q * self.unit - x).abs());
        Ok(whole)
    }

    pub fn neuron(&mut self, rule: &Neuron, i: usize) -> Result<Parameters, QuantiseError> {
        let threshold = match &rule.threshold {
            None => 0,
            Some(t) => {
                // h is whole: h > x means h >= floor(x) + 1, h >= x means h >= ceil(x). Inverted, h < x means
                // h < ceil(x), h <= x means h < floor(x) + 1.
                let x = t.at(i) / self.unit;
                let q = if rule.strict != rule.inverted {
                    x.floor() + 1.0
                } else {
                    x.ceil()
                };
                self.fit(i, "threshold", t.at(i), q)?
            }
        };
        Ok(Parameters {
            current_decay: self.factor(i, "decay of the current", rule.current_decay.at(i))?,
            membrane_decay: self.factor(i, "decay of the membrane", rule.membrane_decay.at(i))?,
            gain: self.factor(i, "gain", rule.gain.at(i))?,
            bias: self.value(i, "bias", rule.bias.at(i))?,
            threshold,
            reset_value: self.value(i, "reset value", rule.reset_value.at(i))?,
        })
    }
}
