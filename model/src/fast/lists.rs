//! Listed rows whose tables and lists were read once: of each source the runs of destinations and weights, and
//! what the walk through its list counts.

use crate::device::{Counters, Device};
use crate::interpreter::Stopped;
use crate::listed::Run;
use crate::numbers::mantissa;
use crate::program::Scan;
use std::ops::Range;

/// Most weights and runs that are kept of a SCAN.
const MOST: usize = 1 << 24;

/// What the spikes of some sources add up to, beside their weights; as the counters, modulo 2^32.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Costs {
    /// Real weights.
    pub operations: u32,
    /// Words of weights.
    pub words: u32,
    /// Longs of tables and lists.
    pub longs: u32,
    /// No current is changed by more than this.
    pub reach: u64,
}

/// Successive destinations, the numbers of their weights, and m.
#[derive(Clone, Copy, Debug)]
struct Piece {
    to: u32,
    from: u32,
    count: u16,
    exponent: u8,
}

/// The listed rows of a SCAN.
#[derive(Debug)]
pub(crate) struct Lists {
    /// First piece of each source, and the end.
    begins: Vec<u32>,
    pieces: Vec<Piece>,
    weights: Vec<i16>,
    costs: Vec<Costs>,
    /// Destinations of all sources.
    pub span: Range<usize>,
    lanes: usize,
}

