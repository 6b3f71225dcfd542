//! Ports by name: a serial port, the simulated board, the model behind the protocol.

use super::{waves, RunError};
use crate::board::{Board, BoardError};
use crate::link::Options;
use crate::transport::{
    Compiled, Core, Emulator, EmulatorOptions, Entry, Icarus, IcarusOptions, Preload, Serial,
    Transport, TransportError,
};
use ferrospike_model::device::Shape;
use ferrospike_model::image::Image;
use ferrospike_rtl::core::choices::Choices;
use ferrospike_rtl::primitives::products::Multiplier;
use ferrospike_rtl::top;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Clocks of a bit on the simulated wire: the fastest that the core can be built for.
const CLOCKS_PER_BIT: u32 = 8;

/// What the multiplier blocks of an iCE40 do.
const SB_MAC16: &str = include_str!("../../../testbench/verilog/sb_mac16.v");

/// How a simulation is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// A byte at a time, without a UART.
    Bytes,
    /// Bit by bit through the pins.
    Uart,
}

/// A port by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Port {
    /// `sim`, `sim:uart`: the emitted Verilog in Icarus.
    Simulated(Wire),
    /// `model`: the device in Rust.
    Model,
    /// Anything else: a serial port.
    Serial(String),
}

impl Port {
    /// The port of that name.
    pub fn parse(name: &str) -> Result<Self, RunError> {
        match name {
            "sim" => Ok(Port::Simulated(Wire::Bytes)),
            "sim:uart" => Ok(Port::Simulated(Wire::Uart)),
            "model" => Ok(Port::Model),
            "" => Err(RunError::Invalid(
                "the port's name is empty; give a device (see `ferrospike ports`), sim, sim:uart \
                 or model"
                    .into(),
            )),
            other if other.starts_with("sim:") => Err(RunError::Invalid(format!(
                "there is no port '{other}'; simulated ports are sim and sim:uart"
            ))),
            _ => Ok(Port::Serial(name.into())),
        }
    }

    /// True if a device behind it forgets its memories when the command ends.
    pub fn forgets(&self) -> bool {
        !matches!(self, Port::Serial(_))
    }
}

/// The simulated board's core, compiled; any number of simulations start from it.
#[derive(Clone, Debug)]
pub struct Simulator {
    compiled: Arc<Compiled>,
    wire: Wire,
    shape: Shape,
    verilog: Arc<str>,
    waves: Option<PathBuf>,
}

impl Simulator {
    /// Emits and compiles the core in a shape.
    pub fn new(wire: Wire, shape: Shape) -> Result<Self, RunError> {
        Self::with(wire, shape, false)
    }

    /// The same, with LEARN if it is wanted.
    pub fn with(wire: Wire, shape: Shape, learn: bool) -> Result<Self, RunError> {
        let configuration = top::Configuration {
            lanes: shape.lanes,
            synapse_words: shape.synapse_words,
            groups: shape.groups,
            history_words: shape.history_words,
            choices: Choices {
                learn,
                ..Default::default()
            },
            ..Default::default()
        };
        Self::of(wire, &configuration)
    }

    /// Emits and compiles a core as it is configured, but for the rate of its UART: the fastest.
    pub fn of(wire: Wire, configuration: &top::Configuration) -> Result<Self, RunError> {
        let configuration = top::Configuration {
            baud: configuration.clock_hz / CLOCKS_PER_BIT,
            ..configuration.clone()
        };
        let shape = Shape {
            lanes: configuration.lanes,
            synapse_words: configuration.synapse_words,
            groups: configuration.groups,
            history_words: configuration.history_words,
        };
        let (entry, bench, above) = match wire {
            Wire::Bytes => (top::Entry::Bytes, Entry::Bytes, "machine"),
            Wire::Uart => (
                top::Entry::Uart,
                Entry::Uart {
                    clocks_per_bit: CLOCKS_PER_BIT,
                },
                "device.machine",
            ),
        };
        let mut verilog = top::verilog(&configuration, entry)?;
        if configuration.choices.multiplier == Multiplier::Ice40Mac {
            verilog += SB_MAC16;
        }
        let memory: Vec<String> = top::synapse_columns(shape.lanes)
            .map(|column| format!("{above}.{column}"))
            .collect();
        let compiled = Compiled::new(Core {
            verilog: &verilog,
            entry: bench,
            memory: &memory,
        })?;
        Ok(Self {
            compiled: Arc::new(compiled),
            wire,
            shape,
            verilog: verilog.into(),
            waves: None,
        })
    }

    /// A simulator for an image: the default shape, made larger where the image needs it.
    pub fn for_image(wire: Wire, image: &Image) -> Result<Self, RunError> {
        Self::new(wire, shape_for(image))
    }

    /// How it is connected.
    pub fn wire(&self) -> Wire {
        self.wire
    }

