//! The spike finder, the row streamer and the reporter. Each runs in rust-hdl's simulator beside
//! memories and random neighbours; what it does is compared with the model or plain loops, and the
//! emitted Verilog must then do the same in Icarus, clock by clock.

mod common;

use common::{notices, passes, record, text, vectors};
use ferrospike_model::runlength;
use ferrospike_rtl::core::report::Reporter;
use ferrospike_rtl::lane::Pipeline;
use ferrospike_rtl::scan::find::SpikeFinder;
use ferrospike_rtl::scan::rows::RowStreamer;
use ferrospike_testbench::Vectors;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rust_hdl::prelude::*;
use std::collections::VecDeque;

const WORDS: usize = 1 << 14;
const LONGEST: usize = 100_000;

macro_rules! finder_in {
    ($uut:expr) => {
        ports!($uut; look, start, stop, always_row, groups, address, step, row_base, group_stride, history, taken)
    };
}
macro_rules! finder_out {
    ($uut:expr) => {
        ports!($uut; read, read_address, found, lane, row, busy)
    };
}
macro_rules! streamer_in {
    ($uut:expr) => {
        ports!($uut; stop, found, lane, row, stride, groups, first_group, format, listed, row_taken, segment_found, segment_begins, segment_first_word, segment_first_group, segment_word_skip, segment_group_skip, segment_groups, segment_exponent, hold, forwarding, late, highest)
    };
}
macro_rules! streamer_out {
    ($uut:expr) => {
        ports!($uut; taken, read, read_address, part, fetch, fetch_group, adding, add_group, take_earlier, take_last, row_valid, row_address, segment_taken, free, exponent, row_begins, busy)
    };
}
macro_rules! reporter_in {
    ($uut:expr) => {
        ports!($uut; start, stop, tag, number, numbered, kind, address, step, first_neuron, count, history, value, late, put_ready)
    };
}
macro_rules! reporter_out {
    ($uut:expr) => {
        ports!($uut; read_history, history_address, read_state, state_neuron, load_state, put_valid, put_data, busy)
    };
}
/// The inputs are settled: they are recorded, and the clock rises.
macro_rules! rise {
    ($uut:expr, $rows:expr, $inputs:ident, $outputs:ident) => {
        assert!(simulate(&mut $uut, 30));
        record(&mut $rows, &$inputs!($uut), &$outputs!($uut));
        $uut.clock.next = true.into();
        assert!(simulate(&mut $uut, 30));
        $uut.clock.next = false.into();
    };
}

fn low<const L: usize>(word: u32) -> u32 {
    word & (u32::MAX >> (32 - L))
}

/// A word of a bitmap: empty, full, sparse or even.
fn bitmap_word(rng: &mut ChaCha8Rng) -> u32 {
    match rng.gen_range(0..5) {
        0 | 1 => 0,
        2 => u32::MAX,
        3 => 1 << rng.gen_range(0..32),
        _ => rng.gen::<u32>() & rng.gen::<u32>(),
    }
}

