//! Damaged and hostile files: whatever they hold, the answer is a network, an input, an image, or an error in
//! words; no panic, no hang, no memory that the file does not account for. The same files every time. A quick share
//! runs with the other tests; `scripts/hostile.sh` runs 1,000 with a limit of memory.

use super::bench::data;
use ferrospike_host::data::Inputs;
use ferrospike_host::import::{import_file, Dialect, ImportOptions};
use ferrospike_model::image::Image;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Longest time for one file; good ones take some milliseconds.
const MOST: Duration = Duration::from_secs(10);

/// Files when nothing else is said.
const SHARE: usize = 96;

/// Good files to damage, by what reads them.
fn good() -> Vec<PathBuf> {
    let examples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples/tiny");
    let mut files: Vec<PathBuf> = [
        "snntorch_rleaky.nir",
        "primitives_108.nir",
        "primitives_104.nir",
        "norse_lif_nocomp.nir",
        "latest.nir",
        "conv_chain.nir",
        "net.json",
        "hostile/deep.json",
        "hostile/wide.json",
        "recorded.npz",
        "net.npz",
        "lava_dl/tiny.net",
    ]
    .map(data)
    .into();
    files.push(examples.join("tiny.nir"));
    files.push(examples.join("tiny_test_100.npz"));
    files
}

/// A damaged copy. Files with a checksum get a right one in every second round, so that what is behind it is met.
fn damage(rng: &mut ChaCha8Rng, good: &[u8], round: usize) -> Vec<u8> {
    let mut bytes = good.to_vec();
    let size = bytes.len();
    match round % 6 {
        0 => bytes.truncate(rng.gen_range(0..size)),
        1 => {
            for _ in 0..rng.gen_range(1..12) {
                let at = rng.gen_range(0..size);
                bytes[at] = rng.gen();
            }
        }
        2 => {
            let at = rng.gen_range(0..size.saturating_sub(8).max(1));
            let end = (at + 8).min(size);
            bytes[at..end].fill(if rng.gen() { 0xff } else { 0 });
        }
        // A piece of the file in another place of it: sizes and addresses that are plausible.
        3 => {
            let length = rng.gen_range(1..64.min(size).max(2));
            let (from, to) = (
                rng.gen_range(0..=size - length),
                rng.gen_range(0..=size - length),
            );
            bytes.copy_within(from..from + length, to);
        }
        // A number that is a little larger or much.
        4 => {
            let at = rng.gen_range(0..size.saturating_sub(4).max(1));
            let end = (at + 4).min(size);
            let mut word = [0; 4];
            word[..end - at].copy_from_slice(&bytes[at..end]);
            let value = u32::from_le_bytes(word);
            let other = match rng.gen_range(0..3) {
                0 => value.wrapping_add(1),
                1 => value.rotate_left(8),
                _ => value | 0x4000_0000,
            };
            bytes[at..end].copy_from_slice(&other.to_le_bytes()[..end - at]);
        }
        _ => {
            let at = rng.gen_range(0..size);
            let length = rng.gen_range(1..=(size - at).min(4096));
            bytes.drain(at..at + length);
        }
    }
    bytes
}

/// What a file came to.
#[derive(Default, Debug)]
struct Tally {
    read: usize,
    refused: usize,
}

impl Tally {
    fn count<T, E: std::fmt::Display>(&mut self, result: Result<T, E>) -> Option<T> {
        match result {
            Ok(value) => {
                self.read += 1;
                Some(value)
            }
            Err(e) => {
                assert!(e.to_string().len() > 20, "{e}");
                self.refused += 1;
                None
            }
        }
    }
}

fn read(path: &Path, tally: &mut Tally) {
    let extension = path.extension().map(|e| e.to_string_lossy().into_owned());
    let options = ImportOptions {
        dialect: Some(Dialect::Euler),
        dt: Some(1e-3),
        ..ImportOptions::default()
    };
    match extension.as_deref() {
        Some("npz") => drop(tally.count(Inputs::open(path))),
        _ => drop(tally.count(import_file(path, &options))),
    }
}

