//! The emitted Verilog is plain, deterministic, accepted by the tools, and means the same.

use ferrospike_rtl::comment;
use ferrospike_rtl::emit::{verilog, EmitError};
use ferrospike_testbench::{check, lint, Vectors, Waiver};
use rust_hdl::prelude::*;

#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
#[allow(dead_code)] // labels that only count
enum State {
    Idle,
    Load,
    Run,
    Wait,
    Done,
}

/// Adds what comes in while it is enabled.
#[derive(LogicBlock, Default)]
struct Adder {
    clock: Signal<In, Clock>,
    enable: Signal<In, Bit>,
    x: Signal<In, Bits<8>>,
    total: Signal<Out, Bits<8>>,
    sum: DFF<Bits<8>>,
}

impl Logic for Adder {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, sum);
        if self.enable.val() {
            self.sum.d.next = self.sum.q.val() + self.x.val();
        }
        self.total.next = self.sum.q.val();
    }
}

/// The top four bits, written by hand.
#[derive(LogicBlock, Default)]
struct High {
    x: Signal<In, Bits<8>>,
    y: Signal<Out, Bits<4>>,
}

impl Logic for High {
    fn update(&mut self) {
        self.y.next = self.x.val().get_bits::<4>(4);
    }
    fn connect(&mut self) {
        self.y.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(
            "// The value, as $display would see it: y$not_a_name.\nalways @(*) begin\n    \
             y = $unsigned(x[7:4]);\nend\n"
                .into(),
        )
    }
}

#[derive(LogicBlock)]
struct Machine {
    clock: Signal<In, Clock>,
    go: Signal<In, Bit>,
    x: Signal<In, Bits<8>>,
    total: Signal<Out, Bits<8>>,
    high: Signal<Out, Bits<4>>,
    busy: Signal<Out, Bit>,
    five: Signal<Out, Bits<4>>,
    state: DFF<State>,
    count: DFF<Bits<8>>,
    adders: [Adder; 3],
    top_bits: High,
    enabled: Signal<Local, Bit>,
    last: Constant<Bits<8>>,
    one: Constant<Bits<8>>,
    number: Constant<Bits<4>>,
    unused: Constant<Bits<4>>,
}

impl Default for Machine {
    fn default() -> Self {
        Machine {
            clock: Default::default(),
            go: Default::default(),
            x: Default::default(),
            total: Default::default(),
            high: Default::default(),
            busy: Default::default(),
            five: Default::default(),
            state: Default::default(),
            count: Default::default(),
            adders: Default::default(),
            top_bits: Default::default(),
            enabled: Default::default(),
            last: Constant::new(4.into()),
            one: Constant::new(1.into()),
            number: Constant::new(5.into()),
            unused: Constant::new(9.into()),
        }
    }
}

impl Logic for Machine {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, state, count);
        self.enabled.next = self.state.q.val() == State::Run;
        comment!("Every adder hears the same.");
        for i in 0..3 {
            self.adders[i].clock.next = self.clock.val();
            self.adders[i].x.next = self.x.val();
            self.adders[i].enable.next = self.enabled.val();
        }
        self.busy.next = false;
        match self.state.q.val() {
            State::Idle => {
                self.state.d.next = State::Idle;
                if self.go.val() {
                    self.state.d.next = State::Run;
                }
            }
            State::Run => {
                comment!("Count the values.");
                self.busy.next = true;
                self.count.d.next = self.count.q.val() + self.one.val();
                if self.count.q.val() == self.last.val() {
                    self.state.d.next = State::Done;
                } else if !self.go.val() {
                    self.state.d.next = State::Idle;
                } else {
                    self.state.d.next = State::Run;
                }
            }
            _ => {}
        }
        self.total.next = self.adders[2].total.val();
        self.top_bits.x.next = self.adders[1].total.val();
        self.high.next = self.top_bits.y.val();
        self.five.next = self.number.val();
    }
}

