//! Boards: memories, loading, steps.

use crate::campaign::output;
use crate::common::{bytes, emulator, image, small_options, steps, INPUT_GROUPS, LANES};
use ferrospike_host::board::{Board, BoardError, Progress, StepOutput};
use ferrospike_host::link::{Link, Options};
use ferrospike_host::transport::{Emulator, EmulatorOptions, Faults, Faulty, Transport};
use ferrospike_model::device::Shape;
use ferrospike_model::image::{Image, CRC};
use ferrospike_model::program::{Form, Operation, Scan, Segment, TableEntry};

fn options(seed: u64) -> Options {
    Options {
        connection: Some(seed as u8),
        attempts: 20,
        retries: 40,
    }
}

/// What the steps give in the model.
fn model(image: &Image, inputs: &[Vec<Vec<u32>>]) -> Vec<StepOutput> {
    let mut device = image.device(small_options().shape).unwrap();
    let bitmap = image.header.populations[0].bitmap;
    let step = |words: &Vec<Vec<u32>>| {
        device.set_input(bitmap, device.step, &words[0]).unwrap();
        output(device.run(image.header.step_entry).unwrap())
    };
    inputs.iter().map(step).collect()
}

#[derive(Default)]
struct Count {
    total: usize,
    done: usize,
    finished: bool,
}

impl Progress for Count {
    fn start(&mut self, total: usize) {
        self.total = total;
    }
    fn advance(&mut self, bytes: usize) {
        self.done += bytes;
    }
    fn finish(&mut self) {
        self.finished = true;
    }
}

/// Loads, reads back, and runs against the model.
fn load_and_run<T: Transport>(board: &mut Board<T>, seed: u64) {
    let image = image(seed);
    let inputs = steps(150, seed);
    let wanted = model(&image, &inputs);
    assert!(wanted.iter().any(|o| o.spikes[&1].iter().any(|&w| w != 0)));
    assert!(!board.is_loaded(&image).unwrap());
    let mut count = Count::default();
    board.load(&image, &mut count).unwrap();
    assert!(count.finished && count.done == count.total && count.total == image.synapses.len());
    assert!(board.is_loaded(&image).unwrap());
    let words = image.header.synapse_words;
    assert!(board.read_s(0, words).unwrap() == image.synapses);
    assert_eq!(
        board
            .verify_s(0, words, CRC.checksum(&image.synapses))
            .unwrap(),
        CRC.checksum(&image.synapses)
    );
    for _ in 0..2 {
        board.clear().unwrap();
        let mut outputs = vec![board.run_step(&inputs[0]).unwrap()];
        let n = board
            .run_stream(&inputs[1..], |output| outputs.push(output))
            .unwrap();
        assert_eq!(n, inputs.len() - 1);
        assert!(
            outputs == wanted,
            "outputs differ from the model's (seed {seed})"
        );
    }
    let state = board.read_state(1).unwrap();
    assert_eq!(state.membranes, wanted.last().unwrap().states[&3]);
    let counters = board.counters().unwrap();
    assert_eq!(counters.steps, 300);
    assert!(counters.spikes > 0 && counters.synaptic_operations > 0);
}

#[test]
fn loads_and_runs_over_a_good_wire() {
    let mut board = Board::connect(emulator(), options(1)).unwrap();
    load_and_run(&mut board, 1);
    assert_eq!(board.link().statistics().repeats, 0);
    assert_eq!(board.link().transport().over_limit(), 0);
}

#[test]
fn loads_and_runs_over_bad_wires() {
    for seed in 0..8 {
        let wire = Faulty::new(emulator(), Faults::all(1e-3), 100 + seed);
        let mut board = Board::connect(wire, options(seed)).unwrap();
        load_and_run(&mut board, seed);
        assert!(board.link().transport().injected() > 20);
        assert_eq!(board.link().transport().inner().over_limit(), 0);
    }
}

