//! Exactly once, whatever the wire does, on the device in Rust: every run gives what the model gives or fails with
//! an error. More faults than here: `scripts/faults.sh`; more steps: `scripts/soak.sh`.

use crate::campaign::{cases, run, until, Extent, Tally};
use crate::common::{bytes, emulator, image, steps};
use ferrospike_host::board::Board;
use ferrospike_host::link::Options;
use ferrospike_host::transport::{
    Emulator, EmulatorOptions, Fault, Faults, Faulty, Planted, Timed, TimedOptions, Transport,
};
use ferrospike_model::image::Image;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

const EXTENT: Extent = Extent {
    read_back: usize::MAX,
    most: 200_000_000,
};

/// A number from the environment, or what is run otherwise.
pub fn number(name: &str, otherwise: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.map_or(otherwise, |text| text.parse().expect("a number"))
}

#[test]
fn every_run_is_right_or_says_why_not() {
    let faults = number("FERROSPIKE_FAULTS", 200_000);
    let cases = cases(30, 6);
    let start = Instant::now();
    let mut tally = Tally::default();
    for (seed, rate, resets) in [
        (1, 1e-3, 0.0),
        (2, 3e-3, 1e-6),
        (3, 6e-3, 1e-5),
        (4, 8e-3, 0.0),
    ] {
        let rates = Faults {
            reset: resets,
            ..Faults::all(rate)
        };
        let wire = Faulty::with_reset(emulator(), rates, seed, Emulator::reset);
        let mut part = Tally::default();
        until(wire, &cases, faults / 4, EXTENT, &mut part);
        part.print(&format!("{rate} faults a byte"));
        // Without resets a moderate rate is no reason to fail.
        assert!(rate > 2e-3 || part.errors() == 0);
        tally.equal += part.equal;
        tally.faults.add(&part.faults);
        tally.wrong.extend(part.wrong);
        tally.hangs.extend(part.hangs);
        for (kind, count) in part.failed {
            *tally.failed.entry(kind).or_default() += count;
        }
    }
    tally.print("the device in Rust");
    println!("  {:.0} s", start.elapsed().as_secs_f64());
    assert!(tally.wrong.is_empty(), "{:?}", tally.wrong);
    assert!(tally.hangs.is_empty(), "{:?}", tally.hangs);
    assert!(tally.faults.total() >= faults / 4 * 4 && tally.equal > 0);
    for fault in Fault::ALL {
        assert!(tally.faults.of(fault) > 0, "no {}", fault.name());
    }
}

#[test]
fn a_run_finishes_at_a_bit_error_rate_of_1e_4() {
    let cases = cases(60, 6);
    for seed in 0..20 {
        let wire = Faulty::new(emulator(), Faults::bit_errors(1e-4), seed);
        let wire = Rc::new(RefCell::new(wire));
        let case = &cases[seed as usize % cases.len()];
        let ended = run(&wire, case, EXTENT).expect("the run finishes");
        assert_eq!(ended, Ok(()), "seed {seed}");
        assert!(wire.borrow().counts().of(Fault::Flip) > 0);
    }
}

/// The tests above see a device that takes damaged frames, or frames twice.
#[test]
fn a_device_without_a_part_gives_wrong_results() {
    let cases = cases(30, 1);
    for planted in [Planted::Unchecked, Planted::Unordered] {
        let mut device = emulator();
        device.plant(planted);
        // There already: what is loaded with damage is found by its CRC.
        let s = &cases[0].image.synapses;
        device.device_mut().write_synapses(0, s).unwrap();
        let wire = Faulty::new(device, Faults::all(5e-4), 1);
        let mut tally = Tally::default();
        until(wire, &cases, 20_000, EXTENT, &mut tally);
        tally.print(&format!("{planted:?}"));
        assert!(!tally.wrong.is_empty(), "{planted:?} was not noticed");
    }
}

