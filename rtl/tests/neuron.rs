//! The neuron pipeline in rust-hdl's simulator against the model, and then, clock by clock, in Icarus:
//! one batch for every combination of rounding, use of the current, reset and comparison, and FOLD.

mod common;

use common::{factor, notices, passes, port, record, state, text, vectors, Wire, LIMIT};
use ferrospike_model::numbers;
use ferrospike_model::program::{Fold, Parameters, Reset, Rounding, Update};
use ferrospike_rtl::neuron::pipeline::NeuronPipeline;
use rand::{seq::SliceRandom, Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rust_hdl::prelude::*;

/// Clocks from operands to result.
const LATENCY: usize = 9;
const ROUNDINGS: [Rounding; 3] = [Rounding::Floor, Rounding::HalfUp, Rounding::TowardZero];
const RESETS: [Reset; 4] = [Reset::Hard, Reset::Soft, Reset::Delayed, Reset::None];

macro_rules! inputs {
    ($uut:expr) => {
        ports!($uut; valid, active, u, v, previous, fold, wrap, after_decay, rounding_u, rounding_v, reset, inverted, no_threshold, held_steps, current_decay, membrane_decay, gain, bias, threshold, reset_value, sub, v_min, v_max)
    };
}
macro_rules! outputs {
    ($uut:expr) => {
        ports!($uut; done, done_active, u_next, v_next, spike, saturations, wraps)
    };
}

/// A batch: an update, or a fold.
type Batch = (Update, Option<Fold>);

fn batches(rng: &mut ChaCha8Rng) -> Vec<Batch> {
    let mut all = Vec::new();
    for n in 0..3 * 3 * 2 * 4 * 4 {
        let (x, y) = (state(rng), state(rng));
        let wide = rng.gen_bool(0.6);
        let mut update = Update {
            rounding_current: ROUNDINGS[n % 3],
            rounding_membrane: ROUNDINGS[n / 3 % 3],
            current_after_decay: n / 9 % 2 == 1,
            reset: RESETS[n / 18 % 4],
            inverted: n / 72 % 2 == 1,
            no_threshold: n / 144 == 1 && rng.gen(),
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
        if update.reset == Reset::Hard && rng.gen() {
            update.held_steps = *[1, 2, 63, 64, rng.gen_range(1..=64)].choose(rng).unwrap();
            update.v_min = update.v_min.max(-LIMIT - 1 + 64);
            update.v_max = update.v_max.max(update.v_min);
        }
        all.push((update, None));
    }
    for n in 0..60 {
        let mut fold = Fold {
            wrap: n % 2 == 1,
            ..Fold::default()
        };
        fold.floor_shift = 1 + n / 2 % 15;
        fold.exponent = rng.gen_range(0..16);
        all.push((all[usize::from(n)].0, Some(fold)));
    }
    all
}

/// How often each thing happened.
#[derive(Default, Debug)]
struct Seen {
    spikes: usize,
    held: usize,
    saturated: usize,
    twice: usize,
    fold_saturated: usize,
    wraps: usize,
    clamped: usize,
    padding: usize,
}

#[test]
fn every_kind_of_update_is_as_the_model_says() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut uut = NeuronPipeline::default();
    uut.connect_all();
    let mut rows = vectors(&inputs!(uut), &outputs!(uut)).clocked("clock");
    let mut seen = Seen::default();
    for (update, fold) in batches(&mut rng) {
        let p = &update.parameters;
        let folds = fold.is_some();
        let (a, g) = match &fold {
            Some(f) => (1 << (16 - f.floor_shift), 1 << f.exponent),
            None => (p.current_decay, p.gain),
        };
        let flag = |x: bool| [u8::from(x)];
        uut.fold.put(&flag(folds));
        uut.wrap.put(&flag(fold.is_some_and(|f| f.wrap)));
        uut.after_decay
            .put(&flag(update.current_after_decay && !folds));
        let rounding_u = if folds {
            0
        } else {
            update.rounding_current as u8
        };
        uut.rounding_u.put(&[rounding_u]);
        uut.rounding_v.put(&[update.rounding_membrane as u8]);
        uut.reset.put(&[update.reset as u8]);
        uut.inverted.put(&flag(update.inverted));
        uut.no_threshold.put(&flag(update.no_threshold));
        uut.held_steps.put(&[update.held_steps]);
        uut.current_decay.put(&port(a.into(), 17));
        uut.membrane_decay.put(&port(p.membrane_decay.into(), 17));
        uut.gain.put(&port(g.into(), 17));
        uut.bias.put(&port(p.bias.into(), 24));
        uut.threshold.put(&port(p.threshold.into(), 24));
        uut.reset_value.put(&port(p.reset_value.into(), 24));
        uut.sub.put(&port(update.sub.into(), 24));
        uut.v_min.put(&port(update.v_min.into(), 24));
        uut.v_max.put(&port(update.v_max.into(), 24));
        // u, v, spike, saturations, wraps for each clock; nothing where no neuron went in.
        let mut expected = vec![None; LATENCY];
        for index in 0..40 + LATENCY {
            let valid = index < 40 && rng.gen_bool(0.9);
            let active = folds || rng.gen_bool(0.9);
            let (u, previous) = (state(&mut rng), rng.gen::<bool>());
            let v = match rng.gen_range(0..3) {
                0 if update.held_steps > 0 => -LIMIT - 1 + rng.gen_range(0..66),
                _ => state(&mut rng),
            };
            uut.valid.put(&flag(valid));
            uut.active.put(&flag(active));
            uut.previous.put(&flag(previous));
            uut.u.put(&port(u.into(), 24));
            uut.v.put(&port(v.into(), 24));
            uut.clock.next = false.into();
            assert!(simulate(&mut uut, 30));
            record(&mut rows, &inputs!(uut), &outputs!(uut));

            let result = expected[index];
            let done = (uut.done.val(), uut.done_active.val());
            let words = (uut.u_next.get(), uut.v_next.get());
            let spike = uut.spike.val();
            let events = (uut.saturations.get()[0], u8::from(uut.wraps.val()));
            match result {
                None => {
                    assert_eq!((done.0, events), (false, (0, 0)));
                    // Nothing says what the results are without a neuron.
                    let row = rows.rows.last_mut().unwrap();
                    row.outputs[1..5].fill(None);
                }
                Some((active, next_u, next_v, fires, counts)) => {
                    assert_eq!(done, (true, active));
                    assert_eq!((spike, events), (fires, counts), "{update:?} {fold:?}");
                    if active {
                        assert_eq!(words.0, port(i64::from(next_u), 24), "{update:?} {fold:?}");
                    }
                    if active && !folds {
                        assert_eq!(words.1, port(i64::from(next_v), 24), "{update:?}");
                    }
                }
            }
            expected.push(valid.then(|| match &fold {
                Some(f) => {
                    let (sum, counted) = numbers::fold(f, v, u);
                    seen.fold_saturated += usize::from(counted && !f.wrap);
                    seen.wraps += usize::from(counted && f.wrap);
                    let counts = (u8::from(counted && !f.wrap), u8::from(counted && f.wrap));
                    (true, sum, 0, false, counts)
                }
                None if !active => {
                    seen.padding += 1;
                    (false, 0, 0, false, (0, 0))
                }
                None => {
                    let o = numbers::update_neuron(&update, p, u, v, previous);
                    let held = update.held_steps > 0 && v < -LIMIT - 1 + 64;
                    seen.spikes += usize::from(o.spike);
                    seen.held += usize::from(held);
                    seen.saturated += usize::from(o.saturations == 1);
                    seen.twice += usize::from(o.saturations == 2);
                    seen.clamped += usize::from(!held && o.unreset == update.v_min);
                    (
                        true,
                        o.current,
                        o.membrane,
                        o.spike,
                        (o.saturations as u8, 0),
                    )
                }
            }));
            uut.clock.next = true.into();
            assert!(simulate(&mut uut, 30));
        }
    }
    let all = [
        seen.spikes,
        seen.held,
        seen.saturated,
        seen.twice,
        seen.fold_saturated,
        seen.wraps,
        seen.clamped,
        seen.padding,
    ];
    assert!(all.iter().all(|&n| n >= 20), "{seen:?}");
    println!("{} neurons: {seen:?}", rows.rows.len());

    let verilog = text(NeuronPipeline::default());
    passes(&rows, &verilog);
    for (from, to) in [
        ("held_low = left9_q - one6", "held_low = left9_q"),
        ("carry_u_new = 1'b0", "carry_u_new = 1'b1"),
        ("(value < low) ? low : value", "value"),
    ] {
        notices(&rows, &verilog, from, to);
    }
}
