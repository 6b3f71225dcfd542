//! The sequencer: fetches the operations of a program from S, one after another, and starts the
//! engine of each (`docs/program.md`, section 2).
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `start`, `entry`, `t_start` | 1, 20, 16 | run the program at this long in step `t_start` |
//! | `stop` | 1 | drop everything |
//! | `request`, `address`, `valid`, `long` | 1, 20, 1, 64 | the long reader |
//! | `head`, `second` | 64 | the operation's first two longs |
//! | `store`, `stored` | 3, 1 | long number of the operation that arrives now (UPDATE's parameters) |
//! | `start_scan` .. `start_clear` | 1 | start pulses |
//! | `working` | 1 | any engine is busy |
//! | `put_*` | | outgoing stream, for END's mark |
//! | `refused`, `refused_code`, `refused_at` | 1, 4, 20 | the program was given up |
//! | `t`, `busy`, `step_done` | 16, 1, 1 | step number; a program runs; a step ended with advance |

use crate::primitives::fixed::Fixed;
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
    /// Asking for a further long.
    Rest,
    /// Waiting for it.
    RestWait,
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
    pub long: Signal<In, Bits<64>>,
    pub head: Signal<Out, Bits<64>>,
    pub second: Signal<Out, Bits<64>>,
    pub stored: Signal<Out, Bit>,
    pub store: Signal<Out, Bits<3>>,
    pub start_scan: Signal<Out, Bit>,
    pub start_update: Signal<Out, Bit>,
    pub start_fold: Signal<Out, Bit>,
    pub start_report: Signal<Out, Bit>,
    pub start_clear: Signal<Out, Bit>,
    pub working: Signal<In, Bit>,
    pub put_valid: Signal<Out, Bit>,
    pub put_data: Signal<Out, Bits<8>>,
    pub put_ready: Signal<In, Bit>,
    pub refused: Signal<Out, Bit>,
    pub refused_code: Signal<Out, Bits<4>>,
    pub refused_at: Signal<Out, Bits<20>>,
    pub t: Signal<Out, Bits<16>>,
    pub busy: Signal<Out, Bit>,
    pub step_done: Signal<Out, Bit>,
    state: DFF<SequencerState>,
    pointer: DFF<Bits<20>>,
    operation_at: DFF<Bits<20>>,
    first: DFF<Bits<64>>,
    next_long: DFF<Bits<64>>,
    count: DFF<Bits<3>>,
    step_number: DFF<Bits<16>>,
    opcode: Signal<Local, Bits<4>>,
    longs: Signal<Local, Bits<3>>,
    last: Signal<Local, Bit>,
    unknown: Signal<Local, Bit>,
    bad_operand: Signal<Local, Bit>,
    one20: Fixed<20, 1>,
    one3: Fixed<3, 1>,
    two3: Fixed<3, 2>,
    seven3: Fixed<3, 7>,
    one16: Fixed<16, 1>,
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
            first,
            next_long,
            count,
            step_number
        );
        self.request.next = false;
        self.address.next = self.pointer.q.val();
        self.head.next = self.first.q.val();
        self.second.next = self.next_long.q.val();
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
        self.refused_at.next = self.operation_at.q.val();
        self.t.next = self.step_number.q.val();
        self.busy.next = self.state.q.val() != SequencerState::Idle;
        self.step_done.next = false;

        self.opcode.next = self.first.q.val().get_bits::<4>(0);
        self.longs.next = self.one3.val();
        if (self.opcode.val() == self.scan_code.val())
            | (self.opcode.val() == self.clear_code.val())
        {
            self.longs.next = self.two3.val();
        } else if self.opcode.val() == self.update_code.val() {
            self.longs.next = self.seven3.val();
        }
        self.last.next = self.count.q.val() == self.longs.val();
        self.unknown.next = self.opcode.val() > self.clear_code.val();
        comment!("Listed rows, and values of a field that mean nothing.");
        self.bad_operand.next = false;
        if self.opcode.val() == self.scan_code.val() {
            self.bad_operand.next = self.first.q.val().get_bit(5)
                | (self.first.q.val().get_bits::<2>(8) == self.three2.val());
        } else if self.opcode.val() == self.update_code.val() {
            self.bad_operand.next = (self.first.q.val().get_bits::<2>(5) == self.three2.val())
                | (self.first.q.val().get_bits::<2>(7) == self.three2.val());
        }

        match self.state.q.val() {
            SequencerState::Idle => {}
            SequencerState::Head => {
                self.request.next = true;
                self.operation_at.d.next = self.pointer.q.val();
                self.pointer.d.next = self.pointer.q.val() + self.one20.val();
                self.count.d.next = self.one3.val();
                self.state.d.next = SequencerState::HeadWait;
            }
            SequencerState::HeadWait => {
                if self.valid.val() {
                    self.first.d.next = self.long.val();
                    self.state.d.next = SequencerState::Rest;
                }
            }
            SequencerState::Rest => {
                if self.unknown.val() {
                    self.refused.next = true;
                    self.state.d.next = SequencerState::Idle;
                } else if self.bad_operand.val() {
                    self.refused.next = true;
                    self.refused_code.next = self.error_operand.val();
                    self.state.d.next = SequencerState::Idle;
                } else if self.last.val() {
                    self.state.d.next = SequencerState::Begin;
                } else {
                    self.request.next = true;
                    self.pointer.d.next = self.pointer.q.val() + self.one20.val();
                    self.state.d.next = SequencerState::RestWait;
                }
            }
            SequencerState::RestWait => {
                if self.valid.val() {
                    self.stored.next = true;
                    if self.count.q.val() == self.one3.val() {
                        self.next_long.d.next = self.long.val();
                    }
                    self.count.d.next = self.count.q.val() + self.one3.val();
                    self.state.d.next = SequencerState::Rest;
                }
            }
            SequencerState::Begin => {
                self.state.d.next = SequencerState::Work;
                if self.opcode.val() == self.scan_code.val() {
                    self.start_scan.next = true;
                } else if self.opcode.val() == self.update_code.val() {
                    self.start_update.next = true;
                } else if self.opcode.val() == self.fold_code.val() {
                    self.start_fold.next = true;
                } else if self.opcode.val() == self.report_code.val() {
                    self.start_report.next = true;
                } else if self.opcode.val() == self.clear_code.val() {
                    self.start_clear.next = true;
                } else {
                    self.state.d.next = SequencerState::Close;
                    if self.first.q.val().get_bit(6) {
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
                if self.first.q.val().get_bit(4) {
                    self.step_number.d.next = self.step_number.q.val() + self.one16.val();
                    self.step_done.next = true;
                }
                if self.first.q.val().get_bit(5) {
                    self.step_number.d.next = self.zero16.val();
                }
                self.state.d.next = SequencerState::Idle;
            }
        }
        if self.start.val() {
            self.pointer.d.next = self.entry.val();
            self.step_number.d.next = self.t_start.val();
            self.state.d.next = SequencerState::Head;
        }
        if self.stop.val() {
            self.state.d.next = SequencerState::Idle;
            self.step_number.d.next = self.zero16.val();
        }
    }
}
