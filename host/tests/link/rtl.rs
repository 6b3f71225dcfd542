//! Exactly once, whatever the wire does, in the emitted Verilog: the link alone, with its two streams joined, and the
//! whole core at its UART's pins. More faults than here: `scripts/faults.sh`.

use crate::campaign::{cases, until, Extent, Kept, Tally};
use crate::common::bytes;
use crate::faults::{number, soak};
use ferrospike_host::board::BoardError;
use ferrospike_host::link::{Link, Options};
use ferrospike_host::run::{Simulator, Wire};
use ferrospike_host::transport::{
    Compiled, Core, Entry, Fault, Faults, Faulty, Icarus, IcarusOptions, Transport, TransportError,
};
use ferrospike_model::device::Shape;
use ferrospike_model::image::Image;
use ferrospike_rtl::emit;
use ferrospike_rtl::link::Link as Block;
use ferrospike_rtl::primitives::byte_ram::SmallMemories;
use rust_hdl::prelude::Block as _;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

/// The link with what it hands out put back, and a status block of 8 lanes and its buffers.
const JOINED: &str = "
module ferrospike_bytes(input clock, input in_valid, input [7:0] in_data, output in_ready,
                        output out_valid, output [7:0] out_data, input out_ready);
  wire stream_valid, put_ready, connect, link_error, status_read;
  wire [7:0] stream_data;
  wire [6:0] status_index;
  reg [7:0] status_data = 0;
  link joined (.clock(clock), .in_valid(in_valid), .in_data(in_data), .in_ready(in_ready),
    .out_valid(out_valid), .out_data(out_data), .out_ready(out_ready),
    .stream_valid(stream_valid), .stream_data(stream_data), .stream_ready(put_ready),
    .put_valid(stream_valid), .put_data(stream_data), .put_ready(put_ready), .connect(connect),
    .status_index(status_index), .status_data(status_data), .status_read(status_read),
    .link_error(link_error));
  always @(posedge clock)
    case (status_index)
      0: status_data <= 2;
      1: status_data <= 8;
      21: status_data <= 4;
      23: status_data <= 2;
      default: status_data <= 0;
    endcase
endmodule
";

/// The joined link; `change` may plant a fault in its Verilog.
fn joined(change: impl Fn(String) -> String) -> Arc<Compiled> {
    let mut block = Block::new(1024, 512, SmallMemories::Lookups);
    block.connect_all();
    let link = change(emit::verilog(&block, "link").expect("the link is emitted"));
    let core = Core {
        verilog: &format!("{link}\n{JOINED}"),
        entry: Entry::Bytes,
        memory: &[],
    };
    Arc::new(Compiled::new(core).expect("Icarus compiles the link"))
}

/// Byte times after which the joined link has answered whatever it was sent: it holds one frame and builds another.
const LINK_ANSWERS: u32 = 150;
/// The same for the core: its longest program and a CRC of all of S take less than half of it.
const CORE_ANSWERS: u32 = 1500;

/// A device has no timers: when it has said nothing for so long, and is told nothing, it stays as it is, so that the rest
/// of a wait passes without a simulation.
struct Timeless {
    icarus: Icarus,
    answers: u32,
    skipped: u64,
}

impl Timeless {
    fn new(icarus: Icarus, answers: u32) -> Self {
        Self {
            icarus,
            answers,
            skipped: 0,
        }
    }
}

impl Transport for Timeless {
    fn write(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        self.icarus.write(bytes)
    }
    fn read(&mut self, into: &mut Vec<u8>, wait: u32) -> Result<usize, TransportError> {
        let count = self.icarus.read(into, wait.min(self.answers))?;
        if count == 0 {
            self.skipped += u64::from(wait.saturating_sub(self.answers));
        }
        Ok(count)
    }
    fn now(&self) -> u64 {
        self.icarus.now() + self.skipped
    }
    fn describe(&self) -> String {
        self.icarus.describe()
    }
}

/// Sends bytes and gets them back.
fn echo(wire: &Rc<RefCell<Faulty<Timeless>>>, seed: u64) -> Result<Result<(), String>, BoardError> {
    let mut link = Link::connect(Kept::new(wire, 20_000_000), Options::default())?;
    let data = bytes(1500, seed);
    for part in data.chunks(700) {
        link.send(part)?;
    }
    let back = link.receive(data.len())?;
    link.flush()?;
    link.status()?;
    if back != data || link.available() > 0 {
        return Ok(Err("the bytes that came back differ".into()));
    }
    Ok(Ok(()))
}

