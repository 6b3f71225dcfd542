//! From NIR's time constants to the factors of a step, as each framework's exporter and rule have them.

use super::dialect::Dialect;
use super::network::Values;
use super::neuron::bad;
use super::options::Rules;
use super::ImportError;
use crate::nir::{Kind, Node};

/// A 16-bit factor nearby is meant: exporters store 32-bit time constants.
pub(super) fn snap(x: f64) -> f64 {
    let near = (x * 65536.0).round() / 65536.0;
    if (x - near).abs() <= 5e-7 * x.abs().max(1.0 / 65536.0) {
        near
    } else {
        x
    }
}

/// One node's constants in time.
pub(super) struct Times<'a> {
    pub node: &'a Node,
    pub rules: &'a Rules,
    /// `r` of the node.
    pub r: Values,
    /// `tau` or `tau_mem`.
    pub tau: Option<Values>,
}

impl Times<'_> {
    /// Share of membrane or current that is lost in a step: dt/tau, or 1 - exp(-dt/tau).
    pub fn lost(
        &self,
        tau: &Values,
        what: &str,
        choices: &mut Vec<String>,
    ) -> Result<Values, ImportError> {
        let node = &self.node.name;
        if tau.range().0 <= 0.0 {
            let reason = format!("'{what}' is {}, it must be positive", tau.range().0);
            return Err(bad(node, reason));
        }
        if self.rules.dialect == Dialect::Rockpool && self.rules.dt.is_none() {
            return self.rockpool(tau);
        }
        let dt = self.step(choices)?;
        let k = match self.rules.dialect {
            // Its exporter writes dt times the time constant.
            Dialect::Norse => tau.map(|t| snap(dt * dt / t)),
            Dialect::Sinabs
            | Dialect::Rockpool
            | Dialect::Nengo
            | Dialect::Brian2
            | Dialect::Neuron => tau.map(|t| 1.0 - snap((-dt / t).exp())),
            _ => tau.map(|t| snap(dt / t)),
        };
        if k.range().1 > 1.0 {
            let reason = format!(
                "'{what}' = {} is shorter than the time step {dt}, so the membrane would change \
                 sign in each step; give the time step of the training with --dt",
                tau.range().0
            );
            return Err(bad(node, reason));
        }
        Ok(k)
    }

    /// Rockpool writes r = (tau/dt) exp(-dt/tau) of the membrane, so the time step is in the file.
    fn rockpool(&self, tau: &Values) -> Result<Values, ImportError> {
        let membrane = self.tau.as_ref().unwrap_or(tau);
        let dt = membrane.at(0) * ratio(self.r.at(0)).ok_or_else(|| {
            let reason = format!(
                "'r' is {}; Rockpool writes (tau/dt) exp(-dt/tau), which gives the time step; give it \
                 with --dt SECONDS",
                self.r.at(0)
            );
            bad(&self.node.name, reason)
        })?;
        Ok(tau.map(|t| 1.0 - snap((-dt / t).exp())))
    }

    /// The time step, where the dialect or the node fixes it.
    pub fn step(&self, choices: &mut Vec<String>) -> Result<f64, ImportError> {
        let (rules, r) = (self.rules, &self.r);
        // sinabs' times are in steps.
        if rules.dialect == Dialect::Sinabs {
            return Ok(1.0);
        }
        if let Some(dt) = rules.dt {
            return Ok(dt);
        }
        let positive = r.range().0 > 0.0;
        match rules.dialect {
            // IF: r = 1/dt; CUBA and LIF without decay_input: r = tau/dt.
            Dialect::SpikingJelly if self.node.kind == Kind::If && positive => Ok(1.0 / r.at(0)),
            Dialect::SpikingJelly if positive && !r.all(1.0) => {
                let tau = self.tau.as_ref().map_or(1.0, |t| t.at(0));
                Ok(tau / r.at(0))
            }
            _ => rules.time_step(choices),
        }
    }
}

impl Rules {
    /// The time step of the network: given, or the dialect's default, which is told.
    pub fn time_step(&self, choices: &mut Vec<String>) -> Result<f64, ImportError> {
        let hint = "give the time step of the training with --dt SECONDS";
        if let Some(dt) = self.dt {
            return Ok(dt);
        }
        let name = self.dialect.name();
        match self.dialect.preset().dt {
            Some(dt) => {
                // snnTorch's exporter and sinabs have no other.
                let fixed = matches!(self.dialect, Dialect::SnnTorch | Dialect::Sinabs);
                let text = format!("time step {dt} s, the default of {name}; else {hint}");
                if !fixed && !choices.contains(&text) {
                    choices.push(text);
                }
                Ok(dt)
            }
            None => Err(ImportError::Option {
                option: "dt".into(),
                value: "none".into(),
                reason: format!("the dialect {name} needs a time step; {hint}"),
            }),
        }
    }
}

/// dt/tau, if r = (tau/dt) exp(-dt/tau).
fn ratio(r: f64) -> Option<f64> {
    if !(r.is_finite() && r > 0.0) {
        return None;
    }
    // exp(-x)/x falls from infinity to 0.
    let (mut low, mut high) = (1e-9f64, 50.0f64);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if (-middle).exp() / middle > r {
            low = middle;
        } else {
            high = middle;
        }
    }
    let x = 0.5 * (low + high);
    ((-x).exp() / x / r - 1.0).abs().lt(&1e-6).then_some(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rockpool_gives_its_time_step() {
        for (tau, dt) in [(0.02, 1e-3), (0.1, 1e-2), (5e-3, 1e-3), (1.0, 1e-3)] {
            let r = tau / dt * f64::exp(-dt / tau);
            let found = ratio(r).expect("a ratio") * tau;
            assert!((found / dt - 1.0).abs() < 1e-6, "{found} {dt}");
        }
        assert!(ratio(0.0).is_none() && ratio(-1.0).is_none() && ratio(1e12).is_none());
    }

    #[test]
    fn factors_snap_to_sixteen_bits_only_nearby() {
        assert_eq!(snap(f64::from(0.125f32)), 0.125);
        assert_eq!(snap(0.1), 0.1);
        assert_eq!(snap(f64::from(0.9f32 - 0.025f32)), 0.875);
    }
}
