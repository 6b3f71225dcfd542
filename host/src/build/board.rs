//! Boards by their names, and what follows from their descriptions.

use super::constraints;
use super::description::{Description, Fpga, Level, Multiplier};
use super::error::BuildError;
use ferrospike_rtl::core::choices::Choices;
use ferrospike_rtl::link::baud_error;
use ferrospike_rtl::primitives::byte_ram::SmallMemories;
use ferrospike_rtl::primitives::products;
use ferrospike_rtl::shell::{Clock, Family, Shell};
use ferrospike_rtl::top::Configuration;

/// Name, description, name of the constraint file, constraints; sorted by name.
type Embedded = (&'static str, &'static str, &'static str, &'static str);

const BOARDS: &[Embedded] = include!(concat!(env!("OUT_DIR"), "/boards.rs"));

/// Most that the bits of the UART may be off, as a part of them.
const BAUD_TOLERANCE: f64 = 0.005;

/// Names of all boards.
pub fn names() -> impl Iterator<Item = &'static str> {
    BOARDS.iter().map(|(name, ..)| *name)
}

/// A board: its description and its pins.
#[derive(Clone, Debug)]
pub struct Board {
    /// Name in commands and files.
    pub name: &'static str,
    /// Name of the constraint file.
    pub constraint_file: &'static str,
    /// The constraints: which pin is which port.
    pub constraints: &'static str,
    /// What `constraints/NAME.toml` says.
    pub description: Description,
}

/// What is wrong with a constraint file's ports, and what to write.
fn difference<A: AsRef<str>, B: AsRef<str>>(wanted: &[A], given: &[B], board: &str) -> String {
    let has = |names: &[B], name: &str| names.iter().any(|n| n.as_ref() == name);
    let missing = (wanted.iter().map(AsRef::as_ref)).find(|name| !has(given, name));
    let unknown =
        (given.iter().map(AsRef::as_ref)).find(|name| !wanted.iter().any(|n| n.as_ref() == *name));
    match (missing, unknown) {
        (Some(name), _) => format!("the port '{name}' has no pin; add a line that gives it one"),
        (_, Some(name)) => format!(
            "'{name}' is no port; name it in [pins] of constraints/{board}.toml (`led`, or in `levels`), or take \
             its line out"
        ),
        _ => "a port has two pins; take one of its lines out".into(),
    }
}

impl Board {
    /// The board of this name.
    ///
    /// # Errors
    ///
    /// A name that is none, or a description that is not consistent.
    pub fn find(name: &str) -> Result<Self, BuildError> {
        let Some(entry) = BOARDS.iter().find(|(known, ..)| *known == name) else {
            return Err(BuildError::Unknown {
                name: name.into(),
                known: names().collect::<Vec<_>>().join(", "),
            });
        };
        Self::read(*entry)
    }

    /// All boards.
    ///
    /// # Errors
    ///
    /// A description that is not consistent.
    pub fn all() -> Result<Vec<Self>, BuildError> {
        BOARDS.iter().copied().map(Self::read).collect()
    }

    fn read((name, text, constraint_file, constraints): Embedded) -> Result<Self, BuildError> {
        let description = toml::from_str(text).map_err(|e| BuildError::Description {
            board: name.into(),
            message: e.to_string(),
        })?;
        let board = Self {
            name,
            constraint_file,
            constraints,
            description,
        };
        board.check()?;
        Ok(board)
    }

    fn check(&self) -> Result<(), BuildError> {
        let wrong = |message: String| BuildError::Description {
            board: self.name.into(),
            message,
        };
        let shell = self.shell();
        let (mut wanted, mut given) = (shell.ports(), constraints::ports(self.constraints));
        wanted.sort_unstable();
        given.sort_unstable();
        if wanted != given {
            return Err(wrong(format!(
                "{}: {}",
                self.constraint_file,
                difference(&wanted, &given, self.name)
            )));
        }
        let parallel = self.description.core.multiplier == Multiplier::Parallel;
        match &self.description.fpga {
            Fpga::Ice40 { device, .. } if parallel && device != "up5k" => {
                return Err(wrong(format!(
                    "an iCE40 {device} has no multipliers; write multiplier = {{ serial = 4 }} (2 to 17 clocks)"
                )));
            }
            Fpga::Ice40 { .. }
                if self.description.core.small_memories == SmallMemories::Lookups =>
            {
                return Err(wrong(
                    "an iCE40 has no memories of lookup tables; leave small_memories out".into(),
                ));
            }
            _ => {}
        }
        let extension = match &self.description.fpga {
            Fpga::Ice40 { .. } => ".pcf",
            Fpga::Ecp5 { .. } => ".lpf",
            Fpga::Gowin { .. } => ".cst",
        };
        if !self.constraint_file.ends_with(extension) {
            return Err(wrong(format!(
                "its pins are in {}, but this family's tools read {}{extension}",
                self.constraint_file, self.name
            )));
        }
        let configuration = self.configuration()?;
        configuration.check().map_err(|source| BuildError::Core {
            board: self.name.into(),
            source,
        })?;
        let (clock, baud) = (configuration.clock_hz, configuration.baud);
        let error = baud_error(clock, baud);
        if error > BAUD_TOLERANCE {
            let percent = error * 100.0;
            return Err(wrong(format!(
                "{baud} baud are {percent:.2} % off with a clock of {clock} Hz, and at most 0.5 % \
                 is allowed; choose another baud or core_hz"
            )));
        }
        Ok(())
    }

