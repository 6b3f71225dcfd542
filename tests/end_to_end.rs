//! From trained networks to answers: the model, the device in Rust, and the emitted Verilog in Icarus
//! (which these tests need: `sudo apt-get install iverilog`).

use ferrospike::example;
use ferrospike_host::board::Board;
use ferrospike_host::compile::{compile, CompileOptions, ReportChoice};
use ferrospike_host::data::{Inputs, Values};
use ferrospike_host::import::{import_nir, Dialect, ImportOptions};
use ferrospike_host::link::Options;
use ferrospike_host::run::{
    compare, decide, default_shape, encode, ensure_loaded, run_all, run_sample, run_streamed, Job,
    Loading, Opened, Port, Reference, Summary,
};
use ferrospike_host::transport::{Emulator, EmulatorOptions, Transport, TransportError};
use ferrospike_model::image::Image;
use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

fn network(path: &str) -> Image {
    let imported = import_nir(&example(path), &ImportOptions::default()).unwrap();
    let options = CompileOptions {
        report: ReportChoice::All,
        ..CompileOptions::new(default_shape())
    };
    compile(&imported.network, &options).unwrap().0
}

/// Runs on a port, compared; `load`: through the link.
fn run(port: &str, image: &Image, data: &str, count: usize, load: bool) -> Summary {
    run_inputs(
        port,
        image,
        &Inputs::open(&example(data)).unwrap(),
        count,
        load,
    )
}

fn run_inputs(port: &str, image: &Image, inputs: &Inputs, count: usize, load: bool) -> Summary {
    let mut opened = Opened::new(&Port::parse(port).unwrap(), 0, Some(image)).unwrap();
    opened.preload(!load);
    let job = Job {
        image,
        inputs,
        first: 0,
        count,
        boards: 2,
        compare: true,
        trust: true,
    };
    let outcomes = run_all(&job, &opened, &mut (), &|_| ()).unwrap();
    let mut summary = Summary::default();
    for (index, o) in outcomes.iter().enumerate() {
        assert_eq!(o.sample.index, index);
        assert_eq!(o.loading == Loading::Loaded, load);
        summary.add(&o.sample, o.answer, o.label, o.comparison.as_ref());
    }
    let compared = summary.comparison.clone().unwrap();
    assert_eq!(compared.first, None);
    assert!(summary.equal() && compared.spikes > 0);
    summary
}

#[test]
fn the_device_in_rust_is_the_model() {
    let tiny = run(
        "model",
        &network("tiny/tiny.nir"),
        "tiny/tiny_test_100.npz",
        100,
        true,
    );
    assert!(tiny.right >= 85, "{} right", tiny.right);
    let mnist = run(
        "model",
        &network("mnist/mnist.nir"),
        "mnist/mnist_test_1000.npz",
        200,
        true,
    );
    assert!(mnist.right >= 195, "{} right", mnist.right);
    assert_eq!(mnist.saturations, 0);
}

#[test]
fn the_simulated_board_is_the_model_tiny() {
    let tiny = run(
        "sim",
        &network("tiny/tiny.nir"),
        "tiny/tiny_test_100.npz",
        4,
        true,
    );
    assert!(tiny.cycles > 0 && tiny.steps == 40);
}

#[test]
fn the_simulated_board_is_the_model_mnist() {
    let mnist = run(
        "sim",
        &network("mnist/mnist.nir"),
        "mnist/mnist_test_1000.npz",
        2,
        false,
    );
    assert_eq!(mnist.right, 2);
    assert!(mnist.operations_per_cycle().unwrap() > 4.0);
}

/// Convolutions, pools and a flattening, in listed rows: the graph of `host/tests/data`, written by nir.
#[test]
fn the_simulated_board_is_the_model_convolutions() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("host/tests/data/conv_chain.nir");
    let options = ImportOptions {
        dialect: Some(Dialect::Euler),
        dt: Some(1.0),
        ..ImportOptions::default()
    };
    let imported = import_nir(&file, &options).unwrap();
    let options = CompileOptions {
        report: ReportChoice::All,
        ..CompileOptions::new(default_shape())
    };
    let image = compile(&imported.network, &options).unwrap().0;
    let listed = |image: &Image| image.header.connections.iter().any(|c| c.form == "listed");
    assert!(listed(&image));
    // Two samples of 6 steps, about a third of the inputs in each.
    let neurons = image.header.populations[0].neurons;
    let spikes = (0..2 * 6 * neurons)
        .map(|n| u8::from(n * n % 7 < 2))
        .collect();
    let inputs = Inputs {
        name: "noise".into(),
        values: Values::Spikes {
            steps: 6,
            inputs: neurons,
            bits: spikes,
        },
        labels: None,
    };
    let summary = run_inputs("sim", &image, &inputs, 2, false);
    assert!(summary.cycles > 0);
}

