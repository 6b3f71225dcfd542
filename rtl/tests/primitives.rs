//! The primitives that `arithmetic.rs` and `blocks.rs` leave out: the products, the steps of a membrane,
//! memories, and the wiring of words. Emitted Verilog in Icarus and rust-hdl's simulator against plain
//! integers.

mod common;

use common::{notices, passes, port, record, text, text_with_mac, vectors, Case, Wire};
use ferrospike_rtl::primitives::membrane::{
    AddBias, FoldSum, LowerToHighest, NextMembrane, RaiseToLowest, Reaches, SoftReset, TakeSub,
};
use ferrospike_rtl::primitives::memory::{LaneRam, NeuronRam, SynapseRam, WordRam};
use ferrospike_rtl::primitives::products::{DecayProduct, MembraneProducts, Multiplier};
use ferrospike_rtl::primitives::status::{Identity, StatusBlock};
use ferrospike_rtl::primitives::wiring::{
    ByteOfWord, HistoryByte, JoinNeuron, LaneMask, LongAddress, NewestBytes, Pack, PutByte,
    SelectBit, SelectLong, Ticker, Unpack,
};
use ferrospike_testbench::{Value, Vectors};
use rand::{seq::SliceRandom, Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rust_hdl::prelude::*;

const LIMIT: i64 = (1 << 23) - 1;
const ROWS: usize = 20_000;

/// A two's complement number of `width` bits, often at or near an end of a range.
fn number(rng: &mut ChaCha8Rng, width: usize) -> i64 {
    let (low, high) = (-1i64 << (width - 1), (1i64 << (width - 1)) - 1);
    match rng.gen_range(0..5) {
        0 => low + rng.gen_range(0..3),
        1 => high - rng.gen_range(0..3),
        2 => rng.gen_range(-3..=3i64).clamp(low, high),
        3 => (*[-LIMIT - 1, LIMIT, 1 << 16, -1 << 16].choose(rng).unwrap() + rng.gen_range(-2..=2))
            .clamp(low, high),
        _ => rng.gen_range(low..=high),
    }
}

fn cases(seed: u64, make: impl FnMut(&mut ChaCha8Rng) -> Case) -> Vec<Case> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut make = make;
    (0..ROWS).map(|_| make(&mut rng)).collect()
}

/// Factors at the ends of their range and around a half.
const FACTORS: [i64; 7] = [0, 1, 2, 32767, 32768, 65535, 65536];

/// What rounding adds to a product's 16 bits of fraction: floor, half up, toward zero.
fn rounding_term(rounding: usize, x: i64) -> i64 {
    match rounding {
        0 => 0,
        1 => 0x8000,
        _ => 0xffff * i64::from(x < 0),
    }
}

const MULTIPLIERS: [Multiplier; 5] = [
    Multiplier::Inferred,
    Multiplier::Ice40Mac,
    Multiplier::Serial(2),
    Multiplier::Serial(3),
    Multiplier::Serial(17),
];

/// A block's clocks up to a tick: the operands at the ports in the tick alone, and the outputs that are
/// expected before it.
macro_rules! tick {
    ($uut:expr, $rows:expr, $rng:expr, $clocks:expr; $($input:ident = $value:expr),*; [$($still:ident),*]; $($output:ident = $expected:expr),*) => {
        for clock in 1..=$clocks {
            let tick = clock == $clocks;
            $uut.tick.put(&[u8::from(tick)]);
            $($uut.$input.put(&port(if tick { $value } else { number($rng, 24) }, 24));)*
            $uut.clock.next = false.into();
            assert!(simulate(&mut $uut, 10));
            record(&mut $rows, &ports!($uut; tick, $($input,)* $($still),*), &ports!($uut; $($output),*));
            let row = $rows.rows.last_mut().unwrap();
            let expected: Vec<Option<Vec<u8>>> = vec![$($expected),*];
            let got = [$($uut.$output.get()),*];
            for ((cell, got), expected) in row.outputs.iter_mut().zip(got).zip(expected) {
                match expected {
                    Some(bytes) => assert_eq!(got, bytes, "in rust-hdl"),
                    None => *cell = None,
                }
            }
            $uut.clock.next = true.into();
            assert!(simulate(&mut $uut, 10));
        }
    };
}

