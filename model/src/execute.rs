//! What each operation does to the memories (`docs/program.md`, section 2).

use crate::device::{Device, Path};
use crate::interpreter::{Record, Stopped};
use crate::listed::Run;
use crate::numbers::{add_current, fold, mantissa, update_neuron, wrap24};
use crate::program::{
    Bitmap, Clear, End, Fold, Form, Parameters, Report, ReportKind, Reset, Scan, Update,
};
use crate::trace::{Sample, Trace};

impl Device {
    /// First lane of a group, modulo the number of groups.
    fn lane0(&self, group: usize) -> usize {
        (group & (self.shape.groups - 1)) * self.shape.lanes
    }

    /// The word of H of `group`, `back` steps ago, modulo the size of H.
    pub(crate) fn history_word(&self, bitmap: Bitmap, group: usize, back: u8) -> usize {
        bitmap.word(group, i64::from(self.step) - i64::from(back)) & (self.shape.history_words - 1)
    }

    pub(crate) fn source_word(&self, scan: &Scan, group: usize) -> u32 {
        self.h[self.history_word(scan.source, group, scan.delay)]
    }

    /// `budget` is the work that is left, for lists that do not end.
    pub(crate) fn scan(&mut self, scan: &Scan, budget: &mut u64) -> Result<(), Stopped> {
        let empty = scan.groups == 0 && scan.form != Form::Listed;
        if empty || (self.path == Path::Fast && self.scan_fast(scan)) {
            return Ok(());
        }
        match scan.form {
            Form::Always => self.row(scan, 0),
            Form::Dense => self.sources(scan, |device, index| device.row(scan, index)),
            Form::Listed => self.sources(scan, |device, index| device.listed(scan, index, budget)),
        }
    }

    /// Gives `visit` each source that spiked, in ascending order.
    fn sources(
        &mut self,
        scan: &Scan,
        mut visit: impl FnMut(&mut Device, usize) -> Result<(), Stopped>,
    ) -> Result<(), Stopped> {
        for group in 0..usize::from(scan.source_groups) {
            let mut bits = self.source_word(scan, group);
            while bits != 0 {
                let lane = bits.trailing_zeros() as usize;
                visit(self, group * self.shape.lanes + lane)?;
                bits &= bits - 1;
            }
        }
        Ok(())
    }

    /// Adds row `index` (`docs/numerics.md`, section 1).
    fn row(&mut self, scan: &Scan, index: usize) -> Result<(), Stopped> {
        let groups = usize::from(scan.groups);
        self.add_run(
            scan,
            Run {
                word: scan.row_base as usize + index * usize::from(scan.stride),
                group: usize::from(scan.first_group),
                groups,
                exponent: scan.exponent,
            },
        )?;
        let operations = (groups - 1) * self.shape.lanes + usize::from(scan.last_lanes);
        let c = &mut self.counters;
        c.synaptic_operations = c.synaptic_operations.wrapping_add(operations as u32);
        c.weight_words = c
            .weight_words
            .wrapping_add(scan.format.row_words(groups) as u32);
        Ok(())
    }

    /// Adds the segments of source `index`.
    fn listed(&mut self, scan: &Scan, index: usize, budget: &mut u64) -> Result<(), Stopped> {
        let fast = self.path == Path::Fast;
        self.runs(scan, index, budget, |device, run| {
            if fast && device.add_run_fast(scan, run) {
                return Ok(());
            }
            device.add_run(scan, run)
        })
    }

    /// Adds the weights of successive groups to their currents.
    fn add_run(&mut self, scan: &Scan, run: Run) -> Result<(), Stopped> {
        let lanes = self.shape.lanes;
        let per_word = scan.format.groups_per_word();
        let mut counted = 0u32;
        for group in 0..run.groups {
            let word = self
                .word(run.word + group / per_word)
                .ok_or(Stopped::BeyondTheEnd)?;
            let u0 = self.lane0(run.group + group);
            let weights = &self.s[word * lanes..(word + 1) * lanes];
            for (u, byte) in self.u[u0..u0 + lanes].iter_mut().zip(weights) {
                let w = mantissa(*byte, scan.format, group % per_word, scan.sign);
                let (value, over) = add_current(*u, i64::from(w) << run.exponent, scan.wrap);
                *u = value;
                counted = counted.wrapping_add(u32::from(over));
            }
        }
        self.count_additions(scan.wrap, counted);
        Ok(())
    }

    pub(crate) fn count_additions(&mut self, wrap: bool, counted: u32) {
        let c = &mut self.counters;
        let counter = if wrap {
            &mut c.wraps
        } else {
            &mut c.saturations
        };
        *counter = counter.wrapping_add(counted);
    }

