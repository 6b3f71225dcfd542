//! The UART: any bytes, from and to a peer whose bits are up to 2 % too short or too long.

use crate::{emitted, harness, prove, unsettle};
use ferrospike_rtl::link::{UartReceiver, UartTransmitter};
use ferrospike_testbench::formal::{Method, Outcome, Proof};

/// A bit of ours in the unit of the harness, a part of our phase accumulator.
const BIT: u64 = 65536;

/// Our step a clock, and the peer's shortest and longest bit, `percent` off.
fn times(clock_hz: u64, baud: u64, percent: u64) -> (u64, u64, u64) {
    let step = (BIT * baud + clock_hz / 2) / clock_hz;
    // A bit of the right length is clock_hz / baud clocks.
    let low = step * clock_hz * (100 - percent) / (100 * baud);
    let high = (step * clock_hz * (100 + percent)).div_ceil(100 * baud);
    (step, low, high)
}

fn receiver(clock_hz: u64, baud: u64, percent: u64) -> Proof {
    let (step, low, high) = times(clock_hz, baud, percent);
    Proof::new("uart_receiver_proof", harness!("uart_receiver"))
        .module(emitted(UartReceiver::new(clock_hz, baud), "uart_receiver"))
        .parameter("STEP", step)
        .parameter("LOW", low)
        .parameter("HIGH", high)
}

fn transmitter(clock_hz: u64, baud: u64) -> Proof {
    let (step, low, high) = times(clock_hz, baud, 2);
    Proof::new("uart_transmitter_proof", harness!("uart_transmitter"))
        .module(emitted(
            UartTransmitter::new(clock_hz, baud),
            "uart_transmitter",
        ))
        .parameter("STEP", step)
        .parameter("LOW", low)
        .parameter("HIGH", high)
        .parameter("OFFSET", BIT / 16)
        .method(Method::Induction(2))
}

#[test]
fn any_byte_is_received_from_a_peer_2_percent_off() {
    // The fewest clocks a bit that a configuration may have.
    prove(
        "UART receiver, 8 clocks a bit",
        &receiver(24_000_000, 3_000_000, 2),
    );
}

#[test]
fn any_byte_is_sent_to_a_peer_2_percent_off() {
    prove(
        "UART transmitter, 8 clocks a bit",
        &transmitter(24_000_000, 3_000_000),
    );
}

#[test]
fn faults_of_the_uart_are_found() {
    let proof = receiver(24_000_000, 3_000_000, 2);
    unsettle(
        "UART receiver",
        &proof,
        "phase_d = half;",
        "phase_d = step;",
    );
    unsettle(
        "UART receiver",
        &proof,
        "last = count_q == seven",
        "last = count_q == one",
    );
    let proof = transmitter(24_000_000, 3_000_000);
    unsettle(
        "UART transmitter",
        &proof,
        "last = count_q == nine",
        "last = count_q == one",
    );
    unsettle(
        "UART transmitter",
        &proof,
        "low_d = bits_out_q[0];",
        "low_d = bits_out_q[1];",
    );
}

/// What is proved is not true of any peer: one whose bits are 4 % off is not always understood.
#[test]
fn a_peer_4_percent_off_is_not_promised() {
    let outcome = receiver(24_000_000, 3_000_000, 4).holds();
    assert!(
        matches!(outcome, Ok(Outcome::Open(_) | Outcome::Fails(_))),
        "{outcome:?}"
    );
}
