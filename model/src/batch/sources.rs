//! Lists of the sources that spike, made from bits almost without a branch that depends on them: a processor
//! guesses the ends of short loops badly, and a wrong guess costs more than the row of a source.

/// So many bits of a word are listed whether they are there or not; what is too much is written over.
const USUAL: usize = 4;
/// The same of words with more than these.
const MANY: usize = 12;

/// A list of sources.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources {
    list: Vec<u32>,
    used: usize,
}

impl Sources {
    /// Empties it, with room for so many words.
    #[inline(always)]
    pub fn clear(&mut self, words: usize) {
        if self.list.len() < 64 * (words + 1) {
            self.list.resize(64 * (words + 1), 0);
        }
        self.used = 0;
    }

    /// Takes these words up, the first with the bits 0 to 63; how many bits are listed so far.
    #[inline(always)]
    pub fn push(&mut self, words: impl Iterator<Item = u64>) -> usize {
        let mut used = self.used;
        for (index, mut bits) in words.enumerate() {
            let base = 64 * index as u32;
            let count = bits.count_ones() as usize;
            let Some(places) = self.list.get_mut(used..used + 64) else {
                break;
            };
            let mut put = |places: &mut [u32]| {
                for place in places {
                    *place = base + bits.trailing_zeros();
                    bits &= bits.wrapping_sub(1);
                }
            };
            put(&mut places[..USUAL]);
            if count > USUAL {
                put(&mut places[USUAL..MANY]);
                if count > MANY {
                    put(&mut places[MANY..count]);
                }
            }
            used += count;
        }
        self.used = used;
        used
    }

    /// The numbers of the bits that are 1, word after word.
    #[inline(always)]
    pub fn list(&self) -> &[u32] {
        &self.list[..self.used]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_bits_are_listed_in_order() {
        let mut sources = Sources::default();
        for words in [
            vec![0u64, 0, 0],
            vec![1, 0, 1 << 63],
            vec![u64::MAX, 0, u64::MAX],
            vec![0xf, 0x8000_0001_0f00_0101, 0x1fff],
            vec![0xff, 0xfff, 0x1f],
        ] {
            let bit = |n: &u32| words[*n as usize / 64] >> (n % 64) & 1 == 1;
            let wanted: Vec<u32> = (0..192).filter(bit).collect();
            sources.clear(6);
            assert_eq!(sources.push(words.iter().copied()), wanted.len());
            assert_eq!(sources.push(words.iter().copied()), 2 * wanted.len());
            let twice = [&wanted[..], &wanted].concat();
            assert_eq!(sources.list(), twice);
        }
    }
}
