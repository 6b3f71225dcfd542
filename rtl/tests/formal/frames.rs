//! What the CRC of a frame finds, computed with the crate `crc` - not with the block of `rtl/src/link`, of which
//! `crc32_proof` shows that it is the same function.
//!
//! A CRC is linear: whether an error is found depends on the wrong bits alone, and the check value that they leave -
//! their syndrome - is the sum of those of its bits. An error stays unnoticed exactly if its syndrome is 0.

use crc::{Algorithm, Crc, CRC_32_ISO_HDLC};

/// Bytes of the longest frame, with its check value: 8 of the header of a ROOM, 240 of payload, 4.
const LONGEST: usize = 252;

/// The syndromes of all bits of a frame of so many bytes, in the order in which they are on the wire.
fn syndromes(bytes: usize, crc: &Crc<u32>) -> Vec<u32> {
    let body = vec![0; bytes - 4];
    let right = crc.checksum(&body);
    let of_body = (0..8 * body.len()).map(|bit| {
        let mut wrong = body.clone();
        wrong[bit / 8] ^= 1 << (bit % 8);
        crc.checksum(&wrong) ^ right
    });
    of_body.chain((0..32).map(|bit| 1 << bit)).collect()
}

/// The fewest wrong bits, up to 4, that can stay unnoticed.
fn unnoticed(syndromes: &[u32]) -> Option<usize> {
    let mut sorted = syndromes.to_vec();
    sorted.sort_unstable();
    if sorted.first() == Some(&0) {
        return Some(1);
    }
    let twice = |sorted: &[u32]| sorted.windows(2).any(|pair| pair[0] == pair[1]);
    if twice(&sorted) {
        return Some(2);
    }
    let mut pairs = Vec::with_capacity(sorted.len() * sorted.len() / 2);
    for (n, a) in sorted.iter().enumerate() {
        pairs.extend(sorted[..n].iter().map(|b| a ^ b));
    }
    pairs.sort_unstable();
    if sorted.iter().any(|bit| pairs.binary_search(bit).is_ok()) {
        return Some(3);
    }
    twice(&pairs).then_some(4)
}

/// The first bit of a burst of up to 32 bits that can stay unnoticed.
fn burst(syndromes: &[u32]) -> Option<usize> {
    syndromes.windows(32).position(|window| {
        // Gauss: no sum of some of them is 0 if and only if each has a leading bit of its own.
        let mut basis = [0_u32; 32];
        window.iter().any(|&syndrome| {
            let mut rest = syndrome;
            while rest != 0 {
                let lead = rest.leading_zeros() as usize;
                if basis[lead] == 0 {
                    basis[lead] = rest;
                    return false;
                }
                rest ^= basis[lead];
            }
            true
        })
    })
}

#[test]
fn up_to_four_wrong_bits_of_a_frame_are_found() {
    let crc = Crc::<u32>::new(&CRC_32_ISO_HDLC);
    let all = syndromes(LONGEST, &crc);
    assert_eq!(all.len(), 8 * LONGEST);
    assert_eq!(unnoticed(&all), None);
    // A shorter frame is the end of a longer one.
    for bytes in [10, 11, 37, 249] {
        assert_eq!(syndromes(bytes, &crc), all[8 * (LONGEST - bytes)..]);
    }
}

#[test]
fn a_burst_of_up_to_32_bits_of_a_frame_is_found() {
    let crc = Crc::<u32>::new(&CRC_32_ISO_HDLC);
    assert_eq!(burst(&syndromes(LONGEST, &crc)), None);
}

/// x^32 + 1: a bit and the one 32 further on cancel.
static FOLDED: Algorithm<u32> = Algorithm {
    poly: 1,
    ..CRC_32_ISO_HDLC
};

/// x^32 + x: not even 32 bits in a row are found.
static EVEN: Algorithm<u32> = Algorithm {
    poly: 2,
    ..CRC_32_ISO_HDLC
};

/// x^32 + x^15 + 1: three bits cancel.
static THREE: Algorithm<u32> = Algorithm {
    poly: 0x8001,
    ..CRC_32_ISO_HDLC
};

/// Other check values fail where they must: the computation sees something.
#[test]
fn weaker_check_values_are_found_out() {
    assert_eq!(
        unnoticed(&syndromes(LONGEST, &Crc::<u32>::new(&FOLDED))),
        Some(2)
    );
    assert!(burst(&syndromes(LONGEST, &Crc::<u32>::new(&EVEN))).is_some());
    // CRC-32 itself, on frames that are longer than any of the link: four wrong bits can cancel from
    // 376 bytes on (more than 2,974 bits in front of the check value).
    let crc = Crc::<u32>::new(&CRC_32_ISO_HDLC);
    assert_eq!(unnoticed(&syndromes(376, &crc)), Some(4));
}

