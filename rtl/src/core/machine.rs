//! The machine: memories, engines and lanes, and who may use which port when.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `connect` | 1 | a new connection |
//! | `stream_*`, `put_*` | 8 | command stream in, records out |
//! | `status_index`, `status_data` | 7, 8 | status block, one clock later |
//! | `status_read` | 1 | the link reads the status block (`primitives/status.rs` has the rules) |
//! | `link_error` | 1 | a frame was refused |
//!
//! Only one engine works at a time, so ports are shared by plain selection. The one exception is the
//! write port of H: inputs for the next step come in while a step runs, and wait while an engine
//! writes.

use super::choices::Choices;
use super::command::Command;
use super::counters::Counters;
use super::learner::Learner;
use super::long::LongReader;
use super::operands::Operands;
use super::pairs::PairLoader;
use super::report::Reporter;
use super::sequencer::Sequencer;
use super::watchdog::Watchdog;
use crate::lane::lanes::Lanes;
use crate::neuron::pipeline::NeuronPipeline;
use crate::neuron::sweep::Sweep;
use crate::neuron::unchanged::Unchanged;
use crate::primitives::convert::several;
use crate::primitives::fixed::Fixed;
use crate::primitives::memory::{LaneRam, NeuronRam, SynapseRam, WordRam};
use crate::primitives::state_word::StateWord;
use crate::primitives::status::{Identity, StatusBlock};
use crate::primitives::synapse_port::SynapsePort;
use crate::primitives::wiring::{
    GroupStride, JoinNeuron, LaneMask, PowerOfTwo, RingAddress, SelectBit, SelectLane, SplitNeuron,
    Ticker,
};
use crate::scan::find::SpikeFinder;
use crate::scan::rows::RowStreamer;
use crate::scan::segments::SegmentReader;
use rust_hdl::prelude::*;

/// See the module's table. `SW` is 8 L, `UW` 24 L.
#[derive(LogicBlock)]
#[allow(missing_docs)]
pub struct Machine<const L: usize, const SW: usize, const UW: usize> {
    pub clock: Signal<In, Clock>,
    pub connect: Signal<In, Bit>,
    pub stream_valid: Signal<In, Bit>,
    pub stream_data: Signal<In, Bits<8>>,
    pub stream_ready: Signal<Out, Bit>,
    pub put_valid: Signal<Out, Bit>,
    pub put_data: Signal<Out, Bits<8>>,
    pub put_ready: Signal<In, Bit>,
    pub status_index: Signal<In, Bits<7>>,
    pub status_data: Signal<Out, Bits<8>>,
    pub status_read: Signal<In, Bit>,
    pub link_error: Signal<In, Bit>,

    synapse_port: SynapsePort<SW>,
    synapses: SynapseRam<SW>,
    currents: LaneRam<L, UW>,
    membranes: NeuronRam,
    history: WordRam<L>,
    lanes: Lanes<L, SW, UW>,
    state_word: StateWord<UW>,
    select_u: SelectLane<UW>,
    select_previous: SelectBit<L>,
    write_u: LaneMask<L>,
    reported: SplitNeuron<L>,
    first_reported: JoinNeuron<L>,
    commanded: JoinNeuron<L>,
    ticker: Ticker,
    forwarding: Constant<Bit>,
    late: Constant<Bit>,
    highest_group: Constant<Bits<12>>,
    lists: Constant<Bit>,

    command: Command<L, SW>,
    sequencer: Sequencer,
    long: LongReader<SW>,
    operands: Operands,
    pairs: PairLoader,
    find: SpikeFinder<L>,
    rows: RowStreamer<L>,
    segments: SegmentReader,
    group_stride: GroupStride<L>,
    sweep: Sweep<L>,
    neuron: NeuronPipeline,
    partner: Vec<NeuronPipeline>,
    partner_u: Vec<SelectLane<UW>>,
    partner_previous: Vec<SelectBit<L>>,
    write_partner_u: Vec<LaneMask<L>>,
    watchdog: Vec<Watchdog>,
    fault_endless: Vec<Fixed<4, 5>>,
    unchanged: Vec<Unchanged>,
    partner_unchanged: Vec<Unchanged>,
    learner: Vec<Learner<L, SW>>,
    learn_begins: Vec<DFF<Bit>>,
    reporter: Reporter<L>,
    counters: Counters<L>,
    status_block: StatusBlock,
    ring: RingAddress,
    decay_power: PowerOfTwo,
    gain_power: PowerOfTwo,

    step_before: DFF<Bits<14>>,
    folding: DFF<Bit>,
    clearing: DFF<Bit>,
    event_saturations: Signal<Local, Bits<2>>,
    no_events: Fixed<2, 0>,
    one_event: Fixed<2, 1>,
    start_sweep: Signal<Local, Bit>,
    scan_begins: DFF<Bit>,
    sweep_begins: DFF<Bit>,
    read_ahead: DFF<Bit>,
    read_ahead_late: DFF<Bit>,
    ahead_missing: DFF<Bit>,
    fault: Signal<Local, Bit>,
    reads_ahead: Signal<Local, Bit>,
    beyond_ahead: Signal<Local, Bit>,
    report_begins: DFF<Bit>,
    reporting: DFF<Bit>,
    membrane_reported: DFF<Bit>,

    stop: Signal<Local, Bit>,
    core_busy: Signal<Local, Bit>,
    updated_value: Signal<Local, Bits<24>>,
    sequencer_reports: Signal<Local, Bit>,
    report_current: Signal<Local, Bit>,
    scan_wrap: Signal<Local, Bit>,
    scan_lists: Signal<Local, Bit>,
    folded: Signal<Local, Bits<5>>,

