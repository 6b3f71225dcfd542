//! Images that learn: operations against numbers computed by hand, scales, and where everything lies.

use super::make::{compiled, full_rule, network, options, rule};
use ferrospike_host::compile::compile;
use ferrospike_host::report::{regions, Kind};
use ferrospike_model::image::Image;
use ferrospike_model::program::{Form, Format, Learn, Operation, Scan, Sign};

pub fn learns(image: &Image) -> Vec<Learn> {
    let entry = image.header.learn_entry.unwrap();
    let program = image.program(entry).unwrap();
    let of = |(_, o)| match o {
        Operation::Learn(learn) => Some(learn),
        _ => None,
    };
    program.into_iter().filter_map(of).collect()
}

fn scan_of(image: &Image, name: &str) -> Scan {
    let first = image
        .header
        .connections
        .iter()
        .find(|c| c.name == name)
        .unwrap()
        .first_word;
    let program = image.program(image.header.step_entry).unwrap();
    let of = |(_, o)| match o {
        Operation::Scan(scan) if scan.row_base as usize == first => Some(scan),
        _ => None,
    };
    program.into_iter().find_map(of).unwrap()
}

/// Weights of 0, 0.25 .. and bounds of 0 and 255/256: a step is 2^-8, so that all is exact.
#[test]
fn operations_are_those_computed_by_hand() {
    let mut network = network(11, 5, |from, to| {
        f64::from(u8::from((from + to) % 2 == 0)) * 0.25
    });
    network.connections[0].delay = 3;
    let mut rule = rule(
        0.0,
        255.0 / 256.0,
        &[0.03125, 0.015625, 0.0001],
        &[-0.0234375],
    );
    rule.connections[0].at_spike = Some(ferrospike_host::learning::Change {
        add: 0.0625,
        keep: 0.75,
    });
    let image = compiled(&network, 8, &rule);
    let h = &image.header;
    let all = learns(&image);
    let c = h.connections.iter().find(|c| c.name == "plastic").unwrap();
    let (inputs, neurons) = (h.populations[0].bitmap, h.populations[2].bitmap);
    // 5 steps back, and the host writes one ahead; 1 step back.
    assert_eq!((inputs.depth(), neurons.depth()), (8, 2));
    let common = Learn {
        unsigned: true,
        last_lanes: 5,
        row_base: c.first_word as u32,
        stride: 1,
        groups: 1,
        target: neurons,
        minimum: 0,
        maximum: 255,
        random: all[0].random,
        ..Learn::default()
    };
    let pair = |delay, target_delay, change| Learn {
        delay,
        source: inputs,
        source_groups: 2,
        target_delay,
        change,
        ..common
    };
    let wanted = [
        pair(3, 0, 8 << 8),
        pair(4, 0, 4 << 8),
        // 0.0001 x 256 x 256 = 6.55
        pair(5, 0, 7),
        pair(3, 1, -6 << 8),
        Learn {
            every: true,
            rows: 11,
            change: 16 << 8,
            decay: Some(6),
            ..common
        },
    ];
    assert_eq!(all, wanted);
    let scan = scan_of(&image, "plastic");
    assert_eq!(
        (scan.form, scan.format, scan.sign, scan.delay),
        (Form::Dense, Format::Bits8, Sign::Added, 3)
    );
    // The weights as bytes, row by row, and the random numbers.
    for from in 0..11 {
        for to in 0..8 {
            let weight = match to < 5 && (from + to) % 2 == 0 {
                true => 64,
                false => 0,
            };
            assert_eq!(image.synapses[(c.first_word + from) * 8 + to], weight);
        }
    }
    let at = all[0].random as usize * 8;
    assert_eq!(
        image.synapses[at..at + 4],
        7u32.wrapping_mul(0x9e37_79b1).to_le_bytes()
    );
    assert_eq!(image.synapses[at + 4..at + 8], [0; 4]);
    // The frozen step has none, and is the same otherwise.
    let program = |entry| -> Vec<Operation> {
        image
            .program(entry)
            .unwrap()
            .into_iter()
            .map(|(_, o)| o)
            .collect()
    };
    let mut learning = program(h.learn_entry.unwrap());
    learning.retain(|o| !matches!(o, Operation::Learn(_)));
    assert_eq!(learning, program(h.step_entry));
    assert_eq!(h.learning.len(), 1);
    assert_eq!(h.connections[h.learning[0].connection].name, "plastic");
    let words = "0 before +0.03125, 1 before +0.015625, 2 before +0.000107, 1 after -0.023438, at every spike x 0.75 \
                 +0.0625; in 0.000000 .. 0.996094";
    assert_eq!(h.learning[0].rule, words);
}

