//! Executes programs lane by lane as the hardware does (`docs/program.md`, section 2). Addresses in
//! programs count modulo the sizes of the memories, that of S rounded up to a power of two, as in the
//! hardware; a read between the end of S and that power of two is refused. So no program can fail
//! otherwise than by a [`Refusal`].

use crate::device::Device;
use crate::program::{DecodeError, Form, Operation, ReportKind};
use crate::trace::Trace;
use thiserror::Error;

/// Refusal: an operation that the device does not have.
pub const UNKNOWN_OPERATION: u8 = 2;
/// Refusal: an operand that the device does not have.
pub const UNKNOWN_OPERAND: u8 = 3;
/// Refusal: a read beyond the end of S.
pub const BEYOND_THE_END: u8 = 4;
/// Refusal: the program did more than the device's `work_limit`. A core counts clocks instead.
pub const ENDLESS: u8 = 5;

/// What a program sends to the host (`docs/protocol.md`, section 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// A bitmap of this step.
    Spikes {
        /// Report number.
        number: u8,
        /// Sent plain, not run-length coded.
        plain: bool,
        /// The bitmap's words, ascending groups.
        words: Vec<u32>,
    },
    /// Stored membranes or currents.
    State {
        /// Report number.
        number: u8,
        /// u instead of v.
        current: bool,
        /// One value for each neuron.
        values: Vec<i32>,
    },
    /// END with mark.
    End {
        /// t of the step that ended, low 16 bits.
        step: u16,
    },
}

/// Why a program was stopped (`docs/protocol.md`, section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the device refused the program with error {code} at long {detail}")]
pub struct Refusal {
    /// Error code.
    pub code: u8,
    /// Address of the operation's first long; of its second for an UPDATE or a LEARN that is refused with
    /// [`BEYOND_THE_END`].
    pub detail: u32,
}

/// Addresses of longs in programs have 20 bits.
const ADDRESS_MASK: usize = (1 << 20) - 1;

/// Why an operation was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stopped {
    /// It has read a word between the end of S and the next power of two.
    BeyondTheEnd,
    /// It did more than the device's `work_limit`.
    Endless,
}

impl Device {
    /// Runs the program at a long's address to its END. On a refusal, what was done before stays; of
    /// U, V and H after [`BEYOND_THE_END`] a device only promises what the operation does not touch.
    pub fn run(&mut self, entry: u32) -> Result<Vec<Record>, Refusal> {
        let mut records = Vec::new();
        self.run_traced(entry, &mut records, &mut ())?;
        Ok(records)
    }

    /// As [`Device::run`]; appends to `records`, which keep what was sent before a refusal, and
    /// shows every neuron's UPDATE to `trace`.
    pub fn run_traced<T: Trace>(
        &mut self,
        entry: u32,
        records: &mut Vec<Record>,
        trace: &mut T,
    ) -> Result<(), Refusal> {
        if !T::LOOKS && self.run_fast(entry, Some(records)) {
            return Ok(());
        }
        let mut address = entry as usize;
        let mut work = 0u64;
        loop {
            address &= ADDRESS_MASK;
            let refuse = |code| Refusal {
                code,
                detail: address as u32,
            };
            let longs: [Option<u64>; 7] = std::array::from_fn(|i| self.long(address + i));
            if longs[0].is_none() {
                return Err(refuse(BEYOND_THE_END));
            }
            let known = longs.map(Option::unwrap_or_default);
            let (operation, count) = Operation::decode(&known).map_err(|e| match e {
                DecodeError::Field { .. } => refuse(UNKNOWN_OPERAND),
                DecodeError::Opcode(_) | DecodeError::Truncated => refuse(UNKNOWN_OPERATION),
            })?;
            let second = matches!(operation, Operation::Update(_) | Operation::Learn(_));
            let stopped = |why: Stopped| Refusal {
                code: match why {
                    Stopped::BeyondTheEnd => BEYOND_THE_END,
                    Stopped::Endless => ENDLESS,
                },
                detail: ((address + usize::from(second)) & ADDRESS_MASK) as u32,
            };
            if longs.iter().take(count).any(Option::is_none) {
                return Err(stopped(Stopped::BeyondTheEnd));
            }
            work += 1 + self.work_of(&operation);
            if work > self.work_limit {
                return Err(refuse(ENDLESS));
            }
            match operation {
                Operation::Scan(scan) => {
                    let mut budget = self.work_limit - work;
                    self.scan(&scan, &mut budget).map_err(stopped)?;
                    work = self.work_limit - budget;
                }
                Operation::Update(update) => self.update(&update, trace).map_err(stopped)?,
                Operation::Fold(fold) => self.fold(&fold),
                Operation::Report(report) => records.push(self.report(&report)),
                Operation::Clear(clear) => self.start_values(&clear),
                Operation::Learn(learn) => self.learn(&learn).map_err(stopped)?,
                Operation::End(end) => {
                    self.end(end, records);
                    return Ok(());
                }
            }
            address += count;
        }
    }

    /// The word of S that a program's address means; none beyond the end.
    pub(crate) fn word(&self, address: usize) -> Option<usize> {
        let word = address & (self.shape.synapse_words.next_power_of_two() - 1);
        (word < self.shape.synapse_words).then_some(word)
    }

    /// The long at a program's address; none beyond the end of S.
    pub fn long(&self, address: usize) -> Option<u64> {
        let longs = self.shape.synapse_words.next_power_of_two() * self.shape.lanes / 8;
        let at = (address & ADDRESS_MASK & (longs - 1)) * 8;
        let bytes = self.s.get(at..at + 8)?.first_chunk::<8>()?;
        Some(u64::from_le_bytes(*bytes))
    }

    /// Upper bound of the words that an operation touches.
    pub(crate) fn work_of(&self, operation: &Operation) -> u64 {
        match operation {
            Operation::Scan(s) => {
                let rows = match s.form {
                    Form::Dense => (0..usize::from(s.source_groups))
                        .map(|g| u64::from(self.source_word(s, g).count_ones()))
                        .sum(),
                    Form::Always => 1,
                    // Counted while its lists are walked.
                    Form::Listed => 0,
                };
                u64::from(s.source_groups) + rows * u64::from(s.groups)
            }
            Operation::Update(u) => u64::from(u.neurons),
            Operation::Fold(f) => u64::from(f.neurons),
            Operation::Clear(c) => u64::from(c.neurons) + u64::from(c.history_words),
            Operation::Learn(l) => self.learning_work(l),
            Operation::Report(r) => match r.kind {
                ReportKind::Spikes { groups, .. } => u64::from(groups),
                ReportKind::State { neurons, .. } => u64::from(neurons),
            },
            Operation::End(_) => 0,
        }
    }
}
