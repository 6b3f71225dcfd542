//! Dialects: which framework's update rule the parameters of a file are meant for, and its defaults
//! (`docs/import.md`, `docs/numerics.md`, section 4).

use super::ImportError;
use ferrospike_model::program::Rounding;

/// The framework whose update rule is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// snnTorch: `>`, reset by subtraction one step later unless told otherwise.
    SnnTorch,
    /// Norse: `>`, hard reset; its exporter's time constants are repaired.
    Norse,
    /// SpikingJelly: `>=`, hard reset.
    SpikingJelly,
    /// sinabs: `>=`, reset by subtraction, exponential decay, several spikes in a step.
    Sinabs,
    /// Rockpool: as sinabs, with times in seconds.
    Rockpool,
    /// Spyx: snnTorch's rule, its spikes one step later.
    Spyx,
    /// Lava and lava-dl: `>`, hard reset, a step of delay in every connection, rounding toward zero.
    Lava,
    /// Nengo's LIF with `tau_ref` = 0: `>`, hard reset, no membrane below 0.
    Nengo,
    /// nengo-loihi's emulator: as Lava, with limits of the membrane.
    NengoLoihi,
    /// Brian2's default schedule: the input of a step meets the test of the next one.
    Brian2,
    /// NEURON's IntFire1: `>`, hard reset, a step from neuron to neuron.
    Neuron,
    /// Forward Euler of NIR's equations: `>`, hard reset.
    Euler,
    /// No framework's: the file says every rule.
    Custom,
}

/// What a dialect has if nothing else is said.
#[derive(Clone, Copy, Debug)]
pub(super) struct Preset {
    /// `>` instead of `>=`.
    pub strict: bool,
    pub reset: ResetRule,
    /// A subtraction comes one step later.
    pub reset_delay: bool,
    /// Steps added to connections from neurons, and from inputs.
    pub delays: [usize; 2],
    /// Most spikes in a step.
    pub max_spikes: u8,
    /// The membrane sees the current after its decay.
    pub after_decay: bool,
    pub v_min: Option<f64>,
    pub rounding: Option<Rounding>,
    /// The current wraps where it leaves 24 bits.
    pub current_wraps: bool,
    /// Time step in seconds.
    pub dt: Option<f64>,
}

impl Dialect {
    /// All that work, with their names.
    pub const ALL: [(&'static str, Dialect); 13] = [
        ("snntorch", Dialect::SnnTorch),
        ("norse", Dialect::Norse),
        ("spikingjelly", Dialect::SpikingJelly),
        ("sinabs", Dialect::Sinabs),
        ("rockpool", Dialect::Rockpool),
        ("spyx", Dialect::Spyx),
        ("lava", Dialect::Lava),
        ("nengo", Dialect::Nengo),
        ("nengo-loihi", Dialect::NengoLoihi),
        ("brian2", Dialect::Brian2),
        ("neuron", Dialect::Neuron),
        ("euler", Dialect::Euler),
        ("custom", Dialect::Custom),
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
        self.preset().strict
    }

    pub(super) fn preset(self) -> Preset {
        let hard = Preset {
            strict: true,
            reset: ResetRule::Zero,
            reset_delay: false,
            delays: [0, 0],
            max_spikes: 1,
            after_decay: false,
            v_min: None,
            rounding: None,
            current_wraps: false,
            dt: None,
        };
        let several = Preset {
            strict: false,
            reset: ResetRule::Subtract,
            max_spikes: SEVERAL,
            after_decay: true,
            ..hard
        };
        let later = Preset {
            reset: ResetRule::Subtract,
            reset_delay: true,
            ..hard
        };
        let loihi = Preset {
            delays: [1, 1],
            rounding: Some(Rounding::TowardZero),
            current_wraps: true,
            ..hard
        };
        let dt = |seconds| Some(seconds);
        match self {
            Dialect::SnnTorch => Preset {
                dt: dt(1e-4),
                ..later
            },
            Dialect::Norse => Preset {
                dt: dt(1e-3),
                ..hard
            },
            Dialect::SpikingJelly => Preset {
                strict: false,
                dt: dt(1e-4),
                ..hard
            },
            Dialect::Sinabs => Preset {
                dt: dt(1.0),
                ..several
            },
            Dialect::Rockpool => several,
            Dialect::Spyx => Preset {
                delays: [1, 0],
                dt: dt(1.0),
                ..later
            },
            Dialect::Lava => Preset {
                dt: dt(1e-4),
                ..loihi
            },
            Dialect::Nengo => Preset {
                v_min: Some(0.0),
                dt: dt(1e-3),
                ..hard
            },
            Dialect::NengoLoihi => Preset {
                v_min: Some(0.0),
                dt: dt(1e-3),
                ..loihi
            },
            Dialect::Brian2 => Preset {
                delays: [1, 1],
                dt: dt(1e-4),
                ..hard
            },
            Dialect::Neuron => Preset {
                delays: [1, 0],
                ..hard
            },
            Dialect::Euler | Dialect::Custom => hard,
        }
    }
}

/// Spikes in a step where a framework has no limit, unless the file or the user says another number.
const SEVERAL: u8 = 4;

impl std::str::FromStr for Dialect {
    type Err = ImportError;
    fn from_str(text: &str) -> Result<Self, ImportError> {
        let name = text.to_ascii_lowercase();
        let name = match name.as_str() {
            "lava-dl" | "lavadl" => "lava",
            "nengo_loihi" | "nengoloihi" => "nengo-loihi",
            "brian" => "brian2",
            other => other,
        };
        if let Some(found) = Self::ALL.iter().find(|d| d.0 == name) {
            return Ok(found.1);
        }
        let reason = match name {
            "jaxsnn" => "is event-driven and has no time steps; nothing here computes its spikes",
            _ => "is unknown",
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
    /// It does not.
    None,
}

impl std::str::FromStr for ResetRule {
    type Err = ImportError;
    fn from_str(text: &str) -> Result<Self, ImportError> {
        match text.to_ascii_lowercase().as_str() {
            "subtract" | "soft" => Ok(ResetRule::Subtract),
            "zero" | "hard" | "value" => Ok(ResetRule::Zero),
            "none" => Ok(ResetRule::None),
            _ => Err(ImportError::Option {
                option: "reset".into(),
                value: text.into(),
                reason: "it must be 'subtract', 'zero' or 'none'".into(),
            }),
        }
    }
}
