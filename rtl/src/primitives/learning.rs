//! The arithmetic of LEARN (`docs/numerics.md`, section 7), one small combinational block each.
//!
//! | block | in | out | rule |
//! | --- | --- | --- | --- |
//! | [`NextRandom`] | state 32 | state 32 | eight steps of the register |
//! | [`LearningTerms`] | octet 8, unsigned, decays, decay 3, change 17, rounding 8 | weight 9, lost 17, added 18 | the weight; `w << e` or 0; `c + r` |
//! | [`WeightChange`] | added 18, lost 17 | change 10 | `(added - lost) >> 8` |
//! | [`LearnedWeight`] | weight 9, change 10, minimum 8, maximum 8, unsigned | octet 8 | their sum, clamped |
//! | [`RealLanes`] | lane 5 | L bits | lanes up to this one |
//!
//! All numbers are two's complement but octets of unsigned weights.

use super::convert::{low_bits, signed, unsigned};
use rust_hdl::prelude::*;

/// The random numbers' register, eight steps on.
#[derive(LogicBlock, Default)]
pub struct NextRandom {
    /// Its state.
    pub state: Signal<In, Bits<32>>,
    /// Its state after a word.
    pub following: Signal<Out, Bits<32>>,
}

impl NextRandom {
    fn eight_steps(state: u32) -> u32 {
        (0..8).fold(state, |x, _| {
            (x >> 1) ^ if x & 1 == 1 { 0xEDB8_8320 } else { 0 }
        })
    }
}

impl Logic for NextRandom {
    fn update(&mut self) {
        let state = unsigned(self.state.val()) as u32;
        self.following.next = Bits::from(u64::from(Self::eight_steps(state)));
    }
    fn connect(&mut self) {
        self.following.connect();
    }
    fn hdl(&self) -> Verilog {
        // The register is linear: a bit of the result is the sum of those that it takes.
        let taken: Vec<u32> = (0..32).map(|bit| Self::eight_steps(1 << bit)).collect();
        let lines = (0..32).map(|to| {
            let bits = (0..32).filter(|&from| taken[from] >> to & 1 == 1);
            let terms: Vec<String> = bits.map(|from| format!("state[{from}]")).collect();
            format!("   following[{to}] = {};\n", terms.join(" ^ "))
        });
        Verilog::Custom(format!(
            "always @(*) begin\n{}end\n",
            lines.collect::<String>()
        ))
    }
}

/// A weight and what is to be added to it, before the addition.
#[derive(LogicBlock, Default)]
pub struct LearningTerms {
    /// The lane's octet of the word of S.
    pub octet: Signal<In, Bits<8>>,
    /// It has no sign.
    pub without_sign: Signal<In, Bit>,
    /// A part of the weight is lost.
    pub decays: Signal<In, Bit>,
    /// e: 2^(e - 8) of it.
    pub decay: Signal<In, Bits<3>>,
    /// c.
    pub change: Signal<In, Bits<17>>,
    /// r.
    pub rounding: Signal<In, Bits<8>>,
    /// The weight.
    pub weight: Signal<Out, Bits<9>>,
    /// What is lost of it, in units of 2^-8.
    pub lost: Signal<Out, Bits<17>>,
    /// c + r.
    pub added: Signal<Out, Bits<18>>,
}

impl Logic for LearningTerms {
    fn update(&mut self) {
        let weight = match self.without_sign.val() {
            true => unsigned(self.octet.val()),
            false => signed(self.octet.val()),
        };
        let lost = match self.decays.val() {
            true => weight << unsigned(self.decay.val()),
            false => 0,
        };
        self.weight.next = low_bits(weight);
        self.lost.next = low_bits(lost);
        self.added.next = low_bits(signed(self.change.val()) + unsigned(self.rounding.val()));
    }
    fn connect(&mut self) {
        self.weight.connect();
        self.lost.connect();
        self.added.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "\
wire top = octet[7] & ~without_sign;
always @(*) begin
   weight = {top, octet};
   lost = decays ? ({{8{top}}, top, octet} << decay) : 17'd0;
   added = {change[16], change} + {10'd0, rounding};
end
"
            .into(),
        )
    }
}

