//! Listed rows (`docs/program.md`, section 2, SCAN): tables and lists of segments for a connection, with
//! lists and words of weights that sources share.

use super::coding::Coding;
use super::pool::Pool;
use super::segments::{distance, segments, Run};
use super::synapses::Synapses;
use ferrospike_model::program::{Segment, TableEntry};
use std::collections::HashMap;

/// Real weights of a source that one SCAN can count.
const MOST_OPERATIONS: usize = 4095;
/// Moves in a row that are worth a shared run.
const MOST_MOVES: usize = 16;

/// What a source has, apart from where its groups begin.
#[derive(Clone, Debug, Default)]
struct Shape {
    runs: Vec<Run>,
    operations: u16,
    /// Where its list is, in longs, and the first word, once they are placed.
    list: u32,
    longs: usize,
    first_word: u32,
}

impl Shape {
    fn words(&self) -> usize {
        self.runs.iter().map(|run| run.words.len()).sum()
    }
    fn groups(&self) -> usize {
        self.runs.iter().map(|run| run.groups as usize).sum()
    }
}

/// The table of one SCAN: addresses of lists and words count from the first of this connection.
pub(super) type Table = Vec<TableEntry>;

/// Listed rows of a connection, in as many SCANs as the counts of operations need.
#[derive(Debug, Default)]
pub(super) struct Listed {
    pub tables: Vec<Table>,
    pub lists: Vec<u64>,
    pub words: Vec<u8>,
    /// Groups that are fed if every source spikes once.
    pub fed: usize,
    /// Longs of lists that are read in that case.
    pub read: usize,
}

impl Listed {
    /// Longs of tables and lists.
    pub fn longs(&self) -> usize {
        self.tables.iter().map(Vec::len).sum::<usize>() + self.lists.len()
    }

    /// Bytes of S.
    pub fn bytes(&self) -> usize {
        self.longs() * 8 + self.words.len()
    }

    /// Clocks if each of so many sources spikes once: groups, longs of lists, and two for each table entry.
    pub fn clocks(&self, sources: usize) -> usize {
        self.fed + self.read + 2 * sources * self.tables.len()
    }

    /// Builds tables, lists and words.
    pub fn new(
        synapses: &Synapses,
        (coding, exponent): (Coding, u32),
        lanes: usize,
        first_group: usize,
    ) -> Self {
        let mut builder = Builder {
            coding,
            exponent: exponent as u8,
            lanes,
            pool: Pool::default(),
            shapes: Vec::new(),
            known: HashMap::new(),
        };
        // For each source in each SCAN: shape and first group.
        let mut of: Vec<Vec<Option<(usize, usize)>>> = Vec::new();
        for source in 0..synapses.sources() {
            for (scan, (group, shape)) in builder.rows(synapses.of(source)).into_iter().enumerate()
            {
                if of.len() <= scan {
                    of.push(vec![None; synapses.sources()]);
                }
                of[scan][source] = Some((shape, group));
            }
        }
        let mut listed = Listed {
            lists: builder.place(),
            ..Listed::default()
        };
        for sources in of {
            let mut table = Vec::with_capacity(sources.len());
            for source in sources {
                let Some((shape, group)) =
                    source.and_then(|(s, g)| Some((builder.shapes.get(s)?, g)))
                else {
                    table.push(TableEntry::default());
                    continue;
                };
                listed.fed += shape.groups();
                listed.read += shape.longs;
                table.push(TableEntry {
                    list: shape.list,
                    first_group: ((first_group + group) & 0xfff) as u16,
                    first_word: shape.first_word,
                    operations: shape.operations,
                });
            }
            listed.tables.push(table);
        }
        listed.words = builder.pool.bytes().collect();
        listed
    }
}

struct Builder {
    coding: Coding,
    exponent: u8,
    lanes: usize,
    pool: Pool,
    shapes: Vec<Shape>,
    known: HashMap<Vec<Run>, usize>,
}

