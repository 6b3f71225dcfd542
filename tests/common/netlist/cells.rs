//! Models of the cells of a netlist: the synthesiser's own for all that compute or keep something, and the
//! stand-ins of the benches for PLLs, which are no logic.

use anyhow::{Context, Result};
use ferrospike_host::build::Tools;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What the models of cells keep and leave unknown until the design writes it, besides the words of SPRAM.
/// Flip-flops are not here: theirs is 0, as in the chip.
pub const UNKNOWN_AT_START: [(&str, &[&str]); 3] = [
    ("SB_RAM40_4K", &["RDATA_I"]),
    ("SB_SPRAM256KA", &["DATAOUT"]),
    (
        "SB_MAC16",
        &[
            "rA", "rB", "rC", "rD", "rF", "rG", "rH", "rJ", "rK", "rQ", "rS",
        ],
    ),
];

/// What is any value in the chip, and in the models unknown or one value: a cell, a text of its model, and
/// the text in its place. Of a word of block RAM that is read in the clock in which it is written, that is
/// so for the bits that are written.
const ANY_VALUE: [(&str, &str, &str); 2] = [
    ("SB_SPRAM256KA", "DATAOUT <= 16'bx", "DATAOUT <= $random"),
    (
        "SB_RAM40_4K",
        "RDATA_I <= memory[RADDR[7:0]] & ~RMASK_I;",
        "RDATA_I <= (memory[RADDR[7:0]] ^ (WE && WCLKE && WADDR[7:0] == RADDR[7:0] ? \
         $random & ~WMASK_I : 16'd0)) & ~RMASK_I;",
    ),
];

const STUBS: &str = include_str!("../../../testbench/verilog/board_stubs.v");

/// The file of Yosys with its models of iCE40 cells; Yosys keeps it beside itself.
fn models_file(tools: &Tools) -> Result<PathBuf> {
    let program = tools.locate("yosys")?;
    let program = program.canonicalize().unwrap_or(program);
    let root = program.parent().and_then(|bin| bin.parent());
    let file = root
        .context("yosys is in no folder")?
        .join("share/yosys/ice40/cells_sim.v");
    anyhow::ensure!(
        file.is_file(),
        "'{}' was not found: the netlist is simulated with Yosys' own models of the iCE40's cells, \
         which its package installs there",
        file.display()
    );
    Ok(file)
}

/// Verilog of the cells of these types.
///
/// Modules are taken one by one: Yosys has empty ones for PLLs, and the stand-ins have other modules
/// too. What is before the first module of Yosys' file are its macros, which go along, and a time scale,
/// which does not: no model here has a delay, and the benches have no time scale.
pub fn models<'a>(types: impl Iterator<Item = &'a String>, tools: &Tools) -> Result<String> {
    let file = models_file(tools)?;
    let text = std::fs::read_to_string(&file)
        .with_context(|| format!("cannot read '{}'", file.display()))?;
    let macros = text.lines().take_while(|line| !line.starts_with("module "));
    // With default values at ports, the file is not Verilog-2005.
    let mut verilog = String::from("`define NO_ICE40_DEFAULT_ASSIGNMENTS\n");
    for line in macros.filter(|line| !line.starts_with("`timescale")) {
        verilog += line;
        verilog.push('\n');
    }
    let (own, stubs) = (modules(&text), modules(STUBS));
    for name in types {
        let stub = name.contains("PLL");
        let source = if stub { &stubs } else { &own };
        let model = source
            .get(name.as_str())
            .with_context(|| format!("there is no model of the cell {name}"))?;
        let mut model = model.clone();
        for (_, from, to) in ANY_VALUE.iter().filter(|(cell, ..)| cell == name) {
            anyhow::ensure!(model.contains(from), "the model of {name} has no '{from}'");
            model = model.replace(from, to);
        }
        verilog += &model;
    }
    verilog += stubs.get("stub_lock").context("there is no stub_lock")?;
    Ok(verilog)
}

/// The modules of a Verilog text by their names.
fn modules(text: &str) -> BTreeMap<&str, String> {
    let mut found = BTreeMap::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(rest) = line.strip_prefix("module ") else {
            continue;
        };
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
        let name = &rest[..end.unwrap_or(rest.len())];
        let mut module = String::from(line) + "\n";
        for line in lines.by_ref() {
            module += line;
            module.push('\n');
            if line.starts_with("endmodule") {
                break;
            }
        }
        found.insert(name, module);
    }
    found
}
