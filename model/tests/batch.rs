//! Devices side by side against the reference path: memories and counters after every step of random networks,
//! whole samples, SCANs at the limits of sums, and faults that the comparison must see.

mod paths;

use ferrospike_model::batch::{Batch, Sample, Wanted};
use ferrospike_model::device::{Device, Shape};
use ferrospike_model::program::{Bitmap, End, Form, Format, Operation, Scan, Sign, LIMIT};
use ferrospike_model::random::{random_network, RandomCase, Size};
use paths::{other, shape};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What a case runs. Its inputs fill all lanes of their groups.
fn wanted(case: &RandomCase) -> Wanted {
    let lanes = case.shape.lanes;
    let inputs = case.inputs.iter().map(|p| (p.bitmaps[0], p.groups * lanes));
    let counted = case.populations.last().or(case.inputs.first()).unwrap();
    Wanted {
        clear: case.clear_entry,
        step: case.step_entry,
        inputs: inputs.collect(),
        counted: (counted.bitmaps[0], counted.groups * lanes),
    }
}

/// Words of a step as bit strings.
fn strings(case: &RandomCase, words: &[Vec<u32>]) -> Vec<u64> {
    let lanes = case.shape.lanes;
    let mut strings = Vec::new();
    for (input, words) in case.inputs.iter().zip(words) {
        let mut bits = vec![0; (input.groups * lanes).div_ceil(64)];
        for (group, word) in words.iter().enumerate() {
            bits[group * lanes / 64] |= u64::from(*word) << (group * lanes % 64);
        }
        strings.extend(bits);
    }
    strings
}

fn cases(count: u64) -> impl Iterator<Item = RandomCase> {
    (0..count).map(|seed| {
        let size = Size {
            lists: seed % 8 >= 4,
            ..Size::default()
        };
        random_network(seed, shape([4, 8, 16, 32][seed as usize % 4]), size).unwrap()
    })
}

/// Runs the steps of a case on three devices side by side, each with the steps in another order, and on the
/// reference path; the first difference in memories, counters or step number.
fn difference(case: &RandomCase, batch: &mut Batch, references: &mut [Device]) -> Option<String> {
    let steps = case.steps.len();
    let mut got = references[0].clone();
    for step in 0..steps {
        let turn: Vec<usize> = (0..references.len()).map(|d| (step + d) % steps).collect();
        let inputs: Vec<Vec<u64>> = turn
            .iter()
            .map(|t| strings(case, &case.steps[*t]))
            .collect();
        let inputs: Vec<&[u64]> = inputs.iter().map(Vec::as_slice).collect();
        batch.step(&inputs);
        for (index, reference) in references.iter_mut().enumerate() {
            case.run_step(reference, turn[index]).unwrap();
            assert!(batch.unload(index, &mut got));
            if got != *reference {
                let what = match got.counters == reference.counters {
                    true => "memories",
                    false => "counters",
                };
                return Some(format!(
                    "seed {}, step {step}, device {index}: {what}: {:?} for {:?}",
                    case.seed, got.counters, reference.counters
                ));
            }
        }
    }
    None
}

#[test]
fn random_networks_are_those_of_the_reference() {
    let (mut known, mut operations, mut lists, mut saturated) = (0, 0u64, 0u64, 0u64);
    let count = 800;
    for case in cases(count) {
        let device = other(&case.device().unwrap());
        let Some(mut batch) = Batch::new(&device, &wanted(&case), 3) else {
            continue;
        };
        known += 1;
        let mut references = vec![device; 3];
        assert_eq!(difference(&case, &mut batch, &mut references), None);
        for reference in &references {
            operations += u64::from(reference.counters.synaptic_operations);
            lists += u64::from(reference.counters.list_words);
            saturated += u64::from(reference.counters.saturations > 0);
        }
    }
    assert!(known * 10 > count * 8, "{known}");
    assert!(
        operations > 1_000_000 && lists > 10_000 && saturated > 100,
        "{operations} {lists} {saturated}"
    );
}

