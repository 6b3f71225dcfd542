//! The primitives that `arithmetic.rs` and `blocks.rs` leave out: wide sums, the multiplier, and the
//! wiring of words. Emitted Verilog in Icarus and rust-hdl's simulator against plain integers.

mod common;

use common::{notices, passes, port, record, text, vectors, Case, Wire};
use ferrospike_rtl::primitives::arithmetic::{
    AddBias, AtLeast, Clamp, FoldSum, MembraneSum, Multiply, Subtract,
};
use ferrospike_rtl::primitives::memory::{LaneRam, SynapseRam, WordRam};
use ferrospike_rtl::primitives::status::{Identity, StatusBlock};
use ferrospike_rtl::primitives::wiring::{
    ByteOfWord, HistoryByte, LaneMask, LongAddress, NewestBytes, Pack, PutByte, Replicate,
    SelectBit, SelectLong, Unpack,
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

fn factor(rng: &mut ChaCha8Rng) -> i64 {
    match rng.gen_range(0..3) {
        0 => *[0, 1, 2, 32767, 32768, 65535, 65536].choose(rng).unwrap(),
        _ => rng.gen_range(0..=65536),
    }
}

fn cases(seed: u64, make: impl FnMut(&mut ChaCha8Rng) -> Case) -> Vec<Case> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut make = make;
    (0..ROWS).map(|_| make(&mut rng)).collect()
}

#[test]
fn products_come_one_clock_later() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut uut = Multiply::default();
    uut.connect_all();
    let mut vectors =
        Vectors::new(&[("x", 24), ("factor", 17)], &[("product", 41)]).clocked("clock");
    let mut expected = vec![0; 6];
    for _ in 0..ROWS {
        let (x, factor) = (number(&mut rng, 24), factor(&mut rng));
        let value = |bytes: &[u8]| Value::from_le_bytes(bytes);
        vectors.push(
            [value(&port(x, 24)), value(&port(factor, 17))],
            [Some(value(&expected))],
        );
        uut.x.put(&port(x, 24));
        uut.factor.put(&port(factor, 17));
        uut.clock.next = false.into();
        assert!(simulate(&mut uut, 10));
        assert_eq!(uut.product.get(), expected);
        uut.clock.next = true.into();
        assert!(simulate(&mut uut, 10));
        expected = port(x * factor, 41);
    }
    let verilog = text(Multiply::default());
    passes(&vectors, &verilog);
    notices(&vectors, &verilog, "factor[16] ? x", "factor[0] ? x");
    notices(&vectors, &verilog, "upper = x[23:16]", "upper = x[22:15]");
}

#[test]
fn sums_are_exact() {
    let (vectors, verilog) = agree!(MembraneSum; a, b; low, high; cases(2, |rng| {
        let a = number(rng, 24) * factor(rng);
        let b = number(rng, 24) * factor(rng);
        // The two halves together are the exact sum.
        let (low, high) = ((a & 0xffff) + (b & 0xffff), (a >> 16) + (b >> 16));
        assert_eq!((high << 16) + low, a + b);
        (vec![port(a, 41), port(b, 41)], vec![port(low, 17), port(high, 26)])
    }));
    notices(&vectors, &verilog, "{b[40], b[40:16]}", "{1'b0, b[40:16]}");

    let (vectors, verilog) = agree!(AddBias; high, bias, carry; sum; cases(3, |rng| {
        let (high, bias, carry) = (number(rng, 26), number(rng, 24), rng.gen_range(0..3));
        let inputs = vec![port(high, 26), port(bias, 24), port(carry, 2)];
        (inputs, vec![port(high + bias + carry, 27)])
    }));
    notices(&vectors, &verilog, "{3{bias[23]}}", "3'd0");

    let (vectors, verilog) = agree!(Subtract; a, b; difference; cases(4, |rng| {
        let (a, b) = (number(rng, 27), number(rng, 24));
        (vec![port(a, 27), port(b, 24)], vec![port(a - b, 28)])
    }));
    notices(&vectors, &verilog, "{4{b[23]}}", "4'd0");
}