/// Scans of random bitmaps with random patience of the streamer.
fn find<const L: usize>(scans: usize) -> (Vectors, String) {
    let mut rng = ChaCha8Rng::seed_from_u64(L as u64);
    let mut uut = SpikeFinder::<L>::default();
    uut.connect_all();
    let mut rows = vectors(&finder_in!(uut), &finder_out!(uut)).clocked("clock");
    for scan in 0..scans {
        let mut memory = vec![0u32; WORDS];
        let groups = [0, 1, 2, rng.gen_range(0..40)][scan % 4];
        let step = 1 << rng.gen_range(0..8);
        let address = rng.gen_range(0..WORDS);
        let (base, stride) = (rng.gen_range(0..1u32 << 20), rng.gen_range(0..1u32 << 20));
        let always = rng.gen_bool(0.1);
        let kind = rng.gen_range(0..4);
        let mut expected = Vec::new();
        let mut least = 0;
        for group in 0..groups {
            let word = low::<L>(match kind {
                0 => 0,
                1 => u32::MAX,
                _ => bitmap_word(&mut rng),
            });
            memory[(address + group * step) % WORDS] = word;
            let row = base.wrapping_add(stride.wrapping_mul(group as u32)) & 0xf_ffff;
            expected.extend(
                (0..L)
                    .filter(|l| word >> l & 1 == 1)
                    .map(|l| (l as u64, u64::from(row))),
            );
            least += word.count_ones().max(1) as usize;
        }
        if always {
            expected = vec![(0, u64::from(base))];
            least = 1;
        }
        // How ready the streamer is, and whether the scan is given up.
        let patience = [1.0, 0.5, 0.1][rng.gen_range(0..3)];
        let stop = rng.gen_bool(0.1).then(|| rng.gen_range(1..20));
        // When the row's place is known.
        let start = [2, 2, 3, 7][rng.gen_range(0..4)];

        uut.always_row.next = always;
        uut.groups.next = (groups as u64).into();
        uut.address.next = (address as u64).into();
        uut.step.next = (step as u64).into();
        uut.row_base.next = rng.gen_range(0..1u64 << 20).into();
        uut.group_stride.next = rng.gen_range(0..1u64 << 20).into();
        let mut found = Vec::new();
        let mut clocks = 0;
        loop {
            uut.look.next = clocks == 0;
            uut.start.next = clocks == start;
            if clocks == 1 {
                uut.groups.next = rng.gen_range(0..1u64 << 12).into();
                uut.address.next = rng.gen_range(0..WORDS as u64).into();
            }
            if clocks == start {
                uut.row_base.next = u64::from(base).into();
                uut.group_stride.next = u64::from(stride).into();
            }
            uut.stop.next = stop == Some(clocks);
            uut.taken.next = false;
            assert!(simulate(&mut uut, 30));
            let stopped = stop.is_some_and(|at| at < clocks);
            if (clocks > start || stopped) && !uut.busy.val() {
                break;
            }
            assert!(!uut.found.val() || clocks > start || clocks == 0);
            if uut.found.val() && clocks > start && rng.gen_bool(patience) {
                uut.taken.next = true;
                found.push((uut.lane.val().to_u64(), uut.row.val().to_u64()));
                assert!(simulate(&mut uut, 30));
            }
            let read = uut
                .read
                .val()
                .then(|| uut.read_address.val().to_u64() as usize);
            rise!(uut, rows, finder_in, finder_out);
            if let Some(at) = read {
                uut.history.next = u64::from(memory[at]).into();
            }
            clocks += 1;
            assert!(clocks < LONGEST, "scan {scan} does not end");
        }
        uut.look.next = false;
        uut.start.next = false;
        uut.stop.next = false;
        rise!(uut, rows, finder_in, finder_out);
        match stop.filter(|&at| at < clocks) {
            Some(at) => {
                assert!(clocks == at + 1, "stopped at once");
                assert!(expected.starts_with(&found));
            }
            None => {
                assert_eq!(found, expected, "scan {scan}: {groups} groups of {L}");
                // An empty group costs one clock, a spike one; the first word is there at the start.
                if patience == 1.0 {
                    assert!(clocks <= least + start + 1, "{clocks} clocks for {least}");
                }
            }
        }
    }
    let verilog = text(SpikeFinder::<L>::default());
    passes(&rows, &verilog);
    (rows, verilog)
}

#[test]
fn spikes_are_found_in_order() {
    find::<4>(200);
    find::<16>(100);
    find::<32>(100);
    let (rows, verilog) = find::<8>(200);
    for (from, to) in [
        ("word_row_q + group_stride", "word_row_q"),
        ("(~ahead_q | consume)", "~ahead_q"),
        ("(start | started_q)", "1'b1"),
        ("taken & (lowest_rest == empty)", "1'b0"),
    ] {
        notices(&rows, &verilog, from, to);
    }
}

/// What the streamer did in one clock.
#[derive(Clone, Copy, Default)]
struct Clocked {
    read: Option<u64>,
    part: u64,
    fetch: Option<u64>,
    adding: Option<u64>,
    take_earlier: bool,
    take_last: bool,
}

