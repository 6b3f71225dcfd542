//! No result depends on a word that is read in the clock in which it is written: random networks on machines
//! whose memories give unknown bits then, as `no_rw_check` allows. One unknown bit that is used shows in
//! what the machine answers.
//!
//! `FERROSPIKE_NETWORKS` sets how many networks each machine gets, `FERROSPIKE_SEED` the first seed.

#[allow(dead_code, reason = "other tests use the rest")]
mod random {
    pub mod bench;
    pub mod script;
}

use ferrospike_model::device::Shape;
use ferrospike_rtl::core::choices::Choices;
use ferrospike_rtl::lane::Pipeline;
use ferrospike_rtl::primitives::products::Multiplier;
use random::bench::Bench;
use random::script;

/// What a memory gives for a word that is written in the same clock.
#[derive(Clone, Copy)]
enum Collision {
    /// Unknown bits, in the whole word.
    Unknown,
    /// What is written.
    New,
}

/// Puts `added` behind a line that the text must have.
fn behind(text: &str, line: &str, added: &str) -> String {
    assert_eq!(text.matches(line).count(), 1, "{line}");
    text.replace(line, &format!("{line}\n{added}"))
}

/// The machine's text with other memories U, V, H and status block.
fn memories(text: &str, lanes: usize, collision: Collision) -> String {
    let u = 24 * lanes;
    let same = "read_group[5:0] == write_group[5:0]";
    let of_u = match collision {
        Collision::Unknown => format!("if (read & (|write) & ({same})) q <= {{{u}{{1'bx}}}};"),
        Collision::New => (0..lanes)
            .map(|lane| {
                let range = format!("[{}:{}]", 24 * lane + 23, 24 * lane);
                format!("if (read & write[{lane}] & ({same})) q{range} <= data{range};\n")
            })
            .collect(),
    };
    let text = behind(text, "if (read) q <= memory[read_group[5:0]];", &of_u);
    let Collision::Unknown = collision else {
        return text;
    };
    let top = (64 * lanes).ilog2() - 1;
    let text = behind(
        &text,
        &format!("if (read) q <= memory[read_neuron[{top}:0]];"),
        &format!("if (read & write & (read_neuron[{top}:0] == write_neuron[{top}:0])) q <= 24'bx;"),
    );
    let text = behind(
        &text,
        "if (read) q <= memory[read_address[9:0]];",
        &format!(
            "if (read & write & (read_address[9:0] == write_address[9:0])) q <= {{{lanes}{{1'bx}}}};"
        ),
    );
    behind(
        &text,
        "q <= memory[reading ? index : at];",
        "if ((clearing | writing) & ((reading ? index : at) == at)) q <= 8'bx;",
    )
}

fn bench(
    (lanes, multiplier, pipeline): (usize, Multiplier, Pipeline),
    change: impl Fn(String) -> String,
) -> Bench {
    let shape = Shape {
        lanes,
        synapse_words: 2048.max(16384 / lanes),
        groups: 64,
        history_words: 1024,
    };
    let choices = Choices {
        multiplier,
        pipeline,
        // What is remembered of groups is a memory as well.
        rest: pipeline == Pipeline::Long,
        ..Choices::default()
    };
    Bench::of(shape, choices, change)
}

const FORWARDING: (usize, Multiplier, Pipeline) = (8, Multiplier::Inferred, Pipeline::Middle);
const WITHOUT: (usize, Multiplier, Pipeline) = (8, Multiplier::Ice40Mac, Pipeline::Short);
const SERIAL: (usize, Multiplier, Pipeline) = (4, Multiplier::Serial(3), Pipeline::Middle);
const LATE: (usize, Multiplier, Pipeline) = (16, Multiplier::Inferred, Pipeline::Long);

#[test]
fn unknown_words_are_never_used() {
    for (machine, seeds) in [
        (FORWARDING, 1..3),
        (WITHOUT, 3..5),
        (SERIAL, 5..7),
        (LATE, 7..9),
    ] {
        let bench = bench(machine, |text| {
            memories(&text, machine.0, Collision::Unknown)
        });
        let found = script::difference(&bench, script::seeds(seeds));
        assert_eq!(found, None, "{machine:?}");
    }
}

/// A machine that leaves forwarding to its memory is right with one that gives what is written, and is
/// found with the unknown bits; so is one that does not wait where it does not forward.
#[test]
fn machines_that_depend_on_a_collision_are_found() {
    let faults = [
        (
            FORWARDING,
            "earlier3_d = forwarding & valid4_q & (group_fetched_q == group_earlier_q)",
        ),
        (WITHOUT, "gap_new = groups_meet_q & ~forwarding"),
    ];
    for (machine, line) in faults {
        let left = line.split(" = ").next().unwrap_or(line);
        let planted = |text: String, collision| {
            assert!(text.contains(line), "the Verilog has no '{line}'");
            let text = text.replace(line, &format!("{left} = 1'b0"));
            memories(&text, machine.0, collision)
        };
        let new = bench(machine, |text| planted(text, Collision::New));
        assert_eq!(script::difference(&new, 1..3), None, "{line}");
        let unknown = bench(machine, |text| planted(text, Collision::Unknown));
        script::is_noticed(line, &unknown, (1, 10), script::network);
    }
}
