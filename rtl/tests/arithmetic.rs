//! The arithmetic blocks and the neuron pipeline: their emitted Verilog in Icarus, and the same vectors
//! through rust-hdl's own simulator, against the model's plain functions.

mod common;

use common::{factor, notices, passes, state, text, LIMIT};
use ferrospike_model::numbers;
use ferrospike_model::program::{Fold, Format, Parameters, Reset, Rounding, Sign, Update};
use ferrospike_rtl::neuron::pipeline::NeuronPipeline;
use ferrospike_rtl::primitives::arithmetic::{AddCurrent, Clamp, FoldSum, Mantissa, ShiftLeft};
use ferrospike_testbench::Vectors;
use rand::{seq::SliceRandom, Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rust_hdl::prelude::*;

fn bits24(x: i32) -> u64 {
    u64::from(x as u32 & 0xff_ffff)
}

#[test]
fn every_mantissa() {
    let mut vectors = Vectors::new(
        &[("octet", 8), ("format", 2), ("part", 3), ("sign", 2)],
        &[("value", 9)],
    );
    let mut uut = Mantissa::default();
    uut.connect_all();
    let formats = [Format::Bits8, Format::Bits4, Format::Bits2, Format::Bits1];
    let signs = [Sign::Signed, Sign::Added, Sign::Subtracted];
    for (f, format) in formats.into_iter().enumerate() {
        for part in 0..format.groups_per_word() {
            for (s, sign) in signs.into_iter().enumerate() {
                for octet in 0..=255u8 {
                    let value = numbers::mantissa(octet, format, part, sign) as u64 & 0x1ff;
                    vectors.push(
                        [u64::from(octet), f as u64, part as u64, s as u64],
                        [Some(value)],
                    );
                    uut.octet.next = u64::from(octet).into();
                    uut.format.next = (f as u64).into();
                    uut.part.next = (part as u64).into();
                    uut.sign.next = (s as u64).into();
                    assert!(simulate(&mut uut, 10));
                    assert_eq!(uut.value.val().to_u64(), value);
                }
            }
        }
    }
    let verilog = text(Mantissa::default());
    passes(&vectors, &verilog);
    notices(&vectors, &verilog, "9'd0 - {1'b0, bits}", "{1'b0, bits}");
}

#[test]
fn every_shift() {
    let mut vectors = Vectors::new(&[("value", 9), ("amount", 4)], &[("shifted", 24)]);
    for value in -256i32..256 {
        for amount in 0..16 {
            let shifted = bits24(value << amount);
            vectors.push([value as u64 & 0x1ff, amount], [Some(shifted)]);
        }
    }
    let verilog = text(ShiftLeft::default());
    passes(&vectors, &verilog);
    notices(&vectors, &verilog, "{15{value[8]}}", "{15{1'b0}}");
}

#[test]
fn additions_saturate_and_wrap() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let inputs = [("a", 24), ("b", 24), ("wrap", 1)];
    let outputs = [("sum", 24), ("saturated", 1), ("wrapped", 1)];
    let mut vectors = Vectors::new(&inputs, &outputs);
    let mut uut = AddCurrent::default();
    uut.connect_all();
    for _ in 0..20_000 {
        let (a, b, wrap) = (state(&mut rng), state(&mut rng), rng.gen::<bool>());
        let (sum, counted) = numbers::add_current(a, i64::from(b), wrap);
        let expected = [
            bits24(sum),
            u64::from(counted && !wrap),
            u64::from(counted && wrap),
        ];
        vectors.push([bits24(a), bits24(b), u64::from(wrap)], expected.map(Some));
        uut.a.next = bits24(a).into();
        uut.b.next = bits24(b).into();
        uut.wrap.next = wrap;
        assert!(simulate(&mut uut, 10));
        assert_eq!(uut.sum.val().to_u64(), expected[0]);
        assert_eq!(uut.saturated.val(), counted && !wrap);
    }
    let verilog = text(AddCurrent::default());
    passes(&vectors, &verilog);
    notices(&vectors, &verilog, "(beyond | lowest)", "beyond");
}

