//! The cells of a netlist, from Yosys' `stat -json`.

use super::error::BuildError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// Cells after synthesis.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Netlist {
    /// Lookup tables.
    pub luts: u64,
    /// Flip-flops.
    pub flip_flops: u64,
    /// Carry cells.
    pub carries: u64,
    /// All cells by the name that the family has for them.
    pub cells: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
struct Stat {
    design: Design,
}

#[derive(Deserialize)]
struct Design {
    num_cells_by_type: BTreeMap<String, u64>,
}

/// Reads what `stat -json` has written.
pub(super) fn read(path: &Path) -> Result<Netlist, BuildError> {
    let text = std::fs::read_to_string(path).map_err(|e| BuildError::file("read", path, e))?;
    parse(&text).map_err(|e| BuildError::file("understand", path, e))
}

fn parse(text: &str) -> Result<Netlist, serde_json::Error> {
    let stat: Stat = serde_json::from_str(text)?;
    let cells = stat.design.num_cells_by_type;
    let sum = |fits: &dyn Fn(&str) -> bool| {
        let found = cells.iter().filter(|(name, _)| fits(name));
        found.map(|(_, count)| count).sum()
    };
    Ok(Netlist {
        luts: sum(&|name| name.contains("LUT") && !name.starts_with("MUX")),
        flip_flops: sum(&|name| name.contains("DFF") || name == "TRELLIS_FF"),
        carries: sum(&|name| matches!(name, "SB_CARRY" | "CCU2C" | "ALU")),
        cells,
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn kinds_are_counted() {
        let text = r#"{"design": {"num_cells_by_type": {"SB_LUT4": 36, "SB_DFF": 40, "SB_DFFE": 2,
            "MUX2_LUT5": 7, "SB_CARRY": 20, "SB_RAM40_4K": 1}}}"#;
        let netlist = super::parse(text).unwrap();
        let counts = (netlist.luts, netlist.flip_flops, netlist.carries);
        assert_eq!(counts, (36, 42, 20));
        assert_eq!(netlist.cells["SB_RAM40_4K"], 1);
        assert!(super::parse("{}").is_err());
    }
}
