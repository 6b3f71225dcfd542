//! The emitted Verilog of the product under the eyes of Icarus, Yosys and Verilator: no message without
//! a reason why it does not matter, no reason without its message.

use ferrospike_rtl::core::choices::Choices;
use ferrospike_rtl::lane::Pipeline;
use ferrospike_rtl::primitives::byte_ram::SmallMemories;
use ferrospike_rtl::primitives::products::Multiplier;
use ferrospike_rtl::top::{verilog, Configuration, Entry};
use ferrospike_testbench::{lint, Icarus, LintMessage};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};

/// A message of Verilator that is accepted.
struct Accepted {
    rule: &'static str,
    /// The signal as the message names it; for `WIDTH` the left side of the line.
    signal: &'static str,
    reason: &'static str,
}

const fn unused(signal: &'static str, reason: &'static str) -> Accepted {
    Accepted {
        rule: "UNUSEDSIGNAL",
        signal,
        reason,
    }
}

/// A port that is left open on purpose.
const fn empty(signal: &'static str) -> Accepted {
    Accepted {
        rule: "PINCONNECTEMPTY",
        signal,
        reason: "blocks that work alone have no neighbour to hand a carry to",
    }
}

const fn width(signal: &'static str, reason: &'static str) -> Accepted {
    Accepted {
        rule: "WIDTH",
        signal,
        reason,
    }
}

const DEPTH: &str =
    "address ports have one width; a memory smaller than that ignores the high bits, \
                     and the command unit and the compiler keep addresses inside it";
const LANE: &str =
    "lane numbers have 5 bits, enough for 32 lanes; fewer lanes leave the high ones 0";
const FIELD: &str = "bits of an operation that mean nothing in this block (docs/program.md)";
const OTHER: &str = "the block gives two results and this place wants the other one";
const SHIFTED: &str = "a shift register of bytes: its oldest bits leave";
const NARROW: &str =
    "needed only where a word is wider, or narrower, than with this number of lanes";
const UNFORWARDED: &str = "lanes without forwarding take what U says";
const STAGE: &str = "a lane number of 2 or 4 bits is used up by the first two of three steps";
const DIGITS: &str =
    "the factor is padded to a whole number of digits; what the padding adds to a product is its sign";
const MASKED: &str =
    "a mask of ones widens the field on its left with zeros, which is what is meant";

