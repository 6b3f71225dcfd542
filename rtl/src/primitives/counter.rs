//! Counters that are loaded, in one logic cell a bit. All combinational; the register is the user's.
//!
//! | block | next value |
//! | --- | --- |
//! | [`CountUp`] | `value` with `load`, else `now + 1` |
//! | [`CountDown`] | `now - 1` with `count`, else `value` |
//! | [`MovePointer`] | `now` or `first`, further by `skip` and by one |
//! | [`AddLanes`] | `row` and `stride` for each bit of a part of `lane` |
//!
//! A cell of an iCE40 is a table of four inputs and a carry of two of them. Written like this, the table
//! of an adder's bit has room for the choice that follows it: the second summand is the choice itself
//! (all ones or nothing), so that register, carry, loaded value and choice are its four inputs. An adder
//! followed by a choice in the usual form takes two cells a bit.

use super::convert::{low_bits, unsigned};
use rust_hdl::prelude::*;

/// Counts up, or loads.
#[derive(LogicBlock, Default)]
pub struct CountUp<const W: usize> {
    /// The register.
    pub now: Signal<In, Bits<W>>,
    /// Take `value`.
    pub load: Signal<In, Bit>,
    /// What to load.
    pub value: Signal<In, Bits<W>>,
    /// The register's next value.
    pub next_value: Signal<Out, Bits<W>>,
}

impl<const W: usize> Logic for CountUp<W> {
    fn update(&mut self) {
        self.next_value.next = match self.load.val() {
            true => self.value.val(),
            false => low_bits(unsigned(self.now.val()) + 1),
        };
    }
    fn connect(&mut self) {
        self.next_value.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!(
            "wire [{0}:0] sum = now - {{{W}{{~load}}}};\nalways @(*) next_value = load ? value : sum;\n",
            W - 1
        ))
    }
}

/// Counts down, or loads.
#[derive(LogicBlock, Default)]
pub struct CountDown<const W: usize> {
    /// The register.
    pub now: Signal<In, Bits<W>>,
    /// Count; otherwise load.
    pub count: Signal<In, Bit>,
    /// What to load.
    pub value: Signal<In, Bits<W>>,
    /// The register's next value.
    pub next_value: Signal<Out, Bits<W>>,
}

impl<const W: usize> Logic for CountDown<W> {
    fn update(&mut self) {
        let now = unsigned(self.now.val());
        self.next_value.next = match self.count.val() {
            true => low_bits(now - 1),
            false => self.value.val(),
        };
    }
    fn connect(&mut self) {
        self.next_value.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!(
            "wire [{0}:0] sum = now + {{{W}{{count}}}};\nalways @(*) next_value = count ? sum : value;\n",
            W - 1
        ))
    }
}

/// `(starts ? first : now) + (moves ? skip : 0) + (one ? 1 : 0)` modulo 2^W; `skip` has a sign.
#[derive(LogicBlock, Default)]
pub struct MovePointer<const W: usize, const SKIP: usize> {
    /// The register.
    pub now: Signal<In, Bits<W>>,
    /// Where to begin.
    pub first: Signal<In, Bits<W>>,
    /// Take `first` instead of the register.
    pub starts: Signal<In, Bit>,
    /// How far to move.
    pub skip: Signal<In, Bits<SKIP>>,
    /// Move.
    pub moves: Signal<In, Bit>,
    /// One further.
    pub one: Signal<In, Bit>,
    /// The register's next value.
    pub next_value: Signal<Out, Bits<W>>,
}

impl<const W: usize, const SKIP: usize> Logic for MovePointer<W, SKIP> {
    fn update(&mut self) {
        let base = match self.starts.val() {
            true => self.first.val(),
            false => self.now.val(),
        };
        let raw = unsigned(self.skip.val());
        let skip = match self.moves.val() {
            true => raw - (raw >> (SKIP - 1) << SKIP),
            false => 0,
        };
        self.next_value.next = low_bits(unsigned(base) + skip + i64::from(self.one.val()));
    }
    fn connect(&mut self) {
        self.next_value.connect();
    }
    fn hdl(&self) -> Verilog {
        let (top, sign, copies) = (W - 1, SKIP - 1, W - SKIP);
        let wide = match copies {
            0 => "skip".into(),
            _ => format!("{{{{{copies}{{skip[{sign}]}}}}, skip}}"),
        };
        Verilog::Custom(format!(
            "\
wire [{top}:0] base = starts ? first : now;
wire [{top}:0] way = {wide} & {{{W}{{moves}}}};
always @(*) next_value = base + way + {{{{{top}{{1'b0}}}}, one}};
"
        ))
    }
}

/// `row + part of lane * stride` modulo 2^20: the part of three that `STAGE` takes.
#[derive(LogicBlock, Default)]
pub struct AddLanes<const L: usize, const STAGE: usize> {
    /// The sum so far.
    pub row: Signal<In, Bits<20>>,
    /// The lane.
    pub lane: Signal<In, Bits<5>>,
    /// Words from row to row.
    pub stride: Signal<In, Bits<16>>,
    /// The sum with this stage's bits of the lane.
    pub sum: Signal<Out, Bits<20>>,
}

impl<const L: usize, const STAGE: usize> AddLanes<L, STAGE> {
    /// The bits of the lane that are added here.
    fn bits() -> std::ops::Range<usize> {
        let all = L.ilog2() as usize;
        let place = |stage: usize| (all.div_ceil(3) * stage).min(all);
        place(STAGE)..place(STAGE + 1)
    }
}

impl<const L: usize, const STAGE: usize> Logic for AddLanes<L, STAGE> {
    fn update(&mut self) {
        let lane = unsigned(self.lane.val());
        let part: i64 = Self::bits().map(|bit| lane & (1 << bit)).sum();
        self.sum.next = low_bits(unsigned(self.row.val()) + part * unsigned(self.stride.val()));
    }
    fn connect(&mut self) {
        self.sum.connect();
    }
    fn hdl(&self) -> Verilog {
        let mut text = String::new();
        if !Self::bits().is_empty() {
            text += "wire [19:0] wide = {4'd0, stride};\n";
        }
        let mut row = "row".to_owned();
        for bit in Self::bits() {
            text += &format!("wire [19:0] with{bit} = {row} + (wide << {bit});\n");
            text += &format!("wire [19:0] sum{bit} = lane[{bit}] ? with{bit} : {row};\n");
            row = format!("sum{bit}");
        }
        Verilog::Custom(format!("{text}always @(*) sum = {row};\n"))
    }
}
