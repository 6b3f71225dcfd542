//! What the tests of the link share: an interactive bench in Icarus, and frames as a host makes them.
#![allow(dead_code)]

use ferrospike_rtl::emit;
use ferrospike_testbench::{Icarus, Simulation};
use rust_hdl::prelude::*;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

/// The emitted Verilog of a block.
pub fn emitted<B: Block>(mut block: B, name: &str) -> String {
    block.connect_all();
    let text = emit::verilog(&block, name).expect("the block is emitted");
    // Small modules have the same names in every text; several texts meet in one bench.
    text.replace("register_", &format!("{name}_register_"))
}

/// CRC-32 of the `crc` crate, the one the protocol names.
pub fn crc32(bytes: &[u8]) -> u32 {
    crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC).checksum(bytes)
}

/// The bytes with their CRC, encoded, and with the end mark.
pub fn wire(body: &[u8]) -> Vec<u8> {
    let mut bytes = body.to_vec();
    bytes.extend(crc32(body).to_le_bytes());
    let mut bytes = cobs::encode_vec(&bytes);
    bytes.push(0);
    bytes
}

/// A frame from the host.
pub fn frame(kind: u8, connection: u8, position: u16, acknowledge: u16, payload: &[u8]) -> Vec<u8> {
    let mut body = vec![kind, connection];
    body.extend(position.to_le_bytes());
    body.extend(acknowledge.to_le_bytes());
    body.extend(payload);
    wire(&body)
}

/// The kind of frames with bytes of the stream.
pub const DATA: u8 = 2;

/// A frame from the device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub kind: u8,
    pub connection: u8,
    pub position: u16,
    pub acknowledge: u16,
    /// Not in DATA.
    pub limit: Option<u16>,
    pub payload: Vec<u8>,
}

/// Takes the bytes of the device apart; what remains of an incomplete frame stays in `bytes`.
pub fn answers(bytes: &mut Vec<u8>) -> Result<Vec<Answer>, String> {
    let mut found = Vec::new();
    while let Some(end) = bytes.iter().position(|&b| b == 0) {
        let encoded: Vec<u8> = bytes.drain(..=end).take(end).collect();
        let body = cobs::decode_vec(&encoded).map_err(|_| format!("bad COBS: {encoded:02x?}"))?;
        let has_limit = body.first() != Some(&DATA);
        let head = if has_limit { 8 } else { 6 };
        if body.len() < head + 4 || body.len() > head + 244 {
            return Err(format!("a frame of {} bytes", body.len()));
        }
        let (body, sum) = body.split_at(body.len() - 4);
        if crc32(body).to_le_bytes() != sum {
            return Err(format!("bad CRC: {body:02x?} {sum:02x?}"));
        }
        let word = |i: usize| u16::from_le_bytes([body[i], body[i + 1]]);
        found.push(Answer {
            kind: body[0],
            connection: body[1],
            position: word(2),
            acknowledge: word(4),
            limit: has_limit.then(|| word(6)),
            payload: body[head..].to_vec(),
        });
    }
    Ok(found)
}

/// A bench that reads commands ("number number" a line) and prints events ("letter hex" a line).
/// Command 4 is answered with `d`, and everything the earlier ones caused comes before it.
pub struct Interactive {
    vvp: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    pending: String,
    _simulation: Simulation,
}

impl Interactive {
    /// Compiles `bench` (module `bench`) with the sources and starts it.
    pub fn start(bench: &str, sources: &[&str]) -> Self {
        let mut icarus = Icarus::new("bench").source("bench.v", bench);
        for (index, source) in sources.iter().enumerate() {
            icarus = icarus.source(format!("part{index}.v"), source);
        }
        let simulation = icarus.compile().expect("Icarus compiles the bench");
        let mut vvp = simulation
            .command(&[])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("vvp starts");
        let input = vvp.stdin.take();
        let output = BufReader::new(vvp.stdout.take().expect("a pipe"));
        Self {
            vvp,
            input,
            output,
            pending: String::new(),
            _simulation: simulation,
        }
    }

    /// Queues a command.
    pub fn command(&mut self, operation: u32, argument: u32) {
        self.pending.push_str(&format!("{operation} {argument}\n"));
    }

    /// Runs the queued commands; the events are (letter, value), the last one `d`.
    pub fn events(&mut self) -> Vec<(char, u32)> {
        self.command(4, 0);
        let text = std::mem::take(&mut self.pending);
        let mut input = self.input.take().expect("a pipe");
        let writer = std::thread::spawn(move || {
            input.write_all(text.as_bytes()).expect("vvp reads");
            input.flush().expect("vvp reads");
            input
        });
        let mut events = Vec::new();
        let mut line = String::new();
        while events.last().map(|e: &(char, u32)| e.0) != Some('d') {
            line.clear();
            assert_ne!(
                self.output.read_line(&mut line).expect("vvp writes"),
                0,
                "vvp ended"
            );
            let (letter, value) = line.trim().split_once(' ').unwrap_or(("?", "0"));
            let value = u32::from_str_radix(value.trim(), 16)
                .unwrap_or_else(|_| panic!("the bench printed {line:?}"));
            events.push((letter.chars().next().unwrap_or('?'), value));
        }
        self.input = Some(writer.join().expect("the writer ends"));
        events
    }
}

impl Drop for Interactive {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.vvp.kill();
        let _ = self.vvp.wait();
    }
}
