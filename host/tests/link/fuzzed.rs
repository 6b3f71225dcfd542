//! The functions of the fuzz targets (`fuzz/`) on a fixed corpus: good files, streams of commands, and what a
//! generator makes of them. The folder that FERROSPIKE_CORPUS names gets the corpus, for cargo fuzz to begin with.

#[path = "../../../fuzz/src/lib.rs"]
mod targets;

use crate::common::{image, random};
use ferrospike_host::link::frame::{Frame, Kind};
use rand::Rng;
use std::path::{Path, PathBuf};

const ROUNDS: usize = 150;

/// Changes bytes, cuts, and doubles parts.
fn mutated(good: &[u8], seed: u64) -> Vec<u8> {
    let mut random = random(seed);
    let mut bytes = good.to_vec();
    for _ in 0..random.gen_range(1..8) {
        let size = bytes.len().max(1);
        let at = random.gen_range(0..size);
        match random.gen_range(0..4) {
            0 => bytes.truncate(at),
            1 => bytes.extend_from_within(at.min(bytes.len())..),
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = random.gen();
                }
            }
        }
        bytes.truncate(1 << 20);
    }
    bytes
}

fn rounds(name: &str, target: fn(&[u8]), corpus: &[Vec<u8>]) {
    if let Some(folder) = std::env::var_os("FERROSPIKE_CORPUS") {
        let folder = Path::new(&folder).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        for (n, good) in corpus.iter().enumerate() {
            std::fs::write(folder.join(format!("good-{n}")), good).unwrap();
        }
    }
    for (n, good) in corpus.iter().enumerate() {
        target(good);
        for seed in 0..ROUNDS as u64 {
            target(&mutated(good, seed + 1000 * n as u64));
        }
    }
    target(&[]);
}

#[test]
fn frames_of_any_bytes() {
    let frame = |limit: Option<u16>| Frame {
        kind: if limit.is_some() {
            Kind::Room
        } else {
            Kind::Data
        },
        connection: 3,
        position: 7,
        acknowledge: 9,
        limit,
        payload: (0..200).collect(),
    };
    rounds(
        "frames",
        targets::frames,
        &[frame(None).encode(), frame(Some(5)).encode(), vec![1; 600]],
    );
}

#[test]
fn images_of_any_bytes() {
    let good = image(1).to_bytes().unwrap();
    rounds("image", targets::image, std::slice::from_ref(&good));
}

#[test]
fn files_of_any_bytes() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let file = |kind: u8, path: &str| {
        let mut bytes = vec![kind];
        bytes.extend(std::fs::read(Path::new(&root).join(path)).unwrap());
        bytes
    };
    // The description's size, itself, its arrays.
    let description = file(1, "tests/data/net.json");
    let size = (description.len() as u16 - 1).to_le_bytes();
    let mut described = [&[1], &size[..], &description[1..]].concat();
    described.extend(&file(0, "tests/data/net.npz")[1..]);
    let good = [
        file(0, "../examples/tiny/tiny.nir"),
        file(0, "tests/data/nir_paper/lif_rockpool.nir"),
        file(2, "../examples/tiny/tiny_test_100.npz"),
        b"\x030,1,1\n1,0,0\n".to_vec(),
        described,
        file(4, "tests/data/lava_dl/tiny.net"),
        file(5, "tests/data/encoders/colour.png"),
        file(6, "tests/data/encoders/chirp.wav"),
        b"\x07one\ttwo\n0.5\t1\n0.25\t2\n".to_vec(),
        file(8, "tests/data/encoders/arrays.npz"),
        file(9, "tests/data/encoders/data.nir"),
        file(10, "tests/data/encoders/events_none.aedat4"),
        file(10, "tests/data/encoders/events_lz4.aedat4"),
        file(10, "tests/data/encoders/events_zstd.aedat4"),
        file(11, "../examples/learning/digits_rule.json"),
    ];
    for (number, good) in good.iter().enumerate() {
        assert!(targets::importers(good), "file {number} was not understood");
    }
    let whole = file(0, "../examples/tiny/tiny.nir");
    let refused = [
        whole[..whole.len() / 2].to_vec(),
        b"\x01\x1a\0{\"format\": 1, \"nodes\": []}".to_vec(),
    ];
    for (number, refused) in refused.iter().enumerate() {
        assert!(!targets::importers(refused), "file {number} was understood");
    }
    let import = |data: &[u8]| {
        targets::importers(data);
    };
    rounds("importers", import, &[&good[..], &refused].concat());
}

#[test]
fn commands_of_any_bytes() {
    // Eight words of S: CLEAR of all state, SCAN of a row, REPORT of the membranes, END.
    let program = [
        5 | 3 << 4 | 16 << 48,
        0,
        1 | 1 << 4,
        7 | 1 << 48,
        4 | 2 << 4 | 16 << 48,
        0,
        0,
        0,
    ];
    let mut stream = vec![8];
    stream.extend(program.iter().flat_map(|long: &u64| long.to_le_bytes()));
    for (opcode, count, body) in [
        (0x51, 0, 0),
        (0x50, 0, 0),
        (0x20, 2, 0),
        (0x11, 3, 9),
        (0x21, 3, 0),
        (0x12, 3, 9),
        (0x13, 4, 4),
        (0x23, 4, 0),
        (0x30, 8, 4),
        (0x40, 4, 4),
        (0x10, 2, 16),
        (0x51, 0, 0),
    ] {
        stream.extend([opcode, 0, 0, 0, count, 0]);
        stream.extend((0..body).map(|n| n * 7));
    }
    let one = |opcode: u8| vec![0, opcode, 0, 0, 0, 255, 255, 1, 2, 3, 255, 255];
    let mut corpus = vec![stream];
    corpus.extend([0x10, 0x20, 0x30, 0x41, 0x50, 0x51, 0x99].map(one));
    // Both programs of the good stream run, and the one behind the write does not.
    let answered = targets::commands(&corpus[0]);
    let ends = answered
        .windows(3)
        .filter(|bytes| *bytes == [0x62, 0, 0])
        .count();
    assert!(
        ends >= 2 && answered.ends_with(&[0x7e, 6, 0, 0, 0]),
        "{answered:02x?}"
    );
    rounds("commands", |data| drop(targets::commands(data)), &corpus);
}
