//! Running a loaded image step by step.

use super::records::Record;
use super::{Board, BoardError};
use crate::transport::Transport;
use ferrospike_model::image::{self, Image, Periodic, Population, Role};
use ferrospike_model::program::{End, Operation};
use ferrospike_model::runlength;
use std::collections::BTreeMap;

/// Steps that are sent ahead of the outputs.
const AHEAD: usize = 32;

/// What is known of the image that the device holds.
#[derive(Clone, Debug)]
pub(super) struct Program {
    pub(super) name: String,
    lanes: usize,
    pub(super) clear_entry: u32,
    step_entry: u32,
    learn_entry: Option<u32>,
    /// Steps learn.
    learns: bool,
    periodic: Vec<Periodic>,
    pub(super) populations: Vec<Population>,
    /// Steps sent since the state was cleared.
    pub(super) sent: u64,
    pub(super) operations: Vec<(u32, Operation)>,
}

impl Program {
    pub(super) fn new(image: &Image) -> Result<Self, BoardError> {
        let header = &image.header;
        let mut operations = image.program(header.step_entry)?;
        let marked = operations
            .iter()
            .any(|(_, o)| matches!(o, Operation::End(End { mark: true, .. })));
        if !marked {
            let (name, entry) = (header.name.clone(), header.step_entry);
            return Err(BoardError::NoMark { name, entry });
        }
        if let Some(entry) = header.learn_entry {
            operations.extend(image.program(entry)?);
        }
        operations.extend(image.program(header.clear_entry)?);
        for program in &header.periodic {
            operations.extend(image.program(program.entry)?);
        }
        Ok(Self {
            name: header.name.clone(),
            lanes: header.lanes,
            clear_entry: header.clear_entry,
            step_entry: header.step_entry,
            learn_entry: header.learn_entry,
            learns: false,
            periodic: header.periodic.clone(),
            sent: 0,
            populations: header.populations.clone(),
            operations,
        })
    }

    /// The commands of step `number` since the state was cleared: inputs, each in the shorter code, what runs before it,
    /// and `step`.
    pub(super) fn step(&self, number: u64, inputs: &[Vec<u32>]) -> Result<Vec<u8>, BoardError> {
        let populations: Vec<_> = self
            .populations
            .iter()
            .filter(|p| p.role == Role::Input)
            .collect();
        let error = |what: String, found, wanted| {
            Err(BoardError::Input {
                what,
                found,
                name: self.name.clone(),
                wanted,
            })
        };
        if inputs.len() != populations.len() {
            return error(
                "the number of inputs given is".into(),
                inputs.len(),
                populations.len(),
            );
        }
        let mut bytes = Vec::new();
        for (population, words) in populations.into_iter().zip(inputs) {
            let groups = population.groups(self.lanes);
            if words.len() != groups {
                let what = format!(
                    "the number of words given for input '{}' is",
                    population.name
                );
                return error(what, words.len(), groups);
            }
            let plain = runlength::encode_plain(words, self.lanes);
            let short = runlength::encode(words, self.lanes);
            let bitmap = population.bitmap;
            let (opcode, body) = if short.len() < plain.len() {
                (0x41, short)
            } else {
                (0x40, plain)
            };
            bytes.push(opcode);
            bytes.extend(bitmap.base.to_le_bytes());
            bytes.push(bitmap.log2_depth);
            bytes.extend((groups as u16).to_le_bytes());
            bytes.extend(body);
        }
        for entry in image::due(&self.periodic, number) {
            bytes.extend(command(0x51, entry));
        }
        let learns = self.learn_entry.filter(|_| self.learns);
        bytes.extend(command(0x50, learns.unwrap_or(self.step_entry)));
        Ok(bytes)
    }
}

pub(super) fn command(opcode: u8, entry: u32) -> [u8; 6] {
    let [e0, e1, e2, _] = entry.to_le_bytes();
    [opcode, e0, e1, e2, 0, 0]
}

/// The words of a bitmap: bit `j` of word `g` is neuron `g * lanes + j`.
pub fn bitmap_words(bits: &[bool], lanes: usize) -> Vec<u32> {
    let word = |group: &[bool]| {
        group
            .iter()
            .rev()
            .fold(0, |w, &bit| w << 1 | u32::from(bit))
    };
    bits.chunks(lanes.clamp(1, 32)).map(word).collect()
}

/// Whether a neuron has its bit in the words of a bitmap; the reverse of [`bitmap_words`].
pub fn spiked(words: &[u32], neuron: usize, lanes: usize) -> bool {
    let word = words.get(neuron / lanes).copied().unwrap_or(0);
    word >> (neuron % lanes) & 1 == 1
}

/// What a step sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepOutput {
    /// t of the step, modulo 65536.
    pub step: u16,
    /// Bitmaps by report number, ascending groups.
    pub spikes: BTreeMap<u8, Vec<u32>>,
    /// Stored membranes or currents by report number; [`Population::shown`] translates membranes.
    pub states: BTreeMap<u8, Vec<i32>>,
}

