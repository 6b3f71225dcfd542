//! The command unit in the machine, in Icarus: what it refuses and what it just does not, at the ends of
//! the memories, and inputs beside a program. A refusal ends the stream, so each case is a run of its own.

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "random/bench.rs"]
mod bench;

use bench::{header, verify, Bench};
use ferrospike_model::device::{Device, Shape};
use ferrospike_model::interpreter::BEYOND_THE_END;
use ferrospike_rtl::core::choices::Choices;
use ferrospike_rtl::lane::Pipeline;

const LANES: usize = 8;
const WORDS: u32 = 2048;
const NEURONS: u32 = 512;
const HISTORY: u32 = 1024;
/// No command has this opcode; it ends a stream that was accepted.
const UNKNOWN: u8 = 0x99;

fn command(opcode: u8, address: u32, count: u16) -> Vec<u8> {
    header(opcode, address as usize, count.into())
}

fn refusal(code: u8, detail: u32) -> Vec<u8> {
    let mut bytes = vec![0x7e, code];
    bytes.extend(&detail.to_le_bytes()[..3]);
    bytes
}

/// The longs of S from `at`.
fn longs(at: u32, program: &[u64]) -> Vec<u8> {
    let mut bytes = command(0x10, at, program.len() as u16);
    program
        .iter()
        .for_each(|long| bytes.extend(long.to_le_bytes()));
    bytes
}

/// The same, verified, which is answered with five bytes.
fn verified(at: u32, program: &[u64]) -> Vec<u8> {
    let bytes: Vec<u8> = program.iter().flat_map(|long| long.to_le_bytes()).collect();
    [longs(at, program), verify(at as usize, &bytes, LANES)].concat()
}

/// The last `last` of `answers` bytes that the device answers to a stream; bytes of memory that was
/// never written count as 0.
fn answer(bench: &Bench, stream: &[u8], answers: usize, last: usize, stall: u64) -> Vec<u8> {
    let lines = bench.run_with(stream, answers, stall, &["limit=40000"]);
    last_bytes(&lines, answers - last)
}

/// The bytes that the bench has printed, without the first of them.
fn last_bytes(lines: &[String], first: usize) -> Vec<u8> {
    lines
        .iter()
        .filter(|line| line.len() == 2)
        .map(|line| u8::from_str_radix(line, 16).unwrap_or(0))
        .skip(first)
        .collect()
}

/// A range: its command, and whether it lies in its memory.
fn ranges() -> Vec<(u8, u32, u16, bool)> {
    let mut cases = Vec::new();
    let memories = [
        (0, WORDS),
        (1, NEURONS),
        (2, NEURONS),
        (3, HISTORY),
        (0x10, WORDS),
    ];
    for (item, size) in memories {
        for family in [0x10, 0x20] {
            let opcode = family + item;
            if opcode == 0x20 + 0x10 || item < 0x10 {
                cases.extend([
                    (opcode, size - 1, 1, true),
                    (opcode, size, 0, true),
                    (opcode, size - 1, 2, false),
                    (opcode, size, 1, false),
                    (opcode, size + 1, 0, false),
                    (opcode, size - 20, 20, true),
                    (opcode, size - 20, 21, false),
                    (opcode, 0, 65_535, false),
                    (opcode, 0xff_ffff, 1, false),
                    (opcode, 0xff_ffff, 65_535, false),
                    (opcode, 1 << 20, 0, false),
                ]);
            }
        }
    }
    let ring = |base: u32, log2: u32| base | log2 << 16;
    for opcode in [0x40, 0x41] {
        cases.extend([
            (opcode, ring(0, 7), 8, true),
            (opcode, ring(0, 7), 9, false),
            (opcode, ring(896, 7), 1, true),
            (opcode, ring(896, 7), 2, false),
            (opcode, ring(992, 1), 16, true),
            (opcode, ring(992, 1), 17, false),
            (opcode, ring(1020, 0), 4, true),
            (opcode, ring(1020, 0), 5, false),
            (opcode, ring(1024, 3), 0, true),
            (opcode, ring(1024, 3), 1, false),
            (opcode, ring(1001, 3), 3, false),
            (opcode, ring(999, 3), 3, true),
            (opcode, ring(0, 7), 512, false),
            (opcode, ring(0, 1), 32_768, false),
            (opcode, ring(0, 7), 65_535, false),
            (opcode, ring(0x3fff, 0), 1, false),
            // Bits that mean nothing.
            (opcode, ring(0, 7) | 0xf8_c000, 8, true),
            (opcode, ring(0, 7) | 0xf8_c000, 9, false),
        ]);
    }
    for opcode in [0x50, 0x51] {
        cases.extend([
            (opcode, WORDS - 1, 0, true),
            (opcode, WORDS - 1, 77, true),
            (opcode, WORDS, 0, false),
            (opcode, 1 << 20, 0, false),
        ]);
    }
    cases
}

