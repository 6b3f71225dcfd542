//! What a header and its programs must satisfy.

use super::file::MAX_SYNAPSES;
use super::order::check_order;
use super::{Header, Image, ImageError, Population, Role};
use crate::program::Operation;

/// Most programs that run before some steps.
const MAX_PERIODIC: usize = 256;

pub(super) fn inconsistent(
    place: impl Into<String>,
    value: impl ToString,
    rule: impl Into<String>,
) -> ImageError {
    ImageError::Inconsistent {
        place: place.into(),
        value: value.to_string(),
        rule: rule.into(),
    }
}

/// An error unless `count` things from `first` are among `size`.
pub(super) fn inside(
    place: String,
    first: usize,
    count: usize,
    size: usize,
    of: &str,
) -> Result<(), ImageError> {
    match first.checked_add(count) {
        Some(end) if end <= size => Ok(()),
        _ => Err(inconsistent(
            place,
            first,
            format!("{count} from there leave the {size} {of}"),
        )),
    }
}

impl Image {
    /// The operations of the program at a long's address, each with its address, to its END.
    pub fn program(&self, entry: u32) -> Result<Vec<(u32, Operation)>, ImageError> {
        let total = self.synapses.len() / 8;
        let mut at = entry as usize;
        let mut operations = Vec::new();
        loop {
            let end = total.min(at.saturating_add(7));
            let bytes = self.synapses.get(at * 8..end * 8).unwrap_or(&[]);
            let longs: Vec<u64> = bytemuck::pod_collect_to_vec::<u8, u64>(bytes)
                .into_iter()
                .map(u64::from_le)
                .collect();
            let (operation, count) = Operation::decode(&longs).map_err(|e| {
                let place = format!("the operation at long {at} of the program at long {entry}");
                inconsistent(
                    place,
                    longs
                        .first()
                        .map_or("missing".into(), |l| format!("{l:#018x}")),
                    e.to_string(),
                )
            })?;
            operations.push((at as u32, operation));
            if let Operation::End(_) = operation {
                return Ok(operations);
            }
            at += count;
        }
    }

    /// Checks header, sizes and programs.
    pub fn check(&self) -> Result<(), ImageError> {
        let h = &self.header;
        self.check_sizes()?;
        for (index, population) in h.populations.iter().enumerate() {
            let place = format!("populations[{index}] '{}'", population.name);
            check_population(h, population, &place)?;
            check_pass(h, index, population, &place)?;
        }
        for (index, c) in h.connections.iter().enumerate() {
            let place = format!("connections[{index}] '{}'", c.name);
            for population in c.from.iter().chain([&c.to]) {
                let place = format!("a population of {place}");
                inside(place, *population, 1, h.populations.len(), "populations")?;
            }
            let place = format!("first_word of {place}");
            inside(place, c.first_word, c.words, h.synapse_words, "words of S")?;
            let (place, longs) = (
                format!("first_long of connections[{index}]"),
                self.synapses.len() / 8,
            );
            inside(place, c.first_long, c.longs, longs, "longs of S")?;
        }
        if h.periodic.len() > MAX_PERIODIC {
            return Err(inconsistent(
                "the number of entries of periodic",
                h.periodic.len(),
                format!("at most {MAX_PERIODIC} are possible"),
            ));
        }
        for entry in h.entries() {
            self.check_program(entry)?;
        }
        self.check_learning()?;
        self.check_delayed_resets()?;
        for (index, learning) in h.learning.iter().enumerate() {
            let place = format!("connection of learning[{index}]");
            inside(
                place,
                learning.connection,
                1,
                h.connections.len(),
                "connections",
            )?;
        }
        for (index, p) in h.periodic.iter().enumerate() {
            if p.interval == 0 {
                let place = format!("interval of periodic[{index}]");
                return Err(inconsistent(place, 0, "1 or more steps are possible"));
            }
            match self.program(p.entry)?.as_slice() {
                [(_, Operation::Clear(_)), (_, Operation::End(end))]
                    if !(end.mark || end.advance || end.restart) => {}
                _ => {
                    let place = format!("the program at entry of periodic[{index}]");
                    let rule = "it must be one CLEAR, and an END without mark, advance or restart";
                    return Err(inconsistent(place, p.entry, rule));
                }
            }
        }
        Ok(())
    }

