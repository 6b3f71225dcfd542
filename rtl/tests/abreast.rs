//! What a sweep of two neurons in a clock adds: places that move by twos, who has a partner, membranes of even
//! and odd neurons apart, and what two neurons that leave together add to the counters. Emitted Verilog in
//! Icarus against plain integers; hand-written bodies in rust-hdl's simulator too.

mod common;

use common::{notices, passes, port, record, text, vectors, Wire};
use ferrospike_rtl::neuron::abreast::Abreast;
use ferrospike_rtl::neuron::places::Places;
use ferrospike_rtl::primitives::leaving::LeavingTogether;
use ferrospike_rtl::primitives::memory::NeuronRam;
use ferrospike_testbench::Vectors;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rust_hdl::prelude::*;

macro_rules! memory_in {
    ($uut:expr) => {{
        let mut all = ports!($uut; write, write_neuron, data, read, read_neuron);
        all.push(("write_partner_0", &mut $uut.write_partner[0] as &mut dyn Wire));
        all.push(("partner_data_0", &mut $uut.partner_data[0]));
        all
    }};
}
macro_rules! memory_out {
    ($uut:expr) => {
        vec![
            ("q", &mut $uut.q as &mut dyn Wire),
            ("partner_q_0", &mut $uut.partner_q[0]),
        ]
    };
}

/// One neuron or two are written, and the one that is read has the odd neuron of its pair beside it.
#[test]
fn membranes_are_written_alone_or_by_twos() {
    let mut rng = ChaCha8Rng::seed_from_u64(70);
    let mut uut = NeuronRam::with(64, 1);
    uut.connect_all();
    let mut rows = vectors(&memory_in!(uut), &memory_out!(uut)).clocked("clock");
    let mut words = vec![0i64; 64];
    let mut held: Option<[i64; 2]> = None;
    for _ in 0..3000 {
        let (to, from) = (
            rng.gen_range(0..1usize << 17),
            rng.gen_range(0..1usize << 17),
        );
        let write = rng.gen::<bool>();
        let both = write && to % 2 == 0 && rng.gen::<bool>();
        let read = rng.gen::<bool>() && !(write && to % 64 / 2 == from % 64 / 2);
        let (data, partner) = (rng.gen_range(0..1i64 << 24), rng.gen_range(0..1i64 << 24));
        let flag = |x: bool| vec![u8::from(x)];
        let inputs = [
            flag(write),
            port(to as i64, 17),
            port(data, 24),
            flag(read),
            port(from as i64, 17),
            flag(both),
            port(partner, 24),
        ];
        for ((_, wire), bytes) in memory_in!(uut).into_iter().zip(&inputs) {
            wire.put(bytes);
        }
        uut.clock.next = false.into();
        assert!(simulate(&mut uut, 10));
        record(&mut rows, &memory_in!(uut), &memory_out!(uut));
        match held {
            Some(values) => {
                for ((name, wire), value) in memory_out!(uut).into_iter().zip(values) {
                    assert_eq!(wire.get(), port(value, 24), "{name} in rust-hdl");
                }
            }
            None => rows.rows.last_mut().unwrap().outputs.fill(None),
        }
        uut.clock.next = true.into();
        assert!(simulate(&mut uut, 10));
        if read {
            held = Some([words[from % 64], words[(from % 64) | 1]]);
        }
        if write {
            words[to % 64] = data;
        }
        if both {
            words[(to % 64) | 1] = partner;
        }
    }
    let verilog = text(NeuronRam::with(64, 1));
    passes(&rows, &verilog);
    for (from, to) in [
        ("if (write_odd) odd[", "if (write_odd) even["),
        ("write & ~write_neuron[0]", "write"),
        ("write_neuron[0] ? data : partner_data_0", "data"),
        ("odd_read ? odd_q : even_q", "even_q"),
        ("if (read) odd_read", "odd_read"),
    ] {
        notices(&rows, &verilog, from, to);
    }
}

