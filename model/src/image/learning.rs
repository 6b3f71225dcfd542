//! What LEARN may change: weights, and the state of its random numbers; never a program, a table or a list.

use super::check::{inconsistent, inside};
use super::{Header, Image, ImageError};
use crate::program::{Form, Learn, Operation};
use std::ops::Range;

/// Bytes of S that are read as something else than weights, and as what.
type Read = (Range<usize>, String);

impl Image {
    /// Checks what the LEARNs of all programs may change against everything that is read as something else.
    pub(super) fn check_learning(&self) -> Result<(), ImageError> {
        let h = &self.header;
        let mut read = None;
        for entry in h.entries() {
            let mut learns = false;
            for (at, operation) in self.program(entry)? {
                if let Operation::Learn(learn) = operation {
                    learns = true;
                    let read = match &mut read {
                        Some(read) => read,
                        None => read.insert(self.read_otherwise()?),
                    };
                    self.check_learn(at, &learn, read)?;
                }
            }
            let others = [h.clear_entry, h.step_entry].into_iter();
            let mut others = others.chain(h.periodic.iter().map(|p| p.entry));
            if learns && others.any(|other| other == entry) {
                let rule = "only the program of learn_entry may have a LEARN";
                return Err(inconsistent("a program with a LEARN", entry, rule));
            }
            if !learns && h.learn_entry == Some(entry) {
                let rule = "its program has no LEARN";
                return Err(inconsistent("learn_entry", entry, rule));
            }
        }
        Ok(())
    }

    fn check_learn(&self, at: u32, learn: &Learn, read: &[Read]) -> Result<(), ImageError> {
        let lanes = self.header.lanes;
        let rows = learn.words(lanes);
        let place = |what: &str| format!("{what} of the LEARN at long {at}");
        if learn.stride < learn.groups && learn.row_count(lanes) > 1 {
            let rule = format!("rows of {} words must not share any", learn.groups);
            return Err(inconsistent(place("the stride"), learn.stride, rule));
        }
        let random = learn.random as usize;
        if rows.contains(&random) {
            let rule = "it must be no word of the rows";
            return Err(inconsistent(place("the random numbers"), random, rule));
        }
        for (what, words) in [
            ("the rows", rows),
            ("the random numbers", random..random + 1),
        ] {
            let bytes = words.start * lanes..words.end * lanes;
            let after = read.partition_point(|(range, _)| range.end <= bytes.start);
            if let Some((_, name)) = read.get(after).filter(|(r, _)| r.start < bytes.end) {
                let rule = format!("a LEARN must not change {name}");
                return Err(inconsistent(place(what), words.start, rule));
            }
        }
        Ok(())
    }

    /// The bytes of S that are no weights: programs, tables of pairs, tables and lists of listed rows; ascending, none
    /// in another.
    fn read_otherwise(&self) -> Result<Vec<Read>, ImageError> {
        let h = &self.header;
        let mut found = Vec::new();
        for entry in h.entries() {
            let operations = self.program(entry)?;
            let longs: usize = operations.iter().map(|(_, o)| o.encode().len()).sum();
            let (first, size) = (entry as usize, self.synapses.len() / 8);
            let name = format!("the program at long {entry}");
            inside(name.clone(), first, longs, size, "longs of S")?;
            found.push((first * 8..(first + longs) * 8, name));
            for (at, operation) in operations {
                let (name, longs) = match operation {
                    Operation::Update(u) if u.per_neuron & 7 != 0 => {
                        let count = usize::from(u.neurons) * u.pairs_stride();
                        (
                            "the table of pairs",
                            u.table as usize..u.table as usize + count,
                        )
                    }
                    Operation::Scan(s) if s.form == Form::Listed => {
                        ("the table or the lists", self.listed_longs(h, s.row_base))
                    }
                    _ => continue,
                };
                let bytes = longs.start * 8..longs.end * 8;
                found.push((bytes, format!("{name} of the operation at long {at}")));
            }
        }
        found.retain(|(range, _)| !range.is_empty());
        found.sort_by_key(|(range, _)| range.start);
        found.dedup_by(|next, last| {
            let meets = next.0.start < last.0.end;
            if meets {
                last.0.end = last.0.end.max(next.0.end);
            }
            meets
        });
        Ok(found)
    }

    /// Longs of tables and lists that begin with this table, by the header; all of S if it does not say.
    fn listed_longs(&self, h: &Header, table: u32) -> Range<usize> {
        let known = h.connections.iter().find(|c| {
            let longs = c.first_long..c.first_long + c.longs;
            longs.contains(&(table as usize))
        });
        known.map_or(0..self.synapses.len() / 8, |c| {
            c.first_long..c.first_long + c.longs
        })
    }
}
