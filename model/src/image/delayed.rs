//! The bits that a delayed reset looks at are its own UPDATE's (`docs/program.md`, UPDATE): a device may then leave a
//! group at rest out, whose bits are 0.

use super::check::inconsistent;
use super::{Image, ImageError, Role};
use crate::program::{Bitmap, Operation, Reset};
use std::ops::Range;

/// Words of H of a ring of so many groups.
fn words(bitmap: Bitmap, groups: usize) -> Range<usize> {
    let base = usize::from(bitmap.base);
    base..base + (groups << bitmap.log2_depth)
}

impl Image {
    /// No other UPDATE and no input writes where an UPDATE with a delayed reset does.
    pub(super) fn check_delayed_resets(&self) -> Result<(), ImageError> {
        let h = &self.header;
        let steps = [Some(h.step_entry), h.learn_entry];
        steps
            .into_iter()
            .flatten()
            .try_for_each(|entry| self.check_delayed_resets_of(entry))
    }

    fn check_delayed_resets_of(&self, entry: u32) -> Result<(), ImageError> {
        let h = &self.header;
        let mut written: Vec<(Range<usize>, String, bool)> = Vec::new();
        for p in h.populations.iter().filter(|p| p.role == Role::Input) {
            let range = words(p.bitmap, p.groups(h.lanes));
            written.push((range, format!("the input '{}'", p.name), false));
        }
        for (at, operation) in self.program(entry)? {
            if let Operation::Update(u) = operation {
                let range = words(u.bitmap, usize::from(u.neurons).div_ceil(h.lanes));
                let delayed = u.reset == Reset::Delayed;
                written.push((range, format!("the UPDATE at long {at}"), delayed));
            }
        }
        for (index, (range, name, delayed)) in written.iter().enumerate() {
            let others = written.iter().enumerate().filter(|(n, _)| *n != index);
            let shares = |other: &Range<usize>| other.start < range.end && range.start < other.end;
            let found = others
                .map(|(_, other)| other)
                .find(|other| shares(&other.0));
            if let (true, Some((other, by, _))) = (*delayed, found) {
                return Err(inconsistent(
                    format!("the bitmap of {name}, which has a delayed reset"),
                    format!("words {} to {} of H", range.start, range.end - 1),
                    format!("{by} writes words {} to {}", other.start, other.end - 1),
                ));
            }
        }
        Ok(())
    }
}