/// Frames that a receiver finds in these bytes: decoded, of a length that frames have, with the right check value.
fn accepted<'a>(wire: &'a [u8], crc: &'a Crc<u32>) -> impl Iterator<Item = Vec<u8>> + 'a {
    let parts = wire.split(|&byte| byte == 0);
    let decoded = parts.filter_map(|part| cobs::decode_vec(part).ok());
    decoded.filter(|frame| {
        let body = frame.len().saturating_sub(4);
        (10..=LONGEST).contains(&frame.len())
            && crc.checksum(&frame[..body]).to_le_bytes() == frame[body..]
    })
}

/// A short frame, and how it is on the wire, with the end mark of an empty one behind it.
fn on_the_wire(crc: &Crc<u32>) -> Vec<u8> {
    let mut frame = vec![2, 7, 0, 1, 16, 0, 0x40, 0];
    frame.extend(crc.checksum(&frame).to_le_bytes());
    let mut wire = cobs::encode_vec(&frame);
    wire.extend([0, 0]);
    assert_eq!(accepted(&wire, crc).collect::<Vec<_>>(), [frame]);
    wire
}

/// A frame is accepted though these bits of the wire are wrong.
fn taken(wire: &[u8], wrong: &[usize], crc: &Crc<u32>) -> bool {
    let mut wire = wire.to_vec();
    for bit in wrong {
        wire[bit / 8] ^= 1 << (bit % 8);
    }
    let found = accepted(&wire, crc).next().is_some();
    found
}

/// Bits of the wire that errors are tried on: not those of the last byte, which stands for the end mark of the frame
/// that follows.
fn bits(wire: &[u8]) -> usize {
    8 * (wire.len() - 1)
}

/// Tries all errors of up to three bits; how many, and the number of wrong bits of one that goes unnoticed.
fn few_bits(crc: &Crc<u32>) -> (usize, Option<usize>) {
    let wire = on_the_wire(crc);
    let bits = bits(&wire);
    let pairs = || (0..bits).flat_map(|a| (0..a).map(move |b| [a, b]));
    let triples = pairs().flat_map(|[a, b]| (0..b).map(move |c| [a, b, c]));
    let singles = (0..bits).map(|bit| vec![bit]);
    let all = singles
        .chain(pairs().map(|pair| pair.to_vec()))
        .chain(triples.map(|three| three.to_vec()));
    let mut tried = 0;
    for wrong in all {
        tried += 1;
        if taken(&wire, &wrong, crc) {
            return (tried, Some(wrong.len()));
        }
    }
    (tried, None)
}

/// Tries bursts of up to 32 bits, whose first and last bits are wrong: all of up to 12 bits, and 200 of each greater
/// length at each place; how many, and the length of one that goes unnoticed.
fn bursts(crc: &Crc<u32>) -> (u64, Option<usize>) {
    const ALL: usize = 12;
    const SOME: u64 = 200;
    let wire = on_the_wire(crc);
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut at = |first: usize, length: usize, number: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        // The bits between the ends: all there are, or none, or any.
        let between = match (length <= ALL, number) {
            (true, _) | (_, 0) => number,
            (_, 1) => u64::MAX,
            _ => random,
        };
        let inner = (1..length - 1).filter(|bit| between >> (bit - 1) & 1 == 1);
        let wrong = [0, length - 1].into_iter().chain(inner);
        let wrong: Vec<usize> = wrong.map(|bit| first + bit).collect();
        taken(&wire, &wrong, crc)
    };
    let mut all = 0;
    for length in 2..=32 {
        for first in 0..=bits(&wire) - length {
            let tried = if length <= ALL {
                1 << (length - 2)
            } else {
                SOME
            };
            all += tried;
            if (0..tried).any(|number| at(first, length, number)) {
                return (all, Some(length));
            }
        }
    }
    (all, None)
}

/// On the wire a wrong bit may change where zeros stand, and with that more than one bit of the frame: no algebra
/// covers this. So errors are tried, on one short frame.
#[test]
fn few_wrong_bits_and_bursts_on_the_wire_are_found_in_a_short_frame() {
    let crc = Crc::<u32>::new(&CRC_32_ISO_HDLC);
    let bits = bits(&on_the_wire(&crc));
    let few = bits + bits * (bits - 1) / 2 + bits * (bits - 1) * (bits - 2) / 6;
    assert_eq!(few_bits(&crc), (few, None));
    let short: u64 = (2..=12).map(|n| (bits as u64 - n + 1) << (n - 2)).sum();
    let long: u64 = (13..=32).map(|n| (bits as u64 - n + 1) * 200).sum();
    assert_eq!(bursts(&crc), (short + long, None));
}

#[test]
fn weaker_check_values_are_found_out_on_the_wire() {
    let few = |weak| few_bits(&Crc::<u32>::new(weak)).1;
    let burst = |weak| bursts(&Crc::<u32>::new(weak)).1;
    // A wrong bit of the wire that moves a zero is two of the frame, perhaps 32 apart.
    assert_eq!(
        [few(&FOLDED), few(&EVEN), few(&THREE)],
        [Some(1), Some(2), Some(3)]
    );
    assert_eq!([burst(&FOLDED), burst(&EVEN)], [Some(10), Some(9)]);
}
