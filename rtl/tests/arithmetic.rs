//! The arithmetic of a lane: emitted Verilog in Icarus and rust-hdl's simulator against the model's
//! plain functions.

mod common;

use common::{notices, port, state, Case, LIMIT};
use ferrospike_model::numbers;
use ferrospike_model::program::{Format, Sign};
use ferrospike_rtl::primitives::arithmetic::{
    Accumulate, Choose, JoinSum, Mantissa, MantissaControl, ShiftLeft,
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rust_hdl::prelude::*;

const FORMATS: [Format; 4] = [Format::Bits8, Format::Bits4, Format::Bits2, Format::Bits1];
const SIGNS: [Sign; 3] = [Sign::Signed, Sign::Added, Sign::Subtracted];

/// The controls that belong to a format, a part and a sign: rotation, above, has_sign, negate.
fn controls(format: usize, part: usize, sign: usize) -> [u8; 4] {
    let width = 8 >> format;
    [
        (part * width % 8) as u8,
        [0, 4, 6, 7][format],
        u8::from(sign == 0),
        u8::from(sign == 2),
    ]
}

#[test]
fn every_control() {
    let mut rows: Vec<Case> = Vec::new();
    for format in 0..4 {
        for part in 0..8 {
            for sign in 0..3 {
                let inputs = [format, part, sign].map(|x| vec![x as u8]);
                let outputs = controls(format, part, sign).map(|x| vec![x]);
                rows.push((inputs.to_vec(), outputs.to_vec()));
            }
        }
    }
    let (vectors, verilog) =
        agree!(MantissaControl; format, part, sign; rotation, above, has_sign, negate; rows);
    notices(&vectors, &verilog, "{part[1:0], 1'd0}", "{part[2:1], 1'd0}");
    notices(
        &vectors,
        &verilog,
        "format[1], &format",
        "&format, format[1]",
    );
    notices(&vectors, &verilog, "negate = sign[1]", "negate = sign[0]");
}

#[test]
fn every_mantissa() {
    let mut rows: Vec<Case> = Vec::new();
    for (f, format) in FORMATS.into_iter().enumerate() {
        for part in 0..format.groups_per_word() {
            for (s, sign) in SIGNS.into_iter().enumerate() {
                for octet in 0..=255u8 {
                    let value = i64::from(numbers::mantissa(octet, format, part, sign));
                    // A subtracted one is complemented, which is one less than negated.
                    let value = if sign == Sign::Subtracted {
                        value - 1
                    } else {
                        value
                    };
                    let mut inputs = vec![vec![octet]];
                    inputs.extend(controls(f, part, s).map(|x| vec![x]));
                    rows.push((inputs, vec![port(value, 9)]));
                }
            }
        }
    }
    let (vectors, verilog) =
        agree!(Mantissa; octet, rotation, above, has_sign, negate; value; rows);
    notices(&vectors, &verilog, "fill ^ negate", "fill");
    notices(&vectors, &verilog, "highest & has_sign", "highest");
    notices(
        &vectors,
        &verilog,
        "rotation[2] ? octet[7:4] : octet[3:0]",
        "octet[3:0]",
    );
    notices(&vectors, &verilog, "{4{fill}}", "4'd0");
}

#[test]
fn every_shift() {
    let mut rows: Vec<Case> = Vec::new();
    for value in -256i64..256 {
        for amount in 0..16 {
            for negate in 0..2 {
                // The complement of a mantissa becomes the complement of the shifted one.
                let shifted = match negate {
                    0 => value << amount,
                    _ => -1 - ((-1 - value) << amount),
                };
                let inputs = vec![port(value, 9), vec![negate], vec![amount]];
                rows.push((inputs, vec![port(shifted, 24)]));
            }
        }
    }
    let (vectors, verilog) = agree!(ShiftLeft; value, negate, amount; shifted; rows);
    notices(&vectors, &verilog, "{8{by_four[15]}}", "8'd0");
    notices(
        &vectors,
        &verilog,
        "{by_two, {4{negate}}}",
        "{by_two, 4'd0}",
    );
    notices(
        &vectors,
        &verilog,
        "{by_four, {8{negate}}}",
        "{by_four, 8'd0}",
    );
}

#[test]
fn additions_saturate_and_wrap() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut rows: Vec<Case> = Vec::new();
    let mut events = [0; 3];
    while rows.len() < 20_000 {
        let (a, b, wrap) = (state(&mut rng), state(&mut rng), rng.gen::<bool>());
        let (carry, replace, value) = (rng.gen::<bool>(), rng.gen_bool(0.2), state(&mut rng));
        // At times a sum of exactly -2^23.
        let lowest = -LIMIT - 1 - i32::from(carry) - a;
        let b = if rng.gen_bool(0.05) {
            lowest.clamp(-LIMIT - 1, LIMIT)
        } else {
            b
        };
        let addend = i64::from(b) + i64::from(carry);
        let (sum, counted) = numbers::add_current(a, addend, wrap);
        let exact = i64::from(a) + addend;
        // What the choice makes of the bits in the middle.
        let result = i64::from(if replace { value } else { sum });
        let beyond = !(-i64::from(LIMIT) - 1..=i64::from(LIMIT)).contains(&exact);
        let choice = match (replace, beyond && !wrap, exact > 0) {
            (true, ..) => 1,
            (_, false, _) => 0,
            (_, true, false) => 2,
            (_, true, true) => 3,
        };
        let middle = match choice {
            0 => exact >> 1,
            1 => i64::from(value) >> 1,
            2 => 0,
            _ => -1,
        };
        assert_eq!(port(middle, 22), port(result >> 1, 22));
        let flag = |x: bool| vec![u8::from(x)];
        let counts = [counted && !wrap, counted && wrap];
        events[0] += usize::from(counts[0]);
        events[1] += usize::from(counts[1]);
        events[2] += usize::from(exact == -i64::from(LIMIT) - 1);
        rows.push((
            vec![
                port(a.into(), 24),
                port(b.into(), 24),
                flag(carry),
                flag(wrap),
                flag(replace),
                port(value.into(), 24),
            ],
            vec![
                port(result >> 23, 1),
                port(exact >> 1, 22),
                port(result, 1),
                vec![choice],
                flag(counts[0]),
                flag(counts[1]),
            ],
        ));
    }
    assert!(events.iter().all(|&n| n > 100), "{events:?}");
    let (vectors, verilog) = agree!(Accumulate; a, b, carry, wrap, replace, value; top, middle, bottom, choice, saturated, wrapped; rows);
    notices(&vectors, &verilog, "(beyond | lowest)", "beyond");
    notices(&vectors, &verilog, "{b[23], b, carry}", "{b[23], b, 1'b0}");
    notices(
        &vectors,
        &verilog,
        "to_limit | exact[0] | lowest",
        "to_limit | exact[0]",
    );
    notices(
        &vectors,
        &verilog,
        "replace | (to_limit & exact[23])",
        "replace | (to_limit & exact[24])",
    );
}

#[test]
fn choices_and_joined_sums() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let rows = (0..2000).map(|n| {
        let (a, b) = (rng.gen_range(0..1i64 << 22), rng.gen_range(0..1i64 << 22));
        let chosen = [a, b, 0, -1][n % 4];
        let inputs = vec![port(a, 22), port(b, 22), vec![(n % 4) as u8]];
        (inputs, vec![port(chosen, 22)])
    });
    let (vectors, verilog) = agree!(Choose<22>; a, b, choice; chosen; rows);
    notices(&vectors, &verilog, "chosen = b", "chosen = a");
    notices(&vectors, &verilog, "{22{1'b1}}", "22'd0");

    let rows = (0..2000).map(|_| {
        let sum = i64::from(state(&mut rng));
        let inputs = vec![port(sum >> 23, 1), port(sum >> 1, 22), port(sum, 1)];
        (inputs, vec![port(sum, 24)])
    });
    let (vectors, verilog) = agree!(JoinSum; top, middle, bottom; sum; rows);
    notices(
        &vectors,
        &verilog,
        "{top, middle, bottom}",
        "{bottom, middle, top}",
    );
}