fn machine() -> String {
    let mut uut = Machine::default();
    uut.connect_all();
    verilog(&uut, "machine").unwrap()
}

#[test]
fn equal_blocks_give_equal_text() {
    assert_eq!(machine(), machine());
}

#[test]
fn modules_with_one_body_are_one() {
    let text = machine();
    let modules: Vec<&str> = text
        .lines()
        .filter_map(|l| l.strip_prefix("module "))
        .map(|l| l.trim_end_matches(" ("))
        .collect();
    assert_eq!(modules, ["adders", "top_bits", "machine"]);
    assert_eq!(text.matches("    adders adders_").count(), 3, "{text}");
}

#[test]
fn labels_and_initial_values_have_the_width_of_the_enum() {
    let text = machine();
    for line in [
        "State_Idle = 3'd0;",
        "State_Run = 3'd2;",
        "State_Done = 3'd4;",
    ] {
        assert!(
            text.contains(&format!("    localparam [2:0] {line}\n")),
            "{text}"
        );
    }
    assert!(
        !text.contains("State_Load") && !text.contains("State_Wait"),
        "{text}"
    );
    assert!(!text.contains("unused"), "{text}");
    assert!(text.contains("        state_q = 3'h0;\n"), "{text}");
    assert!(text.contains("        state_q <= state_d;\n"), "{text}");
    assert!(!text.contains("64'h"), "{text}");
}

#[test]
fn comments_and_system_functions_stay() {
    let text = machine();
    assert!(text.contains("// Every adder hears the same."), "{text}");
    assert!(text.contains("// Count the values."), "{text}");
    assert!(
        text.contains("    // The value, as $display would see it: y$not_a_name."),
        "{text}"
    );
    assert!(text.contains("y = $unsigned(x[7:4]);"), "{text}");
}

const WAIVERS: [Waiver; 2] = [
    Waiver {
        rule: "UNUSEDSIGNAL",
        signal: "'adders_0_total'",
        reason: "the first of the adders is not listened to",
    },
    Waiver {
        rule: "UNUSEDSIGNAL",
        signal: r"'x'\[3:0\]",
        reason: "the upper half is asked for",
    },
];

#[test]
fn the_tools_have_nothing_to_say() {
    assert_eq!(lint(&machine(), "machine", &WAIVERS).unwrap(), []);
}

#[test]
fn the_verilog_does_what_the_block_does() {
    let mut vectors = Vectors::new(
        &[("go", 1), ("x", 8)],
        &[("total", 8), ("high", 4), ("busy", 1), ("five", 4)],
    )
    .clocked("clock");
    let mut uut = Machine::default();
    uut.connect_all();
    let mut seed = 1u32;
    for i in 0..300u32 {
        seed = seed.wrapping_mul(1664525).wrapping_add(1013904223);
        let (go, x) = (i < 2 || seed >> 30 != 0, u64::from(seed >> 9 & 0xff));
        uut.go.next = go;
        uut.x.next = x.to_bits();
        uut.clock.next = false.into();
        assert!(simulate(&mut uut, 20));
        let bit = |b: bool| u64::from(b);
        vectors.push(
            [bit(go), x],
            [
                Some(uut.total.val().to_u64()),
                Some(uut.high.val().to_u64()),
                Some(bit(uut.busy.val())),
                Some(uut.five.val().to_u64()),
            ],
        );
        uut.clock.next = true.into();
        assert!(simulate(&mut uut, 20));
    }
    let report = check("machine", &machine(), &vectors).unwrap();
    assert!(report.passed(), "{report}\n{}", machine());
}

/// `one_x` and the port `x` of `one` would have one name.
#[derive(LogicBlock, Default)]
struct Colliding {
    x: Signal<In, Bits<8>>,
    y: Signal<Out, Bits<4>>,
    one: High,
    one_x: Signal<Local, Bits<8>>,
}