#[test]
fn two_spikes_and_four_saturations_in_a_clock() {
    let mut rng = ChaCha8Rng::seed_from_u64(71);
    let mut uut = LeavingTogether::default();
    uut.connect_all();
    macro_rules! inputs {
        () => {
            ports!(uut; clear, spike, partner_spike, low, first, second)
        };
    }
    macro_rules! outputs {
        () => {
            ports!(uut; next_low, above, saturations)
        };
    }
    let mut rows = vectors(&inputs!(), &outputs!()).clocked("clock");
    let mut spikes = 0i64;
    for clock in 0..6000 {
        let clear = clock % 2500 == 2499;
        let often = if clock < 2500 { 1.0 } else { 0.7 };
        let (one, other) = (rng.gen_bool(often), rng.gen_bool(often));
        let (first, second) = (rng.gen_range(0..3i64), rng.gen_range(0..3i64));
        let inputs = [
            port(clear.into(), 1),
            port(one.into(), 1),
            port(other.into(), 1),
            port(spikes, 8),
            port(first, 2),
            port(second, 2),
        ];
        for ((_, wire), bytes) in inputs!().into_iter().zip(&inputs) {
            wire.put(bytes);
        }
        uut.clock.next = false.into();
        assert!(simulate(&mut uut, 10));
        record(&mut rows, &inputs!(), &outputs!());
        let next = spikes + i64::from(one) + i64::from(other);
        let expected = [port(next, 8), port(spikes >> 8, 8), port(first + second, 6)];
        for ((name, wire), bytes) in outputs!().into_iter().zip(expected) {
            assert_eq!(wire.get(), bytes, "{name} in clock {clock}");
        }
        uut.clock.next = true.into();
        assert!(simulate(&mut uut, 10));
        spikes = if clear { 0 } else { next };
    }
    let verilog = text(LeavingTogether::default());
    passes(&rows, &verilog);
    for (from, to) in [
        ("{8'd0, partner_spike}", "9'd0"),
        ("high + {7'd0, sum[8]}", "high"),
        ("clear ? 8'd0 : high", "high"),
        ("{4'd0, second}", "6'd0"),
    ] {
        notices(&rows, &verilog, from, to);
    }
}

/// Sweeps of places, by ones and by twos.
fn places<const L: usize>() -> (Vectors, String) {
    let mut rng = ChaCha8Rng::seed_from_u64(L as u64);
    let inputs = [
        ("start", 1),
        ("first_group", 12),
        ("lane_moves", 1),
        ("group_moves", 1),
        ("membrane_moves", 1),
        ("current_written", 1),
        ("membrane_written", 1),
        ("two_0", 1),
    ];
    let outputs = [
        ("lane", 5),
        ("is_last", 1),
        ("is_last_but_one", 1),
        ("group", 12),
        ("membrane", 17),
        ("membrane_lane", 5),
        ("current_group", 12),
        ("current_lane", 5),
        ("result", 17),
        ("result_lane", 5),
    ];
    let mut rows = Vectors::new(&inputs, &outputs).clocked("clock");
    let lanes = L as u64;
    for sweep in 0..40u64 {
        let by = 1 + sweep % 2;
        // The last sweep of each kind begins where its groups come round.
        let first = if sweep < 38 {
            rng.gen_range(0..4000)
        } else {
            4090
        };
        let idle = [1, first, 0, 0, 0, 0, 0, u64::from(rng.gen::<bool>())];
        rows.push(idle, [None::<u64>; 10]);
        let (mut lane, mut group) = (0, first);
        let mut at = [first * lanes; 3];
        for _ in 0..3 * lanes {
            let moves: [bool; 5] = std::array::from_fn(|_| rng.gen_bool(0.7));
            let two = by - 1;
            let bit = |x: bool| u64::from(x);
            let [m0, m1, m2, m3, m4] = moves.map(bit);
            let out = [
                lane,
                bit(lane + by == lanes),
                bit(lane + 2 * by == lanes),
                group,
                at[0],
                at[0] % lanes,
                at[1] / lanes,
                at[1] % lanes,
                at[2],
                at[2] % lanes,
            ];
            let wrapped = |n: usize, x: u64| x & ((1 << outputs[n].1) - 1);
            let out = std::array::from_fn::<_, 10, _>(|n| Some(wrapped(n, out[n])));
            rows.push([0, rng.gen_range(0..4096), m0, m1, m2, m3, m4, two], out);
            lane = (lane + by * m0) % lanes;
            group += m1;
            for (place, moved) in at.iter_mut().zip([m2, m3, m4]) {
                *place += by * moved;
            }
        }
    }
    let verilog = text(Places::<L>::new(1, 0));
    passes(&rows, &verilog);
    (rows, verilog)
}

