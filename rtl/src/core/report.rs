//! The reporter: sends a bitmap or the states of neurons as a record (`docs/protocol.md`, section 2).
//! Serves REPORT, and the host's reads of U, V and H.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `start` | 1 | begin; operands are still until `busy` falls |
//! | `tag`, `number`, `numbered` | 8, 8, 1 | begin of the record; `numbered`: the number follows the tag |
//! | `kind` | 2 | 0 bitmap, run-length; 1 bitmap, plain; 2 v; 3 u |
//! | `address`, `step` | 14, 8 | first word of H, words from group to group |
//! | `first_neuron` | 17 | group * L + lane |
//! | `count` | 16 | words of H, or neurons |
//! | `read_history`, `history_address`, `history` | 1, 14, L | read port of H |
//! | `read_state`, `state_neuron` | 1, 17 | read port of U and V |
//! | `late` | 1 | a state is there a clock later, and whether a word is empty (still) |
//! | `load_state`, `value` | 1, 24 | the value read is to be kept from this clock on; the kept value |
//! | `put_valid`, `put_data`, `put_ready` | 1, 8, 1 | outgoing stream |

use crate::primitives::counter::{CountDown, CountUp};
use crate::primitives::fixed::Fixed;
use crate::primitives::wiring::{ByteOfWord, HistoryByte};
use rust_hdl::prelude::*;

/// States of the reporter.
#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
pub enum ReportState {
    /// Nothing to do.
    Idle,
    /// Sending the tag.
    Tag,
    /// Sending the number.
    Number,
    /// Reading a word of H, or a neuron of U and V.
    Read,
    /// The word is there, but late.
    Arrive,
    /// The word is there.
    Look,
    /// The state goes into its register, if it has one.
    Settle,
    /// The state is there.
    Load,
    /// Sending a number of empty words.
    Zeros,
    /// Sending the bytes of a word.
    Word,
    /// Sending the bytes of a state.
    Value,
}

/// See the module's table.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct Reporter<const L: usize> {
    pub clock: Signal<In, Clock>,
    pub start: Signal<In, Bit>,
    pub stop: Signal<In, Bit>,
    pub tag: Signal<In, Bits<8>>,
    pub number: Signal<In, Bits<8>>,
    pub numbered: Signal<In, Bit>,
    pub kind: Signal<In, Bits<2>>,
    pub address: Signal<In, Bits<14>>,
    pub step: Signal<In, Bits<8>>,
    pub first_neuron: Signal<In, Bits<17>>,
    pub count: Signal<In, Bits<16>>,
    pub read_history: Signal<Out, Bit>,
    pub history_address: Signal<Out, Bits<14>>,
    pub history: Signal<In, Bits<L>>,
    pub read_state: Signal<Out, Bit>,
    pub state_neuron: Signal<Out, Bits<17>>,
    pub load_state: Signal<Out, Bit>,
    pub value: Signal<In, Bits<24>>,
    pub put_valid: Signal<Out, Bit>,
    pub put_data: Signal<Out, Bits<8>>,
    pub put_ready: Signal<In, Bit>,
    pub busy: Signal<Out, Bit>,
    pub late: Signal<In, Bit>,
    state: DFF<ReportState>,
    pointer: DFF<Bits<14>>,
    neuron: DFF<Bits<17>>,
    left: DFF<Bits<16>>,
    zeros: DFF<Bits<8>>,
    index: DFF<Bits<2>>,
    byte_valid: DFF<Bit>,
    byte: DFF<Bits<8>>,
    sends: Signal<Local, Bit>,
    octet: Signal<Local, Bits<8>>,
    octets: HistoryByte<L>,
    value_bytes: ByteOfWord<24>,
    empty: Signal<Local, Bit>,
    was_empty: DFF<Bit>,
    is_empty: Signal<Local, Bit>,
    last_word: Signal<Local, Bit>,
    sent: Signal<Local, Bit>,
    is_state: Signal<Local, Bit>,
    word_last: Signal<Local, Bit>,
    one8: Fixed<8, 1>,
    zero8: Fixed<8, 0>,
    nearly8: Fixed<8, 254>,
    one16: Fixed<16, 1>,
    none16: Fixed<16, 0>,
    left_down: CountDown<16>,
    neuron_up: CountUp<17>,
    one2: Fixed<2, 1>,
    zero2: Fixed<2, 0>,
    two2: Fixed<2, 2>,
    nothing: Fixed<L, 0>,
}