/// The comparison sees a weight that differs in a bit, a threshold, and the sign of listed rows.
#[test]
fn wrong_weights_thresholds_and_lists_are_noticed() {
    let (mut noticed, mut planted) = ([0, 0, 0], [0, 0, 0]);
    for case in cases(300) {
        let device = other(&case.device().unwrap());
        for fault in 0..3 {
            let mut wrong = device.clone();
            if fault == 0 {
                let row = case
                    .operations
                    .iter()
                    .find_map(|operation| match operation {
                        Operation::Scan(scan) if scan.form == Form::Dense => Some(scan.row_base),
                        _ => None,
                    });
                let Some(row) = row else { continue };
                let mut bytes = wrong.read_synapses(row as usize, 1).unwrap().to_vec();
                bytes[0] ^= 1;
                wrong.write_synapses(row as usize, &bytes).unwrap();
            } else {
                let mut operations = case.operations.clone();
                for operation in &mut operations {
                    match operation {
                        Operation::Update(update) if fault == 1 => {
                            update.no_threshold = !update.no_threshold;
                        }
                        Operation::Scan(scan) if fault == 2 && scan.form == Form::Listed => {
                            scan.sign = match scan.sign {
                                Sign::Subtracted => Sign::Added,
                                _ => Sign::Subtracted,
                            };
                        }
                        _ => {}
                    }
                }
                if operations == case.operations {
                    continue;
                }
                wrong
                    .write_synapses(0, &case.with_operations(operations).synapses)
                    .unwrap();
            }
            let Some(mut batch) = Batch::new(&wrong, &wanted(&case), 1) else {
                continue;
            };
            // All but S is compared.
            let mut reference = [device.clone()];
            planted[fault] += 1;
            noticed[fault] += usize::from(difference(&case, &mut batch, &mut reference).is_some());
        }
    }
    let text = format!("{noticed:?} of {planted:?}");
    assert!(noticed[0] > 60 && planted[2] > 60, "{text}");
    assert!(noticed[1] * 10 > planted[1] * 8, "{text}");
    assert!(noticed[2] * 10 > planted[2] * 6, "{text}");
}

/// Samples of different length are run whole, again and again, and their spikes counted.
#[test]
fn samples_are_those_of_the_reference() {
    let mut spikes = 0;
    for case in cases(200) {
        let mut device = Device::new(case.shape).unwrap();
        device.write_synapses(0, &case.synapses).unwrap();
        let mut reference = other(&device);
        let Some(mut batch) = Batch::new(&device, &wanted(&case), 4) else {
            continue;
        };
        let strings: Vec<u64> = case
            .steps
            .iter()
            .flat_map(|step| strings(&case, step))
            .collect();
        let counted = case.populations.last().or(case.inputs.first()).unwrap();
        for round in 0..2 {
            let steps = |index: usize| (case.steps.len() + index + round) % (case.steps.len() + 1);
            let samples: Vec<Sample> = (0..3)
                .map(|index| Sample {
                    words: &strings,
                    steps: steps(index),
                })
                .collect();
            assert_eq!(batch.run(&samples), 3);
            let mut got = Device::new(case.shape).unwrap();
            got.write_synapses(0, &case.synapses).unwrap();
            for index in 0..3 {
                let before = reference.counters;
                reference.run(case.clear_entry).unwrap();
                let mut counts = vec![0; counted.groups * case.shape.lanes];
                for step in 0..steps(index) {
                    let t = reference.step;
                    case.run_step(&mut reference, step).unwrap();
                    let words = reference
                        .bitmap(counted.bitmaps[0], t, counted.groups)
                        .unwrap();
                    for (place, count) in counts.iter_mut().enumerate() {
                        let lanes = case.shape.lanes;
                        *count += words[place / lanes] >> (place % lanes) & 1;
                    }
                }
                assert_eq!(
                    batch.counts(index)[..counts.len()],
                    counts,
                    "seed {}",
                    case.seed
                );
                batch.unload(index, &mut got);
                let all = 0..got.shape().neurons();
                let states = [&got, &reference].map(|d| {
                    (
                        d.read_currents(0, all.len()).unwrap().to_vec(),
                        d.read_membranes(0, all.len()).unwrap().to_vec(),
                        d.read_history(0, d.shape().history_words).unwrap().to_vec(),
                    )
                });
                assert_eq!(states[0], states[1], "seed {}", case.seed);
                spikes += reference.counters.spikes.wrapping_sub(before.spikes);
            }
        }
    }
    assert!(spikes > 10_000, "{spikes}");
}

