//! Programs on a device: by hand, and hostile ones.

mod common;

use common::{append, image, scan, update, INPUT};
use ferrospike_model::device::{AccessError, Counters, Device, Shape};
use ferrospike_model::interpreter::{
    Record, Refusal, BEYOND_THE_END, ENDLESS, UNKNOWN_OPERAND, UNKNOWN_OPERATION,
};
use ferrospike_model::program::*;
use ferrospike_model::trace::Recorder;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const SHAPE: Shape = Shape {
    lanes: 4,
    synapse_words: 64,
    groups: 4,
    history_words: 8,
};

fn records(step: u16, spikes: u32, membranes: [i32; 3]) -> Vec<Record> {
    vec![
        Record::Spikes {
            number: 7,
            plain: false,
            words: vec![spikes],
        },
        Record::State {
            number: 8,
            current: false,
            values: membranes.to_vec(),
        },
        Record::End { step },
    ]
}

#[test]
fn two_steps_by_hand() {
    let image = image();
    let mut device = image.device(SHAPE).expect("fits");
    device.write_membranes(4, &[0, 0, -LIMIT]).expect("inside");
    // Sources 0 and 4: u = 2 (10 + 14), 2 (20 + 20), 2 (-10 - 10).
    device
        .set_input(INPUT, 0, &[0b0001, 0b0001])
        .expect("inside");
    let mut recorder = Recorder {
        neurons: std::iter::once(5..6).collect(),
        ..Recorder::default()
    };
    let mut sent = Vec::new();
    device
        .run_traced(image.header.step_entry, &mut sent, &mut recorder)
        .expect("runs");
    // Neuron 2 leaves the range and saturates.
    assert_eq!(sent, records(0, 0, [48, 80, -LIMIT]));
    assert_eq!(device.read_currents(4, 4), Ok(&[24, 40, -20, 0][..]));
    // Source 1: u = 24 + 22, 40 + 40, -20 - 20; h = 94, 160.
    device.set_input(INPUT, 1, &[0b0010, 0]).expect("inside");
    device
        .run_traced(image.header.step_entry, &mut sent, &mut recorder)
        .expect("runs");
    assert_eq!(sent[3..], records(1, 0b010, [94, 60, -LIMIT]));
    let samples: Vec<_> = recorder
        .samples
        .iter()
        .map(|s| (s.step, s.current, s.unreset, s.spike, s.membrane))
        .collect();
    assert_eq!(samples, [(0, 80, 80, false, 80), (1, 80, 160, true, 60)]);
    let counted = Counters {
        steps: 2,
        synaptic_operations: 9,
        weight_words: 3,
        spikes: 1,
        saturations: 2,
        ..Counters::default()
    };
    assert_eq!(device.counters, counted);
    assert_eq!(Counters::from_values(counted.values()), counted);
    device.clear(&image.header).expect("clears");
    assert_eq!(
        (device.step, device.read_membranes(4, 3)),
        (0, Ok(&[0, 0, 0][..]))
    );
}

/// A device with programs at long 0 on.
fn device(programs: &[&[Operation]]) -> (Device, Vec<u32>) {
    let mut bytes = Vec::new();
    let entries = append(&mut bytes, programs);
    let mut device = Device::new(SHAPE).expect("shape");
    device.write_synapses(0, &bytes).expect("inside");
    (device, entries)
}

#[test]
fn a_fold_by_hand() {
    let fold = Fold {
        exponent: 2,
        floor_shift: 1,
        scratch_group: 3,
        first_group: 0,
        neurons: 4,
        wrap: false,
    };
    let (mut device, _) = device(&[&[Operation::Fold(fold), Operation::End(End::default())]]);
    device.write_currents(0, &[1, 1, LIMIT, 0]).expect("inside");
    device.write_currents(12, &[-3, 5, 2, 0]).expect("inside");
    assert_eq!(device.run(0), Ok(vec![]));
    // floor(-3/2) * 4 = -8; floor(5/2) * 4 = 8.
    assert_eq!(device.read_currents(0, 4), Ok(&[-7, 9, LIMIT, 0][..]));
    assert_eq!(device.read_currents(12, 4), Ok(&[0; 4][..]));
    assert_eq!((device.counters.saturations, device.counters.wraps), (1, 0));
}

