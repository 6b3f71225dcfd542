//! Wiring, memories and the integrate lane: their emitted Verilog in Icarus against plain arithmetic,
//! for every number of lanes.

mod common;

use common::{notices, passes, text};
use ferrospike_model::numbers;
use ferrospike_model::program::{Format, Sign};
use ferrospike_rtl::lane::integrate::IntegrateLane;
use ferrospike_rtl::primitives::counter::{AddLanes, CountDown, CountUp, MovePointer};
use ferrospike_rtl::primitives::memory::{LaneRam, SynapseRam, WordRam};
use ferrospike_rtl::primitives::wiring::{
    BitBehind, CountOnes, GroupStride, JoinHalves, JoinNeurons, LowestBit, PowerOfTwo, PutBit,
    RingAddress, RingSlot, SelectLane, SplitNeuron,
};
use ferrospike_testbench::{Value, Vectors};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

#[test]
fn powers_and_rings() {
    let mut vectors = Vectors::new(&[("amount", 5)], &[("power", 17)]);
    for amount in 0..32u64 {
        vectors.push([amount], [Some((1u64 << amount) & 0x1ffff)]);
    }
    passes(&vectors, &text(PowerOfTwo::default()));

    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut vectors = Vectors::new(
        &[("base", 14), ("log2_depth", 3), ("t", 7), ("back", 7)],
        &[("address", 14), ("step", 8)],
    );
    for log2 in 0..8u64 {
        for t in 0..128u64 {
            for _ in 0..8 {
                let depth = 1 << log2;
                let base = rng.gen_range(0..16384 / depth) * depth;
                let back = rng.gen_range(0..128u64);
                let slot = (t + 128 - back) % depth;
                vectors.push([base, log2, t, back], [Some(base + slot), Some(depth)]);
            }
        }
    }
    let verilog = text(RingAddress::default());
    passes(&vectors, &verilog);
    notices(&vectors, &verilog, "t - back", "t + back");
}

/// Counters and shift registers.
fn counters<const W: usize>() {
    let mut rng = ChaCha8Rng::seed_from_u64(W as u64);
    let mask = (1u64 << W) - 1;
    let inputs = |choice| [("now", W), (choice, 1), ("value", W)];
    let mut up = Vectors::new(&inputs("load"), &[("next_value", W)]);
    let mut down = Vectors::new(&inputs("count"), &[("next_value", W)]);
    let mut put = Vectors::new(&[("word", W), ("bit_value", 1)], &[("shifted", W)]);
    for n in 0..2000u64 {
        let now = [0, 1, mask, mask - 1, rng.gen::<u64>() & mask][n as usize % 5];
        let (choice, value) = (rng.gen_range(0..2u64), rng.gen::<u64>() & mask);
        let next = if choice == 1 { value } else { (now + 1) & mask };
        up.push([now, choice, value], [Some(next)]);
        let next = match choice {
            1 => now.wrapping_sub(1) & mask,
            _ => value,
        };
        down.push([now, choice, value], [Some(next)]);
        put.push([now, choice], [Some((now >> 1) | (choice << (W - 1)))]);
    }
    let verilog = text(CountUp::<W>::default());
    passes(&up, &verilog);
    notices(&up, &verilog, "~load", "load");
    let verilog = text(CountDown::<W>::default());
    passes(&down, &verilog);
    notices(&down, &verilog, "count ? sum", "count ? now");
    passes(&put, &text(PutBit::<W>::default()));
}

/// Where lists move word and group to, against sums of any size.
fn moves<const W: usize, const SKIP: usize>() {
    let mut rng = ChaCha8Rng::seed_from_u64(SKIP as u64);
    let ports = [
        ("now", W),
        ("first", W),
        ("starts", 1),
        ("skip", SKIP),
        ("moves", 1),
        ("one", 1),
    ];
    let mut vectors = Vectors::new(&ports, &[("next_value", W)]);
    let size = 1i64 << W;
    for n in 0..4000usize {
        let edges = [0, 1, size - 1, size - 2, rng.gen_range(0..size)];
        let (now, first) = (edges[n % 5], edges[n / 5 % 5]);
        let [starts, moves, one] = [(); 3].map(|()| i64::from(rng.gen::<bool>()));
        let half = 1i64 << (SKIP - 1);
        let skip = [0, 1, -1, half - 1, -half, rng.gen_range(-half..half)][n % 6];
        let base = if starts == 1 { first } else { now };
        let next = (base + moves * skip + one).rem_euclid(size);
        let raw = skip.rem_euclid(2 * half);
        let inputs = [now, first, starts, raw, moves, one].map(|x| x as u64);
        vectors.push(inputs, [Some(next as u64)]);
    }
    let verilog = text(MovePointer::<W, SKIP>::default());
    passes(&vectors, &verilog);
    notices(&vectors, &verilog, "starts ? first : now", "now");
    notices(&vectors, &verilog, "{moves}", "{1'b1}");
    if W > SKIP {
        notices(&vectors, &verilog, &format!("skip[{}]", SKIP - 1), "1'b0");
    }
}

