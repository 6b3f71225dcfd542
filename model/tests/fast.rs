//! The fast path against the reference path: all memories, counters and records after every step of random
//! networks, and SCANs at the edge of saturation, where the two must still be one.

mod paths;

use ferrospike_model::device::{Device, Path, Shape};
use ferrospike_model::program::{Bitmap, End, Form, Format, Operation, Scan, Sign, LIMIT};
use ferrospike_model::random::{random_network, Size};
use paths::{other, shape};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Equal but for the path.
fn assert_equal(fast: &Device, reference: &Device, what: &str) {
    assert_eq!(fast.counters, reference.counters, "{what}");
    assert_eq!(other(fast), *reference, "{what}");
}

#[test]
fn random_networks_are_equal_on_both_paths() {
    let (mut operations, mut lists) = (0u64, 0u64);
    for seed in 0..600 {
        let lanes = [4, 8, 16, 32][seed as usize % 4];
        let size = Size {
            lists: seed % 8 >= 4,
            ..Size::default()
        };
        let case = random_network(seed, shape(lanes), size).unwrap();
        let mut fast = case.device().unwrap();
        let mut reference = other(&fast);
        assert_eq!(fast.path, Path::Fast);
        for step in 0..case.steps.len() {
            let records = [&mut fast, &mut reference].map(|device| case.run_step(device, step));
            assert_eq!(records[0], records[1], "seed {seed}, step {step}");
            assert_equal(&fast, &reference, &format!("seed {seed}, step {step}"));
        }
        operations += u64::from(fast.counters.synaptic_operations);
        lists += u64::from(fast.counters.list_words);
    }
    assert!(operations > 1_000_000, "{operations}");
    assert!(lists > 10_000, "{lists}");
}

/// SCANs whose sums come close to the limits, reach them or pass them; of all formats and signs, with rows
/// within S, up to its end and beyond it.
#[test]
fn sums_at_the_limits_are_equal_on_both_paths() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let (mut saturated, mut wrapped, mut clean) = (0, 0, 0);
    for case in 0..4000 {
        let shape = Shape {
            synapse_words: 640,
            groups: 64,
            ..shape([4, 8, 16, 32][case % 4])
        };
        let mut fast = Device::new(shape).unwrap();
        let extreme = rng.gen_bool(0.5);
        let bytes: Vec<u8> = (0..shape.synapse_bytes())
            .map(|_| match extreme {
                true => [0x7f, 0x80, 0xff][rng.gen_range(0..3)],
                false => rng.gen(),
            })
            .collect();
        fast.write_synapses(0, &bytes).unwrap();
        let near = rng.gen_range(0..3);
        let currents: Vec<i32> = (0..shape.neurons())
            .map(|_| match near {
                0 => rng.gen_range(-LIMIT - 1..=LIMIT),
                1 => LIMIT - rng.gen_range(0..200_000),
                _ => rng.gen_range(-1000..1000),
            })
            .collect();
        fast.write_currents(0, &currents).unwrap();
        let format =
            [Format::Bits8, Format::Bits4, Format::Bits2, Format::Bits1][rng.gen_range(0..4)];
        let source_groups = rng.gen_range(0..=8);
        let groups = rng.gen_range(1..=40u16);
        let scan = Scan {
            form: [Form::Dense, Form::Always][usize::from(rng.gen_bool(0.1))],
            format,
            sign: [Sign::Signed, Sign::Added, Sign::Subtracted][rng.gen_range(0..3)],
            wrap: rng.gen(),
            exponent: rng.gen_range(0..16),
            source: Bitmap::default(),
            source_groups,
            last_lanes: rng.gen_range(1..=shape.lanes as u8),
            row_base: rng.gen_range(16..200),
            stride: rng.gen_range(0..=3),
            first_group: rng.gen_range(0..64),
            groups,
            ..Scan::default()
        };
        let density = [0.02, 0.3, 1.0][rng.gen_range(0..3)];
        let history: Vec<u32> = (0..8)
            .map(|_| {
                (0..shape.lanes).fold(0, |w, lane| w | u32::from(rng.gen_bool(density)) << lane)
            })
            .collect();
        fast.write_history(0, &history).unwrap();
        let program: Vec<u8> = [Operation::Scan(scan), Operation::End(End::default())]
            .iter()
            .flat_map(Operation::encode)
            .flat_map(u64::to_le_bytes)
            .collect();
        let mut padded = program;
        padded.resize(padded.len().next_multiple_of(shape.lanes), 0);
        fast.write_synapses(0, &padded).unwrap();
        let mut reference = other(&fast);
        assert_eq!(fast.run(0), reference.run(0), "case {case}");
        assert_equal(&fast, &reference, &format!("case {case}, {scan:?}"));
        saturated += usize::from(fast.counters.saturations > 0);
        wrapped += usize::from(fast.counters.wraps > 0);
        clean += usize::from(fast.counters.saturations + fast.counters.wraps == 0);
    }
    assert!(
        saturated > 300 && wrapped > 300 && clean > 300,
        "{saturated} {wrapped} {clean}"
    );
}

/// The comparison sees a weight that differs in one bit.
#[test]
fn a_wrong_weight_is_noticed() {
    let mut noticed = 0;
    for seed in 0..200 {
        let case = random_network(seed, shape(8), Size::default()).unwrap();
        let mut fast = case.device().unwrap();
        let mut reference = other(&fast);
        let scan = case
            .operations
            .iter()
            .find_map(|operation| match operation {
                Operation::Scan(scan) if scan.form == Form::Dense => Some(scan),
                _ => None,
            });
        let Some(scan) = scan else { continue };
        let word = scan.row_base as usize;
        let mut bytes = fast.read_synapses(word, 1).unwrap().to_vec();
        bytes[0] ^= 1;
        fast.write_synapses(word, &bytes).unwrap();
        let differs = (0..case.steps.len()).any(|step| {
            let records = [&mut fast, &mut reference].map(|device| case.run_step(device, step));
            let states = [&fast, &reference]
                .map(|d| d.read_currents(0, d.shape().neurons()).map(<[i32]>::to_vec));
            records[0] != records[1] || states[0] != states[1]
        });
        noticed += usize::from(differs);
    }
    assert!(noticed > 60, "{noticed}");
}
