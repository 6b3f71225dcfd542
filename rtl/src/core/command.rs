//! The command unit: reads the command stream, serves memory accesses, takes inputs and starts
//! programs (`docs/protocol.md`, sections 2 and 3).
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `connect` | 1 | a new connection: forget everything |
//! | `stream_valid`, `stream_data`, `stream_ready` | 1, 8, 1 | incoming stream |
//! | `put_valid`, `put_data`, `put_ready` | 1, 8, 1 | outgoing stream |
//! | `core_busy` | 1 | a program runs, or the reporter sends |
//! | `start`, `entry`, `t_start`, `t_end` | 1, 20, 16, 16 | the sequencer |
//! | `refused`, `refused_code` | 1, 4 | the sequencer gave a program up |
//! | `refused_bit`, `refused_shift` | 1, 1 | the lowest bit of where; show the next one |
//! | `s_enable`, `s_write`, `s_address`, `s_data`, `s_word` | 1, 1, 20, SW, SW | the port of S |
//! | `s_late` | 1 | S answers a clock later than a memory would (still) |
//! | `u_write`, `v_write`, `group`, `lane`, `value` | 1, 1, 12, 5, 24 | write one lane of U or V |
//! | `h_write`, `h_blocked`, `h_address`, `h_data` | 1, 1, 14, L | write a word of H, unless blocked |
//! | `rewrites` | 1, or none | a word of S or H is written, which is no input |
//! | `report`, `opcode`, `address`, `count`, `group`, `lane` | 1, 8, 20, 16, 12, 5 | start the reporter for a read of U, V, H |
//! | `error`, `halt` | 4, 1 | refusal in force; stop what runs |
//!
//! A command's six bytes are taken bit by bit into one shift register, whose parts then are the opcode,
//! the pointer and the number of what is left: nothing is copied and nothing is selected. While pointer
//! and count go round once (48 clocks, each a whole number of times), their range is checked.
//!
//! Programs run only while S is verified: the last four bytes of a CRC command were the CRC of its words, in this
//! connection, and no word of S has been written since.

use super::range::RangeCheck;
use crate::link::Crc32;
use crate::primitives::convert::several;
use crate::primitives::counter::{CountDown, CountUp};
use crate::primitives::fixed::Fixed;
use crate::primitives::wiring::{NewestBytes, PutBit, PutByte, RingSlot, SelectBit, SplitNeuron};
use rust_hdl::prelude::*;

/// States of the command unit. In the first four the pointer is shifted, in no other: one look at the state's
/// upper bits tells.
#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
pub enum CommandState {
    /// Collecting the six bytes of a command.
    Header,
    /// Checking its range.
    Check,
    /// Refusal: its detail becomes the pointer.
    Recall,
    /// Refusal: the record's bytes.
    Refuse,
    /// All but inputs wait until no program runs.
    Dispatch,
    /// Carrying it out.
    Execute,
    /// Writes and plain input: collecting a word or a value.
    Collect,
    /// Writes and input: storing it.
    Store,
    /// Run-length input: the number of empty words.
    Zeros,
    /// Run-length input: writing them.
    StoreZeros,
    /// Read S or CRC: reading a word.
    ReadS,
    /// Read S or CRC: the word is there.
    Load,
    /// Read S: its bytes.
    SendS,
    /// CRC: low half of a byte.
    CrcLow,
    /// CRC: high half of a byte.
    CrcHigh,
    /// Sending a record's tag.
    Tag,
    /// CRC: sending a byte of it while the one that the host expects comes. It leaves the CRC's register in two halves.
    SendCrc,
    /// CRC: the second half leaves, and it is known whether the bytes differed.
    ShiftCrc,
    /// Read of U, V or H: the reporter works.
    Report,
    /// A program has been started and must end first.
    Call,
    /// Refusal: discarding the stream.
    Dead,
    /// Read S or CRC: a late memory has not answered yet.
    WaitS,
}

