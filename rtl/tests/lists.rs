//! Listed rows in the core: what a convolution costs, in clocks of the device's own counter; what a machine
//! without them says; faults that random networks with lists must find.

#[allow(dead_code, reason = "other tests use the rest")]
mod random {
    pub mod bench;
    pub mod script;
}

use ferrospike_model::device::Shape;
use ferrospike_model::program::{Bitmap, End, Form, Operation, Scan, Segment, TableEntry};
use ferrospike_model::random::{random_network, RandomCase, Size};
use ferrospike_rtl::core::choices::Choices;
use ferrospike_rtl::lane::Pipeline;
use random::bench::{header, verify, Bench};
use random::script::{compare, is_noticed, network};
use std::collections::BTreeMap;

const LANES: usize = 8;
/// Pixels of a side.
const SIDE: usize = 28;
/// Taps of a side of the kernel.
const KERNEL: usize = 5;
/// Clocks of END.
const END: u64 = 5;
/// Longs of S: the table and the kernel; the program is at 0.
const TABLE: usize = 256;
const WEIGHTS: usize = 64;

fn command(stream: &mut Vec<u8>, opcode: u8, address: usize, count: usize, data: &[u8]) {
    stream.extend(header(opcode, address, count));
    stream.extend(data);
}

fn bytes(longs: &[u64]) -> Vec<u8> {
    longs.iter().flat_map(|long| long.to_le_bytes()).collect()
}

/// Where the kernel around a pixel meets the image on one axis: first output, its tap, how many.
fn meets(at: usize) -> (usize, usize, usize) {
    let reach = KERNEL / 2;
    let first = at.saturating_sub(reach);
    let last = (at + reach).min(SIDE - 1);
    (first, first + reach - at, last - first + 1)
}

/// Table and lists of a 5 x 5 convolution of 28 x 28 pixels with stride 1, as many outputs as pixels and a
/// channel for each lane: an output pixel is a group.
fn convolution() -> (Vec<u64>, Vec<u64>) {
    let lists_at = TABLE + SIDE * SIDE;
    let (mut table, mut lists) = (Vec::new(), Vec::new());
    let mut known: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for pixel in 0..SIDE * SIDE {
        let (row, row_tap, rows) = meets(pixel / SIDE);
        let (column, column_tap, columns) = meets(pixel % SIDE);
        let list = *known.entry((rows, columns)).or_insert_with(|| {
            let segments: Vec<Segment> = (0..rows)
                .map(|index| Segment {
                    groups: columns as u8,
                    exponent: 3,
                    word_skip: if index > 0 { KERNEL - columns } else { 0 } as i16,
                    group_skip: if index > 0 { SIDE - columns } else { 0 } as u16,
                    ..Segment::default()
                })
                .collect();
            let at = lists_at + lists.len();
            lists.extend(Segment::list(&segments));
            at
        });
        table.push(
            TableEntry {
                list: list as u32,
                first_group: (row * SIDE + column) as u16,
                first_word: (WEIGHTS + row_tap * KERNEL + column_tap) as u32,
                operations: (rows * columns * LANES) as u16,
            }
            .encode(),
        );
    }
    (table, lists)
}

/// Synaptic operations, weight words, longs of lists and clocks of a SCAN of that convolution in which every
/// `every`-th pixel spikes.
fn scan(pipeline: Pipeline, every: usize) -> [u64; 4] {
    let shape = Shape {
        lanes: LANES,
        synapse_words: 2048,
        groups: 1024,
        history_words: 128,
    };
    let choices = Choices {
        pipeline,
        ..Choices::default()
    };
    let bench = Bench::of(shape, choices, |text| text);
    let groups = SIDE * SIDE / LANES;
    let scan = Operation::Scan(Scan {
        form: Form::Listed,
        source: Bitmap::default(),
        source_groups: groups as u16,
        row_base: TABLE as u32,
        stride: 1,
        ..Scan::default()
    });
    let end = Operation::End(End::default());
    let program: Vec<u64> = [scan, end].iter().flat_map(Operation::encode).collect();
    let (table, lists) = convolution();
    let mut stream = Vec::new();
    command(&mut stream, 0x10, 0, program.len(), &bytes(&program));
    let kernel: Vec<u8> = (0..KERNEL * KERNEL * LANES).map(|n| n as u8).collect();
    command(&mut stream, 0x10, WEIGHTS, KERNEL * KERNEL, &kernel);
    command(&mut stream, 0x10, TABLE, table.len(), &bytes(&table));
    command(
        &mut stream,
        0x10,
        TABLE + table.len(),
        lists.len(),
        &bytes(&lists),
    );
    let spikes: Vec<u8> = (0..groups)
        .map(|group| {
            (0..LANES)
                .filter(|lane| (group * LANES + lane).is_multiple_of(every))
                .map(|lane| 1 << lane)
                .sum()
        })
        .collect();
    command(&mut stream, 0x13, 0, groups, &spikes);
    stream.extend(verify(0, &bytes(&program), LANES));
    command(&mut stream, 0x51, 0, 0, &[]);
    command(&mut stream, 0x30, 0, 1, &[0; 4]);
    let lines = bench.run(&stream, 10, 0);
    let counters = lines
        .iter()
        .find_map(|line| line.strip_prefix("C "))
        .unwrap();
    let counters: Vec<u64> = counters
        .split(' ')
        .map(|hex| u64::from_str_radix(hex, 16).unwrap())
        .collect();
    [counters[1], counters[2], counters[3], counters[7] - END]
}