const ACCEPTED: &[Accepted] = &[
    unused(
        "'device_in_ready'",
        "the UART brings a byte in 80 clocks at most, the link takes one in two",
    ),
    unused(
        "'command_address'",
        "addresses of H have 14 bits; the command unit has checked the range",
    ),
    unused("'head'[", FIELD),
    unused(
        "'difference'[7:0]",
        "a change's bits behind the point have rounded it, and go",
    ),
    unused("'sequencer_head'", FIELD),
    unused("'long'[63:56]", FIELD),
    unused("'synaptic_operations'[23:16]", NARROW),
    unused(
        "'list_words'",
        "without listed rows there are none to count",
    ),
    unused(
        "'difference'[0]",
        "the bit in front of a difference, which only takes the borrow in",
    ),
    unused(
        "'check_value'[31:8]",
        "the CRC is sent byte by byte from its low end",
    ),
    unused(
        "'crc_value'[31:8]",
        "the CRC is sent byte by byte from its low end",
    ),
    unused("'address'[", DEPTH),
    unused("'write_address'[", DEPTH),
    unused("'read_address'[", DEPTH),
    unused("'write_group'[", DEPTH),
    unused("'read_group'[", DEPTH),
    unused("'neuron'[", DEPTH),
    unused(
        "'position'[3:0]",
        "only whether the difference has left the count's 16 bits matters",
    ),
    unused("'lane'[", LANE),
    unused("'lane'", STAGE),
    unused("'stride'", STAGE),
    unused("'last'[", LANE),
    unused("'word'[", SHIFTED),
    unused("'index'", NARROW),
    unused("'second'", NARROW),
    unused("'low'", NARROW),
    unused(
        "'mask'[7]",
        "a ring has at most 128 steps, so that its mask has 7 bits",
    ),
    unused("'write_neuron'[", DEPTH),
    unused("'read_neuron'[", DEPTH),
    unused("'current_write_neuron'", OTHER),
    unused("'membrane_read_group'", OTHER),
    unused("'membrane_write_group'", OTHER),
    unused("'clock'", "a tick in every clock needs no counter"),
    unused(
        "'kept'[31]",
        "the bit of the step before is used two ticks earlier than the block's last octet",
    ),
    unused(
        "'hold'",
        "a pipeline that is not long has no register to hold",
    ),
    unused(
        "'partner_0_",
        "the second of two neurons abreast never folds, and REPORT's states are kept by the first one",
    ),
    unused("'updated'", UNFORWARDED),
    unused("'take_earlier'", UNFORWARDED),
    unused("'take_last'", UNFORWARDED),
    unused(
        "'rounded'[41:40,15:0]",
        "a factor is at most one: the product is 24 bits above the fraction, which rounding drops",
    ),
    unused(
        "'whole'[25]",
        "two products of 24 bits above the fraction make 25 at most",
    ),
    unused(
        "'value'[22:1]",
        "those bits pass by in a block of their own, which takes one of four",
    ),
    unused("'excess'[23:0]", "a comparison: only the sign is wanted"),
    unused(
        "'extended'[0]",
        "the bit below a sum, which only takes the carry in",
    ),
    unused(
        "'high'[31:24]",
        "the block adds 32 bits; the products have 24 above the fraction",
    ),
    unused(
        "'high_v'[31:24]",
        "the block adds 32 bits; the products have 24 above the fraction",
    ),
    unused(
        "'high_i'[31:24]",
        "the block adds 32 bits; the products have 24 above the fraction",
    ),
    unused("_whole'[44:42]", DIGITS),
    empty("'CO'"),
    empty("'ACCUMCO'"),
    empty("'SIGNEXTOUT'"),
    width("octet_bit_lane", MASKED),
    width("b_d", MASKED),
    width("half", MASKED),
    width("folded", MASKED),
    width("gain_power_amount", MASKED),
    width("reporter_tag_new", MASKED),
];

/// What is emitted for this number of lanes.
fn lanes(lanes: usize) -> Configuration {
    Configuration {
        lanes,
        ..Configuration::default()
    }
}

/// What the tools look at: each number of lanes, and the other multipliers as boards have them; one of these
/// with a synapse memory of no power of two.
fn configurations() -> Vec<Configuration> {
    let mut all = [4, 8, 16, 32].map(lanes).to_vec();
    all.push(Configuration {
        choices: Choices {
            multiplier: Multiplier::Ice40Mac,
            pipeline: Pipeline::Short,
            lists: false,
            ..Choices::default()
        },
        ..lanes(8)
    });
    for number in [8, 32] {
        all.push(Configuration {
            choices: Choices {
                pipeline: Pipeline::Long,
                small_memories: SmallMemories::Lookups,
                ..Choices::default()
            },
            ..lanes(number)
        });
    }
    for (number, pipeline) in [(4, Pipeline::Middle), (16, Pipeline::Long)] {
        all.push(Configuration {
            choices: Choices {
                pipeline,
                sweep: 2,
                rest: pipeline == Pipeline::Long,
                watchdog: if number == 16 { 30 } else { 0 },
                learn: number == 16,
                ..Choices::default()
            },
            ..lanes(number)
        });
    }
    for (number, clocks) in [(4, 4), (8, 17)] {
        all.push(Configuration {
            choices: Choices {
                multiplier: Multiplier::Serial(clocks),
                ..Choices::default()
            },
            synapse_words: 3072,
            ..lanes(number)
        });
    }
    all
}