/// SCANs whose sums come close to the limits, reach them or pass them: of all formats and signs, again and
/// again with spikes that change a little, so that the last sum is used, and much.
#[test]
fn sums_at_the_limits_are_those_of_the_reference() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let (mut saturated, mut wrapped, mut clean) = (0, 0, 0);
    for case in 0..1000 {
        let shape = Shape {
            synapse_words: 640,
            groups: 64,
            ..shape([4, 8, 16, 32][case % 4])
        };
        let mut device = Device::new(shape).unwrap();
        let extreme = rng.gen_bool(0.5);
        let bytes: Vec<u8> = (0..shape.synapse_bytes())
            .map(|_| match extreme {
                true => [0x7f, 0x80, 0xff][rng.gen_range(0..3)],
                false => rng.gen(),
            })
            .collect();
        device.write_synapses(0, &bytes).unwrap();
        let source_groups = rng.gen_range(1..=8u16);
        let bitmap = Bitmap::default();
        let scan = Scan {
            form: [Form::Dense, Form::Always][usize::from(rng.gen_bool(0.1))],
            format: [Format::Bits8, Format::Bits4, Format::Bits2, Format::Bits1]
                [rng.gen_range(0..4)],
            sign: [Sign::Signed, Sign::Added, Sign::Subtracted][rng.gen_range(0..3)],
            wrap: rng.gen(),
            exponent: rng.gen_range(0..16),
            source: bitmap,
            source_groups,
            last_lanes: rng.gen_range(1..=shape.lanes as u8),
            row_base: rng.gen_range(16..100),
            stride: rng.gen_range(0..=2),
            first_group: rng.gen_range(0..24),
            groups: rng.gen_range(1..=40),
            ..Scan::default()
        };
        let end = Operation::End(End::default());
        let mut program: Vec<u8> = [Operation::Scan(scan), end]
            .iter()
            .flat_map(Operation::encode)
            .flat_map(u64::to_le_bytes)
            .collect();
        program.resize(program.len().next_multiple_of(shape.lanes), 0);
        device.write_synapses(0, &program).unwrap();
        let near = rng.gen_range(0..3);
        let currents: Vec<i32> = (0..shape.neurons())
            .map(|_| match near {
                0 => rng.gen_range(-LIMIT - 1..=LIMIT),
                1 => LIMIT - rng.gen_range(0..200_000),
                _ => rng.gen_range(-1000..1000),
            })
            .collect();
        device.write_currents(0, &currents).unwrap();
        let places = usize::from(source_groups) * shape.lanes;
        let wanted = Wanted {
            clear: 2,
            step: 0,
            inputs: vec![(bitmap, places)],
            counted: (bitmap, places),
        };
        let mut reference = other(&device);
        let Some(mut batch) = Batch::new(&device, &wanted, 1) else {
            continue;
        };
        let density = [0.02, 0.3, 1.0][rng.gen_range(0..3)];
        let mut bits: Vec<bool> = (0..places).map(|_| rng.gen_bool(density)).collect();
        for round in 0..6 {
            for bit in &mut bits {
                let changes = rng.gen_bool([0.02, 0.5][round % 2]);
                *bit = if changes { rng.gen_bool(density) } else { *bit };
            }
            let words: Vec<u32> = bits
                .chunks(shape.lanes)
                .map(|bits| bits.iter().rev().fold(0, |w, bit| w << 1 | u32::from(*bit)))
                .collect();
            let string: Vec<u64> = bits
                .chunks(64)
                .map(|bits| bits.iter().rev().fold(0, |w, bit| w << 1 | u64::from(*bit)))
                .collect();
            reference.set_input(bitmap, 0, &words).unwrap();
            reference.run(0).unwrap();
            batch.step(&[&string]);
            let mut got = reference.clone();
            got.write_currents(0, &currents).unwrap();
            batch.unload(0, &mut got);
            assert!(got == reference, "case {case}, round {round}, {scan:?}");
        }
        saturated += usize::from(reference.counters.saturations > 0);
        wrapped += usize::from(reference.counters.wraps > 0);
        clean += usize::from(reference.counters.saturations + reference.counters.wraps == 0);
    }
    assert!(
        saturated > 100 && wrapped > 100 && clean > 100,
        "{saturated} {wrapped} {clean}"
    );
}
