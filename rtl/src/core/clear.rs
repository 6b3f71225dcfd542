//! CLEAR: a range of groups of U to 0 and V to `v0`, and a range of words of H to 0, one of each in a
//! clock.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `start`, `state`, `history` | 1 | begin; what is to be cleared |
//! | `first_group`, `groups`, `history_base`, `history_words` | 12, 12, 14, 15 | ranges |
//! | `write_state`, `group` | 1, 12 | write all lanes of U and V |
//! | `write_history`, `word` | 1, 14 | write a word of H |

use crate::primitives::fixed::Fixed;
use rust_hdl::prelude::*;

/// See the module's table.
#[derive(LogicBlock, Default)]
#[allow(missing_docs)]
pub struct Clear {
    pub clock: Signal<In, Clock>,
    pub start: Signal<In, Bit>,
    pub stop: Signal<In, Bit>,
    pub state: Signal<In, Bit>,
    pub history: Signal<In, Bit>,
    pub first_group: Signal<In, Bits<12>>,
    pub groups: Signal<In, Bits<12>>,
    pub history_base: Signal<In, Bits<14>>,
    pub history_words: Signal<In, Bits<15>>,
    pub write_state: Signal<Out, Bit>,
    pub group: Signal<Out, Bits<12>>,
    pub write_history: Signal<Out, Bit>,
    pub word: Signal<Out, Bits<14>>,
    pub busy: Signal<Out, Bit>,
    now: DFF<Bits<12>>,
    left: DFF<Bits<12>>,
    now_word: DFF<Bits<14>>,
    words_left: DFF<Bits<15>>,
    groups_remain: Signal<Local, Bit>,
    words_remain: Signal<Local, Bit>,
    one12: Fixed<12, 1>,
    one14: Fixed<14, 1>,
    one15: Fixed<15, 1>,
    none12: Fixed<12, 0>,
    none15: Fixed<15, 0>,
}

impl Logic for Clear {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, now, left, now_word, words_left);
        self.groups_remain.next = self.left.q.val() != self.none12.val();
        self.words_remain.next = self.words_left.q.val() != self.none15.val();
        self.write_state.next = self.groups_remain.val();
        self.group.next = self.now.q.val();
        self.write_history.next = self.words_remain.val();
        self.word.next = self.now_word.q.val();
        self.busy.next = self.groups_remain.val() | self.words_remain.val();
        if self.groups_remain.val() {
            self.now.d.next = self.now.q.val() + self.one12.val();
            self.left.d.next = self.left.q.val() - self.one12.val();
        }
        if self.words_remain.val() {
            self.now_word.d.next = self.now_word.q.val() + self.one14.val();
            self.words_left.d.next = self.words_left.q.val() - self.one15.val();
        }
        if self.start.val() {
            self.now.d.next = self.first_group.val();
            self.now_word.d.next = self.history_base.val();
            if self.state.val() {
                self.left.d.next = self.groups.val();
            }
            if self.history.val() {
                self.words_left.d.next = self.history_words.val();
            }
        }
        if self.stop.val() {
            self.left.d.next = self.none12.val();
            self.words_left.d.next = self.none15.val();
        }
    }
}
