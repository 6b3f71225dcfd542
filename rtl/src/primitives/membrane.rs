//! The steps of a membrane after its products (`docs/numerics.md`, section 2), one small combinational
//! block each, and the end of FOLD (section 1).
//!
//! | block | in | out | rule |
//! | --- | --- | --- | --- |
//! | [`AddBias`] | high 25, bias 24 | h0 26 | `h0 = high + bias` |
//! | [`TakeSub`] | h0 26, sub 24, take | h1 27 | `h1 = h0 - sub`, or h0 |
//! | [`RaiseToLowest`] | h1 27, vmin 24 | 24, beyond, saturated | `max(h1, vmin)`, unless beyond 24 bits above |
//! | [`LowerToHighest`] | 24, beyond, vmax 24 | h 24 | `min(h, vmax)` |
//! | [`Reaches`] | the same, T 24 | reached | `min(h, vmax) >= T`, beside the upper limit |
//! | [`SoftReset`] | h 24, sub 24, reached | 24 in parts, spike, saturated | `s`; `sat(h - sub)` |
//! | [`NextMembrane`] | v 24, v_reset 24, held steps | 24 | hard reset and held steps |
//! | [`FoldSum`] | high 25, low 16, wrap | 24 in parts, saturated, wrapped | sat or wrap of a sum at unit weight |

use super::convert::{low_bits, signed, unsigned};
use rust_hdl::prelude::*;

/// Largest state value, 2^23 - 1.
const LIMIT: i64 = (1 << 23) - 1;

/// `high + bias`.
#[derive(LogicBlock, Default)]
pub struct AddBias {
    /// Sum of the products, signed.
    pub high: Signal<In, Bits<25>>,
    /// Signed.
    pub bias: Signal<In, Bits<24>>,
    /// h0, signed.
    pub sum: Signal<Out, Bits<26>>,
}

impl Logic for AddBias {
    fn update(&mut self) {
        self.sum.next = low_bits(signed(self.high.val()) + signed(self.bias.val()));
    }
    fn connect(&mut self) {
        self.sum.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom("always @(*) sum = {high[24], high} + {{2{bias[23]}}, bias};\n".into())
    }
}

/// The delayed reset.
#[derive(LogicBlock, Default)]
pub struct TakeSub {
    /// h0, signed.
    pub h0: Signal<In, Bits<26>>,
    /// Signed.
    pub sub: Signal<In, Bits<24>>,
    /// Subtract it.
    pub take: Signal<In, Bit>,
    /// h1, signed.
    pub h1: Signal<Out, Bits<27>>,
}

impl Logic for TakeSub {
    fn update(&mut self) {
        let sub = if self.take.val() {
            signed(self.sub.val())
        } else {
            0
        };
        self.h1.next = low_bits(signed(self.h0.val()) - sub);
    }
    fn connect(&mut self) {
        self.h1.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "\
wire [26:0] taken = {27{take}} & {{3{sub[23]}}, sub};
always @(*) h1 = {h0[25], h0} - taken;
"
            .into(),
        )
    }
}

/// The lower limit. What is above 24 bits passes on as `beyond`.
#[derive(LogicBlock, Default)]
pub struct RaiseToLowest {
    /// h1, signed.
    pub h1: Signal<In, Bits<27>>,
    /// Signed.
    pub v_min: Signal<In, Bits<24>>,
    /// `max(h1, vmin)`, if not beyond.
    pub raised: Signal<Out, Bits<24>>,
    /// h1 is above every 24-bit number.
    pub beyond: Signal<Out, Bit>,
    /// |h1| > 2^23 - 1.
    pub saturated: Signal<Out, Bit>,
}

impl Logic for RaiseToLowest {
    fn update(&mut self) {
        let (h1, v_min) = (signed(self.h1.val()), signed(self.v_min.val()));
        self.raised.next = low_bits(if h1 < v_min { v_min } else { h1 });
        self.beyond.next = h1 > LIMIT;
        self.saturated.next = h1.abs() > LIMIT;
    }
    fn connect(&mut self) {
        self.raised.connect();
        self.beyond.connect();
        self.saturated.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "\
wire outside = (h1[26:23] != 4'd0) & (h1[26:23] != 4'd15);
wire below = $signed(h1[23:0]) < $signed(v_min);
wire raise = outside ? h1[26] : below;
always @(*) begin
   raised = raise ? v_min : h1[23:0];
   beyond = outside & ~h1[26];
   saturated = outside | (h1[23] & ~(|h1[22:0]));
end
"
            .into(),
        )
    }
}

/// The upper limit.
#[derive(LogicBlock, Default)]
pub struct LowerToHighest {
    /// Signed.
    pub raised: Signal<In, Bits<24>>,
    /// It is above every 24-bit number.
    pub beyond: Signal<In, Bit>,
    /// Signed.
    pub v_max: Signal<In, Bits<24>>,
    /// h.
    pub h: Signal<Out, Bits<24>>,
}

