//! Wide words to lanes and back, and the small functions that are generic over the number of lanes.
//! All combinational.
//!
//! | block | does |
//! | --- | --- |
//! | [`Unpack`] | a word to `L` parts of `W` bits, lowest first |
//! | [`Pack`] | the reverse |
//! | [`SelectLane`] | the 24 bits of one lane |
//! | [`LaneMask`] | one-hot lane, or all lanes |
//! | [`LastLane`] | the constant L - 1 |
//! | [`SplitNeuron`], [`JoinNeuron`] | a neuron's number to group and lane, and back |
//! | [`GroupEnd`] | the last neuron of a neuron's group |
//! | [`LowestBit`] | index of the lowest 1, and the word without it |
//! | [`CountOnes`] | number of ones |
//! | [`GroupStride`] | lanes * stride |
//! | [`Ticker`] | a tick every so many clocks |
//! | [`SelectLong`] | one 64-bit long out of a word of S |
//! | [`JoinHalves`] | two halves to a long |
//! | [`ByteOfWord`], [`PutByte`], [`PutBit`] | one octet out of, or into, a word; a bit into a register |
//! | [`BitBehind`] | an earlier bit of a register that goes round |
//! | [`RingAddress`], [`RingSlot`] | where a step's words lie in a ring |

use super::convert::unsigned;
use rust_hdl::prelude::*;

/// A word of `TOTAL = L * W` bits to `L` parts.
#[derive(LogicBlock)]
pub struct Unpack<const L: usize, const W: usize, const TOTAL: usize> {
    /// The word.
    pub word: Signal<In, Bits<TOTAL>>,
    /// Its parts, lowest bits first.
    pub part: [Signal<Out, Bits<W>>; L],
}

impl<const L: usize, const W: usize, const TOTAL: usize> Default for Unpack<L, W, TOTAL> {
    fn default() -> Self {
        Self {
            word: Signal::default(),
            part: array_init::array_init(|_| Signal::default()),
        }
    }
}

impl<const L: usize, const W: usize, const TOTAL: usize> Logic for Unpack<L, W, TOTAL> {
    fn update(&mut self) {
        for lane in 0..L {
            self.part[lane].next = self.word.val().get_bits::<W>(lane * W);
        }
    }
    fn connect(&mut self) {
        for part in &mut self.part {
            part.connect();
        }
    }
    fn hdl(&self) -> Verilog {
        let lines = (0..L).map(|lane| {
            format!(
                "   part${lane} = word[{}:{}];\n",
                lane * W + W - 1,
                lane * W
            )
        });
        Verilog::Custom(format!(
            "always @(*) begin\n{}end\n",
            lines.collect::<String>()
        ))
    }
}

/// `L` parts to a word of `TOTAL = L * W` bits.
#[derive(LogicBlock)]
pub struct Pack<const L: usize, const W: usize, const TOTAL: usize> {
    /// The parts, lowest bits first.
    pub part: [Signal<In, Bits<W>>; L],
    /// The word.
    pub word: Signal<Out, Bits<TOTAL>>,
}

impl<const L: usize, const W: usize, const TOTAL: usize> Default for Pack<L, W, TOTAL> {
    fn default() -> Self {
        Self {
            part: array_init::array_init(|_| Signal::default()),
            word: Signal::default(),
        }
    }
}

impl<const L: usize, const W: usize, const TOTAL: usize> Logic for Pack<L, W, TOTAL> {
    fn update(&mut self) {
        let mut word = Bits::<TOTAL>::default();
        for lane in 0..L {
            word.set_bits::<W>(lane * W, self.part[lane].val());
        }
        self.word.next = word;
    }
    fn connect(&mut self) {
        self.word.connect();
    }
    fn hdl(&self) -> Verilog {
        let parts = (0..L)
            .rev()
            .map(|lane| format!("part${lane}"))
            .collect::<Vec<_>>();
        Verilog::Custom(format!("always @(*) word = {{{}}};\n", parts.join(", ")))
    }
}

/// The 24 bits of one lane.
#[derive(LogicBlock, Default)]
pub struct SelectLane<const UW: usize> {
    /// A word of U or V.
    pub word: Signal<In, Bits<UW>>,
    /// The lane.
    pub lane: Signal<In, Bits<5>>,
    /// Its value.
    pub value: Signal<Out, Bits<24>>,
}

