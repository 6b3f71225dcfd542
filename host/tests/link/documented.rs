//! The exchange that `docs/protocol.md` shows, byte for byte, is what the device in Rust says.

use ferrospike_host::link::frame::{Decoder, Frame, Kind};
use ferrospike_host::link::status::VERSION;
use ferrospike_host::transport::{Emulator, EmulatorOptions, Transport};
use ferrospike_model::device::Shape;
use ferrospike_model::image::CRC;
use std::fmt::Write;

/// Bytes in a line.
const LINE: usize = 24;

fn hex(bytes: &[u8]) -> String {
    let bytes: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.join(" ")
}

fn show(text: &mut String, who: &str, note: &str, bytes: &[u8]) {
    writeln!(text, "{who}: {note}").unwrap();
    for line in bytes.chunks(LINE) {
        writeln!(text, "    {}", hex(line)).unwrap();
    }
}

/// A connection with a program of one operation: it runs, then S is written and it does not.
fn exchange() -> String {
    let mut device = Emulator::new(EmulatorOptions {
        shape: Shape {
            lanes: 8,
            synapse_words: 1024,
            groups: 64,
            history_words: 256,
        },
        receive_buffer: 1024,
        transmit_buffer: 512,
        board: "example".into(),
        ..EmulatorOptions::default()
    })
    .unwrap();
    let (mut text, mut decoder) = (String::new(), Decoder::new(true));
    let (mut position, mut expected) = (0, 0);
    // END, which advances t and marks the step.
    let program = 0x50u64.to_le_bytes();
    let load = [&[0x10, 0, 0, 0, 1, 0][..], &program].concat();
    let verify = [
        &[0x30, 0, 0, 0, 1, 0][..],
        &CRC.checksum(&program).to_le_bytes(),
    ]
    .concat();
    let step = [0x50, 0, 0, 0, 0, 0];
    for (kind, note, payload) in [
        (
            Kind::Connect,
            "CONNECT, connection 5, \"FS\", version 2",
            vec![b'F', b'S', VERSION],
        ),
        (
            Kind::Data,
            "DATA: write a word of S, verify it, run the program there",
            [&load[..], &verify, &step].concat(),
        ),
        (Kind::Data, "DATA without payload: an acknowledge", vec![]),
        (
            Kind::Data,
            "DATA: write the word again, run it without verifying it",
            [&load[..], &step].concat(),
        ),
        (Kind::Status, "STATUS: a question", vec![]),
    ] {
        let frame = Frame {
            kind,
            connection: 5,
            position,
            acknowledge: expected,
            limit: None,
            payload,
        };
        if kind == Kind::Data {
            position += frame.payload.len() as u16;
        }
        show(&mut text, "host", note, &frame.encode());
        device.write(&frame.encode()).unwrap();
        let mut answer = Vec::new();
        device.read(&mut answer, 0).unwrap();
        for wire in answer.split_inclusive(|&byte| byte == 0) {
            let frame = wire.iter().find_map(|&byte| decoder.feed(byte)).unwrap();
            let payload = hex(&frame.payload);
            let acknowledge = frame.acknowledge;
            let note = match (frame.kind, frame.limit) {
                (Kind::Status, Some(limit)) => {
                    format!("STATUS: {acknowledge} acknowledged, limit {limit}, and the block")
                }
                (Kind::Room, Some(limit)) => {
                    format!("ROOM: {acknowledge} acknowledged, limit {limit}; {payload}")
                }
                (Kind::Data, None) => format!("DATA: {acknowledge} acknowledged; {payload}"),
                other => panic!("{other:?}"),
            };
            expected = frame.position;
            if frame.kind != Kind::Status {
                expected += frame.payload.len() as u16;
            }
            show(&mut text, "device", &note, wire);
        }
    }
    text
}

#[test]
fn the_exchange_is_as_documented() {
    let exchange = exchange();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/protocol.md");
    let document = std::fs::read_to_string(path).unwrap();
    assert!(
        document.contains(&format!("```text\n{exchange}```\n")),
        "docs/protocol.md, section 5, should have:\n{exchange}"
    );
}