/// The multiplier block of an iCE40 as the tools see it: its ports. Its parameters and unused inputs are the
/// chip's.
const BLOCK: &str = "\
/* verilator lint_off DECLFILENAME */
/* verilator lint_off UNUSEDPARAM */
/* verilator lint_off UNUSEDSIGNAL */
module SB_MAC16 #(
    parameter A_SIGNED = 1'b0, parameter B_SIGNED = 1'b0, parameter A_REG = 1'b0, parameter C_REG = 1'b0,
    parameter D_REG = 1'b0,
    parameter TOP_8x8_MULT_REG = 1'b0, parameter BOT_8x8_MULT_REG = 1'b0,
    parameter PIPELINE_16x16_MULT_REG1 = 1'b0, parameter TOPADDSUB_LOWERINPUT = 2'd0,
    parameter TOPADDSUB_UPPERINPUT = 1'b0, parameter TOPADDSUB_CARRYSELECT = 2'd0,
    parameter BOTADDSUB_LOWERINPUT = 2'd0, parameter BOTADDSUB_UPPERINPUT = 1'b0,
    parameter BOTADDSUB_CARRYSELECT = 2'd0, parameter TOPOUTPUT_SELECT = 2'd0,
    parameter BOTOUTPUT_SELECT = 2'd0
) (
    input wire CLK, CE,
    input wire [15:0] A, B, C, D,
    input wire AHOLD, BHOLD, CHOLD, DHOLD, IRSTTOP, IRSTBOT, ORSTTOP, ORSTBOT, OLOADTOP, OLOADBOT,
    input wire OHOLDTOP, OHOLDBOT, ADDSUBTOP, ADDSUBBOT, CI, ACCUMCI, SIGNEXTIN,
    output reg [31:0] O,
    output wire CO, ACCUMCO, SIGNEXTOUT
);
    // Registered, as in the chip: no way through the block is combinational.
    always @(posedge CLK) if (CE) O <= {A, B};
    assign CO = 1'b0;
    assign ACCUMCO = 1'b0;
    assign SIGNEXTOUT = 1'b0;
endmodule
";

/// The entries that are looked at: both of a machine without choices, of others the one with the UART, in which the other
/// is.
fn entries(configuration: &Configuration) -> &'static [Entry] {
    match configuration.choices == Choices::default() {
        true => &[Entry::Uart, Entry::Bytes],
        false => &[Entry::Uart],
    }
}

/// The emitted text, and the block if it needs it; emitted once for all tests.
fn emitted(configuration: &Configuration, entry: Entry) -> Arc<String> {
    static TEXTS: Mutex<BTreeMap<String, Arc<OnceLock<Arc<String>>>>> = Mutex::new(BTreeMap::new());
    let key = format!("{configuration:?} {entry:?}");
    let cell = TEXTS.lock().unwrap().entry(key).or_default().clone();
    cell.get_or_init(|| Arc::new(fresh(configuration, entry)))
        .clone()
}

/// The same, emitted now.
fn fresh(configuration: &Configuration, entry: Entry) -> String {
    let text = verilog(configuration, entry).unwrap();
    match configuration.choices.multiplier {
        Multiplier::Ice40Mac => text + BLOCK,
        _ => text,
    }
}

fn name(configuration: &Configuration) -> String {
    let Configuration { lanes, choices, .. } = configuration;
    format!("{lanes} lanes, {choices:?}")
}

/// The line of the text that a message speaks of.
fn line<'a>(verilog: &'a str, message: &LintMessage) -> &'a str {
    let number = message
        .text
        .split(':')
        .nth(1)
        .and_then(|n| n.parse::<usize>().ok());
    number
        .and_then(|n| verilog.lines().nth(n - 1))
        .unwrap_or("")
        .trim()
}

/// Is this waiver for this message?
fn fits(waiver: &Accepted, message: &LintMessage, line: &str) -> bool {
    let place = if waiver.rule == "WIDTH" {
        let left = line.split('=').next().unwrap_or("").trim();
        left.trim_start_matches("assign ") == waiver.signal
    } else {
        message.text.contains(waiver.signal)
    };
    waiver.rule == message.rule && place
}

