//! The sequencer: fetches the operations of a program from S, one after another, and starts the
//! engine of each (`docs/program.md`, section 2).
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `start`, `entry`, `t_start` | 1, 20, 16 | run the program at this long in step `t_start` |
//! | `stop` | 1 | drop everything |
//! | `request`, `address`, `valid`, `long` | 1, 20, 1, 64 | the long reader |
//! | `reads` | 1 | it reads the second half of a long in this clock |
//! | `ahead` | 1 | this request is for a long that may not be there |
//! | `head` | 64 | the operation's first long |
//! | `store`, `stored` | 3, 1 | long number of the operation that arrives now: 2 to 6, UPDATE's parameters |
//! | `look` | 1 | a SCAN begins to look for spikes: its first long is there, and not yet found wrong |
//! | `start_scan` .. `start_clear` | 1 | start pulses |
//! | `keep_place` | 1 | the operation before may be at fault: do not forget its place |
//! | `scan_begins` | 1 | SCAN takes its operands in this clock |
//! | `lists` | 1 | listed rows are there (still) |
//! | `working` | 1 | any engine is busy |
//! | `put_*` | | outgoing stream, for END's mark |
//! | `refused`, `refused_code` | 1, 4 | the program was given up |
//! | `refused_bit`, `refused_shift` | 1, 1 | where: its lowest bit; show the next one |
//! | `t`, `busy`, `step_done` | 16, 1, 1 | step number; a program runs; a step ended with advance |
//! | `operation` | 20, or none | of an UPDATE that works, the address of its second long |
//!
//! The long behind an operation's first one is read ahead, before it is known whether it belongs to it: SCAN and
//! CLEAR need it. UPDATE reads it again, behind its parameters, and FOLD its only one: when the engine starts, that
//! long is still at the long reader, whose word stays until S is read again. Nobody copies it but SCAN, which goes on
//! to read S: when it has begun, the upper half of `head` becomes that of the second long.

use crate::primitives::convert::several;
use crate::primitives::counter::CountUp;
use crate::primitives::fixed::Fixed;
use crate::primitives::wiring::{JoinHalves, PutBit};
use rust_hdl::prelude::*;

/// States of the sequencer.
#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
pub enum SequencerState {
    /// No program.
    Idle,
    /// Asking for an operation's first long.
    Head,
    /// Waiting for it.
    HeadWait,
    /// Looking at the operation.
    Check,
    /// Waiting for the long that is read ahead.
    AheadWait,
    /// Asking for UPDATE's parameters and for the long that the engine takes, and waiting for them.
    Parameters,
    /// Starting the engine.
    Begin,
    /// The engine works.
    Work,
    /// END: the mark's tag.
    Mark,
    /// END: low byte of t.
    MarkLow,
    /// END: high byte of t.
    MarkHigh,
    /// END: the step number moves.
    Close,
}

