//! Images with listed rows and with neurons in another order, as someone might write them to do harm.

mod common;

use ferrospike_model::device::Device;
use ferrospike_model::image::{Image, ImageError};
use ferrospike_model::program::{Form, Operation, Scan, Segment, TableEntry};

/// The image made by hand with listed rows: at word 36 five table entries and one list.
fn image(entry: TableEntry, segments: &[Segment]) -> Image {
    let mut image = common::image();
    let table = image.synapses.len().div_ceil(8);
    image.synapses.resize(table * 8, 0);
    let list = (table + 5) as u32;
    let entry = TableEntry { list, ..entry };
    let entries = std::iter::repeat_n(entry.encode(), 5);
    let longs = entries.chain(Segment::list(segments));
    image.synapses.extend(longs.flat_map(u64::to_le_bytes));
    image.header.synapse_words = image.synapses.len() / 4;
    let step = image.header.step_entry;
    let Some((_, Operation::Scan(scan))) = image.program(step).expect("program").into_iter().next()
    else {
        panic!("no scan")
    };
    let scan = Operation::Scan(Scan {
        form: Form::Listed,
        row_base: table as u32,
        stride: 1,
        ..scan
    });
    let bytes: Vec<u8> = scan
        .encode()
        .into_iter()
        .flat_map(u64::to_le_bytes)
        .collect();
    let at = step as usize * 8;
    image.synapses[at..at + bytes.len()].copy_from_slice(&bytes);
    image
}

const GOOD: TableEntry = TableEntry {
    list: 0,
    first_group: 1,
    first_word: 2,
    operations: 3,
};

fn segment(groups: u8, word_skip: i16, group_skip: u16) -> Segment {
    Segment {
        groups,
        word_skip,
        group_skip,
        ..Segment::default()
    }
}

#[track_caller]
fn refused(image: &Image, words: &[&str]) {
    let error = image.check().expect_err("refused");
    assert!(matches!(error, ImageError::Inconsistent { .. }));
    for word in words {
        assert!(error.to_string().contains(word), "'{word}': {error}");
    }
}

#[test]
fn lists_stay_inside_the_memories_and_end() {
    let good = image(
        GOOD,
        &[segment(1, 1, 0), segment(0, -3, 5), segment(1, 0, 4090)],
    );
    good.check().expect("good");
    assert!(good.device(good.smallest_shape()).is_ok());
    refused(
        &image(GOOD, &[segment(2, 0, 0)]),
        &["first group", "leave the 2 groups"],
    );
    refused(
        &image(GOOD, &[segment(1, 0, 1)]),
        &["first group of segment 0"],
    );
    refused(
        &image(GOOD, &[segment(1, -3, 0)]),
        &["first word", "before the first of S"],
    );
    let beyond = TableEntry {
        first_word: 0xf_ffff,
        ..GOOD
    };
    refused(
        &image(beyond, &[segment(1, 0, 0)]),
        &["first word of segment 0", "words of S"],
    );
    // The last segment is not marked as the last: what follows in S is read as segments, to its end.
    let mut endless = image(GOOD, &[segment(1, 0, 0), segment(0, 0, 0)]);
    let last = endless.synapses.len() - 8;
    for byte in [1, 5] {
        endless.synapses[last + byte] &= !4;
    }
    refused(&endless, &["a long of the list of source 0"]);
    // A list at another place, where only zeros are.
    let mut zeros = image(GOOD, &[segment(1, 0, 0)]);
    zeros.synapses.extend([0; 4096]);
    zeros.header.synapse_words = zeros.synapses.len() / 4;
    let table = (zeros.synapses.len() - 4096) / 8 - 6;
    let entry = TableEntry {
        list: (table + 6) as u32,
        ..GOOD
    };
    zeros.synapses[table * 8..table * 8 + 8].copy_from_slice(&entry.encode().to_le_bytes());
    refused(&zeros, &["list of source 0"]);
    // A table that leaves S.
    let mut short = image(GOOD, &[segment(1, 0, 0)]);
    short.synapses.truncate(short.synapses.len() - 4 * 8);
    short.header.synapse_words -= 8;
    refused(&short, &["the table"]);
    // A list beyond S.
    let far = image(GOOD, &[segment(1, 0, 0)]);
    let mut far = far;
    let at = far.synapses.len() - 6 * 8;
    let entry = TableEntry {
        list: 0xf_ffff,
        ..GOOD
    };
    far.synapses[at..at + 8].copy_from_slice(&entry.encode().to_le_bytes());
    refused(&far, &["the list of source 0"]);
}

/// What `check` would refuse does not hang the model either.
#[test]
fn an_endless_list_ends_the_program() {
    let mut image = image(GOOD, &[segment(1, 0, 0)]);
    let last = image.synapses.len() - 8;
    image.synapses[last + 1] &= !4;
    // 192 words: an address beyond them is refused, where it would begin anew in a memory of 2^n.
    image.synapses.resize(192 * 4, 0);
    let mut shape = image.smallest_shape();
    shape.synapse_words = image.synapses.len() / 4;
    let mut device = Device::new(shape).expect("device");
    device.write_synapses(0, &image.synapses).expect("written");
    let bitmap = image.header.populations[0].bitmap;
    let ends = (0..3).all(|step| {
        device.set_input(bitmap, step, &[1, 0]).expect("input");
        device.run(image.header.step_entry).is_ok()
    });
    assert!(!ends);
}

#[test]
fn an_order_gives_each_neuron_a_place_of_its_own() {
    let with = |order: Vec<u32>| {
        let mut image = common::image();
        image.header.populations[1].order = Some(order);
        image
    };
    let image = with(vec![3, 0, 2]);
    image.check().expect("good");
    let p = &image.header.populations[1];
    assert_eq!((p.places(), p.place(0), p.place(9)), (4, 3, usize::MAX));
    assert_eq!((p.neuron_at(2), p.neuron_at(1)), (Some(2), None));
    assert_eq!(p.in_order(&[10, 11, 12, 13]), [13, 10, 12]);
    assert!(p.spiked(&[8], 0, 4) && !p.spiked(&[8], 1, 4));
    let bytes = image.to_bytes().expect("bytes");
    assert_eq!(Image::from_bytes(&bytes), Ok(image));
    let name = "order of populations[1] 'out'";
    refused(&with(vec![0, 1]), &[name, "3 neurons"]);
    refused(&with(vec![0, 1, 1]), &[name, "two neurons"]);
    refused(&with(vec![0, 1, 65535]), &[name, "0 to 65534"]);
    refused(&with(vec![0, 1, u32::MAX]), &[name, "0 to 65534"]);
    // A place in a group that is not there.
    refused(
        &with(vec![0, 1, 4]),
        &["first_group of populations[1]", "groups"],
    );
    let mut input = common::image();
    input.header.populations[0].order = Some(vec![4, 3, 2, 1, 0]);
    refused(&input, &["order of populations[0]", "an input has none"]);
}
