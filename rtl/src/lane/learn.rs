//! One lane of LEARN: an octet of S in, the octet it becomes out, in three stages.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `advance` | 1 | every stage takes what the one before it has |
//! | `octet`, `learns` | 8, 1 | of a word of S; whether it changes (of the group: still) |
//! | `rounding` | 8 | r of this word and lane |
//! | `without_sign`, `decays`, `decay`, `change`, `minimum`, `maximum` | 1, 1, 3, 17, 8, 8 | of the operation (still) |
//! | `learned` | 8 | what becomes of the octet of three advances ago |
//!
//! Number rules: `docs/numerics.md`, section 7.

use crate::primitives::learning::{LearnedWeight, LearningTerms, WeightChange};
use rust_hdl::prelude::*;

/// See the module's table.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct LearnLane {
    pub clock: Signal<In, Clock>,
    pub advance: Signal<In, Bit>,
    pub octet: Signal<In, Bits<8>>,
    pub learns: Signal<In, Bit>,
    pub rounding: Signal<In, Bits<8>>,
    pub without_sign: Signal<In, Bit>,
    pub decays: Signal<In, Bit>,
    pub decay: Signal<In, Bits<3>>,
    pub change: Signal<In, Bits<17>>,
    pub minimum: Signal<In, Bits<8>>,
    pub maximum: Signal<In, Bits<8>>,
    pub learned: Signal<Out, Bits<8>>,
    terms: LearningTerms,
    difference: WeightChange,
    clamped: LearnedWeight,
    weight: DFF<Bits<9>>,
    lost: DFF<Bits<17>>,
    added: DFF<Bits<18>>,
    weight_then: DFF<Bits<9>>,
    moved: DFF<Bits<10>>,
    result: DFF<Bits<8>>,
}

impl Logic for LearnLane {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, weight, lost, added, weight_then, moved, result);
        self.terms.octet.next = self.octet.val();
        self.terms.without_sign.next = self.without_sign.val();
        self.terms.decays.next = self.decays.val();
        self.terms.decay.next = self.decay.val();
        self.terms.change.next = self.change.val();
        self.terms.rounding.next = self.rounding.val();
        self.difference.added.next = self.added.q.val();
        self.difference.lost.next = self.lost.q.val();
        self.clamped.weight.next = self.weight_then.q.val();
        self.clamped.change.next = self.moved.q.val();
        self.clamped.minimum.next = self.minimum.val();
        self.clamped.maximum.next = self.maximum.val();
        self.clamped.without_sign.next = self.without_sign.val();
        if self.advance.val() {
            self.weight.d.next = self.terms.weight.val();
            self.lost.d.next = self.terms.lost.val();
            self.added.d.next = self.terms.added.val();
            self.weight_then.d.next = self.weight.q.val();
            self.moved.d.next = self.difference.change.val();
            self.result.d.next = self.weight_then.q.val().get_bits::<8>(0);
            if self.learns.val() {
                self.result.d.next = self.clamped.octet.val();
            }
        }
        self.learned.next = self.result.q.val();
    }
}
