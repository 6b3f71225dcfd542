//! The neuron pipeline in rust-hdl's simulator against the model, and then, clock by clock, in Icarus:
//! one batch for every combination of rounding, use of the current, reset and comparison, and FOLD. A
//! neuron enters in every tick, with ticks in every clock or now and then, for every multiplier.

mod common;

use common::{
    factor, notices, passes, port, record, state, text, text_with_mac, vectors, Wire, LIMIT,
};
use ferrospike_model::numbers;
use ferrospike_model::program::{Fold, Parameters, Reset, Rounding, Update};
use ferrospike_rtl::neuron::pipeline::NeuronPipeline;
use ferrospike_rtl::primitives::products::Multiplier;
use ferrospike_testbench::Vectors;
use rand::{seq::SliceRandom, Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rust_hdl::prelude::*;

/// Ticks from u to u'.
const CURRENT: usize = 5;
/// Ticks from v to the results.
const MEMBRANE: usize = 10;
/// Ticks from v to a folded current.
const FOLDED: usize = 6;
const ROUNDINGS: [Rounding; 3] = [Rounding::Floor, Rounding::HalfUp, Rounding::TowardZero];
const RESETS: [Reset; 4] = [Reset::Hard, Reset::Soft, Reset::Delayed, Reset::None];

macro_rules! inputs {
    ($uut:expr) => {
        ports!($uut; tick, load, keep, u, v, destination, previous, fold, to_reset, wrap, after_decay, rounding_u, rounding_v, reset, inverted, no_threshold, held_steps, current_decay, membrane_decay, gain, bias, threshold, reset_value, sub, v_min, v_max)
    };
}
macro_rules! outputs {
    ($uut:expr) => {
        ports!($uut; u_next, v_next, spike, saturations, fold_saturated, fold_wrapped, kept)
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
    lowest: usize,
    highest: usize,
    not_there: usize,
}

/// What goes in, in one tick.
#[derive(Clone, Default)]
struct Drive {
    load: bool,
    u: i32,
    v: i32,
    previous: bool,
}

/// What comes out: u, v, spike, saturations, fold saturated, fold wrapped; nothing where no neuron is.
type Out = [Option<Vec<u8>>; 6];

/// The ticks of a batch of `neurons`, and what each is to give.
fn schedule(
    rng: &mut ChaCha8Rng,
    (update, fold): &Batch,
    neurons: usize,
    to_reset: bool,
    seen: &mut Seen,
) -> Vec<(Drive, Out)> {
    let word = |x: i32| Some(port(x.into(), 24));
    let flag = |x: bool| Some(vec![u8::from(x)]);
    let between = |rng: &mut ChaCha8Rng| Drive {
        load: false,
        u: state(rng),
        v: state(rng),
        previous: rng.gen(),
    };
    let idle: Out = match fold {
        None => [None, None, None, None, flag(false), flag(false)],
        Some(_) => Default::default(),
    };
    let mut ticks: Vec<(Drive, Out)> = Vec::new();
    if let Some(f) = fold {
        // One after another: its current is still while its products are made.
        for _ in 0..neurons {
            let (u, v) = (state(rng), state(rng));
            let (sum, counted) = numbers::fold(f, v, u);
            seen.fold_saturated += usize::from(counted && !f.wrap);
            seen.wraps += usize::from(counted && f.wrap);
            for tick in 0..=CURRENT + FOLDED {
                let mut drive = between(rng);
                if tick == 0 {
                    (drive.load, drive.u) = (true, u);
                }
                if tick >= CURRENT {
                    drive.v = v;
                }
                ticks.push((drive, idle.clone()));
            }
            let out = &mut ticks.last_mut().unwrap().1;
            out[0] = word(sum);
            out[4] = flag(counted && !f.wrap);
            out[5] = flag(counted && f.wrap);
        }
        return ticks;
    }
    let start = if update.current_after_decay {
        CURRENT
    } else {
        1
    };
    for _ in 0..neurons + start + MEMBRANE {
        ticks.push((between(rng), idle.clone()));
        if to_reset {
            ticks.last_mut().unwrap().1[1] = word(update.parameters.reset_value);
        }
    }
    for at in 0..neurons {
        if rng.gen_bool(0.1) {
            seen.not_there += 1;
            continue;
        }
        let (u, previous) = (state(rng), rng.gen());
        let v = match rng.gen_range(0..3) {
            0 if update.held_steps > 0 => -LIMIT - 1 + rng.gen_range(0..66),
            _ => state(rng),
        };
        let o = numbers::update_neuron(update, &update.parameters, u, v, previous);
        let held = update.held_steps > 0 && v < -LIMIT - 1 + 64;
        seen.spikes += usize::from(o.spike);
        seen.held += usize::from(held);
        seen.saturated += usize::from(o.saturations == 1);
        seen.twice += usize::from(o.saturations == 2);
        seen.lowest += usize::from(!held && o.unreset == update.v_min);
        seen.highest += usize::from(!held && o.unreset == update.v_max);
        (ticks[at].0.load, ticks[at].0.u) = (true, u);
        (ticks[at + start].0.v, ticks[at + start].0.previous) = (v, previous);
        ticks[at + CURRENT].1[0] = word(o.current);
        let out = &mut ticks[at + start + MEMBRANE].1;
        if !to_reset {
            out[1] = word(o.membrane);
        }
        out[2] = flag(o.spike);
        out[3] = Some(vec![o.saturations as u8]);
    }
    ticks
}

/// All batches through the pipeline, with a tick in every `clocks` clocks.
fn run(multiplier: Multiplier, neurons: usize) -> Vectors {
    let clocks = multiplier.clocks();
    let mut rng = ChaCha8Rng::seed_from_u64(clocks as u64);
    let mut uut = NeuronPipeline::new(multiplier);
    uut.connect_all();
    let mut rows = vectors(&inputs!(uut), &outputs!(uut)).clocked("clock");
    let mut seen = Seen::default();
    for (at, batch) in batches(&mut rng).into_iter().enumerate() {
        let (update, fold) = &batch;
        let p = &update.parameters;
        let to_reset = fold.is_none() && at % 24 == 23;
        let (a, b, g) = match fold {
            Some(f) => (1 << (16 - f.floor_shift), 1, 1 << f.exponent),
            None => (p.current_decay, p.membrane_decay, p.gain),
        };
        let roundings = match fold {
            Some(_) => [0, 0],
            None => [
                update.rounding_current as u8,
                update.rounding_membrane as u8,
            ],
        };
        let flag = |x: bool| [u8::from(x)];
        uut.fold.put(&flag(fold.is_some()));
        uut.to_reset.put(&flag(to_reset));
        uut.wrap.put(&flag(fold.is_some_and(|f| f.wrap)));
        uut.after_decay.put(&flag(update.current_after_decay));
        uut.rounding_u.put(&roundings[..1]);
        uut.rounding_v.put(&roundings[1..]);
        uut.reset.put(&[update.reset as u8]);
        uut.inverted.put(&flag(update.inverted));
        uut.no_threshold.put(&flag(update.no_threshold));
        uut.held_steps.put(&[update.held_steps]);
        uut.current_decay.put(&port(a.into(), 17));
        uut.membrane_decay.put(&port(b.into(), 17));
        uut.gain.put(&port(g.into(), 17));
        uut.bias.put(&port(p.bias.into(), 24));
        uut.threshold.put(&port(p.threshold.into(), 24));
        uut.reset_value.put(&port(p.reset_value.into(), 24));
        uut.sub.put(&port(update.sub.into(), 24));
        uut.v_min.put(&port(update.v_min.into(), 24));
        uut.v_max.put(&port(update.v_max.into(), 24));
        for (drive, out) in schedule(&mut rng, &batch, neurons, to_reset, &mut seen) {
            // The tick is the last of its clocks; what is at the ports before it means nothing.
            for clock in 1..=clocks {
                let tick = clock == clocks;
                let now = if tick {
                    drive.clone()
                } else {
                    Drive {
                        load: rng.gen(),
                        u: state(&mut rng),
                        v: state(&mut rng),
                        previous: rng.gen(),
                    }
                };
                uut.tick.put(&flag(tick));
                uut.load.put(&flag(now.load));
                uut.previous.put(&flag(now.previous));
                uut.u.put(&port(now.u.into(), 24));
                // FOLD's second factor is the destination, UPDATE's the membrane; the other means nothing.
                let other = state(&mut rng);
                let (v, destination) = if fold.is_some() {
                    (other, now.v)
                } else {
                    (now.v, other)
                };
                uut.v.put(&port(v.into(), 24));
                uut.destination.put(&port(destination.into(), 24));
                uut.clock.next = false.into();
                assert!(simulate(&mut uut, 30));
                record(&mut rows, &inputs!(uut), &outputs!(uut));
                let row = rows.rows.last_mut().unwrap();
                let ports = outputs!(uut).into_iter().zip(&mut row.outputs);
                for (((name, wire), cell), expected) in ports.zip(&out) {
                    match expected {
                        Some(bytes) => assert_eq!(wire.get(), *bytes, "{name}: {batch:?}"),
                        None => *cell = None,
                    }
                }
                uut.clock.next = true.into();
                assert!(simulate(&mut uut, 30));
            }
        }
        // Nothing under way: a state is kept for REPORT, whatever the tick.
        let mut kept = None;
        uut.tick.put(&flag(false));
        for _ in 0..4 {
            let (u, keep) = (state(&mut rng), rng.gen());
            uut.u.put(&port(u.into(), 24));
            uut.keep.put(&flag(keep));
            uut.clock.next = false.into();
            assert!(simulate(&mut uut, 30));
            record(&mut rows, &inputs!(uut), &outputs!(uut));
            for cell in &mut rows.rows.last_mut().unwrap().outputs[..6] {
                *cell = None;
            }
            if let Some(kept) = kept {
                assert_eq!(uut.kept.get(), port(i64::from(kept), 24), "the state kept");
            }
            kept = if keep { Some(u) } else { kept };
            uut.clock.next = true.into();
            assert!(simulate(&mut uut, 30));
        }
        uut.keep.put(&flag(false));
    }
    let all = [
        seen.spikes,
        seen.held,
        seen.saturated,
        seen.twice,
        seen.fold_saturated,
        seen.wraps,
        seen.lowest,
        seen.highest,
        seen.not_there,
    ];
    assert!(all.iter().all(|&n| n >= 20), "{seen:?}");
    println!("{} clocks: {seen:?}", rows.rows.len());
    rows
}

#[test]
fn every_kind_of_update_with_a_tick_in_every_clock() {
    let rows = run(Multiplier::Inferred, 30);
    let verilog = text(NeuronPipeline::new(Multiplier::Inferred));
    passes(&rows, &verilog);
    for (from, to) in [
        (
            "(held ? left : held_steps[5:0]) - 6'd1",
            "(held ? left : held_steps[5:0])",
        ),
        ("raise ? v_min : h1[23:0]", "h1[23:0]"),
        ("(beyond | above) ? v_max : raised", "raised"),
        ("reached ^ inverted", "reached"),
        ("rounding[1] & v_kept[23]", "1'b0"),
        ("(tick & load) | keep", "(tick & load)"),
        ("previous6 = spikes[5]", "previous6 = spikes[4]"),
        (
            "clamp_saturated10_d = clamp_saturated9_q",
            "clamp_saturated10_d = 1'b0",
        ),
    ] {
        notices(&rows, &verilog, from, to);
    }
    // The same with the multiplier blocks of an iCE40.
    let verilog = text_with_mac(NeuronPipeline::new(Multiplier::Ice40Mac));
    passes(&rows, &verilog);
    for (from, to) in [
        ("left_ninth <= kept[29:24]", "left_ninth <= kept[21:16]"),
        ("previous6 = kept[23]", "previous6 = kept[15]"),
        ("held_seventh <= kept[22]", "held_seventh <= kept[14]"),
    ] {
        notices(&rows, &verilog, from, to);
    }
}

#[test]
fn every_kind_of_update_with_a_tick_every_third_clock() {
    let rows = run(Multiplier::Serial(3), 16);
    let verilog = text(NeuronPipeline::new(Multiplier::Serial(3)));
    passes(&rows, &verilog);
    for (from, to) in [
        ("if (tick) begin", "begin"),
        ("rounded <= product + ", "rounded <= product - "),
        ("left10 = counts[59:54]", "left10 = counts[53:48]"),
    ] {
        notices(&rows, &verilog, from, to);
    }
}
