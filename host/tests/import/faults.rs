//! Images that are not what the compiler wrote.

use super::bench::options;
use super::chains::window;
use super::listed::{layer, network};
use super::truth::{Layer, Stage};
use ferrospike_host::compile::compile;
use ferrospike_host::nir::Kind;
use ferrospike_model::image::Image;
use ferrospike_model::program::{Form, Operation, Scan};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn listed(image: &Image) -> Vec<Scan> {
    let program = image.program(image.header.step_entry).expect("program");
    let scans = program.into_iter().filter_map(|(_, o)| match o {
        Operation::Scan(scan) if scan.form == Form::Listed => Some(scan),
        _ => None,
    });
    scans.collect()
}

/// One bit of a table, a list or a word of weights is another one: refused, or another spike.
#[test]
fn planted_faults_are_found() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let conv = window(&mut rng, Kind::Conv2d, [2, 7, 6], 40);
    let n = conv.size_out().iter().product();
    let mut chain = network([2, 7, 6], &[]);
    chain.layers = vec![Layer {
        thresholds: vec![0.25; n],
        ..layer(vec![Stage::Window(conv)], n)
    }];
    let mut o = options(8);
    o.membranes = true;
    let (image, _) = compile(&chain.network(), &o).expect("compiles");
    let input: Vec<Vec<bool>> = (0..84 + 40)
        .map(|step| {
            (0..84)
                .map(|i| i == step || (step >= 84 && rng.gen_bool(0.3)))
                .collect()
        })
        .collect();
    let words: Vec<_> = (input.iter())
        .map(|row| vec![ferrospike_host::board::bitmap_words(row, 8)])
        .collect();
    let run = |image: &Image| {
        let mut model = ferrospike_host::run::Reference::new(image).ok()?;
        model.run(0, &words).ok()
    };
    let want = run(&image).expect("runs");
    let scan = listed(&image)[0];
    let (mut refused, mut found) = (0, 0);
    let header = &image.header.connections[0];
    let table = scan.row_base as usize * 8..(scan.row_base as usize + 84) * 8;
    let weights = header.first_word * 8..(header.first_word + header.words) * 8;
    let lists = table.end..(scan.row_base as usize + header.longs) * 8;
    for (range, step) in [(weights, 1), (lists, 3), (table, 17)] {
        for byte in range.step_by(step) {
            if image.synapses[byte] == 0 {
                continue;
            }
            let mut other = image.clone();
            other.synapses[byte] ^= 1 << rng.gen_range(0..8);
            if other.check().is_err() {
                refused += 1;
                continue;
            }
            let got = run(&other);
            assert!(got.as_ref() != Some(&want), "byte {byte}");
            found += 1;
        }
    }
    println!("{refused} refused, {found} found");
    assert!(refused > 10 && found > 50);
}
