//! The neuron: `docs/numerics.md`, section 2, as a pipeline that takes one neuron a clock. FOLD
//! (section 1) runs through the same multipliers: `u` is the scratch, `v` the current it is added to,
//! A = 2^(16-k), B = 0 with the current passed by, G = 2^m.
//!
//! | stage | work |
//! | --- | --- |
//! | 1 | operands registered; A*u and B*v begin |
//! | 2 | products; u' = (A*u + c(u)) >> 16; held neurons recognised |
//! | 3 | i = u or u'; G*i begins |
//! | 4 | B*v + G*i, split at 2^16; FOLD's sum |
//! | 5 | rounding carry and bias: h0 |
//! | 6 | delayed reset: h1 |
//! | 7 | clamp: h |
//! | 8 | comparison; h - sub |
//! | 9 | (output) reset, held steps |
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `valid` | 1 | operands of a neuron |
//! | `active` | 1 | 0: a lane past the population's end: no spike, nothing counted |
//! | `u`, `v` | 24 | stored values |
//! | `previous` | 1 | this neuron's bit of the step before, for the delayed reset |
//! | parameters | | still while neurons are on their way |
//! | `done` | 1 | a result, nine clocks after its operands |
//! | `u_next`, `v_next`, `spike`, `done_active` | 24, 24, 1, 1 | the result |
//! | `saturations`, `wraps` | 2, 1 | events of this neuron |

use crate::primitives::arithmetic::{
    AddBias, AtLeast, Clamp, FoldSum, MembraneSum, Multiply, Subtract,
};
use crate::primitives::fixed::Fixed;
use rust_hdl::prelude::*;

