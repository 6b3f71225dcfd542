//! What two neurons that leave the pipeline together add to the counters (`core/counters.rs`): up to two
//! spikes and four saturations in a clock.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `clear` | 1 | counter of spikes to 0 |
//! | `spike`, `partner_spike` | 1 | of the first one and of its partner |
//! | `low`, `next_low` | 8 | the counter's lowest bits, a register outside; their next value |
//! | `above` | 8 | the bits above them, a register here |
//! | `first`, `second` | 2 | saturations of the one and of the other |
//! | `saturations` | 6 | of both |
//!
//! At two spikes in a clock eight bits could go through zero twice in a round of the status block
//! (`status.rs`), which would see one of the two: it is given sixteen.

use super::convert::{low_bits, unsigned};
use rust_hdl::prelude::*;

/// See the module's table.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct LeavingTogether {
    pub clock: Signal<In, Clock>,
    pub clear: Signal<In, Bit>,
    pub spike: Signal<In, Bit>,
    pub partner_spike: Signal<In, Bit>,
    pub low: Signal<In, Bits<8>>,
    pub next_low: Signal<Out, Bits<8>>,
    pub above: Signal<Out, Bits<8>>,
    pub first: Signal<In, Bits<2>>,
    pub second: Signal<In, Bits<2>>,
    pub saturations: Signal<Out, Bits<6>>,
    _above: i64,
}

impl Logic for LeavingTogether {
    fn update(&mut self) {
        let spikes = i64::from(self.spike.val()) + i64::from(self.partner_spike.val());
        let sum = unsigned(self.low.val()) + spikes;
        if self.clock.pos_edge() {
            self._above = match self.clear.val() {
                true => 0,
                false => (self._above + (sum >> 8)) & 255,
            };
        }
        self.next_low.next = low_bits(sum & 255);
        self.above.next = low_bits(self._above);
        let saturations = unsigned(self.first.val()) + unsigned(self.second.val());
        self.saturations.next = low_bits(saturations);
    }
    fn connect(&mut self) {
        self.next_low.connect();
        self.above.connect();
        self.saturations.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "\
reg [7:0] high = 8'd0;
wire [8:0] sum = {1'b0, low} + {8'd0, spike} + {8'd0, partner_spike};
always @(posedge clock) high <= clear ? 8'd0 : high + {7'd0, sum[8]};
always @(*) begin
   next_low = sum[7:0];
   above = high;
   saturations = {4'd0, first} + {4'd0, second};
end
"
            .into(),
        )
    }
}