/// What a weight changes by.
#[derive(LogicBlock, Default)]
pub struct WeightChange {
    /// c + r.
    pub added: Signal<In, Bits<18>>,
    /// What is lost, in units of 2^-8.
    pub lost: Signal<In, Bits<17>>,
    /// The whole of their difference.
    pub change: Signal<Out, Bits<10>>,
}

impl Logic for WeightChange {
    fn update(&mut self) {
        let change = signed(self.added.val()) - signed(self.lost.val());
        self.change.next = low_bits(change >> 8);
    }
    fn connect(&mut self) {
        self.change.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "\
wire [17:0] difference = added - {lost[16], lost};
always @(*) change = difference[17:8];
"
            .into(),
        )
    }
}

/// The weight that it becomes.
#[derive(LogicBlock, Default)]
pub struct LearnedWeight {
    /// The weight.
    pub weight: Signal<In, Bits<9>>,
    /// What it changes by.
    pub change: Signal<In, Bits<10>>,
    /// Least weight, an octet.
    pub minimum: Signal<In, Bits<8>>,
    /// Largest weight, an octet.
    pub maximum: Signal<In, Bits<8>>,
    /// Octets have no sign.
    pub without_sign: Signal<In, Bit>,
    /// The new octet.
    pub octet: Signal<Out, Bits<8>>,
}

impl Logic for LearnedWeight {
    fn update(&mut self) {
        let bound = |octet: Bits<8>| match self.without_sign.val() {
            true => unsigned(octet),
            false => signed(octet),
        };
        let sum = signed(self.weight.val()) + signed(self.change.val());
        self.octet.next = if sum < bound(self.minimum.val()) {
            self.minimum.val()
        } else if sum > bound(self.maximum.val()) {
            self.maximum.val()
        } else {
            low_bits(sum)
        };
    }
    fn connect(&mut self) {
        self.octet.connect();
    }
    fn hdl(&self) -> Verilog {
        // With the highest bit turned over, two's complement compares as unsigned numbers do.
        Verilog::Custom(
            "\
wire [10:0] sum = {{2{weight[8]}}, weight} + {change[9], change};
wire [10:0] least = {{3{minimum[7] & ~without_sign}}, minimum};
wire [10:0] most = {{3{maximum[7] & ~without_sign}}, maximum};
wire below = {~sum[10], sum[9:0]} < {~least[10], least[9:0]};
wire above = {~sum[10], sum[9:0]} > {~most[10], most[9:0]};
always @(*) octet = below ? minimum : (above ? maximum : sum[7:0]);
"
            .into(),
        )
    }
}

/// The lanes up to one of them.
#[derive(LogicBlock, Default)]
pub struct RealLanes<const L: usize> {
    /// The last one.
    pub last: Signal<In, Bits<5>>,
    /// A bit for each.
    pub lanes: Signal<Out, Bits<L>>,
}

impl<const L: usize> Logic for RealLanes<L> {
    fn update(&mut self) {
        let last = unsigned(self.last.val()) as usize;
        let mut lanes = Bits::<L>::default();
        for lane in 0..L {
            lanes = lanes.replace_bit(lane, lane <= last);
        }
        self.lanes.next = lanes;
    }
    fn connect(&mut self) {
        self.lanes.connect();
    }
    fn hdl(&self) -> Verilog {
        let lines = (1..L).map(|lane| format!("   lanes[{lane}] = last >= 5'd{lane};\n"));
        Verilog::Custom(format!(
            "always @(*) begin\n   lanes[0] = 1'b1;\n{}end\n",
            lines.collect::<String>()
        ))
    }
}
