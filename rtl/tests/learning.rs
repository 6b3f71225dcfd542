//! The lanes of LEARN: emitted Verilog in Icarus and in rust-hdl's simulator, against the model's functions. The whole of
//! it on networks: `tests/random_networks.rs`; its clocks: `tests/costs.rs`.

mod common;

use common::{notices, passes, port, text, Wire};
use ferrospike_model::numbers::{learned_weight, next_random, rounding_of_lane};
use ferrospike_model::program::Learn;
use ferrospike_rtl::lane::learn_lanes::LearnLanes;
use ferrospike_rtl::primitives::learning::RealLanes;
use ferrospike_testbench::{Value, Vectors};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rust_hdl::prelude::*;
use std::collections::VecDeque;

const INPUTS: [(&str, usize); 12] = [
    ("advance", 1),
    ("word", 32),
    ("mask", 4),
    ("enters", 1),
    ("load", 1),
    ("state", 32),
    ("without_sign", 1),
    ("decays", 1),
    ("decay", 3),
    ("change", 17),
    ("minimum", 8),
    ("maximum", 8),
];

fn rule(rng: &mut ChaCha8Rng) -> Learn {
    let unsigned = rng.gen();
    let (low, high) = if unsigned { (0, 255) } else { (-128, 127) };
    let mut learn = Learn {
        unsigned,
        change: match rng.gen_range(0..3) {
            0 => [-65536, 65535, 0, 256, -256, 255][rng.gen_range(0..6)],
            1 => rng.gen_range(-65536..65536),
            _ => rng.gen_range(-3000..3000),
        },
        decay: rng.gen::<bool>().then(|| rng.gen_range(0..8)),
        minimum: low,
        maximum: high,
        ..Learn::default()
    };
    if rng.gen() {
        (learn.minimum, learn.maximum) = (rng.gen_range(low..=high), rng.gen_range(low..=high));
    }
    learn
}

/// Rules that stay for some words, words that come in any clock, random numbers that go on with those of weights.
#[test]
fn lanes_learn_as_the_model() {
    let mut rng = ChaCha8Rng::seed_from_u64(91);
    let outputs = [("learned", 32), ("state_now", 32)];
    let mut rows = Vectors::new(&INPUTS, &outputs).clocked("clock");
    let mut uut = LearnLanes::<4, 32>::default();
    uut.connect_all();
    let (mut state, mut changed) = (0u32, 0);
    for round in 0..150 {
        let learn = rule(&mut rng);
        // Three stages; what was there before the rule changed is no word of this rule.
        let mut stages: VecDeque<Option<u32>> = VecDeque::from(vec![None; 3]);
        let mask: u32 = rng.gen_range(0..16);
        for clock in 0..24 {
            let load = round == 0 && clock == 0 || rng.gen_range(0..40) == 0;
            let (advance, enters) = (!load && rng.gen(), rng.gen::<bool>());
            let extreme = rng.gen::<bool>();
            let octet = |rng: &mut ChaCha8Rng| match extreme {
                true => [0u8, 1, 127, 128, 254, 255][rng.gen_range(0..6)],
                false => rng.gen(),
            };
            let word: [u8; 4] = std::array::from_fn(|_| octet(&mut rng));
            let loaded: u32 = rng.gen();
            let values = [
                u64::from(advance),
                u64::from(u32::from_le_bytes(word)),
                u64::from(mask),
                u64::from(enters),
                u64::from(load),
                u64::from(loaded),
                u64::from(learn.unsigned),
                u64::from(learn.decay.is_some()),
                u64::from(learn.decay.unwrap_or(rng.gen_range(0..8))),
                learn.change as u64,
                learn.minimum as u64,
                learn.maximum as u64,
            ];
            let ports = INPUTS.iter().zip(values);
            let ports: Vec<Vec<u8>> = ports.map(|((_, w), v)| port(v as i64, *w)).collect();
            let inputs: [&mut dyn Wire; 12] = [
                &mut uut.advance,
                &mut uut.word,
                &mut uut.mask,
                &mut uut.enters,
                &mut uut.load,
                &mut uut.state,
                &mut uut.without_sign,
                &mut uut.decays,
                &mut uut.decay,
                &mut uut.change,
                &mut uut.minimum,
                &mut uut.maximum,
            ];
            for (wire, bytes) in inputs.into_iter().zip(&ports) {
                wire.put(bytes);
            }
            uut.clock.next = false.into();
            assert!(simulate(&mut uut, 10));
            let expected = stages[2].map(|word| port(i64::from(word), 32));
            if let Some(expected) = &expected {
                assert_eq!(&uut.learned.get(), expected, "{learn:?}");
            }
            let now = (round, clock) != (0, 0);
            let state_now = now.then(|| port(i64::from(state), 32));
            rows.push(
                ports.iter().map(|p| Value::from_le_bytes(p)),
                [expected, state_now].map(|p| p.map(|p| Value::from_le_bytes(&p))),
            );
            uut.clock.next = true.into();
            assert!(simulate(&mut uut, 10));
            if advance {
                let mut learned = word;
                for (lane, byte) in learned.iter_mut().enumerate() {
                    if mask >> lane & 1 == 1 {
                        *byte = learned_weight(&learn, *byte, rounding_of_lane(state, lane));
                    }
                }
                changed += usize::from(learned != word);
                stages.pop_back();
                stages.push_front(Some(u32::from_le_bytes(learned)));
            }
            if load {
                state = loaded;
            } else if advance && enters {
                state = next_random(state);
            }
        }
    }
    assert!(changed > 800, "{changed}");
    let verilog = text(LearnLanes::<4, 32>::default());
    passes(&rows, &verilog);
    for (from, to) in [
        ("<< decay)", "<< (decay ^ 3'd1))"),
        ("octet[7] & ~without_sign", "octet[7]"),
        ("{10'd0, rounding}", "18'd128"),
        ("difference[17:8]", "{1'b0, difference[16:8]}"),
        ("minimum[7] & ~without_sign", "minimum[7]"),
        ("below ? minimum", "1'b0 ? minimum"),
        ("above ? maximum", "1'b0 ? maximum"),
        ("~sum[10], sum[9:0]", "sum[10], sum[9:0]"),
        ("if (learns)", "if (1'b1)"),
        ("following[0] =", "following[0] = state[31] ^"),
        ("advance & enters", "advance"),
    ] {
        notices(&rows, &verilog, from, to);
    }
    // Another lane's bits to round with.
    let turned = verilog
        .lines()
        .find(|line| line.contains("localparam") && line.contains("= 8'h40"));
    let turned = turned.expect("a constant of lane 2");
    notices(&rows, &verilog, turned, &turned.replace("8'h40", "8'hc0"));
}

#[test]
fn the_last_group_has_its_real_lanes() {
    let mut rows = Vectors::new(&[("last", 5)], &[("lanes", 16)]);
    let mut uut = RealLanes::<16>::default();
    uut.connect_all();
    for last in 0..32i64 {
        let expected = (0..16)
            .filter(|lane| *lane <= last)
            .map(|lane| 1 << lane)
            .sum();
        uut.last.put(&port(last, 5));
        assert!(simulate(&mut uut, 10));
        assert_eq!(uut.lanes.get(), port(expected, 16));
        rows.push(
            [Value::from_le_bytes(&port(last, 5))],
            [Some(Value::from_le_bytes(&port(expected, 16)))],
        );
    }
    let verilog = text(RealLanes::<16>::default());
    passes(&rows, &verilog);
    notices(&rows, &verilog, "last >= 5'd9", "last > 5'd9");
}
