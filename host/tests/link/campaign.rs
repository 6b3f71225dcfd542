//! Runs over wires with faults, one behind the other on one device: each either ends with what the model gives or
//! with an error. Whatever was left unfinished, the next run connects to the device as it is.

use crate::common::{image, steps};
use ferrospike_host::board::{Board, BoardError, StepOutput};
use ferrospike_host::link::Options;
use ferrospike_host::transport::{Counts, Fault, Faulty, Transport, TransportError};
use ferrospike_model::image::Image;
use ferrospike_model::interpreter::Record;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What says that a run would not have ended.
const HANG: &str = "it would not have ended";

/// A run's network, inputs and what the model gives.
pub struct Case {
    pub image: Image,
    pub inputs: Vec<Vec<Vec<u32>>>,
    pub wanted: Vec<StepOutput>,
}

/// What the steps give in the model.
pub fn model(image: &Image, inputs: &[Vec<Vec<u32>>]) -> Vec<StepOutput> {
    let mut device = image.device(image.smallest_shape()).unwrap();
    let bitmap = image.header.populations[0].bitmap;
    let step = |words: &Vec<Vec<u32>>| {
        device.set_input(bitmap, device.step, &words[0]).unwrap();
        output(device.run(image.header.step_entry).unwrap())
    };
    inputs.iter().map(step).collect()
}

/// What a step's records say.
pub fn output(records: Vec<Record>) -> StepOutput {
    let mut output = StepOutput::default();
    for record in records {
        match record {
            Record::Spikes { number, words, .. } => {
                output.spikes.insert(number, words);
            }
            Record::State { number, values, .. } => {
                output.states.insert(number, values);
            }
            Record::End { step } => output.step = step,
        }
    }
    output
}

/// Networks for runs to take turns with, with so many steps each.
pub fn cases(count: usize, networks: u64) -> Vec<Case> {
    let case = |seed| {
        let (image, inputs) = (image(seed), steps(count, seed));
        let wanted = model(&image, &inputs);
        Case {
            image,
            inputs,
            wanted,
        }
    };
    (0..networks).map(case).collect()
}

/// A wire that is kept when the connection over it is gone, and that says so when a run does not end.
pub struct Kept<T> {
    wire: Rc<RefCell<T>>,
    until: u64,
    calls: u64,
}

impl<T: Transport> Kept<T> {
    /// For a run that may take so many byte times.
    pub fn new(wire: &Rc<RefCell<T>>, most: u64) -> Self {
        Self {
            until: wire.borrow().now() + most,
            wire: wire.clone(),
            calls: 0,
        }
    }

    fn check(&mut self) -> Result<(), TransportError> {
        self.calls += 1;
        let now = self.wire.borrow().now();
        if now < self.until && self.calls < self.until {
            return Ok(());
        }
        Err(TransportError::Simulation {
            action: "running",
            reason: HANG.into(),
            output: format!(": byte time {now}, call {}", self.calls),
        })
    }
}

impl<T: Transport> Transport for Kept<T> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        self.check()?;
        self.wire.borrow_mut().write(bytes)
    }
    fn read(&mut self, into: &mut Vec<u8>, wait: u32) -> Result<usize, TransportError> {
        self.check()?;
        self.wire.borrow_mut().read(into, wait)
    }
    fn now(&self) -> u64 {
        self.wire.borrow().now()
    }
    fn latency(&self) -> u32 {
        self.wire.borrow().latency()
    }
    fn describe(&self) -> String {
        self.wire.borrow().describe()
    }
}

/// What came of some runs.
#[derive(Default)]
pub struct Tally {
    pub faults: Counts,
    pub equal: u64,
    /// Runs that ended with an error, by its kind.
    pub failed: BTreeMap<&'static str, u64>,
    pub wrong: Vec<String>,
    pub hangs: Vec<String>,
}

impl Tally {
    /// Runs that ended with an error.
    pub fn errors(&self) -> u64 {
        self.failed.values().sum()
    }