#[test]
fn a_delayed_spike_arrives_late() {
    let source = Bitmap {
        base: 0,
        log2_depth: 2,
    };
    let late = Scan {
        source,
        source_groups: 1,
        delay: 2,
        exponent: 0,
        row_base: 60,
        ..scan()
    };
    let (mut device, _) = device(&[&[
        Operation::Scan(late),
        Operation::End(End {
            advance: true,
            ..End::default()
        }),
    ]]);
    device.write_synapses(60, &[1, 2, 3, 0]).expect("inside");
    for (step, expected) in [0, 0, 1, 1, 1].into_iter().enumerate() {
        device
            .set_input(source, step as u32, &[u32::from(step == 0)])
            .expect("inside");
        device.run(0).expect("runs");
        assert_eq!(
            device.read_currents(4, 1),
            Ok(&[expected][..]),
            "step {step}"
        );
    }
}

#[test]
fn operations_that_the_device_lacks_are_refused_where_they_stand() {
    let nothing = Fold {
        floor_shift: 1,
        ..Fold::default()
    };
    for (head, code) in [
        (7u64, UNKNOWN_OPERATION),
        (15, UNKNOWN_OPERATION),
        (1 | 3 << 4, UNKNOWN_OPERAND),
        (1 | 3 << 8, UNKNOWN_OPERAND),
        (2 | 3 << 5, UNKNOWN_OPERAND),
        (2 | 3 << 7, UNKNOWN_OPERAND),
    ] {
        let report = ReportKind::State {
            current: true,
            first_group: 0,
            neurons: 1,
        };
        let report = Operation::Report(Report {
            number: 1,
            kind: report,
        });
        let (mut device, _) = device(&[&[report, Operation::Fold(nothing)]]);
        device
            .write_synapses(4, &head.to_le_bytes())
            .expect("inside");
        let mut sent = Vec::new();
        let refusal = device.run_traced(0, &mut sent, &mut ());
        assert_eq!(refusal, Err(Refusal { code, detail: 2 }));
        assert_eq!(sent.len(), 1);
        // Addresses count modulo the size of S; the pointer that is told goes on.
        assert_eq!(device.run(32), Err(Refusal { code, detail: 34 }));
    }
}

#[test]
fn zero_groups_do_nothing() {
    let (mut device, entries) = device(&[&[
        Operation::Scan(Scan {
            groups: 0,
            form: Form::Always,
            ..scan()
        }),
        Operation::Scan(Scan {
            groups: 0,
            ..scan()
        }),
        Operation::Update(Update {
            neurons: 0,
            ..update()
        }),
        Operation::Fold(Fold {
            neurons: 0,
            ..Fold::default()
        }),
        Operation::Clear(Clear {
            state: true,
            history: true,
            ..Clear::default()
        }),
        Operation::End(End::default()),
    ]]);
    device.write_history(0, &[15; 8]).expect("inside");
    device.write_currents(0, &[5; 16]).expect("inside");
    let before = device.clone();
    assert_eq!(device.run(entries[0]), Ok(vec![]));
    assert_eq!(device, before);
}

#[test]
fn endless_programs_are_stopped() {
    let clear = Operation::Clear(Clear::default());
    let (mut device, _) = device(&[&vec![clear; 16]]);
    device.work_limit = 100_000;
    assert_eq!(device.run(0).map_err(|r| r.code), Err(ENDLESS));
}

