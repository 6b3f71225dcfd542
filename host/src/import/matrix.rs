//! Matrices between populations, full or sparse: products and sums.

use super::weights::{Sparse, Weights, MAX_ENTRIES};
use crate::nir::MAX_ELEMENTS;

/// A matrix, rows (destinations) x columns (sources).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Matrix {
    pub rows: usize,
    pub columns: usize,
    pub data: Weights,
}

impl Matrix {
    /// A full matrix, `[row * columns + column]`.
    pub fn dense(rows: usize, columns: usize, data: Vec<f64>) -> Self {
        Matrix {
            rows,
            columns,
            data: Weights::Dense(data),
        }
    }

    /// A square matrix with these values on its diagonal.
    pub fn diagonal(values: Vec<f64>) -> Self {
        Matrix {
            rows: values.len(),
            columns: values.len(),
            data: Weights::Sparse(Sparse::diagonal(values)),
        }
    }

    /// The matrix times a vector of as many values as it has columns.
    pub fn apply(&self, vector: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; self.rows];
        match &self.data {
            Weights::Dense(data) => {
                for (sum, row) in out.iter_mut().zip(data.chunks_exact(self.columns.max(1))) {
                    *sum = row.iter().zip(vector).map(|(a, b)| a * b).sum();
                }
            }
            Weights::Sparse(sparse) => {
                for (from, to, value) in sparse.entries() {
                    out[to] += value * vector[from];
                }
            }
        }
        out
    }

    /// Multiplications of a product, and numbers that it has at most; `self` has as many columns as
    /// `other` has rows.
    pub fn cost(&self, other: &Matrix) -> (usize, usize) {
        let full = self.rows.saturating_mul(other.columns);
        match (&self.data, &other.data) {
            (Weights::Sparse(a), Weights::Sparse(b)) => {
                let starts = a.starts(self.columns);
                let of = |k: usize| starts[k + 1] - starts[k];
                let work: usize = b.entries().map(|(_, k, _)| of(k)).sum();
                (work, work.min(full))
            }
            (Weights::Dense(_), Weights::Sparse(b)) => {
                (b.entries().count().saturating_mul(self.rows), full)
            }
            (Weights::Sparse(a), Weights::Dense(_)) => {
                (a.entries().count().saturating_mul(other.columns), full)
            }
            (Weights::Dense(_), Weights::Dense(_)) => (full.saturating_mul(self.columns), full),
        }
    }

    /// The product; its cost must have been looked at.
    pub fn times(&self, other: &Matrix) -> Matrix {
        let (rows, columns) = (self.rows, other.columns);
        let inner = self.columns;
        if let (Weights::Sparse(a), Weights::Sparse(b)) = (&self.data, &other.data) {
            let data = Weights::Sparse(product(a, b, rows, inner));
            return Matrix {
                rows,
                columns,
                data,
            };
        }
        if let (Weights::Dense(a), Weights::Sparse(b)) = (&self.data, &other.data) {
            // Few columns of it may be left: one delay's part of a matrix.
            let starts = b.starts(columns);
            let there = starts.windows(2).filter(|w| w[0] < w[1]).count();
            if there * 2 <= columns {
                let data = Weights::Sparse(narrow(a, b, rows, inner));
                return Matrix {
                    rows,
                    columns,
                    data,
                };
            }
        }
        let mut out = vec![0.0; rows * columns];
        let mut add = |i: usize, x: f64, row: &[f64]| {
            let out = &mut out[i * columns..(i + 1) * columns];
            out.iter_mut().zip(row).for_each(|(o, y)| *o += x * y);
        };
        match (&self.data, &other.data) {
            (Weights::Dense(a), Weights::Dense(b)) => {
                for i in 0..rows {
                    for k in 0..inner {
                        let x = a[i * inner + k];
                        if x != 0.0 {
                            add(i, x, &b[k * columns..(k + 1) * columns]);
                        }
                    }
                }
            }
            (Weights::Sparse(a), Weights::Dense(b)) => {
                for (k, i, x) in a.entries() {
                    add(i, x, &b[k * columns..(k + 1) * columns]);
                }
            }
            (Weights::Dense(a), Weights::Sparse(b)) => {
                for (j, k, y) in b.entries() {
                    for i in 0..rows {
                        out[i * columns + j] += a[i * inner + k] * y;
                    }
                }
            }
            (Weights::Sparse(_), Weights::Sparse(_)) => {}
        }
        Matrix::dense(rows, columns, out)
    }

    /// The rows that `chosen` names, the others 0; false entries are not there at all.
    pub fn rows_of(&self, chosen: impl Fn(usize) -> bool) -> Matrix {
        let mut sparse = Sparse::default();
        match &self.data {
            Weights::Dense(data) => {
                let rows: Vec<usize> = (0..self.rows).filter(|&row| chosen(row)).collect();
                for from in 0..self.columns {
                    for &to in &rows {
                        sparse.push(from as u32, to as u32, data[to * self.columns + from]);
                    }
                }
            }
            Weights::Sparse(all) => {
                for (from, to, value) in all.entries().filter(|&(_, to, _)| chosen(to)) {
                    sparse.push(from as u32, to as u32, value);
                }
            }
        }
        Matrix {
            data: Weights::Sparse(sparse),
            ..*self
        }
    }

    /// Adds a matrix of the same size; false if that would be too large.
    pub fn add(&mut self, other: &Matrix) -> bool {
        match (&mut self.data, &other.data) {
            (Weights::Dense(a), b) => {
                for (i, value) in b.values().iter().enumerate() {
                    let (from, to) = b.place(i, self.columns);
                    a[to * self.columns + from] += value;
                }
                true
            }
            (Weights::Sparse(a), Weights::Sparse(b)) => {
                let both = a.entries().chain(b.entries());
                let all: Vec<_> = both
                    .map(|(from, to, value)| (from as u32, to as u32, value))
                    .collect();
                *a = Sparse::new(all);
                a.entries().count() <= MAX_ENTRIES
            }
            (Weights::Sparse(a), Weights::Dense(b)) => {
                if b.len() > MAX_ELEMENTS {
                    return false;
                }
                let mut sum = b.clone();
                for (from, to, value) in a.entries() {
                    sum[to * self.columns + from] += value;
                }
                self.data = Weights::Dense(sum);
                true
            }
        }
    }
}

