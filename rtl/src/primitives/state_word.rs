//! The word of U whose lanes a sweep, FOLD or REPORT takes one after the other: as the memory gives it, or
//! kept in a register, so that the choice of a lane does not begin at a memory.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `stored` | UW | from U, the clock after its read |
//! | `hold` | 1 | keep what there is |
//! | `word` | UW | in the same clock; with the register a clock later |

use rust_hdl::prelude::*;

/// See the module's table.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct StateWord<const UW: usize> {
    pub clock: Signal<In, Clock>,
    pub stored: Signal<In, Bits<UW>>,
    pub hold: Signal<In, Bit>,
    pub word: Signal<Out, Bits<UW>>,
    _register: bool,
}

impl<const UW: usize> StateWord<UW> {
    /// With the register or without.
    pub fn new(register: bool) -> Self {
        Self {
            _register: register,
            ..Default::default()
        }
    }
}

impl<const UW: usize> Logic for StateWord<UW> {
    fn update(&mut self) {
        if !self._register || (self.clock.pos_edge() && !self.hold.val()) {
            self.word.next = self.stored.val();
        }
    }
    fn connect(&mut self) {
        self.word.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            if self._register {
                "always @(posedge clock) if (~hold) word <= stored;\n"
            } else {
                "always @(*) word = stored;\n"
            }
            .into(),
        )
    }
}
