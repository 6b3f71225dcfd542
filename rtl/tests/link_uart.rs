//! The UART pins in Icarus, with whole and fractional numbers of clocks a bit and senders that are off by 2 %.

mod link_support;

use ferrospike_rtl::link::{UartReceiver, UartTransmitter};
use link_support::{emitted, Interactive};
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The clock of the bench has a period of 10,000 ps.
const CLOCK_HZ: u64 = 100_000_000;

/// Baud rate and the picoseconds of a bit: 8, 8.68 and 26 clocks a bit.
const RATES: [(u64, u32); 3] = [
    (12_500_000, 80_000),
    (11_520_737, 86_800),
    (3_846_154, 260_000),
];

fn bench(baud: u64, bit: u32, verilog: impl Fn(String) -> String) -> Interactive {
    let text = include_str!("link_support/uart_bench.v").replace("`BIT", &bit.to_string());
    Interactive::start(
        &text,
        &[
            &verilog(emitted(UartReceiver::new(CLOCK_HZ, baud), "receiver")),
            &emitted(UartTransmitter::new(CLOCK_HZ, baud), "transmitter"),
        ],
    )
}

fn only(events: &[(char, u32)], letter: char) -> Vec<u32> {
    assert!(
        !events.iter().any(|e| e.0 == 'x'),
        "the line idles high from the start"
    );
    events
        .iter()
        .filter(|e| e.0 == letter)
        .map(|e| e.1)
        .collect()
}

fn bytes() -> Vec<u8> {
    let mut bytes = vec![0; 200];
    ChaCha8Rng::seed_from_u64(2).fill_bytes(&mut bytes);
    bytes.extend([0, 0, 255, 255, 0, 0x55, 0xAA, 1, 128]);
    bytes
}

fn receive(bench: &mut Interactive, bit: u32) -> Result<(), String> {
    for percent in [98, 100, 102] {
        bench.command(2, bit * percent / 100);
        for (index, &byte) in bytes().iter().enumerate() {
            bench.command(0, u32::from(byte));
            if index % 16 == 15 {
                // Another phase against the clock.
                bench.command(1, 10 + index as u32 % 7);
            }
        }
        let expected: Vec<u32> = bytes().iter().map(|&b| u32::from(b)).collect();
        if only(&bench.events(), 'b') != expected {
            return Err(format!("at a bit of {bit} ps and {percent} % of it"));
        }
    }
    Ok(())
}

#[test]
fn the_receiver_takes_senders_that_are_off_by_two_percent() {
    for (baud, bit) in RATES {
        receive(&mut bench(baud, bit, |v| v), bit).expect("all bytes arrive");
    }
}

#[test]
fn a_receiver_that_samples_at_the_wrong_time_is_found() {
    let (baud, bit) = RATES[0];
    let planted = |verilog: String| {
        let other = verilog.replace("17'b1010000000000000", "17'h2000");
        assert_ne!(other, verilog);
        other
    };
    receive(&mut bench(baud, bit, planted), bit).expect_err("a start one half bit late is found");
}

#[test]
fn a_byte_without_stop_bit_is_dropped() {
    for (baud, bit) in RATES {
        let mut bench = bench(baud, bit, |v| v);
        bench.command(0, 0x31);
        bench.command(6, 0x32);
        bench.command(1, 20);
        bench.command(0, 0x33);
        // A pulse of a fifth of a bit is no start bit.
        bench.command(1, 20);
        bench.command(5, 0);
        bench.command(1, 2);
        bench.command(5, 1);
        bench.command(1, 120);
        bench.command(0, 0x34);
        // A break is one dropped byte.
        bench.command(5, 0);
        bench.command(1, 400);
        bench.command(5, 1);
        bench.command(1, 20);
        bench.command(0, 0x35);
        assert_eq!(only(&bench.events(), 'b'), [0x31, 0x33, 0x34, 0x35]);
    }
}

#[test]
fn the_transmitter_is_heard_by_an_exact_listener() {
    for (baud, bit) in RATES {
        let mut bench = bench(baud, bit, |v| v);
        bytes().iter().for_each(|&b| bench.command(3, u32::from(b)));
        let expected: Vec<u32> = bytes().iter().map(|&b| 0x200 | u32::from(b)).collect();
        assert_eq!(only(&bench.events(), 't'), expected, "a bit of {bit} ps");
    }
}