/// Runs an image's programs in the model, if it is one.
fn run(bytes: &[u8], tally: &mut Tally) {
    let Some(image) = tally.count(Image::from_bytes(bytes)) else {
        return;
    };
    let mut device = image
        .device(image.smallest_shape())
        .expect("a device for it");
    for entry in [image.header.clear_entry, image.header.step_entry] {
        let _ = device.run(entry);
    }
}

#[test]
fn damaged_files_are_read_or_refused() {
    let all = std::env::var("FERROSPIKE_HOSTILE").ok();
    let count = all.map_or(SHARE, |n| n.parse().expect("a number"));
    let folder = tempfile::tempdir().expect("folder");
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let mut tally = Tally::default();
    let goods: Vec<(PathBuf, Vec<u8>)> = good()
        .into_iter()
        .map(|path| (path.clone(), std::fs::read(&path).expect("file")))
        .collect();
    let image = image();
    let mut slowest = (Duration::ZERO, PathBuf::new());
    for round in 0..count {
        let started = Instant::now();
        let (kind, turn) = (round % (goods.len() + 1), round / (goods.len() + 1));
        let Some((path, bytes)) = goods.get(kind) else {
            let mut damaged = damage(&mut rng, &image, turn);
            if turn % 2 == 1 && damaged.len() > 4 {
                let body = damaged.len() - 4;
                let sum = ferrospike_model::image::CRC.checksum(&damaged[..body]);
                damaged[body..].copy_from_slice(&sum.to_le_bytes());
            }
            run(&damaged, &mut tally);
            assert!(started.elapsed() < MOST, "image, round {round}");
            continue;
        };
        let damaged = damage(&mut rng, bytes, turn);
        let name = path.file_name().expect("name");
        let place = folder.path().join(name);
        std::fs::write(&place, &damaged).expect("written");
        read(&place, &mut tally);
        if name == "net.npz" {
            // The arrays of a description that is whole.
            let whole = folder.path().join("net.json");
            std::fs::copy(data("net.json"), &whole).expect("copied");
            read(&whole, &mut tally);
        } else if name == "net.json" {
            std::fs::copy(data("net.npz"), folder.path().join("net.npz")).expect("copied");
            read(&place, &mut tally);
        }
        let took = started.elapsed();
        if took > slowest.0 {
            slowest = (took, path.clone());
        }
        if took >= MOST {
            let kept = std::env::temp_dir().join(format!("ferrospike-hostile-{round}"));
            std::fs::write(&kept, &damaged).expect("written");
            panic!(
                "{} took {took:?}; kept as {}",
                path.display(),
                kept.display()
            );
        }
    }
    println!(
        "{count} files ({}): {tally:?}, the slowest {slowest:?}",
        kinds(&goods, count)
    );
    assert!(
        tally.refused > count / 3 && tally.read > count / 20,
        "{tally:?}"
    );
}

/// How many files of each kind so many rounds damage.
fn kinds(goods: &[(PathBuf, Vec<u8>)], count: usize) -> String {
    let mut all = BTreeMap::<String, usize>::new();
    for round in 0..count {
        let path = goods.get(round % (goods.len() + 1)).map(|(path, _)| path);
        let kind = path
            .and_then(|p| p.extension())
            .map_or("image".into(), |e| e.to_string_lossy());
        *all.entry(kind.into_owned()).or_default() += 1;
    }
    let words: Vec<String> = all.iter().map(|(kind, n)| format!("{kind} {n}")).collect();
    words.join(", ")
}

/// The tiny example as an image.
fn image() -> Vec<u8> {
    let examples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples/tiny");
    let imported = import_file(&examples.join("tiny.nir"), &ImportOptions::default());
    let options = super::bench::options(8);
    let compiled = ferrospike_host::compile::compile(&imported.expect("imports").network, &options);
    compiled.expect("compiles").0.to_bytes().expect("bytes")
}
