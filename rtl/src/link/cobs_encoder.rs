//! Stores a frame, COBS-encodes it on the way in, and hands it out with its end mark.
//!
//! | port | direction | bits | |
//! | --- | --- | --- | --- |
//! | clock | in | 1 | |
//! | clear | in | 1 | start a frame; wins over `put` |
//! | put | in | 1 | append `data` |
//! | data | in | 8 | |
//! | finish | in | 1 | the frame is complete; not together with `put` |
//! | busy | out | 1 | from the clock after `finish` until the end mark is taken |
//! | out_valid, out_ready | out, in | 1 | a byte moves in every clock in which both are 1 |
//! | out_data | out | 8 | |
//!
//! Rules: at most 253 bytes a frame, so that no group is ever full; nothing but `finish` and `out_ready`
//! while `busy`. The code byte of a group is written into its place when the group ends. Latency: the first
//! byte is valid four clocks after `finish`, then one byte a clock.

use crate::primitives::byte_ram::SmallMemories;
use crate::primitives::memory::WordRam;
use rust_hdl::prelude::*;

#[derive(LogicState, Debug, Copy, Clone, PartialEq)]
enum EncoderState {
    Fill,
    LastCode,
    EndMark,
    Fetch,
    Drain,
}

/// The encoder; see the top of this file for its ports.
#[derive(LogicBlock)]
#[allow(missing_docs)]
pub struct CobsEncoder {
    pub clock: Signal<In, Clock>,
    pub clear: Signal<In, Bit>,
    pub put: Signal<In, Bit>,
    pub data: Signal<In, Bits<8>>,
    pub finish: Signal<In, Bit>,
    pub busy: Signal<Out, Bit>,
    pub out_valid: Signal<Out, Bit>,
    pub out_ready: Signal<In, Bit>,
    pub out_data: Signal<Out, Bits<8>>,
    memory: WordRam<8>,
    state: DFF<EncoderState>,
    write_at: DFF<Bits<8>>,
    code_at: DFF<Bits<8>>,
    position: DFF<Bits<8>>,
    group: Signal<Local, Bits<8>>,
    write_at_more: Signal<Local, Bits<8>>,
    position_more: Signal<Local, Bits<8>>,
    written: Signal<Local, Bit>,
    reading: Signal<Local, Bit>,
    rewind: Signal<Local, Bit>,
    is_zero: Signal<Local, Bit>,
    write_code: Signal<Local, Bit>,
    at_end: Signal<Local, Bit>,
    zero: Constant<Bits<8>>,
    one: Constant<Bits<8>>,
}

impl CobsEncoder {
    /// An encoder whose frame is kept in a memory made of this.
    pub fn new(style: SmallMemories) -> Self {
        Self {
            clock: Default::default(),
            clear: Default::default(),
            put: Default::default(),
            data: Default::default(),
            finish: Default::default(),
            busy: Default::default(),
            out_valid: Default::default(),
            out_ready: Default::default(),
            out_data: Default::default(),
            memory: WordRam::of(256, style),
            state: Default::default(),
            write_at: Default::default(),
            code_at: Default::default(),
            position: Default::default(),
            group: Default::default(),
            write_at_more: Default::default(),
            position_more: Default::default(),
            written: Default::default(),
            reading: Default::default(),
            rewind: Default::default(),
            is_zero: Default::default(),
            write_code: Default::default(),
            at_end: Default::default(),
            zero: Constant::new(0.into()),
            one: Constant::new(1.into()),
        }
    }
}

impl Logic for CobsEncoder {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, state, write_at, code_at, position);
        self.memory.clock.next = self.clock.val();
        self.group.next = self.write_at.q.val() - self.code_at.q.val();
        self.write_at_more.next = self.write_at.q.val() + self.one.val();
        self.position_more.next = self.position.q.val() + self.one.val();
        self.is_zero.next = self.data.val() == self.zero.val();
        self.at_end.next = self.position.q.val() == self.write_at.q.val();
        self.write_code.next = false;
        self.memory.write.next = false;
        self.written.next = false;
        self.reading.next = false;
        self.rewind.next = false;
        // Not in the arms below: what blocks show each other in the same clock must not flicker.
        self.busy.next = self.state.q.val() != EncoderState::Fill;
        self.out_valid.next = self.state.q.val() == EncoderState::Drain;
        self.out_data.next = self.memory.q.val();
        match self.state.q.val() {
            EncoderState::Fill => {
                if self.put.val() {
                    self.memory.write.next = true;
                    self.written.next = true;
                    if self.is_zero.val() {
                        self.write_code.next = true;
                        self.code_at.d.next = self.write_at.q.val();
                    }
                }
                if self.finish.val() {
                    self.state.d.next = EncoderState::LastCode;
                }
            }
            EncoderState::LastCode => {
                self.memory.write.next = true;
                self.write_code.next = true;
                self.state.d.next = EncoderState::EndMark;
            }
            EncoderState::EndMark => {
                // The byte given with this state is the end mark: see `data`.
                self.memory.write.next = true;
                self.written.next = true;
                self.rewind.next = true;
                self.state.d.next = EncoderState::Fetch;
            }
            EncoderState::Fetch => {
                self.reading.next = true;
                self.state.d.next = EncoderState::Drain;
            }
            EncoderState::Drain => {
                if self.out_ready.val() {
                    self.reading.next = true;
                    if self.at_end.val() {
                        self.state.d.next = EncoderState::Fill;
                    }
                }
            }
            _ => {
                self.state.d.next = EncoderState::Fill;
            }
        }
        if self.written.val() {
            self.write_at.d.next = self.write_at_more.val();
        }
        self.memory.read.next = self.reading.val();
        if self.reading.val() {
            self.position.d.next = self.position_more.val();
        }
        if self.rewind.val() {
            self.position.d.next = self.zero.val();
        }
        self.memory.data.next = self.data.val();
        self.memory.write_address.next = bit_cast::<14, 8>(self.write_at.q.val());
        if self.state.q.val() == EncoderState::EndMark {
            self.memory.data.next = self.zero.val();
        }
        if self.write_code.val() {
            self.memory.data.next = self.group.val();
            self.memory.write_address.next = bit_cast::<14, 8>(self.code_at.q.val());
        }
        self.memory.read_address.next = bit_cast::<14, 8>(self.position.q.val());
        if self.clear.val() {
            self.write_at.d.next = self.one.val();
            self.code_at.d.next = self.zero.val();
            self.memory.write.next = false;
        }
    }
}