#[test]
fn memories_keep_what_is_written_for_all_lanes() {
    for lanes in [4, 8, 16, 32] {
        let shape = Shape {
            lanes,
            synapse_words: 1 << 16,
            groups: 1024,
            history_words: 1 << 10,
        };
        let device = Emulator::new(EmulatorOptions {
            shape,
            ..Default::default()
        })
        .unwrap();
        let wire: Box<dyn Transport> = Box::new(device);
        let mut board = Board::connect(wire, Options::default()).unwrap();
        assert_eq!(board.shape(), shape);
        let s = bytes(20_000 * lanes, 1);
        board.write_s(17, &s).unwrap();
        assert!(board.read_s(17, 20_000).unwrap() == s);
        assert_eq!(board.verify_s(17, 20_000, 0).unwrap(), CRC.checksum(&s));
        let values: Vec<i32> = (0..1000).map(|i| i * 16_000 - 8_000_000).collect();
        board.write_u(5, &values).unwrap();
        board.write_v(9, &values).unwrap();
        assert_eq!(board.read_u(5, 1000).unwrap(), values);
        assert_eq!(board.read_v(9, 1000).unwrap(), values);
        let words: Vec<u32> = (1..50u32)
            .map(|i| (i * 0x0101_0101) & shape.lane_mask())
            .collect();
        board.write_h(3, &words).unwrap();
        assert_eq!(board.read_h(3, 49).unwrap(), words);
        let error = board.read_v(0, shape.neurons() + 1).unwrap_err();
        assert!(matches!(error, BoardError::Access(_)), "{error}");
    }
}

#[test]
fn an_image_that_does_not_fit_is_refused_before_anything_is_written() {
    let shape = Shape {
        synapse_words: 512,
        ..small_options().shape
    };
    let device = Emulator::new(EmulatorOptions {
        shape,
        ..small_options()
    })
    .unwrap();
    let mut board = Board::connect(device, Options::default()).unwrap();
    let image = image(0);
    let text = board.load(&image, &mut ()).unwrap_err().to_string();
    let needed = image.header.synapse_words;
    assert!(
        text.contains(&format!("{needed} words of S")) && text.contains("512"),
        "{text}"
    );
    assert_eq!(board.read_s(0, 512).unwrap(), vec![0; 512 * LANES]);
}

#[test]
fn a_device_may_have_any_number_of_64_words() {
    let words = image(3).smallest_shape().synapse_words;
    assert!(words.is_multiple_of(64) && !words.is_power_of_two());
    let device = |synapse_words| {
        let shape = Shape {
            synapse_words,
            ..small_options().shape
        };
        let options = EmulatorOptions {
            shape,
            ..small_options()
        };
        Emulator::new(options)
    };
    let mut board = Board::connect(device(words).unwrap(), options(3)).unwrap();
    load_and_run(&mut board, 3);
    assert!(board.read_s(words - 1, 1).is_ok());
    // The host refuses what lies beyond the end, and so does the device.
    for (word, count) in [(words, 1), (words - 1, 2), (words.next_power_of_two(), 1)] {
        let error = board.read_s(word, count).unwrap_err();
        assert!(matches!(error, BoardError::Access(_)), "{error}");
        let error = board.write_s(word, &vec![0; count * LANES]).unwrap_err();
        assert!(matches!(error, BoardError::Access(_)), "{error}");
    }
    let mut link = Link::connect(device(words).unwrap(), options(4)).unwrap();
    let [w0, w1, w2, _] = (words as u32).to_le_bytes();
    link.send(&[0x20, w0, w1, w2, 1, 0]).unwrap();
    assert_eq!(link.receive(5).unwrap(), [0x7e, 4, w0, w1, w2]);

    let mut board = Board::connect(device(words - 64).unwrap(), options(5)).unwrap();
    assert!(board.load(&image(3), &mut ()).is_err());
    assert!(device(words - 1).is_err());
}

#[test]
fn nothing_runs_before_an_image_is_verified() {
    let mut board = Board::connect(emulator(), Options::default()).unwrap();
    assert!(matches!(board.clear(), Err(BoardError::NotLoaded { .. })));
    let image = image(0);
    board.load(&image, &mut ()).unwrap();
    board.clear().unwrap();
    // S is written behind the image's back.
    board.write_s(100, &[1; LANES]).unwrap();
    assert!(matches!(
        board.run_step(&[]),
        Err(BoardError::NotLoaded { .. })
    ));
    assert!(!board.is_loaded(&image).unwrap());
    assert!(matches!(
        board.run_step(&[]),
        Err(BoardError::NotLoaded { .. })
    ));
}

#[test]
fn wrong_inputs_leave_the_board_usable() {
    let mut board = Board::connect(emulator(), Options::default()).unwrap();
    board.load(&image(0), &mut ()).unwrap();
    board.clear().unwrap();
    let text = board.run_step(&[]).unwrap_err().to_string();
    assert!(text.contains("0, but the image 'test' has 1"), "{text}");
    let good = vec![vec![0; INPUT_GROUPS]];
    let inputs = [good.clone(), good.clone(), vec![vec![0; 3]], good.clone()];
    let mut outputs = 0;
    let error = board.run_stream(inputs, |_| outputs += 1).unwrap_err();
    assert!(matches!(
        error,
        BoardError::Input {
            found: 3,
            wanted: INPUT_GROUPS,
            ..
        }
    ));
    assert_eq!(outputs, 2);
    assert_eq!(board.run_step(&good).unwrap().step, 2);
    assert!(matches!(
        board.read_state(0),
        Err(BoardError::Population { .. })
    ));
    assert!(matches!(
        board.read_state(7),
        Err(BoardError::Population { .. })
    ));
}

