//! The products of a neuron (`docs/numerics.md`, section 2), with the sums that belong to them.
//!
//! | block | in | out | after |
//! | --- | --- | --- | --- |
//! | [`DecayProduct`] | x 24, factor 17, rounding 2 | `(factor * x + c(x)) >> 16`, 24 | 3 ticks |
//! | [`MembraneProducts`] | v, i 24, decay, gain 17, rounding 2 | `(decay * v + gain * i + c(v)) >> 16`, 25 | 5 ticks |
//!
//! A **tick** is a clock in which `tick` is 1: all of a neuron's stages move at ticks alone. Factors
//! and rounding are still while anything is under way. Factors are 0 to 65536, and 65536 is one.
//!
//! There are three bodies for one behaviour, chosen by [`Multiplier`].

use super::convert::{low_bits, signed, unsigned};
use super::{ice40_products, serial_products};
use rust_hdl::prelude::*;

/// How products are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Multiplier {
    /// The operator `*`, for the synthesiser to map (ECP5, Gowin, simulation); a tick every clock.
    #[default]
    Inferred,
    /// Six `SB_MAC16` blocks of an iCE40 UP5K with all their registers; a tick every clock.
    Ice40Mac,
    /// Shift and add, a tick every so many clocks (2 to 17): for chips without multipliers.
    Serial(u8),
}

impl std::str::FromStr for Multiplier {
    type Err = String;

    /// `inferred`, `ice40`, or a number of clocks.
    fn from_str(text: &str) -> Result<Self, String> {
        match (text, text.parse()) {
            ("inferred", _) => Ok(Multiplier::Inferred),
            ("ice40", _) => Ok(Multiplier::Ice40Mac),
            (_, Ok(clocks)) if (2..=17).contains(&clocks) => Ok(Multiplier::Serial(clocks)),
            _ => Err(format!(
                "'{text}' is no multiplier: 'inferred', 'ice40' and 2 to 17 (clocks) are possible"
            )),
        }
    }
}

impl std::fmt::Display for Multiplier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Multiplier::Inferred => f.write_str("inferred"),
            Multiplier::Ice40Mac => f.write_str("ice40"),
            Multiplier::Serial(clocks) => write!(f, "{clocks}"),
        }
    }
}

impl Multiplier {
    /// Clocks from tick to tick.
    pub fn clocks(self) -> usize {
        match self {
            Multiplier::Serial(clocks) => usize::from(clocks),
            _ => 1,
        }
    }
}

