//! The bench must pass what is right and fail what is wrong.

use ferrospike_testbench::{check, lint, Error, Icarus, Value, Vectors, Waiver};
use std::time::Duration;

const ADDER: &str = "
module adder(input wire [7:0] a, input wire [7:0] b, output wire [8:0] sum);
    assign sum = {1'b0, a} + {1'b0, b};
endmodule
";

const ACCUMULATOR: &str = "
module accumulator(input wire clk, input wire [7:0] d, output wire [7:0] next, output reg [7:0] q);
    initial q = 8'h00;
    assign next = q + d;
    always @(posedge clk) q <= next;
endmodule
";

fn adder_vectors() -> Vectors {
    let mut v = Vectors::new(&[("a", 8), ("b", 8)], &[("sum", 9)]);
    for a in (0u32..256).step_by(5) {
        for b in (0u32..256).step_by(3) {
            v.push([a, b], [Some(a + b)]);
        }
    }
    v
}

#[test]
fn right_adder_passes() {
    let v = adder_vectors();
    let report = check("adder", ADDER, &v).unwrap();
    assert!(report.passed(), "{report}");
    assert_eq!(report.rows, v.rows.len());
}

#[test]
fn planted_faults_are_seen() {
    let v = adder_vectors();
    for (from, to) in [
        ("{1'b0, a} + {1'b0, b}", "{1'b0, a} - {1'b0, b}"),
        ("{1'b0, a} + {1'b0, b}", "{1'b0, a + b}"),
        ("{1'b0, a} + {1'b0, b}", "{1'b0, a} | {1'b0, b}"),
        ("{1'b0, b}", "{1'b0, b} + {8'h00, &{a, b}}"),
        ("assign sum = {1'b0, a} + {1'b0, b};", ""),
    ] {
        let wrong = ADDER.replace(from, to);
        assert_ne!(wrong, ADDER);
        let report = check("adder", &wrong, &v).unwrap();
        assert!(report.mismatches > 0, "{from} -> {to} was not seen");
        assert!(!report.passed());
        assert_eq!(report.first.len(), report.mismatches.min(20));
        assert!(report.first[0].starts_with("row "), "{report}");
    }
}

#[test]
fn clocked_rows_are_sampled_before_their_edge() {
    let mut v = Vectors::new(&[("d", 8)], &[("next", 8), ("q", 8)]).clocked("clk");
    let mut q = 0u8;
    for d in (0u8..=255).chain([255, 128, 1]) {
        v.push([d], [Some(q.wrapping_add(d)), Some(q)]);
        q = q.wrapping_add(d);
    }
    let report = check("accumulator", ACCUMULATOR, &v).unwrap();
    assert!(report.passed(), "{report}");
    let wrong = ACCUMULATOR.replace("posedge clk) q", "posedge clk) if (d != 8'h80) q");
    assert!(check("accumulator", &wrong, &v).unwrap().mismatches > 0);
    let uninitialised = ACCUMULATOR.replace("initial q = 8'h00;", "");
    assert!(check("accumulator", &uninitialised, &v).unwrap().mismatches > 0);
}

#[test]
fn none_is_not_compared() {
    let mut v = Vectors::new(&[("a", 8), ("b", 8)], &[("sum", 9)]);
    v.push([1u8, 1], [None::<u8>]);
    v.push([1u8, 1], [Some(3u8)]);
    let report = check("adder", ADDER, &v).unwrap();
    assert_eq!(report.mismatches, 1);
    assert_eq!(report.first, ["row 1 port sum expected 003 got 002"]);
}