/// Runs the ranges up to the first whose answer is another than it should be; gives that.
fn wrong_range(bench: &Bench) -> Option<String> {
    for (n, (opcode, address, count, fits)) in ranges().into_iter().enumerate() {
        // END, where programs begin.
        let mut stream = verified(WORDS - 1, &[0]);
        stream.extend(command(opcode, address, count));
        let mut answers = 10;
        if fits {
            let bytes = match opcode & 15 {
                0 => LANES,
                1 | 2 => 3,
                _ => 1,
            };
            let many = usize::from(count);
            match opcode {
                0x10..=0x13 => stream.extend(vec![0; bytes * many]),
                0x20..=0x23 if many > 0 => answers += 1 + bytes * many,
                0x30 if many > 0 => {
                    stream.extend([0; 4]);
                    answers += 5;
                }
                0x40 => stream.extend(vec![0xff; many]),
                0x41 if many > 0 => stream.push(many as u8),
                _ => {}
            }
            stream.extend(command(UNKNOWN, 0, 0));
        }
        let expected = if fits {
            refusal(1, UNKNOWN.into())
        } else {
            refusal(4, address)
        };
        let got = answer(bench, &stream, answers, 5, n as u64 % 2 * 8);
        if got != expected {
            return Some(format!("{opcode:02x} {address:06x} {count}: {got:02x?}"));
        }
    }
    None
}

#[test]
fn ranges_end_with_their_memory() {
    let bench = Bench::new(LANES, |text| text);
    assert_eq!(bench.shape.synapse_words, WORDS as usize);
    assert_eq!(bench.shape.groups * LANES, NEURONS as usize);
    assert_eq!(bench.shape.history_words, HISTORY as usize);
    assert_eq!(wrong_range(&bench), None);
}

#[test]
fn faults_of_the_check_are_found() {
    for (from, to) in [
        ("beyond_d = sum", "beyond_d = 1'b0"),
        ("place - {3'h0, log2_depth}", "place"),
        ("place[3:1] != twos_ring", "1'b1"),
    ] {
        let bench = Bench::new(LANES, |text| {
            assert!(text.contains(from), "the Verilog has no '{from}'");
            text.replace(from, to)
        });
        assert!(wrong_range(&bench).is_some(), "{to} was not noticed");
    }
}

#[test]
fn unknown_commands_are_refused() {
    let bench = Bench::new(LANES, |text| text);
    for opcode in [
        0x00, 0x0f, 0x14, 0x18, 0x24, 0x31, 0x33, 0x34, 0x42, 0x44, 0x52, 0x60, 0x90, 0xa0, 0xff,
    ] {
        let stream = command(opcode, 0xff_ffff, 0xffff);
        let expected = refusal(1, opcode.into());
        assert_eq!(answer(&bench, &stream, 5, 5, 0), expected, "{opcode:02x}");
    }
}

#[test]
fn runs_beyond_the_bitmap_are_refused() {
    let bench = Bench::new(LANES, |text| text);
    let address = 0x40 | 2 << 16 | 0xc000;
    for (groups, runs, fits) in [
        (3, &[3u8][..], true),
        (3, &[4], false),
        (3, &[1, 0xaa, 1], true),
        (3, &[1, 0xaa, 2], false),
        (3, &[2, 0xaa], true),
        (200, &[255], false),
    ] {
        let mut stream = command(0x41, address, groups);
        stream.extend(runs);
        stream.extend(command(UNKNOWN, 0, 0));
        let expected = if fits {
            refusal(1, UNKNOWN.into())
        } else {
            refusal(4, address)
        };
        assert_eq!(answer(&bench, &stream, 5, 5, 0), expected, "{runs:?}");
    }
}