/// See the module's tables.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct NeuronPipeline {
    pub clock: Signal<In, Clock>,
    pub valid: Signal<In, Bit>,
    pub active: Signal<In, Bit>,
    pub u: Signal<In, Bits<24>>,
    pub v: Signal<In, Bits<24>>,
    pub previous: Signal<In, Bit>,
    pub fold: Signal<In, Bit>,
    pub wrap: Signal<In, Bit>,
    pub after_decay: Signal<In, Bit>,
    pub rounding_u: Signal<In, Bits<2>>,
    pub rounding_v: Signal<In, Bits<2>>,
    pub reset: Signal<In, Bits<2>>,
    pub inverted: Signal<In, Bit>,
    pub no_threshold: Signal<In, Bit>,
    pub held_steps: Signal<In, Bits<7>>,
    pub current_decay: Signal<In, Bits<17>>,
    pub membrane_decay: Signal<In, Bits<17>>,
    pub gain: Signal<In, Bits<17>>,
    pub bias: Signal<In, Bits<24>>,
    pub threshold: Signal<In, Bits<24>>,
    pub reset_value: Signal<In, Bits<24>>,
    pub sub: Signal<In, Bits<24>>,
    pub v_min: Signal<In, Bits<24>>,
    pub v_max: Signal<In, Bits<24>>,
    pub done: Signal<Out, Bit>,
    pub done_active: Signal<Out, Bit>,
    pub u_next: Signal<Out, Bits<24>>,
    pub v_next: Signal<Out, Bits<24>>,
    pub spike: Signal<Out, Bit>,
    pub saturations: Signal<Out, Bits<2>>,
    pub wraps: Signal<Out, Bit>,

    times_a: Multiply,
    times_b: Multiply,
    times_g: Multiply,
    membrane: MembraneSum,
    fold_sum: FoldSum,
    add_bias: AddBias,
    take_sub: Subtract,
    clamp: Clamp,
    compare: AtLeast,
    soft: Subtract,
    limit_soft: Clamp,

    valid1: DFF<Bit>,
    active1: DFF<Bit>,
    previous1: DFF<Bit>,
    u1: DFF<Bits<24>>,
    v1: DFF<Bits<24>>,
    valid2: DFF<Bit>,
    active2: DFF<Bit>,
    previous2: DFF<Bit>,
    u2: DFF<Bits<24>>,
    v2: DFF<Bits<24>>,
    valid3: DFF<Bit>,
    active3: DFF<Bit>,
    previous3: DFF<Bit>,
    u3: DFF<Bits<24>>,
    i3: DFF<Bits<24>>,
    b3: DFF<Bits<41>>,
    held3: DFF<Bit>,
    negative3: DFF<Bit>,
    left3: DFF<Bits<6>>,
    valid4: DFF<Bit>,
    active4: DFF<Bit>,
    previous4: DFF<Bit>,
    u4: DFF<Bits<24>>,
    b4: DFF<Bits<41>>,
    held4: DFF<Bit>,
    negative4: DFF<Bit>,
    left4: DFF<Bits<6>>,
    valid5: DFF<Bit>,
    active5: DFF<Bit>,
    previous5: DFF<Bit>,
    u5: DFF<Bits<24>>,
    low5: DFF<Bits<17>>,
    high5: DFF<Bits<26>>,
    held5: DFF<Bit>,
    negative5: DFF<Bit>,
    left5: DFF<Bits<6>>,
    fold_saturated5: DFF<Bit>,
    fold_wrapped5: DFF<Bit>,
    valid6: DFF<Bit>,
    active6: DFF<Bit>,
    previous6: DFF<Bit>,
    u6: DFF<Bits<24>>,
    h6: DFF<Bits<27>>,
    held6: DFF<Bit>,
    left6: DFF<Bits<6>>,
    fold_saturated6: DFF<Bit>,
    fold_wrapped6: DFF<Bit>,
    valid7: DFF<Bit>,
    active7: DFF<Bit>,
    u7: DFF<Bits<24>>,
    h7: DFF<Bits<28>>,
    held7: DFF<Bit>,
    left7: DFF<Bits<6>>,
    fold_saturated7: DFF<Bit>,
    fold_wrapped7: DFF<Bit>,
    valid8: DFF<Bit>,
    active8: DFF<Bit>,
    u8: DFF<Bits<24>>,
    h8: DFF<Bits<24>>,
    held8: DFF<Bit>,
    left8: DFF<Bits<6>>,
    saturated8: DFF<Bit>,
    wrapped8: DFF<Bit>,
    valid9: DFF<Bit>,
    active9: DFF<Bit>,
    u9: DFF<Bits<24>>,
    h9: DFF<Bits<24>>,
    soft9: DFF<Bits<24>>,
    soft_saturated9: DFF<Bit>,
    spike9: DFF<Bit>,
    held9: DFF<Bit>,
    left9: DFF<Bits<6>>,
    saturated9: DFF<Bit>,
    wrapped9: DFF<Bit>,

    decayed: Signal<Local, Bits<24>>,
    carry_u: Signal<Local, Bit>,
    carry_v: Signal<Local, Bit>,
    carry_low: Signal<Local, Bit>,
    carries: Signal<Local, Bits<2>>,
    reached: Signal<Local, Bit>,
    fires: Signal<Local, Bit>,
    held_low: Signal<Local, Bits<6>>,
    hold_low: Signal<Local, Bits<6>>,
    hold_value: Signal<Local, Bits<24>>,
    is_held: Signal<Local, Bit>,
    current: Signal<Local, Bits<24>>,
    subtrahend: Signal<Local, Bits<24>>,
    high_a: Signal<Local, Bits<24>>,
    held_one: Signal<Local, Bits<6>>,

    one24: Fixed<24, 1>,
    zero24: Fixed<24, 0>,
    held_base: Fixed<24, 0x80_0000>,
    held_prefix: Fixed<18, 0x2_0000>,
    zero6: Fixed<6, 0>,
    one6: Fixed<6, 1>,
    zero7: Fixed<7, 0>,
    none2: Fixed<2, 0>,
    one2: Fixed<2, 1>,
    two2: Fixed<2, 2>,
    floor: Fixed<2, 0>,
    half_up: Fixed<2, 1>,
    hard: Fixed<2, 0>,
    soft_reset: Fixed<2, 1>,
    delayed: Fixed<2, 2>,
    sign_extension: Fixed<27, 0x700_0000>,
    lowest: Fixed<24, 0x80_0001>,
    highest: Fixed<24, 0x7f_ffff>,
}

