//! Convolutions and pools that cannot be, and with which words they are refused.

use super::make::{border, graph, lif, node, tensor};
use ferrospike_host::import::{import_graph, Dialect, ImportOptions};
use ferrospike_host::nir::{Kind, Node};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What is said of a node between an input of this shape and a neuron.
fn said(shape: &[f64], window: Node) -> String {
    let mut input = border(Kind::Input, 1.0);
    let axes = tensor(&[shape.len()], shape.to_vec());
    input.parameters.insert("shape".into(), axes);
    let mut neuron = lif("lif", 1, vec![1.0]);
    neuron.parameters.retain(|_, t| t.data.len() == 1);
    let nodes = vec![input, window, neuron, border(Kind::Output, 1.0)];
    let edges = [("input", "w"), ("w", "lif"), ("lif", "output")];
    let options = ImportOptions {
        dialect: Some(Dialect::SnnTorch),
        ..ImportOptions::default()
    };
    match import_graph(&graph(nodes, &edges), "g.nir", &options) {
        Ok(_) => "imported".into(),
        Err(e) => e.to_string(),
    }
}

fn conv(weight: &[usize], more: &[(&str, &[f64])]) -> Node {
    let count = weight.iter().product();
    let mut parameters = vec![("weight", tensor(weight, vec![0.5; count]))];
    for (key, data) in more {
        parameters.push((key, tensor(&[data.len()], data.to_vec())));
    }
    node("w", Kind::Conv2d, &parameters)
}

fn pool(more: &[(&str, &[f64])]) -> Node {
    let of = |(key, data): &(&'static str, &[f64])| (*key, tensor(&[data.len()], data.to_vec()));
    let more: Vec<_> = more.iter().map(|&(k, d)| of(&(leak(k), d))).collect();
    node("w", Kind::SumPool2d, &more)
}

fn leak(key: &str) -> &'static str {
    ["kernel_size", "stride", "padding"]
        .into_iter()
        .find(|k| *k == key)
        .unwrap_or("other")
}

#[test]
fn wrong_windows_are_named() {
    let image = [3.0, 8.0, 8.0];
    let same = |stride: &[f64]| {
        let mut node = conv(&[4, 3, 3, 3], &[("stride", stride)]);
        node.texts.insert("padding".into(), "same".into());
        node
    };
    let mut odd = same(&[1.0]);
    odd.texts.insert("padding".into(), "reflect".into());
    for (shape, window, words) in [
        (&image[..], conv(&[4, 3, 3, 3], &[]), &["imported"][..]),
        (&image, same(&[1.0]), &["imported"]),
        (
            &[1.0, 3.0, 8.0, 8.0],
            conv(&[4, 3, 3, 3], &[]),
            &["imported"],
        ),
        (&[8.0, 8.0], conv(&[4, 1, 3, 3], &[]), &["imported"]),
        (
            &[192.0],
            conv(&[4, 3, 3, 3], &[("input_shape", &[8.0, 8.0])]),
            &["imported"],
        ),
        (&image, pool(&[("kernel_size", &[2.0, 2.0])]), &["imported"]),
        (
            &image,
            conv(&[4, 3, 3], &[]),
            &["'w'", "[4, 3, 3]", "(out, in / groups, kh, kw)"],
        ),
        (
            &image,
            conv(&[4, 2, 3, 3], &[]),
            &["takes 2 channels", "[3, 8, 8]"],
        ),
        (
            &image,
            conv(&[4, 1, 3, 3], &[("groups", &[3.0])]),
            &["4 channels", "3 groups"],
        ),
        (
            &image,
            conv(&[4, 3, 9, 3], &[]),
            &["reaches over 9", "8 and a padding of 0 + 0"],
        ),
        (
            &image,
            conv(&[4, 3, 3, 3], &[("stride", &[0.0])]),
            &["stride 0", "at least 1"],
        ),
        (
            &image,
            conv(&[4, 3, 3, 3], &[("stride", &[1.5])]),
            &["'stride'", "1.5", "whole numbers"],
        ),
        (
            &image,
            conv(&[4, 3, 3, 3], &[("padding", &[-1.0])]),
            &["'padding'", "whole numbers"],
        ),
        (
            &image,
            conv(&[4, 3, 3, 3], &[("stride", &[1.0, 1.0, 1.0])]),
            &["'stride' has 3 numbers"],
        ),
        (
            &image,
            conv(&[4, 3, 3, 3], &[("bias", &[1.0, 2.0])]),
            &["'bias' has 2 elements for 4 channels"],
        ),
        (
            &image,
            conv(&[4, 3, 3, 3], &[("input_shape", &[9.0, 9.0])]),
            &["'input_shape' is [9, 9]", "[3, 8, 8]"],
        ),
        (&image, same(&[2.0]), &["'same'", "stride 1"]),
        (&image, odd, &["'reflect' is unknown", "'valid'"]),
        (
            &[192.0],
            conv(&[4, 3, 3, 3], &[]),
            &["(channels, height, width)", "[192]"],
        ),
        (&image, pool(&[]), &["kernel 0", "at least 1"]),
        (
            &image,
            conv(&[1000, 3, 1, 1], &[("padding", &[60.0, 60.0])]),
            &["[1000, 128, 128]", "65535 is the most"],
        ),
        (
            &[1.0, 250.0, 250.0],
            conv(&[1, 1, 250, 250], &[("padding", &[120.0])]),
            &["connections are more than", "16777216"],
        ),
    ] {
        let text = said(shape, window);
        for word in words {
            assert!(text.contains(word), "'{word}' is missing in: {text}");
        }
    }
}

/// Any numbers: an error or a network, never a panic, never a hang.
#[test]
fn any_sizes_end() {
    let mut rng = ChaCha8Rng::seed_from_u64(6);
    let (mut imported, mut refused) = (0, 0);
    for _ in 0..3000 {
        let number = |rng: &mut ChaCha8Rng| match rng.gen_range(0..40) {
            0 => f64::from(rng.gen_range(0..70_000)),
            1 => -1.0,
            2 => 1e300,
            3 => 65535.0,
            4 => 0.0,
            5 => f64::from(rng.gen_range(10..400)),
            _ => f64::from(rng.gen_range(1..5)),
        };
        let pair = |rng: &mut ChaCha8Rng| [number(rng), number(rng)];
        let axes: Vec<f64> = (0..rng.gen_range(2..4)).map(|_| number(&mut rng)).collect();
        let weight: Vec<usize> = (0..4)
            .map(|i| match (i, rng.gen_range(0..6)) {
                (2.., 0) => rng.gen_range(1..150),
                _ => rng.gen_range(1..5),
            })
            .collect();
        let (stride, padding) = (pair(&mut rng), pair(&mut rng));
        let (dilation, groups) = (pair(&mut rng), [number(&mut rng)]);
        let node = match rng.gen_bool(0.7) {
            true => conv(
                &weight,
                &[
                    ("stride", &stride),
                    ("padding", &padding),
                    ("dilation", &dilation),
                    ("groups", if rng.gen_bool(0.5) { &groups } else { &[1.0] }),
                ],
            ),
            false => pool(&[
                ("kernel_size", &dilation),
                ("stride", &stride),
                ("padding", &padding),
            ]),
        };
        match said(&axes, node).as_str() {
            "imported" => imported += 1,
            text => {
                assert!(text.len() > 20, "{text}");
                refused += 1;
            }
        }
    }
    println!("{imported} imported, {refused} refused");
    assert!(imported > 20 && refused > 1000);
}
