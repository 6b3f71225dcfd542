//! Random bits that anyone can compute again: SplitMix64 (Steele, Lea and Flood, 2014) as a function of a number
//! instead of a sequence, so that no bit depends on the order in which bits are made.

/// The increment of SplitMix64, 2^64 divided by the golden ratio.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// SplitMix64's output for the state `z`.
fn mix(mut z: u64) -> u64 {
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

/// The key of a sample: output number `sample`, from 0, of SplitMix64 with this seed.
pub(super) fn key(seed: u64, sample: u64) -> u64 {
    mix(seed.wrapping_add(sample.wrapping_add(1).wrapping_mul(GOLDEN)))
}

/// 32 random bits: the upper half of output number `n`, from 0, of SplitMix64 with this key as its seed.
pub(super) fn bits(key: u64, n: u64) -> u32 {
    (mix(key.wrapping_add(n.wrapping_add(1).wrapping_mul(GOLDEN))) >> 32) as u32
}

#[cfg(test)]
mod tests {
    /// The first outputs of SplitMix64 with the seed 1234567, as its reference implementation prints them.
    #[test]
    fn outputs_are_those_of_splitmix64() {
        let wanted: [u64; 3] = [
            6457827717110365317,
            3203168211198807973,
            9817491932198370423,
        ];
        for (n, wanted) in wanted.into_iter().enumerate() {
            assert_eq!(super::key(1234567, n as u64), wanted);
            assert_eq!(super::bits(1234567, n as u64), (wanted >> 32) as u32);
        }
    }
}
