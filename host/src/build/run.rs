//! A build from beginning to end.

use super::board::Board;
use super::description::Fpga;
use super::error::BuildError;
use super::flow;
use super::place::Placement;
use super::report::{Bitstream, Cell, Report, Seed, REPORT_FILE};
use super::synthesis::synthesise;
use super::tools::Tools;
use super::work::{complaint, read, Work};
use std::path::Path;

/// What to try.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The first seed of place and route.
    pub seed: u32,
    /// How many seeds to try; the one with the highest clock is kept.
    pub seeds: u32,
}

/// Builds a board's bitstream in `folder`, which is made if it is not there, and leaves a report. `note`
/// hears what begins. A design that does not fit or is too slow is a report with a failure.
///
/// # Errors
///
/// A description that cannot be emitted, a tool that is missing, or one that fails in another way.
pub fn build(
    board: &Board,
    folder: &Path,
    options: Options,
    tools: &Tools,
    note: &mut dyn FnMut(&str),
) -> Result<Report, BuildError> {
    let configuration = board.configuration()?;
    let core_hz = configuration.clock_hz;
    let mut report = Report::new(board, core_hz);
    let (synthesis, pack) = (flow::synthesis(board), flow::pack(board, 0));
    let place = flow::place(board, 0, core_hz).program;
    for program in [synthesis.program, place, pack.program] {
        report.tools.insert(program.into(), tools.version(program)?);
    }

    // Bitstream and report of an earlier build must not look like those of this.
    let bitstream = folder.join(board.bitstream_file());
    for old in [&bitstream, &folder.join(REPORT_FILE)] {
        if old.exists() {
            std::fs::remove_file(old).map_err(|e| BuildError::file("remove", old, e))?;
        }
    }

    report.netlist = synthesise(board, folder, tools, note)?;

    let work = Work { tools, folder };
    let mut best: Option<(u32, Placement)> = None;
    for seed in (0..options.seeds.max(1)).map(|n| options.seed.wrapping_add(n)) {
        note(&format!("{}: place and route, seed {seed}", board.name));
        let placement = work.place(board, seed, core_hz, &mut report.failure)?;
        let achieved_hz = placement.achieved_hz;
        if let Some(hz) = achieved_hz {
            note(&format!("{}: {:.2} MHz", board.name, hz / 1e6));
        }
        report.seeds.push(Seed { seed, achieved_hz });
        let better = |(_, best): &(u32, Placement)| achieved_hz > best.achieved_hz;
        if best.as_ref().is_none_or(better) {
            best = Some((seed, placement));
        }
    }
    if let Some((seed, placement)) = best {
        report.cells = placement.cells;
        limit(&mut report.cells, &board.description.fpga);
        report.clock.achieved_hz = placement.achieved_hz;
        report.clock.met = placement.achieved_hz >= Some(f64::from(core_hz));
        report.critical_path = placement.critical_path;
        report.failure = failure(&report);
        if report.failure.is_none() {
            let step = flow::pack(board, seed);
            note(&format!("{}: bitstream with {}", board.name, step.program));
            work.must(&step, "bitstream.log")?;
            let size = std::fs::metadata(&bitstream);
            let size = size.map_err(|e| BuildError::file("read", &bitstream, e))?;
            report.seed = Some(seed);
            report.bitstream = Some(Bitstream {
                file: board.bitstream_file(),
                bytes: size.len(),
            });
        }
    }
    report.write(folder)?;
    Ok(report)
}

impl Work<'_> {
    /// Places and routes; if there is no room, the placement has no clock and `failure` the reason.
    fn place(
        &self,
        board: &Board,
        seed: u32,
        core_hz: u32,
        failure: &mut Option<String>,
    ) -> Result<Placement, BuildError> {
        let step = flow::place(board, seed, core_hz);
        let log = format!("seed{seed}.log");
        if self.run(&step, &log)? {
            return Placement::read(&self.folder.join(flow::placement_report(seed)));
        }
        let path = self.folder.join(log);
        let text = read(&path)?;
        let placement = Placement::from_log(&text);
        let message = complaint(&text);
        if placement.cells.is_empty() {
            // It did not come as far as counting cells: a fault of names, not of room.
            return Err(BuildError::Failed {
                program: step.program.into(),
                status: "it ended with an error".into(),
                message,
                log: Some(path),
            });
        }
        *failure = Some(message);
        Ok(placement)
    }
}