    /// The shell around the core.
    pub fn shell(&self) -> Shell {
        let Description {
            title,
            fpga,
            clock,
            pins,
            ..
        } = &self.description;
        let high = |level: &Level| *level == Level::High;
        Shell {
            title: title.clone(),
            family: match fpga {
                Fpga::Ice40 { .. } => Family::Ice40 { pad: clock.pad },
                Fpga::Ecp5 { .. } => Family::Ecp5,
                Fpga::Gowin { die, .. } => Family::Gowin { die: die.clone() },
            },
            input_hz: clock.input_hz,
            core_hz: clock.core_hz,
            led: pins.led.as_ref().map(high),
            levels: pins
                .levels
                .iter()
                .map(|(n, l)| (n.clone(), high(l)))
                .collect(),
        }
    }

    /// The core's clock.
    ///
    /// # Errors
    ///
    /// A clock that the PLL cannot make.
    pub fn clock(&self) -> Result<Clock, BuildError> {
        self.shell().clock().map_err(|source| BuildError::Shell {
            board: self.name.into(),
            source,
        })
    }

    /// The configuration of the core, with the clock that the PLL really makes.
    ///
    /// # Errors
    ///
    /// A clock that the PLL cannot make.
    pub fn configuration(&self) -> Result<Configuration, BuildError> {
        let core = &self.description.core;
        Ok(Configuration {
            lanes: core.lanes,
            synapse_words: core.synapse_words,
            groups: core.groups,
            history_words: core.history_words,
            clock_hz: self.clock()?.core_hz,
            baud: core.baud,
            receive_bytes: core.receive_bytes,
            transmit_bytes: core.transmit_bytes,
            choices: Choices {
                multiplier: match (core.multiplier, &self.description.fpga) {
                    (Multiplier::Parallel, Fpga::Ice40 { .. }) => products::Multiplier::Ice40Mac,
                    (Multiplier::Parallel, _) => products::Multiplier::Inferred,
                    (Multiplier::Serial(clocks), _) => products::Multiplier::Serial(clocks),
                },
                pipeline: core.pipeline,
                small_memories: core.small_memories,
                lists: core.lists,
                sweep: core.sweep,
                rest: core.rest,
                watchdog: core.watchdog,
                learn: core.learn,
            },
            board: self.name.into(),
        })
    }

    /// Name of the bitstream.
    pub fn bitstream_file(&self) -> String {
        let extension = match self.description.fpga {
            Fpga::Ice40 { .. } => "bin",
            Fpga::Ecp5 { .. } => "bit",
            Fpga::Gowin { .. } => "fs",
        };
        format!("{}.{extension}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of a board's description with a change in it.
    fn refusal(board: &str, file: usize, from: &str, to: &str) -> String {
        let entry = BOARDS.iter().find(|(name, ..)| *name == board).unwrap();
        let texts = [entry.1, entry.3];
        assert!(texts[file].contains(from), "{from}");
        let changed: &str = texts[file].replacen(from, to, 1).leak();
        let (text, constraints) = match file {
            0 => (changed, texts[1]),
            _ => (texts[0], changed),
        };
        let read = Board::read((entry.0, text, entry.2, constraints));
        read.map(|_| String::new())
            .unwrap_or_else(|e| e.to_string())
    }

    #[test]
    fn what_a_description_cannot_say_is_refused_with_what_to_write() {
        let refusal = |file, from, to| refusal("icebreaker", file, from, to);
        assert_eq!(refusal(0, "lanes = 8", "lanes = 8"), "");
        for (file, from, to, told) in [
            (0, "lanes = 8", "lames = 8", "lames"),
            (0, "lanes = 8", "lanes = 7", "lanes is 7"),
            (
                0,
                "lanes = 8",
                "lanes = 8\nsweep = 2",
                "2 take multipliers of the operator *",
            ),
            (
                0,
                "lanes = 8",
                "lanes = 8\nsweep = 3",
                "1 and 2 are possible",
            ),
            (0, "\"short\"", "\"shorter\"", "'shorter' is no pipeline"),
            (
                0,
                "synapse_words = 16384",
                "synapse_words = 100",
                "words of S is 100",
            ),
            (
                0,
                "baud = 1_000_000",
                "baud = 1_200",
                "at most 0.5 % is allowed",
            ),
            (0, "core_hz = 30_000_000", "core_hz = 30_000", "30000 Hz"),
            (0, "device = \"up5k\"", "device = \"hx8k\"", "serial"),
            (
                0,
                "led_red = \"high\"",
                "led_blue = \"high\"",
                "the port 'led_blue' has no pin",
            ),
            (1, "set_io tx", "set_io ty", "the port 'tx' has no pin"),
            (
                1,
                "set_io tx",
                "set_io extra 1\nset_io tx",
                "'extra' is no port",
            ),
        ] {
            let message = refusal(file, from, to);
            assert!(message.contains(told), "{from} -> {to}: {message}");
        }
    }

    #[test]
    fn a_placer_is_one_of_an_ecp5() {
        let placer = "placer = \"static\"";
        let refusal = |board, from, to| refusal(board, 0, from, to);
        assert_eq!(refusal("ulx3s-85f", placer, placer), "");
        let message = refusal("ulx3s-85f", placer, "placer = \"statik\"");
        assert!(
            message.contains("statik") && message.contains("`heap` or `static`"),
            "{message}"
        );
        let ice40 = format!("device = \"up5k\"\n{placer}");
        let message = refusal("icebreaker", "device = \"up5k\"", &ice40);
        assert!(message.contains("placer"), "{message}");
    }
}
