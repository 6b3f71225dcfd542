//! Image files: there and back, and every way to be wrong.

mod common;

use common::image;
use ferrospike_model::device::Shape;
use ferrospike_model::image::{Header, Image, ImageError};
use ferrospike_model::program::{Bitmap, Operation, Scan, Update};

const SHAPE: Shape = Shape {
    lanes: 4,
    synapse_words: 64,
    groups: 2,
    history_words: 8,
};

#[test]
fn an_image_survives_its_file() {
    let image = image();
    let bytes = image.to_bytes().expect("valid");
    assert_eq!(bytes.len() % 8, 4);
    assert_eq!(Image::from_bytes(&bytes), Ok(image.clone()));
    assert_eq!(image.smallest_shape(), SHAPE);
    let program = image.program(image.header.step_entry).expect("valid");
    assert_eq!(program.len(), 5);
    assert!(matches!(program[4].1, Operation::End(_)));
}

#[test]
fn every_cut_and_every_flipped_bit_is_refused() {
    let bytes = image().to_bytes().expect("valid");
    for cut in 0..bytes.len() {
        let error = Image::from_bytes(&bytes[..cut]).expect_err("cut");
        let expected = match cut {
            0..8 => matches!(error, ImageError::NotAnImage { .. }),
            _ => matches!(error, ImageError::Truncated { .. }),
        };
        assert!(expected, "{cut} bytes: {error}");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert!(matches!(
        Image::from_bytes(&longer),
        Err(ImageError::Trailing { .. })
    ));
    for bit in 0..bytes.len() * 8 {
        let mut damaged = bytes.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        let error = Image::from_bytes(&damaged).expect_err("damaged");
        let expected = match bit / 8 {
            0..8 => matches!(error, ImageError::NotAnImage { .. }),
            8..16 => !matches!(
                error,
                ImageError::NotAnImage { .. } | ImageError::Header { .. }
            ),
            _ => matches!(error, ImageError::Damaged { .. }),
        };
        assert!(expected, "bit {bit}: {error}");
    }
}

/// A file with any header text and a right CRC.
fn file(header: &[u8], synapses: &[u8]) -> Vec<u8> {
    let mut bytes = b"FSPKIMG1".to_vec();
    bytes.extend((header.len() as u32).to_le_bytes());
    bytes.extend((synapses.len() as u32).to_le_bytes());
    bytes.extend(header);
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    bytes.extend(synapses);
    let crc = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC).checksum(&bytes);
    bytes.extend(crc.to_le_bytes());
    bytes
}

