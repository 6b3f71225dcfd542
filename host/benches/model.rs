//! How fast the model is: MNIST 784-128-10 in ten steps, an image at a time on one thread, on both paths.
//!
//!     cargo bench -p ferrospike-host --bench model

#![allow(missing_docs, reason = "the macro of criterion makes a function")]

use criterion::{criterion_group, criterion_main, Criterion, Throughput};
use ferrospike_host::compile::{compile, CompileOptions};
use ferrospike_host::data::Inputs;
use ferrospike_host::import::{import_nir, ImportOptions};
use ferrospike_host::run::{default_shape, encode, Reference};
use ferrospike_model::device::Path as ModelPath;
use std::path::{Path, PathBuf};

/// Images that are taken in turn.
const IMAGES: usize = 100;

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../examples/mnist")
        .join(name)
}

fn mnist(criterion: &mut Criterion) {
    let imported = import_nir(&example("mnist.nir"), &ImportOptions::default());
    let network = imported.expect("the example is there").network;
    let options = CompileOptions::new(default_shape());
    let image = compile(&network, &options).expect("it fits").0;
    let inputs = Inputs::open(&example("mnist_test_1000.npz")).expect("so are its images");
    let samples: Vec<_> = (0..IMAGES)
        .map(|index| encode(&inputs, index, &image).expect("they are of its size"))
        .collect();
    let mut group = criterion.benchmark_group("mnist");
    group.throughput(Throughput::Elements(1));
    for (name, path) in [
        ("fast", ModelPath::Fast),
        ("reference", ModelPath::Reference),
    ] {
        let mut model = Reference::new(&image).expect("it fits").on(path);
        let mut turn = 0;
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                turn = (turn + 1) % IMAGES;
                model.run(turn, &samples[turn]).expect("it runs")
            });
        });
    }
    group.finish();
}

criterion_group!(benches, mnist);
criterion_main!(benches);
