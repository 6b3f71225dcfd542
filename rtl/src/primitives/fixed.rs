//! Numbers of exact width: `Fixed<WIDTH, VALUE>` is emitted as a `localparam` of `WIDTH` bits. A plain
//! literal in a kernel would be 32 bits wide in Verilog.

use rust_hdl::core::atom::{Atom, AtomKind};
use rust_hdl::core::constraint::PinConstraint;
use rust_hdl::core::synth::VCDValue;
use rust_hdl::core::type_descriptor::TypeDescriptor;
use rust_hdl::prelude::*;

/// The constant `VALUE` in `WIDTH` bits.
#[derive(Clone, Copy, Debug)]
pub struct Fixed<const WIDTH: usize, const VALUE: u64> {
    constant: Constant<Bits<WIDTH>>,
}

impl<const WIDTH: usize, const VALUE: u64> Default for Fixed<WIDTH, VALUE> {
    fn default() -> Self {
        Self {
            constant: Constant::new(Bits::from(VALUE)),
        }
    }
}

impl<const WIDTH: usize, const VALUE: u64> Fixed<WIDTH, VALUE> {
    /// The value.
    pub fn val(&self) -> Bits<WIDTH> {
        self.constant.val()
    }
}

impl<const WIDTH: usize, const VALUE: u64> Logic for Fixed<WIDTH, VALUE> {
    fn update(&mut self) {}
    fn connect(&mut self) {}
}

impl<const WIDTH: usize, const VALUE: u64> Atom for Fixed<WIDTH, VALUE> {
    fn bits(&self) -> usize {
        WIDTH
    }
    fn connected(&self) -> bool {
        true
    }
    fn changed(&self) -> bool {
        false
    }
    fn kind(&self) -> AtomKind {
        AtomKind::Constant
    }
    fn descriptor(&self) -> TypeDescriptor {
        Bits::<WIDTH>::descriptor()
    }
    fn vcd(&self) -> VCDValue {
        self.constant.vcd()
    }
    fn verilog(&self) -> VerilogLiteral {
        self.constant.verilog()
    }
    fn id(&self) -> usize {
        self.constant.id()
    }
    fn constraints(&self) -> Vec<PinConstraint> {
        vec![]
    }
}

impl<const WIDTH: usize, const VALUE: u64> Block for Fixed<WIDTH, VALUE> {
    fn connect_all(&mut self) {}
    fn update_all(&mut self) {}
    fn has_changed(&self) -> bool {
        false
    }
    fn accept(&self, name: &str, probe: &mut dyn Probe) {
        probe.visit_atom(name, self);
    }
}