impl<const UW: usize> Logic for SelectLane<UW> {
    fn update(&mut self) {
        let lane = unsigned(self.lane.val()) as usize % (UW / 24);
        self.value.next = self.word.val().get_bits::<24>(24 * lane);
    }
    fn connect(&mut self) {
        self.value.connect();
    }
    fn hdl(&self) -> Verilog {
        let lanes = UW / 24;
        let bits = lanes.ilog2();
        let cases = (0..lanes - 1).map(|lane| {
            format!(
                "      {bits}'d{lane}: value = word[{}:{}];\n",
                24 * lane + 23,
                24 * lane
            )
        });
        Verilog::Custom(format!(
            "always @(*) begin\n   case (lane[{}:0])\n{}      default: value = word[{}:{}];\n   \
             endcase\nend\n",
            bits - 1,
            cases.collect::<String>(),
            UW - 1,
            UW - 24
        ))
    }
}

/// Write enables of the lanes: one lane, all lanes, or none.
#[derive(LogicBlock, Default)]
pub struct LaneMask<const L: usize> {
    /// The lane.
    pub lane: Signal<In, Bits<5>>,
    /// Enable that lane.
    pub one: Signal<In, Bit>,
    /// Enable all lanes.
    pub all: Signal<In, Bit>,
    /// One bit for each lane.
    pub mask: Signal<Out, Bits<L>>,
}

impl<const L: usize> Logic for LaneMask<L> {
    fn update(&mut self) {
        let mut mask = Bits::<L>::default();
        for lane in 0..L {
            let this = unsigned(self.lane.val()) as usize % L == lane;
            mask = mask.replace_bit(lane, self.all.val() || (self.one.val() && this));
        }
        self.mask.next = mask;
    }
    fn connect(&mut self) {
        self.mask.connect();
    }
    fn hdl(&self) -> Verilog {
        let bits = L.ilog2();
        let lines = (0..L).map(|lane| {
            format!(
                "   mask[{lane}] = all | (one & (lane[{}:0] == {bits}'d{lane}));\n",
                bits - 1
            )
        });
        Verilog::Custom(format!(
            "always @(*) begin\n{}end\n",
            lines.collect::<String>()
        ))
    }
}

/// Index of the lowest 1, and the word without it.
#[derive(LogicBlock, Default)]
pub struct LowestBit<const L: usize> {
    /// The word.
    pub word: Signal<In, Bits<L>>,
    /// Index of its lowest 1; 0 if there is none.
    pub index: Signal<Out, Bits<5>>,
    /// The word without its lowest 1.
    pub rest: Signal<Out, Bits<L>>,
}

impl<const L: usize> Logic for LowestBit<L> {
    fn update(&mut self) {
        let word = self.word.val();
        let lowest = (0..L).find(|&lane| word.get_bit(lane));
        self.index.next = Bits::from(lowest.unwrap_or(0) as u64);
        self.rest.next = match lowest {
            Some(lane) => word.replace_bit(lane, false),
            None => word,
        };
    }
    fn connect(&mut self) {
        self.index.connect();
        self.rest.connect();
    }
    fn hdl(&self) -> Verilog {
        let lines = (0..L)
            .rev()
            .map(|lane| format!("   if (word[{lane}]) index = 5'd{lane};\n"));
        Verilog::Custom(format!(
            "always @(*) begin\n   index = 5'd0;\n{}   rest = word & (word - {L}'d1);\nend\n",
            lines.collect::<String>()
        ))
    }
}

/// Number of ones in a word of at most 32 bits.
#[derive(LogicBlock, Default)]
pub struct CountOnes<const L: usize> {
    /// The word.
    pub word: Signal<In, Bits<L>>,
    /// Number of ones.
    pub count: Signal<Out, Bits<6>>,
}

impl<const L: usize> Logic for CountOnes<L> {
    fn update(&mut self) {
        let word = self.word.val();
        let count = (0..L).filter(|&lane| word.get_bit(lane)).count();
        self.count.next = Bits::from(count as u64);
    }
    fn connect(&mut self) {
        self.count.connect();
    }
    fn hdl(&self) -> Verilog {
        let terms = (0..L)
            .map(|lane| format!("{{5'd0, word[{lane}]}}"))
            .collect::<Vec<_>>();
        Verilog::Custom(format!("always @(*) count = {};\n", terms.join(" + ")))
    }
}

