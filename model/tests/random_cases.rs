//! The generator of random networks: valid, repeatable, and wide enough.

use ferrospike_model::device::{Counters, Shape};
use ferrospike_model::program::{Form, Format, Operation, ReportKind, Reset, Rounding, Sign};
use ferrospike_model::random::{random_network, RandomCase, Size};
use std::collections::BTreeMap;

fn shape(index: u64) -> Shape {
    let lanes = [4, 8, 16, 32][index as usize % 4];
    Shape {
        lanes,
        synapse_words: 2048,
        groups: 64,
        history_words: 256,
    }
}

fn cases(count: u64) -> impl Iterator<Item = RandomCase> {
    (0..count).map(|seed| random_network(seed, shape(seed), Size::default()).expect("shape"))
}

/// Features that an operation uses.
fn features(operation: &Operation) -> Vec<String> {
    match operation {
        Operation::Scan(s) => vec![
            format!("{:?}", s.form),
            format!("{:?} {:?}", s.format, s.sign),
            format!("delay {}", s.delay.min(3)),
            format!("scan wrap {}", s.wrap),
            format!("m {}", s.exponent),
        ],
        Operation::Update(u) => vec![
            format!("u {:?}", u.rounding_current),
            format!("v {:?}", u.rounding_membrane),
            format!("{:?}", u.reset),
            format!("inverted {}", u.inverted),
            format!("threshold {}", !u.no_threshold),
            format!("held {}", u.held_steps > 0),
            format!("pairs {}", u.per_neuron),
            format!("after {}", u.current_after_decay),
            format!("A = 0 {}", u.parameters.current_decay == 0),
            format!("A = 1 {}", u.parameters.current_decay == 65536),
        ],
        Operation::Fold(f) => vec![format!("fold wrap {}", f.wrap)],
        Operation::Report(r) => vec![match r.kind {
            ReportKind::Spikes { plain, .. } => format!("report plain {plain}"),
            ReportKind::State { current, .. } => format!("report u {current}"),
        }],
        Operation::Clear(_) => vec!["clear".into()],
        Operation::Learn(l) => vec![
            format!("learn every {}", l.every),
            format!("learn unsigned {}", l.unsigned),
            format!("learn inverted {}", l.inverted),
            format!("learn decay {}", l.decay.is_some()),
            format!("learn delay {}", l.delay.min(2)),
            format!("learn target delay {}", l.target_delay.min(2)),
        ],
        Operation::End(_) => vec!["end".into()],
    }
}

#[test]
fn every_feature_appears_often() {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for case in cases(400) {
        for feature in case.operations.iter().flat_map(features) {
            *seen.entry(feature).or_default() += 1;
        }
        let ragged = case
            .populations
            .iter()
            .any(|p| p.neurons % case.shape.lanes != 0);
        *seen.entry(format!("ragged {ragged}")).or_default() += 1;
        *seen
            .entry(format!("passes {}", case.populations[0].bitmaps.len()))
            .or_default() += 1;
        *seen
            .entry(format!("populations {}", case.populations.len()))
            .or_default() += 1;
    }
    let mut wanted = vec!["Dense".to_string(), "Always".into(), "clear".into()];
    for format in [Format::Bits8, Format::Bits4, Format::Bits2, Format::Bits1] {
        for sign in [Sign::Signed, Sign::Added, Sign::Subtracted] {
            wanted.push(format!("{format:?} {sign:?}"));
        }
    }
    for rounding in [Rounding::Floor, Rounding::HalfUp, Rounding::TowardZero] {
        wanted.extend([format!("u {rounding:?}"), format!("v {rounding:?}")]);
    }
    wanted
        .extend([Reset::Hard, Reset::Soft, Reset::Delayed, Reset::None].map(|r| format!("{r:?}")));
    wanted.extend((0..4).map(|delay| format!("delay {delay}")));
    wanted.extend((0..16).map(|m| format!("m {m}")));
    wanted.extend((0..8).map(|mask| format!("pairs {mask}")));
    wanted.extend((1..4).map(|passes| format!("passes {passes}")));
    wanted.extend((1..5).map(|count| format!("populations {count}")));
    for flag in [
        "scan wrap",
        "inverted",
        "threshold",
        "held",
        "after",
        "A = 0",
        "A = 1",
    ]
    .into_iter()
    .chain(["fold wrap", "report plain", "report u", "ragged"])
    {
        wanted.extend([format!("{flag} true"), format!("{flag} false")]);
    }
    for feature in wanted {
        let count = seen.get(&feature).copied().unwrap_or(0);
        assert!(
            count >= 8,
            "'{feature}' appears {count} times in 400 cases: {seen:?}"
        );
    }
}

#[test]
fn cases_are_repeatable_small_and_lively() {
    let (mut lively, mut saturating, mut wrapping) = (0, 0, 0);
    for case in cases(400) {
        let again = random_network(case.seed, case.shape, Size::default()).expect("shape");
        assert_eq!(case, again);
        assert!(case.synapses.len() <= case.shape.synapse_bytes());
        assert!((4..=8).contains(&case.steps.len()));
        let (records, device) = case.expected().expect("runs");
        assert_eq!(records.len(), case.steps.len());
        let Counters {
            steps,
            spikes,
            saturations,
            wraps,
            ..
        } = device.counters;
        assert_eq!(steps as usize, case.steps.len());
        lively += usize::from(spikes as usize >= case.steps.len());
        saturating += usize::from(saturations > 0);
        wrapping += usize::from(wraps > 0);
    }
    assert!(
        lively > 280 && saturating > 100 && wrapping > 20,
        "{lively} {saturating} {wrapping}"
    );
}