/// The state of a population.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PopulationState {
    /// Currents.
    pub currents: Vec<i32>,
    /// Membranes, held neurons as `v_reset`.
    pub membranes: Vec<i32>,
}

impl<T: Transport> Board<T> {
    pub(super) fn program(&self, what: &'static str) -> Result<&Program, BoardError> {
        self.program.as_ref().ok_or(BoardError::NotLoaded { what })
    }

    /// The commands of the next step.
    fn next_step(&mut self, inputs: &[Vec<u32>]) -> Result<Vec<u8>, BoardError> {
        let program = self.program_mut("run a step")?;
        let bytes = program.step(program.sent, inputs)?;
        program.sent += 1;
        Ok(bytes)
    }

    pub(super) fn program_mut(&mut self, what: &'static str) -> Result<&mut Program, BoardError> {
        let missing = BoardError::NotLoaded { what };
        self.program.as_mut().ok_or(missing)
    }

    /// Whether the steps that follow learn, until another image is loaded.
    ///
    /// # Errors
    ///
    /// A device without LEARN, an image in which nothing learns.
    pub fn set_learning(&mut self, yes: bool) -> Result<(), BoardError> {
        let (able, board) = (self.info().has_learning(), self.info().board.clone());
        let program = self.program_mut("learn")?;
        let name = program.name.clone();
        if yes && program.learn_entry.is_none() {
            return Err(BoardError::NothingLearns { name });
        }
        if yes && !able {
            return Err(BoardError::NoLearning { name, board });
        }
        program.learns = yes;
        Ok(())
    }

    /// Sets all state to its start and t to 0, and waits for it.
    pub fn clear(&mut self) -> Result<(), BoardError> {
        let program = self.program_mut("clear the state")?;
        program.sent = 0;
        let entry = program.clear_entry;
        self.link.send(&command(0x51, entry))?;
        // The answer to a read shows that the program has ended.
        self.read_h(0, 1)?;
        Ok(())
    }

    /// Runs one step and waits for what it sends. `inputs` has the words of each input population,
    /// in the order of the image.
    pub fn run_step(&mut self, inputs: &[Vec<u32>]) -> Result<StepOutput, BoardError> {
        let bytes = self.next_step(inputs)?;
        self.link.send(&bytes)?;
        self.output()
    }

    /// Runs steps, sending inputs ahead while outputs come back, and hands each step's output to
    /// `output` in order. Returns the number of steps.
    pub fn run_stream<I>(
        &mut self,
        steps: I,
        mut output: impl FnMut(StepOutput),
    ) -> Result<usize, BoardError>
    where
        I: IntoIterator,
        I::Item: AsRef<[Vec<u32>]>,
    {
        self.program("run steps")?;
        let mut steps = steps.into_iter();
        let (mut ahead, mut done, mut more) = (0, 0, true);
        let mut failed = None;
        loop {
            while more && ahead < AHEAD {
                let Some(inputs) = steps.next() else {
                    more = false;
                    break;
                };
                match self.next_step(inputs.as_ref()) {
                    Ok(bytes) => self.link.send(&bytes)?,
                    Err(e) => {
                        // The steps before it still end, so that the board can be used afterwards.
                        failed = Some(e);
                        more = false;
                        break;
                    }
                }
                ahead += 1;
            }
            if ahead == 0 {
                return failed.map_or(Ok(done), Err);
            }
            output(self.output()?);
            ahead -= 1;
            done += 1;
        }
    }

    /// Waits for the records of one step.
    fn output(&mut self) -> Result<StepOutput, BoardError> {
        let mut output = StepOutput::default();
        loop {
            match self.record()? {
                Record::Spikes { number, words } => {
                    output.spikes.insert(number, words);
                }
                Record::State { number, values } => {
                    output.states.insert(number, values);
                }
                Record::End { step } => return Ok(StepOutput { step, ..output }),
                Record::Answer(_) => {}
            }
        }
    }

    /// Reads currents and membranes of the image's population `index`.
    pub fn read_state(&mut self, index: usize) -> Result<PopulationState, BoardError> {
        let program = self.program("read the state of a population")?;
        let name = program.name.clone();
        let population = match program.populations.get(index) {
            Some(p) if p.role != Role::Input => p.clone(),
            Some(_) => {
                let problem = "is an input, which has no state; read another one";
                return Err(BoardError::Population {
                    index,
                    name,
                    problem,
                });
            }
            None => {
                let problem = "does not exist; `ferrospike inspect` lists the populations";
                return Err(BoardError::Population {
                    index,
                    name,
                    problem,
                });
            }
        };
        let first = population.first_group * self.shape().lanes;
        let places = population.places();
        let currents = population.in_order(&self.read_u(first, places)?);
        let stored = population.in_order(&self.read_v(first, places)?);
        let membranes = stored
            .iter()
            .enumerate()
            .map(|(i, &v)| population.shown(i, v))
            .collect();
        Ok(PopulationState {
            currents,
            membranes,
        })
    }
}
