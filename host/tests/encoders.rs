//! `ferrospike encode`: files of every kind against spikes that `data/encoders/make.py` computed from the formulas, and
//! the same files damaged.

use ferrospike_host::sources::{open, Options};
use ndarray::{Array1, Array3};
use ndarray_npy::NpzReader;
use serde::Deserialize;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A case of `make.py`.
#[derive(Deserialize)]
struct Case {
    name: String,
    arguments: Vec<String>,
    steps: usize,
    inputs: usize,
    /// Bits of each sample, eight to a byte, the first the highest.
    spikes: Vec<String>,
    labels: Option<Vec<u8>>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/encoders")
}

fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(folder().join("cases.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

impl Case {
    fn bits(&self) -> Vec<Vec<u8>> {
        let bits = |hex: &String| {
            let bytes = (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16));
            let bits = bytes.flat_map(|byte| {
                let byte = byte.unwrap();
                (0..8).map(move |bit| byte >> (7 - bit) & 1)
            });
            bits.take(self.steps * self.inputs).collect()
        };
        self.spikes.iter().map(bits).collect()
    }

    fn encode(&self, to: &Path) -> Output {
        encode(&self.arguments, to)
    }
}

fn encode<S: AsRef<std::ffi::OsStr>>(arguments: &[S], to: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ferrospike"))
        .current_dir(folder())
        .arg("encode")
        .args(arguments)
        .arg("-o")
        .arg(to)
        .output()
        .unwrap()
}

/// Bits that differ; every bit of a sample that is of another size.
fn differing(wanted: &[Vec<u8>], got: &Array3<u8>) -> usize {
    let samples = wanted.iter().zip(got.outer_iter());
    let different =
        |(wanted, got): (&Vec<u8>, ndarray::ArrayView2<u8>)| match wanted.len() == got.len() {
            true => wanted
                .iter()
                .zip(got.iter())
                .filter(|(a, b)| a != b)
                .count(),
            false => wanted.len().max(got.len()),
        };
    samples.map(different).sum::<usize>() + wanted.len().abs_diff(got.shape()[0])
}

#[test]
fn spikes_are_those_of_the_formulas() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("out.npz");
    let all = cases();
    assert!(all.len() >= 26);
    let (mut bits, mut spikes) = (0, 0);
    for case in &all {
        let output = case.encode(&to);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {error}", case.name);
        let mut npz = NpzReader::new(File::open(&to).unwrap()).unwrap();
        let got: Array3<u8> = npz.by_name("spikes").unwrap();
        let shape = [case.spikes.len(), case.steps, case.inputs];
        assert_eq!(got.shape(), shape, "{}", case.name);
        let mut wanted = case.bits();
        assert_eq!(differing(&wanted, &got), 0, "{}", case.name);
        let labels: Option<Array1<u8>> = npz.by_name("labels").ok();
        assert_eq!(labels.map(|l| l.to_vec()), case.labels, "{}", case.name);
        bits += got.len();
        spikes += got.iter().map(|&b| usize::from(b)).sum::<usize>();
        // Planted: one bit that is wrong, in the middle.
        let middle = wanted[0].len() / 2;
        wanted[0][middle] ^= 1;
        assert_eq!(differing(&wanted, &got), 1, "{}", case.name);
    }
    // Silence would be equal to silence.
    assert!(bits > 16000 && spikes > 5500, "{spikes} of {bits}");
}

/// Another setting gives other spikes: the comparison sees every setting of an encoder.
#[test]
fn another_setting_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("out.npz");
    let all = cases();
    for (name, from, setting) in [
        ("delta", "delta:2,threshold=0.06", "delta:2,threshold=0.07"),
        ("rate", "rate:20,seed=7", "rate:20,seed=8"),
        (
            "population,shape=triangular,width=1.25",
            "population:9,fields=5,shape=triangular,width=1.25",
            "population:9,fields=5,shape=triangular,width=1.2",
        ),
        ("windows", "-3:3,-8.5:1", "-3:3,-8.5:2"),
        ("mel", "150", "160"),
        ("mel", "50", "49"),
        ("aedat4 lz4", "4000", "4001"),
        ("nir events", "0.002", "0.0021"),
    ] {
        let case = all.iter().find(|c| c.name == name).unwrap();
        let arguments = case
            .arguments
            .iter()
            .map(|a| if a == from { setting } else { a });
        let arguments: Vec<&str> = arguments.map(|a| a as &str).collect();
        assert!(arguments.contains(&setting), "{name}");
        let output = encode(&arguments, &to);
        assert!(output.status.success(), "{name}");
        let mut npz = NpzReader::new(File::open(&to).unwrap()).unwrap();
        let got: Array3<u8> = npz.by_name("spikes").unwrap();
        assert!(differing(&case.bits(), &got) > 0, "{name}: {setting}");
    }
}

