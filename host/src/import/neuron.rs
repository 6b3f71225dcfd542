//! Parameters of one NIR node to the rule of a population, dialect by dialect.

use super::dialect::{Dialect, ResetRule, Rules};
use super::network::{Neuron, ResetKind, Values};
use super::ImportError;
use crate::nir::{Kind, Node};

/// A rule, and what the weights into the population must be multiplied with.
pub(super) struct Mapped {
    pub neuron: Neuron,
    pub input_gain: Values,
}

/// A 16-bit factor nearby is meant: exporters store 32-bit time constants.
fn snap(x: f64) -> f64 {
    let near = (x * 65536.0).round() / 65536.0;
    if (x - near).abs() <= 5e-7 * x.abs().max(1.0 / 65536.0) {
        near
    } else {
        x
    }
}

pub(super) fn bad(node: &str, reason: String) -> ImportError {
    ImportError::Node {
        node: node.into(),
        reason,
    }
}

/// A parameter as values for `n` neurons.
pub(super) fn values(node: &Node, key: &str, n: usize) -> Result<Option<Values>, ImportError> {
    let Some(tensor) = node.parameters.get(key) else {
        return Ok(None);
    };
    match tensor.data.len() {
        1 => Ok(Some(Values::One(tensor.data[0]))),
        len if len == n => Ok(Some(Values::from_vec(tensor.data.clone()))),
        len => Err(bad(
            &node.name,
            format!(
                "parameter '{key}' has {len} elements for {n} neurons; it needs 1 or {n} (export \
                 the network with one value for each neuron)"
            ),
        )),
    }
}

/// Maps a neuron node. `recurrent`: a connection of its own leads back to it.
pub(super) fn map(
    node: &Node,
    n: usize,
    rules: &Rules,
    recurrent: bool,
    choices: &mut Vec<String>,
) -> Result<Mapped, ImportError> {
    let get = |key: &str, or: f64| -> Result<Values, ImportError> {
        Ok(values(node, key, n)?.unwrap_or(Values::One(or)))
    };
    let has_current = matches!(node.kind, Kind::CubaLif | Kind::CubaLi);
    let spikes = matches!(node.kind, Kind::If | Kind::Lif | Kind::CubaLif);
    let r = get("r", 1.0)?;
    let leak = get("v_leak", 0.0)?;
    let reset_value = get("v_reset", 0.0)?;
    let tau = get(if has_current { "tau_mem" } else { "tau" }, f64::NAN)?;
    let tau_syn = get("tau_syn", f64::NAN)?;
    let w_in = get("w_in", 1.0)?;
    if rules.dialect == Dialect::Sinabs && has_current {
        let reason = "is a neuron with a synaptic current, which sinabs does not export; name the \
                      dialect that wrote the file";
        return Err(bad(&node.name, reason.into()));
    }
    let dt = time_step(node, rules, &r, &tau, choices)?;

    // dt/tau of membrane and current: how much of either is lost in a step.
    let lost = |t: &Values, what: &str| -> Result<Values, ImportError> {
        if t.range().0 <= 0.0 {
            return Err(bad(
                &node.name,
                format!("'{what}' is {}, it must be positive", t.range().0),
            ));
        }
        let k = match rules.dialect {
            Dialect::Norse => t.map(|t| snap(dt * dt / t)),
            Dialect::Sinabs => t.map(|t| 1.0 - (-1.0 / t).exp()),
            _ => t.map(|t| snap(dt / t)),
        };
        if k.range().1 > 1.0 {
            return Err(bad(
                &node.name,
                format!(
                    "'{what}' = {} is shorter than the time step {dt}, so the membrane would change \
                     sign in each step; give the time step of the training with --dt",
                    t.range().0
                ),
            ));
        }
        Ok(k)
    };
    let (mut k, mut gain) = (Values::One(0.0), r.clone());
    if node.kind == Kind::If {
        let unit = matches!(rules.dialect, Dialect::Norse | Dialect::Sinabs);
        gain = r.map(|r| if unit { r } else { snap(r * dt) });
    } else {
        k = lost(&tau, if has_current { "tau_mem" } else { "tau" })?;
        let scaled = rules.dialect != Dialect::Sinabs || rules.norm_input;
        if scaled {
            gain = k.zip(&r, n, |k, r| snap(k * r));
        }
    }
    let (mut current_decay, mut input_gain) = (Values::One(0.0), Values::One(1.0));
    if has_current {
        let k_syn = lost(&tau_syn, "tau_syn")?;
        current_decay = k_syn.map(|k| 1.0 - k);
        // Norse adds the input to the current as it is, the others in proportion to dt/tau.
        input_gain = match rules.dialect {
            Dialect::Norse => w_in,
            _ => k_syn.zip(&w_in, n, |k, w| snap(k * w)),
        };
    }
    if gain.range().0 < 0.0 {
        return Err(bad(
            &node.name,
            format!("'r' is {}, it must not be negative", r.range().0),
        ));
    }
    let leak_bias = k.zip(&leak, n, |k, v| k * v);
    if gain.range().1 > 1.0 {
        // The core's gain ends at one: the weights take it.
        input_gain = input_gain.zip(&gain, n, |a, b| a * b);
        gain = Values::One(1.0);
    }
    let mut neuron = Neuron {
        current_decay,
        membrane_decay: k.map(|k| 1.0 - k),
        gain,
        bias: leak_bias,
        current_bias: None,
        threshold: None,
        strict: rules.dialect.strict(),
        reset: ResetKind::Hard,
        reset_value: reset_value.clone(),
        start: Values::One(0.0),
        held_steps: 0,
        current_after_decay: false,
        v_min: rules.v_min,
        words: String::new(),
    };
    if spikes {
        neuron.threshold = Some(get("v_threshold", 1.0)?);
        neuron.reset = match (rules.reset, rules.dialect) {
            (ResetRule::Zero, _) => ResetKind::Hard,
            (ResetRule::Subtract, Dialect::SnnTorch) => ResetKind::Delayed,
            (ResetRule::Subtract, _) => ResetKind::Soft,
        };
        let snn_zero = rules.dialect == Dialect::SnnTorch && rules.reset == ResetRule::Zero;
        if snn_zero && (has_current || recurrent) {
            neuron.held_steps = 1;
            choices.push(format!(
                "'{}': the step after a spike is lost, as snnTorch's reset to zero has it here",
                node.name
            ));
        }
    }
    if rules.dialect == Dialect::SpikingJelly {
        neuron.start = reset_value;
    }
    neuron.words = words(node, &neuron);
    Ok(Mapped { neuron, input_gain })
}

