//! Damaged files.

use super::bench::data;
use ferrospike_host::import::{import_nir, Dialect, ImportOptions};
use ferrospike_host::nir;
use rand::{Rng, SeedableRng};

/// Damaged files: an error or a network, never a panic, never a hang.
#[test]
fn damaged() {
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(5);
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("damaged.nir");
    let (mut refused, mut read) = (0, 0);
    for file in [
        "snntorch_rleaky.nir",
        "v108_graph.nir",
        "norse_lif_nocomp.nir",
        "latest.nir",
        "conv_chain.nir",
        "conv_line.nir",
    ] {
        let good = std::fs::read(data(file)).expect("file");
        assert!(nir::read(&data(file)).is_ok(), "{file}");
        for round in 0..75 {
            let mut bytes = good.clone();
            match round % 3 {
                0 => bytes.truncate(rng.gen_range(0..good.len())),
                1 => {
                    for _ in 0..rng.gen_range(1..12) {
                        let at = rng.gen_range(0..bytes.len());
                        bytes[at] = rng.gen();
                    }
                }
                _ => {
                    let at = rng.gen_range(0..bytes.len() - 8);
                    let value: u8 = if rng.gen() { 0xff } else { 0 };
                    bytes[at..at + 8].fill(value);
                }
            }
            std::fs::write(&path, &bytes).expect("written");
            match import_nir(&path, &given()) {
                Ok(_) => read += 1,
                Err(e) => {
                    assert!(e.to_string().len() > 20, "{e}");
                    refused += 1;
                }
            }
        }
    }
    println!("{refused} refused, {read} still read");
    assert!(refused > 50);
}

fn given() -> ImportOptions {
    ImportOptions {
        dialect: Some(Dialect::SnnTorch),
        ..ImportOptions::default()
    }
}
