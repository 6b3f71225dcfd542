//! Weights to mantissas: exactly where a dyadic grid allows it, else rounded to one scale.

use super::learned::Learned;

/// Mantissas of one scan.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Mantissas of 8 bits or less, in the order of the weights they came from; unsigned ones that learn as their bits.
    pub mantissas: Vec<i8>,
    /// Exponent m.
    pub exponent: u32,
}

/// Weights as whole steps of a grid.
pub(super) struct Steps {
    /// Each weight in steps.
    pub steps: Vec<i32>,
    /// Real value of a step.
    pub size: f64,
    /// Exponents that a second segment lies above the first; none: one segment is enough.
    pub split: Option<u32>,
    /// Weights that had to be limited.
    pub clipped: usize,
    /// Every step is 1 or -1: two segments of one bit, twice a bit less one.
    pub binary: bool,
    /// The weights learn: one mantissa of 8 bits, which these bounds hold in.
    pub learned: Option<Learned>,
}

/// Exponent of the least significant bit that is set; none for 0.
fn lowest_bit(x: f64) -> Option<i32> {
    if x == 0.0 {
        return None;
    }
    let bits = x.abs().to_bits();
    let (exponent, fraction) = ((bits >> 52) as i32, bits & ((1 << 52) - 1));
    let (mantissa, exponent) = if exponent == 0 {
        (fraction, 1)
    } else {
        (fraction | 1 << 52, exponent)
    };
    Some(exponent - 1075 + mantissa.trailing_zeros() as i32)
}

/// 2^e within the range of a double.
pub(super) fn power(e: i32) -> f64 {
    2f64.powi(e.clamp(-1000, 1000))
}

/// The weights on their own dyadic grid, if two 8-bit segments hold them.
pub(super) fn exact(weights: &[f64]) -> Option<Steps> {
    let lowest = weights.iter().filter_map(|&w| lowest_bit(w)).min();
    let Some(e) = lowest.filter(|e| (-60..=60).contains(e)) else {
        return lowest.is_none().then(|| zeros(weights.len()));
    };
    let size = power(e);
    let (low, high) = range(weights);
    let (low, high) = (low / size, high / size);
    let split = if low >= -128.0 && high <= 127.0 {
        None
    } else {
        let fits = |h: &u32| high.max(-low) <= 127.0 * power(*h as i32) + 127.0;
        Some((0..=8).find(fits)?)
    };
    let steps = weights.iter().map(|w| (w / size) as i32).collect();
    Some(Steps {
        steps,
        size,
        split,
        clipped: 0,
        binary: false,
        learned: None,
    })
}

/// Weights that are all zero fit any grid.
fn zeros(count: usize) -> Steps {
    Steps {
        steps: vec![0; count],
        size: f64::INFINITY,
        split: None,
        clipped: 0,
        binary: false,
        learned: None,
    }
}

/// The most steps of a weight of 8 bits, or of 16 in two segments.
pub(super) fn largest(bits: u8) -> i32 {
    match bits {
        16 => (127 << 8) + 127,
        _ => 127,
    }
}

/// The weights rounded to steps of `size`, 8 or 16 bits of them.
pub(super) fn rounded(weights: &[f64], size: f64, bits: u8) -> Steps {
    let mut clipped = 0;
    let most = f64::from(largest(bits));
    let least = if bits == 16 { -most } else { -most - 1.0 };
    let steps = weights
        .iter()
        .map(|w| {
            let step = (w / size).round();
            clipped += usize::from(!(least..=most).contains(&step));
            step.clamp(least, most) as i32
        })
        .collect();
    Steps {
        steps,
        size,
        split: (bits == 16).then_some(8),
        clipped,
        binary: false,
        learned: None,
    }
}

/// Smallest and largest value, 0 included.
pub(super) fn range(weights: &[f64]) -> (f64, f64) {
    weights
        .iter()
        .fold((0.0, 0.0), |(a, b), &w| (f64::min(a, w), f64::max(b, w)))
}

impl Steps {
    /// The segments, the finest with exponent `m`.
    pub fn segments(&self, m: u32) -> Vec<Segment> {
        if self.binary {
            let bits = self.steps.iter().map(|&s| i8::from(s > 0)).collect();
            let ones = self.steps.iter().map(|_| -1).collect();
            return [(bits, m + 1), (ones, m)]
                .map(|(mantissas, exponent)| Segment {
                    mantissas,
                    exponent,
                })
                .into();
        }
        let Some(split) = self.split else {
            // Unsigned ones that learn keep their bits.
            let mantissas = self.steps.iter().map(|&s| s as i8).collect();
            return vec![Segment {
                mantissas,
                exponent: m,
            }];
        };
        // high << split + low: the nearest multiple and what is left, which is within -128..=127.
        let half = (1 << split) >> 1;
        let mut low = Vec::with_capacity(self.steps.len());
        let mut high = Vec::with_capacity(self.steps.len());
        for &s in &self.steps {
            let part = ((s + half) >> split).clamp(-127, 127);
            high.push(part as i8);
            low.push((s - (part << split)) as i8);
        }
        vec![
            Segment {
                mantissas: high,
                exponent: m + split,
            },
            Segment {
                mantissas: low,
                exponent: m,
            },
        ]
    }