#[test]
fn clamps_and_folds() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let mut vectors = Vectors::new(
        &[("h1", 28), ("v_min", 24), ("v_max", 24)],
        &[("h", 24), ("saturated", 1)],
    );
    for _ in 0..10_000 {
        let (x, y) = (state(&mut rng), state(&mut rng));
        let (low, high) = (x.min(y).max(-LIMIT), x.max(y).max(-LIMIT));
        let h1 = state(&mut rng) + state(&mut rng) + state(&mut rng) + rng.gen_range(-2..=2);
        let h = h1.max(low).min(high);
        let out = [Some(bits24(h)), Some(u64::from(h1.abs() > LIMIT))];
        vectors.push([h1 as u64 & 0xfff_ffff, bits24(low), bits24(high)], out);
    }
    let verilog = text(Clamp::default());
    passes(&vectors, &verilog);
    notices(&vectors, &verilog, "saturated = ~fits", "saturated = fits");

    let mut vectors = Vectors::new(
        &[("product", 41), ("current", 24), ("wrap", 1)],
        &[("sum", 24), ("saturated", 1), ("wrapped", 1)],
    );
    for _ in 0..10_000 {
        let fold = Fold {
            wrap: rng.gen(),
            exponent: rng.gen_range(0..16),
            floor_shift: rng.gen_range(1..16),
            ..Fold::default()
        };
        let (u, x) = (state(&mut rng), state(&mut rng));
        let (sum, counted) = numbers::fold(&fold, u, x);
        let product = i64::from(x >> fold.floor_shift) << fold.exponent;
        let out = [
            bits24(sum),
            u64::from(counted && !fold.wrap),
            u64::from(counted && fold.wrap),
        ];
        let product = product as u64 & ((1 << 41) - 1);
        vectors.push([product, bits24(u), u64::from(fold.wrap)], out.map(Some));
    }
    passes(&vectors, &text(FoldSum::default()));
}

/// Ports of the pipeline that are inputs, in the order of [`row`].
const INPUTS: [(&str, usize); 23] = [
    ("valid", 1),
    ("active", 1),
    ("u", 24),
    ("v", 24),
    ("previous", 1),
    ("fold", 1),
    ("wrap", 1),
    ("after_decay", 1),
    ("rounding_u", 2),
    ("rounding_v", 2),
    ("reset", 2),
    ("inverted", 1),
    ("no_threshold", 1),
    ("held_steps", 7),
    ("current_decay", 17),
    ("membrane_decay", 17),
    ("gain", 17),
    ("bias", 24),
    ("threshold", 24),
    ("reset_value", 24),
    ("sub", 24),
    ("v_min", 24),
    ("v_max", 24),
];

const OUTPUTS: [(&str, usize); 7] = [
    ("done", 1),
    ("done_active", 1),
    ("u_next", 24),
    ("v_next", 24),
    ("spike", 1),
    ("saturations", 2),
    ("wraps", 1),
];

/// Clocks from operands to result.
const LATENCY: usize = 9;

/// What stays the same for a batch of neurons.
fn batch(rng: &mut ChaCha8Rng) -> (Update, Option<Fold>) {
    let rounding = [Rounding::Floor, Rounding::HalfUp, Rounding::TowardZero];
    let reset = [Reset::Hard, Reset::Soft, Reset::Delayed, Reset::None];
    let (x, y) = (state(rng), state(rng));
    let wide = rng.gen_bool(0.6);
    let mut update = Update {
        current_after_decay: rng.gen(),
        rounding_current: *rounding.choose(rng).unwrap(),
        rounding_membrane: *rounding.choose(rng).unwrap(),
        reset: *reset.choose(rng).unwrap(),
        inverted: rng.gen_bool(0.2),
        no_threshold: rng.gen_bool(0.1),
        parameters: Parameters {
            current_decay: factor(rng),
            membrane_decay: factor(rng),
            gain: factor(rng),
            bias: state(rng),
            threshold: state(rng),
            reset_value: state(rng),
        },
        sub: state(rng),
        v_min: if wide { -LIMIT } else { x.min(y).max(-LIMIT) },
        v_max: if wide { LIMIT } else { x.max(y).max(-LIMIT) },
        ..Update::default()
    };
    if rng.gen_bool(0.25) {
        update.reset = Reset::Hard;
        update.held_steps = rng.gen_range(1..=64);
        update.v_min = update.v_min.max(-LIMIT - 1 + 64);
        update.v_max = update.v_max.max(update.v_min);
    }
    let fold = rng.gen_bool(0.15).then(|| Fold {
        wrap: rng.gen(),
        exponent: rng.gen_range(0..16),
        floor_shift: rng.gen_range(1..16),
        ..Fold::default()
    });
    (update, fold)
}