    pub fn print(&self, title: &str) {
        println!("{title}: {} faults injected", self.faults.total());
        for fault in Fault::ALL {
            println!("  {:<16} {:>10}", fault.name(), self.faults.of(fault));
        }
        println!("  {:<16} {:>10}", "runs equal", self.equal);
        for (kind, count) in &self.failed {
            println!("  {:<16} {count:>10}", format!("error: {kind}"));
        }
        println!("  {:<16} {:>10}", "wrong results", self.wrong.len());
        println!("  {:<16} {:>10}", "hangs", self.hangs.len());
    }

    /// A run has ended so.
    pub fn note(&mut self, seed: u64, result: Result<Result<(), String>, BoardError>) {
        match result {
            Ok(Ok(())) => self.equal += 1,
            Ok(Err(what)) => self.wrong.push(format!("run {seed}: {what}")),
            Err(e) => {
                let text = e.to_string();
                if text.contains(HANG) {
                    self.hangs.push(format!("run {seed}: {text}"));
                }
                assert!(text.len() > 20, "run {seed}: {text}");
                *self.failed.entry(kind(&e)).or_default() += 1;
            }
        }
    }
}

fn kind(e: &BoardError) -> &'static str {
    use ferrospike_host::link::LinkError::*;
    match e {
        BoardError::Link(NoAnswer { .. }) => "no answer",
        BoardError::Link(Lost { .. }) => "lost",
        BoardError::Link(Idle { .. }) => "idle",
        BoardError::Link(Stuck { .. }) => "stuck",
        BoardError::Link(_) => "link",
        BoardError::Refused { .. } => "refused",
        BoardError::Verify { .. } => "verify",
        BoardError::Record { .. } => "record",
        _ => "other",
    }
}

/// How much of each run is done.
#[derive(Clone, Copy)]
pub struct Extent {
    /// Bytes of S that are read back.
    pub read_back: usize,
    /// Byte times that a run may take.
    pub most: u64,
}

/// One run: connects, loads, runs and reads; the outer error is the board's, the inner one a difference.
pub fn run<T: Transport>(
    wire: &Rc<RefCell<T>>,
    case: &Case,
    extent: Extent,
) -> Result<Result<(), String>, BoardError> {
    let mut board = Board::connect(Kept::new(wire, extent.most), Options::default())?;
    let Case {
        image,
        inputs,
        wanted,
    } = case;
    if !board.is_loaded(image)? {
        board.load(image, &mut ())?;
    }
    let words = (extent.read_back / image.header.lanes).min(image.header.synapse_words);
    let s = board.read_s(0, words)?;
    if s[..] != image.synapses[..s.len()] {
        return Ok(Err("weights differ".into()));
    }
    board.clear()?;
    let before = board.counters()?;
    let mut outputs = Vec::new();
    let ran = board.run_stream(inputs, |output| outputs.push(output));
    // What was handed out before an error is as good as the rest.
    if outputs.len() > wanted.len() || outputs[..] != wanted[..outputs.len()] {
        return Ok(Err(format!("{} steps, some differ", outputs.len())));
    }
    if ran? != wanted.len() {
        return Ok(Err(format!("{} steps", outputs.len())));
    }
    let counters = board.counters()?;
    let ran = counters.steps.wrapping_sub(before.steps);
    if ran as usize != wanted.len() {
        return Ok(Err(format!("the device counted {ran} steps")));
    }
    let state = board.read_state(1)?;
    if Some(&state.membranes) != wanted.last().and_then(|o| o.states.get(&3)) {
        return Ok(Err("membranes differ".into()));
    }
    Ok(Ok(()))
}

/// Runs on one device until so many faults have struck, or anything is wrong.
pub fn until<T: Transport>(
    wire: Faulty<T>,
    cases: &[Case],
    faults: u64,
    extent: Extent,
    tally: &mut Tally,
) {
    let wire = Rc::new(RefCell::new(wire));
    let mut number = 0;
    while wire.borrow().injected() < faults && tally.wrong.is_empty() && tally.hangs.is_empty() {
        // Twice the same network, so that it is there already; then another.
        let case = &cases[number as usize / 2 % cases.len()];
        tally.note(number, run(&wire, case, extent));
        number += 1;
    }
    tally.faults.add(&wire.borrow().counts());
}