/// One long out of a word of S; with 32-bit words, the word before gives the low half.
#[derive(LogicBlock, Default)]
pub struct SelectLong<const SW: usize> {
    /// The word read last.
    pub word: Signal<In, Bits<SW>>,
    /// Low half, for 32-bit words.
    pub low: Signal<In, Bits<32>>,
    /// Low bits of the long's address.
    pub index: Signal<In, Bits<2>>,
    /// The long.
    pub long: Signal<Out, Bits<64>>,
}

impl<const SW: usize> Logic for SelectLong<SW> {
    fn update(&mut self) {
        let word = self.word.val();
        let mut long = Bits::<64>::default();
        if SW == 32 {
            long.set_bits::<32>(0, self.low.val());
            long.set_bits::<32>(32, word.get_bits::<32>(0));
        } else {
            let index = unsigned(self.index.val()) as usize % (SW / 64);
            long = word.get_bits::<64>(64 * index);
        }
        self.long.next = long;
    }
    fn connect(&mut self) {
        self.long.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(match SW {
            32 => "always @(*) long = {word, low};\n".into(),
            64 => "always @(*) long = word;\n".into(),
            128 => "always @(*) long = index[0] ? word[127:64] : word[63:0];\n".into(),
            _ => "always @(*) begin\n   case (index)\n      2'd0: long = word[63:0];\n      2'd1: \
                  long = word[127:64];\n      2'd2: long = word[191:128];\n      default: long = \
                  word[255:192];\n   endcase\nend\n"
                .into(),
        })
    }
}

/// One octet out of a word.
#[derive(LogicBlock, Default)]
pub struct ByteOfWord<const W: usize> {
    /// The word, a multiple of 8 bits.
    pub word: Signal<In, Bits<W>>,
    /// Which byte, lowest first.
    pub index: Signal<In, Bits<5>>,
    /// The octet.
    pub octet: Signal<Out, Bits<8>>,
}

impl<const W: usize> Logic for ByteOfWord<W> {
    fn update(&mut self) {
        let index = unsigned(self.index.val()) as usize % (W / 8);
        self.octet.next = self.word.val().get_bits::<8>(8 * index);
    }
    fn connect(&mut self) {
        self.octet.connect();
    }
    fn hdl(&self) -> Verilog {
        let bytes = W / 8;
        let cases = (0..bytes - 1).map(|index| {
            format!(
                "      5'd{index}: octet = word[{}:{}];\n",
                8 * index + 7,
                8 * index
            )
        });
        Verilog::Custom(format!(
            "always @(*) begin\n   case (index)\n{}      default: octet = word[{}:{}];\n   \
             endcase\nend\n",
            cases.collect::<String>(),
            W - 1,
            W - 8
        ))
    }
}

/// Shifts a octet into the top of a word, so that after `W / 8` bytes the first is the lowest.
#[derive(LogicBlock, Default)]
pub struct PutByte<const W: usize> {
    /// The word so far.
    pub word: Signal<In, Bits<W>>,
    /// The next octet.
    pub octet: Signal<In, Bits<8>>,
    /// The word with the octet on top.
    pub shifted: Signal<Out, Bits<W>>,
}

impl<const W: usize> Logic for PutByte<W> {
    fn update(&mut self) {
        let mut next = self.word.val() >> Bits::<8>::from(8);
        next.set_bits::<8>(W - 8, self.octet.val());
        self.shifted.next = next;
    }
    fn connect(&mut self) {
        self.shifted.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!(
            "always @(*) shifted = {{octet, word[{}:8]}};\n",
            W - 1
        ))
    }
}

/// `L * stride` modulo 2^20: from a group's first row to the next group's.
#[derive(LogicBlock, Default)]
pub struct GroupStride<const L: usize> {
    /// Words from row to row.
    pub stride: Signal<In, Bits<16>>,
    /// `L * stride`.
    pub whole: Signal<Out, Bits<20>>,
}

impl<const L: usize> Logic for GroupStride<L> {
    fn update(&mut self) {
        self.whole.next = super::convert::low_bits(unsigned(self.stride.val()) * L as i64);
    }
    fn connect(&mut self) {
        self.whole.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!(
            "always @(*) whole = {{4'd0, stride}} << {};\n",
            L.ilog2()
        ))
    }
}