/// Full times sparse: column by column of `b`, each as long as there are rows.
fn narrow(a: &[f64], b: &Sparse, rows: usize, inner: usize) -> Sparse {
    let mut out = Sparse::default();
    let mut sums = vec![0.0; rows];
    let mut entries = b.entries().peekable();
    while let Some((column, k, y)) = entries.next() {
        for (to, sum) in sums.iter_mut().enumerate() {
            *sum += a[to * inner + k] * y;
        }
        if entries.peek().is_none_or(|next| next.0 != column) {
            for (to, sum) in sums.iter_mut().enumerate() {
                out.push(column as u32, to as u32, std::mem::take(sum));
            }
        }
    }
    out
}

/// Sparse times sparse: column by column of `b`.
fn product(a: &Sparse, b: &Sparse, rows: usize, inner: usize) -> Sparse {
    let starts = a.starts(inner);
    let of: Vec<(usize, f64)> = a.entries().map(|(_, to, value)| (to, value)).collect();
    let mut sums = vec![0.0; rows];
    let mut touched = vec![false; rows];
    let mut list: Vec<usize> = Vec::new();
    let mut out = Sparse::default();
    let mut entries = b.entries().peekable();
    while let Some((column, k, y)) = entries.next() {
        for &(to, x) in &of[starts[k]..starts[k + 1]] {
            if !std::mem::replace(&mut touched[to], true) {
                list.push(to);
            }
            sums[to] += x * y;
        }
        if entries.peek().is_none_or(|next| next.0 != column) {
            list.sort_unstable();
            for to in list.drain(..) {
                out.push(column as u32, to as u32, std::mem::take(&mut sums[to]));
                touched[to] = false;
            }
        }
    }
    out
}