    /// Starts a simulation, with the contents of S in its memory if `preload` is given, else with
    /// zeros: a simulator's unknown values, which no real memory has, would spread into the link when
    /// the memory is asked for its CRC.
    pub fn start(&self, preload: Option<&Image>) -> Result<Icarus, TransportError> {
        let zeros = match preload {
            Some(_) => Vec::new(),
            None => vec![0; self.shape.synapse_bytes()],
        };
        let preload = Preload {
            bytes: preload.map_or(&zeros, |image| &image.synapses),
            lanes: self.shape.lanes,
        };
        let options = IcarusOptions {
            preload: Some(preload),
            wave: self.waves.clone(),
        };
        Icarus::start(&self.compiled, options)
    }
}

/// The shape of the default device.
pub fn default_shape() -> Shape {
    let default = top::Configuration::default();
    Shape {
        lanes: default.lanes,
        synapse_words: default.synapse_words,
        groups: default.groups,
        history_words: default.history_words,
    }
}

/// The default shape, made larger where an image needs it.
fn shape_for(image: &Image) -> Shape {
    let (least, default) = (image.smallest_shape(), default_shape());
    Shape {
        lanes: least.lanes,
        synapse_words: least.synapse_words.max(default.synapse_words),
        groups: least.groups.max(default.groups),
        history_words: least.history_words.max(default.history_words),
    }
}

/// A port made ready: boards can be opened on it.
#[derive(Clone, Debug)]
pub enum Opened {
    /// A simulator, compiled, and whether S is preloaded.
    Simulated(Simulator, bool),
    /// The model in this shape.
    Model(Shape),
    /// A serial port and its rate.
    Serial(String, u32),
}

impl Opened {
    /// Makes a port ready for an image, or for questions without one.
    pub fn new(port: &Port, baud: u32, image: Option<&Image>) -> Result<Self, RunError> {
        Self::with(port, baud, image, false)
    }

    /// The same for a run that learns, if `learn` says so.
    pub fn with(
        port: &Port,
        baud: u32,
        image: Option<&Image>,
        learn: bool,
    ) -> Result<Self, RunError> {
        let shape = image.map_or_else(default_shape, shape_for);
        Ok(match port {
            Port::Simulated(wire) => Opened::Simulated(Simulator::with(*wire, shape, learn)?, true),
            Port::Model => Opened::Model(shape),
            Port::Serial(name) => Opened::Serial(name.clone(), baud),
        })
    }

    /// Says whether simulations start with the image's S in their memory (as at first) or are loaded
    /// through the link; true if this is a simulator at all.
    pub fn preload(&mut self, yes: bool) -> bool {
        match self {
            Opened::Simulated(_, preload) => {
                *preload = yes;
                true
            }
            _ => false,
        }
    }

    /// Writes the waves of all signals to a file, FST if its name ends in `.fst`, else VCD, and beside it a file for GTKWave
    /// (`.gtkw` behind its name) with those to begin with; then one board can be open at a time.
    ///
    /// # Errors
    ///
    /// A port that is no simulator, a file that cannot be written.
    pub fn waves(&mut self, path: &Path) -> Result<(), RunError> {
        let Opened::Simulated(simulator, _) = self else {
            return Err(RunError::Invalid(
                "waves come from the simulated board; give --port sim or sim:uart".into(),
            ));
        };
        // The simulator itself would go on without waves.
        std::fs::File::create(path)
            .map_err(|e| RunError::Invalid(format!("cannot write '{}': {e}", path.display())))?;
        let save = path.with_file_name(match path.file_name() {
            Some(name) => format!("{}.gtkw", name.to_string_lossy()),
            None => "waves.gtkw".into(),
        });
        let text = waves::save_file(path, simulator.wire, &simulator.verilog);
        std::fs::write(&save, text)
            .map_err(|e| RunError::Invalid(format!("cannot write '{}': {e}", save.display())))?;
        simulator.waves = Some(path.into());
        Ok(())
    }

    /// Most boards that can be open at once.
    pub fn most(&self) -> usize {
        match self {
            Opened::Serial(..) => 1,
            Opened::Simulated(simulator, _) if simulator.waves.is_some() => 1,
            _ => 64,
        }
    }

    /// Opens a board. Simulations are given the image's S where they are preloaded.
    pub fn board(&self, image: Option<&Image>) -> Result<Board<Box<dyn Transport>>, RunError> {
        let transport: Box<dyn Transport> = match self {
            Opened::Simulated(simulator, preload) => {
                Box::new(simulator.start(image.filter(|_| *preload))?)
            }
            Opened::Model(shape) => Box::new(Emulator::new(EmulatorOptions {
                shape: *shape,
                board: "model".into(),
                ..Default::default()
            })?),
            Opened::Serial(name, baud) => Box::new(Serial::open(name, *baud)?),
        };
        let connected: Result<_, BoardError> = Board::connect(transport, Options::default());
        Ok(connected?)
    }
}