#[test]
fn hostile_memories_do_not_panic() {
    let mut r = ChaCha8Rng::seed_from_u64(9);
    let mut outcomes = [0; 2];
    for index in 0..2000u32 {
        let lanes = [4, 8, 16, 32][index as usize % 4];
        let sizes = [1, 2, 16, 64];
        let shape = Shape {
            lanes,
            synapse_words: [64, 192, 320][r.gen_range(0..3)],
            groups: [2, 4, 16, 64][r.gen_range(0..4)],
            history_words: sizes[r.gen_range(0..4)],
        };
        let mut device = Device::new(shape).expect("shape");
        device.work_limit = 20_000;
        let mut bytes: Vec<u8> = (0..shape.synapse_bytes()).map(|_| r.gen()).collect();
        // Heads with a known opcode are likelier.
        for head in bytes.chunks_exact_mut(8) {
            head[0] = head[0] & 0xf0 | r.gen_range(0..7);
            head[7] &= if r.gen() { 0 } else { 0xff };
        }
        device.write_synapses(0, &bytes).expect("inside");
        let history: Vec<u32> = (0..shape.history_words).map(|_| r.gen()).collect();
        device.write_history(0, &history).expect("inside");
        let values: Vec<i32> = (0..shape.neurons()).map(|_| r.gen()).collect();
        device.write_currents(0, &values).expect("inside");
        device.write_membranes(0, &values).expect("inside");
        device.step = r.gen();
        let result = device.run(r.gen());
        outcomes[usize::from(result.is_ok())] += 1;
        let (u, v) = (
            device.read_currents(0, values.len()),
            device.read_membranes(0, values.len()),
        );
        let inside = |x: &i32| (-(1 << 23)..1 << 23).contains(x);
        assert!(u
            .expect("inside")
            .iter()
            .chain(v.expect("inside"))
            .all(inside));
        let words = device.read_history(0, shape.history_words).expect("inside");
        assert!(words.iter().all(|word| word & !shape.lane_mask() == 0));
    }
    assert!(outcomes.iter().all(|count| *count > 100), "{outcomes:?}");
}

#[test]
fn accesses_outside_are_refused() {
    let mut device = Device::new(SHAPE).expect("shape");
    let outside = |memory, unit, address, count, size| AccessError::Outside {
        memory,
        unit,
        address,
        count,
        size,
    };
    assert_eq!(
        device.read_synapses(63, 2),
        Err(outside('S', "words", 63, 2, 64))
    );
    assert_eq!(
        device.read_currents(usize::MAX, 2),
        Err(outside('U', "neurons", usize::MAX, 2, 16))
    );
    assert_eq!(
        device.write_membranes(16, &[1]),
        Err(outside('V', "neurons", 16, 1, 16))
    );
    assert_eq!(
        device.write_history(7, &[1, 2]),
        Err(outside('H', "words", 7, 2, 8))
    );
    assert_eq!(
        device.write_synapses(0, &[1, 2, 3]),
        Err(AccessError::Ragged { bytes: 3, lanes: 4 })
    );
    let bitmap = Bitmap {
        base: 6,
        log2_depth: 1,
    };
    assert!(device.set_input(bitmap, 0, &[1]).is_ok());
    assert_eq!(device.bitmap(bitmap, 2, 1), Ok(vec![1]));
    assert!(device.set_input(bitmap, 0, &[1, 1]).is_err());
    assert!(device
        .set_input(
            Bitmap {
                base: 0,
                log2_depth: 7
            },
            0,
            &[1]
        )
        .is_err());
    device.write_synapses(0, b"12345678").expect("inside");
    assert_ne!(device.crc_of_s(0, 2), device.crc_of_s(0, 3));
    assert_eq!(device.crc_of_s(0, 2), Ok(0x9ae0daaf));
}

/// S of 192 words: programs read up to its end; between that and 256 words they are refused; then
/// addresses come round.
#[test]
fn reads_beyond_the_end_of_s_are_refused() {
    let shape = Shape {
        synapse_words: 192,
        ..SHAPE
    };
    let (words, longs) = (192, 96);
    let always = |row_base| {
        Operation::Scan(Scan {
            form: Form::Always,
            row_base,
            groups: 2,
            last_lanes: 4,
            ..Scan::default()
        })
    };
    let pairs = |table| {
        Operation::Update(Update {
            per_neuron: 1,
            neurons: 2,
            table,
            ..Update::default()
        })
    };
    let end = Operation::End(End::default());
    let refused = |detail| {
        Err(Refusal {
            code: BEYOND_THE_END,
            detail,
        })
    };
    for (operation, at, expected) in [
        (always(words - 2), 0, Ok(vec![])),
        (always(words - 1), 0, refused(0)),
        (always(255), 0, refused(0)),
        (always(256), 0, Ok(vec![])),
        (always(0xf_ffff), 0, refused(0)),
        (pairs(longs - 2), 0, Ok(vec![])),
        (pairs(longs - 1), 0, refused(1)),
        (pairs(127), 0, refused(1)),
        (pairs(128), 0, Ok(vec![])),
        // Its last long is the last of S, and END would follow.
        (always(0), longs - 2, refused(longs)),
        // It goes on beyond the end.
        (always(0), longs - 1, refused(longs - 1)),
        (pairs(0), longs - 6, refused(longs - 5)),
    ] {
        let mut device = Device::new(shape).expect("shape");
        let mut bytes: Vec<u8> = [operation, end]
            .iter()
            .flat_map(Operation::encode)
            .flat_map(u64::to_le_bytes)
            .collect();
        bytes.truncate((longs - at) as usize * 8);
        device
            .write_synapses(at as usize * 2, &bytes)
            .expect("inside");
        assert_eq!(device.run(at), expected, "{operation:?} at {at}");
    }
}

