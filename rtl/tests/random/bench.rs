//! The machine of one shape, emitted and compiled for Icarus.

use ferrospike_model::device::Shape;
use ferrospike_model::image::CRC;
use ferrospike_model::random::Size;
use ferrospike_rtl::core::choices::Choices;
use ferrospike_rtl::core::machine::Machine;
use ferrospike_rtl::emit;
use ferrospike_rtl::lane::Pipeline;
use ferrospike_rtl::primitives::products::Multiplier;
use ferrospike_rtl::primitives::status::Identity;
use ferrospike_testbench::Icarus;
use rust_hdl::prelude::*;

/// A compiled machine.
pub struct Bench {
    pub shape: Shape,
    lists: bool,
    pub learn: bool,
    simulation: ferrospike_testbench::Simulation,
}

fn text<const L: usize, const SW: usize, const UW: usize>(
    shape: Shape,
    choices: Choices,
) -> String {
    let identity = Identity {
        lanes: L as u8,
        synapse_words: shape.synapse_words as u32,
        groups: shape.groups as u16,
        history_words: shape.history_words as u16,
        ..Identity::default()
    };
    let mut machine = TopWrap::new(Machine::<L, SW, UW>::new(identity, choices));
    machine.connect_all();
    emit::verilog(&machine.uut, "machine").unwrap()
}

/// A command's header (`docs/protocol.md`, section 2): opcode, address, count.
pub fn header(opcode: u8, address: usize, count: usize) -> Vec<u8> {
    let mut bytes = vec![opcode];
    bytes.extend(&(address as u32).to_le_bytes()[..3]);
    bytes.extend(&(count as u16).to_le_bytes());
    bytes
}

/// The command with which the device verifies that S holds these bytes from a word on, so that programs run.
/// It is answered with five bytes.
pub fn verify(word: usize, bytes: &[u8], lanes: usize) -> Vec<u8> {
    let mut command = header(0x30, word, bytes.len() / lanes);
    command.extend(CRC.checksum(bytes).to_le_bytes());
    command
}

impl Bench {
    /// A machine with `lanes` lanes; `change` may plant a fault in its Verilog.
    pub fn new(lanes: usize, change: impl Fn(String) -> String) -> Self {
        Self::with(lanes, Multiplier::Inferred, change)
    }

    /// The same with these multipliers.
    pub fn with(lanes: usize, multiplier: Multiplier, change: impl Fn(String) -> String) -> Self {
        // As the boards have it: the UP5K has the short way.
        let pipeline = match multiplier {
            Multiplier::Ice40Mac => Pipeline::Short,
            _ => Pipeline::Middle,
        };
        let choices = Choices {
            multiplier,
            pipeline,
            // Machines of both kinds are tested.
            lists: !matches!(multiplier, Multiplier::Serial(_)),
            ..Choices::default()
        };
        Self::of(Self::shape(lanes), choices, change)
    }

    /// What fits the random networks.
    pub fn shape(lanes: usize) -> Shape {
        Shape {
            lanes,
            synapse_words: 2048.max(16384 / lanes),
            groups: 64,
            history_words: 1024,
        }
    }

    /// A machine of this shape.
    pub fn of(shape: Shape, choices: Choices, change: impl Fn(String) -> String) -> Self {
        let verilog = match shape.lanes {
            4 => text::<4, 32, 96>(shape, choices),
            8 => text::<8, 64, 192>(shape, choices),
            16 => text::<16, 128, 384>(shape, choices),
            _ => text::<32, 256, 768>(shape, choices),
        };
        let simulation = Icarus::new("machine_bench")
            .source("machine.v", change(verilog))
            .source(
                "machine_bench.v",
                include_str!("../../../testbench/verilog/machine_bench.v"),
            )
            .source(
                "sb_mac16.v",
                include_str!("../../../testbench/verilog/sb_mac16.v"),
            )
            .compile()
            .unwrap();
        Self {
            shape,
            lists: choices.lists,
            learn: choices.learn,
            simulation,
        }
    }

    /// Random networks for this machine: with listed rows, and with rows that learn, if it has them.
    pub fn size(&self) -> Size {
        Size {
            lists: self.lists,
            learn: self.learn,
            // Segments have several groups.
            groups: if self.lists { 5 } else { 3 },
            ..Size::default()
        }
    }

    /// Sends a command stream; gives the printed lines.
    pub fn run(&self, stream: &[u8], answers: usize, stall: u64) -> Vec<String> {
        self.run_with(stream, answers, stall, &["limit=150000"])
    }

    /// The same with what else the bench can be told.
    pub fn run_with(
        &self,
        stream: &[u8],
        answers: usize,
        stall: u64,
        others: &[&str],
    ) -> Vec<String> {
        let name = format!("stream-{:?}.hex", std::thread::current().id());
        let lines: String = stream.iter().map(|byte| format!("{byte:02x}\n")).collect();
        std::fs::write(self.simulation.dir().join(&name), lines).unwrap();
        let told = [
            format!("stream={name}"),
            format!("bytes={}", stream.len()),
            format!("answers={answers}"),
            format!("stall={stall}"),
        ];
        let told: Vec<&str> = told
            .iter()
            .map(String::as_str)
            .chain(others.iter().copied())
            .collect();
        let output = self.simulation.run(&told).unwrap();
        assert!(output.stderr.is_empty(), "{}", output.stderr);
        output.stdout.lines().map(str::to_owned).collect()
    }
}