    /// The parameters of neuron `index` of the population.
    fn parameters(&self, update: &Update, index: usize) -> Result<Parameters, Stopped> {
        let mut parameters = update.parameters;
        let table = update.table as usize + index * update.pairs_stride();
        let given = (0..3).filter(|pair| update.per_neuron >> pair & 1 == 1);
        for (at, pair) in given.enumerate() {
            let long = self.long(table + at).ok_or(Stopped::BeyondTheEnd)?;
            parameters.set_pair(pair, long);
        }
        Ok(parameters)
    }

    /// `docs/numerics.md`, section 2.
    pub(crate) fn update<T: Trace>(
        &mut self,
        update: &Update,
        trace: &mut T,
    ) -> Result<(), Stopped> {
        if self.path == Path::Fast && !T::LOOKS && self.update_fast(update) {
            return Ok(());
        }
        let lanes = self.shape.lanes;
        for group in 0..usize::from(update.neurons).div_ceil(lanes) {
            let previous = match update.reset {
                Reset::Delayed => self.h[self.history_word(update.bitmap, group, 1)],
                _ => 0,
            };
            let first = self.lane0(usize::from(update.first_group) + group);
            let mut spikes = 0u32;
            for lane in 0..lanes {
                let index = group * lanes + lane;
                if index >= usize::from(update.neurons) {
                    break;
                }
                let p = self.parameters(update, index)?;
                let (u, v) = (self.u[first + lane], self.v[first + lane]);
                let out = update_neuron(update, &p, u, v, previous >> lane & 1 == 1);
                self.u[first + lane] = out.current;
                self.v[first + lane] = out.membrane;
                spikes |= u32::from(out.spike) << lane;
                let c = &mut self.counters;
                c.saturations = c.saturations.wrapping_add(out.saturations);
                let neuron = first + lane;
                trace.sample(Sample::new(self.step, neuron, update.bitmap, u, &out));
            }
            self.counters.spikes = self.counters.spikes.wrapping_add(spikes.count_ones());
            let word = self.history_word(update.bitmap, group, 0);
            self.h[word] = spikes;
        }
        Ok(())
    }

    pub(crate) fn fold(&mut self, f: &Fold) {
        let mut counted = 0u32;
        let from = self.lane0(usize::from(f.scratch_group));
        let to = self.lane0(usize::from(f.first_group));
        for neuron in 0..usize::from(f.neurons) {
            let from = (from + neuron) & (self.u.len() - 1);
            let to = (to + neuron) & (self.u.len() - 1);
            let (value, over) = fold(f, self.u[to], self.u[from]);
            self.u[to] = value;
            self.u[from] = 0;
            counted = counted.wrapping_add(u32::from(over));
        }
        self.count_additions(f.wrap, counted);
    }

    pub(crate) fn report(&self, report: &Report) -> Record {
        let number = report.number;
        match report.kind {
            ReportKind::Spikes {
                plain,
                bitmap,
                groups,
            } => {
                let word = |g| self.h[self.history_word(bitmap, g, 0)];
                Record::Spikes {
                    number,
                    plain,
                    words: (0..usize::from(groups)).map(word).collect(),
                }
            }
            ReportKind::State {
                current,
                first_group,
                neurons,
            } => {
                let memory = if current { &self.u } else { &self.v };
                let first = self.lane0(usize::from(first_group));
                let value = |n| memory[(first + n) & (memory.len() - 1)];
                Record::State {
                    number,
                    current,
                    values: (0..usize::from(neurons)).map(value).collect(),
                }
            }
        }
    }

    pub(crate) fn start_values(&mut self, clear: &Clear) {
        let v0 = wrap24(i64::from(clear.v0));
        if clear.state {
            let first = self.lane0(usize::from(clear.first_group));
            for neuron in 0..usize::from(clear.neurons) {
                let neuron = (first + neuron) & (self.u.len() - 1);
                self.u[neuron] = 0;
                self.v[neuron] = v0;
            }
        }
        if clear.history {
            for word in 0..usize::from(clear.history_words) {
                let word =
                    (usize::from(clear.history_base) + word) & (self.shape.history_words - 1);
                self.h[word] = 0;
            }
        }
    }

    pub(crate) fn end(&mut self, end: End, records: &mut Vec<Record>) {
        if end.mark {
            records.push(Record::End {
                step: self.step as u16,
            });
        }
        self.end_unheard(end);
    }

    /// END without its record.
    pub(crate) fn end_unheard(&mut self, end: End) {
        if end.advance {
            self.step = self.step.wrapping_add(1);
            self.counters.steps = self.counters.steps.wrapping_add(1);
        }
        if end.restart {
            self.step = 0;
        }
    }
}
