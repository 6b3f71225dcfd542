//! A small image, wires with two ends, and silent ones.

use ferrospike_host::transport::{Emulator, EmulatorOptions, Transport, TransportError};
use ferrospike_model::device::Shape;
use ferrospike_model::image::{Header, Image, Population, Role};
use ferrospike_model::program::{
    Bitmap, Clear, End, Form, Operation, Parameters, Report, ReportKind, Reset, Scan, Update,
    LIMIT, ONE,
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::cell::RefCell;
use std::rc::Rc;

pub const LANES: usize = 8;
pub const INPUT_GROUPS: usize = 40;
const NEURONS: usize = 13;
const WEIGHTS: usize = 64;

pub fn random(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

pub fn bytes(count: usize, seed: u64) -> Vec<u8> {
    let mut random = random(seed);
    (0..count).map(|_| random.gen()).collect()
}

/// Inputs of `count` steps: none, few and many spikes.
pub fn steps(count: usize, seed: u64) -> Vec<Vec<Vec<u32>>> {
    let mut random = random(seed);
    let mut step = |i: usize| {
        let density = [0.0, 0.02, 0.5][i % 3];
        let mut word = || (0..LANES).fold(0, |w, _| w << 1 | u32::from(random.gen_bool(density)));
        vec![(0..INPUT_GROUPS).map(|_| word()).collect()]
    };
    (0..count).map(&mut step).collect()
}

/// 320 inputs, dense to 13 leaky neurons whose spikes (twice) and membranes are reported.
pub fn image(seed: u64) -> Image {
    let input = Bitmap {
        base: 0,
        log2_depth: 1,
    };
    let spikes = Bitmap {
        base: 80,
        log2_depth: 0,
    };
    let groups = NEURONS.div_ceil(LANES) as u16;
    let report = |number, kind| Operation::Report(Report { number, kind });
    let clear = [
        Operation::Clear(Clear {
            state: true,
            history: true,
            v0: 5,
            first_group: 0,
            neurons: NEURONS as u16,
            history_base: 0,
            history_words: 82,
        }),
        Operation::End(End {
            restart: true,
            ..End::default()
        }),
    ];
    let step = [
        Operation::Scan(Scan {
            form: Form::Dense,
            exponent: 3,
            source: input,
            source_groups: INPUT_GROUPS as u16,
            last_lanes: 5,
            row_base: WEIGHTS as u32,
            stride: groups,
            groups,
            ..Scan::default()
        }),
        Operation::Update(Update {
            reset: Reset::Soft,
            bitmap: spikes,
            neurons: NEURONS as u16,
            parameters: Parameters {
                current_decay: 0,
                membrane_decay: 60000,
                gain: ONE,
                threshold: 1500,
                ..Parameters::default()
            },
            sub: 1500,
            v_min: -LIMIT,
            v_max: LIMIT,
            ..Update::default()
        }),
        report(
            1,
            ReportKind::Spikes {
                plain: false,
                bitmap: spikes,
                groups,
            },
        ),
        report(
            2,
            ReportKind::Spikes {
                plain: true,
                bitmap: spikes,
                groups,
            },
        ),
        report(
            3,
            ReportKind::State {
                current: false,
                first_group: 0,
                neurons: NEURONS as u16,
            },
        ),
        Operation::End(End {
            advance: true,
            mark: true,
            ..End::default()
        }),
    ];
    let longs = |operations: &[Operation]| -> Vec<u64> {
        operations.iter().flat_map(Operation::encode).collect()
    };
    let (clear, step) = (longs(&clear), longs(&step));
    let step_entry = clear.len() as u32;
    let mut synapses: Vec<u8> = clear
        .iter()
        .chain(&step)
        .flat_map(|l| l.to_le_bytes())
        .collect();
    assert!(synapses.len() <= WEIGHTS * LANES);
    synapses.resize(WEIGHTS * LANES, 0);
    synapses.extend(bytes(
        INPUT_GROUPS * LANES * usize::from(groups) * LANES,
        seed,
    ));
    let population = |name: &str, role, neurons, bitmap| Population {
        name: name.into(),
        role,
        neurons,
        order: None,
        first_group: 0,
        bitmap,
        spikes_report: None,
        membrane_report: None,
        held_shows: None,
        pass_of: None,
        unit: 1.0,
        model: String::new(),
    };
    let header = Header {
        name: "test".into(),
        source: String::new(),
        dialect: String::new(),
        lanes: LANES,
        synapse_words: synapses.len() / LANES,
        groups: usize::from(groups),
        history_words: 82,
        clear_entry: 0,
        step_entry,
        populations: vec![
            population("in", Role::Input, INPUT_GROUPS * LANES, input),
            population("out", Role::Output, NEURONS, spikes),
        ],
        connections: Vec::new(),
        encoder: String::new(),
        decoder: String::new(),
        periodic: Vec::new(),
        learn_entry: None,
        learning: Vec::new(),
        notes: Vec::new(),
    };
    Image { header, synapses }
}

pub fn small_options() -> EmulatorOptions {
    let shape = Shape {
        lanes: LANES,
        synapse_words: 4096,
        groups: 16,
        history_words: 256,
    };
    EmulatorOptions {
        shape,
        receive_buffer: 1024,
        transmit_buffer: 512,
        ..Default::default()
    }
}

pub fn emulator() -> Emulator {
    Emulator::new(small_options()).unwrap()
}

/// A device that more than one host can talk to.
#[derive(Clone, Debug)]
pub struct Shared(pub Rc<RefCell<Emulator>>);

impl Transport for Shared {
    fn write(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        self.0.borrow_mut().write(bytes)
    }
    fn read(&mut self, into: &mut Vec<u8>, wait: u32) -> Result<usize, TransportError> {
        self.0.borrow_mut().read(into, wait)
    }
    fn now(&self) -> u64 {
        self.0.borrow().now()
    }
    fn describe(&self) -> String {
        "a shared device".into()
    }
}

/// A wire with nothing that makes sense at its end.
#[derive(Debug, Default)]
pub struct Noise {
    pub noise: Vec<u8>,
    pub now: u64,
}

impl Transport for Noise {
    fn write(&mut self, _: &[u8]) -> Result<(), TransportError> {
        Ok(())
    }
    fn read(&mut self, into: &mut Vec<u8>, wait: u32) -> Result<usize, TransportError> {
        self.now += u64::from(wait);
        into.extend(&self.noise);
        Ok(self.noise.len())
    }
    fn now(&self) -> u64 {
        self.now
    }
    fn describe(&self) -> String {
        "/dev/null at 1000000 baud".into()
    }
}
