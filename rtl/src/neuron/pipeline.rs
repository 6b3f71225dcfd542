//! The neuron: `docs/numerics.md`, section 2, as a pipeline that takes one neuron a tick. It holds data
//! alone; which stage holds a neuron is known to [`super::sweep`]. FOLD (section 1) runs through the
//! same multipliers: `u` is the scratch, `destination` the current it is added to, A = 2^(16-k), B = 2^-16,
//! G = 2^m.
//!
//! | tick | current | tick | membrane |
//! | --- | --- | --- | --- |
//! | 0 | `u` at the port | s | `v` and `previous` at the ports; i = u (s = 1) or u' (s = 5) |
//! | 1 to 4 | A*u, rounded | s + 1 to s + 5 | B*v + G*i, rounded |
//! | 5 | u' on `u_next` | s + 6 | bias: h0 |
//! | | | s + 7 | delayed reset: h1 |
//! | | | s + 8, s + 9 | lower and upper limit: h; comparison with T |
//! | | | s + 10 | spike, soft reset; v on `v_next` |
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `tick` | 1 | all stages move |
//! | `load` | 1 | take `u`; it is kept until the next |
//! | `keep`, `kept` | 1, 24 | take `u` in this clock, whatever the tick; what was taken last |
//! | `u`, `v`, `destination` | 24 | stored values; `destination` in place of `v` for FOLD |
//! | `previous` | 1 | this neuron's bit of the step before, for the delayed reset |
//! | parameters | | still while neurons are on their way |
//! | `to_reset` | 1 | put the reset value on `v_next` (CLEAR) |
//! | `u_next` | 24 | u' in tick 5; with `fold` the folded current in tick s + 6 |
//! | `v_next`, `spike`, `saturations` | 24, 1, 2 | in tick s + 10 |
//! | `fold_saturated`, `fold_wrapped` | 1 | with the folded current |

use crate::primitives::arithmetic::{Choose, JoinSum};
use crate::primitives::fixed::Fixed;
use crate::primitives::held_delay::HeldDelay;
use crate::primitives::membrane::{
    AddBias, FoldSum, LowerToHighest, NextMembrane, RaiseToLowest, Reaches, SoftReset, TakeSub,
};
use crate::primitives::products::{DecayProduct, MembraneProducts, Multiplier};
use rust_hdl::prelude::*;

/// See the module's tables.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct NeuronPipeline {
    pub clock: Signal<In, Clock>,
    pub tick: Signal<In, Bit>,
    pub load: Signal<In, Bit>,
    pub keep: Signal<In, Bit>,
    pub kept: Signal<Out, Bits<24>>,
    pub u: Signal<In, Bits<24>>,
    pub v: Signal<In, Bits<24>>,
    pub destination: Signal<In, Bits<24>>,
    pub previous: Signal<In, Bit>,
    pub fold: Signal<In, Bit>,
    pub to_reset: Signal<In, Bit>,
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
    pub u_next: Signal<Out, Bits<24>>,
    pub v_next: Signal<Out, Bits<24>>,
    pub spike: Signal<Out, Bit>,
    pub saturations: Signal<Out, Bits<2>>,
    pub fold_saturated: Signal<Out, Bit>,
    pub fold_wrapped: Signal<Out, Bit>,

    decay: DecayProduct,
    products: MembraneProducts,
    fold_sum: FoldSum,
    fold_choose: Choose<22>,
    fold_join: JoinSum,
    add_bias: AddBias,
    take_sub: TakeSub,
    raise: RaiseToLowest,
    lower: LowerToHighest,
    reaches: Reaches,
    soft_reset: SoftReset,
    soft_choose: Choose<22>,
    soft_join: JoinSum,
    next_membrane: NextMembrane,
    held: HeldDelay,

    fold_choice: DFF<Bits<2>>,
    fold_top: DFF<Bit>,
    fold_bottom: DFF<Bit>,
    fold_saturates: DFF<Bit>,
    fold_wraps: DFF<Bit>,
    u_kept: DFF<Bits<24>>,
    decayed: DFF<Bits<24>>,
    h0: DFF<Bits<26>>,
    h1: DFF<Bits<27>>,
    raised: DFF<Bits<24>>,
    beyond: DFF<Bit>,
    h: DFF<Bits<24>>,
    reached: DFF<Bit>,
    v_kept: DFF<Bits<24>>,
    fires: DFF<Bit>,
    clamp_saturated8: DFF<Bit>,
    clamp_saturated9: DFF<Bit>,
    clamp_saturated10: DFF<Bit>,
    soft_saturated: DFF<Bit>,

    current: Signal<Local, Bits<24>>,

    held_prefix: Fixed<18, 0x2_0000>,
    zero7: Fixed<7, 0>,
    none2: Fixed<2, 0>,
    one2: Fixed<2, 1>,
    two2: Fixed<2, 2>,
    hard: Fixed<2, 0>,
    soft: Fixed<2, 1>,
    delayed: Fixed<2, 2>,
}