/// See the module's table.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct Sequencer {
    pub clock: Signal<In, Clock>,
    pub start: Signal<In, Bit>,
    pub stop: Signal<In, Bit>,
    pub entry: Signal<In, Bits<20>>,
    pub t_start: Signal<In, Bits<16>>,
    pub request: Signal<Out, Bit>,
    pub address: Signal<Out, Bits<20>>,
    pub valid: Signal<In, Bit>,
    pub reads: Signal<In, Bit>,
    pub ahead: Signal<Out, Bit>,
    pub long: Signal<In, Bits<64>>,
    pub head: Signal<Out, Bits<64>>,
    pub stored: Signal<Out, Bit>,
    pub store: Signal<Out, Bits<3>>,
    pub look: Signal<Out, Bit>,
    pub start_scan: Signal<Out, Bit>,
    pub start_update: Signal<Out, Bit>,
    pub start_fold: Signal<Out, Bit>,
    pub start_report: Signal<Out, Bit>,
    pub start_clear: Signal<Out, Bit>,
    pub start_learn: Vec<Signal<Out, Bit>>,
    pub keep_place: Signal<In, Bit>,
    pub scan_begins: Signal<In, Bit>,
    pub lists: Signal<In, Bit>,
    pub working: Signal<In, Bit>,
    pub put_valid: Signal<Out, Bit>,
    pub put_data: Signal<Out, Bits<8>>,
    pub put_ready: Signal<In, Bit>,
    pub refused: Signal<Out, Bit>,
    pub refused_code: Signal<Out, Bits<4>>,
    pub refused_bit: Signal<Out, Bit>,
    pub refused_shift: Signal<In, Bit>,
    pub t: Signal<Out, Bits<16>>,
    pub operation: Vec<Signal<Out, Bits<20>>>,
    pub busy: Signal<Out, Bit>,
    pub step_done: Signal<Out, Bit>,
    state: DFF<SequencerState>,
    pointer: DFF<Bits<20>>,
    operation_at: DFF<Bits<20>>,
    low: DFF<Bits<32>>,
    high: DFF<Bits<32>>,
    count: DFF<Bits<3>>,
    asked: DFF<Bits<3>>,
    looks: DFF<Bit>,
    step_number: DFF<Bits<16>>,
    pointer_up: CountUp<20>,
    step_up: CountUp<16>,
    shown: PutBit<20>,
    halves: JoinHalves,
    opcode: Signal<Local, Bits<4>>,
    is_scan: Signal<Local, Bit>,
    is_update: Signal<Local, Bit>,
    is_clear: Signal<Local, Bit>,
    is_fold: Signal<Local, Bit>,
    rereads: Signal<Local, Bit>,
    move_pointer: Signal<Local, Bit>,
    move_step: Signal<Local, Bit>,
    clear_step: Signal<Local, Bit>,
    unknown: Signal<Local, Bit>,
    bad_operand: Signal<Local, Bit>,
    zero3: Fixed<3, 0>,
    one3: Fixed<3, 1>,
    two3: Fixed<3, 2>,
    seven3: Fixed<3, 7>,
    zero16: Fixed<16, 0>,
    scan_code: Fixed<4, 1>,
    update_code: Fixed<4, 2>,
    fold_code: Fixed<4, 3>,
    report_code: Fixed<4, 4>,
    clear_code: Fixed<4, 5>,
    error_operation: Fixed<4, 2>,
    error_operand: Fixed<4, 3>,
    three2: Fixed<2, 3>,
    mark_tag: Fixed<8, 0x70>,
    is_learn: Vec<Signal<Local, Bit>>,
    learn_code: Vec<Fixed<4, 6>>,
    five3: Vec<Fixed<3, 5>>,
}

impl Sequencer {
    /// With 1 for groups at rest, which want to know the operation, else 0; with 1 for LEARN, else 0.
    pub fn new(resting: usize, learning: usize) -> Self {
        Self {
            operation: several(resting),
            start_learn: several(learning),
            is_learn: several(learning),
            learn_code: several(learning),
            five3: several(learning),
            ..Default::default()
        }
    }
}