/// Weights of both signs are signed; others than powers of two take all 8 bits.
#[test]
fn scales_hold_the_bounds() {
    let mut signed = network(4, 3, |from, _| 0.1 * from as f64 - 0.15);
    signed.connections.pop();
    let image = compiled(&signed, 8, &rule(-0.7, 0.35, &[0.01], &[]));
    let learn = learns(&image)[0];
    assert_eq!(
        (learn.unsigned, learn.minimum, learn.maximum),
        (false, -128, 64)
    );
    assert_eq!(scan_of(&image, "plastic").sign, Sign::Signed);
    // The step of the teachers' 2.0 and that of the bounds are powers of two apart.
    let image = compiled(&network(4, 3, |_, _| 0.3), 8, &rule(0.1, 0.9, &[0.01], &[]));
    let learn = learns(&image)[0];
    assert!(
        learn.unsigned && (128..=255).contains(&learn.maximum),
        "{learn:?}"
    );
    let size = 0.9 / f64::from(learn.maximum);
    assert!(
        (f64::from(learn.minimum) * size - 0.1).abs() <= size,
        "{learn:?}"
    );
    assert!(
        (f64::from(learn.change) - 0.01 / size * 256.0).abs() < 8.0,
        "{learn:?}"
    );
}

/// A bias that learns is a row of its own, which LEARN lowers where neurons spike and raises where they do not.
#[test]
fn a_bias_that_learns_is_a_row() {
    for lanes in [4, 8, 16, 32] {
        let image = compiled(&network(9, 21, |_, _| 0.2), lanes, &full_rule());
        let h = &image.header;
        let all = learns(&image);
        assert_eq!(all.len(), 2 + 2 + 1 + 2);
        let index = h
            .connections
            .iter()
            .position(|c| c.name == "learned bias of neurons")
            .unwrap();
        let row = &h.connections[index];
        let scan = scan_of(&image, &row.name);
        assert_eq!(
            (scan.form, scan.sign, scan.format),
            (Form::Always, Sign::Signed, Format::Bits8)
        );
        let size = h.populations[2].unit * f64::from(1u32 << scan.exponent);
        let [down, up] = [all[5], all[6]];
        for (learn, inverted, change) in [(down, false, -0.03), (up, true, 0.0005)] {
            assert!(
                learn.every && learn.rows == 1 && !learn.unsigned,
                "{learn:?}"
            );
            assert_eq!(
                (learn.inverted, learn.row_base as usize),
                (inverted, row.first_word)
            );
            assert_eq!(learn.change, (change / size * 256.0f64).round() as i32);
            assert_eq!(learn.minimum, (-0.25 / size - 1e-6).ceil() as i16);
            assert_eq!(learn.maximum, (0.125 / size + 1e-6).floor() as i16);
            assert_eq!(usize::from(learn.last_lanes), (21 - 1) % lanes + 1);
        }
        assert!(h
            .notes
            .iter()
            .any(|n| n.contains("plastic: learns in steps of")));
        let map = regions(&image, image.synapses.len()).unwrap();
        let random = map.iter().find(|r| r.kind == Kind::Random).unwrap();
        assert_eq!(
            (random.start, random.bytes),
            (down.random as usize * lanes, lanes)
        );
        assert!(map.iter().any(|r| r.name == "program 'learn'"));
    }
}

/// A network that nothing learns in has the image that it always had.
#[test]
fn without_a_rule_nothing_learns() {
    let network = network(9, 21, |_, _| 0.2);
    let image = compile(&network, &options(8, None)).unwrap().0;
    assert_eq!(image.header.learn_entry, None);
    assert!(image.header.learning.is_empty());
}
