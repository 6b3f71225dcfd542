//! What the user decides, and what is decided for the whole network: options over metadata over defaults.

use super::dialect::{Dialect, ResetRule};
use super::keys::{self, Keys};
use super::ImportError;
use crate::nir::{Graph, KEY_PREFIX};
use ferrospike_model::program::Rounding;

/// What the user decides; whatever is left open comes from the file's metadata, then from the
/// dialect's defaults.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportOptions {
    /// The dialect.
    pub dialect: Option<Dialect>,
    /// The reset.
    pub reset: Option<ResetRule>,
    /// Time step in seconds, where the dialect does not fix it.
    pub dt: Option<f64>,
    /// Most spikes of a neuron in a step.
    pub max_spikes: Option<u8>,
    /// sinabs: the input is scaled by 1 - decay (its default).
    pub norm_input: Option<bool>,
    /// Lower limit of the membrane (sinabs `min_v_mem`).
    pub v_min: Option<f64>,
    /// Bits after the point of u and v of every population.
    pub fraction_bits: Option<u8>,
    /// Rounding of the decays, and of the current's where it is another.
    pub rounding: Option<Rounding>,
    /// Rounding of the current's decay.
    pub current_rounding: Option<Rounding>,
    /// Name of the network instead of the file's.
    pub name: Option<String>,
    /// Input encoder, for example `phase:10`.
    pub encoder: Option<String>,
    /// Decision rule, for example `count`.
    pub decoder: Option<String>,
}

/// Everything decided for the network.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    pub dialect: Dialect,
    pub dt: Option<f64>,
    /// What the file says for all populations.
    pub keys: Keys,
    /// What the user says for all populations: it wins over a node's own.
    pub given: Keys,
    pub encoder: String,
    pub decoder: String,
}

/// Keys of the whole network.
const OF_NETWORK: [&str; 7] = [
    "format",
    "dialect",
    "framework",
    "exporter",
    "dt",
    "encoder",
    "decoder",
];

impl Rules {
    /// Options over metadata over defaults; every choice is told.
    pub fn decide(
        path: &str,
        options: &ImportOptions,
        graph: &Graph,
        choices: &mut Vec<String>,
    ) -> Result<Rules, ImportError> {
        let metadata = &graph.metadata;
        let meta = |key: &str| metadata.get(&format!("ferrospike_{key}")).map(|s| s.trim());
        if let Some(format) = meta("format").filter(|f| *f != "1") {
            return Err(keys::refused(
                "format",
                format,
                "this version reads 1; use a newer ferrospike",
            ));
        }
        let dialect = dialect(path, options, meta("dialect"), choices)?;
        let preset = dialect.preset();
        let mut own = Keys::default();
        for (key, text) in metadata {
            let Some(key) = key.strip_prefix(KEY_PREFIX) else {
                continue;
            };
            if !OF_NETWORK.contains(&key) {
                own.set_text("the network", key, text)?;
            }
        }
        own.check("the network")?;
        let given = Keys {
            reset: options.reset,
            max_spikes: options.max_spikes,
            norm_input: options.norm_input,
            v_min: options.v_min,
            fraction_bits: options.fraction_bits,
            rounding: options.rounding,
            current_rounding: options.current_rounding,
            ..Keys::default()
        };
        given.check("the network")?;
        let by_default = || own.reset.is_none() && options.reset.is_none();
        if dialect == Dialect::Custom {
            choices.push("all rules as the file has them, none by default".into());
        } else {
            let from = match (options.reset, own.reset) {
                (Some(_), _) => "as given",
                (None, Some(_)) => "from the file's metadata",
                (None, None) => "the dialect's default",
            };
            let reset = options.reset.or(own.reset).unwrap_or(preset.reset);
            let later = own.reset_delay.unwrap_or(preset.reset_delay);
            let words = match (reset, later) {
                (ResetRule::Subtract, true) => "by subtraction, one step later",
                (ResetRule::Subtract, false) => "by subtraction",
                (ResetRule::Zero, _) => "to the reset value",
                (ResetRule::None, _) => "none",
            };
            choices.push(format!("reset {words}, {from}"));
            let sign = |strict| if strict { ">" } else { ">=" };
            choices.push(match own.strict {
                Some(s) => format!(
                    "a spike needs the membrane {} the threshold, as the file has it",
                    sign(s)
                ),
                None => format!(
                    "a spike needs the membrane {} the threshold, as the dialect has it",
                    sign(preset.strict)
                ),
            });
        }
        let told = options.max_spikes.or(own.max_spikes);
        if preset.max_spikes > 1 && told.is_none() && (by_default() || !is_hard(options, &own)) {
            choices.push(format!(
                "at most {} spikes a neuron and step: {} has no limit there; give another number with \
                 --max-spikes (1: one spike at most, sinabs' SingleSpike)",
                preset.max_spikes,
                dialect.name()
            ));
        }
        if dialect == Dialect::Spyx {
            choices.push(
                "Spyx's own spikes come one step after those reported here: it tests the membrane of the \
                 step before"
                    .into(),
            );
        }
        let dt = match (options.dt, meta("dt")) {
            (Some(dt), _) => Some(dt),
            (None, Some(text)) => Some(keys::number("dt", text)?),
            (None, None) => None,
        };
        if let Some(dt) = dt.filter(|dt| !dt.is_finite() || *dt <= 0.0) {
            return Err(ImportError::Option {
                option: "dt".into(),
                value: dt.to_string(),
                reason: "it must be a positive number of seconds".into(),
            });
        }
        let text = |given: &Option<String>, key| {
            given
                .clone()
                .or_else(|| meta(key).map(String::from))
                .unwrap_or_default()
        };
        Ok(Rules {
            dialect,
            dt,
            keys: own,
            given,
            encoder: text(&options.encoder, "encoder"),
            decoder: text(&options.decoder, "decoder"),
        })
    }
}

fn is_hard(options: &ImportOptions, own: &Keys) -> bool {
    options
        .reset
        .or(own.reset)
        .is_some_and(|r| r != ResetRule::Subtract)
}

fn dialect(
    path: &str,
    options: &ImportOptions,
    told: Option<&str>,
    choices: &mut Vec<String>,
) -> Result<Dialect, ImportError> {
    match (options.dialect, told) {
        (Some(d), told) => {
            let other = told.filter(|t| *t != d.name());
            let note = other.map_or(String::new(), |t| format!(" (the file says '{t}')"));
            choices.push(format!("dialect {}, as given{note}", d.name()));
            Ok(d)
        }
        (None, Some(text)) => {
            let d: Dialect = text.parse()?;
            choices.push(format!("dialect {}, from the file's metadata", d.name()));
            Ok(d)
        }
        (None, None) => {
            let (path, known) = (path.to_string(), Dialect::known());
            Err(ImportError::NoDialect { path, known })
        }
    }
}