#[test]
fn decayed_currents_come_three_ticks_later() {
    for multiplier in MULTIPLIERS {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut uut = DecayProduct::new(multiplier);
        uut.connect_all();
        let mut rows = vectors(
            &ports!(uut; tick, x, factor, rounding),
            &ports!(uut; result),
        )
        .clocked("clock");
        for batch in 0..60 {
            let rounding = batch % 3;
            let factor = match FACTORS.get(batch / 3) {
                Some(&factor) => factor,
                None => rng.gen_range(0..=65536),
            };
            uut.factor.put(&port(factor, 17));
            uut.rounding.put(&[rounding as u8]);
            let mut expected = vec![None; 3];
            for at in 0..33 {
                let x = number(&mut rng, 24);
                tick!(uut, rows, &mut rng, multiplier.clocks(); x = x; [factor, rounding];
                    result = expected[at].clone());
                let result = (factor * x + rounding_term(rounding, x)) >> 16;
                expected.push(Some(port(result, 24)));
            }
        }
        let (verilog, fault) = match multiplier {
            Multiplier::Inferred => (
                text(DecayProduct::new(multiplier)),
                ("upper = x[23:16]", "upper = {1'b0, x[22:16]}"),
            ),
            Multiplier::Ice40Mac => (
                text_with_mac(DecayProduct::new(multiplier)),
                (
                    "one ? {high[22:0], low_bit} :",
                    "one ? {high[22:0], 1'b0} :",
                ),
            ),
            Multiplier::Serial(_) => (
                text(DecayProduct::new(multiplier)),
                ("product_digit = {1'b0, ", "product_digit = {1'b1, "),
            ),
        };
        passes(&rows, &verilog);
        notices(&rows, &verilog, fault.0, fault.1);
        notices(&rows, &verilog, "rounding[1] & x[23]", "rounding[1]");
    }
}

#[test]
fn membrane_products_come_five_ticks_later() {
    for multiplier in MULTIPLIERS {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let mut uut = MembraneProducts::new(multiplier);
        uut.connect_all();
        let mut rows = vectors(
            &ports!(uut; tick, v, i, decay, gain, rounding),
            &ports!(uut; high, low),
        )
        .clocked("clock");
        for batch in 0..49 * 3 + 30 {
            let rounding = batch % 3;
            let mut pair = [batch / 3 % 7, batch / 21].map(|n| FACTORS[n.min(6)]);
            if batch >= 49 * 3 {
                pair = [rng.gen_range(0..=65536), rng.gen_range(0..=65536)];
            }
            let [decay, gain] = pair;
            uut.decay.put(&port(decay, 17));
            uut.gain.put(&port(gain, 17));
            uut.rounding.put(&[rounding as u8]);
            let sum = |v: i64, i: i64| decay * v + gain * i + rounding_term(rounding, v);
            // Changing operands, the sum from bit 16 up; then still ones, all of it.
            let mut expected = vec![None; 5];
            let (mut v, mut i) = (0, 0);
            for at in 0..20 {
                if at < 14 {
                    (v, i) = (number(&mut rng, 24), number(&mut rng, 24));
                }
                let still = at == 19 && decay != 65536 && gain != 65536;
                let low = still.then(|| port(sum(v, i), 16));
                tick!(uut, rows, &mut rng, multiplier.clocks(); v = v, i = i; [decay, gain, rounding];
                    high = expected[at].clone(), low = low.clone());
                expected.push(Some(port(sum(v, i) >> 16, 25)));
            }
        }
        let sign = match multiplier {
            Multiplier::Inferred => "rounding[1] & v_kept[23]",
            _ => "rounding[1] & v[23]",
        };
        let (verilog, fault) = match multiplier {
            Multiplier::Inferred => (
                text(MembraneProducts::new(multiplier)),
                ("upper_i = i_kept[23:16]", "upper_i = {1'b0, i_kept[22:16]}"),
            ),
            Multiplier::Ice40Mac => (
                text_with_mac(MembraneProducts::new(multiplier)),
                ("one_i ? 16'd0 : (one_v", "(one_v"),
            ),
            Multiplier::Serial(_) => (
                text(MembraneProducts::new(multiplier)),
                ("product_i_digit = {1'b0, ", "product_i_digit = {1'b1, "),
            ),
        };
        passes(&rows, &verilog);
        notices(&rows, &verilog, fault.0, fault.1);
        notices(&rows, &verilog, sign, "rounding[1]");
    }
}

fn flag(x: bool) -> Vec<u8> {
    vec![u8::from(x)]
}

#[test]
fn bias_and_delayed_reset() {
    let (vectors, verilog) = agree!(AddBias; high, bias; sum; cases(3, |rng| {
        let (high, bias) = (number(rng, 25), number(rng, 24));
        (vec![port(high, 25), port(bias, 24)], vec![port(high + bias, 26)])
    }));
    notices(&vectors, &verilog, "{2{bias[23]}}", "2'd0");

    let (vectors, verilog) = agree!(TakeSub; h0, sub, take; h1; cases(4, |rng| {
        let (h0, sub, take) = (number(rng, 26), number(rng, 24), rng.gen::<bool>());
        let h1 = if take { h0 - sub } else { h0 };
        (vec![port(h0, 26), port(sub, 24), flag(take)], vec![port(h1, 27)])
    }));
    notices(&vectors, &verilog, "{3{sub[23]}}", "3'd0");
    notices(&vectors, &verilog, "{27{take}}", "{27{1'b1}}");
}