#[test]
fn neurons() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut inputs: Vec<Vec<u64>> = Vec::new();
    let mut results: Vec<Option<[Option<u64>; 7]>> = Vec::new();
    for _ in 0..300 {
        let (update, fold) = batch(&mut rng);
        for index in 0..40 + LATENCY {
            let valid = index < 40 && rng.gen_bool(0.9);
            let active = fold.is_some() || rng.gen_bool(0.9);
            let (u, previous) = (state(&mut rng), rng.gen::<bool>());
            let v = match rng.gen_range(0..4) {
                0 if update.held_steps > 0 => -LIMIT - 1 + rng.gen_range(0..66),
                _ => state(&mut rng),
            };
            let p = &update.parameters;
            let (a, g) = match &fold {
                Some(f) => (1 << (16 - f.floor_shift), 1 << f.exponent),
                None => (p.current_decay, p.gain),
            };
            inputs.push(vec![
                u64::from(valid),
                u64::from(active),
                bits24(u),
                bits24(v),
                u64::from(previous),
                u64::from(fold.is_some()),
                u64::from(fold.is_some_and(|f| f.wrap)),
                u64::from(update.current_after_decay && fold.is_none()),
                if fold.is_some() {
                    0
                } else {
                    update.rounding_current as u64
                },
                update.rounding_membrane as u64,
                update.reset as u64,
                u64::from(update.inverted),
                u64::from(update.no_threshold),
                u64::from(update.held_steps),
                u64::from(a),
                u64::from(p.membrane_decay),
                u64::from(g),
                bits24(p.bias),
                bits24(p.threshold),
                bits24(p.reset_value),
                bits24(update.sub),
                bits24(update.v_min),
                bits24(update.v_max),
            ]);
            let out = match &fold {
                Some(f) => {
                    let (sum, counted) = numbers::fold(f, v, u);
                    let (saturated, wrapped) = (counted && !f.wrap, counted && f.wrap);
                    [
                        Some(1),
                        Some(1),
                        Some(bits24(sum)),
                        None,
                        Some(0),
                        Some(u64::from(saturated)),
                        Some(u64::from(wrapped)),
                    ]
                }
                None => {
                    let o = numbers::update_neuron(&update, p, u, v, previous);
                    [
                        Some(1),
                        Some(u64::from(active)),
                        active.then(|| bits24(o.current)),
                        active.then(|| bits24(o.membrane)),
                        Some(u64::from(active && o.spike)),
                        Some(if active { u64::from(o.saturations) } else { 0 }),
                        Some(0),
                    ]
                }
            };
            results.push(valid.then_some(out));
        }
    }
    let mut vectors = Vectors::new(&INPUTS, &OUTPUTS).clocked("clock");
    for (index, row) in inputs.into_iter().enumerate() {
        let out = match index.checked_sub(LATENCY).map(|early| &results[early]) {
            Some(Some(out)) => *out,
            _ => [Some(0), None, None, None, None, Some(0), Some(0)],
        };
        vectors.push(row, out);
    }
    let verilog = text(NeuronPipeline::default());
    passes(&vectors, &verilog);
    notices(
        &vectors,
        &verilog,
        "carry_u_new = 1'b0",
        "carry_u_new = 1'b1",
    );
}
