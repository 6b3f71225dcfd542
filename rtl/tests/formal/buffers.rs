//! The buffers of the link: nothing overflows, underflows or changes places, and only a right frame acts.

use crate::{emitted, harness, prove, unsettle};
use ferrospike_rtl::link::{FrameReceiver, FrameTransmitter};
use ferrospike_rtl::primitives::byte_ram::SmallMemories;
use ferrospike_testbench::formal::Proof;

/// With a ring of so many bytes.
fn receiver(depth: usize) -> Proof {
    let block = FrameReceiver::new(depth, SmallMemories::default());
    Proof::new("frame_receiver_proof", harness!("frame_receiver"))
        .module(emitted(block, "frame_receiver"))
        .parameter("DEPTH", depth as u64)
        .parameter("BITS", u64::from(depth.trailing_zeros()))
}

/// With a ring of so many bytes.
fn transmitter(depth: usize) -> Proof {
    let block = FrameTransmitter::new(depth, SmallMemories::default());
    Proof::new("frame_transmitter_proof", harness!("frame_transmitter"))
        .module(emitted(block, "frame_transmitter"))
        .parameter("DEPTH", depth as u64)
        .parameter("BITS", u64::from(depth.trailing_zeros()))
}

#[test]
fn the_receiver_keeps_order_and_takes_right_frames_alone() {
    prove("frame receiver, 16 bytes", &receiver(16));
}

#[test]
fn faults_of_the_receiver_are_found() {
    let (name, proof) = ("frame receiver", receiver(16));
    // A limit that a RESEND does not get, one that moves in the clock in which it is sent; a wrong frame, a broken one, one
    // that is too long, overflow, underflow, order.
    unsettle(name, &proof, "pop | rewind_pulse_q", "pop");
    let sent = "(pop & ~limit_sent) | rewind_pulse_q";
    unsettle(name, &proof, "pop | rewind_pulse_q", sent);
    let good = "good = crc_good & ~decoder_error";
    unsettle(name, &proof, good, "good = ~decoder_error");
    unsettle(name, &proof, good, "good = crc_good");
    unsettle(name, &proof, "payload_q > most", "payload_q > positions");
    unsettle(name, &proof, "skipping = at_limit | ", "skipping = ");
    let valid = "valid_d = available & ~pop";
    unsettle(name, &proof, valid, "valid_d = available");
    unsettle(name, &proof, "accept_new = in_order_q & ", "accept_new = ");
}

#[test]
fn the_transmitter_keeps_order() {
    prove("frame transmitter, 16 bytes", &transmitter(16));
}

#[test]
fn faults_of_the_transmitter_are_found() {
    let (name, proof) = ("frame transmitter", transmitter(16));
    // Overflow; an acknowledge of what was not sent; one that is taken beside a byte.
    let room = "room_d = ~full & ~nearly_full";
    unsettle(name, &proof, room, "room_d = ~full");
    let plausible = "plausible = advance <= in_flight_q";
    unsettle(name, &proof, plausible, "plausible = advance <= depth");
    let take = "take_acknowledge = judging_q & ~take_byte";
    unsettle(name, &proof, take, "take_acknowledge = judging_q");
    // An empty DATA; ROOM without a limit.
    let room = "(limit_changed | ~readable_q)";
    unsettle(name, &proof, room, "limit_changed");
    let data = "is_data = ~is_status_q & ~is_room_q";
    unsettle(name, &proof, data, "is_data = ~is_status_q");
}