#[test]
fn limits() {
    let (vectors, verilog) = agree!(RaiseToLowest; h1, v_min; raised, beyond, saturated; cases(5, |rng| {
        let h1 = if rng.gen() { number(rng, 27) } else { number(rng, 25) };
        let v_min = number(rng, 24);
        let outputs = vec![port(h1.max(v_min), 24), flag(h1 > LIMIT), flag(h1.abs() > LIMIT)];
        (vec![port(h1, 27), port(v_min, 24)], outputs)
    }));
    notices(
        &vectors,
        &verilog,
        "outside | (h1[23] & ~(|h1[22:0]))",
        "outside",
    );
    notices(&vectors, &verilog, "outside ? h1[26] : below", "below");
    notices(&vectors, &verilog, "outside & ~h1[26]", "outside");

    let (vectors, verilog) = agree!(LowerToHighest; raised, beyond, v_max; h; cases(6, |rng| {
        let (raised, beyond, v_max) = (number(rng, 24), rng.gen_bool(0.2), number(rng, 24));
        let h = if beyond { v_max } else { raised.min(v_max) };
        (vec![port(raised, 24), flag(beyond), port(v_max, 24)], vec![port(h, 24)])
    }));
    notices(&vectors, &verilog, "beyond | above", "above");
    notices(&vectors, &verilog, "{raised[23], raised}", "{1'b0, raised}");
}

/// Bits 22 to 1 that a choice makes of two values.
fn chosen(choice: u8, a: i64, b: i64) -> Vec<u8> {
    port([a >> 1, b >> 1, 0, -1][usize::from(choice)], 22)
}

#[test]
fn comparison() {
    let (vectors, verilog) = agree!(Reaches; raised, beyond, v_max, threshold; reached; cases(10, |rng| {
        let (raised, v_max) = (number(rng, 24), number(rng, 24));
        let beyond = rng.gen_bool(0.2);
        let h = if beyond { v_max } else { raised.min(v_max) };
        let threshold = if rng.gen_bool(0.4) { h + rng.gen_range(-1..=1) } else { number(rng, 24) };
        let threshold = threshold.clamp(-LIMIT - 1, LIMIT);
        let inputs = vec![port(raised, 24), flag(beyond), port(v_max, 24), port(threshold, 24)];
        (inputs, vec![flag(h >= threshold)])
    }));
    notices(&vectors, &verilog, "& ~never", "");
    notices(&vectors, &verilog, "(beyond | ~missed)", "~missed");
    notices(
        &vectors,
        &verilog,
        "$signed(raised) < ",
        "$signed(raised) <= ",
    );
}

#[test]
fn spike_and_soft_reset() {
    let (vectors, verilog) = agree!(SoftReset; h, reached, sub, inverted, silent, soft; spike, middle, choice, top, bottom, saturated; cases(7, |rng| {
        let (h, sub) = (number(rng, 24), number(rng, 24));
        let reached = rng.gen::<bool>();
        // At times a difference of exactly -2^23.
        let sub = if rng.gen_bool(0.1) { (h + LIMIT + 1).min(LIMIT) } else { sub };
        let (inverted, silent, soft) = (rng.gen::<bool>(), rng.gen_bool(0.2), rng.gen::<bool>());
        let spike = !silent && reached != inverted;
        let exact = h - sub;
        let v = if spike && soft { exact.clamp(-LIMIT, LIMIT) } else { h };
        let choice = match (spike && soft, exact) {
            (false, _) => 0,
            (_, x) if x > LIMIT => 3,
            (_, x) if x < -LIMIT - 1 => 2,
            _ => 1,
        };
        assert_eq!(chosen(choice, h, exact), port(v >> 1, 22));
        let inputs = [port(h, 24), flag(reached), port(sub, 24)];
        let flags = [flag(inverted), flag(silent), flag(soft)];
        let saturated = spike && soft && v != exact;
        let outputs = vec![
            flag(spike), port(exact >> 1, 22), vec![choice], port(v >> 23, 1), port(v, 1), flag(saturated),
        ];
        ([inputs, flags].concat(), outputs)
    }));
    notices(&vectors, &verilog, "reached ^ inverted", "reached");
    notices(&vectors, &verilog, "(outside | lowest)", "outside");
    notices(
        &vectors,
        &verilog,
        "~outside | difference[23]",
        "~outside | difference[24]",
    );
}

#[test]
fn hard_reset_and_held_steps() {
    let (vectors, verilog) = agree!(NextMembrane; v, reset_value, hard, to_reset, held_steps, held, left; result; cases(8, |rng| {
        let (v, reset_value) = (number(rng, 24), number(rng, 24));
        let (hard, to_reset, held) = (rng.gen::<bool>(), rng.gen_bool(0.1), rng.gen::<bool>());
        let held_steps = *[0, 1, 2, 63, 64, rng.gen_range(0..=64)].choose(rng).unwrap();
        let left = *[0, 1, 63, rng.gen_range(0..64)].choose(rng).unwrap();
        let result = match (to_reset, held, hard) {
            (true, ..) => reset_value,
            (_, true, _) if left > 0 => -LIMIT - 1 + left - 1,
            (_, true, _) => reset_value,
            (_, _, true) if held_steps > 0 => -LIMIT - 1 + held_steps - 1,
            (_, _, true) => reset_value,
            _ => v,
        };
        let inputs = vec![
            port(v, 24), port(reset_value, 24), flag(hard), flag(to_reset), port(held_steps, 7), flag(held), port(left, 6),
        ];
        (inputs, vec![port(result, 24)])
    }));
    notices(&vectors, &verilog, "left == 6'd0", "left == 6'd1");
    notices(&vectors, &verilog, "held ? left : held_steps[5:0]", "left");
    notices(&vectors, &verilog, "to_reset | ends", "ends");
}

