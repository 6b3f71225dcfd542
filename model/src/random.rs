//! Random small networks that use all of the contract, with inputs, for comparing hardware and model.
//! A case depends only on its seed, shape and size.

mod build;
mod learn;
mod lists;
mod moved;
mod neurons;
mod rows;
mod silence;
mod values;

use crate::device::{AccessError, Counters, Device, Shape};
use crate::interpreter::{Record, Refusal};
use crate::program::{Bitmap, Operation};

/// How large a case may become. It is small in any case: at most 2048 words of S and 64 groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Most populations.
    pub populations: usize,
    /// Most groups of a population or input.
    pub groups: usize,
    /// Most time steps; at least half as many are made.
    pub steps: usize,
    /// Listed rows, too.
    pub lists: bool,
    /// Rows that learn, too.
    pub learn: bool,
}

impl Default for Size {
    fn default() -> Self {
        Size {
            populations: 4,
            groups: 3,
            steps: 8,
            lists: false,
            learn: false,
        }
    }
}

/// An input or a population of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RandomPopulation {
    /// First group in U and V; 0 for an input.
    pub first_group: usize,
    /// Groups.
    pub groups: usize,
    /// Neurons; often no multiple of the lanes.
    pub neurons: usize,
    /// The bitmap of its spikes; one for each pass.
    pub bitmaps: Vec<Bitmap>,
}

/// A program, its memory, its inputs.
///
/// Load `synapses` at word 0, run `clear_entry`, write `currents` and `membranes` from neuron 0 (if
/// not empty); then for each step give each input its words and run `step_entry`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RandomCase {
    /// Seed that it came from.
    pub seed: u64,
    /// Shape of the device.
    pub shape: Shape,
    /// Contents of S from word 0, whole words.
    pub synapses: Vec<u8>,
    /// Program `clear`, in longs.
    pub clear_entry: u32,
    /// Program of one step, in longs. It ends with mark and advance.
    pub step_entry: u32,
    /// The operations of the step program, END last.
    pub operations: Vec<Operation>,
    /// Currents to write after `clear`, from neuron 0; may be empty.
    pub currents: Vec<i32>,
    /// Membranes to write after `clear`, from neuron 0; may be empty.
    pub membranes: Vec<i32>,
    /// Inputs.
    pub inputs: Vec<RandomPopulation>,
    /// Populations.
    pub populations: Vec<RandomPopulation>,
    /// Words of H for each step and each input, ascending groups.
    pub steps: Vec<Vec<Vec<u32>>>,
}

/// A random case. The shape needs at least 4096 bytes of S and 32 words of H.
pub fn random_network(seed: u64, shape: Shape, size: Size) -> Result<RandomCase, AccessError> {
    shape.check()?;
    for (what, value, least, allowed) in [
        (
            "bytes of S",
            shape.synapse_bytes(),
            4096,
            "4096 or more for a random network",
        ),
        (
            "words of H",
            shape.history_words,
            32,
            "32 or more for a random network",
        ),
    ] {
        if value < least {
            return Err(AccessError::Shape {
                what,
                value,
                allowed,
            });
        }
    }
    Ok(build::Builder::new(seed, shape, size).case(seed))
}

impl RandomCase {
    /// A device, loaded, cleared, and with the start values written.
    pub fn device(&self) -> Result<Device, AccessError> {
        let mut device = Device::new(self.shape)?;
        device.write_synapses(0, &self.synapses)?;
        let cleared = device.run(self.clear_entry);
        debug_assert!(cleared.is_ok());
        device.write_currents(0, &self.currents)?;
        device.write_membranes(0, &self.membranes)?;
        Ok(device)
    }

    /// Runs step number `index` of the case on a device.
    pub fn run_step(&self, device: &mut Device, index: usize) -> Result<Vec<Record>, Refusal> {
        if let Some(step) = self.steps.get(index) {
            for (input, words) in self.inputs.iter().zip(step) {
                let written = device.set_input(input.bitmaps[0], device.step, words);
                debug_assert!(written.is_ok());
            }
        }
        device.run(self.step_entry)
    }

    /// What the model makes of the case: the records of each step, and the device at the end.
    pub fn expected(&self) -> Result<(Vec<Vec<Record>>, Device), CaseError> {
        let mut device = self.device()?;
        let mut records = Vec::new();
        for index in 0..self.steps.len() {
            records.push(self.run_step(&mut device, index)?);
        }
        Ok((records, device))
    }

    /// The counters that the model ends with.
    pub fn counters(&self) -> Result<Counters, CaseError> {
        Ok(self.expected()?.1.counters)
    }

    /// The case with another step program of at most as many longs.
    pub fn with_operations(&self, operations: Vec<Operation>) -> RandomCase {
        let mut case = self.clone();
        let longs = operations.iter().flat_map(Operation::encode);
        let place = case.synapses[self.step_entry as usize * 8..].chunks_exact_mut(8);
        for (bytes, long) in place.zip(longs) {
            bytes.copy_from_slice(&long.to_le_bytes());
        }
        case.operations = operations;
        case
    }

    /// Simpler cases, the simplest first: fewer steps, fewer operations, no start values, no input
    /// in a step, no parameters for each neuron.
    pub fn shrink_candidates(&self) -> Vec<RandomCase> {
        let mut candidates = Vec::new();
        let steps = self.steps.len();
        for keep in [steps / 2, steps.saturating_sub(1)] {
            if keep > 0 && keep < steps {
                let mut case = self.clone();
                case.steps.truncate(keep);
                candidates.push(case);
            }
        }
        for index in 0..self.operations.len().saturating_sub(1) {
            let mut operations = self.operations.clone();
            operations.remove(index);
            candidates.push(self.with_operations(operations));
        }
        if !self.currents.is_empty() || !self.membranes.is_empty() {
            let (currents, membranes) = (Vec::new(), Vec::new());
            candidates.push(RandomCase {
                currents,
                membranes,
                ..self.clone()
            });
        }
        for (index, step) in self.steps.iter().enumerate() {
            if step.iter().flatten().any(|word| *word != 0) {
                let mut case = self.clone();
                case.steps[index].iter_mut().for_each(|words| words.fill(0));
                candidates.push(case);
            }
        }
        for (index, operation) in self.operations.iter().enumerate() {
            if let Operation::Update(update) = operation {
                if update.per_neuron != 0 {
                    let mut operations = self.operations.clone();
                    let simpler = crate::program::Update {
                        per_neuron: 0,
                        ..*update
                    };
                    operations[index] = Operation::Update(simpler);
                    candidates.push(self.with_operations(operations));
                }
            }
        }
        candidates
    }

    /// The simplest case found for which `fails` still holds, following
    /// [`RandomCase::shrink_candidates`].
    pub fn shrink(&self, mut fails: impl FnMut(&RandomCase) -> bool) -> RandomCase {
        let mut best = self.clone();
        while let Some(simpler) = best.shrink_candidates().into_iter().find(&mut fails) {
            best = simpler;
        }
        best
    }
}

/// Why a case does not run; only a case changed by hand can fail.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CaseError {
    /// It does not fit its shape.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// Its program was refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
}