impl NeuronPipeline {
    /// With these multipliers.
    pub fn new(multiplier: Multiplier) -> Self {
        Self {
            decay: DecayProduct::new(multiplier),
            products: MembraneProducts::new(multiplier),
            held: HeldDelay::new(multiplier),
            ..Default::default()
        }
    }
}

impl Logic for NeuronPipeline {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, u_kept, decayed, h0, h1, raised, beyond, h, reached, v_kept, fires);
        dff_setup!(
            self,
            clock,
            clamp_saturated8,
            clamp_saturated9,
            clamp_saturated10
        );
        dff_setup!(self, clock, soft_saturated);
        dff_setup!(
            self,
            clock,
            fold_choice,
            fold_top,
            fold_bottom,
            fold_saturates,
            fold_wraps
        );
        clock!(self, clock, decay, products, held);

        comment!("The current.");
        self.kept.next = self.u_kept.q.val();
        if (self.tick.val() & self.load.val()) | self.keep.val() {
            self.u_kept.d.next = self.u.val();
        }
        self.decay.tick.next = self.tick.val();
        self.decay.x.next = self.u_kept.q.val();
        self.decay.factor.next = self.current_decay.val();
        self.decay.rounding.next = self.rounding_u.val();
        if self.tick.val() {
            self.decayed.d.next = self.decay.result.val();
        }
        self.current.next = self.u_kept.q.val();
        if self.after_decay.val() | self.fold.val() {
            self.current.next = self.decayed.q.val();
        }

        comment!("The sum of the products. A held neuron is v = -2^23 + k with k below 64.");
        self.products.tick.next = self.tick.val();
        self.products.v.next = self.v.val();
        if self.fold.val() {
            self.products.v.next = self.destination.val();
        }
        self.products.i.next = self.current.val();
        self.products.decay.next = self.membrane_decay.val();
        self.products.gain.next = self.gain.val();
        self.products.rounding.next = self.rounding_v.val();
        self.held.tick.next = self.tick.val();
        self.held.is_held.next = (self.v.val().get_bits::<18>(6) == self.held_prefix.val())
            & (self.held_steps.val() != self.zero7.val());
        self.held.left.next = self.v.val().get_bits::<6>(0);
        self.held.previous.next = self.previous.val() & (self.reset.val() == self.delayed.val());
        self.fold_sum.high.next = self.products.high.val();
        self.fold_sum.low.next = self.products.low.val();
        self.fold_sum.wrap.next = self.wrap.val();
        self.fold_sum.fold.next = self.fold.val();
        self.fold_choose.a.next = self.decayed.q.val().get_bits::<22>(1);
        self.fold_choose.b.next = self.fold_sum.middle.val();
        comment!("FOLD's sum stays; what becomes of it is decided a tick after it is there.");
        if self.tick.val() {
            self.fold_choice.d.next = self.fold_sum.choice.val();
            self.fold_top.d.next = self.fold_sum.top.val();
            self.fold_bottom.d.next = self.fold_sum.bottom.val();
            self.fold_saturates.d.next = self.fold_sum.saturated.val();
            self.fold_wraps.d.next = self.fold_sum.wrapped.val();
        }
        self.fold_choose.choice.next = self.fold_choice.q.val();
        self.fold_join.top.next = self.decayed.q.val().get_bit(23);
        self.fold_join.middle.next = self.fold_choose.chosen.val();
        self.fold_join.bottom.next = self.decayed.q.val().get_bit(0);
        if self.fold.val() {
            self.fold_join.top.next = self.fold_top.q.val();
            self.fold_join.bottom.next = self.fold_bottom.q.val();
        }
        self.u_next.next = self.fold_join.sum.val();
        self.fold_saturated.next = self.fold_saturates.q.val();
        self.fold_wrapped.next = self.fold_wraps.q.val();

        comment!("Bias, delayed reset, limits, comparison.");
        self.add_bias.high.next = self.products.high.val();
        self.add_bias.bias.next = self.bias.val();
        self.take_sub.h0.next = self.h0.q.val();
        self.take_sub.sub.next = self.sub.val();
        self.take_sub.take.next = self.held.previous6.val();
        self.raise.h1.next = self.h1.q.val();
        self.raise.v_min.next = self.v_min.val();
        self.lower.raised.next = self.raised.q.val();
        self.lower.beyond.next = self.beyond.q.val();
        self.lower.v_max.next = self.v_max.val();
        self.reaches.raised.next = self.raised.q.val();
        self.reaches.beyond.next = self.beyond.q.val();
        self.reaches.v_max.next = self.v_max.val();
        self.reaches.threshold.next = self.threshold.val();
        self.soft_reset.h.next = self.h.q.val();
        self.soft_reset.reached.next = self.reached.q.val();
        self.soft_reset.sub.next = self.sub.val();
        self.soft_reset.inverted.next = self.inverted.val();
        self.soft_reset.silent.next = self.no_threshold.val() | self.held.held9.val();
        self.soft_reset.soft.next = self.reset.val() == self.soft.val();
        self.soft_choose.a.next = self.h.q.val().get_bits::<22>(1);
        self.soft_choose.b.next = self.soft_reset.middle.val();
        self.soft_choose.choice.next = self.soft_reset.choice.val();
        self.soft_join.top.next = self.soft_reset.top.val();
        self.soft_join.middle.next = self.soft_choose.chosen.val();
        self.soft_join.bottom.next = self.soft_reset.bottom.val();
        if self.tick.val() {
            self.h0.d.next = self.add_bias.sum.val();
            self.h1.d.next = self.take_sub.h1.val();
            self.raised.d.next = self.raise.raised.val();
            self.beyond.d.next = self.raise.beyond.val();
            self.h.d.next = self.lower.h.val();
            self.reached.d.next = self.reaches.reached.val();
            self.v_kept.d.next = self.soft_join.sum.val();
            self.fires.d.next = self.soft_reset.spike.val();
            self.clamp_saturated8.d.next = self.raise.saturated.val() & !self.held.held7.val();
            self.clamp_saturated9.d.next = self.clamp_saturated8.q.val();
            self.clamp_saturated10.d.next = self.clamp_saturated9.q.val();
            self.soft_saturated.d.next = self.soft_reset.saturated.val();
        }

        comment!("Hard reset and held steps.");
        self.next_membrane.v.next = self.v_kept.q.val();
        self.next_membrane.reset_value.next = self.reset_value.val();
        self.next_membrane.hard.next = self.fires.q.val() & (self.reset.val() == self.hard.val());
        self.next_membrane.to_reset.next = self.to_reset.val();
        self.next_membrane.held_steps.next = self.held_steps.val();
        self.next_membrane.held.next = self.held.held10.val();
        self.next_membrane.left.next = self.held.left10.val();
        self.v_next.next = self.next_membrane.result.val();
        self.spike.next = self.fires.q.val();
        self.saturations.next = self.none2.val();
        if self.clamp_saturated10.q.val() & self.soft_saturated.q.val() {
            self.saturations.next = self.two2.val();
        } else if self.clamp_saturated10.q.val() | self.soft_saturated.q.val() {
            self.saturations.next = self.one2.val();
        }
    }
}
