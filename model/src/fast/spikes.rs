//! Spikes as bytes, which loops over neurons are good at, and as the bits of words of H.

/// Writes -1 for each bit of these words that is 1, and 0 for each that is 0: L of each word.
#[inline(always)]
pub(super) fn spread<const L: usize>(words: impl Iterator<Item = u32>, masks: &mut [i32]) {
    for (masks, word) in masks.chunks_mut(L).zip(words) {
        let mut all = [0i32; L];
        for (lane, mask) in all.iter_mut().enumerate() {
            *mask = -((word >> lane & 1) as i32);
        }
        // The last word may have more lanes than there are neurons.
        masks.copy_from_slice(&all[..masks.len()]);
    }
}

/// The bits of up to 32 bytes, each 0 or 1, the first the lowest.
#[inline(always)]
pub(super) fn pack(bytes: &[u8]) -> u32 {
    // Eight bytes times this have the first byte's bit at 56, the second's at 57, and so on.
    const COLLECT: u64 = 0x0102_0408_1020_4080;
    let mut word = 0;
    for (at, eight) in bytes.chunks(8).enumerate() {
        let mut all = [0u8; 8];
        all[..eight.len()].copy_from_slice(eight);
        let bits = u64::from_le_bytes(all).wrapping_mul(COLLECT) >> 56;
        word |= (bits as u32) << (8 * at);
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreading_and_packing_are_inverse() {
        for word in [0u32, 1, 0x8000_0001, 0xdead_beef, u32::MAX] {
            for neurons in 1..=32 {
                let mut masks = vec![7; neurons];
                spread::<32>([word].into_iter(), &mut masks);
                let bytes: Vec<u8> = masks.iter().map(|m| (*m == -1) as u8).collect();
                assert!(masks.iter().all(|m| *m == 0 || *m == -1));
                assert_eq!(pack(&bytes), word & (u32::MAX >> (32 - neurons)));
            }
        }
    }
}
