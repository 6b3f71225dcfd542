//! The lowest bits of the counters (`docs/numerics.md`, section 3): those that change often. The status
//! block keeps the rest.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `clear` | 1 | all to 0 |
//! | `running`, `step_done`, `word_read`, `stalled`, `link_error` | 1 | one more |
//! | `row_begins`, `row_groups`, `row_last` | 1, 12, 5 | a row of (groups - 1) * L + last + 1 synapses |
//! | `source_counted`, `source_operations`, `list_read` | 1, 12, 1 | a source's synapses in listed rows; a long of a table or list |
//! | `spike`, `saturations_a`, `saturations_b`, `wraps_a`, `wraps_b` | 1, 6, 2, 6, 1 | |
//! | `partner_spike`, `partner_saturations` | 1, 2; or none | of the second of two neurons that leave together |
//! | `spikes_above` | 8, or none | then: bits 15 to 8 of the spikes |
//! | `cycles`, `steps`, `weight_words`, `list_words`, `spikes`, `stalls`, `link_errors` | 8 | |
//! | `saturations`, `wraps` | 16 | |
//! | `synaptic_operations` | 24 | |
//!
//! Latency: one clock.

use crate::primitives::convert::several;
use crate::primitives::fixed::Fixed;
use crate::primitives::leaving::LeavingTogether;
use crate::primitives::wiring::JoinNeurons;
use rust_hdl::prelude::*;

/// See the module's table.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct Counters<const L: usize> {
    pub clock: Signal<In, Clock>,
    pub clear: Signal<In, Bit>,
    pub running: Signal<In, Bit>,
    pub step_done: Signal<In, Bit>,
    pub word_read: Signal<In, Bit>,
    pub stalled: Signal<In, Bit>,
    pub link_error: Signal<In, Bit>,
    pub row_begins: Signal<In, Bit>,
    pub row_groups: Signal<In, Bits<12>>,
    pub row_last: Signal<In, Bits<5>>,
    pub source_counted: Signal<In, Bit>,
    pub source_operations: Signal<In, Bits<12>>,
    pub list_read: Signal<In, Bit>,
    pub spike: Signal<In, Bit>,
    pub saturations_a: Signal<In, Bits<6>>,
    pub saturations_b: Signal<In, Bits<2>>,
    pub wraps_a: Signal<In, Bits<6>>,
    pub wraps_b: Signal<In, Bit>,
    pub partner_spike: Vec<Signal<In, Bit>>,
    pub partner_saturations: Vec<Signal<In, Bits<2>>>,
    pub spikes_above: Vec<Signal<Out, Bits<8>>>,
    pub cycles: Signal<Out, Bits<8>>,
    pub steps: Signal<Out, Bits<8>>,
    pub synaptic_operations: Signal<Out, Bits<24>>,
    pub weight_words: Signal<Out, Bits<8>>,
    pub list_words: Signal<Out, Bits<8>>,
    pub spikes: Signal<Out, Bits<8>>,
    pub saturations: Signal<Out, Bits<16>>,
    pub wraps: Signal<Out, Bits<16>>,
    pub stalls: Signal<Out, Bits<8>>,
    pub link_errors: Signal<Out, Bits<8>>,
    cycles_kept: DFF<Bits<8>>,
    steps_kept: DFF<Bits<8>>,
    operations_kept: DFF<Bits<24>>,
    words_kept: DFF<Bits<8>>,
    lists_kept: DFF<Bits<8>>,
    spikes_kept: DFF<Bits<8>>,
    saturations_kept: DFF<Bits<16>>,
    wraps_kept: DFF<Bits<16>>,
    stalls_kept: DFF<Bits<8>>,
    errors_kept: DFF<Bits<8>>,
    row: JoinNeurons<L>,
    row_size: Signal<Local, Bits<24>>,
    more_saturations: Signal<Local, Bits<16>>,
    more_wraps: Signal<Local, Bits<16>>,
    saturations_event: Signal<Local, Bits<6>>,
    wraps_event: Signal<Local, Bits<6>>,
    one: Fixed<8, 1>,
    zero: Fixed<8, 0>,
    zero16: Fixed<16, 0>,
    zero24: Fixed<24, 0>,
    one6: Fixed<6, 1>,
    together: Vec<LeavingTogether>,
}

