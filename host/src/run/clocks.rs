//! Clocks that the rows of weights take on samples, by the formulas of `docs/architecture.md`, section 9.

use super::{RunError, Sample};
use crate::clocks;
use ferrospike_model::image::{Image, Population};
use ferrospike_model::program::{Form, Operation, Scan, Segment, TableEntry};

/// A SCAN of the step program.
struct Counted {
    name: String,
    /// The source, none if it is always streamed; its groups.
    source: Option<usize>,
    groups: usize,
    delay: usize,
    /// Clocks of each place's row.
    rows: Vec<u32>,
    total: u64,
    most: u64,
}

/// Counts clocks.
pub(super) struct Clocks {
    lanes: usize,
    scans: Vec<Counted>,
    steps: u64,
}

impl Clocks {
    /// Reads what each source costs from the image.
    pub fn new(image: &Image) -> Result<Self, RunError> {
        let h = &image.header;
        let mut scans = Vec::new();
        for (_, operation) in image.program(h.step_entry)? {
            let Operation::Scan(scan) = operation else {
                continue;
            };
            let is = |p: &&Population| {
                p.bitmap == scan.source && p.groups(h.lanes) == usize::from(scan.source_groups)
            };
            let source = match scan.form {
                Form::Always => None,
                _ => h.populations.iter().position(|p| is(&p)),
            };
            let cost = |place: usize| match scan.form {
                Form::Listed => listed(image, &scan, place),
                _ => u32::from(scan.groups),
            };
            // Padding never spikes.
            let rows = match source.and_then(|s| h.populations.get(s)) {
                None => vec![cost(0)],
                Some(p) => {
                    let mut rows = vec![0; p.places()];
                    for place in (0..p.neurons).map(|i| p.place(i)) {
                        if let Some(row) = rows.get_mut(place) {
                            *row = cost(place);
                        }
                    }
                    rows
                }
            };
            scans.push(Counted {
                name: name(image, &scan),
                source,
                groups: scan.source_groups.into(),
                delay: scan.delay.into(),
                rows,
                total: 0,
                most: 0,
            });
        }
        Ok(Clocks {
            lanes: h.lanes,
            scans,
            steps: 0,
        })
    }

    /// Counts a sample.
    pub fn sample(&mut self, sample: &Sample) {
        for step in 0..sample.steps.len() {
            self.steps += 1;
            for scan in &mut self.scans {
                let words = scan.source.and_then(|source| {
                    let then = sample.steps.get(step.checked_sub(scan.delay)?)?;
                    then.get(source)?.spikes.as_deref()
                });
                let clocks = match scan.source {
                    None => clocks::SCAN + u64::from(scan.rows.first().copied().unwrap_or(0)),
                    Some(_) => scan.clocks(words.unwrap_or(&[]), self.lanes),
                };
                scan.total += clocks;
                scan.most = scan.most.max(clocks);
            }
        }
    }

    /// Name, mean and most of each SCAN.
    pub fn figures(&self) -> Vec<(String, f64, u64)> {
        let of = |s: &Counted| {
            (
                s.name.clone(),
                s.total as f64 / self.steps.max(1) as f64,
                s.most,
            )
        };
        self.scans.iter().map(of).collect()
    }
}

/// Name and clocks of each SCAN over all steps of a sample whose spikes are all known, in program order.
pub(crate) fn scan_clocks(image: &Image, sample: &Sample) -> Result<Vec<(String, u64)>, RunError> {
    let mut clocks = Clocks::new(image)?;
    clocks.sample(sample);
    Ok(clocks
        .scans
        .into_iter()
        .map(|s| (s.name, s.total))
        .collect())
}

