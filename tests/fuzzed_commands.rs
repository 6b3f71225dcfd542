//! Spoilt command streams, into the device in Rust and into the emitted Verilog: both answer the same, byte for byte, and
//! nothing else. Networks whose programs, tables and memories have wrong bits; commands with wrong opcodes, addresses and
//! counts, cut, doubled, or left out. More than here: `scripts/fuzz.sh`.

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "../rtl/tests/random"]
mod random {
    pub mod bench;
    pub mod script;
}

use ferrospike_host::link::{Link, Options};
use ferrospike_host::transport::{Emulator, EmulatorOptions};
use ferrospike_model::device::Shape;
use ferrospike_model::program::Operation;
use ferrospike_model::random::{RandomCase, Size};
use ferrospike_model::runlength;
use ferrospike_rtl::core::choices::Choices;
use ferrospike_rtl::lane::Pipeline;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use random::bench::{header, verify, Bench};
use random::script::{made_for, number};

/// No command has this opcode; it ends a stream that was accepted.
const UNKNOWN: u8 = 0x99;
/// What says that a program was given up.
const GIVEN_UP: u8 = 5;
/// Work after which the model gives a program up: what it does with less takes far fewer clocks than those without any
/// progress after which the bench gives up, so that no program may hang that has an end.
const WORK: u64 = 1 << 13;
/// As on the boards.
const WATCHDOG: u8 = 26;
/// How often surplus bytes are waited for.
const PATIENT: u64 = 3;

/// The machines that streams go to by turns: lanes, pipeline, neurons in a clock, words of S and groups. S of the second
/// has an end that is no power of two; networks go round the few groups of the third.
const MACHINES: [(usize, Pipeline, usize, usize, usize); 3] = [
    (8, Pipeline::Middle, 1, 1024, 32),
    (4, Pipeline::Short, 1, 1536, 16),
    (16, Pipeline::Long, 2, 512, 2),
];

fn machine(number: usize, change: impl Fn(String) -> String) -> Bench {
    let (lanes, pipeline, sweep, synapse_words, groups) = MACHINES[number];
    let choices = Choices {
        pipeline,
        sweep,
        learn: true,
        watchdog: WATCHDOG,
        ..Choices::default()
    };
    let shape = Shape {
        lanes,
        synapse_words,
        groups,
        history_words: 512,
    };
    Bench::of(shape, choices, change)
}

/// A stream of commands, each with its bytes.
struct Stream {
    commands: Vec<Vec<u8>>,
}

impl Stream {
    fn command(&mut self, opcode: u8, address: usize, count: usize, body: &[u8]) {
        let mut bytes = header(opcode, address, count);
        bytes.extend(body);
        self.commands.push(bytes);
    }

    /// All memories, whole; a network's programs, its inputs, and reads between its steps.
    fn new(case: &RandomCase, s: &[u8], random: &mut ChaCha8Rng) -> Self {
        let shape = case.shape;
        let mut stream = Self {
            commands: Vec::new(),
        };
        stream.command(0x10, 0, shape.synapse_words, s);
        let lanes = shape.lanes;
        let neurons = shape.neurons();
        for opcode in [0x11, 0x12] {
            let mut state = vec![0; neurons * 3];
            random.fill(&mut state[..]);
            stream.command(opcode, 0, neurons, &state);
        }
        let sparse = |_| 1 << random.gen_range(0..8) & random.gen_range(0..=255);
        let each = runlength::bytes_per_word(lanes);
        let h: Vec<u8> = (0..shape.history_words * each).map(sparse).collect();
        stream.command(0x13, 0, shape.history_words, &h);
        stream.commands.push(verify(0, &s[..lanes], lanes));
        if random.gen() {
            stream.command(0x51, case.clear_entry as usize, 0, &[]);
        }
        for inputs in &case.steps {
            for (input, words) in case.inputs.iter().zip(inputs) {
                let bitmap = input.bitmaps[0];
                let address = usize::from(bitmap.base) | usize::from(bitmap.log2_depth) << 16;
                let (opcode, body) = match random.gen() {
                    true => (0x40, runlength::encode_plain(words, lanes)),
                    false => (0x41, runlength::encode(words, lanes)),
                };
                stream.command(opcode, address, words.len(), &body);
            }
            // What inputs of this step do to a spoilt program that still runs is not defined: it is waited for, by
            // `call`, or by the reads that follow.
            let opcode = [0x50, 0x51][usize::from(random.gen::<bool>())];
            stream.command(opcode, case.step_entry as usize, 0, &[]);
            for (opcode, size) in [
                (0x20, shape.synapse_words),
                (0x21, neurons),
                (0x22, neurons),
                (0x23, shape.history_words),
            ] {
                let count = random.gen_range(0..size.min(64));
                let address = random.gen_range(0..=size - count);
                stream.command(opcode, address, count, &[]);
            }
        }
        if case.seed.is_multiple_of(4) {
            stream.command(0x30, 0, shape.synapse_words, &[1, 2, 3, 4]);
        }
        for (opcode, size) in [
            (0x21, neurons),
            (0x22, neurons),
            (0x23, shape.history_words),
        ] {
            stream.command(opcode, 0, size, &[]);
        }
        stream
    }

