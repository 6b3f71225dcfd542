//! The description of a board: `constraints/NAME.toml`.

use ferrospike_rtl::lane::Pipeline;
use ferrospike_rtl::primitives::byte_ram::SmallMemories;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The contents of a description.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// Name for people.
    pub title: String,
    /// Rough class of its price.
    pub price: String,
    /// What to know for connecting it.
    pub notes: Vec<String>,
    /// The chip is too small for the smallest core, and by how much: its build is there to show so.
    pub too_small: Option<String>,
    /// The first seed of place and route, if it is not 1: one that is known to meet the clock.
    #[serde(default = "first_seed")]
    pub seed: u32,
    /// The FPGA.
    pub fpga: Fpga,
    /// The clock.
    pub clock: ClockPlan,
    /// The core's sizes.
    pub core: Core,
    /// What the pins beside clock and serial port do.
    pub pins: Pins,
    /// How a bitstream gets onto the board.
    pub program: Program,
}

fn first_seed() -> u32 {
    1
}

/// An FPGA, as the tools call it.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "family", rename_all = "lowercase", deny_unknown_fields)]
pub enum Fpga {
    /// Lattice iCE40.
    Ice40 {
        /// For nextpnr-ice40, `up5k`.
        device: String,
        /// For nextpnr-ice40, `sg48`.
        package: String,
    },
    /// Lattice ECP5.
    Ecp5 {
        /// For nextpnr-ecp5, `25k`.
        device: String,
        /// For nextpnr-ecp5, `CABGA381`.
        package: String,
        /// Speed grade.
        speed: u8,
        /// RAM blocks of the part, where the tools count those of the larger part with the same die.
        block_rams: Option<u64>,
        /// The same for its lookup tables.
        luts: Option<u64>,
        /// How nextpnr places.
        #[serde(default)]
        placer: Placer,
    },
    /// Gowin.
    Gowin {
        /// For gowin_pack, `GW1N-9C`.
        die: String,
        /// For nextpnr-himbaechel, `GW1NR-LV9QN88PC6/I5`.
        part: String,
    },
}

/// A placer of nextpnr-ecp5.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Placer {
    /// Solves and spreads in turns; nextpnr's own choice.
    #[default]
    Heap,
    /// Cells repel each other like charges: less wire where a core is all over a large chip, so that it routes.
    Static,
}

impl Placer {
    /// For nextpnr's `--placer`.
    pub fn name(self) -> &'static str {
        match self {
            Placer::Heap => "heap",
            Placer::Static => "static",
        }
    }
}

impl Fpga {
    /// Name of the family.
    pub fn family(&self) -> &'static str {
        match self {
            Fpga::Ice40 { .. } => "ice40",
            Fpga::Ecp5 { .. } => "ecp5",
            Fpga::Gowin { .. } => "gowin",
        }
    }

    /// Device and package in one word or two.
    pub fn device(&self) -> String {
        match self {
            Fpga::Ice40 { device, package } => format!("{device} {package}"),
            Fpga::Ecp5 {
                device,
                package,
                speed,
                ..
            } => format!("{device} {package} -{speed}"),
            Fpga::Gowin { part, .. } => part.clone(),
        }
    }
}

/// Where the core's clock comes from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockPlan {
    /// At the pin, in Hz.
    pub input_hz: u32,
    /// Of the core, in Hz: the PLL makes it if it is another one.
    pub core_hz: u32,
    /// The pin is the pad of the PLL (iCE40).
    #[serde(default)]
    pub pad: bool,
}

/// The core's sizes, as in `Configuration`.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Core {
    /// Lanes.
    pub lanes: usize,
    /// Words of the synapse memory.
    pub synapse_words: usize,
    /// Groups of as many neurons as there are lanes.
    pub groups: usize,
    /// Words of the spike history.
    pub history_words: usize,
    /// Receive buffer in bytes.
    pub receive_bytes: usize,
    /// Transmit buffer in bytes.
    pub transmit_bytes: usize,
    /// Bits a second of the UART.
    pub baud: u32,
    /// How the neuron pipeline multiplies.
    pub multiplier: Multiplier,
    /// Registers on a weight's way from S to U.
    #[serde(default, with = "word")]
    pub pipeline: Pipeline,
    /// What the buffers of the link are made of.
    #[serde(default, with = "word")]
    pub small_memories: SmallMemories,
    /// Listed rows, beside dense ones.
    #[serde(default = "present")]
    pub lists: bool,
    /// Neurons that enter the neuron pipeline in a clock.
    #[serde(default = "one")]
    pub sweep: usize,
    /// Groups at rest are not computed.
    #[serde(default)]
    pub rest: bool,
    /// A program that works for 2^n clocks is given up; 0: none is.
    #[serde(default = "watched")]
    pub watchdog: u8,
    /// LEARN: weights that change.
    #[serde(default)]
    pub learn: bool,
}

/// 0.8 s at 80 MHz, 2.2 s at 30 MHz.
fn watched() -> u8 {
    26
}

/// Neurons go one by one where nothing else is said.
fn one() -> usize {
    1
}

/// What a description does not mention is there.
fn present() -> bool {
    true
}

/// Values that are words, read and written as the core itself does.
mod word {
    use serde::{de::Error, Deserialize, Deserializer, Serializer};
    use std::fmt::Display;
    use std::str::FromStr;

    pub fn serialize<S: Serializer>(value: &impl Display, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    pub fn deserialize<'de, D, T>(from: D) -> Result<T, D::Error>
    where
        D: Deserializer<'de>,
        T: FromStr<Err = String>,
    {
        String::deserialize(from)?.parse().map_err(Error::custom)
    }
}

/// How the neuron pipeline multiplies.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Multiplier {
    /// With multipliers in parallel (DSP blocks), a neuron in a clock.
    Parallel,
    /// Shift and add, in as many clocks for each neuron.
    Serial(u8),
}

/// What the pins beside clock and serial port do.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pins {
    /// There is a port `led`, lit when the core is ready: the level that lights it.
    pub led: Option<Level>,
    /// Outputs that hold a level.
    #[serde(default)]
    pub levels: BTreeMap<String, Level>,
}

/// A level of a pin.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// 0.
    Low,
    /// 1.
    High,
}

/// Commands that bring a bitstream onto the board; `{bitstream}` stands for its file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// To stay.
    pub flash: Option<Vec<String>>,
    /// Until power is off.
    pub load: Option<Vec<String>>,
}

impl Core {
    /// Bytes of the synapse memory: as many weights of 8 bits, twice as many of 4.
    pub fn synapse_bytes(&self) -> usize {
        self.synapse_words * self.lanes
    }

    /// Neurons.
    pub fn neurons(&self) -> usize {
        self.groups * self.lanes
    }

    /// What is different in another core, in words.
    pub fn differences(&self, other: &Core) -> Vec<String> {
        let fields = |core: &Core| match serde_json::to_value(core) {
            Ok(serde_json::Value::Object(fields)) => fields,
            _ => serde_json::Map::new(),
        };
        let (here, there) = (fields(self), fields(other));
        here.iter()
            .zip(there.values())
            .filter(|((_, here), there)| here != there)
            .map(|((name, here), there)| format!("{name} is {here} and not {there}"))
            .collect()
    }
}