/// A LEARN by hand: two groups, of which one has a neuron that spiked; three sources, of which two did.
#[test]
fn weights_learned_by_hand() {
    let mut device = Device::new(SHAPE).expect("a shape");
    let (source, target) = (
        Bitmap {
            base: 0,
            log2_depth: 0,
        },
        Bitmap {
            base: 2,
            log2_depth: 1,
        },
    );
    let learn = Learn {
        source,
        source_groups: 1,
        last_lanes: 2,
        row_base: 8,
        stride: 2,
        groups: 2,
        target,
        target_delay: 1,
        change: 3 * 256,
        minimum: -128,
        maximum: 100,
        random: 20,
        ..Learn::default()
    };
    let program = |learn: Learn| {
        let end = Operation::End(End::default());
        let longs = [Operation::Learn(learn), end].map(|o| o.encode()).concat();
        longs
            .iter()
            .flat_map(|l| l.to_le_bytes())
            .collect::<Vec<u8>>()
    };
    device
        .write_synapses(0, &program(learn)[..32])
        .expect("inside");
    let entry = 20;
    device.write_synapses(40, &program(learn)).expect("inside");
    // Sources 0 and 2. A step ago, lane 1 of group 1; a lane that is not real and one of this step mean nothing.
    device.write_history(0, &[0b0101]).expect("inside");
    device
        .write_history(2, &[0b1111, 0b0000, 0b1111, 0b1010])
        .expect("inside");
    device.write_synapses(8, &[10; 4 * 6]).expect("inside");
    device
        .write_synapses(13, &[10, 99, 10, 10])
        .expect("inside");
    device
        .write_synapses(20, &[0x78, 0x56, 0x34, 0x12])
        .expect("inside");
    assert_eq!(device.run(entry), Ok(Vec::new()));
    let word = |device: &Device, at: usize| device.read_synapses(at, 1).expect("inside").to_vec();
    for (at, wanted) in [
        (8, [10; 4]),
        (9, [10, 13, 10, 10]),
        (10, [10; 4]),
        (11, [10; 4]),
        (12, [10; 4]),
        (13, [10, 100, 10, 10]),
    ] {
        assert_eq!(word(&device, at), wanted, "word {at}");
    }
    // Two words: the state went on by 16 steps.
    let state = (0..16).fold(0x1234_5678u32, |x, _| (x >> 1) ^ ((x & 1) * 0xEDB8_8320));
    assert_eq!(word(&device, 20), state.to_le_bytes());
    assert_eq!(device.counters.weight_words, 2);

    // Every source, where the destination did not spike; half of the weight and a rounding are lost.
    let decays = Learn {
        every: true,
        rows: 2,
        inverted: true,
        change: 0,
        decay: Some(7),
        ..learn
    };
    device.write_synapses(40, &program(decays)).expect("inside");
    device.write_synapses(20, &[0; 4]).expect("inside");
    assert_eq!(device.run(entry), Ok(Vec::new()));
    // Lane j rounds with 0, 128, 64, 192: -5 + (r >> 8) down, exactly.
    assert_eq!(word(&device, 8), [5, 5, 5, 5]);
    assert_eq!(word(&device, 9), [5, 13, 10, 10]);
    assert_eq!(word(&device, 10), [5, 5, 5, 5]);
    assert_eq!(word(&device, 12), [10; 4]);
    assert_eq!(word(&device, 20), [0; 4]);

    // A read beyond the end: 64 words, a power of two, come round; so the last row is word 0.
    let far = Learn {
        row_base: 63,
        every: true,
        rows: 1,
        groups: 1,
        last_lanes: 4,
        target_delay: 0,
        ..learn
    };
    device.write_synapses(40, &program(far)).expect("inside");
    assert_eq!(device.run(entry), Ok(Vec::new()));
}