/// Files that are cut anywhere, or have a byte that is another, are read or refused, and never more than that.
#[test]
fn damaged_files_are_refused() {
    let scratch = tempfile::tempdir().unwrap();
    let options = Options {
        node: Some("input".into()),
        array: Some("series".into()),
        ..Options::default()
    };
    let (mut refused, mut tried) = (0, 0);
    for file in [
        "grey.png",
        "colour.png",
        "table.csv",
        "chirp.wav",
        "arrays.npz",
        "data.nir",
        "events_none.aedat4",
        "events_lz4.aedat4",
        "events_zstd.aedat4",
    ] {
        let whole = std::fs::read(folder().join(file)).unwrap();
        let path = scratch.path().join(file);
        let mut attempt = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            tried += 1;
            if let Err(e) = open(&path, &options) {
                refused += 1;
                let told = e.to_string();
                assert!(told.contains(file) && told.len() < 2000, "{told}");
            }
        };
        attempt(&whole);
        for part in 0..24 {
            attempt(&whole[..whole.len() * part / 24]);
        }
        // Heads hold sizes and counts.
        let head = whole.len().min(96);
        let places = (0..head).chain((head..whole.len()).step_by(1 + whole.len() / 60));
        for place in places {
            for value in [0x00, 0x7f, 0xff] {
                let mut bytes = whole.clone();
                bytes[place] ^= value;
                if value != 0 || bytes[place] != 0 {
                    bytes[place] = if value == 0 { 0 } else { bytes[place] };
                    attempt(&bytes);
                }
            }
        }
    }
    assert!(refused > tried / 4, "{refused} of {tried} were refused");
}

#[test]
fn what_does_not_go_is_told_in_one_line() {
    let scratch = tempfile::tempdir().unwrap();
    let to = scratch.path().join("out.npz");
    let bomb = scratch.path().join("huge.png");
    // A picture of 2^31 - 1 by 2^31 - 1 pixels in 33 bytes.
    let mut png =
        b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\0\0\0\0".to_vec();
    png.extend([0x31, 0xa2, 0x54, 0xba]);
    std::fs::write(&bomb, png).unwrap();
    let nan = scratch.path().join("nan.csv");
    std::fs::write(&nan, "1,2\n3,nan\n").unwrap();
    let ragged = scratch.path().join("ragged.csv");
    std::fs::write(&ragged, "1,2\n3\n").unwrap();
    let name = |path: &Path| path.to_str().unwrap().to_string();
    for (arguments, words) in [
        (vec!["grey.png".into()], "say with --encoder"),
        (
            vec!["grey.png".into(), "--encoder".into(), "bias:9".into()],
            "import --encoder bias",
        ),
        (vec!["missing.png".into()], "cannot read"),
        (vec!["make.py".into()], "no kind of file"),
        (vec![name(&bomb)], "no whole PNG"),
        (vec![name(&nan)], "row 2, column 2 is 'nan'"),
        (vec![name(&ragged)], "as many fields"),
        (
            vec!["table.csv".into(), "--columns".into(), "c".into()],
            "none 'c'; it has time, a, b, class",
        ),
        (
            vec!["table.csv".into(), "--label-column".into(), "a".into()],
            "label is a whole number",
        ),
        (
            vec!["table.csv".into(), "--range".into(), "0:1,0:1".into()],
            "2 ranges were given for 4 channels",
        ),
        (
            vec!["table.csv".into(), "--window".into(), "61".into()],
            "windows of 61 make 0 samples of at most 60",
        ),
        (
            vec!["grey.png".into(), "--range".into(), "0:1".into()],
            "leave --range away",
        ),
        (
            vec![
                "grey.png".into(),
                "colour.png".into(),
                "--encoder".into(),
                "phase:2".into(),
            ],
            "--size",
        ),
        (
            vec!["grey.png".into(), "table.csv".into()],
            "different kinds",
        ),
        (
            vec![
                "grey.png".into(),
                "--encoder".into(),
                "phase:2".into(),
                "--labels".into(),
                "1,2".into(),
            ],
            "2 labels for 1",
        ),
        (
            vec!["chirp.wav".into(), "--filters".into(), "250".into()],
            "has no bin",
        ),
        (
            vec!["chirp.wav".into(), "--high".into(), "5000".into()],
            "half the rate, 4000 Hz",
        ),
        (
            vec!["chirp.wav".into(), "--hop".into(), "0".into()],
            "1 to 65536 samples",
        ),
        (
            vec!["arrays.npz".into(), "--array".into(), "x".into()],
            "no array 'x'",
        ),
        (vec!["data.nir".into()], "several observables"),
        (
            vec!["data.nir".into(), "--node".into(), "output".into()],
            "give --step",
        ),
        (
            vec![
                "data.nir".into(),
                "--node".into(),
                "input".into(),
                "--encoder".into(),
                "phase:1".into(),
            ],
            "leave --encoder phase:1 away",
        ),
        (
            vec!["events_lz4.aedat4".into(), "--step".into(), "0.5".into()],
            "whole number of microseconds",
        ),
        (
            vec!["events_lz4.aedat4".into(), "--sensor".into(), "2x2".into()],
            "outside the sensor of 2x2",
        ),
    ] {
        let arguments: Vec<String> = arguments;
        let output = encode(&arguments, &to);
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
        assert!(message.contains(words), "{arguments:?}: {message}");
        assert_eq!(message.trim_end().lines().count(), 1, "{message}");
        assert!(!to.exists());
    }
}

