//! What spikes cost on the emitted Verilog in Icarus (`sudo apt-get install iverilog`).

use ferrospike::example;
use ferrospike_host::board::Board;
use ferrospike_host::compile::{compile, CompileOptions};
use ferrospike_host::data::Inputs;
use ferrospike_host::import::{import_nir, ImportOptions};
use ferrospike_host::link::Options;
use ferrospike_host::run::{default_shape, encode, run_sample, Simulator, Steps, Wire};
use ferrospike_model::program::Operation;

/// Images whose SCANs are counted.
const IMAGES: usize = 3;

/// Cost grows with spikes: half of MNIST's input spikes, half of the cycles in which rows stream. The cycles of all
/// else are what an image without a spike takes, but for the SCANs of it, which look at each group of their source.
/// Groups without a spike that are looked at while no row streams cost the same as before, so that a single image with
/// few spikes may be somewhat beyond 5 %; the images count together.
#[test]
fn half_the_input_spikes_are_half_the_cycles_of_scans() {
    let imported = import_nir(&example("mnist/mnist.nir"), &ImportOptions::default()).unwrap();
    let options = CompileOptions::new(default_shape());
    let image = compile(&imported.network, &options).unwrap().0;
    let inputs = Inputs::open(&example("mnist/mnist_test_1000.npz")).unwrap();
    let simulator = Simulator::for_image(Wire::Bytes, &image).unwrap();
    let transport = simulator.start(Some(&image)).unwrap();
    let mut board = Board::connect(transport, Options::default()).unwrap();
    board.assume_loaded(&image).unwrap();
    let mut cycles = |steps: &Steps| {
        let sample = run_sample(&mut board, &image, 0, steps, false).unwrap();
        u64::from(sample.counters.unwrap().cycles)
    };
    // Every second spike of each step stays.
    let thinned = |steps: &Steps, keep: &dyn Fn(usize) -> bool| -> Steps {
        let step = |inputs: &Vec<Vec<u32>>| {
            let mut seen = 0;
            let mut word = |&word: &u32| {
                let kept = (0..32).filter(|bit| {
                    seen += usize::from(word >> bit & 1 == 1);
                    word >> bit & 1 == 1 && keep(seen)
                });
                kept.fold(0, |w, bit| w | 1 << bit)
            };
            let thin = |words: &Vec<u32>| words.iter().map(&mut word).collect();
            inputs.iter().map(thin).collect()
        };
        steps.iter().map(step).collect()
    };
    let program = image.program(image.header.step_entry).unwrap();
    let groups = program.iter().map(|(_, o)| match o {
        Operation::Scan(scan) => 5 + u64::from(scan.source_groups),
        _ => 0,
    });
    let looked: u64 = groups.sum();
    let steps = |index| encode(&inputs, index, &image).unwrap();
    let part_of = |steps: &Steps, n: usize| thinned(steps, &|seen| n > 0 && seen % n == 0);
    let other = cycles(&part_of(&steps(0), 0)) - looked * 10;
    let mut scans = |steps: &Steps, n: usize| cycles(&part_of(steps, n)) - other;
    let (mut all, mut half) = (0, 0);
    for index in 0..IMAGES {
        let steps = steps(index);
        let (one, less) = (scans(&steps, 1), scans(&steps, 2));
        println!("image {index}: SCANs take {one} cycles, {less} with half of the spikes");
        (all, half) = (all + one, half + less);
    }
    let is_half = |half: u64, all: u64| (0.475..=0.525).contains(&(half as f64 / all as f64));
    println!("together {:.3}", half as f64 / all as f64);
    assert!(is_half(half, all), "{half} of {all}");
    // A third of the spikes is not taken for a half.
    let steps = steps(0);
    assert!(!is_half(scans(&steps, 3), scans(&steps, 1)));
}
