//! Weights of a connection: a full matrix, or the entries of a sparse one. A convolution between tens of
//! thousands of neurons is always the latter.

/// Most entries of one sparse matrix.
pub const MAX_ENTRIES: usize = 1 << 24;

/// Weights between `sources` and destinations.
#[derive(Clone, Debug, PartialEq)]
pub enum Weights {
    /// `[to * sources + from]`.
    Dense(Vec<f64>),
    /// What there is of a sparse matrix.
    Sparse(Sparse),
}

/// Entries of a sparse matrix, each place at most once, ascending by source, then by destination. An entry
/// may be 0: it is there, as in a kernel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sparse {
    /// Source and destination of each entry.
    places: Vec<[u32; 2]>,
    values: Vec<f64>,
}

impl Sparse {
    /// From entries (source, destination, weight) in any order; those of one place are added.
    pub fn new(mut entries: Vec<(u32, u32, f64)>) -> Self {
        entries.sort_by_key(|&(from, to, _)| (from, to));
        let mut sparse = Sparse::default();
        for (from, to, value) in entries {
            sparse.push(from, to, value);
        }
        sparse
    }

    /// A square matrix with these values on its diagonal.
    pub fn diagonal(values: Vec<f64>) -> Self {
        let places = (0..values.len() as u32).map(|i| [i, i]).collect();
        Sparse { places, values }
    }

    /// Adds an entry that follows the others, or that has the place of the last one.
    pub(super) fn push(&mut self, from: u32, to: u32, value: f64) {
        match (self.places.last(), self.values.last_mut()) {
            (Some(&last), Some(sum)) if last == [from, to] => *sum += value,
            _ => {
                self.places.push([from, to]);
                self.values.push(value);
            }
        }
    }

    /// Source, destination and weight of each entry.
    pub fn entries(&self) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        let value = self.values.iter();
        let place = self.places.iter();
        (place.zip(value)).map(|(&[from, to], &value)| (from as usize, to as usize, value))
    }

    /// Where the entries of each of `sources` begin, and where the last ones end.
    pub fn starts(&self, sources: usize) -> Vec<usize> {
        let mut starts = vec![0; sources + 1];
        for &[from, _] in &self.places {
            if let Some(count) = starts.get_mut(from as usize + 1) {
                *count += 1;
            }
        }
        for i in 0..sources {
            starts[i + 1] += starts[i];
        }
        starts
    }
}

impl Weights {
    /// Weights that there are.
    pub fn len(&self) -> usize {
        self.values().len()
    }

    /// None at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The weights, in the order of [`Weights::place`].
    pub fn values(&self) -> &[f64] {
        match self {
            Weights::Dense(values) => values,
            Weights::Sparse(sparse) => &sparse.values,
        }
    }

    /// The weights, to be changed.
    pub fn values_mut(&mut self) -> &mut [f64] {
        match self {
            Weights::Dense(values) => values,
            Weights::Sparse(sparse) => &mut sparse.values,
        }
    }

    /// Source and destination of weight `index`.
    pub fn place(&self, index: usize, sources: usize) -> (usize, usize) {
        match self {
            Weights::Dense(_) => (index % sources.max(1), index / sources.max(1)),
            Weights::Sparse(sparse) => sparse
                .places
                .get(index)
                .map_or((0, 0), |&[from, to]| (from as usize, to as usize)),
        }
    }

    /// Changes each weight by a rule that sees its destination.
    pub fn change(&mut self, sources: usize, rule: impl Fn(usize, f64) -> f64) {
        match self {
            Weights::Dense(values) => {
                for (to, row) in values.chunks_exact_mut(sources.max(1)).enumerate() {
                    row.iter_mut().for_each(|w| *w = rule(to, *w));
                }
            }
            Weights::Sparse(sparse) => {
                for (&[_, to], w) in sparse.places.iter().zip(&mut sparse.values) {
                    *w = rule(to as usize, *w);
                }
            }
        }
    }

    /// What is wrong with them between so many sources and destinations.
    pub fn check(&self, sources: usize, destinations: usize) -> Result<(), String> {
        match self {
            Weights::Dense(values) if values.len() != sources * destinations => Err(format!(
                "has {} weights, {} are needed",
                values.len(),
                sources * destinations
            )),
            Weights::Dense(_) => Ok(()),
            Weights::Sparse(sparse) => {
                if sparse.values.len() != sparse.places.len() || sparse.values.len() > MAX_ENTRIES {
                    return Err(format!(
                        "has {} weights at {} places; at most {MAX_ENTRIES} are possible",
                        sparse.values.len(),
                        sparse.places.len()
                    ));
                }
                let outside =
                    |p: &&[u32; 2]| p[0] as usize >= sources || p[1] as usize >= destinations;
                if let Some([from, to]) = sparse.places.iter().find(outside) {
                    return Err(format!(
                        "has a weight from {from} to {to}, between {sources} sources and \
                         {destinations} destinations"
                    ));
                }
                match sparse.places.windows(2).find(|w| w[0] >= w[1]) {
                    Some(w) => Err(format!("has weights out of order at {:?}", w[1])),
                    None => Ok(()),
                }
            }
        }
    }
}

impl From<Vec<f64>> for Weights {
    fn from(values: Vec<f64>) -> Self {
        Weights::Dense(values)
    }
}
