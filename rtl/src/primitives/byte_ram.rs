//! A memory of bytes with one write port and one registered read port.
//!
//! | port | direction | bits | |
//! | --- | --- | --- | --- |
//! | clock | in | 1 | |
//! | write_enable | in | 1 | write `write_data` at this clock edge |
//! | write_address | in | 16 | only the low log2(depth) bits count |
//! | write_data | in | 8 | |
//! | read_address | in | 16 | only the low log2(depth) bits count |
//! | read_data | out | 8 | the byte at the `read_address` of one clock before |
//!
//! Latency: one clock. A byte read in the clock in which it is written is undefined (the Rust model gives the
//! old one), so a reader waits until the clock after the write. Unwritten bytes are undefined in Verilog.

use super::convert::{low_bits, unsigned};
use rust_hdl::prelude::*;

/// What the small memories are made of: the link's buffers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SmallMemories {
    /// RAM blocks, as far as synthesis sees fit.
    #[default]
    Blocks,
    /// Lookup tables, on chips that have such a mode: leaves blocks for synapses.
    Lookups,
}

impl std::str::FromStr for SmallMemories {
    type Err = String;

    /// `blocks` or `lookups`.
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "blocks" => Ok(SmallMemories::Blocks),
            "lookups" => Ok(SmallMemories::Lookups),
            _ => Err(format!(
                "small memories are not made of '{text}': 'blocks' and 'lookups' are possible"
            )),
        }
    }
}

impl std::fmt::Display for SmallMemories {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            SmallMemories::Blocks => "blocks",
            SmallMemories::Lookups => "lookups",
        })
    }
}

impl SmallMemories {
    /// The attributes of such a memory in Verilog. Collision logic is never needed.
    pub fn attributes(self) -> &'static str {
        match self {
            SmallMemories::Blocks => "(* no_rw_check *)",
            SmallMemories::Lookups => "(* no_rw_check, ram_style = \"distributed\" *)",
        }
    }
}

/// The memory; see the top of this file for its ports.
#[derive(LogicBlock)]
#[allow(missing_docs)]
pub struct ByteRam {
    pub clock: Signal<In, Clock>,
    pub write_enable: Signal<In, Bit>,
    pub write_address: Signal<In, Bits<16>>,
    pub write_data: Signal<In, Bits<8>>,
    pub read_address: Signal<In, Bits<16>>,
    pub read_data: Signal<Out, Bits<8>>,
    _memory: Vec<u8>,
    _style: SmallMemories,
}

impl ByteRam {
    /// A memory of `depth` bytes, rounded up to a power of two from 2 to 65,536.
    pub fn new(depth: usize, style: SmallMemories) -> Self {
        Self {
            clock: Default::default(),
            write_enable: Default::default(),
            write_address: Default::default(),
            write_data: Default::default(),
            read_address: Default::default(),
            read_data: Default::default(),
            _memory: vec![0; depth.clamp(2, 65536).next_power_of_two()],
            _style: style,
        }
    }

    fn index(&self, address: Bits<16>) -> usize {
        unsigned(address) as usize & (self._memory.len() - 1)
    }
}

impl Logic for ByteRam {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            let read = self._memory[self.index(self.read_address.val())];
            self.read_data.next = low_bits(i64::from(read));
            if self.write_enable.val() {
                let index = self.index(self.write_address.val());
                self._memory[index] = unsigned(self.write_data.val()) as u8;
            }
        }
    }

    fn connect(&mut self) {
        self.read_data.connect();
    }

    fn hdl(&self) -> Verilog {
        let last = self._memory.len() - 1;
        let top = self._memory.len().trailing_zeros() - 1;
        Verilog::Custom(format!(
            "\
{}
reg [7:0] memory [{last}:0];

always @(posedge clock) begin
   if (write_enable) begin
      memory[write_address[{top}:0]] <= write_data;
   end
   read_data <= memory[read_address[{top}:0]];
end
",
            self._style.attributes()
        ))
    }

    fn timing(&self) -> Vec<TimingInfo> {
        vec![TimingInfo {
            name: "byte_ram".into(),
            clock: "clock".into(),
            inputs: vec![
                "write_enable".into(),
                "write_address".into(),
                "write_data".into(),
                "read_address".into(),
            ],
            outputs: vec!["read_data".into()],
        }]
    }
}