/// Where a long lies in S: its word, and its place in a word that holds several.
#[derive(LogicBlock, Default)]
pub struct LongAddress<const SW: usize> {
    /// Address in longs.
    pub address: Signal<In, Bits<20>>,
    /// With 32-bit words: the long's upper half.
    pub second: Signal<In, Bit>,
    /// Word of S.
    pub word: Signal<Out, Bits<20>>,
    /// Place in the word.
    pub index: Signal<Out, Bits<2>>,
    /// A long takes two words.
    pub narrow: Signal<Out, Bit>,
}

impl<const SW: usize> Logic for LongAddress<SW> {
    fn update(&mut self) {
        let address = unsigned(self.address.val());
        let second = i64::from(self.second.val());
        let (word, index) = match SW {
            32 => (address * 2 + second, 0),
            64 => (address, 0),
            128 => (address >> 1, address & 1),
            _ => (address >> 2, address & 3),
        };
        self.word.next = super::convert::low_bits(word);
        self.index.next = super::convert::low_bits(index);
        self.narrow.next = SW == 32;
    }
    fn connect(&mut self) {
        self.word.connect();
        self.index.connect();
        self.narrow.connect();
    }
    fn hdl(&self) -> Verilog {
        let (word, index, narrow) = match SW {
            32 => ("{address[18:0], second}", "2'd0", "1'b1"),
            64 => ("address", "2'd0", "1'b0"),
            128 => ("{1'b0, address[19:1]}", "{1'b0, address[0]}", "1'b0"),
            _ => ("{2'd0, address[19:2]}", "address[1:0]", "1'b0"),
        };
        Verilog::Custom(format!(
            "always @(*) begin\n   word = {word};\n   index = {index};\n   narrow = {narrow};\nend\n"
        ))
    }
}

/// A neuron's number to its group and lane.
#[derive(LogicBlock, Default)]
pub struct SplitNeuron<const L: usize> {
    /// group * L + lane.
    pub neuron: Signal<In, Bits<20>>,
    /// The group.
    pub group: Signal<Out, Bits<12>>,
    /// The lane.
    pub lane: Signal<Out, Bits<5>>,
}

impl<const L: usize> Logic for SplitNeuron<L> {
    fn update(&mut self) {
        let neuron = unsigned(self.neuron.val());
        self.group.next = super::convert::low_bits(neuron / L as i64);
        self.lane.next = super::convert::low_bits(neuron % L as i64);
    }
    fn connect(&mut self) {
        self.group.connect();
        self.lane.connect();
    }
    fn hdl(&self) -> Verilog {
        let bits = L.ilog2() as usize;
        Verilog::Custom(
            format!(
                "always @(*) begin\n   group = neuron[{}:{bits}];\n   lane = {{{}'d0, \
             neuron[{}:0]}};\nend\n",
                bits + 11,
                5 - bits,
                bits - 1
            )
            .replace("{0'd0, neuron[4:0]}", "neuron[4:0]"),
        )
    }
}

/// A group and a lane to a neuron's number.
#[derive(LogicBlock, Default)]
pub struct JoinNeuron<const L: usize> {
    /// The group.
    pub group: Signal<In, Bits<12>>,
    /// The lane.
    pub lane: Signal<In, Bits<5>>,
    /// group * L + lane.
    pub neuron: Signal<Out, Bits<17>>,
}

impl<const L: usize> Logic for JoinNeuron<L> {
    fn update(&mut self) {
        let lane = unsigned(self.lane.val()) % L as i64;
        self.neuron.next = super::convert::low_bits(unsigned(self.group.val()) * L as i64 + lane);
    }
    fn connect(&mut self) {
        self.neuron.connect();
    }
    fn hdl(&self) -> Verilog {
        let bits = L.ilog2() as usize;
        let zeros = match 5 - bits {
            0 => String::new(),
            unused => format!("{unused}'d0, "),
        };
        Verilog::Custom(format!(
            "always @(*) neuron = {{{zeros}group, lane[{}:0]}};\n",
            bits - 1
        ))
    }
}

