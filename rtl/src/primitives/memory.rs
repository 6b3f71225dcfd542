//! The memories of the core, in the forms that yosys maps to RAM blocks on iCE40, ECP5 and Gowin.
//!
//! | block | ports | maps to | rule |
//! | --- | --- | --- | --- |
//! | [`SynapseRam`] | one, write else read | SPRAM (`synth_ice40 -spram`) or block RAM | `q` holds while `enable` is 0 |
//! | [`LaneRam`] | one write (a bit for each lane), one read | block RAM | never reads the word being written |
//! | [`NeuronRam`] | one write, one read | block RAM | never reads the word being written |
//! | [`WordRam`] | one write, one read | block RAM | never reads the word being written |
//!
//! Reads are registered: `q` follows one clock after the address. High address bits are ignored. Depths
//! are powers of two, but that of S is any number: an access between its end and the next power of two
//! is told one clock later, and what `q` has then means nothing. `no_rw_check` drops yosys' collision
//! logic: the blocks around these memories never use a word that was read in the clock in which it was
//! written.

use super::byte_ram::SmallMemories;
use super::convert::{several, unsigned};
use rust_hdl::prelude::*;

fn address_bits(depth: usize) -> usize {
    (depth.max(2) - 1).ilog2() as usize + 1
}

/// Bits of a column of S: those of an SPRAM.
pub const COLUMN: usize = 16;

/// The synapse memory S: single port, `SW` bits wide. Not initialised (SPRAM cannot be).
#[derive(LogicBlock)]
pub struct SynapseRam<const SW: usize> {
    /// Clock.
    pub clock: Signal<In, Clock>,
    /// Access in this clock.
    pub enable: Signal<In, Bit>,
    /// Write instead of read.
    pub write: Signal<In, Bit>,
    /// Word.
    pub address: Signal<In, Bits<20>>,
    /// Word to write.
    pub data: Signal<In, Bits<SW>>,
    /// Word read last.
    pub q: Signal<Out, Bits<SW>>,
    /// This clock has an access beyond the end; never so if the depth is a power of two.
    pub outside: Signal<Out, Bit>,
    /// The clock before had one.
    pub beyond: Signal<Out, Bit>,
    _memory: Vec<Bits<SW>>,
}

impl<const SW: usize> SynapseRam<SW> {
    /// A memory of `depth` words.
    pub fn new(depth: usize) -> Self {
        Self {
            clock: Signal::default(),
            enable: Signal::default(),
            write: Signal::default(),
            address: Signal::default(),
            data: Signal::default(),
            q: Signal::default(),
            outside: Signal::default(),
            beyond: Signal::default(),
            _memory: vec![Bits::default(); depth],
        }
    }
}

impl<const SW: usize> Logic for SynapseRam<SW> {
    fn update(&mut self) {
        let depth = self._memory.len();
        let word = unsigned(self.address.val()) as usize % depth.next_power_of_two();
        self.outside.next = self.enable.val() && word >= depth;
        if self.clock.pos_edge() {
            self.beyond.next = self.enable.val() && word >= depth;
            if self.enable.val() && word < depth {
                if self.write.val() {
                    self._memory[word] = self.data.val();
                } else {
                    self.q.next = self._memory[word];
                }
            }
        }
    }
    fn connect(&mut self) {
        self.q.connect();
        self.outside.connect();
        self.beyond.connect();
    }
    fn hdl(&self) -> Verilog {
        let (depth, bits) = (self._memory.len(), address_bits(self._memory.len()));
        let (what, outside) = if depth.is_power_of_two() {
            (
                "Addresses come round: none is beyond the end.",
                "enable & 1'b0".into(),
            )
        } else {
            let outside = format!("enable & (address[{}:0] >= {bits}'d{depth})", bits - 1);
            (
                "An access beyond the end is told at once and a clock later.",
                outside,
            )
        };
        let columns = SW / COLUMN;
        let join = |line: &dyn Fn(usize) -> String| (0..columns).map(line).collect::<String>();
        let memories = join(&|n| {
            let last = depth - 1;
            format!("(* no_rw_check *) reg [15:0] column{n} [0:{last}];\n")
        });
        let writes = join(&|n| {
            let (high, low) = (COLUMN * n + COLUMN - 1, COLUMN * n);
            format!("         column{n}[word] <= data[{high}:{low}];\n")
        });
        let reads: Vec<String> = (0..columns)
            .rev()
            .map(|n| format!("column{n}[word]"))
            .collect();
        let reads = reads.join(", ");
        Verilog::Custom(format!(
            "\
// Synapse memory: one port, write else read, {depth} words. q holds while enable is 0. In columns, each of
// which is made of blocks as deep as they can be: nothing has to be selected behind them.
{memories}wire [{0}:0] word = address[{0}:0];
always @(posedge clock) begin
   if (enable) begin
      if (write) begin
{writes}      end
      else q <= {{{reads}}};
   end
end
// {what}
always @(*) outside = {outside};
initial beyond = 1'b0;
always @(posedge clock) beyond <= outside;
",
            bits - 1,
        ))
    }
}

