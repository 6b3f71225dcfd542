//! Programs that are decoded once: they do what the reference path does, also after S was written, without
//! records, beside a trace, and where they cannot be decoded at all.

mod paths;

use ferrospike_model::device::{Device, Shape};
use ferrospike_model::interpreter::{BEYOND_THE_END, ENDLESS};
use ferrospike_model::program::{Form, Operation};
use ferrospike_model::random::{random_network, RandomCase, Size};
use ferrospike_model::trace::Recorder;
use paths::{other, shape};

fn cases(count: u64) -> impl Iterator<Item = RandomCase> {
    some(count, false)
}

/// Cases, with listed rows or without.
fn some(count: u64, lists: bool) -> impl Iterator<Item = RandomCase> {
    let size = Size {
        lists,
        ..Size::default()
    };
    let lanes = |seed: u64| [4, 8, 16, 32][seed as usize % 4];
    (0..count).map(move |seed| random_network(seed, shape(lanes(seed)), size).unwrap())
}

/// Most random networks have plans, those with tables of parameters and listed rows too: the comparisons
/// of this file and of `fast.rs` are no comparisons of the reference path with itself.
#[test]
fn most_programs_are_planned() {
    let (mut planned, mut tables, mut count) = (0, 0, 0);
    for case in cases(400) {
        let mut device = case.device().unwrap();
        let has = device.is_planned(case.step_entry);
        let own = |o: &Operation| matches!(o, Operation::Update(u) if u.per_neuron & 7 != 0);
        planned += usize::from(has);
        tables += usize::from(has && case.operations.iter().any(own));
        count += 1;
        assert!(!other(&device).is_planned(case.step_entry));
    }
    assert!(
        planned * 10 > count * 8 && tables > 50,
        "{planned} {tables}"
    );
}

/// Those with listed rows have plans too, if no source has a table entry that means nothing; and do what the reference
/// path does.
#[test]
fn listed_rows_are_planned() {
    let (mut planned, mut longs) = (0, 0);
    for case in some(400, true) {
        let mut fast = case.device().unwrap();
        let listed = |o: &Operation| matches!(o, Operation::Scan(s) if s.form == Form::Listed);
        if !case.operations.iter().any(listed) || !fast.is_planned(case.step_entry) {
            continue;
        }
        planned += 1;
        let mut reference = other(&fast);
        assert!(
            equal(&case, &mut fast, &mut reference),
            "seed {}",
            case.seed
        );
        longs += fast.counters.list_words;
    }
    assert!(planned > 80 && longs > 5000, "{planned} {longs}");
}

/// Runs all steps on both paths; true if records, memories and counters are the same in all.
fn equal(case: &RandomCase, fast: &mut Device, reference: &mut Device) -> bool {
    (0..case.steps.len()).all(|step| {
        let records = [&mut *fast, &mut *reference].map(|device| case.run_step(device, step));
        records[0] == records[1] && other(fast) == *reference
    })
}

/// A program that was planned and is then written over is read again. The planted fault: with the other
/// device's program left as it was, the comparison must fail.
#[test]
fn a_program_that_changed_is_read_again() {
    let (mut changed, mut noticed) = (0, 0);
    for case in cases(300) {
        let mut fast = case.device().unwrap();
        let mut reference = other(&fast);
        if !fast.is_planned(case.step_entry) {
            continue;
        }
        assert!(
            equal(&case, &mut fast, &mut reference),
            "seed {}",
            case.seed
        );
        // Another threshold, or a read-out of what was none.
        let mut operations = case.operations.clone();
        for operation in &mut operations {
            if let Operation::Update(update) = operation {
                update.parameters.threshold /= 2;
                update.no_threshold = !update.no_threshold;
            }
        }
        let again = case.with_operations(operations);
        fast.write_synapses(0, &again.synapses).unwrap();
        let mut late = reference.clone();
        reference.write_synapses(0, &again.synapses).unwrap();
        let mut wrong = fast.clone();
        assert!(
            equal(&again, &mut fast, &mut reference),
            "seed {}",
            case.seed
        );
        changed += 1;
        // All but S, which differs anyway.
        wrong.write_synapses(0, &again.synapses).unwrap();
        let differs = (0..case.steps.len()).any(|step| {
            let records = [&mut wrong, &mut late].map(|device| case.run_step(device, step));
            records[0] != records[1] || wrong.counters != late.counters
        });
        noticed += usize::from(differs);
    }
    assert!(
        changed > 200 && noticed * 10 > changed * 8,
        "{noticed} of {changed}"
    );
}