#[test]
fn folded_sums() {
    let (vectors, verilog) = agree!(FoldSum; high, low, wrap, fold; middle, choice, top, bottom, saturated, wrapped; cases(9, |rng| {
        let exact = match rng.gen_range(0..4) {
            0 => number(rng, 41),
            1 => -LIMIT - 1 + rng.gen_range(-1..=1),
            2 => LIMIT + rng.gen_range(-1..=1),
            _ => number(rng, 26),
        };
        let (wrap, fold) = (rng.gen::<bool>(), rng.gen_bool(0.8));
        let limited = exact.clamp(-LIMIT, LIMIT);
        let result = if wrap { exact } else { limited };
        let beyond = !(-LIMIT - 1..=LIMIT).contains(&exact);
        let choice = match (fold, beyond && !wrap) {
            (false, _) => 0,
            (_, false) => 1,
            _ => 2 + u8::from(exact > 0),
        };
        if fold {
            assert_eq!(chosen(choice, 0, exact), port(result >> 1, 22));
        }
        let inputs = vec![port(exact >> 16, 25), port(exact, 16), flag(wrap), flag(fold)];
        let outputs = vec![
            port(exact >> 1, 22), vec![choice], port(result >> 23, 1), port(result, 1),
            flag(fold && !wrap && limited != exact), flag(fold && wrap && beyond),
        ];
        (inputs, outputs)
    }));
    notices(&vectors, &verilog, "(outside | lowest)", "outside");
    notices(&vectors, &verilog, "fold & wrap & outside", "fold & wrap");
    notices(&vectors, &verilog, "~to_limit | ~high[24]", "~to_limit");
}

#[test]
fn ticks() {
    for clocks in [1, 2, 3, 17, 32] {
        let mut uut = Ticker::new(clocks);
        uut.connect_all();
        let mut rows = Vectors::new(&[], &[("tick", 1)]).clocked("clock");
        for clock in 0..200 {
            let expected = clock % clocks == clocks - 1;
            uut.clock.next = false.into();
            assert!(simulate(&mut uut, 10));
            assert_eq!(uut.tick.val(), expected, "clock {clock} of {clocks}");
            rows.push(Vec::<u64>::new(), [Some(u64::from(expected))]);
            uut.clock.next = true.into();
            assert!(simulate(&mut uut, 10));
        }
        let verilog = text(Ticker::new(clocks));
        passes(&rows, &verilog);
        match clocks {
            1 => notices(&rows, &verilog, "1'b1", "1'b0"),
            _ => notices(&rows, &verilog, "count + 5'd1", "count + 5'd2"),
        }
    }
}

/// Bytes of a random word.
fn word(rng: &mut ChaCha8Rng, bits: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..bits.div_ceil(8)).map(|_| rng.gen()).collect();
    if !bits.is_multiple_of(8) {
        *bytes.last_mut().unwrap() &= (1 << (bits % 8)) - 1;
    }
    bytes
}

/// The first bytes of a word, as a number of `bits`.
fn piece(word: &[u8], first: usize, bits: usize) -> Vec<u8> {
    let bit = |at: usize| word[at / 8] >> (at % 8) & 1;
    let mut out = vec![0; bits.div_ceil(8)];
    (0..bits).for_each(|i| out[i / 8] |= bit(first + i) << (i % 8));
    out
}

/// Parts of a word and back; the ports of an array have names that only the Verilog knows.
fn parts<const L: usize, const W: usize, const TOTAL: usize>(rng: &mut ChaCha8Rng) {
    let names: Vec<String> = (0..L).map(|lane| format!("part_{lane}")).collect();
    let list: Vec<(&str, usize)> = names.iter().map(|name| (name.as_str(), W)).collect();
    let mut apart = Vectors::new(&[("word", TOTAL)], &list);
    let mut together = Vectors::new(&list, &[("word", TOTAL)]);
    let (mut unpack, mut pack) = (
        Unpack::<L, W, TOTAL>::default(),
        Pack::<L, W, TOTAL>::default(),
    );
    unpack.connect_all();
    pack.connect_all();
    for _ in 0..300 {
        let whole = word(rng, TOTAL);
        let pieces: Vec<Vec<u8>> = (0..L).map(|lane| piece(&whole, lane * W, W)).collect();
        let values: Vec<Value> = pieces.iter().map(|p| Value::from_le_bytes(p)).collect();
        let whole_value = Value::from_le_bytes(&whole);
        apart.push([whole_value.clone()], values.iter().cloned().map(Some));
        together.push(values, [Some(whole_value)]);
        unpack.word.put(&whole);
        assert!(simulate(&mut unpack, 10));
        for (lane, bytes) in pieces.iter().enumerate() {
            assert_eq!(unpack.part[lane].get(), *bytes);
            pack.part[lane].put(bytes);
        }
        assert!(simulate(&mut pack, 10));
        assert_eq!(pack.word.get(), whole);
    }
    let verilog = text(Unpack::<L, W, TOTAL>::default());
    passes(&apart, &verilog);
    let (first, second) = (
        format!("word[{}:0]", W - 1),
        format!("word[{}:{W}]", 2 * W - 1),
    );
    if W > 1 {
        notices(&apart, &verilog, &first, &second);
    }
    let verilog = text(Pack::<L, W, TOTAL>::default());
    passes(&together, &verilog);
    notices(&together, &verilog, "part_1, part_0", "part_0, part_1");
}