/// The currents U: a word holds 24 bits for each lane and each lane is written on its own.
#[derive(LogicBlock)]
pub struct LaneRam<const L: usize, const UW: usize> {
    /// Clock.
    pub clock: Signal<In, Clock>,
    /// Lanes to write.
    pub write: Signal<In, Bits<L>>,
    /// Group to write.
    pub write_group: Signal<In, Bits<12>>,
    /// Word to write.
    pub data: Signal<In, Bits<UW>>,
    /// Read in this clock.
    pub read: Signal<In, Bit>,
    /// Group to read.
    pub read_group: Signal<In, Bits<12>>,
    /// Word read last.
    pub q: Signal<Out, Bits<UW>>,
    _memory: Vec<Bits<UW>>,
}

impl<const L: usize, const UW: usize> LaneRam<L, UW> {
    /// A memory of `depth` groups, initially 0.
    pub fn new(depth: usize) -> Self {
        Self {
            clock: Signal::default(),
            write: Signal::default(),
            write_group: Signal::default(),
            data: Signal::default(),
            read: Signal::default(),
            read_group: Signal::default(),
            q: Signal::default(),
            _memory: vec![Bits::default(); depth],
        }
    }
}

impl<const L: usize, const UW: usize> Logic for LaneRam<L, UW> {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            let depth = self._memory.len();
            if self.read.val() {
                self.q.next = self._memory[unsigned(self.read_group.val()) as usize % depth];
            }
            let word = unsigned(self.write_group.val()) as usize % depth;
            for lane in 0..L {
                if self.write.val().get_bit(lane) {
                    let value = self.data.val().get_bits::<24>(24 * lane);
                    self._memory[word].set_bits::<24>(24 * lane, value);
                }
            }
        }
    }
    fn connect(&mut self) {
        self.q.connect();
    }
    fn hdl(&self) -> Verilog {
        let (depth, bits) = (self._memory.len(), address_bits(self._memory.len()));
        let writes = (0..L)
            .map(|lane| {
                let (high, low) = (24 * lane + 23, 24 * lane);
                format!(
                    "   if (write[{lane}]) memory[write_group[{}:0]][{high}:{low}] <= \
                     data[{high}:{low}];\n",
                    bits - 1
                )
            })
            .collect::<String>();
        Verilog::Custom(format!(
            "\
// Currents: {depth} groups, 24 bits a lane, each lane written on its own.
(* no_rw_check *) reg [{}:0] memory [0:{}];
integer index;
initial begin
   for (index = 0; index < {depth}; index = index + 1) memory[index] = {UW}'d0;
end
always @(posedge clock) begin
{writes}   if (read) q <= memory[read_group[{}:0]];
end
",
            UW - 1,
            depth - 1,
            bits - 1
        ))
    }
}

/// The membranes V: 24 bits a neuron, initially 0. For two neurons abreast, even and odd neurons have a memory
/// each: the partner of an even neuron is read and written beside it.
#[derive(LogicBlock)]
pub struct NeuronRam {
    /// Clock.
    pub clock: Signal<In, Clock>,
    /// Write in this clock.
    pub write: Signal<In, Bit>,
    /// Neuron to write.
    pub write_neuron: Signal<In, Bits<17>>,
    /// Its value.
    pub data: Signal<In, Bits<24>>,
    /// Read in this clock.
    pub read: Signal<In, Bit>,
    /// Neuron to read.
    pub read_neuron: Signal<In, Bits<17>>,
    /// Value read last.
    pub q: Signal<Out, Bits<24>>,
    /// Write the partner too.
    pub write_partner: Vec<Signal<In, Bit>>,
    /// Its value.
    pub partner_data: Vec<Signal<In, Bits<24>>>,
    /// The odd neuron's value of the pair read last.
    pub partner_q: Vec<Signal<Out, Bits<24>>>,
    _memory: Vec<Bits<24>>,
}

impl NeuronRam {
    /// A memory of `depth` neurons, a power of two.
    pub fn new(depth: usize) -> Self {
        Self::with(depth, 0)
    }

    /// The same for neurons with so many partners: none, or one.
    pub fn with(depth: usize, partners: usize) -> Self {
        Self {
            clock: Signal::default(),
            write: Signal::default(),
            write_neuron: Signal::default(),
            data: Signal::default(),
            read: Signal::default(),
            read_neuron: Signal::default(),
            q: Signal::default(),
            write_partner: several(partners),
            partner_data: several(partners),
            partner_q: several(partners),
            _memory: vec![Bits::default(); depth],
        }
    }
}

