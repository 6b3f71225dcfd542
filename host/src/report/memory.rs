//! What lies where in S.

use ferrospike_model::image::{Image, ImageError};
use ferrospike_model::program::Operation;

/// What a region holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Rows of weights.
    Weights,
    /// Tables and lists of listed rows.
    Lists,
    /// Parameters of single neurons.
    Parameters,
    /// Programs.
    Program,
    /// State of the random numbers of what learns.
    Random,
    /// Fills up to the next word, or belongs to nothing that is known.
    Filling,
    /// Not used by the image.
    Free,
}

/// Bytes of S that lie together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// What they hold, by name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// First byte.
    pub start: usize,
    /// Bytes.
    pub bytes: usize,
}

/// All of S, ascending and without gaps, on a device with `size` bytes of it.
///
/// # Errors
///
/// A program that the image does not have.
pub fn regions(image: &Image, size: usize) -> Result<Vec<Region>, ImageError> {
    let header = &image.header;
    let region = |name: String, kind, start, bytes| Region {
        name,
        kind,
        start,
        bytes,
    };
    let mut all = Vec::new();
    for c in &header.connections {
        let (start, bytes) = (c.first_word * header.lanes, c.words * header.lanes);
        all.push(region(c.name.clone(), Kind::Weights, start, bytes));
        let name = format!("lists of {}", c.name);
        all.push(region(name, Kind::Lists, c.first_long * 8, c.longs * 8));
    }
    let periodic = header
        .periodic
        .iter()
        .map(|p| ("before some steps", p.entry));
    let own = [("clear", header.clear_entry), ("step", header.step_entry)];
    let learn = header.learn_entry.map(|entry| ("learn", entry));
    for (name, entry) in own.into_iter().chain(learn).chain(periodic) {
        let program = image.program(entry)?;
        let last = program.last().map_or(entry, |(address, _)| *address);
        let longs = (last + 1 - entry) as usize;
        let name = format!("program '{name}'");
        all.push(region(name, Kind::Program, entry as usize * 8, longs * 8));
        for (_, operation) in program {
            if let Operation::Learn(learn) = operation {
                let (start, name) = (learn.random as usize * header.lanes, "random numbers");
                all.push(region(name.into(), Kind::Random, start, header.lanes));
            }
            let Operation::Update(update) = operation else {
                continue;
            };
            let longs = match (update.per_neuron & 7).count_ones() {
                3 => 4,
                pairs => pairs as usize,
            };
            let of = header
                .populations
                .iter()
                .find(|p| p.bitmap == update.bitmap);
            let name = format!("parameters of {}", of.map_or("?", |p| p.name.as_str()));
            let bytes = longs * 8 * usize::from(update.neurons);
            all.push(region(
                name,
                Kind::Parameters,
                update.table as usize * 8,
                bytes,
            ));
        }
    }
    // Passes share their tables, parts of a connection their rows.
    all.retain(|r| r.bytes > 0);
    all.sort_by_key(|r| (r.start, std::cmp::Reverse(r.bytes)));
    let used = image.synapses.len();
    let (mut whole, mut at) = (Vec::new(), 0);
    for mut next in all {
        if next.start > at {
            whole.push(region("filling".into(), Kind::Filling, at, next.start - at));
        }
        let end = (next.start + next.bytes).min(used);
        if end <= at {
            continue;
        }
        next.start = next.start.max(at);
        next.bytes = end - next.start;
        at = end;
        whole.push(next);
    }
    if used > at {
        whole.push(region("filling".into(), Kind::Filling, at, used - at));
    }
    if size > used {
        whole.push(region("free".into(), Kind::Free, used, size - used));
    }
    Ok(whole)
}
