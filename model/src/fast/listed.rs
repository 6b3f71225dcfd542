//! The fast path of listed SCANs in programs that are decoded once: lists are read then, and their weights added as
//! integers where no sum can leave the range.

use super::lists::{Costs, Lists};
use crate::device::Device;
use crate::numbers::wrap24;
use crate::program::{Scan, LIMIT};
use multiversion::multiversion;

impl Device {
    /// The numbers of the sources of a listed SCAN that spiked, ascending.
    pub(super) fn spiking_sources(&self, scan: &Scan, sources: &mut Vec<u32>) {
        sources.clear();
        for group in 0..usize::from(scan.source_groups) {
            let mut bits = self.source_word(scan, group);
            while bits != 0 {
                sources.push((group * self.shape.lanes) as u32 + bits.trailing_zeros());
                bits &= bits - 1;
            }
        }
    }

    /// Adds the rows of these sources.
    pub(super) fn add_lists(&mut self, scan: &Scan, lists: &Lists, sources: &[u32]) {
        let costs = lists.costs(sources);
        let counted = add(
            &mut self.u[lists.span.clone()],
            lists,
            sources,
            costs,
            scan.wrap,
        );
        self.count_additions(scan.wrap, counted);
        let c = &mut self.counters;
        c.synaptic_operations = c.synaptic_operations.wrapping_add(costs.operations);
        c.weight_words = c.weight_words.wrapping_add(costs.words);
        c.list_words = c.list_words.wrapping_add(costs.longs);
    }
}

/// Adds the rows of these sources to the currents of their span; how many sums were saturated or wrapped.
#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512cd+avx512dq+avx512vl",
    "x86_64+avx2+fma",
    "aarch64+neon"
))]
fn add(currents: &mut [i32], lists: &Lists, sources: &[u32], costs: Costs, wrap: bool) -> u32 {
    let held = currents.iter();
    let held = u64::from(held.fold(0, |most, u| most.max(u.unsigned_abs())));
    if held + costs.reach <= LIMIT as u64 {
        lists.add(sources, &[], currents);
        return 0;
    }
    let mut counted = 0u32;
    for source in sources {
        lists.row(*source, |place, addend| {
            // 24 bits and 255 << 15 fit into 32.
            let sum = currents[place] + addend;
            currents[place] = match wrap {
                true => wrap24(i64::from(sum)),
                false => sum.clamp(-LIMIT, LIMIT),
            };
            counted = counted.wrapping_add(u32::from(currents[place] != sum));
        });
    }
    counted
}
