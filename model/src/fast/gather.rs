//! Which rows a SCAN adds: from the words of a bitmap to the bytes of S at which the rows begin.

use crate::device::Shape;
use crate::program::{Form, Scan};
use multiversion::multiversion;

/// Where the rows of a SCAN lie, of which it is known that none ends outside S.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gather {
    /// Byte of S at which row 0 begins.
    base: usize,
    /// Bytes from one row to the next.
    stride: usize,
    /// Words of H from the one of group 0 on; 0 for the one row of "always".
    groups: usize,
}

impl Gather {
    /// The rows of this SCAN; none if one may end outside S, its bitmap outside H, or if its destination is
    /// not one piece of U.
    pub fn new(scan: &Scan, shape: Shape) -> Option<Self> {
        let first = usize::from(scan.first_group) & (shape.groups - 1);
        if first + usize::from(scan.groups) > shape.groups {
            return None;
        }
        let groups = match scan.form {
            Form::Dense => usize::from(scan.source_groups),
            Form::Always => 0,
            _ => return None,
        };
        let last = (groups * shape.lanes).saturating_sub(1);
        let words = scan.format.row_words(usize::from(scan.groups));
        let end = scan.row_base as usize + last * usize::from(scan.stride) + words;
        let history = usize::from(scan.source.base) + groups * scan.source.depth();
        (end <= shape.synapse_words && history <= shape.history_words).then_some(Gather {
            base: scan.row_base as usize * shape.lanes,
            stride: usize::from(scan.stride) * shape.lanes,
            groups,
        })
    }

    /// Puts the first bytes of the rows to add into `rows`, ascending.
    pub fn rows(&self, scan: &Scan, shape: Shape, h: &[u32], step: u32, rows: &mut Vec<usize>) {
        rows.clear();
        if scan.form == Form::Always {
            rows.push(self.base);
            return;
        }
        let first = scan.source.word(0, i64::from(step) - i64::from(scan.delay));
        let depth = scan.source.depth();
        let end = usize::from(scan.source.base) + self.groups * depth;
        if let Some(ring) = h.get(first..end) {
            spiking(ring, depth, shape.lanes, *self, rows);
        }
    }
}

/// Puts the first bytes of the rows of the neurons that spiked into `rows`. `ring` has the words of the groups,
/// `depth` apart.
#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512cd+avx512dq+avx512vl+bmi1+bmi2+lzcnt+popcnt",
    "x86_64+avx2+fma+bmi1+bmi2+lzcnt+popcnt",
))]
fn spiking(ring: &[u32], depth: usize, lanes: usize, gather: Gather, rows: &mut Vec<usize>) {
    // As many groups as fit into 64 bits at once: fewer loops, whose ends a processor guesses badly.
    let together = 64 / lanes;
    let mut base = gather.base;
    for words in ring.chunks(depth * together) {
        let (mut bits, mut shift, mut at) = (0u64, 0, 0);
        while let Some(word) = words.get(at) {
            bits |= u64::from(*word) << shift;
            shift += lanes;
            at += depth;
        }
        // Into a piece of known size first: nothing has to be checked for each.
        let (mut some, mut count) = ([0usize; 64], 0);
        while bits != 0 {
            some[count % 64] = base + bits.trailing_zeros() as usize * gather.stride;
            bits &= bits - 1;
            count += 1;
        }
        rows.extend_from_slice(&some[..count.min(64)]);
        base += 64 * gather.stride;
    }
}
