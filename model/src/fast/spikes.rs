//! Spikes as masks, which loops over neurons are good at, and as the bits of words of H.

/// The bit of each place.
const BITS: [i32; 32] = {
    let mut bits = [0; 32];
    let mut place = 0;
    while place < 32 {
        bits[place] = 1 << place;
        place += 1;
    }
    bits
};

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

/// The same of 32 bits.
#[inline(always)]
pub(crate) fn spread_all(word: u32, masks: &mut [i32; 32]) {
    for (mask, bit) in masks.iter_mut().zip(BITS) {
        *mask = -i32::from(word as i32 & bit != 0);
    }
}

/// The bits of up to 32 masks, each -1 or 0, the first the lowest.
#[inline(always)]
pub(crate) fn pack(masks: &[i32]) -> u32 {
    let bits = masks.iter().zip(BITS).map(|(mask, bit)| mask & bit);
    bits.fold(0, |word, bit| word | bit) as u32
}

/// The same of 32, at once.
#[inline(always)]
pub(crate) fn pack_all(masks: &[i32; 32]) -> u32 {
    let bits = masks.iter().zip(BITS).map(|(mask, bit)| mask & bit);
    bits.fold(0, |word, bit| word | bit) as u32
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
                assert!(masks.iter().all(|m| *m == 0 || *m == -1));
                assert_eq!(pack(&masks), word & (u32::MAX >> (32 - neurons)));
            }
            let mut masks = [7; 32];
            spread_all(word, &mut masks);
            assert_eq!(pack_all(&masks), word);
        }
    }
}
