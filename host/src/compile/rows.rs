//! Rows of weights of one connection: dense or listed, in the narrowest coding, whichever costs less.

use super::coding::Coding;
use super::listed::Listed;
use super::synapses::Synapses;
use crate::quantise::{Fold, Learned};
use ferrospike_model::program::{Format, Sign};

/// Clocks of a SCAN besides its rows.
const SCAN: usize = crate::clocks::SCAN as usize;
/// Mantissas up to which listed rows are tried in a wider coding too.
const SMALL: usize = 1 << 20;

/// How the rows lie in S.
#[derive(Debug)]
pub(super) enum Rows {
    /// One row, streamed in every step.
    Always(Synapses),
    /// A row for each source, or one that all sources share.
    Dense { synapses: Synapses, shared: bool },
    /// Tables and lists.
    Listed(Listed),
}

/// One part of a connection, or of a constant current: the sum of all parts is the whole.
#[derive(Debug)]
pub(super) struct Block {
    /// Index of the connection; none for a constant current.
    pub connection: Option<usize>,
    /// Destination.
    pub to: usize,
    /// Which of its parts.
    pub part: usize,
    /// Exponent m.
    pub exponent: u32,
    /// Sums into the scratch range, and how it is added.
    pub fold: Option<Fold>,
    /// Its weights learn.
    pub learned: Option<Learned>,
    pub coding: Coding,
    pub rows: Rows,
    /// Weights in it, those that are 0 only where they are stored.
    pub weights: usize,
    /// Lanes that are fed if every source spikes once.
    pub delivered: usize,
    /// Clocks in that case.
    pub clocks: usize,
    /// First word of S of its weights.
    pub first_word: usize,
    /// First long of its tables and lists.
    pub first_long: usize,
}

/// What a block is part of.
#[derive(Clone, Copy)]
pub(super) struct Part {
    pub connection: Option<usize>,
    pub to: usize,
    pub part: usize,
    pub exponent: u32,
    pub fold: Option<Fold>,
    pub learned: Option<Learned>,
    /// Neurons of the source.
    pub sources: usize,
    /// Neurons of the destination, and its groups and the first of them.
    pub neurons: usize,
    pub groups: usize,
    pub first_group: usize,
}

impl Block {
    /// The rows that cost less: memory times clocks decides.
    pub fn new(synapses: Synapses, part: Part, lanes: usize, lists: bool) -> Self {
        let (low, high) = synapses.range();
        let codings = Coding::all(low, high);
        let narrow = codings.first().copied().unwrap_or_default();
        let learned = part.learned.map(|learned| Coding {
            format: Format::Bits8,
            sign: match learned.unsigned {
                true => Sign::Added,
                false => Sign::Signed,
            },
        });
        let words = |c: &Coding| c.format.row_words(part.groups);
        // A wider coding that takes no more words is as good.
        let dense = codings.iter().rev().find(|c| words(c) <= words(&narrow));
        let dense = learned.unwrap_or(dense.copied().unwrap_or(narrow));
        let always = part.connection.is_none();
        let shared = !always && learned.is_none() && synapses.sources() > 1 && synapses.all_equal();
        let rows = if shared { 1 } else { synapses.sources() };
        let bytes = rows * words(&dense) * lanes;
        let clocks = part.sources * part.groups;
        let mut block = Block {
            connection: part.connection,
            to: part.to,
            part: part.part,
            exponent: part.exponent,
            fold: part.fold,
            learned: part.learned,
            coding: dense,
            rows: Rows::Listed(Listed::default()),
            weights: part.sources * part.neurons,
            delivered: part.sources * part.groups * lanes,
            clocks: clocks + SCAN,
            first_word: 0,
            first_long: 0,
        };
        let all = synapses.sources() * part.groups;
        let sparse = !shared && learned.is_none() && synapses.groups(lanes) * 10 < all * 9;
        if lists && sparse && !always && synapses.len() > 0 {
            let cost = |bytes: usize, clocks: usize| bytes as u128 * clocks as u128;
            let mut tried = vec![narrow];
            let widest = codings.last().copied().unwrap_or(narrow);
            if widest != narrow && synapses.len() < SMALL {
                tried.push(widest);
            }
            let found = tried.into_iter().map(|coding| {
                let listed =
                    Listed::new(&synapses, (coding, part.exponent), lanes, part.first_group);
                (
                    cost(listed.bytes(), listed.clocks(part.sources)),
                    coding,
                    listed,
                )
            });
            let best = found.min_by_key(|(cost, ..)| *cost);
            if let Some((least, coding, listed)) = best {
                if least < cost(bytes, clocks) {
                    block.coding = coding;
                    block.weights = synapses.len();
                    block.delivered = listed.fed * lanes;
                    block.clocks = listed.clocks(part.sources) + SCAN * listed.tables.len();
                    block.rows = Rows::Listed(listed);
                    return block;
                }
            }
        }
        block.rows = match always {
            true => Rows::Always(synapses),
            false => Rows::Dense { synapses, shared },
        };
        block
    }

    /// Words of weights in S, of rows of so many groups.
    pub fn words(&self, groups: usize, lanes: usize) -> usize {
        let row = self.coding.format.row_words(groups);
        match &self.rows {
            Rows::Always(_) | Rows::Dense { shared: true, .. } => row,
            // A LEARN's bitmap has whole groups of sources.
            Rows::Dense { synapses, .. } if self.learned.is_some() => {
                synapses.sources().next_multiple_of(lanes) * row
            }
            Rows::Dense { synapses, .. } => synapses.sources() * row,
            Rows::Listed(listed) => listed.words.len() / lanes,
        }
    }

    /// Longs of tables and lists.
    pub fn longs(&self) -> usize {
        match &self.rows {
            Rows::Listed(listed) => listed.longs(),
            _ => 0,
        }
    }

    /// Its form in a word.
    pub fn form(&self) -> &'static str {
        match self.rows {
            Rows::Always(_) => "always",
            Rows::Dense { .. } => "dense",
            Rows::Listed(_) => "listed",
        }
    }
}