/// Samples that are streamed to the emitted Verilog come back as from the model: the next one's inputs arrive while
/// the steps of the one before it run.
#[test]
fn samples_streamed_to_the_simulated_board_are_the_model() {
    let image = network("tiny/tiny.nir");
    let inputs = Inputs::open(&example("tiny/tiny_test_100.npz")).unwrap();
    let mut opened = Opened::new(&Port::parse("sim").unwrap(), 0, Some(&image)).unwrap();
    opened.preload(true);
    let job = Job {
        image: &image,
        inputs: &inputs,
        first: 0,
        count: 8,
        boards: 1,
        compare: false,
        trust: true,
    };
    let (outcomes, counted) = run_streamed(&job, &opened, &mut (), &|_| ()).unwrap();
    let mut model = Reference::new(&image).unwrap();
    let (mut spikes, mut operations) = (0, 0);
    assert_eq!(outcomes.len(), 8);
    for (index, o) in outcomes.iter().enumerate() {
        let steps = encode(&inputs, index, &image).unwrap();
        let expected = model.run(index, &steps).unwrap();
        let counters = expected.counters.as_ref().unwrap();
        spikes += u64::from(counters.spikes);
        operations += u64::from(counters.synaptic_operations);
        assert_eq!(o.answer, decide(&image, &expected).unwrap());
        let compared = compare(&image, &expected, &o.sample).unwrap();
        assert_eq!(compared.first, None);
        assert!(compared.spikes > 0);
    }
    assert_eq!(counted[1..3], [80, operations]);
    assert_eq!(counted[5], spikes);
    let several = Job { boards: 2, ..job };
    let error = run_streamed(&several, &opened, &mut (), &|_| ()).unwrap_err();
    assert!(error.to_string().contains("streamed to one board"));
}

/// A device whose memory the test can reach while a board is open.
#[derive(Clone, Debug)]
struct Shared(Rc<RefCell<Emulator>>);

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

/// One bit of one weight, changed after loading, is found, and so is one bit of a membrane.
#[test]
fn a_planted_difference_is_found() {
    let image = network("tiny/tiny.nir");
    let inputs = Inputs::open(&example("tiny/tiny_test_100.npz")).unwrap();
    let device = Shared(Rc::new(RefCell::new(
        Emulator::new(EmulatorOptions::default()).unwrap(),
    )));
    let mut board = Board::connect(device.clone(), Options::default()).unwrap();
    assert_eq!(
        ensure_loaded(&mut board, &image, &mut ()).unwrap(),
        Loading::Loaded
    );
    assert_eq!(
        ensure_loaded(&mut board, &image, &mut ()).unwrap(),
        Loading::WasThere
    );
    let mut model = Reference::new(&image).unwrap();
    let steps = encode(&inputs, 0, &image).unwrap();
    let expected = model.run(0, &steps).unwrap();
    let got = run_sample(&mut board, &image, 0, &steps, true).unwrap();
    assert_eq!(compare(&image, &expected, &got).unwrap().differing, 0);

    let mut state = got.clone();
    state.states[2].as_mut().unwrap().membranes[7] ^= 1 << 20;
    let found = compare(&image, &expected, &state).unwrap();
    assert_eq!(found.differing, 1);
    let first = found.first.unwrap();
    assert_eq!(
        (&*first.population, first.neuron, first.step),
        ("lif2", Some(7), None)
    );
    assert_eq!(first.expected ^ first.got, 1 << 20);

    let row = image.header.connections[0].first_word;
    // A pixel that spikes.
    let active = (0..49)
        .find(|i| steps.iter().any(|s| s[0][i / 8] >> (i % 8) & 1 == 1))
        .unwrap();
    {
        let mut emulator = device.0.borrow_mut();
        let device = emulator.device_mut();
        let mut word = device.read_synapses(row + active, 1).unwrap().to_vec();
        word[3] ^= 0x40;
        device.write_synapses(row + active, &word).unwrap();
    }
    let got = run_sample(&mut board, &image, 0, &steps, true).unwrap();
    let found = compare(&image, &expected, &got).unwrap();
    assert!(found.differing > 0);
    let first = found.first.unwrap();
    assert!(first.to_string().contains("'lif1', neuron 3"), "{first}");
    assert!(!board.is_loaded(&image).unwrap());
    assert_eq!(
        ensure_loaded(&mut board, &image, &mut ()).unwrap(),
        Loading::Loaded
    );
}
