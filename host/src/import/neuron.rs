//! Parameters of one NIR node, and what is said beside them, to the rule of a population.

use super::dialect::{Dialect, ResetRule};
use super::factors::{snap, Times};
use super::keys::{CurrentOrder, Keys};
use super::network::{Neuron, ResetKind, Values};
use super::options::Rules;
use super::words::words;
use super::ImportError;
use crate::nir::{Kind, Node};

/// A rule, what the weights into the population must be multiplied with, and what its connections have
/// to wait.
pub(super) struct Mapped {
    pub neuron: Neuron,
    pub input_gain: Values,
    /// Steps from neurons and from inputs.
    pub delays: [usize; 2],
    /// What was said of it.
    pub keys: Keys,
}

/// Marks a neuron that a Threshold was joined to: it has no reset of its own.
pub(super) const NO_RESET: &str = "no reset";

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
    let keys = Keys::of_node(node)?;
    let keys = rules.given.clone().or(&keys).or(&rules.keys);
    for values in [&keys.beta, &keys.alpha, &keys.gain, &keys.input_gain]
        .into_iter()
        .chain([&keys.bias, &keys.reset_value, &keys.lower_threshold])
    {
        if let Some(Values::Each(values)) = values {
            if values.len() != n {
                let reason = format!(
                    "a rule key has {} values for {n} neurons; it needs 1 or {n}",
                    values.len()
                );
                return Err(bad(&node.name, reason));
            }
        }
    }
    let has_threshold = matches!(
        node.kind,
        Kind::If | Kind::Lif | Kind::CubaLif | Kind::Threshold
    );
    if rules.dialect == Dialect::Custom {
        said(node, &keys, has_threshold)?;
    }
    if keys.interpolated == Some(true) {
        let reason =
            "has tau_ref > 0: Nengo interpolates the spike inside a step, which no core with time \
                      steps does; train with tau_ref = 0, or use nengo-loihi";
        return Err(bad(&node.name, reason.into()));
    }
    let (mut neuron, input_gain) = linear(node, n, rules, &keys, choices)?;
    let preset = rules.dialect.preset();
    neuron.v_min = keys.v_min.or(preset.v_min.filter(|_| has_threshold));
    neuron.v_max = keys.v_max;
    neuron.rounding = keys.rounding.or(preset.rounding);
    neuron.current_rounding = keys.current_rounding;
    neuron.fraction_bits = keys.fraction_bits;
    if keys.clear_offset.is_some() && keys.clear_interval.is_none() {
        return Err(bad(
            &node.name,
            "has clear_offset without clear_interval".into(),
        ));
    }
    if keys.lower_threshold.is_some() && !has_threshold {
        let reason = "has a lower_threshold, but no threshold: it never spikes";
        return Err(bad(&node.name, reason.into()));
    }
    neuron.clear = keys
        .clear_interval
        .map(|interval| [interval, keys.clear_offset.unwrap_or(0)]);
    neuron.current_wraps = keys.current_wraps.unwrap_or(preset.current_wraps);
    if has_threshold {
        fire(node, n, rules, &keys, recurrent, &mut neuron, choices)?;
    }
    let hard_value = neuron.reset_value.clone();
    if rules.dialect == Dialect::SpikingJelly {
        neuron.start = hard_value;
    }
    if let Some(start) = keys.start {
        neuron.start = Values::One(start);
    }
    let delay = keys.delay.unwrap_or(preset.delays[0]);
    let alike = preset.delays[0] == preset.delays[1];
    let same = keys.delay.filter(|_| alike);
    let input_delay = keys.input_delay.or(same).unwrap_or(preset.delays[1]);
    neuron.words = words(node, &neuron);
    Ok(Mapped {
        neuron,
        input_gain,
        delays: [delay, input_delay],
        keys,
    })
}