/// A word of H as bytes, zero-padded.
#[derive(LogicBlock, Default)]
pub struct HistoryByte<const L: usize> {
    /// The word.
    pub word: Signal<In, Bits<L>>,
    /// Which byte.
    pub index: Signal<In, Bits<2>>,
    /// The byte.
    pub octet: Signal<Out, Bits<8>>,
    /// Bytes of a word - 1.
    pub last: Signal<Out, Bits<2>>,
}

impl<const L: usize> Logic for HistoryByte<L> {
    fn update(&mut self) {
        let shift = 8 * (unsigned(self.index.val()) as usize % L.div_ceil(8));
        self.octet.next = super::convert::low_bits(unsigned(self.word.val()) >> shift & 255);
        self.last.next = super::convert::low_bits(L.div_ceil(8) as i64 - 1);
    }
    fn connect(&mut self) {
        self.octet.connect();
        self.last.connect();
    }
    fn hdl(&self) -> Verilog {
        let select = match L {
            4 => "{4'd0, word}",
            8 => "word",
            16 => "index[0] ? word[15:8] : word[7:0]",
            _ => {
                "index[1] ? (index[0] ? word[31:24] : word[23:16]) : (index[0] ? word[15:8] : \
                 word[7:0])"
            }
        };
        Verilog::Custom(format!(
            "always @(*) begin\n   octet = {select};\n   last = 2'd{};\nend\n",
            L.div_ceil(8) - 1
        ))
    }
}

/// The word of H, and the 24 bits of a state, whose bytes were put last into a word by [`PutByte`].
#[derive(LogicBlock, Default)]
pub struct NewestBytes<const L: usize, const SW: usize> {
    /// The bytes, the newest on top.
    pub word: Signal<In, Bits<SW>>,
    /// A word of H: the newest `ceil(L / 8)` bytes.
    pub history: Signal<Out, Bits<L>>,
    /// A state: the newest three bytes.
    pub state: Signal<Out, Bits<24>>,
    /// Bytes of a word of S, less one.
    pub last: Signal<Out, Bits<5>>,
    /// Bytes of a word of H, less one.
    pub last_history: Signal<Out, Bits<5>>,
}

impl<const L: usize, const SW: usize> Logic for NewestBytes<L, SW> {
    fn update(&mut self) {
        let first = SW - 8 * L.div_ceil(8);
        self.history.next = self.word.val().get_bits::<L>(first);
        self.state.next = self.word.val().get_bits::<24>(SW - 24);
        self.last.next = Bits::from(SW as u64 / 8 - 1);
        self.last_history.next = Bits::from(L.div_ceil(8) as u64 - 1);
    }
    fn connect(&mut self) {
        self.history.connect();
        self.state.connect();
        self.last.connect();
        self.last_history.connect();
    }
    fn hdl(&self) -> Verilog {
        let first = SW - 8 * L.div_ceil(8);
        Verilog::Custom(format!(
            "always @(*) begin\n   history = word[{}:{first}];\n   state = word[{}:{}];\n   last = \
             5'd{};\n   last_history = 5'd{};\nend\n",
            first + L - 1,
            SW - 1,
            SW - 24,
            SW / 8 - 1,
            L.div_ceil(8) - 1
        ))
    }
}

/// `2^amount`, for 0 to 16; 0 above.
#[derive(LogicBlock, Default)]
pub struct PowerOfTwo {
    /// The exponent.
    pub amount: Signal<In, Bits<5>>,
    /// The power.
    pub power: Signal<Out, Bits<17>>,
}

impl Logic for PowerOfTwo {
    fn update(&mut self) {
        self.power.next = super::convert::low_bits((1i64 << unsigned(self.amount.val())) & 0x1ffff);
    }
    fn connect(&mut self) {
        self.power.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom("always @(*) power = 17'd1 << amount;\n".into())
    }
}

/// Where a bitmap's words of one step begin: `base + ((t - back) mod 2^log2_depth)`, and the words
/// from group to group.
#[derive(LogicBlock, Default)]
pub struct RingAddress {
    /// First word of the ring.
    pub base: Signal<In, Bits<14>>,
    /// Logarithm of the ring's depth.
    pub log2_depth: Signal<In, Bits<3>>,
    /// Step, modulo 128.
    pub t: Signal<In, Bits<7>>,
    /// Steps back.
    pub back: Signal<In, Bits<7>>,
    /// Word of group 0.
    pub address: Signal<Out, Bits<14>>,
    /// Words from group to group: the depth.
    pub step: Signal<Out, Bits<8>>,
}

