//! The cells of a netlist and what connects them, so that a cell can be found by what it does. Names of
//! cells come from synthesis and mean nothing.

use anyhow::{Context, Result};
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet, VecDeque};

/// A wire of one bit.
pub type Wire = u64;

/// How far a wire is from where a search began: flip-flops, then tables on the way.
pub type Distance = (usize, usize);

/// A cell and its wires; constants are left out.
#[derive(Debug)]
pub struct Cell<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its type.
    pub kind: &'a str,
    /// Its parameters.
    pub parameters: &'a Value,
    wires: HashMap<&'a str, Vec<Wire>>,
}

impl Cell<'_> {
    /// Wires at a port.
    pub fn wires(&self, port: &str) -> &[Wire] {
        self.wires.get(port).map_or(&[], Vec::as_slice)
    }

    /// The first wire at a port.
    pub fn wire(&self, port: &str) -> Option<Wire> {
        self.wires(port).first().copied()
    }

    /// A parameter, which is written in binary digits.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters[name].as_str()
    }

    /// Ports that data enter by, the port that they leave by, and what the way costs; none for cells that
    /// are no tables and no flip-flops.
    fn way(&self) -> Option<(&'static [&'static str], &'static str, Distance)> {
        match self.kind {
            "SB_LUT4" => Some((&["I0", "I1", "I2", "I3"], "O", (0, 1))),
            kind if kind.starts_with("SB_DFF") => Some((&["D"], "Q", (1, 0))),
            _ => None,
        }
    }
}

/// All cells.
#[derive(Debug)]
pub struct Graph<'a> {
    /// Cells, sorted by name.
    pub cells: Vec<Cell<'a>>,
}

impl<'a> Graph<'a> {
    /// The cells of a module in the JSON of Yosys.
    ///
    /// # Errors
    ///
    /// It has another form.
    pub fn new(cells: &'a Map<String, Value>) -> Result<Self> {
        let cell = |(name, cell): (&'a String, &'a Value)| {
            let connections = cell["connections"].as_object().context("no connections")?;
            let wires = connections.iter().map(|(port, bits)| {
                let bits = bits.as_array().into_iter().flatten();
                (port.as_str(), bits.filter_map(Value::as_u64).collect())
            });
            Ok(Cell {
                name,
                kind: cell["type"].as_str().context("no type")?,
                parameters: &cell["parameters"],
                wires: wires.collect(),
            })
        };
        let mut cells = cells.iter().map(cell).collect::<Result<Vec<_>>>()?;
        cells.sort_by_key(|cell| cell.name);
        Ok(Self { cells })
    }

    /// All cells of a type.
    pub fn of_type(&self, kind: &'static str) -> impl Iterator<Item = &Cell<'a>> {
        self.cells.iter().filter(move |cell| cell.kind == kind)
    }

    /// The wires that carry from one bit of an adder to the next.
    pub fn carries(&self) -> HashSet<Wire> {
        let cells = self.of_type("SB_CARRY");
        cells.filter_map(|cell| cell.wire("CO")).collect()
    }

    /// All ways of data through a cell, from wire to wire; carries are no data.
    pub fn ways(&self) -> Vec<(Wire, Wire, Distance)> {
        let (mut ways, carries) = (Vec::new(), self.carries());
        for cell in &self.cells {
            let Some((inputs, output, cost)) = cell.way() else {
                continue;
            };
            let Some(output) = cell.wire(output) else {
                continue;
            };
            let inputs = inputs.iter().filter_map(|port| cell.wire(port));
            let inputs = inputs.filter(|wire| !carries.contains(wire));
            ways.extend(inputs.map(|input| (input, output, cost)));
        }
        ways
    }
}

/// The shortest distances from some wires along ways.
pub fn distances(
    from: &[Wire],
    ways: &HashMap<Wire, Vec<(Wire, Distance)>>,
) -> HashMap<Wire, Distance> {
    let mut found: HashMap<Wire, Distance> = from.iter().map(|&wire| (wire, (0, 0))).collect();
    let mut open: VecDeque<Wire> = from.iter().copied().collect();
    while let Some(wire) = open.pop_front() {
        let (flip_flops, tables) = found[&wire];
        for &(next, cost) in ways.get(&wire).into_iter().flatten() {
            let distance = (flip_flops + cost.0, tables + cost.1);
            if found.get(&next).is_none_or(|&known| distance < known) {
                found.insert(next, distance);
                open.push_back(next);
            }
        }
    }
    found
}