#[test]
fn padding_lanes_stay_zero() {
    for case in cases(200) {
        let (_, device) = case.expected().expect("runs");
        let lanes = case.shape.lanes;
        for p in &case.populations {
            let padding = p.groups * lanes - p.neurons;
            let first = p.first_group * lanes + p.neurons;
            let u = device.read_currents(first, padding).expect("inside");
            assert!(u.iter().all(|u| *u == 0), "seed {}", case.seed);
        }
    }
}

#[test]
fn shrinking_finds_the_operation_that_matters() {
    let has_fold = |c: &RandomCase| c.operations.iter().any(|o| matches!(o, Operation::Fold(_)));
    let case = cases(400).find(has_fold).expect("a case with FOLD");
    let small = case.shrink(|c| {
        let same = c.expected().is_ok();
        same && has_fold(c)
    });
    assert_eq!((small.operations.len(), small.steps.len()), (2, 1));
    assert!(matches!(
        small.operations[..],
        [Operation::Fold(_), Operation::End(_)]
    ));
    assert!(!small
        .operations
        .iter()
        .any(|o| matches!(o, Operation::Scan(s) if s.form == Form::Dense)));
}

#[test]
fn shapes_that_are_too_small_are_refused() {
    for shape in [
        Shape {
            lanes: 4,
            synapse_words: 512,
            groups: 64,
            history_words: 256,
        },
        Shape {
            lanes: 4,
            synapse_words: 2048,
            groups: 1,
            history_words: 256,
        },
        Shape {
            lanes: 4,
            synapse_words: 2048,
            groups: 64,
            history_words: 16,
        },
        Shape {
            lanes: 5,
            synapse_words: 2048,
            groups: 64,
            history_words: 256,
        },
    ] {
        assert!(
            random_network(0, shape, Size::default()).is_err(),
            "{shape:?}"
        );
    }
    let least = Shape {
        lanes: 4,
        synapse_words: 1024,
        groups: 2,
        history_words: 32,
    };
    for seed in 0..300 {
        let case = random_network(seed, least, Size::default()).expect("least shape");
        assert!(!case.populations.is_empty() && case.expected().is_ok());
    }
}

/// In the last words of a memory whose size is no power of two, a case does what it does in the first.
#[test]
fn cases_can_stand_at_the_end_of_s() {
    let mut read_last = 0;
    for seed in 0..200 {
        let lanes = [4, 8, 16, 32][seed as usize % 4];
        let shape = Shape {
            lanes,
            synapse_words: 4352 / lanes.min(16) / 64 * 64 + 64,
            ..shape(seed)
        };
        let case = random_network(seed, shape, Size::default()).expect("shape");
        let moved = case.at_the_end();
        assert_eq!(moved.synapses.len(), shape.synapse_bytes());
        let (records, device) = case.expected().expect("runs");
        let (same, at_the_end) = moved.expected().expect("runs");
        assert_eq!(records, same, "seed {seed}");
        assert_eq!(device.counters, at_the_end.counters, "seed {seed}");
        // One word less, and the case cannot be there.
        let shorter = RandomCase {
            shape: Shape {
                synapse_words: shape.synapse_words - 64,
                ..shape
            },
            ..moved
        };
        assert!(shorter.expected().is_err(), "seed {seed}");
        read_last += u32::from(!shape.synapse_words.is_power_of_two());
    }
    assert!(
        read_last > 150,
        "{read_last} sizes that are no power of two"
    );
}

/// Networks that learn: all forms of LEARN, and weights that change.
#[test]
fn networks_that_learn_do_so_in_every_way() {
    let size = Size {
        learn: true,
        ..Size::default()
    };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut learned = 0;
    for seed in 0..400 {
        let case = random_network(seed, shape(seed), size).expect("shape");
        for feature in case.operations.iter().flat_map(features) {
            *seen.entry(feature).or_default() += 1;
        }
        let (_, device) = case.expected().expect("runs");
        let words = case.synapses.len() / case.shape.lanes;
        let s = device.read_synapses(0, words).expect("inside");
        learned += usize::from(s != case.synapses);
    }
    let flags = ["every", "unsigned", "inverted", "decay"];
    let wanted = flags
        .into_iter()
        .flat_map(|flag| [format!("learn {flag} true"), format!("learn {flag} false")]);
    let delays = (0..3).flat_map(|d| {
        [
            format!("learn delay {d}"),
            format!("learn target delay {d}"),
        ]
    });
    for feature in wanted.chain(delays) {
        let count = seen.get(&feature).copied().unwrap_or(0);
        assert!(count >= 20, "'{feature}' appears {count} times: {seen:?}");
    }
    assert!(learned > 250, "{learned} of 400 networks change weights");
}