    delayed_reset: Vec<Fixed<2, 2>>,
    pair_stride: Vec<GroupStride<L>>,
    one_pair: Vec<Fixed<16, 1>>,
    two_pairs: Vec<Fixed<16, 2>>,
    three_pairs: Vec<Fixed<16, 4>>,
    zero24: Fixed<24, 0>,
    zero5: Fixed<5, 0>,
    one5: Fixed<5, 1>,
    sixteen5: Fixed<5, 16>,
    one7: Fixed<7, 1>,
    no_delay: Fixed<7, 0>,
    one8: Fixed<8, 1>,
    fault_range: Fixed<4, 4>,
    report_tag: Fixed<8, 0x60>,
    read_u: Fixed<8, 0x21>,
    read_v: Fixed<8, 0x22>,
    kind_plain: Fixed<2, 1>,
    kind_v: Fixed<2, 2>,
    kind_u: Fixed<2, 3>,
}

impl<const L: usize, const SW: usize, const UW: usize> Machine<L, SW, UW> {
    /// A machine with the memories that `identity` tells the host of, made of what `choices` says.
    pub fn new(identity: Identity, choices: Choices) -> Self {
        let Choices {
            multiplier,
            pipeline,
            lists,
            ..
        } = choices;
        let (partners, resting) = (choices.partners(), choices.resting());
        let learning = choices.learning();
        let watched = Some(choices.watchdog).filter(|bits| *bits > 0).into_iter();
        let identity = Identity {
            features: identity.features
                | if lists { Identity::LISTS } else { 0 }
                | if choices.learn { Identity::LEARN } else { 0 },
            ..identity
        };
        let (words, groups, history) = (
            identity.synapse_words as usize,
            identity.groups as usize,
            identity.history_words as usize,
        );
        Self {
            clock: Default::default(),
            connect: Default::default(),
            stream_valid: Default::default(),
            stream_data: Default::default(),
            stream_ready: Default::default(),
            put_valid: Default::default(),
            put_data: Default::default(),
            put_ready: Default::default(),
            status_index: Default::default(),
            status_data: Default::default(),
            status_read: Default::default(),
            link_error: Default::default(),
            synapse_port: SynapsePort::new(pipeline.is_late()),
            synapses: SynapseRam::new(words),
            currents: LaneRam::new(groups),
            membranes: NeuronRam::with(groups * L, partners),
            history: WordRam::new(history),
            lanes: Lanes::with(pipeline.forwards(), partners),
            state_word: StateWord::new(pipeline.is_late()),
            select_u: Default::default(),
            select_previous: Default::default(),
            write_u: Default::default(),
            reported: Default::default(),
            first_reported: Default::default(),
            commanded: Default::default(),
            ticker: Ticker::new(multiplier.clocks()),
            forwarding: Constant::new(pipeline.forwards()),
            late: Constant::new(pipeline.is_late()),
            highest_group: Constant::new((groups as u64 - 1).into()),
            lists: Constant::new(lists),
            command: Command::new(words, groups, history, resting),
            sequencer: Sequencer::new(resting, learning),
            long: Default::default(),
            operands: Default::default(),
            pairs: PairLoader::new(resting),
            find: Default::default(),
            rows: Default::default(),
            segments: Default::default(),
            group_stride: Default::default(),
            sweep: Sweep::new(partners, resting, groups),
            neuron: NeuronPipeline::new(multiplier),
            partner: (0..partners)
                .map(|_| NeuronPipeline::new(multiplier))
                .collect(),
            partner_u: several(partners),
            partner_previous: several(partners),
            write_partner_u: several(partners),
            watchdog: watched.map(Watchdog::new).collect(),
            fault_endless: several(usize::from(choices.watchdog > 0)),
            unchanged: several(resting),
            partner_unchanged: several(resting * partners),
            learner: several(learning),
            learn_begins: several(learning),
            reporter: Default::default(),
            counters: Counters::new(partners),
            status_block: StatusBlock::with(identity, partners),
            ring: Default::default(),
            decay_power: Default::default(),
            gain_power: Default::default(),
            step_before: Default::default(),
            folding: Default::default(),
            clearing: Default::default(),
            event_saturations: Default::default(),
            no_events: Default::default(),
            one_event: Default::default(),
            start_sweep: Default::default(),
            scan_begins: Default::default(),
            sweep_begins: Default::default(),
            read_ahead: Default::default(),
            read_ahead_late: Default::default(),
            ahead_missing: Default::default(),
            fault: Default::default(),
            reads_ahead: Default::default(),
            beyond_ahead: Default::default(),
            report_begins: Default::default(),
            reporting: Default::default(),
            membrane_reported: Default::default(),
            stop: Default::default(),
            core_busy: Default::default(),
            updated_value: Default::default(),
            sequencer_reports: Default::default(),
            report_current: Default::default(),
            scan_wrap: Default::default(),
            scan_lists: Default::default(),
            folded: Default::default(),
            delayed_reset: several(resting),
            pair_stride: several(resting),
            one_pair: several(resting),
            two_pairs: several(resting),
            three_pairs: several(resting),
            zero24: Default::default(),
            zero5: Default::default(),
            one5: Default::default(),
            sixteen5: Default::default(),
            one7: Default::default(),
            no_delay: Default::default(),
            one8: Default::default(),
            fault_range: Default::default(),
            report_tag: Default::default(),
            read_u: Default::default(),
            read_v: Default::default(),
            kind_plain: Default::default(),
            kind_v: Default::default(),
            kind_u: Default::default(),
        }
    }
}

