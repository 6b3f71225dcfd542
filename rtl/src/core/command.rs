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
//! | `refused`, `refused_code`, `refused_at` | 1, 4, 20 | the sequencer gave a program up |
//! | `s_enable`, `s_write`, `s_address`, `s_data`, `s_word` | 1, 1, 20, SW, SW | the port of S |
//! | `u_write`, `v_write`, `group`, `lane`, `value` | 1, 1, 12, 5, 24 | write one lane of U or V |
//! | `h_write`, `h_blocked`, `h_address`, `h_data` | 1, 1, 14, L | write a word of H, unless blocked |
//! | `report`, `opcode`, `address`, `count`, `group`, `lane` | 1, 8, 24, 16, 12, 5 | start the reporter for a read of U, V, H |
//! | `error`, `halt` | 4, 1 | refusal in force; stop what runs |

use crate::link::Crc32;
use crate::primitives::fixed::Fixed;
use crate::primitives::wiring::{ByteOfWord, NewestBytes, PutByte, RingAddress, SplitNeuron};
use rust_hdl::prelude::*;

/// States of the command unit.
#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
pub enum CommandState {
    /// Collecting the six bytes of a command.
    Header,
    /// A whole command: what is it?
    Dispatch,
    /// Checking its range, then carrying it out.
    Check,
    /// Write S: collecting a word.
    WriteS,
    /// Write S: the word.
    StoreS,
    /// Write U or V: collecting 24 bits.
    WriteState,
    /// Write U or V: the value.
    StoreState,
    /// Write H or plain input: collecting a word.
    WriteH,
    /// Write H or input: the word.
    StoreH,
    /// Run-length input: the number of empty words.
    Zeros,
    /// Run-length input: writing them.
    StoreZeros,
    /// Read S or CRC: reading a word.
    ReadS,
    /// Read S: its bytes.
    SendS,
    /// CRC: low half of a byte.
    CrcLow,
    /// CRC: high half of a byte.
    CrcHigh,
    /// Sending a record's tag.
    Tag,
    /// CRC: sending it.
    SendCrc,
    /// Read of U, V or H: the reporter works.
    Report,
    /// A program has been started and must end first.
    Call,
    /// Refusal: the record's bytes.
    Refuse,
    /// Refusal: discarding the stream.
    Dead,
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
    pub refused_at: Signal<In, Bits<20>>,
    pub s_enable: Signal<Out, Bit>,
    pub s_write: Signal<Out, Bit>,
    pub s_address: Signal<Out, Bits<20>>,
    pub s_data: Signal<Out, Bits<SW>>,
    pub s_word: Signal<In, Bits<SW>>,
    pub u_write: Signal<Out, Bit>,
    pub v_write: Signal<Out, Bit>,
    pub group: Signal<Out, Bits<12>>,
    pub lane: Signal<Out, Bits<5>>,
    pub value: Signal<Out, Bits<24>>,
    pub h_write: Signal<Out, Bit>,
    pub h_blocked: Signal<In, Bit>,
    pub h_address: Signal<Out, Bits<14>>,
    pub h_data: Signal<Out, Bits<L>>,
    pub report: Signal<Out, Bit>,
    pub opcode: Signal<Out, Bits<8>>,
    pub address: Signal<Out, Bits<20>>,
    pub count: Signal<Out, Bits<16>>,
    pub error: Signal<Out, Bits<4>>,
    pub halt: Signal<Out, Bit>,

