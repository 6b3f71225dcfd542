//! What a machine that knows groups at rest adds: a delay, whether the pipeline left a neuron as it was, and what is
//! remembered of the groups. Emitted Verilog in Icarus, against plain integers and a plain list; the delay in
//! rust-hdl's simulator too. The whole of it on networks: `tests/random_networks.rs`.

mod common;

use common::{factor, notices, passes, port, state, text, Wire, LIMIT};
use ferrospike_model::numbers::update_neuron;
use ferrospike_model::program::{Parameters, Reset, Update};
use ferrospike_rtl::neuron::resting::Resting;
use ferrospike_rtl::neuron::unchanged::Unchanged;
use ferrospike_rtl::primitives::delay::Delay;
use ferrospike_testbench::{Value, Vectors};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rust_hdl::prelude::*;
use std::collections::VecDeque;

fn value(x: i64, width: usize) -> Value {
    Value::from_le_bytes(&port(x, width))
}

#[test]
fn delays_count_ticks() {
    let mut rng = ChaCha8Rng::seed_from_u64(81);
    for ticks in [2, 5, 10] {
        let mut uut = Delay::<24>::new(ticks);
        uut.connect_all();
        let mut rows =
            Vectors::new(&[("tick", 1), ("word", 24)], &[("later", 24)]).clocked("clock");
        let mut line = VecDeque::from(vec![0i64; ticks]);
        for _ in 0..600 {
            let (tick, word) = (rng.gen::<bool>(), rng.gen_range(0..1i64 << 24));
            let expected = line[0];
            uut.tick.put(&[u8::from(tick)]);
            uut.word.put(&port(word, 24));
            uut.clock.next = false.into();
            assert!(simulate(&mut uut, 10));
            assert_eq!(uut.later.get(), port(expected, 24), "{ticks} ticks");
            rows.push(
                [value(i64::from(tick), 1), value(word, 24)],
                [Some(value(expected, 24))],
            );
            uut.clock.next = true.into();
            assert!(simulate(&mut uut, 10));
            if tick {
                line.pop_front();
                line.push_back(word);
            }
        }
        let verilog = text(Delay::<24>::new(ticks));
        passes(&rows, &verilog);
        notices(&rows, &verilog, "if (tick)", "");
        notices(&rows, &verilog, "word};", "word & 24'hfffffe};");
    }
}

