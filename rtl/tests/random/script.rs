//! A random case as a command stream, the answer that the model expects, and what each byte means.

use super::bench::{header, verify, Bench};
use ferrospike_model::device::{Device, Shape};
use ferrospike_model::image::CRC;
use ferrospike_model::interpreter::Record;
use ferrospike_model::program::Operation;
use ferrospike_model::random::{random_network, RandomCase, Size};
use ferrospike_model::runlength;
use std::ops::Range;

/// A number that the environment sets, or another.
pub fn number(name: &str, otherwise: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name}={text} is no number")),
        Err(_) => otherwise,
    }
}

/// The seeds that the environment sets (`FERROSPIKE_SEED` the first, `FERROSPIKE_NETWORKS` how many), or these.
pub fn seeds(otherwise: Range<u64>) -> Range<u64> {
    let count = number("FERROSPIKE_NETWORKS", otherwise.end - otherwise.start);
    let first = number("FERROSPIKE_SEED", otherwise.start);
    first..first + count
}

/// The first difference from the model on the networks of these seeds.
pub fn difference(bench: &Bench, mut seeds: Range<u64>) -> Option<String> {
    seeds.find_map(|seed| {
        let case = random_network(seed, bench.shape, bench.size()).unwrap();
        let found = compare(bench, &case, (seed % 4) * 3)?;
        Some(format!("seed {seed}: {found}"))
    })
}

/// A planted fault must be noticed by one of `most` networks; `make` makes them from their seeds. `known` is the seed of
/// one that notices it: it is run first, and alone if it still does.
pub fn is_noticed(
    what: &str,
    bench: &Bench,
    (known, most): (u64, u64),
    make: impl Fn(u64, &Bench) -> RandomCase,
) {
    let notices = |&seed: &u64| compare(bench, &make(seed, bench), (seed % 4) * 3).is_some();
    if notices(&known) {
        return;
    }
    match (1..=most).find(notices) {
        Some(seed) => {
            println!("{what}: noticed by network {seed}, not by {known} as the test has it")
        }
        None => panic!("{what} was not noticed by {most} networks"),
    }
}

/// The network of a seed.
pub fn network(seed: u64, bench: &Bench) -> RandomCase {
    random_network(seed, bench.shape, bench.size()).unwrap()
}

/// The network of a seed, made for a machine with so many groups of U and V and run by one of `shape`: where that has
/// fewer, programs count on from the first.
pub fn made_for(groups: usize, seed: u64, shape: Shape, size: Size) -> RandomCase {
    let mut case = random_network(seed, Shape { groups, ..shape }, size).unwrap();
    case.shape = shape;
    case.currents.truncate(shape.neurons());
    case.membranes.truncate(shape.neurons());
    case
}

/// Words of S that the case's LEARNs may change, each once.
fn learned(case: &RandomCase) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for operation in &case.operations {
        if let Operation::Learn(learn) = operation {
            let random = learn.random as usize;
            let rows = learn.words(case.shape.lanes);
            ranges.extend([rows, random..random + 1]);
        }
    }
    ranges.retain(|range| !range.is_empty());
    ranges.sort_by_key(|range| (range.start, range.end));
    ranges.dedup();
    ranges
}

/// A command stream with its expected answer.
#[derive(Default)]
pub struct Script {
    stream: Vec<u8>,
    answer: Vec<u8>,
    /// For each byte of the answer, what it belongs to.
    meaning: Vec<String>,
    /// Counters after each program, as the bench prints them (without the cycles).
    counters: Vec<String>,
}

impl Script {
    fn command(&mut self, opcode: u8, address: usize, count: usize) {
        self.stream.extend(header(opcode, address, count));
    }

    fn expect(&mut self, bytes: &[u8], meaning: impl Fn(usize) -> String) {
        for (index, byte) in bytes.iter().enumerate() {
            self.answer.push(*byte);
            self.meaning.push(meaning(index));
        }
    }

    /// S holds these bytes from its first word on.
    fn verify(&mut self, bytes: &[u8], lanes: usize) {
        self.stream.extend(verify(0, bytes, lanes));
        self.expect(&[0x30], |_| "tag of the CRC".into());
        self.expect(&CRC.checksum(bytes).to_le_bytes(), |_| {
            "the CRC of S".into()
        });
    }

    fn states(&mut self, opcode: u8, name: &str, values: &[i32], when: &str) {
        let count = values.len();
        self.command(opcode, 0, count);
        self.expect(&[opcode], |_| format!("{when}: tag of the read of {name}"));
        let bytes: Vec<u8> = values
            .iter()
            .flat_map(|v| v.to_le_bytes()[..3].to_vec())
            .collect();
        self.expect(&bytes, |index| {
            format!("{when}: byte {} of {name}[{}]", index % 3, index / 3)
        });
    }

    fn record(&mut self, record: &Record, lanes: usize, when: &str) {
        match record {
            Record::Spikes {
                number,
                plain,
                words,
            } => {
                let mut bytes = vec![0x60 + u8::from(*plain), *number];
                if *plain {
                    bytes.extend(runlength::encode_plain(words, lanes));
                } else {
                    bytes.extend(runlength::encode(words, lanes));
                }
                self.expect(&bytes, |index| {
                    format!("{when}: byte {index} of spike report {number}")
                });
            }
            Record::State {
                number,
                current,
                values,
            } => {
                let mut bytes = vec![0x62 + u8::from(*current), *number];
                bytes.extend(values.iter().flat_map(|v| v.to_le_bytes()[..3].to_vec()));
                self.expect(&bytes, |index| {
                    format!("{when}: byte {index} of state report {number}")
                });
            }
            Record::End { step } => {
                let mut bytes = vec![0x70];
                bytes.extend(step.to_le_bytes());
                self.expect(&bytes, |index| format!("{when}: byte {index} of END"));
            }
        }
    }