#[test]
fn wide_ports() {
    let source = "module wide(input wire [1023:0] a, input wire [128:0] b, output wire [1023:0] y);
        assign y = a ^ {895'h0, b};\nendmodule\n";
    let mut v = Vectors::new(&[("a", 1024), ("b", 129)], &[("y", 1024)]);
    let a = "f".repeat(256);
    let b = format!("1{}", "0".repeat(32));
    let y = format!("{}e{}", "f".repeat(223), "f".repeat(32));
    v.push(
        [Value::hex(&a).unwrap(), Value::hex(&b).unwrap()],
        [Some(Value::hex(&y).unwrap())],
    );
    let report = check("wide", source, &v).unwrap();
    assert!(report.passed(), "{report}");
    let bytes: Vec<u8> = (0..128)
        .map(|i| if i == 16 { 0xfe } else { 0xff })
        .collect();
    assert_eq!(Value::from_le_bytes(&bytes), Value::hex(&y).unwrap());
}

#[test]
fn impossible_vectors_are_refused() {
    let refused = |v: &Vectors| matches!(check("adder", ADDER, v), Err(Error::Vectors(_)));
    let mut v = Vectors::new(&[("a", 8), ("b", 8)], &[("sum", 9)]);
    assert!(refused(&v), "no rows");
    v.push([256u32, 0], [Some(0u32)]);
    assert!(refused(&v), "too wide");
    v.rows.clear();
    v.push([1u32], [Some(1u32)]);
    assert!(refused(&v), "an input is missing");
    let mut v = Vectors::new(&[("a", 1025)], &[("sum", 9)]);
    v.push([1u32], [Some(1u32)]);
    assert!(refused(&v), "port too wide");
    assert!(Value::hex("12x").is_err());
}

#[test]
fn compiler_warnings_are_errors() {
    let narrow = ADDER.replace("endmodule", "    wire [3:0] n = a[9:6];\nendmodule");
    match check("adder", &narrow, &adder_vectors()) {
        Err(Error::Compile { program, messages }) => {
            assert_eq!(program, "iverilog");
            assert!(messages.contains("warning"), "{messages}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_missing_file_of_rows_fails() {
    let mut v = Vectors::new(&[("a", 8), ("b", 8)], &[("sum", 9)]);
    v.push([1u8, 1], [Some(2u8)]);
    let simulation = v
        .compile("adder", Icarus::new("adder").source("dut.v", ADDER))
        .unwrap();
    std::fs::remove_file(simulation.dir().join("vectors.hex")).unwrap();
    match v.run(&simulation) {
        Err(Error::Unfinished(text)) => assert!(text.contains("cannot open"), "{text}"),
        other => panic!("{other:?}"),
    }
    std::fs::write(simulation.dir().join("vectors.hex"), "").unwrap();
    assert!(matches!(v.run(&simulation), Err(Error::Unfinished(_))));
}

#[test]
fn endless_simulations_are_stopped() {
    let endless = "module m; initial begin $display(\"started\"); forever #1; end endmodule\n";
    let simulation = Icarus::new("m")
        .source("m.v", endless)
        .timeout(Duration::from_millis(500))
        .compile()
        .unwrap();
    assert!(matches!(
        simulation.run(&[]),
        Err(Error::Timeout { program: "vvp", .. })
    ));
}

#[test]
fn plusargs_and_failures() {
    let source = "module m; integer n; initial begin
        if ($value$plusargs(\"n=%d\", n)) $display(\"n %0d\", n); else $stop; end endmodule\n";
    let simulation = Icarus::new("m").source("m.v", source).compile().unwrap();
    assert_eq!(simulation.run(&["n=7"]).unwrap().stdout.trim(), "n 7");
    assert!(matches!(simulation.run(&[]), Err(Error::Run { .. })));
}

#[test]
fn lint_sees_latches_undriven_wires_and_widths() {
    assert_eq!(lint(ADDER, "adder", &[]).unwrap(), []);
    let latch = "module m(input wire e, input wire d, output reg q);
        always @(*) if (e) q = d;\nendmodule\n";
    assert!(lint(latch, "m", &[])
        .unwrap()
        .iter()
        .any(|m| m.rule == "yosys"));
    let undriven = "module m(output wire y);\nwire n;\nassign y = n;\nendmodule\n";
    assert!(lint(undriven, "m", &[])
        .unwrap()
        .iter()
        .any(|m| m.rule == "yosys"));
    let width = "module m(input wire [3:0] a, output wire [2:0] y);\nassign y = a;\nendmodule\n";
    let messages = lint(width, "m", &[]).unwrap();
    let waiver = Waiver {
        rule: "WIDTH",
        signal: "ASSIGNW",
        reason: "the carry is dropped on purpose",
    };
    let left = lint(width, "m", &[waiver]).unwrap();
    // Verilator need not be there; if it is, it sees the width and the waiver hides only that.
    let verilator = messages.iter().any(|m| m.rule == "WIDTH");
    assert_eq!(verilator, left.len() < messages.len());
    assert!(left.iter().all(|m| m.rule != "WIDTH"));
    assert!(lint(
        width,
        "m",
        &[Waiver {
            reason: " ",
            ..waiver
        }]
    )
    .is_err());
    assert!(lint(
        width,
        "m",
        &[Waiver {
            signal: "(",
            ..waiver
        }]
    )
    .is_err());
}