impl Clocked {
    fn of<const L: usize>(uut: &RowStreamer<L>) -> Self {
        Self {
            read: uut.read.val().then(|| uut.read_address.val().to_u64()),
            part: uut.part.val().to_u64(),
            fetch: uut.fetch.val().then(|| uut.fetch_group.val().to_u64()),
            adding: uut.adding.val().then(|| uut.add_group.val().to_u64()),
            take_earlier: uut.take_earlier.val(),
            take_last: uut.take_last.val(),
        }
    }
}

/// Rows of random sources, offered at once or now and then.
fn stream<const L: usize>(scans: usize, pipeline: Pipeline) -> (Vectors, String) {
    let mut rng = ChaCha8Rng::seed_from_u64(100 + L as u64);
    let mut uut = RowStreamer::<L>::default();
    uut.connect_all();
    let forwarding = pipeline.forwards();
    uut.forwarding.next = forwarding;
    uut.late.next = pipeline.is_late();
    // A late memory is asked a clock earlier.
    let asked = 2 + usize::from(pipeline.is_late());
    // With forwarding a word passes one register more.
    let more = usize::from(forwarding);
    let mut rows = vectors(&streamer_in!(uut), &streamer_out!(uut)).clocked("clock");
    for scan in 0..scans {
        let format = rng.gen_range(0..4u64);
        let parts = 1 << format;
        let groups = if rng.gen_bool(0.3) {
            1
        } else {
            rng.gen_range(0..=20u64)
        };
        let first = rng.gen_range(0..4096u64);
        let highest = highest(&mut rng);
        uut.highest.next = highest.into();
        let stride = rng.gen_range(0..65536u64);
        let offered = if rng.gen() { 1.0 } else { 0.2 };
        let sources: Vec<(u64, u64)> = (0..rng.gen_range(1..12))
            .map(|_| (rng.gen_range(0..L as u64), rng.gen_range(0..1 << 20)))
            .collect();
        uut.format.next = format.into();
        uut.groups.next = groups.into();
        uut.first_group.next = first.into();
        uut.stride.next = stride.into();
        uut.stop.next = false;
        // What the segment reader says means nothing here.
        noise(&mut rng, &mut uut);
        uut.listed.next = false;
        uut.hold.next = false;
        let mut queue: VecDeque<(u64, u64)> = sources.iter().copied().collect();
        let mut log: Vec<Clocked> = Vec::new();
        let mut begun = 0;
        let mut waits = 0;
        let mut was_idle = false;
        let mut offer = false;
        while waits < 7 {
            offer = !queue.is_empty() && (offer || rng.gen_bool(offered));
            let (lane, row) = queue.front().copied().unwrap_or_default();
            uut.found.next = offer;
            uut.lane.next = lane.into();
            uut.row.next = row.into();
            assert!(simulate(&mut uut, 30));
            if uut.taken.val() {
                assert!(offer, "nothing is taken that was not found");
                queue.pop_front();
                offer = false;
            }
            begun += usize::from(uut.row_begins.val());
            let now = Clocked::of(&uut);
            // The last word of all is read in the first clock in which nothing more is to come.
            let reads = now.read.is_some();
            assert!(
                !was_idle || !(reads || uut.busy.val()),
                "S is read when it is others' turn"
            );
            was_idle = !uut.busy.val() && queue.is_empty() && !uut.found.val();
            waits = if uut.busy.val() || !queue.is_empty() {
                0
            } else {
                waits + 1
            };
            log.push(now);
            rise!(uut, rows, streamer_in, streamer_out);
            assert!(log.len() < LONGEST, "scan {scan} does not end");
        }
        let expected: Vec<(u64, u64, u64)> = sources
            .iter()
            .flat_map(|&(lane, row)| {
                (0..groups).map(move |k| {
                    let address = (row + lane * stride + k / parts) & 0xf_ffff;
                    (address, k % parts, (first + k) & highest)
                })
            })
            .collect();
        let fetches: Vec<usize> = (0..log.len()).filter(|&t| log[t].fetch.is_some()).collect();
        assert_eq!(fetches.len(), expected.len(), "scan {scan}");
        for (&t, &(address, part, group)) in fetches.iter().zip(&expected) {
            let word = t - 2;
            let read = (part == 0).then_some(address);
            assert_eq!(log[t - asked].read, read, "scan {scan}");
            assert_eq!(log[word + 1 + more].part, part, "scan {scan}");
            assert_eq!(log[t].fetch, Some(group), "scan {scan}");
            assert_eq!(log[word + 3 + more].adding, Some(group), "scan {scan}");
            // What U holds when it is read here lacks the sums of this clock and the one after it.
            let missing = |clock: usize| log[clock].adding == Some(group);
            assert_eq!(
                log[t + 1].take_earlier,
                forwarding && missing(t),
                "scan {scan}, clock {t}"
            );
            assert_eq!(
                log[t + 2].take_last,
                forwarding && missing(t + 1),
                "scan {scan}, clock {t}"
            );
            assert!(
                forwarding || !missing(t),
                "scan {scan}, clock {t}: U is read too early"
            );
        }
        let count = |is: fn(&Clocked) -> bool| log.iter().filter(|now| is(now)).count();
        let words = sources.len() * groups.div_ceil(parts) as usize;
        assert_eq!(count(|now| now.read.is_some()), words, "words of S");
        assert_eq!(count(|now| now.adding.is_some()), expected.len());
        assert_eq!(begun, if groups == 0 { 0 } else { sources.len() });
        // No gap between the groups of a row or between rows: one group in every clock, and with
        // 8-bit weights one word of S.
        // Without forwarding a row whose first group is the last of the one before waits for a clock.
        if offered == 1.0 && !expected.is_empty() && (forwarding || groups & highest != 1) {
            let span = fetches[fetches.len() - 1] - fetches[0] + 1;
            assert_eq!(span, expected.len(), "clocks of {} rows", sources.len());
            if format == 0 {
                let reads: Vec<usize> = (0..log.len()).filter(|&t| log[t].read.is_some()).collect();
                assert_eq!(reads[reads.len() - 1] - reads[0] + 1, words);
            }
        }
    }
    let verilog = text(RowStreamer::<L>::default());
    passes(&rows, &verilog);
    (rows, verilog)
}

