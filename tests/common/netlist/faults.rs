//! Faults to plant into a netlist, each in one cell of the datapath.

use super::graph::{distances, Cell, Distance, Wire};
use super::Netlist;
use anyhow::{Context, Result};
use std::collections::{HashMap, HashSet};

/// A change of one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The cell.
    pub cell: String,
    /// What is wrong with it then, in words.
    pub what: &'static str,
    /// Its parameters that change, with their new values.
    pub parameters: Vec<(String, String)>,
}

impl Fault {
    /// A bit of an adder is inverted: the adder nearest between what a block RAM gives and what the same
    /// RAM takes, which is where a lane adds to a current.
    ///
    /// # Errors
    ///
    /// The netlist has no such adder.
    pub fn in_an_adder(netlist: &Netlist) -> Result<Self> {
        let graph = netlist.graph()?;
        let (mut onward, mut back) = (HashMap::new(), HashMap::new());
        for (from, to, cost) in graph.ways() {
            onward.entry(from).or_insert_with(Vec::new).push((to, cost));
            back.entry(to).or_insert_with(Vec::new).push((from, cost));
        }
        let carries = graph.carries();
        let tables = graph.of_type("SB_LUT4");
        let adders: Vec<&Cell> = tables.filter(|table| adds(table, &carries)).collect();
        let mut best: Option<(Distance, &Cell)> = None;
        for memory in graph.of_type("SB_RAM40_4K") {
            let given = distances(memory.wires("RDATA"), &onward);
            let taken = distances(memory.wires("WDATA"), &back);
            for adder in &adders {
                let sum = adder.wire("O");
                let ends = (
                    sum.and_then(|s| given.get(&s)),
                    sum.and_then(|s| taken.get(&s)),
                );
                let (Some(before), Some(after)) = ends else {
                    continue;
                };
                let distance = (before.0 + after.0, before.1 + after.1);
                if best.is_none_or(|(least, _)| distance < least) {
                    best = Some((distance, adder));
                }
            }
        }
        let (_, adder) = best.context("no adder is between the ports of a block RAM")?;
        let table = adder.parameter("LUT_INIT").context("a table is empty")?;
        let inverted = table.chars().map(|c| if c == '0' { '1' } else { '0' });
        Ok(Self {
            cell: adder.name.into(),
            what: "a bit of a sum is inverted",
            parameters: vec![("LUT_INIT".into(), inverted.collect())],
        })
    }

    /// A multiplier loses its product: both halves of its adder take their signs in place of it.
    ///
    /// # Errors
    ///
    /// The netlist has no multiplier.
    pub fn in_a_multiplier(netlist: &Netlist) -> Result<Self> {
        let graph = netlist.graph()?;
        let cell = graph.of_type("SB_MAC16").next();
        let input = |half: &str| (format!("{half}ADDSUB_LOWERINPUT"), "11".to_string());
        Ok(Self {
            cell: cell.context("the netlist has no multiplier")?.name.into(),
            what: "a product is lost",
            parameters: vec![input("TOP"), input("BOT")],
        })
    }
}

/// A table that is a bit of an adder: the carry into it inverts it whatever the other inputs are.
fn adds(table: &Cell, carries: &HashSet<Wire>) -> bool {
    let carried = table.wire("I3").is_some_and(|wire| carries.contains(&wire));
    let contents = table.parameter("LUT_INIT").unwrap_or("");
    let (with, without) = contents.split_at(contents.len() / 2);
    let inverted = |(a, b): (char, char)| a != b;
    carried && !with.is_empty() && with.chars().zip(without.chars()).all(inverted)
}