/// Echoes over wires of three rates of faults, until there were so many or something is wrong.
fn echoes(compiled: &Arc<Compiled>, faults: u64) -> Tally {
    let mut tally = Tally::default();
    for (seed, rate) in [(1, 2e-3), (2, 4e-3), (3, 8e-3)] {
        let icarus = Icarus::start(compiled, IcarusOptions::default()).unwrap();
        let device = Timeless::new(icarus, LINK_ANSWERS);
        let wire = Rc::new(RefCell::new(Faulty::new(device, Faults::all(rate), seed)));
        let mut number = 0;
        while wire.borrow().injected() < faults.div_ceil(3) && tally.wrong.is_empty() {
            tally.note(number, echo(&wire, number));
            number += 1;
        }
        tally.faults.add(&wire.borrow().counts());
    }
    tally
}

#[test]
fn the_link_in_verilog_carries_each_byte_once() {
    let faults = number("FERROSPIKE_LINK_FAULTS", 2000);
    let start = Instant::now();
    let tally = echoes(&joined(|text| text), faults);
    tally.print("the link in Verilog");
    println!("  {:.0} s", start.elapsed().as_secs_f64());
    assert!(tally.wrong.is_empty(), "{:?}", tally.wrong);
    assert!(tally.hangs.is_empty(), "{:?}", tally.hangs);
    assert!(tally.equal > 0 && tally.faults.total() >= faults);
}

/// The test above sees a link that takes damaged frames, or frames twice.
#[test]
fn a_link_in_verilog_without_a_part_is_found() {
    for (from, to) in [
        ("good = crc_good & ~decoder_error", "good = ~decoder_error"),
        ("accept_new = in_order_q & ", "accept_new = "),
    ] {
        let compiled = joined(|text| {
            assert!(text.contains(from), "the Verilog has no '{from}'");
            text.replace(from, to)
        });
        let tally = echoes(&compiled, 2000);
        assert!(!tally.wrong.is_empty(), "{to} was not noticed");
    }
}

/// Faults at the core's pins beside the other tests.
const FEW: u64 = 40;

/// The simulated board, which can be reset.
struct Simulated {
    simulator: Simulator,
    device: Timeless,
    before: u64,
}

impl Simulated {
    fn new(image: &Image) -> Self {
        let shape = Shape {
            groups: 16,
            history_words: 256,
            synapse_words: 1024,
            ..image.smallest_shape()
        };
        let simulator = Simulator::new(Wire::Uart, shape).unwrap();
        let icarus = simulator.start(Some(image)).unwrap();
        Self {
            simulator,
            device: Timeless::new(icarus, CORE_ANSWERS),
            before: 0,
        }
    }

    fn reset(&mut self) -> Result<(), TransportError> {
        self.before += self.device.now();
        self.device = Timeless::new(self.simulator.start(None)?, CORE_ANSWERS);
        Ok(())
    }
}

impl Transport for Simulated {
    fn write(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        self.device.write(bytes)
    }
    fn read(&mut self, into: &mut Vec<u8>, wait: u32) -> Result<usize, TransportError> {
        self.device.read(into, wait)
    }
    fn now(&self) -> u64 {
        self.before + self.device.now()
    }
    fn describe(&self) -> String {
        self.device.describe()
    }
}

/// `scripts/soak.sh` runs more steps.
#[test]
fn a_long_run_of_the_core_loses_nothing() {
    let image = cases(1, 3)[2].image.clone();
    let shape = Shape {
        groups: 16,
        history_words: 256,
        synapse_words: 1024,
        ..image.smallest_shape()
    };
    let core = Simulator::new(Wire::Bytes, shape)
        .unwrap()
        .start(Some(&image));
    let count = number("FERROSPIKE_CORE_SOAK", 200) as usize;
    soak(core.unwrap(), &image, count);
}

#[test]
fn the_core_at_its_pins_runs_right_or_says_why_not() {
    let faults = number("FERROSPIKE_CORE_FAULTS", FEW);
    let start = Instant::now();
    let mut tally = Tally::default();
    // Loading takes long in a simulation; a few runs do with the image that is there.
    let (cases, rates) = match faults {
        0..=FEW => (cases(6, 1), Faults::all(1e-2)),
        _ => (
            cases(10, 4),
            Faults {
                reset: 4e-5,
                ..Faults::all(1e-2)
            },
        ),
    };
    let device = Simulated::new(&cases[0].image);
    let wire = Faulty::with_reset(device, rates, 5, Simulated::reset);
    let extent = Extent {
        read_back: 64,
        most: 2_000_000,
    };
    until(wire, &cases, faults, extent, &mut tally);
    tally.print("the core at its UART's pins");
    println!("  {:.0} s", start.elapsed().as_secs_f64());
    assert!(tally.wrong.is_empty(), "{:?}", tally.wrong);
    assert!(tally.hangs.is_empty(), "{:?}", tally.hangs);
    assert!(tally.equal > 0);
    // Of the rarest kind eight are expected among 2,000.
    for kind in Fault::ALL.into_iter().filter(|_| faults >= 2000) {
        assert!(tally.faults.of(kind) > 0, "no {} occurred", kind.name());
    }
}
