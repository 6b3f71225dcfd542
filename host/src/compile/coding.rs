//! The narrowest form of a connection's mantissas, and words of S made of them.

use ferrospike_model::program::{Format, Sign};

/// Width and sign of mantissas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Coding {
    pub format: Format,
    pub sign: Sign,
}

/// All widths, the narrowest first.
const FORMATS: [Format; 4] = [Format::Bits1, Format::Bits2, Format::Bits4, Format::Bits8];

impl Coding {
    /// Codings that hold mantissas from `low` to `high`, the narrowest first, one for each width.
    pub fn all(low: i8, high: i8) -> Vec<Coding> {
        let (low, high) = (i32::from(low), i32::from(high));
        let fits = |format: Format, sign: Sign| {
            let whole = 1i32 << format.bits();
            match sign {
                Sign::Signed => low >= -(whole / 2) && high < whole / 2,
                Sign::Added => low >= 0 && high < whole,
                Sign::Subtracted => high <= 0 && -low < whole,
            }
        };
        FORMATS
            .iter()
            .filter_map(|&format| {
                let mut signs = [Sign::Signed, Sign::Added, Sign::Subtracted].into_iter();
                let sign = signs.find(|&sign| fits(format, sign))?;
                Some(Coding { format, sign })
            })
            .collect()
    }

    /// Puts the mantissa of a lane into the words of a row, `group` groups from its begin.
    pub fn put(self, row: &mut [u8], group: usize, lane: usize, lanes: usize, mantissa: i8) {
        let each = self.format.groups_per_word();
        let magnitude = match self.sign {
            Sign::Subtracted => mantissa.wrapping_neg(),
            _ => mantissa,
        };
        let mask = (0xffu16 >> (8 - self.format.bits())) as u8;
        let bits = (magnitude as u8 & mask) << (group % each * self.format.bits() as usize);
        if let Some(byte) = row.get_mut(group / each * lanes + lane) {
            *byte |= bits;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ferrospike_model::numbers::mantissa;

    #[test]
    fn the_narrowest_coding_holds_every_mantissa() {
        for low in -128..=127i8 {
            for high in low.max(0)..=127 {
                let low = low.min(0);
                let Some(&coding) = Coding::all(low, high).first() else {
                    panic!("{low} {high}");
                };
                for m in [low, high] {
                    for group in 0..coding.format.groups_per_word() {
                        let mut row = [0u8; 4];
                        coding.put(&mut row, group, 2, 4, m);
                        let back = mantissa(row[2], coding.format, group, coding.sign);
                        assert_eq!(back, i32::from(m), "{low} {high} {coding:?}");
                    }
                }
            }
        }
        let narrow = |low, high| {
            Coding::all(low, high)
                .first()
                .map(|c| (c.format.bits(), c.sign))
        };
        assert_eq!(narrow(0, 1), Some((1, Sign::Added)));
        assert_eq!(narrow(-1, 0), Some((1, Sign::Signed)));
        assert_eq!(narrow(-1, 1), Some((2, Sign::Signed)));
        assert_eq!(narrow(0, 15), Some((4, Sign::Added)));
        assert_eq!(narrow(-9, 0), Some((4, Sign::Subtracted)));
        assert_eq!(narrow(-9, 1), Some((8, Sign::Signed)));
    }
}