impl Logic for Colliding {
    #[hdl_gen]
    fn update(&mut self) {
        self.one_x.next = self.x.val();
        self.one.x.next = self.one_x.val() + 1;
        self.y.next = self.one.y.val();
    }
}

#[test]
fn names_that_would_become_one_are_refused() {
    let mut uut = Colliding::default();
    uut.connect_all();
    match verilog(&uut, "top") {
        Err(EmitError::Collision { first, second, .. }) => {
            let mut names = [first, second];
            names.sort();
            assert_eq!(names, ["one$x", "one_x"]);
        }
        other => panic!("{other:?}"),
    }
}

#[derive(LogicBlock, Default)]
struct Open {
    x: Signal<In, Bits<8>>,
    y: Signal<Out, Bits<4>>,
    z: Signal<Out, Bits<4>>,
}

impl Logic for Open {
    #[hdl_gen]
    fn update(&mut self) {
        self.y.next = self.x.val().get_bits::<4>(0);
    }
}

#[test]
fn failed_checks_are_errors() {
    let mut uut = Open::default();
    uut.connect_all();
    let error = verilog(&uut, "top").unwrap_err();
    assert!(matches!(error, EmitError::Check { .. }));
    assert!(
        error.to_string().contains("signals without a driver"),
        "{error}"
    );
    assert!(error.to_string().contains("z"), "{error}");
}

#[derive(LogicBlock, Default)]
struct Keyword {
    begin: Signal<In, Bit>,
    y: Signal<Out, Bit>,
}

impl Logic for Keyword {
    #[hdl_gen]
    fn update(&mut self) {
        self.y.next = self.begin.val();
    }
}

#[test]
fn keywords_are_refused() {
    let mut uut = Keyword::default();
    uut.connect_all();
    match verilog(&uut, "top") {
        Err(EmitError::Keyword { name, .. }) => assert_eq!(name, "begin"),
        other => panic!("{other:?}"),
    }
}

#[derive(LogicBlock, Default)]
struct EarlyRead {
    x: Signal<In, Bit>,
    y: Signal<Out, Bit>,
    z: Signal<Out, Bit>,
    middle: Signal<Local, Bit>,
}

impl Logic for EarlyRead {
    #[hdl_gen]
    fn update(&mut self) {
        self.middle.next = false;
        self.y.next = self.middle.val();
        if self.x.val() {
            self.middle.next = true;
        }
        self.z.next = self.middle.val();
    }
}

#[test]
fn reading_before_the_last_assignment_is_refused() {
    let mut uut = EarlyRead::default();
    uut.connect_all();
    match verilog(&uut, "top") {
        Err(EmitError::Order { signal, .. }) => assert_eq!(signal, "middle"),
        other => panic!("{other:?}"),
    }
}

/// Casts in both directions, alone and within an expression.
#[derive(LogicBlock)]
struct Casts {
    narrow: Signal<In, Bits<4>>,
    wide: Signal<In, Bits<9>>,
    below: Signal<Out, Bit>,
    longer: Signal<Out, Bits<9>>,
    shorter: Signal<Out, Bits<4>>,
    sum: Signal<Out, Bits<9>>,
    threshold: Constant<Signed<9>>,
    compared: Signal<Local, Signed<9>>,
}

impl Default for Casts {
    fn default() -> Self {
        Casts {
            narrow: Default::default(),
            wide: Default::default(),
            below: Default::default(),
            longer: Default::default(),
            shorter: Default::default(),
            sum: Default::default(),
            threshold: Constant::new((-100).into()),
            compared: Default::default(),
        }
    }
}

impl Logic for Casts {
    #[hdl_gen]
    fn update(&mut self) {
        self.longer.next = bit_cast::<9, 4>(self.narrow.val());
        self.shorter.next = bit_cast::<4, 9>(self.wide.val());
        self.sum.next = self.wide.val() + bit_cast::<9, 4>(self.narrow.val());
        self.compared.next = signed_cast(self.wide.val());
        self.below.next = self.compared.val() < self.threshold.val();
    }
}

