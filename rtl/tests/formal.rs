//! Proofs about the emitted Verilog for all inputs and all times: the harnesses of `testbench/formal`, by Yosys.
//! `docs/proofs.md` lists them. Each is shown to see something: with a planted fault it fails.
//!
//! What takes long is ignored here; `scripts/proofs.sh` runs everything.

mod formal {
    pub mod arithmetic;
    pub mod buffers;
    pub mod codes;
    pub mod frames;
    pub mod lanes;
    pub mod sequencer;
    pub mod uart;
    pub mod watchdog;
}

use ferrospike_rtl::emit;
use ferrospike_testbench::formal::{Outcome, Proof};
use rust_hdl::prelude::*;

/// The emitted Verilog of a block, as the module `name`.
fn emitted<B: Block>(block: B, name: &str) -> String {
    let mut wrapped = TopWrap::new(block);
    wrapped.connect_all();
    emit::verilog(&wrapped.uut, name).expect("the block is emitted")
}

/// A harness of `testbench/formal`.
macro_rules! harness {
    ($name:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../testbench/formal/",
            $name,
            ".v"
        ))
    };
}
use harness;

/// A module of Yosys' models of an iCE40's cells, which it keeps beside itself.
fn ice40_model(name: &str) -> String {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let yosys = std::env::split_paths(&path).map(|folder| folder.join("yosys"));
    let yosys = yosys.filter_map(|file| file.canonicalize().ok()).next();
    let root = yosys.as_ref().and_then(|file| file.parent()?.parent());
    let file = root
        .expect("yosys is there")
        .join("share/yosys/ice40/cells_sim.v");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let (start, end) = (format!("module {name} ("), "endmodule\n");
    let from = text.find(&start).expect("the cell has a model");
    let length = text[from..].find(end).expect("it ends") + end.len();
    text[from..from + length].to_string()
}

/// Proves it, and prints how long that took.
fn prove(what: &str, proof: &Proof) {
    match proof.holds().expect("the solver runs") {
        Outcome::Holds(time) => println!(
            "proved: {what}, {:.1} s of processor time",
            time.as_secs_f64()
        ),
        Outcome::Fails(run) => panic!("{what} does not hold:\n{run}"),
        Outcome::Open(run) => panic!("{what} is not proved, nor does it fail at once:\n{run}"),
    }
}

/// With `to` in the place of `from` it fails within so many clocks: there is a run from the start that shows it.
fn refute(what: &str, proof: &Proof, from: &str, to: &str, clocks: usize) {
    let planted = proof.clone().planted(from, to).expect("a fault to plant");
    match planted.fails(clocks).expect("the solver runs") {
        Outcome::Fails(_) => println!("found: {what}, '{to}' for '{from}', by a run"),
        other => panic!("{what}: '{to}' for '{from}' goes unnoticed: {other:?}"),
    }
}

/// With `to` in the place of `from` the proof does not go through: there is a step, from a state in which all that is
/// asserted holds, that breaks it. For faults that show only after hundreds of clocks.
fn unsettle(what: &str, proof: &Proof, from: &str, to: &str) {
    let planted = proof.clone().planted(from, to).expect("a fault to plant");
    match planted.holds().expect("the solver runs") {
        Outcome::Holds(_) => panic!("{what}: '{to}' for '{from}' goes unnoticed"),
        _ => println!("found: {what}, '{to}' for '{from}', by a step"),
    }
}