#[test]
fn programs_are_refused_where_they_are_wrong() {
    let bench = Bench::new(LANES, |text| text);
    let at = 0x53a;
    // CLEAR, UPDATE of no groups, and FOLD of none, which are all right.
    let clear = [5 | 1 << 4 | 60 << 48, 0];
    let update = [2, 0, 0, 0, 0, 0, 0];
    let (unknown, bad_scan, bad_rounding) = (6, 1 | 3 << 4, 2 | 3 << 5);
    for (before, wrong, code) in [
        (vec![], unknown, 2),
        (vec![], bad_scan, 3),
        (vec![], 1 | 3 << 8, 3),
        (clear.to_vec(), 15, 2),
        (clear.to_vec(), bad_rounding, 3),
        (update.to_vec(), unknown, 2),
        ([&clear[..], &update[..], &[3]].concat(), bad_scan, 3),
    ] {
        let program = [&before[..], &[wrong]].concat();
        let expected = refusal(code, at + before.len() as u32);
        // The host waits; it sends further commands; it stops within an input.
        let input = command(0x40, 0, 20);
        let within = [&input[..], &[1, 2, 3]].concat();
        for (opcode, after) in [(0x51, vec![]), (0x50, input), (0x50, within)] {
            let mut stream = verified(at, &program);
            stream.extend(command(opcode, at, 0));
            stream.extend(&after);
            let got = answer(&bench, &stream, 10, 5, 0);
            assert_eq!(got, expected, "{program:x?}, {opcode:02x} {after:?}");
        }
    }
}

/// A machine whose S has 192 words.
fn odd(lanes: usize, change: impl Fn(String) -> String) -> Bench {
    odd_of(lanes, Pipeline::default(), change)
}

fn odd_of(lanes: usize, pipeline: Pipeline, change: impl Fn(String) -> String) -> Bench {
    let shape = Shape {
        lanes,
        synapse_words: 192,
        groups: 64,
        history_words: 1024,
    };
    let choices = Choices {
        pipeline,
        learn: true,
        ..Choices::default()
    };
    Bench::of(shape, choices, change)
}

/// Programs on a machine whose S has no power of two words: those that read beyond its end are refused,
/// and the others are not, as by the model. Gives the first that is answered otherwise.
fn wrong_end(bench: &Bench) -> Option<String> {
    let shape = bench.shape;
    let longs = (shape.synapse_bytes() / 8) as u64;
    let words = shape.synapse_words as u64;
    let round = words.next_power_of_two();
    let always = |row: u64| vec![1 | 1 << 4, row | 2 << 48];
    // UPDATE of 2 neurons, each with one pair.
    let pairs = |table: u64| vec![2 | 1 << 20, 2 << 16 | table << 32, 0, 0, 0, 0, 0];
    // LEARN of two rows of a word, every source, in all lanes: no bit of H is set.
    let learn = |row: u64, random: u64| {
        let third = 1 << 4 | 2 << 48;
        vec![
            6 | 1 << 4 | 31 << 27,
            row | 1 << 20 | 1 << 48,
            third,
            300 | 127 << 32 | random << 40,
        ]
    };
    let cases = [
        (learn(words - 2, 30), 0),
        (learn(words - 1, 30), 0),
        (learn(30, words - 1), 0),
        (learn(30, words), 0),
        (learn(30, 40), longs - 4),
        (always(words - 2), 0),
        (always(words - 1), 0),
        (always(round - 1), 0),
        (always(round), 0),
        (always(0xf_ffff), 0),
        (pairs(longs - 2), 0),
        (pairs(longs - 1), 0),
        (pairs(longs), 0),
        (pairs(round * longs / words), 0),
        // The program ends with S, before its END; with its first long; within UPDATE.
        (always(0), longs - 2),
        (always(0), longs - 1),
        (pairs(0), longs - 6),
    ];
    let mut refusals = 0;
    for (number, (operation, at)) in cases.into_iter().enumerate() {
        let mut program = operation.clone();
        program.push(0);
        let mut synapses = vec![0; shape.synapse_bytes()];
        let place = synapses[at as usize * 8..].chunks_exact_mut(8);
        for (bytes, long) in place.zip(&program) {
            bytes.copy_from_slice(&long.to_le_bytes());
        }
        let mut device = Device::new(shape).unwrap();
        device.write_synapses(0, &synapses).unwrap();
        let expected = match device.run(at as u32) {
            Ok(_) => refusal(1, UNKNOWN.into()),
            Err(refused) => {
                assert_eq!(refused.code, BEYOND_THE_END);
                refusals += 1;
                refusal(refused.code, refused.detail)
            }
        };
        // The host waits for the program, or sends inputs beside it: by turns.
        let opcode = [0x51, 0x50][number % 2];
        let mut stream = command(0x10, 0, shape.synapse_words as u16);
        stream.extend(&synapses);
        stream.extend(verify(0, &synapses[..shape.lanes], shape.lanes));
        stream.extend(command(opcode, at as u32, 0));
        stream.extend(command(UNKNOWN, 0, 0));
        let got = answer(bench, &stream, 10, 5, 0);
        if got != expected {
            return Some(format!(
                "{operation:x?} at {at}: {got:02x?}, not {expected:02x?}"
            ));
        }
    }
    assert!((8..14).contains(&refusals), "{refusals} refusals");
    None
}