#[test]
fn places_move_by_ones_or_by_twos() {
    places::<4>();
    places::<16>();
    places::<32>();
    let (rows, verilog) = places::<8>();
    for (from, to) in [
        ("number_q | one17", "number_q"),
        ("entering_lane_q + two5", "entering_lane_q + one5"),
        ("(entering_lane_q ^ three5)", "(entering_lane_q ^ two5)"),
    ] {
        notices(&rows, &verilog, from, to);
    }
}

/// Who goes abreast, and whose partner is there.
fn partners<const L: usize>() -> (Vectors, String) {
    let mut rng = ChaCha8Rng::seed_from_u64(80 + L as u64);
    let inputs = [
        ("start", 1),
        ("one_by_one", 1),
        ("clear", 1),
        ("odd", 1),
        ("busy", 1),
        ("left", 16),
        ("all_entered", 1),
        ("decayed", 1),
        ("decays_next", 1),
        ("finish", 1),
        ("finishes_next", 1),
        ("lane", 5),
        ("spike", 1),
    ];
    let outputs = [
        ("halved", 16),
        ("two", 1),
        ("partner_decayed", 1),
        ("partner_finish", 1),
        ("spikes", L),
    ];
    let mut rows = Vectors::new(&inputs, &outputs).clocked("clock");
    let (mut two, mut odd_kept) = (false, false);
    for clock in 0..6000 {
        let [start, one_by_one, clear, odd, quiet]: [bool; 5] =
            std::array::from_fn(|_| rng.gen_bool(0.2));
        let [entered, decayed, decays, finish, finishes, spike]: [bool; 6] =
            std::array::from_fn(|_| rng.gen_bool(0.6));
        let left = match clock % 4 {
            0 => rng.gen_range(0..4u64),
            1 => 65535 - rng.gen_range(0..4),
            _ => rng.gen_range(0..65536),
        };
        let lane = 2 * rng.gen_range(0..L as u64 / 2);
        let alone = odd_kept && entered;
        let partner_decays = two && decayed && (!alone || decays);
        let partner_finishes = two && finish && (!alone || finishes);
        let bit = |x: bool| u64::from(x);
        rows.push(
            [
                bit(start),
                bit(one_by_one),
                bit(clear),
                bit(odd),
                bit(!quiet),
                left,
                bit(entered),
                bit(decayed),
                bit(decays),
                bit(finish),
                bit(finishes),
                lane,
                bit(spike),
            ],
            [
                Some(left.div_ceil(2)),
                Some(bit(two)),
                Some(bit(partner_decays)),
                Some(bit(partner_finishes)),
                Some(bit(partner_finishes && spike) << (lane + 1)),
            ],
        );
        two = if start {
            !one_by_one && !clear
        } else {
            two && !quiet
        };
        odd_kept = if start { odd } else { odd_kept };
    }
    let verilog = text(Abreast::<L>::default());
    passes(&rows, &verilog);
    (rows, verilog)
}

#[test]
fn the_last_of_an_odd_number_has_no_partner() {
    partners::<4>();
    partners::<16>();
    partners::<32>();
    let (rows, verilog) = partners::<8>();
    for (from, to) in [
        ("(~single | decays_next)", "1'b1"),
        ("(~single | finishes_next)", "1'b1"),
        ("lane | one5", "lane"),
        ("half + one16", "half"),
        ("finishes & spike", "spike"),
        ("~one_by_one & ~clear", "~one_by_one"),
    ] {
        notices(&rows, &verilog, from, to);
    }
}
