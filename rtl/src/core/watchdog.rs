//! The watchdog: a program that has worked for 2^n clocks does not end, and is given up with refusal 5. Clocks in which
//! it waits for the link do not count: a host may take its time.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `running` | 1 | a program runs |
//! | `stalled` | 1 | its output waits for the link |
//! | `expired` | 1 | it has worked for 2^n clocks; until it is stopped |

use crate::primitives::fixed::Fixed;
use rust_hdl::prelude::*;

/// See the module's table.
#[derive(LogicBlock)]
#[allow(missing_docs)]
pub struct Watchdog {
    pub clock: Signal<In, Clock>,
    pub running: Signal<In, Bit>,
    pub stalled: Signal<In, Bit>,
    pub expired: Signal<Out, Bit>,
    worked: DFF<Bits<32>>,
    limit: Constant<Bits<32>>,
    none32: Fixed<32, 0>,
    one32: Fixed<32, 1>,
}

impl Watchdog {
    /// Bits that a count of clocks may have, least and most.
    pub const BITS: std::ops::RangeInclusive<u8> = 8..=31;

    /// Expires after 2^`bits` clocks.
    pub fn new(bits: u8) -> Self {
        Self {
            clock: Default::default(),
            running: Default::default(),
            stalled: Default::default(),
            expired: Default::default(),
            worked: Default::default(),
            limit: Constant::new(Bits::from(1u64 << bits.clamp(8, 31))),
            none32: Default::default(),
            one32: Default::default(),
        }
    }
}

impl Logic for Watchdog {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, worked);
        self.expired.next = (self.worked.q.val() & self.limit.val()).any();
        if self.running.val() & !self.stalled.val() {
            self.worked.d.next = self.worked.q.val() + self.one32.val();
        }
        if !self.running.val() {
            self.worked.d.next = self.none32.val();
        }
    }
}