#[test]
fn reads_beyond_the_end_of_s_are_refused() {
    for lanes in [4, 8, 32] {
        for pipeline in [Pipeline::Middle, Pipeline::Long] {
            let found = wrong_end(&odd_of(lanes, pipeline, |text| text));
            assert_eq!(found, None, "{lanes} lanes, {pipeline}");
        }
    }
}

#[test]
fn faults_of_the_end_of_s_are_found() {
    for (from, to) in [
        (">= 8'd192", ">= 8'd193"),
        (">= 8'd192", ">= 8'd191"),
        ("enable & (address", "(address"),
        ("fault_new = ahead_missing_q", "fault_new = 1'b0"),
        (".keep_place(sequencer_keep_place)", ".keep_place(1'b0)"),
    ] {
        let bench = odd(LANES, |text| {
            assert!(text.contains(from), "the Verilog has no '{from}'");
            text.replace(from, to)
        });
        assert!(wrong_end(&bench).is_some(), "{to} was not noticed");
    }
}

/// The commands' own check of a memory of 192 words.
#[test]
fn ranges_end_with_an_odd_memory() {
    let bench = odd(LANES, |text| text);
    for (opcode, address, count, fits) in [
        (0x10, 191, 1, true),
        (0x10, 191, 2, false),
        (0x10, 192, 1, false),
        (0x10, 255, 1, false),
        (0x20, 192, 0, true),
        (0x20, 128, 65, false),
        (0x30, 0, 193, false),
        (0x30, 256, 1, false),
        (0x50, 191, 0, true),
        (0x50, 192, 0, false),
        (0x51, 256, 0, false),
    ] {
        let mut stream = verified(191, &[0]);
        stream.extend(command(opcode, address, count));
        let expected = if fits {
            stream.extend(vec![0; LANES * usize::from(count)]);
            stream.extend(command(UNKNOWN, 0, 0));
            refusal(1, UNKNOWN.into())
        } else {
            refusal(4, address)
        };
        let got = answer(&bench, &stream, 10, 5, 0);
        assert_eq!(got, expected, "{opcode:02x} {address} {count}");
    }
}