    /// The same weights in steps that are smaller by so many powers of two; false if the mantissas do not hold them.
    pub fn widen(&mut self, powers: u32) -> bool {
        let (low, high) = (-128 >> powers, 127 >> powers);
        let fits = |s: &i32| (low..=high).contains(s);
        let alone = self.split.is_none() && self.learned.is_none();
        let still = powers == 0 || (alone && self.steps.iter().all(fits));
        if still {
            self.steps.iter_mut().for_each(|s| *s <<= powers);
            self.size /= power(powers as i32);
        }
        still
    }

    /// The exponent of the finest segment if it shall be `wanted`: beyond the largest one the mantissas take what is
    /// missing. None if they cannot.
    pub fn lift(&mut self, wanted: u32) -> Option<u32> {
        let more = wanted.saturating_sub(self.most());
        (more <= 7 && self.widen(more)).then(|| wanted - more)
    }

    /// Largest exponent that the finest segment may have.
    pub fn most(&self) -> u32 {
        super::MAX_EXPONENT - self.split.unwrap_or(u32::from(self.binary))
    }
}

/// A constant as segments of any size: up to three mantissas of eight bits, 24 bits in all.
pub(super) fn wide(values: &[i32]) -> Vec<Segment> {
    let mut rest: Vec<i32> = values.to_vec();
    let mut segments = Vec::new();
    for exponent in [15u32, 8, 1, 0] {
        if rest.iter().all(|&r| r == 0) {
            break;
        }
        let small = rest.iter().all(|r| (-127..=127).contains(r));
        let exponent = if small { 0 } else { exponent };
        let mantissas: Vec<i8> = rest
            .iter_mut()
            .map(|r| {
                let part = (*r / (1 << exponent)).clamp(-127, 127);
                *r -= part << exponent;
                part as i8
            })
            .collect();
        if mantissas.iter().any(|&x| x != 0) {
            segments.push(Segment {
                mantissas,
                exponent,
            });
        }
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_sum_to_the_weights() {
        for limit in [100, 127, 200, 254, 255, 1000, 16383, 16384, 32639] {
            let weights: Vec<f64> = (-limit..=limit).map(|x| f64::from(x) / 128.0).collect();
            let steps = exact(&weights).expect("on a grid");
            let segments = steps.segments(0);
            for (i, w) in weights.iter().enumerate() {
                let part = |s: &Segment| i32::from(s.mantissas[i]) << s.exponent;
                assert_eq!(f64::from(segments.iter().map(part).sum::<i32>()), w * 128.0);
            }
        }
        assert!(exact(&[32641.0, 1.0]).is_none());
        assert!(exact(&[0.1]).is_none());
        assert_eq!(exact(&[0.0, 0.0]).map(|s| s.steps), Some(vec![0, 0]));
        assert_eq!(exact(&[-1.0, 0.5]).map(|s| s.split), Some(None));
    }

    /// Sixteen bits are two segments; the largest weight fits, one step more is limited.
    #[test]
    fn sixteen_bits_are_two_segments() {
        let size = 1.0 / f64::from(largest(16));
        let weights: Vec<f64> = (-1000..=1000).map(|i| f64::from(i) / 1000.0).collect();
        let steps = rounded(&weights, size, 16);
        assert_eq!(steps.clipped, 0);
        let segments = steps.segments(0);
        for (i, w) in weights.iter().enumerate() {
            let part = |s: &Segment| i32::from(s.mantissas[i]) << s.exponent;
            let sum = f64::from(segments.iter().map(part).sum::<i32>());
            assert!((sum * size - w).abs() <= 0.5 * size, "{w}");
        }
        assert_eq!(
            rounded(&[1.0 + 2.0 * size, -1.0 - 2.0 * size], size, 16).clipped,
            2
        );
    }

    #[test]
    fn wide_constants_are_exact() {
        let values: Vec<i32> = (-4000..4000).map(|i| i * 1039 + i % 7).collect();
        let segments = wide(&values);
        for (i, &v) in values.iter().enumerate() {
            let sum: i32 = segments
                .iter()
                .map(|s| i32::from(s.mantissas[i]) << s.exponent)
                .sum();
            assert_eq!(sum, v);
        }
    }
}