/// What framing and acknowledges cost of each line, in percent, on a wire without faults and with a round trip of 2 ms.
fn framing_costs(baud: u32, buffer: u16) -> (f64, f64) {
    let timed = Timed::new(TimedOptions {
        baud,
        round_trip: Duration::from_millis(2),
        programs: Vec::new(),
        device: EmulatorOptions {
            receive_buffer: buffer,
            transmit_buffer: buffer,
            ..Default::default()
        },
    });
    let mut board = Board::connect(timed.unwrap(), Options::default()).unwrap();
    let payload = bytes(200_000, 3);
    let start = board.link().transport().usage();
    board.write_s(0, &payload).unwrap();
    board.flush().unwrap();
    let written = board.link().transport().usage();
    assert!(board.read_s(0, payload.len() / 8).unwrap() == payload);
    let read = board.link().transport().usage();
    let cost =
        |seconds: f64| 100.0 * (1.0 - payload.len() as f64 / (seconds * f64::from(baud) / 10.0));
    let (write, read) = (
        cost(written.since(&start).sending),
        cost(read.since(&written).receiving),
    );
    println!("{baud} baud, buffers of {buffer}: framing and acknowledges take {write:.2} % of the line to the device, {read:.2} % of the one from it");
    (write, read)
}

/// With 1,024 bytes, or with as many more as a faster line needs, a header for 240 bytes. Smaller buffers have smaller
/// frames (`docs/protocol.md`, section 1).
#[test]
fn framing_costs_little() {
    for (baud, buffer, most_to, most_from) in [
        (1_000_000, 1024, 5.0, 5.0),
        (3_000_000, 2048, 5.0, 5.0),
        (1_000_000, 512, 8.7, 5.0),
        (1_000_000, 256, 15.9, 9.0),
    ] {
        let (write, read) = framing_costs(baud, buffer);
        // The headers alone are nine tenths of what is allowed: none that is not counted.
        for (cost, most) in [(write, most_to), (read, most_from)] {
            assert!(
                (0.9 * most..=most).contains(&cost),
                "{baud} {buffer}: {cost}"
            );
        }
    }
}

/// Bytes of memory that this process has in use.
fn memory() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = text.split(' ').nth(1).and_then(|n| n.parse::<u64>().ok());
    pages.unwrap_or(0) * 4096
}

#[test]
fn a_long_run_loses_nothing() {
    soak(
        emulator(),
        &image(2),
        number("FERROSPIKE_SOAK", 200) as usize,
    );
}

/// Many steps over a bad wire: every one as in the model, counters as counted, memory as at the start.
pub fn soak<T: Transport>(device: T, image: &Image, count: usize) {
    let inputs = steps(300, 9);
    let wire = Faulty::new(device, Faults::all(1e-3), 77);
    let mut board = Board::connect(wire, Options::default()).unwrap();
    if !board.is_loaded(image).unwrap() {
        board.load(image, &mut ()).unwrap();
    }
    board.clear().unwrap();
    let before = board.counters().unwrap();
    let mut device = image.device(image.smallest_shape()).unwrap();
    let bitmap = image.header.populations[0].bitmap;
    let (mut number, mut wrong, mut early) = (0, 0, 0);
    let given = (0..count).map(|i| inputs[i % inputs.len()].clone());
    let start = Instant::now();
    let ran = board.run_stream(given, |output| {
        let words = &inputs[number % inputs.len()][0];
        device.set_input(bitmap, device.step, words).unwrap();
        let records = device.run(image.header.step_entry).unwrap();
        let same = crate::campaign::output(records) == output;
        wrong += usize::from(!same || usize::from(output.step) != number & 0xffff);
        number += 1;
        if number == count / 10 {
            early = memory();
        }
    });
    assert_eq!((ran.unwrap(), number, wrong), (count, count, 0));
    let grown = memory().saturating_sub(early);
    let counters = board.counters().unwrap();
    let faults = board.link().transport().counts();
    println!(
        "{count} steps, {} faults, {wrong} wrong, {} spikes, {grown} bytes of memory more than after a tenth, {:.0} s",
        faults.total(),
        counters.spikes,
        start.elapsed().as_secs_f64()
    );
    let counted = |c: &ferrospike_host::link::Counters| (c.steps, c.spikes, c.synaptic_operations);
    let (a, b) = (counted(&counters), counted(&before));
    let model = counted(&device.counters);
    let since = (
        a.0.wrapping_sub(b.0),
        a.1.wrapping_sub(b.1),
        a.2.wrapping_sub(b.2),
    );
    assert_eq!(since, model);
    assert_eq!(since.0 as usize, count);
    // In a short run it is other tests that grow.
    assert!(
        count < 1000 || grown < 8 << 20,
        "{grown} bytes of memory more"
    );
    assert!(faults.total() > 0);
}
