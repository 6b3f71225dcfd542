//! Dialects: which framework's update rule the parameters of a file are meant for.

use super::ImportError;
use std::collections::BTreeMap;

/// The framework whose update rule is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// snnTorch: `>`, reset by subtraction one step later unless told otherwise.
    SnnTorch,
    /// Norse: `>`, hard reset; its exporter's time constants are repaired.
    Norse,
    /// SpikingJelly: `>=`, hard reset.
    SpikingJelly,
    /// sinabs: `>=`, reset by subtraction, exponential decay.
    Sinabs,
    /// Forward Euler of NIR's equations: `>`, hard reset.
    Euler,
}

impl Dialect {
    /// All that work, with their names.
    pub const ALL: [(&'static str, Dialect); 5] = [
        ("snntorch", Dialect::SnnTorch),
        ("norse", Dialect::Norse),
        ("spikingjelly", Dialect::SpikingJelly),
        ("sinabs", Dialect::Sinabs),
        ("euler", Dialect::Euler),
    ];

    /// Names of all, with commas.
    pub fn known() -> String {
        Self::ALL.map(|(name, _)| name).join(", ")
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|d| d.1 == self).map_or("", |d| d.0)
    }

    /// A spike needs `>`, not `>=`.
    pub fn strict(self) -> bool {
        matches!(self, Dialect::SnnTorch | Dialect::Norse | Dialect::Euler)
    }
}

impl std::str::FromStr for Dialect {
    type Err = ImportError;
    fn from_str(text: &str) -> Result<Self, ImportError> {
        let name = text.to_ascii_lowercase();
        if let Some(found) = Self::ALL.iter().find(|d| d.0 == name) {
            return Ok(found.1);
        }
        let later = [
            "lava",
            "lava-dl",
            "lavadl",
            "rockpool",
            "spyx",
            "nengo",
            "nengo-loihi",
        ];
        let more = ["brian2", "neuron", "jaxsnn", "loihi"];
        let reason = if later.contains(&&*name) || more.contains(&&*name) {
            "is known but not supported by this version"
        } else {
            "is unknown"
        };
        Err(ImportError::Dialect {
            name: text.into(),
            reason: reason.into(),
            known: Self::known(),
        })
    }
}

/// How a spike changes the membrane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetRule {
    /// The threshold is subtracted (snnTorch: one step later).
    Subtract,
    /// The membrane is set to its reset value.
    Zero,
}

impl std::str::FromStr for ResetRule {
    type Err = ImportError;
    fn from_str(text: &str) -> Result<Self, ImportError> {
        match text.to_ascii_lowercase().as_str() {
            "subtract" | "soft" => Ok(ResetRule::Subtract),
            "zero" | "hard" | "value" => Ok(ResetRule::Zero),
            _ => Err(ImportError::Option {
                option: "reset".into(),
                value: text.into(),
                reason: "it must be 'subtract' or 'zero'".into(),
            }),
        }
    }
}

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
    /// sinabs: the input is scaled by 1 - decay (its default).
    pub norm_input: Option<bool>,
    /// Lower limit of the membrane (sinabs `min_v_mem`).
    pub v_min: Option<f64>,
    /// Name of the network instead of the file's.
    pub name: Option<String>,
    /// Input encoder, for example `phase:10`.
    pub encoder: Option<String>,
    /// Decision rule, for example `count`.
    pub decoder: Option<String>,
}

/// Everything decided.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    pub dialect: Dialect,
    pub reset: ResetRule,
    pub dt: Option<f64>,
    pub norm_input: bool,
    pub v_min: Option<f64>,
    pub encoder: String,
    pub decoder: String,
}

impl Rules {
    /// Options over metadata over defaults; every choice is told.
    pub fn decide(
        path: &str,
        options: &ImportOptions,
        metadata: &BTreeMap<String, String>,
        choices: &mut Vec<String>,
    ) -> Result<Rules, ImportError> {
        let meta = |key: &str| metadata.get(&format!("ferrospike_{key}")).map(|s| s.trim());
        let dialect = match (options.dialect, meta("dialect")) {
            (Some(d), told) => {
                let other = told.filter(|t| *t != d.name());
                let note = other.map_or(String::new(), |t| format!(" (the file says '{t}')"));
                choices.push(format!("dialect {}, as given{note}", d.name()));
                d
            }
            (None, Some(text)) => {
                let d: Dialect = text.parse()?;
                choices.push(format!("dialect {}, from the file's metadata", d.name()));
                d
            }
            (None, None) => {
                let (path, known) = (path.to_string(), Dialect::known());
                return Err(ImportError::NoDialect { path, known });
            }
        };
        let (reset, from) = match (options.reset, meta("reset")) {
            (Some(r), _) => (r, "as given"),
            (None, Some(text)) => (text.parse()?, "from the file's metadata"),
            (None, None) => (default_reset(dialect), "the dialect's default"),
        };
        let words = match (reset, dialect) {
            (ResetRule::Subtract, Dialect::SnnTorch) => "by subtraction, one step later",
            (ResetRule::Subtract, _) => "by subtraction",
            (ResetRule::Zero, _) => "to the reset value",
        };
        choices.push(format!("reset {words}, {from}"));
        let sign = if dialect.strict() { ">" } else { ">=" };
        choices.push(format!(
            "a spike needs the membrane {sign} the threshold, as the dialect has it"
        ));
        if dialect == Dialect::Sinabs {
            choices.push(
                "at most one spike a neuron and step (SingleSpike): the file does not say whether \
                 sinabs had its default MultiSpike, whose spikes are others"
                    .into(),
            );
        }
        let number = |key: &str| -> Result<Option<f64>, ImportError> {
            let Some(text) = meta(key) else {
                return Ok(None);
            };
            let value = text.parse::<f64>().ok().filter(|x| x.is_finite());
            value.map(Some).ok_or_else(|| ImportError::Option {
                option: format!("metadata 'ferrospike_{key}'"),
                value: text.into(),
                reason: "it must be a finite number".into(),
            })
        };
        let dt = options.dt.or(number("dt")?);
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
            reset,
            dt,
            norm_input: options
                .norm_input
                .unwrap_or(meta("norm_input") != Some("false")),
            v_min: options.v_min.or(number("v_min")?),
            encoder: text(&options.encoder, "encoder"),
            decoder: text(&options.decoder, "decoder"),
        })
    }
}

fn default_reset(dialect: Dialect) -> ResetRule {
    match dialect {
        Dialect::SnnTorch | Dialect::Sinabs => ResetRule::Subtract,
        _ => ResetRule::Zero,
    }
}