/// Each tick a neuron enters; what the pipeline would make of it is the model's, at the ticks of `pipeline.rs`. Whether
/// it is unchanged is said a second time here: another UPDATE of the outcome gives the outcome, with no spike and no
/// saturation in the first.
#[test]
fn a_neuron_is_unchanged_if_all_of_it_is() {
    for after_decay in [false, true] {
        let mut rng = ChaCha8Rng::seed_from_u64(82 + u64::from(after_decay));
        let inputs = [
            ("tick", 1),
            ("after_decay", 1),
            ("u", 24),
            ("u_next", 24),
            ("v", 24),
            ("previous", 1),
            ("v_next", 24),
            ("spike", 1),
            ("saturations", 2),
        ];
        let mut rows = Vectors::new(&inputs, &[("unchanged", 1)]).clocked("clock");
        let s = if after_decay { 5 } else { 1 };
        let mut neurons = Vec::new();
        let mut same = 0;
        for _ in 0..3000 {
            let mut update = Update {
                current_after_decay: after_decay,
                reset: [Reset::Hard, Reset::Soft, Reset::Delayed][rng.gen_range(0..3)],
                parameters: Parameters {
                    current_decay: factor(&mut rng),
                    membrane_decay: factor(&mut rng),
                    threshold: rng.gen_range(-10..2000),
                    ..Parameters::default()
                },
                sub: rng.gen_range(0..2),
                v_min: -LIMIT,
                v_max: LIMIT,
                ..Update::default()
            };
            // Small states stay as they are more often.
            let small = rng.gen::<bool>();
            let mut draw = || match small {
                true => rng.gen_range(-2..3),
                false => state(&mut rng),
            };
            let (mut u, mut v) = (draw(), draw());
            // A membrane that is pressed against its limit stays there, and counts.
            if rng.gen_range(0..20) == 0 {
                (u, v) = (5, LIMIT);
                update.no_threshold = true;
                let p = &mut update.parameters;
                (p.current_decay, p.membrane_decay, p.gain) = (65536, 65536, 65536);
            }
            let previous = update.reset == Reset::Delayed && rng.gen::<bool>();
            let p = update.parameters;
            let out = update_neuron(&update, &p, u, v, previous);
            let again = update_neuron(&update, &p, out.current, out.membrane, out.spike);
            let unchanged = (u, v) == (out.current, out.membrane)
                && !previous
                && !out.spike
                && out.saturations == 0;
            if unchanged {
                same += 1;
                assert_eq!((again.current, again.membrane), (u, v));
            }
            neurons.push((u, v, previous, out, unchanged));
        }
        assert!(same > 100, "{same} of 3000 unchanged");
        let at = |tick: usize, ago: usize| tick.checked_sub(ago).and_then(|n| neurons.get(n));
        for tick in 0..neurons.len() + s + 11 {
            let mut row = vec![value(1, 1), value(i64::from(after_decay), 1)];
            row.push(value(at(tick, 0).map_or(0, |n| n.0).into(), 24));
            row.push(value(at(tick, 5).map_or(0, |n| n.3.current).into(), 24));
            row.push(value(at(tick, s).map_or(0, |n| n.1).into(), 24));
            row.push(value(at(tick, s).is_some_and(|n| n.2).into(), 1));
            let out = at(tick, s + 10).map(|n| &n.3);
            row.push(value(out.map_or(0, |o| o.membrane).into(), 24));
            row.push(value(out.is_some_and(|o| o.spike).into(), 1));
            row.push(value(out.map_or(0, |o| o.saturations).into(), 2));
            let expected = at(tick, s + 11).map(|n| value(n.4.into(), 1));
            rows.push(row, [expected]);
        }
        let verilog = text(Unchanged::default());
        passes(&rows, &verilog);
        for (from, to) in [
            ("current_is_same & ", ""),
            ("& (membrane_later == v_next) ", ""),
            ("& ~spike ", ""),
            ("& ~|due_later ", ""),
            ("& (saturations == none2)", ""),
        ] {
            notices(&rows, &verilog, from, to);
        }
    }
}

/// Groups of the memory, and of a sweep at most.
const GROUPS: usize = 16;
const NOBODY: i64 = 0;