/// `frames` of a file that `run` takes go through the image's encoder, as `ferrospike encode` would have it; other types of
/// numbers are refused.
#[test]
fn a_run_encodes_frames() {
    use ferrospike_host::compile::{compile, CompileOptions};
    use ferrospike_host::data::Inputs;
    use ferrospike_host::encode::{Encoder, Frames};
    use ferrospike_host::import::{import_nir, ImportOptions};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("frames.npz");
    let values = Array3::from_shape_fn((2, 3, 49), |(s, f, c)| {
        (s * 9000 + f * 21000 + c * 400) as u16
    });
    let write = |write: &dyn Fn(&mut ndarray_npy::NpzWriter<File>)| {
        let mut npz = ndarray_npy::NpzWriter::new(File::create(&path).unwrap());
        write(&mut npz);
        npz.finish().unwrap();
    };
    write(&|npz| npz.add_array("frames", &values).unwrap());
    let options = ImportOptions {
        encoder: Some("latency:4".into()),
        ..Default::default()
    };
    let tiny = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/tiny/tiny.nir");
    let network = import_nir(&tiny, &options).unwrap().network;
    let options = CompileOptions::new(ferrospike_host::run::default_shape());
    let image = compile(&network, &options).unwrap().0;
    let inputs = Inputs::open(&path).unwrap();
    assert_eq!(inputs.count(), 2);
    let mut spikes = 0;
    for sample in 0..2 {
        let got = ferrospike_host::run::encode(&inputs, sample, &image).unwrap();
        let of = values.index_axis(ndarray::Axis(0), sample);
        let frames = Frames::new(u16::MAX, 49, of.iter().copied().collect()).unwrap();
        let encoder: Encoder = "latency:4".parse().unwrap();
        let wanted = encoder.encode(&frames, sample as u64).unwrap();
        assert_eq!((got.len(), wanted.steps), (12, 12));
        for (words, bits) in got.iter().zip(wanted.bits.chunks(49)) {
            for (input, &bit) in bits.iter().enumerate() {
                let on = ferrospike_host::board::spiked(&words[0], input, image.header.lanes);
                assert_eq!(on, bit == 1);
                spikes += usize::from(bit);
            }
        }
    }
    assert!(spikes > 200, "{spikes}");
    let refused = ferrospike_host::run::encode(&inputs, 2, &image).unwrap_err();
    assert!(refused.to_string().contains("has 2 samples"), "{refused}");
    write(&|npz| npz.add_array("frames", &values.mapv(i64::from)).unwrap());
    let refused = Inputs::open(&path).unwrap_err().to_string();
    assert!(
        refused.contains("unsigned numbers of 8 or 16 bits"),
        "{refused}"
    );
    write(&|npz| {
        npz.add_array("frames", &values).unwrap();
        npz.add_array("spikes", &values.mapv(|_| 0u8)).unwrap();
    });
    let refused = Inputs::open(&path).unwrap_err().to_string();
    assert!(
        refused.contains("several of 'images', 'frames' and 'spikes'"),
        "{refused}"
    );
}
