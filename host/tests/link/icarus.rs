//! The simulator transport against stand-ins for the core.

use crate::common::bytes;
use ferrospike_host::transport::{
    Compiled, Core, Entry, Icarus, IcarusOptions, Preload, Transport, TransportError,
};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Sends every byte back; is not always ready.
const ECHO: &str = "
module ferrospike_bytes(input clock, input in_valid, input [7:0] in_data, output in_ready,
                        output out_valid, output [7:0] out_data, input out_ready);
  reg full = 0;
  reg [7:0] data = 0;
  assign in_ready = !full;
  assign out_valid = full;
  assign out_data = data;
  always @(posedge clock)
    if (in_valid && in_ready) begin full <= 1; data <= in_data; end
    else if (full && out_ready) full <= 0;
endmodule
";

/// Never ready.
const DEAF: &str = "
module ferrospike_bytes(input clock, input in_valid, input [7:0] in_data, output in_ready,
                        output out_valid, output [7:0] out_data, input out_ready);
  assign in_ready = 0;
  assign out_valid = 0;
  assign out_data = 0;
endmodule
";

/// Answers byte n with the highest lane of word n of its memory.
const LOOKUP: &str = "
module store(input clock, input [7:0] address, output reg [7:0] data);
  reg [31:0] words [0:255];
  always @(posedge clock) data <= words[address][31:24];
endmodule
module ferrospike_bytes(input clock, input in_valid, input [7:0] in_data, output in_ready,
                        output out_valid, output [7:0] out_data, input out_ready);
  reg valid = 0;
  assign in_ready = 1;
  assign out_valid = valid;
  store store(.clock(clock), .address(in_data), .data(out_data));
  always @(posedge clock) valid <= in_valid;
endmodule
";

const UART: &str = "
module ferrospike_uart(input clock, input rx, output tx);
  reg line = 1;
  assign tx = line;
  always @(posedge clock) line <= rx;
endmodule
";

fn compile(verilog: &str, entry: Entry, memory: &[&str]) -> Arc<Compiled> {
    let memory: Vec<String> = memory.iter().map(|&array| array.into()).collect();
    let compiled = Compiled::new(Core {
        verilog,
        entry,
        memory: &memory,
    })
    .unwrap();
    assert_eq!(compiled.warnings(), "");
    Arc::new(compiled)
}

/// Sends bytes, waits for them, and returns the clocks that it took.
fn echo(compiled: &Arc<Compiled>, data: &[u8]) -> u64 {
    let mut simulation = Icarus::start(compiled, IcarusOptions::default()).unwrap();
    let mut got = Vec::new();
    assert_eq!(simulation.read(&mut got, 100).unwrap(), 0);
    for part in data.chunks(3000) {
        simulation.write(part).unwrap();
        while simulation.read(&mut got, 30).unwrap() > 0 {}
    }
    assert!(got == data);
    simulation.clocks()
}

#[test]
fn bytes_come_back_the_same_way_every_time() {
    let mut data: Vec<u8> = (0..=255).collect();
    data.extend(bytes(20_000, 1));
    let compiled = compile(ECHO, Entry::Bytes, &[]);
    assert_eq!(echo(&compiled, &data), echo(&compiled, &data));
    data.truncate(400);
    for clocks_per_bit in [4, 8, 13] {
        let compiled = compile(UART, Entry::Uart { clocks_per_bit }, &[]);
        assert_eq!(echo(&compiled, &data), echo(&compiled, &data));
    }
}

#[test]
fn memories_are_preloaded() {
    let compiled = compile(LOOKUP, Entry::Bytes, &["store.words"]);
    let contents = bytes(200 * 4, 2);
    let preload = Some(Preload {
        bytes: &contents,
        lanes: 4,
    });
    let options = IcarusOptions {
        preload,
        ..Default::default()
    };
    let mut simulation = Icarus::start(&compiled, options).unwrap();
    let asked: Vec<u8> = (0..200).collect();
    simulation.write(&asked).unwrap();
    let mut got = Vec::new();
    while simulation.read(&mut got, 10).unwrap() > 0 {}
    let wanted: Vec<u8> = contents.chunks(4).map(|word| word[3]).collect();
    assert_eq!(got, wanted);
    let options = IcarusOptions {
        preload,
        ..Default::default()
    };
    let error = Icarus::start(&compile(ECHO, Entry::Bytes, &[]), options).unwrap_err();
    assert!(matches!(error, TransportError::Argument { .. }), "{error}");
}