/// The pointer of a program that runs on beyond a power of two goes on too, while addresses come round.
#[test]
fn a_program_that_comes_round_is_told_where_it_is() {
    let bench = Bench::new(LANES, |text| text);
    let mut stream = longs(0, &[15]);
    stream.extend(verified(WORDS - 1, &[3]));
    stream.extend(command(0x51, WORDS - 1, 0));
    let mut device = Device::new(bench.shape).unwrap();
    device.write_synapses(0, &15u64.to_le_bytes()).unwrap();
    let last = WORDS as usize - 1;
    device.write_synapses(last, &3u64.to_le_bytes()).unwrap();
    let refused = device.run(WORDS - 1).unwrap_err();
    assert_eq!(refused.detail, WORDS);
    let expected = refusal(refused.code, refused.detail);
    assert_eq!(answer(&bench, &stream, 10, 5, 0), expected);
}

/// What a stream ends with in front of an unknown command: the programs ran, or one was refused.
fn runs(bench: &Bench, stream: &[u8], crcs: usize) -> bool {
    let stream = [stream, &command(UNKNOWN, 0, 0)].concat();
    let got = answer(bench, &stream, 5 * (crcs + 1), 5, 0);
    let ran = got == refusal(1, UNKNOWN.into());
    assert!(ran || got == refusal(6, 7), "{got:02x?}");
    ran
}

/// Programs run only while S is verified. Gives the first stream of which it is not so.
fn wrong_verification(bench: &Bench) -> Option<&'static str> {
    let program = longs(7, &[0]);
    let [step, call] = [0x50, 0x51].map(|opcode| command(opcode, 7, 0));
    let right = verify(7, &[0; 8], LANES);
    let off = |place: usize| {
        let mut wrong = right.clone();
        wrong[place] ^= 0x40;
        wrong
    };
    let [wrong0, wrong1, wrong2, wrong3] = [6, 7, 8, 9].map(off);
    let nothing = command(0x30, 7, 0);
    let h = [command(0x13, 3, 1), vec![0x55]].concat();
    let u = [command(0x11, 3, 1), vec![1, 2, 3]].concat();
    let input = [command(0x40, 3, 1), vec![0x55]].concat();
    let other = longs(100, &[0]);
    let cases: [(&str, &[&[u8]], usize, bool); 14] = [
        ("a call", &[&call], 0, false),
        ("a step", &[&step], 0, false),
        ("a CRC of no words", &[&nothing, &step], 0, false),
        ("a right CRC", &[&right, &call], 1, true),
        (
            "a right CRC, many programs",
            &[&right, &step, &call, &step],
            1,
            true,
        ),
        ("another first byte", &[&wrong0, &call], 1, false),
        ("another second byte", &[&wrong1, &step], 1, false),
        ("another third byte", &[&wrong2, &call], 1, false),
        ("another last byte", &[&wrong3, &step], 1, false),
        (
            "a wrong CRC, then a right one",
            &[&wrong2, &right, &step],
            2,
            true,
        ),
        (
            "a right CRC, then a wrong one",
            &[&right, &wrong0, &step],
            2,
            false,
        ),
        ("S written", &[&right, &call, &other, &step], 1, false),
        (
            "S written, and again verified",
            &[&right, &other, &right, &call],
            2,
            true,
        ),
        (
            "U, H and an input written",
            &[&right, &u, &h, &input, &call],
            1,
            true,
        ),
    ];
    let wrong = |(_, parts, crcs, right): &&(&str, &[&[u8]], usize, bool)| {
        let stream = [&program[..], &parts.concat()].concat();
        runs(bench, &stream, *crcs) != *right
    };
    if let Some(case) = cases.iter().find(wrong) {
        return Some(case.0);
    }
    let before = [&program[..], &right].concat();
    let stream = [&before[..], &call, &command(UNKNOWN, 0, 0)].concat();
    let connect = format!("connect={}", before.len());
    let lines = bench.run_with(&stream, 10, 0, &["limit=40000", &connect]);
    (last_bytes(&lines, 5) != refusal(6, 7)).then_some("a new connection")
}

#[test]
fn programs_run_only_while_s_is_verified() {
    assert_eq!(wrong_verification(&Bench::new(LANES, |text| text)), None);
    for (from, to) in [
        ("barred_d = is_program & ~verified_q", "barred_d = 1'b0"),
        ("s_write_new | connect", "connect"),
        ("s_write_new | connect", "s_write_new"),
        ("if (crc_differs_q)", "if (1'b0)"),
        (
            "crc_differs_d = stream_data != ",
            "crc_differs_d = stream_data > ",
        ),
    ] {
        let bench = Bench::new(LANES, |text| {
            assert!(text.contains(from), "the Verilog has no '{from}'");
            text.replace(from, to)
        });
        assert!(wrong_verification(&bench).is_some(), "{to} was not noticed");
    }
}