fn wiring<const L: usize, const SW: usize, const UW: usize>() {
    let mut rng = ChaCha8Rng::seed_from_u64(L as u64);
    parts::<L, 8, SW>(&mut rng);
    parts::<L, 24, UW>(&mut rng);
    parts::<L, 1, L>(&mut rng);
    let small = |x: usize| vec![x as u8];
    let rng = &mut rng;

    let mut rows: Vec<Case> = Vec::new();
    for lane in 0..L {
        for flags in 0..4 {
            let (one, all) = (flags & 1, flags >> 1);
            let mask = if all == 1 { -1 } else { (one as i64) << lane };
            rows.push((
                vec![small(lane), small(one), small(all)],
                vec![port(mask, L)],
            ));
        }
    }
    let (vectors, verilog) = agree!(LaneMask<L>; lane, one, all; mask; rows);
    notices(&vectors, &verilog, "all |", "all &");

    let mut rows: Vec<Case> = Vec::new();
    for lane in (0..L).cycle().take(320) {
        let group = rng.gen_range(0..4096i64);
        let neuron = group * L as i64 + lane as i64;
        rows.push((vec![port(group, 12), small(lane)], vec![port(neuron, 17)]));
    }
    let (vectors, verilog) = agree!(JoinNeuron<L>; group, lane; neuron; rows);
    notices(&vectors, &verilog, "group, lane", "group, ~lane");

    let mut rows: Vec<Case> = Vec::new();
    for lane in (0..L).cycle().take(320) {
        let history = word(rng, L);
        rows.push((
            vec![history.clone(), small(lane)],
            vec![piece(&history, lane, 1)],
        ));
    }
    let (vectors, verilog) = agree!(SelectBit<L>; word, lane; bit_value; rows);
    notices(&vectors, &verilog, "word[lane", "~word[lane");

    let bytes = L.div_ceil(8);
    let mut rows: Vec<Case> = Vec::new();
    for index in (0..bytes).cycle().take(300) {
        let history = word(rng, L);
        let outputs = vec![small(history[index].into()), small(bytes - 1)];
        rows.push((vec![history, small(index)], outputs));
    }
    agree!(HistoryByte<L>; word, index; octet, last; rows);

    let mut rows: Vec<Case> = Vec::new();
    for index in (0..SW / 8).cycle().take(640) {
        let whole = word(rng, SW);
        rows.push((
            vec![whole.clone(), small(index)],
            vec![small(whole[index].into())],
        ));
    }
    agree!(ByteOfWord<SW>; word, index; octet; rows);

    let rows: Vec<Case> = (0..300)
        .map(|_| {
            let (whole, octet) = (word(rng, SW), word(rng, 8));
            let shifted = [&whole[1..], &octet].concat();
            (vec![whole, octet], vec![shifted])
        })
        .collect();
    let (vectors, verilog) = agree!(PutByte<SW>; word, octet; shifted; rows);
    notices(
        &vectors,
        &verilog,
        &format!("word[{}:8]", SW - 1),
        &format!("word[{}:0]", SW - 9),
    );

    let rows: Vec<Case> = (0..300)
        .map(|_| {
            let whole = word(rng, SW);
            let history = piece(&whole, SW - 8 * bytes, L);
            let state = piece(&whole, SW - 24, 24);
            let last = [small(SW / 8 - 1), small(bytes - 1)];
            (vec![whole], [vec![history, state], last.to_vec()].concat())
        })
        .collect();
    agree!(NewestBytes<L, SW>; word; history, state, last, last_history; rows);

    // A long is 64 bits, the lowest address first; with 32-bit words, two words.
    let longs = SW / 64;
    let rows: Vec<Case> = (0..400)
        .map(|n| {
            let (whole, low) = (word(rng, SW), word(rng, 32));
            let index = if longs == 0 { 0 } else { n % longs };
            let long = match SW {
                32 => [low.clone(), whole.clone()].concat(),
                _ => piece(&whole, 64 * index, 64),
            };
            (vec![whole, low, small(index)], vec![long])
        })
        .collect();
    agree!(SelectLong<SW>; word, low, index; long; rows);

    let rows: Vec<Case> = (0..2000)
        .map(|_| {
            let address = rng.gen_range(0..1i64 << 20);
            let second = rng.gen_range(0..2i64);
            let (at, index) = match longs as i64 {
                0 => (2 * address + second, 0),
                longs => (address / longs, address % longs),
            };
            let outputs = vec![port(at, 20), port(index, 2), small(usize::from(longs == 0))];
            (vec![port(address, 20), port(second, 1)], outputs)
        })
        .collect();
    agree!(LongAddress<SW>; address, second; word, index, narrow; rows);
}