#[test]
fn casts_and_negative_constants_mean_the_same() {
    let mut uut = Casts::default();
    uut.connect_all();
    let text = verilog(&uut, "casts").unwrap();
    assert!(text.contains("assign longer = {5'h0, narrow};"), "{text}");
    assert!(text.contains("assign shorter = wide[3:0];"), "{text}");
    assert!(
        text.contains("assign sum = wide + {5'h0, narrow};"),
        "{text}"
    );
    assert!(
        text.contains("    localparam signed [8:0] threshold = 9'b110011100;"),
        "{text}"
    );
    assert_eq!(lint(&text, "casts", &[]).unwrap(), []);
    let mut vectors = Vectors::new(
        &[("narrow", 4), ("wide", 9)],
        &[("longer", 9), ("shorter", 4), ("sum", 9), ("below", 1)],
    );
    for narrow in 0..16u32 {
        for wide in 0..512u32 {
            let signed = if wide < 256 {
                wide as i32
            } else {
                wide as i32 - 512
            };
            let outputs = [
                narrow,
                wide & 15,
                (narrow + wide) & 511,
                u32::from(signed < -100),
            ];
            vectors.push([narrow, wide], outputs.map(Some));
        }
    }
    let report = check("casts", &text, &vectors).unwrap();
    assert!(report.passed(), "{report}");
}

/// A constant, written by hand as the process that would never start.
#[derive(LogicBlock, Default)]
struct Number<const N: u64> {
    y: Signal<Out, Bits<8>>,
}

impl<const N: u64> Logic for Number<N> {
    fn update(&mut self) {
        self.y.next = N.to_bits();
    }
    fn connect(&mut self) {
        self.y.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!("always @(*) y = 8'd{N};"))
    }
}

#[derive(LogicBlock, Default)]
struct Left {
    y: Signal<Out, Bits<8>>,
    value: Number<3>,
    shared: Number<9>,
}

impl Logic for Left {
    #[hdl_gen]
    fn update(&mut self) {
        self.y.next = self.value.y.val() + self.shared.y.val();
    }
}

#[derive(LogicBlock, Default)]
struct Right {
    y: Signal<Out, Bits<8>>,
    value: Number<5>,
    shared: Number<9>,
}

impl Logic for Right {
    #[hdl_gen]
    fn update(&mut self) {
        self.y.next = self.value.y.val() + self.shared.y.val();
    }
}

#[derive(LogicBlock, Default)]
struct Pair {
    a: Signal<Out, Bits<8>>,
    b: Signal<Out, Bits<8>>,
    left: Left,
    right: Right,
}

impl Logic for Pair {
    #[hdl_gen]
    fn update(&mut self) {
        self.a.next = self.left.y.val();
        self.b.next = self.right.y.val();
    }
}

#[test]
fn different_bodies_have_different_names() {
    let mut uut = Pair::default();
    uut.connect_all();
    let text = verilog(&uut, "pair").unwrap();
    let modules: Vec<&str> = text
        .lines()
        .filter_map(|l| l.strip_prefix("module "))
        .map(|l| l.trim_end_matches(" ("))
        .collect();
    assert_eq!(
        modules,
        [
            "left_value",
            "shared",
            "left",
            "right_value",
            "right",
            "pair"
        ]
    );
    let mut vectors = Vectors::new(&[], &[("a", 8), ("b", 8)]);
    vectors.push([0u32; 0], [Some(12u32), Some(14)]);
    let report = check("pair", &text, &vectors).unwrap();
    assert!(report.passed(), "{report}\n{text}");
}

#[test]
fn a_name_that_is_taken_gets_a_longer_one() {
    let mut uut = Pair::default();
    uut.connect_all();
    let text = verilog(&uut, "shared").unwrap();
    assert!(
        text.contains("module shared (\n    output wire [7:0] a,"),
        "{text}"
    );
    assert!(text.contains("module left_shared (\n"), "{text}");
}