/// See the module's table.
#[derive(LogicBlock)]
#[allow(missing_docs)]
pub struct Command<const L: usize, const SW: usize> {
    pub clock: Signal<In, Clock>,
    pub connect: Signal<In, Bit>,
    pub stream_valid: Signal<In, Bit>,
    pub stream_data: Signal<In, Bits<8>>,
    pub stream_ready: Signal<Out, Bit>,
    pub put_valid: Signal<Out, Bit>,
    pub put_data: Signal<Out, Bits<8>>,
    pub put_ready: Signal<In, Bit>,
    pub core_busy: Signal<In, Bit>,
    pub start: Signal<Out, Bit>,
    pub entry: Signal<Out, Bits<20>>,
    pub t_start: Signal<Out, Bits<16>>,
    pub t_end: Signal<In, Bits<16>>,
    pub refused: Signal<In, Bit>,
    pub refused_code: Signal<In, Bits<4>>,
    pub refused_bit: Signal<In, Bit>,
    pub refused_shift: Signal<Out, Bit>,
    pub s_enable: Signal<Out, Bit>,
    pub s_write: Signal<Out, Bit>,
    pub s_address: Signal<Out, Bits<20>>,
    pub s_data: Signal<Out, Bits<SW>>,
    pub s_word: Signal<In, Bits<SW>>,
    pub s_late: Signal<In, Bit>,
    pub u_write: Signal<Out, Bit>,
    pub v_write: Signal<Out, Bit>,
    pub group: Signal<Out, Bits<12>>,
    pub lane: Signal<Out, Bits<5>>,
    pub value: Signal<Out, Bits<24>>,
    pub h_write: Signal<Out, Bit>,
    pub h_blocked: Signal<In, Bit>,
    pub h_address: Signal<Out, Bits<14>>,
    pub h_data: Signal<Out, Bits<L>>,
    pub rewrites: Vec<Signal<Out, Bit>>,
    pub report: Signal<Out, Bit>,
    pub opcode: Signal<Out, Bits<8>>,
    pub address: Signal<Out, Bits<20>>,
    pub count: Signal<Out, Bits<16>>,
    pub error: Signal<Out, Bits<4>>,
    pub halt: Signal<Out, Bit>,

    state: DFF<CommandState>,
    code: DFF<Bits<8>>,
    pointer: DFF<Bits<24>>,
    left: DFF<Bits<16>>,
    place: DFF<Bits<6>>,
    word: DFF<Bits<SW>>,
    history_pointer: DFF<Bits<14>>,
    log2_depth: DFF<Bits<3>>,
    zeros: DFF<Bits<8>>,
    whole: DFF<Bit>,
    t_next: DFF<Bits<16>>,
    fault: DFF<Bits<4>>,
    program_refused: DFF<Bit>,
    verified: DFF<Bit>,
    barred: DFF<Bit>,
    crc_differs: DFF<Bit>,
    octet_bit: SelectBit<8>,
    code_in: PutBit<8>,
    pointer_in: PutBit<24>,
    left_in: PutBit<16>,
    pointer_up: CountUp<24>,
    left_down: CountDown<16>,
    zeros_down: CountDown<8>,
    t_up: CountUp<16>,
    put_word: PutByte<SW>,
    newest: NewestBytes<L, SW>,
    crc: Crc32,
    split: SplitNeuron<L>,
    ring: RingSlot,
    range: RangeCheck,
    family: Signal<Local, Bits<4>>,
    item: Signal<Local, Bits<2>>,
    item_known: Signal<Local, Bit>,
    is_write: Signal<Local, Bit>,
    fills_s: DFF<Bit>,
    fills_u: DFF<Bit>,
    fills_v: DFF<Bit>,
    is_read: Signal<Local, Bit>,
    is_crc: Signal<Local, Bit>,
    is_input: Signal<Local, Bit>,
    is_program: Signal<Local, Bit>,
    is_runs: Signal<Local, Bit>,
    of_history: Signal<Local, Bit>,
    of_current: Signal<Local, Bit>,
    of_membrane: Signal<Local, Bit>,
    of_s: Signal<Local, Bit>,
    known: Signal<Local, Bit>,
    incoming: Signal<Local, Bit>,
    detail_bit: Signal<Local, Bit>,
    turning: Signal<Local, Bit>,
    turn: Signal<Local, Bit>,
    move_pointer: Signal<Local, Bit>,
    move_history: Signal<Local, Bit>,
    history_step: Signal<Local, Bits<14>>,
    some_left: Signal<Local, Bit>,
    some_zeros: Signal<Local, Bit>,
    consume: Signal<Local, Bit>,
    shift_word: Signal<Local, Bit>,
    move_on: Signal<Local, Bit>,
    target: Signal<Local, Bits<6>>,
    finished: Signal<Local, Bit>,
    byte_due: Signal<Local, Bit>,
    refusing: Signal<Local, Bit>,
    refusal: Signal<Local, Bits<8>>,
    nibble: Signal<Local, Bits<4>>,
    zero6: Fixed<6, 0>,
    one6: Fixed<6, 1>,
    header_end: Fixed<6, 47>,
    first_byte: Fixed<3, 0>,
    state_end: Fixed<6, 2>,
    crc_end: Fixed<6, 3>,
    recall_end: Fixed<6, 23>,
    refusal_end: Fixed<6, 32>,
    bits_end: Fixed<3, 7>,
    bits_begin: Fixed<3, 0>,
    refusal_begin: Fixed<2, 0>,
    zero16: Fixed<16, 0>,
    no_depth: Fixed<3, 0>,
    none8: Fixed<8, 0>,
    full8: Fixed<8, 255>,
    no_fault: Fixed<4, 0>,
    fault_command: Fixed<4, 1>,
    fault_range: Fixed<4, 4>,
    fault_unverified: Fixed<4, 6>,
    family1: Fixed<4, 1>,
    family2: Fixed<4, 2>,
    family3: Fixed<4, 3>,
    family4: Fixed<4, 4>,
    family5: Fixed<4, 5>,
    item0: Fixed<2, 0>,
    item1: Fixed<2, 1>,
    item2: Fixed<2, 2>,
    item3: Fixed<2, 3>,
    no_item: Fixed<2, 0>,
    empty: Fixed<L, 0>,
    refusal_tag: Fixed<8, 0x7e>,
}

