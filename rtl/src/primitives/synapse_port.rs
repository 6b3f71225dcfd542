//! What stands before the port of S: nothing, or a register.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `enable`, `write`, `address`, `data` | 1, 1, 20, SW | an access, from whoever has the port |
//! | `s_enable`, `s_write`, `s_address`, `s_data` | 1, 1, 20, SW | the same, to S: in this clock or in the next |

use rust_hdl::prelude::*;

/// See the module's table.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct SynapsePort<const SW: usize> {
    pub clock: Signal<In, Clock>,
    pub enable: Signal<In, Bit>,
    pub write: Signal<In, Bit>,
    pub address: Signal<In, Bits<20>>,
    pub data: Signal<In, Bits<SW>>,
    pub s_enable: Signal<Out, Bit>,
    pub s_write: Signal<Out, Bit>,
    pub s_address: Signal<Out, Bits<20>>,
    pub s_data: Signal<Out, Bits<SW>>,
    _register: bool,
}

impl<const SW: usize> SynapsePort<SW> {
    /// With a register or without.
    pub fn new(register: bool) -> Self {
        Self {
            _register: register,
            ..Default::default()
        }
    }
}

impl<const SW: usize> Logic for SynapsePort<SW> {
    fn update(&mut self) {
        if !self._register || self.clock.pos_edge() {
            self.s_enable.next = self.enable.val();
            self.s_write.next = self.write.val();
            self.s_address.next = self.address.val();
            self.s_data.next = self.data.val();
        }
    }
    fn connect(&mut self) {
        self.s_enable.connect();
        self.s_write.connect();
        self.s_address.connect();
        self.s_data.connect();
    }
    fn hdl(&self) -> Verilog {
        let head = if self._register {
            "initial s_enable = 1'b0;\nalways @(posedge clock) begin\n"
        } else {
            "always @(*) begin\n"
        };
        let assign = if self._register { "<=" } else { "=" };
        let lines: String = ["enable", "write", "address", "data"]
            .map(|name| format!("   s_{name} {assign} {name};\n"))
            .concat();
        Verilog::Custom(format!("{head}{lines}end\n"))
    }
}