/// The highest group of a device: of many groups, or of so few that rows go round them.
fn highest(rng: &mut ChaCha8Rng) -> u64 {
    (1 << [12, 12, 1, 2, 3, 4][rng.gen_range(0..6)]) - 1
}

/// Random values on the inputs that the segment reader drives.
fn noise<const L: usize>(rng: &mut ChaCha8Rng, uut: &mut RowStreamer<L>) {
    uut.row_taken.next = rng.gen();
    uut.segment_found.next = rng.gen();
    uut.segment_begins.next = rng.gen();
    uut.segment_first_word.next = rng.gen_range(0..1u64 << 20).into();
    uut.segment_first_group.next = rng.gen_range(0..1u64 << 12).into();
    uut.segment_word_skip.next = rng.gen_range(0..1u64 << 9).into();
    uut.segment_group_skip.next = match rng.gen_range(0..3) {
        0 => 4095u64,
        1 => 0,
        _ => rng.gen_range(0..1u64 << 12),
    }
    .into();
    uut.segment_groups.next = match rng.gen_range(0..4) {
        0 => 0u64,
        1 => 1,
        _ => rng.gen_range(0..12),
    }
    .into();
    uut.segment_exponent.next = rng.gen_range(0..16u64).into();
}

/// A word of a segment on its way: the clock in which it is fetched, what it must be.
#[derive(Clone, Copy)]
struct Word {
    address: u64,
    part: u64,
    group: u64,
    exponent: u64,
}

