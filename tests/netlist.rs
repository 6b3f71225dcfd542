//! The netlist of a real board in Icarus: synthesised by the flow of `ferrospike build`, with Yosys' own
//! models of its cells, and driven through its pins by the host. It must be the model, bit for bit.
//!
//! Needed are Yosys and Icarus (`scripts/setup.sh`); without them these tests fail and say so.
//!
//! The board is the iCEBreaker as it is built, at 30 clocks a bit. The wire takes most of the time that is
//! simulated, so that tests after the first take the highest rate that the core can be built for, 8 clocks
//! a bit; only the constants that time a bit differ.

use ferrospike::example;
use ferrospike::netlist::{spikes, synaptic, Fault, Netlist};
use ferrospike_host::board::{Board as Device, PopulationState};
use ferrospike_host::build::Board;
use ferrospike_host::compile::{compile, CompileOptions, ReportChoice};
use ferrospike_host::data::Inputs;
use ferrospike_host::import::{import_nir, ImportOptions, Network};
use ferrospike_host::link::Options;
use ferrospike_host::run::{
    compare, default_shape, encode, ensure_loaded, run_sample, Comparison, Reference, RunError,
    Sample, Steps,
};
use ferrospike_host::transport::Icarus;
use ferrospike_model::image::Image;
use std::sync::OnceLock;

/// Most bytes of an image here: what can be loaded through a simulated wire in reasonable time.
const MOST_BYTES: usize = 1024;

/// Steps of a sample of the synaptic network.
const STEPS: usize = 4;

/// Steps that do for a fault to show.
const FAULTY_STEPS: usize = 2;

/// The netlist of the board as it is built.
fn netlist() -> &'static Netlist {
    static NETLIST: OnceLock<Netlist> = OnceLock::new();
    NETLIST.get_or_init(|| synthesised(&Board::find("icebreaker").unwrap()))
}

/// The same with the highest rate, synthesised once for the tests that have it.
fn quick_netlist() -> &'static Netlist {
    static NETLIST: OnceLock<Netlist> = OnceLock::new();
    NETLIST.get_or_init(|| {
        let mut board = Board::find("icebreaker").unwrap();
        board.description.core.baud = board.clock().unwrap().core_hz / 8;
        synthesised(&board)
    })
}

fn synthesised(board: &Board) -> Netlist {
    Netlist::synthesise(board).unwrap_or_else(|e| panic!("{e:#}"))
}

fn image(network: &Network) -> Image {
    let options = CompileOptions {
        report: ReportChoice::All,
        ..CompileOptions::new(default_shape())
    };
    let image = compile(network, &options).unwrap().0;
    let bytes = image.synapses.len();
    assert!(bytes <= MOST_BYTES, "{bytes} bytes");
    image
}

/// What the model does with the first sample: all populations spike, so there is something to compare.
fn expected(image: &Image, steps: &Steps) -> Sample {
    let expected = Reference::new(image).unwrap().run(0, steps).unwrap();
    for (index, population) in image.header.populations.iter().enumerate() {
        let spikes = expected.steps.iter().map(|step| &step[index].spikes);
        let active = spikes.flatten().flatten().any(|&word| word != 0);
        assert!(active, "{} is silent", population.name);
    }
    expected
}

/// Loads an image through the pins, runs a sample, and compares all of it with the model.
fn run(
    board: &mut Device<Icarus>,
    image: &Image,
    steps: &Steps,
    expected: &Sample,
) -> Result<Comparison, RunError> {
    ensure_loaded(board, image, &mut ())?;
    let got = run_sample(board, image, 0, steps, true)?;
    let (name, bytes) = (&image.header.name, image.synapses.len());
    let clocks = board.link().transport().clocks();
    println!("{name}: an image of {bytes} bytes, {clocks} clocks");
    compare(image, expected, &got)
}

fn is_equal(netlist: &Netlist, seed: u32, image: &Image, inputs: &Inputs) {
    let steps = encode(inputs, 0, image).unwrap();
    let expected = expected(image, &steps);
    let simulation = netlist.start(&netlist.compile(seed).unwrap()).unwrap();
    let mut board = Device::connect(simulation, Options::default()).unwrap();
    assert_eq!(board.info().board, "icebreaker");
    let found = run(&mut board, image, &steps, &expected).unwrap();
    let link = board.link().statistics();
    assert_eq!((link.damaged, link.repeats, link.resends), (0, 0, 0));
    assert_eq!(found.first, None);
    let states = |state: &PopulationState| state.currents.len() + state.membranes.len();
    let states: usize = expected.states.iter().flatten().map(states).sum();
    assert!(states > 0 && found.spikes > 0);
    assert!(found.bits >= found.spikes + 24 * states as u64, "{found:?}");
    assert_eq!(found.differing, 0);
}

/// A fault is found: by a difference, or because the host has an error to tell.
fn is_found(fault: &Fault) {
    println!("{fault:?}");
    let image = image(&synaptic());
    let steps = encode(&spikes(FAULTY_STEPS), 0, &image).unwrap();
    let expected = expected(&image, &steps);
    let faulty = quick_netlist().with(fault).unwrap();
    let simulation = faulty.start(&faulty.compile(3).unwrap()).unwrap();
    let connected = Device::connect(simulation, Options::default()).map_err(RunError::from);
    let found = connected.and_then(|mut board| run(&mut board, &image, &steps, &expected));
    match found {
        Ok(found) => {
            let first = found.first.map(|difference| difference.to_string());
            println!(
                "{} of {} bits differ, {first:?}",
                found.differing, found.bits
            );
            assert!(found.differing > 0, "{fault:?}");
        }
        Err(error) => println!("{error}"),
    }
}

#[test]
fn a_synaptic_network_is_the_model() {
    for cell in [
        "SB_LUT4",
        "SB_CARRY",
        "SB_RAM40_4K",
        "SB_SPRAM256KA",
        "SB_MAC16",
    ] {
        assert!(netlist().cells[cell] > 0, "{cell}");
    }
    is_equal(netlist(), 1, &image(&synaptic()), &spikes(STEPS));
}

#[test]
fn a_trained_network_is_the_model() {
    let imported = import_nir(&example("tiny/tiny.nir"), &ImportOptions::default()).unwrap();
    let inputs = Inputs::open(&example("tiny/tiny_test_100.npz")).unwrap();
    is_equal(quick_netlist(), 2, &image(&imported.network), &inputs);
}

#[test]
fn a_fault_in_an_adder_is_found() {
    is_found(&Fault::in_an_adder(quick_netlist()).unwrap());
}

#[test]
fn a_fault_in_a_multiplier_is_found() {
    is_found(&Fault::in_a_multiplier(quick_netlist()).unwrap());
}
