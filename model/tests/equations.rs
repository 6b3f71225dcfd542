//! The equations of `docs/numerics.md`, stated a second time with integers of any size, compared with
//! the model on many random values, weighted toward the ends of their ranges.

use ferrospike_model::numbers::{
    add_current, fold, learned_weight, mantissa, next_random, rounding_of_lane, update_neuron,
    Outcome,
};
use ferrospike_model::program::{Fold, Format, Learn, Parameters, Reset, Rounding, Sign, Update};
use num_bigint::BigInt;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const TUPLES: usize = 250_000;

/// floor(x / 2^bits), by division.
fn floor_shift(x: &BigInt, bits: u32) -> BigInt {
    let divisor = BigInt::from(1) << bits;
    let remainder = ((x % &divisor) + &divisor) % &divisor;
    (x - remainder) / divisor
}

fn big(x: impl Into<BigInt>) -> BigInt {
    x.into()
}

/// L = 2^23 - 1.
fn limit() -> BigInt {
    (big(1) << 23u32) - 1
}

fn sat(x: BigInt) -> (BigInt, bool) {
    if x > limit() {
        (limit(), true)
    } else if x < -limit() {
        (-limit(), true)
    } else {
        (x, false)
    }
}

/// Modulo 2^24 into -2^23 ..= L, and whether it had left the range.
fn modulo(x: BigInt) -> (BigInt, bool) {
    let whole = big(1) << 24u32;
    let mut value = ((&x % &whole) + &whole) % &whole;
    if value > limit() {
        value -= whole;
    }
    let left = value != x;
    (value, left)
}

/// `c(x)`. `fault` plants a wrong rule.
fn c(x: i32, rounding: Rounding, fault: bool) -> BigInt {
    match rounding {
        Rounding::Floor => big(0),
        Rounding::HalfUp if fault => big(32767),
        Rounding::HalfUp => big(32768),
        Rounding::TowardZero => big(if x < 0 { 65535 } else { 0 }),
    }
}

fn narrow(x: BigInt) -> i32 {
    i32::try_from(x).expect("24 bits")
}

/// Section 2 as it stands.
fn update_by_the_book(
    f: &Update,
    p: &Parameters,
    u: i32,
    v: i32,
    was_spike: bool,
    fault: bool,
) -> Outcome {
    let u_next = floor_shift(
        &(big(p.current_decay) * u + c(u, f.rounding_current, fault)),
        16,
    );
    let lowest = -(big(1) << 23u32);
    let k = big(v) - &lowest;
    if f.held_steps != 0 && k < big(64) {
        let v_next = if k == big(0) {
            big(p.reset_value)
        } else {
            lowest + k - 1
        };
        let v_next = narrow(v_next);
        return Outcome {
            current: narrow(u_next),
            unreset: v_next,
            spike: false,
            membrane: v_next,
            saturations: 0,
        };
    }
    let i = if f.current_after_decay {
        u_next.clone()
    } else {
        big(u)
    };
    let h0 = floor_shift(
        &(big(p.membrane_decay) * v
            + big(p.gain) * i
            + big(p.bias) * 65536
            + c(v, f.rounding_membrane, fault)),
        16,
    );
    let taken = f.reset == Reset::Delayed && was_spike;
    let h1 = if taken { h0 - f.sub } else { h0 };
    let mut saturations = u32::from(h1 > limit() || h1 < -limit());
    let h = h1.clamp(big(f.v_min), big(f.v_max));
    let above = h >= big(p.threshold);
    let spike = if f.no_threshold {
        false
    } else if f.inverted {
        !above
    } else {
        above
    };
    let membrane = match (spike, f.reset) {
        (true, Reset::Hard) if f.held_steps > 0 => lowest + f.held_steps - 1,
        (true, Reset::Hard) => big(p.reset_value),
        (true, Reset::Soft) => {
            let (value, changed) = sat(h.clone() - f.sub);
            saturations += u32::from(changed);
            value
        }
        _ => h.clone(),
    };
    Outcome {
        current: narrow(u_next),
        unreset: narrow(h),
        spike,
        membrane: narrow(membrane),
        saturations,
    }
}

fn add_by_the_book(u: i32, addend: BigInt, wrap: bool) -> (i32, bool) {
    let (value, counted) = if wrap {
        modulo(u + addend)
    } else {
        sat(u + addend)
    };
    (narrow(value), counted)
}

struct Draw(ChaCha8Rng);