/// What the dialect 'custom' wants to be told.
fn said(node: &Node, keys: &Keys, has_threshold: bool) -> Result<(), ImportError> {
    let constant = matches!(node.kind, Kind::If | Kind::I | Kind::Threshold);
    let missing = if keys.beta.is_none() && !constant {
        "beta"
    } else if has_threshold && keys.strict.is_none() && node.kind != Kind::Threshold {
        "comparator"
    } else if has_threshold
        && keys.reset.is_none()
        && node.kind != Kind::Threshold
        && !node.texts.contains_key(NO_RESET)
    {
        "reset"
    } else {
        return Ok(());
    };
    let reason = format!(
        "its rule has no '{missing}'; the dialect custom has no defaults (docs/import.md, section 1)"
    );
    Err(bad(&node.name, reason))
}

/// Membrane and current: everything but the threshold.
fn linear(
    node: &Node,
    n: usize,
    rules: &Rules,
    keys: &Keys,
    choices: &mut Vec<String>,
) -> Result<(Neuron, Values), ImportError> {
    let get = |key: &str| values(node, key, n);
    let dialect = rules.dialect;
    if node.kind == Kind::Threshold {
        // What arrives in a step is compared, and forgotten.
        return Ok((Neuron::default(), Values::One(1.0)));
    }
    let two = matches!(node.kind, Kind::CubaLif | Kind::CubaLi);
    let has_current = two || keys.alpha.as_ref().is_some_and(|a| !a.all(0.0));
    if two && keys.alpha.is_none() && dialect == Dialect::Sinabs {
        let reason = "is a neuron with a synaptic current, which sinabs does not export; name the \
                      dialect that wrote the file";
        return Err(bad(&node.name, reason.into()));
    }
    let by_hand = !node.parameters.contains_key("r");
    let r = get("r")?.unwrap_or(Values::One(1.0));
    if r.range().0 < 0.0 {
        let reason = format!("'r' is {}, it must not be negative", r.range().0);
        return Err(bad(&node.name, reason));
    }
    let leak = get("v_leak")?.unwrap_or(Values::One(0.0));
    let tau = get(if two { "tau_mem" } else { "tau" })?;
    let times = Times {
        node,
        rules,
        r: r.clone(),
        tau: tau.clone(),
    };
    let missing = |key: &str| {
        let reason = format!("neither '{key}' nor the rule key that replaces it is given");
        bad(&node.name, reason)
    };
    let constant = matches!(node.kind, Kind::If | Kind::I);
    let k = match (&keys.beta, &tau) {
        (Some(beta), _) => beta.map(|b| 1.0 - b),
        (None, _) if constant => Values::One(0.0),
        (None, Some(tau)) => times.lost(tau, if two { "tau_mem" } else { "tau" }, choices)?,
        (None, None) => return Err(missing("tau")),
    };
    let beta = match &keys.beta {
        Some(beta) => beta.clone(),
        None => k.map(|k| 1.0 - k),
    };
    // Brian2's input of a step is in the membrane when the next step decays it.
    let before_decay = dialect == Dialect::Brian2 && !has_current;
    let norm = keys.norm_input.unwrap_or(true);
    let mut gain = match (&keys.gain, dialect) {
        (Some(gain), _) => gain.clone(),
        (None, Dialect::Brian2) if before_decay => beta.clone(),
        (None, Dialect::Rockpool) if node.kind == Kind::Li => beta.clone(),
        (None, Dialect::Spyx | Dialect::Rockpool | Dialect::Neuron | Dialect::Custom) => {
            Values::One(1.0)
        }
        (None, Dialect::Norse | Dialect::Sinabs) if constant => r.clone(),
        (None, Dialect::Sinabs) if !norm => r.clone(),
        (None, _) if by_hand => Values::One(1.0),
        (None, _) if constant => {
            let dt = times.step(choices)?;
            r.map(|r| snap(r * dt))
        }
        (None, _) => k.zip(&r, n, |k, r| snap(k * r)),
    };
    let mut alpha = keys.alpha.clone().unwrap_or(Values::One(0.0));
    let mut input_gain = keys.input_gain.clone().unwrap_or(Values::One(1.0));
    if two {
        let tau_syn = get("tau_syn")?;
        let k_syn = match (&keys.alpha, &tau_syn) {
            (Some(alpha), _) => alpha.map(|a| 1.0 - a),
            (None, Some(tau)) => times.lost(tau, "tau_syn", choices)?,
            (None, None) => return Err(missing("tau_syn")),
        };
        alpha = match &keys.alpha {
            Some(alpha) => alpha.clone(),
            None => k_syn.map(|k| 1.0 - k),
        };
        if keys.input_gain.is_none() {
            let w_in = get("w_in")?;
            input_gain = match (dialect, w_in) {
                // They add the input to the current as it is, others in proportion to dt/tau.
                (Dialect::Norse | Dialect::Brian2 | Dialect::Neuron, w_in) => {
                    w_in.unwrap_or(Values::One(1.0))
                }
                (Dialect::Rockpool | Dialect::Spyx | Dialect::Custom | Dialect::Sinabs, _) => {
                    Values::One(1.0)
                }
                (_, None) if by_hand => Values::One(1.0),
                (_, w_in) => {
                    let w_in = w_in.unwrap_or(Values::One(1.0));
                    k_syn.zip(&w_in, n, |k, w| snap(k * w))
                }
            };
        }
    }
    if gain.range().1 > 1.0 {
        // The core's gain ends at one: the weights take it.
        input_gain = input_gain.zip(&gain, n, |a, b| a * b);
        gain = Values::One(1.0);
    }
    let bias = match &keys.bias {
        Some(bias) => bias.clone(),
        None => k.zip(&leak, n, |k, v| k * v),
    };
    let after = match keys.current {
        Some(order) => order == CurrentOrder::After,
        None => dialect.preset().after_decay,
    };
    let neuron = Neuron {
        // Without a current there is nothing to see after its decay.
        current_after_decay: after && alpha.range().1 > 0.0,
        current_decay: alpha,
        membrane_decay: beta,
        gain,
        bias,
        ..Neuron::default()
    };
    Ok((neuron, input_gain))
}