impl<const L: usize, const SW: usize> Command<L, SW> {
    /// A unit for memories of these depths: words of S, groups of U and V, words of H.
    /// With `resting` = 1 it tells of each word of S or H that the host writes; else it is 0.
    pub fn new(synapse_words: usize, groups: usize, history_words: usize, resting: usize) -> Self {
        let longs = synapse_words * L / 8;
        Self {
            clock: Default::default(),
            connect: Default::default(),
            stream_valid: Default::default(),
            stream_data: Default::default(),
            stream_ready: Default::default(),
            put_valid: Default::default(),
            put_data: Default::default(),
            put_ready: Default::default(),
            core_busy: Default::default(),
            start: Default::default(),
            entry: Default::default(),
            t_start: Default::default(),
            t_end: Default::default(),
            refused: Default::default(),
            refused_code: Default::default(),
            refused_bit: Default::default(),
            refused_shift: Default::default(),
            s_enable: Default::default(),
            s_write: Default::default(),
            s_address: Default::default(),
            s_data: Default::default(),
            s_word: Default::default(),
            s_late: Default::default(),
            u_write: Default::default(),
            v_write: Default::default(),
            group: Default::default(),
            lane: Default::default(),
            value: Default::default(),
            h_write: Default::default(),
            h_blocked: Default::default(),
            h_address: Default::default(),
            h_data: Default::default(),
            rewrites: several(resting),
            report: Default::default(),
            opcode: Default::default(),
            address: Default::default(),
            count: Default::default(),
            error: Default::default(),
            halt: Default::default(),
            state: Default::default(),
            code: Default::default(),
            pointer: Default::default(),
            left: Default::default(),
            place: Default::default(),
            word: Default::default(),
            history_pointer: Default::default(),
            log2_depth: Default::default(),
            zeros: Default::default(),
            whole: Default::default(),
            t_next: Default::default(),
            fault: Default::default(),
            program_refused: Default::default(),
            verified: Default::default(),
            barred: Default::default(),
            crc_differs: Default::default(),
            octet_bit: Default::default(),
            code_in: Default::default(),
            pointer_in: Default::default(),
            left_in: Default::default(),
            pointer_up: Default::default(),
            left_down: Default::default(),
            zeros_down: Default::default(),
            t_up: Default::default(),
            put_word: Default::default(),
            newest: Default::default(),
            crc: Default::default(),
            split: Default::default(),
            ring: Default::default(),
            range: RangeCheck::new(synapse_words, longs, groups * L, history_words),
            family: Default::default(),
            item: Default::default(),
            item_known: Default::default(),
            is_write: Default::default(),
            fills_s: Default::default(),
            fills_u: Default::default(),
            fills_v: Default::default(),
            is_read: Default::default(),
            is_crc: Default::default(),
            is_input: Default::default(),
            is_program: Default::default(),
            is_runs: Default::default(),
            of_history: Default::default(),
            of_current: Default::default(),
            of_membrane: Default::default(),
            of_s: Default::default(),
            known: Default::default(),
            incoming: Default::default(),
            detail_bit: Default::default(),
            turning: Default::default(),
            turn: Default::default(),
            move_pointer: Default::default(),
            move_history: Default::default(),
            history_step: Default::default(),
            some_left: Default::default(),
            some_zeros: Default::default(),
            consume: Default::default(),
            shift_word: Default::default(),
            move_on: Default::default(),
            target: Default::default(),
            finished: Default::default(),
            byte_due: Default::default(),
            refusing: Default::default(),
            refusal: Default::default(),
            nibble: Default::default(),
            zero6: Default::default(),
            one6: Default::default(),
            header_end: Default::default(),
            first_byte: Default::default(),
            state_end: Default::default(),
            crc_end: Default::default(),
            recall_end: Default::default(),
            refusal_end: Default::default(),
            bits_end: Default::default(),
            bits_begin: Default::default(),
            refusal_begin: Default::default(),
            zero16: Default::default(),
            no_depth: Default::default(),
            none8: Default::default(),
            full8: Default::default(),
            no_fault: Default::default(),
            fault_command: Default::default(),
            fault_range: Default::default(),
            fault_unverified: Default::default(),
            family1: Default::default(),
            family2: Default::default(),
            family3: Default::default(),
            family4: Default::default(),
            family5: Default::default(),
            item0: Default::default(),
            item1: Default::default(),
            item2: Default::default(),
            item3: Default::default(),
            no_item: Default::default(),
            empty: Default::default(),
            refusal_tag: Default::default(),
        }
    }
}