/// Words of H that come while a program reads S arrive, and S stays as it was.
#[test]
fn inputs_beside_a_program_leave_s_alone() {
    let run = |bench: &Bench| {
        let weights: Vec<u64> = (1..200).map(|n| n * 0x0123_4567_89ab_cdef).collect();
        // SCAN always, one row of many groups with the weights of the words 100 and on, again and again.
        let scan = [1 | 1 << 4, 100 | 60 << 48];
        let program = [scan.repeat(40), vec![1 << 4]].concat();
        let mut stream = longs(100, &weights);
        stream.extend(verified(1000, &program));
        stream.extend(command(0x50, 1000, 0));
        let words: Vec<u8> = (1..=100).collect();
        stream.extend(command(0x40, 300, 100));
        stream.extend(&words);
        stream.extend(command(0x41, 400, 100));
        stream.extend([98, 0x5a, 0, 0xa5]);
        stream.extend(command(0x20, 100, 199));
        stream.extend(command(0x23, 300, 200));
        let mut expected: Vec<u8> = vec![0x20];
        expected.extend(weights.iter().flat_map(|long| long.to_le_bytes()));
        expected.push(0x23);
        expected.extend(&words);
        expected.extend([0; 98]);
        expected.extend([0x5a, 0xa5]);
        let many = expected.len();
        answer(bench, &stream, 5 + many, many, 0) == expected
    };
    assert!(run(&Bench::new(LANES, |text| text)));
    let fault = "s_write_new = fills_s_q";
    let bench = Bench::new(LANES, |text| {
        assert!(text.contains(fault), "the Verilog has no '{fault}'");
        text.replace(fault, "s_write_new = 1'b1")
    });
    assert!(!run(&bench), "a write during an input was not noticed");
}

/// A SCAN of 16 sources, a row of one group each.
const SCAN: [u64; 2] = [1 | 2 << 48, 100 | 1 << 20 | 1 << 48];

/// A new connection in any clock of a program's SCANs leaves nothing behind: the next program, a SCAN or a CLEAR, does what
/// it does on a new machine. Gives the clock, counted from the command's last byte, in which it does not.
fn left_behind(bench: &Bench, first: &[u64]) -> Option<usize> {
    let weights: Vec<u8> = (1..=128).collect();
    let begun = [SCAN.repeat(2), vec![0]].concat();
    let next = [first, &SCAN, &[0]].concat();
    let mut stream = verified(500, &begun);
    stream.extend(command(0x51, 500, 0));
    let connect = stream.len();
    stream.extend(command(0x13, 0, 2));
    stream.extend([0xff; 2]);
    stream.extend(command(0x10, 100, 16));
    stream.extend(&weights);
    stream.extend(command(0x11, 0, 8));
    stream.extend([0; 24]);
    stream.extend(verified(600, &next));
    stream.extend(command(0x51, 600, 0));
    stream.extend(command(0x21, 0, 8));
    let mut device = Device::new(bench.shape).unwrap();
    device.write_history(0, &[0xff; 2]).unwrap();
    device.write_synapses(100, &weights).unwrap();
    let next: Vec<u8> = next.iter().flat_map(|long| long.to_le_bytes()).collect();
    device.write_synapses(600, &next).unwrap();
    device.run(600).unwrap();
    let currents = device.read_currents(0, 8).unwrap();
    assert!(currents.iter().all(|current| *current != 0));
    let mut expected = vec![0x21];
    currents
        .iter()
        .for_each(|current| expected.extend(&current.to_le_bytes()[..3]));
    let run = |after: usize| {
        let others = [
            "limit=3000",
            &format!("connect={connect}"),
            &format!("after={after}"),
        ];
        bench.run_with(&stream, 10 + expected.len(), 0, &others)
    };
    // The command before has read S to verify it: the program begins after that, and has ended at the end of this time.
    let clocks = 45..100;
    let programs = |lines: &[String]| lines.iter().filter(|line| line.starts_with('C')).count();
    let ended = |lines: &[String]| lines.iter().find(|line| line.starts_with('C')).cloned();
    assert_eq!(programs(&run(clocks.start)), 1);
    assert_eq!(ended(&run(clocks.end)), ended(&run(1000)));
    clocks
        .into_iter()
        .find(|after| last_bytes(&run(*after), 10) != expected)
}

