//! The mantissas of one connection that are not zero, by the places of source and destination.

use super::order::Order;
use crate::import::Weights;

/// Mantissas, source by source, ascending by destination.
#[derive(Clone, Debug, Default)]
pub(super) struct Synapses {
    /// Where each source's begin, and where the last ones end.
    starts: Vec<usize>,
    items: Vec<(u32, i8)>,
}

impl Synapses {
    /// The mantissas of a connection's weights from `sources` neurons.
    pub fn new(
        weights: &Weights,
        mantissas: &[i8],
        sources: usize,
        from: &Order,
        to: &Order,
    ) -> Self {
        let places = || {
            let there = mantissas.iter().enumerate().filter(|m| *m.1 != 0);
            there.map(|(index, &m)| {
                let (source, target) = weights.place(index, sources);
                (from.place(source), to.place(target) as u32, m)
            })
        };
        let mut starts = vec![0usize; from.places + 1];
        for (source, ..) in places() {
            starts[source + 1] += 1;
        }
        for i in 0..from.places {
            starts[i + 1] += starts[i];
        }
        let mut next = starts.clone();
        let mut items = vec![(0, 0); starts[from.places]];
        for (source, target, mantissa) in places() {
            items[next[source]] = (target, mantissa);
            next[source] += 1;
        }
        for range in starts.windows(2) {
            items[range[0]..range[1]].sort_unstable();
        }
        Synapses { starts, items }
    }

    /// A row that belongs to no source.
    pub fn row(mantissas: &[i8], to: &Order) -> Self {
        let there = mantissas.iter().enumerate().filter(|m| *m.1 != 0);
        let items: Vec<_> = there.map(|(i, &m)| (to.place(i) as u32, m)).collect();
        Synapses {
            starts: vec![0, items.len()],
            items,
        }
    }

    /// Places of sources.
    pub fn sources(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Destinations and mantissas of a source.
    pub fn of(&self, source: usize) -> &[(u32, i8)] {
        match (self.starts.get(source), self.starts.get(source + 1)) {
            (Some(&begin), Some(&end)) => self.items.get(begin..end).unwrap_or(&[]),
            _ => &[],
        }
    }

    /// Mantissas that are not zero.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Smallest and largest mantissa, 0 included.
    pub fn range(&self) -> (i8, i8) {
        let all = self.items.iter();
        all.fold((0, 0), |(low, high), &(_, m)| (m.min(low), m.max(high)))
    }

    /// Groups with a mantissa, over all sources.
    pub fn groups(&self, lanes: usize) -> usize {
        let of = |source: usize| {
            let groups = self.of(source).iter().map(|&(to, _)| to as usize / lanes);
            let mut last = None;
            groups.filter(|&g| last.replace(g) != Some(g)).count()
        };
        (0..self.sources()).map(of).sum()
    }

    /// All sources have the same.
    pub fn all_equal(&self) -> bool {
        (1..self.sources()).all(|source| self.of(source) == self.of(0))
    }
}
