//! What a neuron brings along while its membrane is computed: is it held, how many of its steps are left, and did
//! it fire in the step before. Delays, told by ticks.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `is_held`, `left`, `previous` | 1, 6, 1 | taken at a tick |
//! | `previous6` | 1 | six ticks later |
//! | `held7`, `held9`, `held10` | 1 | `is_held`, so many ticks later |
//! | `left10` | 6 | ten ticks later |
//!
//! Flip-flops; on an iCE40 UP5K the first eight ticks are the input and output registers of an `SB_MAC16` that
//! multiplies nothing (`ice40_products`), which saves 61 cells.

use super::convert::{low_bits, unsigned};
use super::ice40_products;
use super::products::Multiplier;
use rust_hdl::prelude::*;

/// See the module's table.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct HeldDelay {
    pub clock: Signal<In, Clock>,
    pub tick: Signal<In, Bit>,
    pub is_held: Signal<In, Bit>,
    pub left: Signal<In, Bits<6>>,
    pub previous: Signal<In, Bit>,
    pub previous6: Signal<Out, Bit>,
    pub held7: Signal<Out, Bit>,
    pub held9: Signal<Out, Bit>,
    pub held10: Signal<Out, Bit>,
    pub left10: Signal<Out, Bits<6>>,
    _multiplier: Multiplier,
    /// Held, left and previous of the last ten ticks, the newest first.
    _stages: [(bool, i64, bool); 10],
}

impl HeldDelay {
    /// For a pipeline with these multipliers.
    pub fn new(multiplier: Multiplier) -> Self {
        Self {
            _multiplier: multiplier,
            ..Default::default()
        }
    }
}

impl Logic for HeldDelay {
    fn update(&mut self) {
        if self.clock.pos_edge() && self.tick.val() {
            self._stages.rotate_right(1);
            let left = unsigned(self.left.val());
            self._stages[0] = (self.is_held.val(), left, self.previous.val());
        }
        let stages = &self._stages;
        self.previous6.next = stages[5].2;
        self.held7.next = stages[6].0;
        self.held9.next = stages[8].0;
        self.held10.next = stages[9].0;
        self.left10.next = low_bits(stages[9].1);
    }
    fn connect(&mut self) {
        self.previous6.connect();
        self.held7.connect();
        self.held9.connect();
        self.held10.connect();
        self.left10.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(match self._multiplier {
            Multiplier::Ice40Mac => ice40_products::delay(),
            _ => "\
// Of the last ten ticks, the newest at the low end.
reg [9:0] flags = 10'd0;
reg [59:0] counts = 60'd0;
reg [5:0] spikes = 6'd0;
always @(posedge clock) begin
   if (tick) begin
      flags <= {flags[8:0], is_held};
      counts <= {counts[53:0], left};
      spikes <= {spikes[4:0], previous};
   end
end
always @(*) begin
   previous6 = spikes[5];
   held7 = flags[6];
   held9 = flags[8];
   held10 = flags[9];
   left10 = counts[59:54];
end
"
            .into(),
        })
    }
}