    fn check_sizes(&self) -> Result<(), ImageError> {
        let h = &self.header;
        if ![4, 8, 16, 32].contains(&h.lanes) {
            return Err(inconsistent(
                "lanes",
                h.lanes,
                "a device has 4, 8, 16 or 32",
            ));
        }
        for (place, value, limit) in [
            ("synapse_words", h.synapse_words, 1 << 20),
            ("groups", h.groups, 4096),
            ("history_words", h.history_words, 1 << 14),
            (
                "the number of bytes of S",
                self.synapses.len(),
                MAX_SYNAPSES,
            ),
        ] {
            if value > limit {
                return Err(inconsistent(
                    place,
                    value,
                    format!("no device has more than {limit}"),
                ));
            }
        }
        if h.synapse_words * h.lanes != self.synapses.len() {
            let rule = format!(
                "the file has {} bytes of S for {} lanes",
                self.synapses.len(),
                h.lanes
            );
            return Err(inconsistent("synapse_words", h.synapse_words, rule));
        }
        let longs = self.synapses.len() / 8;
        let learns = h.learn_entry.map(|entry| ("learn_entry", entry));
        let entries = [("clear_entry", h.clear_entry), ("step_entry", h.step_entry)];
        for (place, entry) in entries.into_iter().chain(learns) {
            inside(place.into(), entry as usize, 1, longs, "longs of S")?;
        }
        Ok(())
    }
}

/// A pass belongs to an earlier population with the same neurons.
fn check_pass(h: &Header, index: usize, p: &Population, place: &str) -> Result<(), ImageError> {
    let Some(of) = p.pass_of else { return Ok(()) };
    let main = h.populations.get(of).filter(|_| of < index);
    let same = |m: &&Population| {
        (m.neurons, m.first_group, &m.order) == (p.neurons, p.first_group, &p.order)
            && m.role != Role::Input
            && m.pass_of.is_none()
    };
    match main.filter(same) {
        Some(_) => Ok(()),
        None => Err(inconsistent(
            format!("pass_of of {place}"),
            of,
            "it must be an earlier population with the same neurons, groups and order",
        )),
    }
}

fn check_population(h: &Header, p: &Population, place: &str) -> Result<(), ImageError> {
    if p.neurons == 0 || p.neurons > 65535 {
        return Err(inconsistent(
            format!("neurons of {place}"),
            p.neurons,
            "1 to 65535 are possible",
        ));
    }
    check_order(p, place)?;
    let groups = p.groups(h.lanes);
    if groups > 4095 {
        return Err(inconsistent(
            format!("groups of {place}"),
            groups,
            "at most 4095 are possible",
        ));
    }
    if p.role != Role::Input {
        inside(
            format!("first_group of {place}"),
            p.first_group,
            groups,
            h.groups,
            "groups",
        )?;
    }
    let b = p.bitmap;
    if b.log2_depth > 7 {
        let place = format!("log2_depth of {place}");
        return Err(inconsistent(place, b.log2_depth, "0 to 7 are possible"));
    }
    if usize::from(b.base) % b.depth() != 0 {
        let rule = format!("it must be a multiple of the ring's depth {}", b.depth());
        return Err(inconsistent(
            format!("bitmap base of {place}"),
            b.base,
            rule,
        ));
    }
    let place_of_base = format!("bitmap base of {place}");
    inside(
        place_of_base,
        b.base.into(),
        groups * b.depth(),
        h.history_words,
        "words of H",
    )?;
    if let Some(values) = &p.held_shows {
        if values.len() != 1 && values.len() != p.neurons {
            let rule = format!("1 or {} are expected", p.neurons);
            return Err(inconsistent(
                format!("number of held_shows of {place}"),
                values.len(),
                rule,
            ));
        }
    }
    if !p.unit.is_finite() {
        return Err(inconsistent(
            format!("unit of {place}"),
            p.unit,
            "it must be finite",
        ));
    }
    Ok(())
}