impl NeuronRam {
    /// The body of a memory for two neurons abreast.
    fn banks(depth: usize, bits: usize) -> Verilog {
        let (pairs, top) = (depth / 2, bits - 1);
        let last = pairs - 1;
        Verilog::Custom(format!(
            "\
// Membranes: {depth} neurons of 24 bits, the even and the odd ones apart.
(* no_rw_check *) reg [23:0] even [0:{last}];
(* no_rw_check *) reg [23:0] odd [0:{last}];
integer index;
initial begin
   for (index = 0; index < {pairs}; index = index + 1) begin
      even[index] = 24'd0;
      odd[index] = 24'd0;
   end
end
wire write_even = write & ~write_neuron[0];
wire write_odd = (write & write_neuron[0]) | write_partner$0;
wire [23:0] odd_data = write_neuron[0] ? data : partner_data$0;
reg [23:0] even_q;
reg [23:0] odd_q;
reg odd_read;
always @(posedge clock) begin
   if (write_even) even[write_neuron[{top}:1]] <= data;
   if (write_odd) odd[write_neuron[{top}:1]] <= odd_data;
   if (read) even_q <= even[read_neuron[{top}:1]];
   if (read) odd_q <= odd[read_neuron[{top}:1]];
   if (read) odd_read <= read_neuron[0];
end
always @(*) begin
   q = odd_read ? odd_q : even_q;
   partner_q$0 = odd_q;
end
"
        ))
    }
}

impl Logic for NeuronRam {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            let depth = self._memory.len();
            if self.read.val() {
                let neuron = unsigned(self.read_neuron.val()) as usize % depth;
                self.q.next = self._memory[neuron];
                for q in &mut self.partner_q {
                    q.next = self._memory[neuron | 1];
                }
            }
            let neuron = unsigned(self.write_neuron.val()) as usize % depth;
            if self.write.val() {
                self._memory[neuron] = self.data.val();
            }
            for (write, data) in self.write_partner.iter().zip(&self.partner_data) {
                if write.val() {
                    self._memory[neuron | 1] = data.val();
                }
            }
        }
    }
    fn connect(&mut self) {
        self.q.connect();
        for q in &mut self.partner_q {
            q.connect();
        }
    }
    fn hdl(&self) -> Verilog {
        let (depth, bits) = (self._memory.len(), address_bits(self._memory.len()));
        if !self.partner_q.is_empty() {
            return Self::banks(depth, bits);
        }
        Verilog::Custom(format!(
            "\
// Membranes: {depth} neurons of 24 bits.
(* no_rw_check *) reg [23:0] memory [0:{}];
integer index;
initial begin
   for (index = 0; index < {depth}; index = index + 1) memory[index] = 24'd0;
end
always @(posedge clock) begin
   if (write) memory[write_neuron[{}:0]] <= data;
   if (read) q <= memory[read_neuron[{}:0]];
end
",
            depth - 1,
            bits - 1,
            bits - 1
        ))
    }
}

/// A memory of `depth` words of `W` bits with one write and one read port, initially 0.
#[derive(LogicBlock)]
pub struct WordRam<const W: usize> {
    /// Clock.
    pub clock: Signal<In, Clock>,
    /// Write in this clock.
    pub write: Signal<In, Bit>,
    /// Word to write.
    pub write_address: Signal<In, Bits<14>>,
    /// Data to write.
    pub data: Signal<In, Bits<W>>,
    /// Read in this clock.
    pub read: Signal<In, Bit>,
    /// Word to read.
    pub read_address: Signal<In, Bits<14>>,
    /// Word read last.
    pub q: Signal<Out, Bits<W>>,
    _memory: Vec<Bits<W>>,
    _style: SmallMemories,
}

impl<const W: usize> WordRam<W> {
    /// A memory of `depth` words.
    pub fn new(depth: usize) -> Self {
        Self {
            clock: Signal::default(),
            write: Signal::default(),
            write_address: Signal::default(),
            data: Signal::default(),
            read: Signal::default(),
            read_address: Signal::default(),
            q: Signal::default(),
            _memory: vec![Bits::default(); depth],
            _style: SmallMemories::default(),
        }
    }

    /// The same, made of this.
    pub fn of(depth: usize, style: SmallMemories) -> Self {
        Self {
            _style: style,
            ..Self::new(depth)
        }
    }
}

impl<const W: usize> Logic for WordRam<W> {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            let depth = self._memory.len();
            if self.read.val() {
                self.q.next = self._memory[unsigned(self.read_address.val()) as usize % depth];
            }
            if self.write.val() {
                let word = unsigned(self.write_address.val()) as usize % depth;
                self._memory[word] = self.data.val();
            }
        }
    }
    fn connect(&mut self) {
        self.q.connect();
    }
    fn hdl(&self) -> Verilog {
        let (depth, bits) = (self._memory.len(), address_bits(self._memory.len()));
        Verilog::Custom(format!(
            "\
// {depth} words of {W} bits.
{} reg [{}:0] memory [0:{}];
integer index;
initial begin
   for (index = 0; index < {depth}; index = index + 1) memory[index] = {W}'d0;
end
always @(posedge clock) begin
   if (write) memory[write_address[{}:0]] <= data;
   if (read) q <= memory[read_address[{}:0]];
end
",
            self._style.attributes(),
            W - 1,
            depth - 1,
            bits - 1,
            bits - 1
        ))
    }
}
