//! Puts a case together: places everything in the memories and orders the step program.

use super::learn::Rows;
use super::neurons::{self, Place};
use super::values::Values;
use super::{RandomCase, RandomPopulation, Size};
use crate::device::Shape;
use crate::program::{Bitmap, End, Form, Operation};
use rand::SeedableRng;

/// A bitmap that SCAN may read.
#[derive(Clone, Copy)]
pub(super) struct Source {
    pub(super) bitmap: Bitmap,
    pub(super) groups: usize,
    pub(super) neurons: usize,
    pub(super) max_delay: usize,
    /// Up to date in this step.
    pub(super) ready: bool,
}

/// Groups of U that rows may feed.
#[derive(Clone, Copy)]
pub(super) struct Target {
    pub(super) first_group: usize,
    pub(super) groups: usize,
    pub(super) neurons: usize,
    pub(super) scale: u32,
}

pub(super) struct Builder {
    pub(super) values: Values,
    pub(super) shape: Shape,
    pub(super) size: Size,
    pub(super) s: Vec<u8>,
    /// End of S that rows and tables may use; programs follow.
    pub(super) data_end: usize,
    pub(super) next_group: usize,
    pub(super) next_history: usize,
    pub(super) sources: Vec<Source>,
    pub(super) operations: Vec<Operation>,
    pub(super) reports: u8,
    /// Rows that may learn.
    pub(super) learnable: Vec<Rows>,
    /// Word of S of the random numbers.
    pub(super) random: Option<usize>,
}

impl Builder {
    pub(super) fn new(seed: u64, shape: Shape, size: Size) -> Self {
        let mut values = Values(rand_chacha::ChaCha8Rng::seed_from_u64(seed));
        let next_group = values.range(0..=(shape.groups - 2).min(2));
        let data_end = shape.synapse_words.min(2048) * shape.lanes - 2048;
        let s = Vec::new();
        let (sources, operations) = (Vec::new(), Vec::new());
        Builder {
            values,
            shape,
            size,
            s,
            data_end,
            next_group,
            next_history: 0,
            sources,
            operations,
            reports: 0,
            learnable: Vec::new(),
            random: None,
        }
    }

    pub(super) fn case(mut self, seed: u64) -> RandomCase {
        let inputs: Vec<_> = (0..self.values.range(1..=2))
            .filter_map(|_| self.input())
            .collect();
        let mut populations = Vec::new();
        let mut targets = Vec::new();
        for _ in 0..self.values.range(1..=self.size.populations.max(1)) {
            if let Some((population, target)) = self.population() {
                populations.push(population);
                targets.push(target);
            }
        }
        let mut clear = vec![self.clear_all()];
        for (population, target) in populations.iter().zip(&targets) {
            clear.push(self.clear_state(target));
            self.population_step(population, *target);
        }
        clear.push(Operation::End(End {
            restart: true,
            ..End::default()
        }));
        let end = Operation::End(End {
            advance: true,
            mark: true,
            ..End::default()
        });
        let longs = |ops: &[Operation]| ops.iter().flat_map(Operation::encode).collect::<Vec<_>>();
        while longs(&self.operations).len() + longs(&clear).len() > 2048 / 8 - 16 {
            self.operations.pop();
        }
        self.operations.push(end);
        self.s.resize(self.s.len().next_multiple_of(8), 0);
        let clear_entry = (self.s.len() / 8) as u32;
        self.s
            .extend(longs(&clear).iter().flat_map(|l| l.to_le_bytes()));
        let step_entry = (self.s.len() / 8) as u32;
        self.s
            .extend(longs(&self.operations).iter().flat_map(|l| l.to_le_bytes()));
        self.s
            .resize(self.s.len().next_multiple_of(self.shape.lanes), 0);
        let (currents, membranes) = self.start_values(&populations);
        let steps = self
            .values
            .range(self.size.steps.div_ceil(2).max(1)..=self.size.steps.max(1));
        let lanes = self.shape.lanes;
        let steps = (0..steps)
            .map(|_| {
                inputs
                    .iter()
                    .map(|i| self.values.bits(i.neurons, lanes))
                    .collect()
            })
            .collect();
        let (shape, synapses, operations) = (self.shape, self.s, self.operations);
        RandomCase {
            seed,
            shape,
            synapses,
            clear_entry,
            step_entry,
            operations,
            currents,
            membranes,
            inputs,
            populations,
            steps,
        }
    }