/// Random segments, offered at once or now and then, with lists read between words of weights.
fn segments<const L: usize>(scans: usize, pipeline: Pipeline) -> (Vectors, String) {
    let mut rng = ChaCha8Rng::seed_from_u64(300 + L as u64);
    let mut uut = RowStreamer::<L>::default();
    uut.connect_all();
    uut.forwarding.next = pipeline.forwards();
    uut.late.next = pipeline.is_late();
    uut.listed.next = true;
    let asked = 2 + usize::from(pipeline.is_late());
    let more = usize::from(pipeline.forwards());
    let mut rows = vectors(&streamer_in!(uut), &streamer_out!(uut)).clocked("clock");
    for scan in 0..scans {
        let format = rng.gen_range(0..4u64);
        let parts = 1 << format;
        uut.format.next = format.into();
        uut.groups.next = rng.gen_range(0..4096u64).into();
        let highest = highest(&mut rng);
        uut.highest.next = highest.into();
        uut.first_group.next = rng.gen_range(0..4096u64).into();
        let (offered, held) = ([1.0, 0.2][scan % 2], [0.0, 0.3][rng.gen_range(0..2)]);
        let mut left = rng.gen_range(1..14);
        let (mut word, mut group) = (0u64, 0u64);
        let mut expected: Vec<Word> = Vec::new();
        let mut log: Vec<(Clocked, u64)> = Vec::new();
        noise(&mut rng, &mut uut);
        uut.segment_begins.next = true;
        let mut offer = false;
        let mut waits = 0;
        while waits < 7 {
            offer = left > 0 && (offer || rng.gen_bool(offered));
            uut.segment_found.next = offer;
            uut.hold.next = false;
            assert!(simulate(&mut uut, 30));
            // S may be read for a list only where the streamer says so.
            uut.hold.next = uut.free.val() && rng.gen_bool(held);
            assert!(simulate(&mut uut, 30));
            assert!(
                !uut.hold.val() || !uut.read.val(),
                "two reads of S in a clock"
            );
            let taken = uut.segment_taken.val();
            let now = Clocked::of(&uut);
            log.push((now, uut.exponent.val().to_u64()));
            waits = if uut.busy.val() || left > 0 {
                0
            } else {
                waits + 1
            };
            if taken {
                assert!(offer, "nothing is taken that was not found");
                if uut.segment_begins.val() {
                    word = uut.segment_first_word.val().to_u64();
                    group = uut.segment_first_group.val().to_u64();
                }
                let skip = uut.segment_word_skip.val().to_u64();
                let back = if skip > 255 { (1 << 20) - 512 } else { 0 };
                word = (word + skip + back) & 0xf_ffff;
                group += uut.segment_group_skip.val().to_u64();
                let groups = uut.segment_groups.val().to_u64();
                let exponent = uut.segment_exponent.val().to_u64();
                expected.extend((0..groups).map(|k| Word {
                    address: (word + k / parts) & 0xf_ffff,
                    part: k % parts,
                    group: (group + k) & highest,
                    exponent,
                }));
                word = (word + groups.div_ceil(parts)) & 0xf_ffff;
                group += groups;
                left -= 1;
                offer = false;
            }
            rise!(uut, rows, streamer_in, streamer_out);
            if taken {
                noise(&mut rng, &mut uut);
                let begins = rng.gen_bool(0.3);
                uut.segment_begins.next = begins;
            }
            assert!(log.len() < LONGEST, "scan {scan} does not end");
        }
        let fetches: Vec<usize> = (0..log.len())
            .filter(|&t| log[t].0.fetch.is_some())
            .collect();
        assert_eq!(fetches.len(), expected.len(), "scan {scan}");
        for (&t, word) in fetches.iter().zip(&expected) {
            let read = (word.part == 0).then_some(word.address);
            assert_eq!(log[t - asked].0.read, read, "scan {scan}, clock {t}");
            assert_eq!(
                log[t - 1 + more].0.part,
                word.part,
                "scan {scan}, clock {t}"
            );
            assert_eq!(log[t].0.fetch, Some(word.group), "scan {scan}, clock {t}");
            assert_eq!(log[t].1, word.exponent, "scan {scan}, clock {t}");
            assert_eq!(log[t + 1 + more].0.adding, Some(word.group), "scan {scan}");
            let missing = |clock: usize| log[clock].0.adding == Some(word.group);
            let forwards = pipeline.forwards();
            assert_eq!(
                log[t + 1].0.take_earlier,
                forwards && missing(t),
                "clock {t}"
            );
            assert_eq!(
                log[t + 2].0.take_last,
                forwards && missing(t + 1),
                "clock {t}"
            );
            assert!(forwards || !missing(t), "clock {t}: U is read too early");
        }
    }
    let verilog = text(RowStreamer::<L>::default());
    passes(&rows, &verilog);
    (rows, verilog)
}

