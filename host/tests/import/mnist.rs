//! The MNIST example, compiled for a small device.

use super::bench::{data, run_float, run_image, Spikes};
use ferrospike_host::compile::{compile, CompileOptions};
use ferrospike_host::import::{import_nir, ImportOptions, ResetKind};
use ferrospike_model::device::Shape;

#[test]
fn mnist() {
    let path = data("../../../examples/mnist/mnist.nir");
    let imported = import_nir(&path, &ImportOptions::default()).expect("imports");
    let network = &imported.network;
    assert_eq!(
        (&*network.encoder, &*network.decoder),
        ("phase:10", "count")
    );
    assert!(network.populations[1]
        .neuron
        .as_ref()
        .is_some_and(|r| r.reset == ResetKind::Delayed));
    let shape = Shape {
        lanes: 16,
        synapse_words: 8192,
        groups: 16,
        history_words: 256,
    };
    let (image, report) = compile(network, &CompileOptions::new(shape)).expect("fits");
    println!("{}", report.lines().join("\n"));
    assert!(report.layers.iter().all(|l| l.proven && l.clipped == 0));
    let file = std::fs::File::open(path.with_file_name("mnist_test_1000.npz")).expect("images");
    let mut npz = ndarray_npy::NpzReader::new(file).expect("npz");
    let images: ndarray::Array2<u8> = npz.by_name("images").expect("images");
    let labels: ndarray::Array1<u8> = npz.by_name("labels").expect("labels");
    let (mut right, mut right_float) = (0, 0);
    for (pixels, &label) in images.rows().into_iter().zip(&labels).take(100) {
        let mut sums = vec![0u32; pixels.len()];
        let mut steps = Vec::new();
        for _ in 0..10 {
            let spike = |(sum, &p): (&mut u32, &u8)| {
                *sum += u32::from(p);
                let fires = *sum >= 255;
                *sum -= if fires { 255 } else { 0 };
                fires
            };
            steps.push(sums.iter_mut().zip(pixels).map(spike).collect());
        }
        let best = |out: &Spikes| {
            let count = |i: usize| out.iter().filter(|s| s[i]).count();
            (0..10)
                .max_by_key(|&i| (count(i), std::cmp::Reverse(i)))
                .unwrap_or(0)
        };
        right += usize::from(best(&run_image(&image, shape, &steps).0[2]) == usize::from(label));
        right_float += usize::from(best(&run_float(network, &steps)[2]) == usize::from(label));
    }
    println!("{right} of 100 right, {right_float} in floats");
    assert!(
        right >= 95 && right + 2 >= right_float,
        "{right} {right_float}"
    );
}