#[test]
fn without_records_and_beside_a_trace_the_memories_are_the_same() {
    for case in cases(200) {
        let mut heard = case.device().unwrap();
        let mut unheard = heard.clone();
        let mut traced = heard.clone();
        let all = 0..heard.shape().neurons();
        let mut recorder = Recorder::new(vec![all]);
        for step in 0..case.steps.len() {
            for (input, words) in case.inputs.iter().zip(&case.steps[step]) {
                for device in [&mut unheard, &mut traced] {
                    let now = device.step;
                    device.set_input(input.bitmaps[0], now, words).unwrap();
                }
            }
            let records = case.run_step(&mut heard, step).unwrap();
            unheard.run_unheard(case.step_entry).unwrap();
            let mut again = Vec::new();
            traced
                .run_traced(case.step_entry, &mut again, &mut recorder)
                .unwrap();
            assert_eq!(records, again, "seed {}, step {step}", case.seed);
            assert_eq!(heard, unheard, "seed {}, step {step}", case.seed);
            assert_eq!(heard, traced, "seed {}, step {step}", case.seed);
        }
        let updated = case
            .operations
            .iter()
            .any(|o| matches!(o, Operation::Update(_)));
        assert_eq!(updated, !recorder.samples.is_empty());
    }
}

/// A device that may not do much stops a program that it has a plan of; and a program without an END has none.
#[test]
fn what_is_refused_is_refused_as_ever() {
    for case in cases(100) {
        let mut fast = case.device().unwrap();
        fast.work_limit = 20;
        let mut reference = other(&fast);
        assert!(equal(&case, &mut fast, &mut reference));
        let refused = fast.run(case.step_entry);
        assert_eq!(refused.unwrap_err().code, ENDLESS);
        assert_eq!(refused_code(&mut reference, case.step_entry), ENDLESS);
    }
    let shape = Shape {
        lanes: 8,
        synapse_words: 192,
        groups: 2,
        history_words: 32,
    };
    let mut fast = Device::new(shape).unwrap();
    let program: Vec<u8> = Operation::Clear(Default::default())
        .encode()
        .into_iter()
        .flat_map(u64::to_le_bytes)
        .collect();
    for at in 0..96 {
        fast.write_synapses(2 * at, &program).unwrap();
    }
    assert!(!fast.is_planned(0));
    let mut reference = other(&fast);
    assert_eq!(refused_code(&mut fast, 0), BEYOND_THE_END);
    assert_eq!(refused_code(&mut reference, 0), BEYOND_THE_END);
}

fn refused_code(device: &mut Device, entry: u32) -> u8 {
    device.run(entry).unwrap_err().code
}

/// Programs that learn are planned, and do what the reference path does, S and all; LEARNs that write over a program, a
/// table or a list too, which no image may have.
#[test]
fn programs_that_learn_are_planned() {
    let (mut planned, mut changed, mut strange) = (0, 0, 0);
    for seed in 0..600u64 {
        let size = Size {
            learn: true,
            lists: seed % 3 == 0,
            ..Size::default()
        };
        let lanes = [4, 8, 16, 32][seed as usize % 4];
        let mut case = random_network(seed, shape(lanes), size).unwrap();
        let hostile = seed % 5 == 0;
        if hostile {
            let mut operations = case.operations.clone();
            let program = case.step_entry as usize * 8 / lanes;
            for operation in &mut operations {
                match operation {
                    Operation::Learn(learn) => learn.row_base = program as u32,
                    _ => continue,
                }
            }
            case = case.with_operations(operations);
        }
        let mut fast = case.device().unwrap();
        let mut reference = other(&fast);
        let before = fast
            .read_synapses(0, case.synapses.len() / lanes)
            .unwrap()
            .to_vec();
        let learns = |o: &Operation| matches!(o, Operation::Learn(_));
        let has = case.operations.iter().any(learns) && fast.is_planned(case.step_entry);
        for step in 0..case.steps.len() {
            let records = [&mut fast, &mut reference].map(|device| case.run_step(device, step));
            assert_eq!(records[0], records[1], "seed {seed}, step {step}");
            assert_eq!(other(&fast), reference, "seed {seed}, step {step}");
            if records[0].is_err() {
                break;
            }
        }
        let after = fast.read_synapses(0, before.len() / lanes).unwrap();
        planned += usize::from(has);
        changed += usize::from(has && after != before);
        strange += usize::from(hostile && after != before);
    }
    assert!(
        planned > 200 && changed > 150 && strange > 30,
        "{planned} {changed} {strange}"
    );
}