/// Threshold, comparison, reset, and what is lost after a spike.
fn fire(
    node: &Node,
    n: usize,
    rules: &Rules,
    keys: &Keys,
    recurrent: bool,
    neuron: &mut Neuron,
    choices: &mut Vec<String>,
) -> Result<(), ImportError> {
    let dialect = rules.dialect;
    let preset = dialect.preset();
    let alone = node.kind == Kind::Threshold;
    let threshold = match values(node, "v_threshold", n)? {
        Some(threshold) => Some(threshold),
        None => values(node, "threshold", n)?,
    };
    neuron.threshold = Some(threshold.unwrap_or(Values::One(1.0)));
    // NIR's Threshold is 1 if x > threshold.
    neuron.strict = keys.strict.unwrap_or(alone || preset.strict);
    let reset = match alone || node.texts.contains_key(NO_RESET) {
        true => ResetRule::None,
        false => keys.reset.unwrap_or(preset.reset),
    };
    let later = keys.reset_delay.unwrap_or(preset.reset_delay);
    if dialect == Dialect::SnnTorch && reset == ResetRule::Subtract && !later {
        let reason = "was trained with reset_delay=False: snnTorch then subtracts what exceeds the threshold a \
                      step later, which is no rule of the core; train with reset_delay=True (the default)";
        return Err(bad(&node.name, reason.into()));
    }
    neuron.reset = match (reset, later) {
        (ResetRule::Zero, _) => ResetKind::Hard,
        (ResetRule::None, _) => ResetKind::None,
        (ResetRule::Subtract, true) => ResetKind::Delayed,
        (ResetRule::Subtract, false) => ResetKind::Soft,
    };
    let v_reset = values(node, "v_reset", n)?;
    let own = keys.reset_value.clone().or(v_reset);
    neuron.reset_value = own.unwrap_or(Values::One(0.0));
    let spikes = keys.max_spikes.unwrap_or(preset.max_spikes);
    if spikes > 1 && neuron.reset != ResetKind::Soft {
        if keys.max_spikes.is_some() {
            let reason =
                "several spikes in a step need a reset by subtraction at once (reset = subtract, \
                          reset_delay = 0)";
            return Err(bad(&node.name, reason.into()));
        }
    } else {
        neuron.max_spikes = spikes;
    }
    if keys.lower_threshold.is_some() {
        ternary(node, n, keys, neuron)?;
    }
    hold(node, n, dialect, keys, recurrent, neuron, choices)
}

