//! CRC-32, the COBS encoder and decoder: for all contents.

use crate::{emitted, harness, prove, refute, unsettle};
use ferrospike_rtl::link::{CobsDecoder, CobsEncoder, Crc32};
use ferrospike_rtl::primitives::byte_ram::SmallMemories;
use ferrospike_testbench::formal::Proof;

#[test]
fn a_step_of_the_crc_is_that_of_the_polynomial() {
    let harness = harness!("crc32");
    let proof = Proof::new("crc32_proof", harness).module(emitted(Crc32::default(), "crc32"));
    prove("CRC-32", &proof);
    refute("CRC-32", &proof, "low ^ nibble", "low | nibble", 4);
    refute(
        "CRC-32",
        &proof,
        "register_q >> 32'h4",
        "register_q >> 32'h5",
        4,
    );
}

#[test]
fn the_decoder_takes_any_frame_apart() {
    let harness = harness!("cobs_decoder");
    let decoder = emitted(CobsDecoder::default(), "cobs_decoder");
    let proof = Proof::new("cobs_decoder_proof", harness).module(decoder);
    prove("COBS decoder", &proof);
    refute(
        "COBS decoder",
        &proof,
        "broken_d = in_group;",
        "broken_d = 1'b0;",
        6,
    );
    // Shows only after a group of 254 bytes.
    unsettle(
        "COBS decoder",
        &proof,
        "zero_due_d = data != longest;",
        "zero_due_d = 1'b1;",
    );
}

#[test]
fn the_encoder_codes_any_frame() {
    let harness = harness!("cobs_encoder");
    let encoder = CobsEncoder::new(SmallMemories::default());
    let encoder = emitted(encoder, "cobs_encoder");
    let proof = Proof::new("cobs_encoder_proof", harness).module(encoder);
    prove("COBS encoder", &proof);
    for (from, to) in [
        ("group = write_at_q - code_at_q", "group = write_at_q"),
        ("position_q == write_at_q", "position_more == write_at_q"),
    ] {
        refute("COBS encoder", &proof, from, to, 14);
    }
}