#[test]
fn wiring_of_four_lanes() {
    wiring::<4, 32, 96>();
}

#[test]
fn wiring_of_eight_lanes() {
    wiring::<8, 64, 192>();
}

#[test]
fn wiring_of_sixteen_lanes() {
    wiring::<16, 128, 384>();
}

#[test]
fn wiring_of_thirty_two_lanes() {
    wiring::<32, 256, 768>();
}

/// Drives a memory for `$rows` clocks by `$drive`, which gives what `q` holds before the clock rises
/// (nothing: not known yet) in rust-hdl; then the same in Icarus.
macro_rules! memory {
    ($make:expr; $($input:ident),*; $drive:expr) => {{
        let mut uut = $make;
        uut.connect_all();
        let mut rows = vectors(&ports!(uut; $($input),*), &ports!(uut; q)).clocked("clock");
        for _ in 0..2000 {
            let (inputs, q): (Vec<Vec<u8>>, Option<Vec<u8>>) = $drive;
            for ((_, wire), bytes) in ports!(uut; $($input),*).into_iter().zip(&inputs) {
                wire.put(bytes);
            }
            uut.clock.next = false.into();
            assert!(simulate(&mut uut, 10));
            record(&mut rows, &ports!(uut; $($input),*), &ports!(uut; q));
            match q {
                Some(q) => assert_eq!(uut.q.get(), q, "in rust-hdl"),
                None => rows.rows.last_mut().unwrap().outputs[0] = None,
            }
            uut.clock.next = true.into();
            assert!(simulate(&mut uut, 10));
        }
        let verilog = text($make);
        passes(&rows, &verilog);
        (rows, verilog)
    }};
}

fn memories<const L: usize, const SW: usize, const UW: usize>() {
    let mut random = ChaCha8Rng::seed_from_u64(50 + L as u64);
    let rng = &mut random;

    // Write else read, and hold while not enabled; addresses beyond the depth come round.
    let (mut words, mut q) = (vec![None; 32], None);
    let (rows, verilog) = memory!(SynapseRam::<SW>::new(32); enable, write, address, data; {
        let (enable, write) = (rng.gen::<bool>(), rng.gen::<bool>());
        let (at, data) = (rng.gen_range(0..1usize << 20), word(rng, SW));
        let before = q.clone();
        match (enable, write) {
            (true, true) => words[at % 32] = Some(data.clone()),
            (true, false) => q = words[at % 32].clone(),
            _ => {}
        }
        let flags = [enable, write].map(|x| vec![u8::from(x)]);
        ([flags.to_vec(), vec![port(at as i64, 20), data]].concat(), before)
    });
    notices(&rows, &verilog, "if (enable)", "if (enable | 1'b1)");
    end_of_s::<SW>(rng);

    let (mut words, mut q) = (vec![vec![0u8; UW / 8]; 32], None);
    let (rows, verilog) = memory!(LaneRam::<L, UW>::new(32); write, write_group, data, read, read_group; {
        let (mask, data) = (word(rng, L), word(rng, UW));
        let (to, from) = (rng.gen_range(0..4096usize), rng.gen_range(0..4096usize));
        let read = rng.gen::<bool>() && to % 32 != from % 32;
        let before = q.clone();
        if read {
            q = Some(words[from % 32].clone());
        }
        for lane in (0..L).filter(|&lane| piece(&mask, lane, 1) == [1]) {
            let range = 3 * lane..3 * lane + 3;
            words[to % 32][range.clone()].copy_from_slice(&data[range]);
        }
        let row = vec![mask, port(to as i64, 12), data, vec![u8::from(read)], port(from as i64, 12)];
        (row, before)
    });
    notices(&rows, &verilog, "if (write[1])", "if (write[0])");

    let (mut words, mut q) = (vec![vec![0u8; L.div_ceil(8)]; 32], None);
    let (rows, verilog) = memory!(WordRam::<L>::new(32); write, write_address, data, read, read_address; {
        let (write, data) = (rng.gen::<bool>(), word(rng, L));
        let (to, from) = (rng.gen_range(0..1usize << 14), rng.gen_range(0..1usize << 14));
        let read = rng.gen::<bool>() && !(write && to % 32 == from % 32);
        let before = q.clone();
        if read {
            q = Some(words[from % 32].clone());
        }
        if write {
            words[to % 32] = data.clone();
        }
        let (to, from) = (port(to as i64, 14), port(from as i64, 14));
        (vec![vec![u8::from(write)], to, data, vec![u8::from(read)], from], before)
    });
    notices(&rows, &verilog, "if (read) q", "q");
}

