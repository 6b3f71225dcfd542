//! What nextpnr says of a placed design: its report, or its log if it gave up.

use super::error::BuildError;
use super::report::Cell;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// Cells, clock and critical path of one seed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Placement {
    /// Cells of each kind, those that are not used left out.
    pub cells: Vec<Cell>,
    /// Highest clock in Hz; none if the design was not routed.
    pub achieved_hz: Option<f64>,
    /// The path that limits it.
    pub critical_path: Option<CriticalPath>,
}

/// The longest path between two flip-flops.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CriticalPath {
    /// Cell and port at which it begins.
    pub from: String,
    /// Cell and port at which it ends.
    pub to: String,
    /// All of it.
    pub delay_ns: f64,
    /// The part in cells.
    pub logic_ns: f64,
    /// The part between them.
    pub routing_ns: f64,
    /// Lookups and entries into carry chains between the two.
    pub levels: usize,
    /// Its pieces in order: delay, kind (clk-to-q, routing, logic, setup), net or cell. The short ones in
    /// carry chains and fixed connections are left out.
    pub steps: Vec<String>,
}

/// Delay of a piece that is worth telling, in nanoseconds.
const SHORT_NS: f64 = 0.1;

/// Most characters of a name: those of synthesis grow with each of its steps.
const NAME_CHARACTERS: usize = 80;

#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    critical_paths: Vec<RawPath>,
    fmax: BTreeMap<String, RawClock>,
    utilization: BTreeMap<String, RawCells>,
}

#[derive(Deserialize)]
struct RawClock {
    achieved: f64,
}

#[derive(Deserialize)]
struct RawCells {
    used: u64,
    available: u64,
}

#[derive(Deserialize)]
struct RawPath {
    from: String,
    to: String,
    path: Vec<RawStep>,
}

#[derive(Deserialize)]
struct RawStep {
    delay: f64,
    #[serde(rename = "type")]
    kind: String,
    net: Option<String>,
    from: RawPlace,
    to: RawPlace,
}

#[derive(Deserialize)]
struct RawPlace {
    cell: String,
    port: String,
}

impl Placement {
    /// Reads nextpnr's report.
    pub(super) fn read(path: &Path) -> Result<Self, BuildError> {
        let text = std::fs::read_to_string(path).map_err(|e| BuildError::file("read", path, e))?;
        Self::parse(&text).map_err(|e| BuildError::file("understand", path, e))
    }

    /// Understands nextpnr's report.
    ///
    /// # Errors
    ///
    /// Text that is no such report.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let raw: Raw = serde_json::from_str(text)?;
        let cells = raw.utilization.into_iter();
        // The slowest clock counts; all flip-flops of the design have the same one.
        let slowest = raw
            .fmax
            .iter()
            .min_by(|a, b| a.1.achieved.total_cmp(&b.1.achieved));
        let clock = slowest.map(|(name, _)| format!("posedge {name}"));
        let critical = raw.critical_paths.into_iter();
        let inside = |path: &RawPath| Some(&path.from) == clock.as_ref() && path.from == path.to;
        Ok(Self {
            cells: used(cells.map(|(name, n)| (name, n.used, n.available))),
            achieved_hz: slowest.map(|(_, clock)| clock.achieved * 1e6),
            critical_path: critical.into_iter().find(inside).and_then(summary),
        })
    }

    /// Cells from the log of a nextpnr that gave up: `Info:  ICESTORM_LC:  9804/ 7680   127%`.
    pub fn from_log(log: &str) -> Self {
        let lines = log.lines().filter_map(|line| {
            let mut parts = line.strip_prefix("Info:")?.split(':');
            let (name, numbers, None) = (parts.next()?.trim(), parts.next()?, parts.next()) else {
                return None;
            };
            // Sums, as "Total LUT4s", are no kind of cell.
            if name.contains(' ') {
                return None;
            }
            let (used, rest) = numbers.split_once('/')?;
            let available = rest.split_whitespace().next()?;
            Some((
                name.to_string(),
                used.trim().parse().ok()?,
                available.parse().ok()?,
            ))
        });
        Self {
            cells: used(lines),
            ..Self::default()
        }
    }
}