/// What follows two products of 42 bits: the rounding's term on its way beside them, with the sign of `sign`
/// from the tick of the factors' registers or before, and their sum, low part first.
fn membrane_sum(sign: &str) -> String {
    format!(
        "\
reg [15:0] rounding_term = 16'd0;
reg [15:0] term = 16'd0;
reg [17:0] sum_low = 18'd0;
reg signed [25:0] sum_high = 26'sd0;
reg [24:0] sum = 25'd0;
reg [15:0] sum_rest = 16'd0;
wire [25:0] whole = sum_high + $signed({{24'd0, sum_low[17:16]}});
always @(posedge clock) begin
   if (tick) begin
      rounding_term <= {{rounding[0] | (rounding[1] & {sign}), {{15{{rounding[1] & {sign}}}}}}};
      term <= rounding_term;
      sum_low <= {{2'd0, product_v[15:0]}} + {{2'd0, product_i[15:0]}} + {{2'd0, term}};
      sum_high <= $signed(product_v[41:16]) + $signed(product_i[41:16]);
      sum <= whole[24:0];
      sum_rest <= sum_low[15:0];
   end
end
"
    )
}

/// The sum as it is.
const SUM: &str = "\
always @(*) begin
   high = sum;
   low = sum_rest;
end
";

/// The sum a tick later.
const SUM_KEPT: &str = "\
reg [24:0] high_kept = 25'd0;
reg [15:0] low_kept = 16'd0;
always @(posedge clock) begin
   if (tick) begin
      high_kept <= sum;
      low_kept <= sum_rest;
   end
end
always @(*) begin
   high = high_kept;
   low = low_kept;
end
";

/// What follows the serial products.
pub(super) fn serial_membrane_sum() -> String {
    membrane_sum("v[23]") + SUM_KEPT
}

/// What the rounding adds: 0 floor, 1 half up, 2 toward zero.
fn rounding_term(rounding: i64, x: i64) -> i64 {
    match rounding {
        0 => 0,
        1 => 0x8000,
        _ if x < 0 => 0xffff,
        _ => 0,
    }
}

/// The decayed current.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct DecayProduct {
    pub clock: Signal<In, Clock>,
    pub tick: Signal<In, Bit>,
    pub x: Signal<In, Bits<24>>,
    pub factor: Signal<In, Bits<17>>,
    pub rounding: Signal<In, Bits<2>>,
    /// Valid in the third tick after `x`.
    pub result: Signal<Out, Bits<24>>,
    _multiplier: Multiplier,
    _stages: [i64; 3],
}

impl DecayProduct {
    /// With these multipliers.
    pub fn new(multiplier: Multiplier) -> Self {
        Self {
            _multiplier: multiplier,
            ..Default::default()
        }
    }
}

impl Logic for DecayProduct {
    fn update(&mut self) {
        if self.clock.pos_edge() && self.tick.val() {
            let x = signed(self.x.val());
            let factor = unsigned(self.factor.val()).min(65536);
            let c = rounding_term(unsigned(self.rounding.val()), x);
            self._stages = [(factor * x + c) >> 16, self._stages[0], self._stages[1]];
        }
        self.result.next = low_bits(self._stages[2]);
    }
    fn connect(&mut self) {
        self.result.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(match self._multiplier {
            Multiplier::Ice40Mac => ice40_products::decay(),
            Multiplier::Serial(clocks) => serial_products::decay(clocks),
            Multiplier::Inferred => "\
// Tick 1: partial products. Tick 2: their sum. Tick 3: rounded.
reg [32:0] low = 33'd0;
reg signed [25:0] high = 26'sd0;
reg [15:0] rounding_term = 16'd0;
reg signed [41:0] product = 42'sd0;
reg [15:0] term = 16'd0;
reg signed [41:0] rounded = 42'sd0;
wire signed [7:0] upper = x[23:16];
wire signed [17:0] signed_factor = {1'b0, factor};
always @(posedge clock) begin
   if (tick) begin
      low <= x[15:0] * factor;
      high <= upper * signed_factor;
      rounding_term <= {rounding[0] | (rounding[1] & x[23]), {15{rounding[1] & x[23]}}};
      product <= {high, 16'd0} + $signed({9'd0, low});
      term <= rounding_term;
      rounded <= product + $signed({26'd0, term});
   end
end
always @(*) result = rounded[39:16];
"
            .into(),
        })
    }
}

/// The membrane's two products and their sum.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct MembraneProducts {
    pub clock: Signal<In, Clock>,
    pub tick: Signal<In, Bit>,
    pub v: Signal<In, Bits<24>>,
    pub i: Signal<In, Bits<24>>,
    pub decay: Signal<In, Bits<17>>,
    pub gain: Signal<In, Bits<17>>,
    pub rounding: Signal<In, Bits<2>>,
    /// The sum from bit 16 up, valid in the fifth tick after `v` and `i`.
    pub high: Signal<Out, Bits<25>>,
    /// The sum's low 16 bits, when `v` and `i` were still for five ticks and no factor is 65536.
    pub low: Signal<Out, Bits<16>>,
    _multiplier: Multiplier,
    _stages: [i64; 5],
}

impl MembraneProducts {
    /// With these multipliers.
    pub fn new(multiplier: Multiplier) -> Self {
        Self {
            _multiplier: multiplier,
            ..Default::default()
        }
    }
}

impl Logic for MembraneProducts {
    fn update(&mut self) {
        if self.clock.pos_edge() && self.tick.val() {
            let (v, i) = (signed(self.v.val()), signed(self.i.val()));
            let decay = unsigned(self.decay.val()).min(65536);
            let gain = unsigned(self.gain.val()).min(65536);
            let c = rounding_term(unsigned(self.rounding.val()), v);
            self._stages.copy_within(0..4, 1);
            self._stages[0] = decay * v + gain * i + c;
        }
        self.high.next = low_bits(self._stages[4] >> 16);
        self.low.next = low_bits(self._stages[4] & 0xffff);
    }
    fn connect(&mut self) {
        self.high.connect();
        self.low.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(match self._multiplier {
            Multiplier::Ice40Mac => ice40_products::membrane(),
            Multiplier::Serial(clocks) => serial_products::membrane(clocks),
            Multiplier::Inferred => {
                "\
// Tick 1: the factors' registers. 2: partial products. 3: products. 4 and 5: their sum, low part first.
reg signed [23:0] v_kept = 24'sd0;
reg signed [23:0] i_kept = 24'sd0;
reg [32:0] low_v = 33'd0;
reg [32:0] low_i = 33'd0;
reg signed [25:0] high_v = 26'sd0;
reg signed [25:0] high_i = 26'sd0;
reg signed [41:0] product_v = 42'sd0;
reg signed [41:0] product_i = 42'sd0;
wire signed [7:0] upper_v = v_kept[23:16];
wire signed [7:0] upper_i = i_kept[23:16];
wire signed [17:0] signed_decay = {1'b0, decay};
wire signed [17:0] signed_gain = {1'b0, gain};
always @(posedge clock) begin
   if (tick) begin
      v_kept <= v;
      i_kept <= i;
      low_v <= v_kept[15:0] * decay;
      low_i <= i_kept[15:0] * gain;
      high_v <= upper_v * signed_decay;
      high_i <= upper_i * signed_gain;
      product_v <= {high_v, 16'd0} + $signed({9'd0, low_v});
      product_i <= {high_i, 16'd0} + $signed({9'd0, low_i});
   end
end
"
                .to_string()
                    + &membrane_sum("v_kept[23]")
                    + SUM
            }
        })
    }
}