impl Draw {
    fn value24(&mut self) -> i32 {
        const TOP: i32 = (1 << 23) - 1;
        let r = &mut self.0;
        match r.gen_range(0..5) {
            0 => r.gen_range(-3..=3),
            1 => [TOP, -TOP, -TOP - 1][r.gen_range(0..3)].saturating_add(r.gen_range(-66..=66)),
            2 => (1 << r.gen_range(0..23)) + r.gen_range(-1..=1),
            3 => -(1 << r.gen_range(0..23)) + r.gen_range(-1..=1),
            _ => r.gen_range(-TOP - 1..=TOP),
        }
        .clamp(-TOP - 1, TOP)
    }
    fn factor(&mut self) -> u32 {
        match self.0.gen_range(0..3) {
            0 => [0, 1, 32767, 32768, 32769, 65535, 65536][self.0.gen_range(0..7)],
            1 => 16 * self.0.gen_range(0..=4096),
            _ => self.0.gen_range(0..=65536),
        }
    }
    fn rounding(&mut self) -> Rounding {
        [Rounding::Floor, Rounding::HalfUp, Rounding::TowardZero][self.0.gen_range(0..3)]
    }
    fn parameters(&mut self) -> Parameters {
        Parameters {
            current_decay: self.factor(),
            membrane_decay: self.factor(),
            gain: self.factor(),
            bias: self.value24(),
            threshold: self.value24(),
            reset_value: self.value24(),
        }
    }
    fn update(&mut self) -> Update {
        let reset = [Reset::Hard, Reset::Soft, Reset::Delayed, Reset::None];
        let reset = reset[self.0.gen_range(0..4)];
        let held = reset == Reset::Hard && self.0.gen_bool(0.5);
        let lowest = if held {
            -(1 << 23) + 64
        } else {
            -(1 << 23) + 1
        };
        let v_min = if self.0.gen_bool(0.5) {
            lowest
        } else {
            self.value24().max(lowest)
        };
        let v_max = if self.0.gen_bool(0.5) {
            (1 << 23) - 1
        } else {
            self.value24()
        };
        Update {
            current_after_decay: self.0.gen(),
            rounding_current: self.rounding(),
            rounding_membrane: self.rounding(),
            reset,
            inverted: self.0.gen_bool(0.3),
            no_threshold: self.0.gen_bool(0.1),
            held_steps: if held { self.0.gen_range(1..=64) } else { 0 },
            sub: self.value24(),
            v_min,
            v_max: v_max.max(v_min),
            ..Update::default()
        }
    }
}

/// Differences over [`TUPLES`] neurons, and how often each kind of result came up.
fn compare_updates(fault: bool) -> (usize, [usize; 4]) {
    let mut draw = Draw(ChaCha8Rng::seed_from_u64(1));
    let (mut differences, mut kinds) = (0, [0; 4]);
    for _ in 0..TUPLES {
        let (f, mut p) = (draw.update(), draw.parameters());
        let (u, mut v) = (draw.value24(), draw.value24());
        if draw.0.gen_bool(0.2) {
            (p.membrane_decay, p.gain, p.bias) = (65536, 0, 0);
            p.threshold = v
                .saturating_add(draw.0.gen_range(-1..=1))
                .clamp(-(1 << 23), (1 << 23) - 1);
        }
        if f.held_steps > 0 && draw.0.gen_bool(0.3) {
            v = -(1 << 23) + draw.0.gen_range(0..66);
        }
        let was = draw.0.gen();
        let ours = update_neuron(&f, &p, u, v, was);
        let book = update_by_the_book(&f, &p, u, v, was, fault);
        if !fault {
            assert_eq!(ours, book, "{f:?} {p:?} u {u} v {v} was {was}");
        }
        differences += usize::from(ours != book);
        kinds[0] += usize::from(ours.spike);
        kinds[1] += usize::from(ours.saturations == 1);
        kinds[2] += usize::from(ours.saturations == 2);
        kinds[3] += usize::from(f.held_steps > 0 && v < -(1 << 23) + 64);
    }
    (differences, kinds)
}

#[test]
fn update_agrees_with_the_equations() {
    let (differences, kinds) = compare_updates(false);
    assert_eq!(differences, 0);
    assert!(
        kinds.iter().all(|count| *count > 500),
        "spikes, saturations, two, held: {kinds:?}"
    );
}

#[test]
fn a_wrong_rounding_is_noticed() {
    assert!(compare_updates(true).0 > 0);
}

#[test]
fn additions_and_mantissas_agree_with_the_equations() {
    let mut draw = Draw(ChaCha8Rng::seed_from_u64(2));
    let mut counted = [0; 2];
    for _ in 0..TUPLES {
        let byte: u8 = draw.0.gen();
        let index = draw.0.gen_range(0..4);
        let format = [Format::Bits8, Format::Bits4, Format::Bits2, Format::Bits1][index];
        let sign = [Sign::Signed, Sign::Added, Sign::Subtracted][draw.0.gen_range(0..3)];
        let sub = draw.0.gen_range(0..1 << index);
        // The mantissa's binary digits, lowest first.
        let bits = 8 >> index;
        let digits: Vec<i32> = (0..bits)
            .map(|b| i32::from(byte >> (sub * bits + b) & 1))
            .collect();
        let mut w: i32 = digits.iter().enumerate().map(|(b, digit)| digit << b).sum();
        match sign {
            Sign::Signed => w -= digits[bits - 1] << bits,
            Sign::Added => {}
            Sign::Subtracted => w = -w,
        }
        assert_eq!(
            mantissa(byte, format, sub, sign),
            w,
            "{byte:#x} {format:?} {sub} {sign:?}"
        );
        let (u, m, wrap) = (draw.value24(), draw.0.gen_range(0..16u32), draw.0.gen());
        let ours = add_current(u, i64::from(w) << m, wrap);
        assert_eq!(
            ours,
            add_by_the_book(u, big(w) * (1 << m), wrap),
            "{u} {w} {m} {wrap}"
        );
        counted[usize::from(wrap)] += usize::from(ours.1);
    }
    assert!(counted.iter().all(|count| *count > 500), "{counted:?}");
}

