//! Encoders as text: `NAME:STEPS,KEY=VALUE,...`, as command lines and image headers have them.

use super::{Bell, Code, EncodeError, Encoder, Pulses, MAX_LINES, MAX_STEPS};
use std::fmt;
use std::str::FromStr;

/// Settings that are not given.
const WIDTH: f64 = 0.5;

impl FromStr for Encoder {
    type Err = EncodeError;

    fn from_str(text: &str) -> Result<Self, EncodeError> {
        let (name, rest) = text.split_once(':').unwrap_or((text, ""));
        let mut settings = Settings::new(name, rest);
        let code = match name {
            "phase" => Code::Phase,
            "latency" => Code::Latency,
            "bias" => Code::Bias,
            "rate" => Code::Rate {
                seed: settings.seed()?,
            },
            "thermometer" => Code::Thermometer {
                levels: settings.lines("levels", 1)?,
            },
            "onehot" => Code::OneHot {
                levels: settings.lines("levels", 2)?,
            },
            "delta" => {
                let range = "above 0 and at most 1: a part of the full scale";
                let threshold = settings.real("threshold", range, None)?;
                Code::Delta { threshold }
            }
            "population" => Code::Population {
                fields: settings.lines("fields", 2)?,
                bell: settings.bell()?,
                width: settings.real("width", "above 0 and at most 1000", Some(WIDTH))?,
                pulses: settings.pulses()?,
            },
            _ => return Err(EncodeError::Unknown { name: name.into() }),
        };
        settings.done()?;
        let steps = rest.split(',').next().and_then(|n| n.parse().ok());
        let steps = steps.filter(|n| (1..=MAX_STEPS).contains(n));
        let steps = steps.ok_or_else(|| EncodeError::Steps {
            encoder: text.into(),
        })?;
        Ok(Self { code, steps })
    }
}

impl fmt::Display for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let n = self.steps;
        match self.code {
            Code::Phase => write!(f, "phase:{n}"),
            Code::Latency => write!(f, "latency:{n}"),
            Code::Bias => write!(f, "bias:{n}"),
            Code::Rate { seed } => write!(f, "rate:{n},seed={seed}"),
            Code::Thermometer { levels } => write!(f, "thermometer:{n},levels={levels}"),
            Code::OneHot { levels } => write!(f, "onehot:{n},levels={levels}"),
            Code::Delta { threshold } => write!(f, "delta:{n},threshold={threshold}"),
            Code::Population {
                fields,
                bell,
                width,
                pulses,
            } => {
                let bell = match bell {
                    Bell::Gaussian => "gaussian",
                    Bell::Triangular => "triangular",
                };
                write!(
                    f,
                    "population:{n},fields={fields},shape={bell},width={width}"
                )?;
                match pulses {
                    Pulses::Phase => Ok(()),
                    Pulses::Latency => write!(f, ",code=latency"),
                    Pulses::Rate { seed } => write!(f, ",code=rate,seed={seed}"),
                }
            }
        }
    }
}

/// The settings of an encoder that were not asked for yet.
struct Settings<'a> {
    name: &'a str,
    given: Vec<(&'a str, &'a str)>,
    known: &'static str,
}

impl<'a> Settings<'a> {
    fn new(name: &'a str, rest: &'a str) -> Self {
        let pair = |text: &'a str| text.split_once('=').unwrap_or((text, ""));
        let known = match name {
            "rate" => "seed",
            "thermometer" | "onehot" => "levels",
            "delta" => "threshold",
            "population" => "fields, shape, width, code and seed",
            _ => "none",
        };
        Self {
            name,
            given: rest.split(',').skip(1).map(pair).collect(),
            known,
        }
    }

    fn take(&mut self, key: &str) -> Option<&'a str> {
        let at = self.given.iter().position(|(k, _)| *k == key)?;
        Some(self.given.swap_remove(at).1)
    }

    /// A setting of any kind; without a default it must be given.
    fn value<T: Copy>(
        &mut self,
        key: &'static str,
        range: String,
        default: Option<T>,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<T, EncodeError> {
        let Some(text) = self.take(key) else {
            let encoder = self.name.into();
            let missing = || EncodeError::Missing {
                encoder,
                key,
                range,
            };
            return default.ok_or_else(missing);
        };
        parse(text).ok_or_else(|| EncodeError::Value {
            key,
            value: text.into(),
            range,
        })
    }

    fn lines(&mut self, key: &'static str, least: usize) -> Result<usize, EncodeError> {
        let range = format!("{least} to {MAX_LINES}");
        self.value(key, range, None, |text| {
            let lines = text.parse().ok();
            lines.filter(|n| (least..=MAX_LINES).contains(n))
        })
    }

    /// A positive number: at most 1 for the threshold, which is a part, else at most 1000.
    fn real(
        &mut self,
        key: &'static str,
        range: &str,
        default: Option<f64>,
    ) -> Result<f64, EncodeError> {
        let most = if key == "threshold" { 1.0 } else { 1000.0 };
        self.value(key, range.into(), default, |text| {
            let real: Option<f64> = text.parse().ok();
            real.filter(|&x| x > 0.0 && x <= most)
        })
    }

    fn seed(&mut self) -> Result<u64, EncodeError> {
        let range = "a whole number from 0 to 2^64 - 1".into();
        self.value("seed", range, Some(0), |text| text.parse().ok())
    }

    fn bell(&mut self) -> Result<Bell, EncodeError> {
        let default = Some(Bell::Gaussian);
        let range = "gaussian or triangular".into();
        self.value("shape", range, default, |text| match text {
            "gaussian" => Some(Bell::Gaussian),
            "triangular" => Some(Bell::Triangular),
            _ => None,
        })
    }

    fn pulses(&mut self) -> Result<Pulses, EncodeError> {
        let default = Some(Pulses::Phase);
        let range = "phase, latency or rate".into();
        let pulses = self.value("code", range, default, |text| match text {
            "phase" => Some(Pulses::Phase),
            "latency" => Some(Pulses::Latency),
            "rate" => Some(Pulses::Rate { seed: 0 }),
            _ => None,
        })?;
        Ok(match pulses {
            Pulses::Rate { .. } => Pulses::Rate { seed: self.seed()? },
            other => other,
        })
    }

    /// What was not asked for is no setting of this encoder.
    fn done(&self) -> Result<(), EncodeError> {
        match self.given.first() {
            None => Ok(()),
            Some((key, _)) => Err(EncodeError::Key {
                encoder: self.name.into(),
                key: (*key).into(),
                known: self.known,
            }),
        }
    }
}
