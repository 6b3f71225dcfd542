//! What the fuzz targets do with any bytes: each function takes them as a file or a wire would bring them, and must
//! return. `host/tests/link/fuzzed.rs` runs the same functions on a fixed corpus.

use ferrospike_host::data::Inputs;
use ferrospike_host::import::{import_file, Dialect, ImportOptions};
use ferrospike_host::link::frame::{Decoder, Frame, Kind, MAX_PAYLOAD};
use ferrospike_host::link::status::VERSION;
use ferrospike_host::link::Info;
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

/// A file of a network or of samples; the first byte says which kind.
pub fn importers(data: &[u8]) {
    let Some((kind, data)) = data.split_first() else {
        return;
    };
    let name = ["a.nir", "a.json", "a.npz", "a.csv", "a.net"][usize::from(kind % 5)];
    let Ok(folder) = tempfile::tempdir() else {
        return;
    };
    let path = folder.path().join(name);
    if std::fs::write(&path, data).is_err() {
        return;
    }
    if name.ends_with(".npz") || name.ends_with(".csv") {
        let _ = Inputs::open(&path);
        return;
    }
    let options = ImportOptions {
        dialect: Some(Dialect::Euler),
        dt: Some(1e-3),
        ..ImportOptions::default()
    };
    let _ = import_file(&path, &options);
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
