//! What the fuzz targets do with any bytes: each function takes them as a file or a wire would bring them, and must
//! return. `host/tests/link/fuzzed.rs` runs the same functions on a fixed corpus.

use ferrospike_host::data::Inputs;
use ferrospike_host::import::{import_file, Dialect, ImportOptions};
use ferrospike_host::learning::Rule;
use ferrospike_host::link::frame::{Decoder, Frame, Kind, MAX_PAYLOAD};
use ferrospike_host::link::status::VERSION;
use ferrospike_host::link::Info;
use ferrospike_host::sources;
use ferrospike_host::transport::{Emulator, EmulatorOptions, Transport};
use ferrospike_model::device::Shape;
use ferrospike_model::image::{Image, CRC};

/// Bytes that arrive, from either side: a frame that is found is what its encoding says.
pub fn frames(data: &[u8]) {
    for from_device in [false, true] {
        let mut decoder = Decoder::new(from_device);
        for frame in data.iter().filter_map(|&byte| decoder.feed(byte)) {
            let again = frame.encode();
            let body = again.split_last().map_or(&[][..], |(_, body)| body);
            assert_eq!(Frame::decode(body, from_device).as_ref(), Some(&frame));
            let _ = Info::decode(&frame.payload);
        }
    }
    let _ = Info::decode(data);
}

/// Work after which the model gives up a program: enough to come to its end, or to see that it has none.
const WORK: u64 = 1 << 16;

/// An image file, and what it would be with the right checksum; if it is one, its programs run in the model.
pub fn image(data: &[u8]) {
    image_file(data);
    if let Some((body, _)) = data.split_last_chunk::<4>() {
        let mut right = body.to_vec();
        right.extend(CRC.checksum(body).to_le_bytes());
        image_file(&right);
    }
}

fn image_file(data: &[u8]) {
    let Ok(image) = Image::from_bytes(data) else {
        return;
    };
    let Ok(mut device) = image.device(image.smallest_shape()) else {
        return;
    };
    device.work_limit = WORK;
    for entry in [image.header.clear_entry, image.header.step_entry] {
        let _ = device.run(entry);
    }
}

/// Files of networks, of samples, of other programs' samples, and rules of learning.
const FILES: [&str; 12] = [
    "a.nir", "a.json", "a.npz", "a.csv", "a.net", "a.png", "a.wav", "a.tsv", "b.npz", "b.nir",
    "a.aedat4", "a.rule",
];

/// A file; the first byte says of which kind. A description in JSON has its size in front, and its arrays behind it.
/// True if it was understood.
pub fn importers(data: &[u8]) -> bool {
    let Some((kind, mut data)) = data.split_first() else {
        return false;
    };
    let name = FILES[usize::from(*kind) % FILES.len()];
    let Ok(folder) = tempfile::tempdir() else {
        return false;
    };
    if name == "a.json" {
        let Some((size, rest)) = data.split_first_chunk() else {
            return false;
        };
        let (json, arrays) = rest.split_at(rest.len().min(u16::from_le_bytes(*size).into()));
        data = json;
        if std::fs::write(folder.path().join("net.npz"), arrays).is_err() {
            return false;
        }
    }
    let path = folder.path().join(name);
    if std::fs::write(&path, data).is_err() {
        return false;
    }
    match name {
        "a.npz" | "a.csv" => Inputs::open(&path).is_ok(),
        "a.nir" | "a.json" | "a.net" => {
            let options = ImportOptions {
                dialect: (name == "a.nir").then_some(Dialect::Euler),
                dt: Some(1e-3),
                ..ImportOptions::default()
            };
            import_file(&path, &options).is_ok()
        }
        "a.rule" => Rule::open(&path).is_ok(),
        "b.nir" => {
            let grid = sources::Options {
                node: Some("input".into()),
                ..sources::Options::default()
            };
            let events = sources::Options {
                observable: Some("events".into()),
                step: Some(0.002),
                ..sources::Options::default()
            };
            let read = [grid, events].map(|options| sources::open(&path, &options).is_ok());
            read == [true; 2]
        }
        _ => {
            let options = sources::Options {
                step: name.ends_with("aedat4").then_some(1000.0),
                ..sources::Options::default()
            };
            sources::open(&path, &options).is_ok()
        }
    }
}

/// Words of S, verified, that a command stream begins with: so many as its first byte says, if S has room for them.
fn loaded(data: &[u8]) -> Vec<u8> {
    let Some((&words, rest)) = data.split_first() else {
        return Vec::new();
    };
    let Some((s, rest)) = rest.split_at_checked(usize::from(words) * LANES) else {
        return rest.to_vec();
    };
    if usize::from(words) > WORDS {
        return rest.to_vec();
    }
    let mut stream = vec![0x10, 0, 0, 0, words, 0];
    stream.extend(s);
    stream.extend([0x30, 0, 0, 0, words, 0]);
    if words > 0 {
        stream.extend(CRC.checksum(s).to_le_bytes());
    }
    stream.extend(rest);
    stream
}

/// Lanes and words of S of the device whose commands are fuzzed.
const LANES: usize = 8;
const WORDS: usize = 64;

/// A program and a command stream, in frames that the device takes; what it answers are frames. Returns their bytes.
pub fn commands(data: &[u8]) -> Vec<u8> {
    let data = &loaded(data)[..];
    let options = EmulatorOptions {
        shape: Shape {
            lanes: LANES,
            synapse_words: WORDS,
            groups: 2,
            history_words: 16,
        },
        receive_buffer: 1024,
        transmit_buffer: 512,
        ..EmulatorOptions::default()
    };
    let Ok(mut device) = Emulator::new(options) else {
        return Vec::new();
    };
    device.device_mut().work_limit = WORK;
    let mut frame = Frame {
        kind: Kind::Connect,
        connection: 1,
        position: 0,
        acknowledge: 0,
        limit: None,
        payload: vec![b'F', b'S', VERSION],
    };
    let mut decoder = Decoder::new(true);
    let mut exchange = |frame: &Frame| {
        let mut answer = Vec::new();
        if device.write(&frame.encode()).is_ok() {
            let _ = device.read(&mut answer, 0);
        }
        let frames: Vec<Frame> = answer
            .iter()
            .filter_map(|&byte| decoder.feed(byte))
            .collect();
        assert_eq!(decoder.errors, 0);
        frames
    };
    exchange(&frame);
    let (mut sent, mut turns) = (0, 0);
    let mut answered = Vec::new();
    while sent < data.len() && turns < 64 {
        turns += 1;
        frame.kind = Kind::Data;
        frame.position = sent as u16;
        frame.payload = data[sent..].iter().copied().take(MAX_PAYLOAD).collect();
        let answers = exchange(&frame);
        answered.extend(
            answers
                .iter()
                .flat_map(|frame| frame.payload.iter().copied()),
        );
        if let Some(answer) = answers.last() {
            let taken = answer.acknowledge.wrapping_sub(sent as u16);
            sent += usize::from(taken);
            frame.acknowledge = answer.position.wrapping_add(answer.payload.len() as u16);
        }
    }
    answered
}