/// Clocks of a step's SCANs and UPDATEs if every neuron spikes, with parallel multipliers and one neuron in a clock (an
/// image knows no board); names and clocks in program order.
pub fn clocks_at_most(image: &Image) -> Result<Vec<(String, u64)>, RunError> {
    let mut scans = Clocks::new(image)?.scans.into_iter();
    let mut all = Vec::new();
    for (_, operation) in image.program(image.header.step_entry)? {
        match operation {
            Operation::Scan(_) => {
                if let Some(scan) = scans.next() {
                    let rows: u64 = scan.rows.iter().map(|&r| u64::from(r)).sum();
                    all.push((scan.name, clocks::SCAN + rows));
                }
            }
            Operation::Update(update) => {
                let populations = image.header.populations.iter();
                let name = populations
                    .filter(|p| p.bitmap == update.bitmap)
                    .map(|p| format!("neurons of {}", p.name))
                    .next_back();
                let pairs = u64::from((update.per_neuron & 7).count_ones());
                all.push((
                    name.unwrap_or_else(|| "neurons".into()),
                    clocks::update(update.neurons.into(), pairs, update.current_after_decay),
                ));
            }
            _ => {}
        }
    }
    Ok(all)
}

/// Clocks of the LEARNs of a learning step if every neuron spikes, or for a LEARN of those that do not, if none does;
/// names and clocks, those of a connection together. Empty: nothing learns.
pub fn learning_clocks_at_most(image: &Image) -> Result<Vec<(String, u64)>, RunError> {
    let h = &image.header;
    let Some(entry) = h.learn_entry else {
        return Ok(Vec::new());
    };
    let mut all: Vec<(String, u64)> = Vec::new();
    for (_, operation) in image.program(entry)? {
        let Operation::Learn(learn) = operation else {
            continue;
        };
        let base = learn.row_base as usize;
        let of = h.connections.iter().find(|c| c.first_word == base);
        let name = of.map_or("?", |c| c.name.as_str());
        let groups = u64::from(learn.groups);
        let rows = learn.row_count(h.lanes) as u64;
        let clocks = clocks::learn(groups, rows, learn.every);
        match all.iter_mut().find(|(known, _)| known == name) {
            Some((_, sum)) => *sum += clocks,
            None => all.push((name.into(), clocks)),
        }
    }
    Ok(all)
}

impl Counted {
    fn clocks(&self, words: &[u32], lanes: usize) -> u64 {
        let mut sum = 0;
        for (group, &word) in words.iter().enumerate() {
            let mut bits = word;
            while bits != 0 {
                let place = group * lanes + bits.trailing_zeros() as usize;
                sum += u64::from(self.rows.get(place).copied().unwrap_or(0));
                bits &= bits - 1;
            }
        }
        // Groups of the source that have no spike are looked at while rows stream.
        let words = if sum > 0 { clocks::SCAN + sum } else { 0 };
        words.max(clocks::SCAN_WITHOUT_SPIKE + self.groups as u64)
    }
}

/// Table entry, longs of the list and groups of a source.
fn listed(image: &Image, scan: &Scan, place: usize) -> u32 {
    let long = |at: usize| {
        let bytes = image.synapses.get(at * 8..)?.first_chunk::<8>()?;
        Some(u64::from_le_bytes(*bytes))
    };
    let at = scan.row_base as usize + place * usize::from(scan.stride);
    let entry = TableEntry::decode(long(at).unwrap_or(0));
    // The table entry, and the first read of the list behind it.
    let mut clocks = 2;
    if entry.operations == 0 {
        return clocks;
    }
    let mut at = entry.list as usize;
    // Images are checked: every list ends.
    while let Some(pair) = long(at) {
        clocks += 1;
        for half in [pair as u32, (pair >> 32) as u32] {
            let segment = Segment::decode(half);
            clocks += u32::from(segment.groups);
            if segment.last {
                return clocks;
            }
        }
        at += 1;
    }
    clocks
}

/// The connection that a SCAN is of.
fn name(image: &Image, scan: &Scan) -> String {
    let base = scan.row_base as usize;
    let is = |c: &&ferrospike_model::image::Connection| match scan.form {
        Form::Listed => c.longs > 0 && (c.first_long..c.first_long + c.longs).contains(&base),
        _ => c.longs == 0 && c.first_word == base,
    };
    let found = image.header.connections.iter().find(|c| is(c));
    found.map_or_else(|| "?".into(), |c| c.name.clone())
}