    /// Another opcode, address or count, any byte of a command, a command cut, twice, or not at all.
    fn spoil(&mut self, random: &mut ChaCha8Rng) {
        const OPCODES: [u8; 13] = [
            0x10, 0x11, 0x12, 0x13, 0x20, 0x21, 0x22, 0x23, 0x30, 0x40, 0x41, 0x50, 0x51,
        ];
        // The memories are filled in any case.
        let place = random.gen_range(4..self.commands.len());
        let command = &mut self.commands[place];
        if command.len() < header(0, 0, 0).len() {
            // It was cut before.
            return;
        }
        match random.gen_range(0..8) {
            0 => command[0] = OPCODES[random.gen_range(0..OPCODES.len())],
            1 => command[0] = random.gen(),
            2 => command[random.gen_range(1..4)] ^= 1 << random.gen_range(0..8),
            3 => command[random.gen_range(4..6)] ^= 1 << random.gen_range(0..8),
            4 => {
                let byte = random.gen_range(0..command.len());
                command[byte] = random.gen();
            }
            5 => {
                let size = random.gen_range(0..command.len());
                command.truncate(size);
            }
            6 => {
                let twice = command.clone();
                self.commands.insert(place, twice);
            }
            _ => {
                self.commands.remove(place);
            }
        }
    }
}

/// Bits of a program that are not named are 0 (`docs/program.md`, section 2): what others do is not defined.
fn name_all_bits(s: &mut [u8], entry: usize) {
    let mut at = entry * 8;
    loop {
        let chunks = s[at..].chunks_exact(8).take(7);
        let longs: Vec<u64> = chunks
            .map(|long| u64::from_le_bytes(long.try_into().unwrap()))
            .collect();
        let Ok((operation, count)) = Operation::decode(&longs) else {
            return;
        };
        for (place, long) in s[at..].chunks_exact_mut(8).zip(operation.encode()) {
            place.copy_from_slice(&long.to_le_bytes());
        }
        at += count * 8;
        if matches!(operation, Operation::End(_)) || at >= s.len() {
            return;
        }
    }
}

/// The stream of a seed: every fourth is as it should be.
fn stream(seed: u64, bench: &Bench) -> Vec<u8> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let size = Size {
        populations: 3,
        steps: 4,
        ..bench.size()
    };
    // Those of the third machine go round its groups.
    let case = made_for(bench.shape.groups.max(16), seed, bench.shape, size);
    let mut s = case.synapses.clone();
    let used = s.len();
    s.resize(bench.shape.synapse_bytes(), 0);
    let program = case.step_entry as usize * 8..used.min(case.step_entry as usize * 8 + 512);
    let (bits, commands) = match seed % 4 {
        0 => (0, 0),
        1 => (random.gen_range(1..4), 0),
        2 => (0, random.gen_range(1..3)),
        _ => (random.gen_range(1..4), 1),
    };
    for _ in 0..bits {
        let place = match random.gen_range(0..4) {
            0 => random.gen_range(0..used),
            _ => random.gen_range(program.clone()),
        };
        s[place] ^= 1 << random.gen_range(0..8);
    }
    for entry in [case.clear_entry, case.step_entry] {
        name_all_bits(&mut s, entry as usize);
    }
    let mut stream = Stream::new(&case, &s, &mut random);
    for _ in 0..commands {
        stream.spoil(&mut random);
    }
    let mut bytes = stream.commands.concat();
    bytes.extend(header(UNKNOWN, 0, 0));
    bytes
}