/// Arrays have equal shares of a word: three cannot have them of four lanes.
#[test]
fn unequal_shares_are_refused() {
    let contents = bytes(8, 3);
    let preload = Preload {
        bytes: &contents,
        lanes: 4,
    };
    let compiled = compile(LOOKUP, Entry::Bytes, &["store.words"; 3]);
    let options = IcarusOptions {
        preload: Some(preload),
        ..Default::default()
    };
    let error = Icarus::start(&compiled, options).unwrap_err();
    assert!(matches!(error, TransportError::Argument { .. }), "{error}");
}

#[test]
fn waves_are_written() {
    let directory = tempfile::tempdir().unwrap();
    let compiled = compile(ECHO, Entry::Bytes, &[]);
    for name in ["a.vcd", "b.fst"] {
        let path = directory.path().join(name);
        let options = IcarusOptions {
            wave: Some(path.clone()),
            ..Default::default()
        };
        let mut simulation = Icarus::start(&compiled, options).unwrap();
        simulation.write(b"abc").unwrap();
        let mut got = Vec::new();
        while simulation.read(&mut got, 10).unwrap() > 0 {}
        assert_eq!(got, b"abc");
        drop(simulation);
        let head = std::fs::read(&path).unwrap();
        assert!(head.len() > 100, "{name}: {} bytes", head.len());
        assert_eq!(head.starts_with(b"$date"), name.ends_with("vcd"));
    }
}

#[test]
fn trouble_is_told_in_words() {
    let core = Core {
        verilog: "module nonsense",
        entry: Entry::Bytes,
        memory: &[],
    };
    let text = Compiled::new(core).unwrap_err().to_string();
    assert!(
        text.contains("core.v:1") && text.contains("error"),
        "{text}"
    );
    let mut deaf = Icarus::start(&compile(DEAF, Entry::Bytes, &[]), Default::default()).unwrap();
    let text = deaf.write(&[1]).unwrap_err().to_string();
    assert!(text.contains("has taken no byte for"), "{text}");
    let output = helper().env("PATH", "/nonexistent").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        text.contains("'iverilog' was not found. Install it:"),
        "{text}"
    );
}

/// True while a process runs (one that only waits to be collected does not).
fn runs(process: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit(')')
        .next()
        .and_then(|s| s.trim().chars().next())
        .is_some_and(|s| s != 'Z')
}

#[test]
fn no_simulator_is_left_after_drop() {
    let compiled = compile(ECHO, Entry::Bytes, &[]);
    let simulation = Icarus::start(&compiled, IcarusOptions::default()).unwrap();
    let process = simulation.process();
    assert!(runs(process));
    drop(simulation);
    assert!(!runs(process));
}

#[test]
fn no_simulator_is_left_after_the_host_is_killed() {
    let mut host = helper().stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(host.stdout.take().unwrap()).lines();
    let process: u32 = lines
        .map(|line| line.unwrap())
        .find_map(|line| line.split_once("process ")?.1.trim().parse().ok())
        .unwrap();
    assert!(runs(process));
    host.kill().unwrap();
    host.wait().unwrap();
    let start = Instant::now();
    while runs(process) && start.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(!runs(process));
}

/// This test program, told to run only `as_a_process_of_its_own`.
fn helper() -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let name = "icarus::as_a_process_of_its_own";
    command.args(["--exact", name, "--ignored", "--nocapture"]);
    command
}

#[test]
#[ignore = "started by other tests"]
fn as_a_process_of_its_own() {
    match Compiled::new(Core {
        verilog: ECHO,
        entry: Entry::Bytes,
        memory: &[],
    }) {
        Err(e) => println!("{e}"),
        Ok(compiled) => {
            let compiled = Arc::new(compiled);
            let mut simulation = Icarus::start(&compiled, IcarusOptions::default()).unwrap();
            println!("\nprocess {}", simulation.process());
            let start = Instant::now();
            while start.elapsed() < Duration::from_secs(60) {
                simulation.read(&mut Vec::new(), 10_000).unwrap();
            }
        }
    }
}