#[test]
fn refusals_are_told_in_words() {
    // The device claims to have more than it has, as after a mix-up of cores.
    let mut board = Board::connect(emulator(), Options::default()).unwrap();
    let mut image = image(0);
    board.load(&image, &mut ()).unwrap();
    let entry = image.header.step_entry as usize;
    // An operation that no device has, in place of the program's second.
    image.synapses[(entry + 2) * 8] = 0x0f;
    let lied = Emulator::new(small_options()).unwrap();
    let mut lied = Board::connect(lied, Options::default()).unwrap();
    let text = lied.load(&image, &mut ()).unwrap_err().to_string();
    assert!(!text.is_empty());
    // The same behind the host's back, through a shared device.
    use crate::common::Shared;
    use std::{cell::RefCell, rc::Rc};
    let device = Shared(Rc::new(RefCell::new(emulator())));
    let mut board = Board::connect(device.clone(), Options::default()).unwrap();
    let good = crate::common::image(0);
    board.load(&good, &mut ()).unwrap();
    board.clear().unwrap();
    let second = entry + 2;
    device
        .0
        .borrow_mut()
        .device_mut()
        .write_synapses(second, &[0x0f; LANES])
        .unwrap();
    let error = board.run_step(&[vec![0; INPUT_GROUPS]]).unwrap_err();
    assert!(matches!(error, BoardError::Refused { code: 2, detail } if detail as usize == second));
    assert!(
        error
            .to_string()
            .contains(&format!("at long {second} of S")),
        "{error}"
    );
    // A new connection forgets the refusal, but the image is no longer there.
    let mut board = board.reconnect().unwrap();
    assert!(!board.is_loaded(&good).unwrap());
    board.load(&good, &mut ()).unwrap();
    board.clear().unwrap();
    board.run_step(&[vec![0; INPUT_GROUPS]]).unwrap();
}

/// The image with its rows listed: a table behind everything, and one list that all sources share.
fn listed() -> Image {
    let mut image = image(1);
    let step = image.header.step_entry;
    let program = image.program(step).unwrap();
    let at = program
        .iter()
        .find(|(_, o)| matches!(o, Operation::Scan(_)));
    let Some(&(at, Operation::Scan(scan))) = at else {
        panic!("no scan")
    };
    let sources = image.header.populations[0].neurons;
    let table = image.synapses.len() / 8;
    let entry = TableEntry {
        list: (table + sources) as u32,
        first_group: scan.first_group,
        first_word: scan.row_base,
        operations: 1,
    };
    let list = Segment::list(&[Segment {
        groups: 1,
        ..Segment::default()
    }]);
    let longs = std::iter::repeat_n(entry.encode(), sources).chain(list);
    image.synapses.extend(longs.flat_map(u64::to_le_bytes));
    image
        .synapses
        .resize(image.synapses.len().next_multiple_of(64), 0);
    image.header.synapse_words = image.synapses.len() / image.header.lanes;
    let scan = Operation::Scan(Scan {
        form: Form::Listed,
        row_base: table as u32,
        stride: 1,
        ..scan
    });
    for (i, long) in scan.encode().into_iter().enumerate() {
        let at = (at as usize + i) * 8;
        image.synapses[at..at + 8].copy_from_slice(&long.to_le_bytes());
    }
    image.check().unwrap();
    image
}

/// A device says whether it has listed rows; the host does not load what it cannot run.
#[test]
fn listed_rows_need_a_device_that_has_them() {
    let image = listed();
    let options_of = |features| EmulatorOptions {
        shape: image.smallest_shape(),
        features,
        ..small_options()
    };
    let mut board = Board::connect(Emulator::new(options_of(0x1f)).unwrap(), options(1)).unwrap();
    board.load(&image, &mut ()).unwrap();
    let mut board = Board::connect(Emulator::new(options_of(0x1d)).unwrap(), options(1)).unwrap();
    for error in [
        board.load(&image, &mut ()).unwrap_err(),
        board.is_loaded(&image).unwrap_err(),
        board.assume_loaded(&image).unwrap_err(),
    ] {
        assert!(matches!(error, BoardError::NoLists { .. }), "{error}");
        assert!(error.to_string().contains("--no-lists"), "{error}");
    }
}