impl<const L: usize> Logic for Reporter<L> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, state, pointer, neuron, left, zeros, index, byte_valid, byte);
        dff_setup!(self, clock, was_empty);
        self.left_down.now.next = self.left.q.val();
        self.left_down.count.next = !self.start.val();
        self.left_down.value.next = self.count.val();
        self.neuron_up.now.next = self.neuron.q.val();
        self.neuron_up.load.next = self.start.val();
        self.neuron_up.value.next = self.first_neuron.val();
        self.read_history.next = false;
        self.history_address.next = self.pointer.q.val();
        self.read_state.next = false;
        self.state_neuron.next = self.neuron.q.val();
        self.load_state.next = false;
        self.sends.next = false;
        self.octet.next = self.tag.val();
        self.busy.next = (self.state.q.val() != ReportState::Idle) | self.byte_valid.q.val();
        self.octets.word.next = self.history.val();
        self.octets.index.next = self.index.q.val();
        self.value_bytes.word.next = self.value.val();
        self.value_bytes.index.next = bit_cast::<5, 2>(self.index.q.val());
        self.empty.next = self.history.val() == self.nothing.val();
        self.was_empty.d.next = self.empty.val();
        self.is_empty.next = self.empty.val();
        if self.late.val() {
            self.is_empty.next = self.was_empty.q.val();
        }
        self.last_word.next = self.left.q.val() == self.one16.val();
        self.is_state.next = self.kind.val().get_bit(1);
        self.word_last.next = self.index.q.val() == self.octets.last.val();
        self.sent.next = !self.byte_valid.q.val() | self.put_ready.val();
        match self.state.q.val() {
            ReportState::Idle => {}
            ReportState::Tag => {
                self.sends.next = true;
                if self.sent.val() {
                    self.state.d.next = ReportState::Read;
                    if self.numbered.val() {
                        self.state.d.next = ReportState::Number;
                    }
                }
            }
            ReportState::Number => {
                self.sends.next = true;
                self.octet.next = self.number.val();
                if self.sent.val() {
                    self.state.d.next = ReportState::Read;
                }
            }
            ReportState::Read => {
                self.index.d.next = self.zero2.val();
                if self.left.q.val() == self.none16.val() {
                    self.state.d.next = ReportState::Idle;
                    if self.zeros.q.val() != self.zero8.val() {
                        self.state.d.next = ReportState::Zeros;
                    }
                } else if self.is_state.val() {
                    self.read_state.next = true;
                    self.state.d.next = ReportState::Load;
                    if self.late.val() {
                        self.state.d.next = ReportState::Settle;
                    }
                } else {
                    self.read_history.next = true;
                    self.state.d.next = ReportState::Look;
                    if self.late.val() {
                        self.state.d.next = ReportState::Arrive;
                    }
                }
            }
            ReportState::Arrive => {
                comment!("A wide word's way to the question whether it is empty takes the clock.");
                self.state.d.next = ReportState::Look;
            }
            ReportState::Settle => {
                self.state.d.next = ReportState::Load;
            }
            ReportState::Load => {
                self.load_state.next = true;
                self.state.d.next = ReportState::Value;
            }
            ReportState::Look => {
                comment!("Run-length: count empty words, 255 of them make a byte of their own.");
                self.pointer.d.next = self.pointer.q.val() + bit_cast::<14, 8>(self.step.val());
                self.left.d.next = self.left_down.next_value.val();
                self.state.d.next = ReportState::Word;
                if self.kind.val() == self.zero2.val() {
                    self.state.d.next = ReportState::Zeros;
                    if self.is_empty.val() {
                        self.zeros.d.next = self.zeros.q.val() + self.one8.val();
                        self.state.d.next = ReportState::Read;
                        if self.zeros.q.val() == self.nearly8.val() {
                            self.state.d.next = ReportState::Zeros;
                        }
                    }
                }
            }
            ReportState::Zeros => {
                self.sends.next = true;
                self.octet.next = self.zeros.q.val();
                if self.sent.val() {
                    self.zeros.d.next = self.zero8.val();
                    self.state.d.next = ReportState::Word;
                    if self.is_empty.val() {
                        self.state.d.next = ReportState::Read;
                    }
                }
            }
            ReportState::Word => {
                self.sends.next = true;
                self.octet.next = self.octets.octet.val();
                if self.sent.val() {
                    self.index.d.next = self.index.q.val() + self.one2.val();
                    if self.word_last.val() {
                        self.state.d.next = ReportState::Read;
                    }
                }
            }
            ReportState::Value => {
                self.sends.next = true;
                self.octet.next = self.value_bytes.octet.val();
                if self.sent.val() {
                    self.index.d.next = self.index.q.val() + self.one2.val();
                    if self.index.q.val() == self.two2.val() {
                        self.index.d.next = self.zero2.val();
                        self.left.d.next = self.left_down.next_value.val();
                        self.neuron.d.next = self.neuron_up.next_value.val();
                        self.state.d.next = ReportState::Read;
                        if self.last_word.val() {
                            self.state.d.next = ReportState::Idle;
                        }
                    }
                }
            }
        }
        comment!("A byte waits in a register: from a memory to the link is too long a way for one clock.");
        self.put_valid.next = self.byte_valid.q.val();
        self.put_data.next = self.byte.q.val();
        if self.sent.val() {
            self.byte_valid.d.next = self.sends.val();
            self.byte.d.next = self.octet.val();
        }
        if self.start.val() {
            self.pointer.d.next = self.address.val();
            self.neuron.d.next = self.neuron_up.next_value.val();
            self.left.d.next = self.left_down.next_value.val();
            self.zeros.d.next = self.zero8.val();
            self.state.d.next = ReportState::Tag;
        }
        if self.stop.val() {
            self.state.d.next = ReportState::Idle;
            self.byte_valid.d.next = false;
        }
    }
}