#[test]
fn pointers_move() {
    moves::<20, 9>();
    moves::<12, 12>();
}

#[test]
fn counters_count_and_load() {
    counters::<8>();
    counters::<12>();
    counters::<20>();

    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let mut halves = Vectors::new(&[("low", 32), ("high", 32)], &[("long", 64)]);
    let mut behind = Vectors::new(&[("word", 16), ("back", 3)], &[("bit_value", 1)]);
    let mut slots = Vectors::new(
        &[("log2_depth", 3), ("t", 7)],
        &[("slot", 14), ("step", 14)],
    );
    for n in 0..1024u64 {
        let long = rng.gen::<u64>();
        halves.push([long & 0xffff_ffff, long >> 32], [Some(long)]);
        // The register has turned `turned` times: bit `turned - back` has been at the low end.
        let (count, back, turned) = (rng.gen::<u16>(), n as u32 % 8, rng.gen_range(0..16));
        let bit = count.rotate_right(turned).rotate_left(back) & 1;
        behind.push(
            [u64::from(count.rotate_right(turned)), back.into()],
            [Some(u64::from(bit))],
        );
        let (log2, t) = (n % 8, n / 8);
        slots.push([log2, t], [Some(t % (1 << log2)), Some(1 << log2)]);
    }
    passes(&halves, &text(JoinHalves::default()));
    let verilog = text(BitBehind::default());
    passes(&behind, &verilog);
    notices(&behind, &verilog, "word[15]", "word[14]");
    passes(&slots, &text(RingSlot::default()));
}

/// The three stages one after another add lane * stride.
fn add_lanes<const L: usize>(rng: &mut ChaCha8Rng, texts: &[String; 3]) {
    let ports = [("row", 20), ("lane", 5), ("stride", 16)];
    let mut stages = [0; 3].map(|_| Vectors::new(&ports, &[("sum", 20)]));
    let bits = L.ilog2() as usize;
    let each = bits.div_ceil(3);
    for n in 0..1000 {
        let (row, stride) = (rng.gen_range(0..1u64 << 20), rng.gen_range(0..65536u64));
        let lane = n % L as u64;
        let mut sum = row;
        for (stage, vectors) in stages.iter_mut().enumerate() {
            let (low, high) = ((each * stage).min(bits), (each * (stage + 1)).min(bits));
            let part = lane & ((1 << high) - (1 << low));
            let next = (sum + part * stride) & 0xf_ffff;
            vectors.push([sum, lane, stride], [Some(next)]);
            sum = next;
        }
        assert_eq!(sum, (row + lane * stride) & 0xf_ffff);
    }
    for (vectors, verilog) in stages.iter().zip(texts) {
        passes(vectors, verilog);
        if verilog.contains('+') {
            notices(vectors, verilog, " + ", " - ");
        }
    }
}