/// The lower threshold of a neuron that also spikes with -1.
fn ternary(node: &Node, n: usize, keys: &Keys, neuron: &mut Neuron) -> Result<(), ImportError> {
    neuron.lower_threshold = keys.lower_threshold.clone();
    let (Some(low), Some(high)) = (&neuron.lower_threshold, &neuron.threshold) else {
        return Ok(());
    };
    let gap = high.zip(low, n, |high, low| high - low).range().0;
    // After a spike of +1 the membrane is the reset value, which must not be a spike of -1.
    let rest = neuron.reset_value.zip(low, n, |v, low| v - low).range().0;
    let reason = if neuron.reset != ResetKind::Hard || keys.refractory.is_some_and(|r| r > 0) {
        "a lower threshold needs a reset to a value (reset = zero), and no lost steps"
    } else if gap < 0.0 {
        "its lower threshold is above the threshold"
    } else if rest < 0.0 {
        "its reset value is below its lower threshold, which would be a spike of -1 in the same step"
    } else {
        return Ok(());
    };
    Err(bad(&node.name, reason.into()))
}

/// Steps that are lost after a spike.
fn hold(
    node: &Node,
    n: usize,
    dialect: Dialect,
    keys: &Keys,
    recurrent: bool,
    neuron: &mut Neuron,
    choices: &mut Vec<String>,
) -> Result<(), ImportError> {
    let has_current = neuron.current_decay.range().1 > 0.0;
    let hard = neuron.reset == ResetKind::Hard;
    neuron.held_steps = keys.refractory.unwrap_or(0);
    let snn_zero = dialect == Dialect::SnnTorch && hard && keys.refractory.is_none();
    if snn_zero && (has_current || recurrent) {
        neuron.held_steps = 1;
        choices.push(format!(
            "'{}': the step after a spike is lost, as snnTorch's reset to zero has it here",
            node.name
        ));
    }
    if neuron.held_steps > 0 && !hard {
        let reason = format!(
            "has {} lost steps after a spike and no reset to a value; the core holds the membrane only after \
             such a reset",
            neuron.held_steps
        );
        return Err(bad(&node.name, reason));
    }
    if dialect == Dialect::Brian2 && !has_current && hard {
        // What arrives in the step of a spike is overwritten by the reset, and the reset value decays once
        // before the next test. Keys say what the core does, NIR's v_reset what the framework does.
        neuron.held_steps = keys.refractory.unwrap_or(1);
        if keys.reset_value.is_none() && neuron.held_steps > 0 {
            let decayed = neuron
                .membrane_decay
                .zip(&neuron.reset_value, n, |b, v| b * v);
            neuron.reset_value = decayed.zip(&neuron.bias, n, |v, b| v + b);
        }
        let threshold = neuron.threshold.clone().unwrap_or(Values::One(1.0));
        let gap = threshold.zip(&neuron.reset_value, n, |t, v| t - v);
        if gap.range().0 <= 0.0 {
            let reason =
                "its reset value reaches the threshold again by itself; Brian2 would spike in \
                          each step, and the held step of the core hides one of two";
            return Err(bad(&node.name, reason.into()));
        }
    }
    Ok(())
}