#[test]
fn every_message_has_a_reason_and_every_reason_a_message() {
    let found = Command::new("verilator").arg("--version").output();
    assert!(
        found.is_ok(),
        "verilator was not found; on Debian: apt-get install verilator"
    );
    let mut used = vec![false; ACCEPTED.len()];
    let mut complaints = Vec::new();
    let mut count = 0;
    for configuration in configurations() {
        let name = name(&configuration);
        let text = emitted(&configuration, Entry::Uart);
        for message in lint(&text, Entry::Uart.module(), &[]).unwrap() {
            count += 1;
            let line = line(&text, &message);
            match ACCEPTED
                .iter()
                .position(|waiver| fits(waiver, &message, line))
            {
                Some(n) => used[n] = true,
                None => complaints.push(format!("{name}: {message}\n    {line}")),
            }
        }
    }
    for (waiver, used) in ACCEPTED.iter().zip(used) {
        assert!(
            !waiver.reason.is_empty(),
            "{} {} has no reason",
            waiver.rule,
            waiver.signal
        );
        if !used {
            complaints.push(format!(
                "no message is waived by {} {}",
                waiver.rule, waiver.signal
            ));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    println!("{count} messages, each with a reason");
}

#[test]
fn a_core_that_does_not_learn_has_nothing_of_it() {
    for configuration in configurations() {
        let text = emitted(&configuration, Entry::Uart);
        assert_eq!(text.contains("learn"), configuration.choices.learn);
    }
}

#[test]
fn icarus_is_silent() {
    for configuration in configurations() {
        let name = name(&configuration);
        for &entry in entries(&configuration) {
            // The runner takes any message of `iverilog -Wall` for an error.
            let compiled = Icarus::new(entry.module())
                .source("design.v", emitted(&configuration, entry).as_str())
                .compile();
            assert!(
                compiled.is_ok(),
                "{name}, {entry:?}: {}",
                compiled.unwrap_err()
            );
        }
    }
}

/// `check` after `flatten` sees combinational loops through the whole design, bit by bit.
fn yosys(text: &str, top: &str) -> Result<(), String> {
    let thread = format!("{:?}", std::thread::current().id());
    let name = format!(
        "lint-{}.v",
        thread.replace(|c: char| !c.is_ascii_digit(), "")
    );
    std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(&name), text).unwrap();
    let script = format!(
        "read_verilog {name}; hierarchy -check -top {top}; proc; \
         select -assert-none t:$dlatch t:$adlatch t:$dlatchsr; flatten; opt_clean; check -assert"
    );
    let output = Command::new("yosys")
        .args(["-q", "-p", &script])
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .output()
        .expect("yosys was not found; on Debian: apt-get install yosys");
    let said = [output.stdout, output.stderr].concat();
    if output.status.success() && said.is_empty() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&said).into_owned())
}

/// A loop does not depend upon the number of lanes: of machines with more than 8, those with other choices.
#[test]
fn yosys_finds_no_loop() {
    for configuration in configurations() {
        if configuration.lanes > 8 && configuration.choices == Choices::default() {
            continue;
        }
        let name = name(&configuration);
        if let Err(said) = yosys(&emitted(&configuration, Entry::Uart), Entry::Uart.module()) {
            panic!("{name}: {said}");
        }
    }
}

/// The check sees what it is for: a loop that passes through two modules.
#[test]
fn a_planted_loop_is_found() {
    let text = "module half(input wire a, output wire y);\n    assign y = ~a;\nendmodule\n\
                module top(input wire x, output wire z);\n    wire p, q;\n\
                half one(.a(p), .y(q));\n    half two(.a(q), .y(p));\n    assign z = x & p;\nendmodule\n";
    let said = yosys(text, "top").unwrap_err();
    assert!(said.contains("loop"), "{said}");
}

#[test]
fn two_emissions_are_equal() {
    for configuration in configurations() {
        let name = name(&configuration);
        for &entry in entries(&configuration) {
            assert!(
                *emitted(&configuration, entry) == fresh(&configuration, entry),
                "{name}, {entry:?}"
            );
        }
    }
}
