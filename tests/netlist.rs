//! The netlist of a real board in Icarus: synthesised by the flow of `ferrospike build`, with Yosys' own
//! models of its cells, and driven through its pins by the host. It must be the model, bit for bit.
//!
//! Needed are Yosys and Icarus (`scripts/setup.sh`); without them these tests fail and say so.
//!
//! The board is the iCEBreaker's with one difference: its UART has the highest rate that the core can be
//! built for, 8 clocks a bit in place of 24, since a simulated wire takes most of the time. That changes
//! two constants of the UART and nothing else.

use anyhow::Result;
use ferrospike::example;
use ferrospike::netlist::{spikes, synaptic, Fault, Netlist};
use ferrospike_host::build::Board;
use ferrospike_host::compile::{compile, CompileOptions, ReportChoice};
use ferrospike_host::data::Inputs;
use ferrospike_host::import::{import_nir, ImportOptions, Network};
use ferrospike_host::run::{
    compare, default_shape, encode, ensure_loaded, run_sample, Comparison, Loading, Reference,
};
use ferrospike_model::image::{Image, Role};
use std::sync::OnceLock;

/// Most bytes of an image here: what can be loaded through a simulated wire in reasonable time.
const MOST_BYTES: usize = 1024;

/// Steps of a sample of the synaptic network.
const STEPS: usize = 6;

/// The netlist, synthesised once for all tests.
fn netlist() -> &'static Netlist {
    static NETLIST: OnceLock<Netlist> = OnceLock::new();
    NETLIST.get_or_init(|| {
        let mut board = Board::find("icebreaker").unwrap();
        board.description.core.baud = board.clock().unwrap().core_hz / 8;
        Netlist::synthesise(&board).unwrap_or_else(|e| panic!("{e:#}"))
    })
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

/// Loads an image into a netlist through its pins, runs the first sample, and compares all with the model.
fn run(netlist: &Netlist, image: &Image, inputs: &Inputs) -> Result<Comparison> {
    let steps = encode(inputs, 0, image)?;
    let expected = Reference::new(image)?.run(0, &steps)?;
    for (index, population) in image.header.populations.iter().enumerate() {
        let activities = expected.steps.iter().map(|step| &step[index].spikes);
        let active = activities.flatten().flatten().any(|&word| word != 0);
        assert!(active, "{} is silent", population.name);
        let moved = |values: &[i32]| values.iter().any(|&value| value != 0);
        let state = &expected.states[index];
        assert!(
            population.role == Role::Input || state.as_ref().is_some_and(|s| moved(&s.membranes)),
            "{} has no membranes",
            population.name
        );
    }
    let mut board = netlist.connect()?;
    assert_eq!(board.info().board, "icebreaker");
    assert_eq!(ensure_loaded(&mut board, image, &mut ())?, Loading::Loaded);
    let got = run_sample(&mut board, image, 0, &steps, true)?;
    println!(
        "{}: {} bytes, {} clocks",
        image.header.name,
        image.synapses.len(),
        board.link().transport().clocks()
    );
    Ok(compare(image, &expected, &got)?)
}

fn assert_equal(comparison: Comparison) {
    println!("{comparison:?}");
    assert_eq!(comparison.first, None);
    assert!(comparison.differing == 0 && comparison.bits > 1000 && comparison.spikes > 0);
}

/// The fault is found: a difference, or an error of the host that says what is wrong.
fn assert_found(fault: &Fault) {
    let faulty = netlist().with(fault).unwrap();
    println!("{fault:?}");
    match run(&faulty, &image(&synaptic()), &spikes(STEPS)) {
        Ok(comparison) => {
            println!("{comparison:?}");
            assert!(comparison.differing > 0, "{fault:?} is not found");
        }
        Err(error) => println!("{error:#}"),
    }
}

#[test]
fn a_synaptic_network_is_the_model() {
    assert_equal(run(netlist(), &image(&synaptic()), &spikes(STEPS)).unwrap());
    for cell in ["SB_MAC16", "SB_SPRAM256KA", "SB_RAM40_4K", "SB_LUT4"] {
        assert!(netlist().cells[cell] > 0, "{cell}");
    }
}

#[test]
fn a_trained_network_is_the_model() {
    let imported = import_nir(&example("tiny/tiny.nir"), &ImportOptions::default()).unwrap();
    let inputs = Inputs::open(&example("tiny/tiny_test_100.npz")).unwrap();
    assert_equal(run(netlist(), &image(&imported.network), &inputs).unwrap());
}

#[test]
fn a_fault_in_an_adder_is_found() {
    assert_found(&Fault::in_an_adder(netlist()).unwrap());
}

#[test]
fn a_fault_in_a_multiplier_is_found() {
    assert_found(&Fault::in_a_multiplier(netlist()).unwrap());
}