impl Logic for LowerToHighest {
    fn update(&mut self) {
        let (raised, v_max) = (signed(self.raised.val()), signed(self.v_max.val()));
        let lower = self.beyond.val() || raised > v_max;
        self.h.next = low_bits(if lower { v_max } else { raised });
    }
    fn connect(&mut self) {
        self.h.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "\
// raised - vmax - 1: vmax is kept inverted, so that no cell is needed to invert it.
wire [24:0] excess = {raised[23], raised} + ~{v_max[23], v_max};
wire above = ~excess[24];
always @(*) h = (beyond | above) ? v_max : raised;
"
            .into(),
        )
    }
}

/// The comparison, a tick before the others see h: two carry chains one behind the other would be the
/// longest way of a small chip.
#[derive(LogicBlock, Default)]
pub struct Reaches {
    /// Signed.
    pub raised: Signal<In, Bits<24>>,
    /// It is above every 24-bit number.
    pub beyond: Signal<In, Bit>,
    /// Signed.
    pub v_max: Signal<In, Bits<24>>,
    /// T, signed.
    pub threshold: Signal<In, Bits<24>>,
    /// h >= T.
    pub reached: Signal<Out, Bit>,
}

impl Logic for Reaches {
    fn update(&mut self) {
        let threshold = signed(self.threshold.val());
        let near = self.beyond.val() || signed(self.raised.val()) >= threshold;
        self.reached.next = near && signed(self.v_max.val()) >= threshold;
    }
    fn connect(&mut self) {
        self.reached.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "\
// h is the smaller of raised and vmax; vmax and T are still.
wire missed = $signed(raised) < $signed(threshold);
wire never = $signed(v_max) < $signed(threshold);
always @(*) reached = (beyond | ~missed) & ~never;
"
            .into(),
        )
    }
}

/// The soft reset of a neuron that fires.
#[derive(LogicBlock, Default)]
pub struct SoftReset {
    /// Signed.
    pub h: Signal<In, Bits<24>>,
    /// h >= T.
    pub reached: Signal<In, Bit>,
    /// Signed.
    pub sub: Signal<In, Bits<24>>,
    /// s = h < T.
    pub inverted: Signal<In, Bit>,
    /// Never fires.
    pub silent: Signal<In, Bit>,
    /// The reset is soft.
    pub soft: Signal<In, Bit>,
    /// s.
    pub spike: Signal<Out, Bit>,
    /// Bits 22 to 1 of `h - sub`.
    pub middle: Signal<Out, Bits<22>>,
    /// Bits 22 to 1 of v (`sat(h - sub)` if it fires and the reset is soft, else h): 0 those of h, 1
    /// `middle`, 2 zeros, 3 ones.
    pub choice: Signal<Out, Bits<2>>,
    /// Bit 23 of v.
    pub top: Signal<Out, Bit>,
    /// Bit 0 of v.
    pub bottom: Signal<Out, Bit>,
    /// That subtraction was saturated.
    pub saturated: Signal<Out, Bit>,
}

impl Logic for SoftReset {
    fn update(&mut self) {
        let (h, sub) = (signed(self.h.val()), signed(self.sub.val()));
        let spike = self.reached.val() != self.inverted.val() && !self.silent.val();
        let soft = spike && self.soft.val();
        let limited = (h - sub).clamp(-LIMIT, LIMIT);
        self.spike.next = spike;
        let v = if soft { limited } else { h };
        self.top.next = v >> 23 & 1 == 1;
        self.bottom.next = v & 1 == 1;
        self.middle.next = low_bits((h - sub) >> 1 & 0x3f_ffff);
        let outside = !(-LIMIT - 1..=LIMIT).contains(&(h - sub));
        self.choice.next = low_bits(match (soft, outside) {
            (false, _) => 0,
            (_, false) => 1,
            _ => 2 + i64::from(h > sub),
        });
        self.saturated.next = soft && limited != h - sub;
    }
    fn connect(&mut self) {
        self.spike.connect();
        self.middle.connect();
        self.choice.connect();
        self.top.connect();
        self.bottom.connect();
        self.saturated.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "\
wire fires = ~silent & (reached ^ inverted);
wire subtracts = fires & soft;
wire [24:0] difference = {h[23], h} - {sub[23], sub};
wire outside = difference[24] ^ difference[23];
wire lowest = difference[23] & ~(|difference[22:0]);
wire to_limit = subtracts & outside;
always @(*) begin
   spike = fires;
   saturated = subtracts & (outside | lowest);
   middle = difference[22:1];
   choice = {to_limit, subtracts & (~outside | difference[23])};
   bottom = to_limit | (subtracts ? (difference[0] | lowest) : h[0]);
   top = subtracts ? difference[24] : h[23];
end
"
            .into(),
        )
    }
}