impl Logic for RingAddress {
    fn update(&mut self) {
        let depth = 1i64 << unsigned(self.log2_depth.val());
        let slot = (unsigned(self.t.val()) - unsigned(self.back.val())) & (depth - 1);
        self.address.next = super::convert::low_bits(unsigned(self.base.val()) + slot);
        self.step.next = super::convert::low_bits(depth);
    }
    fn connect(&mut self) {
        self.address.connect();
        self.step.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "wire [7:0] depth = 8'd1 << log2_depth;\nwire [7:0] mask = depth - 8'd1;\nwire [6:0] slot = \
             (t - back) & mask[6:0];\nalways @(*) begin\n   address = base + {7'd0, slot};\n   step = \
             depth;\nend\n"
                .into(),
        )
    }
}

/// Step `t`'s place in a ring, and the words from group to group.
#[derive(LogicBlock, Default)]
pub struct RingSlot {
    /// Logarithm of the ring's depth.
    pub log2_depth: Signal<In, Bits<3>>,
    /// Step, modulo 128.
    pub t: Signal<In, Bits<7>>,
    /// `t mod 2^log2_depth`.
    pub slot: Signal<Out, Bits<14>>,
    /// Words from group to group: the depth.
    pub step: Signal<Out, Bits<14>>,
}

impl Logic for RingSlot {
    fn update(&mut self) {
        let depth = 1i64 << unsigned(self.log2_depth.val());
        self.slot.next = super::convert::low_bits(unsigned(self.t.val()) & (depth - 1));
        self.step.next = super::convert::low_bits(depth);
    }
    fn connect(&mut self) {
        self.slot.connect();
        self.step.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "wire [13:0] depth = 14'd1 << log2_depth;\nalways @(*) begin\n   slot = {7'd0, t} & (depth - \
             14'd1);\n   step = depth;\nend\n"
                .into(),
        )
    }
}

/// The bit that passed the low end of a register going round `back` clocks ago; `back` 0: the bit there.
#[derive(LogicBlock, Default)]
pub struct BitBehind {
    /// The register; it turns right by a bit a clock.
    pub word: Signal<In, Bits<16>>,
    /// Clocks.
    pub back: Signal<In, Bits<3>>,
    /// The bit.
    pub bit_value: Signal<Out, Bit>,
}

impl Logic for BitBehind {
    fn update(&mut self) {
        let back = unsigned(self.back.val()) as usize;
        self.bit_value.next = self.word.val().get_bit((16 - back) % 16);
    }
    fn connect(&mut self) {
        self.bit_value.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "wire [7:0] behind = {word[9], word[10], word[11], word[12], word[13], word[14], word[15], \
             word[0]};\nalways @(*) bit_value = behind[back];\n"
                .into(),
        )
    }
}

/// Two halves of a long.
#[derive(LogicBlock, Default)]
pub struct JoinHalves {
    /// Bits 31:0.
    pub low: Signal<In, Bits<32>>,
    /// Bits 63:32.
    pub high: Signal<In, Bits<32>>,
    /// The long.
    pub long: Signal<Out, Bits<64>>,
}

impl Logic for JoinHalves {
    fn update(&mut self) {
        let mut long = Bits::<64>::default();
        long.set_bits::<32>(0, self.low.val());
        long.set_bits::<32>(32, self.high.val());
        self.long.next = long;
    }
    fn connect(&mut self) {
        self.long.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom("always @(*) long = {high, low};\n".into())
    }
}

/// Moves a register down by a bit; another comes in at the top.
#[derive(LogicBlock, Default)]
pub struct PutBit<const W: usize> {
    /// The register.
    pub word: Signal<In, Bits<W>>,
    /// The bit.
    pub bit_value: Signal<In, Bit>,
    /// The register with the bit on top.
    pub shifted: Signal<Out, Bits<W>>,
}

impl<const W: usize> Logic for PutBit<W> {
    fn update(&mut self) {
        let moved = self.word.val() >> Bits::<8>::from(1);
        self.shifted.next = moved.replace_bit(W - 1, self.bit_value.val());
    }
    fn connect(&mut self) {
        self.shifted.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!(
            "always @(*) shifted = {{bit_value, word[{}:1]}};\n",
            W - 1
        ))
    }
}