    fn neurons(&mut self, groups: usize) -> usize {
        let lanes = self.shape.lanes;
        let last = if self.values.one_in(3) {
            lanes
        } else {
            self.values.range(1..=lanes)
        };
        (groups - 1) * lanes + last
    }

    /// Places a bitmap, with the deepest ring up to `log2_depth` that fits.
    fn bitmap(&mut self, groups: usize, log2_depth: u8, least: u8) -> Option<Bitmap> {
        // Inputs (least depth 2) leave half of H to populations.
        let limit = self.shape.history_words >> least;
        for log2_depth in (least..=log2_depth.max(least)).rev() {
            let base = self.next_history.next_multiple_of(1 << log2_depth);
            let end = base + (groups << log2_depth);
            if end <= limit {
                self.next_history = end;
                return Some(Bitmap {
                    base: base as u16,
                    log2_depth,
                });
            }
        }
        None
    }

    fn input(&mut self) -> Option<RandomPopulation> {
        let groups = self.values.range(1..=self.size.groups.clamp(1, 8));
        let neurons = self.neurons(groups);
        let log2_depth = self.values.pick(&[1, 1, 2, 3, 3]);
        let bitmap = self.bitmap(groups, log2_depth, 1)?;
        let max_delay = bitmap.depth() - 2;
        self.sources.push(Source {
            bitmap,
            groups,
            neurons,
            max_delay,
            ready: true,
        });
        Some(RandomPopulation {
            first_group: 0,
            groups,
            neurons,
            bitmaps: vec![bitmap],
        })
    }

    /// Groups of U and V, leaving one for other uses.
    pub(super) fn groups(&mut self, most: usize) -> Option<(usize, usize)> {
        let left = self.shape.groups.min(64).checked_sub(self.next_group + 1)?;
        let groups = self.values.range(1..=most.clamp(1, 8)).min(left.max(1));
        let first = self.next_group;
        if first + groups > self.shape.groups.min(64) {
            return None;
        }
        self.next_group += groups;
        Some((first, groups))
    }

    fn population(&mut self) -> Option<(RandomPopulation, Target)> {
        let (first_group, groups) = self.groups(self.size.groups)?;
        let neurons = self.neurons(groups);
        let mut bitmaps = Vec::new();
        for _ in 0..self.values.pick(&[1, 1, 1, 2, 3]) {
            let log2_depth = self.values.pick(&[0, 1, 1, 2, 2, 3]);
            let Some(bitmap) = self.bitmap(groups, log2_depth, 0) else {
                break;
            };
            let max_delay = bitmap.depth() - 1;
            self.sources.push(Source {
                bitmap,
                groups,
                neurons,
                max_delay,
                ready: false,
            });
            bitmaps.push(bitmap);
        }
        let scale = self.values.range(2..=21) as u32;
        let target = Target {
            first_group,
            groups,
            neurons,
            scale,
        };
        let population = RandomPopulation {
            first_group,
            groups,
            neurons,
            bitmaps,
        };
        (!population.bitmaps.is_empty()).then_some((population, target))
    }

    /// The part of the step program that belongs to one population.
    fn population_step(&mut self, population: &RandomPopulation, target: Target) {
        if self.values.one_in(20) {
            let clear = self.clear_state(&target);
            self.operations.push(clear);
        }
        for _ in 0..self.values.range(1..=3) {
            if self.size.lists && self.values.one_in(2) {
                self.scan_listed(target);
                continue;
            }
            match self.values.range(0..=7) {
                0 => self.scan(target, Form::Always),
                1 | 2 => self.scratch(target),
                _ => self.scan(target, Form::Dense),
            }
        }
        let place = Place {
            bitmap: population.bitmaps[0],
            first_group: target.first_group,
            neurons: target.neurons,
            scale: target.scale,
            several: population.bitmaps.len() > 1,
        };
        let drawn = neurons::update(&mut self.values, &place);
        let first = self.place_pairs(drawn, &place);
        for (index, bitmap) in population.bitmaps.iter().enumerate() {
            let update = match index {
                0 => first,
                _ => neurons::pass(&mut self.values, &first, *bitmap),
            };
            self.operations.push(Operation::Update(update));
            self.sources
                .iter_mut()
                .filter(|s| s.bitmap == *bitmap)
                .for_each(|s| s.ready = true);
            self.report_spikes(*bitmap, target.groups);
        }
        if self.size.lists && self.values.one_in(3) {
            self.scan_listed(target);
        }
        if self.values.one_in(3) {
            self.scan(target, Form::Dense);
        }
        if self.size.learn {
            self.learn();
        }
        self.report_state(&target);
    }
}