fn used(cells: impl Iterator<Item = (String, u64, u64)>) -> Vec<Cell> {
    // Cells that nextpnr uses for itself have no places, or are constants and the start signal of Gowin.
    let real = |name: &str| !matches!(name, "VCC" | "GND" | "GSR");
    let cells = cells.filter(|(name, used, available)| *used > 0 && *available > 0 && real(name));
    cells
        .map(|(name, used, available)| Cell::new(&name, used, available))
        .collect()
}

fn summary(path: RawPath) -> Option<CriticalPath> {
    let place = |place: &RawPlace| format!("{}.{}", short(&place.cell), place.port);
    let told = |step: &&RawStep| step.delay >= SHORT_NS;
    let (first, last) = (path.path.first()?, path.path.last()?);
    let (from, to) = (place(&first.from), place(&last.to));
    let routed = |step: &&RawStep| step.kind == "routing";
    let delay_ns = path.path.iter().map(|step| step.delay).sum();
    let routing_ns: f64 = path.path.iter().filter(routed).map(|step| step.delay).sum();
    Some(CriticalPath {
        from,
        to,
        delay_ns,
        logic_ns: delay_ns - routing_ns,
        routing_ns,
        levels: path
            .path
            .iter()
            .filter(|step| told(step) && step.kind == "logic")
            .count(),
        steps: path.path.iter().filter(told).map(step).collect(),
    })
}

fn step(step: &RawStep) -> String {
    let name = step.net.as_ref().unwrap_or(&step.from.cell);
    format!("{:.3} ns {} {}", step.delay, step.kind, short(name))
}

fn short(name: &str) -> String {
    let mut text: String = name.chars().take(NAME_CHARACTERS).collect();
    if text.len() < name.len() {
        text += "...";
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report() {
        let text = include_str!("../../tests/nextpnr/report.json");
        let placement = Placement::parse(text).unwrap();
        let cell = placement
            .cells
            .iter()
            .find(|c| c.name == "ICESTORM_LC")
            .unwrap();
        assert_eq!((cell.used, cell.available), (57, 7680));
        assert!(placement.cells.iter().all(|cell| cell.used > 0));
        assert_eq!(placement.achieved_hz.unwrap().round(), 210_970_474.0);
        let path = placement.critical_path.unwrap();
        assert!((1000.0 / path.delay_ns - 210.97).abs() < 0.5, "{path:?}");
        assert!(path.levels > 0 && path.logic_ns > 0.0 && path.routing_ns > 0.0);
        for broken in ["", "{}", "{\"fmax\": 1}"] {
            assert!(Placement::parse(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn reports_of_the_other_families() {
        let ecp5 = include_str!("../../tests/nextpnr/ecp5.json");
        let gowin = include_str!("../../tests/nextpnr/gowin.json");
        for (text, name, used, available, megahertz) in [
            (ecp5, "TRELLIS_COMB", 9460, 24288, 51.459),
            (ecp5, "DP16KD", 52, 56, 51.459),
            (gowin, "LUT4", 5925, 8640, 56.693),
            (gowin, "BSRAM", 21, 26, 56.693),
        ] {
            let placement = Placement::parse(text).unwrap();
            let cell = placement.cells.iter().find(|cell| cell.name == name);
            assert_eq!(cell, Some(&Cell::new(name, used, available)));
            let unreal = |cell: &Cell| ["DUMMY_CELL", "GND", "GSR", "VCC"].contains(&&*cell.name);
            assert!(!placement.cells.iter().any(unreal));
            assert!((placement.achieved_hz.unwrap() / 1e6 - megahertz).abs() < 0.001);
            let path = placement.critical_path.unwrap();
            assert!((1000.0 / path.delay_ns - megahertz).abs() < 0.1, "{path:?}");
            assert!(path.levels > 0 && path.logic_ns > 0.0 && path.routing_ns > 0.0);
        }
    }

    #[test]
    fn a_log_of_a_design_that_does_not_fit() {
        let log = "Info: Device utilisation:\n\
                   Info: \t         ICESTORM_LC:  9804/ 7680   127%\n\
                   Info: \t        ICESTORM_PLL:     0/    2     0%\n\
                   Info:         Total LUT4s: 10116/24288    41%\n\
                   ERROR: Unable to place cell\n";
        let placement = Placement::from_log(log);
        assert_eq!(placement.cells, [Cell::new("ICESTORM_LC", 9804, 7680)]);
        assert_eq!(placement.achieved_hz, None);
    }
}