impl Builder {
    /// First group and shape of a source in each SCAN that it needs.
    fn rows(&mut self, items: &[(u32, i8)]) -> Vec<(usize, usize)> {
        let lanes = self.lanes as u32;
        let mut rows = Vec::new();
        let mut rest = items;
        while let Some(&(first, _)) = rest.first() {
            // As many whole groups as can be counted.
            let mut end = rest.len().min(MOST_OPERATIONS);
            while end < rest.len() && end > 0 && rest[end].0 / lanes == rest[end - 1].0 / lanes {
                end -= 1;
            }
            let (part, after) = rest.split_at(end.max(1));
            rest = after;
            let first = first / lanes;
            let runs = self.runs(part, first);
            let shapes = &mut self.shapes;
            let shape = *self.known.entry(runs).or_insert_with_key(|runs| {
                shapes.push(Shape {
                    runs: runs.clone(),
                    operations: part.len() as u16,
                    ..Shape::default()
                });
                shapes.len() - 1
            });
            rows.push((first as usize, shape));
        }
        rows
    }

    /// The runs of some groups; they count from `first`.
    fn runs(&mut self, items: &[(u32, i8)], first: u32) -> Vec<Run> {
        let (lanes, each) = (self.lanes, self.coding.format.groups_per_word());
        let most = (Segment::MOST_GROUPS - Segment::MOST_GROUPS % each) as u32;
        let mut runs = Vec::new();
        let mut bytes: Vec<u8> = Vec::new();
        let mut at = 0;
        while at < items.len() {
            let begin = items[at].0 / lanes as u32;
            let mut last = begin;
            bytes.clear();
            while let Some(&(to, mantissa)) = items.get(at) {
                let group = to / lanes as u32;
                if group > last + 1 || group - begin >= most {
                    break;
                }
                last = group;
                let inside = (group - begin) as usize;
                bytes.resize((inside / each + 1) * lanes, 0);
                self.coding
                    .put(&mut bytes, inside, to as usize % lanes, lanes, mantissa);
                at += 1;
            }
            let words = bytes
                .chunks(lanes)
                .map(|word| self.pool.number(word))
                .collect();
            runs.push(Run {
                group: begin - first,
                groups: last - begin + 1,
                words,
            });
        }
        runs
    }

    /// Gives every shape its words and its list; the longs of all lists.
    fn place(&mut self) -> Vec<u64> {
        // The longest rows first: the others are often parts of them.
        let mut sequence: Vec<usize> = (0..self.shapes.len()).collect();
        sequence.sort_by_key(|&i| (std::cmp::Reverse(self.shapes[i].words()), i));
        let mut lists: Vec<u64> = Vec::new();
        let mut known: HashMap<Vec<u64>, u32> = HashMap::new();
        for index in sequence {
            let runs = std::mem::take(&mut self.shapes[index].runs);
            let begins = self.begins(&runs);
            let longs = Segment::list(&segments(&runs, &begins, self.exponent));
            let next = lists.len() as u32;
            let list = *known.entry(longs.clone()).or_insert(next);
            if list == next {
                lists.extend(&longs);
            }
            let shape = &mut self.shapes[index];
            shape.first_word = begins.first().map_or(0, |&at| at as u32);
            shape.list = list;
            shape.longs = longs.len();
            shape.runs = runs;
        }
        lists
    }

    /// Where the words of each run are; those that are not there yet are added.
    fn begins(&mut self, runs: &[Run]) -> Vec<usize> {
        let mut found = Vec::with_capacity(runs.len());
        let (mut near, mut missing, mut moves) = (0, 0, 0);
        for (i, run) in runs.iter().enumerate() {
            let at = self.pool.find(&run.words, near);
            let at = at.filter(|&at| i == 0 || distance(near, at) <= MOST_MOVES);
            if let Some(at) = at {
                moves += if i == 0 { 0 } else { distance(near, at) };
                near = at + run.words.len();
            } else {
                missing += run.words.len();
            }
            found.push(at);
        }
        let all: usize = runs.iter().map(|run| run.words.len()).sum();
        // What is missing lies behind all others, and has to be gone to and come back from.
        let away = self.pool.len() / 256;
        let there = found.iter().filter(|at| at.is_some()).count();
        let mixed = missing > 0 && there > 0;
        if mixed {
            moves += 2 * away;
        }
        // A move is half a long, and takes time besides: it counts as a long.
        let share = there > 0 && missing * self.lanes + moves * 8 < all * self.lanes;
        let mut begins = Vec::with_capacity(runs.len());
        for (run, at) in runs.iter().zip(found) {
            begins.push(match at.filter(|_| share) {
                Some(at) => at,
                None => self.pool.append(&run.words),
            });
        }
        begins
    }
}