impl Logic for Sequencer {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            state,
            pointer,
            operation_at,
            low,
            high,
            count,
            asked,
            looks,
            step_number
        );
        self.request.next = false;
        self.ahead.next = false;
        self.look.next = self.looks.q.val();
        self.looks.d.next = false;
        self.address.next = self.pointer.q.val();
        self.halves.low.next = self.low.q.val();
        self.halves.high.next = self.high.q.val();
        self.head.next = self.halves.long.val();
        self.stored.next = false;
        self.store.next = self.count.q.val();
        self.start_scan.next = false;
        self.start_update.next = false;
        self.start_fold.next = false;
        self.start_report.next = false;
        self.start_clear.next = false;
        self.put_valid.next = false;
        self.put_data.next = self.mark_tag.val();
        self.refused.next = false;
        self.refused_code.next = self.error_operation.val();
        self.refused_bit.next = self.operation_at.q.val().get_bit(0);
        self.shown.word.next = self.operation_at.q.val();
        self.shown.bit_value.next = false;
        self.t.next = self.step_number.q.val();
        for i in 0..self.operation.len() {
            self.operation[i].next = self.operation_at.q.val();
        }
        self.busy.next = self.state.q.val() != SequencerState::Idle;
        self.step_done.next = false;

        self.opcode.next = self.low.q.val().get_bits::<4>(0);
        self.is_scan.next = self.opcode.val() == self.scan_code.val();
        self.is_update.next = self.opcode.val() == self.update_code.val();
        self.is_clear.next = self.opcode.val() == self.clear_code.val();
        self.is_fold.next = self.opcode.val() == self.fold_code.val();
        self.rereads.next = self.is_update.val() | self.is_fold.val();
        for i in 0..self.is_learn.len() {
            self.is_learn[i].next = self.opcode.val() == self.learn_code[i].val();
            self.start_learn[i].next = false;
            if self.is_learn[i].val() {
                self.rereads.next = true;
            }
        }
        self.move_pointer.next = false;
        self.move_step.next = false;
        self.clear_step.next = false;
        self.pointer_up.now.next = self.pointer.q.val();
        self.pointer_up.load.next = self.start.val();
        self.pointer_up.value.next = self.entry.val();
        self.step_up.now.next = self.step_number.q.val();
        self.step_up.load.next = self.start.val();
        self.step_up.value.next = self.t_start.val();
        self.unknown.next = self.opcode.val() > self.clear_code.val();
        for i in 0..self.is_learn.len() {
            if self.is_learn[i].val() {
                self.unknown.next = false;
            }
        }
        comment!("Values of a field that mean nothing, and listed rows where there are none.");
        self.bad_operand.next = false;
        if self.is_scan.val() {
            self.bad_operand.next = (self.low.q.val().get_bit(5)
                & (self.low.q.val().get_bit(4) | !self.lists.val()))
                | (self.low.q.val().get_bits::<2>(8) == self.three2.val());
        } else if self.is_update.val() {
            self.bad_operand.next = (self.low.q.val().get_bits::<2>(5) == self.three2.val())
                | (self.low.q.val().get_bits::<2>(7) == self.three2.val());
        }

        if self.scan_begins.val() {
            self.high.d.next = self.long.val().get_bits::<32>(32);
        }
        match self.state.q.val() {
            SequencerState::Idle => {}
            SequencerState::Head => {
                self.request.next = true;
                if !self.keep_place.val() {
                    self.operation_at.d.next = self.pointer.q.val();
                }
                self.move_pointer.next = true;
                self.count.d.next = self.two3.val();
                self.asked.d.next = self.one3.val();
                self.state.d.next = SequencerState::HeadWait;
            }
            SequencerState::HeadWait => {
                comment!("The long behind it, as soon as the port of S is free.");
                if (self.asked.q.val() == self.one3.val()) & !self.reads.val() {
                    self.request.next = true;
                    self.ahead.next = true;
                    self.asked.d.next = self.two3.val();
                }
                if self.valid.val() {
                    self.looks.d.next = self.long.val().get_bits::<4>(0) == self.scan_code.val();
                    self.low.d.next = self.long.val().get_bits::<32>(0);
                    self.high.d.next = self.long.val().get_bits::<32>(32);
                    self.state.d.next = SequencerState::Check;
                }
            }
            SequencerState::Check => {
                if self.unknown.val() {
                    self.refused.next = true;
                    self.state.d.next = SequencerState::Idle;
                } else if self.bad_operand.val() {
                    self.refused.next = true;
                    self.refused_code.next = self.error_operand.val();
                    self.state.d.next = SequencerState::Idle;
                } else if self.is_scan.val() | self.is_clear.val() | self.rereads.val() {
                    if self.is_update.val() {
                        comment!("The second long's place; nothing can be refused any more.");
                        self.operation_at.d.next = self.pointer.q.val();
                    }
                    self.move_pointer.next = true;
                    if self.is_fold.val() {
                        comment!("FOLD has one long alone, and reads it again.");
                        self.move_pointer.next = false;
                        self.count.d.next = self.seven3.val();
                        self.asked.d.next = self.seven3.val();
                    }
                    self.state.d.next = SequencerState::AheadWait;
                    if self.valid.val() {
                        self.state.d.next = SequencerState::Begin;
                        if self.rereads.val() {
                            self.state.d.next = SequencerState::Parameters;
                        }
                    }
                } else {
                    self.state.d.next = SequencerState::Begin;
                }
            }
            SequencerState::AheadWait => {
                if self.valid.val() {
                    self.state.d.next = SequencerState::Begin;
                    if self.rereads.val() {
                        self.state.d.next = SequencerState::Parameters;
                    }
                }
            }
            SequencerState::Parameters => {
                comment!(
                    "Longs 2 to 6, then (7) the one for the engine; then (0) all are asked for."
                );
                if (self.asked.q.val() != self.zero3.val()) & !self.reads.val() {
                    self.request.next = true;
                    self.asked.d.next = self.asked.q.val() + self.one3.val();
                    self.move_pointer.next = true;
                    if self.asked.q.val() == self.seven3.val() {
                        self.address.next = self.operation_at.q.val();
                        self.move_pointer.next = false;
                    }
                }
                if self.valid.val() {
                    self.count.d.next = self.count.q.val() + self.one3.val();
                    self.stored.next = true;
                    if self.count.q.val() == self.seven3.val() {
                        self.stored.next = false;
                        self.state.d.next = SequencerState::Begin;
                    }
                }
            }
            SequencerState::Begin => {
                self.state.d.next = SequencerState::Work;
                if self.is_scan.val() {
                    self.start_scan.next = true;
                } else if self.is_update.val() {
                    self.start_update.next = true;
                } else if self.is_fold.val() {
                    self.start_fold.next = true;
                } else if self.opcode.val() == self.report_code.val() {
                    self.start_report.next = true;
                } else if self.is_clear.val() {
                    self.start_clear.next = true;
                } else {
                    self.state.d.next = SequencerState::Close;
                    if self.low.q.val().get_bit(6) {
                        self.state.d.next = SequencerState::Mark;
                    }
                }
            }
            SequencerState::Work => {
                if !self.working.val() {
                    self.state.d.next = SequencerState::Head;
                }
            }
            SequencerState::Mark => {
                self.put_valid.next = true;
                if self.put_ready.val() {
                    self.state.d.next = SequencerState::MarkLow;
                }
            }
            SequencerState::MarkLow => {
                self.put_valid.next = true;
                self.put_data.next = self.step_number.q.val().get_bits::<8>(0);
                if self.put_ready.val() {
                    self.state.d.next = SequencerState::MarkHigh;
                }
            }
            SequencerState::MarkHigh => {
                self.put_valid.next = true;
                self.put_data.next = self.step_number.q.val().get_bits::<8>(8);
                if self.put_ready.val() {
                    self.state.d.next = SequencerState::Close;
                }
            }
            SequencerState::Close => {
                if self.low.q.val().get_bit(4) {
                    self.move_step.next = true;
                    self.step_done.next = true;
                }
                if self.low.q.val().get_bit(5) {
                    self.clear_step.next = true;
                }
                self.state.d.next = SequencerState::Idle;
            }
        }
        for i in 0..self.is_learn.len() {
            comment!("LEARN: its longs 2 and 3 come with the numbers 5 and 6, then the second, for the learner.");
            if self.is_learn[i].val() & (self.state.q.val() == SequencerState::Check) {
                self.operation_at.d.next = self.pointer.q.val();
                self.count.d.next = self.five3[i].val();
                self.asked.d.next = self.five3[i].val();
            }
            if self.is_learn[i].val() & (self.state.q.val() == SequencerState::Begin) {
                self.start_learn[i].next = true;
                self.state.d.next = SequencerState::Work;
            }
        }
        if self.refused_shift.val() {
            self.operation_at.d.next = self.shown.shifted.val();
        }
        if self.move_pointer.val() | self.start.val() {
            self.pointer.d.next = self.pointer_up.next_value.val();
        }
        if self.start.val() {
            self.state.d.next = SequencerState::Head;
        }
        if self.stop.val() {
            self.state.d.next = SequencerState::Idle;
            comment!("A SCAN whose head comes in this clock must not look for spikes: nothing would end that.");
            self.looks.d.next = false;
        }
        if self.move_step.val() | self.start.val() {
            self.step_number.d.next = self.step_up.next_value.val();
        }
        if self.clear_step.val() | self.stop.val() {
            self.step_number.d.next = self.zero16.val();
        }
    }
}