#[test]
fn segments_follow_where_lists_let_them() {
    segments::<4>(100, Pipeline::Middle);
    segments::<16>(100, Pipeline::Long);
    let (rows, verilog) = segments::<8>(200, Pipeline::Short);
    notices(
        &rows,
        &verilog,
        "segment_begins | (skip_inside == highest)",
        "1'b0",
    );
    notices(
        &rows,
        &verilog,
        "segment_group_skip & highest",
        "segment_group_skip",
    );
    let (rows, verilog) = segments::<8>(200, Pipeline::Middle);
    for (from, to) in [
        ("step = active_q & ~hold", "step = active_q"),
        ("word_done & ~starts", "word_done"),
        ("group1_d = group_q", "group1_d = group_d"),
        ("exponent2_d = exponent1_q", "exponent2_d = exponent_now_q"),
        ("word_ends | last_q", "word_ends"),
    ] {
        notices(&rows, &verilog, from, to);
    }
}

#[test]
fn rows_follow_without_a_gap() {
    stream::<4>(200, Pipeline::Middle);
    stream::<16>(100, Pipeline::Long);
    stream::<32>(100, Pipeline::Middle);
    stream::<4>(100, Pipeline::Short);
    let (rows, verilog) = stream::<8>(200, Pipeline::Short);
    notices(&rows, &verilog, "last_q & ~gap", "last_q");
    notices(&rows, &verilog, "groups & highest", "groups");
    notices(&rows, &verilog, "begins2_d = begins1_q", "begins2_d = load");
    let (rows, verilog) = stream::<8>(200, Pipeline::Long);
    notices(&rows, &verilog, "valid1_d = valid0_q", "valid1_d = step");
    notices(&rows, &verilog, "part1_d = part0_q", "part1_d = now_q");
    let (rows, verilog) = stream::<8>(200, Pipeline::Middle);
    for (from, to) in [
        ("(~active_q | (last_q & ~gap & ~hold))", "~active_q"),
        ("valid3_q & (group_fetched_q == group_before_q)", "valid3_q"),
        ("valid4_q & (group_fetched_q == group_earlier_q)", "1'b0"),
        ("group_next & highest", "group_next"),
        ("last_part_new = three3", "last_part_new = one3"),
    ] {
        notices(&rows, &verilog, from, to);
    }
}