#[test]
fn a_new_connection_leaves_nothing_behind() {
    const CLEAR: [u64; 2] = [5, 0];
    let bench = Bench::new(LANES, |text| text);
    for first in [&CLEAR, &SCAN] {
        assert_eq!(left_behind(&bench, first), None);
    }
    let looks = "            looks_d = 1'b0;\n";
    let bench = Bench::new(LANES, |text| {
        assert_eq!(text.matches(looks).count(), 1, "{looks}");
        text.replace(looks, "")
    });
    for first in [&CLEAR, &SCAN] {
        assert!(left_behind(&bench, first).is_some());
    }
}

/// The long of S that is named when a program is given up, if it is; the stream ends with an unknown command.
fn given_up(bench: &Bench, program: &[u64], at: u32, answers: usize, stall: u64) -> Option<u32> {
    let mut stream = verified(0, program);
    stream.extend(command(0x51, at, 0));
    stream.extend(command(UNKNOWN, 0, 0));
    let got = answer(bench, &stream, answers + 10, 5, stall);
    if got == refusal(1, UNKNOWN.into()) {
        return None;
    }
    assert_eq!(got[..2], [0x7e, 5], "{got:02x?}");
    Some(u32::from_le_bytes([got[2], got[3], got[4], 0]))
}

#[test]
fn a_program_that_does_not_end_is_given_up() {
    let shape = Shape {
        synapse_words: 64,
        ..Bench::shape(LANES)
    };
    let choices = Choices {
        watchdog: 11,
        ..Choices::default()
    };
    let bench = Bench::of(shape, choices, |text| text);
    // Nothing but CLEARs, all around S: some eleven clocks each.
    let endless = [5, 0].repeat(32);
    let long = given_up(&bench, &endless, 0, 0, 0).expect("given up");
    assert!(
        (250..550).contains(&long) && long.is_multiple_of(2),
        "{long}"
    );
    // A spike of source 0 leads to a list without a last segment.
    let entry = 1 | 1 << 52;
    let list = [vec![entry], vec![0; 31], vec![1 | 2 << 4 | 1 << 48, 0, 0]].concat();
    let mut stream = verified(0, &list);
    stream.extend(command(0x13, 0, 1));
    stream.push(1);
    stream.extend(command(0x51, 32, 0));
    stream.extend(command(UNKNOWN, 0, 0));
    assert_eq!(answer(&bench, &stream, 10, 5, 0), refusal(5, 32));
    // One that ends is not, however often; nor one that needs more clocks with those in which it waits for the link.
    assert_eq!(given_up(&bench, &[5, 0, 0], 0, 0, 0), None);
    let report = [4 | 2 << 4 | 384 << 48, 0];
    assert_eq!(given_up(&bench, &report, 0, 2 + 3 * 384, 9), None);
    // A watchdog that counts waiting gives it up.
    let counts = Bench::of(shape, choices, |text| {
        let from = "running & ~stalled";
        assert!(text.contains(from), "the Verilog has no '{from}'");
        text.replace(from, "running")
    });
    let mut stream = verified(0, &report);
    stream.extend(command(0x51, 0, 0));
    stream.extend(command(UNKNOWN, 0, 0));
    let lines = counts.run_with(&stream, 5 + 2 + 3 * 384 + 5, 9, &["limit=40000"]);
    let got = last_bytes(&lines, 0);
    // In the middle of the report, behind the CRC's answer.
    assert!((10..3 * 384).contains(&got.len()), "{got:02x?}");
    assert_eq!(got[got.len() - 5..][..2], [0x7e, 5], "{got:02x?}");
}