#[test]
fn limits_and_comparisons() {
    let (vectors, verilog) = agree!(AtLeast; a, b; yes; cases(5, |rng| {
        let a = number(rng, 24);
        let b = if rng.gen_bool(0.3) { a } else { number(rng, 24) };
        (vec![port(a, 24), port(b, 24)], vec![vec![u8::from(a >= b)]])
    }));
    notices(&vectors, &verilog, ">=", ">");

    // All 28 bits of h1, also those that no neuron reaches.
    let (vectors, verilog) = agree!(Clamp; h1, v_min, v_max; h, saturated; cases(6, |rng| {
        let (h1, x, y) = (number(rng, 28), number(rng, 24), number(rng, 24));
        let (low, high) = (x.min(y), x.max(y));
        let inputs = vec![port(h1, 28), port(low, 24), port(high, 24)];
        (inputs, vec![port(h1.clamp(low, high), 24), vec![u8::from(h1.abs() > LIMIT)]])
    }));
    notices(&vectors, &verilog, "& (|h1[22:0])", "");

    let (vectors, verilog) = agree!(FoldSum; product, current, wrap; sum, saturated, wrapped; cases(7, |rng| {
        let wrap: bool = rng.gen();
        let product = if rng.gen() { number(rng, 41) } else { number(rng, 25) };
        let current = number(rng, 24);
        let exact = product + current;
        let limited = exact.clamp(-LIMIT, LIMIT);
        let beyond = !(-LIMIT - 1..=LIMIT).contains(&exact);
        let sum = if wrap { exact } else { limited };
        let inputs = vec![port(product, 41), port(current, 24), vec![u8::from(wrap)]];
        let events = [!wrap && limited != exact, wrap && beyond];
        let mut outputs = vec![port(sum, 24)];
        outputs.extend(events.map(|e| vec![u8::from(e)]));
        (inputs, outputs)
    }));
    notices(&vectors, &verilog, "(beyond | lowest)", "beyond");
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

    let rows: Vec<Case> = (0..200)
        .map(|_| {
            let value = word(rng, 24);
            (vec![value.clone()], vec![value.repeat(L)])
        })
        .collect();
    agree!(Replicate<UW>; value; word; rows);

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

#[test]
fn memories_write_read_and_hold() {
    memories::<4, 32, 96>();
    memories::<8, 64, 192>();
    memories::<16, 128, 384>();
    memories::<32, 256, 768>();
}

/// The status block against its description in `docs/protocol.md`: counters that move in every clock are
/// read whole, also when an index stays for several clocks.
#[test]
fn counters_are_read_whole() {
    let identity = Identity {
        lanes: 8,
        synapse_words: 16384,
        groups: 256,
        history_words: 1024,
        clock_hz: 24_000_000,
        features: 29,
        receive_bytes: 1024,
        transmit_bytes: 512,
        board: "bench".into(),
    };
    let mut uut = StatusBlock::new(identity.clone());
    uut.connect_all();
    macro_rules! inputs {
        () => {
            ports!(uut; index, error, running, cycles, steps, synaptic_operations, weight_words, spikes, saturations, wraps, stalls, link_errors)
        };
    }
    let mut rows = vectors(&inputs!(), &ports!(uut; data)).clocked("clock");
    // Where each counter stands in the block; list words, the fifth, is always 0.
    const PLACES: [usize; 9] = [40, 44, 48, 52, 60, 64, 68, 72, 76];
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let mut kept = [0u8; 4];
    let mut expected = None;
    for _ in 0..40 {
        for index in 0..80usize {
            for clock in 0..rng.gen_range(1..4) {
                let counters: [u32; 9] = std::array::from_fn(|_| match rng.gen_range(0..3) {
                    0 => rng.gen_range(1..4) * 0x100 - rng.gen_range(0..2),
                    _ => rng.gen(),
                });
                let (error, running) = (rng.gen_range(0..5u8), rng.gen::<bool>());
                uut.index.put(&[index as u8]);
                uut.error.put(&[error]);
                uut.running.put(&[u8::from(running)]);
                uut.cycles.put(&counters[0].to_le_bytes());
                uut.steps.put(&counters[1].to_le_bytes());
                uut.synaptic_operations.put(&counters[2].to_le_bytes());
                uut.weight_words.put(&counters[3].to_le_bytes());
                uut.spikes.put(&counters[4].to_le_bytes());
                uut.saturations.put(&counters[5].to_le_bytes());
                uut.wraps.put(&counters[6].to_le_bytes());
                uut.stalls.put(&counters[7].to_le_bytes());
                uut.link_errors.put(&counters[8].to_le_bytes());
                uut.clock.next = false.into();
                assert!(simulate(&mut uut, 10));
                record(&mut rows, &inputs!(), &ports!(uut; data));
                let row = rows.rows.last_mut().unwrap();
                match expected {
                    Some(byte) => assert_eq!(uut.data.get(), [byte]),
                    None => row.outputs.fill(None),
                }
                if clock == 0 && index >= 40 && index % 4 == 0 {
                    let counter = PLACES.iter().position(|&place| place == index);
                    kept = counter.map_or([0; 4], |c| counters[c].to_le_bytes());
                }
                expected = Some(match index {
                    2 => error,
                    3 => u8::from(running),
                    0..40 => identity.bytes()[index],
                    _ => kept[index % 4],
                });
                uut.clock.next = true.into();
                assert!(simulate(&mut uut, 10));
            }
        }
    }
    let verilog = text(StatusBlock::new(identity));
    passes(&rows, &verilog);
    notices(
        &rows,
        &verilog,
        "7'd45: data <= held[7:0]",
        "7'd45: data <= steps[15:8]",
    );
    notices(
        &rows,
        &verilog,
        "7'd40: if (last != index)",
        "7'd40: if (1'b1)",
    );
}