/// The time step, where the dialect or the node fixes it.
fn time_step(
    node: &Node,
    rules: &Rules,
    r: &Values,
    tau: &Values,
    choices: &mut Vec<String>,
) -> Result<f64, ImportError> {
    if let (Some(dt), true) = (rules.dt, rules.dialect != Dialect::Sinabs) {
        return Ok(dt);
    }
    let tell = |text: String, choices: &mut Vec<String>| {
        if !choices.contains(&text) {
            choices.push(text);
        }
    };
    let hint = "give the time step of the training with --dt SECONDS";
    match rules.dialect {
        Dialect::SnnTorch => Ok(1e-4),
        Dialect::Norse => {
            tell(
                format!("time step 0.001 s, Norse's default; else {hint}"),
                choices,
            );
            Ok(1e-3)
        }
        Dialect::Sinabs => Ok(1.0),
        // IF: r = 1/dt; CUBA and LIF without decay_input: r = tau/dt.
        Dialect::SpikingJelly if node.kind == Kind::If && r.range().0 > 0.0 => Ok(1.0 / r.at(0)),
        Dialect::SpikingJelly if r.range().0 > 0.0 && !r.all(1.0) => Ok(tau.at(0) / r.at(0)),
        Dialect::SpikingJelly => {
            tell(
                format!("time step 0.0001 s, SpikingJelly's default; else {hint}"),
                choices,
            );
            Ok(1e-4)
        }
        Dialect::Euler => Err(ImportError::Option {
            option: "dt".into(),
            value: "none".into(),
            reason: format!("the dialect euler needs a time step; {hint}"),
        }),
    }
}

fn words(node: &Node, neuron: &Neuron) -> String {
    let kind = match node.kind {
        Kind::If => "IF",
        Kind::Lif => "LIF",
        Kind::CubaLif => "LIF with synaptic current",
        Kind::CubaLi => "read-out with synaptic current",
        _ => "read-out",
    };
    let mut text = kind.to_string();
    if neuron.threshold.is_some() {
        text += match neuron.reset {
            ResetKind::Hard => ", reset to a value",
            ResetKind::Soft => ", subtract",
            ResetKind::Delayed => ", subtract (delayed)",
        };
    }
    let mut factor = |name: &str, v: &Values| match v {
        Values::One(0.0) => {}
        Values::One(x) => text += &format!(", {name} {:.6}", x),
        Values::Each(_) => text += &format!(", {name} for each neuron"),
    };
    factor("alpha", &neuron.current_decay);
    factor("beta", &neuron.membrane_decay);
    text
}