impl<const L: usize> Counters<L> {
    /// Neurons leave the pipeline alone, or with so many partners.
    pub fn new(partners: usize) -> Self {
        Self {
            partner_spike: several(partners),
            partner_saturations: several(partners),
            spikes_above: several(partners),
            together: several(partners),
            ..Default::default()
        }
    }
}

impl<const L: usize> Logic for Counters<L> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            cycles_kept,
            steps_kept,
            operations_kept,
            words_kept,
            lists_kept,
            spikes_kept,
            saturations_kept,
            wraps_kept,
            stalls_kept,
            errors_kept
        );
        if self.running.val() {
            self.cycles_kept.d.next = self.cycles_kept.q.val() + self.one.val();
        }
        if self.step_done.val() {
            self.steps_kept.d.next = self.steps_kept.q.val() + self.one.val();
        }
        if self.word_read.val() {
            self.words_kept.d.next = self.words_kept.q.val() + self.one.val();
        }
        if self.list_read.val() {
            self.lists_kept.d.next = self.lists_kept.q.val() + self.one.val();
        }
        if self.stalled.val() {
            self.stalls_kept.d.next = self.stalls_kept.q.val() + self.one.val();
        }
        if self.link_error.val() {
            self.errors_kept.d.next = self.errors_kept.q.val() + self.one.val();
        }
        if self.spike.val() {
            self.spikes_kept.d.next = self.spikes_kept.q.val() + self.one.val();
        }
        self.row.groups.next = self.row_groups.val();
        self.row.last.next = self.row_last.val();
        self.row_size.next = bit_cast::<24, 18>(self.row.neurons.val());
        if self.source_counted.val() {
            self.row_size.next = bit_cast::<24, 12>(self.source_operations.val());
        }
        if self.row_begins.val() | self.source_counted.val() {
            self.operations_kept.d.next = self.operations_kept.q.val() + self.row_size.val();
        }
        comment!("Lanes and neurons never count in the same clock: only one operation runs.");
        self.saturations_event.next =
            self.saturations_a.val() | bit_cast::<6, 2>(self.saturations_b.val());
        for i in 0..self.together.len() {
            self.together[i].clock.next = self.clock.val();
            self.together[i].clear.next = self.clear.val();
            self.together[i].spike.next = self.spike.val();
            self.together[i].partner_spike.next = self.partner_spike[i].val();
            self.together[i].low.next = self.spikes_kept.q.val();
            self.together[i].first.next = self.saturations_b.val();
            self.together[i].second.next = self.partner_saturations[i].val();
            self.spikes_kept.d.next = self.together[i].next_low.val();
            self.spikes_above[i].next = self.together[i].above.val();
            self.saturations_event.next =
                self.saturations_a.val() | self.together[i].saturations.val();
        }
        self.more_saturations.next = bit_cast::<16, 6>(self.saturations_event.val());
        self.saturations_kept.d.next = self.saturations_kept.q.val() + self.more_saturations.val();
        self.wraps_event.next = self.wraps_a.val();
        if self.wraps_b.val() {
            self.wraps_event.next = self.one6.val();
        }
        self.more_wraps.next = bit_cast::<16, 6>(self.wraps_event.val());
        self.wraps_kept.d.next = self.wraps_kept.q.val() + self.more_wraps.val();
        if self.clear.val() {
            self.cycles_kept.d.next = self.zero.val();
            self.steps_kept.d.next = self.zero.val();
            self.operations_kept.d.next = self.zero24.val();
            self.words_kept.d.next = self.zero.val();
            self.lists_kept.d.next = self.zero.val();
            self.spikes_kept.d.next = self.zero.val();
            self.saturations_kept.d.next = self.zero16.val();
            self.wraps_kept.d.next = self.zero16.val();
            self.stalls_kept.d.next = self.zero.val();
            self.errors_kept.d.next = self.zero.val();
        }
        self.cycles.next = self.cycles_kept.q.val();
        self.steps.next = self.steps_kept.q.val();
        self.synaptic_operations.next = self.operations_kept.q.val();
        self.weight_words.next = self.words_kept.q.val();
        self.list_words.next = self.lists_kept.q.val();
        self.spikes.next = self.spikes_kept.q.val();
        self.saturations.next = self.saturations_kept.q.val();
        self.wraps.next = self.wraps_kept.q.val();
        self.stalls.next = self.stalls_kept.q.val();
        self.link_errors.next = self.errors_kept.q.val();
    }
}
