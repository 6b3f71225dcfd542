//! Samples one behind the other: the commands of the next ones are on their way while the answers of the first
//! are still to come, so that the line to the device has no pauses.

use super::memory::values24;
use super::records::Record;
use super::run::command;
use super::{Board, BoardError, Counters, PopulationState, StepOutput, CHUNK};
use crate::transport::Transport;
use ferrospike_model::image::{Population, Role};
use std::collections::VecDeque;

/// Bytes that the device has not acknowledged and below which another sample is sent: more than the largest
/// receive buffer (4,096) and what a fast wire holds, so that there is always something to send.
const WINDOW: usize = 8192;
/// Samples after which the counters are asked for: more often than they begin anew, as long as a sample takes less than
/// 2^32 / 64 clocks (a second at 67 MHz).
const COUNTED: usize = 64;

/// What came of a sample.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SampleOutput {
    /// Of each step.
    pub steps: Vec<StepOutput>,
    /// States after the last step of the populations that were asked for, in that order.
    pub states: Vec<PopulationState>,
}

/// A sample whose answers are to come.
#[derive(Debug)]
struct Awaited {
    /// Steps that have not ended.
    left: usize,
    step: StepOutput,
    output: SampleOutput,
    /// Reads that have not been answered, and the values of the answers so far, U's then V's.
    reads: VecDeque<Read>,
    values: Vec<[Vec<i32>; 2]>,
}

/// A read of U or V.
#[derive(Clone, Copy, Debug)]
struct Read {
    /// Place of the population in what was asked for.
    of: usize,
    /// 0: U, 1: V.
    which: usize,
    address: usize,
    count: usize,
}

impl Read {
    fn tag(&self) -> u8 {
        0x21 + self.which as u8
    }
}

/// What the counters have counted, without the wrapping of their 32 bits.
#[derive(Clone, Copy, Debug)]
struct Tally {
    last: [u32; 10],
    total: [u64; 10],
}

impl Tally {
    fn add(&mut self, counters: &Counters) {
        let now = counters.values();
        for ((total, last), now) in self.total.iter_mut().zip(&mut self.last).zip(now) {
            *total += u64::from(now.wrapping_sub(*last));
            *last = now;
        }
    }
}

impl<T: Transport> Board<T> {
    /// Runs samples from the start, each with all its steps, and hands what came of each to `done`, in order.
    /// `next` gives the steps of a sample as [`Board::run_step`] takes them, none behind the last; `read` are the
    /// populations whose state is read after the last step. Returns what the counters counted meanwhile, in
    /// their order.
    ///
    /// # Errors
    ///
    /// Those of `next` and `done` too; behind one of `next` the samples before it are still finished.
    pub fn run_samples<S, E: From<BoardError>>(
        &mut self,
        read: &[usize],
        mut next: impl FnMut() -> Result<Option<S>, E>,
        mut done: impl FnMut(SampleOutput) -> Result<(), E>,
    ) -> Result<[u64; 10], E>
    where
        S: AsRef<[Vec<Vec<u32>>]>,
    {
        let populations = self.readable(read)?;
        let reads = self.reads(&populations);
        let mut tally = Tally {
            last: self.counters()?.values(),
            total: [0; 10],
        };
        let mut awaited: VecDeque<Awaited> = VecDeque::new();
        let (mut more, mut failed, mut finished) = (true, None, 0);
        loop {
            while more && self.link.pending() < WINDOW {
                let sent = next().and_then(|sample| match sample {
                    Some(sample) => Ok(Some(self.send_sample(sample.as_ref(), &reads)?)),
                    None => Ok(None),
                });
                match sent {
                    Ok(Some(steps)) => awaited.push_back(Awaited {
                        left: steps,
                        step: StepOutput::default(),
                        output: SampleOutput::default(),
                        reads: reads.clone(),
                        values: vec![Default::default(); populations.len()],
                    }),
                    Ok(None) => more = false,
                    Err(e) => (more, failed) = (false, Some(e)),
                }
            }
            let Some(first) = awaited.front_mut() else {
                break;
            };
            if first.left > 0 || !first.reads.is_empty() {
                let expected = first.reads.front().filter(|_| first.left == 0);
                self.expected.answer = expected.map(|r| (r.tag(), 3 * r.count));
                first.take(self.record()?);
                continue;
            }
            if let Some(first) = awaited.pop_front() {
                done(first.finish(&populations))?;
                finished += 1;
                tally.add(&self.link.info().counters);
                if finished % COUNTED == 0 {
                    self.link.ask_status().map_err(BoardError::from)?;
                }
            }
        }
        self.expected.answer = None;
        tally.add(&self.counters()?);
        match failed {
            Some(e) => Err(e),
            None => Ok(tally.total),
        }
    }

