//! Does an UPDATE leave a neuron as it is? It does, in every later step too, if current and membrane come out of
//! the pipeline as they went in, it did not fire, nothing saturated, and its delayed reset had nothing to take
//! away. Beside [`super::pipeline::NeuronPipeline`], which it watches.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `tick` | 1 | the pipeline moves |
//! | `after_decay` | 1 | the membrane enters at tick 5 instead of 1 |
//! | `u`, `u_next` | 24 | the current at tick 0, and at tick 5 |
//! | `v`, `previous` | 24, 1 | the membrane at its tick s, and whether a delayed reset is due |
//! | `v_next`, `spike`, `saturations` | 24, 1, 2 | at tick s + 10 |
//! | `unchanged` | 1 | at tick s + 11 |

use crate::primitives::delay::Delay;
use crate::primitives::fixed::Fixed;
use rust_hdl::prelude::*;

/// See the module's table.
#[derive(LogicBlock)]
#[allow(missing_docs)]
pub struct Unchanged {
    pub clock: Signal<In, Clock>,
    pub tick: Signal<In, Bit>,
    pub after_decay: Signal<In, Bit>,
    pub u: Signal<In, Bits<24>>,
    pub u_next: Signal<In, Bits<24>>,
    pub v: Signal<In, Bits<24>>,
    pub previous: Signal<In, Bit>,
    pub v_next: Signal<In, Bits<24>>,
    pub spike: Signal<In, Bit>,
    pub saturations: Signal<In, Bits<2>>,
    pub unchanged: Signal<Out, Bit>,

    current: Delay<24>,
    membrane: Delay<24>,
    due: Delay<1>,
    same_current: Delay<1>,
    kept_current: Delay<1>,
    current_is_same: Signal<Local, Bit>,
    is_same: DFF<Bit>,
    none1: Fixed<1, 0>,
    one1: Fixed<1, 1>,
    none2: Fixed<2, 0>,
}

impl Default for Unchanged {
    fn default() -> Self {
        Self {
            clock: Default::default(),
            tick: Default::default(),
            after_decay: Default::default(),
            u: Default::default(),
            u_next: Default::default(),
            v: Default::default(),
            previous: Default::default(),
            v_next: Default::default(),
            spike: Default::default(),
            saturations: Default::default(),
            unchanged: Default::default(),
            current: Delay::new(5),
            membrane: Delay::new(10),
            due: Delay::new(10),
            same_current: Delay::new(6),
            kept_current: Delay::new(4),
            current_is_same: Default::default(),
            is_same: Default::default(),
            none1: Default::default(),
            one1: Default::default(),
            none2: Default::default(),
        }
    }
}

impl Logic for Unchanged {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, is_same);
        clock!(
            self,
            clock,
            current,
            membrane,
            due,
            same_current,
            kept_current
        );
        self.current.tick.next = self.tick.val();
        self.membrane.tick.next = self.tick.val();
        self.due.tick.next = self.tick.val();
        self.same_current.tick.next = self.tick.val();
        self.kept_current.tick.next = self.tick.val();

        comment!("The current, known at tick 5 and kept until the membrane is: six or ten ticks.");
        self.current.word.next = self.u.val();
        self.same_current.word.next = self.none1.val();
        if self.current.later.val() == self.u_next.val() {
            self.same_current.word.next = self.one1.val();
        }
        self.kept_current.word.next = self.same_current.later.val();
        self.current_is_same.next = self.same_current.later.val().any();
        if self.after_decay.val() {
            self.current_is_same.next = self.kept_current.later.val().any();
        }

        comment!("The membrane.");
        self.membrane.word.next = self.v.val();
        self.due.word.next = self.none1.val();
        if self.previous.val() {
            self.due.word.next = self.one1.val();
        }
        if self.tick.val() {
            self.is_same.d.next = self.current_is_same.val()
                & (self.membrane.later.val() == self.v_next.val())
                & !self.due.later.val().any()
                & !self.spike.val()
                & (self.saturations.val() == self.none2.val());
        }
        self.unchanged.next = self.is_same.q.val();
    }
}