impl<const L: usize, const SW: usize, const UW: usize> Logic for Machine<L, SW, UW> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            step_before,
            folding,
            clearing,
            scan_begins,
            sweep_begins,
            read_ahead,
            read_ahead_late,
            ahead_missing,
            report_begins,
            reporting,
            membrane_reported
        );
        clock!(
            self,
            clock,
            synapse_port,
            state_word,
            synapses,
            currents,
            membranes,
            history,
            lanes
        );
        clock!(self, clock, command, sequencer, long, operands, pairs, find, rows, segments);
        clock!(
            self,
            clock,
            sweep,
            neuron,
            reporter,
            counters,
            status_block,
            ticker
        );

        comment!("The host's side.");
        self.command.connect.next = self.connect.val();
        self.command.stream_valid.next = self.stream_valid.val();
        self.command.stream_data.next = self.stream_data.val();
        self.stream_ready.next = self.command.stream_ready.val();
        self.core_busy.next =
            self.sequencer.busy.val() | self.report_begins.q.val() | self.reporter.busy.val();
        self.command.core_busy.next = self.core_busy.val();
        self.command.t_end.next = self.sequencer.t.val();
        self.command.refused.next = self.sequencer.refused.val();
        self.command.refused_code.next = self.sequencer.refused_code.val();
        self.command.refused_bit.next = self.sequencer.refused_bit.val();
        self.sequencer.refused_shift.next = self.command.refused_shift.val();
        self.command.s_word.next = self.synapses.q.val();
        self.command.s_late.next = self.late.val();
        self.stop.next = self.connect.val() | self.command.halt.val();
        comment!(
            "A long that is read ahead may be beyond the end of S, if it is none of the program's."
        );
        self.reads_ahead.next =
            self.sequencer.ahead.val() | (self.long.second.val() & self.read_ahead.q.val());
        self.read_ahead.d.next = self.reads_ahead.val();
        self.read_ahead_late.d.next = self.read_ahead.q.val();
        self.beyond_ahead.next = self.read_ahead.q.val();
        if self.late.val() {
            self.beyond_ahead.next = self.read_ahead_late.q.val();
        }
        comment!(
            "The end of a SCAN's row: the next operation is begun then, and the SCAN is at fault."
        );
        self.sequencer.keep_place.next =
            self.synapses.beyond.val() | (self.late.val() & self.synapses.outside.val());
        if self.synapses.beyond.val() {
            self.ahead_missing.d.next = self.beyond_ahead.val();
        }
        if self.sequencer.ahead.val() {
            self.ahead_missing.d.next = false;
        }
        comment!("The command unit has checked its own accesses: this is a program's, or a second long's.");
        self.fault.next = self.synapses.beyond.val() & !self.beyond_ahead.val();
        if self.sequencer.start_scan.val() | self.sequencer.start_clear.val() {
            self.fault.next = self.ahead_missing.q.val();
        }
        if self.fault.val() {
            self.command.refused.next = true;
            self.command.refused_code.next = self.fault_range.val();
            self.stop.next = true;
        }

        for i in 0..self.watchdog.len() {
            self.watchdog[i].clock.next = self.clock.val();
            self.watchdog[i].running.next = self.sequencer.busy.val();
            if self.watchdog[i].expired.val() {
                self.command.refused.next = true;
                self.command.refused_code.next = self.fault_endless[i].val();
                self.stop.next = true;
            }
        }

        comment!("Records: the reporter before the sequencer before the command unit.");
        self.put_valid.next = self.reporter.put_valid.val()
            | self.sequencer.put_valid.val()
            | self.command.put_valid.val();
        self.put_data.next = self.command.put_data.val();
        self.command.put_ready.next = self.put_ready.val();
        self.sequencer.put_ready.next = self.put_ready.val();
        self.reporter.put_ready.next = self.put_ready.val();
        if self.sequencer.put_valid.val() {
            self.put_data.next = self.sequencer.put_data.val();
            self.command.put_ready.next = false;
        }
        if self.reporter.put_valid.val() {
            self.put_data.next = self.reporter.put_data.val();
            self.command.put_ready.next = false;
            self.sequencer.put_ready.next = false;
        }

        comment!("The sequencer and its operands.");
        self.sequencer.start.next = self.command.start.val();
        self.sequencer.stop.next = self.stop.val();
        self.sequencer.entry.next = self.command.entry.val();
        self.sequencer.t_start.next = self.command.t_start.val();
        self.sequencer.valid.next = self.long.valid.val();
        self.sequencer.long.next = self.long.long.val();
        self.sequencer.reads.next = self.long.second.val();
        self.sequencer.working.next = self.scan_begins.q.val()
            | self.find.busy.val()
            | self.rows.busy.val()
            | self.segments.busy.val()
            | self.sweep_begins.q.val()
            | self.sweep.busy.val()
            | self.report_begins.q.val()
            | self.reporter.busy.val();
        for i in 0..self.learner.len() {
            if self.learn_begins[i].q.val() | self.learner[i].busy.val() {
                self.sequencer.working.next = true;
            }
        }
        self.sequencer.lists.next = self.lists.val();
        self.long.request.next =
            self.sequencer.request.val() | self.pairs.request.val() | self.segments.request.val();
        self.long.address.next = self.sequencer.address.val();
        if self.pairs.request.val() {
            self.long.address.next = self.pairs.address.val();
        }
        if self.segments.request.val() {
            self.long.address.next = self.segments.address.val();
        }
        self.long.word.next = self.synapses.q.val();
        self.long.late.next = self.late.val();
        self.operands.stored.next = self.sequencer.stored.val();
        self.operands.store.next = self.sequencer.store.val();
        self.operands.pair_stored.next = self.pairs.store.val();
        self.operands.pair.next = self.pairs.pair.val();
        self.operands.long.next = self.long.long.val();
        self.operands.scan.next = self.sequencer.start_scan.val();
        for i in 0..self.learner.len() {
            if self.sequencer.start_learn[i].val() {
                self.operands.scan.next = true;
            }
        }
        self.operands.clear.next = self.sequencer.start_clear.val();
        self.operands.fold.next = self.sequencer.start_fold.val();
        self.folded.next = bit_cast::<5, 4>(self.sequencer.head.val().get_bits::<4>(44));
        self.decay_power.amount.next = self.sixteen5.val() - self.folded.val();
        self.gain_power.amount.next = bit_cast::<5, 4>(self.sequencer.head.val().get_bits::<4>(12));
        self.operands.decay_power.next = self.decay_power.power.val();
        self.operands.gain_power.next = self.gain_power.power.val();
        self.pairs.start.next = self.sequencer.start_update.val();
        self.pairs.stop.next = self.stop.val();
        self.pairs.pair_table.next = self.long.long.val().get_bits::<20>(32);
        self.pairs.present.next = self.sequencer.head.val().get_bits::<3>(20);
        self.pairs.load.next = self.sweep.load.val();
        self.pairs.valid.next = self.long.valid.val();

        comment!("Bitmaps: the step before, seen first; then this one (SCAN: the step it looks back to).");
        self.ring.base.next = self.sequencer.head.val().get_bits::<14>(32);
        self.ring.log2_depth.next = self.sequencer.head.val().get_bits::<3>(23);
        self.ring.t.next = self.sequencer.t.val().get_bits::<7>(0);
        self.ring.back.next = self.one7.val();
        if self.sequencer.look.val() {
            self.ring.back.next = self.sequencer.head.val().get_bits::<7>(16);
        } else if self.sweep_begins.q.val() | self.report_begins.q.val() {
            self.ring.back.next = self.no_delay.val();
        }
        for i in 0..self.learner.len() {
            if self.learner[i].look.val() {
                self.ring.back.next = self.sequencer.head.val().get_bits::<7>(16);
            }
        }
        self.step_before.d.next = self.ring.address.val();

        comment!("SCAN.");
        self.group_stride.stride.next = self.operands.scan_stride.val();
        comment!("Scan, sweep and reporter begin a clock after the sequencer says so: it is heard in many places.");
        self.scan_begins.d.next = self.sequencer.start_scan.val() & !self.stop.val();
        self.sequencer.scan_begins.next = self.scan_begins.q.val();
        comment!(
            "H is read while the second long comes, and for nothing if the operation is refused."
        );
        self.find.look.next = self.sequencer.look.val();
        self.find.start.next = self.scan_begins.q.val();
        self.find.stop.next = self.stop.val() | self.sequencer.refused.val();
        self.find.always_row.next = self.sequencer.head.val().get_bit(4);
        self.find.groups.next = self.sequencer.head.val().get_bits::<12>(48);
        self.find.address.next = self.ring.address.val();
        self.find.step.next = self.ring.step.val();
        self.find.row_base.next = self.long.long.val().get_bits::<20>(0);
        self.find.group_stride.next = self.group_stride.whole.val();
        self.find.history.next = self.history.q.val();
        self.find.taken.next = self.rows.taken.val();
        self.rows.stop.next = self.stop.val();
        self.rows.forwarding.next = self.forwarding.val();
        self.rows.late.next = self.late.val();
        self.rows.highest.next = self.highest_group.val();
        self.rows.found.next = self.find.found.val();
        self.rows.lane.next = self.find.lane.val();
        self.rows.row.next = self.find.row.val();
        self.rows.stride.next = self.operands.scan_stride.val();
        self.rows.groups.next = self.sequencer.head.val().get_bits::<12>(48);
        self.rows.first_group.next = self.sequencer.head.val().get_bits::<12>(36);
        self.rows.format.next = self.sequencer.head.val().get_bits::<2>(6);
        for i in 0..self.learner.len() {
            comment!("LEARN has the sources' rows found as those of a listed SCAN.");
            self.learn_begins[i].clock.next = self.clock.val();
            self.learn_begins[i].d.next = self.sequencer.start_learn[i].val() & !self.stop.val();
            self.learner[i].clock.next = self.clock.val();
            self.learner[i].start.next = self.learn_begins[i].q.val();
            self.learner[i].stop.next = self.stop.val();
            self.learner[i].stored.next = self.sequencer.stored.val();
            self.learner[i].store.next = self.sequencer.store.val();
            self.learner[i].long.next = self.long.long.val();
            self.learner[i].head.next = self.sequencer.head.val();
            self.learner[i].stride.next = self.operands.scan_stride.val();
            self.learner[i].t.next = self.sequencer.t.val().get_bits::<7>(0);
            self.learner[i].history.next = self.history.q.val();
            self.learner[i].word.next = self.synapses.q.val();
            self.learner[i].late.next = self.late.val();
            self.learner[i].searching.next = self.find.busy.val() | self.rows.busy.val();
            self.learner[i].row_valid.next = self.rows.row_valid.val();
            self.learner[i].row_address.next = self.rows.row_address.val();
            if self.learner[i].look.val() {
                self.find.look.next = true;
            }
            if self.learner[i].hand_out.val() {
                self.find.start.next = true;
            }
            if self.learner[i].busy.val() {
                self.find.row_base.next = self.learner[i].row_base.val();
            }
        }

        comment!("Listed rows: lists and weights share the port of S.");
        self.scan_lists.next = self.lists.val() & self.sequencer.head.val().get_bit(5);
        self.rows.listed.next = self.scan_lists.val();
        self.rows.hold.next = self.segments.request.val() | self.long.second.val();
        self.rows.row_taken.next = self.segments.row_taken.val();
        self.rows.segment_found.next = self.segments.found.val();
        self.rows.segment_begins.next = self.segments.begins.val();
        self.rows.segment_first_word.next = self.segments.first_word.val();
        self.rows.segment_first_group.next = self.segments.first_group.val();
        self.rows.segment_word_skip.next = self.segments.word_skip.val();
        self.rows.segment_group_skip.next = self.segments.group_skip.val();
        self.rows.segment_groups.next = self.segments.groups.val();
        self.rows.segment_exponent.next = self.segments.exponent.val();
        self.segments.stop.next = self.stop.val() | !self.lists.val();
        self.segments.late.next = self.late.val();
        self.segments.row_valid.next = self.rows.row_valid.val();
        self.segments.row_address.next = self.rows.row_address.val();
        self.segments.free.next = self.rows.free.val();
        self.segments.taken.next = self.rows.segment_taken.val();
        self.segments.valid.next = self.long.valid.val();
        self.segments.long.next = self.long.long.val();
        for i in 0..self.learner.len() {
            if self.learner[i].busy.val() {
                self.rows.listed.next = true;
                self.rows.row_taken.next = self.learner[i].row_taken.val();
                self.segments.row_valid.next = false;
            }
        }

        comment!("The lanes.");
        self.lanes.word.next = self.synapses.q.val();
        self.lanes.part.next = self.rows.part.val();
        self.lanes.format.next = self.sequencer.head.val().get_bits::<2>(6);
        self.lanes.sign.next = self.sequencer.head.val().get_bits::<2>(8);
        self.lanes.exponent.next = self.sequencer.head.val().get_bits::<4>(12);
        if self.scan_lists.val() {
            self.lanes.exponent.next = self.rows.exponent.val();
        }
        self.scan_wrap.next = self.sequencer.head.val().get_bit(10);
        self.lanes.wrap.next = self.scan_wrap.val();
        self.lanes.currents.next = self.currents.q.val();
        self.lanes.take_earlier.next = self.rows.take_earlier.val();
        self.lanes.take_last.next = self.rows.take_last.val();
        self.lanes.adding.next = self.rows.adding.val();
        self.lanes.replace.next = !self.rows.adding.val();
        self.updated_value.next = self.neuron.u_next.val();
        if self.sweep.u_zero.val() {
            self.updated_value.next = self.zero24.val();
        }
        if self.command.u_write.val() {
            self.updated_value.next = self.command.value.val();
        }
        self.lanes.value.next = self.updated_value.val();

        comment!("UPDATE, FOLD and CLEAR.");
        self.start_sweep.next = self.sequencer.start_update.val()
            | self.sequencer.start_fold.val()
            | self.sequencer.start_clear.val();
        if self.start_sweep.val() {
            self.folding.d.next = self.sequencer.start_fold.val();
            self.clearing.d.next = self.sequencer.start_clear.val();
        }
        self.sweep_begins.d.next = self.start_sweep.val() & !self.stop.val();
        self.sweep.tick.next = self.ticker.tick.val();
        self.sweep.late.next = self.late.val();
        self.sweep.start.next = self.sweep_begins.q.val();
        self.sweep.stop.next = self.stop.val();
        self.sweep.fold.next = self.folding.q.val();
        self.sweep.clear.next = self.clearing.q.val();
        self.sweep.after_decay.next = self.sequencer.head.val().get_bit(4);
        self.sweep.one_by_one.next =
            self.sequencer.head.val().get_bits::<3>(20).any() | self.folding.q.val();
        self.sweep.first_group.next = self.long.long.val().get_bits::<12>(0);
        if self.folding.q.val() {
            self.sweep.first_group.next = self.sequencer.head.val().get_bits::<12>(32);
        }
        self.sweep.scratch_group.next = self.sequencer.head.val().get_bits::<12>(48);
        self.sweep.neurons.next = self.long.long.val().get_bits::<16>(16);
        self.sweep.clear_state.next = self.sequencer.head.val().get_bit(4);
        self.sweep.clear_history.next = self.sequencer.head.val().get_bit(5);
        self.sweep.history_words.next = self.sequencer.head.val().get_bits::<15>(48);
        self.sweep.previous_address.next = self.step_before.q.val();
        self.sweep.spike_address.next = self.ring.address.val();
        self.sweep.step.next = self.ring.step.val();
        self.sweep.loaded.next = self.pairs.loaded.val();
        self.sweep.spike.next = self.neuron.spike.val();
        self.neuron.tick.next = self.ticker.tick.val();
        self.neuron.load.next = self.sweep.enter.val();
        self.neuron.fold.next = self.folding.q.val();
        self.neuron.to_reset.next = self.clearing.q.val();
        self.neuron.wrap.next = self.scan_wrap.val();
        self.neuron.v.next = self.membranes.q.val();
        self.neuron.destination.next = self.select_u.value.val();
        self.neuron.previous.next = self.select_previous.bit_value.val();
        self.neuron.after_decay.next = self.sequencer.head.val().get_bit(4);
        self.neuron.rounding_u.next = self.sequencer.head.val().get_bits::<2>(5);
        self.neuron.rounding_v.next = self.sequencer.head.val().get_bits::<2>(7);
        self.neuron.reset.next = self.sequencer.head.val().get_bits::<2>(9);
        self.neuron.inverted.next = self.sequencer.head.val().get_bit(11);
        self.neuron.no_threshold.next = self.sequencer.head.val().get_bit(12);
        self.neuron.held_steps.next = self.sequencer.head.val().get_bits::<7>(13);
        self.neuron.current_decay.next = self.operands.current_decay.val();
        self.neuron.membrane_decay.next = self.operands.membrane_decay.val();
        self.neuron.gain.next = self.operands.gain.val();
        self.neuron.bias.next = self.operands.bias.val();
        self.neuron.threshold.next = self.operands.threshold.val();
        self.neuron.reset_value.next = self.operands.reset_value.val();
        self.neuron.sub.next = self.operands.sub.val();
        self.neuron.v_min.next = self.operands.v_min.val();
        self.neuron.v_max.next = self.operands.v_max.val();
        for i in 0..self.partner.len() {
            comment!("The partner: the second of two neurons abreast, with the same parameters. It never folds.");
            self.sweep.partner_spike[i].next = self.partner[i].spike.val();
            self.partner[i].clock.next = self.clock.val();
            self.partner[i].tick.next = self.ticker.tick.val();
            self.partner[i].load.next = self.sweep.enter.val();
            self.partner[i].keep.next = false;
            self.partner[i].u.next = self.partner_u[i].value.val();
            self.partner[i].v.next = self.membranes.partner_q[i].val();
            self.partner[i].destination.next = self.zero24.val();
            self.partner[i].previous.next = self.partner_previous[i].bit_value.val();
            self.partner[i].fold.next = false;
            self.partner[i].to_reset.next = false;
            self.partner[i].wrap.next = false;
            self.partner[i].after_decay.next = self.sequencer.head.val().get_bit(4);
            self.partner[i].rounding_u.next = self.sequencer.head.val().get_bits::<2>(5);
            self.partner[i].rounding_v.next = self.sequencer.head.val().get_bits::<2>(7);
            self.partner[i].reset.next = self.sequencer.head.val().get_bits::<2>(9);
            self.partner[i].inverted.next = self.sequencer.head.val().get_bit(11);
            self.partner[i].no_threshold.next = self.sequencer.head.val().get_bit(12);
            self.partner[i].held_steps.next = self.sequencer.head.val().get_bits::<7>(13);
            self.partner[i].current_decay.next = self.operands.current_decay.val();
            self.partner[i].membrane_decay.next = self.operands.membrane_decay.val();
            self.partner[i].gain.next = self.operands.gain.val();
            self.partner[i].bias.next = self.operands.bias.val();
            self.partner[i].threshold.next = self.operands.threshold.val();
            self.partner[i].reset_value.next = self.operands.reset_value.val();
            self.partner[i].sub.next = self.operands.sub.val();
            self.partner[i].v_min.next = self.operands.v_min.val();
            self.partner[i].v_max.next = self.operands.v_max.val();
            self.partner_u[i].word.next = self.state_word.word.val();
            self.partner_u[i].lane.next = self.sweep.u_lane.val() | self.one5.val();
            self.partner_previous[i].word.next = self.history.q.val();
            self.partner_previous[i].lane.next = self.sweep.v_lane.val() | self.one5.val();
            comment!("Odd lanes of U and odd neurons of V take its results.");
            self.lanes.odd_value[i].next = self.updated_value.val();
            if self.sweep.two[i].val() {
                self.lanes.odd_value[i].next = self.partner[i].u_next.val();
            }
            self.write_partner_u[i].lane.next = self.sweep.u_write_lane.val() | self.one5.val();
            self.write_partner_u[i].one.next = self.sweep.write_partner_u[i].val();
            self.write_partner_u[i].all.next = false;
            self.membranes.write_partner[i].next = self.sweep.write_partner_v[i].val();
            self.membranes.partner_data[i].next = self.partner[i].v_next.val();
            self.counters.partner_spike[i].next =
                self.sweep.write_partner_v[i].val() & self.partner[i].spike.val();
            self.counters.partner_saturations[i].next = self.no_events.val();
            if self.sweep.write_partner_v[i].val() {
                self.counters.partner_saturations[i].next = self.partner[i].saturations.val();
            }
            self.status_block.spikes_above[i].next = self.counters.spikes_above[i].val();
        }
        for i in 0..self.unchanged.len() {
            comment!("Groups at rest: who looks at what leaves the pipeline, and what else may change a state.");
            self.unchanged[i].clock.next = self.clock.val();
            self.unchanged[i].tick.next = self.ticker.tick.val();
            self.unchanged[i].after_decay.next = self.sequencer.head.val().get_bit(4);
            self.unchanged[i].u.next = self.select_u.value.val();
            self.unchanged[i].u_next.next = self.neuron.u_next.val();
            self.unchanged[i].v.next = self.membranes.q.val();
            self.unchanged[i].previous.next = self.select_previous.bit_value.val()
                & (self.sequencer.head.val().get_bits::<2>(9) == self.delayed_reset[i].val());
            self.unchanged[i].v_next.next = self.neuron.v_next.val();
            self.unchanged[i].spike.next = self.neuron.spike.val();
            self.unchanged[i].saturations.next = self.neuron.saturations.val();
            self.sweep.unchanged[i].next = self.unchanged[i].unchanged.val();
            self.sweep.operation[i].next = self.sequencer.operation[i].val();
            self.sweep.written[i].next =
                self.rows.adding.val() | self.command.u_write.val() | self.command.v_write.val();
            self.sweep.written_group[i].next = self.rows.add_group.val();
            if self.command.u_write.val() | self.command.v_write.val() {
                self.sweep.written_group[i].next = self.command.group.val();
            }
            self.sweep.forget[i].next = self.command.rewrites[i].val();
            comment!("A neuron's pairs take one, two or four longs.");
            self.pair_stride[i].stride.next = self.one_pair[i].val();
            if (self.pairs.present.val().get_bit(0)
                & (self.pairs.present.val().get_bit(1) | self.pairs.present.val().get_bit(2)))
                | (self.pairs.present.val().get_bit(1) & self.pairs.present.val().get_bit(2))
            {
                self.pair_stride[i].stride.next = self.two_pairs[i].val();
                if self.pairs.present.val().all() {
                    self.pair_stride[i].stride.next = self.three_pairs[i].val();
                }
            }
            self.pairs.skips[i].next = self.sweep.skips_pairs[i].val();
            self.pairs.skipped[i].next = self.pair_stride[i].whole.val();
        }
        for i in 0..self.partner_unchanged.len() {
            self.partner_unchanged[i].clock.next = self.clock.val();
            self.partner_unchanged[i].tick.next = self.ticker.tick.val();
            self.partner_unchanged[i].after_decay.next = self.sequencer.head.val().get_bit(4);
            self.partner_unchanged[i].u.next = self.partner_u[i].value.val();
            self.partner_unchanged[i].u_next.next = self.partner[i].u_next.val();
            self.partner_unchanged[i].v.next = self.membranes.partner_q[i].val();
            self.partner_unchanged[i].previous.next = self.partner_previous[i].bit_value.val()
                & (self.sequencer.head.val().get_bits::<2>(9) == self.delayed_reset[i].val());
            self.partner_unchanged[i].v_next.next = self.partner[i].v_next.val();
            self.partner_unchanged[i].spike.next = self.partner[i].spike.val();
            self.partner_unchanged[i].saturations.next = self.partner[i].saturations.val();
            self.sweep.partner_unchanged[i].next = self.partner_unchanged[i].unchanged.val();
        }
        self.select_previous.word.next = self.history.q.val();
        self.select_previous.lane.next = self.sweep.v_lane.val();
        self.state_word.stored.next = self.currents.q.val();
        self.state_word.hold.next = self.sweep.hold_u.val();
        self.select_u.word.next = self.state_word.word.val();
        self.select_u.lane.next = self.sweep.u_lane.val();
        comment!("The reporter reads its first state a clock later at the earliest.");
        self.reporting.d.next = self.reporter.busy.val();
        if self.reporting.q.val() {
            self.select_u.lane.next = self.reported.lane.val();
        }

        comment!("REPORT, and the host's reads of U, V and H.");
        self.sequencer_reports.next = self.sequencer.busy.val();
        self.report_current.next = self.command.opcode.val() == self.read_u.val();
        self.report_begins.d.next =
            (self.sequencer.start_report.val() | self.command.report.val()) & !self.stop.val();
        self.reporter.start.next = self.report_begins.q.val();
        self.reporter.stop.next = self.stop.val();
        self.reporter.late.next = self.late.val();
        self.reporter.tag.next = self.command.opcode.val();
        self.reporter.number.next = self.sequencer.head.val().get_bits::<8>(8);
        self.reporter.numbered.next = self.sequencer_reports.val();
        self.reporter.kind.next = self.kind_plain.val();
        self.reporter.address.next = self.command.address.val().get_bits::<14>(0);
        self.reporter.step.next = self.one8.val();
        self.commanded.group.next = self.command.group.val();
        self.commanded.lane.next = self.command.lane.val();
        self.first_reported.group.next = self.sequencer.head.val().get_bits::<12>(32);
        self.first_reported.lane.next = self.zero5.val();
        self.reported.neuron.next = bit_cast::<20, 17>(self.reporter.state_neuron.val());
        self.reporter.first_neuron.next = self.commanded.neuron.val();
        self.reporter.count.next = self.command.count.val();
        if self.sequencer_reports.val() {
            self.reporter.tag.next = bit_cast::<8, 2>(self.sequencer.head.val().get_bits::<2>(4))
                + self.report_tag.val();
            self.reporter.kind.next = self.sequencer.head.val().get_bits::<2>(4);
            self.reporter.address.next = self.ring.address.val();
            self.reporter.step.next = self.ring.step.val();
            self.reporter.first_neuron.next = self.first_reported.neuron.val();
            self.reporter.count.next = self.sequencer.head.val().get_bits::<16>(48);
        } else if self.report_current.val() {
            self.reporter.kind.next = self.kind_u.val();
        } else if self.command.opcode.val() == self.read_v.val() {
            self.reporter.kind.next = self.kind_v.val();
        }
        self.reporter.history.next = self.history.q.val();
        self.neuron.keep.next = self.reporter.load_state.val();
        self.neuron.u.next = self.select_u.value.val();
        comment!(
            "Where UPDATE keeps a current, REPORT keeps the state it sends, current or membrane."
        );
        self.membrane_reported.d.next =
            self.reporter.busy.val() & (self.reporter.kind.val() == self.kind_v.val());
        if self.membrane_reported.q.val() {
            self.neuron.u.next = self.membranes.q.val();
        }
        self.reporter.value.next = self.neuron.kept.val();

        comment!("Port of S.");
        self.synapse_port.enable.next =
            self.long.read.val() | self.rows.read.val() | self.command.s_enable.val();
        self.synapse_port.write.next = self.command.s_write.val();
        self.synapse_port.data.next = self.command.s_data.val();
        self.synapse_port.address.next = self.command.s_address.val();
        if self.rows.read.val() {
            self.synapse_port.address.next = self.rows.read_address.val();
        }
        if self.long.read.val() {
            self.synapse_port.address.next = self.long.read_address.val();
        }
        for i in 0..self.learner.len() {
            if self.learner[i].read.val() | self.learner[i].write.val() {
                self.synapse_port.enable.next = true;
                self.synapse_port.write.next = self.learner[i].write.val();
                self.synapse_port.address.next = self.learner[i].address.val();
                self.synapse_port.data.next = self.learner[i].data.val();
            }
        }
        self.synapses.enable.next = self.synapse_port.s_enable.val();
        self.synapses.write.next = self.synapse_port.s_write.val();
        self.synapses.data.next = self.synapse_port.s_data.val();
        self.synapses.address.next = self.synapse_port.s_address.val();

        comment!("Ports of U and V.");
        self.currents.read.next =
            self.rows.fetch.val() | self.sweep.read_u.val() | self.reporter.read_state.val();
        self.currents.read_group.next = self.sweep.u_group.val();
        if self.rows.fetch.val() {
            self.currents.read_group.next = self.rows.fetch_group.val();
        }
        if self.reporter.read_state.val() {
            self.currents.read_group.next = self.reported.group.val();
        }
        self.write_u.one.next = self.sweep.write_u.val() | self.command.u_write.val();
        self.write_u.all.next = self.rows.adding.val();
        self.write_u.lane.next = self.sweep.u_write_lane.val();
        self.currents.write_group.next = self.sweep.u_write_group.val();
        if self.rows.adding.val() {
            self.currents.write_group.next = self.rows.add_group.val();
        }
        if self.command.u_write.val() {
            self.write_u.lane.next = self.command.lane.val();
            self.currents.write_group.next = self.command.group.val();
        }
        self.currents.write.next = self.write_u.mask.val();
        for i in 0..self.partner.len() {
            self.currents.write.next = self.write_u.mask.val() | self.write_partner_u[i].mask.val();
        }
        self.currents.data.next = self.lanes.updated.val();
        self.membranes.read.next = self.sweep.read_v.val() | self.reporter.read_state.val();
        self.membranes.read_neuron.next = self.sweep.v_neuron.val();
        if self.reporter.read_state.val() {
            self.membranes.read_neuron.next = self.reporter.state_neuron.val();
        }
        self.membranes.write.next = self.sweep.write_v.val() | self.command.v_write.val();
        self.membranes.write_neuron.next = self.sweep.v_write_neuron.val();
        self.membranes.data.next = self.neuron.v_next.val();
        if self.command.v_write.val() {
            self.membranes.write_neuron.next = self.commanded.neuron.val();
            self.membranes.data.next = self.command.value.val();
        }

        comment!("Ports of H: engines first, inputs when they leave a clock.");
        self.history.read.next =
            self.find.read.val() | self.sweep.read_history.val() | self.reporter.read_history.val();
        self.history.read_address.next = self.find.read_address.val();
        if self.sweep.read_history.val() {
            self.history.read_address.next = self.sweep.history_address.val();
        }
        if self.reporter.read_history.val() {
            self.history.read_address.next = self.reporter.history_address.val();
        }
        for i in 0..self.learner.len() {
            if self.learner[i].read_history.val() {
                self.history.read.next = true;
                self.history.read_address.next = self.learner[i].history_address.val();
            }
        }
        self.command.h_blocked.next = self.sweep.blocks_history.val();
        self.history.write.next = self.command.h_write.val() | self.sweep.write_history.val();
        self.history.write_address.next = self.command.h_address.val();
        self.history.data.next = self.command.h_data.val();
        if self.sweep.write_history.val() {
            self.history.write_address.next = self.sweep.history_write_address.val();
            self.history.data.next = self.sweep.spikes.val();
        }

        comment!("Counters and status.");
        self.counters.clear.next = self.connect.val();
        self.counters.running.next = self.sequencer.busy.val();
        self.counters.step_done.next = self.sequencer.step_done.val();
        self.counters.word_read.next = self.rows.read.val();
        for i in 0..self.learner.len() {
            if self.learner[i].counted.val() {
                self.counters.word_read.next = true;
            }
        }
        self.counters.stalled.next =
            self.sequencer.busy.val() & self.put_valid.val() & !self.put_ready.val();
        for i in 0..self.watchdog.len() {
            self.watchdog[i].stalled.next = self.put_valid.val() & !self.put_ready.val();
        }
        self.counters.row_begins.next = self.rows.row_begins.val();
        self.counters.row_groups.next = self.sequencer.head.val().get_bits::<12>(48);
        self.counters.row_last.next = self.sequencer.head.val().get_bits::<5>(27);
        self.counters.source_counted.next = self.segments.counted.val();
        self.counters.source_operations.next = self.segments.operations.val();
        self.counters.list_read.next = self.segments.request.val();
        self.counters.spike.next = self.sweep.finish.val() & self.neuron.spike.val();
        self.counters.saturations_a.next = self.lanes.saturations.val();
        self.event_saturations.next = self.no_events.val();
        if self.sweep.finish.val() {
            self.event_saturations.next = self.neuron.saturations.val();
        } else if self.sweep.folded.val() & self.neuron.fold_saturated.val() {
            self.event_saturations.next = self.one_event.val();
        }
        self.counters.saturations_b.next = self.event_saturations.val();
        self.counters.wraps_a.next = self.lanes.wraps.val();
        self.counters.wraps_b.next = self.sweep.folded.val() & self.neuron.fold_wrapped.val();
        self.counters.link_error.next = self.link_error.val();
        self.status_block.clear.next = self.connect.val();
        self.status_block.read.next = self.status_read.val();
        self.status_block.index.next = self.status_index.val();
        self.status_data.next = self.status_block.data.val();
        self.status_block.error.next = self.command.error.val();
        self.status_block.running.next = self.sequencer.busy.val();
        self.status_block.cycles.next = self.counters.cycles.val();
        self.status_block.steps.next = self.counters.steps.val();
        self.status_block.synaptic_operations.next = self.counters.synaptic_operations.val();
        self.status_block.weight_words.next = self.counters.weight_words.val();
        self.status_block.list_words.next = self.counters.list_words.val();
        self.status_block.spikes.next = self.counters.spikes.val();
        self.status_block.saturations.next = self.counters.saturations.val();
        self.status_block.wraps.next = self.counters.wraps.val();
        self.status_block.stalls.next = self.counters.stalls.val();
        self.status_block.link_errors.next = self.counters.link_errors.val();
    }
}