    fn count(&mut self, device: &Device) {
        let c = device.counters.values();
        let kept = [c[1], c[2], c[3], c[4], c[5], c[6], c[7]].map(|x| format!("{x:08x}"));
        self.counters.push(format!("C {}", kept.join(" ")));
    }

    /// The stream and the answer of a case: of S, what it may change after every step.
    pub fn new(case: &RandomCase) -> Self {
        let mut script = Self::default();
        let mut device = case.device().unwrap();
        let lanes = case.shape.lanes;
        let words = case.synapses.len() / lanes;
        script.command(0x10, 0, words);
        script.stream.extend(&case.synapses);
        script.verify(&case.synapses[..lanes], lanes);
        script.command(0x51, case.clear_entry as usize, 0);
        for (opcode, values) in [(0x11, &case.currents), (0x12, &case.membranes)] {
            script.command(opcode, 0, values.len());
            script
                .stream
                .extend(values.iter().flat_map(|v| v.to_le_bytes()[..3].to_vec()));
        }
        let neurons = case
            .populations
            .iter()
            .map(|p| (p.first_group + p.groups) * lanes)
            .max()
            .unwrap_or(0);
        // At least 16 groups are compared, or all if the device has fewer.
        let neurons = neurons.max(16 * lanes).min(case.shape.neurons());
        script.count(&device);
        for (step, inputs) in case.steps.iter().enumerate() {
            let when = format!("step {step}");
            for (index, words) in inputs.iter().enumerate() {
                let bitmap = case.inputs[index].bitmaps[0];
                let address = usize::from(bitmap.base) | usize::from(bitmap.log2_depth) << 16;
                if (step + index) % 2 == 0 {
                    script.command(0x40, address, words.len());
                    script.stream.extend(runlength::encode_plain(words, lanes));
                } else {
                    script.command(0x41, address, words.len());
                    script.stream.extend(runlength::encode(words, lanes));
                }
            }
            script.command(0x50, case.step_entry as usize, 0);
            for record in case.run_step(&mut device, step).unwrap() {
                script.record(&record, lanes, &when);
            }
            script.count(&device);
            let u = device.read_currents(0, neurons).unwrap().to_vec();
            let v = device.read_membranes(0, neurons).unwrap().to_vec();
            script.states(0x21, "u", &u, &when);
            script.states(0x22, "v", &v, &when);
            for learned in learned(case) {
                let (first, count) = (learned.start, learned.len().min(words - learned.start));
                script.command(0x20, first, count);
                script.expect(&[0x20], |_| format!("{when}: tag of the read of S"));
                let s = device.read_synapses(first, count).unwrap().to_vec();
                script.expect(&s, |i| {
                    format!(
                        "{when}: lane {} of word {} of S",
                        i % lanes,
                        first + i / lanes
                    )
                });
            }
        }
        let history = device
            .read_history(0, case.shape.history_words)
            .unwrap()
            .to_vec();
        script.command(0x23, 0, history.len());
        script.expect(&[0x23], |_| "tag of the read of H".into());
        let each = runlength::bytes_per_word(lanes);
        script.expect(&runlength::encode_plain(&history, lanes), |i| {
            format!("word {} of H", i / each)
        });
        // The CRC takes two clocks a byte: some cases are enough, and those that write to S.
        if case.seed.is_multiple_of(10) || !learned(case).is_empty() {
            let s = device.read_synapses(0, words).unwrap().to_vec();
            script.verify(&s, lanes);
        }
        script
    }

    /// The first difference between the device and the model.
    pub fn difference(&self, bench: &Bench, stall: u64) -> Option<String> {
        let mut bytes = 0;
        let mut programs = 0;
        for line in bench.run(&self.stream, self.answer.len(), stall) {
            if let Some(counters) = line.strip_prefix("C ") {
                let got = format!("C {}", &counters[..62]);
                let want = self.counters.get(programs)?;
                if got != *want {
                    return Some(format!(
                        "counters (steps, synaptic operations, weight words, list words, spikes, saturations, \
                         wraps) after program {programs}: expected {want}, got {got}"
                    ));
                }
                programs += 1;
            } else if line.len() == 2 {
                let want = format!("{:02x}", self.answer[bytes]);
                if line != want {
                    return Some(format!(
                        "{}: expected {want}, got {line}",
                        self.meaning[bytes]
                    ));
                }
                bytes += 1;
            } else {
                let next = self.meaning.get(bytes).map_or("", |m| m);
                return Some(format!("{line}; next was {next}"));
            }
        }
        let programs_missing = programs != self.counters.len() || bytes != self.answer.len();
        programs_missing
            .then(|| format!("the run ended after {programs} programs and {bytes} bytes"))
    }
}

/// The first difference of a case.
pub fn compare(bench: &Bench, case: &RandomCase, stall: u64) -> Option<String> {
    Script::new(case).difference(bench, stall)
}
