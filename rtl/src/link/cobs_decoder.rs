//! Takes a COBS-encoded byte stream apart into frames.
//!
//! | port | direction | bits | |
//! | --- | --- | --- | --- |
//! | clock | in | 1 | |
//! | take | in | 1 | take `data` at this clock edge |
//! | data | in | 8 | a byte from the wire |
//! | payload_valid | out | 1 | for one clock: `payload` is the next byte of the frame |
//! | payload | out | 8 | holds until the next byte |
//! | end_of_frame | out | 1 | for one clock: the frame is complete |
//! | error | out | 1 | with `end_of_frame`: it was cut off inside a group |
//!
//! Latency: the outputs belong to the byte taken one clock before. A byte may be taken every clock. Two
//! end marks in a row make no frame. A last group of 255 may be followed by an empty one or not.

use rust_hdl::prelude::*;

/// The decoder; see the top of this file for its ports.
#[derive(LogicBlock)]
#[allow(missing_docs)]
pub struct CobsDecoder {
    pub clock: Signal<In, Clock>,
    pub take: Signal<In, Bit>,
    pub data: Signal<In, Bits<8>>,
    pub payload_valid: Signal<Out, Bit>,
    pub payload: Signal<Out, Bits<8>>,
    pub end_of_frame: Signal<Out, Bit>,
    pub error: Signal<Out, Bit>,
    left: DFF<Bits<8>>,
    begun: DFF<Bit>,
    zero_due: DFF<Bit>,
    value: DFF<Bits<8>>,
    valid: DFF<Bit>,
    ended: DFF<Bit>,
    broken: DFF<Bit>,
    in_group: Signal<Local, Bit>,
    is_mark: Signal<Local, Bit>,
    source: Signal<Local, Bits<8>>,
    less: Signal<Local, Bits<8>>,
    zero: Constant<Bits<8>>,
    one: Constant<Bits<8>>,
    longest: Constant<Bits<8>>,
}

impl Default for CobsDecoder {
    fn default() -> Self {
        Self {
            clock: Default::default(),
            take: Default::default(),
            data: Default::default(),
            payload_valid: Default::default(),
            payload: Default::default(),
            end_of_frame: Default::default(),
            error: Default::default(),
            left: Default::default(),
            begun: Default::default(),
            zero_due: Default::default(),
            value: Default::default(),
            valid: Default::default(),
            ended: Default::default(),
            broken: Default::default(),
            in_group: Default::default(),
            is_mark: Default::default(),
            source: Default::default(),
            less: Default::default(),
            zero: Constant::new(0.into()),
            one: Constant::new(1.into()),
            longest: Constant::new(255.into()),
        }
    }
}

impl Logic for CobsDecoder {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, left, begun, zero_due, value, valid, ended, broken);
        self.payload_valid.next = self.valid.q.val();
        self.payload.next = self.value.q.val();
        self.end_of_frame.next = self.ended.q.val();
        self.error.next = self.broken.q.val();
        self.in_group.next = self.left.q.val() != self.zero.val();
        self.is_mark.next = self.data.val() == self.zero.val();
        self.source.next = self.data.val();
        if self.in_group.val() {
            self.source.next = self.left.q.val();
        }
        self.less.next = self.source.val() - self.one.val();
        self.valid.d.next = false;
        self.ended.d.next = false;
        if self.take.val() {
            if self.is_mark.val() {
                self.ended.d.next = self.begun.q.val();
                self.broken.d.next = self.in_group.val();
                self.left.d.next = self.zero.val();
                self.begun.d.next = false;
                self.zero_due.d.next = false;
            } else {
                self.left.d.next = self.less.val();
                if self.in_group.val() {
                    self.valid.d.next = true;
                    self.value.d.next = self.data.val();
                } else {
                    // The start of a group; the one before it stood for a zero at its end.
                    self.begun.d.next = true;
                    self.zero_due.d.next = self.data.val() != self.longest.val();
                    self.valid.d.next = self.zero_due.q.val();
                    self.value.d.next = self.zero.val();
                }
            }
        }
    }
}