/// A SCAN of every pixel and one of every 13th (61 spikes): lists and weights share the port of S, and there is
/// little else.
#[test]
fn a_convolution_delivers_a_weight_word_in_four_of_five_clocks() {
    for pipeline in [Pipeline::Short, Pipeline::Middle, Pipeline::Long] {
        for every in [1, 13] {
            let [operations, words, longs, clocks] = scan(pipeline, every);
            let share = words as f64 / clocks as f64;
            println!(
                "{pipeline}, a spike in {every} pixels: {operations} synaptic operations, {words} weight words, \
                 {longs} longs of lists, {clocks} clocks: {share:.3}"
            );
            assert_eq!(operations, words * LANES as u64);
            assert!(share >= 0.8, "{pipeline}, every {every}: {share:.3}");
            let least = words + longs;
            assert!(clocks >= least, "{clocks} clocks for {least} accesses");
        }
    }
}

/// A machine without lists refuses a listed SCAN with error 3 at the operation's first long.
#[test]
fn a_machine_without_lists_refuses_them() {
    let shape = Shape {
        lanes: LANES,
        synapse_words: 2048,
        groups: 64,
        history_words: 128,
    };
    let listed = [Operation::Scan(Scan {
        form: Form::Listed,
        row_base: 64,
        ..Scan::default()
    })];
    for lists in [false, true] {
        let choices = Choices {
            lists,
            ..Choices::default()
        };
        let bench = Bench::of(shape, choices, |text| text);
        let mut stream = Vec::new();
        let end = Operation::End(End {
            mark: true,
            ..End::default()
        });
        let program: Vec<u64> = (listed.iter().chain([&end]))
            .flat_map(Operation::encode)
            .collect();
        command(&mut stream, 0x10, 8, program.len(), &bytes(&program));
        stream.extend(verify(8, &bytes(&program), LANES));
        command(&mut stream, 0x51, 8, 0, &[]);
        // Of the CRC; END's mark, or an error's record: its tag, its code, where.
        let lines = bench.run(&stream, 5 + if lists { 3 } else { 5 }, 0);
        let answer: Vec<&str> = (lines.iter())
            .map(String::as_str)
            .filter(|line| line.len() == 2)
            .skip(5)
            .collect();
        let expected: &[&str] = match lists {
            true => &["70", "00", "00"],
            false => &["7e", "03", "08", "00", "00"],
        };
        assert_eq!(answer, expected);
    }
}

/// A long pipeline, in which lists come late.
#[test]
fn lists_that_come_late_equal_the_model() {
    let bench = late(|text| text);
    let found = (1..=12).find_map(|seed| compare(&bench, &long_segments(seed, &bench), 0));
    assert_eq!(found, None);
    for (known, from, to) in [
        (2, "next_valid_d = ~ahead_q[10]", "next_valid_d = 1'b1"),
        (20, "row_valid & ~first_q & ~ahead_first_q", "row_valid"),
    ] {
        let bench = late(|text| {
            assert!(text.contains(from), "the Verilog has no '{from}'");
            text.replace(from, to)
        });
        is_noticed(to, &bench, (known, 40), long_segments);
    }
}

/// A machine with a long pipeline.
fn late(change: impl Fn(String) -> String) -> Bench {
    let shape = Shape {
        lanes: 16,
        synapse_words: 1024,
        groups: 64,
        history_words: 1024,
    };
    let choices = Choices {
        pipeline: Pipeline::Long,
        ..Choices::default()
    };
    Bench::of(shape, choices, change)
}

/// Long segments, during which lists are read ahead.
fn long_segments(seed: u64, bench: &Bench) -> RandomCase {
    let size = Size {
        groups: 8,
        ..bench.size()
    };
    random_network(seed, bench.shape, size).unwrap()
}

/// Faults in what is new with lists; 40 random networks must find each.
#[test]
fn faults_in_listed_rows_are_found() {
    for (known, what, from, to) in [
        (
            1,
            "the streamer waits for a list",
            "step = active_q & ~hold",
            "step = active_q",
        ),
        (
            1,
            "a segment counts from its source",
            "wire [19:0] base = starts ? first : now;",
            "wire [19:0] base = now;",
        ),
        (1, "a word skip has a sign", "{11{skip[8]}}", "11'd0"),
        (
            1,
            "exponents travel with their words",
            "exponent2_d = exponent1_q",
            "exponent2_d = exponent_now_q",
        ),
        (
            1,
            "groups travel with their words",
            "group1_d = group_q",
            "group1_d = group_d",
        ),
        (
            1,
            "an entry without operations has no list",
            "some = |",
            "some = 1'b1 | |",
        ),
        (
            1,
            "a list ends with its last segment",
            "next_valid_d = ~low_last",
            "next_valid_d = 1'b1",
        ),
    ] {
        let shape = Shape {
            lanes: LANES,
            synapse_words: 2048,
            groups: 64,
            history_words: 1024,
        };
        let bench = Bench::of(shape, Choices::default(), |text| {
            assert!(text.contains(from), "{what}: the Verilog has no '{from}'");
            text.replace(from, to)
        });
        is_noticed(what, &bench, (known, 40), network);
    }
}