/// The hard reset and the held steps: what is written back to V.
#[derive(LogicBlock, Default)]
pub struct NextMembrane {
    /// The membrane so far.
    pub v: Signal<In, Bits<24>>,
    /// Value after a hard reset.
    pub reset_value: Signal<In, Bits<24>>,
    /// It fires, and the reset is hard.
    pub hard: Signal<In, Bit>,
    /// Write the reset value whatever else is said.
    pub to_reset: Signal<In, Bit>,
    /// R.
    pub held_steps: Signal<In, Bits<7>>,
    /// It was held; `left` of its steps follow.
    pub held: Signal<In, Bit>,
    /// k of the stored `-2^23 + k`.
    pub left: Signal<In, Bits<6>>,
    /// v.
    pub result: Signal<Out, Bits<24>>,
}

impl Logic for NextMembrane {
    fn update(&mut self) {
        let (held_steps, left) = (unsigned(self.held_steps.val()), unsigned(self.left.val()));
        let holding = |k: i64| low_bits(-LIMIT - 1 + k);
        self.result.next = if self.to_reset.val() {
            self.reset_value.val()
        } else if self.held.val() {
            match left {
                0 => self.reset_value.val(),
                _ => holding(left - 1),
            }
        } else if self.hard.val() && held_steps > 0 {
            holding((held_steps - 1) & 63)
        } else if self.hard.val() {
            self.reset_value.val()
        } else {
            self.v.val()
        };
    }
    fn connect(&mut self) {
        self.result.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "\
wire holds = held_steps != 7'd0;
wire ends = held & (left == 6'd0);
wire takes_reset = to_reset | ends | (hard & ~holds & ~held);
wire stays_held = ~takes_reset & (held | (hard & holds));
wire [5:0] steps = (held ? left : held_steps[5:0]) - 6'd1;
// For each bit: 0 v, 1 the reset value, 2 zero, 3 one.
wire [1:0] choice = {stays_held, takes_reset};
always @(*) begin
   case (choice)
      2'd0: result[22:6] = v[22:6];
      2'd1: result[22:6] = reset_value[22:6];
      default: result[22:6] = 17'd0;
   endcase
   result[23] = stays_held | (takes_reset ? reset_value[23] : v[23]);
   result[5:0] = stays_held ? steps : (takes_reset ? reset_value[5:0] : v[5:0]);
end
"
            .into(),
        )
    }
}

/// The end of FOLD: a sum of 41 bits at unit weight, saturated or wrapped.
#[derive(LogicBlock, Default)]
pub struct FoldSum {
    /// Bits 40 to 16.
    pub high: Signal<In, Bits<25>>,
    /// Bits 15 to 0.
    pub low: Signal<In, Bits<16>>,
    /// Wrap instead of saturating.
    pub wrap: Signal<In, Bit>,
    /// There is a sum; otherwise `choice`, `saturated` and `wrapped` are 0.
    pub fold: Signal<In, Bit>,
    /// Bits 22 to 1 of the exact sum.
    pub middle: Signal<Out, Bits<22>>,
    /// Bits 22 to 1 of the result: 0 without a sum, 1 `middle`, 2 zeros, 3 ones.
    pub choice: Signal<Out, Bits<2>>,
    /// Bit 23 of the result.
    pub top: Signal<Out, Bit>,
    /// Bit 0 of the result.
    pub bottom: Signal<Out, Bit>,
    /// Saturation changed the sum.
    pub saturated: Signal<Out, Bit>,
    /// Wrapping changed the sum.
    pub wrapped: Signal<Out, Bit>,
}

impl Logic for FoldSum {
    fn update(&mut self) {
        let exact = (signed(self.high.val()) << 16) + unsigned(self.low.val());
        let limited = exact.clamp(-LIMIT, LIMIT);
        let (wrap, fold) = (self.wrap.val(), self.fold.val());
        self.saturated.next = fold && !wrap && limited != exact;
        self.wrapped.next = fold && wrap && !(-LIMIT - 1..=LIMIT).contains(&exact);
        let result = if wrap { exact } else { limited };
        self.top.next = result >> 23 & 1 == 1;
        self.bottom.next = result & 1 == 1;
        self.middle.next = low_bits(exact >> 1 & 0x3f_ffff);
        let outside = !wrap && !(-LIMIT - 1..=LIMIT).contains(&exact);
        self.choice.next = low_bits(match (fold, outside) {
            (false, _) => 0,
            (_, false) => 1,
            _ => 2 + i64::from(exact > 0),
        });
    }
    fn connect(&mut self) {
        self.middle.connect();
        self.choice.connect();
        self.top.connect();
        self.bottom.connect();
        self.saturated.connect();
        self.wrapped.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "\
wire [23:0] exact = {high[7:0], low};
wire outside = (high[24:7] != 18'd0) & (high[24:7] != 18'h3ffff);
wire lowest = exact[23] & ~(|exact[22:0]);
wire to_limit = ~wrap & outside;
always @(*) begin
   saturated = fold & ~wrap & (outside | lowest);
   wrapped = fold & wrap & outside;
   middle = exact[22:1];
   choice = {fold & to_limit, fold & (~to_limit | ~high[24])};
   bottom = to_limit | exact[0] | (lowest & ~wrap);
   top = to_limit ? high[24] : exact[23];
end
"
            .into(),
        )
    }
}
