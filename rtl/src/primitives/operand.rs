//! What comes into a lane from memories, and when: two small bodies, each with a form for lanes with forwarding
//! and one for lanes without. `t` is the clock in which the row streamer reads S (`scan/rows.rs`).
//!
//! [`LaneOctet`]: the lane's octet of S.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `stored` | 8 | from S, in t + 1 |
//! | `octet` | 8 | in t + 2; without forwarding in t + 1 |
//!
//! [`CurrentOperand`]: what a weight is added to, the group's current from U or a sum that is not in U yet.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `stored` | 24 | from U, in t + 3: the clock after its read |
//! | `updated` | 24 | the lane's result: kept for the words that follow |
//! | `take_earlier` | 1 | in t + 3: the word two clocks before adds to the same group |
//! | `take_last` | 1 | in t + 4: the word one clock before adds to the same group |
//! | `operand` | 24 | in t + 4; without forwarding in t + 3 |
//!
//! With forwarding the words of both memories pass a register, so that neither mantissa nor sum begins at a
//! memory, and a word may hit the group of the word before it. Without, they go on as they are: 56 cells a
//! lane less, longer ways, and the row streamer keeps the distance.

use rust_hdl::prelude::*;

/// See the module's table.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct LaneOctet {
    pub clock: Signal<In, Clock>,
    pub stored: Signal<In, Bits<8>>,
    pub octet: Signal<Out, Bits<8>>,
    _forwarding: bool,
    _kept: Bits<8>,
}

impl LaneOctet {
    /// With forwarding or without.
    pub fn new(forwarding: bool) -> Self {
        Self {
            _forwarding: forwarding,
            ..Default::default()
        }
    }
}

impl Logic for LaneOctet {
    fn update(&mut self) {
        if !self._forwarding {
            self.octet.next = self.stored.val();
            return;
        }
        if self.clock.pos_edge() {
            self._kept = self.stored.val();
        }
        self.octet.next = self._kept;
    }
    fn connect(&mut self) {
        self.octet.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            if self._forwarding {
                "\
reg [7:0] kept = 8'd0;
always @(posedge clock) kept <= stored;
always @(*) octet = kept;
"
            } else {
                "always @(*) octet = stored;\n"
            }
            .into(),
        )
    }
}

/// See the module's table.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct CurrentOperand {
    pub clock: Signal<In, Clock>,
    pub stored: Signal<In, Bits<24>>,
    pub updated: Signal<In, Bits<24>>,
    pub take_earlier: Signal<In, Bit>,
    pub take_last: Signal<In, Bit>,
    pub operand: Signal<Out, Bits<24>>,
    _forwarding: bool,
    _kept: Bits<24>,
    _last: Bits<24>,
}

impl CurrentOperand {
    /// With forwarding or without.
    pub fn new(forwarding: bool) -> Self {
        Self {
            _forwarding: forwarding,
            ..Default::default()
        }
    }
}

impl Logic for CurrentOperand {
    fn update(&mut self) {
        if !self._forwarding {
            self.operand.next = self.stored.val();
            return;
        }
        if self.clock.pos_edge() {
            self._kept = if self.take_earlier.val() {
                self._last
            } else {
                self.stored.val()
            };
            self._last = self.updated.val();
        }
        self.operand.next = if self.take_last.val() {
            self._last
        } else {
            self._kept
        };
    }
    fn connect(&mut self) {
        self.operand.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            if self._forwarding {
                "\
reg [23:0] kept = 24'd0;
reg [23:0] last = 24'd0;
always @(posedge clock) begin
   kept <= take_earlier ? last : stored;
   last <= updated;
end
always @(*) operand = take_last ? last : kept;
"
            } else {
                "always @(*) operand = stored;\n"
            }
            .into(),
        )
    }
}