#[test]
fn folds_agree_with_the_equations() {
    let mut draw = Draw(ChaCha8Rng::seed_from_u64(3));
    for _ in 0..TUPLES {
        let (u, x) = (draw.value24(), draw.value24());
        let (floor, exponent) = (draw.0.gen_range(1..16u8), draw.0.gen_range(0..16u8));
        let f = Fold {
            wrap: draw.0.gen(),
            exponent,
            floor_shift: floor,
            ..Fold::default()
        };
        let addend = floor_shift(&big(x), floor.into()) * (1 << exponent);
        assert_eq!(
            fold(&f, u, x),
            add_by_the_book(u, addend, f.wrap),
            "{f:?} {u} {x}"
        );
    }
}

/// Section 7: one weight, by division.
fn learned_by_the_book(l: &Learn, byte: u8, r: u8, fault: bool) -> u8 {
    let w = match l.unsigned {
        true => big(byte),
        false => big(byte as i8),
    };
    let lost = match l.decay {
        Some(e) => &w * (1 << e),
        None => big(0),
    };
    let toward = if fault { big(128) } else { big(r) };
    let moved = &w + floor_shift(&(big(l.change) - lost + toward), 8);
    let bounded = if moved < big(l.minimum) {
        big(l.minimum)
    } else if moved > big(l.maximum) {
        big(l.maximum)
    } else {
        moved
    };
    let byte = (bounded + 256) % 256;
    u8::try_from(byte).expect("a byte")
}

#[test]
fn learned_weights_agree_with_the_equations() {
    let mut draw = Draw(ChaCha8Rng::seed_from_u64(5));
    let (mut clamped, mut fault_seen) = (0, false);
    for _ in 0..TUPLES {
        let unsigned = draw.0.gen();
        let (low, high) = if unsigned { (0, 255) } else { (-128, 127) };
        let mut l = Learn {
            unsigned,
            change: match draw.0.gen_range(0..3) {
                0 => draw.0.gen_range(-65536..65536),
                1 => [-65536, 65535, 0, 256, -256][draw.0.gen_range(0..5)],
                _ => draw.0.gen_range(-2000..2000),
            },
            decay: draw.0.gen::<bool>().then(|| draw.0.gen_range(0..8)),
            minimum: low,
            maximum: high,
            ..Learn::default()
        };
        if draw.0.gen() {
            (l.minimum, l.maximum) = (draw.0.gen_range(low..=high), draw.0.gen_range(low..=high));
        }
        let (byte, r) = (draw.0.gen(), draw.0.gen());
        let ours = learned_weight(&l, byte, r);
        assert_eq!(
            ours,
            learned_by_the_book(&l, byte, r, false),
            "{l:?} {byte} {r}"
        );
        fault_seen |= ours != learned_by_the_book(&l, byte, r, true);
        let bounds = [l.minimum as u8, l.maximum as u8];
        clamped += usize::from(bounds.contains(&ours));
    }
    assert!(fault_seen && clamped > TUPLES / 10, "{clamped}");
}

/// Section 7: the polynomial arithmetic of the random numbers, by division of polynomials over two elements, and the
/// lanes' bits.
#[test]
fn random_numbers_agree_with_the_equations() {
    // Bit i of the state is the coefficient of x^(31 - i); a step multiplies by x.
    let modulus: u64 = 1 << 32 | 0x04C1_1DB7;
    let mut state = 0x1234_5678u32;
    for _ in 0..10_000 {
        let mut polynomial = u64::from(state.reverse_bits()) << 8;
        for bit in (32..40).rev() {
            if polynomial >> bit & 1 == 1 {
                polynomial ^= modulus << (bit - 32);
            }
        }
        let wanted = (polynomial as u32).reverse_bits();
        assert_eq!(next_random(state), wanted, "{state:#x}");
        state = wanted;
    }
    let crc = crc::Crc::<u32>::new(&crc::Algorithm {
        init: 0x0000_00ff,
        xorout: 0,
        ..crc::CRC_32_ISO_HDLC
    });
    // The crate's register, turned round at the start as it says.
    assert_eq!(next_random(0xff00_0000), crc.checksum(&[0]));
    assert_eq!(next_random(0), 0);
    assert_eq!(rounding_of_lane(0xabcd_0000, 0), 0);
    assert_eq!(rounding_of_lane(0, 1), 128);
    assert_eq!(rounding_of_lane(0x12, 31), 0x12 ^ 0b1111_1000);
}