/// S of 48 words: an access to words 48 to 63 is told a clock later; a write there changes nothing, and a
/// read gives anything.
fn end_of_s<const SW: usize>(rng: &mut ChaCha8Rng) {
    let mut uut = SynapseRam::<SW>::new(48);
    uut.connect_all();
    let mut rows = vectors(
        &ports!(uut; enable, write, address, data),
        &ports!(uut; q, outside, beyond),
    );
    rows = rows.clocked("clock");
    let (mut words, mut q, mut beyond) = (vec![None; 48], None, false);
    for _ in 0..2000 {
        let (enable, write) = (rng.gen::<bool>(), rng.gen::<bool>());
        let (at, data) = (rng.gen_range(0..1usize << 20), word(rng, SW));
        let bytes = [flag(enable), flag(write), port(at as i64, 20), data.clone()];
        for ((_, wire), bytes) in ports!(uut; enable, write, address, data)
            .into_iter()
            .zip(&bytes)
        {
            wire.put(bytes);
        }
        uut.clock.next = false.into();
        assert!(simulate(&mut uut, 10));
        record(
            &mut rows,
            &ports!(uut; enable, write, address, data),
            &ports!(uut; q, outside, beyond),
        );
        match &q {
            Some(q) => assert_eq!(uut.q.get(), *q, "in rust-hdl"),
            None => rows.rows.last_mut().unwrap().outputs[0] = None,
        }
        assert_eq!(uut.beyond.val(), beyond, "in rust-hdl");
        assert_eq!(uut.outside.val(), enable && at % 64 >= 48, "in rust-hdl");
        uut.clock.next = true.into();
        assert!(simulate(&mut uut, 10));
        beyond = enable && at % 64 >= 48;
        match (enable, write) {
            (true, false) => q = words.get(at % 64).cloned().flatten(),
            (true, true) if !beyond => words[at % 64] = Some(data),
            _ => {}
        }
    }
    let verilog = text(SynapseRam::<SW>::new(48));
    passes(&rows, &verilog);
    notices(&rows, &verilog, ">= 6'd48", "> 6'd48");
    notices(&rows, &verilog, "enable & (address", "(address");
    notices(
        &rows,
        &verilog,
        "word = address[5:0]",
        "word = address[4:0]",
    );
}

#[test]
fn membranes_are_kept() {
    let mut rng = ChaCha8Rng::seed_from_u64(60);
    let (mut words, mut q) = (vec![vec![0u8; 3]; 64], None);
    let (rows, verilog) = memory!(NeuronRam::new(64); write, write_neuron, data, read, read_neuron; {
        let (write, data) = (rng.gen::<bool>(), word(&mut rng, 24));
        let (to, from) = (rng.gen_range(0..1usize << 17), rng.gen_range(0..1usize << 17));
        let read = rng.gen::<bool>() && !(write && to % 64 == from % 64);
        let before = q.clone();
        if read {
            q = Some(words[from % 64].clone());
        }
        if write {
            words[to % 64] = data.clone();
        }
        let (to, from) = (port(to as i64, 17), port(from as i64, 17));
        (vec![flag(write), to, data, flag(read), from], before)
    });
    notices(&rows, &verilog, "if (read) q", "q");
    notices(&rows, &verilog, "if (write) memory", "memory");
    notices(&rows, &verilog, "read_neuron[5:0]", "read_neuron[6:1]");
}

#[test]
fn memories_write_read_and_hold() {
    memories::<4, 32, 96>();
    memories::<8, 64, 192>();
    memories::<16, 128, 384>();
    memories::<32, 256, 768>();
}

/// The status block against its description in `docs/protocol.md`, read as the link reads it, while counters
/// move as fast as they may: every counter is read whole, at most a round old, and after a quiet round it
/// is right.
#[test]
fn counters_are_read_whole() {
    let (rows, verilog) = counters(false, 0);
    for (from, to) in [
        (
            "& ~clearing & (at[1:0] != 2'd3)",
            "& ~clearing & (at[1:0] == 2'd0)",
        ),
        ("reading = read & (clearing |", "reading = read & (1'b1 |"),
        ("clearing ? 8'd0 : outside", "outside"),
        ("awake <= 1'b1", "awake <= 1'b0"),
    ] {
        notices(&rows, &verilog, from, to);
    }
    // Two spikes in a clock.
    let (rows, verilog) = counters(true, 1);
    let from = "4'd14: fresh0 = list_words[7:0]";
    notices(&rows, &verilog, from, "4'd14: fresh0 = weight_words[7:0]");
    notices(&rows, &verilog, "fresh1 = spikes_above_0", "fresh1 = 8'd0");
}

/// Which counter has the list words.
const LIST_WORDS: usize = 4;
/// Which counter has the spikes.
const SPIKES: usize = 5;