/// The blocks that depend on the number of lanes.
fn lanes<const L: usize, const SW: usize, const UW: usize>() {
    let mut rng = ChaCha8Rng::seed_from_u64(L as u64);
    let mut lowest = Vectors::new(&[("word", L)], &[("index", 5), ("rest", L)]);
    let mut ones = Vectors::new(&[("word", L)], &[("count", 6)]);
    let all = u64::MAX >> (64 - L);
    for n in 0..2000u64 {
        let sparse = rng.gen::<u64>() & rng.gen::<u64>() & rng.gen::<u64>();
        let word = (if L <= 8 { n } else { sparse }) & all;
        let index = if word == 0 {
            0
        } else {
            u64::from(word.trailing_zeros())
        };
        lowest.push([word], [Some(index), Some(word & word.wrapping_sub(1))]);
        ones.push([word], [Some(u64::from(word.count_ones()))]);
    }
    passes(&lowest, &text(LowestBit::<L>::default()));
    passes(&ones, &text(CountOnes::<L>::default()));

    let mut whole = Vectors::new(&[("stride", 16)], &[("whole", 20)]);
    let mut split = Vectors::new(&[("neuron", 20)], &[("group", 12), ("lane", 5)]);
    let mut join = Vectors::new(&[("groups", 12), ("last", 5)], &[("neurons", 18)]);
    let mut select = Vectors::new(&[("word", UW), ("lane", 5)], &[("value", 24)]);
    for _ in 0..1000 {
        let (lane, stride) = (rng.gen_range(0..L as u64), rng.gen_range(0..65536u64));
        whole.push([stride], [Some((L as u64 * stride) & 0xf_ffff)]);
        let group = rng.gen_range(0..4096u64);
        split.push([group * L as u64 + lane], [Some(group), Some(lane)]);
        let groups = rng.gen_range(1..4096u64);
        join.push([groups, lane], [Some((groups - 1) * L as u64 + lane + 1)]);
        let word: Vec<u8> = (0..UW / 8).map(|_| rng.gen()).collect();
        let at = 3 * lane as usize;
        let value =
            u64::from(word[at]) | u64::from(word[at + 1]) << 8 | u64::from(word[at + 2]) << 16;
        select.push([Value::from_le_bytes(&word), lane.into()], [Some(value)]);
    }
    passes(&whole, &text(GroupStride::<L>::default()));
    let texts = [
        text(AddLanes::<L, 0>::default()),
        text(AddLanes::<L, 1>::default()),
        text(AddLanes::<L, 2>::default()),
    ];
    add_lanes::<L>(&mut rng, &texts);
    passes(&split, &text(SplitNeuron::<L>::default()));
    passes(&join, &text(JoinNeurons::<L>::default()));
    passes(&select, &text(SelectLane::<UW>::default()));

    // Memories: what was written is read one clock later, lane by lane; nothing is read while held.
    let mut vectors = Vectors::new(
        &[
            ("write", L),
            ("write_group", 12),
            ("data", UW),
            ("read", 1),
            ("read_group", 12),
        ],
        &[("q", UW)],
    )
    .clocked("clock");
    let mut memory = vec![vec![0u8; UW / 8]; 16];
    let mut q: Option<Vec<u8>> = None;
    for _ in 0..2000 {
        let data: Vec<u8> = (0..UW / 8).map(|_| rng.gen()).collect();
        let mask = rng.gen::<u64>() & all;
        let (write, read) = (rng.gen_range(0..16usize), rng.gen_range(0..16usize));
        let reads = rng.gen::<bool>() && (mask == 0 || write != read);
        vectors.push(
            [
                mask.into(),
                write.into(),
                Value::from_le_bytes(&data),
                reads.into(),
                Value::from(read),
            ],
            [q.as_ref().map(|word| Value::from_le_bytes(word))],
        );
        if reads {
            q = Some(memory[read].clone());
        }
        for lane in (0..L).filter(|lane| mask >> lane & 1 == 1) {
            memory[write][3 * lane..3 * lane + 3].copy_from_slice(&data[3 * lane..3 * lane + 3]);
        }
    }
    let verilog = text(LaneRam::<L, UW>::new(16));
    passes(&vectors, &verilog);
    notices(&vectors, &verilog, "if (read) q", "q");

    let mut vectors = Vectors::new(
        &[("enable", 1), ("write", 1), ("address", 20), ("data", SW)],
        &[("q", SW)],
    )
    .clocked("clock");
    let mut memory: Vec<Option<Vec<u8>>> = vec![None; 16];
    let mut q: Option<Vec<u8>> = None;
    for _ in 0..2000 {
        let data: Vec<u8> = (0..SW / 8).map(|_| rng.gen()).collect();
        let (enable, write, word) = (rng.gen::<bool>(), rng.gen::<bool>(), rng.gen_range(0..16));
        vectors.push(
            [
                enable.into(),
                write.into(),
                Value::from(word),
                Value::from_le_bytes(&data),
            ],
            [q.as_ref().map(|word| Value::from_le_bytes(word))],
        );
        match (enable, write) {
            (true, true) => memory[word] = Some(data),
            (true, false) => q = memory[word].clone(),
            _ => {}
        }
    }
    passes(&vectors, &text(SynapseRam::<SW>::new(16)));
}

#[test]
fn four_lanes() {
    lanes::<4, 32, 96>();
}

#[test]
fn eight_lanes() {
    lanes::<8, 64, 192>();
}

#[test]
fn sixteen_lanes() {
    lanes::<16, 128, 384>();
}

#[test]
fn thirty_two_lanes() {
    lanes::<32, 256, 768>();
}