    state: DFF<CommandState>,
    header: DFF<Bits<48>>,
    place: DFF<Bits<5>>,
    pointer: DFF<Bits<20>>,
    left: DFF<Bits<16>>,
    word: DFF<Bits<SW>>,
    zeros: DFF<Bits<8>>,
    whole: DFF<Bit>,
    t_next: DFF<Bits<16>>,
    fault: DFF<Bits<4>>,
    detail: DFF<Bits<24>>,
    pending: DFF<Bit>,
    put_header: PutByte<48>,
    put_word: PutByte<SW>,
    newest: NewestBytes<L, SW>,
    octet: ByteOfWord<SW>,
    crc: Crc32,
    crc_octet: ByteOfWord<32>,
    refusal: ByteOfWord<40>,
    split: SplitNeuron<L>,
    ring: RingAddress,
    code: Signal<Local, Bits<8>>,
    argument: Signal<Local, Bits<20>>,
    amount: Signal<Local, Bits<16>>,
    span: Signal<Local, Bits<24>>,
    range_end: Signal<Local, Bits<24>>,
    range_start: Signal<Local, Bits<24>>,
    limit: Signal<Local, Bits<24>>,
    is_input: Signal<Local, Bit>,
    is_program: Signal<Local, Bit>,
    is_crc: Signal<Local, Bit>,
    known: Signal<Local, Bit>,
    fits: Signal<Local, Bit>,
    last: Signal<Local, Bit>,
    last_place: Signal<Local, Bit>,
    last_history: Signal<Local, Bit>,
    interruptible: Signal<Local, Bit>,
    advance: Signal<Local, Bit>,
    advance_by: Signal<Local, Bits<20>>,
    fault_part: Signal<Local, Bits<40>>,
    detail_part: Signal<Local, Bits<40>>,
    refusal_low: Signal<Local, Bits<40>>,
    nibble: Signal<Local, Bits<4>>,
    depth_s: Constant<Bits<24>>,
    depth_longs: Constant<Bits<24>>,
    depth_neurons: Constant<Bits<24>>,
    depth_h: Constant<Bits<24>>,
    zero5: Fixed<5, 0>,
    one5: Fixed<5, 1>,
    two5: Fixed<5, 2>,
    three5: Fixed<5, 3>,
    four5: Fixed<5, 4>,
    five5: Fixed<5, 5>,
    one16: Fixed<16, 1>,
    zero16: Fixed<16, 0>,
    one20: Fixed<20, 1>,
    one24: Fixed<24, 1>,
    none8: Fixed<8, 0>,
    one8: Fixed<8, 1>,
    full8: Fixed<8, 255>,
    no_fault: Fixed<4, 0>,
    fault_command: Fixed<4, 1>,
    fault_range: Fixed<4, 4>,
    family1: Fixed<4, 1>,
    family2: Fixed<4, 2>,
    family3: Fixed<4, 3>,
    family4: Fixed<4, 4>,
    family5: Fixed<4, 5>,
    empty: Fixed<L, 0>,
    same_step: Fixed<7, 0>,
    refusal_tag: Fixed<40, 0x7e>,
    shift8: Fixed<6, 8>,
    shift16: Fixed<6, 16>,
    write_s: Fixed<8, 0x10>,
    write_u: Fixed<8, 0x11>,
    write_v: Fixed<8, 0x12>,
    write_h: Fixed<8, 0x13>,
    read_s: Fixed<8, 0x20>,
    crc_s: Fixed<8, 0x30>,
    input_plain: Fixed<8, 0x40>,
    input_runs: Fixed<8, 0x41>,
    call: Fixed<8, 0x51>,
    family: Signal<Local, Bits<4>>,
    item: Signal<Local, Bits<4>>,
    three4: Fixed<4, 3>,
    zero4: Fixed<4, 0>,
    one4: Fixed<4, 1>,
}

