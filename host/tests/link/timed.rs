//! Samples streamed over a timed wire: how busy the line to the device is, and that the answers are right.

use crate::common::{image, steps};
use ferrospike_host::board::{Board, BoardError};
use ferrospike_host::compile::{compile, CompileOptions};
use ferrospike_host::data::Inputs;
use ferrospike_host::import::{import_nir, ImportOptions};
use ferrospike_host::link::Options;
use ferrospike_host::run::{
    default_shape, encode, run_sample, stream, Reference, RunError, Sample,
};
use ferrospike_host::transport::{EmulatorOptions, Timed, TimedOptions, Transport, Usage};
use ferrospike_model::image::Image;
use std::path::Path;
use std::time::Duration;

/// Clocks of a step of MNIST on 8 lanes, rounded up: what the emitted Verilog takes on average.
const STEP: u64 = 1700;
/// The part of the time in which the line to the device has to be busy.
const BUSY: f64 = 0.95;
/// Milliseconds that a byte and its answer take on top of their lengths.
const ROUND_TRIP: u64 = 2;

fn example(network: &str, data: &str) -> (Image, Inputs) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let imported = import_nir(&root.join(network), &ImportOptions::default()).unwrap();
    let options = CompileOptions::new(default_shape());
    let image = compile(&imported.network, &options).unwrap().0;
    (image, Inputs::open(&root.join(data)).unwrap())
}

fn mnist() -> (Image, Inputs) {
    example("mnist/mnist.nir", "mnist/mnist_test_1000.npz")
}

fn options(image: &Image, baud: u32, receive_buffer: u16) -> TimedOptions {
    let header = &image.header;
    TimedOptions {
        baud,
        round_trip: Duration::from_millis(ROUND_TRIP),
        programs: vec![(header.step_entry, STEP), (header.clear_entry, 400)],
        device: EmulatorOptions {
            shape: default_shape(),
            clock_hz: 30_000_000,
            receive_buffer,
            transmit_buffer: 512,
            ..Default::default()
        },
    }
}

/// A device with the image, as an iCEBreaker has it but for the receive buffer.
fn board(image: &Image, baud: u32, receive_buffer: u16) -> Board<Timed> {
    let mut timed = Timed::new(options(image, baud, receive_buffer)).unwrap();
    let memory = timed.device_mut();
    memory.write_synapses(0, &image.synapses).unwrap();
    let mut board = Board::connect(timed, Options::default()).unwrap();
    board.assume_loaded(image).unwrap();
    board
}

/// Streams so many samples; what the lines had to do, and what came back.
fn streamed(
    board: &mut Board<Timed>,
    (image, inputs): &(Image, Inputs),
    count: usize,
) -> (Usage, Vec<Sample>) {
    let before = board.link().transport().usage();
    let (mut indices, mut samples) = (0..count, Vec::new());
    let next = || match indices.next() {
        Some(i) => Ok(Some((i, encode(inputs, i, image)?))),
        None => Ok(None),
    };
    let counted = stream(board, image, next, |sample| {
        samples.push(sample);
        Ok(())
    });
    assert_eq!(counted.unwrap()[1], 10 * count as u64, "steps");
    (board.link().transport().usage().since(&before), samples)
}

/// A host that waits for the answer of each sample before it sends the next.
fn waiting(board: &mut Board<Timed>, (image, inputs): &(Image, Inputs), count: usize) -> Usage {
    let before = board.link().transport().usage();
    for index in 0..count {
        let steps = encode(inputs, index, image).unwrap();
        run_sample(board, image, index, &steps, false).unwrap();
    }
    board.link().transport().usage().since(&before)
}

fn is_busy_over_1000_images(baud: u32, receive_buffer: u16) {
    let example = mnist();
    let mut one = board(&example.0, baud, receive_buffer);
    let (usage, samples) = streamed(&mut one, &example, 1000);
    println!(
        "{baud} baud, buffer of {receive_buffer}: {:.3} busy",
        usage.busy()
    );
    assert!(usage.busy() >= BUSY, "{usage:?}");
    let order: Vec<usize> = samples.iter().map(|s| s.index).collect();
    assert_eq!(order, (0..1000).collect::<Vec<_>>());
    let statistics = one.link().statistics();
    assert_eq!((statistics.repeats, statistics.resends), (0, 0));

    let mut other = board(&example.0, baud, receive_buffer);
    let usage = waiting(&mut other, &example, 20);
    println!("waiting for each: {:.3} busy", usage.busy());
    assert!(usage.busy() < BUSY, "a host that waits was not noticed");
}

#[test]
fn the_line_is_busy_over_1000_images_at_1_mbaud() {
    is_busy_over_1000_images(1_000_000, 512);
}

