//! The lanes side by side, as the core uses them: words of S and U, the sums and the counts of a
//! clock, in rust-hdl's simulator against the model, and then in Icarus.

mod common;

use common::{notices, passes, port, record, text, vectors, Wire};
use ferrospike_model::numbers;
use ferrospike_model::program::{Format, Sign};
use ferrospike_rtl::lane::lanes::Lanes;
use ferrospike_testbench::Vectors;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rust_hdl::prelude::*;

const FORMATS: [Format; 4] = [Format::Bits8, Format::Bits4, Format::Bits2, Format::Bits1];
const SIGNS: [Sign; 3] = [Sign::Signed, Sign::Added, Sign::Subtracted];
const LIMIT: i32 = (1 << 23) - 1;

macro_rules! inputs {
    ($uut:expr) => {
        ports!($uut; word, part, format, sign, exponent, wrap, currents, take_earlier, take_last, adding, replace, value)
    };
}
macro_rules! outputs {
    ($uut:expr) => {
        ports!($uut; updated, saturations, wraps)
    };
}

fn current(rng: &mut ChaCha8Rng) -> i32 {
    match rng.gen_range(0..4) {
        0 => LIMIT - rng.gen_range(0..200),
        1 => -LIMIT - 1 + rng.gen_range(0..200),
        2 => rng.gen_range(-2..=2),
        _ => rng.gen_range(-LIMIT - 1..=LIMIT),
    }
}

/// Format, sign, exponent and whether sums wrap.
fn settings(rng: &mut ChaCha8Rng) -> (usize, usize, u32, bool) {
    (
        rng.gen_range(0..4),
        rng.gen_range(0..3),
        rng.gen_range(0..16),
        rng.gen(),
    )
}

fn join(values: &[i32]) -> Vec<u8> {
    values.iter().flat_map(|&v| port(v.into(), 24)).collect()
}

fn lanes<const L: usize, const SW: usize, const UW: usize>(
    batches: usize,
    forwarding: bool,
) -> (Vectors, String) {
    let mut rng = ChaCha8Rng::seed_from_u64(L as u64);
    let mut uut = Lanes::<L, SW, UW>::new(forwarding);
    uut.connect_all();
    let mut rows = vectors(&inputs!(uut), &outputs!(uut)).clocked("clock");
    let (mut saturations, mut wraps) = (0, 0);
    for _ in 0..batches {
        let (mut f, mut s, mut exponent, mut wrap) = settings(&mut rng);
        // Addends under way and whether they wrap, and the sums of the clock before.
        let mut way: [Option<(Vec<i64>, bool)>; 2] = [None, None];
        let mut last: Option<Vec<i32>> = None;
        // What lanes with forwarding hold before their adders, and of S.
        let mut kept: Option<Vec<i32>> = None;
        let mut held: Option<Vec<u8>> = None;
        // The counts of the two clocks before, the newer one first.
        let mut counts: [Option<(u8, u8)>; 2] = [None, None];
        for _ in 0..12 {
            // Another SCAN may follow at once; without forwarding a clock later.
            if rng.gen_bool(0.3) {
                (f, s, exponent, wrap) = settings(&mut rng);
                if !forwarding {
                    way[0] = None;
                }
            }
            uut.format.put(&[f as u8]);
            uut.sign.put(&[s as u8]);
            uut.exponent.put(&[exponent as u8]);
            uut.wrap.put(&[u8::from(wrap)]);
            let word: Vec<u8> = (0..L).map(|_| rng.gen()).collect();
            let part = rng.gen_range(0..FORMATS[f].groups_per_word());
            let currents: Vec<i32> = (0..L).map(|_| current(&mut rng)).collect();
            let take_earlier = last.is_some() && rng.gen_bool(0.4);
            let take_last = last.is_some() && rng.gen_bool(0.4);
            let (adding, replace) = (rng.gen::<bool>(), rng.gen_bool(0.2));
            let value = current(&mut rng);
            uut.word.put(&word);
            uut.part.put(&[part as u8]);
            uut.currents.put(&join(&currents));
            uut.take_earlier.put(&[u8::from(take_earlier)]);
            uut.take_last.put(&[u8::from(take_last)]);
            uut.adding.put(&[u8::from(adding)]);
            uut.replace.put(&[u8::from(replace)]);
            uut.value.put(&port(value.into(), 24));
            uut.clock.next = false.into();
            assert!(simulate(&mut uut, 30));
            record(&mut rows, &inputs!(uut), &outputs!(uut));
            if let Some(expected) = counts[1].take() {
                let counted = (uut.saturations.get()[0], uut.wraps.get()[0]);
                assert_eq!(counted, expected, "counts in rust-hdl");
            }
            let mut events_now = None;
            let from = match (forwarding, take_last) {
                (false, _) => Some(currents.clone()),
                (true, true) => last.clone(),
                (true, false) => kept.take(),
            };
            kept = if take_earlier {
                last.clone()
            } else {
                Some(currents)
            };
            let sums = from.zip(way[1].take()).map(|(from, (addends, wraps))| {
                let add = |(&u, addend)| numbers::add_current(u, addend, wraps);
                let sums: Vec<(i32, bool)> = from.iter().zip(addends).map(add).collect();
                (sums, wraps)
            });
            last = sums.map(|(sums, wrap)| {
                let values: Vec<i32> = sums.iter().map(|sum| sum.0).collect();
                let written = if replace { vec![value; L] } else { values };
                assert_eq!(uut.updated.get(), join(&written), "sums in rust-hdl");
                let events = sums.iter().filter(|sum| sum.1 && adding).count() as u8;
                let expected = if wrap { (0, events) } else { (events, 0) };
                saturations += usize::from(expected.0);
                wraps += usize::from(expected.1);
                events_now = Some(expected);
                written
            });
            counts = [events_now, counts[0].take()];
            let mantissa = |octet| numbers::mantissa(octet, FORMATS[f], part, SIGNS[s]);
            let taken = if forwarding {
                held.replace(word)
            } else {
                Some(word)
            };
            let addend = |octet: u8| i64::from(mantissa(octet)) << exponent;
            let addends = taken.map(|word| (word.into_iter().map(addend).collect(), wrap));
            way = [addends, way[0].take()];
            uut.clock.next = true.into();
            assert!(simulate(&mut uut, 30));
        }
    }
    assert!(
        saturations > 50 && wraps > 50,
        "{saturations} saturations, {wraps} wraps"
    );
    let verilog = text(Lanes::<L, SW, UW>::new(forwarding));
    passes(&rows, &verilog);
    (rows, verilog)
}

#[test]
fn lanes_add_side_by_side() {
    lanes::<4, 32, 96>(100, false);
    lanes::<16, 128, 384>(40, true);
    lanes::<32, 256, 768>(30, true);
    lanes::<8, 64, 192>(100, false);
    let (rows, verilog) = lanes::<8, 64, 192>(100, true);
    notices(
        &rows,
        &verilog,
        "exact[24] ^ exact[23]",
        "exact[24] & exact[23]",
    );
    for (from, to) in [
        (
            "negate_add_d = negate_kept_q",
            "negate_add_d = control_negate",
        ),
        ("wrap_add_d = wrap_kept_q", "wrap_add_d = wrap"),
    ] {
        notices(&rows, &verilog, from, to);
    }
}
