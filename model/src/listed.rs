//! Walks the lists of listed rows: which words of S go to which groups of U, in order
//! (`docs/program.md`, section 2, SCAN).

use crate::device::Device;
use crate::interpreter::Stopped;
use crate::program::{Scan, Segment, TableEntry};

/// Addresses of words in tables have 20 bits, those of groups 12.
const WORDS: i64 = 1 << 20;
const GROUPS: u32 = 1 << 12;

/// Successive groups of U and the words of S that feed them. Both count modulo the size of their memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// First word of S.
    pub(crate) word: usize,
    /// First group of U.
    pub(crate) group: usize,
    /// Groups, 0..=63.
    pub(crate) groups: usize,
    /// m.
    pub(crate) exponent: u8,
}

impl Device {
    /// Gives `visit` each run of source `index`, and counts what its table entry and list say. `budget` is
    /// the work that is left; a list may be endless.
    pub(crate) fn runs(
        &mut self,
        scan: &Scan,
        index: usize,
        budget: &mut u64,
        mut visit: impl FnMut(&mut Device, Run) -> Result<(), Stopped>,
    ) -> Result<(), Stopped> {
        let at = scan.row_base as usize + index * usize::from(scan.stride);
        let entry = TableEntry::decode(self.list_long(at)?);
        if entry.operations == 0 {
            return Ok(());
        }
        let c = &mut self.counters;
        c.synaptic_operations = c
            .synaptic_operations
            .wrapping_add(u32::from(entry.operations));
        let mut word = i64::from(entry.first_word);
        let mut group = u32::from(entry.first_group);
        for at in entry.list as usize.. {
            let long = self.list_long(at)?;
            *budget = budget.checked_sub(1).ok_or(Stopped::Endless)?;
            for half in [long as u32, (long >> 32) as u32] {
                let segment = Segment::decode(half);
                word = (word + i64::from(segment.word_skip)).rem_euclid(WORDS);
                group = (group + u32::from(segment.group_skip)) % GROUPS;
                let groups = usize::from(segment.groups);
                *budget = budget.checked_sub(groups as u64).ok_or(Stopped::Endless)?;
                visit(
                    self,
                    Run {
                        word: word as usize,
                        group: group as usize,
                        groups,
                        exponent: segment.exponent,
                    },
                )?;
                let words = scan.format.row_words(groups);
                word = (word + words as i64) % WORDS;
                group = (group + u32::from(segment.groups)) % GROUPS;
                let c = &mut self.counters;
                c.weight_words = c.weight_words.wrapping_add(words as u32);
                if segment.last {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// A long of a table or list, counted.
    fn list_long(&mut self, address: usize) -> Result<u64, Stopped> {
        let long = self.long(address).ok_or(Stopped::BeyondTheEnd)?;
        self.counters.list_words = self.counters.list_words.wrapping_add(1);
        Ok(long)
    }
}