impl<const L: usize, const SW: usize> Logic for Command<L, SW> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            state,
            code,
            pointer,
            left,
            place,
            word,
            history_pointer
        );
        dff_setup!(self, clock, fills_s, fills_u, fills_v);
        dff_setup!(
            self,
            clock,
            log2_depth,
            zeros,
            whole,
            t_next,
            fault,
            program_refused,
            verified,
            barred,
            crc_differs
        );
        clock!(self, clock, crc, range);
        self.stream_ready.next = false;
        self.put_valid.next = false;
        self.start.next = false;
        self.report.next = false;
        self.halt.next = false;
        self.s_enable.next = false;
        self.s_write.next = false;
        self.u_write.next = false;
        self.v_write.next = false;
        self.h_write.next = false;
        self.refused_shift.next = false;
        self.crc.clear.next = false;
        self.crc.step.next = false;
        self.crc.shift.next = false;
        self.range.clear.next = false;
        self.range.step.next = false;
        self.turn.next = false;
        self.move_pointer.next = false;
        self.move_history.next = false;
        self.consume.next = false;
        self.shift_word.next = false;
        self.move_on.next = false;
        self.refusing.next = false;

        comment!("The opcode.");
        self.family.next = self.code.q.val().get_bits::<4>(4);
        self.item.next = self.code.q.val().get_bits::<2>(0);
        self.item_known.next = self.code.q.val().get_bits::<2>(2) == self.no_item.val();
        self.is_write.next = self.family.val() == self.family1.val();
        self.is_read.next = self.family.val() == self.family2.val();
        self.is_crc.next = self.family.val() == self.family3.val();
        self.is_input.next = self.family.val() == self.family4.val();
        self.is_program.next = self.family.val() == self.family5.val();
        self.is_runs.next = self.is_input.val() & self.item.val().get_bit(0);
        self.of_history.next = self.is_input.val() | (self.item.val() == self.item3.val());
        self.of_current.next = self.item.val() == self.item1.val();
        self.of_membrane.next = self.item.val() == self.item2.val();
        self.of_s.next = self.item.val() == self.item0.val();
        self.known.next = self.item_known.val()
            & (self.is_write.val()
                | self.is_read.val()
                | (self.is_crc.val() & self.of_s.val())
                | ((self.is_input.val() | self.is_program.val()) & !self.item.val().get_bit(1)));

        self.fills_s.d.next = self.is_write.val() & self.of_s.val();
        self.fills_u.d.next = self.is_write.val() & self.of_current.val();
        self.fills_v.d.next = self.is_write.val() & self.of_membrane.val();
        self.barred.d.next = self.is_program.val() & !self.verified.q.val();
        self.crc_differs.d.next = self.stream_data.val() != self.crc.value.val().get_bits::<8>(0);

        comment!("Opcode, pointer and count as shift registers and as counters.");
        self.octet_bit.word.next = self.stream_data.val();
        self.octet_bit.lane.next = bit_cast::<5, 3>(self.place.q.val().get_bits::<3>(0));
        self.incoming.next = self.pointer.q.val().get_bit(0);
        self.code_in.bit_value.next = false;
        self.left_in.bit_value.next = self.left.q.val().get_bit(0);
        if self.state.q.val() == CommandState::Header {
            self.code_in.bit_value.next = self.octet_bit.bit_value.val();
            self.left_in.bit_value.next = self.octet_bit.bit_value.val();
            self.incoming.next = self.left.q.val().get_bit(0);
        }
        comment!(
            "Detail of a refusal: where the program is, the opcode, or the address as it was."
        );
        self.detail_bit.next = self.pointer.q.val().get_bit(0);
        if self.program_refused.q.val() {
            self.detail_bit.next = self.refused_bit.val();
        } else if self.fault.q.val() == self.fault_command.val() {
            self.detail_bit.next = self.code.q.val().get_bit(0);
        }
        if self.state.q.val() == CommandState::Recall {
            self.incoming.next = self.detail_bit.val();
        }
        self.turning.next = (self.state.q.val() == CommandState::Header)
            | (self.state.q.val() == CommandState::Check)
            | (self.state.q.val() == CommandState::Recall)
            | (self.state.q.val() == CommandState::Refuse);
        self.code_in.word.next = self.code.q.val();
        self.pointer_in.word.next = self.pointer.q.val();
        self.pointer_in.bit_value.next = self.incoming.val();
        self.left_in.word.next = self.left.q.val();
        self.pointer_up.now.next = self.pointer.q.val();
        self.pointer_up.load.next = self.turning.val();
        self.pointer_up.value.next = self.pointer_in.shifted.val();
        self.left_down.now.next = self.left.q.val();
        self.left_down.count.next = (self.state.q.val() != CommandState::Header)
            & (self.state.q.val() != CommandState::Check);
        self.left_down.value.next = self.left_in.shifted.val();
        self.some_left.next = self.left.q.val() != self.zero16.val();
        self.some_zeros.next = self.zeros.q.val() != self.none8.val();
        self.zeros_down.now.next = self.zeros.q.val();
        self.zeros_down.count.next = self.state.q.val() == CommandState::StoreZeros;
        self.zeros_down.value.next = self.stream_data.val();
        self.t_up.now.next = self.t_next.q.val();
        self.t_up.load.next = self.state.q.val() == CommandState::Call;
        self.t_up.value.next = self.t_end.val();

        comment!("Its range.");
        self.range.place.next = self.place.q.val();
        self.range.address_bit.next = self.pointer.q.val().get_bit(0);
        self.range.count.next = self.left.q.val();
        self.range.log2_depth.next = self.log2_depth.q.val();
        self.range.is_input.next = self.is_input.val();
        self.range.is_program.next = self.is_program.val();
        self.range.item.next = self.item.val();

        comment!("Words of H: an input begins at its step's place in the ring.");
        self.ring.log2_depth.next = self.log2_depth.q.val();
        self.ring.t.next = self.t_next.q.val().get_bits::<7>(0);
        self.history_step.next = self.ring.step.val();

        comment!("What memories and outputs see.");
        self.entry.next = self.pointer.q.val().get_bits::<20>(0);
        self.t_start.next = self.t_next.q.val();
        self.opcode.next = self.code.q.val();
        self.address.next = self.pointer.q.val().get_bits::<20>(0);
        self.count.next = self.left.q.val();
        self.s_address.next = self.pointer.q.val().get_bits::<20>(0);
        self.s_data.next = self.word.q.val();
        self.newest.word.next = self.word.q.val();
        self.split.neuron.next = self.pointer.q.val().get_bits::<20>(0);
        self.group.next = self.split.group.val();
        self.lane.next = self.split.lane.val();
        self.value.next = self.newest.state.val();
        self.h_address.next = self.history_pointer.q.val();
        self.h_data.next = self.newest.history.val();
        self.error.next = self.fault.q.val();
        self.put_word.word.next = self.word.q.val();
        self.put_word.octet.next = self.stream_data.val();
        self.nibble.next = self.word.q.val().get_bits::<4>(0);
        self.byte_due.next = self.place.q.val().get_bits::<3>(0) == self.bits_begin.val();
        self.refusal.next = self.pointer.q.val().get_bits::<8>(0);
        if self.place.q.val().get_bits::<2>(4) == self.refusal_begin.val() {
            self.refusal.next = self.refusal_tag.val();
            if self.place.q.val().get_bit(3) {
                self.refusal.next = bit_cast::<8, 4>(self.fault.q.val());
            }
        }
        self.put_data.next = self.code.q.val();

        comment!("How many bits or bytes a state takes, less one.");
        self.target.next = bit_cast::<6, 5>(self.newest.last.val());
        match self.state.q.val() {
            CommandState::Header => {
                self.target.next = self.header_end.val();
            }
            CommandState::Check => {
                self.target.next = self.header_end.val();
            }
            CommandState::Collect => {
                if self.of_history.val() {
                    self.target.next = bit_cast::<6, 5>(self.newest.last_history.val());
                } else if !self.of_s.val() {
                    self.target.next = self.state_end.val();
                }
            }
            CommandState::ShiftCrc => {
                self.target.next = self.crc_end.val();
            }
            CommandState::Recall => {
                self.target.next = self.recall_end.val();
            }
            CommandState::Refuse => {
                self.target.next = self.refusal_end.val();
            }
            _ => {}
        }
        self.finished.next = self.place.q.val() == self.target.val();

        match self.state.q.val() {
            CommandState::Header => {
                self.range.clear.next = true;
                self.stream_ready.next = self.place.q.val().get_bits::<3>(0) == self.bits_end.val();
                comment!("The last bit is still to come: all others are a place above their own.");
                self.log2_depth.d.next = self.pointer.q.val().get_bits::<3>(17);
                if !self.is_input.val() {
                    self.log2_depth.d.next = self.no_depth.val();
                }
                if self.stream_valid.val() {
                    self.move_on.next = true;
                    self.turn.next = true;
                    if self.place.q.val().get_bits::<3>(3) == self.first_byte.val() {
                        self.code.d.next = self.code_in.shifted.val();
                    }
                    if self.finished.val() {
                        self.state.d.next = CommandState::Check;
                    }
                }
            }
            CommandState::Check => {
                self.range.step.next = true;
                self.turn.next = true;
                self.move_on.next = true;
                if self.finished.val() {
                    self.state.d.next = CommandState::Dispatch;
                }
            }
            CommandState::Dispatch => {
                self.history_pointer.d.next = self.pointer.q.val().get_bits::<14>(0);
                if self.is_input.val() | !self.core_busy.val() {
                    self.state.d.next = CommandState::Execute;
                }
            }
            CommandState::Execute => {
                self.crc.clear.next = true;
                self.history_step.next = self.ring.slot.val();
                self.move_history.next = true;
                if !self.known.val() {
                    self.fault.d.next = self.fault_command.val();
                    self.state.d.next = CommandState::Recall;
                } else if !self.range.fits.val() | self.barred.q.val() {
                    self.fault.d.next = self.fault_range.val();
                    if self.range.fits.val() {
                        self.fault.d.next = self.fault_unverified.val();
                    }
                    self.state.d.next = CommandState::Recall;
                } else if self.is_program.val() {
                    self.start.next = true;
                    self.t_next.d.next = self.t_up.next_value.val();
                    self.state.d.next = CommandState::Header;
                    if self.item.val().get_bit(0) {
                        self.state.d.next = CommandState::Call;
                    }
                } else if !self.some_left.val() {
                    self.state.d.next = CommandState::Header;
                } else if self.is_runs.val() {
                    self.state.d.next = CommandState::Zeros;
                } else if self.is_write.val() | self.is_input.val() {
                    self.state.d.next = CommandState::Collect;
                } else if self.is_crc.val() {
                    self.state.d.next = CommandState::ReadS;
                } else if self.of_s.val() {
                    self.state.d.next = CommandState::Tag;
                } else {
                    self.report.next = true;
                    self.state.d.next = CommandState::Report;
                }
            }
            CommandState::Collect => {
                if !self.some_left.val() {
                    self.state.d.next = CommandState::Header;
                } else {
                    self.stream_ready.next = true;
                    if self.stream_valid.val() {
                        self.shift_word.next = true;
                        self.move_on.next = true;
                        if self.finished.val() {
                            self.state.d.next = CommandState::Store;
                        }
                    }
                }
            }
            CommandState::Store => {
                comment!(
                    "An input comes beside a program, which reads S: the write must not show then."
                );
                self.s_enable.next = self.fills_s.q.val();
                self.s_write.next = self.fills_s.q.val();
                self.u_write.next = self.fills_u.q.val();
                self.v_write.next = self.fills_v.q.val();
                self.h_write.next = self.of_history.val();
                if !self.of_history.val() | !self.h_blocked.val() {
                    self.consume.next = true;
                    self.move_history.next = true;
                    self.move_pointer.next = !self.is_input.val();
                    self.state.d.next = CommandState::Collect;
                    if self.is_runs.val() {
                        self.state.d.next = CommandState::Zeros;
                    }
                }
            }
            CommandState::Zeros => {
                self.whole.d.next = self.stream_data.val() == self.full8.val();
                self.zeros.d.next = self.zeros_down.next_value.val();
                if !self.some_left.val() {
                    self.state.d.next = CommandState::Header;
                } else {
                    self.stream_ready.next = true;
                    if self.stream_valid.val() {
                        self.state.d.next = CommandState::StoreZeros;
                    }
                }
            }
            CommandState::StoreZeros => {
                self.h_data.next = self.empty.val();
                if !self.some_zeros.val() {
                    self.state.d.next = CommandState::Collect;
                    if self.whole.q.val() {
                        self.state.d.next = CommandState::Zeros;
                    }
                } else if !self.some_left.val() {
                    comment!("More empty words than the bitmap has.");
                    self.fault.d.next = self.fault_range.val();
                    self.state.d.next = CommandState::Recall;
                } else {
                    self.h_write.next = true;
                    if !self.h_blocked.val() {
                        self.zeros.d.next = self.zeros_down.next_value.val();
                        self.consume.next = true;
                        self.move_history.next = true;
                    }
                }
            }
            CommandState::ReadS => {
                self.s_enable.next = true;
                self.consume.next = true;
                self.move_pointer.next = true;
                self.state.d.next = CommandState::Load;
                if self.s_late.val() {
                    self.state.d.next = CommandState::WaitS;
                }
            }
            CommandState::WaitS => {
                self.state.d.next = CommandState::Load;
            }
            CommandState::Load => {
                self.state.d.next = CommandState::SendS;
                if self.is_crc.val() {
                    self.state.d.next = CommandState::CrcLow;
                }
            }
            CommandState::SendS => {
                self.put_valid.next = true;
                self.put_data.next = self.word.q.val().get_bits::<8>(0);
                if self.put_ready.val() {
                    self.shift_word.next = true;
                    self.move_on.next = true;
                    if self.finished.val() {
                        self.state.d.next = CommandState::ReadS;
                        if !self.some_left.val() {
                            self.state.d.next = CommandState::Header;
                        }
                    }
                }
            }
            CommandState::CrcLow => {
                self.crc.step.next = true;
                self.state.d.next = CommandState::CrcHigh;
            }
            CommandState::CrcHigh => {
                self.crc.step.next = true;
                self.nibble.next = self.word.q.val().get_bits::<4>(4);
                self.shift_word.next = true;
                self.move_on.next = true;
                self.state.d.next = CommandState::CrcLow;
                if self.finished.val() {
                    self.state.d.next = CommandState::ReadS;
                    if !self.some_left.val() {
                        self.state.d.next = CommandState::Tag;
                    }
                }
            }
            CommandState::Tag => {
                comment!("Until a byte of a CRC differs.");
                if self.is_crc.val() {
                    self.verified.d.next = true;
                }
                self.put_valid.next = true;
                if self.put_ready.val() {
                    self.state.d.next = CommandState::ReadS;
                    if self.is_crc.val() {
                        self.state.d.next = CommandState::SendCrc;
                    }
                }
            }
            CommandState::SendCrc => {
                self.put_valid.next = self.stream_valid.val();
                self.put_data.next = self.crc.value.val().get_bits::<8>(0);
                self.stream_ready.next = self.put_ready.val();
                self.crc.shift.next = true;
                if self.stream_valid.val() & self.put_ready.val() {
                    self.crc.step.next = true;
                    self.state.d.next = CommandState::ShiftCrc;
                }
            }
            CommandState::ShiftCrc => {
                self.crc.shift.next = true;
                self.crc.step.next = true;
                self.move_on.next = true;
                if self.crc_differs.q.val() {
                    self.verified.d.next = false;
                }
                self.state.d.next = CommandState::SendCrc;
                if self.finished.val() {
                    self.state.d.next = CommandState::Header;
                }
            }
            CommandState::Report => {
                if !self.core_busy.val() {
                    self.state.d.next = CommandState::Header;
                }
            }
            CommandState::Call => {
                if !self.core_busy.val() {
                    self.t_next.d.next = self.t_up.next_value.val();
                    self.state.d.next = CommandState::Header;
                }
            }
            CommandState::Recall => {
                self.refusing.next = true;
                self.halt.next = true;
                self.refused_shift.next = true;
                self.turn.next = true;
                self.move_on.next = true;
                self.code.d.next = self.code_in.shifted.val();
                if self.finished.val() {
                    self.state.d.next = CommandState::Refuse;
                }
            }
            CommandState::Refuse => {
                comment!("A byte each eight places: tag and code, then the pointer, which turns.");
                self.refusing.next = true;
                self.put_data.next = self.refusal.val();
                self.put_valid.next = self.byte_due.val();
                if self.put_ready.val() | !self.byte_due.val() {
                    self.move_on.next = true;
                    self.turn.next =
                        self.place.q.val().get_bits::<2>(4) != self.refusal_begin.val();
                    if self.finished.val() {
                        self.state.d.next = CommandState::Dead;
                    }
                }
            }
            CommandState::Dead => {
                self.refusing.next = true;
                self.stream_ready.next = true;
            }
        }
        self.crc.nibble.next = self.nibble.val();
        if self.s_write.val() | self.connect.val() {
            self.verified.d.next = false;
        }
        if self.turn.val() | self.move_pointer.val() {
            self.pointer.d.next = self.pointer_up.next_value.val();
        }
        if self.turn.val() | self.consume.val() {
            self.left.d.next = self.left_down.next_value.val();
        }
        if self.move_history.val() {
            self.history_pointer.d.next = self.history_pointer.q.val() + self.history_step.val();
        }
        if self.shift_word.val() {
            self.word.d.next = self.put_word.shifted.val();
        }
        if self.state.q.val() == CommandState::Load {
            self.word.d.next = self.s_word.val();
        }
        if self.move_on.val() {
            self.place.d.next = self.place.q.val() + self.one6.val();
            if self.finished.val() {
                self.place.d.next = self.zero6.val();
            }
        }
        comment!("A program that was given up is reported at once: only inputs come beside it.");
        if self.program_refused.q.val() & !self.refusing.val() {
            self.stream_ready.next = false;
            self.place.d.next = self.zero6.val();
            self.fault.d.next = self.fault.q.val();
            self.state.d.next = CommandState::Recall;
        }
        if self.refused.val() & !self.refusing.val() {
            self.program_refused.d.next = true;
            self.fault.d.next = self.refused_code.val();
        }
        if self.connect.val() {
            self.state.d.next = CommandState::Header;
            self.place.d.next = self.zero6.val();
            self.t_next.d.next = self.zero16.val();
            self.fault.d.next = self.no_fault.val();
            self.program_refused.d.next = false;
        }
        for i in 0..self.rewrites.len() {
            self.rewrites[i].next = self.is_write.val() & (self.s_write.val() | self.h_write.val());
        }
    }
}
