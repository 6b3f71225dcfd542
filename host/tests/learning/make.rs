//! Networks that learn, rules, samples, and boards that tests can reach behind the host's back.

use ferrospike_host::board::Board;
use ferrospike_host::compile::{compile, CompileOptions, ReportChoice};
use ferrospike_host::data::{Inputs, Values};
use ferrospike_host::import::{
    Connection, Network, Neuron, Population, ResetKind, Role, Values as Parameter, Weights,
};
use ferrospike_host::learning::{Change, ConnectionRule, HomeostasisRule, Rule, Window};
use ferrospike_host::link::Options;
use ferrospike_host::transport::{Emulator, EmulatorOptions, Transport, TransportError};
use ferrospike_model::device::Shape;
use ferrospike_model::image::Image;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::cell::RefCell;
use std::rc::Rc;

/// Inputs with weights that learn, teachers that make neurons spike, one for each, and integrate-and-fire neurons without
/// memory.
pub fn network(inputs: usize, neurons: usize, weight: impl Fn(usize, usize) -> f64) -> Network {
    let rule = Neuron {
        threshold: Some(Parameter::One(1.0)),
        reset: ResetKind::Hard,
        words: "threshold".into(),
        ..Neuron::default()
    };
    let mut population = Population::new("neurons", neurons, Role::Output);
    population.neuron = Some(rule);
    let to = |i: usize, sources: usize| (i / sources, i % sources);
    let weights = (0..inputs * neurons).map(|i| {
        let (to, from) = to(i, inputs);
        weight(from, to)
    });
    let taught = (0..neurons * neurons).map(|i| {
        let (to, from) = to(i, neurons);
        if to == from {
            2.0
        } else {
            0.0
        }
    });
    let connection = |name: &str, from: usize, weights: Vec<f64>| Connection {
        name: name.into(),
        from,
        to: 2,
        delay: 0,
        floor_shift: 0,
        weights: Weights::Dense(weights),
    };
    Network {
        name: "learner".into(),
        source: "made by a test".into(),
        populations: vec![
            Population::new("inputs", inputs, Role::Input),
            Population::new("teachers", neurons, Role::Input),
            population,
        ],
        connections: vec![
            connection("plastic", 0, weights.collect()),
            connection("teach", 1, taught.collect()),
        ],
        decoder: "count".into(),
        ..Network::default()
    }
}

/// A rule for `plastic` with this window.
pub fn rule(minimum: f64, maximum: f64, before: &[f64], after: &[f64]) -> Rule {
    let changes = |given: &[f64]| given.iter().map(|&add| Change::from(add)).collect();
    Rule {
        seed: 7,
        connections: vec![ConnectionRule {
            connection: "plastic".into(),
            minimum,
            maximum,
            window: Window {
                before: changes(before),
                after: changes(after),
            },
            at_spike: None,
        }],
        homeostasis: Vec::new(),
    }
}

/// The same with all that there is: fractions, a decay at each spike, a bias that learns.
pub fn full_rule() -> Rule {
    let mut rule = rule(0.0, 0.5, &[0.0171, 0.0093], &[-0.0105, -0.0052]);
    rule.connections[0].at_spike = Some(Change {
        add: 0.0011,
        keep: 0.9375,
    });
    rule.homeostasis.push(HomeostasisRule {
        population: "neurons".into(),
        minimum: -0.25,
        maximum: 0.125,
        at_spike: Some((-0.03).into()),
        each_step: Some(0.0005.into()),
    });
    rule
}

pub fn options(lanes: usize, rule: Option<&Rule>) -> CompileOptions {
    CompileOptions {
        report: ReportChoice::All,
        learning: rule.cloned(),
        ..CompileOptions::new(Shape {
            lanes,
            synapse_words: 1 << 14,
            groups: 64,
            history_words: 1 << 12,
        })
    }
}

pub fn compiled(network: &Network, lanes: usize, rule: &Rule) -> Image {
    compile(network, &options(lanes, Some(rule))).unwrap().0
}

/// A network with weights between the bounds of [`full_rule`], and its image.
pub fn learner(inputs: usize, neurons: usize, lanes: usize) -> Image {
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let weights: Vec<f64> = (0..inputs * neurons)
        .map(|_| random.gen_range(0.0..0.4))
        .collect();
    let network = network(inputs, neurons, |from, to| weights[to * inputs + from]);
    compiled(&network, lanes, &full_rule())
}

/// Samples of random spikes, few of teachers.
pub fn samples(count: usize, steps: usize, inputs: usize, neurons: usize) -> Inputs {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let width = inputs + neurons;
    let bit = |i: usize, random: &mut ChaCha8Rng| match i % width < inputs {
        true => u8::from(random.gen_bool(0.1)),
        false => u8::from(random.gen_bool(0.06)),
    };
    Inputs {
        name: "random spikes".into(),
        values: Values::Spikes {
            steps,
            inputs: width,
            bits: (0..count * steps * width)
                .map(|i| bit(i, &mut random))
                .collect(),
        },
        labels: Some((0..count).map(|i| (i % neurons) as u8).collect()),
    }
}

/// An emulator that a test reaches while a board has it.
#[derive(Clone, Debug)]
pub struct Shared(pub Rc<RefCell<Emulator>>);

impl Shared {
    pub fn new(image: &Image, features: u32) -> Self {
        let options = EmulatorOptions {
            shape: image.smallest_shape(),
            features,
            ..EmulatorOptions::default()
        };
        Shared(Rc::new(RefCell::new(Emulator::new(options).unwrap())))
    }

    /// A new one with LEARN, and a board on it.
    pub fn board(image: &Image) -> (Self, Board<Shared>) {
        let shared = Shared::new(image, 0b11_1111);
        let board = shared.connect();
        (shared, board)
    }

    pub fn connect(&self) -> Board<Shared> {
        Board::connect(self.clone(), Options::default()).unwrap()
    }

    /// Turns over a bit of a byte of S.
    pub fn turn(&self, byte: usize) {
        let mut emulator = self.0.borrow_mut();
        let device = emulator.device_mut();
        let lanes = device.shape().lanes;
        let mut word = device.read_synapses(byte / lanes, 1).unwrap().to_vec();
        word[byte % lanes] ^= 4;
        device.write_synapses(byte / lanes, &word).unwrap();
    }
}

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
        "a device that a test reaches".into()
    }
}
