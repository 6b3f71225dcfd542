//! Samples streamed over a timed wire: how busy the line to the device is, and that the answers are right.

use ferrospike_host::board::Board;
use ferrospike_host::compile::{compile, CompileOptions};
use ferrospike_host::data::Inputs;
use ferrospike_host::import::{import_nir, ImportOptions};
use ferrospike_host::link::Options;
use ferrospike_host::run::{default_shape, encode, run_sample, stream, Reference, Sample};
use ferrospike_host::transport::{EmulatorOptions, Timed, TimedOptions, Usage};
use ferrospike_model::image::Image;
use std::path::Path;
use std::time::Duration;

/// Clocks of a step of this network on 8 lanes: what the emitted Verilog takes on average, rounded up.
const STEP: u64 = 1700;
/// The part of the time in which the line to the device has to be busy.
const BUSY: f64 = 0.95;

fn example(path: &str) -> std::path::PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    root.join("examples").join(path)
}

fn mnist() -> (Image, Inputs) {
    let imported = import_nir(&example("mnist/mnist.nir"), &ImportOptions::default()).unwrap();
    let options = CompileOptions::new(default_shape());
    let image = compile(&imported.network, &options).unwrap().0;
    let inputs = Inputs::open(&example("mnist/mnist_test_1000.npz")).unwrap();
    (image, inputs)
}

/// A device with the image, as an iCEBreaker has it but for the receive buffer.
fn board(image: &Image, baud: u32, receive_buffer: u16, round_trip: u64) -> Board<Timed> {
    let device = EmulatorOptions {
        shape: default_shape(),
        clock_hz: 30_000_000,
        receive_buffer,
        transmit_buffer: 512,
        ..Default::default()
    };
    let header = &image.header;
    let mut timed = Timed::new(TimedOptions {
        baud,
        round_trip: Duration::from_micros(round_trip),
        programs: vec![(header.step_entry, STEP), (header.clear_entry, 200)],
        device,
    })
    .unwrap();
    let memory = timed.device_mut();
    memory.write_synapses(0, &image.synapses).unwrap();
    let mut board = Board::connect(timed, Options::default()).unwrap();
    board.assume_loaded(image).unwrap();
    board
}

/// Streams so many samples, and says what the lines had to do.
fn streamed(
    board: &mut Board<Timed>,
    image: &Image,
    inputs: &Inputs,
    count: usize,
) -> (Usage, Vec<Sample>) {
    let before = board.link().transport().usage();
    let (mut indices, mut samples) = (0..count, Vec::new());
    let next = || {
        Ok(indices
            .next()
            .map(|i| (i, encode(inputs, i, image).unwrap())))
    };
    let counted = stream(board, image, next, |sample| {
        samples.push(sample);
        Ok(())
    })
    .unwrap();
    assert_eq!(counted[1], 10 * count as u64, "steps");
    (board.link().transport().usage().since(&before), samples)
}

#[test]
fn explore() {
    let (image, inputs) = mnist();
    for (baud, buffer, rt) in [
        (1_000_000, 512, 2000),
        (3_000_000, 512, 2000),
        (3_000_000, 1024, 2000),
        (3_000_000, 2048, 2000),
        (3_000_000, 512, 500),
        (3_750_000, 2048, 2000),
        (1_000_000, 256, 2000),
        (1_000_000, 2048, 2000),
    ] {
        let mut b = board(&image, baud, buffer, rt);
        let (usage, samples) = streamed(&mut b, &image, &inputs, 100);
        let stats = b.link().statistics();
        println!(
            "{baud} {buffer} {rt}: busy {:.3} receiving {:.3} running {:.3} {:.1} images/s {:?} {}",
            usage.busy(),
            usage.receiving / usage.seconds,
            usage.running / usage.seconds,
            100.0 / usage.seconds,
            stats,
            samples.len()
        );
    }
    let mut b = board(&image, 1_000_000, 512, 2000);
    let before = b.link().transport().usage();
    for i in 0..20 {
        let steps = encode(&inputs, i, &image).unwrap();
        run_sample(&mut b, &image, i, &steps, false).unwrap();
    }
    let u = b.link().transport().usage().since(&before);
    println!(
        "alone: busy {:.3} {:.1} images/s",
        u.busy(),
        20.0 / u.seconds
    );
}
