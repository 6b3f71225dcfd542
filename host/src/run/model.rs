//! Samples in the model: what a board must do.

use super::{elapsed, Activity, Learned, Place, RunError, Sample, Steps};
use crate::board::{BoardError, PopulationState};
use ferrospike_model::device::{AccessError, Device, Path};
use ferrospike_model::image::{Image, ImageError, Role};

/// States of populations after each step, `[step][population]`; none for inputs.
pub(crate) type Traces = Vec<Vec<Option<PopulationState>>>;

/// The model with an image.
#[derive(Debug)]
pub struct Reference<'a> {
    image: &'a Image,
    device: Device,
    /// The program of a step.
    entry: u32,
}

impl<'a> Reference<'a> {
    /// The model of the smallest device that holds the image.
    pub fn new(image: &'a Image) -> Result<Self, RunError> {
        let device = image.device(image.smallest_shape())?;
        let entry = image.header.step_entry;
        Ok(Self {
            image,
            device,
            entry,
        })
    }

    /// The same on this path; the results are equal.
    pub fn on(mut self, path: Path) -> Self {
        self.device.path = path;
        self
    }

    /// The same, and it learns.
    ///
    /// # Errors
    ///
    /// An image in which nothing learns.
    pub fn learning(mut self) -> Result<Self, RunError> {
        let nothing = || BoardError::NothingLearns {
            name: self.image.header.name.clone(),
        };
        self.entry = self.image.header.learn_entry.ok_or_else(nothing)?;
        Ok(self)
    }

    /// What it has learned, range by range.
    ///
    /// # Errors
    ///
    /// Ranges of another image.
    pub fn learned(&self, learned: &Learned) -> Result<Vec<Vec<u8>>, RunError> {
        let one = |place: &Place| {
            let bytes = self.device.read_synapses(place.first, place.words);
            bytes.map(<[u8]>::to_vec).map_err(shape)
        };
        learned.places().iter().map(one).collect()
    }

    /// Writes a sample's row into S.
    pub fn write(&mut self, row: &super::Row) -> Result<(), RunError> {
        self.device
            .write_synapses(row.word, &row.bytes)
            .map_err(shape)
    }

    /// Runs a sample from the start; all populations are known in all steps.
    pub fn run(&mut self, index: usize, inputs: &Steps) -> Result<Sample, RunError> {
        self.run_seen(index, inputs, |_| Ok(()))
    }

    /// The same with the state of all populations after each step, `[step][population]`; none for inputs.
    pub(crate) fn traced(
        &mut self,
        index: usize,
        inputs: &Steps,
    ) -> Result<(Sample, Traces), RunError> {
        let mut traces = Vec::with_capacity(inputs.len());
        let sample = self.run_seen(index, inputs, |model| {
            let all = 0..model.image.header.populations.len();
            let states: Result<Vec<_>, RunError> = all.map(|p| model.state(p)).collect();
            traces.push(states?);
            Ok(())
        })?;
        Ok((sample, traces))
    }

    /// Runs a sample; `seen` looks at the device after each step.
    fn run_seen(
        &mut self,
        index: usize,
        inputs: &Steps,
        mut seen: impl FnMut(&Self) -> Result<(), RunError>,
    ) -> Result<Sample, RunError> {
        let header = &self.image.header;
        self.device.clear(header)?;
        let before = self.device.counters;
        let mut steps = Vec::with_capacity(inputs.len());
        for (number, words) in inputs.iter().enumerate() {
            let step = self.device.step;
            let inputs = header.populations.iter().filter(|p| p.role == Role::Input);
            for (population, words) in inputs.zip(words) {
                let set = self.device.set_input(population.bitmap, step, words);
                set.map_err(shape)?;
            }
            for entry in header.before(number as u64) {
                self.device.run(entry)?;
            }
            self.device.run(self.entry)?;
            let mut activities = Vec::with_capacity(header.populations.len());
            for (number, population) in header.populations.iter().enumerate() {
                let groups = population.groups(header.lanes);
                let spikes = self.device.bitmap(population.bitmap, step, groups);
                let membranes = match population.membrane_report {
                    Some(_) => self.state(number)?.map(|s| s.membranes),
                    None => None,
                };
                let spikes = Some(spikes.map_err(shape)?);
                activities.push(Activity { spikes, membranes });
            }
            steps.push(activities);
            seen(self)?;
        }
        let states = (0..header.populations.len()).map(|p| self.state(p));
        let states = states.collect::<Result<_, _>>()?;
        let counters = elapsed(&before, &self.device.counters);
        Ok(Sample {
            index,
            steps,
            states,
            counters: Some(counters),
        })
    }

    /// State of a population; none for an input.
    fn state(&self, number: usize) -> Result<Option<PopulationState>, RunError> {
        let header = &self.image.header;
        let population = header.populations.get(number);
        let Some(p) = population.filter(|p| p.role != Role::Input) else {
            return Ok(None);
        };
        let first = p.first_group * header.lanes;
        let places = p.places();
        let currents = self.device.read_currents(first, places).map_err(shape)?;
        let stored = self.device.read_membranes(first, places).map_err(shape)?;
        let stored = p.in_order(stored);
        let shown = |(i, &v): (usize, &i32)| p.shown(i, v);
        Ok(Some(PopulationState {
            currents: p.in_order(currents),
            membranes: stored.iter().enumerate().map(shown).collect(),
        }))
    }
}

fn shape(e: AccessError) -> RunError {
    ImageError::Shape(e).into()
}
