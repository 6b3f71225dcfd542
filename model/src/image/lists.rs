//! What the lists of an image's listed rows may touch: no word of S and no group that the header does not
//! say the image needs. A list that was checked ends.

use super::check::{inconsistent, inside};
use super::{Image, ImageError};
use crate::program::{Scan, Segment, TableEntry};

/// Most segments that the sources of one SCAN have in all; more than any device has neurons for.
const MOST_SEGMENTS: usize = 1 << 22;

impl Image {
    /// Checks table and lists of a listed SCAN of `sources` neurons. `place` says which one it is.
    pub(super) fn check_lists(
        &self,
        scan: &Scan,
        sources: usize,
        place: &str,
    ) -> Result<(), ImageError> {
        let longs = self.synapses.len() / 8;
        let mut left = MOST_SEGMENTS;
        for source in 0..sources {
            let at = scan.row_base as usize + source * usize::from(scan.stride);
            let entry = TableEntry::decode(self.long(at, &format!("the table of {place}"))?);
            if entry.operations != 0 {
                let place = format!("the list of source {source} of {place}");
                let used = self.check_list(scan, entry, left.min(2 * longs), &place)?;
                left -= used;
            }
        }
        Ok(())
    }

    /// Checks one source's list of at most `most` segments; how many it has.
    fn check_list(
        &self,
        scan: &Scan,
        entry: TableEntry,
        most: usize,
        place: &str,
    ) -> Result<usize, ImageError> {
        let mut word = i64::from(entry.first_word);
        let mut group = u32::from(entry.first_group);
        for index in 0..most {
            let long = self.long(entry.list as usize + index / 2, place)?;
            let segment = Segment::decode((long >> (index % 2 * 32)) as u32);
            let groups = usize::from(segment.groups);
            let words = scan.format.row_words(groups);
            word += i64::from(segment.word_skip);
            group = (group + u32::from(segment.group_skip)) % (1 << 12);
            if groups > 0 {
                let name = |of: &str| format!("{of} of segment {index} in {place}");
                let first = usize::try_from(word).map_err(|_| {
                    inconsistent(name("first word"), word, "it lies before the first of S")
                })?;
                let size = self.header.synapse_words;
                inside(name("first word"), first, words, size, "words of S")?;
                let (first, size) = (group as usize, self.header.groups);
                inside(name("first group"), first, groups, size, "groups")?;
            }
            word += words as i64;
            group += u32::from(segment.groups);
            if segment.last {
                return Ok(index + 1);
            }
        }
        Err(inconsistent(place, entry.list, "it does not end"))
    }

    fn long(&self, at: usize, place: &str) -> Result<u64, ImageError> {
        let bytes = at.checked_mul(8).and_then(|at| self.synapses.get(at..));
        match bytes.and_then(|bytes| bytes.first_chunk::<8>()) {
            Some(long) => Ok(u64::from_le_bytes(*long)),
            None => {
                let rule = format!("S has {} longs", self.synapses.len() / 8);
                Err(inconsistent(format!("a long of {place}"), at, rule))
            }
        }
    }
}