impl<const L: usize, const SW: usize> Command<L, SW> {
    /// A unit for memories of these depths: words of S, groups of U and V, words of H.
    pub fn new(synapse_words: usize, groups: usize, history_words: usize) -> Self {
        let depth = |x: usize| Constant::new(Bits::<24>::from(x as u64));
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
            refused_at: Default::default(),
            s_enable: Default::default(),
            s_write: Default::default(),
            s_address: Default::default(),
            s_data: Default::default(),
            s_word: Default::default(),
            u_write: Default::default(),
            v_write: Default::default(),
            group: Default::default(),
            lane: Default::default(),
            value: Default::default(),
            h_write: Default::default(),
            h_blocked: Default::default(),
            h_address: Default::default(),
            h_data: Default::default(),
            report: Default::default(),
            opcode: Default::default(),
            address: Default::default(),
            count: Default::default(),
            error: Default::default(),
            halt: Default::default(),
            state: Default::default(),
            header: Default::default(),
            place: Default::default(),
            pointer: Default::default(),
            left: Default::default(),
            word: Default::default(),
            zeros: Default::default(),
            whole: Default::default(),
            t_next: Default::default(),
            fault: Default::default(),
            detail: Default::default(),
            pending: Default::default(),
            put_header: Default::default(),
            put_word: Default::default(),
            newest: Default::default(),
            octet: Default::default(),
            crc: Default::default(),
            crc_octet: Default::default(),
            refusal: Default::default(),
            split: Default::default(),
            ring: Default::default(),
            code: Default::default(),
            argument: Default::default(),
            amount: Default::default(),
            span: Default::default(),
            range_end: Default::default(),
            range_start: Default::default(),
            limit: Default::default(),
            is_input: Default::default(),
            is_program: Default::default(),
            is_crc: Default::default(),
            known: Default::default(),
            fits: Default::default(),
            last: Default::default(),
            last_place: Default::default(),
            last_history: Default::default(),
            interruptible: Default::default(),
            advance: Default::default(),
            advance_by: Default::default(),
            fault_part: Default::default(),
            detail_part: Default::default(),
            refusal_low: Default::default(),
            nibble: Default::default(),
            depth_s: depth(synapse_words),
            depth_longs: depth(synapse_words * L / 8),
            depth_neurons: depth(groups * L),
            depth_h: depth(history_words),
            zero5: Default::default(),
            one5: Default::default(),
            two5: Default::default(),
            three5: Default::default(),
            four5: Default::default(),
            five5: Default::default(),
            one16: Default::default(),
            zero16: Default::default(),
            one20: Default::default(),
            one24: Default::default(),
            none8: Default::default(),
            one8: Default::default(),
            full8: Default::default(),
            no_fault: Default::default(),
            fault_command: Default::default(),
            fault_range: Default::default(),
            family1: Default::default(),
            family2: Default::default(),
            family3: Default::default(),
            family4: Default::default(),
            family5: Default::default(),
            empty: Default::default(),
            same_step: Default::default(),
            refusal_tag: Default::default(),
            shift8: Default::default(),
            shift16: Default::default(),
            write_s: Default::default(),
            write_u: Default::default(),
            write_v: Default::default(),
            write_h: Default::default(),
            read_s: Default::default(),
            crc_s: Default::default(),
            input_plain: Default::default(),
            input_runs: Default::default(),
            call: Default::default(),
            family: Default::default(),
            item: Default::default(),
            three4: Default::default(),
            zero4: Default::default(),
            one4: Default::default(),
        }
    }
}