    /// The populations whose state can be read.
    fn readable(&self, read: &[usize]) -> Result<Vec<Population>, BoardError> {
        let program = self.program("run samples")?;
        let one = |&index: &usize| match program.populations.get(index) {
            Some(p) if p.role != Role::Input => Ok(p.clone()),
            found => Err(BoardError::Population {
                index,
                name: program.name.clone(),
                problem: match found {
                    Some(_) => "is an input, which has no state; read another one",
                    None => "does not exist; `ferrospike inspect` lists the populations",
                },
            }),
        };
        read.iter().map(one).collect()
    }

    fn reads(&self, populations: &[Population]) -> VecDeque<Read> {
        let lanes = self.shape().lanes;
        let mut reads = VecDeque::new();
        for (of, p) in populations.iter().enumerate() {
            let (first, places) = (p.first_group * lanes, p.places());
            for which in 0..2 {
                reads.extend((0..places).step_by(CHUNK).map(|start| Read {
                    of,
                    which,
                    address: first + start,
                    count: (places - start).min(CHUNK),
                }));
            }
        }
        reads
    }

    /// Sends all commands of a sample; its number of steps.
    fn send_sample(
        &mut self,
        steps: &[Vec<Vec<u32>>],
        reads: &VecDeque<Read>,
    ) -> Result<usize, BoardError> {
        let program = self.program_mut("run samples")?;
        // Made as a whole first: a step that does not fit sends nothing of its sample.
        let mut bytes = command(0x51, program.clear_entry).to_vec();
        for (number, step) in (0..).zip(steps) {
            bytes.extend(program.step(number, step)?);
        }
        program.sent = steps.len() as u64;
        for r in reads {
            let [a0, a1, a2, ..] = (r.address as u32).to_le_bytes();
            let [c0, c1] = (r.count as u16).to_le_bytes();
            bytes.extend([r.tag(), a0, a1, a2, c0, c1]);
        }
        self.link.send(&bytes)?;
        Ok(steps.len())
    }
}

impl Awaited {
    /// A record of this sample.
    fn take(&mut self, record: Record) {
        match record {
            Record::Spikes { number, words } => {
                self.step.spikes.insert(number, words);
            }
            Record::State { number, values } => {
                self.step.states.insert(number, values);
            }
            Record::End { step } => {
                let output = std::mem::take(&mut self.step);
                self.output.steps.push(StepOutput { step, ..output });
                self.left = self.left.saturating_sub(1);
            }
            Record::Answer(bytes) => {
                let read = self.reads.pop_front();
                if let Some((which, slot)) =
                    read.and_then(|r| Some((r.which, self.values.get_mut(r.of)?)))
                {
                    if let Some(values) = slot.get_mut(which) {
                        values.extend(values24(&bytes));
                    }
                }
            }
        }
    }

    fn finish(self, populations: &[Population]) -> SampleOutput {
        let state = |(p, [u, v]): (&Population, [Vec<i32>; 2])| {
            let stored = p.in_order(&v);
            let shown = stored.iter().enumerate().map(|(i, &v)| p.shown(i, v));
            PopulationState {
                currents: p.in_order(&u),
                membranes: shown.collect(),
            }
        };
        let states = populations.iter().zip(self.values).map(state).collect();
        SampleOutput {
            states,
            ..self.output
        }
    }
}