/// The block's ports over time.
struct Driver {
    rows: Vectors,
    /// Values of the inputs that are pulses, set for the next clock.
    pulses: Vec<(&'static str, i64)>,
    still: Vec<(&'static str, i64)>,
}

const INPUTS: [(&str, usize); 15] = [
    ("start", 1),
    ("first_group", 12),
    ("updates", 1),
    ("operation", 20),
    ("takes", 1),
    ("two", 1),
    ("left", 16),
    ("leaves", 1),
    ("group_ends", 1),
    ("group", 12),
    ("unchanged", 1),
    ("partner_leaves", 1),
    ("partner_unchanged", 1),
    ("changed", 1),
    ("changed_group", 12),
];

impl Driver {
    fn new() -> Self {
        let mut inputs = INPUTS.to_vec();
        inputs.push(("forget", 1));
        let outputs = [("rests", 1), ("left_then", 16), ("none_left", 1)];
        Self {
            rows: Vectors::new(&inputs, &outputs).clocked("clock"),
            pulses: Vec::new(),
            still: Vec::new(),
        }
    }

    fn pulse(&mut self, name: &'static str, value: i64) -> &mut Self {
        self.pulses.push((name, value));
        self
    }

    /// A clock; `rests` is looked at if it is given.
    fn clock(&mut self, rests: Option<bool>) {
        let mut row = Vec::new();
        let mut left = 0;
        let mut two = 0;
        for (name, width) in INPUTS.into_iter().chain([("forget", 1)]) {
            let set = self.pulses.iter().chain(&self.still).find(|p| p.0 == name);
            let set = set.map_or(0, |p| p.1);
            match name {
                "left" => left = set,
                "two" => two = set,
                _ => {}
            }
            row.push(value(set, width));
        }
        // Four lanes.
        let size = if two == 1 { 2 } else { 4 };
        let then = (left - size).max(0);
        let outputs = [
            rests.map(|r| value(r.into(), 1)),
            Some(value(then, 16)),
            Some(value((left <= size).into(), 1)),
        ];
        self.rows.push(row, outputs);
        self.pulses.clear();
    }
}

#[test]
fn groups_are_remembered_until_something_changes_them() {
    let mut rng = ChaCha8Rng::seed_from_u64(83);
    let mut driver = Driver::new();
    let mut tags = [NOBODY; GROUPS];
    let (mut rested, mut forgotten, mut forgets_until) = (0, 0, 0);
    for _ in 0..700 {
        // Between sweeps.
        for _ in 0..rng.gen_range(0..3) {
            let group = rng.gen_range(0..GROUPS);
            driver
                .pulse("changed", 1)
                .pulse("changed_group", group as i64);
            driver.clock(None);
            tags[group] = NOBODY;
        }
        if rng.gen_range(0..40) == 0 {
            driver.pulse("forget", 1).clock(None);
            tags = [NOBODY; GROUPS];
            forgotten += 1;
            forgets_until = driver.rows.rows.len() + 4096;
            if rng.gen::<bool>() {
                (0..4096).for_each(|_| driver.clock(None));
            }
        }
        let trusted = driver.rows.rows.len() >= forgets_until;
        // A sweep: groups enter, then they leave.
        let operation = rng.gen_range(1..4i64);
        let (first, groups) = (rng.gen_range(0..GROUPS), rng.gen_range(1..GROUPS));
        let (updates, two) = (rng.gen_range(0..5) > 0, rng.gen::<bool>());
        driver.still = vec![
            ("operation", operation),
            ("updates", updates.into()),
            ("two", two.into()),
        ];
        driver
            .pulse("start", 1)
            .pulse("first_group", first as i64)
            .clock(None);
        driver.clock(None);
        let mut entered = Vec::new();
        for number in 0..groups {
            let group = (first + number) % GROUPS;
            let rests = trusted && updates && tags[group] == operation;
            rested += usize::from(rests);
            for _ in 0..if rests { 0 } else { rng.gen_range(0..5) } {
                driver.clock(Some(rests));
            }
            let left = rng.gen_range(0..40);
            driver
                .pulse("takes", 1)
                .pulse("left", left)
                .clock(Some(rests));
            if !rests {
                entered.push(group);
            }
        }
        for group in entered {
            let neurons = rng.gen_range(1..4);
            let mut all = true;
            let odds = if rng.gen::<bool>() { 0.5 } else { 1.0 };
            // What left in the clock before is told now.
            let mut told: Option<(bool, bool)> = None;
            for number in 0..=neurons {
                if number < neurons {
                    driver
                        .pulse("leaves", 1)
                        .pulse("group", group as i64)
                        .pulse("group_ends", (number == neurons - 1).into());
                }
                if let Some((same, partner_same)) = told.take() {
                    driver
                        .pulse("unchanged", same.into())
                        .pulse("partner_unchanged", partner_same.into());
                }
                if number < neurons {
                    let partner = two && (number < neurons - 1 || rng.gen::<bool>());
                    let (same, partner_same) = (rng.gen_bool(odds), rng.gen_bool(odds));
                    driver.pulse("partner_leaves", partner.into());
                    all &= same && (partner_same || !partner);
                    told = Some((same, partner_same));
                }
                driver.clock(None);
            }
            if trusted {
                tags[group] = if all && updates { operation } else { NOBODY };
            }
        }
    }
    assert!(
        rested > 300 && forgotten > 5,
        "{rested} groups, {forgotten}"
    );
    let verilog = text(Resting::<4>::new(GROUPS));
    passes(&driver.rows, &verilog);
    for (from, to) in [
        ("updates & ~forgetting_q", "updates"),
        ("& (memory_q == operation)", ""),
        ("ended_q | changed", "ended_q"),
        ("same & trusted_q", "trusted_q"),
        ("partner_unchanged | ~partner_left_q", "1'b1"),
        ("left <= group_size", "left < group_size"),
    ] {
        notices(&driver.rows, &verilog, from, to);
    }
}