impl<const L: usize, const SW: usize> Logic for Command<L, SW> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, state, header, place, pointer, left, word, zeros, whole, t_next, fault,
            detail, pending
        );
        clock!(self, clock, crc);
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
        self.crc.clear.next = false;
        self.crc.step.next = false;
        self.crc.shift.next = false;
        self.advance.next = false;
        self.interruptible.next = false;

        comment!("The command: opcode, address, count.");
        self.code.next = self.header.q.val().get_bits::<8>(0);
        self.family.next = self.code.val().get_bits::<4>(4);
        self.item.next = self.code.val().get_bits::<4>(0);
        self.argument.next = self.header.q.val().get_bits::<20>(8);
        self.amount.next = self.header.q.val().get_bits::<16>(32);
        self.is_input.next = self.family.val() == self.family4.val();
        self.is_program.next = self.family.val() == self.family5.val();
        self.is_crc.next = self.code.val() == self.crc_s.val();
        self.known.next = false;
        if (self.family.val() == self.family1.val()) | (self.family.val() == self.family2.val()) {
            self.known.next = self.item.val() <= self.three4.val();
        } else if self.family.val() == self.family3.val() {
            self.known.next = self.item.val() == self.zero4.val();
        } else if self.is_input.val() | self.is_program.val() {
            self.known.next = self.item.val() <= self.one4.val();
        }
        self.ring.base.next = self.argument.val().get_bits::<14>(0);
        self.ring.log2_depth.next = self.argument.val().get_bits::<3>(16);
        self.ring.t.next = self.t_next.q.val().get_bits::<7>(0);
        self.ring.back.next = self.same_step.val();

        comment!("Its range, and the memory's size.");
        self.range_start.next = self.header.q.val().get_bits::<24>(8);
        self.span.next = bit_cast::<24, 16>(self.amount.val());
        self.limit.next = self.depth_h.val();
        if self.is_input.val() {
            self.range_start.next = bit_cast::<24, 14>(self.ring.base.val());
            self.span.next = bit_cast::<24, 16>(self.amount.val()) << self.ring.log2_depth.val();
        } else if self.is_program.val() {
            self.span.next = self.one24.val();
            self.limit.next = self.depth_longs.val();
        } else if self.item.val() == self.zero4.val() {
            self.limit.next = self.depth_s.val();
        } else if self.item.val() != self.three4.val() {
            self.limit.next = self.depth_neurons.val();
        }
        self.range_end.next = self.range_start.val() + self.span.val();
        self.fits.next = (self.range_end.val() <= self.limit.val())
            & (self.range_end.val() >= self.range_start.val());

        comment!("What memories and outputs see.");
        self.start.next = false;
        self.entry.next = self.argument.val();
        self.t_start.next = self.t_next.q.val();
        self.opcode.next = self.code.val();
        self.address.next = self.pointer.q.val();
        self.count.next = self.left.q.val();
        self.s_address.next = self.pointer.q.val();
        self.s_data.next = self.word.q.val();
        self.newest.word.next = self.word.q.val();
        self.split.neuron.next = self.pointer.q.val();
        self.group.next = self.split.group.val();
        self.lane.next = self.split.lane.val();
        self.value.next = self.newest.state.val();
        self.h_address.next = self.pointer.q.val().get_bits::<14>(0);
        self.h_data.next = self.newest.history.val();
        self.error.next = self.fault.q.val();
        self.put_header.word.next = self.header.q.val();
        self.put_header.octet.next = self.stream_data.val();
        self.put_word.word.next = self.word.q.val();
        self.put_word.octet.next = self.stream_data.val();
        self.octet.word.next = self.s_word.val();
        self.octet.index.next = self.place.q.val();
        self.crc_octet.word.next = self.crc.value.val();
        self.crc_octet.index.next = self.place.q.val();
        self.nibble.next = self.octet.octet.val().get_bits::<4>(0);
        self.detail_part.next = bit_cast::<40, 24>(self.detail.q.val()) << self.shift16.val();
        self.fault_part.next = bit_cast::<40, 4>(self.fault.q.val()) << self.shift8.val();
        self.refusal_low.next = self.detail_part.val() | self.fault_part.val();
        self.refusal.word.next = self.refusal_low.val() | self.refusal_tag.val();
        self.refusal.index.next = self.place.q.val();
        self.put_data.next = self.code.val();
        self.last.next = self.left.q.val() == self.one16.val();
        self.last_place.next = self.place.q.val() == self.newest.last.val();
        self.last_history.next = self.place.q.val() == self.newest.last_history.val();
        self.advance_by.next = self.one20.val();
        if self.is_input.val() {
            self.advance_by.next = bit_cast::<20, 8>(self.ring.step.val());
        }

        match self.state.q.val() {
            CommandState::Header => {
                self.interruptible.next = true;
                self.stream_ready.next = true;
                if self.stream_valid.val() {
                    self.header.d.next = self.put_header.shifted.val();
                    self.place.d.next = self.place.q.val() + self.one5.val();
                    if self.place.q.val() == self.five5.val() {
                        self.state.d.next = CommandState::Dispatch;
                    }
                }
            }
            CommandState::Dispatch => {
                comment!("All but inputs wait until no program runs.");
                self.interruptible.next = true;
                self.place.d.next = self.zero5.val();
                self.pointer.d.next = self.argument.val();
                if self.is_input.val() {
                    self.pointer.d.next = bit_cast::<20, 14>(self.ring.address.val());
                }
                self.left.d.next = self.amount.val();
                if self.is_input.val() | !self.core_busy.val() {
                    self.state.d.next = CommandState::Check;
                }
            }
            CommandState::Check => {
                self.crc.clear.next = true;
                if !self.known.val() {
                    self.fault.d.next = self.fault_command.val();
                    self.detail.d.next = bit_cast::<24, 8>(self.code.val());
                    self.state.d.next = CommandState::Refuse;
                } else if !self.fits.val() {
                    self.fault.d.next = self.fault_range.val();
                    self.detail.d.next = self.header.q.val().get_bits::<24>(8);
                    self.state.d.next = CommandState::Refuse;
                } else if self.is_program.val() {
                    self.start.next = true;
                    self.t_next.d.next = self.t_next.q.val() + self.one16.val();
                    self.state.d.next = CommandState::Header;
                    if self.code.val() == self.call.val() {
                        self.state.d.next = CommandState::Call;
                    }
                } else if self.amount.val() == self.zero16.val() {
                    self.state.d.next = CommandState::Header;
                } else if self.code.val() == self.write_s.val() {
                    self.state.d.next = CommandState::WriteS;
                } else if (self.code.val() == self.write_u.val())
                    | (self.code.val() == self.write_v.val())
                {
                    self.state.d.next = CommandState::WriteState;
                } else if (self.code.val() == self.write_h.val())
                    | (self.code.val() == self.input_plain.val())
                {
                    self.state.d.next = CommandState::WriteH;
                } else if self.code.val() == self.input_runs.val() {
                    self.state.d.next = CommandState::Zeros;
                } else if self.code.val() == self.read_s.val() {
                    self.state.d.next = CommandState::Tag;
                } else if self.is_crc.val() {
                    self.state.d.next = CommandState::ReadS;
                } else {
                    self.report.next = true;
                    self.state.d.next = CommandState::Report;
                }
            }
            CommandState::WriteS => {
                self.stream_ready.next = true;
                if self.stream_valid.val() {
                    self.word.d.next = self.put_word.shifted.val();
                    self.place.d.next = self.place.q.val() + self.one5.val();
                    if self.last_place.val() {
                        self.place.d.next = self.zero5.val();
                        self.state.d.next = CommandState::StoreS;
                    }
                }
            }
            CommandState::StoreS => {
                self.s_enable.next = true;
                self.s_write.next = true;
                self.advance.next = true;
                self.state.d.next = CommandState::WriteS;
            }
            CommandState::WriteState => {
                self.stream_ready.next = true;
                if self.stream_valid.val() {
                    self.word.d.next = self.put_word.shifted.val();
                    self.place.d.next = self.place.q.val() + self.one5.val();
                    if self.place.q.val() == self.two5.val() {
                        self.place.d.next = self.zero5.val();
                        self.state.d.next = CommandState::StoreState;
                    }
                }
            }
            CommandState::StoreState => {
                self.u_write.next = self.code.val() == self.write_u.val();
                self.v_write.next = self.code.val() == self.write_v.val();
                self.advance.next = true;
                self.state.d.next = CommandState::WriteState;
            }
            CommandState::WriteH => {
                self.interruptible.next = true;
                self.stream_ready.next = true;
                if self.stream_valid.val() {
                    self.word.d.next = self.put_word.shifted.val();
                    self.place.d.next = self.place.q.val() + self.one5.val();
                    if self.last_history.val() {
                        self.place.d.next = self.zero5.val();
                        self.state.d.next = CommandState::StoreH;
                    }
                }
            }
            CommandState::StoreH => {
                self.h_write.next = true;
                if !self.h_blocked.val() {
                    self.advance.next = true;
                    self.state.d.next = CommandState::WriteH;
                    if self.code.val() == self.input_runs.val() {
                        self.state.d.next = CommandState::Zeros;
                    }
                }
            }
            CommandState::Zeros => {
                self.interruptible.next = true;
                self.stream_ready.next = true;
                self.whole.d.next = self.stream_data.val() == self.full8.val();
                self.zeros.d.next = self.stream_data.val();
                if self.stream_valid.val() {
                    self.state.d.next = CommandState::StoreZeros;
                }
            }
            CommandState::StoreZeros => {
                self.h_data.next = self.empty.val();
                if self.left.q.val() == self.zero16.val() {
                    self.state.d.next = CommandState::Header;
                    self.place.d.next = self.zero5.val();
                    if self.zeros.q.val() != self.none8.val() {
                        comment!("More empty words than the bitmap has.");
                        self.fault.d.next = self.fault_range.val();
                        self.detail.d.next = self.header.q.val().get_bits::<24>(8);
                        self.state.d.next = CommandState::Refuse;
                    }
                } else if self.zeros.q.val() == self.none8.val() {
                    self.state.d.next = CommandState::WriteH;
                    if self.whole.q.val() {
                        self.state.d.next = CommandState::Zeros;
                    }
                } else {
                    self.h_write.next = true;
                    if !self.h_blocked.val() {
                        self.zeros.d.next = self.zeros.q.val() - self.one8.val();
                        self.left.d.next = self.left.q.val() - self.one16.val();
                        self.pointer.d.next = self.pointer.q.val() + self.advance_by.val();
                    }
                }
            }
            CommandState::ReadS => {
                self.s_enable.next = true;
                self.pointer.d.next = self.pointer.q.val() + self.one20.val();
                self.left.d.next = self.left.q.val() - self.one16.val();
                self.place.d.next = self.zero5.val();
                self.state.d.next = CommandState::SendS;
                if self.is_crc.val() {
                    self.state.d.next = CommandState::CrcLow;
                }
            }
            CommandState::SendS => {
                self.put_valid.next = true;
                self.put_data.next = self.octet.octet.val();
                if self.put_ready.val() {
                    self.place.d.next = self.place.q.val() + self.one5.val();
                    if self.last_place.val() {
                        self.place.d.next = self.zero5.val();
                        self.state.d.next = CommandState::ReadS;
                        if self.left.q.val() == self.zero16.val() {
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
                self.nibble.next = self.octet.octet.val().get_bits::<4>(4);
                self.place.d.next = self.place.q.val() + self.one5.val();
                self.state.d.next = CommandState::CrcLow;
                if self.last_place.val() {
                    self.place.d.next = self.zero5.val();
                    self.state.d.next = CommandState::ReadS;
                    if self.left.q.val() == self.zero16.val() {
                        self.state.d.next = CommandState::Tag;
                    }
                }
            }
            CommandState::Tag => {
                self.put_valid.next = true;
                if self.put_ready.val() {
                    self.state.d.next = CommandState::ReadS;
                    if self.is_crc.val() {
                        self.state.d.next = CommandState::SendCrc;
                    }
                }
            }
            CommandState::SendCrc => {
                self.put_valid.next = true;
                self.put_data.next = self.crc_octet.octet.val();
                if self.put_ready.val() {
                    self.place.d.next = self.place.q.val() + self.one5.val();
                    if self.place.q.val() == self.three5.val() {
                        self.place.d.next = self.zero5.val();
                        self.state.d.next = CommandState::Header;
                    }
                }
            }
            CommandState::Report => {
                if !self.core_busy.val() {
                    self.state.d.next = CommandState::Header;
                }
            }
            CommandState::Call => {
                self.interruptible.next = true;
                if !self.core_busy.val() {
                    self.t_next.d.next = self.t_end.val();
                    self.state.d.next = CommandState::Header;
                }
            }
            CommandState::Refuse => {
                self.halt.next = true;
                self.put_valid.next = true;
                self.put_data.next = self.refusal.octet.val();
                if self.put_ready.val() {
                    self.place.d.next = self.place.q.val() + self.one5.val();
                    if self.place.q.val() == self.four5.val() {
                        self.state.d.next = CommandState::Dead;
                    }
                }
            }
            CommandState::Dead => {
                self.stream_ready.next = true;
            }
        }
        self.crc.nibble.next = self.nibble.val();
        if self.advance.val() {
            self.pointer.d.next = self.pointer.q.val() + self.advance_by.val();
            self.left.d.next = self.left.q.val() - self.one16.val();
            if self.last.val() {
                self.state.d.next = CommandState::Header;
            }
        }
        comment!("A program that was given up is reported as soon as nothing else is being sent.");
        if self.pending.q.val() & self.interruptible.val() {
            self.stream_ready.next = false;
            self.place.d.next = self.zero5.val();
            self.pending.d.next = false;
            self.state.d.next = CommandState::Refuse;
        }
        if self.refused.val() {
            self.pending.d.next = true;
            self.fault.d.next = self.refused_code.val();
            self.detail.d.next = bit_cast::<24, 20>(self.refused_at.val());
        }
        if self.connect.val() {
            self.state.d.next = CommandState::Header;
            self.place.d.next = self.zero5.val();
            self.t_next.d.next = self.zero16.val();
            self.fault.d.next = self.no_fault.val();
            self.pending.d.next = false;
        }
    }
}