/// In a round trip of 2 ms 600 bytes cross at this rate: they need a buffer.
#[test]
fn the_line_is_busy_over_1000_images_at_3_mbaud() {
    is_busy_over_1000_images(3_000_000, 1024);
}

/// What no host can do: with less room in the device than what is on its way, the line has to wait.
#[test]
fn a_small_buffer_and_a_fast_wire_leave_the_line_idle() {
    let example = mnist();
    let (usage, _) = streamed(&mut board(&example.0, 3_000_000, 512), &example, 50);
    println!("{:.3} busy", usage.busy());
    assert!((0.6..BUSY).contains(&usage.busy()), "{usage:?}");
}

/// Spikes and membranes that were streamed are the model's, and a weight that differs is seen.
#[test]
fn what_is_streamed_is_the_model() {
    let example = example("tiny/tiny.nir", "tiny/tiny_test_100.npz");
    let (image, inputs) = &example;
    let output = image.header.populations.len() - 1;
    let mut wrong = image.clone();
    let first = image.header.connections[0].first_word * image.header.lanes;
    for byte in &mut wrong.synapses[first..first + 400] {
        *byte ^= 0x40;
    }
    let (usage, samples) = streamed(&mut board(image, 1_000_000, 512), &example, 100);
    let again = streamed(&mut board(image, 1_000_000, 512), &example, 100);
    // Virtual time: the same run takes the same time.
    assert_eq!((usage, samples.clone()), again);
    let differ = |image: &Image| {
        let mut model = Reference::new(image).unwrap();
        let different = samples.iter().filter(|s| {
            let steps = encode(inputs, s.index, image).unwrap();
            let wanted = model.run(s.index, &steps).unwrap();
            let spikes = |s: &Sample| -> Vec<_> {
                s.steps.iter().map(|a| a[output].spikes.clone()).collect()
            };
            spikes(s) != spikes(&wanted) || s.states[output] != wanted.states[output]
        });
        different.count()
    };
    assert_eq!(differ(image), 0);
    assert!(differ(&wrong) > 10);
    // A sample that cannot be encoded ends the stream behind those before it.
    let mut one = board(image, 1_000_000, 512);
    let (mut given, mut done) = (0, 0);
    let next = || {
        given += 1;
        match given {
            1..=3 => Ok(Some((given, encode(inputs, given, image)?))),
            _ => Err(RunError::Invalid("no more".into())),
        }
    };
    let error = stream(&mut one, image, next, |_| {
        done += 1;
        Ok(())
    });
    assert_eq!(
        (error.unwrap_err().to_string().as_str(), done),
        ("no more", 3)
    );
    assert_eq!(streamed(&mut one, &example, 5).1[..], samples[..5]);
}

#[test]
fn a_wire_that_cannot_be_is_refused_in_words() {
    let image = example("tiny/tiny.nir", "tiny/tiny_test_100.npz").0;
    let refused = |change: &dyn Fn(&mut TimedOptions)| {
        let mut options = options(&image, 1_000_000, 512);
        change(&mut options);
        Timed::new(options).unwrap_err().to_string()
    };
    for (told, found) in [
        ("300 to", refused(&|o| o.baud = 0)),
        ("10 kHz", refused(&|o| o.device.clock_hz = 0)),
        (
            "at most a second",
            refused(&|o| o.round_trip = Duration::MAX),
        ),
        ("256 to 32768", refused(&|o| o.device.receive_buffer = 3)),
    ] {
        assert!(found.contains(told), "{found}");
    }
    let timed = Timed::new(options(&image, 3_000_000, 512)).unwrap();
    assert_eq!(timed.latency(), 600);
    assert!(timed.describe().contains("3000000 baud"));
}

/// Steps whose answers are longer than their inputs, in so many samples; what the lines had to do, and repetitions.
fn answers(baud: u32, receive_buffer: u16, samples: usize) -> (Usage, u64) {
    let image = image(2);
    let mut board = board(&image, baud, receive_buffer);
    let start = board.link().transport().usage();
    let mut samples = (0..samples).map(|_| steps(25, 3));
    let next = || Ok::<_, BoardError>(samples.next());
    board.run_samples(&[], next, |_| Ok(())).unwrap();
    let usage = board.link().transport().usage().since(&start);
    (usage, board.link().statistics().repeats)
}

/// Where the answers are most of what is carried, their line is busy: acknowledges do not wait behind long frames.
#[test]
fn the_line_from_the_device_is_busy_where_answers_are_long() {
    for buffer in [512, 1024, 2048] {
        let (usage, repeats) = answers(1_000_000, buffer, 400);
        assert_eq!(repeats, 0);
        let busy = usage.receiving / usage.seconds;
        println!("buffer of {buffer}: {busy:.3} busy");
        assert!((BUSY..=1.0).contains(&busy), "{usage:?}");
    }
}