/// Records of random bitmaps and states, through a link that is not always ready.
fn report<const L: usize>(records: usize) -> (Vectors, String) {
    let mut rng = ChaCha8Rng::seed_from_u64(200 + L as u64);
    let mut uut = Reporter::<L>::default();
    uut.connect_all();
    let mut rows = vectors(&reporter_in!(uut), &reporter_out!(uut)).clocked("clock");
    for at in 0..records {
        let mut memory = vec![0u32; WORDS];
        let states: Vec<u32> = (0..64 * L).map(|_| rng.gen::<u32>() & 0xff_ffff).collect();
        let kind = (at % 4) as u64;
        let step = 1usize << rng.gen_range(0..5);
        let address = rng.gen_range(0..WORDS);
        let (tag, number, numbered) = (rng.gen::<u8>(), rng.gen::<u8>(), rng.gen::<bool>());
        let (group, lane) = (rng.gen_range(0..32usize), rng.gen_range(0..L));
        let mut expected = vec![tag];
        expected.extend(numbered.then_some(number));
        let count = if kind < 2 {
            // Runs around 255 and 510 empty words, between and behind words.
            let mut words = Vec::new();
            for _ in 0..rng.gen_range(0..3) {
                let run = [0, 1, 7, 253, 254, 255, 256, 509, 510, 511][rng.gen_range(0..10)];
                words.resize(words.len() + run, 0);
                (0..rng.gen_range(0..4)).for_each(|_| words.push(low::<L>(bitmap_word(&mut rng))));
            }
            words.truncate(WORDS / step);
            for (k, word) in words.iter().enumerate() {
                memory[(address + k * step) % WORDS] = *word;
            }
            expected.extend(match kind {
                0 => runlength::encode(&words, L),
                _ => runlength::encode_plain(&words, L),
            });
            words.len()
        } else {
            let count = rng.gen_range(1..=2 * L + 3);
            let range = group * L + lane..group * L + lane + count;
            expected.extend(
                states[range]
                    .iter()
                    .flat_map(|v| v.to_le_bytes().into_iter().take(3)),
            );
            count
        };
        let ready = [1.0, 0.6, 0.2][rng.gen_range(0..3)];
        let late = rng.gen::<bool>();
        uut.late.next = late;
        uut.tag.next = u64::from(tag).into();
        uut.number.next = u64::from(number).into();
        uut.numbered.next = numbered;
        uut.kind.next = kind.into();
        uut.address.next = (address as u64).into();
        uut.step.next = (step as u64).into();
        uut.first_neuron.next = ((group * L + lane) as u64).into();
        uut.count.next = (count as u64).into();
        let stop = rng.gen_bool(0.05).then(|| rng.gen_range(1..60));
        let (mut bytes, mut held, mut settled, mut kept, mut clocks) = (Vec::new(), 0, 0, 0, 0);
        let mut waiting = None;
        loop {
            uut.start.next = clocks == 0;
            uut.stop.next = stop == Some(clocks);
            uut.put_ready.next = rng.gen_bool(ready);
            assert!(simulate(&mut uut, 30));
            // The state that was kept last.
            uut.value.next = u64::from(states[kept]).into();
            assert!(simulate(&mut uut, 30));
            if clocks > 0 && !uut.busy.val() {
                break;
            }
            let put = uut
                .put_valid
                .val()
                .then(|| uut.put_data.val().to_u64() as u8);
            assert!(
                waiting.is_none() || waiting == put,
                "a byte waits until it is taken"
            );
            waiting = put.filter(|_| !uut.put_ready.val());
            bytes.extend(put.filter(|_| uut.put_ready.val()));
            let read = uut
                .read_history
                .val()
                .then(|| uut.history_address.val().to_u64() as usize);
            let fetch = uut
                .read_state
                .val()
                .then(|| uut.state_neuron.val().to_u64() as usize);
            let keep = uut.load_state.val();
            rise!(uut, rows, reporter_in, reporter_out);
            if let Some(at) = read {
                uut.history.next = u64::from(memory[at]).into();
            }
            let word = if late { settled } else { held };
            kept = if keep { word } else { kept };
            settled = held;
            held = fetch.unwrap_or(held);
            clocks += 1;
            assert!(clocks < LONGEST, "record {at} does not end");
        }
        uut.start.next = false;
        uut.stop.next = false;
        rise!(uut, rows, reporter_in, reporter_out);
        match stop.filter(|&at| at < clocks) {
            Some(at) => {
                assert_eq!(clocks, at + 1, "stopped at once");
                assert!(expected.starts_with(&bytes));
            }
            None => assert_eq!(
                bytes, expected,
                "record {at}, kind {kind}, {count} items of {L}"
            ),
        }
    }
    let verilog = text(Reporter::<L>::default());
    passes(&rows, &verilog);
    (rows, verilog)
}

#[test]
fn records_are_as_the_model_codes_them() {
    report::<4>(120);
    report::<16>(80);
    let (rows, verilog) = report::<32>(80);
    notices(&rows, &verilog, "index_q == octets_last", "1'b1");
    let (rows, verilog) = report::<8>(160);
    for (from, to) in [
        ("8'hfe", "8'hfd"),
        ("neuron_d = neuron_up_next_value", "neuron_d = neuron_q"),
        ("zeros_q != zero8", "1'b0"),
        ("if (late)", "if (1'b0)"),
    ] {
        notices(&rows, &verilog, from, to);
    }
}