/// The block of a device with listed rows or without: without, list words stay 0. With partners the spikes have
/// bits above the lowest.
fn counters(lists: bool, partners: usize) -> (ferrospike_testbench::Vectors, String) {
    const WIDTHS: [usize; 10] = [8, 8, 24, 8, 8, 8, 16, 16, 8, 8];
    // Where each counter stands in the block.
    const PLACES: [usize; 10] = [40, 44, 48, 52, 56, 60, 64, 68, 72, 76];
    let identity = Identity {
        lanes: 8,
        synapse_words: 16384,
        groups: 256,
        history_words: 1024,
        clock_hz: 24_000_000,
        features: if lists { 31 } else { 29 },
        receive_bytes: 1024,
        transmit_bytes: 512,
        board: "bench".into(),
    };
    let mut uut = StatusBlock::with(identity.clone(), partners);
    uut.connect_all();
    macro_rules! inputs {
        () => {
{
            let mut all = ports!(uut; clear, read, index, error, running, cycles, steps, synaptic_operations, weight_words, list_words, spikes, saturations, wraps, stalls, link_errors);
            for above in &mut uut.spikes_above {
                all.push(("spikes_above_0", above as &mut dyn Wire));
            }
            all
        }};
    }
    let mut rows = vectors(&inputs!(), &ports!(uut; data)).clocked("clock");
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let mut totals = [0u64; 10];
    let mut largest = 0;
    let mut cleared = 0;
    for frame in 0..260 {
        // The clocks before a frame: none of its reads, and at times a new connection at their end.
        let waits: usize = match frame % 4 {
            0 => 80,
            _ => rng.gen_range(80..500),
        };
        let clear = frame == 0 || frame == 20 || frame == 40;
        let quiet = frame % 3 == 1;
        // The header of STATUS is 8 bytes long; the block is read from its fifth on.
        let header = 16;
        let mut history: Vec<[u64; 10]> = Vec::new();
        let mut block = Vec::new();
        let (error, running) = (rng.gen_range(0..5u8), rng.gen::<bool>());
        for clock in 0..waits + header + 161 {
            let clearing = clear && clock == waits - 2;
            let reading = clock >= waits + 8;
            let index = clock.saturating_sub(waits + header) / 2;
            uut.clear.put(&[u8::from(clearing)]);
            uut.read.put(&[u8::from(reading)]);
            uut.index
                .put(&[if reading { index } else { rng.gen_range(0..80) } as u8]);
            uut.error.put(&[error]);
            uut.running.put(&[u8::from(running)]);
            uut.cycles.put(&totals[0].to_le_bytes()[..1]);
            uut.steps.put(&totals[1].to_le_bytes()[..1]);
            uut.synaptic_operations.put(&totals[2].to_le_bytes()[..3]);
            uut.weight_words.put(&totals[3].to_le_bytes()[..1]);
            uut.list_words.put(&totals[LIST_WORDS].to_le_bytes()[..1]);
            uut.spikes.put(&totals[5].to_le_bytes()[..1]);
            for above in &mut uut.spikes_above {
                above.put(&totals[SPIKES].to_le_bytes()[1..2]);
            }
            uut.saturations.put(&totals[6].to_le_bytes()[..2]);
            uut.wraps.put(&totals[7].to_le_bytes()[..2]);
            uut.stalls.put(&totals[8].to_le_bytes()[..1]);
            uut.link_errors.put(&totals[9].to_le_bytes()[..1]);
            uut.clock.next = false.into();
            assert!(simulate(&mut uut, 10));
            record(&mut rows, &inputs!(), &ports!(uut; data));
            let row = rows.rows.last_mut().unwrap();
            // The link takes a byte in the second clock of its index.
            if clock >= waits + header && !(clock - waits - header).is_multiple_of(2) {
                block.push(uut.data.get()[0]);
            } else {
                row.outputs.fill(None);
            }
            history.push(totals);
            cleared += 1;
            for (counter, width) in WIDTHS.into_iter().enumerate() {
                let most = match width {
                    8 if counter == SPIKES => 1 + partners as u64,
                    8 => 1,
                    16 => 8,
                    _ => 250,
                };
                let counts = counter != LIST_WORDS || lists;
                if counts && (!quiet || clock < waits - 80) {
                    totals[counter] +=
                        rng.gen_range(if frame < 240 { most..=most } else { 0..=most });
                }
            }
            if clearing {
                totals = [0; 10];
                cleared = 0;
            }
            uut.clock.next = true.into();
            assert!(simulate(&mut uut, 10));
        }
        let mut table = identity.bytes();
        table[2] = error;
        table[3] = u8::from(running);
        assert_eq!(block[..40], table);
        for (counter, place) in PLACES.into_iter().enumerate() {
            let got = u32::from_le_bytes(block[place..place + 4].try_into().unwrap());
            let at = |clock: usize| history[clock][counter] as u32;
            // A round has 80 clocks, and one that began before the last frame has those of that frame.
            let oldest = if clear { 0 } else { at(waits + 16 - 90) };
            let newest = at(waits + 16);
            let what =
                format!("counter {counter} in frame {frame}, {cleared} clocks after a CONNECT");
            assert!(
                (oldest..=newest).contains(&got),
                "{what}: {got}, not {oldest}..{newest}"
            );
            largest = largest.max(got);
        }
    }
    // Carries went into all four bytes.
    assert!(largest > 1 << 24, "{largest}");
    let verilog = text(StatusBlock::with(identity, partners));
    passes(&rows, &verilog);
    (rows, verilog)
}