/// What the die has and the part has not: RAM blocks, lookup tables and flip-flops.
fn limit(cells: &mut [Cell], fpga: &Fpga) {
    let Fpga::Ecp5 {
        block_rams, luts, ..
    } = fpga
    else {
        return;
    };
    for cell in cells {
        let most = match cell.name.as_str() {
            "DP16KD" => *block_rams,
            "TRELLIS_COMB" | "TRELLIS_FF" => *luts,
            _ => None,
        };
        if let Some(most) = most {
            *cell = Cell::new(&cell.name, cell.used, most);
        }
    }
}

/// What cells are, for people: the tools' name behind it.
fn kind(name: &str) -> String {
    let what = match name {
        "ICESTORM_LC" => "logic cells",
        "TRELLIS_COMB" | "LUT4" => "lookup tables",
        "TRELLIS_FF" | "DFF" => "flip-flops",
        "ICESTORM_RAM" | "DP16KD" | "BSRAM" => "RAM blocks",
        "ICESTORM_SPRAM" => "large RAM blocks",
        "ICESTORM_DSP" | "MULT18X18D" | "MULT18X18" => "multipliers",
        _ => return name.into(),
    };
    format!("{what} ({name})")
}

/// Why there is no bitstream.
fn failure(report: &Report) -> Option<String> {
    let full = report
        .cells
        .iter()
        .filter(|cell| cell.used > cell.available);
    let full: Vec<_> = full
        .map(|cell| format!("{} {} of {}", kind(&cell.name), cell.used, cell.available))
        .collect();
    let required = f64::from(report.clock.required_hz) / 1e6;
    if !full.is_empty() {
        return Some(format!(
            "the design does not fit: {}; fewer lanes, synapse_words or groups in constraints/{}.toml make it \
             smaller",
            full.join(", "),
            report.board
        ));
    }
    match report.clock.achieved_hz {
        None => {
            let why = report.failure.as_deref().unwrap_or("no reason was given");
            Some(format!("the design was not placed and routed: {why}"))
        }
        Some(hz) if !report.clock.met => Some(format!(
            "timing is not met: {:.2} MHz of {required:.2} MHz; try more seeds (--seeds 8), or a lower \
             core_hz in constraints/{}.toml and `cargo build --release -p ferrospike-host`",
            hz / 1e6,
            report.board
        )),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A report of a placement that achieved this, with these cells.
    fn report(achieved_hz: f64, cells: Vec<Cell>) -> Report {
        let board = Board::find("icebreaker").unwrap();
        let mut report = Report::new(&board, 30_000_000);
        report.cells = cells;
        report.clock.achieved_hz = Some(achieved_hz);
        report.clock.met = achieved_hz >= 30e6;
        report
    }

    #[test]
    fn a_clock_that_is_too_slow_is_a_failure() {
        let cells = || vec![Cell::new("ICESTORM_LC", 5000, 5280)];
        assert_eq!(failure(&report(30e6, cells())), None);
        let slow = failure(&report(29_999_999.0, cells())).unwrap();
        assert!(slow.contains("30.00 MHz of 30.00 MHz"), "{slow}");
        assert!(slow.contains("--seeds"), "{slow}");
    }

    #[test]
    fn a_design_that_is_too_large_is_a_failure_whatever_its_clock() {
        let cells = vec![
            Cell::new("ICESTORM_RAM", 30, 30),
            Cell::new("ICESTORM_LC", 5281, 5280),
        ];
        let full = failure(&report(40e6, cells)).unwrap();
        assert!(
            full.contains("logic cells (ICESTORM_LC) 5281 of 5280"),
            "{full}"
        );
        assert!(!full.contains("ICESTORM_RAM"), "{full}");
    }

    #[test]
    fn a_part_has_what_it_is_sold_with() {
        let board = Board::find("ulx3s-12f").unwrap();
        let mut cells = vec![
            Cell::new("DP16KD", 33, 56),
            Cell::new("TRELLIS_COMB", 6000, 24288),
            Cell::new("TRELLIS_IO", 12, 197),
        ];
        limit(&mut cells, &board.description.fpga);
        let available: Vec<u64> = cells.iter().map(|cell| cell.available).collect();
        assert_eq!(available, [32, 12144, 197]);
        assert!(failure(&report(90e6, cells))
            .unwrap()
            .contains("RAM blocks (DP16KD) 33 of 32"));
    }
}