impl Logic for NeuronPipeline {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, valid1, active1, previous1, u1, v1);
        dff_setup!(self, clock, valid2, active2, previous2, u2, v2);
        dff_setup!(self, clock, valid3, active3, previous3, u3, i3, b3, held3, negative3, left3);
        dff_setup!(self, clock, valid4, active4, previous4, u4, b4, held4, negative4, left4);
        dff_setup!(self, clock, valid5, active5, previous5, u5, low5, high5, held5, negative5);
        dff_setup!(self, clock, left5, fold_saturated5, fold_wrapped5);
        dff_setup!(self, clock, valid6, active6, previous6, u6, h6, held6, left6);
        dff_setup!(self, clock, fold_saturated6, fold_wrapped6);
        dff_setup!(self, clock, valid7, active7, u7, h7, held7, left7);
        dff_setup!(self, clock, fold_saturated7, fold_wrapped7);
        dff_setup!(self, clock, valid8, active8, u8, h8, held8, left8, saturated8, wrapped8);
        dff_setup!(
            self,
            clock,
            valid9,
            active9,
            u9,
            h9,
            soft9,
            soft_saturated9,
            spike9,
            held9
        );
        dff_setup!(self, clock, left9, saturated9, wrapped9);
        clock!(self, clock, times_a, times_b, times_g);

        comment!("Stage 1: operands.");
        self.valid1.d.next = self.valid.val();
        self.active1.d.next = self.active.val();
        self.previous1.d.next = self.previous.val();
        self.u1.d.next = self.u.val();
        self.v1.d.next = self.v.val();
        self.times_a.x.next = self.u1.q.val();
        self.times_a.factor.next = self.current_decay.val();
        self.times_b.x.next = self.v1.q.val();
        self.times_b.factor.next = self.membrane_decay.val();

        comment!("Stage 2: u' and the held neurons, v = -2^23 + k with k below 64.");
        self.valid2.d.next = self.valid1.q.val();
        self.active2.d.next = self.active1.q.val();
        self.previous2.d.next = self.previous1.q.val();
        self.u2.d.next = self.u1.q.val();
        self.v2.d.next = self.v1.q.val();
        self.carry_u.next =
            self.u2.q.val().get_bit(23) & self.times_a.product.val().get_bits::<16>(0).any();
        if self.rounding_u.val() == self.floor.val() {
            self.carry_u.next = false;
        } else if self.rounding_u.val() == self.half_up.val() {
            self.carry_u.next = self.times_a.product.val().get_bit(15);
        }
        self.high_a.next = self.times_a.product.val().get_bits::<24>(16);
        self.decayed.next = self.high_a.val();
        if self.carry_u.val() {
            self.decayed.next = self.high_a.val() + self.one24.val();
        }
        self.is_held.next = (self.v2.q.val().get_bits::<18>(6) == self.held_prefix.val())
            & (self.held_steps.val() != self.zero7.val())
            & !self.fold.val();
        self.current.next = self.u2.q.val();
        if self.after_decay.val() | self.fold.val() {
            self.current.next = self.decayed.val();
        }

        comment!("Stage 3: the current's share.");
        self.valid3.d.next = self.valid2.q.val();
        self.active3.d.next = self.active2.q.val();
        self.previous3.d.next = self.previous2.q.val();
        self.u3.d.next = self.decayed.val();
        if self.fold.val() {
            self.u3.d.next = self.v2.q.val();
        }
        self.i3.d.next = self.current.val();
        self.b3.d.next = self.times_b.product.val();
        self.held3.d.next = self.is_held.val();
        self.negative3.d.next = self.v2.q.val().get_bit(23);
        self.left3.d.next = self.v2.q.val().get_bits::<6>(0);
        self.times_g.x.next = self.i3.q.val();
        self.times_g.factor.next = self.gain.val();

        comment!("Stage 4: the sum of the products.");
        self.valid4.d.next = self.valid3.q.val();
        self.active4.d.next = self.active3.q.val();
        self.previous4.d.next = self.previous3.q.val();
        self.u4.d.next = self.u3.q.val();
        self.b4.d.next = self.b3.q.val();
        self.held4.d.next = self.held3.q.val();
        self.negative4.d.next = self.negative3.q.val();
        self.left4.d.next = self.left3.q.val();
        self.membrane.a.next = self.b4.q.val();
        self.membrane.b.next = self.times_g.product.val();
        self.fold_sum.product.next = self.times_g.product.val();
        self.fold_sum.current.next = self.u4.q.val();
        self.fold_sum.wrap.next = self.wrap.val();

        comment!("Stage 5: rounding and bias.");
        self.valid5.d.next = self.valid4.q.val();
        self.active5.d.next = self.active4.q.val();
        self.previous5.d.next = self.previous4.q.val();
        self.u5.d.next = self.u4.q.val();
        if self.fold.val() {
            self.u5.d.next = self.fold_sum.sum.val();
        }
        self.low5.d.next = self.membrane.low.val();
        self.high5.d.next = self.membrane.high.val();
        self.held5.d.next = self.held4.q.val();
        self.negative5.d.next = self.negative4.q.val();
        self.left5.d.next = self.left4.q.val();
        self.fold_saturated5.d.next = self.fold.val() & self.fold_sum.saturated.val();
        self.fold_wrapped5.d.next = self.fold.val() & self.fold_sum.wrapped.val();
        self.carry_v.next = self.negative5.q.val() & self.low5.q.val().get_bits::<16>(0).any();
        if self.rounding_v.val() == self.floor.val() {
            self.carry_v.next = false;
        } else if self.rounding_v.val() == self.half_up.val() {
            self.carry_v.next = self.low5.q.val().get_bit(15);
        }
        self.carry_low.next = self.low5.q.val().get_bit(16);
        self.carries.next = self.none2.val();
        if self.carry_low.val() & self.carry_v.val() {
            self.carries.next = self.two2.val();
        } else if self.carry_low.val() | self.carry_v.val() {
            self.carries.next = self.one2.val();
        }
        self.add_bias.high.next = self.high5.q.val();
        self.add_bias.bias.next = self.bias.val();
        self.add_bias.carry.next = self.carries.val();

        comment!("Stage 6: the delayed reset.");
        self.valid6.d.next = self.valid5.q.val();
        self.active6.d.next = self.active5.q.val();
        self.previous6.d.next = self.previous5.q.val();
        self.u6.d.next = self.u5.q.val();
        self.h6.d.next = self.add_bias.sum.val();
        self.held6.d.next = self.held5.q.val();
        self.left6.d.next = self.left5.q.val();
        self.fold_saturated6.d.next = self.fold_saturated5.q.val();
        self.fold_wrapped6.d.next = self.fold_wrapped5.q.val();
        self.subtrahend.next = self.zero24.val();
        if self.previous6.q.val() & (self.reset.val() == self.delayed.val()) {
            self.subtrahend.next = self.sub.val();
        }
        self.take_sub.a.next = self.h6.q.val();
        self.take_sub.b.next = self.subtrahend.val();

        comment!("Stage 7: the only limit on h.");
        self.valid7.d.next = self.valid6.q.val();
        self.active7.d.next = self.active6.q.val();
        self.u7.d.next = self.u6.q.val();
        self.h7.d.next = self.take_sub.difference.val();
        self.held7.d.next = self.held6.q.val();
        self.left7.d.next = self.left6.q.val();
        self.fold_saturated7.d.next = self.fold_saturated6.q.val();
        self.fold_wrapped7.d.next = self.fold_wrapped6.q.val();
        self.clamp.h1.next = self.h7.q.val();
        self.clamp.v_min.next = self.v_min.val();
        self.clamp.v_max.next = self.v_max.val();

        comment!("Stage 8: the comparison and the soft reset.");
        self.valid8.d.next = self.valid7.q.val();
        self.active8.d.next = self.active7.q.val();
        self.u8.d.next = self.u7.q.val();
        self.h8.d.next = self.clamp.h.val();
        self.held8.d.next = self.held7.q.val();
        self.left8.d.next = self.left7.q.val();
        self.saturated8.d.next =
            (self.clamp.saturated.val() & !self.held7.q.val() & !self.fold.val())
                | self.fold_saturated7.q.val();
        self.wrapped8.d.next = self.fold_wrapped7.q.val();
        self.compare.a.next = self.h8.q.val();
        self.compare.b.next = self.threshold.val();
        self.reached.next = self.compare.yes.val() ^ self.inverted.val();
        self.fires.next = self.reached.val()
            & !self.no_threshold.val()
            & !self.held8.q.val()
            & self.active8.q.val()
            & !self.fold.val();
        self.soft.a.next = bit_cast::<27, 24>(self.h8.q.val());
        if self.h8.q.val().get_bit(23) {
            self.soft.a.next = bit_cast::<27, 24>(self.h8.q.val()) | self.sign_extension.val();
        }
        self.soft.b.next = self.sub.val();
        self.limit_soft.h1.next = self.soft.difference.val();
        self.limit_soft.v_min.next = self.lowest.val();
        self.limit_soft.v_max.next = self.highest.val();

        comment!("Stage 9: reset and held steps.");
        self.valid9.d.next = self.valid8.q.val();
        self.active9.d.next = self.active8.q.val();
        self.u9.d.next = self.u8.q.val();
        self.h9.d.next = self.h8.q.val();
        self.soft9.d.next = self.limit_soft.h.val();
        self.soft_saturated9.d.next = self.limit_soft.saturated.val()
            & self.fires.val()
            & (self.reset.val() == self.soft_reset.val());
        self.spike9.d.next = self.fires.val();
        self.held9.d.next = self.held8.q.val();
        self.left9.d.next = self.left8.q.val();
        self.saturated9.d.next = self.saturated8.q.val();
        self.wrapped9.d.next = self.wrapped8.q.val();

        self.held_low.next = self.left9.q.val() - self.one6.val();
        self.held_one.next = self.held_steps.val().get_bits::<6>(0);
        self.hold_low.next = self.held_one.val() - self.one6.val();
        self.hold_value.next = bit_cast::<24, 6>(self.hold_low.val());
        if self.held9.q.val() {
            self.hold_value.next = bit_cast::<24, 6>(self.held_low.val());
        }
        self.v_next.next = self.h9.q.val();
        if self.held9.q.val() {
            self.v_next.next = self.hold_value.val() | self.held_base.val();
            if self.left9.q.val() == self.zero6.val() {
                self.v_next.next = self.reset_value.val();
            }
        } else if self.spike9.q.val() {
            if self.reset.val() == self.hard.val() {
                self.v_next.next = self.reset_value.val();
                if self.held_steps.val() != self.zero7.val() {
                    self.v_next.next = self.hold_value.val() | self.held_base.val();
                }
            } else if self.reset.val() == self.soft_reset.val() {
                self.v_next.next = self.soft9.q.val();
            }
        }
        self.u_next.next = self.u9.q.val();
        self.spike.next = self.spike9.q.val();
        self.done.next = self.valid9.q.val();
        self.done_active.next = self.active9.q.val();
        self.saturations.next = self.none2.val();
        if self.valid9.q.val() & self.active9.q.val() {
            if self.saturated9.q.val() & self.soft_saturated9.q.val() {
                self.saturations.next = self.two2.val();
            } else if self.saturated9.q.val() | self.soft_saturated9.q.val() {
                self.saturations.next = self.one2.val();
            }
        }
        self.wraps.next = self.valid9.q.val() & self.active9.q.val() & self.wrapped9.q.val();
    }
}