impl Lists {
    /// The rows of these sources; none if a list does not end or leaves S, or if there is too much of them.
    /// `budget` is the work that is left.
    pub fn new(device: &Device, scan: &Scan, sources: usize, budget: &mut u64) -> Option<Self> {
        let lanes = device.shape.lanes;
        let mut reader = device.clone();
        let mut known = 0;
        let mut runs: Vec<Vec<Run>> = Vec::with_capacity(sources);
        let mut costs = Vec::with_capacity(sources);
        for index in 0..sources {
            let mut own = Vec::new();
            reader.counters = Counters::default();
            let walked = reader.runs(scan, index, budget, |_, run| {
                own.push(run);
                known += 1;
                match known > MOST {
                    true => Err(Stopped::Endless),
                    false => Ok(()),
                }
            });
            walked.ok()?;
            let c = reader.counters;
            costs.push(Costs {
                operations: c.synaptic_operations,
                words: c.weight_words,
                longs: c.list_words,
                reach: 0,
            });
            own.retain(|run| run.groups > 0);
            runs.push(own);
        }
        let words = |run: &Run| run.word..run.word + scan.format.row_words(run.groups);
        let all = runs.iter().flatten().map(words);
        let region = all.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end));
        let region = region.unwrap_or_default();
        let per_word = scan.format.groups_per_word();
        if region.end > device.shape.synapse_words || region.len() * per_word * lanes > MOST {
            return None;
        }
        let mut weights = Vec::with_capacity(region.len() * per_word * lanes);
        for word in device.s[region.start * lanes..region.end * lanes].chunks_exact(lanes) {
            for sub in 0..per_word {
                let one = |byte: &u8| mantissa(*byte, scan.format, sub, scan.sign) as i16;
                weights.extend(word.iter().map(one));
            }
        }
        let mut lists = Lists {
            begins: vec![0],
            pieces: Vec::new(),
            weights,
            costs,
            span: 0..0,
            lanes,
        };
        for own in &runs {
            for run in own {
                let from = (run.word - region.start) * per_word * lanes;
                lists.push(*run, from, device.shape.groups);
            }
            lists.begins.push(lists.pieces.len() as u32);
        }
        let ends = lists
            .pieces
            .iter()
            .map(|p| p.to as usize + usize::from(p.count));
        let first = lists.pieces.iter().map(|p| p.to as usize).min();
        lists.span = first.unwrap_or(0)..ends.max().unwrap_or(0);
        lists.measure();
        Some(lists)
    }

    /// Adds a run, in two pieces if it passes the end of U.
    fn push(&mut self, run: Run, mut from: usize, groups: usize) {
        let (mut first, mut left) = (run.group & (groups - 1), run.groups);
        while left > 0 {
            let some = left.min(groups - first);
            self.pieces.push(Piece {
                to: (first * self.lanes) as u32,
                from: from as u32,
                count: (some * self.lanes) as u16,
                exponent: run.exponent,
            });
            from += some * self.lanes;
            left -= some;
            first = 0;
        }
    }

    /// Finds the reach of each source.
    fn measure(&mut self) {
        let mut sums = vec![0u64; self.span.len()];
        for source in 0..self.costs.len() {
            let mut reach = 0;
            for (piece, weights) in self.of(source as u32) {
                let to = piece.to as usize - self.span.start;
                for (sum, w) in sums[to..].iter_mut().zip(weights) {
                    *sum += u64::from(w.unsigned_abs()) << piece.exponent;
                    reach = reach.max(*sum);
                }
            }
            for (piece, weights) in self.of(source as u32) {
                let to = piece.to as usize - self.span.start;
                sums[to..to + weights.len()].fill(0);
            }
            self.costs[source].reach = reach;
        }
    }

    /// What the spikes of these sources add up to.
    #[inline(always)]
    pub fn costs(&self, sources: &[u32]) -> Costs {
        let mut all = Costs::default();
        for source in sources {
            let one = self.costs[*source as usize];
            all.operations = all.operations.wrapping_add(one.operations);
            all.words = all.words.wrapping_add(one.words);
            all.longs = all.longs.wrapping_add(one.longs);
            all.reach += one.reach;
        }
        all
    }

    /// The pieces of a source with their weights.
    #[inline(always)]
    fn of(&self, source: u32) -> impl Iterator<Item = (&Piece, &[i16])> {
        let source = source as usize;
        let range = self.begins[source] as usize..self.begins[source + 1] as usize;
        self.pieces[range].iter().map(|piece| {
            let from = piece.from as usize;
            (piece, &self.weights[from..from + usize::from(piece.count)])
        })
    }

    /// Adds the weights of the sources `plus` to the sums of the destinations of [`Lists::span`], and takes those of
    /// `minus` away; as integers.
    #[inline(always)]
    pub fn add(&self, plus: &[u32], minus: &[u32], sums: &mut [i32]) {
        match self.lanes {
            4 => self.add_groups::<4>(plus, minus, sums),
            _ => self.add_groups::<8>(plus, minus, sums),
        }
    }

    /// The same, L destinations at once.
    #[inline(always)]
    fn add_groups<const L: usize>(&self, plus: &[u32], minus: &[u32], sums: &mut [i32]) {
        for (sources, factor) in [(plus, 1), (minus, -1)] {
            for source in sources {
                for (piece, weights) in self.of(*source) {
                    let to = piece.to as usize - self.span.start;
                    let sums = &mut sums[to..to + weights.len()];
                    let factor = factor << piece.exponent;
                    for (sums, weights) in sums.chunks_exact_mut(L).zip(weights.chunks_exact(L)) {
                        for lane in 0..L {
                            sums[lane] += i32::from(weights[lane]) * factor;
                        }
                    }
                }
            }
        }
    }

    /// Sources.
    pub fn sources(&self) -> usize {
        self.costs.len()
    }

    /// Pieces and weights of all sources.
    pub fn size(&self) -> (usize, usize) {
        let weights = self.pieces.iter().map(|p| usize::from(p.count));
        (self.pieces.len(), weights.sum())
    }

    /// Gives `add` each weight of a source, shifted, with its place in [`Lists::span`], in order.
    #[inline(always)]
    pub fn row(&self, source: u32, mut add: impl FnMut(usize, i32)) {
        for (piece, weights) in self.of(source) {
            let to = piece.to as usize - self.span.start;
            for (lane, w) in weights.iter().enumerate() {
                add(to + lane, i32::from(*w) << piece.exponent);
            }
        }
    }
}