#[test]
fn headers_that_cannot_be_read_are_refused() {
    let good = serde_json::to_vec(&image().header).expect("json");
    assert_eq!(
        Image::from_bytes(&file(&good, &image().synapses)),
        Ok(image())
    );
    for header in [
        &b""[..],
        b"{}",
        b"nonsense",
        b"\xff\xfe",
        &good[..good.len() - 1],
    ] {
        let error = Image::from_bytes(&file(header, &image().synapses)).expect_err("header");
        assert!(matches!(error, ImageError::Header { .. }), "{error}");
        assert!(error.to_string().contains("compile it again"));
    }
    let mut bytes = file(&good, &[]);
    bytes[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
    let error = Image::from_bytes(&bytes).expect_err("large");
    assert!(
        matches!(error, ImageError::TooLarge { offset: 8, .. }),
        "{error}"
    );
    let mut bytes = file(&good, &[]);
    bytes[12..16].copy_from_slice(&u32::MAX.to_le_bytes());
    let error = Image::from_bytes(&bytes).expect_err("large");
    assert!(
        matches!(error, ImageError::TooLarge { offset: 12, .. }),
        "{error}"
    );
}

#[test]
fn contradictions_in_a_header_are_named() {
    type Change = fn(&mut Header);
    let changes: [(&str, Change); 21] = [
        ("lanes", |h| h.lanes = 5),
        ("lanes", |h| h.lanes = 0),
        ("synapse_words", |h| h.synapse_words += 1),
        ("synapse_words", |h| h.synapse_words = usize::MAX),
        ("synapse_words", |h| h.lanes = 8),
        ("groups", |h| h.groups = 4097),
        ("history_words", |h| h.history_words = 1 << 15),
        ("clear_entry", |h| h.clear_entry = 1 << 20),
        ("step_entry", |h| h.step_entry = u32::MAX),
        ("neurons of populations[0] 'in'", |h| {
            h.populations[0].neurons = 0
        }),
        ("neurons of populations[0] 'in'", |h| {
            h.populations[0].neurons = usize::MAX
        }),
        ("first_group of populations[1] 'out'", |h| {
            h.populations[1].first_group = 2
        }),
        ("first_group of populations[1] 'out'", |h| {
            h.populations[1].first_group = usize::MAX
        }),
        ("log2_depth of populations[1] 'out'", |h| {
            h.populations[1].bitmap.log2_depth = 8
        }),
        ("bitmap base of populations[0] 'in'", |h| {
            h.populations[0].bitmap.base = 1
        }),
        ("bitmap base of populations[1] 'out'", |h| {
            h.populations[1].bitmap = Bitmap {
                base: 16383,
                log2_depth: 0,
            }
        }),
        ("held_shows of populations[1] 'out'", |h| {
            h.populations[1].held_shows = Some(vec![0, 0])
        }),
        ("unit of populations[1] 'out'", |h| {
            h.populations[1].unit = f64::NAN
        }),
        ("connections[0] 'dense'", |h| {
            h.connections[0].from = Some(2)
        }),
        ("connections[0] 'dense'", |h| {
            h.connections[0].to = usize::MAX
        }),
        ("first_word of connections[0]", |h| {
            h.connections[0].words = usize::MAX
        }),
    ];
    for (name, change) in changes {
        let mut image = image();
        change(&mut image.header);
        let error = image.check().expect_err(name);
        let text = error.to_string();
        assert!(
            matches!(error, ImageError::Inconsistent { .. }) && text.contains(name),
            "{text}"
        );
        assert_eq!(image.to_bytes(), Err(error));
        if image.header.populations[1].unit.is_finite() {
            let json = serde_json::to_vec(&image.header).expect("json");
            assert!(
                Image::from_bytes(&file(&json, &image.synapses)).is_err(),
                "{text}"
            );
        }
    }
}

#[test]
fn programs_must_come_to_their_end() {
    let whole = image();
    let step = whole.header.step_entry;
    assert_eq!(
        whole
            .program(step + 100)
            .map_err(|e| e.to_string().contains("missing")),
        Err(true)
    );
    let mut image = whole.clone();
    image.synapses[step as usize * 8] = 7;
    let error = image.check().expect_err("opcode 7").to_string();
    let place = format!("the operation at long {step} of the program at long {step}");
    assert!(
        error.contains(&place) && error.contains("opcode 7"),
        "{error}"
    );
    let mut image = whole;
    image.synapses.truncate(image.synapses.len() - 8);
    image.header.synapse_words -= 2;
    assert!(image.check().is_err());
}

#[test]
fn a_device_that_is_too_small_is_named() {
    let mut image = image();
    assert!(image.device(SHAPE).is_ok());
    image.synapses.resize(130 * 4, 0);
    image.header.synapse_words = 130;
    assert_eq!(image.smallest_shape().synapse_words, 192);
    let large = Shape {
        synapse_words: 192,
        ..SHAPE
    };
    assert!(image.device(large).is_ok());
    for (shape, text) in [
        (
            Shape {
                synapse_words: 128,
                ..SHAPE
            },
            "it needs 130 words of S, the device has 128",
        ),
        (
            Shape {
                synapse_words: 160,
                ..SHAPE
            },
            "words of S cannot be 160; it must be a multiple of 64",
        ),
        (
            Shape {
                history_words: 4,
                ..large
            },
            "it needs 5 words of H, the device has 4",
        ),
        (
            Shape { lanes: 8, ..large },
            "it needs 4 lanes, the device has 8",
        ),
        (Shape { lanes: 7, ..large }, "lanes cannot be 7"),
        (
            Shape { groups: 3, ..large },
            "groups of U and V cannot be 3",
        ),
        (
            Shape { groups: 1, ..large },
            "groups of U and V cannot be 1; it must be a power of two from 2 to 4096",
        ),
    ] {
        let error = image.device(shape).expect_err("too small").to_string();
        assert!(error.contains(text), "{error}");
    }
    let mut wide = image.clone();
    wide.header.groups = 3;
    let error = wide.check_fit(large).expect_err("too small").to_string();
    assert!(
        error.contains("it needs 3 groups of U and V, the device has 2"),
        "{error}"
    );
}

/// A network of one group runs on the smallest device that there is, which has two.
#[test]
fn an_image_of_one_group_has_a_device() {
    let mut image = image();
    image.header.groups = 1;
    assert_eq!(image.smallest_shape().groups, 2);
    assert!(image.device(image.smallest_shape()).is_ok());
}

#[test]
fn held_neurons_show_their_reset_value() {
    let mut population = image().header.populations[1].clone();
    assert_eq!(population.shown(0, -(1 << 23)), -(1 << 23));
    population.held_shows = Some(vec![5, 6, 7]);
    assert_eq!(population.shown(1, -(1 << 23) + 63), 6);
    assert_eq!(population.shown(1, -(1 << 23) + 64), -(1 << 23) + 64);
    population.held_shows = Some(vec![9]);
    assert_eq!(population.shown(2, -(1 << 23)), 9);
}

/// Each change makes an operation of a program leave a memory that the header says is enough.
#[test]
fn programs_must_stay_inside_the_memories() {
    type Change = fn(&mut [Operation]);
    fn scan(operations: &mut [Operation]) -> &mut Scan {
        match &mut operations[0] {
            Operation::Scan(scan) => scan,
            other => panic!("{other:?}"),
        }
    }
    fn update(operations: &mut [Operation]) -> &mut Update {
        match &mut operations[1] {
            Operation::Update(update) => update,
            other => panic!("{other:?}"),
        }
    }
    let changes: [(&str, Change); 8] = [
        ("", |_| {}),
        // 5 rows of one word: the last at the last word, and one further.
        ("", |o| scan(o).row_base = 36 - 5),
        ("the rows", |o| scan(o).row_base = 36 - 4),
        ("the row of", |o| scan(o).groups = 2),
        ("the bitmap", |o| update(o).bitmap.base = 5),
        ("the population", |o| update(o).neurons = 5),
        // 3 neurons of 2 longs each end at the last of 18 longs, and one further.
        ("", |o| {
            update(o).per_neuron = 3;
            update(o).table = 12;
        }),
        ("the table of pairs", |o| {
            update(o).per_neuron = 3;
            update(o).table = 13;
        }),
    ];
    for (name, change) in changes {
        let mut image = image();
        let entry = image.header.step_entry;
        let program = image.program(entry).expect("a program");
        let mut operations: Vec<Operation> = program.into_iter().map(|(_, o)| o).collect();
        change(&mut operations);
        let longs = operations.iter().flat_map(Operation::encode);
        let bytes: Vec<u8> = longs.flat_map(u64::to_le_bytes).collect();
        let at = entry as usize * 8;
        image.synapses[at..at + bytes.len()].copy_from_slice(&bytes);
        match image.check() {
            Ok(()) => assert_eq!(name, "", "{operations:?}"),
            Err(error) => {
                let text = error.to_string();
                assert!(!name.is_empty() && text.contains(name), "{text}");
            }
        }
    }
}

/// The bits of a delayed reset are its own: an image in which an input, or another UPDATE, writes them is refused.
#[test]
fn a_delayed_reset_has_its_bitmap_for_itself() {
    use ferrospike_model::program::Reset;
    let image = image();
    let program = image.program(image.header.step_entry).expect("valid");
    let found = program.iter().find_map(|(at, operation)| match operation {
        Operation::Update(update) => Some((*at, *update)),
        _ => None,
    });
    let (at, update) = found.expect("an UPDATE");
    let input = image.header.populations[0].bitmap;
    let change = |update: Update| {
        let mut changed = image.clone();
        let longs = Operation::Update(update).encode();
        let bytes: Vec<u8> = longs.iter().flat_map(|l| l.to_le_bytes()).collect();
        let first = at as usize * 8;
        changed.synapses[first..first + bytes.len()].copy_from_slice(&bytes);
        changed.check()
    };
    let delayed = Update {
        reset: Reset::Delayed,
        held_steps: 0,
        ..update
    };
    let shared = change(Update {
        bitmap: input,
        ..delayed
    });
    assert!(
        matches!(&shared, Err(ImageError::Inconsistent { place, .. }) if place.contains("delayed")),
        "{shared:?}"
    );
    // Without a delayed reset nobody looks at them.
    let hard = Update {
        bitmap: input,
        ..update
    };
    assert_eq!(change(hard), Ok(()));
    assert_eq!(change(delayed), Ok(()));
}

/// What a LEARN may change are weights: not a program, a table, the random numbers by another name.
#[test]
fn a_learn_must_change_weights_alone() {
    use ferrospike_model::program::Learn;
    let image = image();
    let program = image.program(image.header.step_entry).expect("valid");
    let population = &image.header.populations[1];
    let input = &image.header.populations[0];
    let words = image.header.synapse_words;
    let learn = Learn {
        source: input.bitmap,
        source_groups: 1,
        last_lanes: 3,
        row_base: 0,
        stride: 1,
        groups: 1,
        target: population.bitmap,
        change: 256,
        maximum: 127,
        minimum: -127,
        random: words as u32,
        ..Learn::default()
    };
    let with = |learn: Learn| {
        let mut changed = image.clone();
        changed.synapses.resize((words + 2) * 4, 0);
        let entry = changed.synapses.len() / 8;
        let mut operations: Vec<Operation> = program.iter().map(|(_, o)| *o).collect();
        operations.insert(1, Operation::Learn(learn));
        let longs = operations.iter().flat_map(Operation::encode);
        changed.synapses.extend(longs.flat_map(|l| l.to_le_bytes()));
        changed.header.learn_entry = Some(entry as u32);
        changed.header.synapse_words = changed.synapses.len() / 4;
        changed.check().map_err(|e| e.to_string())
    };
    assert_eq!(with(learn), Ok(()));
    // The input has 5 neurons, of which the header could say less: bits of padding lanes count.
    let wide = with(Learn {
        source_groups: 2,
        ..learn
    });
    assert!(wide.is_err_and(|told| told.contains("must not change")));
    let mut frozen = image.clone();
    frozen.header.learn_entry = Some(image.header.step_entry);
    let told = frozen.check().expect_err("no LEARN").to_string();
    assert!(told.contains("has no LEARN"), "{told}");
    let step = image.header.step_entry * 2;
    let cases = [
        (Learn { stride: 0, ..learn }, "must not share"),
        (Learn { random: 3, ..learn }, "no word of the rows"),
        (
            Learn {
                row_base: step,
                ..learn
            },
            "must not change the program",
        ),
        (
            Learn {
                random: step + 1,
                ..learn
            },
            "must not change the program",
        ),
        (
            Learn {
                row_base: 1 << 19,
                ..learn
            },
            "words of S",
        ),
        (
            Learn {
                random: 1 << 19,
                ..learn
            },
            "words of S",
        ),
        (
            Learn {
                every: true,
                rows: 60_000,
                ..learn
            },
            "words of S",
        ),
        (
            Learn {
                target: ferrospike_model::program::Bitmap {
                    base: 9000,
                    log2_depth: 0,
                },
                ..learn
            },
            "words of H",
        ),
    ];
    for (learn, wanted) in cases {
        let told = with(learn).expect_err(wanted);
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
}