#[test]
fn history_holds() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut vectors = Vectors::new(
        &[
            ("write", 1),
            ("write_address", 14),
            ("data", 8),
            ("read", 1),
            ("read_address", 14),
        ],
        &[("q", 8)],
    )
    .clocked("clock");
    let mut memory = [0u8; 64];
    let mut q = None;
    for _ in 0..3000 {
        let (write, data) = (rng.gen::<bool>(), rng.gen::<u8>());
        let (to, from) = (rng.gen_range(0..64usize), rng.gen_range(0..64usize));
        let read = rng.gen::<bool>() && !(write && to == from);
        let row = [
            u64::from(write),
            to as u64,
            u64::from(data),
            u64::from(read),
            from as u64,
        ];
        vectors.push(row, [q.map(u64::from)]);
        if read {
            q = Some(memory[from]);
        }
        if write {
            memory[to] = data;
        }
    }
    passes(&vectors, &text(WordRam::<8>::new(64)));
}

/// A lane as the row streamer uses it: a byte, and two clocks later its addition to U's word or to an
/// earlier sum.
fn lane(forwarding: bool) -> (Vectors, String) {
    let mut rng = ChaCha8Rng::seed_from_u64(6);
    let bits24 = |x: i32| u64::from(x as u32 & 0xff_ffff);
    let inputs = [
        ("octet", 8),
        ("rotation", 3),
        ("above", 3),
        ("has_sign", 1),
        ("negate", 1),
        ("shift_negates", 1),
        ("exponent", 4),
        ("add_negates", 1),
        ("wrap", 1),
        ("current", 24),
        ("take_earlier", 1),
        ("take_last", 1),
        ("replace", 1),
        ("value", 24),
    ];
    let outputs = [("updated", 24), ("saturated", 1), ("wrapped", 1)];
    let mut vectors = Vectors::new(&inputs, &outputs).clocked("clock");
    for _ in 0..200 {
        let f = rng.gen_range(0..4usize);
        let format = [Format::Bits8, Format::Bits4, Format::Bits2, Format::Bits1][f];
        let s = rng.gen_range(0..3usize);
        let sign = [Sign::Signed, Sign::Added, Sign::Subtracted][s];
        let (exponent, wrap) = (rng.gen_range(0..16u64), rng.gen::<bool>());
        let mut addends = [None; 2];
        let mut last: Option<i32> = None;
        // What a lane with forwarding holds before its adder, and of S.
        let mut kept: Option<i32> = None;
        let mut held: Option<u8> = None;
        for _ in 0..30 {
            let octet = rng.gen::<u8>();
            let part = rng.gen_range(0..format.groups_per_word());
            let current = if rng.gen() {
                rng.gen_range(-(1 << 23)..1 << 23)
            } else {
                (1 << 23) - 1 - rng.gen_range(0..200)
            };
            let take_earlier = last.is_some() && rng.gen_bool(0.3);
            let take_last = last.is_some() && rng.gen_bool(0.3);
            let replace = rng.gen_bool(0.1);
            let value = rng.gen_range(-(1 << 23)..1 << 23);
            let from = match (forwarding, take_last) {
                (false, _) => Some(current),
                (true, true) => last,
                (true, false) => kept,
            };
            let sum = from
                .zip(addends[1])
                .map(|(from, addend)| numbers::add_current(from, addend, wrap));
            // What is counted means nothing for a value that passes by.
            let out = match sum {
                Some(_) if replace => [Some(bits24(value)), None, None],
                Some((sum, counted)) => [
                    Some(bits24(sum)),
                    Some(u64::from(counted && !wrap)),
                    Some(u64::from(counted && wrap)),
                ],
                None => [None; 3],
            };
            vectors.push(
                [
                    u64::from(octet),
                    (part * (8 >> f) % 8) as u64,
                    [0, 4, 6, 7][f],
                    u64::from(s == 0),
                    u64::from(s == 2),
                    u64::from(s == 2),
                    exponent,
                    u64::from(s == 2),
                    u64::from(wrap),
                    bits24(current),
                    u64::from(take_earlier),
                    u64::from(take_last),
                    u64::from(replace),
                    bits24(value),
                ],
                out,
            );
            kept = if take_earlier { last } else { Some(current) };
            last = sum.map(|(sum, _)| if replace { value } else { sum });
            let taken = if forwarding { held } else { Some(octet) };
            let addend =
                |octet| i64::from(numbers::mantissa(octet, format, part, sign)) << exponent;
            addends = [taken.map(addend), addends[0]];
            held = Some(octet);
        }
    }
    let verilog = text(IntegrateLane::new(forwarding));
    passes(&vectors, &verilog);
    (vectors, verilog)
}

#[test]
fn the_lane_adds() {
    lane(false);
    let (vectors, verilog) = lane(true);
    for (from, to) in [
        ("take_last ? last : kept", "kept"),
        ("take_earlier ? last : stored", "stored"),
        ("octet = kept", "octet = stored"),
    ] {
        notices(&vectors, &verilog, from, to);
    }
}