/// What the device in Rust answers.
fn answer(bench: &Bench, stream: &[u8]) -> Vec<u8> {
    let mut device = Emulator::new(EmulatorOptions {
        shape: bench.shape,
        ..EmulatorOptions::default()
    })
    .unwrap();
    device.device_mut().work_limit = WORK;
    let mut link = Link::connect(device, Options::default()).unwrap();
    let mut answer = Vec::new();
    for part in stream.chunks(1000) {
        link.send(part).unwrap();
        answer.extend(link.arrived());
        link.consume(usize::MAX);
    }
    link.flush().unwrap();
    let mut quiet = 0;
    while quiet < 20 {
        link.poll().unwrap();
        quiet = if link.available() > 0 { 0 } else { quiet + 1 };
        answer.extend(link.arrived());
        link.consume(usize::MAX);
    }
    answer
}

/// How the answer to a stream ends.
#[derive(Debug, PartialEq)]
enum End {
    Equal { code: u8 },
    GivenUp,
    Different(String),
}

fn compare(bench: &Bench, seed: u64) -> End {
    let stream = stream(seed, bench);
    let mut wanted = answer(bench, &stream);
    let code = match wanted.last_chunk() {
        Some([0x7e, code, _, _, _]) => *code,
        _ => 0,
    };
    if code == GIVEN_UP {
        // The Verilog may need long for the rest of that program.
        wanted.truncate(wanted.len() - 5);
    }
    let patient = code != GIVEN_UP && seed.is_multiple_of(PATIENT);
    let most = wanted.len() + usize::from(patient);
    let limit = if patient {
        "limit=40000"
    } else {
        "limit=150000"
    };
    let lines = bench.run_with(&stream, most, seed % 3 * 4, &[limit]);
    let mut got = Vec::new();
    for line in lines.iter().filter(|line| !line.starts_with('C')) {
        match u8::from_str_radix(line, 16) {
            Ok(byte) => got.push(byte),
            Err(_) if patient && line.starts_with("GIVEN UP") => {}
            // Bits that are not known, or an answer that is too short.
            Err(_) => return End::Different(format!("{line} after {} bytes", got.len())),
        }
    }
    if got == wanted {
        return match code {
            GIVEN_UP => End::GivenUp,
            code => End::Equal { code },
        };
    }
    let place = (got.iter().zip(&wanted)).position(|(a, b)| a != b);
    let place = place.unwrap_or(got.len().min(wanted.len()));
    End::Different(format!(
        "byte {place} of {}: {:02x?}, not {:02x?}",
        wanted.len(),
        &got[place.saturating_sub(8)..got.len().min(place + 8)],
        &wanted[place.saturating_sub(8)..wanted.len().min(place + 8)]
    ))
}

/// Checks that are left out show in some stream: the seeds of such.
#[test]
fn faults_are_found() {
    for (known, from, to) in [
        (6, "beyond_d = sum", "beyond_d = 1'b0"),
        (
            4,
            "crc_differs_d = stream_data != ",
            "crc_differs_d = stream_data == ",
        ),
    ] {
        let bench = machine(0, |text| {
            assert!(text.contains(from), "the Verilog has no '{from}'");
            text.replace(from, to)
        });
        let shows = |seed: &u64| matches!(compare(&bench, *seed), End::Different(_));
        if !shows(&known) {
            let other = (1..30).find(shows);
            println!("'{to}' shows in stream {other:?}, not in {known} as the test has it");
            assert!(other.is_some(), "'{to}' was not noticed");
        }
    }
}

#[test]
fn the_verilog_answers_hostile_streams_as_the_model_does() {
    let (first, count) = (
        number("FERROSPIKE_SEED", 1),
        number("FERROSPIKE_STREAMS", 20),
    );
    let benches: Vec<Bench> = (0..MACHINES.len())
        .map(|n| machine(n, |text| text))
        .collect();
    let mut ends = std::collections::BTreeMap::<u8, u64>::new();
    let mut given_up = 0;
    let mut wrong = Vec::new();
    for seed in first..first + count {
        // Four in a row: what is spoilt goes by the seed, too.
        match compare(&benches[seed as usize / 4 % MACHINES.len()], seed) {
            End::Equal { code } => *ends.entry(code).or_default() += 1,
            End::GivenUp => given_up += 1,
            End::Different(what) => wrong.push(format!("seed {seed}: {what}")),
        }
    }
    println!("{count} streams, by the code of the refusal that ends them: {ends:?}; given up: {given_up}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(given_up * 5 <= count, "{given_up} of {count} given up");
    assert!(count < 10 || ends.len() > 2, "{ends:?}");
}
