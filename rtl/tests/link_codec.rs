//! COBS and CRC-32 of the emitted Verilog against the crates `cobs` and `crc`.

mod link_support;

use ferrospike_rtl::link::{CobsDecoder, CobsEncoder, Crc32};
use ferrospike_rtl::primitives::byte_ram::SmallMemories;
use link_support::{crc32, emitted, Interactive};
use rand::{Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn bench(decoder: &str) -> Interactive {
    Interactive::start(
        include_str!("link_support/codec_bench.v"),
        &[
            &emitted(CobsEncoder::new(SmallMemories::Lookups), "encoder"),
            decoder,
            &emitted(Crc32::default(), "check"),
        ],
    )
}

fn only(events: &[(char, u32)], letter: char) -> Vec<u8> {
    events
        .iter()
        .filter(|e| e.0 == letter)
        .map(|e| e.1 as u8)
        .collect()
}

/// The crate encodes nothing as nothing, which is no frame.
fn encode(bytes: &[u8]) -> Vec<u8> {
    if bytes.is_empty() {
        return vec![1];
    }
    cobs::encode_vec(bytes)
}

/// Byte strings around every boundary: all zero, none zero, mixed, and a zero at each end.
fn strings(lengths: &[usize]) -> Vec<Vec<u8>> {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut all = Vec::new();
    for &length in lengths {
        all.push(vec![0; length]);
        all.push((0..length).map(|i| (i % 255) as u8 + 1).collect());
        all.push(vec![255; length]);
        let mut mixed = vec![0; length];
        random.fill_bytes(&mut mixed);
        all.push(mixed.clone());
        mixed
            .iter_mut()
            .for_each(|b| *b = if random.gen_bool(0.3) { 0 } else { *b });
        all.push(mixed.clone());
        mixed.iter_mut().for_each(|b| *b = (*b).max(1));
        if let Some(first) = mixed.first_mut() {
            *first = 0;
        }
        all.push(mixed.clone());
        mixed.reverse();
        all.push(mixed);
    }
    all
}

#[test]
fn frames_encode_as_the_crates_do() {
    let mut bench = bench(&emitted(CobsDecoder::default(), "decoder"));
    for string in strings(&[0, 1, 2, 3, 17, 239, 240, 251, 252, 253]) {
        for stalls in 0..2 {
            string.iter().for_each(|&b| bench.command(0, u32::from(b)));
            bench.command(1, stalls);
            let events = bench.events();
            let mut expected = encode(&string);
            expected.push(0);
            assert_eq!(only(&events, 'o'), expected, "encoding {string:02x?}");
            let value = events.iter().find(|e| e.0 == 'v').map(|e| e.1);
            assert_eq!(value, Some(crc32(&string)), "CRC of {string:02x?}");
        }
    }
}

#[test]
fn the_crc_shifts_out_and_has_its_residue() {
    let mut bench = bench(&emitted(CobsDecoder::default(), "decoder"));
    for string in strings(&[0, 1, 5, 240]) {
        string.iter().for_each(|&b| bench.command(0, u32::from(b)));
        let sum = crc32(&string);
        sum.to_le_bytes()
            .iter()
            .for_each(|&b| bench.command(0, u32::from(b)));
        let events = bench.events();
        assert_eq!(events[events.len() - 2], ('v', 0x2144_DF1C));
        for _ in 0..2 {
            bench.command(5, 0);
        }
        let events = bench.events();
        assert_eq!(events[events.len() - 2], ('v', 0xFF21_44DF));
        bench.command(1, 0);
        bench.events();
    }
}

fn decode(decoder: &str) -> Result<(), String> {
    let mut bench = bench(decoder);
    for string in strings(&[0, 1, 2, 239, 240, 253, 254, 255, 256, 507, 508, 509, 700]) {
        let mut encoded = encode(&string);
        encoded.extend([0, 0]);
        encoded.iter().for_each(|&b| bench.command(2, u32::from(b)));
        let events = bench.events();
        if only(&events, 'p') != string {
            return Err(format!("decoding {string:02x?}"));
        }
        if only(&events, 'f') != [0] {
            return Err(format!("ends of {string:02x?}: {:?}", only(&events, 'f')));
        }
    }
    // A full last group with and without the empty one after it.
    for tail in [&[1_u8, 0][..], &[0]] {
        let mut encoded = vec![255];
        encoded.extend([7; 254]);
        encoded.extend(tail);
        encoded.iter().for_each(|&b| bench.command(2, u32::from(b)));
        let events = bench.events();
        if only(&events, 'p') != [7; 254] || only(&events, 'f') != [0] {
            return Err("a full last group".into());
        }
    }
    // Cut off inside a group.
    for encoded in [&[2_u8, 0][..], &[5, 1, 2, 3, 0], &[1, 3, 9, 0]] {
        encoded.iter().for_each(|&b| bench.command(2, u32::from(b)));
        if only(&bench.events(), 'f') != [1] {
            return Err(format!("{encoded:02x?} is no frame"));
        }
    }
    Ok(())
}

#[test]
fn frames_decode_as_the_crates_encode() {
    let verilog = emitted(CobsDecoder::default(), "decoder");
    decode(&verilog).expect("the decoder is right");
    let planted = verilog.replace("8'hff", "8'hfe");
    assert_ne!(planted, verilog);
    decode(&planted).expect_err("a wrong full group is found");
}
