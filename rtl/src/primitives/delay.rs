//! A word, so many ticks later: a chain of flip-flops.
//!
//! | port | width | |
//! | --- | --- | --- |
//! | `tick` | 1 | take `word`; all move on |
//! | `word` | W | |
//! | `later` | W | what `word` was so many ticks ago; 0 before |

use super::convert::{low_bits, unsigned};
use rust_hdl::prelude::*;

/// See the module's table. `W` is at most 63.
#[derive(LogicBlock)]
#[allow(missing_docs)]
pub struct Delay<const W: usize> {
    pub clock: Signal<In, Clock>,
    pub tick: Signal<In, Bit>,
    pub word: Signal<In, Bits<W>>,
    pub later: Signal<Out, Bits<W>>,
    /// The newest first.
    _line: Vec<i64>,
}

impl<const W: usize> Delay<W> {
    /// By so many ticks, at least 2.
    pub fn new(ticks: usize) -> Self {
        Self {
            clock: Default::default(),
            tick: Default::default(),
            word: Default::default(),
            later: Default::default(),
            _line: vec![0; ticks.max(2)],
        }
    }
}

impl<const W: usize> Default for Delay<W> {
    fn default() -> Self {
        Self::new(2)
    }
}

impl<const W: usize> Logic for Delay<W> {
    fn update(&mut self) {
        if self.clock.pos_edge() && self.tick.val() {
            self._line.rotate_right(1);
            self._line[0] = unsigned(self.word.val());
        }
        self.later.next = low_bits(self._line[self._line.len() - 1]);
    }
    fn connect(&mut self) {
        self.later.connect();
    }
    fn hdl(&self) -> Verilog {
        let bits = W * self._line.len();
        Verilog::Custom(format!(
            "\
// The newest at the low end.
reg [{0}:0] line = {bits}'d0;
always @(posedge clock) if (tick) line <= {{line[{1}:0], word}};
always @(*) later = line[{0}:{2}];
",
            bits - 1,
            bits - W - 1,
            bits - W,
        ))
    }
}