/// Neurons of a row: `(groups - 1) * L + last + 1`.
#[derive(LogicBlock, Default)]
pub struct JoinNeurons<const L: usize> {
    /// Groups.
    pub groups: Signal<In, Bits<12>>,
    /// Lanes of the last group, less one.
    pub last: Signal<In, Bits<5>>,
    /// The neurons.
    pub neurons: Signal<Out, Bits<18>>,
}

impl<const L: usize> Logic for JoinNeurons<L> {
    fn update(&mut self) {
        let groups = (unsigned(self.groups.val()) - 1) & 0xfff;
        let last = unsigned(self.last.val()) % L as i64;
        self.neurons.next = super::convert::low_bits(groups * L as i64 + last + 1);
    }
    fn connect(&mut self) {
        self.neurons.connect();
    }
    fn hdl(&self) -> Verilog {
        let bits = L.ilog2() as usize;
        Verilog::Custom(format!(
            "wire [11:0] before = groups - 12'd1;\nalways @(*) neurons = {{{}'d0, before, last[{}:0]}} + \
             18'd1;\n",
            6 - bits,
            bits - 1
        ))
    }
}

/// One lane's bit of a word of H.
#[derive(LogicBlock, Default)]
pub struct SelectBit<const L: usize> {
    /// The word.
    pub word: Signal<In, Bits<L>>,
    /// The lane.
    pub lane: Signal<In, Bits<5>>,
    /// Its bit.
    pub bit_value: Signal<Out, Bit>,
}

impl<const L: usize> Logic for SelectBit<L> {
    fn update(&mut self) {
        self.bit_value.next = self
            .word
            .val()
            .get_bit(unsigned(self.lane.val()) as usize % L);
    }
    fn connect(&mut self) {
        self.bit_value.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!(
            "always @(*) bit_value = word[lane[{}:0]];\n",
            L.ilog2() - 1
        ))
    }
}

/// The constant `L - 1` as a block (an expression of a const generic cannot stand in a type).
#[derive(LogicBlock, Default)]
pub struct LastLane<const L: usize> {
    /// `L - 1`.
    pub value: Signal<Out, Bits<5>>,
}

impl<const L: usize> Logic for LastLane<L> {
    fn update(&mut self) {
        self.value.next = Bits::from(L as u64 - 1);
    }
    fn connect(&mut self) {
        self.value.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!("always @(*) value = 5'd{};\n", L - 1))
    }
}

/// The last neuron of a neuron's group: its number with all ones for the lane.
#[derive(LogicBlock, Default)]
pub struct GroupEnd<const L: usize> {
    /// group * L + lane.
    pub neuron: Signal<In, Bits<17>>,
    /// group * L + L - 1.
    pub last: Signal<Out, Bits<17>>,
}

impl<const L: usize> Logic for GroupEnd<L> {
    fn update(&mut self) {
        self.last.next = self.neuron.val() | Bits::from(L as u64 - 1);
    }
    fn connect(&mut self) {
        self.last.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!("always @(*) last = neuron | 17'd{};\n", L - 1))
    }
}

/// A tick every so many clocks.
#[derive(LogicBlock, Default)]
pub struct Ticker {
    /// Clock.
    pub clock: Signal<In, Clock>,
    /// The tick.
    pub tick: Signal<Out, Bit>,
    _clocks: usize,
    _count: usize,
}

impl Ticker {
    /// A tick every `clocks` clocks, 1 to 32.
    pub fn new(clocks: usize) -> Self {
        Self {
            _clocks: clocks.clamp(1, 32),
            ..Default::default()
        }
    }
}

impl Logic for Ticker {
    fn update(&mut self) {
        let clocks = self._clocks.max(1);
        if self.clock.pos_edge() {
            self._count = (self._count + 1) % clocks;
        }
        self.tick.next = self._count == clocks - 1;
    }
    fn connect(&mut self) {
        self.tick.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(match self._clocks {
            0 | 1 => "always @(*) tick = 1'b1;\n".into(),
            clocks => {
                let last = clocks - 1;
                format!(
                    "reg [4:0] count = 5'd0;\nalways @(*) tick = count == 5'd{last};\nalways @(posedge \
                     clock) begin\n   count <= tick ? 5'd0 : count + 5'd1;\nend\n"
                )
            }
        })
    }
}
